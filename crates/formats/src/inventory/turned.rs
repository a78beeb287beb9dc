//! Tables that stand on their side: the headers in the first column, and a holding in each of the others.

use std::collections::BTreeSet;

use super::InventoryMapping;
use super::aliases;
use super::columns::Column;
use crate::table::TableRow;

/// Rows that such a table has at most: one for each header.
const MOST_ROWS: usize = 200;

/// What a cell means as a header; a longer one is none.
fn column_of(cell: &str) -> Option<Column> {
    if cell.len() > 200 { None } else { aliases::column_of(cell).map(|(column, _)| column) }
}

/// The table upright; `None` where it is. On its side most of its first column are headers that are known, a title among them, and nothing
/// beside the first of them is one. A row has the number of the column that it was.
pub(super) fn upright(rows: &[TableRow], mapping: &InventoryMapping) -> Option<Vec<TableRow>> {
    let rows: Vec<&TableRow> = rows.iter().filter(|row| !row.is_blank()).take(MOST_ROWS + 1).collect();
    let first = rows.first().filter(|_| mapping.header_row == 0 && rows.len() <= MOST_ROWS)?;
    let cell = |row: &TableRow, index: usize| row.cells.get(index).cloned().unwrap_or_default();
    let known: Vec<Column> = rows.iter().filter_map(|row| column_of(&cell(row, 0))).collect();
    let different: BTreeSet<Column> = known.iter().copied().collect();
    let mut beside = first.cells.iter().skip(1).filter(|cell| !cell.is_empty()).peekable();
    let is_on_side = beside.peek().is_some()
        && beside.all(|cell| column_of(cell).is_none())
        && column_of(&cell(first, 0)).is_some()
        && different.len() > 1
        && different.contains(&Column::Title)
        && known.len() * 3 >= rows.len() * 2;
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let turn = |index: usize| TableRow {
        number: index as u64 + 1,
        cells: rows.iter().map(|row| cell(row, index)).collect(),
        ..TableRow::default()
    };
    is_on_side.then(|| (0..width).map(turn).collect())
}
