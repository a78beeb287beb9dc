//! The stylesheet and the icon, inside the binary.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The one stylesheet.
pub(crate) async fn stylesheet() -> Response {
    const DAY: &str = "public, max-age=86400";
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, DAY)],
        include_str!("../../assets/cairn.css"),
    )
        .into_response()
}

/// No icon: said quickly, so that browsers stop asking.
pub(crate) async fn icon() -> Response {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "public, max-age=86400")]).into_response()
}
