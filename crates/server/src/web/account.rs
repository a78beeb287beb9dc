//! `/account`: one's own password and tokens.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cairn_catalog::{CatalogError, PersonalTokenRequest, TokenRow};
use cairn_policy::Role;
use jiff::{SignedDuration, Timestamp};

use super::page::{PageError, render};
use super::visitor::{Header, SignedInVisitor};
use crate::error::ApiError;
use crate::extract::{Client, Form};
use crate::parameters::Parameters;
use crate::state::AppState;

/// How long a token may last, in days.
const LIVES: [i64; 4] = [7, 30, 90, 365];
const ROLES: [Role; 5] = [Role::Reader, Role::Manager, Role::Steward, Role::Operator, Role::Administrator];

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    language: &'static str,
    header: Header,
    email: String,
    organisation: String,
    role: &'static str,
    has_password: bool,
    has_tokens: bool,
    tokens: Vec<Token>,
    roles: Vec<&'static str>,
    lives: [i64; 4],
    /// What came of the form that was sent.
    said: Option<String>,
    problem: Option<String>,
    /// A token just made.
    new_token: Option<String>,
}

struct Token {
    id: String,
    prefix: String,
    role: String,
    expires: String,
}

/// What came of a form.
#[derive(Default)]
struct Came {
    said: Option<String>,
    problem: Option<String>,
    new_token: Option<String>,
}

/// Shows the account of who is signed in, and leads everybody else to the sign-in.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
) -> Result<Response, PageError> {
    match visitor {
        Ok(visitor) => page(&state, visitor, StatusCode::OK, Came::default()).await,
        Err(_) => Ok(Redirect::to("/sign-in?return_to=/account").into_response()),
    }
}

/// Changes the password, which ends the other sessions.
pub(crate) async fn change_password(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    Client(client): Client,
    form: Result<Form, ApiError>,
) -> Result<Response, PageError> {
    let (visitor, fields) = of_own_page(visitor, form)?;
    let text = |name: &str| fields.one(name).map(Option::unwrap_or_default);
    let (present, new) = (text("present")?, text("new")?);
    if new != text("new_again")? {
        let problem = "The two new passwords differ: type the same one twice.".to_owned();
        return refused(&state, visitor, StatusCode::UNPROCESSABLE_ENTITY, problem).await;
    }
    let secret = visitor.session.secret.clone();
    match state.catalog.change_password(&secret, present, new, client, Timestamp::now()).await {
        Ok(()) => {
            let said = "Your password is changed, and every other session of yours has ended.".to_owned();
            page(&state, visitor, StatusCode::OK, Came { said: Some(said), ..Came::default() }).await
        }
        Err(CatalogError::WrongCredentials) => {
            refused(&state, visitor, StatusCode::FORBIDDEN, "The present password is not right.".to_owned()).await
        }
        Err(CatalogError::Invalid(problems)) => {
            let words: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
            refused(&state, visitor, StatusCode::UNPROCESSABLE_ENTITY, words.join(" ")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes a token, and shows it this once.
pub(crate) async fn create_token(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    form: Result<Form, ApiError>,
) -> Result<Response, PageError> {
    let (visitor, fields) = of_own_page(visitor, form)?;
    let role = fields.one("role")?.and_then(Role::from_name);
    let days = fields.one("days")?.and_then(|days| days.parse::<i64>().ok()).filter(|days| LIVES.contains(days));
    let (Some(role), Some(days)) = (role, days) else {
        return Err(ApiError::bad_request("Choose a role, and for how long the token lasts.").into());
    };
    let now = Timestamp::now();
    let expires = now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX);
    let request = PersonalTokenRequest { role, expires };
    match state.catalog.create_personal_token(&visitor.session.signed_in.viewer, &request, now).await {
        Ok(issued) => {
            let came = Came { new_token: Some(issued.secret), ..Came::default() };
            page(&state, visitor, StatusCode::CREATED, came).await
        }
        Err(CatalogError::Conflict { message, .. }) => refused(&state, visitor, StatusCode::CONFLICT, message).await,
        Err(error) => Err(error.into()),
    }
}

/// Revokes a token.
pub(crate) async fn revoke_token(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    form: Result<Form, ApiError>,
) -> Result<Response, PageError> {
    let (visitor, fields) = of_own_page(visitor, form)?;
    let id = fields.one("id")?.unwrap_or_default();
    state.catalog.revoke_token_of(&visitor.session.signed_in.viewer, id, Timestamp::now()).await?;
    let said = Some("The token is revoked.".to_owned());
    page(&state, visitor, StatusCode::OK, Came { said, ..Came::default() }).await
}

/// A form that a page of the visitor's own session made.
fn of_own_page(
    visitor: Result<SignedInVisitor, ApiError>,
    form: Result<Form, ApiError>,
) -> Result<(SignedInVisitor, Parameters), ApiError> {
    let (visitor, Form(fields)) = (visitor?, form?);
    visitor.check(fields.one("form_token")?)?;
    Ok((visitor, fields))
}

async fn refused(
    state: &AppState,
    visitor: SignedInVisitor,
    status: StatusCode,
    problem: String,
) -> Result<Response, PageError> {
    page(state, visitor, status, Came { problem: Some(problem), ..Came::default() }).await
}

async fn page(
    state: &AppState,
    visitor: SignedInVisitor,
    status: StatusCode,
    came: Came,
) -> Result<Response, PageError> {
    let SignedInVisitor { session, header } = visitor;
    let (viewer, now) = (&session.signed_in.viewer, Timestamp::now());
    let person = state.catalog.person(viewer, viewer.person().unwrap_or_default()).await?;
    let is_live_and_own = |row: &TokenRow| {
        row.person.as_deref() == viewer.person()
            && row.revoked.is_none()
            && row.expires.is_none_or(|expires| expires > now)
    };
    let tokens: Vec<Token> = state
        .catalog
        .tokens_of(viewer, now)
        .await?
        .into_iter()
        .filter(is_live_and_own)
        .map(|row| Token {
            id: row.id,
            prefix: row.prefix,
            role: row.role,
            expires: row.expires.map_or_else(String::new, |at| at.strftime("%F").to_string()),
        })
        .collect();
    let page = AccountPage {
        language: "en",
        header,
        has_password: person.private.as_ref().is_some_and(|private| private.has_password),
        email: person.private.map_or_else(String::new, |private| private.email),
        organisation: person.organisation,
        role: person.role.name(),
        has_tokens: !tokens.is_empty(),
        tokens,
        roles: ROLES.into_iter().filter(|role| person.role.includes(*role)).map(Role::name).collect(),
        lives: LIVES,
        said: came.said,
        problem: came.problem,
        new_token: came.new_token,
    };
    Ok((status, render(&page)?).into_response())
}
