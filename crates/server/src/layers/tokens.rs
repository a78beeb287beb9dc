//! Tokens in addresses: they would end in logs and histories, so they are refused wherever people try.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use super::failures;
use crate::error::ApiError;

/// Refuses a request whose address holds a token: with a page for browsers, with problem details for programs.
pub(crate) async fn refuse_in_address(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let in_address = url::form_urlencoded::parse(query.as_bytes())
        .any(|(name, _)| matches!(name.to_ascii_lowercase().as_str(), "token" | "access_token" | "api_key" | "apikey"));
    if !in_address {
        return next.run(request).await;
    }
    failures::answer(ApiError::token_in_address(), failures::reads_pages(request.uri(), request.headers()))
}
