//! The gazetteer: administrative places of level 1 and 2, by P-code and by name.

use std::collections::HashMap;

use super::countries::{Countries, box_of};
use super::table::{Column, Row};
use super::{GazetteerPlace, fold};
use crate::Problem;

/// Our own columns, and the headers of OCHA's global list of P-codes.
pub(super) const COLUMNS: &[Column] = &[
    ("pcode", &["p-code", "p_code"]),
    ("name", &[]),
    ("level", &["admin level", "admin_level"]),
    ("country", &["location"]),
    ("parent", &["parent p-code", "parent_pcode"]),
    ("west", &[]),
    ("south", &[]),
    ("east", &[]),
    ("north", &[]),
    ("aliases", &[]),
    ("valid_from", &["valid from date"]),
];

/// Words that say what kind of area is meant, not which.
const AREA_WORDS: &[&str] = &[
    "governorate", "governorates", "province", "region", "state", "district", "department", "departement", "departamento",
    "provincia", "estado", "municipio", "gouvernorat", "wilaya", "wilayat", "oblast", "raion", "zone", "woreda", "county",
    "territoire", "prefecture", "cercle", "muhafazat", "محافظة", "ولاية", "مديرية", "قضاء", "of", "de", "du",
];

/// The places, and where to find them.
#[derive(Debug, Clone, Default)]
pub(super) struct Gazetteer {
    places: Vec<GazetteerPlace>,
    by_pcode: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Gazetteer {
    /// Adds the place of a row, or puts it in the place of the one with its P-code. Rows of other levels are passed over.
    pub(super) fn take(&mut self, row: Row<'_>, countries: &Countries, problems: &mut Vec<Problem>) {
        let admin_level = match row.get("level") {
            "1" => 1,
            "2" => 2,
            "0" | "3" | "4" | "5" => return,
            _ => {
                problems.push(row.problem("level", "vocabulary-number", "the level of a place is 1 or 2"));
                return;
            }
        };
        let (Some(pcode), Some(name)) = (row.stated("pcode"), row.stated("name")) else {
            problems.push(row.problem("pcode", "vocabulary-row", "a place needs a P-code and a name"));
            return;
        };
        let Some(country) = countries.find(row.get("country")) else {
            problems.push(row.problem("country", "vocabulary-country", "the country of the place is not known"));
            return;
        };
        let bbox = box_of(row).unwrap_or_else(|message| {
            problems.push(row.problem("west", "vocabulary-box", message));
            None
        });
        let place = GazetteerPlace {
            pcode: pcode.to_uppercase(),
            name: name.to_owned(),
            admin_level,
            country: country.alpha3.clone(),
            parent: row.stated("parent").filter(|_| admin_level > 1).map(str::to_uppercase),
            bbox,
        };
        let index = if let Some(index) = self.by_pcode.get(&place.pcode) {
            *index
        } else {
            self.by_pcode.insert(place.pcode.clone(), self.places.len());
            self.places.len()
        };
        if index == self.places.len() {
            self.places.push(place);
        } else {
            self.places[index] = place;
        }
        self.name(index, name);
        for alias in row.list("aliases") {
            self.name(index, alias);
        }
    }

    fn name(&mut self, index: usize, name: &str) {
        let named = self.by_name.entry(fold(name)).or_default();
        if !named.contains(&index) {
            named.push(index);
        }
    }

    /// The place of a P-code. Codes are written with the alpha-2 or the alpha-3 code of the country; both are read.
    pub(super) fn by_pcode(&self, text: &str, countries: &Countries) -> Option<&GazetteerPlace> {
        let pcode = text.trim().to_uppercase();
        if let Some(index) = self.by_pcode.get(&pcode) {
            return Some(&self.places[*index]);
        }
        let digits = pcode.find(|c: char| c.is_ascii_digit())?;
        let (letters, rest) = pcode.split_at(digits);
        let country = countries.find(letters)?;
        let other = match letters.len() {
            2 => &country.alpha3,
            3 => &country.alpha2,
            _ => return None,
        };
        self.by_pcode.get(&format!("{other}{rest}")).map(|index| &self.places[*index])
    }

    /// The one place of a name, in a country and of a level where they are given. Of several it is the one that all others
    /// lie within (Kabul, the province, before Kabul, its district); otherwise none.
    pub(super) fn by_name(&self, text: &str, country: Option<&str>, admin_level: Option<u8>) -> Option<&GazetteerPlace> {
        let folded = fold(text);
        if let Some(named) = self.by_name.get(&folded) {
            return self.only(named, country, admin_level);
        }
        let words: Vec<&str> = folded.split(' ').filter(|word| !AREA_WORDS.contains(word)).collect();
        self.only(self.by_name.get(&words.join(" "))?, country, admin_level)
    }

    fn only(&self, named: &[usize], country: Option<&str>, admin_level: Option<u8>) -> Option<&GazetteerPlace> {
        let places = named.iter().map(|index| &self.places[*index]);
        let mut candidates: Vec<&GazetteerPlace> = places
            .filter(|place| country.is_none_or(|country| place.country == country))
            .filter(|place| admin_level.is_none_or(|level| place.admin_level == level))
            .collect();
        candidates.sort_by_key(|place| place.admin_level);
        let (first, others) = candidates.split_first()?;
        let all_within = others.iter().all(|other| other.parent.as_deref() == Some(first.pcode.as_str()));
        all_within.then_some(*first)
    }
}
