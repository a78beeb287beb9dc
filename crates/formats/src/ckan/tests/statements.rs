use cairn_model::{Sharing, Vocabularies};

use super::{codes, read, some};

#[test]
fn of_all_statements_of_terms_the_closest_holds_however_they_are_written() {
    let closed = |fields: &str| {
        let reading = read(&format!(r#"{{"id": "a", "title": "T", {fields}}}"#));
        let terms = reading.draft.terms;
        let level = terms
            .sharing
            .as_deref()
            .map_or(Sharing::Public, |text| Vocabularies::bundled().sharing(text).unwrap_or(Sharing::Organisation));
        (terms.sharing_at_least.unwrap_or(Sharing::Public).max(level), terms.sensitivity)
    };
    for (fields, expected) in [
        (r#""TLP": "TLP:RED""#, Sharing::Closed),
        (r#""extras": [{"key": "Tlp", "value": "TLP:RED"}]"#, Sharing::Closed),
        (r#""ACCESS_LEVEL": "non-public""#, Sharing::Organisation),
        (r#""extras": [{"key": "access level", "value": "non-public"}]"#, Sharing::Organisation),
        (r#""extras": [{"key": "Access Rights", "value": "restricted"}]"#, Sharing::Restricted),
        (r#""accessLevel": ["public", "non-public"]"#, Sharing::Organisation),
        (
            r#""accessLevel": "public", "extras": [{"key": "accessLevel", "value": "non-public"}]"#,
            Sharing::Organisation,
        ),
        (r#""accessLevel": {"label": "non-public"}"#, Sharing::Organisation),
        (
            r#""extras": [{"key": "access_rights", "value": "public"}, {"key": "access_rights", "value": "restricted"}]"#,
            Sharing::Restricted,
        ),
        (
            r#""access_rights": ["http://publications.europa.eu/resource/authority/access-right/PUBLIC", "restricted"]"#,
            Sharing::Restricted,
        ),
        (r#""sharing": ["public", "closed"]"#, Sharing::Closed),
        (r#""sharing": "[\"public\", \"closed\"]""#, Sharing::Closed),
        (r#""sharing": {"level": "closed"}"#, Sharing::Closed),
        (r#""sharing": {"of": {"whom": 1}}"#, Sharing::Organisation),
        (r#""sharing": "public", "tlp": null"#, Sharing::Public),
    ] {
        assert_eq!(closed(fields).0, expected, "{fields}");
    }
    assert_eq!(closed(r#""sensitivity": ["low", "severe"]"#).1, some("severe"));
    assert_eq!(closed(r#""extras": [{"key": "Sensitivity", "value": "severe"}]"#).1, some("severe"));
    let reading = read(r#"{"id": "a", "title": "T", "sharing": {"of": {"whom": 1}}}"#);
    assert_eq!(codes(&reading), [("unexpected-type", "sharing")]);
}

#[test]
fn more_statements_than_can_be_followed_close() {
    let many: Vec<String> = (0..200_000).map(|number| format!(r#""public {number}""#)).collect();
    let reading =
        read(&format!(r#"{{"id": "a", "title": "T", "access_rights": [{}, "restricted"]}}"#, many.join(", ")));
    assert_eq!(reading.draft.terms.sharing_at_least, Some(Sharing::Organisation));
    assert_eq!(codes(&reading), [("unexpected-type", "access_rights")]);
}

#[test]
fn a_classification_that_marks_nothing_says_what_the_data_is_about() {
    let read = |fields: &str| {
        let draft = read(&format!(r#"{{"id": "a", "title": "T", {fields}}}"#)).draft;
        (draft.terms.classification, draft.topics)
    };
    let topic = |word: &str| (None, vec![word.to_owned()]);
    let marking = |word: &str| (some(word), Vec::new());
    assert_eq!(read(r#""classification": "Environment""#), topic("Environment"));
    assert_eq!(read(r#""extras": [{"key": "Classification", "value": "Environment"}]"#), topic("Environment"));
    for word in [
        "Confidential",
        "Strictly confidential (by the office)",
        "NATO RESTRICTED",
        "TLP:AMBER EX:CHR",
        "Chatham House Rule",
    ] {
        assert_eq!(read(&format!(r#""classification": "{word}""#)), marking(word));
    }
    assert_eq!(read(r#""security_classification": "OFFICIAL""#), marking("OFFICIAL"));
}

#[test]
fn a_theme_of_the_eu_is_called_by_its_name() {
    let reading = read(
        r#"{"id": "a", "title": "T", "theme": ["http://publications.europa.eu/resource/authority/data-theme/HEAL", "Wells"]}"#,
    );
    assert_eq!(reading.draft.topics, ["Health", "Wells"]);
}
