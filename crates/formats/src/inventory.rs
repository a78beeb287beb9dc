//! Inventories: spreadsheets in which an organisation lists its holdings, one row each.
//!
//! A file becomes rows ([`read_table`]), and each row a draft ([`read_row`]). Between the two a row can be kept as it is
//! and read again later with a better mapping. Good rows go in; what is wrong is named by row and column.

mod aliases;
mod columns;
mod confidentiality;
mod day_month;
mod field;
mod groups;
mod header;
mod headers;
mod holdings;
mod ids;
mod languages;
mod markings;
mod misplaced;
mod persons;
mod remarks;
mod row;
mod sheets;
mod template;
mod turned;
mod unread;

use std::collections::{BTreeMap, HashMap};

use cairn_model::date::DateOrder;
use cairn_model::{Position, Problem};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use self::columns::{Column, is_field, resolve};
use self::header::{HEAD_ROWS, Head, Labels, find_header};
use self::languages::report_passed_over;
use self::persons::lists_persons;
use self::sheets::Part;
use crate::Reading;
use crate::decode::decode_text;
use crate::imsma::row_of_export;
use crate::listing::MOST_PROBLEMS;
use crate::table::{DelimitedRows, RowFault, TableRow, column_letters, is_workbook, open_delimited};

pub use self::columns::FIELDS;
pub use self::headers::InventoryColumn;
pub(crate) use self::holdings::{is_note_below, is_of_totals};
pub(crate) use self::row::says_nothing;
pub use self::sheets::UNREAD_SHEET;
pub use self::template::{ChangedRow, stated_id, stated_title, table_headers, table_hints, table_row, unguarded};

/// Bytes of text that a table may hold.
const MAX_TEXT: usize = 64 * 1024 * 1024;

/// Rows that a table may have.
const MAX_ROWS: usize = 1_000_000;

/// Columns that a table may have.
const MAX_COLUMNS: usize = 2000;

/// Bytes of a cell.
const MAX_CELL: usize = 1024 * 1024;

/// How often reading starts anew below a quote that is never closed.
const MAX_RESTARTS: usize = 20;

/// How the columns of one source's inventory are to be read (`[mapping]` of its configuration).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InventoryMapping {
    /// Field of the record (see [`FIELDS`]) to column header as written, or to a column letter (`C`).
    #[serde(deserialize_with = "columns_of_fields")]
    pub columns: BTreeMap<String, String>,
    /// Sheet of a workbook, by name; when empty that whose headers tell the most of data, and those that have its columns.
    pub sheet: String,
    /// Row of the headers, from 1; found by itself when 0.
    pub header_row: u32,
    /// Delimiter of a text table; found by itself when empty.
    pub delimiter: String,
    /// Encoding label (WHATWG) of a text table; found by itself when empty.
    pub encoding: String,
    /// Characters that separate several values in a cell; `;` and `|` and line breaks when empty.
    pub separators: String,
    /// How day and month stand in dates of numbers: `day-first` or `month-first`; found by itself where it is not stated.
    pub date_order: Option<DateOrder>,
}

/// Columns by field. A field that no record has is refused: its column would be passed over, also where it closes.
fn columns_of_fields<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let columns = BTreeMap::<String, String>::deserialize(deserializer)?;
    match columns.keys().find(|field| !is_field(field)) {
        Some(unknown) => Err(D::Error::unknown_field(unknown, FIELDS)),
        None => Ok(columns),
    }
}

/// One row of an inventory, ready to be kept as its raw payload: header and cell, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryRow {
    /// Sheet of the workbook, where several were read; cut where its name is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row number as a spreadsheet shows it, from 1.
    pub row: u64,
    /// Header and cell of every column that is not empty. A column without header is called by its letters; a header
    /// that stands twice, or that the mapping names by letters, is followed by them: `Title (C)`.
    pub cells: Vec<(String, String)>,
    /// What the table says outside its rows that closes this one: a marking above the headers, a heading among the rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markings: Vec<String>,
    /// Id of the record: that of the id column in the first row that has it, else made from title and organisation, so that
    /// rows keep their ids when they are sorted anew. Made by [`read_table`]; where it is empty, [`read_row`] makes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub record_id: String,
    /// How day and month stand in the dates of the table that the row comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// Whether nothing in the table shows `date_order`, so that it is only likely.
    #[serde(default, skip_serializing_if = "is_false")]
    pub date_order_is_assumed: bool,
    /// Whether what the table calls confidentiality is how sensitive the data is.
    #[serde(default, skip_serializing_if = "is_false")]
    pub confidentiality_is_sensitivity: bool,
}

impl InventoryRow {
    fn position(&self) -> Position {
        Position { sheet: self.sheet.clone(), row: Some(self.row), ..Position::default() }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// The rows of an inventory and the problems of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InventoryTable {
    /// Rows below the header that are not blank.
    pub rows: Vec<InventoryRow>,
    /// Problems of the file as a whole or of rows that could not be split.
    pub problems: Vec<Problem>,
    /// The columns that have a header, in order, one sheet after the other.
    pub columns: Vec<InventoryColumn>,
    /// Whether a title column was found: without one there is no inventory, and one problem says so, as of an IMSMA export and
    /// of a list of persons.
    pub has_titles: bool,
}

/// Splits an inventory into rows. `name` is a file name or address, whose ending is a hint to the format.
pub fn read_table(bytes: &[u8], name: &str, mapping: &InventoryMapping) -> InventoryTable {
    let mut problems = Vec::new();
    let is_text = !is_workbook(bytes);
    let parts: Vec<Part> = if is_text {
        text_rows(bytes, name, mapping, &mut problems).map(Part::of_text).into_iter().collect()
    } else {
        sheets::read(bytes, mapping, &mut problems)
    };
    let mut table = InventoryTable::default();
    let mut read = Vec::new();
    for mut part in parts {
        let mut found = Vec::new();
        if let Some(labels) = fill(&mut table, &mut part, is_text, mapping, &mut found) {
            read.push((part.sheet.clone(), labels));
        }
        part.place(&mut found);
        problems.extend(found);
    }
    settle(&mut table, &read, mapping, &mut problems);
    if problems.len() > MOST_PROBLEMS {
        let more = problems.len() - MOST_PROBLEMS;
        problems.truncate(MOST_PROBLEMS);
        problems.push(Problem::warning("more-problems", "", format!("{more} more problems are not listed")));
    }
    table.problems = problems;
    table
}

/// Reads one row.
///
/// # Errors
/// A problem with `Severity::Error` when the row has no title.
pub fn read_row(row: &InventoryRow, mapping: &InventoryMapping) -> Result<Reading, Problem> {
    row::read(row, mapping)
}

/// Makes inventory rows of table rows: headers and cells. In a text, all cells of a row are written; a workbook leaves out the
/// blank ones.
fn fill(
    table: &mut InventoryTable,
    part: &mut Part,
    is_text: bool,
    mapping: &InventoryMapping,
    problems: &mut Vec<Problem>,
) -> Option<Labels> {
    if let Some(upright) = turned::upright(&part.rows, mapping) {
        let message = "the headers stand in the first column: each of the others was read as a row, whose number is that of the column";
        problems.push(Problem::warning("turned-table", "", message));
        part.replace_rows(upright);
    }
    let rows = part.rows.as_slice();
    let Some(header) = find_header(rows, mapping) else {
        let message = if mapping.header_row > 0 { "the table has no such header row" } else { "the table is empty" };
        problems.push(Problem::error("no-header-row", "", message));
        return None;
    };
    if let Some(row) = row_of_export(rows, header) {
        let message = "the headers are those of an IMSMA export, whose rows are no holdings and may be about persons: none was \
                       taken; a source of kind `imsma` reads such a table";
        let position = Position { row: Some(row.number), ..Position::default() };
        problems.push(Problem::error("imsma-export", "", message).at(position));
        return None;
    }
    if lists_persons(rows, header) {
        let message =
            "the rows are about persons, by their names: a list of persons is no list of data, and none was taken";
        let position = Position { row: Some(rows[header].number), ..Position::default() };
        problems.push(Problem::error("list-of-persons", "", message).at(position));
        return None;
    }
    let head = Head::read(rows, header, mapping);
    let labels = Labels::read(&head.row, mapping, problems);
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let lacks_terms = labels.check(mapping, width, problems);
    table.has_titles = labels.has_titles(mapping);
    if table.has_titles {
        labels.report_unknown(mapping, problems);
        report_passed_over(labels.iter(), mapping, problems);
    } else {
        let message = format!(
            "no column holds titles; name it under `columns.title` of the mapping. The headers in row {} are: {}",
            rows[header].number,
            labels.list()
        );
        let position = Position { row: Some(rows[header].number), ..Position::default() };
        problems.push(Problem::error("no-title-column", "title", message).at(position));
    }
    part.follow_links(&labels, mapping);
    let mut holdings = holdings::below(&head, &part.rows[header + head.rows..], &labels, is_text, mapping, problems);
    markings::mark_all(&mut holdings, &part.rows[..header], problems);
    markings::mark_by_name(&mut holdings, &part.name, problems);
    if lacks_terms {
        markings::mark_for_lack(&mut holdings);
    }
    table.rows.extend(holdings.into_iter().map(|row| InventoryRow { sheet: part.sheet.clone(), ..row }));
    Some(labels)
}

/// Decides what all rows of a table have in common, those of several sheets too, and gives each its id.
fn settle(
    table: &mut InventoryTable,
    read: &[(Option<String>, Labels)],
    mapping: &InventoryMapping,
    problems: &mut Vec<Problem>,
) {
    let labels = || read.iter().flat_map(|(_, labels)| labels.iter());
    let order = day_month::decide(&table.rows, labels(), &mut Resolver::new(mapping));
    let is_sensitivity = confidentiality::is_sensitivity(&table.rows, labels(), mapping);
    for (sheet, labels) in read {
        table.columns.extend(labels.columns(sheet.as_deref(), |label| {
            let row = InventoryRow { confidentiality_is_sensitivity: is_sensitivity, ..InventoryRow::default() };
            confidentiality::column_in(&row, label, mapping).map(|(column, _)| column)
        }));
    }
    for row in &mut table.rows {
        row.confidentiality_is_sensitivity = is_sensitivity;
        row.date_order = Some(order.order);
        row.date_order_is_assumed = order.is_assumed;
    }
    ids::give(table, mapping, problems);
}

/// Remembers what the headers of a table mean, so that they are looked up once and not in every row.
struct Resolver<'m> {
    mapping: &'m InventoryMapping,
    known: HashMap<String, Option<(Column, usize)>>,
}

impl<'m> Resolver<'m> {
    fn new(mapping: &'m InventoryMapping) -> Self {
        Self { mapping, known: HashMap::new() }
    }

    fn column(&mut self, label: &str) -> Option<(Column, usize)> {
        if let Some(column) = self.known.get(label) {
            return *column;
        }
        let column = resolve(label, self.mapping);
        self.known.insert(label.to_owned(), column);
        column
    }

    /// The cell of the surest column for a field.
    fn cell<'r>(&mut self, row: &'r InventoryRow, wanted: Column) -> Option<&'r str> {
        let mut best: Option<(usize, &str)> = None;
        for (label, cell) in &row.cells {
            if let Some((column, rank)) = self.column(label)
                && column == wanted
                && best.is_none_or(|(known, _)| rank < known)
            {
                best = Some((rank, cell));
            }
        }
        best.map(|(_, cell)| cell)
    }
}

/// The rows of a text table.
fn text_rows(
    bytes: &[u8],
    name: &str,
    mapping: &InventoryMapping,
    problems: &mut Vec<Problem>,
) -> Option<Vec<TableRow>> {
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let message = "the file is a workbook of the old binary kind (or encrypted); save it as XLSX or CSV";
        problems.push(Problem::error("unreadable-workbook", "", message));
        return None;
    }
    let cut = bytes.len() > MAX_TEXT;
    if cut {
        let message = format!("the table is longer than {MAX_TEXT} bytes; the rest was left out");
        let position = Position { byte: Some(MAX_TEXT as u64), ..Position::default() };
        problems.push(Problem::error("too-large", "", message).at(position));
    }
    let declared = Some(mapping.encoding.as_str()).filter(|label| !label.trim().is_empty());
    let decoded = decode_text(&bytes[..bytes.len().min(MAX_TEXT)], declared);
    problems.extend(decoded.problems);
    if let Some(problem) = no_table(&decoded.text) {
        problems.push(problem);
        return None;
    }
    let delimiter = delimiter(name, mapping, &decoded.text, problems);
    let mut rows = split(&decoded.text, delimiter, problems);
    if cut {
        // The last row is cut somewhere.
        rows.pop();
    }
    Some(rows)
}

/// What the text is when it is no table.
fn no_table(text: &str) -> Option<Problem> {
    let head: String = text.trim_start().chars().take(4096).collect();
    let lower = head.to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return Some(Problem::error("html-instead-of-table", "", "a web page stands where a table was due"));
    }
    let first: String = head.chars().filter(|letter| !letter.is_whitespace()).take(2).collect();
    if matches!(first.as_str(), "[{" | "{\"") {
        let message = "JSON stands where a table was due: an inventory is CSV, TSV or XLSX";
        return Some(Problem::error("json-instead-of-table", "", message));
    }
    let odd = head.chars().filter(|letter| letter.is_control() && !letter.is_whitespace()).count();
    let letters = head.chars().count();
    (odd * 20 > letters.max(1)).then(|| {
        Problem::error("not-a-table", "", "the file is neither a workbook nor text, so there are no rows in it")
    })
}

/// The delimiter of the mapping, of the name's ending, or none: then it is found by looking.
fn delimiter(name: &str, mapping: &InventoryMapping, text: &str, problems: &mut Vec<Problem>) -> Option<u8> {
    match mapping.delimiter.as_bytes() {
        [] => {}
        [byte] => return Some(*byte),
        b"\\t" | b"tab" => return Some(b'\t'),
        _ => {
            let message = "a delimiter is one ASCII character; it was found by looking instead";
            problems.push(Problem::warning("unknown-delimiter", "", message).with_value(&mapping.delimiter));
        }
    }
    let path = name.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_tabbed = matches!(ending.as_deref(), Some("tsv" | "tab"));
    let first_line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    (is_tabbed && first_line.contains('\t')).then_some(b'\t')
}

/// Splits a text into rows. Below a quote that is never closed, reading starts anew on the next line.
fn split(text: &str, delimiter: Option<u8>, problems: &mut Vec<Problem>) -> Vec<TableRow> {
    let mut rows = Vec::new();
    let Ok(mut reader) = open_delimited(text.as_bytes(), Some("utf-8"), delimiter, 4 * MAX_CELL) else {
        return rows; // A text in memory can always be read.
    };
    let delimiter = reader.delimiter();
    match split_from(&mut reader, &mut rows, problems) {
        End::Done => return rows,
        End::Unclosed { row, byte } => restart(text, delimiter, (row, byte), &mut rows, problems),
    }
    rows
}

fn restart(text: &str, delimiter: u8, from: (u64, u64), rows: &mut Vec<TableRow>, problems: &mut Vec<Problem>) {
    let mut from = from;
    for attempt in 1..=MAX_RESTARTS {
        let start = usize::try_from(from.1).unwrap_or(text.len()).min(text.len());
        let position = Position { row: Some(from.0), byte: Some(from.1), ..Position::default() };
        let gone_on = if attempt < MAX_RESTARTS { "the rows below are read" } else { "the rows below are left out" };
        let message =
            format!("a quote that opens in this row, which begins at byte {}, is never closed; {gone_on}", from.1);
        problems.push(Problem::error("unclosed-quote", "", message).at(position));
        let line_end = text.as_bytes()[start..].iter().position(|byte| *byte == b'\n');
        let Some(next) = line_end.map(|length| start + length + 1) else { return };
        let below = &text.as_bytes()[next..];
        let mut reader = DelimitedRows::new(below, delimiter, 4 * MAX_CELL).starting_at(from.0, next as u64);
        match split_from(&mut reader, rows, problems) {
            End::Done => return,
            End::Unclosed { row, byte } => from = (row, byte),
        }
    }
}

enum End {
    Done,
    Unclosed { row: u64, byte: u64 },
}

fn split_from<R: std::io::Read>(
    reader: &mut DelimitedRows<R>,
    rows: &mut Vec<TableRow>,
    problems: &mut Vec<Problem>,
) -> End {
    loop {
        match reader.next_row() {
            Ok(Some(mut row)) => {
                if rows.len() >= MAX_ROWS + HEAD_ROWS {
                    let message = format!("the table has more than {MAX_ROWS} rows; the rest was left out");
                    let position = Position { row: Some(row.number), ..Position::default() };
                    problems.push(Problem::error("too-many-rows", "", message).at(position));
                    return End::Done;
                }
                check_cells(&mut row, problems);
                rows.push(row);
            }
            Ok(None) | Err(RowFault::Read(_)) => return End::Done,
            Err(RowFault::TooLong { row, byte }) => {
                let position = Position { row: Some(row), byte: Some(byte), ..Position::default() };
                problems.push(Problem::error("too-large", "", "the row is too long and was left out").at(position));
            }
            Err(RowFault::UnclosedQuote { row, byte }) => return End::Unclosed { row, byte },
        }
    }
}

/// Cuts what is too long and takes NUL characters out.
fn check_cells(row: &mut TableRow, problems: &mut Vec<Problem>) {
    let position = |column: usize| Position {
        row: Some(row.number),
        column: Some(column_letters(column)),
        byte: Some(row.byte),
        ..Position::default()
    };
    let mut found = Vec::new();
    if row.cells.len() > MAX_COLUMNS {
        let message = format!("cells right of column {MAX_COLUMNS} were left out");
        found.push(Problem::warning("too-many-columns", "", message).at(position(MAX_COLUMNS)));
    }
    for (column, cell) in row.cells.iter().enumerate().take(MAX_COLUMNS) {
        if cell.len() > MAX_CELL {
            found.push(Problem::warning("cell-too-long", "", "the cell was cut at one mebibyte").at(position(column)));
        }
        if cell.contains('\0') {
            let message =
                format!("the row, which begins at byte {}, holds NUL characters; they were taken out", row.byte);
            found.push(Problem::warning("nul-character", "", message).at(position(column)));
        }
    }
    problems.extend(found);
    row.cells.truncate(MAX_COLUMNS);
    for cell in &mut row.cells {
        if cell.len() > MAX_CELL {
            cell.truncate(cell.floor_char_boundary(MAX_CELL));
        }
        if cell.contains('\0') {
            cell.retain(|letter| letter != '\0');
        }
    }
}

#[cfg(test)]
mod tests;
