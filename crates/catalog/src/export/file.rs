//! Files of an export: CSV and XLSX for people with a spreadsheet, JSON Lines for programs.

use cairn_policy::RenditionLevel;
use cairn_search::Matching;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::row::Cell;
use super::{ExportAbout, ExportReader, ExportRow, by_rendition};
use crate::CatalogError;
use crate::error::blocking;
use crate::spreadsheet::{BYTE_ORDER_MARK, line};

/// What a cell of a workbook holds at most, in UTF-16 code units.
const LONGEST_CELL: usize = 32_767;
/// Ends a cell that was longer.
const ELLIPSIS: char = '…';

/// A form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// A table and nothing else: UTF-8 with a byte order mark; a cell that a spreadsheet would take for a formula begins with
    /// an apostrophe.
    Csv,
    /// A workbook: a sheet of records, and one that says what the file is.
    Xlsx,
    /// One record a line.
    JsonLines,
}

impl ExportFormat {
    /// Every form.
    pub const ALL: &'static [Self] = &[Self::Csv, Self::Xlsx, Self::JsonLines];

    /// How a file of this form ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::JsonLines => "jsonl",
        }
    }

    /// The media type of a file of this form.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::JsonLines => "application/jsonl",
        }
    }
}

/// Writes a file of an export, batch by batch.
pub struct ExportFile {
    about: ExportAbout,
    /// How many rows that are written tell of a record in full, in part and as a stub.
    renditions: [(RenditionLevel, u64); 3],
    written: Written,
}

enum Written {
    Text { format: ExportFormat, is_begun: bool },
    Book(Option<Box<Book>>),
}

impl ExportFile {
    /// A file that nothing was written of.
    pub fn new(format: ExportFormat, about: ExportAbout) -> Self {
        let written = match format {
            ExportFormat::Csv | ExportFormat::JsonLines => Written::Text { format, is_begun: false },
            ExportFormat::Xlsx => Written::Book(None),
        };
        Self { about, renditions: by_rendition(|_| 0), written }
    }

    /// Writes rows. Answers what is ready of the file: of a workbook that is nothing before the end, as its rows wait in a file
    /// without a name, so that memory holds few of them.
    ///
    /// # Errors
    /// `Internal`, when there is no room for that file.
    pub async fn rows(&mut self, rows: Vec<ExportRow>) -> Result<Vec<u8>, CatalogError> {
        for (level, count) in &mut self.renditions {
            *count += rows.iter().filter(|row| row.rendition == level.code()).count() as u64;
        }
        match &mut self.written {
            Written::Text { format, is_begun } => {
                let opening = if std::mem::replace(is_begun, true) { String::new() } else { opening(*format)? };
                Ok((opening + &text_of(*format, rows)?).into_bytes())
            }
            Written::Book(book) => {
                let begun = book.take();
                let add = move || {
                    let mut book = match begun {
                        Some(book) => book,
                        None => Box::new(done(Book::begin())?),
                    };
                    done(book.add(rows))?;
                    Ok(book)
                };
                *book = Some(blocking(add).await?);
                Ok(Vec::new())
            }
        }
    }

    /// Ends the file. Answers what is left of it.
    ///
    /// # Errors
    /// As [`ExportFile::rows`].
    pub async fn finish(self) -> Result<Vec<u8>, CatalogError> {
        match self.written {
            Written::Text { is_begun: true, .. } => Ok(Vec::new()),
            Written::Text { format, is_begun: false } => Ok(opening(format)?.into_bytes()),
            Written::Book(book) => {
                let about = about_lines(&self.about, self.renditions);
                let end = move || {
                    let book = match book {
                        Some(book) => *book,
                        None => done(Book::begin())?,
                    };
                    done(book.end(&about))
                };
                blocking(end).await
            }
        }
    }
}

fn done<T>(written: Result<T, XlsxError>) -> Result<T, CatalogError> {
    written.map_err(|error| CatalogError::Internal(format!("a workbook: {error}")))
}

/// What stands before the first row.
fn opening(format: ExportFormat) -> Result<String, CatalogError> {
    match format {
        ExportFormat::Csv => Ok(format!("{BYTE_ORDER_MARK}{}", line(ExportRow::COLUMNS.map(str::to_owned))?)),
        ExportFormat::Xlsx | ExportFormat::JsonLines => Ok(String::new()),
    }
}

fn text_of(format: ExportFormat, rows: Vec<ExportRow>) -> Result<String, CatalogError> {
    let mut text = String::new();
    for row in rows {
        if format == ExportFormat::Csv {
            text += &line(row.cells().map(|cell| match cell {
                Cell::Text(text) => text,
                Cell::Number(number) => number.to_string(),
            }))?;
        } else {
            text += &serde_json::to_string(&row).map_err(|error| CatalogError::Internal(error.to_string()))?;
            text.push('\n');
        }
    }
    Ok(text)
}

/// A workbook that is being written. Every word in it is text, whatever it begins with, so that none is a formula.
struct Book {
    workbook: Workbook,
    /// The next row of the sheet of records.
    row: u32,
}

impl Book {
    fn begin() -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let bold = Format::new().set_bold();
        let sheet = workbook.add_worksheet_with_constant_memory()?.set_name("Records")?;
        sheet.set_freeze_panes(1, 2)?;
        for (column, name) in (0..).zip(ExportRow::COLUMNS) {
            sheet.set_column_width(column, if name == "title" { 60 } else { 18 })?;
        }
        for (column, name) in (0..).zip(ExportRow::COLUMNS) {
            sheet.write_string_with_format(0, column, name, &bold)?;
        }
        Ok(Self { workbook, row: 1 })
    }

    fn add(&mut self, rows: Vec<ExportRow>) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(0)?;
        for row in rows {
            for (column, cell) in (0..).zip(row.cells()) {
                write_cell(sheet, self.row, column, cell)?;
            }
            self.row += 1;
        }
        Ok(())
    }

    fn end(mut self, about: &[(String, String)]) -> Result<Vec<u8>, XlsxError> {
        let bold = Format::new().set_bold();
        let wrapped = Format::new().set_text_wrap();
        let sheet = self.workbook.add_worksheet().set_name("About")?;
        sheet.set_column_width(0, 28)?.set_column_width(1, 100)?;
        for (row, (name, text)) in (0..).zip(about) {
            sheet.write_string_with_format(row, 0, fitting(name), &bold)?;
            sheet.write_string_with_format(row, 1, fitting(text), &wrapped)?;
        }
        self.workbook.save_to_buffer()
    }
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, fitting(&text))?;
        }
        Cell::Number(number) => {
            sheet.write_number(row, column, number)?;
        }
    }
    Ok(())
}

/// A text as a cell of a workbook can hold it: of letters that XML knows (XML 1.0 §2.2), and no longer than a cell may be.
fn fitting(text: &str) -> String {
    let is_letter = |letter: &char| {
        !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}') || matches!(letter, '\n' | '\t')
    };
    let mut fitted: String = text.chars().filter(is_letter).collect();
    if fitted.encode_utf16().count() <= LONGEST_CELL {
        return fitted;
    }
    let mut room = LONGEST_CELL - ELLIPSIS.len_utf16();
    let end = fitted.char_indices().find(|(_, letter)| match room.checked_sub(letter.len_utf16()) {
        Some(left) => {
            room = left;
            false
        }
        None => true,
    });
    if let Some((end, _)) = end {
        fitted.truncate(end);
    }
    fitted.push(ELLIPSIS);
    fitted
}

/// What the file is, line by line.
fn about_lines(about: &ExportAbout, renditions: [(RenditionLevel, u64); 3]) -> Vec<(String, String)> {
    let question = &about.question;
    let mut lines = Vec::new();
    let mut say = |name: &str, text: String| lines.push((name.to_owned(), text));
    if !question.parameters.iter().any(|(name, _)| name == "q") {
        say("Words searched for", "none".to_owned());
    }
    for (name, value) in &question.parameters {
        match name.as_str() {
            "q" => say("Words searched for", value.clone()),
            "sort" => say("Order", value.clone()),
            "lang" => say("Language of titles", value.clone()),
            "fold" => say("Duplicates (true), series (series) or both (all) shown as one", value.clone()),
            name => say(&format!("Filter: {name}"), value.clone()),
        }
    }
    say("Same search as a page", about.address());
    say("Made at", question.at.to_string());
    say(
        "Made for",
        match &about.reader {
            ExportReader::Anonymous => "anyone (nobody was signed in)".to_owned(),
            ExportReader::Organisation(name) => name.clone(),
            ExportReader::Operator => "the operator of the catalogue".to_owned(),
        },
    );
    say("Records that match", about.total.to_string());
    if let Some(meant) = &about.suggestion {
        say("Words taken for", format!("{meant}: nothing is found for the words as they are"));
    }
    if about.relaxed && about.matching == Matching::Some {
        say(
            "Words",
            "Some of the words were enough: records with all of them come first where the order is relevance."
                .to_owned(),
        );
    } else if about.relaxed {
        say("Words", "No record has all of the words: these have some of them.".to_owned());
    }
    let written = if about.is_cut() {
        format!("{}: the first ones; this catalogue gives no more in one file", about.written)
    } else {
        about.written.to_string()
    };
    say("Records in this file", written);
    for (level, count) in renditions {
        say(&format!("Records shown as: {}", level.code()), count.to_string());
    }
    say(
        "Left out",
        "Records that you may not see are left out and not counted; whether there are any is not said. Of records shown as \
         partial, restricted fields are left out; of a stub there is no more than whom to ask. Contacts are in no file."
            .to_owned(),
    );
    lines
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_CELL, fitting};

    #[test]
    fn a_text_is_cut_to_what_a_cell_holds_and_no_letter_in_two() {
        let longest = "a".repeat(LONGEST_CELL);
        assert_eq!(fitting(&longest), longest);
        let cut = fitting(&format!("{}𝔘x", "a".repeat(LONGEST_CELL - 2)));
        assert_eq!(cut, format!("{}…", "a".repeat(LONGEST_CELL - 2)));
    }

    #[test]
    fn what_is_no_letter_of_xml_is_left_out() {
        assert_eq!(fitting("a\u{1}b\u{fffe}c\td\ne\u{7f}\u{85}"), "abc\td\ne");
    }
}
