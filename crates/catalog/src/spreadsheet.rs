//! Lines of CSV files that people open in a spreadsheet.

use crate::CatalogError;

/// Stands first in a CSV file: without it, Excel takes UTF-8 for another encoding and breaks every name with an accent.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe.
///
/// # Errors
/// `Internal`, which cannot be while memory is there.
pub(crate) fn line(cells: impl IntoIterator<Item = String>) -> Result<String, CatalogError> {
    let broken = |error: &dyn std::fmt::Display| CatalogError::Internal(format!("a line of CSV: {error}"));
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.into_iter().map(harmless)).map_err(|error| broken(&error))?;
    let bytes = writer.into_inner().map_err(|error| broken(&error))?;
    String::from_utf8(bytes).map_err(|error| broken(&error))
}

/// A cell as text, whatever it begins with: what a publisher wrote must not run in the spreadsheet of who reads it.
fn harmless(mut cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        cell.insert(0, '\'');
    }
    cell
}
