#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use cairn_model::{
    AccessMethod, Contact, DraftDistribution, DraftOrganisation, DraftPlace, LocalizedText, Partnership, Severity,
    Sharing, StatedText,
};

use super::*;
use crate::listing::Listing;

mod hostile;
mod listing;
mod lost_access;
mod mapping;

const PREFIXES: &str = "
    @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
    @prefix vcard: <http://www.w3.org/2006/vcard/ns#> . @prefix adms: <http://www.w3.org/ns/adms#> . @prefix locn: <http://www.w3.org/ns/locn#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix time: <http://www.w3.org/2006/time#> . @prefix schema: <http://schema.org/> .
    @prefix odrl: <http://www.w3.org/ns/odrl/2/> . @prefix prov: <http://www.w3.org/ns/prov#> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
    @prefix gsp: <http://www.opengis.net/ont/geosparql#> . @prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix pod: <https://project-open-data.cio.gov/v1.1/schema#> .
    @prefix us: <http://data.resources.gov/ontology/dcat-us#> .
    @prefix right: <http://publications.europa.eu/resource/authority/access-right/> . @prefix e: <https://portal.example/> .";

fn list(turtle: &str) -> Listing {
    list_datasets(format!("{PREFIXES}\n{turtle}").as_bytes(), Some("https://portal.example/catalog")).unwrap()
}

fn read_only(listing: &Listing) -> Reading {
    assert_eq!(listing.records.len(), 1, "{listing:?}");
    read_dataset(&listing.records[0].bytes).unwrap()
}

/// The draft of a dataset of which this is said, beside its title.
fn draft(said: &str) -> Draft {
    read_only(&list(&format!("e:d a dcat:Dataset ; dct:title \"T\" ; {said}"))).draft
}

fn codes(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.code.as_str()).collect()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where a field is optional")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where a field is optional")]
fn named(name: &str) -> Option<DraftOrganisation> {
    Some(DraftOrganisation { name: name.to_owned(), ..DraftOrganisation::default() })
}
