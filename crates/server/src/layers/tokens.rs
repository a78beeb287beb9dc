//! Tokens in addresses: they would end in logs and histories, so they are refused wherever people try.

use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;
use crate::web::page::PageError;

/// Refuses a request whose address holds a token: with a page for browsers, with problem details for programs.
pub(crate) async fn refuse_in_address(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let in_address = url::form_urlencoded::parse(query.as_bytes())
        .any(|(name, _)| matches!(name.to_ascii_lowercase().as_str(), "token" | "access_token" | "api_key" | "apikey"));
    if !in_address {
        return next.run(request).await;
    }
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let error = ApiError::token_in_address();
    let is_page = !request.uri().path().starts_with("/api/") && accepts.contains("text/html");
    if is_page { PageError(error).into_response() } else { error.into_response() }
}
