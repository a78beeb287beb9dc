//! Documents of JSON interfaces.

use proptest::prelude::*;

use super::readers::read_as;

/// Interfaces whose answers are JSON.
const FORMATS: &[&str] = &[
    "aardvark",
    "arcgis",
    "cairn",
    "ckan",
    "datapackage",
    "dataverse",
    "dkan",
    "dtm",
    "geonode",
    "hapi",
    "json_stream",
    "nada",
    "ogc_records",
    "opendatasoft",
    "reliefweb",
    "socrata",
    "stac",
    "worldbank",
];

fn read_all(bytes: &[u8]) {
    read_as(FORMATS, bytes);
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
