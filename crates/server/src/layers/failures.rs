//! Errors of the layers and of the router in the form of all others: a page for browsers, problem details for programs.

use std::any::Any;

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;
use crate::web::page::PageError;

/// How files of the API end. Pages link to them, so that browsers meet what is refused there, too.
const FILES: [&str; 5] = [".csv", ".xlsx", ".json", ".jsonl", ".atom"];

/// Whether who asks reads pages.
pub(crate) fn reads_pages(uri: &Uri, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_for_programs = uri.path().starts_with("/api/") && !FILES.iter().any(|end| uri.path().ends_with(end));
    !is_for_programs && accepts.contains("text/html")
}

/// An error in the form in which it is read.
pub(crate) fn answer(error: ApiError, reads_pages: bool) -> Response {
    if reads_pages { PageError(error).into_response() } else { error.into_response() }
}

/// Shows what was refused for programs as a page to who reads pages.
pub(crate) async fn as_page(request: Request, next: Next) -> Response {
    let reads_pages = reads_pages(request.uri(), request.headers());
    let response = next.run(request).await;
    match response.extensions().get::<ApiError>() {
        Some(error) if reads_pages => PageError(error.clone()).into_response(),
        _ => response,
    }
}

/// Says in full what the layers of limits say by a status alone.
pub(crate) async fn in_full(request: Request, next: Next) -> Response {
    let reads_pages = reads_pages(request.uri(), request.headers());
    let response = next.run(request).await;
    let error = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "What was sent is larger than this catalogue takes at once: send it in parts.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => {
            ApiError::unavailable("too-slow", "This took too long and was given up: ask for less at once.", 5)
        }
        _ => return response,
    };
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // What has a form was answered by a door.
    if kind.is_empty() || kind.starts_with("text/plain") { answer(error, reads_pages) } else { response }
}

/// What a fault of the program itself is answered with: its cause goes to the log.
pub(crate) fn of_panic(panic: &(dyn Any + Send)) -> Response {
    let cause = panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref().cloned());
    ApiError::internal(&cause.unwrap_or_else(|| "a panic without words".to_owned())).into_response()
}

/// What stands at no address.
pub(crate) async fn nowhere(uri: Uri, headers: HeaderMap) -> Response {
    answer(ApiError::not_found(), reads_pages(&uri, &headers))
}

/// What a method is answered with that an address does not take.
pub(crate) async fn method_not_allowed(uri: Uri, headers: HeaderMap) -> Response {
    answer(ApiError::method_not_allowed(), reads_pages(&uri, &headers))
}

#[cfg(test)]
#[expect(clippy::panic, clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::body::Body;
    use axum::routing::{get, post};
    use axum::{Router, middleware};
    use std::time::Duration;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;
    use tower_http::limit::RequestBodyLimitLayer;
    use tower_http::timeout::TimeoutLayer;

    use super::*;
    use crate::error::PROBLEM;

    async fn asked(path: &str, accept: &str) -> (u16, String) {
        let router = Router::new()
            .route("/slow", get(async || tokio::time::sleep(Duration::from_mins(1)).await))
            .route("/large", post(async || ()))
            .route("/own", get(async || (StatusCode::SERVICE_UNAVAILABLE, axum::Json(()))))
            .route("/broken", get(async || -> () { panic!("a secret") }))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_millis(1)))
            .layer(RequestBodyLimitLayer::new(3))
            .layer(CatchPanicLayer::custom(|panic: Box<dyn Any + Send>| of_panic(&*panic)))
            .layer(middleware::from_fn(as_page))
            .layer(middleware::from_fn(in_full));
        let request = Request::builder().uri(path).header(header::ACCEPT, accept);
        let request = if path == "/large" { request.method("POST").header(header::CONTENT_LENGTH, 9) } else { request };
        let body = if path == "/large" { Body::from("too large") } else { Body::empty() };
        let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
        let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("a secret"));
        (status, kind)
    }

    #[tokio::test]
    async fn what_limits_and_faults_answer_has_the_form_of_every_error() {
        for (path, status) in [("/slow", 503), ("/large", 413), ("/broken", 500)] {
            assert_eq!(asked(path, "application/json").await, (status, PROBLEM.to_owned()), "{path}");
        }
        assert_eq!(asked("/own", "text/html").await, (503, "application/json".to_owned()), "a door says it itself");
        for (path, status) in [("/slow", 503), ("/large", 413), ("/broken", 500)] {
            assert_eq!(asked(path, "text/html").await, (status, "text/html; charset=utf-8".to_owned()), "{path}");
        }
    }
}
