//! Formats that queries ask for in words: found by the files of a record beside what says them.

use cairn_model::{Dataset, Distribution};
use cairn_search::{Matching, Reason, SearchRequest};

use crate::samples::{described, found, index_of, search, text, titles};

fn in_format(title: &str, formats: &[&str]) -> Dataset {
    let files =
        formats.iter().map(|format| Distribution { format: Some((*format).to_owned()), ..Distribution::default() });
    Dataset { distributions: files.collect(), ..described(title, title, "") }
}

#[test]
fn a_word_for_a_format_finds_what_has_such_files() {
    let (index, _writer) = index_of(&[
        in_format("Crossings of rivers", &["SHP", "PDF"]),
        in_format("Crossings of borders", &["XLS"]),
        described("How to make a shapefile of crossings", "How to make a shapefile of crossings", ""),
        in_format("Wells", &["SHP"]),
    ]);
    assert_eq!(found(&index, "crossings shapefile"), ["Crossings of rivers", "How to make a shapefile of crossings"]);
    assert_eq!(found(&index, "crossings Excel"), ["Crossings of borders"]);
    assert_eq!(found(&index, "crossings إكسل"), ["Crossings of borders"]);
    assert_eq!(found(&index, "SHP"), ["Crossings of rivers", "Wells"]);
    // As it is written, or left out, it is a word.
    assert_eq!(found(&index, "crossings \"shapefile\""), ["How to make a shapefile of crossings"]);
    assert_eq!(found(&index, "crossings -shapefile"), ["Crossings of borders", "Crossings of rivers"]);
}

#[test]
fn that_its_files_have_a_format_is_told_and_is_not_enough_where_some_words_are() {
    let (index, _writer) = index_of(&[in_format("Crossings", &["SHP", "GDB"]), in_format("Wells", &["SHP"])]);
    let request = SearchRequest { matching: Matching::Some, explain: true, ..text("crossings Shapefile Kunduz") };
    let page = search(&index, &request);
    assert_eq!(titles(&page), ["Crossings"]);
    let reasons = page.hits[0].reasons.as_deref().unwrap();
    assert_eq!(reasons[1], Reason::Format { word: "Shapefile".to_owned(), formats: vec!["SHP".to_owned()] });
    assert_eq!(reasons[2], Reason::Lacks { words: vec!["Kunduz".to_owned()] });
}
