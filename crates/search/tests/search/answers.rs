//! Answers that are kept for who asks again, and answers that are cut short.

use std::time::{Duration, Instant};

use cairn_model::{Dataset, Listing, Sharing};
use cairn_policy::Viewer;
use cairn_search::{FacetField, IndexWriter, SearchIndex, SearchRequest};

use crate::samples::{counts, dataset, index_of, member, search, tags, text, withdraw};

#[test]
fn a_broad_search_that_is_asked_again_is_right_after_every_commit_and_for_every_viewer() {
    let mut records: Vec<_> = (0..1_200).map(|number| dataset(&number.to_string(), "Wells")).collect();
    records[0].terms.sharing = Sharing::Community;
    records[0].terms.listing = Listing::Hidden;
    let (index, mut writer) = index_of(&records);
    let request = SearchRequest { facets: vec![FacetField::Sharing], limit: 3, ..text("") };
    let member = member("someone");
    for _ in 0..2 {
        assert_eq!(search(&index, &request).total, 1_199);
        assert_eq!(index.search(&member, &request).unwrap().total, 1_200);
        assert_eq!(search(&index, &SearchRequest { limit: 5, ..request.clone() }).hits.len(), 5);
        assert_eq!(search(&index, &request).hits.len(), 3);
    }
    let pinned = index.pinned();
    writer.apply(&[withdraw(&records[5])], 2).unwrap();
    for _ in 0..2 {
        let page = search(&index, &request);
        assert_eq!((page.total, counts(&page, FacetField::Sharing)), (1_198, vec![("public", 1_198)]));
        assert_eq!(index.search(&member, &request).unwrap().total, 1_199);
        assert_eq!(search(&pinned, &request).total, 1_199);
    }
}

#[test]
fn completions_that_are_asked_for_again_are_right_after_every_commit() {
    let (index, mut writer) = index_of(&[tagged("a", "wells"), tagged("b", "welfare")]);
    let suggest = |limit: usize| index.suggest(&Viewer::anonymous(), "wel", limit).unwrap();
    let completed = || -> Vec<String> {
        let found = suggest(10);
        found.into_iter().filter(|one| one.kind == "tag").map(|one| one.text).collect()
    };
    for _ in 0..2 {
        assert_eq!(completed(), ["welfare", "wells"]);
        assert_eq!(suggest(1).len(), 1);
    }
    writer.apply(&[withdraw(&tagged("b", "welfare"))], 2).unwrap();
    for _ in 0..2 {
        assert_eq!(completed(), ["wells"]);
    }
}

fn tagged(name: &str, tag: &str) -> Dataset {
    Dataset { keywords: tags(&[tag]), ..dataset(name, "A title") }
}

#[test]
fn what_was_found_until_the_time_was_up_is_given_to_whoever_wants_it() {
    let records: Vec<_> = (0..20_000).map(|number| dataset(&number.to_string(), "Wells")).collect();
    let (index, _writer) = index_of(&records);
    let anonymous = Viewer::anonymous();
    let mut seen = false;
    for step in 0..400 {
        let give_up_at = Some(Instant::now() + Duration::from_micros(step * 250));
        let request = SearchRequest { partial: true, give_up_at, facets: vec![FacetField::Sharing], ..text("wells") };
        let page = index.search(&anonymous, &request).unwrap();
        let counted: u64 = page.facets[&FacetField::Sharing].iter().map(|one| one.count).sum();
        assert_eq!(counted, page.total);
        assert_eq!(page.partial, page.total < 20_000);
        assert_eq!(page.next.is_none(), page.partial);
        assert_eq!(page.hits.len() as u64, page.total.min(100));
        seen |= page.partial && page.total > 0;
        if seen {
            return;
        }
    }
    panic!("no search was stopped on its way");
}

#[test]
fn hits_are_told_without_their_reasons_when_the_time_is_up() {
    let records: Vec<_> = (0..10_000).map(|number| dataset(&number.to_string(), "Wells")).collect();
    let (index, _writer) = index_of(&records);
    for step in 0..400 {
        let give_up_at = Some(Instant::now() + Duration::from_micros(step * 250));
        let request = SearchRequest { partial: true, explain: true, give_up_at, ..text("wells") };
        let page = index.search(&Viewer::anonymous(), &request).unwrap();
        let are_explained = page.hits.iter().all(|hit| hit.reasons.is_some());
        assert!(page.partial || are_explained);
        assert_eq!(page.next.is_none(), page.partial);
        if !are_explained {
            return;
        }
    }
    panic!("no search was stopped on its way");
}
