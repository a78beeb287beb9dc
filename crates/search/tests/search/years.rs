//! Years in queries: found by what covers them beside what says them.

use cairn_model::{Dataset, Interval};
use cairn_search::{Matching, Reason, SearchRequest};

use crate::samples::{self, described, found, index_of, search, text, titles};

fn of(title: &str, start: &str, end: &str) -> Dataset {
    let coverage = Interval { start: Some(samples::date(start)), end: Some(samples::date(end)) };
    Dataset { coverage: Some(coverage), ..described(title, title, "") }
}

#[test]
fn a_year_finds_what_covers_it() {
    let (index, _writer) = index_of(&[
        of("Cholera cases", "2022-05", "2024-01-31"),
        described("Cholera in 2023", "Cholera in 2023", ""),
        of("Cholera wards", "2024", "2025"),
        of("Cholera since long ago", "1980", "2024"),
        of("Roads", "2023", "2023"),
    ]);
    let sorted = |query: &str| {
        let mut found = found(&index, query);
        found.sort();
        found
    };
    assert_eq!(sorted("cholera 2023"), ["Cholera cases", "Cholera in 2023"]);
    assert_eq!(sorted("cholera between 2022 and 2023"), ["Cholera cases"]);
    assert_eq!(sorted("cholera since 2025"), ["Cholera wards"]);
    // As it is written, it is a word.
    assert_eq!(sorted("cholera \"2023\""), ["Cholera in 2023"]);
    assert_eq!(sorted("cholera -2023"), ["Cholera cases", "Cholera since long ago", "Cholera wards"]);
    assert_eq!(sorted("2023"), ["Cholera cases", "Cholera in 2023", "Roads"]);
}

#[test]
fn that_it_covers_a_year_is_told_and_is_not_enough_where_some_words_are() {
    let (index, _writer) = index_of(&[of("Cholera wards", "2023", "2023"), of("Roads", "2023", "2023")]);
    let request = SearchRequest { matching: Matching::Some, explain: true, ..text("cholera 2023 Kunduz") };
    let page = search(&index, &request);
    assert_eq!(titles(&page), ["Cholera wards"]);
    let reasons = page.hits[0].reasons.as_deref().unwrap();
    assert_eq!(reasons[1], Reason::Covers { word: "2023".to_owned() });
    assert_eq!(reasons[2], Reason::Lacks { words: vec!["Kunduz".to_owned()] });
}

#[test]
fn the_address_of_a_dataset_finds_it_by_the_name_at_its_end() {
    let mut accidents = described("mdta-accidents", "Accidents on toll roads", "");
    accidents.keywords = samples::tags(&["mdta-accidents"]);
    let (index, _writer) = index_of(&[accidents, described("b", "Other accidents", "")]);
    assert_eq!(found(&index, "https://portal.example/dataset/mdta-accidents?tab=1"), ["Accidents on toll roads"]);
    assert_eq!(found(&index, "https://portal.example/"), Vec::<String>::new());
}
