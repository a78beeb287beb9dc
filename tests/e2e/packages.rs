//! CKAN packages, made up for tests.

use serde_json::{Value, json};

/// A package that a portal could list: the number is its identity, the version its state.
pub(crate) fn package(number: usize, version: usize) -> Value {
    const PLACES: [&str; 6] = ["yem", "syr", "mli", "col", "ukr", "afg"];
    json!({
        "id": format!("{number:08x}-0000-4000-8000-000000000000"),
        "name": format!("holding-{number}"),
        "title": format!("Holding number{number} version{version}"),
        "notes": format!("Invented for a test. Wells and clinics of district {}.", number % 17),
        "organization": {"name": format!("desk-{}", number % 5), "title": format!("Example Desk {}", number % 5)},
        "groups": [{"name": PLACES[number % PLACES.len()]}],
        "tags": [{"name": "wells"}, {"name": format!("district-{}", number % 17)}],
        "resources": [{"url": format!("https://data.example.org/{number}.csv"), "format": "CSV"}],
        "license_id": "cc-by",
        "metadata_modified": "2024-03-01T00:00:00",
        "private": false,
        "state": "active",
    })
}

/// Packages as JSON Lines.
pub(crate) fn lines(packages: impl IntoIterator<Item = Value>) -> String {
    let lines: Vec<String> = packages.into_iter().map(|package| package.to_string()).collect();
    lines.join("\n") + "\n"
}

/// So many packages of the first version, as JSON Lines.
pub(crate) fn dump(count: usize) -> String {
    lines((0..count).map(|number| package(number, 1)))
}
