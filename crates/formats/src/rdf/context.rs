//! JSON-LD contexts that documents name by their address; none is ever fetched.
//!
//! They are our own, and small: what matters is that the terms of the standards lead to their vocabularies. Values are read
//! alike whether they are addresses or texts, so that most terms need no type.

/// The context for an address, as a JSON-LD document.
pub(super) fn bundled(address: &str) -> Option<&'static str> {
    let address = address.to_ascii_lowercase();
    let is_of = |names: &[&str]| names.iter().any(|name| address.contains(name));
    if is_of(&["://schema.org", "://www.schema.org"]) {
        Some(SCHEMA_ORG)
    } else if is_of(&["mlcommons.org/croissant", "mlcommons/croissant"]) {
        Some(CROISSANT)
    } else if is_of(&["project-open-data", "resources.data.gov", "dcat-us", "dcat-ap", "w3.org/ns/dcat", "doi-do/dcat"])
    {
        Some(DCAT)
    } else {
        None
    }
}

/// Every term of schema.org is in one vocabulary.
const SCHEMA_ORG: &str =
    r#"{"@context": {"@vocab": "http://schema.org/", "schema": "http://schema.org/", "id": "@id", "type": "@type"}}"#;

/// Croissant 1.0: schema.org with a vocabulary for record sets and one for responsible use.
const CROISSANT: &str = r#"{"@context": {
    "@vocab": "https://schema.org/", "sc": "https://schema.org/", "dct": "http://purl.org/dc/terms/",
    "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/", "conformsTo": "dct:conformsTo"
}}"#;

/// DCAT-US 1.1 and 3.0 and DCAT-AP, whose JSON writes the terms without prefixes.
const DCAT: &str = include_str!("contexts/dcat.jsonld");
