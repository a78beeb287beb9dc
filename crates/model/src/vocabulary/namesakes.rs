//! Namesakes: names that hold the name of a country or of another concept and are something else (New Mexico, guinea worm, El
//! Niño), and those that an area of another country has, too (Georgia).

use super::countries::Countries;
use super::table::{Column, Row};
use crate::Problem;

pub(super) const COLUMNS: &[Column] = &[("name", &[]), ("country", &["location"]), ("aliases", &[])];

/// Names, each with the country in which lies what is called so, where that is an area of one.
#[derive(Debug, Clone, Default)]
pub(super) struct Namesakes(Vec<(String, Option<String>)>);

impl Namesakes {
    pub(super) fn take(&mut self, row: Row<'_>, countries: &Countries, problems: &mut Vec<Problem>) {
        let Some(name) = row.stated("name") else {
            problems.push(row.problem("name", "vocabulary-row", "the row has no name"));
            return;
        };
        let country = row.stated("country").map(|country| countries.find(country));
        if let Some(None) = country {
            problems.push(row.problem("country", "vocabulary-country", "the country is not known"));
            return;
        }
        let country = country.flatten().map(|country| country.alpha3.clone());
        for name in std::iter::once(name).chain(row.list("aliases")) {
            self.0.push((name.to_owned(), country.clone()));
        }
    }

    /// The names, in the order of their tables.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|(name, country)| (name.as_str(), country.as_deref()))
    }
}
