//! `POST /api/v1/datasets/bulk` and the tables that it takes: templates, and holdings as a table that comes back edited.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, header};
use cairn_catalog::{RowOutcome, RowReport, TableFormat, TableOptions, TableReport};
use cairn_model::{Problem, Severity};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::Table;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// What becomes of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableAnswer {
    /// Whether what could be taken was written.
    written: bool,
    /// Id by which what it wrote can be undone for 90 days; none where it wrote nothing.
    table: Option<String>,
    /// Rows that are holdings which were not registered before.
    new: usize,
    /// Rows that say something else of one.
    changed: usize,
    /// Rows that say what is registered.
    unchanged: usize,
    /// Rows that cannot be taken.
    wrong: usize,
    /// What is wrong with the table as a whole, or worth a look.
    problems: Vec<TableProblem>,
    /// Every row, in order.
    rows: Vec<RowAnswer>,
    /// The rows that cannot be taken as a CSV file, each with what is wrong: to be mended and sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong_rows: Option<String>,
}

/// What becomes of a row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowAnswer {
    /// Its sheet, where several of a workbook were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
    /// Its number, as a spreadsheet shows it.
    row: u64,
    /// new, changed, unchanged or wrong.
    #[schema(value_type = String)]
    outcome: RowOutcome,
    /// Id of the record; of what is new once it is written.
    id: Option<String>,
    /// What its title column says.
    title: Option<String>,
    /// What is wrong with it, or worth a look.
    problems: Vec<TableProblem>,
}

/// What is wrong with a row or a table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableProblem {
    /// error: the row cannot be taken; warning: a value of it was not.
    severity: &'static str,
    /// Which part of the holding.
    field: String,
    /// The header of its column, where it is about one.
    column: Option<String>,
    /// The letters of that column, as a spreadsheet shows them.
    letters: Option<String>,
    /// The rule, as a stable code.
    rule: String,
    /// What is wrong and what is allowed, for people.
    message: String,
    /// What stands there, cut to 200 characters.
    value: Option<String>,
}

/// How a table is taken.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; `options` reads them")]
pub(crate) struct TableParameters {
    /// Say what would become of each row, and write nothing.
    #[param(default = false)]
    dry_run: Option<bool>,
    /// What is new becomes a draft, which may lack all but its title.
    #[param(default = false)]
    draft: Option<bool>,
    /// Which column is which, where the headers do not say so: `title=Intitulé`, or the letters of the column. Repeatable.
    column: Option<Vec<String>>,
}

pub(crate) fn answer(report: TableReport) -> TableAnswer {
    TableAnswer {
        written: report.written,
        new: report.count(RowOutcome::New),
        changed: report.count(RowOutcome::Changed),
        unchanged: report.count(RowOutcome::Unchanged),
        wrong: report.count(RowOutcome::Wrong),
        table: report.table,
        problems: report.problems.into_iter().map(problem).collect(),
        rows: report.rows.into_iter().map(row).collect(),
        wrong_rows: report.wrong_rows,
    }
}

fn row(report: RowReport) -> RowAnswer {
    let RowReport { sheet, row, outcome, id, title, problems } = report;
    let problems = problems.into_iter().map(|one| TableProblem { letters: one.letters, ..problem(one.problem) });
    RowAnswer { sheet, row, outcome, id, title, problems: problems.collect() }
}

pub(super) fn problem(problem: Problem) -> TableProblem {
    let severity = match problem.severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    TableProblem {
        severity,
        field: problem.field,
        column: problem.position.column,
        letters: None,
        rule: problem.code,
        message: problem.message,
        value: problem.value,
    }
}

fn options(query: Option<&str>) -> Result<TableOptions, ApiError> {
    let parameters = Parameters::parse(query);
    parameters.only(&["dry_run", "draft", "column"])?;
    let mut options = TableOptions {
        draft: parameters.flag("draft")?,
        dry_run: parameters.flag("dry_run")?,
        ..TableOptions::default()
    };
    for column in parameters.many("column", false)? {
        options.name_column(&column)?;
    }
    Ok(options)
}

/// Registers the holdings of a table: CSV, TSV or XLSX as it is, up to 8 MiB and 5,000 rows. Every row is told, good rows go in,
/// and those that cannot be taken come back as a file. A row with the id of a record changes what it says otherwise; an empty
/// cell changes nothing, and one with `-` alone blanks.
#[utoipa::path(
    post, operation_id = "registerTable", path = "/api/v1/datasets/bulk", tag = "datasets",
    params(TableParameters),
    request_body(content = String, content_type = "text/csv", description = "The table"),
    responses((status = 200, description = "What becomes of each row", body = TableAnswer), WriteProblems)
)]
pub(crate) async fn register(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
    Table { name, bytes }: Table,
) -> Result<Json<TableAnswer>, ApiError> {
    let options = options(query.as_deref())?;
    let _place = state.whole_source_place(&viewer).await?;
    let report = state.catalog.register_table(&viewer, bytes.to_vec(), name, options, Timestamp::now()).await?;
    Ok(Json(answer(report)))
}

/// A file to keep: its type, and its name.
type File = ([(HeaderName, HeaderValue); 2], Bytes);

fn file(format: TableFormat, bytes: Vec<u8>) -> File {
    let (kind, disposition) = match format {
        TableFormat::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"holdings.csv\""),
        TableFormat::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment; filename=\"holdings.xlsx\"",
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
    ];
    (headers, Bytes::from(bytes))
}

/// Gives the table of holdings to fill in, as CSV.
#[utoipa::path(
    get, operation_id = "downloadTemplateAsCsv", path = "/api/v1/datasets/template.csv", tag = "datasets",
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), ReadProblems)
)]
pub(crate) async fn template_csv() -> Result<File, ApiError> {
    Ok(file(TableFormat::Csv, TableFormat::Csv.template()?))
}

/// Gives the table of holdings to fill in as a workbook, with what to write in each column.
#[utoipa::path(
    get, operation_id = "downloadTemplateAsXlsx", path = "/api/v1/datasets/template.xlsx", tag = "datasets",
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ReadProblems)
)]
pub(crate) async fn template_xlsx() -> Result<File, ApiError> {
    Ok(file(TableFormat::Xlsx, TableFormat::Xlsx.template()?))
}

/// Whose holdings.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameter; `table` reads it")]
pub(crate) struct OrganisationParameter {
    /// Id of an organisation; that of the viewer if left out.
    organisation: Option<String>,
}

/// Gives what an organisation registered as CSV, for its own people: edited, it comes back to `/api/v1/datasets/bulk`.
#[utoipa::path(
    get, operation_id = "downloadHoldingsAsCsv", path = "/api/v1/holdings.csv", tag = "datasets",
    params(OrganisationParameter),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), ReadProblems)
)]
pub(crate) async fn csv(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<File, ApiError> {
    table(&state, &viewer, query.as_deref(), TableFormat::Csv).await
}

/// Gives what an organisation registered as a workbook, for its own people.
#[utoipa::path(
    get, operation_id = "downloadHoldingsAsXlsx", path = "/api/v1/holdings.xlsx", tag = "datasets",
    params(OrganisationParameter),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ReadProblems)
)]
pub(crate) async fn xlsx(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<File, ApiError> {
    table(&state, &viewer, query.as_deref(), TableFormat::Xlsx).await
}

async fn table(
    state: &AppState,
    viewer: &cairn_policy::Viewer,
    query: Option<&str>,
    format: TableFormat,
) -> Result<File, ApiError> {
    let parameters = Parameters::parse(query);
    parameters.only(&["organisation"])?;
    let _place = state.whole_source_place(viewer).await?;
    Ok(file(format, state.catalog.holdings_table(viewer, parameters.one("organisation")?, format).await?))
}
