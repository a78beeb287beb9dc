//! One lane for each host: so many requests at a time, so many a second, and a pause when the host asks for one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::retry::Budget;

/// Lanes kept before those that nobody uses are forgotten.
const LANES_KEPT: usize = 1024;

/// The lanes of a process.
#[derive(Debug)]
pub(crate) struct Lanes {
    per_host: usize,
    lanes: Mutex<HashMap<String, Arc<Lane>>>,
}

/// The lane of one host.
#[derive(Debug)]
pub(crate) struct Lane {
    places: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// When the next request may go out.
    next: Instant,
    budget: Budget,
}

impl Lanes {
    pub(crate) fn new(per_host: usize) -> Self {
        Self { per_host: per_host.max(1), lanes: Mutex::new(HashMap::new()) }
    }

    /// The lane of a host.
    pub(crate) fn of(&self, host: &str) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= LANES_KEPT {
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        Arc::clone(lanes.entry(host.to_owned()).or_insert_with(|| {
            Arc::new(Lane {
                places: Arc::new(Semaphore::new(self.per_host)),
                state: Mutex::new(State { next: Instant::now(), budget: Budget::new() }),
            })
        }))
    }
}

impl Lane {
    /// Waits for a place and for the time of the next request. The place is free again when the permit is dropped.
    pub(crate) async fn enter(&self, requests_per_second: f64) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed, so there always is a permit; without one the request would only be less polite.
        let permit = Arc::clone(&self.places).acquire_owned().await.ok();
        let slot = self.take_slot(requests_per_second);
        tokio::time::sleep_until(slot).await;
        permit
    }

    fn take_slot(&self, requests_per_second: f64) -> Instant {
        let interval = if requests_per_second > 0.0 {
            Duration::try_from_secs_f64(1.0 / requests_per_second).unwrap_or(Duration::from_hours(1))
        } else {
            Duration::ZERO
        };
        let mut state = self.lock();
        let slot = state.next.max(Instant::now());
        state.next = slot + interval;
        slot
    }

    /// Lets no request out before `wait` is over: the host asked for it.
    pub(crate) fn pause(&self, wait: Duration) {
        let mut state = self.lock();
        state.next = state.next.max(Instant::now() + wait);
    }

    /// Takes a retry from the host's budget.
    pub(crate) fn may_retry(&self) -> bool {
        self.lock().budget.take()
    }

    /// Notes that the host answered.
    pub(crate) fn succeed(&self) {
        self.lock().budget.succeed();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // A lane holds plain numbers: whatever a panic left there is as good as before.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_to_one_host_keep_their_distance_and_other_hosts_do_not_wait() {
        let lanes = Lanes::new(2);
        let begun = Instant::now();
        for _ in 0..5 {
            lanes.of("a.example").enter(2.0).await;
        }
        assert_eq!(begun.elapsed().as_millis(), 2000);
        lanes.of("b.example").enter(2.0).await;
        assert_eq!(begun.elapsed().as_millis(), 2000);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_the_allowed_number_of_requests_go_to_a_host_at_a_time() {
        let lane = Lanes::new(2).of("a.example");
        let (first, _second) = (lane.enter(0.0).await, lane.enter(0.0).await);
        let third = tokio::time::timeout(Duration::from_mins(1), lane.enter(0.0)).await;
        assert!(third.is_err(), "two are under way");
        drop(first);
        assert!(lane.enter(0.0).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_asks_for_a_pause_gets_it_from_everyone() {
        let lane = Lanes::new(2).of("a.example");
        lane.pause(Duration::from_mins(2));
        let begun = Instant::now();
        lane.enter(0.0).await;
        assert_eq!(begun.elapsed().as_secs(), 120);
    }
}
