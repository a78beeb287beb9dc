//! `GET /api/v1/sources` and the runs of a source.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{Pause, RunProblem, RunRow, SourceView, severity_code};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::problems::{KindBody, kind_body};
use crate::api::responses::{ListProblems, OperatorProblems};
use crate::error::{ApiError, ProblemBody};
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Runs that an answer holds at most.
const MOST_RUNS: u32 = 100;

/// Sources.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourcesAnswer {
    items: Vec<SourceBody>,
    /// Whether records are counted. While they cannot be, because the index is made anew, only sources that this viewer
    /// operates are listed.
    counted: bool,
}

/// A source; the lower half is for those who operate it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceBody {
    id: String,
    title: String,
    kind: String,
    /// Records of it that this viewer can find; `null` while they cannot be counted.
    records: Option<u64>,
    /// Since when the source is not reached; what it told before stays as it was. `null` while it is.
    unreachable_since: Option<String>,
    /// What it is not good for, in the words of its operators.
    #[serde(skip_serializing_if = "Option::is_none")]
    limitations: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// Whether it stands in the configuration now.
    #[serde(skip_serializing_if = "Option::is_none")]
    configured: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_run: Option<RunBody>,
    /// Whether somebody paused it, so that its schedule leaves it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused: Option<PauseBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_run: Option<String>,
}

/// A pause of a source.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PauseBody {
    since: String,
    by: String,
    reason: Option<String>,
}

impl From<Pause> for PauseBody {
    fn from(pause: Pause) -> Self {
        Self { since: pause.since.to_string(), by: pause.by, reason: pause.reason }
    }
}

/// Runs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunsAnswer {
    /// Newest first.
    items: Vec<RunBody>,
}

/// A run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunBody {
    run: String,
    source: String,
    /// `running`, or the verdict.
    verdict: String,
    reason: Option<String>,
    started: String,
    ended: Option<String>,
    /// Whether the source answered; `null` where the run does not tell.
    reached: Option<bool>,
    listed: u64,
    new: u64,
    changed: u64,
    unchanged: u64,
    missing: u64,
    retired: u64,
    problems: u64,
    errors: u64,
    requests: u64,
    writes: u64,
}

/// A run and its problems.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunAnswer {
    run: RunBody,
    /// All problems that the run met, counted by kind. Those of records that it found unchanged are no news to it:
    /// `/api/v1/sources/{id}/problems` lists everything that is wrong now.
    kinds: Vec<KindBody>,
    /// Everything that waits for confirmation, then the first 1,000 of the others, in the order of the listing.
    problems: Vec<RunProblemBody>,
}

/// A problem of a run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunProblemBody {
    source_record_id: Option<String>,
    code: String,
    field: String,
    message: String,
    value: Option<String>,
    severity: &'static str,
    record: Option<u64>,
    /// Sheet of a workbook, where several were read.
    sheet: Option<String>,
    row: Option<u64>,
    column: Option<String>,
    byte: Option<u64>,
}

/// Lists the sources that the viewer may know of: those with a record that they can find, and those that they operate.
#[utoipa::path(
    get, operation_id = "listSources", path = "/api/v1/sources", tag = "sources",
    responses(
        (status = 200, description = "Sources", body = SourcesAnswer),
        (status = 503, description = "Searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
        ListProblems,
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<SourcesAnswer>, ApiError> {
    Parameters::parse(query.as_deref()).only(&[])?;
    let sources = state.catalog.sources_at_hand(&viewer, Timestamp::now()).await?;
    Ok(Json(SourcesAnswer {
        items: sources.views.into_iter().map(source_body).collect(),
        counted: sources.are_counted,
    }))
}

/// Lists the runs of a source, for those who operate it.
#[utoipa::path(
    get, operation_id = "listRuns", path = "/api/v1/sources/{id}/runs", tag = "sources",
    params(("id" = String, Path, description = "Source id")),
    responses(
        (status = 200, description = "Runs, newest first", body = RunsAnswer),
        OperatorProblems,
    )
)]
pub(crate) async fn runs(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<RunsAnswer>, ApiError> {
    let runs = state.catalog.runs_of(&viewer, &id, MOST_RUNS).await?;
    Ok(Json(RunsAnswer { items: runs.into_iter().map(run_body).collect() }))
}

/// Shows a run and its problems, for those who operate its source.
#[utoipa::path(
    get, operation_id = "showRun", path = "/api/v1/sources/{id}/runs/{run}", tag = "sources",
    params(("id" = String, Path, description = "Source id"), ("run" = String, Path, description = "Run id")),
    responses(
        (status = 200, description = "The run", body = RunAnswer),
        OperatorProblems,
    )
)]
pub(crate) async fn run(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf((id, run)): PathOf<(String, String)>,
) -> Result<Json<RunAnswer>, ApiError> {
    let (row, problems) = state.catalog.run_of(&viewer, &id, &run).await?;
    let kinds = state.catalog.problem_kinds_of_run(&viewer, &id, &run).await?.into_iter().map(kind_body).collect();
    Ok(Json(RunAnswer { run: run_body(row), kinds, problems: problems.into_iter().map(problem_body).collect() }))
}

fn source_body(view: SourceView) -> SourceBody {
    let operation = view.operation;
    let (url, enabled, configured, last_run, paused, next_run) = match operation {
        None => (None, None, None, None, None, None),
        Some(one) => {
            let next = one.next_run.map(|at| at.to_string());
            let (last, paused) = (one.last_run.map(run_body), one.paused.map(PauseBody::from));
            (Some(one.url), Some(one.enabled), Some(one.configured), last, paused, next)
        }
    };
    SourceBody {
        id: view.id,
        title: view.title,
        kind: view.kind,
        records: view.records,
        unreachable_since: view.unreachable_since.map(|at| at.to_string()),
        limitations: view.limitations,
        url,
        enabled,
        configured,
        last_run,
        paused,
        next_run,
    }
}

fn run_body(row: RunRow) -> RunBody {
    RunBody {
        run: row.run,
        source: row.source,
        verdict: row.verdict,
        reason: row.reason,
        started: row.started.to_string(),
        ended: row.ended.map(|at| at.to_string()),
        reached: row.reached,
        listed: row.counts.listed,
        new: row.counts.new,
        changed: row.counts.changed,
        unchanged: row.counts.unchanged,
        missing: row.counts.missing,
        retired: row.counts.retired,
        problems: row.counts.problems,
        errors: row.counts.errors,
        requests: row.counts.requests,
        writes: row.counts.writes,
    }
}

pub(super) fn problem_body(row: RunProblem) -> RunProblemBody {
    let problem = row.problem;
    RunProblemBody {
        source_record_id: row.source_record_id,
        code: problem.code,
        field: problem.field,
        message: problem.message,
        value: problem.value,
        severity: severity_code(problem.severity),
        record: problem.position.record,
        sheet: problem.position.sheet,
        row: problem.position.row,
        column: problem.position.column,
        byte: problem.position.byte,
    }
}
