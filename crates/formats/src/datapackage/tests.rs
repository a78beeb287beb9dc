#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::{Field, Sharing};
use serde_json::json;

use super::*;

fn package(value: &serde_json::Value) -> Draft {
    read_package(value.to_string().as_bytes(), Some("folder")).unwrap().draft
}

#[test]
fn a_package_is_read_in_full() {
    let draft = package(
        &json!({"name": "wells", "id": "10.1234/wells", "title": "Wells", "description": "D", "homepage": "https://example.org", "created": "2020-01-01T00:00:00Z",
        "keywords": ["water"], "licenses": [{"name": "CC-BY-4.0", "path": "https://example.org/l"}], "sources": [{"title": "Field work", "path": "https://example.org/f"}],
        "contributors": [{"title": "Office", "role": "publisher"}, {"givenName": "A", "familyName": "B", "roles": ["creator"], "email": "ab@example.org"}],
        "resources": [{"name": "w", "path": ["w1.csv", "w2.csv"], "format": "csv", "bytes": 7, "schema": {"fields": [
            {"name": "depth", "type": "number", "title": "Depth", "description": "in metres", "constraints": {"required": true, "minimum": 0}},
            {"name": "state", "type": "string", "constraints": {"enum": ["dry", "wet"]}},
            {"name": "day", "type": "date", "format": "%d/%m/%Y"}]}}]}),
    );
    let field = |name: &str, description: Option<&str>, data_type: &str| Field {
        name: name.to_owned(),
        description: description.map(str::to_owned),
        data_type: Some(data_type.to_owned()),
        ..Field::default()
    };
    assert_eq!((draft.source_record_id.as_str(), draft.identifiers.len()), ("10.1234/wells", 2));
    assert_eq!(
        draft.fields,
        [
            field("depth", Some("Depth. in metres. required, minimum 0"), "number"),
            field("state", Some("one of dry, wet"), "string"),
            field("day", None, "date (%d/%m/%Y)")
        ]
    );
    assert_eq!((draft.publisher.unwrap().name.as_str(), draft.contacts.len()), ("Office", 2));
    assert_eq!(draft.methodology.as_deref(), Some("Sources: Field work (https://example.org/f)"));
    assert_eq!(
        (draft.licence_id.as_deref(), draft.licence_url.as_deref()),
        (Some("CC-BY-4.0"), Some("https://example.org/l"))
    );
    assert_eq!((draft.distributions.len(), draft.distributions[1].url.as_deref()), (2, Some("w2.csv")));
}

#[test]
fn a_package_belongs_to_its_owner_and_to_nobody_who_took_part() {
    let parties = |contributors: serde_json::Value| {
        let draft =
            package(&json!({"name": "p", "resources": [], "contributors": contributors, "author": "Doe, Jane"}));
        let name = |organisation: Option<DraftOrganisation>| organisation.map(|one| one.name);
        let partners: Vec<String> = draft.partnerships.into_iter().map(|partnership| partnership.partner).collect();
        (name(draft.publisher), name(draft.owner), partners)
    };
    let office = || Some("Office of Wells".to_owned());
    let person = json!({"title": "Jane Doe", "organization": "Invented University"});
    let university = || vec!["Invented University".to_owned()];
    assert_eq!(parties(json!([person])), (None, None, university()));
    let owner = json!({"title": "Office of Wells", "roles": ["owner"]});
    assert_eq!(parties(json!([person, owner])), (None, office(), university()));
    let holder = json!({"title": "Jane Doe", "organization": "Office of Wells", "role": "rightsHolder"});
    assert_eq!(parties(json!([holder])), (None, office(), Vec::new()));
    let nobody = json!({"givenName": "Jane", "familyName": "Doe", "role": "owner"});
    assert_eq!(parties(json!([nobody])), (None, None, Vec::new()));
}

#[test]
fn a_file_may_hold_one_resource_or_one_schema() {
    let resource = package(&json!({"name": "r", "path": "r.csv", "schema": {"fields": [{"name": "a"}]}}));
    assert_eq!((resource.source_record_id.as_str(), resource.fields.len(), resource.distributions.len()), ("r", 1, 1));
    let schema = package(&json!({"fields": [{"name": "a", "type": "string"}]}));
    assert_eq!(
        (schema.source_record_id.as_str(), schema.title.best("en"), schema.fields.len()),
        ("folder", Some("folder"), 1)
    );
    assert_eq!(read_package(b"{\"name\": \"a\"}", None).unwrap_err().code, "not-a-package");
    assert_eq!(read_package(br#"{"fields": [{"name": "a"}]}"#, None).unwrap_err().code, "no-identity");
}

#[test]
fn data_inside_a_package_is_not_looked_at() {
    let draft = package(&json!({"name": "p", "resources": [{"name": "r", "data": [{"name": "someone"}]}]}));
    assert!(!format!("{draft:?}").contains("someone"));
}

#[test]
fn flags_that_publishers_add_reach_the_terms() {
    let terms = |key: &str, value: serde_json::Value| package(&json!({"name": "p", "resources": [], key: value})).terms;
    assert_eq!(
        (terms("private", json!(true)).listed_openly, terms("private", json!(true)).sharing_at_least),
        (false, Some(Sharing::Organisation))
    );
    assert_eq!(terms("accessLevel", json!("restricted public")).sharing_at_least, Some(Sharing::Restricted));
    assert_eq!(terms("sensitivity", json!("high")).sensitivity.as_deref(), Some("high"));
}

#[test]
fn what_is_no_package_is_no_listing_of_one() {
    for (bytes, code) in [
        (&b""[..], "empty-payload"),
        (b" \n", "empty-payload"),
        (b"<!DOCTYPE html><html><body>502 Bad gateway</body></html>", "not-json"),
        (br#"{"name": "wells", "resources": [{"path": "w.c"#, "broken-json"),
        (br#"{"error": "not found", "status": 404}"#, "not-a-package"),
        (br#"[{"name": "wells", "resources": []}]"#, "not-an-object"),
    ] {
        assert_eq!(list_package(bytes).unwrap_err().code, code, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_package_in_utf_16_is_read_with_and_without_a_mark() {
    let text = r#"{"name": "wells", "title": "Puits d'été", "resources": [{"path": "w.csv"}]}"#;
    let units = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let little = units(u16::to_le_bytes);
    let marked = [&b"\xff\xfe"[..], &little].concat();
    for bytes in [little, marked, units(u16::to_be_bytes), text.as_bytes().to_vec()] {
        let listing = list_package(&bytes).unwrap();
        assert_eq!((listing.records.len(), listing.is_cut_short()), (1, false));
        let draft = read_package(&listing.records[0].bytes, None).unwrap().draft;
        assert_eq!((draft.source_record_id.as_str(), draft.title.best("en")), ("wells", Some("Puits d'été")));
    }
    let nameless = list_package(br#"{"resources": [{"path": "w.csv"}]}"#).unwrap();
    assert_eq!(nameless.records.len(), 1, "it is a package, and its record is told to have no name");
}

#[test]
fn a_classification_that_marks_nothing_is_a_topic() {
    let read = |class: &str| {
        let package = json!({"name": "wells", "title": "T", "resources": [], "classification": class});
        let draft = self::package(&package);
        (draft.topics, draft.terms.classification)
    };
    assert_eq!(read("Health"), (vec!["Health".to_owned()], None));
    assert_eq!(read("UN Confidential"), (Vec::new(), Some("UN Confidential".to_owned())));
}
