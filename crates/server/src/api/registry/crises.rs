//! `/api/v1/crises`: what opens agreements that wait for one.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::DeclaredCrisis;
use cairn_model::agreement::CrisisDeclaration;
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

const DOOR: &str = "/api/v1/crises";

/// A crisis.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CrisisBody {
    /// The organisation that declared it; none for who administers the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// Whether it is active now.
    active: bool,
    /// When it was lifted before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifted: Option<Timestamp>,
    #[serde(flatten)]
    declaration: CrisisDeclaration,
}

pub(crate) fn body(crisis: DeclaredCrisis, now: Timestamp) -> CrisisBody {
    let active = crisis.deciding("").is_active(now);
    let DeclaredCrisis { organisation, declaration, lifted } = crisis;
    CrisisBody { organisation, active, lifted, declaration }
}

/// Lists the crises that were declared.
#[utoipa::path(
    get, operation_id = "listCrises", path = "/api/v1/crises", tag = "agreements",
    params(ListParameters),
    responses((status = 200, description = "Crises", body = EntryList<CrisisBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<CrisisBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["after", "limit"])?;
    let page = state.catalog.crises(&viewer, &answers::paging(&parameters)?).await?;
    let now = Timestamp::now();
    Ok(answers::list(page, |crisis| body(crisis, now)))
}

/// Declares a crisis, for administrators, and for stewards of organisations that were given the right for its countries. It
/// ends by itself.
#[utoipa::path(
    post, operation_id = "declareCrisis", path = "/api/v1/crises", tag = "agreements",
    request_body = CrisisDeclaration,
    responses(
        (status = 201, description = "It is declared", body = EntryAnswer<CrisisBody>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn declare(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(declaration): Body<CrisisDeclaration>,
) -> Result<Created<CrisisBody>, ApiError> {
    let now = Timestamp::now();
    let made = state.catalog.declare_crisis(&viewer, declaration, now).await?;
    Ok(answers::created(DOOR, made, |crisis| body(crisis, now)))
}

/// Shows a crisis.
#[utoipa::path(
    get, operation_id = "showCrisis", path = "/api/v1/crises/{id}", tag = "agreements",
    params(("id" = String, Path, description = "Crisis id")),
    responses((status = 200, description = "The crisis", body = EntryAnswer<CrisisBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<CrisisBody>>, ApiError> {
    let crisis = state.catalog.crisis(&viewer, &id).await?;
    Ok(Json(answers::answer(crisis, |crisis| body(crisis, Timestamp::now()))))
}

/// Lifts a crisis before its time: what waits for it closes at once.
#[utoipa::path(
    post, operation_id = "liftCrisis", path = "/api/v1/crises/{id}/lift", tag = "agreements",
    params(("id" = String, Path, description = "Crisis id")), request_body = Said,
    responses((status = 200, description = "As it is now", body = EntryAnswer<CrisisBody>), WriteProblems)
)]
pub(crate) async fn lift(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(said): Body<Said>,
) -> Result<Json<EntryAnswer<CrisisBody>>, ApiError> {
    let now = Timestamp::now();
    let lifted = state.catalog.lift_crisis(&viewer, &id, &said.reason, now).await?;
    Ok(Json(answers::answer(lifted, |crisis| body(crisis, now))))
}
