//! `/invitation/{secret}`: where somebody who is invited chooses their password.
//!
//! The secret stands in the address of the link and nowhere else: the form sends it in its body, no answer is kept, and the
//! page tells no other page where it was (`Referrer-Policy`).

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cairn_catalog::{AcceptedInvitation, CatalogError, Invitation};
use jiff::Timestamp;

use super::page::{PageError, render};
use super::sign_in::signed_in;
use super::visitor::Header;
use crate::error::ApiError;
use crate::extract::{Client, Form, PathOf};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage<'a> {
    language: &'static str,
    header: Header,
    secret: &'a str,
    email: &'a str,
    organisation: &'a str,
    role: &'static str,
    is_reset: bool,
    name: &'a str,
    problems: Vec<String>,
}

/// Shows what the invitation is for, and the form. Looking accepts nothing: programs look at links, too.
pub(crate) async fn show(
    State(state): State<AppState>,
    secret: Result<PathOf<String>, ApiError>,
) -> Result<Response, PageError> {
    let PathOf(secret) = secret?;
    let invitation = state.catalog.invitation_of(&secret, Timestamp::now()).await.map_err(no_invitation)?;
    page(StatusCode::OK, &secret, &invitation, "", Vec::new())
}

/// Accepts the invitation, and signs in.
pub(crate) async fn accept(
    State(state): State<AppState>,
    Client(client): Client,
    headers: HeaderMap,
    form: Result<Form, ApiError>,
) -> Result<Response, PageError> {
    let Form(fields) = form?;
    let text = |name: &str| fields.one(name).map(|value| value.unwrap_or_default().to_owned());
    let (secret, name, password) = (text("secret")?, text("name")?, text("password")?);
    let now = Timestamp::now();
    let invitation = state.catalog.invitation_of(&secret, now).await;
    if let Err(CatalogError::NotFound(_)) = invitation {
        // Who has an invitation tries nothing of anybody else.
        state.clients.count_sign_in(client)?;
    }
    let invitation = invitation.map_err(no_invitation)?;
    if password != text("password_again")? {
        let problem = "The two passwords differ: type the same one twice.".to_owned();
        return page(StatusCode::UNPROCESSABLE_ENTITY, &secret, &invitation, &name, vec![problem]);
    }
    let accepted = AcceptedInvitation { secret: secret.clone(), name: Some(name.clone()), password };
    match state.catalog.accept_and_sign_in(&accepted, now).await {
        Ok(session) => Ok(signed_in(&state, &headers, &session, "/account").await?),
        Err(CatalogError::Invalid(problems)) => {
            let problems = problems.into_iter().map(|problem| problem.message).collect();
            page(StatusCode::UNPROCESSABLE_ENTITY, &secret, &invitation, &name, problems)
        }
        Err(error) => Err(no_invitation(error).into()),
    }
}

fn page(
    status: StatusCode,
    secret: &str,
    invitation: &Invitation,
    name: &str,
    problems: Vec<String>,
) -> Result<Response, PageError> {
    let page = InvitationPage {
        language: "en",
        header: Header::default(),
        secret,
        email: &invitation.email,
        organisation: &invitation.organisation,
        role: invitation.role.name(),
        is_reset: invitation.is_reset,
        name,
        problems,
    };
    let fields: [(HeaderName, HeaderValue); 2] = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
    ];
    Ok((status, fields, render(&page)?).into_response())
}

/// The one answer for links that are unknown, used or expired.
fn no_invitation(error: CatalogError) -> ApiError {
    match error {
        CatalogError::NotFound(_) => ApiError::new(
            StatusCode::NOT_FOUND,
            "no-invitation",
            "This link leads nowhere, or not any more: it was used, withdrawn or has expired. If you have an account, sign \
             in; if not, ask who invited you for another link.",
        ),
        error => error.into(),
    }
}
