//! The operator's hand on the schedule: stop, pause, resume and a run now, across the processes that share a store.

use crate::house;
use std::sync::Arc;
use std::time::Duration;

use crate::house::stalling::{Mood, PACKAGES, StallingPortal};
use crate::house::{FOREVER, House, PORTAL, day, dump, member, open_store, packages};
use cairn_catalog::{
    CancellationToken, Catalog, CatalogError, Clock, HarvestOptions, RunReport, RunRow, Scheduler, Silent, Verdict,
};
use cairn_policy::Viewer;
use tokio::task::JoinHandle;

/// The contract says ten seconds; a machine that does much else beside is given some more.
const AT_LAST: Duration = Duration::from_secs(15);

/// A harvest of the portal that goes on by itself.
fn harvest_beside(catalog: &Catalog, cancel: &CancellationToken) -> JoinHandle<RunReport> {
    let (catalog, cancel) = (catalog.clone(), cancel.clone());
    tokio::spawn(async move {
        let source = Arc::clone(catalog.source("portal").unwrap());
        let options = HarvestOptions { full: true, cancel, ..HarvestOptions::default() };
        catalog.harvest(&source, &options, &Silent, day(0)).await.unwrap()
    })
}

async fn runs(catalog: &Catalog) -> Vec<RunRow> {
    catalog.runs_of(&Viewer::operator(), "portal", 100).await.unwrap()
}

/// Waits until the newest run of the portal is as it should be.
async fn until(catalog: &Catalog, what: &str, is_so: impl Fn(&[RunRow]) -> bool) -> Vec<RunRow> {
    for _ in 0..3000 {
        let runs = runs(catalog).await;
        if is_so(&runs) {
            return runs;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within half a minute: {what}: {:?}", runs(catalog).await);
}

/// What the log of acts says, oldest first.
async fn acts(house: &House) -> Vec<String> {
    let acts = house.catalog.newest_acts(100).await.unwrap().into_iter().rev();
    acts.map(|act| format!("{} {} {}", act.actor, act.act, act.subject)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_stopped_from_another_process_whatever_it_waits_for_and_the_next_one_goes_on_there() {
    for mood in [Mood::TellsToWait, Mood::IsDown, Mood::IsSilent, Mood::Drips] {
        let portal = StallingPortal::start(mood).await;
        let source = portal.source("portal");
        let house = House::open(&[&source]).await;
        let harvest = harvest_beside(&house.catalog, &CancellationToken::new());
        portal.was_asked().await;

        let other_process = open_store(&house.folder, &[&source]).await;
        let run = other_process.stop_run(&Viewer::operator(), "portal", day(0)).await.unwrap();
        let report = tokio::time::timeout(AT_LAST, harvest).await.unwrap_or_else(|_| panic!("{mood:?}")).unwrap();
        assert_eq!((report.run, report.verdict), (run, Verdict::Cancelled), "{mood:?}");
        assert_eq!(report.reason.as_deref(), Some("stopped on request"));
        assert_eq!((report.listed, report.new), (10, 10), "{mood:?}: the page that came is kept");

        portal.set(Mood::Gives);
        let next = house.harvest("portal", 1).await;
        assert_eq!((next.verdict, next.listed), (Verdict::Complete, u64::from(PACKAGES)), "{mood:?}");
        assert_eq!(portal.listings_begun(), 1, "{mood:?}: it goes on where the other stood");
        assert_eq!(house.found(&Viewer::operator(), "wells").await.len(), PACKAGES as usize, "{mood:?}");
    }
}

/// F27: a program that starts with a configuration without the source tells the one that still reads it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_of_a_source_that_is_taken_out_of_the_configuration_ends_and_its_records_stay() {
    let portal = StallingPortal::start(Mood::Drips).await;
    let source = portal.source("portal");
    let house = House::open(&[&source]).await;
    let harvest = harvest_beside(&house.catalog, &CancellationToken::new());
    portal.was_asked().await;

    open_store(&house.folder, &[&source]).await;
    assert!(!harvest.is_finished());
    let without = open_store(&house.folder, &[]).await;
    let report = tokio::time::timeout(AT_LAST, harvest).await.unwrap().unwrap();
    assert_eq!((report.verdict, report.listed, report.new), (Verdict::Cancelled, 10, 10));
    assert_eq!(report.reason.as_deref(), Some("its source was taken out of the configuration"));
    house.catalog.index_up_to(report.seq, AT_LAST, "test").await.unwrap();
    assert_eq!(house.found(&Viewer::operator(), "wells").await.len(), 10);
    let state = without.source_states(&Viewer::operator(), None, day(0)).await.unwrap().remove(0);
    assert!(!state.operation.unwrap().configured);
    let refused = without.request_harvest(&Viewer::operator(), "portal", HarvestOptions::default(), day(0)).await;
    assert!(matches!(refused, Err(CatalogError::BadRequest(_))), "{refused:?}");
    assert!(acts(&house).await.iter().any(|act| act.starts_with("configuration source.stop portal")));

    // Another start without it has nothing to stop, nor has one that knows it again.
    let acts_then = acts(&house).await.len();
    without.remember_sources().await.unwrap();
    let again = open_store(&house.folder, &[&source]).await;
    assert_eq!(acts(&house).await.len(), acts_then);
    portal.set(Mood::Gives);
    let run = again.source("portal").unwrap().clone();
    let next = again.harvest(&run, &HarvestOptions::default(), &Silent, day(1)).await.unwrap();
    assert_eq!((next.verdict, next.listed), (Verdict::Complete, u64::from(PACKAGES)));
}

/// F34: what a signal to the program cancels.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_is_told_to_end_gives_up_whatever_its_runs_wait_for() {
    for mood in [Mood::TellsToWait, Mood::IsDown, Mood::IsSilent, Mood::Drips] {
        let portal = StallingPortal::start(mood).await;
        let house = House::open(&[&portal.source("portal")]).await;
        let signal = CancellationToken::new();
        let harvest = harvest_beside(&house.catalog, &signal);
        portal.was_asked().await;
        signal.cancel();
        let report = tokio::time::timeout(AT_LAST, harvest).await.unwrap_or_else(|_| panic!("{mood:?}")).unwrap();
        assert_eq!((report.verdict, report.reason.as_deref()), (Verdict::Cancelled, Some("stopped")), "{mood:?}");
        assert_eq!(report.listed, 10);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_waits_for_the_rate_of_its_source_is_stopped_too() {
    let portal = StallingPortal::start(Mood::Gives).await;
    let source = portal.source("portal").replace("requests_per_second = 0", "requests_per_second = 0.001");
    let house = House::open(&[&source]).await;
    let harvest = harvest_beside(&house.catalog, &CancellationToken::new());
    until(&house.catalog, "the run begins", |runs| !runs.is_empty()).await;
    house.catalog.stop_run(&Viewer::operator(), "portal", day(0)).await.unwrap();
    let report = tokio::time::timeout(AT_LAST, harvest).await.unwrap().unwrap();
    assert_eq!(report.verdict, Verdict::Cancelled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_ends_one_run_and_touches_no_other_source_and_no_other_run() {
    let portal = StallingPortal::start(Mood::IsSilent).await;
    let house = House::open(&[&portal.source("portal"), &portal.source("neighbour")]).await;
    let (stopped, stop) = (harvest_beside(&house.catalog, &CancellationToken::new()), Viewer::operator());
    portal.was_asked().await;
    let nothing = house.catalog.stop_run(&stop, "neighbour", day(0)).await;
    assert!(matches!(nothing, Err(CatalogError::NothingRuns(_))), "{nothing:?}");
    house.catalog.stop_run(&stop, "portal", day(0)).await.unwrap();
    assert_eq!(stopped.await.unwrap().verdict, Verdict::Cancelled);
    portal.set(Mood::Gives);
    assert_eq!(house.harvest("neighbour", 0).await.verdict, Verdict::Complete);
    assert_eq!(house.harvest("portal", 1).await.verdict, Verdict::Complete);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_stopped_by_hand_waits_for_its_schedule_and_a_paused_source_for_its_resumption() {
    let portal = StallingPortal::start(Mood::IsSilent).await;
    let house = House::open(&[&portal.source("portal")]).await;
    let (operator, catalog) = (Viewer::operator(), &house.catalog);
    let (clock, stop) = (Clock::by_hand(day(0)), CancellationToken::new());
    let scheduler = Scheduler::new(catalog.clone(), Arc::new(Silent), stop.clone())
        .with_clock(clock.clone(), Duration::from_millis(10));
    let running = tokio::spawn(async move { scheduler.run().await });
    portal.was_asked().await;
    catalog.stop_run(&operator, "portal", day(0)).await.unwrap();
    until(catalog, "the run ends", |runs| runs[0].verdict == "cancelled").await;
    portal.set(Mood::Gives);

    // Not after five minutes, as it would had the program been stopped; after a day, as the schedule says.
    let next =
        catalog.source_states(&operator, Some("portal"), clock.now()).await.unwrap().remove(0).operation.unwrap();
    assert!(next.next_run.unwrap().duration_since(clock.now()).as_mins() > 5 || next.next_run.unwrap() > day(0));
    assert!(catalog.pause_source(&operator, "portal", Some("it moves house"), clock.now()).await.unwrap());
    clock.advance(Duration::from_hours(24 * 3));
    let paused = catalog.source_states(&operator, Some("portal"), clock.now()).await.unwrap().remove(0);
    let operation = paused.operation.unwrap();
    assert_eq!(operation.next_run, None);
    assert_eq!(operation.paused.unwrap().reason.as_deref(), Some("it moves house"));
    let at_start = Scheduler::new(catalog.clone(), Arc::new(Silent), stop.clone());
    assert!(at_start.due_at_start(clock.now()).await.unwrap().is_empty(), "`up` leaves it alone, too");
    assert_eq!(runs(catalog).await.len(), 1);

    assert!(catalog.resume_source(&operator, "portal", clock.now()).await.unwrap());
    let runs = until(catalog, "it runs again", |runs| runs.len() > 1 && runs[0].ended.is_some()).await;
    assert_eq!(runs[0].verdict, "complete");
    assert_eq!(runs.len(), 2, "what was missed is made up for once");
    stop.cancel();
    running.await.unwrap();
    let told = acts(&house).await;
    assert_eq!(told[1..], ["operator source.pause portal", "operator source.resume portal"]);
    assert_eq!(told[0], format!("operator source.stop portal: run {}", runs[1].run));
}

#[tokio::test]
async fn a_pause_outlives_the_program_and_a_harvest_by_name() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.catalog.pause_source(&Viewer::operator(), "portal", None, day(0)).await.unwrap();
    assert_eq!(house.harvest("portal", 0).await.verdict, Verdict::Complete);
    let house = house.reopened(&[PORTAL]).await;
    let pause = house.catalog.pause_now("portal").await.unwrap().unwrap();
    assert_eq!((pause.since, pause.by.as_str(), pause.reason), (day(0), "operator", None));
    let too_long = "x".repeat(501);
    let refused = house.catalog.pause_source(&Viewer::operator(), "portal", Some(&too_long), day(1)).await;
    assert!(matches!(refused, Err(CatalogError::BadRequest(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_now_has_an_id_at_once_waits_for_its_place_and_ends_with_the_program() {
    let portal = StallingPortal::start(Mood::IsSilent).await;
    let disabled = format!("enabled = false\n{}", portal.source("neighbour"));
    // One place: the second harvest waits for the first.
    let house = House::open(&[&portal.source("portal"), &disabled]).await;
    let (operator, catalog) = (Viewer::operator(), &house.catalog);
    let first = catalog.request_harvest(&operator, "portal", HarvestOptions::default(), day(0)).await.unwrap();
    portal.was_asked().await;
    let second = catalog
        .request_harvest(&operator, "neighbour", HarvestOptions { full: true, ..HarvestOptions::default() }, day(0))
        .await
        .unwrap();
    assert_eq!(catalog.run_row(&operator, "neighbour", &second).await.unwrap().verdict, "running");

    let again = catalog.request_harvest(&operator, "portal", HarvestOptions::default(), day(0)).await;
    assert!(matches!(&again, Err(CatalogError::AlreadyRuns { run, .. }) if *run == first), "{again:?}");
    for (viewer, source) in
        [(member("Keepers"), "portal"), (Viewer::anonymous(), "portal"), (operator.clone(), "nowhere")]
    {
        let refused = catalog.request_harvest(&viewer, source, HarvestOptions::default(), day(0)).await;
        assert!(matches!(refused, Err(CatalogError::NotFound("source"))), "{refused:?}");
    }

    // What waits for its place is stopped as what is under way is.
    catalog.stop_run(&operator, "neighbour", day(0)).await.unwrap();
    for _ in 0..1500 {
        if catalog.run_row(&operator, "neighbour", &second).await.unwrap().ended.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(catalog.run_row(&operator, "neighbour", &second).await.unwrap().verdict, "cancelled");
    assert_eq!(catalog.run_row(&operator, "portal", &first).await.unwrap().verdict, "running");

    tokio::time::timeout(AT_LAST, catalog.end_requested_harvests()).await.unwrap();
    assert_eq!(catalog.run_row(&operator, "portal", &first).await.unwrap().verdict, "cancelled");
    let told = acts(&house).await;
    assert_eq!(told[0], format!("operator source.harvest portal: run {first}"));
    assert_eq!(told[1], format!("operator source.harvest neighbour: run {second}"));
}

/// F38: a process that stood still for longer than its lease holds (SIGSTOP) goes on, and may not write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_slept_through_its_lease_writes_nothing_more_and_says_so() {
    let portal = StallingPortal::start(Mood::IsSilent).await;
    let source = portal.source("portal");
    let house = House::open_keeping(&[&source], FOREVER).await;
    let sleeper = harvest_beside(&house.catalog, &CancellationToken::new());
    portal.was_asked().await;
    let path = house.data().join("cairn.db");
    let mut by_hand = <sqlx::SqliteConnection as sqlx::Connection>::connect(path.to_str().unwrap()).await.unwrap();
    sqlx::query("UPDATE leases SET expires = 0").execute(&mut by_hand).await.unwrap();

    portal.set(Mood::Gives);
    let other = open_store(&house.folder, &[&source]).await;
    let config = Arc::clone(other.source("portal").unwrap());
    let taken_over = other.harvest(&config, &HarvestOptions::default(), &Silent, day(1)).await.unwrap();
    assert_eq!((taken_over.verdict, taken_over.listed), (Verdict::Complete, u64::from(PACKAGES)));
    let late = tokio::time::timeout(Duration::from_mins(1), sleeper).await.unwrap().unwrap();
    assert_eq!(late.verdict, Verdict::LeaseLost);
    let told: Vec<String> = runs(&other).await.into_iter().map(|run| run.verdict).collect();
    assert_eq!(told, ["complete", "lease_lost"]);
}

/// F26: the configuration is read when the program starts, and a run keeps to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_is_edited_during_its_run_is_read_as_it_was() {
    let portal = StallingPortal::start(Mood::IsSilent).await;
    let source = portal.source("portal");
    let house = House::open(&[&source]).await;
    let harvest = harvest_beside(&house.catalog, &CancellationToken::new());
    portal.was_asked().await;
    let edited = open_store(&house.folder, &[&source.replace("\nkind", "\ntitle = \"Renamed\"\nkind")]).await;
    assert_eq!(edited.source_states(&Viewer::operator(), None, day(0)).await.unwrap()[0].title, "Renamed");
    portal.set(Mood::Gives);
    let report = harvest.await.unwrap();
    assert_eq!((report.verdict, report.listed), (Verdict::Complete, u64::from(PACKAGES)));
}

/// F07: a source that is down keeps its records, and it is told since when.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_is_unreachable_from_its_first_run_that_got_nowhere_until_one_gets_an_answer() {
    let portal = StallingPortal::start(Mood::Gives).await;
    let source = portal.source("portal");
    let house = House::open(&[&source]).await;
    assert_eq!(house.harvest("portal", 0).await.verdict, Verdict::Complete);
    let since = async |catalog: &Catalog| {
        catalog.source_states(&Viewer::operator(), Some("portal"), day(9)).await.unwrap()[0].unreachable_since
    };
    assert_eq!(since(&house.catalog).await, None);

    portal.set(Mood::IsClosed);
    let report = house.harvest("portal", 2).await;
    assert_eq!((report.verdict, report.unreachable), (Verdict::Failed, true));
    house.harvest("portal", 3).await;
    assert_eq!(since(&house.catalog).await, Some(day(2)));
    assert_eq!(house.found(&Viewer::operator(), "wells").await.len(), PACKAGES as usize);
    let id = house::portal_id("p1");
    let shown = house.catalog.dataset(&Viewer::operator(), id).await.unwrap();
    assert_eq!(shown.source_unreachable_since, Some(day(2)));

    portal.set(Mood::Gives);
    assert_eq!(house.harvest("portal", 5).await.verdict, Verdict::Complete);
    assert_eq!(since(&house.catalog).await, None);
}
