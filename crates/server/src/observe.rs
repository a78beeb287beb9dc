//! Metrics and log lines of requests. What people search for is in neither.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tracing::debug;

/// Counts and times a request by its route, method and status.
pub(crate) async fn record(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    // A label for each word that a client can invent would fill the memory.
    let method = match request.method() {
        one @ (&Method::GET
        | &Method::HEAD
        | &Method::OPTIONS
        | &Method::POST
        | &Method::PUT
        | &Method::PATCH
        | &Method::DELETE) => one.to_string(),
        _ => "other".to_owned(),
    };
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let seconds = begun.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    metrics::counter!(
        "cairn_http_requests_total", "method" => method.clone(), "route" => route.clone(), "status" => status.to_string()
    )
    .increment(1);
    metrics::histogram!("cairn_http_request_seconds", "route" => route.clone()).record(seconds);
    debug!(%method, route, status, milliseconds = seconds * 1000.0, "request");
    response
}
