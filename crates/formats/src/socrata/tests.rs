#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::*;

fn entry(value: &serde_json::Value) -> Draft {
    read_entry(value.to_string().as_bytes()).unwrap().draft
}

#[test]
fn an_entry_is_read_in_full() {
    let draft = entry(&json!({
        "resource": {"name": "Wells", "id": "abcd-1234", "description": "D", "attribution": "Office", "attribution_link": "https://office.example",
            "type": "dataset", "updatedAt": "2024-02-01", "createdAt": "2020-01-01", "contact_email": "desk@example.org",
            "columns_name": ["Depth", "place"], "columns_field_name": ["depth_m", "place"], "columns_datatype": ["Number", "Text"],
            "columns_description": ["in metres", ""]},
        "classification": {"domain_category": "Water", "domain_tags": ["well"], "domain_metadata": [
            {"key": "Common-Core_Language", "value": "en, fr"}, {"key": "Facts_Countries", "value": "Chad"},
            {"key": "Time_Update-Frequency", "value": "Daily"}]},
        "metadata": {"domain": "data.example", "license": "Public Domain"},
        "permalink": "https://data.example/d/abcd-1234", "owner": {"display_name": "An account"}
    }));
    let field = |name: &str, description: Option<&str>, data_type: &str| Field {
        name: name.to_owned(),
        description: description.map(str::to_owned),
        data_type: Some(data_type.to_owned()),
        ..Field::default()
    };
    assert_eq!((draft.source_record_id.as_str(), draft.title.best("en")), ("abcd-1234", Some("Wells")));
    assert_eq!(draft.fields, [field("depth_m", Some("Depth. in metres"), "Number"), field("place", None, "Text")]);
    assert_eq!(
        (draft.topics, draft.languages, draft.countries),
        (vec!["Water".to_owned()], vec!["en".to_owned(), "fr".to_owned()], vec!["Chad".to_owned()])
    );
    assert_eq!(
        (draft.update_frequency.as_deref(), draft.licence_title.as_deref()),
        (Some("Daily"), Some("Public Domain"))
    );
    assert_eq!((draft.issued.as_deref(), draft.modified.as_deref()), (Some("2020-01-01"), Some("2024-02-01")));
    assert_eq!(
        (draft.publisher.unwrap().name.as_str(), draft.contacts.len(), draft.distributions.len()),
        ("Office", 2, 2)
    );
    assert_eq!(
        draft.distributions[0].url.as_deref(),
        Some("https://data.example/api/views/abcd-1234/rows.csv?accessType=DOWNLOAD")
    );
}

#[test]
fn flags_that_hide_an_entry_close_it() {
    for resource in [
        json!({"private": true}),
        json!({"published": false}),
        json!({"is_public": "false"}),
        json!({"is_hidden": 1}),
        json!({"hide_from_catalog": true}),
        json!({"visible_to_anonymous": false}),
        json!({"locked_down": true}),
        json!({"audience": "private"}),
        json!({"audience": "site"}),
        json!({"publicationStage": "unpublished"}),
        json!({"private": "maybe"}),
    ] {
        let mut resource = resource;
        resource["id"] = json!("a");
        resource["name"] = json!("T");
        let terms = entry(&json!({"resource": resource})).terms;
        assert_eq!((terms.listed_openly, terms.sharing_at_least), (false, Some(Sharing::Organisation)), "{resource}");
    }
    let twice = br#"{"resource": {"id": "a", "name": "T", "private": true, "private": false}}"#;
    assert!(!read_entry(twice).unwrap().draft.terms.listed_openly, "of two flags under one key the closer holds");
    let kept_out =
        entry(&json!({"resource": {"id": "a", "name": "T", "hide_from_data_json": true, "published": true}})).terms;
    assert_eq!((kept_out.listed_openly, kept_out.reasons.len()), (true, 1));
}

#[test]
fn flags_of_a_domain_reach_the_terms() {
    let terms = |key: &str, value: &str| {
        entry(&json!({"resource": {"id": "a", "name": "T"}, "classification": {"domain_metadata": [{"key": key, "value": value}]}})).terms
    };
    assert_eq!(terms("Common-Core_Public-Access-Level", "Non-Public").sharing_at_least, Some(Sharing::Organisation));
    assert_eq!(
        terms("Proposed-Access-Level_Proposed-Access-Level", "Restricted").sharing_at_least,
        Some(Sharing::Restricted)
    );
    assert_eq!(terms("Profile_Is-Classified", "yes").classification.as_deref(), Some("confidential"));
    assert_eq!(terms("Profile_Is-Classified", "no").classification, None);
    assert!(!terms("Embargo-Request_Embargo-Requested?", "yes").listed_openly);
    assert_eq!(terms("Common-Core_Access-Level-Comment", "Ask first").reasons, ["Ask first"]);
}

#[test]
fn pages_of_every_shape_are_cut() {
    let one = r#"{"resource": {"id": "a", "name": "A"}}"#;
    let answer = list_catalog(format!(r#"{{"results": [{one}], "resultSetSize": 9}}"#).as_bytes()).unwrap();
    assert_eq!((answer.count, answer.next.as_deref()), (Some(9), Some("a")));
    let end = list_catalog(br#"{"results": [], "resultSetSize": 9}"#).unwrap();
    assert_eq!((end.records.len(), end.next), (0, None));
    let lines = list_catalog(format!("{one}\n{{broken\n\n{one}\n").as_bytes()).unwrap();
    assert_eq!((lines.records.len(), lines.next), (3, None));
    assert_eq!(read_entry(&lines.records[1].bytes).unwrap_err().code, "broken-json");
    let view = list_catalog(br#"{"id": "a", "displayType": "table", "columns": []}"#).unwrap();
    assert_eq!(view.records[0].id.as_deref(), Some("a"));
    let rows = list_catalog(br#"[{"name": "someone", "year": "1982"}]"#).unwrap_err();
    assert_eq!(rows.code, "rows-of-data");
    assert_eq!(list_catalog(br#"{"error": "unknown domain"}"#).unwrap_err().code, "error-answer");
}

#[test]
fn a_classification_that_marks_nothing_is_a_topic() {
    let read = |key: &str, value: &str| {
        let draft = entry(&json!({"resource": {"name": "T", "id": "abcd-1234"},
            "classification": {"domain_metadata": [{"key": key, "value": value}]}}));
        (draft.topics, draft.terms.classification)
    };
    let topic = (vec!["Transportation".to_owned()], None);
    assert_eq!(read("Dataset-Information_Classification", "Transportation"), topic);
    for (key, value) in [
        ("Dataset_Classification", "Confidential"),
        ("Dataset_Classification", "Level 3 - Restricted"),
        ("Dataset_Security-Classification", "Level 3"),
    ] {
        assert_eq!(read(key, value), (Vec::new(), Some(value.to_owned())));
    }
}
