//! Sheets of a workbook (XLSX, Office Open XML), guarded against archives that unpack to far more than they are.
//!
//! Cells are read one after the other, never as a dense block: two cells in opposite corners of a sheet would otherwise
//! ask for seventeen thousand million. Formulas are not evaluated; the value that the spreadsheet stored is read. A formula that
//! a program wrote without a value holds [`NOT_COMPUTED`], so that what was due there is not taken for nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use cairn_model::{Position, Problem};
use calamine::{
    DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError, XlsxFormulaMetadata,
};

use super::{TableRow, column_letters};

/// Decoded bytes of an entry below which its ratio is not judged.
const RATIO_GRACE: u64 = 1024 * 1024;

/// What a cell holds whose formula has no stored value: as spreadsheets show a formula that could not be computed.
const NOT_COMPUTED: &str = "#CALC!";

/// What a workbook may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkbookLimits {
    /// Bytes of all entries of the archive after decompression.
    pub decoded_bytes: u64,
    /// Entries of the archive.
    pub entries: usize,
    /// Decoded bytes for each compressed byte of an entry, judged above one mebibyte.
    pub ratio: u64,
    /// Rows of all sheets that are read.
    pub rows: usize,
    /// Columns of a sheet.
    pub columns: usize,
    /// Bytes of a cell.
    pub cell_bytes: usize,
    /// Bytes of all cells of the sheets that are read.
    pub text_bytes: usize,
}

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Name.
    pub name: String,
    /// Rows that hold anything.
    pub rows: Vec<TableRow>,
    /// Addresses of the web to which cells lead, by the number of the row and the index of the column.
    pub links: BTreeMap<(u64, usize), String>,
    /// What of the sheet was left out: `too-many-rows`, `too-many-columns`, `cell-too-long`, `too-large`; and
    /// `formula-without-value`.
    pub problems: Vec<Problem>,
}

/// Why a workbook cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// The archive is broken.
    #[error("the workbook is a broken archive")]
    Archive(#[from] zip::result::ZipError),
    /// The archive has too many entries.
    #[error("the workbook's archive has {0} entries")]
    TooManyEntries(usize),
    /// The archive holds more than it may.
    #[error("the workbook unpacks to more than {0} bytes")]
    TooLarge(u64),
    /// An entry is compressed far more than the text of a workbook can be: a bomb.
    #[error("the workbook's entry {entry:?} expands more than {ratio}-fold")]
    TooDense {
        /// Name of the entry.
        entry: String,
        /// The limit.
        ratio: u64,
    },
    /// An entry cannot be decompressed.
    #[error("the workbook cannot be unpacked")]
    Entry(#[from] io::Error),
    /// The archive holds no workbook, or a broken one.
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
}

/// A workbook whose archive was checked.
pub struct Workbook {
    inner: Xlsx<Cursor<Vec<u8>>>,
    decoded_bytes: u64,
    limits: WorkbookLimits,
    taken: Taken,
}

/// What the sheets hold that were read.
#[derive(Debug, Clone, Copy, Default)]
struct Taken {
    rows: usize,
    text_bytes: usize,
}

impl std::fmt::Debug for Workbook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Workbook").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Whether the bytes begin like a ZIP archive, as workbooks do.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Opens a workbook after unpacking all of it once, to nowhere, under the limits.
///
/// # Errors
/// A [`WorkbookError`] when the archive breaks a limit or holds no workbook.
pub fn open_workbook(bytes: &[u8], limits: WorkbookLimits) -> Result<Workbook, WorkbookError> {
    let decoded_bytes = check_archive(bytes, limits)?;
    let inner = contained(|| Xlsx::new(Cursor::new(bytes.to_vec())).map_err(|error| error.to_string()))?;
    Ok(Workbook { inner, decoded_bytes, limits, taken: Taken::default() })
}

/// What the archive unpacks to. The sizes in its directory can lie, so every entry is decompressed to be counted.
fn check_archive(bytes: &[u8], limits: WorkbookLimits) -> Result<u64, WorkbookError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    if archive.len() > limits.entries {
        return Err(WorkbookError::TooManyEntries(archive.len()));
    }
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index(index)?;
        let compressed = entry.compressed_size().max(1);
        let name = entry.name().map(Cow::into_owned).unwrap_or_default();
        let left = limits.decoded_bytes - total;
        let by_ratio = compressed.saturating_mul(limits.ratio).max(RATIO_GRACE);
        let decoded = io::copy(&mut entry.take(left.min(by_ratio).saturating_add(1)), &mut io::sink())?;
        if decoded > left {
            return Err(WorkbookError::TooLarge(limits.decoded_bytes));
        }
        if decoded > by_ratio {
            return Err(WorkbookError::TooDense { entry: name, ratio: limits.ratio });
        }
        total += decoded;
    }
    Ok(total)
}

/// Runs the workbook library, which is not written for hostile files: a panic in it is an error of the file.
fn contained<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, WorkbookError> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(WorkbookError::Workbook),
        Err(_) => Err(WorkbookError::Workbook("its parts contradict each other".to_owned())),
    }
}

impl Workbook {
    /// Names of the sheets that hold cells and are shown, in their order.
    pub fn sheet_names(&self) -> Vec<String> {
        let shown =
            |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
        self.inner.sheets_metadata().iter().filter(shown).map(|sheet| sheet.name.clone()).collect()
    }

    /// Reads a sheet, a hidden one too. Rows without any cell are left out, and every row keeps its number. What it holds counts
    /// towards the limits of the workbook.
    ///
    /// # Errors
    /// When there is no such sheet or it is broken.
    pub fn read_sheet(&mut self, name: &str) -> Result<Sheet, WorkbookError> {
        let mut sheet = self.read(name, self.limits, self.taken)?;
        if self.decoded_bytes <= MOST_FOR_LINKS {
            let inner = &mut self.inner;
            sheet.links = contained(|| links(inner, name).map_err(|error| error.to_string()))?;
        }
        self.taken.rows += sheet.rows.len();
        self.taken.text_bytes += text_bytes(&sheet);
        Ok(sheet)
    }

    /// Reads the first rows of a sheet, to see what it is.
    ///
    /// # Errors
    /// As [`Workbook::read_sheet`].
    pub fn read_head(&mut self, name: &str, rows: usize) -> Result<Sheet, WorkbookError> {
        self.read(name, WorkbookLimits { rows, ..self.limits }, Taken::default())
    }

    fn read(&mut self, name: &str, limits: WorkbookLimits, taken: Taken) -> Result<Sheet, WorkbookError> {
        let inner = &mut self.inner;
        contained(|| {
            let mut sheet = read_cells(inner, name, limits, taken).map_err(|error| error.to_string())?;
            let merged = inner.merge_cells_by_sheet_name(name).map_err(|error| error.to_string())?;
            spread(&mut sheet, &merged, limits, taken);
            Ok(sheet)
        })
    }
}

fn read_cells(
    workbook: &mut Xlsx<Cursor<Vec<u8>>>,
    name: &str,
    limits: WorkbookLimits,
    taken: Taken,
) -> Result<Sheet, XlsxError> {
    let mut cells = workbook.worksheet_cells_reader(name)?;
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    let mut text_bytes = taken.text_bytes;
    let mut wide_rows = 0_u64;
    let mut not_computed = 0_u64;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        let (row, column) = cell.pos;
        let number = u64::from(row) + 1;
        let column = column as usize;
        let mut text = cell_text(&cell.value);
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            NOT_COMPUTED.clone_into(&mut text);
            not_computed += 1;
        }
        if text.is_empty() {
            continue;
        }
        if column >= limits.columns {
            wide_rows += 1;
            continue;
        }
        if text.len() > limits.cell_bytes {
            text.truncate(text.floor_char_boundary(limits.cell_bytes));
            let position = Position { row: Some(number), column: Some(column_letters(column)), ..Position::default() };
            sheet.problems.push(Problem::warning("cell-too-long", "", "the cell was cut at one mebibyte").at(position));
        }
        text_bytes += text.len();
        if text_bytes > limits.text_bytes {
            let message = format!(
                "the workbook holds more than {} bytes of text; the rows from here on were left out",
                limits.text_bytes
            );
            sheet.problems.push(Problem::error("too-large", "", message).at(at_row(number)));
            break;
        }
        if sheet.rows.last().is_none_or(|last| last.number != number) {
            if taken.rows + sheet.rows.len() >= limits.rows {
                let message = format!("the workbook has more than {} rows; the rest was left out", limits.rows);
                sheet.problems.push(Problem::error("too-many-rows", "", message).at(at_row(number)));
                break;
            }
            sheet.rows.push(TableRow { number, ..TableRow::default() });
        }
        if let Some(last) = sheet.rows.last_mut() {
            if last.cells.len() <= column {
                last.cells.resize(column + 1, String::new());
            }
            last.cells[column] = text;
        }
    }
    if wide_rows > 0 {
        let message = format!("{wide_rows} cells right of column {} were left out", limits.columns);
        sheet.problems.push(Problem::warning("too-many-columns", "", message));
    }
    // Templates have formulas down to their last row.
    sheet.rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty() && cell != NOT_COMPUTED));
    if not_computed > 0 {
        let message = format!(
            "{not_computed} cells hold a formula without its value: a program wrote them, and no spreadsheet has computed them; open \
             the workbook in one and save it"
        );
        sheet.problems.push(Problem::warning("formula-without-value", "", message));
    }
    Ok(sheet)
}

/// Writes what cells that are merged over several rows say into each row that is there: only the first of them holds it. A
/// cell that is merged over columns stays in its first one.
fn spread(sheet: &mut Sheet, merged: &[Dimensions], limits: WorkbookLimits, taken: Taken) {
    if merged.is_empty() {
        return;
    }
    let mut text_bytes = taken.text_bytes + text_bytes(sheet);
    for Dimensions { start, end } in merged {
        let (first, last, column) = (u64::from(start.0) + 1, u64::from(end.0) + 1, start.1 as usize);
        let from = sheet.rows.partition_point(|row| row.number < first);
        let Some(top) = sheet.rows.get(from).filter(|row| row.number == first) else { continue };
        let Some(text) = top.cells.get(column).filter(|text| !text.is_empty()).cloned() else { continue };
        let rows = sheet.rows[from + 1..].iter_mut().take_while(|row| row.number <= last);
        for row in rows.filter(|row| row.cells.get(column).is_none_or(String::is_empty)) {
            text_bytes += text.len();
            if text_bytes > limits.text_bytes {
                let message = "cells that are merged over rows hold too much text: the rows from here on lack it";
                sheet.problems.push(Problem::error("too-large", "", message).at(at_row(row.number)));
                return;
            }
            if row.cells.len() <= column {
                row.cells.resize(column + 1, String::new());
            }
            row.cells[column].clone_from(&text);
        }
    }
}

/// What a workbook may unpack to of which links are read: the library holds all of a sheet at once, each five times as large as it is written.
const MOST_FOR_LINKS: u64 = 32 * 1024 * 1024;

/// Where the cells of a sheet lead: by a link behind the cell, or by a formula that is one.
fn links(workbook: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<BTreeMap<(u64, usize), String>, XlsxError> {
    let mut links = BTreeMap::new();
    for link in workbook.hyperlinks_by_sheet_name(name)? {
        let Some(target) = link.target.filter(|target| is_of_web(target)) else { continue };
        let (row, column) = link.range.start;
        links.insert((u64::from(row) + 1, column as usize), target);
    }
    let mut cells = workbook.worksheet_cells_reader(name)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        if let Some(XlsxFormulaMetadata::Normal { formula }) = &cell.formula
            && let Some(address) = linked_by(formula)
        {
            links.insert((u64::from(cell.pos.0) + 1, cell.pos.1 as usize), address.to_owned());
        }
    }
    Ok(links)
}

fn is_of_web(address: &str) -> bool {
    ["http://", "https://", "ftp://"].iter().any(|scheme| address.starts_with(scheme))
}

/// The address in `HYPERLINK("https://…","link")`; none where it is made of other cells.
fn linked_by(formula: &str) -> Option<&str> {
    let inside = formula.trim_start_matches('=').trim_start().strip_prefix("HYPERLINK(")?;
    let (address, rest) = inside.trim_start().strip_prefix('"')?.split_once('"')?;
    (is_of_web(address) && rest.trim_start().starts_with([',', ';', ')'])).then_some(address)
}

fn text_bytes(sheet: &Sheet) -> usize {
    sheet.rows.iter().flat_map(|row| &row.cells).map(String::len).sum()
}

fn at_row(number: u64) -> Position {
    Position { row: Some(number), ..Position::default() }
}

/// A cell as text: dates in ISO 8601, whole numbers without a decimal point, truth values as `true` and `false`.
fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) => moment_text(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        // As it is shown, and as a text table has it: what was due there is not known.
        DataRef::Error(fault) => fault.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn number_text(number: f64) -> String {
    // Spreadsheets show fifteen digits; what lies behind them is noise of the binary form (0.1 + 0.2).
    let shown = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{shown}")
}

fn moment_text(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        let seconds = (moment.as_f64() * 86_400.0).round();
        return format!("PT{seconds}S");
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    // A serial number below one is a time of day without a date.
    if moment.as_f64() < 1.0 && moment.as_f64() >= 0.0 {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}
