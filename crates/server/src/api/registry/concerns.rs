//! `/api/v1/concerns`: what anyone may say is wrong, and what became of it.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, StatusCode, header};
use cairn_catalog::{Concern, ConcernStep, Registered};
use cairn_model::registry::{ConcernKind, ConcernState, ConcernStatement};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::{self, EntryAnswer, EntryList, ListParameters};
use crate::api::datasets::record_id;
use crate::api::responses::{NamedRecordLeft, ReadProblems, RecordLeft, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, Client, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// A concern, for who handles it and who raised it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConcernBody {
    /// Where it stands.
    state: ConcernState,
    /// When somebody should have looked at it.
    due: Timestamp,
    /// Whether that is over, and nobody has.
    overdue: bool,
    /// Whether access to the data of the record is denied until somebody looked at it.
    suspends: bool,
    #[serde(flatten)]
    statement: ConcernStatement,
    /// What became of it, oldest first.
    steps: Vec<StepBody>,
}

/// A step of a concern.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepBody {
    at: Timestamp,
    state: ConcernState,
    /// What was said with it; not for who may not be told what the record is.
    #[serde(skip_serializing_if = "String::is_empty")]
    words: String,
}

/// A concern that was just raised.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RaisedBody {
    /// With this and the id whoever raised the concern follows it. It is told this once.
    receipt: String,
    #[serde(flatten)]
    concern: EntryAnswer<ConcernBody>,
}

/// What becomes of a concern.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandleRequest {
    /// examined, upheld or dismissed.
    state: ConcernState,
    /// What is told to those who follow it, and of an outcome to all who may know of the record.
    words: String,
}

/// What was said of concerns about a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConcernsAnswer {
    /// Oldest first; in whose words they were raised is not told.
    items: Vec<OutcomeBody>,
}

/// A concern, for all who may know of the record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutcomeBody {
    raised: Timestamp,
    kind: ConcernKind,
    serious: bool,
    state: ConcernState,
    steps: Vec<StepBody>,
}

pub(crate) fn body(concern: Concern, now: Timestamp) -> ConcernBody {
    let overdue = concern.is_overdue(now);
    let suspends = concern.suspends().is_some();
    let Concern { statement, state, due, steps, .. } = concern;
    ConcernBody { state, due, overdue, suspends, statement, steps: steps.into_iter().map(step).collect() }
}

fn step(ConcernStep { at, state, words }: ConcernStep) -> StepBody {
    StepBody { at, state, words }
}

fn answer(concern: Registered<Concern>) -> EntryAnswer<ConcernBody> {
    answers::answer(concern, |concern| body(concern, Timestamp::now()))
}

/// Lists the concerns that the viewer handles or that their organisation raised.
#[utoipa::path(
    get, operation_id = "listConcerns", path = "/api/v1/concerns", tag = "concerns",
    params(ListParameters),
    responses((status = 200, description = "Concerns", body = EntryList<ConcernBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<ConcernBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["after", "limit"])?;
    let page = state.catalog.concerns(&viewer, &answers::paging(&parameters)?).await?;
    let now = Timestamp::now();
    Ok(answers::list(page, |concern| body(concern, now)))
}

/// Raises a concern about a record, an agreement or a request that the viewer may know of; anonymous viewers may, too. A
/// serious one about a record denies access to its data until somebody looked at it; `suspends` says whether it does: one of
/// who is anonymous denies nothing while very many of these wait.
#[utoipa::path(
    post, operation_id = "raiseConcern", path = "/api/v1/concerns", tag = "concerns",
    security((), ("token" = [])),
    request_body = ConcernStatement,
    responses(
        (status = 201, description = "It is raised", body = RaisedBody, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems, NamedRecordLeft,
    )
)]
pub(crate) async fn raise(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Client(client): Client,
    Body(statement): Body<ConcernStatement>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<RaisedBody>), ApiError> {
    if viewer.is_anonymous() {
        state.clients.count_concern(client)?;
    }
    let raised = state.catalog.raise_concern(&viewer, statement, Timestamp::now()).await?;
    let location = format!("/api/v1/concerns/{}", raised.concern.id);
    let body = RaisedBody { receipt: raised.receipt, concern: answer(raised.concern) };
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(body)))
}

/// The header in which the receipt of a concern is sent: in an address, histories and logs would keep it.
pub(crate) const RECEIPT: &str = "cairn-receipt";

/// Shows a concern to who handles it, to the organisation that raised it, and to who has its receipt.
#[utoipa::path(
    get, operation_id = "showConcern", path = "/api/v1/concerns/{id}", tag = "concerns",
    params(
        ("id" = String, Path, description = "Concern id"),
        ("cairn-receipt" = Option<String>, Header, description = "What whoever raised it was given to follow it"),
    ),
    responses((status = 200, description = "The concern", body = EntryAnswer<ConcernBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    headers: axum::http::HeaderMap,
) -> Result<Json<EntryAnswer<ConcernBody>>, ApiError> {
    let receipt = headers.get(RECEIPT).and_then(|value| value.to_str().ok());
    Ok(Json(answer(state.catalog.concern(&viewer, &id, receipt).await?)))
}

/// Says what becomes of a concern, for administrators of none of the organisations that it is about.
#[utoipa::path(
    post, operation_id = "handleConcern", path = "/api/v1/concerns/{id}/handle", tag = "concerns",
    params(("id" = String, Path, description = "Concern id")), request_body = HandleRequest,
    responses((status = 200, description = "As it is now", body = EntryAnswer<ConcernBody>), WriteProblems)
)]
pub(crate) async fn handle(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(asked): Body<HandleRequest>,
) -> Result<Json<EntryAnswer<ConcernBody>>, ApiError> {
    let HandleRequest { state: next, words } = asked;
    Ok(Json(answer(state.catalog.handle_concern(&viewer, &id, next, &words, Timestamp::now()).await?)))
}

/// Tells who may know of a record which concerns about it were raised since they can, and what became of them. Of a record of which
/// they see a stub, or whose source they are not told, they are not told what was said.
#[utoipa::path(
    get, operation_id = "listDatasetConcerns", path = "/api/v1/datasets/{id}/concerns", tag = "concerns",
    params(("id" = String, Path, description = "Record id")),
    responses((status = 200, description = "Concerns", body = ConcernsAnswer), ReadProblems, RecordLeft)
)]
pub(crate) async fn about(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<ConcernsAnswer>, ApiError> {
    let concerns = state.catalog.concerns_about(&viewer, record_id(&id)?).await?;
    let outcome = |one: Registered<Concern>| OutcomeBody {
        raised: one.created,
        kind: one.body.statement.kind,
        serious: one.body.statement.serious,
        state: one.body.state,
        steps: one.body.steps.into_iter().map(step).collect(),
    };
    Ok(Json(ConcernsAnswer { items: concerns.into_iter().map(outcome).collect() }))
}
