//! What is wrong with a source now, for those who operate it: by kind, page by page, and as files.

use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cairn_catalog::{
    CatalogError, ProblemFile, ProblemFilter, ProblemFormat, ProblemKind, ProblemRow, ProblemWalk, SourceProblem,
    severity_code,
};
use cairn_model::Severity;
use cairn_policy::Viewer;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use crate::api::responses::OperatorProblems;
use crate::error::{ApiError, ProblemBody};
use crate::extract::PathOf;
use crate::layers::caching::Streamed;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::streaming::{LONGEST, Sender, stream};
use crate::viewer::Asking;

/// Problems of a page when nobody says how many.
const DEFAULT_LIMIT: usize = 100;
/// Problems that a page holds at most.
const MOST: usize = 1000;

/// Problems of a source by kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KindsAnswer {
    /// Problems of all kinds.
    total: u64,
    /// Errors first, the most frequent first among them.
    items: Vec<KindBody>,
}

/// The problems of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KindBody {
    /// Stable code of the rule.
    code: String,
    /// `error`: something could not be taken; `warning`: the record is in.
    severity: &'static str,
    /// How many there are.
    count: u64,
    /// The rule in words: what is wrong.
    message: String,
    /// One of them: id of the record at the source, where it is known.
    example_source_record_id: Option<String>,
    /// Field of the example, as the source names it.
    example_field: String,
    /// Value of the example.
    example_value: Option<String>,
}

/// A page of problems.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemsAnswer {
    /// What waits for confirmation first, then what could not be taken, then the problems of the records.
    items: Vec<ProblemItem>,
    /// What to give as `after` for those that follow, where there may be any.
    next: Option<String>,
}

/// A problem, and what it takes to find its record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemItem {
    severity: &'static str,
    /// Stable code of the rule.
    code: String,
    /// The rule in words: what is wrong.
    message: String,
    /// Path of the field as the source names it, empty for the whole record.
    field: String,
    /// The value that breaks the rule, cut to 200 characters.
    value: Option<String>,
    source_record_id: Option<String>,
    title: Option<String>,
    /// Page of the record at its source.
    source_page: Option<String>,
    /// Id of the record in this catalogue.
    dataset: Option<String>,
    /// Page of the record in this catalogue.
    page: Option<String>,
    /// Place in the listing, from 0.
    offset: Option<u64>,
    /// Sheet of a workbook, where several were read.
    sheet: Option<String>,
    /// Row of a table, from 1.
    row: Option<u64>,
    /// Column of a table.
    column: Option<String>,
    /// Byte in the payload, from 0.
    byte: Option<u64>,
}

/// Which problems.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct FilterParameters {
    /// Code of the rule that is broken.
    code: Option<String>,
    #[param(schema_with = closed_lists::severity)]
    severity: Option<String>,
    /// Field, as the source names it.
    field: Option<String>,
}

/// Which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct PageParameters {
    /// `next` of the page before.
    after: Option<String>,
    /// Problems of a page. It may hold fewer and yet have a next one.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<usize>,
}

/// Counts the problems of a source by kind, as it is now, for those who operate it.
#[utoipa::path(
    get, operation_id = "countProblems", path = "/api/v1/sources/{id}/problems/kinds", tag = "sources",
    params(("id" = String, Path, description = "Source id")),
    responses(
        (status = 200, description = "Problems by kind", body = KindsAnswer),
        (status = 503, description = "Too many sources are being looked through", body = ProblemBody, content_type = "application/problem+json"),
        OperatorProblems,
    )
)]
pub(crate) async fn kinds(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<KindsAnswer>, ApiError> {
    let _place = state.whole_source_place(&viewer).await?;
    let kinds = state.catalog.problem_kinds_of(&viewer, &id).await?;
    let total = kinds.iter().map(|kind| kind.count).sum();
    Ok(Json(KindsAnswer { total, items: kinds.into_iter().map(kind_body).collect() }))
}

/// Lists the problems that a source has now, for those who operate it.
#[utoipa::path(
    get, operation_id = "listProblems", path = "/api/v1/sources/{id}/problems", tag = "sources",
    params(("id" = String, Path, description = "Source id"), FilterParameters, PageParameters),
    responses(
        (status = 200, description = "A page of problems", body = ProblemsAnswer),
        OperatorProblems,
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<ProblemsAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["code", "severity", "field", "after", "limit"])?;
    let limit = parameters.count("limit", DEFAULT_LIMIT, MOST)?;
    let filter = filter(&parameters)?;
    let page = state.catalog.problems_of(&viewer, &id, filter, parameters.one("after")?, limit).await?;
    let items = page.items.into_iter().map(|one| problem_item(one, &state.public_url)).collect();
    Ok(Json(ProblemsAnswer { items, next: page.next }))
}

/// Every problem that a source has now as a CSV file, for those who operate it: UTF-8 with a byte order mark; a cell that a
/// spreadsheet would take for a formula begins with an apostrophe.
#[utoipa::path(
    get, operation_id = "downloadProblemsAsCsv", path = "/api/v1/sources/{id}/problems.csv", tag = "sources",
    params(("id" = String, Path, description = "Source id"), FilterParameters),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/csv"),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, or not operated by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many files are being sent", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn csv(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    download(&state, &viewer, &id, query.as_deref(), ProblemFormat::Csv).await
}

/// Every problem that a source has now as one JSON list, for those who operate it.
#[utoipa::path(
    get, operation_id = "downloadProblemsAsJson", path = "/api/v1/sources/{id}/problems.json", tag = "sources",
    params(("id" = String, Path, description = "Source id"), FilterParameters),
    responses(
        (status = 200, description = "The file", body = Vec<ProblemItem>),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, or not operated by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many files are being sent", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn json(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    download(&state, &viewer, &id, query.as_deref(), ProblemFormat::Json).await
}

/// Every problem that a source has now as JSON Lines, for those who operate it.
#[utoipa::path(
    get, operation_id = "downloadProblemsAsJsonLines", path = "/api/v1/sources/{id}/problems.jsonl", tag = "sources",
    params(("id" = String, Path, description = "Source id"), FilterParameters),
    responses(
        (status = 200, description = "The file, a problem a line", body = ProblemItem, content_type = "application/jsonl"),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, or not operated by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many files are being sent", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn json_lines(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    download(&state, &viewer, &id, query.as_deref(), ProblemFormat::JsonLines).await
}

/// How a file is named, and what it is.
fn ending_and_type(format: ProblemFormat) -> (&'static str, &'static str) {
    match format {
        ProblemFormat::Csv => ("csv", "text/csv; charset=utf-8"),
        ProblemFormat::Json => ("json", "application/json"),
        ProblemFormat::JsonLines => ("jsonl", "application/jsonl"),
    }
}

/// Sends every problem of a source while it is read: no file is ever whole in memory.
async fn download(
    state: &AppState,
    viewer: &Viewer,
    source: &str,
    query: Option<&str>,
    format: ProblemFormat,
) -> Result<Response, ApiError> {
    let parameters = Parameters::parse(query);
    parameters.only(&["code", "severity", "field"])?;
    let walk = state.catalog.walk_problems(viewer, source, filter(&parameters)?).await?;
    let place = state.whole_source_place(viewer).await?;
    let (sender, body) = stream();
    let public_url = state.public_url.clone();
    tokio::spawn(async move {
        match tokio::time::timeout(LONGEST, write(walk, &sender, format, &public_url)).await {
            Ok(Ok(())) => sender.finish().await,
            Ok(Err(error)) => tracing::error!(%error, "a file broke off while it was sent"),
            Err(_) => tracing::warn!("a file was broken off: it took too long to send"),
        }
        drop(place);
    });
    let (ending, content_type) = ending_and_type(format);
    let file = format!("attachment; filename=\"{}-problems.{ending}\"", file_name(source));
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&file).map_err(|error| ApiError::internal(&error))?),
    ];
    let mut response = (headers, Body::new(body)).into_response();
    response.extensions_mut().insert(Streamed);
    Ok(response)
}

/// Source ids are words of a configuration file; whatever is not plain in one stays out of the header.
fn file_name(source: &str) -> String {
    source.chars().filter(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_')).collect()
}

async fn write(
    mut walk: ProblemWalk,
    sender: &Sender,
    format: ProblemFormat,
    public_url: &str,
) -> Result<(), CatalogError> {
    let mut file = ProblemFile::new(format);
    let mut text = file.opening()?;
    while let Some(batch) = walk.next_batch().await? {
        for problem in batch {
            text.push_str(&file.row(&ProblemRow::new(problem, public_url))?);
        }
        if !sender.send(std::mem::take(&mut text)).await {
            // Nobody reads any more.
            return Ok(());
        }
    }
    text.push_str(file.closing());
    sender.send(text).await;
    Ok(())
}

/// Which problems are asked for.
pub(crate) fn filter(parameters: &Parameters) -> Result<ProblemFilter, ApiError> {
    let severity = match parameters.one("severity")? {
        None => None,
        Some("error") => Some(Severity::Error),
        Some("warning") => Some(Severity::Warning),
        Some(_) => return Err(ApiError::bad_request("`severity` is one of error, warning.")),
    };
    Ok(ProblemFilter {
        code: parameters.one("code")?.map(str::to_owned),
        severity,
        field: parameters.one("field")?.map(str::to_owned),
    })
}

pub(super) fn kind_body(kind: ProblemKind) -> KindBody {
    let ProblemKind { code, severity, count, example } = kind;
    KindBody {
        code,
        severity: severity_code(severity),
        count,
        message: example.problem.message,
        example_source_record_id: example.source_record_id,
        example_field: example.problem.field,
        example_value: example.problem.value,
    }
}

fn problem_item(problem: SourceProblem, public_url: &str) -> ProblemItem {
    let row = ProblemRow::new(problem, public_url);
    ProblemItem {
        severity: severity_code(row.severity),
        code: row.code,
        message: row.message,
        field: row.field,
        value: row.value,
        source_record_id: row.source_record_id,
        title: row.title,
        source_page: row.source_page,
        dataset: row.dataset,
        page: row.page,
        offset: row.offset,
        sheet: row.sheet,
        row: row.row,
        column: row.column,
        byte: row.byte,
    }
}
