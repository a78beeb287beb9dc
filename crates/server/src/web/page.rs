//! What pages share: rendering, errors as pages, safe links.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::visitor::Header;
use crate::addresses::without_user_information;
use crate::error::ApiError;
use crate::layers::sessions::Session;

/// Marks an answer that is an error as a page, so that it can be made anew for who is signed in.
#[derive(Clone)]
pub(crate) struct ErrorPage(pub(crate) ApiError);

/// An error as a page.
pub(crate) struct PageError(pub(crate) ApiError);

impl<E: Into<ApiError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'a> {
    language: &'static str,
    header: Header,
    heading: &'a str,
    detail: &'a str,
}

impl PageError {
    /// The page as who holds a session sees it.
    pub(crate) fn shown_to(self, session: &Session) -> Response {
        self.with_header(Header::of(session))
    }

    fn with_header(self, header: Header) -> Response {
        let error = self.0;
        let heading = match error.status {
            StatusCode::NOT_FOUND if matches!(error.code, "no-invitation" | "no-link") => "This link leads nowhere",
            StatusCode::NOT_FOUND => "Not found, or not shared with you",
            StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT => "Listed under another id now",
            StatusCode::GONE => "Withdrawn by its source",
            StatusCode::UNAUTHORIZED if error.code == "sign-in-required" => "Sign in first",
            StatusCode::UNAUTHORIZED => "This token is not valid",
            StatusCode::BAD_REQUEST if error.code == "token-in-address" => "A token does not belong in an address",
            StatusCode::BAD_REQUEST | StatusCode::METHOD_NOT_ALLOWED => "This cannot be done",
            StatusCode::PAYLOAD_TOO_LARGE => "This is too large",
            StatusCode::INSUFFICIENT_STORAGE => "There is no room left here",
            StatusCode::FORBIDDEN => "Not allowed",
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "Not at this moment",
            _ => "Something went wrong",
        };
        let page = ErrorTemplate { language: "en", header, heading, detail: &error.detail };
        match page.render() {
            Ok(html) => {
                let mut response = error.with_headers((error.status, Html(html)).into_response());
                response.extensions_mut().insert(ErrorPage(error));
                response
            }
            Err(_) => error.into_response(),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        self.with_header(Header::default())
    }
}

/// Renders a template.
pub(crate) fn render(page: &impl Template) -> Result<Html<String>, PageError> {
    page.render().map(Html).map_err(|error| PageError(ApiError::internal(&error)))
}

/// An address that leads out of this catalogue. Its text is harvested: the host says where it really leads.
pub(crate) struct ExternalLink {
    pub(crate) address: String,
    /// As it is looked up: letters that look like others stand in Punycode.
    pub(crate) host: String,
}

/// An address that may stand in a link: http or https with a host; anything else is shown as text.
pub(crate) fn safe_link(address: &str) -> Option<ExternalLink> {
    let url = url::Url::parse(&without_user_information(address.trim())).ok()?;
    let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https"))?.to_owned();
    Some(ExternalLink { address: url.to_string(), host })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_in_an_address_is_named_as_what_is_wrong() {
        let response = PageError(ApiError::token_in_address()).into_response();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
        let html = String::from_utf8_lossy(&body);
        assert!(html.contains("<h1>A token does not belong in an address</h1>"), "{html}");
        assert!(html.contains("Authorization: Bearer") && html.contains("have it revoked"), "{html}");
    }

    #[test]
    fn only_web_addresses_become_links() {
        for (address, link, host) in [
            ("https://user:pw@example.org/", "https://example.org/", "example.org"),
            (" https://example.org/a b ", "https://example.org/a%20b", "example.org"),
            ("https://оcha.org:8443/", "https://xn--cha-red.org:8443/", "xn--cha-red.org"),
        ] {
            let safe = safe_link(address).unwrap();
            assert_eq!((safe.address.as_str(), safe.host.as_str()), (link, host));
        }
        for hostile in [
            "javascript:alert(1)",
            " jav\tascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "vbscript:x",
            "ftp://example.org/wells.csv",
            "",
        ] {
            assert!(safe_link(hostile).is_none(), "{hostile}");
        }
    }
}
