//! Catalogues in the JSON of DCAT-US.

use proptest::prelude::*;

use super::readers::read_as;
use super::{garbled, scrambled};

const CATALOGUE: &str = r#"{"@type": "dcat:Catalog", "dataset": [
    {"identifier": "a", "title": {"en": "T", "fr": "T"}, "accessLevel": "public", "spatial": [{"bbox": [1, 2, 3, 4]}, "Yemen"],
     "temporal": [{"startDate": "2020"}], "publisher": {"name": "P", "subOrganizationOf": {"name": "Q"}}, "keyword": ["k", "l"],
     "contactPoint": {"fn": "F", "hasEmail": "mailto:f@example.org"}, "distribution": [{"downloadURL": "https://example.org/a.csv"}]},
    {"title": "é", "accessRestriction": [{"restrictionStatus": "Restricted"}], "theme": [{"prefLabel": "x"}]}]}"#;

fn read_all(bytes: &[u8]) {
    read_as(&["dcat_us"], bytes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_a_garbled_catalogue(bytes in garbled(CATALOGUE)) {
        read_all(&bytes);
    }

    #[test]
    fn on_pieces_of_catalogues(text in scrambled(vec![
        "{", "}", "[", "]", ",", ":", "\"a\"", "1", "null", "true", "\n", "\\ud800", "\"dataset\":", "\"catalog\":", "\"identifier\":",
        "\"title\":", "\"spatial\":", "\"temporal\":", "\"distribution\":", "\"publisher\":", "\"accessLevel\":", "\"license\":", "\u{0}",
        "{\"title\":\"a\"}", "{\"identifier\":1,\"publisher\":[]}", "é",
    ])) {
        read_all(text.as_bytes());
    }
}
