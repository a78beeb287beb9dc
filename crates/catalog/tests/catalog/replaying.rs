//! Replay: what is kept of a source is read anew, without asking the source.

use crate::house::{DESK, House, PORTAL, day, dump, inventory, packages, portal_id};
use cairn_catalog::{CatalogError, HarvestOptions, Silent, Verdict};
use cairn_policy::Viewer;

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
    let desk =
        |sharing: &str| format!("{DESK}sharing = \"{sharing}\"\naccess_method = \"download\"\nlisting = \"full\"\n");
    let house = House::open(&[&desk("public")]).await;
    house.write("desk.csv", &inventory(&[["d1", "Wells", "public", "", ""], ["d2", "Roads", "", "", ""]]));
    house.harvest("desk", 0).await;
    std::fs::remove_file(house.folder.path().join("desk.csv")).unwrap();
    let anyone = Viewer::anonymous();
    assert_eq!(house.sharing(&anyone).await, ["Roads: public", "Wells: public"]);

    // Closer terms hold at once.
    let house = house.reopened(&[&desk("community")]).await;
    let report = house.harvest_with("desk", 1, &replay()).await;
    assert_eq!((report.verdict, report.changed, report.loosenings_held), (Verdict::Complete, 1, 0));
    assert_eq!(house.sharing(&anyone).await, ["Roads: community", "Wells: public"]);

    // Looser ones wait for a person, as in any run.
    let house = house.reopened(&[&desk("public")]).await;
    let report = house.harvest_with("desk", 2, &replay()).await;
    assert_eq!((report.verdict, report.loosenings_held), (Verdict::Complete, 1));
    assert_eq!(house.sharing(&anyone).await, ["Roads: community", "Wells: public"]);
    let confirm = HarvestOptions { confirm_loosening: Some(report.run), ..replay() };
    house.harvest_with("desk", 3, &confirm).await;
    assert_eq!(house.sharing(&anyone).await, ["Roads: public", "Wells: public"]);
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

#[tokio::test]
async fn what_a_replay_could_not_read_is_read_by_the_next_harvest_though_the_file_is_the_same() {
    // A package that was refused: nothing of it is kept.
    let house = House::open(&[PORTAL]).await;
    let mut listing = packages(1, 5);
    listing.push(serde_json::json!({"maintainer": "Nobody"}));
    house.write("dump.json", &dump(&listing));
    assert_eq!(house.harvest("portal", 0).await.verdict, Verdict::CompleteWithErrors);
    let house = house.reopened(&[&taken_over()]).await;
    house.harvest_with("portal", 1, &replay()).await;
    let report = house.harvest("portal", 2).await;
    assert_eq!((report.verdict, report.problems), (Verdict::CompleteWithErrors, 1), "it was looked at once more");

    // A table whose configuration names another column for ids.
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", &inventory(&[["d1", "Wells", "", "", "w1"], ["d2", "Roads", "", "", "r1"]]));
    house.harvest("desk", 0).await;
    let house = house.reopened(&[&format!("{DESK}[mapping.columns]\nidentifier = \"Contact email\"\n")]).await;
    house.harvest_with("desk", 1, &replay()).await;
    let report = house.harvest("desk", 2).await;
    assert_eq!(report.new, 2, "{:?}: {:?}", report.verdict, report.reason);
}

#[tokio::test]
async fn closer_terms_of_the_configuration_reach_what_the_source_no_longer_lists() {
    let desk =
        |sharing: &str| format!("{DESK}sharing = \"{sharing}\"\naccess_method = \"download\"\nlisting = \"full\"\n");
    let house = House::open(&[&desk("public")]).await;
    let rows: Vec<[String; 5]> = (1..=30)
        .map(|number| [format!("d{number}"), format!("Wells {number}"), String::new(), String::new(), String::new()])
        .collect();
    let rows: Vec<[&str; 5]> = rows.iter().map(|row| row.each_ref().map(String::as_str)).collect();
    house.write("desk.csv", &inventory(&rows));
    house.harvest("desk", 0).await;
    house.write("desk.csv", &inventory(&rows[1..]));
    assert_eq!(house.harvest("desk", 1).await.missing, 1);

    let house = house.reopened(&[&desk("community")]).await;
    std::fs::rename(house.folder.path().join("desk.csv"), house.folder.path().join("away.csv")).unwrap();
    let failed = house.harvest("desk", 2).await;
    assert!(
        failed.reason.unwrap().contains("cairn harvest desk --replay"),
        "it tells that the former terms still hold"
    );
    let anyone = Viewer::anonymous();
    assert!(house.sharing(&anyone).await.contains(&"Wells 1: public".to_owned()));

    house.harvest_with("desk", 3, &replay()).await;
    assert!(house.sharing(&anyone).await.iter().all(|line| line.ends_with(": community")));
    // It is still missing, and goes when that was so for long enough.
    std::fs::rename(house.folder.path().join("away.csv"), house.folder.path().join("desk.csv")).unwrap();
    assert_eq!(house.harvest("desk", 20).await.retired, 1);
}

#[tokio::test]
async fn an_old_run_confirms_nothing_that_its_source_took_back_and_says_again() {
    let house = House::open(&[DESK]).await;
    let said = |sharing: &str| inventory(&[["d1", "Wells", sharing, "", ""]]);
    let lists = async |sharing: &str, day: i64| {
        house.write("desk.csv", &said(sharing));
        house.harvest("desk", day).await
    };
    lists("organisation", 0).await;
    let old = lists("public", 1).await;
    lists("organisation", 2).await;
    assert!(lists("public", 3).await.loosenings_held > 0);
    let confirming = HarvestOptions { confirm_loosening: Some(old.run), ..HarvestOptions::default() };
    let source = house.catalog.source("desk").unwrap();
    let refused = house.catalog.harvest(source, &confirming, &Silent, day(4)).await;
    assert!(matches!(refused, Err(CatalogError::BadRequest(_))), "{refused:?}");
    assert_eq!(house.sharing(&Viewer::operator()).await, ["Wells: organisation"]);
}
