//! `GET /health/live` and `/health/ready`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::AppState;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthAnswer {
    /// `live`, `ready` or `starting`.
    status: &'static str,
    /// What is being waited for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waiting_for: Vec<&'static str>,
    /// What works worse than it should. Reads go on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    degraded: Vec<&'static str>,
}

/// Answers as long as the process does; asks nothing of anything else.
#[utoipa::path(
    get, operation_id = "checkLive", path = "/health/live", tag = "health",
    responses((status = 200, description = "The process runs", body = HealthAnswer))
)]
pub(crate) async fn live() -> Json<HealthAnswer> {
    Json(HealthAnswer { status: "live", waiting_for: Vec::new(), degraded: Vec::new() })
}

/// Whether answers are complete: every enabled source has had a verdict, and the index holds what the store has. A disk with
/// less than 64 MiB left is told as `degraded`, and changes nothing of the status.
#[utoipa::path(
    get, operation_id = "checkReady", path = "/health/ready", tag = "health",
    responses(
        (status = 200, description = "Ready", body = HealthAnswer),
        (status = 503, description = "Not yet", body = HealthAnswer),
    )
)]
pub(crate) async fn ready(State(state): State<AppState>) -> (StatusCode, Json<HealthAnswer>) {
    let mut waiting_for = Vec::new();
    if !state.readiness.is_first_round_done() {
        waiting_for.push("first harvest of every enabled source");
    }
    if !state.readiness.has_caught_up() {
        match state.catalog.index_is_current().await {
            Ok(true) if waiting_for.is_empty() => state.readiness.caught_up(),
            Ok(true) => {}
            Ok(false) => waiting_for.push("index"),
            Err(_) => waiting_for.push("store"),
        }
    } else if state.catalog.is_making_index_anew() {
        waiting_for.push("index");
    }
    // Not a reason to send readers elsewhere: what is there is found as ever.
    let degraded = if state.catalog.is_short_of_room() { vec!["writes: the disk is nearly full"] } else { Vec::new() };
    let (code, status) =
        if waiting_for.is_empty() { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "starting") };
    (code, Json(HealthAnswer { status, waiting_for, degraded }))
}
