//! `GET /api/v1/suggest`: completions of what somebody begins to write.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::api::responses::ListProblems;
use crate::error::{ApiError, ProblemBody};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Completions that an answer holds at most.
const MOST: usize = 10;

/// Characters that a beginning may have.
const LONGEST: usize = 512;

/// Completions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuggestAnswer {
    /// Most frequent first.
    items: Vec<SuggestItem>,
}

/// One completion.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SuggestItem {
    /// Text for the search box.
    text: String,
    /// tag, organisation, title, place, concept or word.
    kind: String,
    /// Records that everyone can see behind it.
    count: u64,
}

/// What to complete.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct SuggestParameters {
    /// At least two characters.
    #[param(max_length = 512)]
    q: Option<String>,
}

/// Completes a word or name from what everyone may see; the answer is the same for every viewer.
#[utoipa::path(
    get, operation_id = "suggestWords", path = "/api/v1/suggest", tag = "search", params(SuggestParameters),
    responses(
        (status = 200, description = "Completions", body = SuggestAnswer),
        (status = 503, description = "Searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
        ListProblems,
    )
)]
pub(crate) async fn suggest(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<SuggestAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["q"])?;
    let prefix = parameters.one("q")?.unwrap_or_default().to_owned();
    if prefix.chars().count() > LONGEST {
        return Err(ApiError::bad_request(format!("`q` has more than {LONGEST} characters.")));
    }
    let suggestions = state.catalog.suggest(&viewer, prefix, MOST).await?;
    let items =
        suggestions.into_iter().map(|one| SuggestItem { text: one.text, kind: one.kind, count: one.count }).collect();
    Ok(Json(SuggestAnswer { items }))
}
