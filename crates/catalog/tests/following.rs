//! The index follows the store, whatever state either is in.
#![expect(clippy::unwrap_used, reason = "tests")]

mod house;

use std::time::Duration;

use cairn_catalog::search_types::SearchRequest;
use cairn_catalog::{CatalogError, HarvestOptions, RunReport, Silent};
use cairn_policy::Viewer;
use house::{House, PORTAL, day, dump, packages, portal_id};
use sqlx::{Connection, SqliteConnection};

/// Runs a statement on the store, beside whoever uses it.
async fn in_store(house: &House, statement: &'static str) {
    let address = format!("sqlite:{}", house.data().join("cairn.db").display());
    let mut store = SqliteConnection::connect(&address).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut store).await.unwrap();
    store.close().await.unwrap();
}

/// Harvests without waiting for the index.
async fn harvest_only(house: &House, day_number: i64) -> RunReport {
    let source = house.catalog.source("portal").unwrap();
    house.catalog.harvest(source, &HarvestOptions::default(), &Silent, day(day_number)).await.unwrap()
}

/// Titles that anyone finds, or why the search failed.
async fn search(house: &House) -> Result<Vec<String>, CatalogError> {
    let request = SearchRequest { limit: 100, ..SearchRequest::default() };
    let page = house.catalog.search(&Viewer::anonymous(), request).await?;
    let mut titles: Vec<String> =
        page.hits.iter().map(|hit| hit.card.title.best("en").unwrap_or_default().to_owned()).collect();
    titles.sort();
    Ok(titles)
}

fn titles(first: u32, last: u32) -> Vec<String> {
    (first..=last).map(|number| format!("Wells {number}")).collect()
}

#[tokio::test]
async fn a_damaged_record_is_left_out_and_the_others_are_indexed() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    let address = format!("sqlite:{}", house.data().join("cairn.db").display());
    let mut store = SqliteConnection::connect(&address).await.unwrap();
    let damaged =
        sqlx::query("UPDATE revisions SET body = x'00ff' WHERE record = (SELECT key FROM records WHERE id = $1)")
            .bind(portal_id("p2").as_bytes().as_slice())
            .execute(&mut store)
            .await
            .unwrap();
    assert_eq!(damaged.rows_affected(), 1);
    store.close().await.unwrap();

    let mut follower = house.catalog.take_index_writer("reindex", day(1)).await.unwrap();
    follower.reindex().await.unwrap();
    drop(follower);
    assert_eq!(house.found(&Viewer::anonymous(), "wells").await, ["Wells 1", "Wells 3"]);
    assert!(house.catalog.index_is_current().await.unwrap());
    assert!(!house.catalog.check_store().await.unwrap().is_empty(), "the check names it");
    // The source still has it: harvesting what changed goes on.
    house.write("dump.json", &dump(&packages(1, 4)));
    assert_eq!(house.harvest("portal", 2).await.new, 1);
    assert_eq!(house.found(&Viewer::anonymous(), "wells").await, ["Wells 1", "Wells 3", "Wells 4"]);
}

#[tokio::test]
async fn an_index_that_is_ahead_of_its_store_is_made_anew() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 5)));
    house.harvest("portal", 0).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, titles(1, 5));
    let data = house.data();
    let House { folder, catalog } = house;
    drop(catalog);
    for name in ["cairn.db", "cairn.db-wal", "cairn.db-shm"] {
        let _ = std::fs::remove_file(data.join(name));
    }
    std::fs::write(folder.path().join("dump.json"), dump(&packages(8, 9))).unwrap();
    let house = House::open_in(folder, &[PORTAL]).await;
    house.harvest("portal", 1).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, titles(8, 9));
}

#[tokio::test]
async fn a_damaged_index_is_made_anew_from_the_store() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    let House { folder, catalog } = house;
    drop(catalog);
    let public = folder.path().join("data/search/public");
    for entry in std::fs::read_dir(&public).unwrap() {
        std::fs::write(entry.unwrap().path(), b"damaged").unwrap();
    }
    let house = House::open_in(folder, &[PORTAL]).await;
    house.catalog.catch_index_up(std::time::Duration::from_secs(10)).await.unwrap();
    assert_eq!(house.found(&Viewer::anonymous(), "").await, titles(1, 3));
}

#[tokio::test]
async fn what_was_withdrawn_is_not_found_a_moment_later() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    let mut listing = packages(1, 3);
    listing[0]["state"] = serde_json::json!("deleted");
    listing[1]["private"] = serde_json::json!(true);
    listing[1]["listing"] = serde_json::json!("hidden");
    house.write("dump.json", &dump(&listing));
    house.harvest("portal", 1).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, titles(3, 3));
    let suggested = house.catalog.suggest(&Viewer::anonymous(), "wells".to_owned(), 10).await.unwrap();
    assert_eq!(suggested.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["Wells 3"]);
}

#[tokio::test]
async fn a_record_whose_newest_revision_is_damaged_is_not_found_by_its_older_more_open_one() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    let mut listing = packages(1, 3);
    listing[1]["private"] = serde_json::json!(true);
    listing[1]["listing"] = serde_json::json!("hidden");
    house.write("dump.json", &dump(&listing));
    let report = harvest_only(&house, 1).await;
    in_store(&house, "UPDATE revisions SET body = x'00ff' WHERE seq = (SELECT max(seq) FROM revisions)").await;
    house.catalog.index_up_to(report.seq, Duration::from_secs(10), "test").await.unwrap();
    assert_eq!(search(&house).await.unwrap(), ["Wells 1", "Wells 3"]);
}
