//! Sources that may be asked so many times a day: a run stops when that is spent, and goes on another day.

use std::sync::Arc;

use crate::house::{House, day};
use crate::portal::{Instead, Portal, http};
use cairn_catalog::{HarvestOptions, Silent, Verdict};
use cairn_policy::Viewer;
use tokio::sync::Notify;

fn source(portal: &Portal, limits: &str) -> String {
    format!(
        "id = \"portal\"\nkind = \"ckan\"\nurl = \"http://127.0.0.1:{}\"\nallow_private = true\norganisation = \"Keepers\"\n[limits]\nrequests_per_second = 0\npage_size = 10\n{limits}\n",
        portal.port
    )
}

#[tokio::test]
async fn a_run_stops_when_the_day_is_spent_and_goes_on_the_next_day_where_it_stopped() {
    let portal = Portal::well_behaved(45).await;
    let house = House::open(&[&source(&portal, "requests_per_day = 2")]).await;
    let first = house.harvest("portal", 0).await;
    assert_eq!((first.verdict, first.listed, first.requests), (Verdict::Partial, 20, 2));
    let reason = first.reason.unwrap();
    assert!(reason.contains("2 requests that may be sent on a day (`requests_per_day`) are spent"), "{reason}");

    // Another process on the same day has nothing left.
    let house = house.reopened(&[&source(&portal, "requests_per_day = 2")]).await;
    let none_left = house.harvest("portal", 0).await;
    assert_eq!((none_left.verdict, none_left.requests, none_left.unreachable), (Verdict::Partial, 0, false));

    let second = house.harvest("portal", 1).await;
    assert_eq!((second.verdict, second.listed, second.requests), (Verdict::Partial, 40, 2), "{:?}", second.reason);
    let third = house.harvest("portal", 2).await;
    assert_eq!((third.verdict, third.listed, third.new), (Verdict::Complete, 45, 45), "{:?}", third.reason);
    assert_eq!(third.requests, 1);
    let starts: Vec<usize> = portal.searches().iter().map(|search| search.start).collect();
    assert_eq!(starts, [0, 9, 19, 29, 39], "each window once, from the last record of the one before");
}

#[tokio::test]
async fn a_listing_that_changed_before_the_place_where_a_run_goes_on_is_read_anew() {
    let portal = Portal::well_behaved(45).await;
    let house = House::open(&[&source(&portal, "requests_per_day = 4")]).await;
    assert_eq!(house.harvest("portal", 0).await.verdict, Verdict::Partial);
    portal.set(|holdings| {
        holdings.ids.remove(3);
    });
    assert_eq!(house.harvest("portal", 1).await.verdict, Verdict::Partial);
    let house = house.reopened(&[&source(&portal, "requests_per_day = 10")]).await;
    let report = house.harvest("portal", 2).await;
    assert_eq!(report.verdict, Verdict::Complete, "{:?}", report.reason);
}

#[tokio::test]
async fn requests_of_a_run_that_was_killed_count() {
    let asked = Arc::new(Notify::new());
    let told = Arc::clone(&asked);
    let portal = Portal::start(45, move |_, _, number| {
        if number == 1 {
            told.notify_one();
            // Its answer breaks off where the run is killed.
            return Some(Instead(Vec::new()));
        }
        None
    })
    .await;
    let house = House::open(&[&source(&portal, "requests_per_day = 2")]).await;
    let (catalog, killed) = (house.catalog.clone(), Arc::clone(house.catalog.source("portal").unwrap()));
    let run = tokio::spawn(async move { catalog.harvest(&killed, &HarvestOptions::default(), &Silent, day(0)).await });
    asked.notified().await;
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    let dry = HarvestOptions { dry_run: true, ..HarvestOptions::default() };
    let next = house.harvest_with("portal", 0, &dry).await;
    assert_eq!((next.verdict, next.requests), (Verdict::Partial, 0), "{:?}", next.reason);
    assert_eq!(house.harvest_with("portal", 1, &dry).await.requests, 2, "another day");
}

#[tokio::test]
async fn a_redirect_is_a_request_too() {
    let portal = Portal::start(5, |_, search, _| {
        (!search.target.contains("moved")).then(|| {
            let target = format!("Location: {}&moved=1", search.target);
            Instead(http("302 Found", &[&target], ""))
        })
    })
    .await;
    let house = House::open(&[&source(&portal, "requests_per_day = 1")]).await;
    let report = house.harvest("portal", 0).await;
    assert_eq!((report.verdict, report.requests, portal.searches().len()), (Verdict::Partial, 1, 1));
}

#[tokio::test]
async fn a_source_without_a_budget_is_asked_as_often_as_it_takes() {
    let portal = Portal::well_behaved(45).await;
    let house = House::open(&[&source(&portal, "")]).await;
    assert_eq!(house.harvest("portal", 0).await.verdict, Verdict::Complete);
}

#[tokio::test]
async fn a_run_that_spent_its_day_goes_on_the_next_day_however_rare_its_schedule() {
    let portal = Portal::well_behaved(45).await;
    let weekly = |limits: &str| format!("schedule = \"weekly\"\n{}", source(&portal, limits));
    let next_run = async |house: &House| {
        let states = house.catalog.source_states(&Viewer::operator(), Some("portal"), day(0)).await.unwrap();
        states.into_iter().next().unwrap().operation.unwrap().next_run.unwrap()
    };
    let house = House::open(&[&weekly("requests_per_day = 2")]).await;
    assert_eq!(house.harvest("portal", 0).await.verdict, Verdict::Partial);
    assert_eq!(next_run(&house).await, day(1));
    // One that stopped for another reason waits for its schedule.
    let house = House::open(&[&weekly("requests_per_day = 20\nmax_records = 15")]).await;
    assert_eq!(house.harvest("portal", 0).await.verdict, Verdict::Partial);
    assert_ne!(next_run(&house).await, day(1));
}
