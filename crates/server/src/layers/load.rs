//! Load shedding: more requests at once than can be served well are turned away at once.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use cairn_catalog::holding_place;
use tokio::sync::Semaphore;

use super::{failures, is_probe};
use crate::error::ApiError;

/// Requests that are served at the same time; above it the machine only gets slower for all.
pub(crate) const AT_ONCE: usize = 256;

/// Turns requests away while too many are being served. What a request that was given up still works on counts.
pub(crate) async fn shed(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    if is_probe(request.uri().path()) {
        return next.run(request).await;
    }
    let Ok(place) = places.try_acquire_owned() else {
        metrics::counter!("cairn_http_shed_total").increment(1);
        let error = ApiError::unavailable("overloaded", "Too many requests at this moment: try again.", 1);
        return failures::answer(error, failures::reads_pages(request.uri(), request.headers()));
    };
    holding_place(Arc::new(place), next.run(request)).await
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::body::Body;
    use axum::http::header;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn who_is_turned_away_is_told_so_in_the_form_in_which_they_read() {
        let full = Arc::new(Semaphore::new(0));
        let router = Router::new().layer(middleware::from_fn_with_state(full, shed));
        for (accept, kind) in [("text/html", "text/html; charset=utf-8"), ("*/*", crate::error::PROBLEM)] {
            let request = Request::builder().uri("/search").header(header::ACCEPT, accept).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(
                (response.status().as_u16(), &response.headers()[header::RETRY_AFTER]),
                (503, &"1".parse().unwrap())
            );
            assert_eq!(response.headers()[header::CONTENT_TYPE], kind, "{accept}");
        }
    }
}
