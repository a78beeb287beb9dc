//! `/unsubscribe/{secret}`: where a link in a mail ends such mails, for whoever has it and without signing in.
//!
//! Looking at the page ends nothing, as programs look at links, too. A mail program sends the request of RFC 8058 to the same
//! address. The secret says nothing of whom the mail went to.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cairn_catalog::CatalogError;
use jiff::Timestamp;

use super::page::{PageError, render};
use super::visitor::Header;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct UnsubscribePage<'a> {
    language: &'static str,
    header: Header,
    secret: &'a str,
    kind: &'static str,
    is_done: bool,
}

/// Says which mails the link ends, with the button that does.
pub(crate) async fn show(
    State(state): State<AppState>,
    secret: Result<PathOf<String>, ApiError>,
) -> Result<Response, PageError> {
    let PathOf(secret) = secret?;
    page(&state, &secret, false).await
}

/// Ends the mails. Once more changes nothing.
pub(crate) async fn end(
    State(state): State<AppState>,
    secret: Result<PathOf<String>, ApiError>,
) -> Result<Response, PageError> {
    let PathOf(secret) = secret?;
    state.catalog.end_mails(&secret, Timestamp::now()).await.map_err(no_link)?;
    page(&state, &secret, true).await
}

async fn page(state: &AppState, secret: &str, is_done: bool) -> Result<Response, PageError> {
    let kind = state.catalog.mails_ended_by(secret).await.map_err(no_link)?;
    let page = UnsubscribePage { language: "en", header: Header::default(), secret, kind, is_done };
    let fields: [(HeaderName, HeaderValue); 2] = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
    ];
    Ok((fields, render(&page)?).into_response())
}

/// The one answer for links that are unknown or too old.
fn no_link(error: CatalogError) -> ApiError {
    match error {
        CatalogError::NotFound(_) => ApiError::new(
            StatusCode::NOT_FOUND,
            "no-link",
            "This link leads nowhere, or not any more. Sign in and say there what you want to be told of.",
        ),
        error => error.into(),
    }
}
