//! `/api/v1/datasets/{id}/edit`: what an organisation says otherwise than the source of its record.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::Edit;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::answers::{self, EntryAnswer, VersionParameter};
use crate::api::datasets::record_id;
use crate::api::responses::{ReadProblems, RecordLeft, RecordLeftMeanwhile, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::state::AppState;
use crate::viewer::Asking;

/// What an organisation says otherwise of a record; its id is that of the record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EditBody {
    /// The parts, called as those of a holding are.
    #[schema(value_type = Object)]
    parts: Map<String, Value>,
    /// What the source said of the same parts when they were edited.
    #[schema(value_type = Object)]
    replaced: Map<String, Value>,
}

pub(crate) fn body(edit: Edit) -> EditBody {
    EditBody { parts: edit.parts, replaced: edit.replaced }
}

/// Shows what the organisation that owns a record says otherwise than its source, for its own people.
#[utoipa::path(
    get, operation_id = "showEdit", path = "/api/v1/datasets/{id}/edit", tag = "datasets",
    params(("id" = String, Path, description = "Record id")),
    responses((status = 200, description = "The edit", body = EntryAnswer<EditBody>), ReadProblems, RecordLeft)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<EditBody>>, ApiError> {
    Ok(Json(answers::answer(state.catalog.edit_of(&viewer, record_id(&id)?).await?, body)))
}

/// Says parts of a harvested record otherwise than its source, for the managers, stewards and administrators of the organisation
/// that owns it. The parts are those of a holding; of the `terms` each axis stands for itself, and `null` blanks a part. Parts
/// that are not among them are the source's own again. `version` is 0 where nothing was said otherwise yet.
#[utoipa::path(
    put, operation_id = "editRecord", path = "/api/v1/datasets/{id}/edit", tag = "datasets",
    params(("id" = String, Path, description = "Record id"), VersionParameter),
    request_body(content = Object),
    responses((status = 200, description = "As it is now", body = EntryAnswer<EditBody>), WriteProblems, RecordLeftMeanwhile)
)]
pub(crate) async fn put(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(parts): Body<Map<String, Value>>,
) -> Result<Json<EntryAnswer<EditBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    let edit = state.catalog.edit_record(&viewer, record_id(&id)?, version, parts, Timestamp::now()).await?;
    Ok(Json(answers::answer(edit, body)))
}
