#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::{AccessMethod, Sharing};
use serde_json::json;

use super::*;

fn dataset(value: &serde_json::Value) -> Draft {
    read_dataset(value.to_string().as_bytes()).unwrap().draft
}

#[test]
fn a_data_set_is_read_in_full() {
    let draft = dataset(
        &json!({"identifier": "a", "title": "Wells", "description": "D", "keyword": ["water"], "theme": ["Health"],
        "issued": "2020-01-01", "modified": "2024-01-01", "accrualPeriodicity": "R/P1Y", "temporal": "2020-01-01/2021-01-01",
        "spatial": "1,2,3,4", "license": "https://example.org/l", "accessLevel": "public", "landingPage": "https://example.org/a",
        "publisher": {"name": "Office"}, "contactPoint": {"fn": "Desk", "hasEmail": "mailto:desk@example.org"},
        "distribution": [{"title": "T", "downloadURL": "https://example.org/w.csv", "mediaType": "text/csv"}]}),
    );
    assert_eq!((draft.source_record_id.as_str(), draft.extents.as_slice()), ("a", &["1,2,3,4".to_owned()][..]));
    assert_eq!(
        (draft.coverage.as_deref(), draft.licence_url.as_deref()),
        (Some("2020-01-01/2021-01-01"), Some("https://example.org/l"))
    );
    assert_eq!(draft.contacts[0].email.as_deref(), Some("desk@example.org"));
    assert_eq!((draft.publisher.unwrap().name.as_str(), draft.terms.sharing.as_deref()), ("Office", Some("public")));
    assert_eq!(draft.distributions[0].url.as_deref(), Some("https://example.org/w.csv"));
}

#[test]
fn every_access_level_reaches_the_terms_with_its_reason() {
    let terms =
        |level: &str| dataset(&json!({"identifier": "a", "title": "T", "accessLevel": level, "rights": "why"})).terms;
    let restricted = terms("restricted public");
    assert_eq!(
        (restricted.sharing_at_least, restricted.access_at_least),
        (Some(Sharing::Restricted), Some(AccessMethod::OnRequest))
    );
    assert_eq!((restricted.reasons, terms("public").reasons.len()), (vec!["why".to_owned()], 0));
    assert_eq!(terms("non-public").sharing_at_least, Some(Sharing::Organisation));
    let draft = dataset(&json!({"identifier": "a", "title": "T", "moderation_state": "draft"}));
    assert!(!draft.terms.listed_openly);
}

#[test]
fn values_that_are_stored_apart_are_unwrapped() {
    let draft = dataset(&json!({"identifier": "a", "title": "T", "keyword": [{"identifier": "k", "data": "water"}],
        "publisher": {"identifier": "p", "data": {"name": "Office"}}, "distribution": [{"identifier": "d", "data": {"downloadURL": "https://example.org/w"}}]}));
    assert_eq!(
        (draft.keywords["und"].as_slice(), draft.publisher.unwrap().name.as_str()),
        (&["water".to_owned()][..], "Office")
    );
    assert_eq!(draft.distributions[0].url.as_deref(), Some("https://example.org/w"));
}

#[test]
fn results_may_be_an_object_by_key() {
    let page = br#"{"total": "2", "results": {"dkan_dataset/b": {"title": "B"}, "dkan_dataset/a": {"identifier": "a"}}, "facets": []}"#;
    let listing = list_datasets(page).unwrap();
    let ids: Vec<Option<&str>> = listing.records.iter().map(|record| record.id.as_deref()).collect();
    assert_eq!((ids, listing.count), (vec![Some("b"), Some("a")], Some(2)));
    assert_eq!(list_datasets(br#"{"total": 0, "results": []}"#).unwrap().records.len(), 0);
    assert_eq!(list_datasets(br#"[{"identifier": "a"}]"#).unwrap().records.len(), 1);
    assert_eq!(list_datasets(br#"{"message": "not found", "status": 404}"#).unwrap_err().code, "error-answer");
    assert_eq!(list_datasets(b"3").unwrap_err().code, "not-a-listing");
}
