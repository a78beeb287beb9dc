//! `/api/v1/refusals`: decisions not to share, and opt-outs.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::RegisteredRefusal;
use cairn_model::agreement::RefusalStatement;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{self, Created, EntryAnswer, EntryList, ListParameters, Said};
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

const DOOR: &str = "/api/v1/refusals";

/// A decision not to share.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusalBody {
    /// The organisation that decided it; none for who administers the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifted: Option<Timestamp>,
    #[serde(flatten)]
    statement: RefusalStatement,
}

pub(crate) fn body(refusal: RegisteredRefusal) -> RefusalBody {
    let RegisteredRefusal { organisation, statement, lifted } = refusal;
    RefusalBody { organisation, lifted, statement }
}

/// Lists the refusals of the viewer's organisation.
#[utoipa::path(
    get, operation_id = "listRefusals", path = "/api/v1/refusals", tag = "agreements",
    params(ListParameters),
    responses((status = 200, description = "Refusals", body = EntryList<RefusalBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<RefusalBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["after", "limit"])?;
    Ok(answers::list(state.catalog.refusals(&viewer, &answers::paging(&parameters)?).await?, body))
}

/// Decides that data is not shared, whatever agreements say: for administrators, and for stewards of what their own
/// organisation owns.
#[utoipa::path(
    post, operation_id = "createRefusal", path = "/api/v1/refusals", tag = "agreements",
    request_body = RefusalStatement,
    responses(
        (status = 201, description = "It holds", body = EntryAnswer<RefusalBody>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(statement): Body<RefusalStatement>,
) -> Result<Created<RefusalBody>, ApiError> {
    Ok(answers::created(DOOR, state.catalog.refuse_sharing(&viewer, statement, Timestamp::now()).await?, body))
}

/// Shows a refusal to the organisation that decided it.
#[utoipa::path(
    get, operation_id = "showRefusal", path = "/api/v1/refusals/{id}", tag = "agreements",
    params(("id" = String, Path, description = "Refusal id")),
    responses((status = 200, description = "The refusal", body = EntryAnswer<RefusalBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<RefusalBody>>, ApiError> {
    Ok(Json(answers::answer(state.catalog.refusal(&viewer, &id).await?, body)))
}

/// Takes a refusal back.
#[utoipa::path(
    post, operation_id = "liftRefusal", path = "/api/v1/refusals/{id}/lift", tag = "agreements",
    params(("id" = String, Path, description = "Refusal id")), request_body = Said,
    responses((status = 200, description = "As it is now", body = EntryAnswer<RefusalBody>), WriteProblems)
)]
pub(crate) async fn lift(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(said): Body<Said>,
) -> Result<Json<EntryAnswer<RefusalBody>>, ApiError> {
    let lifted = state.catalog.lift_refusal(&viewer, &id, &said.reason, Timestamp::now()).await?;
    Ok(Json(answers::answer(lifted, body)))
}
