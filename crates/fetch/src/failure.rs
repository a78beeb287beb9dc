//! What an error of the HTTP library means to us.

use std::error::Error;
use std::io;
use std::time::Duration;

use url::Url;

use crate::guard::BlockedName;
use crate::{Block, FetchError, SafeUrl, Stage};

/// Reads an error that came before the head of the answer.
pub(crate) fn of_request(url: &Url, error: &reqwest::Error, limit: Duration) -> FetchError {
    let url = SafeUrl::new(url);
    if let Some(BlockedName(class)) = find(error) {
        return FetchError::Blocked { url, block: Block::Address(*class) };
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        return FetchError::Tls { url, reason: tls.to_string() };
    }
    if error.is_timeout() {
        return FetchError::Timeout { url, stage: Stage::Head, limit };
    }
    if error.is_connect() {
        return FetchError::Connect { url, reason: innermost(error) };
    }
    FetchError::Protocol { url, reason: innermost(error) }
}

/// Reads an error that came in the middle of the body.
pub(crate) fn of_body(url: &SafeUrl, error: &reqwest::Error) -> FetchError {
    FetchError::Truncated { url: url.clone(), reason: innermost(error) }
}

/// The last error of the chain, which says what happened; those around it say only where, and hold the address.
fn innermost(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if std::ptr::addr_eq(innermost, std::ptr::from_ref(error)) {
        return "the request failed".to_owned();
    }
    innermost.to_string()
}

/// The first error of type `E` in the chain. An [`io::Error`] hides the error that it wraps from `source`, so it is
/// looked into.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        if let Some(wrapped) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            return find(wrapped);
        }
        next = error.source();
    }
    None
}
