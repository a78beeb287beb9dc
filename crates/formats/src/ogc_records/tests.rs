#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use cairn_model::{AccessMethod, Contact, DraftDistribution, DraftOrganisation, Identifier, Sharing, StatedText};
use serde_json::json;

use super::*;

fn record(properties: &serde_json::Value) -> Reading {
    read_record(json!({"id": "r1", "type": "Feature", "properties": properties}).to_string().as_bytes()).unwrap()
}

#[test]
fn a_record_is_read_in_full() {
    let text = json!({
        "id": "urn:example:wells", "type": "Feature",
        "time": {"interval": ["2009-10-09Z", ".."], "resolution": "P1M"},
        "geometry": {"type": "Point", "coordinates": [45, 15]},
        "properties": {
            "type": "dataset", "title": "Puits", "description": "Où sont les puits", "keywords": ["eau"],
            "language": {"code": "fr"}, "resourceLanguages": [{"code": "ar"}],
            "created": "2009-10-09Z", "updated": "2024-02-01", "license": "CC-BY-4.0", "rights": "Citer la source",
            "themes": [{"concepts": [{"id": "water", "title": "Water"}, {"id": "wash"}], "scheme": "https://example.org"}],
            "externalIds": [{"value": "10.1234/wells"}],
            "contacts": [{"organization": "Water Office", "position": "Desk", "roles": ["publisher"],
                "emails": [{"value": "desk@example.org"}], "phones": [{"value": "+000"}]}]
        },
        "links": [
            {"rel": "self", "href": "https://example.org/r"},
            {"rel": "enclosure", "href": "https://example.org/w.csv", "type": "text/csv", "title": "Wells", "length": 12},
            {"rel": "canonical", "href": "https://example.org/w", "type": "text/html"},
            {"rel": "license", "href": "https://example.org/l"}
        ]
    });
    let expected = Draft {
        source_record_id: "urn:example:wells".to_owned(),
        identifiers: vec![Identifier { scheme: "doi".to_owned(), value: "10.1234/wells".to_owned() }],
        title: LocalizedText::new("fr", "Puits"),
        description: LocalizedText::new("fr", "Où sont les puits"),
        keywords: BTreeMap::from([("fr".to_owned(), vec!["eau".to_owned()])]),
        languages: vec!["ar".to_owned()],
        kind: Some("dataset".to_owned()),
        publisher: Some(DraftOrganisation { name: "Water Office".to_owned(), ..DraftOrganisation::default() }),
        contacts: vec![Contact {
            name: Some("Desk".to_owned()),
            email: Some("desk@example.org".to_owned()),
            phone: Some("+000".to_owned()),
            role: Some("publisher".to_owned()),
            published_openly: true,
        }],
        topics: vec!["Water".to_owned(), "wash".to_owned()],
        extents: vec![r#"{"coordinates":[45,15],"type":"Point"}"#.to_owned()],
        coverage_start: Some("2009-10-09Z".to_owned()),
        coverage_end: Some("..".to_owned()),
        issued: Some("2009-10-09Z".to_owned()),
        modified: Some("2024-02-01".to_owned()),
        distributions: vec![DraftDistribution {
            title: Some("Wells".to_owned()),
            url: Some("https://example.org/w.csv".to_owned()),
            media_type: Some("text/csv".to_owned()),
            size: Some("12".to_owned()),
            ..DraftDistribution::default()
        }],
        landing_page: Some("https://example.org/w".to_owned()),
        licence_id: Some("CC-BY-4.0".to_owned()),
        licence_text: Some("Citer la source".to_owned()),
        licence_url: Some("https://example.org/l".to_owned()),
        terms: StatedText { listed_openly: true, ..StatedText::default() },
        ..Draft::default()
    };
    let reading = read_record(text.to_string().as_bytes()).unwrap();
    assert_eq!(reading, Reading { draft: expected, problems: Vec::new(), deleted: false });
}

#[test]
fn who_produced_the_data_is_the_publisher_where_nobody_else_is() {
    let of = |others: serde_json::Value| {
        let producer = json!({"organization": "Weather Service", "roles": ["host", "producer"]});
        let draft = record(&json!({"title": "Rain", "contacts": [producer, others]})).draft;
        (draft.publisher.map(|one| one.name), draft.custodian.map(|one| one.name))
    };
    let some = |name: &str| Some(name.to_owned());
    let desk = json!({"organization": "Desk", "roles": ["pointOfContact"]});
    assert_eq!(of(desk), (some("Weather Service"), some("Weather Service")));
    let portal = json!({"organization": "Portal", "roles": ["publisher"]});
    assert_eq!(of(portal), (some("Portal"), some("Weather Service")));
}

#[test]
fn dates_that_end_in_z_are_dates() {
    let date = cairn_model::date::read_date("2009-10-09Z").unwrap();
    assert_eq!(date.first.to_string(), "2009-10-09");
}

#[test]
fn access_flags_reach_the_terms() {
    let terms = |key: &str, value: serde_json::Value| {
        let terms = record(&json!({"title": "T", key: value})).draft.terms;
        (terms.sharing, terms.sharing_at_least, terms.access_at_least)
    };
    let restricted = (None, Some(Sharing::Restricted), Some(AccessMethod::OnRequest));
    assert_eq!(terms("accessLevel", json!("public")), (Some("public".to_owned()), None, None));
    assert_eq!(terms("accessLevel", json!("restricted public")), restricted);
    assert_eq!(
        terms("accessRights", json!("http://publications.europa.eu/resource/authority/access-right/RESTRICTED")),
        restricted
    );
    assert_eq!(terms("access", json!("non-public")), (None, Some(Sharing::Organisation), Some(AccessMethod::None)));
}

#[test]
fn of_two_flags_under_one_key_the_closer_holds() {
    let text = br#"{"id": "r", "properties": {"title": "T", "accessLevel": "public", "accessLevel": "non-public"}}"#;
    let terms = read_record(text).unwrap().draft.terms;
    assert_eq!(terms.sharing_at_least, Some(Sharing::Organisation));
}

#[test]
fn recommended_data_and_secured_links_of_wmo_give_reasons() {
    let text = json!({"id": "r", "properties": {"title": "T", "wmo:dataPolicy": "recommended"},
        "links": [{"rel": "data", "href": "https://example.org/d", "security": {"default": {"type": "http"}}}]});
    let terms = read_record(text.to_string().as_bytes()).unwrap().draft.terms;
    assert_eq!((terms.reasons.len(), terms.sharing_at_least), (2, Some(Sharing::Restricted)));
    let half = json!({"id": "r", "properties": {"title": "T"}, "links": [{"rel": "data", "href": "https://example.org/open"},
        {"rel": "data", "href": "https://example.org/d", "security": {"default": {"type": "http"}}}]});
    let half = read_record(half.to_string().as_bytes()).unwrap().draft.terms;
    assert_eq!(
        (half.sharing_at_least, half.access_at_least),
        (Some(Sharing::Restricted), Some(AccessMethod::OnRequest))
    );
    let core = record(&json!({"title": "T", "wmo:dataPolicy": "core"})).draft;
    assert_eq!((core.terms.reasons.len(), core.licence_title.as_deref()), (0, Some("WMO data policy: core")));
}

#[test]
fn an_item_of_a_portal_in_the_properties_keeps_its_access() {
    let terms = record(&json!({"title": "T", "orgId": "o", "access": "org"})).draft.terms;
    assert_eq!((terms.listed_openly, terms.sharing_at_least), (false, Some(Sharing::Organisation)));
}

#[test]
fn a_page_gives_its_records_their_count_and_the_next_page() {
    let page =
        br#"{"type": "FeatureCollection", "numberMatched": 7, "links": [{"rel": "next", "href": "?startindex=2"}],
        "features": [{"id": "a", "properties": {"title": "\ud800"}}, 5, {"properties": {}}]}"#;
    let listing = list_records(page).unwrap();
    let ids: Vec<Option<&str>> = listing.records.iter().map(|record| record.id.as_deref()).collect();
    let codes: Vec<&str> = listing.problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!((ids, codes), (vec![Some("a"), None], vec!["not-an-object"]));
    assert_eq!((listing.count, listing.next.as_deref()), (Some(7), Some("?startindex=2")));
    assert_eq!(listing.records[0].bytes, br#"{"id": "a", "properties": {"title": "\ud800"}}"#);
}

#[test]
fn a_page_that_breaks_off_keeps_what_stands_before_the_break() {
    let listing = list_records(br#"{"features": [{"id": "a"}, {"id": "b"}, {"id": "#).unwrap();
    let problem = &listing.problems[0];
    assert_eq!((listing.records.len(), problem.code.as_str()), (2, "broken-json"));
    assert_eq!(problem.severity, cairn_model::Severity::Error);
}

#[test]
fn pages_of_another_sort_are_errors() {
    let code = |page: &str| list_records(page.as_bytes()).unwrap_err().code;
    assert_eq!(code("<html></html>"), "not-json");
    assert_eq!(code(r#"{"code": "NotFound", "description": "no such collection", "status": 404}"#), "error-answer");
    assert_eq!(code(r#"{"title": "API", "links": []}"#), "not-a-listing");
    assert_eq!(code("[1,"), "broken-json");
    assert_eq!(code(&"[".repeat(10_000)), "broken-json");
}

#[test]
fn collections_say_which_of_them_hold_records() {
    let page = br#"{"links": [{"rel": "next", "href": "?offset=2"}], "collections": [
        {"id": "a", "itemType": "record", "links": [{"rel": "items", "href": "a/items"}]}, {"id": "b"}]}"#;
    let holds =
        RecordCollection { id: "a".to_owned(), title: None, holds_records: true, items: Some("a/items".to_owned()) };
    let other = RecordCollection { id: "b".to_owned(), ..RecordCollection::default() };
    let expected = RecordCollections { collections: vec![holds, other], next: Some("?offset=2".to_owned()) };
    assert_eq!(list_collections(page), Ok(expected));
}

#[test]
fn collections_of_data_are_records_by_what_they_say_of_themselves() {
    let page = br#"{"numberMatched": 3, "links": [{"rel": "next", "href": "?offset=1"}], "collections": [{"id": "wells",
        "title": "Wells", "description": "Where wells are", "extent": {"spatial": {"bbox": [[1, 2, 3, 4]]}},
        "links": [{"rel": "items", "href": "https://a.example/collections/wells/items", "type": "application/geo+json"}]}]}"#;
    let listing = list_records(page).unwrap();
    assert_eq!((listing.count, listing.next.as_deref()), (Some(3), Some("?offset=1")));
    assert_eq!(listing.records[0].id.as_deref(), Some("wells"));
    let draft = read_record(&listing.records[0].bytes).unwrap().draft;
    assert_eq!((draft.source_record_id.as_str(), draft.title.best("en")), ("wells", Some("Wells")));
    assert_eq!((draft.extents, draft.description.best("en")), (vec!["1,2,3,4".to_owned()], Some("Where wells are")));
    assert_eq!(draft.distributions[0].url.as_deref(), Some("https://a.example/collections/wells/items"));
}

#[test]
fn a_landing_page_leads_on() {
    let page = br#"{"title": "T", "links": [{"rel": "data", "href": "/c"}, {"rel": "conformance", "href": "/k"}]}"#;
    let expected = LandingPage {
        title: Some("T".to_owned()),
        collections: Some("/c".to_owned()),
        conformance: Some("/k".to_owned()),
        search: None,
    };
    assert_eq!(read_landing_page(page), Ok(expected));
    assert_eq!(read_landing_page(b"{}").unwrap_err().code, "not-a-listing");
}

#[test]
fn odd_types_cost_their_field_and_no_record() {
    let reading = record(
        &json!({"title": "T", "description": [{"a": 1}], "contacts": "none", "themes": 3, "keywords": {"a": {}}}),
    );
    let problems: Vec<&str> = reading.problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(reading.draft.title, LocalizedText::undetermined("T"));
    assert_eq!(problems, ["properties.description", "properties.themes", "properties.contacts"]);
}

#[test]
fn a_record_without_an_id_has_one_of_its_words() {
    let id = |title: &str| {
        let reading = read_record(json!({"properties": {"title": title}}).to_string().as_bytes()).unwrap();
        (reading.draft.source_record_id, reading.problems[0].code.clone())
    };
    assert_eq!(id("A well"), id("a  WELL"));
    assert_ne!(id("A well"), id("Another"));
    assert_eq!(id("A well").1, "no-id");
    assert_eq!(read_record(b"{\"properties\": {}}").unwrap_err().code, "no-identity");
}

#[test]
fn a_number_beyond_all_numbers_costs_itself() {
    let reading = read_record(br#"{"id": "r", "properties": {"title": "T"}, "bbox": [1e999]}"#).unwrap();
    assert_eq!(reading.problems[0].code, "number-out-of-range");
}

#[test]
fn an_extent_in_another_reference_is_a_problem() {
    let collection = json!({"id": "c", "title": "T", "extent": {"spatial": {"bbox": [[1, 2, 3, 4]], "crs": "http://www.opengis.net/def/crs/EPSG/0/27700"}}});
    let reading = read_record(collection.to_string().as_bytes()).unwrap();
    assert_eq!((reading.draft.extents.len(), reading.problems[0].code.as_str()), (0, "unknown-spatial-reference"));
}

#[test]
fn a_next_page_that_is_posted_is_an_error_and_not_the_end() {
    let page = br#"{"features": [{"id": "a"}], "links": [{"rel": "next", "method": "POST", "href": "/search", "body": {"token": "b"}}]}"#;
    let listing = list_records(page).unwrap();
    assert_eq!((listing.next, listing.problems[0].code.as_str()), (None, "next-by-post"));
}

#[test]
fn an_error_beside_an_empty_list_is_an_error() {
    let page = br#"{"features": [], "error": {"message": "index is down"}}"#;
    assert_eq!(list_records(page).unwrap_err().value.as_deref(), Some("index is down"));
}

/// As `GeoServer` lists them, each relation once for each of its formats.
#[test]
fn of_a_relation_that_leads_to_several_formats_the_one_in_json_is_followed() {
    let links = |kinds: &[&str]| {
        let links: Vec<String> = kinds
            .iter()
            .map(|kind| match *kind {
                "" => r#"{"rel":"data","href":"/plain"}"#.to_owned(),
                kind => format!(r#"{{"rel":"data","type":"{kind}","href":"/collections?f={kind}"}}"#),
            })
            .collect();
        let page = format!(r#"{{"links":[{}]}}"#, links.join(","));
        read_landing_page(page.as_bytes()).unwrap().collections.unwrap()
    };
    let json = "/collections?f=application/json";
    assert_eq!(links(&["application/yaml", "text/html", "application/json"]), json);
    assert_eq!(links(&["application/json", ""]), json);
    assert_eq!(links(&["application/yaml", "", "application/json"]), "/plain");
    assert_eq!(links(&["application/yaml", "application/geo+JSON"]), "/collections?f=application/geo+JSON");
    assert_eq!(links(&["application/yaml", "text/html"]), "/collections?f=application/yaml", "a server may err");
}
