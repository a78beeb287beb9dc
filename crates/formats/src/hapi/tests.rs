#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

#[test]
fn rows_of_all_pages_make_one_record_a_data_set() {
    let pages = [
        r#"{"data": [{"dataset_hdx_id": "d1", "dataset_hdx_stub": "wells", "dataset_hdx_title": "Wells", "hdx_provider_name": "Office", "hdx_link": "https://hdx.example/wells"}]}"#,
        r#"{"data": [{"dataset_hdx_id": "d1", "resource_hdx_id": "r1", "name": "w.csv", "format": "csv", "update_date": "2024-02-01", "download_url": "https://hdx.example/w.csv"}]}"#,
    ];
    let listing = list_datasets(&pages).unwrap();
    assert_eq!((listing.records.len(), listing.records[0].id.as_deref()), (1, Some("d1")));
    let draft = read_dataset(&listing.records[0].bytes).unwrap().draft;
    assert_eq!((draft.source_record_id.as_str(), draft.title.best("en")), ("d1", Some("Wells")));
    assert_eq!((draft.distributions.len(), draft.modified.as_deref()), (1, Some("2024-02-01")));
    assert_eq!(
        (draft.landing_page.as_deref(), draft.publisher.unwrap().name.as_str()),
        (Some("https://hdx.example/wells"), "Office")
    );
}

#[test]
fn what_is_available_where_is_one_record_a_category() {
    let page = r#"{"data": [{"category": "affected-people", "subcategory": "idps", "location_code": "TCD", "admin1_code": "TCD01", "hapi_updated_date": "2024-01-01"},
        {"category": "affected-people", "subcategory": "idps", "location_code": "MLI", "hapi_updated_date": "2024-03-01"}]}"#;
    let listing = list_datasets(&[page]).unwrap();
    let draft = read_dataset(&listing.records[0].bytes).unwrap().draft;
    assert_eq!(draft.source_record_id, "affected-people/idps");
    assert_eq!((draft.countries.len(), draft.places.len(), draft.modified.as_deref()), (2, 1, Some("2024-03-01")));
}

#[test]
fn the_countries_of_a_category_of_very_many_places_are_all_known() {
    let row = |country: &str, place: usize| {
        format!(
            r#"{{"category": "food", "subcategory": "prices", "location_code": "{country}", "admin2_code": "{country}{place:06}"}}"#
        )
    };
    let rows: Vec<String> = (0..11_000).map(|place| row("AFG", place)).chain([row("YEM", 1)]).collect();
    let listing = list_datasets(&[format!(r#"{{"data": [{}]}}"#, rows.join(","))]).unwrap();
    let reading = read_dataset(&listing.records[0].bytes).unwrap();
    assert_eq!((reading.draft.countries, reading.problems), (vec!["AFG".to_owned(), "YEM".to_owned()], Vec::new()));
    assert_eq!(reading.draft.places.len(), 11_001);
}

#[test]
fn a_missing_application_identifier_has_a_code_of_its_own() {
    let refused = br#"{"error": "Invalid app_identifier"}"#;
    assert_eq!(count_rows(refused).unwrap_err().code, "app-identifier-required");
    assert_eq!(count_rows(br#"{"detail": "no"}"#).unwrap_err().code, "not-a-listing");
    assert_eq!(count_rows(br#"{"data": [{"a": 1}]}"#), Ok(1));
}
