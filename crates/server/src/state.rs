//! What every handler can reach.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cairn_catalog::Catalog;
use tokio::sync::Semaphore;

use crate::layers::clients::Clients;

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) catalog: Catalog,
    pub(crate) clients: Arc<Clients>,
    pub(crate) readiness: Readiness,
    /// Room for files that are sent while they are read.
    pub(crate) downloads: Arc<Semaphore>,
    pub(crate) public_url: Arc<str>,
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
