//! Real processes that share a store, and that are killed.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cairn_store::process::this_process;
use cairn_store::{NewRun, OpenMode, PageWrite, RunCounts, SqliteStore, Store, StoreError};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::contract::sample::{SOURCE, complete, minute, new_run, page, titles, write};

/// Names the store to the child processes of these tests.
const STORE: &str = "CAIRN_TEST_STORE_OF_CHILD";

/// Starts this test program once more, to run one of the parts that are for children.
fn child(part: &str, store: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", part, "--ignored", "--nocapture"])
        .env(STORE, store)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// The store of a child; none when somebody runs the ignored tests by hand.
async fn store_of_child() -> Option<SqliteStore> {
    let path = std::env::var_os(STORE)?;
    Some(SqliteStore::open(path, OpenMode::Create).await.unwrap())
}

fn run_of_this_process() -> NewRun {
    NewRun { holder: this_process(), ..new_run(&std::process::id().to_string(), SOURCE) }
}

#[tokio::test]
#[ignore = "a part of the tests below, for their child processes"]
async fn begins_and_finishes_when_it_can() {
    let Some(store) = store_of_child().await else { return };
    loop {
        match store.begin_run(run_of_this_process()).await {
            Ok(lease) => {
                let before = store.record(crate::contract::sample::id("counter")).await.unwrap();
                let count: u32 = before.map_or(0, |record| record.dataset.title.best("en").unwrap().parse().unwrap());
                let records = vec![write("counter", &(count + 1).to_string())];
                store.write_page(&lease, page(records, minute(1))).await.unwrap();
                store.finish_run(&lease, complete(minute(2))).await.unwrap();
                return;
            }
            Err(StoreError::LeaseHeld { .. }) => tokio::time::sleep(Duration::from_millis(2)).await,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn processes_that_share_a_source_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cairn.db");
    let children: Vec<Child> = (0..6).map(|_| child("processes::begins_and_finishes_when_it_can", &path)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let store = SqliteStore::open(&path, OpenMode::Existing).await.unwrap();
    assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["6"], "each counted on from the one before");
    assert!(store.runs(None, 10).await.unwrap().iter().all(|run| run.verdict == "complete"));
}

const PAGES: usize = 12;

/// A page of the listing that the tests below harvest.
fn listed(number: usize) -> PageWrite {
    let records = (0..40).map(|n| write(&format!("{number}.{n}"), &format!("page {number}"))).collect();
    let counts = RunCounts { listed: 40 * (number as u64 + 1), ..RunCounts::default() };
    PageWrite { checkpoint: Some((number + 1).to_string()), counts, ..page(records, minute(1)) }
}

/// Harvests the listing from where the run before stopped, to its end.
async fn harvest_listing(store: &SqliteStore, run: NewRun, pause: Duration) {
    let lease = store.begin_run(run).await.unwrap();
    let from = lease.resume.as_ref().map_or(0, |resume| resume.checkpoint.parse().unwrap());
    for number in from..PAGES {
        store.write_page(&lease, listed(number)).await.unwrap();
        tokio::time::sleep(pause).await;
    }
    store.finish_run(&lease, complete(minute(2))).await.unwrap();
}

#[tokio::test]
#[ignore = "a part of the tests below, for their child processes"]
async fn harvests_the_listing() {
    let Some(store) = store_of_child().await else { return };
    harvest_listing(&store, run_of_this_process(), Duration::from_millis(15)).await;
}

/// What the catalogue is in the end, however it came to be.
async fn catalogue(store: &SqliteStore) -> Vec<(String, u32, i64)> {
    let records = store.records_after(0, u32::MAX).await.unwrap();
    records.into_iter().map(|record| (record.dataset.source_record_id, record.revision, record.seq)).collect()
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_harvest_that_is_killed_again_and_again_ends_as_one_that_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("killed.db");
    let store = SqliteStore::open(&path, OpenMode::Create).await.unwrap();
    let mut kills = 0;
    let ended = loop {
        assert!(kills < 100, "the harvest never ends");
        let begun_with = store.latest_seq().await.unwrap();
        let mut harvester = child("processes::harvests_the_listing", &path);
        // Each is killed soon after it wrote its first page, wherever it then is.
        let ended = loop {
            if let Some(status) = harvester.try_wait().unwrap() {
                break Some(status);
            }
            if store.latest_seq().await.unwrap() > begun_with {
                tokio::time::sleep(Duration::from_millis(kills * 7 % 30)).await;
                break None;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        if ended.is_some() {
            break ended;
        }
        harvester.kill().unwrap();
        let status = harvester.wait().unwrap();
        // On a busy machine the kill can come after the end of the harvest, even after that of the process.
        if status.success() || store.runs(None, 1).await.unwrap()[0].verdict == "complete" {
            break None;
        }
        kills += 1;
    };
    assert!(
        ended.is_none_or(|status| status.success()),
        "the next takes the source over at once, without waiting for the lease"
    );
    assert!(kills >= 3, "only {kills} were killed");
    assert_eq!(store.close_abandoned_runs().await.unwrap(), 0);

    let untroubled = SqliteStore::open(folder.path().join("untroubled.db"), OpenMode::Create).await.unwrap();
    harvest_listing(&untroubled, run_of_this_process(), Duration::ZERO).await;
    assert_eq!(catalogue(&store).await, catalogue(&untroubled).await);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let runs = store.runs(None, u32::MAX).await.unwrap();
    assert_eq!(runs[0].verdict, "complete");
    assert_eq!(runs[0].counts, RunCounts::default(), "counts of the outcome are the last word");
    for run in &runs[1..] {
        assert_eq!((run.verdict.as_str(), run.reason.as_deref()), ("failed", Some("the process that ran it ended")));
    }
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_run_is_held_as_long_as_its_process_lives_and_free_when_it_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cairn.db");
    let store = SqliteStore::open(&path, OpenMode::Create).await.unwrap();
    let mut holder = child("processes::holds_the_source", &path);
    let give_up = Instant::now() + Duration::from_mins(1);
    while store.runs(None, 1).await.unwrap().is_empty() {
        assert!(Instant::now() < give_up, "the child does not begin");
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    let held = store.begin_run(run_of_this_process()).await;
    assert!(matches!(held, Err(StoreError::LeaseHeld { .. })), "{held:?}");
    assert_eq!(store.close_abandoned_runs().await.unwrap(), 0);

    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_eq!(store.close_abandoned_runs().await.unwrap(), 1);
    store.begin_run(run_of_this_process()).await.unwrap();
}

#[tokio::test]
#[ignore = "a part of the test above, for its child process"]
async fn holds_the_source() {
    let Some(store) = store_of_child().await else { return };
    let _lease = store.begin_run(run_of_this_process()).await.unwrap();
    tokio::time::sleep(Duration::from_mins(2)).await;
}

#[tokio::test]
#[ignore = "a part of the test below, for its child process"]
async fn brings_a_store_to_this_version() {
    if let Some(store) = store_of_child().await {
        store.close().await;
    }
}

/// The version of a store that another process is making; 0 where there is none yet.
async fn version(path: &Path) -> i64 {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let Ok(mut connection) = options.connect().await else { return 0 };
    let version = sqlx::query_scalar("SELECT max(version) FROM schema_version").fetch_one(&mut connection).await;
    version.unwrap_or_default()
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_migration_that_is_killed_at_any_step_is_ended_by_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.db");
    SqliteStore::open(&whole, OpenMode::Create).await.unwrap().close().await;
    let newest = version(&whole).await;
    let mut unfinished = 0;
    for step in 0..newest {
        let path = folder.path().join(format!("{step}.db"));
        let mut migrating = child("processes::brings_a_store_to_this_version", &path);
        while version(&path).await < step.max(1) && migrating.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        migrating.kill().unwrap();
        migrating.wait().unwrap();
        unfinished += u32::from(version(&path).await < newest);
        let store = SqliteStore::open(&path, OpenMode::Create).await.unwrap();
        assert_eq!((version(&path).await, store.check().await.unwrap()), (newest, Vec::<String>::new()), "step {step}");
        harvest_listing(&store, run_of_this_process(), Duration::ZERO).await;
    }
    assert!(unfinished > 0, "of {newest} processes none was killed before it was done");
}
