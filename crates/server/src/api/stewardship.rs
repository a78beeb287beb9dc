//! `GET /api/v1/stewardship`: records that nobody looks after.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{OrphanPage, OrphanedRecord};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use super::search::OrganisationBody;
use crate::api::responses::ListProblems;
use crate::error::{ApiError, ProblemBody};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Records that a part goes through at most: each is read.
const MOST: usize = 100;

/// A part of the report of records that nobody looks after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrphansAnswer {
    /// In the order of their titles; a part may hold none while others do.
    items: Vec<OrphanBody>,
    /// How many records this part went through.
    looked_at: usize,
    /// What `cursor` is to be for the next part; none at the end.
    next: Option<String>,
}

/// A record that nobody looks after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrphanBody {
    /// Record id.
    dataset: String,
    title: String,
    owner: Option<OrganisationBody>,
    steward: Option<OrganisationBody>,
    /// Name of the organisation that takes over, where one is stated.
    successor: Option<String>,
    /// Why.
    causes: Vec<OrphanCauseBody>,
}

/// Why a record is in the report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrphanCauseBody {
    /// no-steward, steward-unknown (it is no organisation that takes part, as far as this viewer may know), past-its-end or overdue.
    code: &'static str,
    /// The same in words.
    words: &'static str,
}

/// Whose records, and which part of the report.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct OrphanParameters {
    /// Id of an organisation; all records that this viewer finds if left out.
    organisation: Option<String>,
    /// Where the part begins: what `next` of the part before says.
    cursor: Option<String>,
    /// Records to go through, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<usize>,
    /// Language of the titles.
    #[param(schema_with = closed_lists::language)]
    lang: Option<String>,
}

/// Lists records that nobody looks after, of those that this viewer finds: without a steward, with one that does not take part, past the
/// day until which they are kept, or with an update that is late. Records of which no steward is shown are passed over.
#[utoipa::path(
    get, operation_id = "listOrphans", path = "/api/v1/stewardship", tag = "datasets",
    params(OrphanParameters),
    responses(
        (status = 200, description = "Records, with the reasons", body = OrphansAnswer),
        (status = 503, description = "The index is not at hand at this moment", body = ProblemBody, content_type = "application/problem+json"),
        ListProblems,
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<OrphansAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["organisation", "cursor", "limit", "lang"])?;
    let language = parameters.language()?;
    let limit = parameters.count("limit", MOST, MOST)?;
    let (organisation, cursor) = (parameters.one("organisation")?, parameters.one("cursor")?);
    let page = state.catalog.orphans(&viewer, organisation, cursor, limit, Timestamp::now()).await?;
    Ok(Json(answer(page, language)))
}

pub(crate) fn answer(page: OrphanPage, language: &str) -> OrphansAnswer {
    let items = page.items.into_iter().map(|orphan| body(orphan, language)).collect();
    OrphansAnswer { items, looked_at: page.looked_at, next: page.next }
}

pub(crate) fn body(orphan: OrphanedRecord, language: &str) -> OrphanBody {
    let OrphanedRecord { id, title, owner, steward, successor, causes } = orphan;
    OrphanBody {
        dataset: id.to_string(),
        title: title.best(language).unwrap_or_default().to_owned(),
        owner: owner.as_ref().map(OrganisationBody::from),
        steward: steward.as_ref().map(OrganisationBody::from),
        successor,
        causes: causes.into_iter().map(|one| OrphanCauseBody { code: one.code(), words: one.words() }).collect(),
    }
}
