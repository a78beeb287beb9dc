//! Exports that are made to do harm.

use super::*;

#[test]
fn bombs_are_refused_by_name() {
    let laughs =
        "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><MineActionFieldReport>&b;</MineActionFieldReport>";
    let deep = format!("<MineActionFieldReport><FieldReport>{}", "<a>".repeat(100_000));
    let entity = "<MineActionFieldReport>&file;</MineActionFieldReport>".to_owned();
    for (document, code) in [(laughs.to_owned(), "doctype-refused"), (deep, "xml-too-deep"), (entity, "unknown-entity")]
    {
        let reading = read("a.xml", document.as_bytes());
        assert_eq!((codes(&reading.problems), reading.complete, reading.drafts.len()), (vec![code], false, 0));
    }
}

#[test]
fn the_nasty_documents_of_others_are_read_or_refused_without_a_record() {
    let Some(records) = records() else { return };
    let mut read_files = 0;
    for entry in std::fs::read_dir(records.join("nasty-xml")).unwrap() {
        let path = entry.unwrap().path();
        let reading = read("a.xml", &std::fs::read(&path).unwrap());
        assert!(!reading.complete && reading.drafts.is_empty(), "{}", path.display());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let has_doctype = ["cyclic", "dtd", "external", "quadratic", "xmlbomb"].iter().any(|part| name.contains(part));
        let expected = if has_doctype { "doctype-refused" } else { "not-an-export" };
        assert!(codes(&reading.problems).contains(&expected), "{name}: {:?}", codes(&reading.problems));
        read_files += 1;
    }
    assert!(read_files > 10);
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn no_bytes_make_it_panic(
        start in prop::sample::select(vec!["", "<MineActionFieldReport><FieldReport><Hazard>", "hazard_guid,status\n", "\u{feff}imsma_id\n"]),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut export = start.as_bytes().to_vec();
        export.extend(bytes);
        let _ = read("a", &export);
    }

    #[test]
    fn no_tags_in_any_order_make_it_panic(
        tags in prop::collection::vec(prop::sample::select(vec![
            "<MineActionFieldReport>", "</MineActionFieldReport>", "<FieldReport>", "</FieldReport>", "<FieldReportInfo>",
            "</FieldReportInfo>", "<Accident>", "</Accident>", "<Victim>", "</Victim>", "<Hazard/>", "<Items>", "</Items>",
            "<Casualties>", "</Casualties>", "<Casualty a='b'>", "</Casualty>", "<Location>", "</Location>", "<Status>", "</Status>",
            "<CustomDefinedField name='a'>", "</CustomDefinedField>", "<Gazeteer>", "</Gazeteer>", "open", "2020-01-01", "&lt;",
        ]), 0..60),
    ) {
        let _ = read("a.xml", tags.concat().as_bytes());
    }
}
