//! Answers that say that a record goes on under another id: they lead to the same door of that one.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use cairn_model::DatasetId;

/// Marks an answer for a record that goes on as this one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MovedTo(pub(crate) DatasetId);

/// Sets `Location` where a record goes on under another id, with the query that was sent.
pub(crate) async fn lead_on(door: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = next.run(request).await;
    let Some(MovedTo(id)) = response.extensions().get().copied() else { return response };
    let path = door.map(|door| door.as_str().replace("{id}", &id.to_string()));
    if let Some(Ok(location)) = path.map(|path| HeaderValue::from_str(&format!("{path}{query}"))) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
