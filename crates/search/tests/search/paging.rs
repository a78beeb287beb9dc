//! Pages and cursors: every record once, to the end, and no cursor for another search.

use cairn_model::{Dataset, DatasetId};
use cairn_policy::Viewer;
use cairn_search::{FacetField, Index, IndexWriter, Matching, SearchError, SearchIndex, SearchRequest, Sort, SortKey};

use crate::samples;
use crate::samples::{described, filter, index_of, put, search, small, stamp, strings, text};

const KEYS: [SortKey; 6] =
    [SortKey::Relevance, SortKey::Modified, SortKey::Issued, SortKey::Title, SortKey::Quality, SortKey::Review];

/// Thirty records in several segments, many of them alike in every key, some without it.
fn index_of_thirty() -> (Index, Vec<DatasetId>) {
    let (index, mut writer) = Index::in_memory(small()).unwrap();
    let mut ids = Vec::new();
    for segment in 0..3 {
        let mut changes = Vec::new();
        for number in 0..10 {
            let title = ["Water", "water", "Eau", "", "Wasser"][number % 5];
            let mut record = described(&format!("{segment}-{number}"), title, "water of the same length");
            if number % 3 > 0 {
                record.modified = Some(stamp(["2020", "2021-05-01"][number % 2]));
                record.issued = record.modified.clone();
            }
            record.countries = strings(&["YEM"]);
            ids.push(record.id);
            changes.push(put(&record));
        }
        writer.apply(&changes, segment + 1).unwrap();
    }
    ids.sort();
    (index, ids)
}

#[test]
fn a_cursor_goes_to_the_end_and_shows_each_record_once() {
    let (index, ids) = index_of_thirty();
    for by in KEYS {
        for reversed in [false, true] {
            let whole = SearchRequest { sort: Sort { by, reversed }, ..text("water") };
            let in_one: Vec<DatasetId> = search(&index, &whole).hits.iter().map(|hit| hit.card.id).collect();
            for limit in [1, 7, 29, 30] {
                let mut request = SearchRequest { limit, facets: vec![FacetField::Country], ..whole.clone() };
                let mut walked = Vec::new();
                loop {
                    let page = search(&index, &request);
                    assert_eq!(page.total, 30);
                    assert_eq!(page.facets[&FacetField::Country][0].count, 30);
                    walked.extend(page.hits.iter().map(|hit| hit.card.id));
                    let Some(next) = page.next else { break };
                    request.cursor = Some(next);
                }
                assert_eq!(walked, in_one, "{by:?} {reversed} {limit}");
            }
            let mut sorted = in_one;
            sorted.sort();
            assert_eq!(sorted, ids, "{by:?} {reversed}");
        }
    }
}

#[test]
fn offsets_cut_the_same_order() {
    let (index, _) = index_of_thirty();
    for by in KEYS {
        let whole = SearchRequest { sort: Sort { by, reversed: false }, ..text("water") };
        let all = search(&index, &whole).hits;
        for (offset, limit) in [(0, 10), (10, 10), (25, 10), (30, 10), (9_000, 10)] {
            let page = search(&index, &SearchRequest { offset, limit, ..whole.clone() });
            let expected: Vec<_> = all.iter().skip(offset).take(limit).cloned().collect();
            assert_eq!(page.hits, expected, "{by:?} {offset}");
            assert_eq!(page.next.is_some(), offset + limit < 30, "{by:?} {offset}");
        }
    }
}

#[test]
fn what_raises_a_score_at_last_counts_on_a_short_page_too() {
    let today = stamp("2026-10-01");
    let mut records = Vec::new();
    for number in 0..60 {
        // The words of the later ones stand together in the title; the earlier ones say as much and are newer.
        let (title, modified) =
            if number < 40 { ("Points of water", Some(today.clone())) } else { ("Water points", None) };
        let mut record = described(&number.to_string(), title, &"water points ".repeat(1 + number % 3));
        record.modified = modified;
        records.push(record);
    }
    let (index, _writer) = index_of(&records);
    let whole = SearchRequest { today: today.day(), ..text("water points") };
    let all = search(&index, &whole).hits;
    assert_eq!(all[0].card.title.best("en"), Some("Water points"));
    for limit in [1, 3, 10, 25] {
        let page = search(&index, &SearchRequest { limit, ..whole.clone() });
        assert_eq!((page.total, page.hits.as_slice()), (60, &all[..limit]));
    }
}

#[test]
fn a_page_without_hits_still_counts() {
    let (index, _) = index_of_thirty();
    let request = SearchRequest { limit: 0, facets: vec![FacetField::Country], ..text("water") };
    let page = search(&index, &request);
    assert_eq!((page.total, page.hits.len(), page.next), (30, 0, None));
    assert_eq!(page.facets[&FacetField::Country][0].count, 30);
}

#[test]
fn a_facet_gives_its_first_values_by_count_then_code() {
    let records: Vec<Dataset> = (0..40)
        .map(|number| {
            let mut record = described(&number.to_string(), "Record", "");
            let own = format!("T{:02}", number % 20);
            record.keywords = samples::tags(&[&own, "shared"]);
            record
        })
        .collect();
    let (index, _writer) = samples::index_of(&records);
    let request = SearchRequest { facets: vec![FacetField::Tag], facet_limit: 3, ..text("") };
    assert_eq!(samples::counts(&search(&index, &request), FacetField::Tag), [("shared", 40), ("t00", 2), ("t01", 2)]);
}

#[test]
fn a_cursor_of_another_search_is_refused() {
    let (index, _) = index_of_thirty();
    let request = SearchRequest { limit: 5, ..text("water") };
    let next = search(&index, &request).next;
    let others = [
        text("wasser"),
        SearchRequest { sort: Sort { by: SortKey::Modified, reversed: false }, ..text("water") },
        SearchRequest { sort: Sort { by: SortKey::Relevance, reversed: true }, ..text("water") },
        filter(FacetField::Country, &["YEM"]),
    ];
    for other in others {
        let refused = index.search(&Viewer::anonymous(), &SearchRequest { cursor: next.clone(), ..other });
        assert!(matches!(refused, Err(SearchError::BadQuery(_))));
    }
    for word in ["", "00", "not a cursor", "\u{202e}"] {
        let request = SearchRequest { cursor: Some(word.to_owned()), ..request.clone() };
        assert!(matches!(index.search(&Viewer::anonymous(), &request), Err(SearchError::BadQuery(_))), "{word}");
    }
    let same = SearchRequest { cursor: next, limit: 9, facets: vec![FacetField::Tag], ..request };
    assert_eq!(search(&index, &same).hits.len(), 9);
}

#[test]
fn pages_that_are_too_large_or_too_far_are_refused() {
    let (index, _) = index_of_thirty();
    for request in [SearchRequest { limit: 101, ..text("") }, SearchRequest { offset: 10_001, ..text("") }] {
        let refused = index.search(&Viewer::anonymous(), &request);
        assert!(matches!(refused, Err(SearchError::BadQuery(_))));
    }
}

/// Records of one owner, each with its date of review, and some that say none.
#[test]
fn what_is_to_be_reviewed_is_found_by_day_and_goes_on_behind_any_place() {
    let (index, mut writer) = Index::in_memory(small()).unwrap();
    let mut places: Vec<(i64, DatasetId)> = Vec::new();
    for number in 0..12 {
        let mut record = samples::dataset(&number.to_string(), "Water");
        record.owner = Some(samples::organisation("desk", "Desk"));
        record.terms.sensitivity = cairn_model::Sensitivity::Low;
        record.terms.review_by = ["2027-01-31", "2027", "2028-05-01"].get(number % 4).map(|date| date.parse().unwrap());
        places.extend(record.terms.review_by.map(|date| (date.last_day(), record.id)));
        writer.apply(&[put(&record)], i64::try_from(number).unwrap() + 1).unwrap();
    }
    places.sort_unstable();
    let until = |day: &str| day.parse::<cairn_model::PartialDate>().unwrap().last_day();
    let mut request = SearchRequest { sort: Sort { by: SortKey::Review, reversed: true }, limit: 4, ..text("") };
    request.filters.review_before = Some(until("2027-12-31"));
    places.retain(|(day, _)| *day <= until("2027-12-31"));
    assert_eq!(places.len(), 6);
    let found = |request: &SearchRequest| {
        let page = search(&index, request);
        assert_eq!(page.total, 6);
        page.hits.into_iter().map(|hit| (hit.card.review.unwrap(), hit.card.id)).collect::<Vec<_>>()
    };
    assert_eq!(found(&request), places[..4]);
    for (at, (day, id)) in places.iter().enumerate() {
        let cursor = Some(request.cursor_behind_review(*day, *id));
        let behind = found(&SearchRequest { cursor, ..request.clone() });
        assert_eq!(behind, places.iter().skip(at + 1).take(4).copied().collect::<Vec<_>>());
    }
    let between = Some(request.cursor_behind_review(until("2027-06-30"), places[0].1));
    assert_eq!(
        found(&SearchRequest { cursor: between, ..request.clone() }),
        places[3..],
        "the place need hold nothing"
    );
}

/// Walks through a search to its end, with `between` before each further page. Answers the hits, in order.
fn walk(index: &Index, request: &SearchRequest, mut between: impl FnMut(usize)) -> Vec<DatasetId> {
    let mut request = request.clone();
    let mut walked = Vec::new();
    for page_number in 0.. {
        let page = search(index, &request);
        walked.extend(page.hits.iter().map(|hit| hit.card.id));
        let Some(next) = page.next else { break };
        assert!(next.len() < 1_000, "{}", next.len());
        request.cursor = Some(next);
        // Whoever goes on does so a day later.
        request.today += 1;
        // New hits may all come behind the page.
        if page_number < 8 {
            between(page_number);
        }
    }
    walked
}

/// Sixty records that say the words of a query by different numbers, lengths, days and places.
fn sixty() -> Vec<Dataset> {
    let sixty = (0..60).map(|number| {
        let title = ["Water points", "Points of water", "Wells", "Cholera"][number % 4];
        let text = "water ".repeat(1 + number % 5) + &"points ".repeat(1 + number % 3) + &"other ".repeat(number % 7);
        let mut record = described(&number.to_string(), title, &text);
        record.modified = (number % 3 > 0).then(|| stamp(["2020", "2026-05-01"][number % 2]));
        if number % 4 == 0 {
            record.countries = strings(&["YEM"]);
            record.keywords = samples::tags(&["Yemen"]);
        }
        record
    });
    sixty.collect()
}

#[test]
fn a_walk_by_relevance_meets_each_record_once_while_others_come_and_go() {
    let today = stamp("2026-10-01").day();
    for (query, reversed) in [("water points", false), ("water points", true), ("water points yemen", false)] {
        let records = sixty();
        let (index, mut writer) = index_of(&records);
        let mut request = SearchRequest { limit: 7, today, ..text(query) };
        request.sort.reversed = reversed;
        let in_one: Vec<DatasetId> = search(&index, &SearchRequest { limit: 100, ..request.clone() })
            .hits
            .iter()
            .map(|hit| hit.card.id)
            .collect();
        let mut gone = Vec::new();
        let walked = walk(&index, &request, |number| {
            // Long texts with the words, so that words are less rare and texts longer; and each time a record goes.
            let mut changes: Vec<_> = (0..40)
                .map(|new| {
                    let text = ["water ", "points yemen ", "water points "][new % 3].repeat(40 + new);
                    put(&described(&format!("new {number} {new}"), "Points of water in Yemen", &text))
                })
                .collect();
            let goes = &records[number * 3];
            gone.push(goes.id);
            changes.push(samples::withdraw(goes));
            writer.apply(&changes, 2 + i64::try_from(number).unwrap()).unwrap();
        });
        assert!(gone.len() > 2, "{query}");
        let stood = |ids: &[DatasetId]| -> Vec<DatasetId> {
            let stood = |id: &&DatasetId| records.iter().any(|one| one.id == **id) && !gone.contains(id);
            ids.iter().filter(stood).copied().collect()
        };
        assert_eq!(stood(&walked), stood(&in_one), "{query} {reversed}");
        let mut once = walked.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), walked.len(), "{query} {reversed}: whatever came is met once at the most");
    }
}

#[test]
fn a_walk_goes_on_by_the_words_with_which_it_began() {
    let records: Vec<Dataset> = (0..30).map(|number| described(&number.to_string(), "Wells", "cholera")).collect();
    // Some of the words; what was meant; and in another order, too.
    for (query, by) in
        [("cholera zebra", SortKey::Relevance), ("cholrea", SortKey::Title), ("wells cholrea", SortKey::Relevance)]
    {
        let (index, mut writer) = index_of(&records);
        let matching = Matching::AllElseSome;
        let request = SearchRequest { limit: 7, sort: Sort { by, reversed: false }, matching, ..text(query) };
        let first = search(&index, &request);
        let walked = walk(&index, &request, |number| {
            let new = described(&format!("new {number}"), "Zebra", "wells cholera cholrea zebra");
            writer.apply(&[put(&new)], 2 + i64::try_from(number).unwrap()).unwrap();
        });
        let met = records.iter().filter(|record| walked.contains(&record.id)).count();
        assert_eq!(met, 30, "{query}");
        let behind = search(&index, &SearchRequest { cursor: first.next.clone(), ..request.clone() });
        assert_eq!((behind.relaxed, &behind.suggestion), (first.relaxed, &first.suggestion), "{query}");
        let strict = SearchRequest { matching: Matching::All, cursor: first.next, ..request };
        assert!(matches!(index.search(&Viewer::anonymous(), &strict), Err(SearchError::BadQuery(_))), "{query}");
    }
}
