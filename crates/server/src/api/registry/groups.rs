//! `/api/v1/groups`: clusters, working groups, collaboratives, affected communities.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::Group;
use cairn_model::registry::GroupProfile;
use jiff::Timestamp;

use super::answers::{self, Created, EntryAnswer, EntryHistory, EntryList, ListParameters, VersionParameter};
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

const DOOR: &str = "/api/v1/groups";

fn body(group: Group) -> GroupProfile {
    group.profile
}

/// Lists the groups that this viewer may know of.
#[utoipa::path(
    get, operation_id = "listGroups", path = "/api/v1/groups", tag = "groups",
    params(("member" = Option<String>, Query, description = "Id of an organisation: the groups that it is a member of"), ListParameters),
    responses((status = 200, description = "Groups", body = EntryList<GroupProfile>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<GroupProfile>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["member", "after", "limit"])?;
    let page = state.catalog.groups(&viewer, parameters.one("member")?, &answers::paging(&parameters)?).await?;
    Ok(answers::list(page, body))
}

/// Creates a group, for administrators, and for managers and stewards whose organisation leads it. What records restrict to the
/// group is for the people of its members, from then on and for as long as they are.
#[utoipa::path(
    post, operation_id = "createGroup", path = "/api/v1/groups", tag = "groups",
    request_body = GroupProfile,
    responses(
        (status = 201, description = "It is there", body = EntryAnswer<GroupProfile>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(profile): Body<GroupProfile>,
) -> Result<Created<GroupProfile>, ApiError> {
    let made = state.catalog.create_group(&viewer, None, profile, Timestamp::now()).await?;
    Ok(answers::created(DOOR, made, body))
}

/// Shows a group and its members.
#[utoipa::path(
    get, operation_id = "showGroup", path = "/api/v1/groups/{id}", tag = "groups",
    params(("id" = String, Path, description = "Group id")),
    responses((status = 200, description = "The group", body = EntryAnswer<GroupProfile>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<GroupProfile>>, ApiError> {
    Ok(Json(answers::answer(state.catalog.group(&viewer, &id).await?, body)))
}

/// Changes a group and its members, for administrators and for managers and stewards of the organisations that lead it.
#[utoipa::path(
    put, operation_id = "changeGroup", path = "/api/v1/groups/{id}", tag = "groups",
    params(("id" = String, Path, description = "Group id"), VersionParameter),
    request_body = GroupProfile,
    responses((status = 200, description = "As it is now", body = EntryAnswer<GroupProfile>), WriteProblems)
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(profile): Body<GroupProfile>,
) -> Result<Json<EntryAnswer<GroupProfile>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    let changed = state.catalog.change_group(&viewer, &id, version, profile, Timestamp::now()).await?;
    Ok(Json(answers::answer(changed, body)))
}

/// Shows what was said of a group, newest first.
#[utoipa::path(
    get, operation_id = "showGroupHistory", path = "/api/v1/groups/{id}/history", tag = "groups",
    params(("id" = String, Path, description = "Group id")),
    responses((status = 200, description = "Its versions", body = EntryHistory<GroupProfile>), ReadProblems)
)]
pub(crate) async fn history(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryHistory<GroupProfile>>, ApiError> {
    Ok(answers::history(state.catalog.group_history(&viewer, &id).await?, body))
}
