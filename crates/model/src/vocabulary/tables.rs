//! The tables: which there are, which the program carries, and how an operator's are read over them.

use std::collections::BTreeMap;

use super::clusters::cluster_key;
use super::concepts::{CONCEPT_COLUMNS, Concepts};
use super::table::{Column, Row, Table, nearest, problem_at};
use super::{Vocabularies, countries, equivalents, namesakes, places};
use crate::Problem;

/// A table that the program carries.
struct Bundled {
    /// Name of the file without its ending.
    stem: &'static str,
    /// Name of the vocabulary, as in `/api/v1/vocabularies/{name}`; empty for the gazetteer, namesakes and words, which are no lists of
    /// terms.
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
    "purposes" => "purpose",
    "access_forms" => "access-form",
    "party_roles" => "party-role",
    "obligations" => "obligation",
    "safeguards" => "safeguard",
    "channels" => "channel",
    "practice_kinds" => "practice-kind",
    "costs" => "cost",
    "themes" => "theme",
    "hazards" => "hazard",
    "organisations" => "organisation",
    "hxl_tags" => "hxl",
    "places" => "",
    "namesakes" => "",
    "words" => "",
};

/// Vocabularies whose codes are fixed in the program: a table may rename them and add words, but no code.
const FIXED: &[&str] = &[
    "freshness",
    "kind",
    "sensitivity",
    "sharing",
    "access",
    "listing",
    "classification",
    "transfer",
    "precision",
    "rendition",
    "access-form",
    "party-role",
    "obligation",
    "channel",
    "practice-kind",
    "cost",
];

/// Tables of the same folder that the readers of IMSMA exports take.
const READ_ELSEWHERE: &str = "imsma_";

const FORMAT_COLUMNS: &[Column] = &[("media_type", &["media types"]), ("words", &[])];
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
pub(super) fn read_over(
    vocabularies: &mut Vocabularies,
    tables: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) {
    for stem in tables.keys() {
        if !stem.starts_with(READ_ELSEWHERE) && !TABLES.iter().any(|table| table.stem == stem) {
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
        "" if bundled.stem == "namesakes" => {
            let table = Table::read(file, text, namesakes::COLUMNS, &["name"], problems);
            for row in table.rows() {
                vocabularies.namesakes.take(row, &vocabularies.countries, problems);
            }
        }
        "" if bundled.stem == "words" => {
            let table = Table::read(file, text, equivalents::COLUMNS, &[], problems);
            for row in table.rows() {
                vocabularies.equivalents.take(row, problems);
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
            for row in table.rows() {
                check_concepts(vocabularies, row, problems);
            }
            let concepts = vocabularies.plain.entry(name).or_insert_with(|| match name {
                "cluster" => Concepts::keyed(cluster_key),
                _ => Concepts::default(),
            });
            read_concepts(concepts, name, &table, problems);
        }
    }
}

/// Names what a row maps to that is no term of the vocabularies read before it.
fn check_concepts(vocabularies: &Vocabularies, row: Row<'_>, problems: &mut Vec<Problem>) {
    for concept in row.list("concepts") {
        let is_known =
            concept.split_once(':').is_some_and(|(vocabulary, code)| vocabularies.has_code(vocabulary, code));
        if !is_known {
            let message =
                format!("{concept:?} is no term of an earlier table: write vocabulary and code, `cluster:WSH`");
            problems.push(row.problem("concepts", "vocabulary-concept", &message));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{TABLES, Vocabularies, names};

    fn over(tables: &[(&str, &str)]) -> (Vocabularies, Vec<String>) {
        let tables: BTreeMap<String, String> =
            tables.iter().map(|(stem, text)| ((*stem).to_owned(), (*text).to_owned())).collect();
        let (vocabularies, problems) = Vocabularies::with_tables(&tables);
        (vocabularies, problems.into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn the_bundled_tables_have_no_problem_and_no_empty_vocabulary() {
        let mut problems = Vec::new();
        let vocabularies = super::read_bundled(&mut problems);
        assert_eq!(problems, []);
        for name in names() {
            assert!(vocabularies.terms(name).is_some_and(|terms| !terms.is_empty()), "{name}");
        }
    }

    #[test]
    fn reading_the_bundled_tables_over_themselves_changes_nothing() {
        let tables: Vec<(&str, &str)> = TABLES.iter().map(|table| (table.stem, table.text)).collect();
        let (vocabularies, problems) = over(&tables);
        assert_eq!(problems, Vec::<String>::new());
        for name in names() {
            assert_eq!(vocabularies.terms(name), Vocabularies::bundled().terms(name));
        }
        assert_eq!(vocabularies.names_of("cluster", "HEA"), Vocabularies::bundled().names_of("cluster", "HEA"));
    }

    #[test]
    fn an_operator_renames_terms_adds_aliases_and_adds_terms() {
        let table = "code,broader,fr,aliases_en\nHEA,,Santé publique,Wellbeing\nDIS,PRO,,Disability inclusion|Etc\n";
        let (vocabularies, problems) = over(&[("clusters", table)]);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(vocabularies.label("cluster", "HEA", "fr"), "Santé publique");
        assert_eq!(vocabularies.label("cluster", "HEA", "en"), "Health");
        assert_eq!(vocabularies.cluster("wellbeing"), Some("HEA"));
        assert_eq!(vocabularies.cluster("Santé"), Some("HEA"));
        assert_eq!(vocabularies.cluster("Disability inclusion cluster"), Some("DIS"));
        assert_eq!(vocabularies.broader_cluster("DIS"), Some("PRO"));
        assert_eq!(vocabularies.label("cluster", "DIS", "en"), "DIS");
        assert_eq!(vocabularies.cluster("ETC"), Some("DIS"), "an operator's alias outweighs a bundled one");
    }

    #[test]
    fn problems_name_file_and_line_and_keep_the_other_rows() {
        let (vocabularies, problems) = over(&[
            ("cluster", "code\nX\n"),
            ("recipes", "code\nX\n"),
            ("imsma_fields", "anything\n"),
            ("clusters", "code,alias_en,aliases_fr\nHEA,a,WSH|Bien-être\n,b,c\n"),
            ("sensitivity", "code,en\nhihg,Very high\nhigh,Grievous\n"),
            ("frequencies", "code,days\nweekly,seven\n"),
            ("countries", "alpha3,en,west,south,east,north\nYE,Yemen,,,,\nYEM,,1,2,3,x\nYEM,,0,50,1,40\n"),
            ("places", "pcode,name,level,country\nZZ01,Nowhere,1,ZZZ\nYE99,Here,first,YEM\nYE98,,1,YEM\n"),
        ]);
        assert_eq!(
            problems,
            [
                "cluster.csv, line 1: there is no such table; did you mean clusters.csv?",
                "recipes.csv, line 1: there is no such table",
                "countries.csv, line 2: a country needs a code of three letters",
                "countries.csv, line 3: a box needs four numbers: west, south, east, north",
                "countries.csv, line 4: the box is not on the globe, or its south is above its north",
                "clusters.csv, line 1: the column \"alias_en\" is not known; did you mean \"aliases_en\"?",
                "clusters.csv, line 2: \"WSH\" already stands for WSH, and is left there",
                "clusters.csv, line 3: the row has no code",
                "frequencies.csv, line 2: a number of days is a whole number",
                "sensitivity.csv, line 2: the code \"hihg\" is not one of sensitivity; did you mean \"high\"?",
                "places.csv, line 2: the country of the place is not known",
                "places.csv, line 3: the level of a place is 1 or 2",
                "places.csv, line 4: a place needs a P-code and a name",
            ]
        );
        assert_eq!(vocabularies.cluster("bien être"), Some("HEA"));
        assert_eq!(vocabularies.label("sensitivity", "high", "en"), "Grievous");
    }

    #[test]
    fn every_term_has_labels_in_four_languages() {
        let vocabularies = Vocabularies::bundled();
        for name in names() {
            let terms = vocabularies.terms(name).unwrap_or_default();
            for term in terms {
                let english = vocabularies.label(name, &term.code, "en");
                assert!(!english.is_empty() && english == term.labels["en"], "{name} {}", term.code);
                // Format names are mostly the same in every language; a few languages have no name in some other.
                if !matches!(name, "format" | "language") {
                    for language in ["fr", "es", "ar"] {
                        assert!(term.labels.contains_key(language), "{name} {} {language}", term.code);
                    }
                }
            }
        }
    }
}
