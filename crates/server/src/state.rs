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
    pub(crate) whole_sources: WholeSources,
    /// Exports of searches on their way, which anyone may ask for.
    pub(crate) exports: Arc<Exports>,
    /// Where others reach the server, without a slash at its end.
    pub(crate) public_url: Arc<str>,
    pub(crate) session_cookie: SessionCookie,
}

/// Sources that are gone through at the same time for those who are known, and as many for all others.
const WHOLE_SOURCES_AT_ONCE: usize = 4;

/// How long a place among them is waited for: who comes first has the next one.
const WHOLE_SOURCE_PATIENCE: Duration = Duration::from_secs(2);

/// Room for what goes through all records of a source. Who is anonymous takes no place of those who write and operate.
#[derive(Debug, Clone)]
pub(crate) struct WholeSources {
    known: Arc<Semaphore>,
    anonymous: Arc<Semaphore>,
}

impl Default for WholeSources {
    fn default() -> Self {
        let places = || Arc::new(Semaphore::new(WHOLE_SOURCES_AT_ONCE));
        Self { known: places(), anonymous: places() }
    }
}

impl WholeSources {
    async fn place(&self, viewer: &Viewer) -> Result<OwnedSemaphorePermit, ApiError> {
        let places = Arc::clone(if viewer.is_anonymous() { &self.anonymous } else { &self.known });
        match tokio::time::timeout(WHOLE_SOURCE_PATIENCE, places.acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(ApiError::unavailable("busy", "Too much is being gone through at this moment: try again.", 10)),
        }
    }
}

/// Exports that are sent at the same time, and of these to nobody who is known: who signs in finds a place.
const EXPORTS_AT_ONCE: usize = 4;
const ANONYMOUS_EXPORTS_AT_ONCE: usize = 2;

/// Exports that are sent to an address of nobody who is known at the same time, and to somebody who is.
const EXPORTS_OF_ADDRESS: usize = 1;
const EXPORTS_OF_HOLDER: usize = 2;

/// How long a place among the exports is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Exports that are being sent, by who takes them: nobody keeps others from theirs.
#[derive(Debug, Default)]
pub(crate) struct Exports(Mutex<HashMap<Taker, usize>>);

/// Who takes an export.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Taker {
    /// Nobody who is known, at an address.
    Address(IpAddr),
    /// Who is known, as the log of acts names them.
    Holder(String),
}

impl Taker {
    /// Exports that they may take at the same time.
    fn most(&self) -> usize {
        match self {
            Self::Address(_) => EXPORTS_OF_ADDRESS,
            Self::Holder(_) => EXPORTS_OF_HOLDER,
        }
    }
}

/// A place among the exports, for as long as it is held.
#[derive(Debug)]
pub(crate) struct ExportPlace {
    exports: Arc<Exports>,
    taker: Taker,
}

impl Exports {
    fn places(&self) -> MutexGuard<'_, HashMap<Taker, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(self: Arc<Self>, taker: Taker) -> Result<ExportPlace, ApiError> {
        let mut places = self.places();
        if places.get(&taker).is_some_and(|taken| *taken >= taker.most()) {
            let detail = "A file is being sent from here already: try again once it has arrived.";
            let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail);
            return Err(ApiError { retry_after: Some(10), ..error });
        }
        let is_anonymous = |taker: &Taker| matches!(taker, Taker::Address(_));
        let of_all: usize = places.values().sum();
        let of_anonymous: usize = places.iter().filter(|(taker, _)| is_anonymous(taker)).map(|(_, taken)| *taken).sum();
        if of_all >= EXPORTS_AT_ONCE || is_anonymous(&taker) && of_anonymous >= ANONYMOUS_EXPORTS_AT_ONCE {
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
        let taker =
            if viewer.is_anonymous() { Taker::Address(address) } else { Taker::Holder(viewer.actor().to_owned()) };
        let until = Instant::now() + PATIENCE;
        loop {
            match Arc::clone(&self.exports).take(taker.clone()) {
                // Somebody who takes one file after another is there before the place of the last one is given back.
                Err(_) if Instant::now() < until => tokio::time::sleep(Duration::from_millis(20)).await,
                place => return place,
            }
        }
    }

    /// A place among the requests that go through all records of a source or many needs, for as long as it is held.
    pub(crate) async fn whole_source_place(&self, viewer: &Viewer) -> Result<OwnedSemaphorePermit, ApiError> {
        self.whole_sources.place(viewer).await
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn who_signs_in_finds_a_place_however_many_others_take_files() {
        let exports: Arc<Exports> = Arc::default();
        let anonymous = |last: u8| Arc::clone(&exports).take(Taker::Address([203, 0, 113, last].into()));
        let known = |name: &str| Arc::clone(&exports).take(Taker::Holder(name.to_owned()));
        let held = [anonymous(1).unwrap(), anonymous(2).unwrap()];
        assert_eq!(anonymous(3).unwrap_err().status, StatusCode::SERVICE_UNAVAILABLE);
        let own = [known("person:amal").unwrap(), known("person:amal").unwrap()];
        assert_eq!(known("person:badr").unwrap_err().status, StatusCode::SERVICE_UNAVAILABLE);
        drop(held);
        drop(own);
        assert!(anonymous(3).is_ok() && known("person:badr").is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_is_waited_for_a_moment_and_nobody_who_is_anonymous_takes_that_of_others() {
        let places = WholeSources::default();
        let anonymous = Viewer::anonymous();
        let mut held = Vec::new();
        for _ in 0..WHOLE_SOURCES_AT_ONCE {
            held.push(places.place(&anonymous).await.unwrap());
        }
        assert_eq!(places.place(&anonymous).await.unwrap_err().status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(places.place(&Viewer::operator()).await.is_ok());
        let given_back = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            held.pop();
        };
        let (place, ()) = tokio::join!(places.place(&anonymous), given_back);
        assert!(place.is_ok());
    }
}
