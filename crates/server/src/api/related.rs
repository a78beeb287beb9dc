//! `GET /api/v1/datasets/{id}/related`: records that say the same, lie in the same place or cover the same time.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{Ground, Related, RelatedRequest};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use super::datasets::record_id;
use super::search::{SearchItem, item};
use crate::api::responses::{ReadProblems, RecordLeft};
use crate::error::{ApiError, ProblemBody};
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Records that are told when nobody says how many.
const DEFAULT: usize = 10;

/// Records that are related to a record, as far as this viewer sees both.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelatedAnswer {
    /// The nearest first; of a series there is one, and what surely is the same data is not among them.
    items: Vec<RelatedItem>,
}

/// A record that is related to another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelatedItem {
    /// As in a search.
    #[serde(flatten)]
    record: SearchItem,
    /// By what it is related: content, place, period.
    because: Vec<&'static str>,
}

/// How many, and in which language.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct RelatedParameters {
    /// Records at most.
    #[param(minimum = 1, maximum = 50, default = 10)]
    limit: Option<usize>,
    /// Language of titles.
    #[param(schema_with = closed_lists::language)]
    lang: Option<String>,
}

/// Shows which other records are related to a record, and by what. Only what this viewer sees of either record counts.
#[utoipa::path(
    get, operation_id = "listRelatedDatasets", path = "/api/v1/datasets/{id}/related", tag = "datasets",
    params(("id" = String, Path, description = "Record id"), RelatedParameters),
    responses(
        (status = 200, description = "Records, the nearest first", body = RelatedAnswer),
        (status = 503, description = "The index is not at hand at this moment", body = ProblemBody, content_type = "application/problem+json"),
        ReadProblems,
        RecordLeft,
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<RelatedAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["limit", "lang"])?;
    let language = parameters.language()?;
    let limit = parameters.count("limit", DEFAULT, RelatedRequest::MAX_LIMIT)?;
    let related = state.catalog.related(&viewer, record_id(&id)?, limit, language, Timestamp::now()).await?;
    Ok(Json(answer(&related, language)))
}

pub(crate) fn answer(related: &[Related], language: &str) -> RelatedAnswer {
    let body = |one: &Related| RelatedItem {
        record: item(&one.hit, language),
        because: one.grounds.iter().map(|ground| ground.code()).collect(),
    };
    RelatedAnswer { items: related.iter().map(body).collect() }
}

/// A ground in the words of a page.
pub(crate) fn in_words(ground: Ground) -> &'static str {
    match ground {
        Ground::Content => "same subject",
        Ground::Place => "same place",
        Ground::Period => "same period",
    }
}
