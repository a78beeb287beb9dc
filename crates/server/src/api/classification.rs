//! `GET /api/v1/datasets/{id}/classification` and `/api/v1/profiles`: what is proposed for a record, and by which profiles.

use axum::Json;
use axum::extract::State;
use cairn_catalog::Classified;
use cairn_model::date::day_of;
use cairn_model::{Sensitivity, Sharing};
use cairn_policy::classify::{Profile, Profiles, Proposal};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::datasets::record_id;
use crate::api::responses::RecordLeft;
use crate::error::{ApiError, ProblemBody};
use crate::extract::PathOf;
use crate::state::AppState;
use crate::viewer::Asking;

/// What is proposed for a record: nothing of it is applied but by a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassificationAnswer {
    /// Record id.
    id: String,
    /// What stands.
    stands: StandingTerms,
    /// What is proposed.
    proposal: Proposal,
    /// What a registered record lacks before it may be published.
    missing: Vec<MissingPart>,
}

/// The terms that stand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingTerms {
    sensitivity: Sensitivity,
    sharing: Sharing,
}

/// A part that a record lacks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissingPart {
    code: String,
    /// Its path in the record.
    field: String,
    message: String,
}

/// The profiles.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProfileList {
    /// By id, the newest version of each first.
    items: Vec<ProfileHead>,
}

/// A version of a profile without its rules.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProfileHead {
    id: String,
    /// The country that it is for; none for the default.
    country: Option<String>,
    version: String,
    /// First day on which it holds.
    valid_from: String,
    /// Whether it is the version that holds today.
    in_force: bool,
    title: String,
    /// How many rules it has.
    rules: usize,
}

/// A profile in all its versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProfileAnswer {
    id: String,
    /// The newest first.
    versions: Vec<ProfileVersion>,
}

/// A version of a profile.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProfileVersion {
    /// Whether it is the version that holds today.
    in_force: bool,
    #[serde(flatten)]
    profile: Profile,
}

/// Shows what the profiles of its countries, and the names of its fields, propose for the terms of a record: for the managers,
/// stewards and administrators of the organisation that owns it.
#[utoipa::path(
    get, operation_id = "showDatasetClassification", path = "/api/v1/datasets/{id}/classification", tag = "classification",
    params(("id" = String, Path, description = "Record id")),
    responses(
        (status = 200, description = "What is proposed, and why", body = ClassificationAnswer),
        (status = 304, description = "The client holds this answer"),
        (status = 400, description = "The address cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "There is no token, or it is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "This viewer may not know what is proposed; the detail says who may", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, or not shared with this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        RecordLeft,
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<ClassificationAnswer>, ApiError> {
    let classified = state.catalog.classification(&viewer, record_id(&id)?, Timestamp::now()).await?;
    Ok(Json(answer(classified)))
}

/// Lists the profiles by which records are classified.
#[utoipa::path(
    get, operation_id = "listProfiles", path = "/api/v1/profiles", tag = "classification",
    responses(
        (status = 200, description = "Profiles", body = ProfileList),
        (status = 304, description = "The client holds this answer"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn profiles(State(state): State<AppState>) -> Json<ProfileList> {
    Json(list(state.catalog.profiles(), Timestamp::now()))
}

/// Shows a profile with its rules, in all its versions.
#[utoipa::path(
    get, operation_id = "showProfile", path = "/api/v1/profiles/{id}", tag = "classification",
    params(("id" = String, Path, description = "Profile id")),
    responses(
        (status = 200, description = "The profile", body = ProfileAnswer),
        (status = 304, description = "The client holds this answer"),
        (status = 400, description = "The address cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such profile", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn profile(
    State(state): State<AppState>,
    PathOf(id): PathOf<String>,
) -> Result<Json<ProfileAnswer>, ApiError> {
    one_profile(state.catalog.profiles(), &id, Timestamp::now()).map(Json).ok_or_else(ApiError::not_found)
}

pub(crate) fn answer(classified: Classified) -> ClassificationAnswer {
    ClassificationAnswer {
        id: classified.id.to_string(),
        stands: StandingTerms { sensitivity: classified.sensitivity, sharing: classified.sharing },
        proposal: classified.proposal,
        missing: classified
            .missing
            .into_iter()
            .map(|one| MissingPart { code: one.code, field: one.field, message: one.message })
            .collect(),
    }
}

pub(crate) fn list(profiles: &Profiles, now: Timestamp) -> ProfileList {
    let in_force = profiles.in_force(day_of(now));
    let head = |profile: &Profile| ProfileHead {
        id: profile.id.clone(),
        country: profile.country.clone(),
        version: profile.version.clone(),
        valid_from: profile.valid_from.to_string(),
        in_force: in_force.contains(&profile),
        title: profile.title.clone(),
        rules: profile.rules.len(),
    };
    ProfileList { items: profiles.versions().iter().map(head).collect() }
}

pub(crate) fn one_profile(profiles: &Profiles, id: &str, now: Timestamp) -> Option<ProfileAnswer> {
    let in_force = profiles.in_force(day_of(now));
    let version =
        |profile: &Profile| ProfileVersion { in_force: in_force.contains(&profile), profile: profile.clone() };
    let versions: Vec<ProfileVersion> =
        profiles.versions().iter().filter(|profile| profile.id == id).map(version).collect();
    if versions.is_empty() { None } else { Some(ProfileAnswer { id: id.to_owned(), versions }) }
}
