//! What one run leaves to the next: states, marks, checkpoints and the last complete listing.

use crate::house;
use crate::house::portal::Portal;
use crate::house::{House, PORTAL, dump, package, packages, portal_id};
use cairn_catalog::{RunReport, Verdict};
use cairn_policy::Viewer;
use sqlx::Connection;

fn numbers(report: &RunReport) -> (Verdict, u64, u64, u64, u64, u64, u64) {
    let RunReport { verdict, listed, new, changed, unchanged, missing, retired, .. } = report;
    (*verdict, *listed, *new, *changed, *unchanged, *missing, *retired)
}

#[tokio::test]
async fn a_file_is_not_unchanged_after_a_run_that_wrote_something_of_another() {
    let house = House::open(&[PORTAL]).await;
    let right = dump(&packages(1, 60));
    house.write("dump.json", &right);
    house.harvest("portal", 0).await;
    // By mistake: half of the records changed, one of somebody else, and the rest lacking.
    let mut wrong: Vec<_> = (1..=30).map(|number| package(&format!("p{number}"), "Changed")).collect();
    wrong.push(package("foreign", "Foreign"));
    house.write("dump.json", &dump(&wrong));
    assert_eq!(house.harvest("portal", 1).await.verdict, Verdict::GuardTripped);
    house.write("dump.json", &right);
    assert_eq!(numbers(&house.harvest("portal", 2).await), (Verdict::Complete, 60, 0, 30, 30, 1, 0));
    let again = house.harvest("portal", 3).await;
    assert_eq!((numbers(&again), again.writes), ((Verdict::Complete, 60, 0, 0, 60, 1, 0), 0));
    assert_eq!(house.found(&Viewer::anonymous(), "changed").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_file_is_not_unchanged_after_a_run_that_took_missing_marks_off() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 4)));
    house.harvest("portal", 0).await;
    let without_p4 = dump(&packages(1, 3));
    house.write("dump.json", &without_p4);
    assert_eq!(house.harvest("portal", 1).await.missing, 1);
    let whole = serde_json::Value::Array(packages(1, 5)).to_string();
    house.write("dump.json", &whole[..whole.len() - 40]);
    assert_eq!(numbers(&house.harvest("portal", 2).await), (Verdict::Partial, 4, 0, 0, 4, 0, 0));
    house.write("dump.json", &without_p4);
    assert_eq!(numbers(&house.harvest("portal", 3).await), (Verdict::Complete, 3, 0, 0, 3, 1, 0));
}

#[tokio::test]
async fn a_record_that_is_listed_but_cannot_be_delivered_is_found_again() {
    let portal = Portal::start().await;
    let house = House::open(&[&portal.source()]).await;
    portal.set(packages(1, 4), None);
    house.harvest("portal", 0).await;
    portal.set(packages(1, 3), None);
    assert_eq!(house.harvest("portal", 1).await.missing, 1);
    portal.set(packages(1, 4), Some("p4"));
    assert_eq!(numbers(&house.harvest("portal", 5).await), (Verdict::CompleteWithErrors, 4, 0, 0, 3, 0, 0));
    portal.set(packages(1, 3), None);
    assert_eq!(numbers(&house.harvest("portal", 9).await), (Verdict::Complete, 3, 0, 0, 3, 1, 0));
    assert!(house.catalog.dataset(&Viewer::anonymous(), portal_id("p4")).await.is_ok());
}

#[tokio::test]
async fn a_run_that_has_to_begin_anew_counts_nothing_of_the_run_that_was_interrupted() {
    let portal = Portal::start().await;
    let house = House::open(&[&portal.source()]).await;
    portal.set(packages(10, 29), None);
    let stopped = house.harvest_a_page("portal", 0).await;
    assert_eq!((stopped.verdict, stopped.new), (Verdict::Cancelled, 10));
    // Nothing moved: it goes on.
    let stopped = house.harvest_a_page("portal", 1).await;
    assert_eq!((stopped.verdict, stopped.listed, stopped.new), (Verdict::Cancelled, 10, 10));
    // What stood first is gone: the place where it stopped is another now.
    portal.set(packages(11, 29), None);
    let finished = house.harvest("portal", 2).await;
    assert_eq!(numbers(&finished), (Verdict::Complete, 19, 10, 0, 9, 1, 0));
}

#[tokio::test]
async fn a_listing_is_held_against_the_last_complete_one_however_many_runs_failed_since() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 20)));
    house.harvest("portal", 0).await;
    std::fs::remove_file(house.folder.path().join("dump.json")).unwrap();
    for _ in 0..201 {
        house.harvest("portal", 1).await;
    }
    house.write("dump.json", &dump(&packages(1, 8)));
    let tripped = house.harvest("portal", 2).await;
    assert_eq!((tripped.verdict, tripped.missing), (Verdict::GuardTripped, 0));
    let reason = "the source lists 8 records; the last complete run listed 20: nothing was removed";
    assert_eq!(tripped.reason.as_deref(), Some(reason));
}

/// Hash of the payload, revision, and the payload itself, as the store has them.
async fn payload_kept(house: &House, id: &str) -> (Vec<u8>, i64, Vec<u8>) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(house.data().join("cairn.db"));
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let row = sqlx::query_as(
        "SELECT r.payload_hash, r.revision, p.bytes FROM records r JOIN payloads p ON p.record = r.key
         WHERE r.source_record_id = $1",
    );
    row.bind(id).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn a_payload_that_differs_in_what_is_volatile_is_kept_and_known_from_then_on_and_is_no_change() {
    let house = House::open(&[PORTAL]).await;
    let viewed = |times: u32| {
        let mut listing = packages(1, 3);
        listing[1]["tracking_summary"] = serde_json::json!({"total": times});
        listing
    };
    house.write("dump.json", &dump(&viewed(1)));
    house.harvest("portal", 0).await;
    let before = payload_kept(&house, "p2").await;
    house.write("dump.json", &dump(&viewed(2)));
    let report = house.harvest("portal", 1).await;
    // The payload and its hash.
    assert_eq!((numbers(&report), report.writes), ((Verdict::Complete, 3, 0, 0, 3, 0, 0), 2));
    let after = payload_kept(&house, "p2").await;
    assert!(after.0 != before.0 && after.1 == before.1 && after.2 != before.2);
    let mut follower = house.catalog.take_index_writer("test", house::day(2)).await.unwrap();
    assert_eq!(follower.catch_up().await.unwrap(), 0, "no document is written");
    drop(follower);
    let reversed: Vec<_> = viewed(2).into_iter().rev().collect();
    house.write("dump.json", &dump(&reversed));
    assert_eq!(house.harvest("portal", 3).await.writes, 0);
}
