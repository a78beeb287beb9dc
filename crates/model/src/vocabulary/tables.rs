//! The tables: which there are, which the program carries, and how an operator's are read over them.

use std::collections::BTreeMap;

use super::clusters::cluster_key;
use super::concepts::{CONCEPT_COLUMNS, Concepts};
use super::table::{Column, Table, nearest, problem_at};
use super::{Vocabularies, countries, places};
use crate::Problem;

/// A table that the program carries.
struct Bundled {
    /// Name of the file without its ending.
    stem: &'static str,
    /// Name of the vocabulary, as in `/api/v1/vocabularies/{name}`; empty for the gazetteer, which is no list of terms.
    vocabulary: &'static str,
    text: &'static str,
}

macro_rules! bundled {
    ($($stem:literal => $vocabulary:literal),+ $(,)?) => {
        &[$(Bundled {
            stem: $stem,
            vocabulary: $vocabulary,
            text: include_str!(concat!("../../../../config/vocabularies/", $stem, ".csv")),
        }),+]
    };
}

/// Every table, in the order in which vocabularies are listed; countries stand before places, which name them.
const TABLES: &[Bundled] = bundled! {
    "countries" => "country",
    "clusters" => "cluster",
    "organisation_types" => "organisation-type",
    "licences" => "licence",
    "formats" => "format",
    "languages" => "language",
    "frequencies" => "frequency",
    "freshness" => "freshness",
    "population_groups" => "population-group",
    "kinds" => "kind",
    "sensitivity" => "sensitivity",
    "sharing" => "sharing",
    "access" => "access",
    "listing" => "listing",
    "classification" => "classification",
    "transfer" => "transfer",
    "precision" => "precision",
    "rendition" => "rendition",
    "places" => "",
};

/// Vocabularies whose codes are fixed in the program: a table may rename them and add words, but no code.
const FIXED: &[&str] = &[
    "freshness", "kind", "sensitivity", "sharing", "access", "listing", "classification", "transfer", "precision",
    "rendition",
];

const FORMAT_COLUMNS: &[Column] = &[("media_type", &["media types"])];
const LICENCE_COLUMNS: &[Column] = &[("urls", &["url"]), ("phrases", &[])];
const FREQUENCY_COLUMNS: &[Column] = &[("days", &[]), ("overdue_after", &[]), ("delinquent_after", &[])];

/// Names of the vocabularies that are lists of terms.
pub(super) fn names() -> Vec<&'static str> {
    TABLES.iter().map(|table| table.vocabulary).filter(|name| !name.is_empty()).collect()
}

/// Reads the tables that the program carries.
pub(super) fn read_bundled(problems: &mut Vec<Problem>) -> Vocabularies {
    let mut vocabularies = Vocabularies::default();
    for table in TABLES {
        read(&mut vocabularies, table, &format!("{}.csv", table.stem), table.text, problems);
    }
    vocabularies
}

/// Reads an operator's tables, by file stem, over those already there.
pub(super) fn read_over(vocabularies: &mut Vocabularies, tables: &BTreeMap<String, String>, problems: &mut Vec<Problem>) {
    for stem in tables.keys() {
        if !TABLES.iter().any(|table| table.stem == stem) {
            let message = match nearest(stem, TABLES.iter().map(|table| table.stem)) {
                Some(name) => format!("there is no such table; did you mean {name}.csv?"),
                None => "there is no such table".to_owned(),
            };
            problems.push(problem_at(&format!("{stem}.csv"), 1, None, "vocabulary-table", &message));
        }
    }
    for table in TABLES {
        if let Some(text) = tables.get(table.stem) {
            read(vocabularies, table, &format!("{}.csv", table.stem), text, problems);
        }
    }
}

fn read(vocabularies: &mut Vocabularies, bundled: &Bundled, file: &str, text: &str, problems: &mut Vec<Problem>) {
    match bundled.vocabulary {
        "country" => {
            let table = Table::read(file, text, countries::COLUMNS, &["alpha3"], problems);
            for row in table.rows() {
                vocabularies.countries.take(row, problems);
            }
        }
        "" => {
            let table = Table::read(file, text, places::COLUMNS, &["pcode", "name", "level", "country"], problems);
            for row in table.rows() {
                vocabularies.gazetteer.take(row, &vocabularies.countries, problems);
            }
        }
        "licence" => {
            let columns = [CONCEPT_COLUMNS, LICENCE_COLUMNS].concat();
            let table = Table::read(file, text, &columns, &["code"], problems);
            vocabularies.licences.concepts.start_table();
            for row in table.rows() {
                vocabularies.licences.take(row, problems);
            }
        }
        "format" => {
            let columns = [CONCEPT_COLUMNS, FORMAT_COLUMNS].concat();
            let table = Table::read(file, text, &columns, &["code"], problems);
            vocabularies.formats.concepts.start_table();
            for row in table.rows() {
                vocabularies.formats.take(row, problems);
            }
        }
        "frequency" => {
            let columns = [CONCEPT_COLUMNS, FREQUENCY_COLUMNS].concat();
            let table = Table::read(file, text, &columns, &["code"], problems);
            vocabularies.frequencies.concepts.start_table();
            for row in table.rows() {
                vocabularies.frequencies.take(row, problems);
            }
        }
        name => {
            let table = Table::read(file, text, CONCEPT_COLUMNS, &["code"], problems);
            let concepts = vocabularies.plain.entry(name).or_insert_with(|| match name {
                "cluster" => Concepts::keyed(cluster_key),
                _ => Concepts::default(),
            });
            read_concepts(concepts, name, &table, problems);
        }
    }
}

fn read_concepts(concepts: &mut Concepts, name: &str, table: &Table<'_>, problems: &mut Vec<Problem>) {
    let is_closed = FIXED.contains(&name) && !concepts.is_empty();
    concepts.start_table();
    for row in table.rows() {
        let code = row.get("code");
        if is_closed && concepts.place_of(code).is_none() {
            let message = match nearest(code, concepts.codes()) {
                Some(nearest) => format!("the code {code:?} is not one of {name}; did you mean {nearest:?}?"),
                None => format!("the code {code:?} is not one of {name}"),
            };
            problems.push(row.problem("code", "vocabulary-code", &message));
            continue;
        }
        concepts.take(row, problems);
    }
}
