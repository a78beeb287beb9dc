//! Sessions: who shows one is recognised once for each request, and who is led here by another site changes nothing.

use std::sync::Arc;

use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cairn_catalog::SignedIn;
use jiff::Timestamp;
use url::Url;

use super::{failures, is_probe};
use crate::error::ApiError;
use crate::session_cookie::shows_session;
use crate::state::AppState;
use crate::web::page::{ErrorPage, PageError};

/// The session of a request.
#[derive(Clone)]
pub(crate) struct Session {
    /// What the browser showed.
    pub(crate) secret: Arc<str>,
    /// Who that is.
    pub(crate) signed_in: Arc<SignedIn>,
}

/// Finds out who shows a session. A session that is over is none: its holder is an anonymous viewer, and the pages say so.
pub(crate) async fn recognise(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let secret = state.session_cookie.secret(request.headers());
    let Some(secret) = secret.filter(|_| !is_probe(path) && !path.starts_with("/assets/")) else {
        return next.run(request).await;
    };
    let reads_pages = failures::reads_pages(request.uri(), request.headers());
    let session = match state.catalog.viewer_for_session(&secret, Timestamp::now()).await {
        Ok(signed_in) => signed_in.map(|one| Session { secret: Arc::from(secret), signed_in: Arc::new(one) }),
        Err(error) => return failures::answer(error.into(), reads_pages),
    };
    let Some(session) = session else { return next.run(request).await };
    request.extensions_mut().insert(session.clone());
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<ErrorPage>() {
        Some(ErrorPage(error)) => with_page(response, PageError(error).shown_to(&session)),
        None => response,
    }
}

/// An answer with the page of another. Its status and what else it says stay: where to go on, which methods are taken, cookies.
fn with_page(response: Response, shown: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let (of_page, page) = shown.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    if let Some(kind) = of_page.headers.get(header::CONTENT_TYPE) {
        parts.headers.insert(header::CONTENT_TYPE, kind.clone());
    }
    Response::from_parts(parts, page)
}

/// Refuses to change anything for a request that another site may have sent: any form, and what comes to the API with a session
/// in its cookies. A token is sent by nobody but its holder, and a link that ends mails does that alone, from wherever a mail is
/// read (RFC 8058). It is decided from the request alone.
pub(crate) async fn refuse_other_sites(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_api = request.uri().path().starts_with("/api/");
    let ends_mails = request.uri().path().starts_with("/unsubscribe/");
    if is_reading || ends_mails || headers.contains_key(header::AUTHORIZATION) || is_api && !shows_session(headers) {
        return next.run(request).await;
    }
    if !is_same_site(headers, &state.public_url) {
        let error = ApiError::new(
            StatusCode::FORBIDDEN,
            "other-site",
            "This was sent by another site, or does not say where it comes from. Open the page here and send it again; the \
             operator finds `public_url` in the configuration if it is refused here, too.",
        );
        return if is_api { error.into_response() } else { PageError(error).into_response() };
    }
    if is_api && !holds_json(&request) {
        return ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "no-json",
            "With a session, a body is sent as `Content-Type: application/json`.",
        )
        .into_response();
    }
    next.run(request).await
}

/// Whether a browser says that the request comes from a page of this server: by `Sec-Fetch-Site` (Fetch Metadata), or else
/// by `Origin` (RFC 6454). One that says neither is not believed.
fn is_same_site(headers: &HeaderMap, public_url: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin()).filter(url::Origin::is_tuple);
    let said = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()).and_then(origin);
    said.is_some() && said == origin(public_url)
}

fn holds_json(request: &Request) -> bool {
    match request.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default()) {
        None => request.body().is_end_stream(),
        Some(kind) => {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/json")
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use axum::http::HeaderValue;

    use super::*;

    /// A33.
    #[test]
    fn only_a_page_of_this_server_is_the_same_site() {
        let own = "https://cairn.example";
        let table: [(&[(&str, &str)], bool); 12] = [
            (&[], false),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", own)], false),
            (&[("origin", "https://cairn.example")], true),
            (&[("origin", "https://cairn.example:443")], true),
            (&[("origin", "http://cairn.example")], false),
            (&[("origin", "https://cairn.example.evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "cairn.example")], false),
        ];
        for (fields, expected) in table {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.insert(*name, HeaderValue::from_str(value).unwrap());
            }
            assert_eq!(is_same_site(&headers, own), expected, "{fields:?}");
        }
    }
}
