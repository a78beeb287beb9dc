//! What could not be read, where, and why: problems never lose a record.

use serde::{Deserialize, Serialize};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The record is in; a value of it was kept as text or corrected.
    Warning,
    /// The record, row or file could not be taken.
    Error,
}

/// Where in its payload a problem stands. Every part is optional; rows and lines count from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Sheet of a workbook, where several were read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sheet: Option<String>,
    /// Offset of the record in a listing, from 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub record: Option<u64>,
    /// Row of a table, from 1, headers and blank rows counted as in a spreadsheet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<u64>,
    /// Column header, or letter where there is no header.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<String>,
    /// Byte in the decoded payload, from 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub byte: Option<u64>,
}

/// A row in words, with its sheet where several were read.
pub fn row_in_words(row: u64, sheet: Option<&str>) -> String {
    match sheet {
        Some(sheet) => format!("row {row} of the sheet \"{sheet}\""),
        None => format!("row {row}"),
    }
}

/// One problem of one record, row or payload.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// Stable kebab-case code, for example `unknown-country`.
    pub code: String,
    /// Path of the field as the source names it, empty for the whole record.
    pub field: String,
    /// What is wrong, in a plain sentence without the value.
    pub message: String,
    /// The value that could not be read, cut to 200 characters. Never set for IMSMA exports.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// Where it stands.
    #[serde(default)]
    pub position: Position,
    /// How bad it is.
    pub severity: Severity,
}

impl Problem {
    /// A warning about a field.
    pub fn warning(code: &str, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            field: field.into(),
            message: message.into(),
            value: None,
            position: Position::default(),
            severity: Severity::Warning,
        }
    }

    /// An error: the record, row or file could not be taken.
    pub fn error(code: &str, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, ..Self::warning(code, field, message) }
    }

    /// With the value that could not be read, cut to 200 characters.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        self.value = Some(value.chars().take(200).collect());
        self
    }

    /// With the place where it stands.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.position = position;
        self
    }
}
