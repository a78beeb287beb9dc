//! Columns called confidentiality. Some lists write the classification of the data in them, others how sensitive it is: that is decided
//! once for all rows of a table, by the words in the cells.

use std::collections::HashSet;

use cairn_model::Vocabularies;

use super::aliases::key_of;
use super::columns::{Column, resolve, split_label};
use super::row::is_nothing;
use super::{InventoryMapping, InventoryRow};

/// What such columns are called.
const NAMES: [&str; 9] = [
    "confidentiality",
    "confidentiality level",
    "confidentialité",
    "niveau de confidentialité",
    "confidencialidad",
    "nivel de confidencialidad",
    "السرية",
    "درجة السرية",
    "مستوى السرية",
];

/// Whether the columns of a table that are called confidentiality hold levels of sensitivity: each word in them is one, and some word is
/// no classification. Where the sensitivity has a column of its own, they do not.
pub(super) fn is_sensitivity<'l>(
    rows: &[InventoryRow],
    labels: impl Iterator<Item = &'l str>,
    mapping: &InventoryMapping,
) -> bool {
    let mut called: HashSet<&str> = HashSet::new();
    for label in labels {
        match resolve(label, mapping) {
            Some((Column::Sensitivity, _)) => return false,
            // What a mapping names is what it says.
            Some((Column::Classification, rank)) if rank > 0 && is_called_so(label) => {
                called.insert(label);
            }
            _ => {}
        }
    }
    if called.is_empty() {
        return false;
    }
    let vocabularies = Vocabularies::bundled();
    let mut tells = false;
    for (label, cell) in rows.iter().flat_map(|row| &row.cells) {
        if !called.contains(label.as_str()) || is_nothing(Column::Classification, cell) {
            continue;
        }
        if vocabularies.sensitivity(cell).is_none() {
            return false;
        }
        tells = tells || vocabularies.classification(cell).is_none();
    }
    tells
}

/// What a column holds in a row, as [`resolve`] says.
pub(super) fn column_in(row: &InventoryRow, label: &str, mapping: &InventoryMapping) -> Option<(Column, usize)> {
    let (column, rank) = resolve(label, mapping)?;
    let is_other = row.confidentiality_is_sensitivity && column == Column::Classification && rank > 0;
    Some(if is_other && is_called_so(label) { (Column::Sensitivity, rank) } else { (column, rank) })
}

/// Whether a header calls its column so, in one of the languages that it may stand in beside each other.
fn is_called_so(label: &str) -> bool {
    let (header, _) = split_label(label);
    let names = |part: &str| NAMES.iter().any(|name| key_of(name) == key_of(part));
    header.split(['/', '|', '(', '[', ':']).any(names)
}
