//! Replay: what is kept of a source is read anew, without asking the source.
#![expect(clippy::unwrap_used, reason = "tests")]

mod house;

use cairn_catalog::{HarvestOptions, Verdict};
use cairn_policy::Viewer;
use house::{DESK, House, PORTAL, dump, inventory, member, packages, portal_id};

fn replay() -> HarvestOptions {
    HarvestOptions { replay: true, ..HarvestOptions::default() }
}

/// The portal of the tests, with another organisation.
fn taken_over() -> String {
    PORTAL.replace("Keepers", "Others")
}

#[tokio::test]
async fn a_replay_by_the_same_mapping_writes_nothing_and_needs_no_source() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 700)));
    house.harvest("portal", 0).await;
    std::fs::remove_file(house.folder.path().join("dump.json")).unwrap();
    let report = house.harvest_with("portal", 1, &replay()).await;
    assert_eq!((report.verdict, report.listed, report.unchanged), (Verdict::Complete, 700, 700));
    assert_eq!((report.writes, report.requests, report.problems), (0, 0, 0));
}

#[tokio::test]
async fn a_replay_reads_every_record_by_the_configuration_of_today() {
    let house =
        House::open(&["id = \"desk\"\nkind = \"inventory\"\nurl = \"file:desk.csv\"\norganisation = \"Desk\"\n"]).await;
    house.write("desk.csv", &inventory(&[["d1", "Wells", "public", "full", ""], ["d2", "Roads", "", "", ""]]));
    house.harvest("desk", 0).await;
    std::fs::remove_file(house.folder.path().join("desk.csv")).unwrap();
    assert_eq!(house.found(&member("Desk"), "").await, ["Roads", "Wells"]);

    let house = house.reopened(&[&DESK.replace("organisation = \"Desk\"", "organisation = \"Clinic\"")]).await;
    let report = house.harvest_with("desk", 1, &replay()).await;
    assert_eq!((report.verdict, report.changed), (Verdict::Complete, 2));
    assert!(report.loosenings_held > 0, "who owns a record is no matter of a mapping");
    assert_eq!(house.found(&member("Desk"), "").await, ["Roads", "Wells"]);
    assert_eq!(house.found(&member("Clinic"), "").await, ["Wells"]);
}

#[tokio::test]
async fn a_replay_takes_nothing_for_gone_and_brings_nothing_back() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 40)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&packages(1, 39)));
    assert_eq!(house.harvest("portal", 1).await.missing, 1);
    // The grace period is over, but a replay did not look.
    let report = house.harvest_with("portal", 20, &replay()).await;
    assert_eq!((report.verdict, report.missing, report.retired), (Verdict::Complete, 0, 0));
    assert!(house.catalog.dataset(&Viewer::anonymous(), portal_id("p40")).await.is_ok());
    assert_eq!(house.harvest("portal", 21).await.retired, 1);
}

#[tokio::test]
async fn a_source_that_was_replayed_by_another_mapping_is_still_known_to_be_unchanged() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 5)));
    house.harvest("portal", 0).await;
    let house = house.reopened(&[&taken_over()]).await;
    house.harvest_with("portal", 1, &replay()).await;
    let report = house.harvest("portal", 2).await;
    assert_eq!((report.verdict, report.unchanged, report.writes), (Verdict::Complete, 5, 0));
}
