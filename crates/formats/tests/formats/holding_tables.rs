//! The table in which holdings are registered: each header is known again, and what went out comes back as the same.

use cairn_formats::inventory::{
    ChangedRow, InventoryMapping, InventoryRow, read_row, read_table, table_headers, table_hints, table_row,
};
use cairn_model::registry::{HoldingField, HoldingStatement};
use cairn_model::{Vocabularies, normalise};
use jiff::Timestamp;
use serde_json::json;

fn mapping() -> InventoryMapping {
    InventoryMapping::default()
}

/// A holding that says something in every column.
fn full() -> HoldingStatement {
    let upkeep = json!({"cost": "cost-recovery", "successor": "Survey Office", "kept_until": "2031-05"});
    let said: HoldingStatement = serde_json::from_value(json!({
        "title": {"en": "Cleared wells", "fr": "Puits"}, "description": {"fr": "=cmd()"},
        "keywords": {"en": ["wells", "water"]}, "languages": ["ar", "fr"], "kind": "map",
        "custodian": "Survey Office", "steward": "Data Desk",
        "contacts": [{"name": "Desk", "email": "desk@example.org", "phone": "+967 1 234567", "role": "pointOfContact"}, {"email": "second@example.org"}],
        "clusters": ["PRO-MIN", "WSH"], "topics": ["Boreholes"], "methodology": "Visits", "caveats": "None known",
        "questions": ["Is it safe?"], "fields": [{"name": "depth", "description": "In metres"}, {"name": "owner phone", "sharing": "closed"}],
        "population_groups": ["IDP"], "disaggregated_by_sex": true, "disaggregated_by_age": false,
        "countries": ["YEM"], "places": ["YE11"], "geographic_precision": "adm2",
        "coverage": {"start": "2020-05", "end": "2024-12-31"}, "modified": "2024-12-31", "update_frequency": "yearly",
        "distributions": [{"url": "https://example.org/w.csv", "format": "CSV", "title": "Table"}, {"url": "https://example.org/w.shp", "format": "SHP"}],
        "landing_page": "https://example.org/wells", "licence": {"code": "CC-BY-4.0"},
        "impact": {"summary": "Raids", "affected_groups": ["Villagers"], "mitigations": ["Counts alone"]},
        "terms": {
            "sensitivity": "high", "sharing": "restricted", "access_method": "on-request", "listing": "stub", "listing_title": "Wells",
            "audience_groups": ["cluster:WSH"], "audience_organisations": ["clinic"], "classification": "confidential",
            "reasons": ["Security"], "legal_basis": "Mandate", "jurisdictions": ["YEM"], "transfer": "region-bound", "review_by": "2030-01",
        },
    }))
    .unwrap();
    HoldingStatement { upkeep: serde_json::from_value(upkeep).unwrap(), ..said }
}

fn table(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table_headers()).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

fn rows(rows: &[Vec<String>]) -> Vec<InventoryRow> {
    let read = read_table(&table(rows), "holdings.csv", &mapping());
    assert_eq!(read.problems, [], "a header is not known");
    read.rows
}

fn said(row: &InventoryRow) -> HoldingStatement {
    let read = read_row(row, &mapping()).unwrap();
    assert_eq!(read.problems, []);
    let normalised = normalise("registered", read.draft, Vocabularies::bundled(), Timestamp::now());
    assert_eq!(normalised.dataset.provenance.problems, []);
    HoldingStatement::of(normalised.dataset, normalised.stated.into())
}

#[test]
fn every_column_has_a_header_that_is_known_a_hint_and_a_cell() {
    let row = table_row("an id", &full());
    assert_eq!((table_headers().len(), table_hints().len()), (row.len(), row.len()));
    let empty: Vec<&str> =
        table_headers().into_iter().zip(&row).filter(|(_, cell)| cell.is_empty()).map(|(header, _)| header).collect();
    assert_eq!(empty, [""; 0]);
    rows(&[row]);
}

#[test]
fn a_row_that_comes_back_as_it_went_out_changes_nothing() {
    let row = rows(&[table_row("an id", &full())]).remove(0);
    assert!(ChangedRow::of(&row, &mapping(), &full()).is_none());
    // Nor does one whose cells were emptied, but for the title.
    let title_alone = InventoryRow { cells: row.cells.iter().take(2).cloned().collect(), ..row };
    assert!(ChangedRow::of(&title_alone, &mapping(), &full()).is_none());
}

#[test]
fn a_row_says_what_its_holding_says_so_far_as_a_table_can() {
    let row = rows(&[table_row("", &full())]).remove(0);
    let read = said(&row);
    // What a table has no room for: second languages, second contacts, what else is said of files and fields. A `no` is read
    // as nothing said.
    assert_eq!(read.title.best("en"), Some("Cleared wells"));
    let alike = HoldingStatement {
        title: full().title,
        description: full().description,
        keywords: full().keywords,
        contacts: full().contacts,
        fields: full().fields,
        distributions: full().distributions,
        disaggregated_by_age: full().disaggregated_by_age,
        ..read.clone()
    };
    assert_eq!(alike, full());
    assert_eq!(read.fields.iter().map(|field| &*field.name).collect::<Vec<_>>(), ["depth", "owner phone"]);
    assert_eq!(read.distributions.len(), 2);
}

#[test]
fn a_changed_cell_changes_its_part_and_nothing_beside_it() {
    let change = |header: &str, cell: &str| {
        let mut row = table_row("an id", &full());
        let at = table_headers().iter().position(|one| *one == header).unwrap();
        row[at] = cell.to_owned();
        let row = rows(&[row]).remove(0);
        let changed = ChangedRow::of(&row, &mapping(), &full()).unwrap();
        let mut holding = full();
        changed.apply(&mut holding, &said(changed.row()));
        holding
    };
    let title = change("title", "Wells of the valley");
    assert_eq!(
        title.title.0.into_iter().collect::<Vec<_>>(),
        [("en".to_owned(), "Wells of the valley".to_owned()), ("fr".to_owned(), "Puits".to_owned())]
    );
    let world = change("country", "world");
    assert_eq!((world.countries, world.worldwide), (Vec::new(), true));
    let later = change("coverage end", "2025");
    assert_eq!(serde_json::to_value(later.coverage).unwrap(), json!({"start": "2020-05", "end": "2025"}));
    let fields = change("fields", "depth; date of visit").fields;
    assert_eq!(fields[0], full().fields[0], "a field keeps its description");
    assert_eq!(fields[1], HoldingField { name: "date of visit".to_owned(), ..HoldingField::default() });
    let files = change("url", "https://example.org/new.csv; https://example.org/w.shp").distributions;
    assert_eq!((files[0].title.as_deref(), files[0].format.as_deref()), (Some("Table"), Some("CSV")));
    assert_eq!(files[0].url.as_deref(), Some("https://example.org/new.csv"));
    let open = change("sharing", "public");
    assert_eq!((open.terms.sharing.unwrap().code(), open.terms.review_by), ("public", full().terms.review_by));
    assert_eq!(HoldingStatement { terms: full().terms, ..open }, full());
}
