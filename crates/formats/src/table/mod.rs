//! Tables out of CSV, TSV and XLSX bytes: delimiter, rows and cells, with row numbers as a spreadsheet counts them.
//!
//! What the rows mean is none of this module's business; [`crate::inventory`] and [`crate::imsma`] read them.

mod delimited;
mod sniff;
mod workbook;

pub use delimited::{DelimitedRows, RowFault, open_delimited};
pub use sniff::{DELIMITERS, sniff_delimiter};
pub use workbook::{Sheet, Workbook, WorkbookError, WorkbookLimits, is_workbook, open_workbook};

/// Characters with which a cell begins that a spreadsheet may take for a formula. Full-width signs count where it is set up
/// for Chinese, Japanese or Korean.
pub const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// One row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableRow {
    /// Row number as a spreadsheet shows it: from 1, blank rows counted, a cell with line breaks on one row.
    pub number: u64,
    /// Byte of the decoded text at which the row begins; 0 for a workbook.
    pub byte: u64,
    /// Cells, blanks around them removed.
    pub cells: Vec<String>,
}

impl TableRow {
    /// Whether no cell holds anything.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }

    /// The index and the words of the only cell that holds anything; none where several do.
    pub fn only_cell(&self) -> Option<(usize, &str)> {
        let mut filled = self.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        let (index, only) = filled.next()?;
        filled.next().is_none().then_some((index, only))
    }
}

/// The letters of a column as a spreadsheet shows them: 0 is `A`, 26 is `AA`.
///
/// ```
/// use cairn_formats::table::column_letters;
/// assert_eq!((column_letters(2), column_letters(27)), ("C".to_owned(), "AB".to_owned()));
/// ```
pub fn column_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.into_iter().collect()
}

/// The index of a column that is named by its letters in upper case (`A`, `AB`); `None` when they are no letters of a column.
pub fn column_index(letters: &str) -> Option<usize> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut index = 0_usize;
    for letter in letters.bytes() {
        if !letter.is_ascii_uppercase() {
            return None;
        }
        index = index * 26 + usize::from(letter - b'A') + 1;
    }
    Some(index - 1)
}
