//! What every handler can reach.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cairn_catalog::Catalog;
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
    /// Room for exports of searches, which anyone may ask for.
    pub(crate) exports: Arc<Semaphore>,
    /// Where others reach the server, without a slash at its end.
    pub(crate) public_url: Arc<str>,
    pub(crate) session_cookie: SessionCookie,
}

/// Sources that are gone through at the same time, for whoever asks.
pub(crate) const WHOLE_SOURCES_AT_ONCE: usize = 4;

/// Exports that are sent at the same time.
pub(crate) const EXPORTS_AT_ONCE: usize = 4;

impl AppState {
    /// A place among the exports, for as long as it is held.
    pub(crate) fn export_place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let busy = || ApiError::unavailable("busy", "Too many files are being sent at this moment: try again.", 10);
        Arc::clone(&self.exports).try_acquire_owned().map_err(|_| busy())
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
