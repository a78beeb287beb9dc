//! Sources of more records than are looked at together: nothing is lost where one page of them ends and the next begins.

use crate::house;
use std::collections::BTreeSet;

use crate::house::{House, PORTAL, dump, package};
use cairn_catalog::{HarvestOptions, RunReport, SearchRequest, Verdict};
use cairn_policy::Viewer;
use serde_json::{Value, json};

/// Some pages, and a part of one more.
const RECORDS: usize = 1300;

fn id(number: usize) -> String {
    format!("p{number:04}")
}

/// The packages with these numbers; another `round` gives another file of the same records.
fn listing(numbers: impl IntoIterator<Item = usize>, round: usize) -> String {
    let packages: Vec<Value> = numbers.into_iter().map(|number| package(&id(number), "Wells")).collect();
    format!("{}{}", "\n".repeat(round), dump(&packages))
}

fn numbers(report: &RunReport) -> (Verdict, [u64; 5]) {
    let RunReport { verdict, listed, new, unchanged, missing, retired, .. } = report;
    (*verdict, [*listed, *new, *unchanged, *missing, *retired])
}

async fn searchable(house: &House) -> u64 {
    house.catalog.search(&Viewer::anonymous(), SearchRequest::default()).await.unwrap().total
}

async fn harvested() -> House {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &listing(0..RECORDS, 0));
    assert_eq!(numbers(&house.harvest("portal", 0).await), (Verdict::Complete, [1300, 1300, 0, 0, 0]));
    house
}

#[tokio::test]
async fn every_record_that_a_guard_kept_is_listed_and_goes_once_that_is_confirmed() {
    let house = harvested().await;
    house.write("dump.json", &listing((0..RECORDS).step_by(5), 0));
    let tripped = house.harvest("portal", 1).await;
    assert_eq!(numbers(&tripped), (Verdict::GuardTripped, [260, 0, 260, 0, 0]));
    let held: BTreeSet<String> = house.problem_codes(&tripped, "removal-held").await.into_iter().collect();
    let expected: BTreeSet<String> = (0..RECORDS).filter(|number| number % 5 != 0).map(id).collect();
    assert_eq!(held, expected);

    // Some are back, and none of these goes.
    let back = [1, 499, 501, 1299];
    house.write("dump.json", &listing((0..RECORDS).filter(|number| number % 5 == 0 || back.contains(number)), 0));
    let again = house.harvest("portal", 2).await;
    let held = house.problem_codes(&again, "removal-held").await;
    assert_eq!((again.verdict, held.len()), (Verdict::GuardTripped, 1036));
    let confirm = HarvestOptions { confirm_removals: Some(again.run), ..HarvestOptions::default() };
    let confirmed = house.harvest_with("portal", 3, &confirm).await;
    assert_eq!(numbers(&confirmed), (Verdict::Complete, [264, 0, 264, 0, 1036]));
    assert_eq!(searchable(&house).await, 264);
}

#[tokio::test]
async fn records_that_were_missing_are_found_again_wherever_they_stand_and_one_that_is_deleted_goes() {
    let house = harvested().await;
    // A tenth more is lacking every day.
    let mut writes = 0;
    for day in 1..=4 {
        let tenths = usize::try_from(day).unwrap();
        house.write("dump.json", &listing((0..RECORDS).filter(|number| number % 10 >= tenths), 0));
        let report = house.harvest("portal", day).await;
        let lacking = 130 * tenths as u64;
        assert_eq!(numbers(&report), (Verdict::Complete, [1300 - lacking, 0, 1300 - lacking, lacking, 0]));
        writes = report.writes;
    }
    assert_eq!(writes, 520, "what is missing is marked, and nothing else");
    let mut packages: Vec<Value> = (0..RECORDS).map(|number| package(&id(number), "Wells")).collect();
    packages[510]["state"] = json!("deleted");
    house.write("dump.json", &dump(&packages));
    assert_eq!(numbers(&house.harvest("portal", 5).await), (Verdict::Complete, [1300, 0, 1299, 0, 1]));
    assert_eq!(searchable(&house).await, 1299);

    // Whatever was missing is not: it is lacking for the first time, and stays.
    house.write("dump.json", &listing((0..RECORDS).filter(|number| number % 10 != 0), 0));
    let report = house.harvest("portal", 30).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [1170, 0, 1170, 129, 0]));
    // The file stays as it is, and they are due.
    assert_eq!(numbers(&house.harvest("portal", 40).await), (Verdict::Complete, [1170, 0, 1170, 0, 129]));
    let unchanged = house.harvest("portal", 41).await;
    assert_eq!((numbers(&unchanged), unchanged.writes), ((Verdict::Complete, [1170, 0, 1170, 0, 0]), 0));
}

#[tokio::test]
async fn a_long_listing_whose_ids_all_changed_is_seen_through() {
    // F15.
    let house = House::open(&[PORTAL]).await;
    let listing = |prefix: &str| {
        let wells = |number: usize| package(&format!("{prefix}{number:04}"), &format!("Wells {number}"));
        dump(&(0..600).map(wells).collect::<Vec<_>>())
    };
    house.write("dump.json", &listing("old-"));
    house.harvest("portal", 0).await;
    house.write("dump.json", &listing("new-"));
    let tripped = house.harvest("portal", 1).await;
    let reason = tripped.reason.clone().unwrap_or_default();
    assert!(reason.starts_with("id_scheme_change: 600 records"), "{:?}: {reason}", tripped.verdict);
    let confirm = HarvestOptions { confirm_removals: Some(tripped.run), ..HarvestOptions::default() };
    let confirmed = house.harvest_with("portal", 2, &confirm).await;
    assert_eq!(numbers(&confirmed), (Verdict::Complete, [600, 0, 600, 0, 600]));
    for number in [0, 499, 500, 599] {
        let moved = house.catalog.dataset(&Viewer::anonymous(), house::portal_id(&format!("old-{number:04}"))).await;
        assert!(format!("{moved:?}").contains("Moved"), "{number}: {moved:?}");
    }
}

#[tokio::test]
async fn an_id_that_stands_again_many_pages_later_is_told_and_its_first_record_is_kept() {
    // F14.
    let house = House::open(&[PORTAL]).await;
    let mut packages: Vec<Value> = (0..RECORDS).map(|number| package(&id(number), "Wells")).collect();
    packages[1200] = package(&id(3), "Other wells");
    house.write("dump.json", &dump(&packages));
    let report = house.harvest("portal", 0).await;
    assert_eq!(numbers(&report), (Verdict::CompleteWithErrors, [1299, 1299, 0, 0, 0]));
    assert_eq!(house.problem_codes(&report, "duplicate-identifier").await, [id(3)]);
    assert_eq!(house.found(&Viewer::anonymous(), "other").await, [""; 0]);
}
