//! Tables of holdings as files: what is registered, what is to be filled in, and what could not be taken.

use cairn_formats::inventory::{InventoryRow, InventoryTable, table_headers, table_hints, table_row};
use cairn_model::registry::HoldingState;
use cairn_policy::Viewer;

use super::table_report::{RowOutcome, RowReport};
use crate::error::blocking;
use crate::registry::Paging;
use crate::spreadsheet::{csv_file, workbook};
use crate::{Catalog, CatalogError};

/// Holdings that are read at a time for a table.
const AT_A_TIME: u32 = 500;

/// The header of what is wrong with a row; no column of an inventory has it.
const WHAT_IS_WRONG: &str = "what is wrong";

/// In which format a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// CSV in UTF-8, with the mark by which spreadsheets know it.
    Csv,
    /// XLSX, with a second sheet that says what to write in each column.
    Xlsx,
}

impl TableFormat {
    /// The table without holdings, to be filled in.
    ///
    /// # Errors
    /// `Internal`, which cannot be while memory is there.
    pub fn template(self) -> Result<Vec<u8>, CatalogError> {
        self.write(vec![headers()])
    }

    fn write(self, rows: Vec<Vec<String>>) -> Result<Vec<u8>, CatalogError> {
        match self {
            Self::Csv => Ok(csv_file(rows)?.into_bytes()),
            Self::Xlsx => {
                let help: Vec<(&str, &str)> = table_headers().into_iter().zip(table_hints()).collect();
                workbook("Holdings", &rows, &help)
            }
        }
    }
}

fn headers() -> Vec<String> {
    table_headers().into_iter().map(str::to_owned).collect()
}

impl Catalog {
    /// The holdings of an organisation that are not withdrawn as a table that [`Catalog::register_table`] takes back.
    ///
    /// # Errors
    /// Store errors.
    pub async fn holdings_table(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        format: TableFormat,
    ) -> Result<Vec<u8>, CatalogError> {
        let rows = self.holdings_rows(viewer, organisation).await?;
        blocking(move || format.write(rows)).await
    }

    async fn holdings_rows(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
    ) -> Result<Vec<Vec<String>>, CatalogError> {
        let mut rows = vec![headers()];
        let mut paging = Paging { after: String::new(), limit: AT_A_TIME };
        loop {
            let page = self.holdings(viewer, organisation, &paging).await?;
            let kept = page.items.iter().filter(|holding| holding.body.state != HoldingState::Withdrawn);
            rows.extend(kept.map(|holding| table_row(&holding.id, &holding.body.statement)));
            match page.next {
                Some(next) => paging.after = next,
                None => return Ok(rows),
            }
        }
    }
}

/// The rows that are wrong as they came, each with what is wrong.
pub(super) fn wrong_rows(table: &InventoryTable, rows: &[RowReport]) -> Result<Option<String>, CatalogError> {
    let wrong: Vec<(&InventoryRow, &RowReport)> =
        table.rows.iter().zip(rows).filter(|(_, report)| report.outcome == RowOutcome::Wrong).collect();
    if wrong.is_empty() {
        return Ok(None);
    }
    let mut headers: Vec<&str> = Vec::new();
    for (header, _) in table.rows.iter().flat_map(|row| &row.cells) {
        if header != WHAT_IS_WRONG && !headers.contains(&header.as_str()) {
            headers.push(header);
        }
    }
    let named = headers.iter().map(|header| (*header).to_owned()).chain([WHAT_IS_WRONG.to_owned()]);
    let mut lines: Vec<Vec<String>> = vec![named.collect()];
    for (row, report) in wrong {
        let cell = |header: &&str| row.cells.iter().find(|(name, _)| name == header).map(|(_, cell)| cell.clone());
        let told: Vec<String> =
            report.problems.iter().map(|one| format!("{}: {}", one.problem.field, one.problem.message)).collect();
        lines.push(headers.iter().map(|header| cell(header).unwrap_or_default()).chain([told.join(" | ")]).collect());
    }
    Ok(Some(csv_file(lines)?))
}
