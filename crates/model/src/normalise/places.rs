//! Where the data is about: countries, administrative places, extent, precision.

use std::collections::{BTreeSet, HashSet};
use std::sync::OnceLock;

use super::names::{Names, split_names};
use super::reading::{Path, Reading};
use super::text::Limit;
use crate::bbox::parse_extent;
use crate::vocabulary::{Country, GazetteerPlace, fold};
use crate::{BoundingBox, DraftPlace, GeographicPrecision, Place, Vocabularies};

const MOST_COUNTRIES: usize = 500;
const MOST_PLACES: usize = 5_000;
/// Countries in each of which a place is looked for.
const MOST_COUNTRIES_OF_PLACES: usize = 20;
const MOST_EXTENTS: usize = 100;
/// Longest list of countries that stands in a field for a place, bytes.
const LONGEST_LIST: usize = 500;
/// The topic of a record that is about the whole world.
pub(crate) const GLOBAL: &str = "global";
const WORLD: &[&str] = &[
    "world",
    // The code of lists of countries that have one for all of them.
    "wld",
    "the world",
    "world wide",
    "worldwide",
    "global",
    "globally",
    "international",
    "monde",
    "le monde",
    "monde entier",
    "mondial",
    "mundo",
    "todo el mundo",
    "mundial",
    "العالم",
    "عالمي",
    "دولي",
];

/// Countries as ISO 3166-1 alpha-3. What is no country is kept as a keyword.
pub(super) fn countries(reading: &mut Reading<'_>, mut countries: Vec<String>) -> BTreeSet<String> {
    reading.at_most("countries", MOST_COUNTRIES, &mut countries);
    let mut codes = BTreeSet::new();
    for (index, cell) in countries.into_iter().enumerate() {
        let field = Path::Item("countries", index);
        let Some(cell) = reading.text(field, Limit::Line, cell) else { continue };
        let vocabularies = reading.vocabularies;
        let names = country_names(vocabularies, &cell);
        codes.extend(names.known.into_iter().map(|country| country.alpha3.clone()));
        for name in names.unknown {
            if is_world(name) {
                reading.loose_topics.push(GLOBAL.to_owned());
            } else {
                reading.problem_with(
                    "unknown-country",
                    field,
                    "no known country or territory: kept as a keyword",
                    name,
                );
                reading.loose_keywords.push(name.to_owned());
            }
        }
    }
    codes
}

/// The countries of a cell. Beside what names none, a code that is a word is one: *wells, and are*.
fn country_names<'a, 'v>(vocabularies: &'v Vocabularies, cell: &'a str) -> Names<'a, &'v Country> {
    let names = split_names(cell, |name| vocabularies.country(name));
    if names.unknown.is_empty() {
        return names;
    }
    split_names(cell, |name| vocabularies.country(name).filter(|_| !Vocabularies::is_word(name)))
}

fn is_world(name: &str) -> bool {
    static FOLDED: OnceLock<HashSet<String>> = OnceLock::new();
    name.len() <= 40 && FOLDED.get_or_init(|| WORLD.iter().map(|word| fold(word)).collect()).contains(&fold(name))
}

/// Administrative places, each once; the countries they lie in are added to `countries`. The name of a place that states no
/// country is looked for in those of the record.
pub(super) fn places(
    reading: &mut Reading<'_>,
    mut places: Vec<DraftPlace>,
    countries: &mut BTreeSet<String>,
) -> Vec<Place> {
    reading.at_most("places", MOST_PLACES, &mut places);
    let mut kept = Vec::with_capacity(places.len());
    let mut seen = HashSet::with_capacity(places.len());
    let stated_countries = countries.clone();
    for (index, draft) in places.into_iter().enumerate() {
        let stated_country = reading.optional(Path::Member("places", index, "country"), Limit::Line, draft.country);
        let country = stated_country.and_then(|text| place_country(reading, index, &text));
        countries.extend(country.clone());
        let Some(text) = reading.text(Path::Item("places", index), Limit::Line, draft.text) else { continue };
        if country.is_none() && is_world(&text) {
            reading.loose_topics.push(GLOBAL.to_owned());
            continue;
        }
        if country.is_none() && names_countries(reading.vocabularies, &text, countries) {
            continue;
        }
        let place = place(reading, index, text, country, draft.admin_level, &stated_countries);
        countries.extend(place.country.clone());
        if seen.insert(place.clone()) {
            kept.push(place);
        }
    }
    kept
}

/// Whether a text is a list of countries and nothing else, which are then added.
fn names_countries(vocabularies: &Vocabularies, text: &str, countries: &mut BTreeSet<String>) -> bool {
    if text.len() > LONGEST_LIST || !text.contains([',', ';', '،', '؛', '|']) {
        return false;
    }
    let names = split_names(text, |name| vocabularies.country(name));
    let is_list = names.unknown.is_empty() && !names.known.is_empty();
    if is_list {
        countries.extend(names.known.into_iter().map(|country| country.alpha3.clone()));
    }
    is_list
}

fn place_country(reading: &mut Reading<'_>, index: usize, text: &str) -> Option<String> {
    let code = reading.vocabularies.country(text).map(|country| country.alpha3.clone());
    if code.is_none() {
        reading.problem_with(
            "unknown-country",
            Path::Member("places", index, "country"),
            "no known country or territory",
            text,
        );
    }
    code
}

/// The place of the gazetteer, else the words as they stand.
fn place(
    reading: &mut Reading<'_>,
    index: usize,
    text: String,
    country: Option<String>,
    admin_level: Option<u8>,
    stated_countries: &BTreeSet<String>,
) -> Place {
    let vocabularies = reading.vocabularies;
    let found = match &country {
        Some(country) => vocabularies.place(&text, Some(country), admin_level),
        None => place_in(vocabularies, &text, admin_level, stated_countries),
    };
    if let Some(known) = found {
        return Place {
            pcode: Some(known.pcode.clone()),
            name: known.name.clone(),
            admin_level: known.admin_level,
            country: Some(known.country.clone()),
        };
    }
    reading.problem_with(
        "unknown-place",
        Path::Item("places", index),
        "no known P-code or place: kept as it is written",
        &text,
    );
    Place { pcode: None, name: text, admin_level: admin_level.unwrap_or(1).clamp(1, 4), country }
}

/// The place of a P-code wherever it lies, or of a name in one of the record's countries; none where two of them have one.
/// A name that the record's countries do not know means no place elsewhere: "Sud" in Haiti is no county of Romania. Where
/// the record states no country, only a first-level area counts that is known by its name alone: California is a
/// municipality of Colombia, but nobody who writes just that means it.
fn place_in<'v>(
    vocabularies: &'v Vocabularies,
    text: &str,
    admin_level: Option<u8>,
    countries: &BTreeSet<String>,
) -> Option<&'v GazetteerPlace> {
    let anywhere = vocabularies.place(text, None, admin_level);
    if anywhere.is_some_and(|place| is_code_of(text, place)) {
        return anywhere;
    }
    if countries.is_empty() {
        return anywhere.filter(|place| vocabularies.is_known_by_name(place, text));
    }
    if countries.len() > MOST_COUNTRIES_OF_PLACES {
        return anywhere.filter(|place| countries.contains(&place.country));
    }
    let mut found = countries.iter().filter_map(|country| vocabularies.place(text, Some(country), admin_level));
    match (found.next(), found.next()) {
        (only, None) => only,
        _ => None,
    }
}

/// Whether a text that was found as a place is its P-code, with the alpha-2 or the alpha-3 code of the country, and no name.
fn is_code_of(text: &str, place: &GazetteerPlace) -> bool {
    let number = |code: &str| code.find(|letter: char| letter.is_ascii_digit()).map(|at| code[at..].to_owned());
    let code = text.trim().to_uppercase();
    code == place.pcode
        || (!code.contains(char::is_whitespace) && number(&code).is_some_and(|tail| Some(tail) == number(&place.pcode)))
}

/// The first extent that can be read. The name of a country that stands in place of one counts as the country.
pub(super) fn extent(
    reading: &mut Reading<'_>,
    mut extents: Vec<String>,
    countries: &mut BTreeSet<String>,
) -> Option<BoundingBox> {
    reading.at_most("extents", MOST_EXTENTS, &mut extents);
    let mut first = None;
    for (index, text) in extents.into_iter().enumerate() {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        if !text.bytes().any(|byte| byte.is_ascii_digit()) && named_extent(reading, text, countries) {
            continue;
        }
        if first.is_some() {
            continue;
        }
        match parse_extent(text) {
            Ok(extent) => first = Some(extent),
            Err(fault) => {
                let message = format!("no extent could be read from it: {fault}");
                reading.problem_with("unreadable-extent", Path::Item("extents", index), message, text);
            }
        }
    }
    first
}

/// Whether the text names a country or the world, as DCAT-US allows in `spatial`.
fn named_extent(reading: &mut Reading<'_>, text: &str, countries: &mut BTreeSet<String>) -> bool {
    if text.len() > 100 {
        return false;
    }
    if is_world(text) {
        reading.loose_topics.push(GLOBAL.to_owned());
        return true;
    }
    let country = reading.vocabularies.country(text);
    countries.extend(country.map(|country| country.alpha3.clone()));
    country.is_some() || names_countries(reading.vocabularies, text, countries)
}

/// The finest place that the data names.
pub(super) fn precision(reading: &mut Reading<'_>, precision: Option<String>) -> Option<GeographicPrecision> {
    let field = Path::Field("geographic_precision");
    let text = reading.optional(field, Limit::Line, precision)?;
    let precision = reading.vocabularies.geographic_precision(&text);
    if precision.is_none() {
        reading.problem_with("unknown-geographic-precision", field, "no known geographic precision", &text);
    }
    precision
}
