//! `/api/v1/organisations`: organisations that take part.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::RegisteredOrganisation;
use cairn_model::registry::OrganisationProfile;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answers::{self, Created, EntryAnswer, EntryHistory, EntryList, ListParameters, VersionParameter};
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

const DOOR: &str = "/api/v1/organisations";

fn body(organisation: RegisteredOrganisation) -> OrganisationProfile {
    organisation.profile
}

/// Lists the organisations that take part: those that are listed, and all for who is signed in.
#[utoipa::path(
    get, operation_id = "listOrganisations", path = "/api/v1/organisations", tag = "organisations",
    params(ListParameters),
    responses((status = 200, description = "Organisations", body = EntryList<OrganisationProfile>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<OrganisationProfile>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["after", "limit"])?;
    let page = state.catalog.organisations(&viewer, &answers::paging(&parameters)?).await?;
    Ok(answers::list(page, body))
}

/// Registers an organisation, for administrators. Its id is made of its name, as the ids of publishers are.
#[utoipa::path(
    post, operation_id = "createOrganisation", path = "/api/v1/organisations", tag = "organisations",
    request_body = OrganisationProfile,
    responses(
        (status = 201, description = "It is registered", body = EntryAnswer<OrganisationProfile>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(profile): Body<OrganisationProfile>,
) -> Result<Created<OrganisationProfile>, ApiError> {
    let made = state.catalog.register_organisation(&viewer, None, profile, Timestamp::now()).await?;
    Ok(answers::created(DOOR, made, body))
}

/// Shows an organisation.
#[utoipa::path(
    get, operation_id = "showOrganisation", path = "/api/v1/organisations/{id}", tag = "organisations",
    params(("id" = String, Path, description = "Organisation id")),
    responses((status = 200, description = "The organisation", body = EntryAnswer<OrganisationProfile>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<OrganisationProfile>>, ApiError> {
    Ok(Json(answers::answer(state.catalog.organisation(&viewer, &id).await?, body)))
}

/// Changes what is said of an organisation, for administrators and its own managers and stewards.
#[utoipa::path(
    put, operation_id = "changeOrganisation", path = "/api/v1/organisations/{id}", tag = "organisations",
    params(("id" = String, Path, description = "Organisation id"), VersionParameter),
    request_body = OrganisationProfile,
    responses((status = 200, description = "As it is now", body = EntryAnswer<OrganisationProfile>), WriteProblems)
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(profile): Body<OrganisationProfile>,
) -> Result<Json<EntryAnswer<OrganisationProfile>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    let changed = state.catalog.change_organisation(&viewer, &id, version, profile, Timestamp::now()).await?;
    Ok(Json(answers::answer(changed, body)))
}

/// Shows what was said of an organisation, newest first.
#[utoipa::path(
    get, operation_id = "showOrganisationHistory", path = "/api/v1/organisations/{id}/history", tag = "organisations",
    params(("id" = String, Path, description = "Organisation id")),
    responses((status = 200, description = "Its versions", body = EntryHistory<OrganisationProfile>), ReadProblems)
)]
pub(crate) async fn history(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryHistory<OrganisationProfile>>, ApiError> {
    Ok(answers::history(state.catalog.organisation_history(&viewer, &id).await?, body))
}

/// Countries for which a crisis may be declared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclaringRequest {
    /// ISO 3166-1 alpha-3; none takes the right away.
    countries: Vec<String>,
}

/// Says for which countries the stewards of an organisation may declare a crisis, for administrators.
#[utoipa::path(
    post, operation_id = "allowDeclaring", path = "/api/v1/organisations/{id}/allow-declaring", tag = "organisations",
    params(("id" = String, Path, description = "Organisation id")), request_body = DeclaringRequest,
    responses((status = 200, description = "As it is now", body = EntryAnswer<OrganisationProfile>), WriteProblems)
)]
pub(crate) async fn allow_declaring(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(asked): Body<DeclaringRequest>,
) -> Result<Json<EntryAnswer<OrganisationProfile>>, ApiError> {
    let changed = state.catalog.allow_declaring(&viewer, &id, asked.countries, Timestamp::now()).await?;
    Ok(Json(answers::answer(changed, body)))
}
