//! `POST`, `PUT` and `DELETE` under `/api/v1/datasets`, and `/api/v1/holdings`: what organisations register themselves.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{FieldChange, Holding, HoldingVersion, Registered};
use cairn_model::registry::{HoldingState, HoldingStatement};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::answers::{self, Created, EntryAnswer, EntryHistory, EntryList, ListParameters, VersionParameter};
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Where the record of a holding is shown, and where the holding itself is: a draft has no record.
const DOOR: &str = "/api/v1/datasets";
const DOOR_OF_HOLDINGS: &str = "/api/v1/holdings";

/// What an organisation says of a holding; its id is that of the record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldingBody {
    /// draft, published or withdrawn.
    state: HoldingState,
    /// Id of the organisation that has it.
    organisation: String,
    #[serde(flatten)]
    statement: HoldingStatement,
}

/// A version of a holding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldingVersionBody {
    #[serde(flatten)]
    holding: HoldingBody,
    /// What differs from the version before it.
    changes: Vec<HoldingChange>,
}

/// What differs between two versions of a holding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldingChange {
    /// Where, as a JSON Pointer (RFC 6901).
    field: String,
    /// What stood there, cut to 200 characters.
    before: Option<String>,
    /// What stands there now.
    after: Option<String>,
}

/// As what a holding is registered.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; the handler reads them")]
pub(crate) struct RegisterParameters {
    /// As a draft, which nobody but its organisation knows of and which may lack all but its title.
    #[param(default = false)]
    draft: Option<bool>,
}

/// Whose holdings, and which part of the list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; the handler reads them")]
pub(crate) struct HoldingParameters {
    /// Id of an organisation; that of the viewer if left out.
    organisation: Option<String>,
}

/// Which version is withdrawn, and why.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; the handler reads them")]
pub(crate) struct WithdrawParameters {
    /// The version that the client had before it.
    version: u32,
    /// Why, for the log of acts.
    reason: Option<String>,
}

pub(crate) fn body(holding: Holding) -> HoldingBody {
    HoldingBody { state: holding.state, organisation: holding.organisation, statement: holding.statement }
}

pub(crate) fn version(version: HoldingVersion) -> EntryAnswer<HoldingVersionBody> {
    let HoldingVersion { holding, changes } = version;
    let changes =
        changes.into_iter().map(|FieldChange { field, before, after }| HoldingChange { field, before, after });
    answers::answer(holding, |holding| HoldingVersionBody { holding: body(holding), changes: changes.collect() })
}

/// Registers a holding of one's own organisation, for its managers, stewards and administrators. It is found at once, on the
/// terms that are stated, unless it is a draft.
#[utoipa::path(
    post, operation_id = "registerHolding", path = "/api/v1/datasets", tag = "datasets",
    params(RegisterParameters),
    request_body = HoldingStatement,
    responses(
        (status = 201, description = "It is there", body = EntryAnswer<HoldingBody>, headers(("Location" = String, description = "Where its record is shown; of a draft, which has none, where the holding is"))),
        WriteProblems,
    )
)]
pub(crate) async fn register(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
    Body(statement): Body<HoldingStatement>,
) -> Result<Created<HoldingBody>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["draft"])?;
    let first = if parameters.flag("draft")? { HoldingState::Draft } else { HoldingState::Published };
    let made = state.catalog.register_holding(&viewer, None, first, statement, Timestamp::now()).await?;
    let door = if made.body.state == HoldingState::Draft { DOOR_OF_HOLDINGS } else { DOOR };
    Ok(answers::created(door, made, body))
}

/// Says something else of a holding. Its terms are loosened by stewards and administrators alone.
#[utoipa::path(
    put, operation_id = "changeHolding", path = "/api/v1/datasets/{id}", tag = "datasets",
    params(("id" = String, Path, description = "Record id"), VersionParameter),
    request_body = HoldingStatement,
    responses((status = 200, description = "As it is now", body = EntryAnswer<HoldingBody>), WriteProblems)
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(statement): Body<HoldingStatement>,
) -> Result<Json<EntryAnswer<HoldingBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    answer(state.catalog.change_holding(&viewer, &id, version, statement, Timestamp::now()).await)
}

/// Takes a holding out of the catalogue. It is kept for its organisation, and can be restored.
#[utoipa::path(
    delete, operation_id = "withdrawHolding", path = "/api/v1/datasets/{id}", tag = "datasets",
    params(("id" = String, Path, description = "Record id"), WithdrawParameters),
    responses((status = 200, description = "As it is now", body = EntryAnswer<HoldingBody>), WriteProblems)
)]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryAnswer<HoldingBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["version", "reason"])?;
    let reason = parameters.one("reason")?;
    answer(state.catalog.withdraw_holding(&viewer, &id, parameters.version()?, reason, Timestamp::now()).await)
}

/// Puts a draft into the catalogue, or a holding that was withdrawn back into it.
#[utoipa::path(
    post, operation_id = "publishHolding", path = "/api/v1/datasets/{id}/publish", tag = "datasets",
    params(("id" = String, Path, description = "Record id"), VersionParameter),
    responses((status = 200, description = "As it is now", body = EntryAnswer<HoldingBody>), WriteProblems)
)]
pub(crate) async fn publish(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryAnswer<HoldingBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    answer(state.catalog.publish_holding(&viewer, &id, version, Timestamp::now()).await)
}

/// Lists what an organisation registered, drafts and what is withdrawn among it, for its own people.
#[utoipa::path(
    get, operation_id = "listHoldings", path = "/api/v1/holdings", tag = "datasets",
    params(HoldingParameters, ListParameters),
    responses((status = 200, description = "Holdings", body = EntryList<HoldingBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<HoldingBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["organisation", "after", "limit"])?;
    let organisation = parameters.one("organisation")?;
    let page = state.catalog.holdings(&viewer, organisation, &answers::paging(&parameters)?).await?;
    Ok(answers::list(page, body))
}

/// Shows what an organisation says of a holding, for its own people.
#[utoipa::path(
    get, operation_id = "showHolding", path = "/api/v1/holdings/{id}", tag = "datasets",
    params(("id" = String, Path, description = "Record id")),
    responses((status = 200, description = "The holding", body = EntryAnswer<HoldingBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<HoldingBody>>, ApiError> {
    answer(state.catalog.holding(&viewer, &id).await)
}

/// Shows what was said of a holding, newest first, each version with what it changed.
#[utoipa::path(
    get, operation_id = "showHoldingHistory", path = "/api/v1/holdings/{id}/history", tag = "datasets",
    params(("id" = String, Path, description = "Record id")),
    responses((status = 200, description = "Its versions", body = EntryHistory<HoldingVersionBody>), ReadProblems)
)]
pub(crate) async fn history(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryHistory<HoldingVersionBody>>, ApiError> {
    Ok(Json(state.catalog.holding_history(&viewer, &id).await?.into_iter().map(version).collect()))
}

fn answer(
    holding: Result<Registered<Holding>, cairn_catalog::CatalogError>,
) -> Result<Json<EntryAnswer<HoldingBody>>, ApiError> {
    Ok(Json(answers::answer(holding?, body)))
}
