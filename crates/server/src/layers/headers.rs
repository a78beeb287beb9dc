//! Headers that every answer carries.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::session_cookie::shows_session;

/// No script but the one file, no frame, nothing from another host: harvested text is hostile wherever it is shown.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// What the scripts of other sites may read beside the body: what a file says of itself, and when to come again.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("Cairn-Export, Content-Disposition, ETag, Link, Location, Retry-After");

/// Sets the security headers.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    // What everyone may read, the scripts of other sites may read too; nothing that depends on who asks.
    let path = request.uri().path();
    let is_open = matches!(*request.method(), Method::GET | Method::HEAD)
        && (path.starts_with("/api/v1/") || path == "/api/openapi.json")
        && !request.headers().contains_key(header::AUTHORIZATION)
        && !shows_session(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // A page whose address is a secret says it more strictly.
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static(if is_open { "cross-origin" } else { "same-origin" }),
    );
    if is_open {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    response
}
