#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::{AccessMethod, Identifier, Sharing};
use serde_json::{Value as Json, json};

use super::*;

fn primitive(name: &str, value: &Json) -> Json {
    json!({"typeName": name, "multiple": false, "typeClass": "primitive", "value": value})
}

fn compound(name: &str, members: &[(&str, &str)]) -> Json {
    let inner: serde_json::Map<String, Json> =
        members.iter().map(|(key, value)| ((*key).to_owned(), primitive(key, &json!(value)))).collect();
    json!({"typeName": name, "multiple": true, "typeClass": "compound", "value": [inner]})
}

fn version(more: &Json) -> Json {
    let mut version = json!({"metadataBlocks": {"citation": {"fields": [primitive("title", &json!("T"))]}}});
    for (key, value) in more.as_object().unwrap() {
        version[key] = value.clone();
    }
    version
}

fn read(value: &Json) -> Reading {
    read_dataset(value.to_string().as_bytes(), Some("https://repository.example")).unwrap()
}

fn terms(more: &Json) -> cairn_model::StatedText {
    read(&json!({"id": 1, "datasetVersion": version(more)})).draft.terms
}

#[test]
fn a_data_set_is_read_with_all_its_blocks() {
    let citation = json!([
        primitive("title", &json!("Wells")),
        compound("dsDescription", &[("dsDescriptionValue", "D")]),
        compound("author", &[("authorName", "An author")]),
        primitive("subject", &json!(["Health"])),
        compound("datasetContact", &[("datasetContactName", "Desk"), ("datasetContactEmail", "desk@example.org")]),
        compound("keyword", &[("keywordValue", "water")]),
        compound("producer", &[("producerName", "Maker")]),
        compound("timePeriodCovered", &[("timePeriodCoveredStart", "2001"), ("timePeriodCoveredEnd", "2005")]),
        compound("otherId", &[("otherIdValue", "X-1")]),
    ]);
    let geospatial = json!([
        compound("geographicCoverage", &[("country", "Chad"), ("state", "Lac")]),
        compound(
            "geographicBoundingBox",
            &[("westLongitude", "1"), ("southLongitude", "2"), ("eastLongitude", "3"), ("northLongitude", "4")]
        ),
    ]);
    let draft = read(&json!({"status": "OK", "data": {"id": 9, "protocol": "doi", "authority": "10.1234", "identifier": "ABC", "publisher": "Repository",
        "publicationDate": "2020-01-01", "persistentUrl": "https://doi.org/10.1234/ABC", "latestVersion": {
            "lastUpdateTime": "2021-01-01T00:00:00Z", "license": {"name": "CC0 1.0", "uri": "https://example.org/l"}, "termsOfUse": "Cite",
            "metadataBlocks": {"citation": {"fields": citation}, "geospatial": {"fields": geospatial}},
            "files": [{"label": "w.csv", "restricted": false, "dataFile": {"id": 5, "contentType": "text/csv", "filesize": 7}}]}}}))
    .draft;
    assert_eq!((draft.source_record_id.as_str(), draft.title.best("en")), ("doi:10.1234/ABC", Some("Wells")));
    assert!(draft.identifiers.contains(&Identifier { scheme: "doi".to_owned(), value: "10.1234/ABC".to_owned() }));
    assert_eq!(
        (draft.countries.as_slice(), draft.places.len(), draft.extents.as_slice()),
        (&["Chad".to_owned()][..], 1, &["1,2,3,4".to_owned()][..])
    );
    assert_eq!((draft.coverage_start.as_deref(), draft.coverage_end.as_deref()), (Some("2001"), Some("2005")));
    assert_eq!((draft.publisher.unwrap().name.as_str(), draft.owner.unwrap().name.as_str()), ("Repository", "Maker"));
    assert_eq!((draft.contacts.len(), draft.topics, draft.keywords["und"].len()), (2, vec!["Health".to_owned()], 1));
    assert_eq!((draft.licence_id.as_deref(), draft.licence_text.as_deref()), (Some("CC0 1.0"), Some("Cite")));
    assert_eq!(draft.distributions[0].url.as_deref(), Some("https://repository.example/api/access/datafile/5"));
}

#[test]
fn the_end_of_a_period_that_goes_on_is_not_that_of_another() {
    let field = |name: &str, ends: &[(&str, Option<&str>)]| {
        let value: Vec<serde_json::Value> = ends
            .iter()
            .map(|(start, end)| {
                let mut period = json!({format!("{name}Start"): {"value": start}});
                if let Some(end) = end {
                    period[format!("{name}End")] = json!({"value": end});
                }
                period
            })
            .collect();
        json!({"typeName": name, "multiple": true, "typeClass": "compound", "value": value})
    };
    let covered = field("timePeriodCovered", &[("2010", Some("2012")), ("2015", None)]);
    let collected = field("dateOfCollection", &[("2001", Some("2002"))]);
    for fields in [json!([covered, collected]), json!([collected, covered])] {
        let blocks = json!({"metadataBlocks": {"socialscience": {"fields": fields}}});
        let draft = read(&json!({"id": 1, "datasetVersion": version(&blocks)})).draft;
        assert_eq!((draft.coverage_start.as_deref(), draft.coverage_end), (Some("2010"), None));
    }
}

#[test]
fn restricted_files_reach_the_terms() {
    let file = |restricted: bool| json!({"label": "f", "restricted": restricted, "dataFile": {"id": 1}});
    let asked = terms(&json!({"fileAccessRequest": true, "files": [file(true), file(true)]}));
    assert_eq!(
        (asked.sharing_at_least, asked.access_at_least),
        (Some(Sharing::Restricted), Some(AccessMethod::OnRequest))
    );
    let never = terms(&json!({"fileAccessRequest": false, "files": [file(true)]}));
    assert_eq!(never.access_at_least, Some(AccessMethod::None));
    let some = terms(&json!({"fileAccessRequest": true, "files": [file(true), file(false)]}));
    assert_eq!((some.sharing_at_least, some.reasons.len()), (Some(Sharing::Restricted), 1));
    assert_eq!((some.access_at_least, some.listed_openly), (Some(AccessMethod::OnRequest), true));
    let none = terms(&json!({"fileAccessRequest": true, "files": [file(false)]}));
    assert_eq!((none.sharing_at_least, none.access_at_least), (None, None));
    let draft = read(&json!({"id": 1, "datasetVersion": version(&json!({"files": [file(true)]}))})).draft;
    assert_eq!(draft.distributions[0].url, None);
}

#[test]
fn terms_of_access_embargoes_and_states_reach_the_terms() {
    let access = terms(&json!({"termsOfAccess": "Ask", "confidentialityDeclaration": "Sign"}));
    assert_eq!(
        (access.reasons, access.access_at_least),
        (vec!["Ask".to_owned(), "Sign".to_owned()], Some(AccessMethod::Licensed))
    );
    let embargoed =
        json!({"label": "f", "dataFile": {"embargo": {"dateAvailable": "2030-01-01", "reason": "A paper"}}});
    let embargo = terms(&json!({"fileAccessRequest": true, "files": [embargoed]}));
    assert_eq!(
        (embargo.review_by.as_deref(), embargo.sharing_at_least),
        (Some("2030-01-01"), Some(Sharing::Restricted))
    );
    assert!(!terms(&json!({"versionState": "DRAFT"})).listed_openly);
    assert!(read(&json!({"id": 1, "datasetVersion": version(&json!({"versionState": "DEACCESSIONED"}))})).deleted);
}

#[test]
fn a_search_gives_data_sets_only() {
    let page = br#"{"status": "OK", "data": {"total_count": 5, "start": 0, "items": [{"type": "dataset", "global_id": "doi:10.1234/A", "name": "A",
        "publicationStatuses": ["Draft"]}, {"type": "dataverse", "name": "C"}], "count_in_response": 2}}"#;
    let listing = search_items(page).unwrap();
    assert_eq!((listing.records.len(), listing.next.as_deref(), listing.count), (1, Some("2"), Some(5)));
    assert_eq!(listing.problems[0].code, "not-a-dataset");
    let draft = read_search_item(&listing.records[0].bytes).unwrap().draft;
    assert_eq!((draft.source_record_id.as_str(), draft.terms.listed_openly), ("doi:10.1234/A", false));
    assert_eq!(search_items(br#"{"status": "ERROR", "message": "no"}"#).unwrap_err().code, "error-answer");
}

#[test]
fn an_item_tells_its_version_where_it_tells_when_it_was_edited() {
    let version = |item: &Json| version_of_item(item.to_string().as_bytes());
    let item =
        json!({"global_id": "doi:10.1234/A", "updatedAt": "2024-01-02T03:04:05Z", "versionId": 7, "majorVersion": 2});
    assert_eq!(version(&item).as_deref(), Some("2024-01-02T03:04:05Z 7 2  "));
    let mut other = item.clone();
    other["minorVersion"] = json!(1);
    assert_ne!(version(&item), version(&other));
    assert_eq!(version(&json!({"global_id": "doi:10.1234/A", "versionId": 7})), None);
}

#[test]
fn what_has_no_metadata_is_an_error() {
    let code = |text: &str| read_dataset(text.as_bytes(), None).unwrap_err().code;
    assert_eq!(code(r#"{"status": "ERROR", "message": "not found"}"#), "error-answer");
    assert_eq!(code(r#"{"id": 1}"#), "not-a-dataset");
}
