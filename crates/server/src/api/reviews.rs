//! `GET /api/v1/reviews`: the records of an organisation that somebody of it must look at.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{Review, ReviewPage};
use cairn_model::{Sensitivity, Sharing};
use cairn_policy::ReviewReason;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use super::registry::answers;
use crate::error::{ApiError, ProblemBody};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// A part of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewList {
    /// How many records wait in all parts.
    total: u64,
    /// Whether these are all: of an agreement that ends, no more than 1,000 records are told.
    complete: bool,
    /// The first due first.
    items: Vec<ReviewBody>,
    /// What `after` is to be for the next part; none at the end.
    next: Option<String>,
}

/// A record that somebody must look at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewBody {
    /// Record id.
    id: String,
    title: String,
    sensitivity: Sensitivity,
    sharing: Sharing,
    /// By when: a year, a month or a day; none for at once.
    due: Option<String>,
    /// Why, the first due first.
    reasons: Vec<CauseBody>,
}

/// A reason.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CauseBody {
    code: ReviewReason,
    /// In words.
    words: &'static str,
    /// By when; none for at once.
    due: Option<String>,
    /// Id of the agreement that ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<String>,
}

/// Which part of the queue.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct ReviewParameters {
    /// Id of the organisation; that of this viewer if left out.
    organisation: Option<String>,
    /// Where the part begins: what `next` of the part before says.
    after: Option<String>,
    /// Records at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Language of the titles.
    #[param(schema_with = closed_lists::language)]
    lang: Option<String>,
}

/// Lists the records of an organisation that somebody of it must look at within thirty days, or had to, the first due first: for
/// its managers, stewards and administrators.
#[utoipa::path(
    get, operation_id = "listReviews", path = "/api/v1/reviews", tag = "classification",
    params(ReviewParameters),
    responses(
        (status = 200, description = "Records, with the reasons", body = ReviewList),
        (status = 304, description = "The client holds this answer"),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "There is no token, or it is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "This viewer does not manage the holdings of the organisation", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The index is not at hand at this moment", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<ReviewList>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["organisation", "after", "limit", "lang"])?;
    let language = parameters.language()?;
    let paging = answers::paging_of(&parameters, MAX_LIMIT)?;
    let organisation = parameters.one("organisation")?;
    let page = state.catalog.reviews(&viewer, organisation, &paging, Timestamp::now()).await?;
    Ok(Json(answer(page, language)))
}

/// Records of a part at most: each is read.
const MAX_LIMIT: usize = 100;

pub(crate) fn answer(page: ReviewPage, language: &str) -> ReviewList {
    ReviewList {
        total: page.total,
        complete: page.is_whole,
        items: page.items.into_iter().map(|review| body(review, language)).collect(),
        next: page.next,
    }
}

pub(crate) fn body(review: Review, language: &str) -> ReviewBody {
    ReviewBody {
        id: review.id.to_string(),
        title: review.title.best(language).unwrap_or_default().to_owned(),
        sensitivity: review.sensitivity,
        sharing: review.sharing,
        due: review.causes.first().and_then(|first| first.due).map(String::from),
        reasons: review
            .causes
            .into_iter()
            .map(|cause| CauseBody {
                code: cause.reason,
                words: cause.reason.words(),
                due: cause.due.map(String::from),
                agreement: cause.agreement,
            })
            .collect(),
    }
}
