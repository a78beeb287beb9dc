//! `ETag`s that are a hash of the body, `304` for those who hold it, and who may keep a copy.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::is_probe;
use crate::api::registry::concerns::RECEIPT;
use crate::error::ApiError;
use crate::session_cookie::shows_session;

/// Bodies are in memory already; this is far above the largest page of 100 records.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// What a response depends on beside its address.
const VARY: HeaderValue = HeaderValue::from_static("Cookie, Authorization, Accept, Accept-Encoding, Accept-Language");

/// Marks an answer that is sent while it is written: it has no tag, and nobody holds it whole.
#[derive(Clone, Copy)]
pub(crate) struct Streamed;

/// Sets `ETag`, `Cache-Control` and `Vary` on successful answers, and answers 304 where the client holds the same. What is
/// answered to somebody who says who they are, to a receipt or to what was sent is never kept by anyone: it may be a secret, and
/// the machine that it is read on may be everybody's.
pub(crate) async fn validate(mut request: Request, next: Next) -> Response {
    let is_head = *request.method() == Method::HEAD;
    if is_head {
        // HEAD answers what GET would, tag and length included, so it is asked as one.
        *request.method_mut() = Method::GET;
    }
    let is_reading = *request.method() == Method::GET;
    let is_private = !is_reading || shows_who_asks(request.headers());
    let held = request.headers().get(header::IF_NONE_MATCH).cloned();
    if is_probe(request.uri().path()) {
        let mut response = next.run(request).await;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return response;
    }
    let mut response = next.run(request).await;
    if !is_reading || !response.status().is_success() {
        if is_private {
            set_caching(response.headers_mut(), is_private);
        }
        return response;
    }
    let (mut parts, body) = response.into_parts();
    if parts.extensions.get::<Streamed>().is_some() {
        set_caching(&mut parts.headers, is_private);
        return Response::from_parts(parts, if is_head { Body::empty() } else { body });
    }
    let bytes = match to_bytes(body, MAX_BODY).await {
        Ok(bytes) => bytes,
        Err(error) => return ApiError::internal(&error).into_response(),
    };
    let tag = entity_tag(&bytes);
    set_caching(&mut parts.headers, is_private);
    let matches = held.as_ref().is_some_and(|held| holds(held, &tag));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    if matches {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    if is_head {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Whether an answer is for one alone: it depends on a token, a session or the receipt of a concern.
fn shows_who_asks(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(RECEIPT) || shows_session(headers)
}

fn set_caching(headers: &mut HeaderMap, is_private: bool) {
    if !headers.contains_key(header::CACHE_CONTROL) {
        let value = if is_private { "private, no-store" } else { "public, no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    headers.insert(header::VARY, VARY);
}

/// A weak tag: the same content may be sent in several encodings.
fn entity_tag(body: &[u8]) -> String {
    format!("W/\"{}\"", hex::encode(&Sha256::digest(body)[..16]))
}

/// Whether `If-None-Match` names the tag (RFC 9110 §13.1.2: weak comparison, `*` for any).
fn holds(held: &HeaderValue, tag: &str) -> bool {
    let opaque = tag.trim_start_matches("W/");
    held.to_str().is_ok_and(|held| {
        held.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == opaque)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_tag_is_held_in_any_spelling_of_a_list() {
        let tag = entity_tag(b"body");
        let strong = tag.trim_start_matches("W/").to_owned();
        for held in [tag.clone(), strong, format!("\"other\", {tag}"), "*".to_owned()] {
            assert!(holds(&HeaderValue::from_str(&held).expect("plain text"), &tag), "{held}");
        }
        assert!(!holds(&HeaderValue::from_static("\"other\""), &tag));
    }
}
