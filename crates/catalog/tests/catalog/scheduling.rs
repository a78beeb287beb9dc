//! Harvests on schedule, by a clock that the test moves.

use crate::house;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::house::stalling::{Mood, StallingPortal};
use crate::house::{House, PORTAL, day, dump, packages};
use cairn_catalog::{
    CancellationToken, CatalogError, Clock, HarvestOptions, Progress, Retention, RunRow, Scheduler, Silent,
};
use cairn_policy::Viewer;

const PAUSE: Duration = Duration::from_millis(10);

/// Panics the first so many times that it is told of something.
struct Panics(AtomicU32);

impl Progress for Panics {
    fn advanced(&self, _source: &str, _listed: u64, _expected: Option<u64>) {
        let left = self.0.load(Ordering::SeqCst);
        if left > 0 {
            self.0.store(left - 1, Ordering::SeqCst);
            panic!("a fault that nobody foresaw");
        }
    }
}

async fn runs(house: &House) -> Vec<RunRow> {
    house.catalog.runs_of(&Viewer::operator(), "portal", 100).await.unwrap()
}

/// Verdicts of the runs, oldest first, once there are so many that ended.
async fn verdicts(house: &House, count: usize) -> Vec<String> {
    for _ in 0..1000 {
        let runs = runs(house).await;
        if runs.len() >= count && runs.iter().all(|run| run.ended.is_some()) {
            return runs.into_iter().rev().map(|run| run.verdict).collect();
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("no {count} runs within ten seconds: {:?}", runs(house).await);
}

/// F39.
#[tokio::test]
async fn a_panic_closes_its_run_as_failed_and_the_schedule_goes_on() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    let (clock, stop) = (Clock::by_hand(day(0)), CancellationToken::new());
    let scheduler = Scheduler::new(house.catalog.clone(), Arc::new(Panics(AtomicU32::new(1))), stop.clone())
        .with_clock(clock.clone(), PAUSE);
    let running = tokio::spawn(async move { scheduler.run().await });
    assert_eq!(verdicts(&house, 1).await, ["failed"]);
    // It is tried again after five minutes, and then when its schedule says so.
    clock.advance(Duration::from_mins(6));
    assert_eq!(verdicts(&house, 2).await, ["failed", "complete"]);
    clock.advance(Duration::from_hours(24));
    assert_eq!(verdicts(&house, 3).await.len(), 3);
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn a_harvest_that_dies_is_an_error_of_its_own_and_leaves_no_run_running() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    let source = house.catalog.source("portal").unwrap();
    let panics = Panics(AtomicU32::new(1));
    let died = house.catalog.harvest(source, &HarvestOptions::default(), &panics, day(0)).await;
    assert!(died.unwrap_err().to_string().contains("a fault that nobody foresaw"));
    assert_eq!(verdicts(&house, 1).await, ["failed"]);
    assert_eq!(house.harvest("portal", 1).await.listed, 3);
}

#[tokio::test]
async fn runs_are_kept_for_ever_where_nobody_counts_so_many_days() {
    let house =
        House::open_keeping(&[PORTAL], Retention { runs: u32::MAX, history: u32::MAX, retired: u32::MAX }).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    let (clock, stop) = (Clock::by_hand(day(0)), CancellationToken::new());
    let scheduler = Scheduler::new(house.catalog.clone(), Arc::new(Silent), stop.clone()).with_clock(clock, PAUSE);
    let running = tokio::spawn(async move { scheduler.run().await });
    assert_eq!(verdicts(&house, 1).await, ["complete"]);
    stop.cancel();
    running.await.unwrap();
}

/// F37.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_run_goes_on_a_thousand_tries_of_another_program_begin_none_beside_it() {
    let portal = StallingPortal::start(Mood::IsSilent).await;
    let source = portal.source("portal");
    let house = House::open(&[&source]).await;
    let first =
        house.catalog.request_harvest(&Viewer::operator(), "portal", HarvestOptions::default(), day(0)).await.unwrap();
    portal.was_asked().await;
    let other = house::open_store(&house.folder, &[&source]).await;
    let config = Arc::clone(other.source("portal").unwrap());
    for _ in 0..1000 {
        let refused = other.harvest(&config, &HarvestOptions::default(), &Silent, day(0)).await;
        assert!(matches!(&refused, Err(CatalogError::AlreadyRuns { run, .. }) if *run == first), "{refused:?}");
    }
    assert_eq!(runs(&house).await.len(), 1);
    house.catalog.end_requested_harvests().await;
    assert_eq!(verdicts(&house, 1).await, ["cancelled"]);
}

#[tokio::test]
async fn a_first_harvest_that_is_slow_holds_up_no_other_source_and_is_not_made_twice() {
    let portal = StallingPortal::start(Mood::IsSilent).await;
    let house = House::open_side_by_side(&[&portal.source("slow"), PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    let (clock, stop) = (Clock::by_hand(day(0)), CancellationToken::new());
    let scheduler =
        Scheduler::new(house.catalog.clone(), Arc::new(Silent), stop.clone()).with_clock(clock.clone(), PAUSE);
    let due = scheduler.due_at_start(day(0)).await.unwrap();
    assert_eq!(due.len(), 2);
    let options = HarvestOptions::default();
    let first = scheduler.harvest_all(&due, &options);
    let watching = async {
        portal.was_asked().await;
        assert_eq!(verdicts(&house, 1).await, ["complete"]);
        for count in 2..5 {
            clock.advance(Duration::from_hours(25));
            assert_eq!(verdicts(&house, count).await.len(), count, "it runs by its schedule meanwhile");
        }
        let slow = house.catalog.runs_of(&Viewer::operator(), "slow", 100).await.unwrap();
        assert_eq!(slow.len(), 1);
        stop.cancel();
    };
    let (ended, (), ()) = tokio::join!(first, scheduler.run(), watching);
    assert!(ended.iter().all(|(_, report)| report.is_ok()), "{ended:?}");
}
