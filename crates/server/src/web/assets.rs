//! The stylesheet, the script and the icon, inside the binary.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

const DAY: &str = "public, max-age=86400";

/// The one stylesheet.
pub(crate) async fn stylesheet() -> Response {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, DAY)],
        include_str!("../../assets/cairn.css"),
    )
        .into_response()
}

/// The one script: it keeps what is typed into long forms, and every page works without it.
pub(crate) async fn script() -> Response {
    (
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, DAY)],
        include_str!("../../assets/cairn.js"),
    )
        .into_response()
}

/// No icon: said quickly, so that browsers stop asking.
pub(crate) async fn icon() -> Response {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, DAY)]).into_response()
}
