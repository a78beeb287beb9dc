//! How many problems a record lists, and where they are told to stand.

use cairn_model::{Draft, StatedText};

use crate::{draft, list, read, some};

#[test]
fn a_record_with_endless_problems_lists_a_bounded_number() {
    let countries = (0..500).map(|number| format!("Nowhere {number}a, Nowhere {number}b; Nowhere {number}c")).collect();
    let dataset = read(Draft { countries, ..draft() }).dataset;
    assert_eq!(dataset.provenance.problems.len(), 500);
    assert_eq!(dataset.provenance.problems.last().unwrap().code, "too-many-problems");
}

#[test]
fn problems_of_a_table_name_its_row_and_the_column_as_it_is_headed() {
    let headers = [
        ("countries", "Pays"),
        ("countries[1]", "Autres pays"),
        ("modified", "Mise à jour"),
        ("sensitivity", "Sensibilité"),
        ("contacts", "Contact"),
    ];
    let rows = |values_are_secret| {
        let dataset = read(Draft {
            countries: list(&["Atlantis", "Lemuria"]),
            modified: some("32/13/2024"),
            clusters: list(&["Sundries"]),
            terms: StatedText { sensitivity: some("murky"), ..StatedText::default() },
            row: Some(7),
            headers: headers.map(|(field, header)| (field.to_owned(), header.to_owned())).into(),
            values_are_secret,
            ..draft()
        })
        .dataset;
        let place = |problem: &cairn_model::Problem| {
            (problem.field.clone(), problem.position.row, problem.position.column.clone())
        };
        dataset.provenance.problems.iter().map(place).collect::<Vec<_>>()
    };
    let expected = [
        ("countries[0]", Some("Pays")),
        ("countries[1]", Some("Autres pays")),
        ("clusters[0]", None),
        ("modified", Some("Mise à jour")),
        ("sensitivity", Some("Sensibilité")),
    ];
    let expected = expected.map(|(field, header)| (field.to_owned(), Some(7), header.map(str::to_owned)));
    assert_eq!(rows(false), expected);
    assert_eq!(rows(true), expected.map(|(field, ..)| (field, None, None)));
}
