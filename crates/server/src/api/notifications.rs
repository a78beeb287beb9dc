//! What somebody is told of: how for a saved search or a need, which notices, and what was sent to them.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{Followed, Following, OwnNotifications, SentMessage};
use cairn_model::registry::{NoticeSettings, NotifyStatement};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// How the viewer is told of what is new.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FollowingBody {
    #[serde(flatten)]
    statement: NotifyStatement,
    /// What signs the requests of the webhook. It is told this once, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// Since when nothing is sent any more, because the webhook failed for too long: say anew how you want to be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
}

/// What a person is told of, and what they were.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationsAnswer {
    /// What they are told of by mail, beside what they follow; none for who is no person.
    settings: Option<NoticeSettings>,
    /// The last 100 messages, newest first. Their words are not kept.
    items: Vec<SentBody>,
}

/// A message to a person.
#[derive(Debug, Serialize, ToSchema)]
struct SentBody {
    /// Id, which the message carries.
    id: String,
    /// What it is about: `records`, `request.sent`, `request.waits`, `request.forwarded`, `request.asked`, `request.granted`, `request.refused`,
    /// `grant.ends`, `concern.raised`, `concern.waits`, `concern.overdue` or `more`.
    about: &'static str,
    /// When it was queued.
    created: String,
    /// `waiting`, `sent`, `dropped` (there was nothing to tell any more) or `given-up`.
    state: &'static str,
    /// When it came there, if it does not wait.
    ended: Option<String>,
}

pub(crate) fn following_body(following: Following) -> FollowingBody {
    let Following { statement, secret, stopped } = following;
    FollowingBody { statement, secret, stopped: stopped.map(|at| at.to_string()) }
}

pub(crate) fn own_answer(own: OwnNotifications) -> NotificationsAnswer {
    let body = |message: SentMessage| SentBody {
        id: message.id,
        about: message.about.code(),
        created: message.created.to_string(),
        state: message.state.code(),
        ended: message.ended.map(|at| at.to_string()),
    };
    NotificationsAnswer { settings: own.settings, items: own.messages.into_iter().map(body).collect() }
}

/// Tells what the person who asks is told of, and what they were. For who is no person there is nothing.
#[utoipa::path(
    get, operation_id = "listOwnNotifications", path = "/api/v1/me/notifications", tag = "people",
    responses((status = 200, description = "What they are told of, and what they were", body = NotificationsAnswer), ReadProblems)
)]
pub(crate) async fn own(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<NotificationsAnswer>, ApiError> {
    Parameters::parse(query.as_deref()).only(&[])?;
    Ok(Json(own_answer(state.catalog.own_notifications(&viewer).await?)))
}

/// Says what the person who asks wants to be told of by mail. What is left out is told.
#[utoipa::path(
    put, operation_id = "setOwnNotifications", path = "/api/v1/me/notifications", tag = "people",
    request_body = NoticeSettings,
    responses((status = 200, description = "As it is now", body = NotificationsAnswer), WriteProblems)
)]
pub(crate) async fn set(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(settings): Body<NoticeSettings>,
) -> Result<Json<NotificationsAnswer>, ApiError> {
    state.catalog.set_notices(&viewer, settings, Timestamp::now()).await?;
    Ok(Json(own_answer(state.catalog.own_notifications(&viewer).await?)))
}

/// Tells how this viewer is told of what is new for a saved search of theirs. A secret is not told again.
#[utoipa::path(
    get, operation_id = "showNotifyOfSavedSearch", path = "/api/v1/saved-searches/{id}/notify", tag = "search",
    params(("id" = String, Path, description = "Id of the saved search")),
    responses((status = 200, description = "How they are told", body = FollowingBody), OwnerAlone, ReadProblems)
)]
pub(crate) async fn of_saved_search(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<FollowingBody>, ApiError> {
    Parameters::parse(query.as_deref()).only(&[])?;
    Ok(Json(following_body(state.catalog.following(&viewer, Followed::SavedSearch(&id)).await?)))
}

/// Says how this viewer wants to be told of what is new for a saved search of theirs, from now on. A webhook gets a new secret
/// each time, which is told in this answer alone.
#[utoipa::path(
    put, operation_id = "setNotifyOfSavedSearch", path = "/api/v1/saved-searches/{id}/notify", tag = "search",
    params(("id" = String, Path, description = "Id of the saved search")),
    request_body = NotifyStatement,
    responses((status = 200, description = "As it is now", body = FollowingBody), WriteProblems)
)]
pub(crate) async fn set_of_saved_search(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(statement): Body<NotifyStatement>,
) -> Result<Json<FollowingBody>, ApiError> {
    let following = state.catalog.follow(&viewer, Followed::SavedSearch(&id), statement, Timestamp::now()).await?;
    Ok(Json(following_body(following)))
}

/// Tells how this viewer is told of what may answer a need. A secret is not told again.
#[utoipa::path(
    get, operation_id = "showNotifyOfNeed", path = "/api/v1/needs/{id}/notify", tag = "needs",
    params(("id" = String, Path, description = "Id of the need")),
    responses((status = 200, description = "How they are told", body = FollowingBody), OwnerAlone, ReadProblems)
)]
pub(crate) async fn of_need(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<FollowingBody>, ApiError> {
    Parameters::parse(query.as_deref()).only(&[])?;
    Ok(Json(following_body(state.catalog.following(&viewer, Followed::Need(&id)).await?)))
}

/// Says how this viewer wants to be told of what may answer a need, from now on. A webhook gets a new secret each time, which is
/// told in this answer alone.
#[utoipa::path(
    put, operation_id = "setNotifyOfNeed", path = "/api/v1/needs/{id}/notify", tag = "needs",
    params(("id" = String, Path, description = "Id of the need")),
    request_body = NotifyStatement,
    responses((status = 200, description = "As it is now", body = FollowingBody), WriteProblems)
)]
pub(crate) async fn set_of_need(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(statement): Body<NotifyStatement>,
) -> Result<Json<FollowingBody>, ApiError> {
    let following = state.catalog.follow(&viewer, Followed::Need(&id), statement, Timestamp::now()).await?;
    Ok(Json(following_body(following)))
}

/// What is answered to who knows of something and is not told of it themselves.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "it describes the answers; `ApiError` makes them")]
pub(crate) enum OwnerAlone {
    /// This viewer knows of it, and nobody is told of it in their name
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(crate::error::ProblemBody),
}
