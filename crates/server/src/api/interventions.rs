//! The operator's hand on a source: a run now, stop, pause and resume.
//!
//! Who does not operate a source is told of each what is told of a source that does not exist.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use cairn_catalog::HarvestOptions;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sources::PauseBody;
use crate::error::{ApiError, ProblemBody};
use crate::extract::{Options, PathOf};
use crate::state::AppState;
use crate::viewer::Asking;

/// How to harvest.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HarvestRequest {
    /// Ask for everything, whatever the source says has not changed.
    #[serde(default)]
    full: bool,
    /// A run of this source whose guard tripped: remove what it listed for removal, all of it and nothing else.
    #[serde(default)]
    confirm_removals: Option<String>,
    /// A run of this source: let the terms be loosened that it listed as held, all of them and no others.
    #[serde(default)]
    confirm_loosening: Option<String>,
    /// A run of this source: let the fields go of which it listed that the former values are kept, all of them and no others.
    #[serde(default)]
    confirm_vanished: Option<String>,
}

/// Why a source is paused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PauseRequest {
    /// For whoever looks at the source next; 500 characters at most.
    #[serde(default)]
    reason: Option<String>,
}

/// A run that was begun, or asked to stop: the `Location` shows what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunAccepted {
    source: String,
    run: String,
}

/// Whether a source is paused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PauseAnswer {
    source: String,
    paused: Option<PauseBody>,
}

/// An answer that says where the run is.
type Accepted = (StatusCode, [(HeaderName, String); 1], Json<RunAccepted>);

/// Harvests a source now, for those who operate it: whether it is enabled, paused or neither. The run goes on in this
/// server, as one of those that may go on at the same time. It can confirm what an earlier run listed as waiting for that, which
/// stands in the log of acts with who did it.
#[utoipa::path(
    post, operation_id = "harvestSource", path = "/api/v1/sources/{id}/harvest", tag = "sources",
    params(("id" = String, Path, description = "Source id")),
    request_body(content = Option<HarvestRequest>, description = "Options; may be left out"),
    responses(
        (status = 202, description = "The run has begun", body = RunAccepted, headers(("Location" = String, description = "Where the run is shown"))),
        (status = 400, description = "The options cannot be read, the source is no longer configured, or the run that is named holds nothing of that kind back", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, or not operated by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is being harvested already, by the run that is named", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The options are too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn harvest(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Options(request): Options<HarvestRequest>,
) -> Result<Accepted, ApiError> {
    let HarvestRequest { full, confirm_removals, confirm_loosening, confirm_vanished } = request;
    let options =
        HarvestOptions { full, confirm_removals, confirm_loosening, confirm_vanished, ..HarvestOptions::default() };
    let run = state.catalog.request_harvest(&viewer, &id, options, Timestamp::now()).await?;
    Ok(accepted(id, run))
}

/// Stops the run of a source, for those who operate it. Whatever the run waits for, and in whichever process it goes on, it
/// ends within ten seconds as `cancelled`, and the next one goes on where it stood.
#[utoipa::path(
    post, operation_id = "stopSource", path = "/api/v1/sources/{id}/stop", tag = "sources",
    params(("id" = String, Path, description = "Source id")),
    responses(
        (status = 202, description = "The run was asked to stop", body = RunAccepted, headers(("Location" = String, description = "Where the run is shown"))),
        (status = 400, description = "The address cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, or not operated by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is not being harvested", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn stop(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Accepted, ApiError> {
    let run = state.catalog.stop_run(&viewer, &id, Timestamp::now()).await?;
    Ok(accepted(id, run))
}

/// Pauses a source, for those who operate it: its schedule leaves it alone until it is resumed, in every process and after
/// a restart. A run that goes on is not stopped. A source that is paused already stays as it is.
#[utoipa::path(
    post, operation_id = "pauseSource", path = "/api/v1/sources/{id}/pause", tag = "sources",
    params(("id" = String, Path, description = "Source id")),
    request_body(content = Option<PauseRequest>, description = "Why; may be left out"),
    responses(
        (status = 200, description = "The source is paused", body = PauseAnswer),
        (status = 400, description = "The reason cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, or not operated by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The reason is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn pause(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Options(request): Options<PauseRequest>,
) -> Result<Json<PauseAnswer>, ApiError> {
    state.catalog.pause_source(&viewer, &id, request.reason.as_deref(), Timestamp::now()).await?;
    let paused = state.catalog.pause_of(&viewer, &id).await?;
    Ok(Json(PauseAnswer { source: id, paused: paused.map(PauseBody::from) }))
}

/// Ends the pause of a source, for those who operate it: what was missed is made up for once.
#[utoipa::path(
    post, operation_id = "resumeSource", path = "/api/v1/sources/{id}/resume", tag = "sources",
    params(("id" = String, Path, description = "Source id")),
    responses(
        (status = 200, description = "The source is not paused", body = PauseAnswer),
        (status = 400, description = "The address cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, or not operated by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn resume(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<PauseAnswer>, ApiError> {
    state.catalog.resume_source(&viewer, &id, Timestamp::now()).await?;
    let paused = state.catalog.pause_of(&viewer, &id).await?;
    Ok(Json(PauseAnswer { source: id, paused: paused.map(PauseBody::from) }))
}

fn accepted(source: String, run: String) -> Accepted {
    // Ids of sources are of letters, digits and hyphens.
    let location = format!("/api/v1/sources/{source}/runs/{run}");
    (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(RunAccepted { source, run }))
}
