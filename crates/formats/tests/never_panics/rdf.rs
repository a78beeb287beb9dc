//! Catalogues in Turtle, RDF/XML and JSON-LD.

use cairn_formats::dcat::list_datasets;
use proptest::prelude::*;

use super::readers::read_as;
use super::{garbled, scrambled};

const TURTLE: &str = r#"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<urn:c> a dcat:Catalog ; dcat:dataset <urn:d> ; dct:publisher "P"@en .
<urn:d> a dcat:Dataset ; dct:title "T"@fr, 'U' ; dct:spatial [ dcat:bbox "POLYGON((0 0,1 0,1 1,0 0))" ] ; dct:temporal [ dcat:startDate "2019" ] ;
  dcat:distribution [ dcat:accessURL <https://example.org/a> ; dcat:accessService [ dcat:endpointURL <urn:e> ] ] ; dct:accessRights _:r .
_:r <http://www.w3.org/2000/01/rdf-schema#label> """restricted""" . "#;

const XML: &str = r#"<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
<dcat:Dataset rdf:about="urn:d"><dct:title xml:lang="en">T &amp; U</dct:title><dct:spatial rdf:parseType="Resource"><dcat:bbox>1,2,3,4</dcat:bbox></dct:spatial>
<dcat:distribution><dcat:Distribution rdf:nodeID="f"><dcat:accessURL rdf:resource="https://example.org/a"/></dcat:Distribution></dcat:distribution></dcat:Dataset></rdf:RDF>"#;

const JSON: &str = r#"{"@context": [{"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "title": {"@id": "dct:title", "@container": "@language"}}, "https://schema.org/"],
"@graph": [{"@id": "urn:d", "@type": ["dcat:Dataset"], "title": {"en": "T"}, "dct:issued": {"@value": "2020", "@type": "dct:W3CDTF"}, "dcat:distribution": {"@list": [{"@id": "_:b"}]}},
{"@id": "_:b", "dcat:accessURL": {"@id": "https://example.org/a"}, "name": "N"}]}"#;

fn read_all(bytes: &[u8]) {
    read_as(&["dcat"], bytes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_garbled_turtle(bytes in garbled(TURTLE)) {
        read_all(&bytes);
    }

    #[test]
    fn on_garbled_rdf_xml(bytes in garbled(XML)) {
        read_all(&bytes);
    }

    #[test]
    fn on_garbled_json_ld(bytes in garbled(JSON)) {
        read_all(&bytes);
    }

    #[test]
    fn on_pieces_of_turtle(text in scrambled(vec![
        "<urn:d>", "<urn:c>", " a ", "dcat:Dataset", "dcat:dataset", "dct:title", "\"T\"", "@en", "@x_y", "^^<urn:t>", ".", ";", ",", "[", "]", "(", ")", "{", "}",
        "_:a", "_:b", "<", ">", "\\u0000", "\"\"\"", "@prefix dcat: <http://www.w3.org/ns/dcat#> .", "@prefix dct: <http://purl.org/dc/terms/> .", "\n", "#", "<http://a b>", "1", "true", "%", ":",
    ])) {
        read_all(text.as_bytes());
    }

    #[test]
    fn on_pieces_of_json_ld(text in scrambled(vec![
        "{", "}", "[", "]", ",", ":", "\"@context\":", "\"@id\":", "\"@type\":", "\"@graph\":", "\"@value\":", "\"@language\":", "\"@list\":", "\"@reverse\":", "\"@included\":", "\"@nest\":",
        "\"@vocab\":", "\"@base\":", "\"@import\":", "\"@container\":", "\"http://www.w3.org/ns/dcat#Dataset\"", "\"http://purl.org/dc/terms/title\":", "\"a\"", "\"urn:d\"", "\"_:b\"", "null", "1",
        "\"https://schema.org\"", "{\"@type\":\"http://www.w3.org/ns/dcat#Dataset\",\"http://purl.org/dc/terms/title\":\"T\"}", "\\ud800",
    ])) {
        read_all(text.as_bytes());
    }

    /// The bytes of a record depend neither on the order of the statements nor on the labels of blank nodes.
    #[test]
    fn a_record_is_the_same_in_every_order(
        links in prop::collection::vec((0..6_usize, 0..3_usize, 0..6_usize), 0..20),
        texts in prop::collection::vec((0..6_usize, "[a-c]"), 0..8),
        rotation in 0..40_usize,
    ) {
        let write = |label: &dyn Fn(usize) -> String, rotation: usize| {
            let mut lines = vec![
                "<urn:d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .".to_owned(),
                "<urn:d> <http://purl.org/dc/terms/title> \"T\" .".to_owned(),
                format!("<urn:d> <http://purl.org/dc/terms/publisher> {} .", label(0)),
                format!("<urn:d> <http://www.w3.org/ns/dcat#distribution> {} .", label(1)),
            ];
            lines.extend(links.iter().map(|(from, by, to)| format!("{} <urn:p{by}> {} .", label(*from), label(*to))));
            lines.extend(texts.iter().map(|(of, text)| format!("{} <urn:text> \"{text}\" .", label(*of))));
            let middle = rotation % lines.len();
            lines.rotate_left(middle);
            lines.join("\n")
        };
        let one = list_datasets(write(&|number| format!("_:n{number}"), 0).as_bytes(), None).unwrap();
        let two = list_datasets(write(&|number| format!("_:x{}", (number * 7 + 3) % 11), rotation).as_bytes(), None).unwrap();
        prop_assert_eq!(one.records, two.records);
    }
}
