//! What every handler can reach.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use cairn_catalog::Catalog;
use cairn_policy::Viewer;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::ApiError;
use crate::layers::clients::Clients;
use crate::session_cookie::SessionCookie;

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) catalog: Catalog,
    pub(crate) clients: Arc<Clients>,
    pub(crate) readiness: Readiness,
    /// Room for requests that go through all records of a source, or ask what answers many needs.
    pub(crate) whole_sources: Arc<Semaphore>,
    /// Exports of searches on their way, which anyone may ask for.
    pub(crate) exports: Arc<Exports>,
    /// Where others reach the server, without a slash at its end.
    pub(crate) public_url: Arc<str>,
    pub(crate) session_cookie: SessionCookie,
}

/// Sources that are gone through at the same time, for whoever asks.
pub(crate) const WHOLE_SOURCES_AT_ONCE: usize = 4;

/// Exports that are sent at the same time.
const EXPORTS_AT_ONCE: usize = 4;

/// Exports that are sent to an address of nobody who is known at the same time, and to somebody who is.
const EXPORTS_OF_ADDRESS: usize = 1;
const EXPORTS_OF_HOLDER: usize = 2;

/// How long a place among the exports is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Exports that are being sent, by who takes them: nobody keeps others from theirs.
#[derive(Debug, Default)]
pub(crate) struct Exports(Mutex<HashMap<String, usize>>);

/// A place among the exports, for as long as it is held.
#[derive(Debug)]
pub(crate) struct ExportPlace {
    exports: Arc<Exports>,
    taker: String,
}

impl Exports {
    fn places(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(self: Arc<Self>, taker: String, most: usize) -> Result<ExportPlace, ApiError> {
        let mut places = self.places();
        if places.get(&taker).is_some_and(|taken| *taken >= most) {
            let detail = "A file is being sent from here already: try again once it has arrived.";
            let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail);
            return Err(ApiError { retry_after: Some(10), ..error });
        }
        if places.values().sum::<usize>() >= EXPORTS_AT_ONCE {
            return Err(ApiError::unavailable("busy", "Too many files are being sent at this moment: try again.", 10));
        }
        *places.entry(taker.clone()).or_default() += 1;
        drop(places);
        Ok(ExportPlace { exports: self, taker })
    }
}

impl Drop for ExportPlace {
    fn drop(&mut self) {
        let mut places = self.exports.places();
        if let Some(taken) = places.get_mut(&self.taker) {
            *taken -= 1;
            if *taken == 0 {
                places.remove(&self.taker);
            }
        }
    }
}

impl AppState {
    /// A place among the exports for a viewer at an address.
    pub(crate) async fn export_place(&self, viewer: &Viewer, address: IpAddr) -> Result<ExportPlace, ApiError> {
        let (taker, most) = if viewer.is_anonymous() {
            (address.to_string(), EXPORTS_OF_ADDRESS)
        } else {
            (viewer.actor().to_owned(), EXPORTS_OF_HOLDER)
        };
        let until = Instant::now() + PATIENCE;
        loop {
            match Arc::clone(&self.exports).take(taker.clone(), most) {
                // Somebody who takes one file after another is there before the place of the last one is given back.
                Err(_) if Instant::now() < until => tokio::time::sleep(Duration::from_millis(20)).await,
                place => return place,
            }
        }
    }

    /// A place among the requests that go through all records of a source or many needs, for as long as it is held.
    pub(crate) fn whole_source_place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let busy = || ApiError::unavailable("busy", "Too much is being gone through at this moment: try again.", 10);
        Arc::clone(&self.whole_sources).try_acquire_owned().map_err(|_| busy())
    }
}

/// Whether every enabled source that never had a verdict has one now; set by `up` when its first round is over.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<ReadinessFlags>);

#[derive(Debug, Default)]
struct ReadinessFlags {
    first_round_done: AtomicBool,
    caught_up: AtomicBool,
}

impl Readiness {
    /// Ready as soon as the index has caught up.
    pub fn ready() -> Self {
        let readiness = Self::default();
        readiness.first_round_done();
        readiness
    }

    /// Says that the first round of harvests is over.
    pub fn first_round_done(&self) {
        self.0.first_round_done.store(true, Ordering::Release);
    }

    pub(crate) fn is_first_round_done(&self) -> bool {
        self.0.first_round_done.load(Ordering::Acquire)
    }

    /// Remembers that the index has caught up once: what it lacks later is a moment's work, and no reason to stop serving.
    pub(crate) fn caught_up(&self) {
        self.0.caught_up.store(true, Ordering::Release);
    }

    pub(crate) fn has_caught_up(&self) -> bool {
        self.0.caught_up.load(Ordering::Acquire)
    }
}
