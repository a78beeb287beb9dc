//! How long a request may take, the sending of its body included.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// A request that takes longer is given up.
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// The same where a table is sent: one of 8 MiB comes in three minutes over a line of 400 kbit/s.
const TABLE_TIME: Duration = Duration::from_mins(5);

/// The doors that take a table. They let nobody send one who has not said who they are.
const TABLE_DOORS: [&str; 2] = ["/api/v1/datasets/bulk", "/register/table"];

/// Gives a request up that takes too long.
pub(crate) async fn give_up(request: Request, next: Next) -> Response {
    let takes_table = *request.method() == Method::POST && TABLE_DOORS.contains(&request.uri().path());
    let time = if takes_table { TABLE_TIME } else { REQUEST_TIME };
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::body::Body;
    use axum::routing::post;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    use super::*;

    async fn status(path: &str, seconds: u64) -> u16 {
        let slow = move || async move { tokio::time::sleep(Duration::from_secs(seconds)).await };
        let router = Router::new().fallback(post(slow)).layer(middleware::from_fn(give_up));
        let request = Request::builder().method("POST").uri(path).body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap().status().as_u16()
    }

    #[tokio::test(start_paused = true)]
    async fn a_table_has_the_time_that_a_slow_line_takes_and_nothing_else_has() {
        assert_eq!((status("/api/v1/datasets", 29).await, status("/api/v1/datasets", 31).await), (200, 503));
        for door in TABLE_DOORS {
            assert_eq!((status(door, 180).await, status(door, 301).await), (200, 503), "{door}");
        }
    }
}
