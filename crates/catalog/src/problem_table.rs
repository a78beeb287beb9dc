//! Problems as rows of a file that a publisher opens: CSV for spreadsheets, JSON for programs.

use cairn_model::Severity;
use serde::Serialize;

use crate::spreadsheet::{BYTE_ORDER_MARK, line};
use crate::{CatalogError, SourceProblem};

/// A problem as a row, the same in every format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemRow {
    /// `error`: it could not be taken; `warning`: the record is in, and a value of it is not as it could be.
    pub severity: Severity,
    /// Stable code of the rule.
    pub code: String,
    /// The rule in words: what is wrong.
    pub message: String,
    /// Path of the field as the source names it, empty for the whole record.
    pub field: String,
    /// The value that breaks the rule, cut to 200 characters.
    pub value: Option<String>,
    /// Id of the record at the source, where it is known.
    pub source_record_id: Option<String>,
    /// Title of the record.
    pub title: Option<String>,
    /// Page of the record at its source.
    pub source_page: Option<String>,
    /// Id of the record in this catalogue.
    pub dataset: Option<String>,
    /// Page of the record in this catalogue.
    pub page: Option<String>,
    /// Place in the listing, from 0.
    pub offset: Option<u64>,
    /// Sheet of a workbook, where several were read.
    pub sheet: Option<String>,
    /// Row of a table, from 1.
    pub row: Option<u64>,
    /// Column of a table.
    pub column: Option<String>,
    /// Byte in the payload, from 0.
    pub byte: Option<u64>,
}

impl ProblemRow {
    /// The row of a problem; pages of this catalogue stand under `public_url`.
    pub fn new(problem: SourceProblem, public_url: &str) -> Self {
        let SourceProblem { record, source_record_id, title, source_page, problem } = problem;
        let base = public_url.trim_end_matches('/');
        Self {
            severity: problem.severity,
            code: problem.code,
            message: problem.message,
            field: problem.field,
            value: problem.value,
            source_record_id,
            title,
            source_page,
            dataset: record.map(|id| id.to_string()),
            page: record.map(|id| format!("{base}/dataset/{id}")),
            offset: problem.position.record,
            sheet: problem.position.sheet,
            row: problem.position.row,
            column: problem.position.column,
            byte: problem.position.byte,
        }
    }

    /// The row as a line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe.
    ///
    /// # Errors
    /// `Internal`, which cannot be while memory is there.
    pub fn to_csv(&self) -> Result<String, CatalogError> {
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        let cells: [Option<String>; 15] = [
            Some(severity_code(self.severity).to_owned()),
            Some(self.code.clone()),
            Some(self.message.clone()),
            Some(self.field.clone()),
            self.value.clone(),
            self.source_record_id.clone(),
            self.title.clone(),
            self.source_page.clone(),
            self.dataset.clone(),
            self.page.clone(),
            number(self.offset),
            number(self.row),
            self.column.clone(),
            number(self.byte),
            self.sheet.clone(),
        ];
        line(cells.map(Option::unwrap_or_default))
    }
}

/// A form of a file of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemFormat {
    /// For spreadsheets: UTF-8 with a byte order mark.
    Csv,
    /// One list.
    Json,
    /// One problem a line.
    JsonLines,
}

/// Writes a file of problems, piece by piece: no file is ever whole in memory.
#[derive(Debug)]
pub struct ProblemFile {
    format: ProblemFormat,
    is_empty: bool,
}

impl ProblemFile {
    /// A file that nothing was written of.
    pub fn new(format: ProblemFormat) -> Self {
        Self { format, is_empty: true }
    }

    /// What stands before the first row.
    ///
    /// # Errors
    /// As [`ProblemRow::to_csv`].
    pub fn opening(&self) -> Result<String, CatalogError> {
        match self.format {
            ProblemFormat::Csv => csv_heading(),
            ProblemFormat::Json => Ok("[".to_owned()),
            ProblemFormat::JsonLines => Ok(String::new()),
        }
    }

    /// The next row.
    ///
    /// # Errors
    /// As [`ProblemRow::to_csv`].
    pub fn row(&mut self, row: &ProblemRow) -> Result<String, CatalogError> {
        let json = || serde_json::to_string(row).map_err(|error| CatalogError::Internal(error.to_string()));
        let is_first = std::mem::take(&mut self.is_empty);
        Ok(match self.format {
            ProblemFormat::Csv => row.to_csv()?,
            ProblemFormat::Json => format!("{}\n{}", if is_first { "" } else { "," }, json()?),
            ProblemFormat::JsonLines => format!("{}\n", json()?),
        })
    }

    /// What stands behind the last row.
    pub fn closing(&self) -> &'static str {
        match self.format {
            ProblemFormat::Json => "\n]\n",
            ProblemFormat::Csv | ProblemFormat::JsonLines => "",
        }
    }
}

/// The first line of a CSV file.
fn csv_heading() -> Result<String, CatalogError> {
    let names = [
        "severity",
        "code",
        "message",
        "field",
        "value",
        "source_record_id",
        "title",
        "source_page",
        "dataset",
        "page",
        "offset",
        "row",
        "column",
        "byte",
        "sheet",
    ];
    Ok(format!("{BYTE_ORDER_MARK}{}", line(names.map(str::to_owned))?))
}

/// The word for a severity.
pub fn severity_code(severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use cairn_model::Problem;

    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_text() {
        for cell in ["=HYPERLINK(\"http://example.org\")", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            let problem = Problem::warning("unreadable-date", "=field", "this is no date").with_value(cell);
            let row = SourceProblem {
                record: None,
                source_record_id: Some(cell.to_owned()),
                title: Some(cell.to_owned()),
                source_page: None,
                problem,
            };
            let line = ProblemRow::new(row, "https://cairn.example").to_csv().unwrap();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            let text = format!("'{cell}");
            assert_eq!([&record[3], &record[4], &record[5], &record[6]], ["'=field", &text, &text, &text]);
        }
    }

    #[test]
    fn every_line_has_the_columns_of_the_heading() {
        let heading = csv_heading().unwrap();
        assert!(heading.starts_with("\u{feff}severity,code,") && heading.ends_with("\r\n"), "{heading}");
        let row = SourceProblem {
            record: None,
            source_record_id: None,
            title: None,
            source_page: None,
            problem: Problem::error("no-identifier", "", "the record has no identifier"),
        };
        let line = ProblemRow::new(row, "").to_csv().unwrap();
        assert_eq!(line, "error,no-identifier,the record has no identifier,,,,,,,,,,,,\r\n");
    }
}
