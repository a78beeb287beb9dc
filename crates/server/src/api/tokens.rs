//! API tokens that people make for themselves.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use cairn_catalog::{PersonalTokenRequest, TokenRow};
use cairn_policy::Role;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::closed_lists;
use crate::error::{ApiError, ProblemBody};
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// What a new token is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTokenRequest {
    /// What it may do; the person's own role includes it.
    #[schema(schema_with = closed_lists::role)]
    role: Role,
    /// When it ends (RFC 3339), no more than a year ahead.
    #[schema(value_type = String, format = DateTime)]
    expires: Timestamp,
}

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenBody {
    id: String,
    /// Its first characters.
    prefix: String,
    /// Organisation id.
    organisation: String,
    groups: Vec<String>,
    #[schema(schema_with = closed_lists::role)]
    role: String,
    /// The person who made it for themselves; null for one that the organisation has.
    person: Option<String>,
    created: String,
    expires: Option<String>,
    revoked: Option<String>,
}

/// A token just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct IssuedTokenBody {
    #[serde(flatten)]
    row: TokenBody,
    /// The token itself. It is told this once.
    token: String,
}

/// Tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokensAnswer {
    /// Newest first.
    items: Vec<TokenBody>,
}

/// Makes a token for who is signed in, for the programs that they run. It may never do more than its owner at that moment,
/// and ends with their account. A token makes no tokens.
#[utoipa::path(
    post, operation_id = "createToken", path = "/api/v1/tokens", tag = "people",
    request_body = NewTokenRequest,
    responses(
        (status = 201, description = "The token, told this once", body = IssuedTokenBody),
        (status = 400, description = "The body is no JSON object, or the expiry does not lie within a year", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The role of the viewer does not include it, or a token asks", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "There are too many tokens", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field breaks a rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(request): Body<NewTokenRequest>,
) -> Result<(StatusCode, Json<IssuedTokenBody>), ApiError> {
    let NewTokenRequest { role, expires } = request;
    let request = PersonalTokenRequest { role, expires };
    let issued = state.catalog.create_personal_token(&viewer, &request, Timestamp::now()).await?;
    Ok((StatusCode::CREATED, Json(IssuedTokenBody { row: token_body(issued.row), token: issued.secret })))
}

/// Lists tokens: a person's own, and for administrators all of their organisation.
#[utoipa::path(
    get, operation_id = "listTokens", path = "/api/v1/tokens", tag = "people",
    responses(
        (status = 200, description = "Tokens", body = TokensAnswer),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody said who they are, or the token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "This viewer looks after no tokens", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<TokensAnswer>, ApiError> {
    Parameters::parse(query.as_deref()).only(&[])?;
    let rows = state.catalog.tokens_of(&viewer, Timestamp::now()).await?;
    Ok(Json(TokensAnswer { items: rows.into_iter().map(token_body).collect() }))
}

/// Revokes a token: it is refused from then on.
#[utoipa::path(
    delete, operation_id = "revokeToken", path = "/api/v1/tokens/{id}", tag = "people",
    params(("id" = String, Path, description = "Token id")),
    responses(
        (status = 204, description = "It is revoked"),
        (status = 400, description = "The address cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody said who they are, or the token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No live token of that id, or none that this viewer looks after", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, ApiError> {
    state.catalog.revoke_token_of(&viewer, &id, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn token_body(row: TokenRow) -> TokenBody {
    let TokenRow { id, prefix, organisation, groups, role, person, created, expires, revoked } = row;
    let text = |at: Timestamp| at.to_string();
    let (expires, revoked) = (expires.map(text), revoked.map(text));
    TokenBody { id, prefix, organisation, groups, role, person, created: created.to_string(), expires, revoked }
}
