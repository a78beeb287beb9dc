//! `GET /api/v1/me`: as whom the server takes the request.

use axum::Json;
use axum::extract::State;
use cairn_policy::Label;
use serde::Serialize;
use utoipa::ToSchema;

use super::people::{PersonBody, person_body};
use crate::error::{ApiError, ProblemBody};
use crate::state::AppState;
use crate::viewer::Asking;

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeAnswer {
    /// As the log of acts names them: `anonymous`, `token:…` or `person:…`.
    actor: String,
    /// The person who is signed in, or whose token it is.
    person: Option<PersonBody>,
    /// Organisation id.
    organisation: Option<String>,
    /// Role in the organisation.
    role: Option<&'static str>,
    /// Groups whose holdings they see, at this moment.
    groups: Vec<String>,
}

/// Tells who the server takes the request to come from, for people, tokens and anonymous viewers alike.
#[utoipa::path(
    get, operation_id = "whoAmI", path = "/api/v1/me", tag = "people",
    responses(
        (status = 200, description = "Who asks", body = MeAnswer),
        (status = 304, description = "The client holds this answer"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(state): State<AppState>, Asking(viewer): Asking) -> Result<Json<MeAnswer>, ApiError> {
    let person = match viewer.person() {
        Some(id) => Some(person_body(state.catalog.person(&viewer, id).await?)),
        None => None,
    };
    Ok(Json(MeAnswer {
        actor: viewer.actor().to_owned(),
        person,
        organisation: viewer.organisation().map(str::to_owned),
        role: viewer.role().map(cairn_policy::Role::name),
        groups: viewer.labels().filter_map(Label::group_id).map(str::to_owned).collect(),
    }))
}
