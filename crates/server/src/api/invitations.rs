//! Invitations: how people get accounts.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use cairn_catalog::{AcceptedInvitation, Invitation, InvitationRequest};
use cairn_policy::Role;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use super::people::{PersonBody, person_body};
use crate::error::{ApiError, ProblemBody};
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Who is to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInvitationRequest {
    /// Mail address.
    email: String,
    /// Organisation id; the viewer's own where none is given.
    #[serde(default)]
    organisation: Option<String>,
    #[schema(schema_with = closed_lists::role)]
    role: Role,
}

/// What somebody says who accepts an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptRequest {
    /// The last part of the link.
    secret: String,
    /// How the person wants to be called; left away where an account gets a new password.
    #[serde(default)]
    name: Option<String>,
    /// The password that they choose: 12 to 256 characters.
    password: String,
}

/// An invitation that nobody has accepted yet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationBody {
    id: String,
    email: String,
    /// Organisation id.
    organisation: String,
    #[schema(schema_with = closed_lists::role)]
    role: &'static str,
    /// Whether it gives an account that is there a new password.
    new_password: bool,
    /// Who invited, as in the log of acts.
    invited_by: String,
    created: String,
    expires: String,
}

/// An invitation just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct IssuedInvitationBody {
    #[serde(flatten)]
    invitation: InvitationBody,
    /// The link for the person who is invited, and for nobody else. It is told this once.
    link: String,
}

/// Invitations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationsAnswer {
    /// Newest first.
    items: Vec<InvitationBody>,
}

/// Which invitations.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct InvitationsParameters {
    /// Organisation id; the viewer's own where none is given, and every one for administrators.
    organisation: Option<String>,
}

/// Invites somebody: administrators to every organisation, stewards to their own with roles that theirs includes. The link
/// lasts two weeks, can be used once, and is told in this answer alone.
#[utoipa::path(
    post, operation_id = "invite", path = "/api/v1/invitations", tag = "people",
    request_body = NewInvitationRequest,
    responses(
        (status = 201, description = "The invitation and its link", body = IssuedInvitationBody),
        (status = 400, description = "The body is no JSON object", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody said who they are, or the token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "This viewer does not invite such people", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "An account that the viewer may know of has the address", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field breaks a rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(request): Body<NewInvitationRequest>,
) -> Result<(StatusCode, Json<IssuedInvitationBody>), ApiError> {
    let NewInvitationRequest { email, organisation, role } = request;
    let request = InvitationRequest { email, organisation, role };
    let issued = state.catalog.invite(&viewer, request, Timestamp::now()).await?;
    let link = crate::links::invitation(&state.public_url, &issued.secret);
    Ok((StatusCode::CREATED, Json(IssuedInvitationBody { invitation: invitation_body(issued.invitation), link })))
}

/// Lists the invitations that nobody has accepted yet, for those who may invite.
#[utoipa::path(
    get, operation_id = "listInvitations", path = "/api/v1/invitations", tag = "people",
    params(InvitationsParameters),
    responses(
        (status = 200, description = "Invitations", body = InvitationsAnswer),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody said who they are, or the token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "This viewer invites nobody there", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<InvitationsAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["organisation"])?;
    let pending = state.catalog.invitations(&viewer, parameters.one("organisation")?, Timestamp::now()).await?;
    Ok(Json(InvitationsAnswer { items: pending.into_iter().map(invitation_body).collect() }))
}

/// Withdraws an invitation: its link leads nowhere from then on.
#[utoipa::path(
    delete, operation_id = "withdrawInvitation", path = "/api/v1/invitations/{id}", tag = "people",
    params(("id" = String, Path, description = "Invitation id")),
    responses(
        (status = 204, description = "It is withdrawn"),
        (status = 400, description = "The address cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody said who they are, or the token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "It is for a role that this viewer does not give", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, accepted, or not to be known by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, ApiError> {
    state.catalog.withdraw_invitation(&viewer, &id, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accepts an invitation, for who holds its link: they get an account, or a new password, and can sign in with it. A link that
/// is unknown, used or expired, and one to an address that has an account by now, are one answer.
#[utoipa::path(
    post, operation_id = "acceptInvitation", path = "/api/v1/invitations/accept", tag = "people",
    request_body = AcceptRequest,
    responses(
        (status = 200, description = "The person who can sign in now", body = PersonBody),
        (status = 400, description = "The body is no JSON object", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The link leads nowhere, or not any more", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The name or the password breaks a rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn accept(
    State(state): State<AppState>,
    Body(request): Body<AcceptRequest>,
) -> Result<Json<PersonBody>, ApiError> {
    let AcceptRequest { secret, name, password } = request;
    let accepted = AcceptedInvitation { secret, name, password };
    Ok(Json(person_body(state.catalog.accept_invitation(&accepted, Timestamp::now()).await?)))
}

fn invitation_body(invitation: Invitation) -> InvitationBody {
    let Invitation { id, email, organisation, role, is_reset, invited_by, created, expires } = invitation;
    InvitationBody {
        id,
        email,
        organisation,
        role: role.name(),
        new_password: is_reset,
        invited_by,
        created: created.to_string(),
        expires: expires.to_string(),
    }
}
