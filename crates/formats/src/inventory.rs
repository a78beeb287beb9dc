//! Inventories: spreadsheets in which an organisation lists its holdings, one row each.

use std::collections::BTreeMap;

use cairn_model::Problem;
use serde::{Deserialize, Serialize};

use crate::Reading;

/// How the columns of one source's inventory are to be read (`[mapping]` of its configuration).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InventoryMapping {
    /// Field of the record (see `FIELDS`) to column header as written, or to a column letter (`C`).
    pub columns: BTreeMap<String, String>,
    /// Sheet of a workbook, by name; the first with a header row when empty.
    pub sheet: String,
    /// Row of the headers, from 1; found by itself when 0.
    pub header_row: u32,
    /// Delimiter of a text table; found by itself when empty.
    pub delimiter: String,
    /// Encoding label (WHATWG) of a text table; found by itself when empty.
    pub encoding: String,
    /// Characters that separate several values in a cell; `;` and `|` and line breaks when empty.
    pub separators: String,
}

/// One row of an inventory, ready to be kept as its raw payload: header and cell, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryRow {
    /// Row number as a spreadsheet shows it, from 1.
    pub row: u64,
    /// Header and cell of every column that is not empty.
    pub cells: Vec<(String, String)>,
}

/// The rows of an inventory and the problems of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InventoryTable {
    /// Rows below the header that are not blank.
    pub rows: Vec<InventoryRow>,
    /// Problems of the file as a whole or of rows that could not be split.
    pub problems: Vec<Problem>,
    /// Whether a title column was found: without one there is no inventory, and one problem says so.
    pub has_titles: bool,
}

/// Splits an inventory into rows. `name` is a file name or address, whose ending is a hint to the format.
pub fn read_table(_bytes: &[u8], _name: &str, _mapping: &InventoryMapping) -> InventoryTable {
    InventoryTable::default()
}

/// Reads one row.
///
/// # Errors
/// A problem with `Severity::Error` when the row has no title.
pub fn read_row(_row: &InventoryRow, _mapping: &InventoryMapping) -> Result<Reading, Problem> {
    Err(Problem::error("not-written", "", "not written"))
}
