//! Whatever bytes come, a reader of JSON interfaces gives an answer.

use cairn_formats::listing::Listing;
use cairn_formats::{
    aardvark, arcgis, cairn, datapackage, dataverse, dkan, dtm, geonode, hapi, nada, ogc_records, opendatasoft,
    reliefweb, socrata, stac, worldbank,
};
use proptest::prelude::*;

/// Reads the bytes as a page and as a record of every format.
fn read_all(bytes: &[u8]) {
    let pages: Vec<Option<Listing>> = vec![
        ogc_records::list_records(bytes).ok(),
        ogc_records::list_local_resources(bytes).ok(),
        stac::list_records(bytes).ok(),
        arcgis::list_items(bytes).ok(),
        arcgis::list_hub_datasets(bytes).ok(),
        nada::list_catalog(bytes).ok(),
        worldbank::list_datasets(bytes).ok(),
        worldbank::list_indicators(bytes).ok(),
        reliefweb::list_items(bytes).ok(),
        dtm::list_operations(bytes).ok(),
        hapi::list_datasets(&[bytes, bytes]).ok(),
        socrata::list_catalog(bytes).ok(),
        opendatasoft::list_datasets(bytes).ok(),
        dkan::list_datasets(bytes).ok(),
        dataverse::search_items(bytes).ok(),
        geonode::list_resources(bytes).ok(),
        aardvark::list_records(bytes).ok(),
        cairn::list_changes(bytes).ok(),
    ];
    for record in pages.into_iter().flatten().flat_map(|page| page.records) {
        read_records(&record.bytes);
    }
    read_records(bytes);
    let _ = (ogc_records::list_collections(bytes), ogc_records::read_landing_page(bytes), stac::read_catalogue(bytes));
    let _ = (arcgis::list_layers(bytes), arcgis::error_of(bytes), hapi::count_rows(bytes));
}

fn read_records(bytes: &[u8]) {
    let portal = Some("https://portal.example");
    let readings = vec![
        ogc_records::read_record(bytes),
        stac::read_collection(bytes),
        arcgis::read_item(bytes, portal),
        arcgis::read_layer(bytes, portal),
        arcgis::read_service(bytes, portal),
        arcgis::read_hub_dataset(bytes),
        nada::read_study(bytes),
        worldbank::read_dataset(bytes),
        worldbank::read_indicator(bytes),
        worldbank::read_source(bytes),
        reliefweb::read_item(bytes),
        dtm::read_operation(bytes),
        hapi::read_dataset(bytes),
        socrata::read_entry(bytes),
        opendatasoft::read_dataset(bytes, portal),
        dkan::read_dataset(bytes),
        dataverse::read_search_item(bytes),
        dataverse::read_dataset(bytes, portal),
        geonode::read_resource(bytes),
        datapackage::read_package(bytes, Some("name")),
        aardvark::read_geoblacklight_record(bytes),
        cairn::read_dataset(bytes),
    ];
    for reading in readings.into_iter().flatten() {
        assert!(!reading.draft.source_record_id.is_empty() && !reading.draft.title.is_empty());
        assert!(reading.problems.len() <= 60);
    }
    let _ = reliefweb::read_source(bytes);
}

/// Keys that some reader looks at, with values of every type.
const KEYS: &[&str] = &[
    "id",
    "type",
    "title",
    "name",
    "properties",
    "features",
    "collections",
    "links",
    "rel",
    "href",
    "geometry",
    "extent",
    "spatial",
    "bbox",
    "temporal",
    "interval",
    "time",
    "contacts",
    "roles",
    "emails",
    "results",
    "result",
    "rows",
    "data",
    "items",
    "attributes",
    "meta",
    "fields",
    "domain",
    "codedValues",
    "error",
    "code",
    "message",
    "access",
    "study_desc",
    "title_statement",
    "idno",
    "form_model",
    "identification",
    "constraints",
    "resources",
    "Resources",
    "distribution",
    "operation",
    "category",
    "subcategory",
    "resource",
    "classification",
    "domain_metadata",
    "metas",
    "default",
    "visibility",
    "identifier",
    "accessLevel",
    "metadataBlocks",
    "value",
    "typeName",
    "files",
    "dataFile",
    "restricted",
    "perms",
    "license",
    "licenses",
    "schema",
    "dct_references_s",
    "dct_title_s",
    "terms",
    "sharing",
    "changes",
    "deleted",
    "dataset",
    "rendition",
    "bands",
    "assets",
    "providers",
    "coverage",
    "datasetVersion",
    "serviceItemId",
    "spatialReference",
    "wkid",
    "xmin",
    "ymin",
    "xmax",
    "ymax",
];

fn scalar() -> impl Strategy<Value = serde_json::Value> {
    prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        prop::sample::select(vec![
            "",
            "a",
            "Feature",
            "Collection",
            "public",
            "private",
            "{\"a\": [1]}",
            "[\"b\"]",
            "https://example.org/x",
            "10.1234/x",
            "title",
            "next",
            "1,2,3,4",
            "3857",
            "é\u{0}\u{202e}",
        ])
        .prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
    ]
}

/// Documents of known keys and any values.
fn document() -> impl Strategy<Value = serde_json::Value> {
    scalar().prop_recursive(6, 120, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::vec((prop::sample::select(KEYS), inner), 0..8)
                .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..1000)) {
        read_all(&bytes);
    }

    #[test]
    fn on_documents_of_known_keys(document in document()) {
        read_all(document.to_string().as_bytes());
    }

    #[test]
    fn on_documents_that_are_damaged(
        document in document(), place in any::<prop::sample::Index>(), damage in prop::collection::vec(any::<u8>(), 0..6), cut in any::<bool>(),
    ) {
        let mut bytes = document.to_string().into_bytes();
        let place = place.index(bytes.len());
        if cut {
            bytes.truncate(place);
        } else {
            bytes.splice(place..place, damage);
        }
        read_all(&bytes);
    }
}

#[test]
fn on_nests_of_brackets_and_lists_without_end() {
    for open in ["[", "{\"features\":[", "{\"a\":", "{\"fields\":{"] {
        read_all(open.repeat(20_000).as_bytes());
    }
    let long = format!("{{\"id\":\"a\",\"title\":\"t\",\"fields\":[{}1]}}", "{\"name\":\"f\"},".repeat(60_000));
    read_all(long.as_bytes());
    let repeated = format!("{{{}\"id\":\"a\"}}", "\"title\":\"t\",\"access\":\"org\",".repeat(20_000));
    read_all(repeated.as_bytes());
}
