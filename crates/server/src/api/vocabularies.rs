//! `GET /api/v1/vocabularies/{name}`: controlled vocabularies with labels.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ProblemBody};
use crate::extract::PathOf;
use crate::state::AppState;

/// Names of the vocabularies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VocabularyList {
    /// Names for `/api/v1/vocabularies/{name}`.
    items: Vec<&'static str>,
}

/// A vocabulary.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VocabularyAnswer {
    /// Name.
    name: String,
    /// Terms, in the vocabulary's order.
    items: Vec<TermBody>,
}

/// A term.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TermBody {
    /// Code, as records and filters use it.
    code: String,
    /// Labels by language.
    labels: BTreeMap<String, String>,
    /// Code of the broader term.
    #[serde(skip_serializing_if = "Option::is_none")]
    broader: Option<String>,
}

/// Lists the vocabularies.
#[utoipa::path(
    get, operation_id = "listVocabularies", path = "/api/v1/vocabularies", tag = "vocabularies",
    responses(
        (status = 200, description = "Names", body = VocabularyList),
        (status = 304, description = "The client holds this answer"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(state): State<AppState>) -> Json<VocabularyList> {
    Json(VocabularyList { items: state.catalog.vocabularies().names() })
}

/// Shows the terms of one vocabulary.
#[utoipa::path(
    get, operation_id = "showVocabulary", path = "/api/v1/vocabularies/{name}", tag = "vocabularies",
    params(("name" = String, Path, description = "Name of the vocabulary")),
    responses(
        (status = 200, description = "Terms", body = VocabularyAnswer),
        (status = 304, description = "The client holds this answer"),
        (status = 400, description = "The name is not readable", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such vocabulary", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    PathOf(name): PathOf<String>,
) -> Result<Json<VocabularyAnswer>, ApiError> {
    let terms = state.catalog.vocabularies().terms(&name).ok_or_else(ApiError::not_found)?;
    let items = terms
        .into_iter()
        .map(|term| TermBody { code: term.code, labels: term.labels, broader: term.broader })
        .collect();
    Ok(Json(VocabularyAnswer { name, items }))
}
