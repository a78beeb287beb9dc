//! Countries and territories, by name in six languages, by ISO 3166-1 code and by M49 number.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::concepts::{LONGEST_NAME, local_name};
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
    ("known_areas", &[]),
    ("people", &["demonyms"]),
];

/// Words that names have or lack without meaning another country: articles, "and" and "of".
const SMALL_WORDS: &[&str] =
    &["the", "and", "of", "et", "y", "la", "le", "les", "l", "el", "los", "las", "de", "du", "des", "del"];

/// Letters with points that are one word: two may be another abbreviation (`E.U.`, and EU).
const ABBREVIATION: usize = 3;

/// The countries, and where to find them.
#[derive(Debug, Clone, Default)]
pub(super) struct Countries {
    list: Vec<Country>,
    aliases: Vec<Vec<String>>,
    /// What their people are called, and what is theirs.
    people: Vec<Vec<String>>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
    /// Codes of those whose first-level areas are known by their names alone.
    known_by_areas: BTreeSet<String>,
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
            self.list.push(Country {
                alpha3,
                alpha2: String::new(),
                m49: String::new(),
                names: BTreeMap::new(),
                bbox: None,
            });
            self.aliases.push(Vec::new());
            self.people.push(Vec::new());
            self.list.len() - 1
        });
        let country = &mut self.list[index];
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
        match row.get("known_areas") {
            "" | "no" => {}
            "yes" => {
                self.known_by_areas.insert(country.alpha3.clone());
            }
            _ => problems.push(row.problem("known_areas", "vocabulary-row", "write yes, or leave the cell empty")),
        }
        for language in LANGUAGES {
            if let Some(name) = row.stated(language) {
                country.names.insert(language.to_owned(), name.to_owned());
                self.by_name.insert(key_of(name), index);
            }
        }
        for alias in row.list("aliases") {
            if !self.aliases[index].iter().any(|known| known == alias) {
                self.aliases[index].push(alias.to_owned());
            }
            self.by_name.insert(key_of(alias), index);
        }
        for people in row.list("people") {
            if !self.people[index].iter().any(|known| known == people) {
                self.people[index].push(people.to_owned());
            }
        }
    }

    /// What the people of each country are called, by its code. They are no names of it: nobody says so where they state one.
    pub(super) fn people(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list
            .iter()
            .zip(&self.people)
            .flat_map(|(country, people)| people.iter().map(|name| (country.alpha3.as_str(), name.as_str())))
    }

    /// The country of a code, a name, or a name with its code or its inverted part: `Yemen (YEM)`, `Iran, Islamic Republic of`.
    pub(super) fn find(&self, text: &str) -> Option<&Country> {
        self.index_of(text.trim()).map(|index| &self.list[index])
    }

    fn index_of(&self, text: &str) -> Option<usize> {
        if text.is_empty() || text.len() > LONGEST_NAME {
            return None;
        }
        let named = self.index_of_code(text).or_else(|| self.index_of_name(text));
        if self.is_list_of_two(text) {
            // "Hong Kong SAR, China" is so written itself; "Réunion, France" has the words of "Réunion (France)".
            return named.filter(|index| self.is_written_with_comma(*index, text));
        }
        if named.is_some() {
            return named;
        }
        if let Some((before, after)) = text.split_once(',') {
            return self.index_of_name(&format!("{after} {before}"));
        }
        if let Some((before, inside)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            if let Some(inverted) = self.index_of_name(&format!("{inside} {before}")) {
                return Some(inverted);
            }
            let outer = self.index_of_name(before)?;
            return self.index_of(inside.trim()).filter(|inner| *inner == outer);
        }
        local_name(text).and_then(|name| self.index_of_code(&name.to_uppercase()).or_else(|| self.index_of(name)))
    }

    /// Whether a text is two countries with a comma between them, and not one whose name is inverted.
    fn is_list_of_two(&self, text: &str) -> bool {
        let Some((before, after)) = text.split_once(',') else { return false };
        let known = |part: &str| self.index_of_code(part).or_else(|| self.index_of_name(part));
        matches!((known(before.trim()), known(after.trim())), (Some(one), Some(other)) if one != other)
    }

    /// Whether a country has a name, or an alias, of these words that is written with a comma.
    fn is_written_with_comma(&self, index: usize, text: &str) -> bool {
        let key = key_of(text);
        let mut names = self.list[index].names.values().chain(&self.aliases[index]);
        names.any(|name| name.contains(',') && key_of(name) == key)
    }

    /// The place of an ISO 3166-1 code, that of two letters in capitals alone (`na` says that nothing is stated), or of an M49 number with or without its zeros.
    fn index_of_code(&self, text: &str) -> Option<usize> {
        let is_word = text.len() == 2 && text.bytes().any(|byte| byte.is_ascii_lowercase());
        if text.len() > 3 || !text.is_ascii() || is_word {
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

    /// Countries of which people write the first-level areas alone (Idlib, Kharkiv), as response plans do.
    pub(super) fn known_by_areas(&self) -> &BTreeSet<String> {
        &self.known_by_areas
    }

    /// The name of a country in a language, else in English.
    pub(super) fn label(&self, alpha3: &str, language: &str) -> Option<&str> {
        let names = &self.list[*self.by_code.get(alpha3)?].names;
        names.get(language).or_else(|| names.get("en")).map(String::as_str)
    }

    /// Names and aliases of a country, in every language.
    pub(super) fn names_of(&self, alpha3: &str) -> Vec<&str> {
        let Some(index) = self.by_code.get(alpha3) else { return Vec::new() };
        self.list[*index].names.values().chain(&self.aliases[*index]).map(String::as_str).collect()
    }

    /// The countries as terms, by code.
    pub(super) fn terms(&self) -> Vec<Term> {
        let term = |(country, aliases): (&Country, &Vec<String>)| {
            let codes = [&country.alpha2, &country.m49].into_iter().filter(|code| !code.is_empty());
            // Aliases stand in one column, whatever their language: BCP 47 calls such a one `und`.
            let aliases = Some(aliases).filter(|aliases| !aliases.is_empty());
            Term {
                code: country.alpha3.clone(),
                labels: country.names.clone(),
                broader: None,
                aliases: aliases.into_iter().map(|aliases| ("und".to_owned(), aliases.clone())).collect(),
                codes: codes.cloned().collect(),
                concepts: Vec::new(),
            }
        };
        self.list.iter().zip(&self.aliases).map(term).collect()
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

/// What a name is found by: without small words, with words written out that tables shorten, and letters with points together.
fn key_of(name: &str) -> String {
    let folded = fold(name);
    let words: Vec<&str> = folded.split(' ').filter(|word| !SMALL_WORDS.contains(word)).collect();
    let is_letter = |word: &&str| word.chars().nth(1).is_none();
    let mut key: Vec<Cow<'_, str>> = Vec::with_capacity(words.len());
    for part in words.chunk_by(|one, next| is_letter(one) && is_letter(next)) {
        match part {
            [first] if key.is_empty() && words.len() > 1 => {
                key.push(first_in_full(first).or_else(|| in_full(first)).unwrap_or(first).into());
            }
            letters if letters.len() >= ABBREVIATION => key.push(letters.concat().into()),
            others => key.extend(others.iter().map(|word| in_full(word).unwrap_or(word).into())),
        }
    }
    key.join(" ")
}

/// The first word of a name, written out: `S. Sudan`, `St. Lucia`.
fn first_in_full(word: &str) -> Option<&'static str> {
    Some(match word {
        "n" => "north",
        "s" => "south",
        "w" => "western",
        "st" => "saint",
        _ => return None,
    })
}

/// A word of a name, written out, the same in English, French and Spanish: `Rép. centrafricaine`, `Solomon Is.`, `Dem. Rep.`
fn in_full(word: &str) -> Option<&'static str> {
    Some(match word {
        "rep" | "republique" | "republica" => "republic",
        "dem" | "democratique" | "democratica" => "democratic",
        "eq" | "equatoriale" | "ecuatorial" => "equatorial",
        "is" => "islands",
        "fed" => "federation",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Vocabularies;
    use super::LANGUAGES;

    fn code(text: &str) -> Option<&str> {
        Vocabularies::bundled().country(text).map(|country| country.alpha3.as_str())
    }

    #[test]
    fn every_country_is_found_by_its_codes_and_its_name_in_six_languages() {
        let vocabularies = Vocabularies::bundled();
        let terms = vocabularies.terms("country").unwrap_or_default();
        assert_eq!(terms.len(), 250);
        for term in terms {
            let expected = Some(term.code.as_str());
            let country = vocabularies.country(&term.code);
            let (alpha2, m49) = country.map_or(("", ""), |country| (&country.alpha2, &country.m49));
            assert_eq!(code(&term.code.to_lowercase()), expected);
            assert_eq!(code(alpha2), expected);
            if term.code != "XKX" {
                assert_eq!(code(m49.trim_start_matches('0')), expected, "M49 {m49}");
            }
            for language in LANGUAGES {
                let name = &term.labels[language];
                assert_eq!(code(name), expected, "{name}");
                assert_eq!(code(&name.to_uppercase()), expected, "{name}");
                assert_eq!(vocabularies.label("country", &term.code, language), *name);
            }
            for name in vocabularies.names_of("country", &term.code) {
                assert_eq!(code(name), expected, "{name}");
            }
        }
    }

    #[test]
    fn humanitarian_and_everyday_names_are_found() {
        let cases = [
            ("DRC", "COD"),
            ("RDC", "COD"),
            ("Congo, The Democratic Republic of the", "COD"),
            ("Congo (Democratic Republic of the)", "COD"),
            ("Congo", "COG"),
            ("Congo (Republic of)", "COG"),
            ("CAR", "CAF"),
            ("RCA", "CAF"),
            ("Centrafrique", "CAF"),
            ("Syria", "SYR"),
            ("سوريا", "SYR"),
            ("سورية", "SYR"),
            ("oPt", "PSE"),
            ("Palestine", "PSE"),
            ("occupied Palestinian territory", "PSE"),
            ("Burma", "MMR"),
            ("Ivory Coast", "CIV"),
            ("cote d'ivoire", "CIV"),
            ("Côte d’Ivoire", "CIV"),
            ("Kosovo", "XKX"),
            ("xkx", "XKX"),
            ("Iran, Islamic Republic of", "IRN"),
            ("Tanzania (United Republic of)", "TZA"),
            ("Korea (Republic of)", "KOR"),
            ("Venezuela (Bolivarian Republic of)", "VEN"),
            ("The Gambia", "GMB"),
            ("Sao Tome & Principe", "STP"),
            ("Bosnia & Herzegovina", "BIH"),
            ("le Mali", "MLI"),
            ("L'Afghanistan", "AFG"),
            ("Yemen (YEM)", "YEM"),
            ("Yemen (Republic of)", "YEM"),
            ("Türkiye", "TUR"),
            ("Turkey", "TUR"),
            ("S. Sudan", "SSD"),
            ("Central African Rep.", "CAF"),
            ("C.A.R.", "CAF"),
            ("Rép. centrafricaine", "CAF"),
            ("Rép. Centrafricaine (RCA)", "CAF"),
            ("Rep. Dominicana", "DOM"),
            ("N. Korea", "PRK"),
            ("Korea, Rep.", "KOR"),
            ("Korea, Dem. People's Rep.", "PRK"),
            ("Yemen, Rep.", "YEM"),
            ("Iran, Islamic Rep.", "IRN"),
            ("Syrian Arab Rep.", "SYR"),
            ("Egypt, Arab Rep.", "EGY"),
            ("Congo, Dem. Rep.", "COD"),
            ("Congo, Rep.", "COG"),
            ("United Rep. of Tanzania", "TZA"),
            ("Rep. of Moldova", "MDA"),
            ("Kyrgyz Rep.", "KGZ"),
            ("Lao P.D.R.", "LAO"),
            ("Russian Fed.", "RUS"),
            ("Eq. Guinea", "GNQ"),
            ("Guinée éq.", "GNQ"),
            ("W. Sahara", "ESH"),
            ("N. Macedonia", "MKD"),
            ("Papua N. Guinea", "PNG"),
            ("Bosnia and Herz.", "BIH"),
            ("Solomon Is.", "SLB"),
            ("St. Lucia", "LCA"),
            ("St. Vincent and the Grenadines", "VCT"),
            ("Venezuela, RB", "VEN"),
            ("Micronesia, Fed. Sts.", "FSM"),
            ("Hong Kong SAR", "HKG"),
            ("Hong Kong SAR, China", "HKG"),
            ("China, Macao Special Administrative Region", "MAC"),
            ("Réunion (France)", "REU"),
            ("U.S.A.", "USA"),
            ("U.K.", "GBR"),
            ("U.A.E.", "ARE"),
            ("occupied Palestinian territory, including east Jerusalem", "PSE"),
            ("http://publications.europa.eu/resource/authority/country/SSD", "SSD"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), Some(expected), "{text}");
        }
        for text in [
            "na",
            "Na",
            "us",
            "eu",
            "EU",
            "E.U.",
            "United States, Puerto Rico",
            "Puerto Rico, United States",
            "Réunion, France",
            "Yemen, SYR",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
        assert_eq!((code("NA"), code("nam")), (Some("NAM"), Some("NAM")));
        for text in ["", " ", "world", "Sahel", "Atlantis", "ZZ", "00", "1234", "Yemen (SYR)", ",", "()", "https://"] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn every_box_is_on_the_globe_and_those_across_the_antimeridian_are_written_so() {
        let vocabularies = Vocabularies::bundled();
        let crossing: Vec<String> = vocabularies
            .terms("country")
            .unwrap_or_default()
            .into_iter()
            .filter(|term| {
                let bbox = vocabularies.country(&term.code).and_then(|country| country.bbox);
                bbox.is_none_or(|bbox| bbox.west > bbox.east)
            })
            .map(|term| term.code)
            .collect();
        assert_eq!(crossing, ["FJI", "KIR", "NZL", "RUS", "UMI", "USA"]);
    }
}
