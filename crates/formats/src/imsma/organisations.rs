//! The organisations that may be named: those of the bundled table, and those that the configuration lists.

use std::collections::BTreeMap;

use cairn_model::vocabulary::{Country, fold};

use super::ImsmaSettings;
use super::bundled;

/// An abbreviation of so few letters may be a word or a name as well (`hi`, `Omar`): it must be written in capitals.
const SHORT: usize = 4;

/// The organisations, by their folded names.
pub(super) struct Organisations(BTreeMap<String, Spelling>);

/// How a name of an organisation may be written.
struct Spelling {
    organisation: String,
    only_in_capitals: bool,
}

impl Organisations {
    /// Abbreviations of national organisations stand for others elsewhere, so they count only in the country of the programme.
    pub(super) fn new(settings: &ImsmaSettings, country: Option<&Country>) -> Self {
        let mut known = BTreeMap::new();
        for row in bundled::rows(include_str!("../../../../config/vocabularies/imsma_organisations.csv")) {
            let [name, aliases, nation] = row.as_slice() else {
                continue;
            };
            let is_at_home = nation.is_empty() || country.is_some_and(|country| country.alpha3 == *nation);
            for alias in bundled::several(aliases).filter(|_| is_at_home).chain([name.as_str()]) {
                let only_in_capitals = alias.chars().count() <= SHORT && is_in_capitals(alias);
                known.insert(fold(alias), Spelling { organisation: name.clone(), only_in_capitals });
            }
        }
        // What the operator lists wins, in the operator's spelling.
        for name in settings.organisations.iter().map(|name| name.trim()) {
            known.insert(fold(name), Spelling { organisation: name.to_owned(), only_in_capitals: false });
        }
        known.remove("");
        Self(known)
    }

    /// The organisations that a value names, whole or as a list. `None` stands for one that may not be named.
    pub(super) fn named_in(&self, value: &str) -> Vec<Option<String>> {
        if let Some(whole) = self.named(value) {
            return vec![Some(whole)];
        }
        let mut found = Vec::new();
        for part in parts(value, &[';', '|']) {
            let named: Vec<Option<String>> = parts(part, &[',']).map(|name| self.named(name)).collect();
            // `OMAR, Hassan` is a person.
            if named.iter().all(Option::is_some) {
                found.extend(named);
            } else {
                found.push(None);
            }
        }
        found
    }

    fn named(&self, name: &str) -> Option<String> {
        let spelling = self.0.get(&fold(name))?;
        (!spelling.only_in_capitals || is_in_capitals(name)).then(|| spelling.organisation.clone())
    }
}

/// The parts of a list, between any of some separators.
pub(super) fn parts<'v>(value: &'v str, separators: &'static [char]) -> impl Iterator<Item = &'v str> {
    value.split(separators).map(str::trim).filter(|part| !part.is_empty())
}

fn is_in_capitals(text: &str) -> bool {
    !text.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_model::Vocabularies;

    #[test]
    fn every_row_is_read_and_its_country_known() {
        let text = include_str!("../../../../config/vocabularies/imsma_organisations.csv");
        let rows = bundled::rows(text);
        assert_eq!(rows.len() + 1, text.lines().count());
        for row in rows {
            let [name, _, nation] = row.as_slice() else {
                panic!("{row:?}");
            };
            let country = Vocabularies::bundled().country(nation).map(|country| country.alpha3.as_str());
            assert_eq!(country.unwrap_or_default(), nation, "{name}");
        }
    }

    #[test]
    fn an_abbreviation_that_may_be_a_name_or_a_word_is_written_in_capitals_and_a_national_one_at_home() {
        let named = |country: &str, value: &str| {
            let settings = ImsmaSettings { organisations: vec!["Mag".to_owned()], ..ImsmaSettings::default() };
            let known = Organisations::new(&settings, Vocabularies::bundled().country(country));
            let names = known.named_in(value).into_iter().map(|name| name.unwrap_or("?".to_owned()));
            names.collect::<Vec<_>>().join(" + ")
        };
        let omar = "Organization for Mine Clearance and Afghan Rehabilitation";
        for (country, value, names) in [
            ("Syria", "CCCM", "?"),
            ("Colombia", "CCCM", "Campaña Colombiana Contra Minas"),
            ("Syria", "Campaña Colombiana Contra Minas", "Campaña Colombiana Contra Minas"),
            ("Afghanistan", "Omar", "?"),
            ("Afghanistan", "Omar, Hassan", "?"),
            ("Afghanistan", "OMAR, HASSAN", "?"),
            ("Afghanistan", "OMAR", omar),
            ("", "OMAR", "?"),
            ("", "hi", "?"),
            ("", "HI", "Humanity & Inclusion"),
            ("", "unmas", "United Nations Mine Action Service"),
            ("", "mag", "Mag"),
            ("", "UNMAS, NPA", "United Nations Mine Action Service + Norwegian People's Aid"),
            ("", "UNMAS, Somebody", "?"),
            ("", "UNMAS; Somebody | NPA", "United Nations Mine Action Service + ? + Norwegian People's Aid"),
        ] {
            assert_eq!(named(country, value), names, "{country} {value}");
        }
    }
}
