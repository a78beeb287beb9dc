//! The bundled tables of this module, parsed once each.

/// The rows of a bundled CSV below its header. A row that cannot be read is left out; the tests see to it that none is.
pub(super) fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records().flatten() {
        rows.push(record.iter().map(str::to_owned).collect());
    }
    rows
}

/// The values of a cell that holds several, separated by `|`.
pub(super) fn several(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('|').map(str::trim).filter(|value| !value.is_empty())
}
