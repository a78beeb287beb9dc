//! `/api/v1/requests`: requests for access, for who asks and who decides.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{AccessRequest, Forwarded, Registered, RequestAct, RequestBox, RequestStep};
use cairn_model::registry::{ForwardStatement, GrantTerms, RequestSide, RequestState, RequestStatement};
use cairn_policy::{Decision, Viewer};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answers::{self, Created, EntryAnswer, EntryList, ListParameters, Said};
use crate::api::closed_lists;
use crate::api::datasets::record_id;
use crate::api::responses::{NamedRecordLeft, ReadProblems, WriteProblems};
use crate::error::{ApiError, ProblemBody};
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

const DOOR: &str = "/api/v1/requests";

/// A request for access.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestBody {
    /// Id of the organisation that asks.
    organisation: String,
    /// Where it stands now.
    state: RequestState,
    /// When the owner should have answered, while it waits for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Timestamp>,
    /// Whether that is over.
    overdue: bool,
    #[serde(flatten)]
    statement: RequestStatement,
    /// What happened to it, oldest first.
    steps: Vec<StepBody>,
    /// What was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<GrantTerms>,
    /// The decision of the agreement that granted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Decision>,
}

/// A step of a request.
#[derive(Debug, Serialize, ToSchema)]
struct StepBody {
    at: Timestamp,
    /// Whose act it was.
    by: RequestSide,
    /// What the request became.
    state: RequestState,
    /// What was said with it; with handing it on, for those who decide alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// To whom it was handed with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    forwarded: Option<ForwardedBody>,
}

/// To whom a request was handed.
#[derive(Debug, Serialize, ToSchema)]
struct ForwardedBody {
    /// Id of the organisation that decides from then on; left out for who asks, where the record does not name it to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// Id of the person, for the people of the same organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
}

/// Words that are said with a step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    words: String,
}

/// Who decides is not told: it may be hidden with the record.
pub(crate) fn body(request: AccessRequest, now: Timestamp) -> RequestBody {
    let (state, due) = (request.state_at(now), request.due());
    let step = |RequestStep { at, by, state, words, forwarded }| StepBody {
        at,
        by,
        state,
        words,
        forwarded: forwarded.map(|Forwarded { organisation, person }| ForwardedBody { organisation, person }),
    };
    RequestBody {
        organisation: request.organisation,
        state,
        due,
        overdue: due.is_some_and(|due| due <= now),
        statement: request.statement,
        steps: request.steps.into_iter().map(step).collect(),
        grant: request.grant,
        decision: request.decision,
    }
}

fn answer(request: Registered<AccessRequest>) -> Json<EntryAnswer<RequestBody>> {
    Json(answers::answer(request, |request| body(request, Timestamp::now())))
}

/// Which requests.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameter; `list` reads it")]
pub(crate) struct RequestParameters {
    /// inbox or sent; both if left out.
    #[param(rename = "box", schema_with = closed_lists::request_box)]
    which: Option<String>,
}

/// Lists requests: with `box=inbox` those that the viewer's organisation decides about, with `box=sent` those that it sent.
#[utoipa::path(
    get, operation_id = "listRequests", path = "/api/v1/requests", tag = "requests",
    params(RequestParameters, ListParameters),
    responses((status = 200, description = "Requests", body = EntryList<RequestBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<RequestBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["box", "after", "limit"])?;
    let which = parameters.coded("box", RequestBox::ALL, RequestBox::code)?;
    let page = state.catalog.requests(&viewer, which, &answers::paging(&parameters)?).await?;
    let now = Timestamp::now();
    Ok(answers::list(page, |request| body(request, now)))
}

/// Asks for access to the data of a record, in the name of the viewer's organisation. An agreement that grants it grants the
/// request at once; else it waits for the owner. One request of an organisation for a record waits at a time.
#[utoipa::path(
    post, operation_id = "sendRequest", path = "/api/v1/requests", tag = "requests",
    request_body = RequestStatement,
    responses(
        (status = 201, description = "It is sent, or granted", body = EntryAnswer<RequestBody>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems, NamedRecordLeft,
    )
)]
pub(crate) async fn send(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(statement): Body<RequestStatement>,
) -> Result<Created<RequestBody>, ApiError> {
    let now = Timestamp::now();
    let made = state.catalog.request_access(&viewer, statement, now).await?;
    Ok(answers::created(DOOR, made, |request| body(request, now)))
}

/// Drafts a request: a statement with what the catalogue knows of the record, of the viewer's organisation and of the need, to be
/// completed and sent. Nothing is written.
#[utoipa::path(
    get, operation_id = "draftRequest", path = "/api/v1/requests/draft", tag = "requests",
    params(
        ("record" = String, Query, format = Uuid, description = "Id of the record whose data is wanted"),
        ("need" = Option<String>, Query, description = "Id of the need that it would meet"),
    ),
    responses(
        (status = 200, description = "What would be sent, with `intended_use` and `purposes` empty where no need says them", body = RequestStatement),
        ReadProblems,
        (status = 403, description = "This viewer is of no organisation", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The record goes on under another id, which `dataset` names", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "Withdrawn, and seen until then", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn draft(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<RequestStatement>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["record", "need"])?;
    let Some(record) = parameters.one("record")? else {
        return Err(ApiError::bad_request("Say whose data is wanted: `?record=`, the id of a record."));
    };
    let draft = state.catalog.draft_request(&viewer, record_id(record)?, parameters.one("need")?).await?;
    Ok(Json(draft.statement))
}

/// Shows a request to who asks and who decides.
#[utoipa::path(
    get, operation_id = "showRequest", path = "/api/v1/requests/{id}", tag = "requests",
    params(("id" = String, Path, description = "Request id")),
    responses((status = 200, description = "The request", body = EntryAnswer<RequestBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<RequestBody>>, ApiError> {
    Ok(answer(state.catalog.request(&viewer, &id).await?))
}

type Answered = Result<Json<EntryAnswer<RequestBody>>, ApiError>;

async fn act(state: AppState, viewer: Viewer, id: &str, act: RequestAct) -> Answered {
    Ok(answer(state.catalog.act_on_request(&viewer, id, &act, Timestamp::now()).await?))
}

/// Says that the owner has read it, for stewards of the owner.
#[utoipa::path(
    post, operation_id = "seeRequest", path = "/api/v1/requests/{id}/see", tag = "requests",
    params(("id" = String, Path, description = "Request id")),
    responses((status = 200, description = "As it is now", body = EntryAnswer<RequestBody>), WriteProblems)
)]
pub(crate) async fn see(State(state): State<AppState>, Asking(viewer): Asking, PathOf(id): PathOf<String>) -> Answered {
    act(state, viewer, &id, RequestAct::See).await
}

/// Asks something back, for stewards of the owner.
#[utoipa::path(
    post, operation_id = "askBack", path = "/api/v1/requests/{id}/ask", tag = "requests",
    params(("id" = String, Path, description = "Request id")), request_body = Words,
    responses((status = 200, description = "As it is now", body = EntryAnswer<RequestBody>), WriteProblems)
)]
pub(crate) async fn ask(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(said): Body<Words>,
) -> Answered {
    act(state, viewer, &id, RequestAct::Ask(said.words)).await
}

/// Answers what was asked back, for who asks.
#[utoipa::path(
    post, operation_id = "answerOwner", path = "/api/v1/requests/{id}/answer", tag = "requests",
    params(("id" = String, Path, description = "Request id")), request_body = Words,
    responses((status = 200, description = "As it is now", body = EntryAnswer<RequestBody>), WriteProblems)
)]
pub(crate) async fn answer_owner(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(said): Body<Words>,
) -> Answered {
    act(state, viewer, &id, RequestAct::Answer(said.words)).await
}

/// Hands it on, for who decides: to another organisation that the record names and that may know of it, or to a person of their own
/// who may decide. Who had it before can still decide.
#[utoipa::path(
    post, operation_id = "forwardRequest", path = "/api/v1/requests/{id}/forward", tag = "requests",
    params(("id" = String, Path, description = "Request id")), request_body = ForwardStatement,
    responses((status = 200, description = "As it is now", body = EntryAnswer<RequestBody>), WriteProblems)
)]
pub(crate) async fn forward(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(statement): Body<ForwardStatement>,
) -> Answered {
    Ok(answer(state.catalog.forward_request(&viewer, &id, &statement, Timestamp::now()).await?))
}

/// Grants it, for stewards of the owner: what is decided about access from then on says so, until it ends or is taken back.
#[utoipa::path(
    post, operation_id = "grantRequest", path = "/api/v1/requests/{id}/grant", tag = "requests",
    params(("id" = String, Path, description = "Request id")), request_body = GrantTerms,
    responses((status = 200, description = "As it is now", body = EntryAnswer<RequestBody>), WriteProblems)
)]
pub(crate) async fn grant(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(terms): Body<GrantTerms>,
) -> Answered {
    act(state, viewer, &id, RequestAct::Grant(terms)).await
}

/// Refuses it with a reason, or takes back what was granted; for stewards of the owner.
#[utoipa::path(
    post, operation_id = "refuseRequest", path = "/api/v1/requests/{id}/refuse", tag = "requests",
    params(("id" = String, Path, description = "Request id")), request_body = Said,
    responses((status = 200, description = "As it is now", body = EntryAnswer<RequestBody>), WriteProblems)
)]
pub(crate) async fn refuse(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(said): Body<Said>,
) -> Answered {
    act(state, viewer, &id, RequestAct::Refuse(said.reason)).await
}

/// Takes it back, for who asks.
#[utoipa::path(
    post, operation_id = "withdrawRequest", path = "/api/v1/requests/{id}/withdraw", tag = "requests",
    params(("id" = String, Path, description = "Request id")),
    responses((status = 200, description = "As it is now", body = EntryAnswer<RequestBody>), WriteProblems)
)]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Answered {
    act(state, viewer, &id, RequestAct::Withdraw).await
}
