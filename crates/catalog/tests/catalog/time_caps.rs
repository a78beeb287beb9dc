//! The time that one run may take: a source that is slow or never ends costs so much of it and no more (A17, A18).

use std::sync::Arc;
use std::time::Duration;

use crate::house::stalling::{Mood, PACKAGES, StallingPortal};
use crate::house::{House, PORTAL, day, dump, packages};
use crate::portal::Portal;
use cairn_catalog::{CancellationToken, HarvestOptions, Scheduler, Silent, Verdict};
use cairn_policy::Viewer;
use jiff::SignedDuration;

/// A limit of so many seconds.
fn seconds(seconds: f64) -> String {
    format!("max_hours = {}\n", seconds / 3600.0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_whose_page_never_comes_ends_in_time_and_the_next_one_goes_on_there() {
    for mood in [Mood::TellsToWait, Mood::IsSilent, Mood::Drips] {
        let portal = StallingPortal::start(mood).await;
        let house = House::open(&[&format!("{}{}", portal.source("portal"), seconds(3.0))]).await;
        let harvest = tokio::time::timeout(Duration::from_secs(13), house.harvest("portal", 0));
        let report = harvest.await.unwrap_or_else(|_| panic!("{mood:?}"));
        assert_eq!((report.verdict, report.listed, report.new), (Verdict::Partial, 10, 10), "{mood:?}");
        let reason = report.reason.unwrap();
        assert!(reason.contains("hours that a run may take (`max_hours`) are over"), "{reason}");
        assert!(reason.ends_with("the next one goes on where it stopped"), "{reason}");
        assert!(!report.unreachable, "{mood:?}: nobody knows that it is down");
        let states = house.catalog.source_states(&Viewer::operator(), Some("portal"), day(0)).await.unwrap();
        let next_run = states.into_iter().next().unwrap().operation.unwrap().next_run.unwrap();
        assert!(next_run <= day(0) + SignedDuration::from_mins(5), "{mood:?}: {next_run}");

        portal.set(Mood::Gives);
        let house = house.reopened(&[&portal.source("portal")]).await;
        let next = house.harvest("portal", 1).await;
        assert_eq!((next.verdict, next.listed), (Verdict::Complete, u64::from(PACKAGES)), "{mood:?}");
        assert_eq!(portal.listings_begun(), 1, "{mood:?}");
    }
}

#[tokio::test]
async fn a_listing_that_takes_longer_than_a_run_is_read_by_several_that_go_on_from_one_another() {
    let portal = Portal::well_behaved(70).await;
    let source = format!(
        "id = \"portal\"\nkind = \"ckan\"\nurl = \"http://127.0.0.1:{}\"\nallow_private = true\n[limits]\n\
         requests_per_second = 2\npage_size = 10\n{}",
        portal.port,
        seconds(2.0)
    );
    let house = House::open(&[&source]).await;
    let mut verdicts = Vec::new();
    let mut listed = 0;
    while verdicts.last() != Some(&Verdict::Complete) && verdicts.len() < 9 {
        let report = house.harvest("portal", i64::try_from(verdicts.len()).unwrap()).await;
        // A machine that stood still may have left it no time for the ids before its place and for one window.
        if report.requests > 2 {
            assert!(report.listed > listed, "each run brings what comes next: {report:?}");
        }
        listed = listed.max(report.listed);
        verdicts.push(report.verdict);
    }
    assert!(verdicts.len() > 1 && verdicts[0] == Verdict::Partial, "{verdicts:?}");
    assert_eq!((verdicts.last(), listed), (Some(&Verdict::Complete), 70), "{verdicts:?}");
    // A run that goes on looks at the ids before its place.
    let searches = portal.searches().into_iter().filter(|search| !search.ids_only);
    let mut starts: Vec<usize> = searches.map(|search| search.start).collect();
    starts.dedup();
    assert_eq!(starts, [0, 9, 19, 29, 39, 49, 59], "each window in its turn");
}

#[tokio::test]
async fn a_run_whose_listing_moved_left_no_place_and_says_so_when_its_time_is_over() {
    let portal = Portal::start(200, |holdings, _, number| {
        if number == 1 {
            holdings.ids.remove(3);
        }
        None
    })
    .await;
    let source = format!(
        "id = \"portal\"\nkind = \"ckan\"\nurl = \"http://127.0.0.1:{}\"\nallow_private = true\n[limits]\n\
         requests_per_second = 2\npage_size = 10\n{}",
        portal.port,
        seconds(4.0)
    );
    let house = House::open(&[&source]).await;
    let report = house.harvest("portal", 0).await;
    let reason = report.reason.unwrap();
    assert!(report.verdict == Verdict::Partial && reason.ends_with("the next one begins anew"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_gives_nothing_at_all_in_its_time_has_failed() {
    let portal = StallingPortal::start(Mood::IsClosed).await;
    let patient = portal.source("portal").replace("requests_per_second = 0", "requests_per_second = 0.001");
    let house = House::open(&[&format!("{patient}{}", seconds(1.0))]).await;
    assert_eq!(house.harvest("portal", 0).await.verdict, Verdict::Failed, "it asks to be left alone");
    let second = house.harvest("portal", 1).await;
    assert_eq!((second.verdict, second.listed, second.requests), (Verdict::Failed, 0, 0), "{:?}", second.reason);
    assert!(second.reason.unwrap().ends_with("are over; the next one begins anew"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_keeps_its_page_back_keeps_no_other_from_being_harvested() {
    let portal = StallingPortal::start(Mood::IsSilent).await;
    // There is one place for both.
    let house = House::open(&[&format!("{}{}", portal.source("silent"), seconds(2.0)), PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    let scheduler = Scheduler::new(house.catalog.clone(), Arc::new(Silent), CancellationToken::new());
    let sources = ["silent", "portal"].map(|id| Arc::clone(house.catalog.source(id).unwrap()));
    let options = HarvestOptions::default();
    let harvest = scheduler.harvest_all(&sources, &options);
    let reports = tokio::time::timeout(Duration::from_secs(20), harvest).await.unwrap();
    let verdicts: Vec<Verdict> = reports.into_iter().map(|(_, report)| report.unwrap().verdict).collect();
    assert_eq!(verdicts, [Verdict::Partial, Verdict::Complete]);
}
