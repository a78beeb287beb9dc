//! Countries and territories, by name in six languages, by ISO 3166-1 code and by M49 number.

use std::collections::{BTreeMap, HashMap};

use super::concepts::local_name;
use super::table::{Column, Row};
use super::{Country, Term, fold};
use crate::{BoundingBox, Problem};

/// Languages in which countries have names: the six of the United Nations.
pub(super) const LANGUAGES: [&str; 6] = ["en", "fr", "es", "ar", "ru", "zh"];

pub(super) const COLUMNS: &[Column] = &[
    ("alpha3", &["iso3", "code"]),
    ("alpha2", &["iso2"]),
    ("m49", &[]),
    ("en", &["name", "label"]),
    ("fr", &[]),
    ("es", &[]),
    ("ar", &[]),
    ("ru", &[]),
    ("zh", &[]),
    ("west", &[]),
    ("south", &[]),
    ("east", &[]),
    ("north", &[]),
    ("aliases", &[]),
];

/// Words that names have or lack without meaning another country: articles and "and".
const SMALL_WORDS: &[&str] = &["the", "and", "et", "y", "la", "le", "les", "l", "el", "los", "las"];

/// The countries, and where to find them.
#[derive(Debug, Clone, Default)]
pub(super) struct Countries {
    countries: Vec<Country>,
    aliases: Vec<Vec<String>>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

impl Countries {
    /// Adds the country of a row, or amends the one that has its code.
    pub(super) fn take(&mut self, row: Row<'_>, problems: &mut Vec<Problem>) {
        let alpha3 = row.get("alpha3").to_uppercase();
        if alpha3.len() != 3 || !alpha3.bytes().all(|byte| byte.is_ascii_uppercase()) {
            problems.push(row.problem("alpha3", "vocabulary-row", "a country needs a code of three letters"));
            return;
        }
        let index = *self.by_code.entry(alpha3.clone()).or_insert_with(|| {
            self.countries.push(Country {
                alpha3,
                alpha2: String::new(),
                m49: String::new(),
                names: BTreeMap::new(),
                bbox: None,
            });
            self.aliases.push(Vec::new());
            self.countries.len() - 1
        });
        let country = &mut self.countries[index];
        if let Some(alpha2) = row.stated("alpha2") {
            country.alpha2 = alpha2.to_uppercase();
            self.by_code.insert(country.alpha2.clone(), index);
        }
        if let Some(m49) = row.stated("m49") {
            country.m49 = format!("{m49:0>3}");
            self.by_code.insert(country.m49.clone(), index);
        }
        match box_of(row) {
            Ok(Some(bbox)) => country.bbox = Some(bbox),
            Ok(None) => {}
            Err(message) => problems.push(row.problem("west", "vocabulary-box", message)),
        }
        for language in LANGUAGES {
            if let Some(name) = row.stated(language) {
                country.names.insert(language.to_owned(), name.to_owned());
                self.by_name.insert(key_of(name), index);
            }
        }
        for alias in row.list("aliases") {
            self.aliases[index].push(alias.to_owned());
            self.by_name.insert(key_of(alias), index);
        }
    }

    /// The country of a code, a name, or a name with its code or its inverted part: `Yemen (YEM)`, `Iran, Islamic Republic of`.
    pub(super) fn find(&self, text: &str) -> Option<&Country> {
        self.index_of(text.trim()).map(|index| &self.countries[index])
    }

    fn index_of(&self, text: &str) -> Option<usize> {
        if text.is_empty() {
            return None;
        }
        if let Some(index) = self.index_of_code(text).or_else(|| self.index_of_name(text)) {
            return Some(index);
        }
        if let Some((before, after)) = text.split_once(',') {
            return self.index_of_name(&format!("{after} {before}"));
        }
        if let Some((before, inside)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            let outer = self.index_of_name(before)?;
            let inner = self.index_of(inside.trim())?;
            return Some(outer).filter(|outer| *outer == inner);
        }
        local_name(text).and_then(|name| self.index_of(name))
    }

    /// The place of an ISO 3166-1 code in any case, or of an M49 number with or without its zeros.
    fn index_of_code(&self, text: &str) -> Option<usize> {
        if text.len() > 3 || !text.is_ascii() {
            return None;
        }
        let code = if text.bytes().all(|byte| byte.is_ascii_digit()) {
            format!("{text:0>3}")
        } else {
            text.to_ascii_uppercase()
        };
        self.by_code.get(&code).copied()
    }

    fn index_of_name(&self, text: &str) -> Option<usize> {
        let key = key_of(text);
        if key.is_empty() { None } else { self.by_name.get(&key).copied() }
    }

    /// The name of a country in a language, else in English.
    pub(super) fn label(&self, alpha3: &str, language: &str) -> Option<&str> {
        let names = &self.countries[*self.by_code.get(alpha3)?].names;
        names.get(language).or_else(|| names.get("en")).map(String::as_str)
    }

    /// Names and aliases of a country, in every language.
    pub(super) fn names_of(&self, alpha3: &str) -> Vec<&str> {
        let Some(index) = self.by_code.get(alpha3) else { return Vec::new() };
        self.countries[*index].names.values().chain(&self.aliases[*index]).map(String::as_str).collect()
    }

    /// The countries as terms, by code.
    pub(super) fn terms(&self) -> Vec<Term> {
        let term = |country: &Country| Term {
            code: country.alpha3.clone(),
            labels: country.names.clone(),
            broader: None,
        };
        self.countries.iter().map(term).collect()
    }
}

/// The box of a row that has all four edges; none when it has none of them.
pub(super) fn box_of(row: Row<'_>) -> Result<Option<BoundingBox>, &'static str> {
    let cells = ["west", "south", "east", "north"].map(|column| row.get(column));
    if cells.iter().all(|cell| cell.is_empty()) {
        return Ok(None);
    }
    let mut edges = [0.0_f64; 4];
    for (edge, cell) in edges.iter_mut().zip(cells) {
        *edge = cell.parse().map_err(|_| "a box needs four numbers: west, south, east, north")?;
    }
    let [west, south, east, north] = edges;
    let inside = west.abs() <= 180.0 && east.abs() <= 180.0 && south >= -90.0 && north <= 90.0 && south <= north;
    if !inside {
        return Err("the box is not on the globe, or its south is above its north");
    }
    Ok(Some(BoundingBox { west, south, east, north }))
}

fn key_of(name: &str) -> String {
    let folded = fold(&name.replace('&', " and "));
    let words: Vec<&str> = folded.split(' ').filter(|word| !SMALL_WORDS.contains(word)).collect();
    words.join(" ")
}
