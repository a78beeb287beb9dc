//! Datasets of schema.org, and Croissant.

use proptest::prelude::*;

use super::readers::read_as;
use super::{garbled, scrambled};

const PAGE: &str = r##"{"@context": {"@vocab": "https://schema.org/", "cr": "http://mlcommons.org/croissant/"}, "@graph": [
{"@type": "WebPage", "mainEntity": {"@id": "#d"}}, {"@type": "Organization", "@id": "#o", "name": "O", "contactPoint": {"email": "o@example.org"}},
{"@type": ["Dataset"], "@id": "#d", "name": {"en": "T"}, "publisher": {"@id": "#o"}, "spatialCoverage": {"geo": {"box": "1 2 3 4"}}, "license": ["a", "https://b.example"],
 "recordSet": [{"cr:field": [{"name": "f", "subField": [{"@id": "a/b"}]}]}], "distribution": [{"contentUrl": "https://example.org/a", "encodingFormat": "text/csv"}]},
{"@type": "Dataset", "name": "é", "temporalCoverage": ["2019/2020"], "identifier": {"value": "x"}}]}"##;

fn read_all(bytes: &[u8]) {
    read_as(&["schema_org"], bytes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_a_garbled_page(bytes in garbled(PAGE)) {
        read_all(&bytes);
    }

    #[test]
    fn on_pieces_of_pages(text in scrambled(vec![
        "{", "}", "[", "]", ",", ":", "\"a\"", "1", "null", "true", "\\ud800", "\"@context\":", "\"@graph\":", "\"@id\":\"#a\"", "\"@type\":\"Dataset\"", "\"name\":", "\"hasPart\":",
        "{\"@type\":\"Dataset\",\"name\":\"T\"}", "{\"@id\":\"#a\"}", "\"publisher\":", "\"distribution\":", "\"spatialCoverage\":", "\"license\":", "\u{0}", "é",
    ])) {
        read_all(text.as_bytes());
    }
}
