//! Series: hits of one organisation and kind whose titles differ by places, dates and numbers alone, folded into the best.

use cairn_model::{Dataset, Listing, Sharing};
use cairn_policy::Viewer;
use cairn_search::{Index, SearchIndex, SearchPage, SearchRequest, Sort, SortKey};

use crate::samples;
use crate::samples::{dataset, described, index_of, member, organisation, stamp, text, titles};

fn of(owner: &str, title: &str) -> Dataset {
    Dataset { owner: Some(organisation(owner, owner)), ..dataset(title, title) }
}

fn roads() -> Vec<Dataset> {
    let mut records: Vec<Dataset> = ["Yemen", "Kenya", "Mali", "Chad"]
        .iter()
        .map(|country| of("maps", &format!("Example roads of {country}")))
        .collect();
    records.push(of("other", "Example roads of Niger"));
    records.push(of("maps", "Example roads and bridges of Niger"));
    records
}

fn folded(query: &str) -> SearchRequest {
    SearchRequest { fold_series: true, ..text(query) }
}

fn search(index: &Index, request: &SearchRequest) -> SearchPage {
    samples::search(index, request)
}

#[test]
fn a_series_is_one_hit_that_says_how_many_it_stands_for_and_where_they_are() {
    let (index, _writer) = index_of(&roads());
    let page = search(&index, &folded("roads"));
    assert_eq!((page.total, page.hits.len()), (3, 3), "{:?}", titles(&page));
    let series = page.hits.iter().find_map(|hit| hit.series.clone()).unwrap();
    assert_eq!(series.more, 3);
    let mut all = text("");
    all.filters.series = Some(series.key);
    let all = search(&index, &all);
    assert_eq!(all.total, 4);
    assert!(titles(&all).iter().all(|title| title.starts_with("Example roads of")), "{:?}", titles(&all));
    assert_eq!(search(&index, &text("roads")).total, 6, "nothing is folded unless it is asked for");
}

#[test]
fn the_member_that_a_query_names_stands_for_the_others() {
    let (index, _writer) = index_of(&roads());
    for country in ["Yemen", "Kenya", "Mali", "Chad"] {
        let request = SearchRequest { matching: cairn_search::Matching::Some, ..folded(&format!("roads {country}")) };
        let page = search(&index, &request);
        assert_eq!(titles(&page)[0], format!("Example roads of {country}"));
        assert_eq!(page.hits[0].series.as_ref().map(|series| series.more), Some(3));
    }
}

#[test]
fn two_of_a_series_are_not_folded() {
    let (index, _writer) = index_of(&roads()[..2]);
    let page = search(&index, &folded("roads"));
    assert_eq!(page.total, 2);
    assert!(page.hits.iter().all(|hit| hit.series.is_none()));
}

#[test]
fn every_order_folds_alike_and_pages_follow_each_other() {
    let mut records = roads();
    for (day, record) in records.iter_mut().enumerate() {
        record.modified = Some(stamp(&format!("2024-01-{:02}", day + 1)));
    }
    for number in 0..5 {
        records.push(described(&format!("single {number}"), &format!("Single {number}"), "roads"));
    }
    let (index, _writer) = index_of(&records);
    let keys = [SortKey::Relevance, SortKey::Modified, SortKey::Title, SortKey::Quality];
    for (by, reversed) in keys.into_iter().flat_map(|by| [(by, false), (by, true)]) {
        let request = SearchRequest { sort: Sort { by, reversed }, ..folded("roads") };
        let whole = search(&index, &request);
        assert_eq!((whole.total, whole.hits.len()), (8, 8), "{by:?}");
        assert_eq!(whole.hits.iter().filter(|hit| hit.series.is_some()).count(), 1, "{by:?}");
        let mut walked = Vec::new();
        let mut page = SearchRequest { limit: 3, ..request.clone() };
        loop {
            let answer = search(&index, &page);
            assert_eq!(answer.total, 8);
            walked.extend(answer.hits);
            match answer.next {
                Some(next) => page.cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(walked, whole.hits, "{by:?}");
    }
}

#[test]
fn records_that_a_viewer_does_not_see_make_no_series() {
    let mut records = roads()[..2].to_vec();
    let mut hidden = of("maps", "Example roads of Mali");
    hidden.terms.sharing = Sharing::Organisation;
    hidden.terms.listing = Listing::Hidden;
    let mut stub = of("maps", "Example roads of Chad");
    stub.terms.sharing = Sharing::Organisation;
    stub.terms.listing = Listing::Stub;
    stub.terms.listing_title = Some("Example roads of Chad".to_owned());
    records.extend([hidden, stub]);
    let (index, _writer) = index_of(&records);
    let seen = |viewer: &Viewer| index.search(viewer, &folded("")).unwrap();
    assert_eq!(seen(&Viewer::anonymous()).total, 3);
    assert!(seen(&Viewer::anonymous()).hits.iter().all(|hit| hit.series.is_none()));
    let own = seen(&member("maps"));
    assert_eq!((own.total, own.hits[0].series.as_ref().map(|series| series.more)), (1, Some(3)));
}
