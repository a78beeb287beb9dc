//! Duplicates in the public tier, and hits that are folded.

use std::collections::BTreeSet;
use std::sync::Arc;

use cairn_model::duplicate::keys;
use cairn_model::{Dataset, DatasetId, Identifier, Listing, Sharing};
use cairn_policy::Viewer;
use cairn_search::{Decided, Index, IndexWriter, SearchIndex, SearchPage, SearchRequest, Sort, SortKey, Writer};

use crate::samples;
use crate::samples::{dataset, index_of, member, organisation, put, stamp, text, titles, withdraw};

/// A record of a source with a DOI.
fn with_doi(source: &str, title: &str, doi: &str) -> Dataset {
    let identifiers = vec![Identifier { scheme: "doi".to_owned(), value: format!("10.5281/{doi}") }];
    Dataset { id: DatasetId::new(source, title), source: source.to_owned(), identifiers, ..dataset(title, title) }
}

/// As it is, but that only its owner may know of it.
fn hidden(mut dataset: Dataset) -> Dataset {
    dataset.owner = Some(organisation("example", "Example"));
    dataset.terms.listing = Listing::Hidden;
    dataset.terms.sharing = Sharing::Organisation;
    dataset
}

fn folded(decided: &Decided) -> SearchRequest {
    SearchRequest { fold: Some(Arc::new(decided.clone())), ..text("") }
}

fn fold(index: &Index) -> SearchPage {
    index.search(&Viewer::anonymous(), &folded(&Decided::default())).unwrap()
}

fn pair(left: &Dataset, right: &Dataset) -> BTreeSet<(DatasetId, DatasetId)> {
    BTreeSet::from([(left.id.min(right.id), left.id.max(right.id))])
}

fn sharing(index: &Index, dataset: &Dataset) -> Vec<DatasetId> {
    let hashes: Vec<u64> = keys(dataset).iter().map(|key| key.hash).collect();
    index.sharing(dataset.id, &hashes).unwrap().iter().map(|one| one.card.id).collect()
}

#[test]
fn the_records_of_a_key_are_found_in_every_segment_and_never_the_record_itself() {
    let (index, mut writer): (Index, Writer) = index_of(&[with_doi("a", "Water points", "zenodo.1")]);
    let (second, other) = (with_doi("b", "Wells", "zenodo.1"), with_doi("c", "Schools", "zenodo.2"));
    writer.apply(&[put(&second), put(&other)], 2).unwrap();
    assert_eq!(sharing(&index, &with_doi("a", "Water points", "zenodo.1")), [second.id]);
    assert_eq!(sharing(&index, &other), []);
    let links = index.links().unwrap();
    assert_eq!(links.len(), 1);
    assert!(links[0].judgement.is_exact);
    writer.apply(&[withdraw(&second)], 3).unwrap();
    assert_eq!(sharing(&index, &with_doi("a", "Water points", "zenodo.1")), []);
    assert_eq!(index.links().unwrap(), []);
}

#[test]
fn a_key_of_many_records_is_no_evidence_and_hidden_and_withdrawn_records_do_not_make_it_common() {
    let copies = |count: u32| -> Vec<Dataset> {
        (0..count).map(|number| with_doi(&format!("source-{number}"), "Water points", "zenodo.1")).collect()
    };
    let (index, mut writer) = index_of(&copies(20));
    let all = copies(26);
    assert_eq!(sharing(&index, &all[0]).len(), 19);
    let hidden: Vec<_> = all[20..25].iter().cloned().map(hidden).map(|dataset| put(&dataset)).collect();
    writer.apply(&hidden, 2).unwrap();
    assert_eq!(sharing(&index, &all[0]).len(), 19, "hidden records are not counted");
    assert_eq!(index.links().unwrap().len(), 190);
    writer.apply(&[put(&all[25])], 3).unwrap();
    assert_eq!(sharing(&index, &all[0]), [], "one more makes it too common");
    assert_eq!(index.links().unwrap(), []);
    writer.apply(&[withdraw(&all[25])], 4).unwrap();
    assert_eq!(sharing(&index, &all[0]).len(), 19, "and it counts again when that one is gone");
}

#[test]
fn stubs_and_what_stands_under_the_chatham_house_rule_are_never_compared() {
    let open = with_doi("a", "Water points", "zenodo.1");
    let mut stub = with_doi("b", "Water points", "zenodo.1");
    stub.terms.sharing = Sharing::Organisation;
    stub.terms.listing = Listing::Stub;
    stub.terms.listing_title = Some("Water points".to_owned());
    let mut unattributed = with_doi("c", "Water points", "zenodo.1");
    unattributed.terms.attribution_hidden = true;
    let (index, _writer) = index_of(&[open.clone(), stub.clone(), unattributed.clone()]);
    assert_eq!(samples::search(&index, &text("")).total, 3);
    assert_eq!(sharing(&index, &open), []);
    assert!(index.compared(open.id).unwrap().is_some());
    assert!(index.compared(stub.id).unwrap().is_none() && index.compared(unattributed.id).unwrap().is_none());
    let decided = Decided { confirmed: pair(&open, &stub), ..Decided::default() };
    assert_eq!(
        index.search(&Viewer::anonymous(), &folded(&decided)).unwrap().total,
        3,
        "not even when a person says so"
    );
}

#[test]
fn duplicates_are_folded_only_when_that_is_asked_for_into_the_best_of_them() {
    let mut newest = with_doi("b", "Water points", "zenodo.1");
    newest.modified = Some(stamp("2024"));
    let mut older = with_doi("a", "Water points", "zenodo.1");
    older.modified = Some(stamp("2020"));
    let (index, _writer) = index_of(&[older.clone(), newest.clone(), dataset("x", "Schools")]);
    let plain = samples::search(&index, &text(""));
    assert_eq!((plain.total, plain.hits.len()), (3, 3));
    let page = fold(&index);
    assert_eq!((page.total, page.hits.len()), (2, 2));
    assert_eq!(page.hits[0].card.id, newest.id);
    let also: Vec<_> = page.hits[0].also_at.iter().map(|one| (one.id, one.source.as_str())).collect();
    assert_eq!(also, [(older.id, "a")]);
    assert!(page.hits[1].also_at.is_empty());
    // What does not match is not shown as folded either.
    let mut request = folded(&Decided::default());
    request.filters.modified_after = Some(19_000);
    let page = index.search(&Viewer::anonymous(), &request).unwrap();
    assert_eq!((page.total, page.hits[0].also_at.len()), (1, 0));
}

#[test]
fn what_people_say_of_a_pair_decides() {
    let (left, right) = (with_doi("a", "Water points", "zenodo.1"), with_doi("b", "Water points", "zenodo.1"));
    let other = with_doi("c", "Wells of the north", "zenodo.3");
    let (index, _writer) = index_of(&[left.clone(), right.clone(), other.clone()]);
    let total = |decided: &Decided| index.search(&Viewer::anonymous(), &folded(decided)).unwrap().total;
    assert_eq!(total(&Decided::default()), 2);
    assert_eq!(total(&Decided { rejected: pair(&left, &right), ..Decided::default() }), 3);
    assert_eq!(total(&Decided { confirmed: pair(&left, &other), ..Decided::default() }), 1);
    let both = Decided { confirmed: pair(&left, &other), rejected: pair(&right, &other) };
    assert_eq!(total(&both), 3, "nothing says which of the three belong together");
}

#[test]
fn records_that_are_joined_through_others_and_contradict_are_not_folded() {
    let mut yemen = with_doi("a", "Water points", "zenodo.1");
    yemen.countries = vec!["YEM".to_owned()];
    let mut syria = with_doi("b", "Water points", "zenodo.1");
    syria.countries = vec!["SYR".to_owned()];
    let somewhere = with_doi("c", "Water points", "zenodo.1");
    let (index, mut writer) = index_of(&[yemen, syria.clone(), somewhere]);
    assert_eq!(index.links().unwrap().len(), 2);
    assert_eq!(fold(&index).total, 3);
    writer.apply(&[withdraw(&syria)], 2).unwrap();
    assert_eq!(fold(&index).total, 1);
}

#[test]
fn a_group_of_more_than_twelve_is_not_folded() {
    let copies: Vec<Dataset> =
        (0..13).map(|number| with_doi(&format!("source-{number}"), "Water points", "zenodo.1")).collect();
    let (index, mut writer) = index_of(&copies);
    assert_eq!(fold(&index).total, 13);
    writer.apply(&[withdraw(&copies[0])], 2).unwrap();
    let page = fold(&index);
    assert_eq!((page.total, page.hits[0].also_at.len()), (1, 11));
}

/// Twelve groups of three and twelve single records, in several segments, with titles and dates that mix them.
fn many() -> (Index, Writer) {
    let (index, mut writer) = index_of(&[]);
    for batch in 0..3_u32 {
        let mut changes = Vec::new();
        for number in 0..12_u32 {
            let doi = format!("zenodo.{}", 1000 + number);
            let mut one = with_doi(
                &format!("s{batch}"),
                &format!("Layer {} of water", ('a'..='l').nth(number as usize).unwrap()),
                &doi,
            );
            one.modified = Some(stamp(&format!("20{:02}", 10 + (number * 5 + batch * 7) % 12)));
            changes.push(put(&one));
        }
        for number in 0..4_u32 {
            let mut one = dataset(&format!("single-{batch}-{number}"), &format!("Map {batch} {number}"));
            one.modified = Some(stamp(&format!("20{:02}", 10 + (number * 3 + batch) % 12)));
            changes.push(put(&one));
        }
        writer.apply(&changes, i64::from(batch) + 2).unwrap();
    }
    (index, writer)
}

#[test]
fn pages_by_cursor_and_by_offset_show_every_folded_hit_once_in_the_order_of_the_whole() {
    let (index, _writer) = many();
    for by in [SortKey::Relevance, SortKey::Modified, SortKey::Title, SortKey::Quality] {
        for reversed in [false, true] {
            for query in ["", "water", "water map*"] {
                let request = SearchRequest {
                    text: query.to_owned(),
                    sort: Sort { by, reversed },
                    ..folded(&Decided::default())
                };
                check_pages(&index, &request);
            }
        }
    }
}

fn check_pages(index: &Index, request: &SearchRequest) {
    let ask = |request: SearchRequest| index.search(&Viewer::anonymous(), &request).unwrap();
    let plain = ask(SearchRequest { fold: None, ..request.clone() });
    let whole = ask(request.clone());
    assert_eq!(whole.total, whole.hits.len() as u64, "{request:?}");
    // The whole is what is left of the plain list when each but the best of a group is taken out.
    let gone: BTreeSet<DatasetId> = whole.hits.iter().flat_map(|hit| &hit.also_at).map(|one| one.id).collect();
    let left: Vec<DatasetId> = plain.hits.iter().map(|hit| hit.card.id).filter(|id| !gone.contains(id)).collect();
    let shown: Vec<DatasetId> = whole.hits.iter().map(|hit| hit.card.id).collect();
    assert_eq!(shown, left, "{request:?}");
    assert_eq!(plain.total, (shown.len() + gone.len()) as u64);
    for limit in [1, 5] {
        let mut by_offset = Vec::new();
        let mut by_cursor = Vec::new();
        let mut cursor = None;
        for page in 0..=whole.hits.len() / limit {
            let offset = ask(SearchRequest { limit, offset: page * limit, ..request.clone() });
            by_offset.extend(offset.hits);
            let next = ask(SearchRequest { limit, cursor: cursor.take(), ..request.clone() });
            assert_eq!(next.total, whole.total);
            by_cursor.extend(next.hits);
            cursor = next.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(by_offset, whole.hits, "{request:?}");
        assert_eq!(by_cursor, whole.hits, "{request:?}");
    }
    assert_eq!(ask(SearchRequest { limit: 0, ..request.clone() }).total, whole.total);
}

#[test]
fn a_cursor_of_a_folded_search_is_refused_by_one_that_does_not_fold() {
    let (index, _writer) = many();
    let request = SearchRequest { limit: 2, ..folded(&Decided::default()) };
    let cursor = index.search(&Viewer::anonymous(), &request).unwrap().next;
    assert!(cursor.is_some());
    let plain = SearchRequest { fold: None, cursor, ..request };
    assert!(index.search(&Viewer::anonymous(), &plain).is_err());
}

#[test]
fn what_only_some_may_see_stays_beside_the_folded_hits_and_changes_none_of_them() {
    let (left, right) = (with_doi("a", "Water points", "zenodo.1"), with_doi("b", "Water points", "zenodo.1"));
    let secret = hidden(with_doi("c", "Secret water points", "zenodo.1"));
    let (index, mut writer) = index_of(&[left, right]);
    let before = fold(&index);
    writer.apply(&[put(&secret)], 2).unwrap();
    assert_eq!(fold(&index), before);
    let page = index.search(&member("example"), &folded(&Decided::default())).unwrap();
    assert_eq!(page.total, 2);
    assert!(titles(&page).contains(&"Secret water points"));
    assert!(page.hits.iter().flat_map(|hit| &hit.also_at).all(|one| one.id != secret.id));
}
