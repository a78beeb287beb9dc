//! The heartbeat of a run: beside whatever it does, its lease is renewed, and it is asked whether somebody stops it.

use std::future::Future;
use std::time::Duration;

use cairn_store::{Lease, Store, StoreError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How often a lease is renewed: often enough that two renewals may fail before it runs out.
pub(super) const EVERY: Duration = Duration::from_secs(20);

/// How often the store is asked whether somebody stops the run, from whichever process.
const LOOK: Duration = Duration::from_secs(1);

/// Somebody else holds the lease.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lost;

/// Does `work` while the lease is renewed; when the lease is lost the work is given up where it stands. `stop` is
/// cancelled when somebody asks the run to stop: the work sees to that itself. A run without a lease, which writes nothing,
/// has none to lose.
pub(super) async fn beside<T>(
    store: &dyn Store,
    lease: Option<&Lease>,
    every: Duration,
    stop: &CancellationToken,
    work: impl Future<Output = T>,
) -> Result<T, Lost> {
    let Some(lease) = lease else { return Ok(work.await) };
    // Both are polled together: the work may hold the connection that the renewal waits for.
    tokio::select! {
        biased;
        done = work => Ok(done),
        lost = until_lost(store, lease, every, stop) => Err(lost),
    }
}

async fn until_lost(store: &dyn Store, lease: &Lease, every: Duration, stop: &CancellationToken) -> Lost {
    let mut renewed = Instant::now();
    loop {
        tokio::time::sleep(LOOK.min(every)).await;
        if !stop.is_cancelled() && is_asked_to_stop(store, lease).await {
            info!(source = lease.source, run = lease.run, "somebody stops the run");
            stop.cancel();
        }
        if renewed.elapsed() < every {
            continue;
        }
        renewed = Instant::now();
        match store.renew(lease).await {
            Ok(()) => {}
            Err(StoreError::LeaseLost) => return Lost,
            // The next write says what is wrong with the store; until then the lease may still hold.
            Err(failure) => warn!(source = lease.source, %failure, "the lease of a run could not be renewed"),
        }
    }
}

async fn is_asked_to_stop(store: &dyn Store, lease: &Lease) -> bool {
    match store.intervention(&lease.source).await {
        Ok(intervention) => intervention.stopped_run.as_ref() == Some(&lease.run),
        Err(failure) => {
            warn!(source = lease.source, %failure, "cannot tell whether somebody stops the run");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use cairn_store::{Clock, NewRun, OpenMode, RunOutcome, SqliteStore};
    use jiff::Timestamp;

    use super::*;

    const OFTEN: Duration = Duration::from_millis(20);

    fn new_run(run: &str) -> NewRun {
        NewRun {
            run: run.to_owned(),
            source: "portal".to_owned(),
            holder: "a night shift".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn outcome(verdict: &str) -> RunOutcome {
        RunOutcome { verdict: verdict.to_owned(), ..RunOutcome::default() }
    }

    /// A store, the clock of its leases, and the store as another process opens it.
    async fn stores(folder: &tempfile::TempDir) -> (SqliteStore, Clock, SqliteStore) {
        let clock = Clock::by_hand(Timestamp::UNIX_EPOCH);
        let path = folder.path().join("cairn.db");
        let own = SqliteStore::open_with_clock(&path, OpenMode::Create, clock.clone()).await.unwrap();
        let other = SqliteStore::open_with_clock(&path, OpenMode::Existing, clock.clone()).await.unwrap();
        (own, clock, other)
    }

    #[tokio::test]
    async fn a_fetch_that_outlasts_the_lease_keeps_its_run_alive() {
        let folder = tempfile::tempdir().unwrap();
        let (store, clock, other) = stores(&folder).await;
        let lease = store.begin_run(new_run("slow")).await.unwrap();
        let fetch = async {
            for _ in 0..3 {
                clock.advance(Duration::from_secs(50));
                tokio::time::sleep(20 * OFTEN).await;
                assert_eq!(other.close_abandoned_runs().await.unwrap(), 0);
            }
            "fetched"
        };
        let stop = CancellationToken::new();
        assert_eq!(beside(&store, Some(&lease), OFTEN, &stop, fetch).await, Ok("fetched"));
        assert!(!stop.is_cancelled());
        assert_eq!(store.runs(None, 1).await.unwrap()[0].verdict, "running");
    }

    #[tokio::test]
    async fn a_run_whose_lease_is_lost_gives_its_work_up() {
        let folder = tempfile::tempdir().unwrap();
        let (store, clock, other) = stores(&folder).await;
        let lease = store.begin_run(new_run("slept")).await.unwrap();
        clock.advance(Duration::from_secs(61));
        other.begin_run(new_run("next")).await.unwrap();
        let forever = std::future::pending::<()>();
        assert_eq!(beside(&store, Some(&lease), OFTEN, &CancellationToken::new(), forever).await, Err(Lost));
    }

    #[tokio::test]
    async fn a_run_is_stopped_when_another_process_asks_and_another_run_of_the_source_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _, other) = stores(&folder).await;
        let first = store.begin_run(new_run("first")).await.unwrap();
        let stop = CancellationToken::new();
        let (ended, asked) = tokio::join!(
            beside(&store, Some(&first), OFTEN, &stop, stop.cancelled()),
            other.ask_to_stop("portal", "somebody", Timestamp::UNIX_EPOCH),
        );
        assert_eq!((ended, asked.unwrap().as_deref()), (Ok(()), Some("first")));
        store.finish_run(&first, outcome("cancelled")).await.unwrap();

        let second = store.begin_run(new_run("second")).await.unwrap();
        let stop = CancellationToken::new();
        let look_ten_times = tokio::time::sleep(10 * OFTEN);
        beside(&store, Some(&second), OFTEN, &stop, look_ten_times).await.unwrap();
        assert!(!stop.is_cancelled());
    }
}
