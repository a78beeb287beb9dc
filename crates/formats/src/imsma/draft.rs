//! From what is kept of the records to drafts.

use std::collections::BTreeMap;

use cairn_model::{BoundingBox, Draft, DraftOrganisation, DraftPlace, Field, StatedText};

use super::dictionary::{custom_class, tells_of_survivors};
use super::item_type::LANGUAGES;
use super::phrases::PHRASES;
use super::recognise::Recogniser;
use super::summary::{Basis, Summary};
use super::tally::Tallies;
use super::{describe, minimum_data};

/// Why access to the data is not open.
const OWNED: &str = "The data of an IMSMA database is confidential and belongs to the national authority, which decides \
                     who may have it.";

/// Why access to records of persons is closer still.
const PERSONS: &str = "The records are about single persons, who can be harmed by their disclosure.";

/// Fields that tell a person's sex, canonical.
const SEX: [&str; 5] = ["gender", "genderenumguid", "sex", "vigender", "female18plus"];

/// Fields that tell a person's age, canonical.
const AGE: [&str; 9] =
    ["age", "ageataccident", "viageaccident", "dateofbirth", "birthdate", "dob", "vibirth", "male512", "female512"];

/// One draft for each item type of which there are records, or layers that hold them.
pub(super) fn drafts(tallies: &Tallies, basis: Basis, owner: &str, recogniser: &Recogniser<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (item, tally) in &tallies.by_item {
        if tally.records > 0 || matches!(basis, Basis::Layers { .. }) {
            let summary = Summary::of(*item, tally, tallies.day_order, basis);
            drafts.push(draft(&summary, basis, owner, recogniser));
        }
    }
    drafts
}

fn draft(summary: &Summary<'_>, basis: Basis, owner: &str, recogniser: &Recogniser<'_>) -> Draft {
    let item = summary.item.get();
    // Too few persons share any field to say what there is, or is lacking.
    let is_told = basis.is_complete() && !(item.persons && summary.fields.is_empty());
    let coverage = if is_told { minimum_data::coverage(summary) } else { None };
    let (start, end) = summary.period.unzip();
    Draft {
        source_record_id: item.code.clone(),
        title: describe::title(summary, recogniser),
        description: describe::description(summary, coverage.as_ref(), recogniser),
        keywords: keywords(summary),
        kind: Some("information-system".to_owned()),
        owner: owner_of(owner),
        clusters: vec!["PRO-MIN".to_owned()],
        fields: fields(summary),
        disaggregation: disaggregation(summary),
        countries: countries(summary, recogniser),
        places: places(summary),
        extents: extent(summary, recogniser).into_iter().collect(),
        geographic_precision: geographic_precision(summary),
        coverage_start: start.map(|month| month.to_string()),
        coverage_end: end.map(|month| month.to_string()),
        terms: terms(item.persons || tells_of_survivors(summary.fields.values().copied())),
        values_are_secret: true,
        ..Draft::default()
    }
}

fn owner_of(name: &str) -> Option<DraftOrganisation> {
    let name = name.trim();
    (!name.is_empty()).then(|| DraftOrganisation { id: None, name: name.to_owned(), kind: None })
}

fn keywords(summary: &Summary<'_>) -> BTreeMap<String, Vec<String>> {
    let mut keywords = BTreeMap::new();
    for ((language, phrases), name) in LANGUAGES.iter().zip(&PHRASES).zip(&summary.item.get().names) {
        let mut words = vec!["IMSMA".to_owned(), name.to_lowercase()];
        words.extend(phrases.keywords.map(str::to_owned));
        keywords.insert((*language).to_owned(), words);
    }
    keywords
}

/// Sensitivity is left to the policy (at least high) but where records are about persons, or tell of them beside another thing.
fn terms(persons: bool) -> StatedText {
    let mut terms = StatedText { reasons: vec![OWNED.to_owned()], ..StatedText::default() };
    if persons {
        terms.sensitivity = Some("severe".to_owned());
        terms.reasons.push(PERSONS.to_owned());
    }
    terms
}

fn fields(summary: &Summary<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = summary.fields.iter().map(|(name, field)| field.class.field(name)).collect();
    if let Some(class) = custom_class() {
        fields.extend(summary.listed_fields.iter().map(|name| class.field(name)));
    }
    fields
}

fn disaggregation(summary: &Summary<'_>) -> Option<String> {
    let has = |names: &[&str]| summary.fields.values().any(|field| names.contains(&field.canonical.as_str()));
    match (has(&SEX), has(&AGE)) {
        (true, true) => Some("sex and age".to_owned()),
        (true, false) => Some("sex".to_owned()),
        (false, true) => Some("age".to_owned()),
        (false, false) => None,
    }
}

fn countries(summary: &Summary<'_>, recogniser: &Recogniser<'_>) -> Vec<String> {
    let mut countries: Vec<String> = recogniser.country.iter().map(|country| country.alpha3.clone()).collect();
    let of_areas = summary.areas.iter().map(|area| &area.country);
    for country in summary.countries.iter().chain(of_areas) {
        if !countries.contains(country) {
            countries.push(country.clone());
        }
    }
    countries
}

fn places(summary: &Summary<'_>) -> Vec<DraftPlace> {
    let mut places = Vec::new();
    for area in &summary.areas {
        places.push(DraftPlace {
            text: area.pcode.clone(),
            country: Some(area.country.clone()),
            admin_level: Some(area.level),
        });
    }
    places
}

/// The box around the gazetteer's boxes of the areas named, else that of the country; never of a coordinate.
fn extent(summary: &Summary<'_>, recogniser: &Recogniser<'_>) -> Option<String> {
    let boxes = summary.areas.iter().filter_map(|area| recogniser.gazetteer(area)?.bbox);
    let whole = boxes.reduce(union).or_else(|| recogniser.country?.bbox)?;
    Some(format!("{},{},{},{}", whole.west, whole.south, whole.east, whole.north))
}

/// The smallest box around two, across the antimeridian where that is shorter.
fn union(one: BoundingBox, other: BoundingBox) -> BoundingBox {
    let width = |west: f64, east: f64| {
        if east >= west { east - west } else { east - west + 360.0 }
    };
    // The union begins at the west edge of one of the two; the narrower of both candidates is it.
    let from = |first: BoundingBox, second: BoundingBox| {
        let own = width(first.west, first.east);
        let reach = width(first.west, second.west) + width(second.west, second.east);
        if reach > own { (first.west, second.east, reach) } else { (first.west, first.east, own) }
    };
    let (here, there) = (from(one, other), from(other, one));
    let (west, east, wide) = if here.2 <= there.2 { here } else { there };
    let (west, east) = if wide >= 360.0 { (-180.0, 180.0) } else { (west, east) };
    BoundingBox { west, south: one.south.min(other.south), east, north: one.north.max(other.north) }
}

/// The finest place that the data itself names, whatever the record shows of it.
fn geographic_precision(summary: &Summary<'_>) -> Option<String> {
    if summary.fields.values().any(|field| field.class.is_coordinates()) {
        return Some("exact".to_owned());
    }
    let finest = summary.areas.iter().map(|area| area.level).max()?;
    Some(format!("adm{finest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bbox(west: f64, south: f64, east: f64, north: f64) -> BoundingBox {
        BoundingBox { west, south, east, north }
    }

    #[test]
    fn the_box_around_two_boxes_is_the_narrower_one() {
        assert_eq!(union(bbox(43.0, 12.0, 44.0, 13.0), bbox(44.5, 12.5, 46.0, 15.0)), bbox(43.0, 12.0, 46.0, 15.0));
        assert_eq!(union(bbox(40.0, 0.0, 50.0, 9.0), bbox(42.0, 1.0, 43.0, 2.0)), bbox(40.0, 0.0, 50.0, 9.0));
        assert_eq!(
            union(bbox(177.0, -20.0, 179.0, -16.0), bbox(-180.0, -19.0, -178.0, -15.0)),
            bbox(177.0, -20.0, -178.0, -15.0)
        );
        assert_eq!(union(bbox(179.0, 0.0, -179.0, 1.0), bbox(170.0, 0.0, 171.0, 1.0)), bbox(170.0, 0.0, -179.0, 1.0));
    }
}
