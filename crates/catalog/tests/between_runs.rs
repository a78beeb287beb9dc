//! What one run leaves to the next: states, marks, checkpoints and the last complete listing.
#![expect(clippy::unwrap_used, reason = "tests")]

mod house;

use cairn_catalog::{RunReport, Verdict};
use cairn_policy::Viewer;
use house::portal::Portal;
use house::{House, PORTAL, dump, package, packages, portal_id};

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
