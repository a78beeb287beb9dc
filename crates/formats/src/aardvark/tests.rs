#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::*;

fn record(value: &serde_json::Value) -> Draft {
    read_geoblacklight_record(value.to_string().as_bytes()).unwrap().draft
}

#[test]
fn a_record_is_read_in_full() {
    let references = json!({"http://schema.org/url": "https://library.example/1", "http://schema.org/downloadUrl": [{"url": "https://library.example/1.zip", "label": "Zip"}],
        "http://www.opengis.net/def/serviceType/ogc/wms": "https://library.example/wms", "http://iiif.io/api/image": "https://library.example/iiif"});
    let draft = record(
        &json!({"id": "lib-1", "dct_title_s": "Rivers", "dct_description_sm": ["One", "Two"], "dct_language_sm": ["eng"], "dct_publisher_sm": ["Office"],
        "dct_creator_sm": ["Maker"], "dct_issued_s": "2003", "gbl_mdModified_dt": "2016-09-16T15:06:39Z", "dct_subject_sm": ["water"], "gbl_resourceClass_sm": ["Maps"],
        "dct_spatial_sm": ["Chad", "Sahel"], "dct_temporal_sm": ["1996", "1945"], "dct_accessRights_s": "Public", "dct_format_s": "Shapefile", "schema_provider_s": "Library",
        "dct_license_sm": ["https://example.org/l"], "dct_rights_sm": ["Cite"], "locn_geometry": "ENVELOPE(1, 3, 4, 2)", "dct_identifier_sm": ["https://doi.org/10.1234/r"],
        "dct_references_s": references.to_string()}),
    );
    assert_eq!(
        (draft.source_record_id.as_str(), draft.title.best("en"), draft.description.best("en")),
        ("lib-1", Some("Rivers"), Some("One\n\nTwo"))
    );
    assert_eq!((draft.kind.as_deref(), draft.issued.as_deref()), (Some("Maps"), Some("2003")));
    assert_eq!((draft.coverage_start.as_deref(), draft.coverage_end.as_deref()), (Some("1945"), Some("1996")));
    assert_eq!(
        (draft.extents.as_slice(), draft.countries.len(), draft.places.len()),
        (&["ENVELOPE(1, 3, 4, 2)".to_owned()][..], 1, 1)
    );
    assert_eq!((draft.landing_page.as_deref(), draft.identifiers.len()), (Some("https://library.example/1"), 1));
    let formats: Vec<Option<&str>> = draft.distributions.iter().map(|file| file.format.as_deref()).collect();
    assert_eq!(formats, [Some("Shapefile"), Some("WMS")]);
    assert_eq!((draft.publisher.unwrap().name.as_str(), draft.custodian.unwrap().name.as_str()), ("Office", "Library"));
    assert_eq!(
        (draft.licence_url.as_deref(), draft.licence_text.as_deref()),
        (Some("https://example.org/l"), Some("Cite"))
    );
}

#[test]
fn access_rights_reach_the_terms() {
    let terms = |key: &str, value: serde_json::Value| record(&json!({"id": "a", "dct_title_s": "T", key: value})).terms;
    let restricted = (Some(Sharing::Restricted), Some(AccessMethod::OnRequest));
    assert_eq!(terms("dct_accessRights_s", json!("Public")).sharing.as_deref(), Some("public"));
    for (key, value) in
        [("dct_accessRights_s", "Restricted"), ("dc_rights_s", "Restricted"), ("dct_accessRights_s", "Campus")]
    {
        let terms = terms(key, json!(value));
        assert_eq!((terms.sharing_at_least, terms.access_at_least), restricted, "{key} {value}");
    }
    assert!(!terms("gbl_suppressed_b", json!(true)).listed_openly);
}

#[test]
fn the_older_schema_and_pages_are_read() {
    let page = br#"{"response": {"numFound": 2, "docs": [{"layer_slug_s": "a", "dc_title_s": "T", "dc_rights_s": "Public", "solr_geom": "ENVELOPE(1, 3, 4, 2)"}]}}"#;
    let listing = list_records(page).unwrap().listing;
    assert_eq!((listing.count, listing.records[0].id.as_deref()), (Some(2), Some("a")));
    let draft = read_geoblacklight_record(&listing.records[0].bytes).unwrap().draft;
    assert_eq!((draft.source_record_id.as_str(), draft.extents.len()), ("a", 1));
    let own = list_records(br#"{"links": {"next": "?page=2"}, "data": [{"id": "b", "attributes": {"dct_title_s": "T"}}], "meta": {"pages": {"total_count": 3}}}"#).unwrap().listing;
    assert_eq!((own.count, own.next.as_deref()), (Some(3), Some("?page=2")));
    assert_eq!(read_geoblacklight_record(&own.records[0].bytes).unwrap().draft.title.best("en"), Some("T"));
    assert_eq!(list_records(br#"{"error": "no"}"#).unwrap_err().code, "error-answer");
    let one =
        list_records(br#"{"layer_slug_s": "a", "dc_title_s": "T", "geoblacklight_version": "1.0"}"#).unwrap().listing;
    assert_eq!((one.records[0].id.as_deref(), one.count), (Some("a"), Some(1)));
}

#[test]
fn a_search_that_writes_for_people_names_documents_and_no_records() {
    let page = br#"{"links": {"next": "?page=2"}, "meta": {"pages": {"total_count": 3}}, "data": [{"id": "b", "type": "document",
        "attributes": {"dct_title_s": {"id": "x", "type": "document_value", "attributes": {"value": "T", "label": "Title"}}},
        "links": {"self": "https://library.example/catalog/b"}}]}"#;
    let page = list_records(page).unwrap();
    assert_eq!(page.documents, ["https://library.example/catalog/b"]);
    assert_eq!((page.listing.records.len(), page.listing.next.as_deref()), (0, Some("?page=2")));
}

#[test]
fn the_layers_of_a_repository_are_folders_or_files() {
    let layers = br#"{"lib-1": "ab/cd/lib-1", "lib-2": "flat/lib-2.json", "lib-3": "x/"}"#;
    let paths = ["ab/cd/lib-1/geoblacklight.json", "flat/lib-2.json", "x/geoblacklight.json"];
    assert_eq!(list_layers(layers), Ok(paths.map(str::to_owned).to_vec()));
    let code = |text: &str| list_layers(text.as_bytes()).unwrap_err().code;
    assert_eq!(code(r#"{"message": "Not Found", "status": 404}"#), "error-answer");
    assert_eq!((code(r#"{"a": {"b": "c"}}"#), code("{}")), ("not-a-listing".to_owned(), "not-a-listing".to_owned()));
}

#[test]
fn all_periods_count_and_not_the_first_alone() {
    let covered = |key: &str, times: &[&str]| {
        let draft = record(&json!({"id": "lib-1", "dct_title_s": "Rivers", key: times}));
        (draft.coverage_start, draft.coverage_end)
    };
    let both = |start: &str, end: &str| (Some(start.to_owned()), Some(end.to_owned()));
    assert_eq!(covered("dct_temporal_sm", &["2010-2012", "2015"]), both("2010", "2015"));
    assert_eq!(covered("gbl_dateRange_drsim", &["[2000 TO 2002]", "[1990 TO 1991]"]), both("1990", "2002"));
}
