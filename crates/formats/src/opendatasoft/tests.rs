#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::*;

fn dataset(value: &serde_json::Value) -> Draft {
    read_dataset(value.to_string().as_bytes(), Some("https://portal.example")).unwrap().draft
}

#[test]
fn both_versions_say_the_same() {
    let version_two = dataset(
        &json!({"dataset_id": "wells", "visibility": "domain", "has_records": true, "data_visible": true,
        "fields": [{"name": "d", "label": "Depth", "type": "double", "description": "in metres"}],
        "metas": {"default": {"title": "Wells", "description": "D", "language": "fr", "keyword": ["a"], "theme": ["Water"],
            "license": "ODbL", "modified": "2024-01-01", "publisher": "Office"}, "dcat": {"contact_email": "desk@example.org", "issued": "2020-01-01", "created": "2019-01-01"}}}),
    );
    let version_one = dataset(&json!({"datasetid": "wells", "has_records": true,
        "fields": [{"name": "d", "label": "Depth", "type": "double", "description": "in metres"}],
        "metas": {"title": "Wells", "description": "D", "language": "fr", "keyword": "a", "theme": "Water", "license": "ODbL",
            "modified": "2024-01-01", "publisher": "Office", "issued": "2020-01-01", "visibility": "domain", "contact_email": "desk@example.org"}}));
    assert_eq!(version_two, version_one);
    assert_eq!((version_one.title.best("fr"), version_one.licence_title.as_deref()), (Some("Wells"), Some("ODbL")));
    assert_eq!(
        (version_one.issued.as_deref(), version_one.modified.as_deref()),
        (Some("2020-01-01"), Some("2024-01-01"))
    );
    assert_eq!(version_one.landing_page.as_deref(), Some("https://portal.example/explore/dataset/wells/"));
    assert_eq!(version_one.fields[0].description.as_deref(), Some("Depth. in metres"));
}

#[test]
fn visibility_reaches_the_terms() {
    let terms = |value: serde_json::Value| {
        let terms = dataset(&value).terms;
        (terms.listed_openly, terms.sharing_at_least, terms.access_at_least)
    };
    assert_eq!(terms(json!({"dataset_id": "a", "visibility": "domain"})), (true, None, None));
    assert_eq!(terms(json!({"dataset_id": "a", "visibility": "restricted"})), (false, Some(Sharing::Restricted), None));
    assert_eq!(
        terms(json!({"datasetid": "a", "metas": {"visibility": "restricted"}})),
        (false, Some(Sharing::Restricted), None)
    );
    assert_eq!(terms(json!({"dataset_id": "a", "visibility": "new"})), (false, Some(Sharing::Organisation), None));
    let hidden = (true, Some(Sharing::Restricted), Some(AccessMethod::OnRequest));
    assert_eq!(terms(json!({"dataset_id": "a", "data_visible": false})), hidden);
}

#[test]
fn boxes_of_inspire_and_files_are_read() {
    let draft = dataset(&json!({"datasetid": "a", "metas": {"title": "T"}, "interop_metas": {"inspire": {
        "extend_bounding_box_westbound_longitude": "1", "extend_bounding_box_southbound_latitude": "2",
        "extend_bounding_box_eastbound_longitude": "3", "extend_bounding_box_northbound_latitude": "4", "file_identifier": "f"}},
        "attachments": [{"id": "d", "url": "odsfile://d.pdf", "mimetype": "application/pdf"}], "has_records": false}));
    assert_eq!((draft.extents, draft.identifiers.len()), (vec!["1,2,3,4".to_owned()], 1));
    assert_eq!((draft.distributions.len(), draft.distributions[0].url.as_deref()), (1, None));
}

#[test]
fn pages_of_every_version_are_cut() {
    let two = list_datasets(br#"{"total_count": 5, "results": [{"dataset_id": "a"}]}"#).unwrap();
    assert_eq!((two.count, two.records[0].id.as_deref()), (Some(5), Some("a")));
    let one = list_datasets(br#"{"nhits": 5, "datasets": [{"datasetid": "a"}]}"#).unwrap();
    assert_eq!((one.count, one.records[0].id.as_deref()), (Some(5), Some("a")));
    let between = list_datasets(
        br#"{"links": [{"rel": "next", "href": "?offset=1"}], "datasets": [{"dataset": {"dataset_id": "a"}}]}"#,
    )
    .unwrap();
    assert_eq!((between.next.as_deref(), between.records[0].id.as_deref()), (Some("?offset=1"), Some("a")));
    assert_eq!(list_datasets(br#"{"datasetid": "a"}"#).unwrap().records[0].id.as_deref(), Some("a"));
    let error = list_datasets(br#"{"error_code": "InvalidRESTParameterError", "message": "no"}"#).unwrap_err();
    assert_eq!(error.code, "not-a-listing");
}
