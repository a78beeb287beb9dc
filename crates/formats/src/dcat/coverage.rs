//! Where and when: extents, places, time covered, dates, update frequency.

use cairn_model::Draft;
use oxrdf::Term;

use super::Surroundings;
use super::geometry::extent_of_gml;
use crate::extents::{add_each, add_extent, add_extent_or_place};
use crate::periods::Periods;
use crate::places::add_country_code;
use crate::rdf::graph::{Node, code_of, plain_text};
use crate::rdf::names::last_part;

/// Terms for where, and for when.
const PLACES: &[&str] = &["dct:spatial", "dct:coverage", "dc:coverage", "schema:spatialCoverage", "schema:spatial"];
const TIMES: &[&str] = &["dct:temporal", "schema:temporalCoverage", "schema:temporal"];

/// Names of a place.
const NAMES: &[&str] =
    &["skos:prefLabel", "rdfs:label", "locn:geographicName", "schema:name", "dct:title", "foaf:name", "dct:identifier"];

/// Fills in places and times.
pub(super) fn fill(dataset: Node<'_>, around: &Surroundings<'_>, draft: &mut Draft) {
    let mut has_extent = false;
    add_each(dataset.all_terms(PLACES), draft, |term, draft| {
        add_location(dataset, term, has_extent, draft);
        has_extent |= !draft.extents.is_empty();
    });
    add_geometries(dataset, draft);
    if let Some(text) = dataset.text(&["dcatde:geocodingDescription", "dcatde:geocodingText"]) {
        add_extent_or_place(&text, draft);
    }
    times(dataset, draft);
    let date = |names: &[&'static str]| dataset.text(names);
    // The dates of the catalogue's record stand in, as those of a portal do.
    let of_record = |name: &'static str| around.records.iter().find_map(|record| record.text(&[name]));
    draft.issued =
        date(&["dct:issued", "schema:datePublished", "dct:created", "schema:dateCreated", "dct:date", "dc:date"])
            .or_else(|| of_record("dct:issued"));
    draft.modified =
        date(&["dct:modified", "dct:updated", "schema:dateModified"]).or_else(|| of_record("dct:modified"));
    let frequency = dataset.first_terms(&["dct:accrualPeriodicity"]).into_iter().next();
    draft.update_frequency = frequency.and_then(|term| match term {
        Term::NamedNode(iri) => Some(last_part(iri.as_str()).to_owned()),
        other => dataset.words(other),
    });
}

/// A place: a text, an address of a table of countries or places, or a node with geometries and names. Where something has an
/// extent already, the address of a node that has no name says no more.
fn add_location(node: Node<'_>, term: &Term, has_extent: bool, draft: &mut Draft) {
    if let Term::NamedNode(iri) = term
        && let Some(code) = country_code(iri.as_str())
    {
        if !draft.countries.contains(&code) {
            draft.countries.push(code);
        }
        return;
    }
    // DCMI names the scheme of a code as the type of the literal.
    if let Term::Literal(literal) = term
        && literal.datatype().as_str().ends_with("/ISO3166")
    {
        add_country_code(literal.value().trim(), draft);
        return;
    }
    let Some(place) = node.follow(term) else {
        if let Some(text) = plain_text(term) {
            add_extent_or_place(&text, draft);
        }
        return;
    };
    add_geometries(place, draft);
    for geometry in place.all_terms(&["gsp:hasGeometry", "gsp:hasBoundingBox", "gsp:hasCentroid", "schema:geo"]) {
        if let Some(geometry) = place.follow(geometry) {
            add_geometries(geometry, draft);
        }
    }
    let names = place.texts_by_language(NAMES);
    if let Some(name) = names.best("en") {
        add_extent_or_place(name, draft);
    } else if !has_extent
        && draft.extents.is_empty()
        && let Some(address) = place.address()
    {
        add_extent_or_place(address, draft);
    }
}

/// The code at the end of an address of the EU's countries or of one that ends in `/country/XXX`.
fn country_code(address: &str) -> Option<String> {
    let (_, code) = address.rsplit_once("/country/")?;
    let is_code = matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| code.to_ascii_uppercase())
}

/// Every geometry of a node, the box before the shape and the shape before its centre.
fn add_geometries(node: Node<'_>, draft: &mut Draft) {
    for term in node.all_terms(&[
        "dcat:bbox",
        "locn:geometry",
        "gsp:asWKT",
        "gsp:asGeoJSON",
        "gsp:asGML",
        "schema:box",
        "dcat:centroid",
    ]) {
        if let Some(geometry) = node.follow(term) {
            for inner in geometry.all_terms(&["gsp:asWKT", "gsp:asGeoJSON", "gsp:asGML", "rdf:value"]) {
                add_geometry(inner, draft);
            }
        }
        add_geometry(term, draft);
    }
    if let (Some(latitude), Some(longitude)) =
        (node.text(&["geo:lat", "schema:latitude"]), node.text(&["geo:long", "schema:longitude"]))
    {
        add_extent(&format!("POINT({longitude} {latitude})"), draft);
    }
}

fn add_geometry(term: &Term, draft: &mut Draft) {
    let Term::Literal(literal) = term else { return };
    let text = literal.value().trim();
    let is_gml = text.starts_with('<') && !text.to_ascii_lowercase().starts_with("<http");
    if is_gml {
        if let Some(extent) = extent_of_gml(text) {
            add_extent(&extent, draft);
        }
    } else if !text.is_empty() {
        add_extent(text, draft);
    }
}

/// Periods with their ends apart, or texts.
fn times(dataset: Node<'_>, draft: &mut Draft) {
    let mut periods = Periods::default();
    for term in dataset.all_terms(TIMES) {
        let Some(period) = dataset.follow(term) else {
            // `…/id/year/2019` names a year.
            periods.add_texts(code_of(term));
            continue;
        };
        let end = |names: &[&'static str]| period.first_terms(names).into_iter().find_map(|term| instant(period, term));
        let start_of_period = end(&["dcat:startDate", "schema:startDate", "time:hasBeginning", "schema:startTime"]);
        let end_of_period = end(&["dcat:endDate", "schema:endDate", "time:hasEnd", "schema:endTime"]);
        if start_of_period.is_none() && end_of_period.is_none() {
            periods.add_texts(period.label().or_else(|| instant(period, term)));
        }
        periods.add(start_of_period, end_of_period);
    }
    periods.fill(draft);
}

/// A date, or an instant that has one (OWL-Time).
fn instant(node: Node<'_>, term: &Term) -> Option<String> {
    let Some(instant) = node.follow(term) else { return plain_text(term) };
    instant.text(&[
        "time:inXSDDate",
        "time:inXSDDateTimeStamp",
        "time:inXSDDateTime",
        "time:inXSDgYearMonth",
        "time:inXSDgYear",
        "dct:date",
        "rdfs:label",
    ])
}
