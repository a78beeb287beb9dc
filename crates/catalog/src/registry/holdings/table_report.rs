//! How a table of holdings is to be taken, and what is told of it.

use cairn_formats::inventory::{self, InventoryMapping, InventoryRow, InventoryTable};
use cairn_model::Problem;
use serde::Serialize;

use crate::CatalogError;
use crate::error::blocking;

/// The fields that a column of a table can hold.
pub const TABLE_FIELDS: &[&str] = inventory::FIELDS;

/// How a table is to be taken.
#[derive(Debug, Clone, Default)]
pub struct TableOptions {
    /// Id of the organisation whose holdings they are; the viewer's own where none is named.
    pub organisation: Option<String>,
    /// Which column is which, where the headers do not say so.
    pub mapping: InventoryMapping,
    /// Whether what is new becomes a draft, which may lack all but its title.
    pub draft: bool,
    /// Whether nothing is written.
    pub dry_run: bool,
}

impl TableOptions {
    /// Names a column: `title=Intitulé`, or `title=C` by its letters.
    ///
    /// # Errors
    /// `BadRequest` for what is no field of a holding.
    pub fn name_column(&mut self, said: &str) -> Result<(), CatalogError> {
        let known = || inventory::FIELDS.join(", ");
        let (field, header) = said
            .split_once('=')
            .filter(|(field, header)| inventory::FIELDS.contains(field) && !header.trim().is_empty())
            .ok_or_else(|| {
                CatalogError::BadRequest(format!(
                    "a column is named as `field=Header`, and the fields are: {}",
                    known()
                ))
            })?;
        self.mapping.columns.insert(field.to_owned(), header.to_owned());
        Ok(())
    }

    /// The headers of a table of which nobody can say what their columns hold.
    ///
    /// # Errors
    /// `Internal`, where reading fails.
    pub async fn unknown_headers(&self, table: Vec<u8>, name: &str) -> Result<Vec<String>, CatalogError> {
        let (mapping, name) = (self.mapping.clone(), name.to_owned());
        let table = blocking(move || Ok(inventory::read_table(&table, &name, &mapping))).await?;
        let mut unknown: Vec<String> = Vec::new();
        for column in table.columns.into_iter().filter(|column| !column.is_understood()) {
            // Several sheets have it, each once.
            if !unknown.contains(&column.header) {
                unknown.push(column.header);
            }
        }
        Ok(unknown)
    }
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowOutcome {
    /// A holding that was not registered before.
    New,
    /// Something else is said of one.
    Changed,
    /// It says what is registered.
    Unchanged,
    /// It cannot be taken; its problems say why.
    Wrong,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct RowReport {
    /// Its sheet, where several of a workbook were read.
    pub sheet: Option<String>,
    /// Its number, as a spreadsheet shows it.
    pub row: u64,
    /// What becomes of it.
    pub outcome: RowOutcome,
    /// Id of the record; of what is new once it is written.
    pub id: Option<String>,
    /// What its title column says.
    pub title: Option<String>,
    /// What is wrong, or worth a look.
    pub problems: Vec<RowProblem>,
}

/// What is wrong with a row, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// What is wrong. Its position names the column by its header, where it is about one.
    pub problem: Problem,
    /// The letters of that column.
    pub letters: Option<String>,
}

impl RowProblem {
    /// A problem of a row, with its column where it is about one.
    pub(super) fn of(mut problem: Problem, row: &InventoryRow, table: &InventoryTable) -> Self {
        problem.position.sheet.clone_from(&row.sheet);
        let column = table.column_of(&problem);
        let letters = column.map(|column| column.letters.clone());
        if let Some(column) = column {
            problem.position.column = Some(column.header.clone());
        }
        Self { problem, letters }
    }
}

/// What becomes of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableReport {
    /// Each row, in order.
    pub rows: Vec<RowReport>,
    /// Problems of the table as a whole.
    pub problems: Vec<Problem>,
    /// Whether what could be taken was written.
    pub written: bool,
    /// Id by which what it wrote can be undone; none where it wrote nothing.
    pub table: Option<String>,
    /// The rows that are wrong as a CSV file, each with what is wrong: to be mended and sent again.
    pub wrong_rows: Option<String>,
}

impl TableReport {
    /// How many rows become what.
    pub fn count(&self, outcome: RowOutcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }
}
