//! `POST /api/v1/access/decide`: whether the asker may have the data of a record.

use axum::Json;
use axum::extract::State;
use cairn_model::DatasetId;
use cairn_model::agreement::AccessQuestion;
use cairn_policy::Decision;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::responses::{NamedRecordLeft, WriteProblems};
use crate::error::ApiError;
use crate::extract::Body;
use crate::state::AppState;
use crate::viewer::Asking;

/// A question about access.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecideRequest {
    /// The record whose data is wanted.
    record: DatasetId,
    /// What is wanted of it, for what, and what is declared.
    question: AccessQuestion,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionAnswer {
    record: DatasetId,
    /// When.
    decided: Timestamp,
    #[serde(flatten)]
    decision: Decision,
}

/// Decides whether the viewer may have the data of a record: granted, granted with conditions, another form offered, ask, or
/// denied; with the rule, the agreement whose rule it is, and what would change the answer. Nothing is sent to anybody; for who
/// is signed in the decision stands in the log of acts.
#[utoipa::path(
    post, operation_id = "decideAccess", path = "/api/v1/access/decide", tag = "agreements",
    security((), ("token" = [])),
    request_body = DecideRequest,
    responses((status = 200, description = "The decision", body = DecisionAnswer), WriteProblems, NamedRecordLeft)
)]
pub(crate) async fn decide(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(asked): Body<DecideRequest>,
) -> Result<Json<DecisionAnswer>, ApiError> {
    let (record, decided) = (asked.record, Timestamp::now());
    let decision = state.catalog.decide_access(&viewer, record, &asked.question, decided).await?;
    Ok(Json(DecisionAnswer { record, decided, decision }))
}
