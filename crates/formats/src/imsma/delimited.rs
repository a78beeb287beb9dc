//! Tables of IMSMA NG, IMSMA Core and Survey123 in CSV. Those of several layers may stand one below the other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Read;

use cairn_model::{Position, Problem};

use crate::decode::DecodeStream;
use crate::inventory::{is_note_below, is_of_totals};
use crate::table::{DelimitedRows, RowFault, TableRow, column_letters, open_delimited};

use super::columns::{Columns, is_header};
use super::dictionary::{Role, known_field};
use super::item_type::ItemTypeId;
use super::keys::Keys;
use super::maxml::day_problem;
use super::month::{DayOrder, DayReading};
use super::problem_log::ProblemLog;
use super::recognise::{Recogniser, RecordValues};
use super::summary::THRESHOLD;
use super::tally::{FieldsSeen, Tallies};

/// Bytes of one row.
const MAX_ROW: usize = 8 << 20;

/// Rows that are looked at before the first of a table is read, for the header and the order of days.
const ROWS_AHEAD: usize = 500;

/// Bytes of cells that are held for that.
const BYTES_AHEAD: usize = 1 << 20;

/// Reads the tables of an export; false when it was not read to its proper end or is none of IMSMA.
pub(super) fn read(
    reader: impl Read,
    recogniser: &Recogniser<'_>,
    tallies: &mut Tallies,
    log: &mut ProblemLog,
) -> bool {
    let Ok(rows) = open_delimited(reader, None, None, MAX_ROW) else {
        log.add(Problem::error("read-failed", "", "the export could not be read"));
        return false;
    };
    let mut source = RowSource { rows, ahead: VecDeque::new(), complete: true };
    let Some((header, columns)) = Columns::find(source.look_ahead(log)) else {
        let message = "no row of the table looks like the header of an IMSMA table";
        log.add(Problem::error("unknown-table", "", message));
        return false;
    };
    source.ahead.drain(..=header);
    let mut table = Table { columns, recogniser, tallies, log, filled: BTreeMap::new(), complete: true };
    while let Some(row) = source.next_row(table.log) {
        if is_header(&row.cells) {
            table.begin_anew(&row, &mut source);
        } else {
            table.read_row(&row);
        }
    }
    table.note_fields();
    table.log.add_encoding_problems(&source.rows.get_ref().problems());
    table.complete && source.complete
}

/// The rows of the export, and whether all of them could be read so far.
struct RowSource<R> {
    rows: DelimitedRows<DecodeStream<R>>,
    /// Rows that were looked at and not read yet.
    ahead: VecDeque<TableRow>,
    complete: bool,
}

impl<R: Read> RowSource<R> {
    /// The rows that follow, as far as they are looked at before they are read.
    fn look_ahead(&mut self, log: &mut ProblemLog) -> &[TableRow] {
        let bytes_of = |row: &TableRow| row.cells.iter().map(String::len).sum::<usize>();
        let mut bytes: usize = self.ahead.iter().map(bytes_of).sum();
        while self.ahead.len() < ROWS_AHEAD && bytes < BYTES_AHEAD {
            let Some(row) = self.read_row(log) else { break };
            bytes += bytes_of(&row);
            self.ahead.push_back(row);
        }
        self.ahead.make_contiguous()
    }

    fn next_row(&mut self, log: &mut ProblemLog) -> Option<TableRow> {
        self.ahead.pop_front().or_else(|| self.read_row(log))
    }

    /// The next row that can be read.
    fn read_row(&mut self, log: &mut ProblemLog) -> Option<TableRow> {
        loop {
            match self.rows.next_row() {
                Ok(row) => return row,
                Err(fault) => {
                    self.complete = false;
                    if report_fault(&fault, log) {
                        return None;
                    }
                }
            }
        }
    }
}

/// Says what is wrong in our own words; true when nothing more can be read.
fn report_fault(fault: &RowFault, log: &mut ProblemLog) -> bool {
    let (code, message, row, byte, last) = match fault {
        RowFault::Read(_) => ("read-failed", "the export cannot be read further", None, None, true),
        RowFault::TooLong { row, byte } => {
            ("row-too-long", "a row is longer than 8 MiB; it was left out", Some(*row), Some(*byte), false)
        }
        RowFault::UnclosedQuote { row, byte } => {
            ("unclosed-quote", "a quote is never closed; the rest of the table is lost", Some(*row), Some(*byte), true)
        }
    };
    log.add(Problem::error(code, "", message).at(Position { row, byte, ..Position::default() }));
    last
}

struct Table<'t, 'v> {
    columns: Columns,
    recogniser: &'t Recogniser<'v>,
    tallies: &'t mut Tallies,
    log: &'t mut ProblemLog,
    /// The columns in which rows of a type have a value.
    filled: BTreeMap<ItemTypeId, BTreeSet<usize>>,
    /// Whether every row stood below a header that is known.
    complete: bool,
}

impl Table<'_, '_> {
    /// Begins the table of another layer, whose header is `header`: a day of birth below it would else be read as whatever
    /// the first layer has in that column. The header of the same table stands again on each of its pages.
    fn begin_anew<R: Read>(&mut self, header: &TableRow, source: &mut RowSource<R>) {
        if self.columns.are_named(&header.cells) {
            return;
        }
        let message = "the header of another table stands here; the rows below it were read by it";
        self.log.add(Problem::warning("another-table", "", message).at(at(header, None)));
        let rows = source.look_ahead(self.log);
        self.set_columns(Columns::of_table(&header.cells, rows));
    }

    fn set_columns(&mut self, columns: Columns) {
        self.note_fields();
        self.filled.clear();
        self.columns = columns;
    }

    fn read_row(&mut self, row: &TableRow) {
        if row.is_blank() || is_tag_row(row) {
            return;
        }
        if self.columns.names.len() > 1 && is_title_of_layer(row) {
            self.set_columns(Columns::of_table(&[], &[]));
            return;
        }
        if !self.columns.are_known() {
            let message = "a row stands below the title or header of a table that is not known; it was left out";
            self.log.add(Problem::error("unknown-table", "", message).at(at(row, None)));
            self.complete = false;
            return;
        }
        let filled: Vec<&str> = row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        let is_of_totals = filled.first().is_some_and(|first| is_of_totals(first))
            || (filled.iter().any(|cell| is_of_totals(cell)) && !self.columns.holds_key(&row.cells));
        if is_of_totals || is_note_below(&filled) {
            let message = "a row counts the others or is a note to the table, and is no record";
            self.log.add(Problem::warning("no-record", "", message).at(at(row, None)));
            return;
        }
        let types = self.columns.types_of(&row.cells);
        if types.is_empty() {
            let message = "the `imsma_id` of a row tells no item type that is known; the row was left out";
            self.log.add(Problem::warning("unknown-item-type", "imsma_id", message).at(at(row, None)));
        }
        let shifted = self.is_shifted(row);
        if shifted {
            let message = "a row has another number of cells than the header; it was counted and its values left out";
            self.log.add(Problem::warning("ragged-row", "", message).at(at(row, None)));
        }
        let mut outer: Option<RecordValues> = None;
        for item in types {
            let (mut values, keys) = if shifted { Default::default() } else { self.values_of(row, item) };
            if let Some(outer) = &outer {
                values.inherit(outer);
            }
            let record = self.recogniser.recognise(&values, item.get().persons);
            record.tell_unlisted(self.log);
            self.filled.entry(item).or_default();
            self.tallies.add(item, keys.of(item, self.columns.rows_repeat(item)), record);
            outer = Some(values);
        }
    }

    /// Whether cells stand under other headers than their own: a day of birth under the header of an accident's day
    /// would otherwise be kept as a month. Empty cells at the end are no fault.
    fn is_shifted(&self, row: &TableRow) -> bool {
        let columns = self.columns.names.len();
        row.cells.len() < columns || row.cells.iter().skip(columns).any(|cell| !cell.is_empty())
    }

    /// The values of a row that are looked at, and its keys.
    fn values_of(&mut self, row: &TableRow, item: ItemTypeId) -> (RecordValues, Keys) {
        let mut values = RecordValues::default();
        let mut keys = Keys::default();
        let filled = self.filled.entry(item).or_default();
        for (column, meaning) in self.columns.meanings(item).iter().enumerate() {
            let Some(cell) = row.cells.get(column).filter(|cell| !cell.is_empty()) else {
                continue;
            };
            filled.insert(column);
            let Some(field) = meaning else { continue };
            match field.role {
                Role::Date | Role::ReportDate => {
                    let code = match self.recogniser.day(cell, self.columns.order(column)) {
                        DayReading::Empty => continue,
                        DayReading::In(month) => {
                            values.take_month(field.role, [Some(month); DayOrder::ALL.len()]);
                            continue;
                        }
                        DayReading::Implausible => "implausible-date",
                        DayReading::Ambiguous => "ambiguous-date",
                        DayReading::Unreadable => "unreadable-date",
                    };
                    self.log.add(day_problem(code, &field.name).at(at(row, Some(column))));
                }
                role if role.is_key() => keys.take(field, item, cell, &self.tallies.hashes),
                Role::ImsmaId => keys.take_imsma_id(item, cell, &self.tallies.hashes),
                role => values.take(role, cell),
            }
        }
        (values, keys)
    }

    /// Notes the columns in the dictionaries of the types: all of them, or those that are filled where types are mixed.
    ///
    /// Where rows are about persons, the header alone decides: what one of them has filled would show in the dictionary.
    fn note_fields(&mut self) {
        let mixed = self.filled.len() > 1;
        for (item, filled) in &self.filled {
            let by_header = item.get().persons || self.columns.holds_victims_of_accidents();
            let mut seen = FieldsSeen::default();
            for (column, (name, _)) in self.columns.names.iter().enumerate() {
                let is_told = match (mixed, by_header) {
                    (false, _) => true,
                    (true, true) => known_field(name, Some(*item)).is_none_or(|field| field.fits(*item)),
                    (true, false) => filled.contains(&column),
                };
                if is_told {
                    seen.note(name, Some(*item), &self.recogniser.custom_fields, &self.tallies.hashes);
                }
            }
            self.tallies.add_fields(*item, &seen, THRESHOLD);
        }
    }
}

/// A row of HXL tags below the header.
fn is_tag_row(row: &TableRow) -> bool {
    row.cells.iter().all(|cell| cell.is_empty() || cell.starts_with('#'))
}

/// Whether all that a row says is the name of an item type, as it stands above the table of each layer. With a number behind
/// it (`organization_2`) it is a key.
fn is_title_of_layer(row: &TableRow) -> bool {
    let names_type = |cell: &str| !cell.contains(char::is_numeric) && ItemTypeId::of_layer_name(cell).is_some();
    row.only_cell().is_some_and(|(_, only)| names_type(only))
}

/// Rows and letters of columns say where; the name of a column would tell those that the operator does not list.
fn at(row: &TableRow, column: Option<usize>) -> Position {
    Position { row: Some(row.number), column: column.map(column_letters), ..Position::default() }
}
