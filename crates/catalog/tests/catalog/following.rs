//! The index follows the store, whatever state either is in.

use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::house::{House, PORTAL, day, dump, open_store, packages, portal_id};
use cairn_catalog::{CancellationToken, CatalogError, HarvestOptions, RunReport, SearchRequest, Silent};
use cairn_policy::Viewer;
use cairn_store::StoreError;
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

/// Waits until a search finds just these titles.
async fn wait_until_found(house: &House, titles: &[String]) {
    let begun = Instant::now();
    loop {
        let found = search(house).await;
        if found.as_ref().is_ok_and(|found| found == titles) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{found:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The files of the public tier with an ending.
fn public_files(house: &House, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(house.data().join("search/public")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(ending));
    assert!(!files.is_empty());
    files
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
async fn an_index_is_not_thrown_away_for_a_store_that_is_damaged() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 40)));
    house.harvest("portal", 0).await;
    in_store(&house, "PRAGMA wal_checkpoint(TRUNCATE)").await;
    let (data, House { folder, catalog }) = (house.data(), house);
    drop(catalog);
    let store = std::fs::File::options().write(true).open(data.join("cairn.db")).unwrap();
    let middle = store.metadata().unwrap().len() / 2;
    store.write_all_at(&[0xff; 16 * 1024], middle).unwrap();
    let house = House::open_in(folder, &[PORTAL]).await;
    let mut follower = house.catalog.take_index_writer("reindex", day(1)).await.unwrap();
    assert!(matches!(follower.reindex().await, Err(CatalogError::Store(StoreError::Damaged { .. }))));
    drop(follower);
    let house = House::open_in(house.folder, &[PORTAL]).await;
    assert_eq!(search(&house).await.unwrap().len(), 40, "what was found is found");
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
    let titles = suggested.iter().filter(|one| one.kind == "title").map(|one| one.text.as_str());
    assert_eq!(titles.collect::<Vec<_>>(), ["Wells 3"]);
    assert!(suggested.iter().all(|one| one.count == 1), "{suggested:?}");
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

#[tokio::test]
async fn an_index_that_could_not_be_made_anew_at_once_is_searched_when_it_has_caught_up() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    let mut follower = house.catalog.take_index_writer("up", day(1)).await.unwrap();
    in_store(&house, "ALTER TABLE revisions RENAME TO away").await;
    assert!(matches!(follower.reindex().await, Err(CatalogError::Store(_))));
    assert_eq!(search(&house).await.unwrap(), titles(1, 3), "what was there is searched meanwhile");
    in_store(&house, "ALTER TABLE away RENAME TO revisions").await;
    let stop = CancellationToken::new();
    let following = tokio::spawn(follower.follow(stop.clone()));
    house.write("dump.json", &dump(&packages(1, 4)));
    harvest_only(&house, 1).await;
    wait_until_found(&house, &titles(1, 4)).await;
    stop.cancel();
    following.await.unwrap();
}

#[tokio::test]
async fn a_damaged_index_is_not_searched_before_it_has_caught_up_and_a_new_one_grows_as_it_is_searched() {
    let house = House::open(&[PORTAL]).await;
    let mut follower = house.catalog.take_index_writer("up", day(0)).await.unwrap();
    assert_eq!(search(&house).await.unwrap(), titles(1, 0), "there is nothing yet, and that can be found at once");
    house.write("dump.json", &dump(&packages(1, 3)));
    harvest_only(&house, 0).await;
    assert_eq!(search(&house).await.unwrap(), titles(1, 0));
    follower.catch_up().await.unwrap();
    assert_eq!(search(&house).await.unwrap(), titles(1, 3));
    drop(follower);

    let folder = house.folder;
    drop(house.catalog);
    std::fs::write(folder.path().join("data/search/public/meta.json"), b"damaged").unwrap();
    let catalog = open_store(&folder, &[PORTAL]).await;
    let house = House { folder, catalog };
    assert!(
        matches!(search(&house).await, Err(CatalogError::IndexDamaged { .. })),
        "who only reads is told what to do"
    );
    let mut follower = house.catalog.take_index_writer("up", day(1)).await.unwrap();
    assert!(matches!(search(&house).await, Err(CatalogError::IndexUnavailable)));
    assert!(!house.catalog.index_is_current().await.unwrap());
    follower.catch_up().await.unwrap();
    assert_eq!(search(&house).await.unwrap(), titles(1, 3));
}

#[tokio::test]
async fn damage_that_a_search_meets_is_mended_by_the_follower() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    let folder = house.folder;
    drop(house.catalog);
    let catalog = open_store(&folder, &[PORTAL]).await;
    let house = House { folder, catalog };
    let follower = house.catalog.take_index_writer("up", day(1)).await.unwrap();
    // The index is open and was found sound.
    for file in public_files(&house, ".store") {
        let mut bytes = std::fs::read(&file).unwrap();
        let half = bytes.len() / 2;
        bytes[..half].fill(0xa5);
        std::fs::OpenOptions::new().write(true).open(&file).unwrap().write_all_at(&bytes, 0).unwrap();
    }
    let met = search(&house).await;
    assert!(matches!(met, Err(CatalogError::IndexDamaged { .. })), "{met:?}");
    let stop = CancellationToken::new();
    let following = tokio::spawn(follower.follow(stop.clone()));
    wait_until_found(&house, &titles(1, 3)).await;
    stop.cancel();
    following.await.unwrap();
}

#[tokio::test]
async fn an_index_that_cannot_be_opened_for_a_while_is_opened_again_and_not_wiped() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    let search_folder = house.data().join("search");
    let aside = house.data().join("aside");
    std::fs::write(search_folder.join("public/mark"), "of the first index").unwrap();
    let follower = house.catalog.take_index_writer("up", day(1)).await.unwrap();
    // A file in its place can neither be read nor be made a folder of.
    std::fs::rename(&search_folder, &aside).unwrap();
    std::fs::write(&search_folder, "in the way").unwrap();
    let stop = CancellationToken::new();
    let following = tokio::spawn(follower.follow(stop.clone()));
    house.write("dump.json", &dump(&packages(1, 4)));
    harvest_only(&house, 1).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(search(&house).await.unwrap(), titles(1, 3), "what was read stays");
    std::fs::remove_file(&search_folder).unwrap();
    std::fs::rename(&aside, &search_folder).unwrap();
    wait_until_found(&house, &titles(1, 4)).await;
    assert!(search_folder.join("public/mark").exists());
    stop.cancel();
    following.await.unwrap();
}

#[tokio::test]
async fn what_needs_no_index_does_not_fail_for_one_that_cannot_be_opened() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 1)));
    house.harvest("portal", 0).await;
    let folder = house.folder;
    drop(house.catalog);
    let search_folder = folder.path().join("data/search");
    std::fs::remove_dir_all(&search_folder).unwrap();
    std::fs::write(&search_folder, "in the way").unwrap();
    let catalog = open_store(&folder, &[PORTAL]).await;
    let house = House { folder, catalog };
    assert!(house.catalog.dataset(&Viewer::anonymous(), portal_id("p1")).await.is_ok());
    assert!(matches!(search(&house).await, Err(CatalogError::Search(_))));
}

#[tokio::test]
async fn an_index_that_is_damaged_while_it_is_open_is_made_anew_by_whoever_waits_for_it() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    assert_eq!(search(&house).await.unwrap(), titles(1, 3));
    std::fs::remove_file(house.data().join("search/public/meta.json")).unwrap();
    house.write("dump.json", &dump(&packages(1, 4)));
    let report = harvest_only(&house, 1).await;
    house.catalog.index_up_to(report.seq, Duration::from_secs(10), "test").await.unwrap();
    assert_eq!(search(&house).await.unwrap(), titles(1, 4));
}
