//! What is old is forgotten at the end of a harvest, whoever made it.

use crate::house;
use std::time::Duration;

use crate::house::{DESK, House, PORTAL, desk_id, dump, inventory, package, packages, portal_id};
use cairn_catalog::{CatalogError, HarvestOptions, RecordChange, Retention};
use cairn_policy::Viewer;

const SHORT: Retention = Retention { runs: 30, history: 60, retired: 20 };

async fn steps(house: &House, id: &str) -> usize {
    let history = house.catalog.history(&Viewer::anonymous(), portal_id(id), None, 100).await;
    history.unwrap().entries.len()
}

#[tokio::test]
async fn a_harvest_forgets_runs_and_history_that_are_older_than_they_are_kept() {
    let house = House::open_keeping(&[PORTAL], SHORT).await;
    for day in 0..5 {
        house.write("dump.json", &dump(&[package("p", &format!("Wells of day {day}"))]));
        house.harvest("portal", day).await;
    }
    let runs = async || house.catalog.runs_of(&Viewer::operator(), "portal", 100).await.unwrap().len();
    assert_eq!((runs().await, steps(&house, "p").await), (5, 5));
    house.harvest("portal", 33).await;
    // The runs of the first three days are more than thirty days old.
    assert_eq!((runs().await, steps(&house, "p").await), (3, 5));
    let before = house.catalog.dataset(&Viewer::anonymous(), portal_id("p")).await.unwrap();
    house.harvest("portal", 64).await;
    // Of the history, the last old step stays, and the first.
    assert_eq!(steps(&house, "p").await, 3);
    let after = house.catalog.dataset(&Viewer::anonymous(), portal_id("p")).await.unwrap();
    assert_eq!(before, after, "what is told of the record is what was told");
    assert_eq!(house.catalog.check_store().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_record_that_its_source_withdrew_answers_410_for_as_long_as_it_is_kept_and_404_after_that() {
    let house = House::open_keeping(&[PORTAL], SHORT).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&packages(2, 3)));
    house.harvest("portal", 1).await;
    assert_eq!(house.harvest("portal", 9).await.retired, 1);
    let anyone = Viewer::anonymous();
    let read = async || house.catalog.dataset(&anyone, portal_id("p1")).await.map(|_| ());
    assert!(matches!(read().await, Err(CatalogError::Gone)));
    let feed = house.catalog.changes(&anyone, None, 100).await.unwrap();
    assert_eq!(feed.changes.last(), Some(&RecordChange::Retired(portal_id("p1"))));

    house.harvest("portal", 28).await;
    assert!(matches!(read().await, Err(CatalogError::Gone)), "nineteen days");
    house.harvest("portal", 30).await;
    assert!(matches!(read().await, Err(CatalogError::NotFound("record"))), "twenty-one days");
    // The place is gone, for who had read that it was retired: the feed is read anew, and does not hold it.
    let lost = house.catalog.changes(&anyone, feed.next.as_deref(), 100).await;
    assert!(matches!(lost, Err(CatalogError::UnknownCursor)));
    assert_eq!(house.catalog.changes(&anyone, None, 100).await.unwrap().changes.len(), 2);

    // It comes again as a record that was never here.
    house.write("dump.json", &dump(&packages(1, 3)));
    assert_eq!(house.harvest("portal", 31).await.new, 1);
    assert_eq!(house.found(&anyone, "").await, ["Wells 1", "Wells 2", "Wells 3"]);
    assert_eq!(steps(&house, "p1").await, 1);
}

#[tokio::test]
async fn an_index_from_before_records_went_for_good_is_made_anew() {
    let house = House::open_keeping(&[PORTAL], SHORT).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&packages(2, 3)));
    house.harvest("portal", 1).await;
    // Nobody writes the index from here on.
    let harvest_only = async |day| {
        let source = house.catalog.source("portal").unwrap();
        let options = HarvestOptions::default();
        house.catalog.harvest(source, &options, &cairn_catalog::Silent, house::day(day)).await.unwrap()
    };
    assert_eq!(harvest_only(9).await.retired, 1);
    harvest_only(40).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["Wells 1", "Wells 2", "Wells 3"], "it is behind");
    house.catalog.catch_index_up(Duration::from_secs(10)).await.unwrap();
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["Wells 2", "Wells 3"]);
    assert!(house.catalog.index_is_current().await.unwrap());
}

#[tokio::test]
async fn a_hidden_record_that_goes_for_good_is_no_news_for_who_could_not_see_it() {
    let house = House::open_keeping(&[PORTAL, DESK], SHORT).await;
    house.write("dump.json", &dump(&packages(1, 2)));
    house.harvest("portal", 0).await;
    let rows = [["h1", "Convoys", "closed", "hidden", ""], ["h2", "Depots", "closed", "hidden", ""]];
    house.write("desk.csv", &inventory(&rows));
    house.harvest("desk", 0).await;
    house.write("desk.csv", &inventory(&rows[1..]));
    house.harvest("desk", 1).await;
    assert_eq!(house.harvest("desk", 9).await.retired, 1);
    let anyone = Viewer::anonymous();
    let feed = house.catalog.changes(&anyone, None, 100).await.unwrap();
    house.harvest("desk", 40).await;
    let gone = house.catalog.dataset(&Viewer::operator(), desk_id("h1")).await;
    assert!(matches!(gone, Err(CatalogError::NotFound("record"))));
    assert_eq!(house.catalog.changes(&anyone, None, 100).await.unwrap(), feed);
    let next = house.catalog.changes(&anyone, feed.next.as_deref(), 100).await.unwrap();
    assert_eq!((next.changes, next.next), (Vec::new(), feed.next));
}

#[tokio::test]
async fn what_was_purged_is_told_for_as_long_as_what_was_withdrawn_is_kept() {
    let house = House::open_keeping(&[PORTAL, DESK], SHORT).await;
    house.write("desk.csv", &inventory(&[["open", "Clinics", "public", "full", ""]]));
    house.harvest("desk", 0).await;
    house.write("dump.json", &dump(&packages(1, 2)));
    house.harvest("portal", 0).await;
    let anyone = Viewer::anonymous();
    let feed = async |since| house.catalog.changes(&anyone, since, 100).await;
    let seen = feed(None).await.unwrap();
    assert_eq!(seen.changes.len(), 3);
    house.catalog.purge_source("desk", true, house::day(1)).await.unwrap();
    let told = feed(seen.next.as_deref()).await.unwrap();
    assert_eq!(told.changes, [RecordChange::Retired(desk_id("open"))]);

    house.harvest("portal", 20).await;
    assert_eq!(feed(seen.next.as_deref()).await.unwrap(), told, "nineteen days");
    house.harvest("portal", 22).await;
    let lost = feed(told.next.as_deref()).await;
    assert!(matches!(lost, Err(CatalogError::UnknownCursor)), "twenty-one days");
    assert_eq!(feed(None).await.unwrap().changes.len(), 2, "what is there");
}
