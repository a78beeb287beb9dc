//! The bundled sample inventories: what is wrong in them is what was planted, and nothing else is reported of dates and places.

use std::path::PathBuf;

use cairn_formats::inventory::{InventoryMapping, read_row, read_table};
use cairn_model::{Dataset, Vocabularies, normalise};

fn records(name: &str, mapping: &InventoryMapping) -> Vec<Dataset> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../config/samples/inventories").join(name);
    let table = read_table(&std::fs::read(path).unwrap(), name, mapping);
    assert_eq!(table.problems, []);
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let drafts = table.rows.iter().filter_map(|row| read_row(row, mapping).ok()).map(|reading| reading.draft);
    drafts.map(|draft| normalise("sample", draft, Vocabularies::bundled(), now).dataset).collect()
}

/// Id, code and value of every problem.
fn problems(records: &[Dataset]) -> Vec<(&str, &str, &str)> {
    let mut found = Vec::new();
    for record in records {
        for problem in &record.provenance.problems {
            let value = problem.value.as_deref().unwrap_or_default();
            found.push((record.source_record_id.as_str(), problem.code.as_str(), value));
        }
    }
    found
}

fn record<'r>(records: &'r [Dataset], id: &str) -> &'r Dataset {
    records.iter().find(|record| record.source_record_id == id).unwrap()
}

fn pcodes(record: &Dataset) -> Vec<&str> {
    record.places.iter().filter_map(|place| place.pcode.as_deref()).collect()
}

#[test]
fn the_french_inventory_has_no_problems_but_those_planted() {
    let records = records("inventaire-fr.csv", &InventoryMapping::default());
    assert_eq!(
        problems(&records),
        [
            ("INV-029", "unknown-country", "Sahélie orientale"),
            ("INV-030", "impossible-date", "31/02/2024 / 32/13/2024"),
            ("INV-057", "unknown-cluster", "Divers"),
        ]
    );
    let modified: Vec<String> =
        records.iter().filter_map(|record| Some(record.modified.as_ref()?.to_string())).collect();
    assert_eq!(modified.iter().filter(|date| *date == "2026-08-12").count(), 2, "12/08/2026 is in August");
}

#[test]
fn the_arabic_inventory_has_no_problems_but_those_planted() {
    let mapping = InventoryMapping { separators: ";|؛".to_owned(), ..InventoryMapping::default() };
    let records = records("inventory-ar.csv", &mapping);
    assert_eq!(
        problems(&records),
        [("ع-023", "unknown-country", "بلاد الواحات"), ("ع-036", "impossible-date", "٢٠٢٤-٠٢-٣٠ / ٢٠٢٤-١٤-٠١"),]
    );
    assert_eq!(record(&records, "ع-001").modified.as_ref().unwrap().to_string(), "2026-07-05");
    assert_eq!(pcodes(record(&records, "ع-001")), ["SY02", "SY07", "SY09"]);
}

#[test]
fn the_english_workbook_has_no_problems_but_those_planted() {
    let mapping = InventoryMapping { sheet: "Holdings".to_owned(), ..InventoryMapping::default() };
    let records = records("inventory-consortium.xlsx", &mapping);
    assert_eq!(
        problems(&records),
        [
            ("21", "unknown-country", "Northern Archipelago"),
            ("33", "impossible-date", "31/02/2024 / 2024-19-01"),
            ("52", "unknown-cluster", "Sundries"),
        ]
    );
}
