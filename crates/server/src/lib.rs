//! The HTTP faces: JSON API and pages for people.
//!
//! Every handler asks the catalogue as the viewer of its request; no handler knows the store or the index.

mod addresses;
mod api;
mod connections;
mod error;
mod explaining;
mod extract;
pub mod json;
mod layers;
pub mod links;
mod observe;
mod parameters;
mod routes;
mod session_cookie;
mod state;
mod streaming;
mod viewer;
mod web;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use cairn_catalog::{CancellationToken, Catalog};
use metrics_exporter_prometheus::PrometheusBuilder;
use thiserror::Error;
use tokio::net::TcpListener;

pub use state::Readiness;

use crate::connections::Limits;
use crate::layers::clients::Clients;
use crate::session_cookie::SessionCookie;
use crate::state::{AppState, WholeSources};

/// How often measurements are put together.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// How the server is set up.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Where people reach it, for links that leave it.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Requests that a client may send in a minute; 0 for any number.
    pub requests_per_minute: u32,
}

/// Why the server could not start.
#[derive(Debug, Error)]
pub enum ServerError {
    /// Something that cannot be set up.
    #[error("the server cannot be set up: {0}")]
    SetUp(String),
}

/// Serves on a listener until told to stop, and Prometheus metrics on another one where that is given; requests at hand are finished within ten seconds, and harvests that were
/// requested are stopped. Who viewed what is in the log of acts when it returns.
///
/// # Errors
/// See [`ServerError`].
pub async fn serve(
    listener: TcpListener,
    metrics: Option<TcpListener>,
    catalog: Catalog,
    settings: ServerSettings,
    readiness: Readiness,
    stop: CancellationToken,
) -> Result<(), ServerError> {
    if let Some(metrics) = metrics {
        serve_metrics(metrics, stop.clone())?;
    }
    let app = application(catalog.clone(), &settings, readiness)?;
    let serving = connections::serve(listener, app, Limits::behind(settings.trusted_proxies), stop.clone());
    tokio::join!(serving, async {
        stop.cancelled().await;
        catalog.end_requested_harvests().await;
    });
    if let Err(error) = catalog.write_views().await {
        tracing::error!(%error, "the last views are not in the log of acts");
    }
    Ok(())
}

/// The whole server as a service, for tests that drive it in process.
///
/// # Errors
/// [`ServerError::SetUp`].
pub fn application(catalog: Catalog, settings: &ServerSettings, readiness: Readiness) -> Result<Router, ServerError> {
    let state = AppState {
        catalog,
        clients: Arc::new(Clients::new(settings.requests_per_minute, settings.trusted_proxies.clone())),
        readiness,
        whole_sources: WholeSources::default(),
        exports: Arc::default(),
        public_url: settings.public_url.trim_end_matches('/').into(),
        session_cookie: SessionCookie::at(&settings.public_url),
    };
    let clients = Arc::downgrade(&state.clients);
    // Only where a runtime drives it: forgets clients that went away, for as long as the server lives.
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move {
            while let Some(clients) = clients.upgrade() {
                clients.forget_idle();
                drop(clients);
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
        });
    }
    routes::router(state).map_err(|error| ServerError::SetUp(error.detail))
}

fn serve_metrics(listener: TcpListener, stop: CancellationToken) -> Result<(), ServerError> {
    let handle = PrometheusBuilder::new().install_recorder().map_err(|error| ServerError::SetUp(error.to_string()))?;
    let upkeep = handle.clone();
    let until = stop.clone();
    // What nobody asks for would be kept one by one.
    tokio::spawn(async move {
        while until.run_until_cancelled(tokio::time::sleep(METRICS_UPKEEP)).await.is_some() {
            upkeep.run_upkeep();
        }
    });
    let app = Router::new().route("/metrics", get(move || std::future::ready(handle.render())));
    tokio::spawn(async move {
        let _ = axum::serve(listener, app).with_graceful_shutdown(async move { stop.cancelled().await }).await;
    });
    Ok(())
}
