//! `/api/v1/frameworks`: versioned templates under which agreements are made.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{FrameworkComment, Registered, RegisteredFramework, StagedVersion};
use cairn_model::agreement::{FrameworkStage, FrameworkVersion};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::{self, Created, EntryAnswer, EntryList, ListParameters, VersionParameter};
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

const DOOR: &str = "/api/v1/frameworks";

/// A framework with its versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FrameworkBody {
    /// Id of the organisation that keeps it.
    organisation: String,
    /// Its versions, oldest first; drafts for who is signed in alone.
    versions: Vec<VersionBody>,
    /// What was said of it, oldest first; for who is signed in alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comments: Vec<CommentBody>,
}

/// A version of a framework.
#[derive(Debug, Serialize, ToSchema)]
struct VersionBody {
    /// From 1: what agreements name.
    version: u32,
    stage: FrameworkStage,
    /// Since when it stands there.
    since: Timestamp,
    content: FrameworkVersion,
    /// Which fields of the content differ from the version before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<String>,
}

/// What an organisation says of a version.
#[derive(Debug, Serialize, ToSchema)]
struct CommentBody {
    at: Timestamp,
    organisation: String,
    version: u32,
    text: String,
}

/// The stage to which a version is brought.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StageRequest {
    version: u32,
    stage: FrameworkStage,
}

/// Something said of a version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommentRequest {
    version: u32,
    text: String,
}

pub(crate) fn body(framework: RegisteredFramework) -> FrameworkBody {
    let version = |StagedVersion { version, stage, since, content, changes }| VersionBody {
        version,
        stage,
        since,
        content,
        changes,
    };
    let comment =
        |FrameworkComment { at, organisation, version, text }| CommentBody { at, organisation, version, text };
    FrameworkBody {
        organisation: framework.organisation,
        versions: framework.versions.into_iter().map(version).collect(),
        comments: framework.comments.into_iter().map(comment).collect(),
    }
}

fn answer(framework: Registered<RegisteredFramework>) -> Json<EntryAnswer<FrameworkBody>> {
    Json(answers::answer(framework, body))
}

/// Lists the frameworks.
#[utoipa::path(
    get, operation_id = "listFrameworks", path = "/api/v1/frameworks", tag = "agreements",
    params(ListParameters),
    responses((status = 200, description = "Frameworks", body = EntryList<FrameworkBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<FrameworkBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["after", "limit"])?;
    Ok(answers::list(state.catalog.frameworks(&viewer, &answers::paging(&parameters)?).await?, body))
}

/// Begins a framework with a draft of its first version, for managers and stewards.
#[utoipa::path(
    post, operation_id = "createFramework", path = "/api/v1/frameworks", tag = "agreements",
    request_body = FrameworkVersion,
    responses(
        (status = 201, description = "The draft is there", body = EntryAnswer<FrameworkBody>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(content): Body<FrameworkVersion>,
) -> Result<Created<FrameworkBody>, ApiError> {
    Ok(answers::created(DOOR, state.catalog.create_framework(&viewer, None, content, Timestamp::now()).await?, body))
}

/// Shows a framework.
#[utoipa::path(
    get, operation_id = "showFramework", path = "/api/v1/frameworks/{id}", tag = "agreements",
    params(("id" = String, Path, description = "Framework id")),
    responses((status = 200, description = "The framework", body = EntryAnswer<FrameworkBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<FrameworkBody>>, ApiError> {
    Ok(answer(state.catalog.framework(&viewer, &id).await?))
}

/// Writes the draft of a framework anew, or begins the next version where the last one is no draft any more.
#[utoipa::path(
    put, operation_id = "writeFramework", path = "/api/v1/frameworks/{id}", tag = "agreements",
    params(("id" = String, Path, description = "Framework id"), VersionParameter),
    request_body = FrameworkVersion,
    responses((status = 200, description = "As it is now", body = EntryAnswer<FrameworkBody>), WriteProblems)
)]
pub(crate) async fn write(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(content): Body<FrameworkVersion>,
) -> Result<Json<EntryAnswer<FrameworkBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    Ok(answer(state.catalog.write_framework(&viewer, &id, version, content, Timestamp::now()).await?))
}

/// Brings a version to another stage: a draft is tried out or adopted, and one that is adopted takes the place of those before
/// it. Decisions follow at once.
#[utoipa::path(
    post, operation_id = "stageFramework", path = "/api/v1/frameworks/{id}/stage", tag = "agreements",
    params(("id" = String, Path, description = "Framework id")), request_body = StageRequest,
    responses((status = 200, description = "As it is now", body = EntryAnswer<FrameworkBody>), WriteProblems)
)]
pub(crate) async fn stage(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(asked): Body<StageRequest>,
) -> Result<Json<EntryAnswer<FrameworkBody>>, ApiError> {
    let StageRequest { version, stage } = asked;
    Ok(answer(state.catalog.stage_framework(&viewer, &id, version, stage, Timestamp::now()).await?))
}

/// Says something of a version, in the name of the viewer's organisation.
#[utoipa::path(
    post, operation_id = "commentFramework", path = "/api/v1/frameworks/{id}/comments", tag = "agreements",
    params(("id" = String, Path, description = "Framework id")), request_body = CommentRequest,
    responses((status = 200, description = "As it is now", body = EntryAnswer<FrameworkBody>), WriteProblems)
)]
pub(crate) async fn comment(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(said): Body<CommentRequest>,
) -> Result<Json<EntryAnswer<FrameworkBody>>, ApiError> {
    let CommentRequest { version, text } = said;
    Ok(answer(state.catalog.comment_framework(&viewer, &id, version, &text, Timestamp::now()).await?))
}
