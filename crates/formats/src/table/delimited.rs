//! Rows of a delimited text (RFC 4180 and its many relatives), read as a stream in bounded memory.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};

use super::TableRow;
use crate::decode::{DecodeStream, decode_stream};

/// Bytes read at once.
const BUFFER: usize = 64 * 1024;

/// Bytes that the delimiter is judged by.
const HEAD: usize = 64 * 1024;

/// Cells of one row; more than a spreadsheet can hold.
const MAX_CELLS: usize = 16_384;

/// Why a row could not be read. Only [`RowFault::Read`] and [`RowFault::UnclosedQuote`] end a table.
#[derive(Debug, thiserror::Error)]
pub enum RowFault {
    /// The stream failed.
    #[error("the table cannot be read further")]
    Read(#[from] io::Error),
    /// The row is longer than the limit, or has more than 16,384 cells. It was skipped; the next row can be read.
    #[error("row {row} is too long")]
    TooLong {
        /// Row number.
        row: u64,
        /// Byte at which the row begins.
        byte: u64,
    },
    /// A quote of this row is never closed, so that the rest of the text belongs to one cell.
    #[error("a quote in row {row} is never closed")]
    UnclosedQuote {
        /// Row number.
        row: u64,
        /// Byte at which the row begins.
        byte: u64,
    },
}

/// The rows of a delimited text in UTF-8.
///
/// Lines end with LF, CR LF or, in a text without any LF in its first 64 KiB, CR. Memory is bounded by `max_row_bytes`.
#[derive(Debug)]
pub struct DelimitedRows<R> {
    reader: R,
    parser: csv_core::Reader,
    delimiter: u8,
    max_row_bytes: usize,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes before `buffer[start]`.
    position: u64,
    row: u64,
    line_ends: LineEnds,
    state: State,
    output: Vec<u8>,
    ends: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnds {
    Unknown,
    LineFeed,
    CarriageReturn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The reader may give more.
    Reading,
    /// The reader gave all; the line feed that closes the last row was added.
    Closed,
    /// No row is left.
    Ended,
}

/// Opens a delimited text in any encoding; without a delimiter, it is found by [`super::sniff_delimiter`].
///
/// # Errors
/// When the beginning of the stream cannot be read.
pub fn open_delimited<R: Read>(
    reader: R,
    declared_encoding: Option<&str>,
    delimiter: Option<u8>,
    max_row_bytes: usize,
) -> io::Result<DelimitedRows<DecodeStream<R>>> {
    let mut rows = DelimitedRows::new(decode_stream(reader, declared_encoding), b',', max_row_bytes);
    rows.buffer.resize(HEAD, 0);
    while rows.end < HEAD {
        let read = rows.reader.read(&mut rows.buffer[rows.end..])?;
        if read == 0 {
            break;
        }
        rows.end += read;
    }
    rows.settle_line_ends();
    let head = String::from_utf8_lossy(&rows.buffer[..rows.end]);
    let declared = super::sniff::declared_delimiter(&head);
    rows.delimiter = delimiter.unwrap_or_else(|| super::sniff_delimiter(&head));
    rows.parser = parser(rows.delimiter);
    if declared.is_some() {
        // The line `sep=;` is for the program that opens the file and no row of the table, yet it has a number.
        drop(head);
        let _ = rows.next_row();
    }
    Ok(rows)
}

fn parser(delimiter: u8) -> csv_core::Reader {
    ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build()
}

impl<R: Read> DelimitedRows<R> {
    /// Reads rows of a UTF-8 text. Bytes that are no UTF-8 become U+FFFD.
    pub fn new(reader: R, delimiter: u8, max_row_bytes: usize) -> Self {
        Self {
            reader,
            parser: parser(delimiter),
            delimiter,
            max_row_bytes,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            position: 0,
            row: 0,
            line_ends: LineEnds::Unknown,
            state: State::Reading,
            output: vec![0; 4096.min(max_row_bytes.max(1))],
            ends: vec![0; 64],
        }
    }

    /// Counts on from a place further down, where `reader` begins: `row` rows and `byte` bytes stand before it.
    pub(crate) fn starting_at(mut self, row: u64, byte: u64) -> Self {
        self.row = row;
        self.position = byte;
        self
    }

    /// The delimiter.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The stream below, for its problems.
    pub fn get_ref(&self) -> &R {
        &self.reader
    }

    /// The next row; blank lines are counted and left out. `None` at the end.
    ///
    /// # Errors
    /// A [`RowFault`]; see there which of them end the table.
    pub fn next_row(&mut self) -> Result<Option<TableRow>, RowFault> {
        if self.state == State::Ended {
            return Ok(None);
        }
        if !self.skip_blank_lines()? {
            self.state = State::Ended;
            return Ok(None);
        }
        self.row += 1;
        let byte = self.position;
        let (mut written, mut cells, mut too_long) = (0_usize, 0_usize, false);
        loop {
            if self.start == self.end {
                self.fill()?;
            }
            let input = &self.buffer[self.start..self.end];
            let (result, read, wrote, ended) =
                self.parser.read_record(input, &mut self.output[written..], &mut self.ends[cells..]);
            self.start += read;
            self.position += read as u64;
            written += wrote;
            cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.output.len() < self.max_row_bytes => {
                    let length = (self.output.len() * 2).min(self.max_row_bytes);
                    self.output.resize(length, 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < MAX_CELLS => {
                    let length = (self.ends.len() * 2).min(MAX_CELLS);
                    self.ends.resize(length, 0);
                }
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    too_long = true;
                    (written, cells) = (0, 0);
                }
                ReadRecordResult::Record | ReadRecordResult::End => {
                    if self.state == State::Closed && self.start == self.end && input.is_empty() {
                        // Only a cell that swallowed the added line feed is still open at the very end.
                        self.state = State::Ended;
                        return Err(RowFault::UnclosedQuote { row: self.row, byte });
                    }
                    break;
                }
            }
        }
        if too_long {
            return Err(RowFault::TooLong { row: self.row, byte });
        }
        Ok(Some(TableRow { number: self.row, byte, cells: self.cells(cells) }))
    }

    fn cells(&self, count: usize) -> Vec<String> {
        let mut cells = Vec::with_capacity(count);
        let mut from = 0;
        for end in &self.ends[..count] {
            let text = String::from_utf8_lossy(&self.output[from..*end]);
            cells.push(text.trim_matches(is_blank).to_owned());
            from = *end;
        }
        cells
    }

    /// Counts lines that are empty; false when nothing follows them.
    fn skip_blank_lines(&mut self) -> Result<bool, RowFault> {
        loop {
            if self.start == self.end {
                if self.state == State::Closed {
                    return Ok(false);
                }
                self.fill()?;
                continue;
            }
            if self.buffer[self.start] != b'\n' {
                return Ok(true);
            }
            self.start += 1;
            self.position += 1;
            self.row += 1;
        }
    }

    /// Reads more. At the end of the reader one line feed is added, once.
    fn fill(&mut self) -> Result<(), RowFault> {
        self.start = 0;
        self.end = 0;
        if self.state != State::Reading {
            return Ok(());
        }
        self.buffer.resize(BUFFER, 0);
        self.end = match self.reader.read(&mut self.buffer) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            Err(error) => {
                self.state = State::Ended;
                return Err(RowFault::Read(error));
            }
        };
        if self.end == 0 {
            self.buffer[0] = b'\n';
            self.end = 1;
            self.state = State::Closed;
        }
        self.settle_line_ends();
        Ok(())
    }

    /// Old Macintosh texts end lines with CR alone: there each becomes LF.
    fn settle_line_ends(&mut self) {
        let piece = &mut self.buffer[self.start..self.end];
        if self.line_ends == LineEnds::Unknown {
            if piece.contains(&b'\n') && self.state == State::Reading {
                self.line_ends = LineEnds::LineFeed;
            } else if let Some(first) = piece.iter().position(|byte| *byte == b'\r') {
                // A CR at the very end of a piece may be half of CR LF: the next piece decides.
                if first + 1 < piece.len() || self.state == State::Closed {
                    self.line_ends = LineEnds::CarriageReturn;
                }
            }
        }
        if self.line_ends == LineEnds::CarriageReturn {
            for byte in piece {
                if *byte == b'\r' {
                    *byte = b'\n';
                }
            }
        }
    }
}

/// Blanks around a cell: white space, no-break spaces, byte order marks and zero-width spaces.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}' | '\u{0}')
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut reader = DelimitedRows::new(text.as_bytes(), b',', 1024);
        let mut rows = Vec::new();
        while let Some(row) = reader.next_row().unwrap() {
            rows.push((row.number, row.cells));
        }
        rows
    }

    fn cells(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
        let text = "a,b\n\n\"two\nlines\",x\n\n\nlast,y";
        assert_eq!(rows(text), [(1, cells(&["a", "b"])), (3, cells(&["two\nlines", "x"])), (6, cells(&["last", "y"]))]);
    }

    #[test]
    fn lines_may_end_as_on_any_machine() {
        for text in ["a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2\r", "a,b\r\n\"1\",\"2\"\r\n", "a,b\r1,2"] {
            assert_eq!(rows(text), [(1, cells(&["a", "b"])), (2, cells(&["1", "2"]))], "{text:?}");
        }
    }

    #[test]
    fn quotes_may_be_doubled_and_hold_delimiters() {
        assert_eq!(rows("\"a \"\"b\"\", c\",d\n"), [(1, cells(&["a \"b\", c", "d"]))]);
    }

    #[test]
    fn an_empty_text_has_no_rows() {
        assert_eq!(rows(""), []);
        assert_eq!(rows("\n\r\n\n").iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty())).count(), 0);
    }

    #[test]
    fn an_unclosed_quote_is_named_by_row_and_byte() {
        let mut reader = DelimitedRows::new("a,b\n1,2\n3,\"4\n5,6\n".as_bytes(), b',', 1024);
        assert_eq!(reader.next_row().unwrap().unwrap().number, 1);
        assert_eq!(reader.next_row().unwrap().unwrap().number, 2);
        assert!(matches!(reader.next_row(), Err(RowFault::UnclosedQuote { row: 3, byte: 8 })));
        assert!(reader.next_row().unwrap().is_none());
    }

    #[test]
    fn a_row_that_is_too_long_is_skipped_and_the_next_is_read() {
        let text = format!("a,b\n{},2\nlast,row\n", "x".repeat(5000));
        let mut reader = DelimitedRows::new(text.as_bytes(), b',', 1024);
        assert_eq!(reader.next_row().unwrap().unwrap().number, 1);
        assert!(matches!(reader.next_row(), Err(RowFault::TooLong { row: 2, byte: 4 })));
        assert_eq!(reader.next_row().unwrap().unwrap().cells, cells(&["last", "row"]));
    }

    #[test]
    fn any_encoding_and_delimiter_can_be_opened() {
        let mut bytes = vec![0xff, 0xfe];
        for unit in "sep=;\r\ntitre;pays\r\nPuits à Marib;Yémen\r\n".encode_utf16() {
            bytes.extend(unit.to_le_bytes());
        }
        let mut reader = open_delimited(bytes.as_slice(), None, None, 1024).unwrap();
        assert_eq!(reader.delimiter(), b';');
        assert_eq!(reader.next_row().unwrap().unwrap().number, 2);
        assert_eq!(reader.next_row().unwrap().unwrap().cells, cells(&["Puits à Marib", "Yémen"]));
        assert_eq!(reader.get_ref().encoding(), "UTF-16LE");
    }
}
