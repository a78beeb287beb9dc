//! Answers that say that a record goes on under another id: they lead to the same door of that one, where the address named it.

use axum::extract::{MatchedPath, Request};
use axum::http::uri::Uri;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cairn_model::DatasetId;

use crate::error::{ApiError, PROBLEM};

/// Marks an answer for a record that goes on as this one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MovedTo(pub(crate) DatasetId);

/// Sets `Location` where a record goes on under another id, with the query that was sent. Reading is led on by 301, and
/// anything else by 308, so that nobody repeats a POST as a GET and takes it for done. A record that was named elsewhere than in
/// the address leads nowhere: that is a conflict, which names the record to be asked for.
pub(crate) async fn lead_on(door: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    let Some(MovedTo(id)) = response.extensions().get().copied() else { return response };
    let place = door.and_then(|door| place_of(door.as_str(), &uri, id));
    let Some(place) = place.and_then(|place| HeaderValue::try_from(place).ok()) else {
        return ApiError { status: StatusCode::CONFLICT, ..ApiError::moved(id) }.into_response();
    };
    if !reads {
        let status = StatusCode::PERMANENT_REDIRECT;
        if response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM) {
            response = ApiError { status, ..ApiError::moved(id) }.into_response();
        }
        *response.status_mut() = status;
    }
    response.headers_mut().insert(header::LOCATION, place);
    response
}

/// The same address with another record, if it is one of a record.
fn place_of(door: &str, uri: &Uri, id: DatasetId) -> Option<String> {
    let (before, after) = ["/dataset/", "/datasets/"].into_iter().find_map(|of_record| {
        let (before, after) = door.split_once(&format!("{of_record}{{id}}"))?;
        Some((format!("{before}{of_record}"), after))
    })?;
    // What follows the id in the address that was sent, with its own parameters.
    let followed = uri.path().strip_prefix(&before)?.find('/').map_or("", |at| &uri.path()[before.len() + at..]);
    if followed.is_empty() != after.is_empty() {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{before}{id}{followed}{query}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_record_becomes_that_of_another_and_no_other_address_does() {
        let id = DatasetId::new("portal", "new");
        let place = |door: &str, uri: &str| place_of(door, &uri.parse().unwrap(), id);
        for (door, uri, expected) in [
            ("/dataset/{id}", "/dataset/ABC?lang=fr", format!("/dataset/{id}?lang=fr")),
            ("/dataset/{id}/concern", "/dataset/abc/concern", format!("/dataset/{id}/concern")),
            (
                "/api/v1/datasets/{id}/releases/{derived}",
                "/api/v1/datasets/abc/releases/def?x=%2F",
                format!("/api/v1/datasets/{id}/releases/def?x=%2F"),
            ),
        ] {
            assert_eq!(place(door, uri), Some(expected), "{uri}");
        }
        for (door, uri) in [("/api/v1/requests", "/api/v1/requests"), ("/request/{id}", "/request/abc")] {
            assert_eq!(place(door, uri), None, "{uri}");
        }
    }
}
