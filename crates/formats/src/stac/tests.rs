#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::{Sharing, StatedText};
use serde_json::json;

use super::*;

fn read(value: &serde_json::Value) -> Draft {
    read_collection(value.to_string().as_bytes()).unwrap().draft
}

#[test]
fn a_collection_is_read_in_full() {
    let draft = read(&json!({
        "type": "Collection", "stac_version": "1.1.0", "id": "floods", "title": "Floods", "description": "Extents of floods",
        "license": "CC-BY-4.0", "keywords": ["flood"],
        "providers": [{"name": "Maker", "roles": ["producer", "licensor"]}, {"name": "Keeper", "roles": ["host"]}],
        "extent": {"spatial": {"bbox": [[40, 10, 50, 20]]}, "temporal": {"interval": [["2020-01-01T00:00:00Z", null]]}},
        "summaries": {"platform": ["sat-1"], "bands": [{"name": "B1", "description": "red"}]},
        "sci:doi": "10.1234/floods",
        "assets": {"index": {"href": "i.parquet", "type": "application/x-parquet"}},
        "item_assets": {"mask": {"title": "Mask", "type": "image/tiff", "eo:bands": [{"name": "B2"}]}},
        "links": [{"rel": "license", "href": "https://example.org/l"}, {"rel": "item", "href": "i.json", "type": "application/geo+json"}]
    }));
    let organisation = |name: &str| Some(DraftOrganisation { id: None, name: name.to_owned(), kind: None });
    let field = |name: &str, description: Option<&str>| Field {
        name: name.to_owned(),
        description: description.map(str::to_owned),
        ..Field::default()
    };
    let expected = Draft {
        source_record_id: "floods".to_owned(),
        identifiers: vec![cairn_model::Identifier { scheme: "doi".to_owned(), value: "10.1234/floods".to_owned() }],
        title: LocalizedText::undetermined("Floods"),
        description: LocalizedText::undetermined("Extents of floods"),
        keywords: [("und".to_owned(), vec!["flood".to_owned()])].into(),
        kind: Some("dataset".to_owned()),
        publisher: organisation("Maker"),
        owner: organisation("Maker"),
        custodian: organisation("Keeper"),
        topics: vec!["sat-1".to_owned()],
        fields: vec![field("B1", Some("red")), field("B2", None)],
        extents: vec!["40,10,50,20".to_owned()],
        coverage_start: Some("2020-01-01T00:00:00Z".to_owned()),
        distributions: vec![
            DraftDistribution {
                id: Some("index".to_owned()),
                url: Some("i.parquet".to_owned()),
                media_type: Some("application/x-parquet".to_owned()),
                ..DraftDistribution::default()
            },
            DraftDistribution {
                id: Some("mask".to_owned()),
                title: Some("Mask".to_owned()),
                media_type: Some("image/tiff".to_owned()),
                ..DraftDistribution::default()
            },
        ],
        licence_id: Some("CC-BY-4.0".to_owned()),
        licence_url: Some("https://example.org/l".to_owned()),
        terms: StatedText { listed_openly: true, ..StatedText::default() },
        ..Draft::default()
    };
    assert_eq!(draft, expected);
}

#[test]
fn assets_behind_a_sign_in_close_the_terms() {
    let secured = json!({"href": "a", "auth:refs": ["oidc"]});
    let terms = read(&json!({"id": "c", "extent": {}, "assets": {"a": secured}})).terms;
    assert_eq!((terms.sharing_at_least, terms.reasons.len()), (Some(Sharing::Community), 1));
    let half = read(&json!({"id": "c", "extent": {}, "assets": {"a": secured, "b": {"href": "b"}}})).terms;
    assert_eq!((half.sharing_at_least, half.reasons.len()), (Some(Sharing::Community), 1));
    let open = read(&json!({"id": "c", "extent": {}, "assets": {"b": {"href": "b"}}})).terms;
    assert_eq!((open.sharing_at_least, open.reasons.len()), (None, 0));
}

#[test]
fn a_catalogue_is_no_record_and_leads_to_its_children() {
    let catalogue = br#"{"type": "Catalog", "stac_version": "1.0.0", "id": "c", "links": [{"rel": "child", "href": "a.json"}, {"rel": "item", "href": "i.json"}]}"#;
    assert_eq!(list_records(catalogue).unwrap_err().code, "a-catalogue");
    assert_eq!(read_collection(catalogue).unwrap_err().code, "a-catalogue");
    let led = read_catalogue(catalogue).unwrap();
    assert_eq!(
        (led.children, led.items, led.is_collection),
        (vec!["a.json".to_owned()], vec!["i.json".to_owned()], false)
    );
}

#[test]
fn an_item_without_a_collection_is_read_as_a_record() {
    let draft = read(
        &json!({"type": "Feature", "id": "i", "bbox": [1, 2, 3, 4], "properties": {"title": "T", "license": "other",
        "start_datetime": "2020-01-01", "end_datetime": "2020-02-01", "created": "2020-03-01", "updated": "2020-04-01"}}),
    );
    assert_eq!((draft.title, draft.licence_id.as_deref()), (LocalizedText::undetermined("T"), Some("other")));
    assert_eq!(
        (draft.coverage_start.as_deref(), draft.coverage_end.as_deref()),
        (Some("2020-01-01"), Some("2020-02-01"))
    );
    assert_eq!((draft.issued.as_deref(), draft.modified.as_deref()), (Some("2020-03-01"), Some("2020-04-01")));
    assert_eq!(draft.extents, ["1,2,3,4"]);
}

#[test]
fn pages_of_collections_lead_to_the_next() {
    let listing =
        list_records(br#"{"collections": [{"id": "a"}], "links": [{"rel": "next", "href": "?token=b"}]}"#).unwrap();
    assert_eq!((listing.records[0].id.as_deref(), listing.next.as_deref()), (Some("a"), Some("?token=b")));
    assert_eq!(list_records(br#"{"code": "BadRequest", "description": "no"}"#).unwrap_err().code, "not-a-listing");
}

#[test]
fn relative_addresses_are_resolved_against_the_records_own_or_where_it_was_found() {
    let place = "https://stac.example/wells/collection.json";
    let files = |record: &serde_json::Value| {
        let found = with_address(record.to_string().into_bytes(), place);
        let draft = read_collection(&found).unwrap().draft;
        let files: Vec<String> = draft.distributions.into_iter().filter_map(|file| file.url).collect();
        (files, draft.landing_page)
    };
    let assets = json!({"a": {"href": "./a.tif"}});
    let own = json!([{"rel": "self", "href": "https://own.example/c/collection.json"}]);
    let found = |file: &str, page: &str| (vec![file.to_owned()], Some(page.to_owned()));
    assert_eq!(
        files(&json!({"id": "c", "extent": {}, "assets": assets})),
        found("https://stac.example/wells/a.tif", place)
    );
    assert_eq!(
        files(&json!({"id": "c", "extent": {}, "assets": assets, "links": own})),
        found("https://own.example/c/a.tif", "https://own.example/c/collection.json")
    );
    let absolute = json!({"id": "c", "extent": {}, "assets": {"a": {"href": "https://a.example/a.tif"}}}).to_string();
    assert_eq!(with_address(absolute.clone().into_bytes(), place), absolute.as_bytes(), "it is kept as it came");
}
