//! Removals that a person confirms, and what a source deleted, beside what nobody can name.

use crate::house::{House, PORTAL, dump, packages, portal_id};
use cairn_catalog::{HarvestOptions, Verdict};
use cairn_policy::Viewer;
use serde_json::json;

async fn is_there(house: &House, id: &str) -> bool {
    house.catalog.dataset(&Viewer::anonymous(), portal_id(id)).await.is_ok()
}

/// A dump of packages in lines, with one more that nobody can name.
fn with_a_nameless_one(packages: &[serde_json::Value]) -> String {
    let lines: Vec<String> = packages.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n{\"maintainer\": \"Nobody\"}\n"
}

#[tokio::test]
async fn what_is_confirmed_and_what_the_source_deleted_goes_whatever_else_it_cannot_name() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 60)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&packages(1, 39)));
    let tripped = house.harvest("portal", 1).await;
    assert_eq!(tripped.verdict, Verdict::GuardTripped);

    let mut listing = packages(1, 38);
    listing[4]["state"] = json!("deleted");
    house.write("dump.json", &with_a_nameless_one(&listing));
    let confirm = HarvestOptions { confirm_removals: Some(tripped.run), ..HarvestOptions::default() };
    let confirmed = house.harvest_with("portal", 2, &confirm).await;
    let told = confirmed.reason.clone().unwrap_or_default();
    assert_eq!(
        (confirmed.verdict, confirmed.retired, confirmed.missing),
        (Verdict::CompleteWithErrors, 22, 0),
        "{told}"
    );
    assert!(!is_there(&house, "p60").await && !is_there(&house, "p5").await);
    assert!(is_there(&house, "p39").await && told.contains("nothing was called missing"), "{told}");
}

#[tokio::test]
async fn what_may_be_there_without_a_name_is_not_held_against_the_guard() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 60)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &with_a_nameless_one(&packages(1, 39)));
    let report = house.harvest("portal", 1).await;
    let told = report.reason.clone().unwrap_or_default();
    assert_eq!((report.verdict, report.missing, report.retired), (Verdict::CompleteWithErrors, 0, 0), "{told}");
    assert!(told.contains("nothing was called missing"), "{told}");
    assert_eq!(house.problem_codes(&report, "removal-held").await, Vec::<String>::new());
    // A listing that shrank by more than half is held all the same.
    house.write("dump.json", &with_a_nameless_one(&packages(1, 12)));
    assert_eq!(house.harvest("portal", 2).await.verdict, Verdict::GuardTripped);
}

#[tokio::test]
async fn what_was_confirmed_is_on_the_list_again_where_more_than_that_is_gone() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 100)));
    house.harvest("portal", 0).await;
    let confirm = |run: String| HarvestOptions { confirm_removals: Some(run), ..HarvestOptions::default() };
    house.write("dump.json", &dump(&packages(1, 70)));
    let first = house.harvest("portal", 1).await;
    assert_eq!(house.problem_codes(&first, "removal-held").await.len(), 30);
    // Before that is confirmed, more goes than may go at once.
    house.write("dump.json", &dump(&packages(1, 45)));
    let second = house.harvest_with("portal", 2, &confirm(first.run)).await;
    assert_eq!((second.verdict, second.retired), (Verdict::GuardTripped, 0));
    assert_eq!(house.problem_codes(&second, "removal-held").await.len(), 55, "all that it lacks");
    let third = house.harvest_with("portal", 3, &confirm(second.run)).await;
    assert_eq!((third.verdict, third.retired), (Verdict::Complete, 55), "{:?}", third.reason);
}
