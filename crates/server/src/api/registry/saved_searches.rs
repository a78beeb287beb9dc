//! `/api/v1/saved-searches`: what somebody looks for again and again.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use cairn_catalog::{CatalogError, SavedSearch, SearchOwner};
use cairn_model::registry::SavedSearchStatement;
use cairn_model::{Problem, Vocabularies};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{self, Created, EntryAnswer, EntryList, ListParameters, VersionParameter};
use crate::api::feed;
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::{ApiError, ProblemBody};
use crate::extract::{Body, PathOf};
use crate::parameters::{Parameters, search_request};
use crate::state::AppState;
use crate::viewer::Asking;

const DOOR: &str = "/api/v1/saved-searches";

/// Parameters of a search that say which part of the results, and not what is looked for.
const OF_A_PAGE: [&str; 4] = ["limit", "offset", "cursor", "facets"];

/// A saved search.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedSearchBody {
    /// Id of the person whose it is; else it is the organisation's.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// Id of the organisation whose it is; else it is a person's.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    #[serde(flatten)]
    statement: SavedSearchStatement,
}

pub(crate) fn body(search: SavedSearch) -> SavedSearchBody {
    let (person, organisation) = match search.owner {
        SearchOwner::Person(id) => (Some(id), None),
        SearchOwner::Organisation(id) => (None, Some(id)),
    };
    SavedSearchBody { person, organisation, statement: search.statement }
}

/// Whether the query of a saved search is one that can be asked.
pub(crate) fn check(
    statement: &SavedSearchStatement,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> Result<(), CatalogError> {
    let parameters = Parameters::parse(Some(&statement.query));
    let of_a_page =
        OF_A_PAGE.into_iter().find(|name| parameters.many(name, false).is_ok_and(|given| !given.is_empty()));
    let wrong = match of_a_page {
        Some(name) => format!("`{name}` says which part of the results: a saved search has all"),
        None => match search_request(&parameters, vocabularies, now) {
            Ok(_) => return Ok(()),
            Err(error) => error.detail,
        },
    };
    Err(CatalogError::Invalid(vec![Problem::error("not-a-search", "query", wrong)]))
}

/// Lists the saved searches of this viewer, and those of their organisation.
#[utoipa::path(
    get, operation_id = "listSavedSearches", path = "/api/v1/saved-searches", tag = "search",
    params(ListParameters),
    responses((status = 200, description = "Saved searches", body = EntryList<SavedSearchBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<SavedSearchBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["after", "limit"])?;
    Ok(answers::list(state.catalog.saved_searches(&viewer, &answers::paging(&parameters)?).await?, body))
}

/// Saves a search: for the person whose session or token it is; with a token that is nobody's own, for its organisation.
#[utoipa::path(
    post, operation_id = "createSavedSearch", path = "/api/v1/saved-searches", tag = "search",
    request_body = SavedSearchStatement,
    responses(
        (status = 201, description = "It is saved", body = EntryAnswer<SavedSearchBody>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(statement): Body<SavedSearchStatement>,
) -> Result<Created<SavedSearchBody>, ApiError> {
    let now = Timestamp::now();
    check(&statement, state.catalog.vocabularies(), now)?;
    Ok(answers::created(DOOR, state.catalog.create_saved_search(&viewer, statement, now).await?, body))
}

/// Shows a saved search to its owner.
#[utoipa::path(
    get, operation_id = "showSavedSearch", path = "/api/v1/saved-searches/{id}", tag = "search",
    params(("id" = String, Path, description = "Id of the saved search")),
    responses((status = 200, description = "The saved search", body = EntryAnswer<SavedSearchBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<SavedSearchBody>>, ApiError> {
    Ok(Json(answers::answer(state.catalog.saved_search(&viewer, &id).await?, body)))
}

/// Changes a saved search.
#[utoipa::path(
    put, operation_id = "changeSavedSearch", path = "/api/v1/saved-searches/{id}", tag = "search",
    params(("id" = String, Path, description = "Id of the saved search"), VersionParameter),
    request_body = SavedSearchStatement,
    responses((status = 200, description = "As it is now", body = EntryAnswer<SavedSearchBody>), WriteProblems)
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(statement): Body<SavedSearchStatement>,
) -> Result<Json<EntryAnswer<SavedSearchBody>>, ApiError> {
    let (version, now) = (answers::version_alone(query.as_deref())?, Timestamp::now());
    check(&statement, state.catalog.vocabularies(), now)?;
    let changed = state.catalog.change_saved_search(&viewer, &id, version, statement, now).await?;
    Ok(Json(answers::answer(changed, body)))
}

/// Removes a saved search, with everything that was ever said of it.
#[utoipa::path(
    delete, operation_id = "removeSavedSearch", path = "/api/v1/saved-searches/{id}", tag = "search",
    params(("id" = String, Path, description = "Id of the saved search")),
    responses((status = 204, description = "It is removed"), WriteProblems)
)]
pub(crate) async fn remove(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, ApiError> {
    state.catalog.remove_saved_search(&viewer, &id, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a saved search finds, newest first, as an Atom feed (RFC 4287), as far as this viewer may see it at this moment: 100
/// entries, and a link to `next` where there are more.
#[utoipa::path(
    get, operation_id = "feedOfSavedSearch", path = "/api/v1/saved-searches/{id}/feed.atom", tag = "search",
    params(
        ("id" = String, Path, description = "Id of the saved search"),
        ("cursor" = Option<String>, Query, description = "Where the part begins: `next` of the part before leads there"),
    ),
    responses(
        (status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        (status = 503, description = "Searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
        ReadProblems,
    )
)]
pub(crate) async fn atom(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let search = state.catalog.saved_search(&viewer, &id).await?.body.statement;
    let (mut of_all, mut address) = (search.query, format!("{DOOR}/{id}/feed.atom"));
    if let Some(cursor) = Parameters::parse(query.as_deref()).one("cursor")? {
        let part = feed::in_query(cursor);
        of_all = format!("{of_all}&{part}");
        address = format!("{address}?{part}");
    }
    feed::answer(&state, &viewer, &Parameters::parse(Some(&of_all)), &search.name, &address).await
}
