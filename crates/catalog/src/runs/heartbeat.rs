//! The heartbeat of a run: its lease is renewed beside whatever it does, however long one fetch takes.

use std::future::Future;
use std::time::Duration;

use cairn_store::{Lease, Store, StoreError};
use tracing::warn;

/// How often a lease is renewed: often enough that two renewals may fail before it runs out.
pub(super) const EVERY: Duration = Duration::from_secs(20);

/// Somebody else holds the lease.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lost;

/// Does `work` while the lease is renewed; when the lease is lost the work is given up where it stands. A run without a
/// lease, which writes nothing, has none to lose.
pub(super) async fn beside<T>(
    store: &dyn Store,
    lease: Option<&Lease>,
    every: Duration,
    work: impl Future<Output = T>,
) -> Result<T, Lost> {
    let Some(lease) = lease else { return Ok(work.await) };
    // Both are polled together: the work may hold the connection that the renewal waits for.
    tokio::select! {
        biased;
        done = work => Ok(done),
        lost = until_lost(store, lease, every) => Err(lost),
    }
}

async fn until_lost(store: &dyn Store, lease: &Lease, every: Duration) -> Lost {
    loop {
        tokio::time::sleep(every).await;
        match store.renew(lease).await {
            Ok(()) => {}
            Err(StoreError::LeaseLost) => return Lost,
            // The next write says what is wrong with the store; until then the lease may still hold.
            Err(failure) => warn!(source = lease.source, %failure, "the lease of a run could not be renewed"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use cairn_store::{Clock, NewRun, OpenMode, SqliteStore};
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
        assert_eq!(beside(&store, Some(&lease), OFTEN, fetch).await, Ok("fetched"));
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
        assert_eq!(beside(&store, Some(&lease), OFTEN, forever).await, Err(Lost));
    }
}
