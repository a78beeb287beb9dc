//! `/api/v1/organisations/{id}/commitments`: what an organisation committed itself to, and how it says that it kept it, year by
//! year.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, header};
use cairn_catalog::{
    CommitmentReport, CountedYear, Evaluation, EvaluationKey, FrameworkReport, KeptCommitment, Registered,
};
use cairn_model::LocalizedText;
use cairn_model::registry::{CommitmentStatus, EvaluationStatement};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::answers::{self, EntryAnswer, VersionParameter};
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Of which year.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameter; `year` reads it")]
pub(crate) struct YearParameter {
    /// The year; this one if left out.
    #[param(minimum = 2000, maximum = 2100)]
    year: Option<i16>,
}

/// What an organisation committed itself to, and what became of it in a year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommitmentsBody {
    /// Id of the organisation.
    organisation: String,
    name: LocalizedText,
    year: i16,
    /// The frameworks under which it has agreements that this viewer may know of, and of which it says something.
    frameworks: Vec<FrameworkBody>,
    /// What the catalogue counts; for the organisation itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted: Option<CountedBody>,
}

/// What became of the commitments of a framework.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FrameworkBody {
    id: String,
    version: u32,
    title: LocalizedText,
    /// When it was last said how they were kept; none where that was not said.
    evaluated: Option<String>,
    #[serde(skip_serializing_if = "LocalizedText::is_empty")]
    summary: LocalizedText,
    commitments: Vec<CommitmentBody>,
}

/// A commitment, and what is said of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommitmentBody {
    id: String,
    title: LocalizedText,
    /// How it was kept; none where nothing is said of it.
    status: Option<CommitmentStatus>,
    /// How it was kept in the year before, where that was said.
    year_before: Option<CommitmentStatus>,
    /// What shows it.
    evidence: Option<String>,
    /// What is done next.
    next: Option<String>,
}

/// What became of the requests that came in the year, and the agreements.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountedBody {
    /// Agreements to which it was a party at some time of the year.
    agreements: u32,
    /// Requests that came.
    requests: u32,
    /// Of these, granted at once by an agreement.
    granted_by_agreement: u32,
    /// Of these, granted by hand.
    granted: u32,
    /// Of these, refused.
    refused: u32,
    /// Of these, taken back by who sent them.
    withdrawn: u32,
    /// Of these, still waiting.
    waiting: u32,
    /// Of these, answered within two working days, by an agreement or with a question too.
    answered_in_time: u32,
}

/// What an organisation says of a year under a framework.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvaluationBody {
    /// Id of the organisation.
    organisation: String,
    /// Id of the framework.
    framework: String,
    year: i16,
    #[serde(flatten)]
    statement: EvaluationStatement,
}

impl From<CountedYear> for CountedBody {
    fn from(counted: CountedYear) -> Self {
        let CountedYear {
            agreements,
            requests,
            granted_by_agreement,
            granted,
            refused,
            withdrawn,
            waiting,
            answered_in_time,
        } = counted;
        Self { agreements, requests, granted_by_agreement, granted, refused, withdrawn, waiting, answered_in_time }
    }
}

fn framework_body(report: FrameworkReport) -> FrameworkBody {
    let commitment = |KeptCommitment { commitment, answer, year_before }| {
        let (status, evidence, next) =
            answer.map_or((None, None, None), |answer| (Some(answer.status), answer.evidence, answer.next));
        CommitmentBody { id: commitment.id, title: commitment.title, status, year_before, evidence, next }
    };
    FrameworkBody {
        id: report.framework.id,
        version: report.framework.version,
        title: report.title,
        evaluated: report.evaluated.map(|at| at.to_string()),
        summary: report.summary,
        commitments: report.commitments.into_iter().map(commitment).collect(),
    }
}

pub(crate) fn report_answer(report: CommitmentReport) -> CommitmentsBody {
    let CommitmentReport { organisation, name, year, frameworks, counted } = report;
    let frameworks = frameworks.into_iter().map(framework_body).collect();
    CommitmentsBody { organisation, name, year, frameworks, counted: counted.map(CountedBody::from) }
}

fn body(evaluation: Evaluation) -> EvaluationBody {
    let Evaluation { organisation, framework, year, statement } = evaluation;
    EvaluationBody { organisation, framework, year, statement }
}

pub(crate) fn answer(evaluation: Registered<Evaluation>) -> EntryAnswer<EvaluationBody> {
    answers::answer(evaluation, body)
}

fn year(query: Option<&str>, now: Timestamp) -> Result<i16, ApiError> {
    let parameters = Parameters::parse(query);
    parameters.only(&["year"])?;
    match parameters.one("year")? {
        None => Ok(now.to_zoned(jiff::tz::TimeZone::UTC).year()),
        Some(year) => of_year(year),
    }
}

fn of_year(year: &str) -> Result<i16, ApiError> {
    let year = year.parse().ok().filter(|year| (2000..=2100).contains(year));
    year.ok_or_else(|| ApiError::bad_request("A year is one from 2000 to 2100."))
}

fn key((organisation, year, framework): (String, String, String)) -> Result<EvaluationKey, ApiError> {
    Ok(EvaluationKey { organisation, framework, year: of_year(&year)? })
}

/// Reports what an organisation committed itself to and how it says that it kept it in a year. For the organisation itself with
/// what the catalogue counts.
#[utoipa::path(
    get, operation_id = "showCommitments", path = "/api/v1/organisations/{id}/commitments", tag = "organisations",
    params(("id" = String, Path, description = "Organisation id"), YearParameter),
    responses((status = 200, description = "The report", body = CommitmentsBody), ReadProblems)
)]
pub(crate) async fn report(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<CommitmentsBody>, ApiError> {
    let year = year(query.as_deref(), Timestamp::now())?;
    Ok(Json(report_answer(state.catalog.commitments(&viewer, &id, year).await?)))
}

/// The same as a CSV file, a line for each commitment: UTF-8 with a byte order mark; a cell that a spreadsheet would take for a
/// formula begins with an apostrophe.
#[utoipa::path(
    get, operation_id = "downloadCommitmentsAsCsv", path = "/api/v1/organisations/{id}/commitments.csv", tag = "organisations",
    params(("id" = String, Path, description = "Organisation id"), YearParameter),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), ReadProblems)
)]
pub(crate) async fn csv(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<([(HeaderName, HeaderValue); 2], String), ApiError> {
    let year = year(query.as_deref(), Timestamp::now())?;
    let report = state.catalog.commitments(&viewer, &id, year).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"commitments.csv\"")),
    ];
    Ok((headers, state.catalog.commitments_as_csv(&report)?))
}

/// Shows what an organisation says of a year under a framework.
#[utoipa::path(
    get, operation_id = "showEvaluation", path = "/api/v1/organisations/{id}/commitments/{year}/{framework}", tag = "organisations",
    params(
        ("id" = String, Path, description = "Organisation id"),
        ("year" = i16, Path, description = "The year", minimum = 2000, maximum = 2100),
        ("framework" = String, Path, description = "Framework id"),
    ),
    responses((status = 200, description = "The evaluation", body = EntryAnswer<EvaluationBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(path): PathOf<(String, String, String)>,
) -> Result<Json<EntryAnswer<EvaluationBody>>, ApiError> {
    Ok(Json(answer(state.catalog.evaluation(&viewer, &key(path)?).await?)))
}

/// Says how the commitments of a framework were kept in a year, for the managers, stewards and administrators of the organisation;
/// `version` is 0 where nothing was said yet.
#[utoipa::path(
    put, operation_id = "putEvaluation", path = "/api/v1/organisations/{id}/commitments/{year}/{framework}", tag = "organisations",
    params(
        ("id" = String, Path, description = "Organisation id"),
        ("year" = i16, Path, description = "The year", minimum = 2000, maximum = 2100),
        ("framework" = String, Path, description = "Framework id"),
        VersionParameter,
    ),
    request_body = EvaluationStatement,
    responses((status = 200, description = "As it is now", body = EntryAnswer<EvaluationBody>), WriteProblems)
)]
pub(crate) async fn put(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(path): PathOf<(String, String, String)>,
    RawQuery(query): RawQuery,
    Body(statement): Body<EvaluationStatement>,
) -> Result<Json<EntryAnswer<EvaluationBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    Ok(Json(answer(state.catalog.evaluate(&viewer, &key(path)?, version, statement, Timestamp::now()).await?)))
}
