//! Short names of the terms that catalogues use: `dct:title` for `http://purl.org/dc/terms/title`.

use std::borrow::Cow;

/// Prefixes and their namespaces; a vocabulary that is written in several ways has one prefix for all.
const NAMESPACES: &[(&str, &str)] = &[
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("adms", "http://www.w3.org/ns/adms#"),
    ("locn", "http://www.w3.org/ns/locn#"),
    ("geo", "http://www.w3.org/2003/01/geo/wgs84_pos#"),
    ("gsp", "http://www.opengis.net/ont/geosparql#"),
    ("gsp", "http://www.opengis.net/rdf#"),
    ("time", "http://www.w3.org/2006/time#"),
    ("odrl", "http://www.w3.org/ns/odrl/2/"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("schema", "http://schema.org/"),
    ("schema", "https://schema.org/"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("org", "http://www.w3.org/ns/org#"),
    ("rov", "http://www.w3.org/ns/regorg#"),
    ("cc", "http://creativecommons.org/ns#"),
    ("dcatap", "http://data.europa.eu/r5r/"),
    ("geodcat", "http://data.europa.eu/930/"),
    ("dcatde", "http://dcat-ap.de/def/dcatde/1.0.1/"),
    ("dcatde", "http://dcat-ap.de/def/dcatde/1.0/"),
    ("dcatde", "http://dcat-ap.de/def/dcatde/1_0/"),
    ("dcatde", "http://dcat-ap.de/def/dcatde/"),
    ("hydra", "http://www.w3.org/ns/hydra/core#"),
    ("ldp", "http://www.w3.org/ns/ldp#"),
    ("oslc", "http://open-services.net/ns/core#"),
    ("xhv", "http://www.w3.org/1999/xhtml/vocab#"),
    ("pod", "https://project-open-data.cio.gov/v1.1/schema#"),
    ("dcatus", "http://data.resources.gov/ontology/dcat-us#"),
    ("dctype", "http://purl.org/dc/dcmitype/"),
];

/// The short name of a term, or its whole address where its vocabulary is not known.
pub(crate) fn short_name(iri: &str) -> Cow<'_, str> {
    for (prefix, namespace) in NAMESPACES {
        if let Some(name) = iri.strip_prefix(namespace)
            && !name.is_empty()
        {
            return Cow::Owned(format!("{prefix}:{name}"));
        }
    }
    Cow::Borrowed(iri)
}

/// The last part of an address: `ESP` of `http://publications.europa.eu/resource/authority/country/ESP`.
pub(crate) fn last_part(address: &str) -> &str {
    let trimmed = address.trim_end_matches(['/', '#']);
    trimmed.rsplit(['/', '#']).next().unwrap_or(trimmed)
}
