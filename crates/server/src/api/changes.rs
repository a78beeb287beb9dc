//! `GET /api/v1/changes`: the change feed that another Cairn or a mirror follows.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::RecordChange;
use cairn_model::Vocabularies;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::dataset_body::{DatasetBody, dataset_body};
use crate::api::responses::ListProblems;
use crate::error::{ApiError, ProblemBody};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Changes of a page.
const MOST_CHANGES: usize = 500;
/// Changes of a page where nobody says how many.
const USUAL_CHANGES: usize = 100;

/// Language of titles that stand beside those of every language, as where a record is asked for without one.
const LANGUAGE: &str = "en";

/// A page of the change feed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangesAnswer {
    /// In the order of change; each record once, in its latest state. There may be few or none though more follow.
    changes: Vec<ChangeBody>,
    /// What to give as `since` for what follows, now or at any later time; null in a feed that holds nothing.
    next: Option<String>,
    /// Whether nothing follows now.
    complete: bool,
}

/// A record that is new or changed, or one that was retired, or purged with its source.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeBody {
    id: String,
    /// Whether the record was retired or purged: a tombstone, for those who could see it until then.
    deleted: bool,
    /// The record, as far as the viewer may see it; absent when it is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset: Option<DatasetBody>,
}

/// Where the page begins.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct ChangesParameters {
    /// `next` of the page before; without it, the feed is read from its beginning.
    since: Option<String>,
    /// Changes of a page.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<usize>,
}

/// Lists what changed, as far as the viewer may see it: every record once, in its latest state, and tombstones of records
/// that were retired, or purged with their source, while the viewer could see them.
///
/// A record that is shared with fewer than before leaves the feed without a word, exactly as if it had never been. Who
/// follows the feed reads it from its beginning now and then, and drops what it does not hold any more. Tombstones, and with
/// them the places that pages ended with, go after some months (`harvest.retired_days`).
#[utoipa::path(
    get, operation_id = "listChanges", path = "/api/v1/changes", tag = "datasets",
    params(ChangesParameters),
    responses(
        (status = 200, description = "Changes, oldest first", body = ChangesAnswer),
        (status = 410, description = "The feed does not hold the place that `since` names any more: read it from its beginning", body = ProblemBody, content_type = "application/problem+json"),
        ListProblems,
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<ChangesAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["since", "limit"])?;
    let limit = parameters.count("limit", USUAL_CHANGES, MOST_CHANGES)?;
    let page = state.catalog.changes(&viewer, parameters.one("since")?, limit).await?;
    let (vocabularies, now) = (state.catalog.vocabularies(), Timestamp::now());
    let changes = page.changes.into_iter().map(|change| change_body(change, vocabularies, now)).collect();
    Ok(Json(ChangesAnswer { changes, next: page.next, complete: page.complete }))
}

fn change_body(change: RecordChange, vocabularies: &Vocabularies, now: Timestamp) -> ChangeBody {
    match change {
        RecordChange::Retired(id) => ChangeBody { id: id.to_string(), deleted: true, dataset: None },
        RecordChange::Shown(view) => {
            let id = view.dataset.id.to_string();
            let dataset = dataset_body(*view, LANGUAGE, vocabularies, now);
            ChangeBody { id, deleted: false, dataset: Some(dataset) }
        }
    }
}
