#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::Identifier;
use serde_json::json;

use super::*;

fn item(value: &serde_json::Value) -> Draft {
    read_item(value.to_string().as_bytes()).unwrap().draft
}

#[test]
fn a_report_is_an_assessment_map_or_document_with_its_disaster() {
    let draft = item(&json!({"id": 7, "type": "reports", "href": "https://api.example/7", "fields": {
        "title": "Needs after the flood", "body": "Text", "status": "published", "url_alias": "https://site.example/7",
        "format": [{"name": "Assessment"}], "source": [{"name": "Agency", "type": {"name": "NGO"}}, {"name": "Second"}],
        "country": [{"iso3": "afg", "name": "Land"}], "primary_country": {"iso3": "afg"}, "theme": [{"name": "Shelter"}],
        "disaster": [{"name": "Flood", "glide": "FL-2024-000001-AFG"}], "language": [{"code": "en"}],
        "date": {"original": "2024-01-01", "changed": "2024-01-03", "created": "2024-01-02"},
        "file": [{"url": "https://site.example/a.pdf", "filename": "a.pdf", "mimetype": "application/pdf", "filesize": "9"}]
    }}));
    assert_eq!((draft.source_record_id.as_str(), draft.kind.as_deref()), ("reports/7", Some("assessment")));
    assert_eq!(draft.identifiers, [Identifier { scheme: "glide".to_owned(), value: "FL-2024-000001-AFG".to_owned() }]);
    assert_eq!(draft.countries, ["AFG"]);
    assert_eq!(draft.topics, ["Assessment", "FL-2024-000001-AFG", "Flood", "Shelter"]);
    assert_eq!((draft.issued.as_deref(), draft.modified.as_deref()), (Some("2024-01-01"), Some("2024-01-03")));
    assert_eq!(
        (draft.publisher.unwrap().name, draft.partnerships.len(), draft.distributions.len()),
        ("Agency".to_owned(), 1, 1)
    );
    assert_eq!(kind(Some("Map")), "map");
}

#[test]
fn what_is_not_published_is_not_listed_openly() {
    for status in ["draft", "to-review", "embargoed"] {
        let draft = item(&json!({"id": 1, "type": "reports", "fields": {"title": "T", "status": status}}));
        assert!(!draft.terms.listed_openly && draft.terms.sharing_at_least.is_some(), "{status}");
    }
    let past = item(&json!({"id": 1, "type": "disasters", "fields": {"name": "D", "status": "past"}}));
    assert!(past.terms.listed_openly);
}

#[test]
fn a_disaster_is_known_by_its_glide() {
    let draft = item(&json!({"id": 3, "type": "disasters", "fields": {"name": "Quake", "glide": "EQ-2023-000002-TUR",
        "type": [{"name": "Earthquake"}], "date": {"event": "2023-02-06"}, "country": [{"iso3": "tur"}]}}));
    assert_eq!((draft.identifiers.len(), draft.coverage_start.as_deref()), (1, Some("2023-02-06")));
    assert!(draft.topics.contains(&"EQ-2023-000002-TUR".to_owned()));
}

#[test]
fn a_source_is_an_organisation_and_no_record() {
    let source = br#"{"id": 5, "type": "sources", "fields": {"name": "Agency", "type": {"name": "NGO"}}}"#;
    assert_eq!(read_item(source).unwrap_err().code, "not-a-record");
    let expected = DraftOrganisation { id: None, name: "Agency".to_owned(), kind: Some("NGO".to_owned()) };
    assert_eq!(read_source(source), Ok(expected));
}

#[test]
fn answers_give_items_and_their_total() {
    let listing = list_items(
        br#"{"totalCount": 9, "count": 1, "data": [{"id": "7"}], "links": {"next": {"href": "?offset=1"}}}"#,
    )
    .unwrap();
    assert_eq!((listing.count, listing.next.as_deref(), listing.records.len()), (Some(9), Some("?offset=1"), 1));
    let refused =
        br#"{"status": 403, "error": {"type": "AccessDenied", "message": "You are not using an approved appname"}}"#;
    assert_eq!(list_items(refused).unwrap_err().code, "error-answer");
}
