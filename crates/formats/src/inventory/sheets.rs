//! The sheets of a workbook that are the inventory. Many keep one for each country, cluster or year, all with the same columns.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::Problem;

use super::columns::{Column, resolve};
use super::header::{HEAD_ROWS, Head, Labels, find_header, tells_of_data};
use super::persons::{LOOKED_AT, lists_persons};
use super::{InventoryMapping, MAX_CELL, MAX_COLUMNS, MAX_ROWS, MAX_TEXT};
use crate::table::{TableRow, Workbook, WorkbookLimits, open_workbook};

/// What a workbook's archive may unpack to.
const WORKBOOK_LIMITS: WorkbookLimits = WorkbookLimits {
    decoded_bytes: 256 * 1024 * 1024,
    entries: 2000,
    ratio: 200,
    rows: MAX_ROWS,
    columns: MAX_COLUMNS,
    cell_bytes: MAX_CELL,
    text_bytes: MAX_TEXT,
};

/// Code of the problem that names sheets which may hold a part of the inventory and were not read.
pub const UNREAD_SHEET: &str = "unread-sheet";

/// Characters of a sheet's name that are told.
const LONGEST_NAME: usize = 100;

/// The rows of a text, or of a sheet of a workbook.
pub(super) struct Part {
    /// What the sheet is called, where several are read.
    pub(super) sheet: Option<String>,
    /// What the sheet is called; nothing for a text.
    pub(super) name: String,
    pub(super) rows: Vec<TableRow>,
    /// Where cells lead, by the number of the row and the index of the column.
    links: BTreeMap<(u64, usize), String>,
}

impl Part {
    pub(super) fn of_text(rows: Vec<TableRow>) -> Self {
        Self { sheet: None, name: String::new(), rows, links: BTreeMap::new() }
    }

    /// Puts other rows in the place of these, in which nothing stands where it did.
    pub(super) fn replace_rows(&mut self, rows: Vec<TableRow>) {
        self.rows = rows;
        self.links.clear();
    }

    /// Writes the address to which a cell leads into it, in columns of addresses where it shows other words.
    pub(super) fn follow_links(&mut self, labels: &Labels, mapping: &InventoryMapping) {
        if self.links.is_empty() {
            return;
        }
        let is_of_links = |label: &str| {
            let column = resolve(label, mapping).map(|(column, _)| column);
            matches!(column, Some(Column::Link | Column::LandingPage))
        };
        let columns: Vec<bool> = labels.iter().map(is_of_links).collect();
        for row in &mut self.rows {
            for (index, cell) in
                row.cells.iter_mut().enumerate().filter(|(index, _)| columns.get(*index) == Some(&true))
            {
                if let Some(address) = self.links.get(&(row.number, index)).filter(|_| !cell.contains("://")) {
                    cell.clone_from(address);
                }
            }
        }
    }

    /// Says of problems in which sheet they stand.
    pub(super) fn place(&self, problems: &mut [Problem]) {
        for problem in problems {
            problem.position.sheet.clone_from(&self.sheet);
        }
    }
}

/// The sheets that are the inventory, in the order of the workbook.
pub(super) fn read(bytes: &[u8], mapping: &InventoryMapping, problems: &mut Vec<Problem>) -> Vec<Part> {
    let mut workbook = match open_workbook(bytes, WORKBOOK_LIMITS) {
        Ok(workbook) => workbook,
        Err(error) => {
            problems.push(unreadable(error.to_string()));
            return Vec::new();
        }
    };
    let chosen =
        if mapping.sheet.is_empty() { choose(&mut workbook, mapping, problems) } else { vec![mapping.sheet.clone()] };
    let mut parts = Vec::new();
    for name in &chosen {
        match workbook.read_sheet(name) {
            Ok(sheet) => {
                let (name, rows, links) = (shown(name), sheet.rows, sheet.links);
                let part = Part { sheet: (chosen.len() > 1).then(|| name.clone()), name, rows, links };
                let mut found = sheet.problems;
                part.place(&mut found);
                problems.extend(found);
                if !part.rows.is_empty() {
                    parts.push(part);
                }
            }
            Err(error) => problems.push(unreadable(format!("sheet {:?}: {error}", shown(name)))),
        }
    }
    if parts.is_empty() {
        problems.push(unreadable("the workbook has no sheet with cells".to_owned()));
    }
    parts
}

fn unreadable(message: String) -> Problem {
    Problem::error("unreadable-workbook", "", message)
}

fn shown(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

/// What the head of a sheet shows.
struct Seen {
    name: String,
    told: usize,
    columns: BTreeSet<Column>,
}

/// The sheet whose headers tell the most of data, the first of several, and the others whose headers name the same columns. Where these
/// are titles alone there are no others: lists of words have names, too.
fn choose(workbook: &mut Workbook, mapping: &InventoryMapping, problems: &mut Vec<Problem>) -> Vec<String> {
    let names = workbook.sheet_names();
    let mut seen: Vec<Seen> = Vec::new();
    for name in &names {
        match see(workbook, name, mapping) {
            Ok(sheet) => seen.extend(sheet),
            Err(error) => problems.push(unreadable(format!("sheet {:?}: {error}", shown(name)))),
        }
    }
    let Some(best) = seen.iter().rev().max_by_key(|sheet| sheet.told) else { return Vec::new() };
    let has_columns_of = |one: &Seen| best.columns.len() > 1 && one.told > 0 && one.columns == best.columns;
    let is_read = |one: &&Seen| one.name == best.name || has_columns_of(one);
    let chosen: Vec<String> = seen.iter().filter(is_read).map(|one| one.name.clone()).collect();
    let others: Vec<String> = names.iter().filter(|name| !chosen.contains(name)).map(|name| shown(name)).collect();
    if !others.is_empty() {
        let read: Vec<String> = chosen.iter().map(|name| format!("{:?}", shown(name))).collect();
        let read = match read.as_slice() {
            [one] => format!("the sheet {one} was read"),
            several => format!("the sheets {} were read", several.join(", ")),
        };
        let message = format!("{read}; not read: {}", others.join(", "));
        problems.push(Problem::warning("other-sheets", "", message.chars().take(600).collect::<String>()));
    }
    // A header that is misspelt, or a column more, leaves a sheet of holdings out; a list of words has names, and one word more.
    let lists_holdings = |one: &&Seen| one.told > 0 && one.columns.len() > 2 && one.columns.contains(&Column::Title);
    let unread = seen.iter().filter(|one| !chosen.contains(&one.name)).filter(lists_holdings);
    let unread: Vec<String> = unread.map(|one| format!("{:?}", shown(&one.name))).collect();
    if !unread.is_empty() {
        let message = format!(
            "not read, though it has titles and other columns that are known, as they are not those of the sheets that were read: \
             {}; `sheet` names the one that is the inventory, if it is one alone",
            unread.join(", ")
        );
        problems.push(Problem::error(UNREAD_SHEET, "", message.chars().take(600).collect::<String>()));
    }
    chosen
}

/// Looks at the head of a sheet; `None` where it is empty.
fn see(workbook: &mut Workbook, name: &str, mapping: &InventoryMapping) -> Result<Option<Seen>, String> {
    let rows = HEAD_ROWS.max(mapping.header_row as usize) + LOOKED_AT + 1;
    let rows = workbook.read_head(name, rows).map_err(|error| error.to_string())?.rows;
    let (mut told, mut columns) = (0, BTreeSet::new());
    if let Some(header) = find_header(&rows, mapping).filter(|header| !lists_persons(&rows, *header)) {
        let head = Head::read(&rows, header, mapping).row;
        told = tells_of_data(&head, mapping);
        // What is wrong with the headers is reported where the sheet is read.
        let labels = Labels::read(&head, mapping, &mut Vec::new());
        let named = labels.iter().filter_map(|label| resolve(label, mapping)).map(|(column, _)| column);
        columns = named.filter(|column| !column.is_of_contact()).collect();
    }
    Ok((!rows.is_empty()).then(|| Seen { name: name.to_owned(), told, columns }))
}
