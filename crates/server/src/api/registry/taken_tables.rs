//! `/api/v1/holdings/tables`: the tables of holdings that were taken, and what undoes them.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{Registered, TableUndone, TakenTable, UndoOutcome, UndoReport, UndoneRow};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::answers::{self, EntryAnswer, EntryList};
use super::holdings::HoldingParameters;
use super::tables::{TableProblem, problem};
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Tables of a page at most: each is read with all that it wrote.
const MAX_LIMIT: usize = 50;

/// A table that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TakenTableBody {
    /// Id of the organisation whose holdings they are.
    organisation: String,
    /// As what it was sent: the role of a member, or `operator`.
    role: String,
    /// How many rows became what.
    rows: TakenRows,
    /// What became of it when it was undone; none as long as it was not.
    undone: Option<UndoneBody>,
}

/// How many rows of a table became what.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TakenRows {
    /// Holdings that were not registered before.
    new: usize,
    /// Rows that said something else of one.
    changed: usize,
    /// Rows that said what was registered.
    unchanged: usize,
    /// Rows that could not be taken.
    wrong: usize,
}

/// What became of a table that was undone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UndoneBody {
    /// When.
    at: String,
    /// As what: the role of a member, or `operator`.
    role: String,
    /// Holdings that were withdrawn.
    withdrawn: usize,
    /// Holdings of which is said again what was said before.
    restored: usize,
    /// Holdings that were left as they are.
    left: usize,
}

/// What becomes of what a table wrote.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UndoAnswer {
    /// Id of the table.
    table: String,
    /// Whether it was written. Where everything is left as it is, nothing is.
    written: bool,
    /// Holdings that the table made, and that are withdrawn.
    withdrawn: usize,
    /// Holdings that the table changed, and of which is said again what was said before.
    restored: usize,
    /// Holdings that are left as they are.
    left: usize,
    /// Holdings of which only a steward or administrator undoes the change: while there are any, others undo nothing.
    not_allowed: usize,
    /// Each holding, in the order of the rows.
    rows: Vec<UndoneRowAnswer>,
}

/// What becomes of a holding that a table wrote.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UndoneRowAnswer {
    /// Its sheet, where several of the workbook were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
    /// The row of the table, as a spreadsheet shows it.
    row: u64,
    /// Id of the record.
    id: String,
    /// withdrawn, restored, left or not-allowed.
    #[schema(value_type = String)]
    outcome: UndoOutcome,
    /// Why it is left.
    problems: Vec<TableProblem>,
}

/// Which part of the list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; `list` reads them")]
pub(crate) struct TableListParameters {
    /// Where the part begins: what `next` of the part before says.
    after: Option<String>,
    /// Tables at most.
    #[param(minimum = 1, maximum = 50, default = 50)]
    limit: Option<u32>,
}

/// How a table is undone.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameter; `undo` reads it")]
pub(crate) struct UndoParameters {
    /// Say what would become of each holding, and write nothing.
    #[param(default = false)]
    dry_run: Option<bool>,
}

pub(crate) fn body(table: TakenTable) -> TakenTableBody {
    let TakenTable { organisation, role, new, changed, unchanged, wrong, rows: _, undone } = table;
    TakenTableBody {
        organisation,
        role,
        rows: TakenRows { new, changed, unchanged, wrong },
        undone: undone.map(|TableUndone { at, role, withdrawn, restored, left }| UndoneBody {
            at: at.to_string(),
            role,
            withdrawn,
            restored,
            left,
        }),
    }
}

pub(crate) fn answer(table: Registered<TakenTable>) -> EntryAnswer<TakenTableBody> {
    answers::answer(table, body)
}

pub(crate) fn undo_answer(report: UndoReport) -> UndoAnswer {
    let row = |UndoneRow { sheet, row, holding, outcome, problems }| UndoneRowAnswer {
        sheet,
        row,
        id: holding,
        outcome,
        problems: problems.into_iter().map(problem).collect(),
    };
    UndoAnswer {
        written: report.written,
        withdrawn: report.count(UndoOutcome::Withdrawn),
        restored: report.count(UndoOutcome::Restored),
        left: report.count(UndoOutcome::Left),
        not_allowed: report.count(UndoOutcome::NotAllowed),
        table: report.table,
        rows: report.rows.into_iter().map(row).collect(),
    }
}

/// Lists the tables that an organisation sent in the last 90 days, newest first, for its own people.
#[utoipa::path(
    get, operation_id = "listTables", path = "/api/v1/holdings/tables", tag = "datasets",
    params(HoldingParameters, TableListParameters),
    responses((status = 200, description = "Tables, newest first", body = EntryList<TakenTableBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<TakenTableBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["organisation", "after", "limit"])?;
    let organisation = parameters.one("organisation")?;
    let paging = answers::paging_of(&parameters, MAX_LIMIT)?;
    let before = Some(paging.after.as_str()).filter(|id| !id.is_empty());
    let page = state.catalog.tables(&viewer, organisation, before, paging.limit, Timestamp::now()).await?;
    Ok(answers::list(page, body))
}

/// Undoes a table: what it made is withdrawn, and of what it changed is said again what was said before. What somebody changed since is
/// left as it is, and told. A table can be undone once, for 90 days.
#[utoipa::path(
    post, operation_id = "undoTable", path = "/api/v1/holdings/tables/{id}/undo", tag = "datasets",
    params(("id" = String, Path, description = "Id of the table"), UndoParameters),
    responses((status = 200, description = "What becomes of each holding", body = UndoAnswer), WriteProblems)
)]
pub(crate) async fn undo(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<UndoAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["dry_run"])?;
    let dry_run = parameters.flag("dry_run")?;
    let _place = state.whole_source_place(&viewer).await?;
    Ok(Json(undo_answer(state.catalog.undo_table(&viewer, &id, dry_run, Timestamp::now()).await?)))
}
