//! Files that people open in a spreadsheet.

use cairn_formats::table::FORMULA_STARTS;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

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
    if cell.starts_with(FORMULA_STARTS) {
        cell.insert(0, '\'');
    }
    cell
}

/// A file of CSV of these lines, the headers first.
///
/// # Errors
/// `Internal`, which cannot be while memory is there.
pub(crate) fn csv_file(lines: Vec<Vec<String>>) -> Result<String, CatalogError> {
    let mut file = BYTE_ORDER_MARK.to_owned();
    for cells in lines {
        file += &line(cells)?;
    }
    Ok(file)
}

/// A workbook (XLSX) with a sheet of lines, the headers first, and one that says what to write below each header. Every cell is
/// text, so that none is a formula.
///
/// # Errors
/// `Internal` for more than a sheet can hold.
pub(crate) fn workbook(name: &str, lines: &[Vec<String>], help: &[(&str, &str)]) -> Result<Vec<u8>, CatalogError> {
    write_workbook(name, lines, help).map_err(|error| CatalogError::Internal(format!("a workbook: {error}")))
}

fn write_workbook(name: &str, lines: &[Vec<String>], help: &[(&str, &str)]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet().set_name(name)?;
    sheet.set_freeze_panes(1, 1)?;
    for (row, cells) in (0..).zip(lines) {
        for (column, cell) in (0..).zip(cells) {
            if row == 0 {
                sheet.write_string_with_format(row, column, cell, &bold)?;
                sheet.set_column_width(column, 18)?;
            } else if !cell.is_empty() {
                sheet.write_string(row, column, cell)?;
            }
        }
    }
    let sheet = workbook.add_worksheet().set_name("How to fill it in")?;
    sheet.set_column_width(0, 24)?.set_column_width(1, 90)?;
    for (row, (header, hint)) in (0..).zip(help) {
        sheet.write_string_with_format(row, 0, *header, &bold)?.write_string(row, 1, *hint)?;
    }
    workbook.save_to_buffer()
}
