#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::{Contact, Draft, DraftDistribution, DraftOrganisation, Field, LocalizedText, Sharing, StatedText};
use serde_json::json;

use super::*;
use crate::Reading;

fn item(value: &serde_json::Value) -> Reading {
    read_item(value.to_string().as_bytes(), Some("https://portal.example/")).unwrap()
}

#[test]
fn an_item_is_read_in_full() {
    let reading = item(&json!({
        "id": "abc", "owner": "desk_account", "title": "Clinics", "name": "Clinics", "type": "Feature Service", "snippet": "Where clinics are",
        "description": null, "tags": ["health"], "categories": ["/Categories/Health"], "culture": "en-us", "created": 1_500_000_000_000_i64,
        "modified": 1_600_000_000_000_i64, "extent": [[40, 10], [50, 20]], "licenseInfo": "Ask first", "accessInformation": "Survey team",
        "access": "public", "url": "https://server.example/Clinics/FeatureServer", "orgId": "o1", "source": "Health Office", "size": -1
    }));
    let expected = Draft {
        source_record_id: "abc".to_owned(),
        title: LocalizedText::undetermined("Clinics"),
        description: LocalizedText::undetermined("Where clinics are"),
        keywords: [("und".to_owned(), vec!["health".to_owned()])].into(),
        languages: vec!["en-us".to_owned()],
        kind: Some("Feature Service".to_owned()),
        publisher: Some(DraftOrganisation { id: Some("o1".to_owned()), name: "Health Office".to_owned(), kind: None }),
        contacts: vec![Contact {
            name: Some("desk_account".to_owned()),
            role: Some("owner".to_owned()),
            published_openly: true,
            ..Contact::default()
        }],
        topics: vec!["Health".to_owned()],
        methodology: Some("Credits: Survey team".to_owned()),
        extents: vec!["40,10,50,20".to_owned()],
        issued: Some("1500000000000".to_owned()),
        modified: Some("1600000000000".to_owned()),
        distributions: vec![DraftDistribution {
            title: Some("Clinics".to_owned()),
            url: Some("https://server.example/Clinics/FeatureServer".to_owned()),
            format: Some("Feature Service".to_owned()),
            ..DraftDistribution::default()
        }],
        landing_page: Some("https://portal.example/home/item.html?id=abc".to_owned()),
        licence_text: Some("Ask first".to_owned()),
        terms: StatedText { listed_openly: true, sharing: Some("public".to_owned()), ..StatedText::default() },
        ..Draft::default()
    };
    assert_eq!(reading, Reading { draft: expected, problems: Vec::new(), deleted: false });
}

#[test]
fn every_access_of_an_item_reaches_the_terms() {
    let terms = |access: &str| {
        let reading = item(&json!({"id": "a", "title": "T", "access": access}));
        (reading.draft.terms.sharing_at_least, reading.draft.terms.listed_openly, reading.problems.len())
    };
    assert_eq!(terms("public"), (None, true, 0));
    assert_eq!(terms("shared"), (Some(Sharing::Restricted), false, 0));
    assert_eq!(terms("org"), (Some(Sharing::Organisation), false, 0));
    assert_eq!(terms("private"), (Some(Sharing::Closed), false, 0));
    assert_eq!(terms("everyone?"), (Some(Sharing::Organisation), false, 1));
}

#[test]
fn of_the_values_of_a_classification_the_closest_holds() {
    let terms = |classification: serde_json::Value| {
        item(&json!({"id": "a", "title": "T", "access": "public", "classification": classification})).draft.terms
    };
    assert_eq!(terms(json!({"U": "Unclassified"})).classification.as_deref(), Some("Unclassified"));
    assert_eq!(terms(json!("Confidential")).classification.as_deref(), Some("Confidential"));
    let several = terms(json!({"level": "Unclassified", "of": [{"part": "Strictly confidential"}, "violet"]}));
    assert_eq!(several.classification.as_deref(), Some("Strictly confidential"));
    assert_eq!(several.reasons, ["Classification: Unclassified, Strictly confidential, violet"]);
}

#[test]
fn a_page_of_items_leads_to_the_next_until_minus_one() {
    let page = |next: i32| {
        let text = format!(r#"{{"total": 3, "start": 1, "num": 1, "nextStart": {next}, "results": [{{"id": "a"}}]}}"#);
        let listing = list_items(text.as_bytes()).unwrap();
        (listing.records[0].id.clone(), listing.count, listing.next)
    };
    assert_eq!(page(2), (Some("a".to_owned()), Some(3), Some("2".to_owned())));
    assert_eq!(page(-1), (Some("a".to_owned()), Some(3), None));
}

#[test]
fn errors_inside_a_good_answer_are_errors() {
    let error = |code: i32, message: &str| {
        let text = json!({"error": {"code": code, "message": message, "details": []}}).to_string();
        assert_eq!(read_layer(text.as_bytes(), None).unwrap_err().code, "error-answer");
        assert_eq!(read_item(text.as_bytes(), None).unwrap_err().code, "error-answer");
        assert_eq!(list_layers(text.as_bytes()).unwrap_err(), error_of(text.as_bytes()).unwrap());
        list_items(text.as_bytes()).unwrap_err()
    };
    assert_eq!(error(499, "Token Required"), ArcgisError::TokenRequired);
    assert_eq!(error(498, "Invalid token."), ArcgisError::TokenInvalid);
    assert_eq!(error(403, "no"), ArcgisError::Forbidden);
    assert_eq!(error(400, "Item does not exist or is inaccessible."), ArcgisError::NotFound);
    assert_eq!(error(429, "slow down"), ArcgisError::RateLimited);
    assert_eq!(error(500, "oh"), ArcgisError::Other { code: 500, message: "oh".to_owned() });
    assert!(matches!(list_items(b"<html>"), Err(ArcgisError::Unreadable(_))));
}

#[test]
fn a_layer_gives_its_fields_its_extent_in_degrees_and_no_row() {
    let reading = read_layer(
        json!({
            "id": 3, "serviceItemId": "abc", "name": "Wells", "type": "Feature Layer", "description": "Wells", "copyrightText": "Office",
            "editingInfo": {"lastEditDate": 1_600_000_000_000_i64},
            "extent": {"xmin": 0, "ymin": 0, "xmax": 20_037_508.342_789_244, "ymax": 20_037_508.342_789_244, "spatialReference": {"wkid": 102_100, "latestWkid": 3857}},
            "fields": [
                {"name": "q", "alias": "Quality", "type": "esriFieldTypeInteger",
                    "domain": {"type": "codedValue", "name": "Grades", "codedValues": [{"code": 1, "name": "good"}, {"code": 2, "name": "poor"}]}},
                {"name": "depth", "alias": "depth", "type": "esriFieldTypeDouble", "domain": {"type": "range", "range": [0, 90]}}
            ]
        })
        .to_string()
        .as_bytes(),
        Some("https://server.example/Wells/FeatureServer/3"),
    )
    .unwrap();
    let draft = reading.draft;
    let field = |name: &str, description: &str, data_type: &str| Field {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        data_type: Some(data_type.to_owned()),
        ..Field::default()
    };
    assert_eq!((draft.source_record_id.as_str(), draft.kind.as_deref()), ("abc_3", Some("Feature Layer")));
    assert_eq!(draft.modified.as_deref(), Some("1600000000000"));
    assert_eq!(draft.extents, ["0,0,180,85.0511287798066"]);
    assert_eq!(
        draft.fields,
        [
            field("q", "Quality. Codes of Grades: 1 = good, 2 = poor", "esriFieldTypeInteger"),
            field("depth", "Range: 0 to 90", "esriFieldTypeDouble")
        ]
    );
    let rows = br#"{"fields": [], "features": [{"attributes": {"name": "someone"}}]}"#;
    assert_eq!(read_layer(rows, None).unwrap_err().code, "rows-of-data");
}

#[test]
fn an_extent_in_another_reference_is_a_problem() {
    let text = br#"{"name": "L", "extent": {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4, "spatialReference": {"wkid": 27700}}}"#;
    let reading = read_layer(text, Some("https://server.example/0")).unwrap();
    let problem = &reading.problems[0];
    assert_eq!((problem.code.as_str(), problem.value.as_deref()), ("unknown-spatial-reference", Some("27700")));
    assert!(reading.draft.extents.is_empty());
}

#[test]
fn the_author_of_a_service_publishes_it_where_it_is_no_person() {
    let publisher = |author: &str| {
        let text = json!({"currentVersion": 11, "name": "Wells", "documentInfo": {"Author": author}}).to_string();
        read_layer(text.as_bytes(), Some("https://example.org/arcgis/rest/services/Wells/MapServer/0"))
            .unwrap()
            .draft
            .publisher
    };
    assert_eq!(publisher("Water Office").map(|office| office.name).as_deref(), Some("Water Office"));
    assert_eq!(publisher("Doe, Jane"), None);
}

#[test]
fn a_service_names_its_layers() {
    let text = br#"{"currentVersion": 11, "serviceDescription": "D", "documentInfo": {"Title": "", "Keywords": "a, b"},
        "layers": [{"id": 0, "name": "L", "type": "Feature Layer"}, {"id": 1, "type": "Group Layer"}], "tables": [{"id": 2, "name": "T"}]}"#;
    let layers: Vec<(String, bool)> =
        list_layers(text).unwrap().layers.into_iter().map(|layer| (layer.id, layer.is_group)).collect();
    assert_eq!(layers, [("0".to_owned(), false), ("1".to_owned(), true), ("2".to_owned(), false)]);
}

#[test]
fn a_data_set_of_hub_keeps_its_access_and_its_fields() {
    let page = br#"{"data": [{"id": "x_0", "attributes": {"name": "N", "access": "shared", "fields": [{"name": "f", "type": "esriFieldTypeOID"}],
        "statistics": {"values": [{"value": "someone"}]}, "organization": "O"}, "links": {"itemPage": "https://portal.example/x"}}],
        "meta": {"stats": {"totalCount": 1}, "next": "?page=2"}}"#;
    let listing = list_hub_datasets(page).unwrap();
    assert_eq!((listing.count, listing.next.as_deref()), (Some(1), Some("?page=2")));
    let draft = read_hub_dataset(&listing.records[0].bytes).unwrap().draft;
    assert_eq!((draft.source_record_id.as_str(), draft.terms.sharing_at_least), ("x_0", Some(Sharing::Restricted)));
    assert_eq!((draft.fields.len(), draft.landing_page.as_deref()), (1, Some("https://portal.example/x")));
    assert!(!format!("{draft:?}").contains("someone"));
}

#[test]
fn only_a_group_is_a_group_whatever_else_a_layer_says_of_layers_below_it() {
    let text = br#"{"layers": [{"id": 0, "type": "Feature Layer", "subLayerIds": null}, {"id": 1, "type": "Annotation Layer", "subLayerIds": [2]},
        {"id": 3, "subLayerIds": null}, {"id": 4, "subLayerIds": [5]}, {"id": 6, "type": "Group Layer", "subLayerIds": [7]}], "tables": []}"#;
    let groups: Vec<bool> = list_layers(text).unwrap().layers.iter().map(|layer| layer.is_group).collect();
    assert_eq!(groups, [false, false, false, true, true]);
}

#[test]
fn what_a_listing_of_layers_loses_is_a_problem() {
    let codes = |text: &str| {
        let listed = list_layers(text.as_bytes()).unwrap();
        let codes: Vec<String> = listed.problems.into_iter().map(|problem| problem.code).collect();
        (listed.layers.len(), codes)
    };
    assert_eq!(
        codes(r#"{"layers": [{"id": 0}, {"name": "N"}, {"name": "O"}]}"#),
        (1, vec!["unnamed-entry".to_owned()])
    );
    assert_eq!(codes(r#"{"layers": [{"id": 0}, {"id": 1"#), (1, vec!["broken-json".to_owned()]));
}

#[test]
fn a_directory_names_its_folders_and_services() {
    let text = br#"{"currentVersion": 11.1, "folders": ["Health", "Water"], "services": [{"name": "Roads", "type": "MapServer"}, {"name": "Nothing"}]}"#;
    let directory = list_services(text).unwrap();
    assert_eq!(directory.folders, ["Health", "Water"]);
    assert_eq!(directory.services, [ListedService { name: "Roads".to_owned(), kind: "MapServer".to_owned() }]);
    assert_eq!(directory.problems[0].code, "unnamed-entry");
    assert!(list_services(br#"{"folders": []}"#).unwrap().services.is_empty());
    assert!(matches!(list_services(br#"{"layers": []}"#), Err(ArcgisError::Unreadable(_))));
    let refused = br#"{"error": {"code": 499, "message": "Token Required", "details": []}}"#;
    assert_eq!(list_services(refused).unwrap_err(), ArcgisError::TokenRequired);
}
