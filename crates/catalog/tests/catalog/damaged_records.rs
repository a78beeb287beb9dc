//! A record or payload that rots in the store is written anew from its source, and nothing is opened by that.

use crate::house::{House, PORTAL, day, dump, member, package, packages, portal_id};
use cairn_catalog::{HarvestOptions, RecordChange, Verdict};
use cairn_model::registry::HoldingState;
use cairn_policy::Viewer;
use serde_json::json;
use sqlx::Connection;

/// Runs a statement on the store, as somebody with the `sqlite3` shell could.
async fn harm(house: &House, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(house.data().join("cairn.db"));
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

const ROTTEN_BODY: &str = "UPDATE revisions SET body = zeroblob(length(body)) WHERE seq = (SELECT seq FROM records WHERE source_record_id = 'p2')";
const ROTTEN_PAYLOAD: &str = "UPDATE payloads SET bytes = zeroblob(length(bytes)) WHERE record = (SELECT key FROM records WHERE source_record_id = 'p2')";

fn full() -> HarvestOptions {
    HarvestOptions { full: true, ..HarvestOptions::default() }
}

#[tokio::test]
async fn a_full_run_writes_a_damaged_record_anew_as_it_was() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    let before = house.catalog.dataset(&Viewer::anonymous(), portal_id("p2")).await.unwrap().dataset;
    harm(&house, ROTTEN_BODY).await;
    assert_eq!(house.catalog.check_store().await.unwrap().len(), 1);
    assert!(house.catalog.dataset(&Viewer::anonymous(), portal_id("p2")).await.is_err());

    let report = house.harvest_with("portal", 1, &full()).await;
    assert_eq!((report.verdict, report.changed, report.unchanged), (Verdict::Complete, 1, 2));
    let after = house.catalog.dataset(&Viewer::anonymous(), portal_id("p2")).await.unwrap().dataset;
    assert_eq!((after.terms, after.title, after.owner), (before.terms, before.title, before.owner));
    assert_eq!(house.found(&Viewer::anonymous(), "wells").await, ["Wells 1", "Wells 2", "Wells 3"]);
    assert_eq!(house.catalog.check_store().await.unwrap(), Vec::<String>::new());
    let history = house.catalog.history(&Viewer::operator(), portal_id("p2"), None, 100).await.unwrap();
    assert_eq!(history.entries.len(), 1);
    assert_eq!(house.harvest_with("portal", 2, &full()).await.writes, 0);
}

#[tokio::test]
async fn a_full_run_writes_a_damaged_payload_anew_and_that_is_no_change() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    harm(&house, ROTTEN_PAYLOAD).await;
    assert_eq!(house.catalog.check_store().await.unwrap().len(), 1);
    let report = house.harvest_with("portal", 1, &full()).await;
    assert_eq!((report.verdict, report.changed, report.unchanged), (Verdict::Complete, 0, 3));
    assert_eq!(house.catalog.check_store().await.unwrap(), Vec::<String>::new());
    assert_eq!(house.harvest_with("portal", 2, &full()).await.writes, 0);
}

#[tokio::test]
async fn a_retired_record_that_rots_is_still_gone_for_who_could_see_it_and_absent_for_everyone_else() {
    let house = House::open(&[PORTAL]).await;
    let mut listing = packages(1, 4);
    listing[2]["private"] = json!(true);
    house.write("dump.json", &dump(&listing));
    house.harvest("portal", 0).await;
    for package in &mut listing[1..] {
        package["state"] = json!("deleted");
    }
    house.write("dump.json", &dump(&listing));
    assert_eq!(house.harvest("portal", 1).await.retired, 3);
    harm(&house, "UPDATE revisions SET body = zeroblob(length(body)) WHERE change = 'retired'").await;

    let told = async |viewer: &Viewer, id: &str| house.how_it_is_withheld(viewer, portal_id(id)).await;
    let anonymous = Viewer::anonymous();
    assert_eq!([told(&anonymous, "p2").await, told(&anonymous, "p4").await], [["gone"; 4], ["gone"; 4]]);
    assert_eq!([told(&anonymous, "p3").await, told(&anonymous, "never").await], [["absent"; 4], ["absent"; 4]]);
    assert_eq!(told(&member("keepers"), "never").await, ["absent"; 4]);
}

#[tokio::test]
async fn a_record_that_rots_keeps_no_other_out_of_the_change_feed_and_comes_when_it_is_mended() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    let anonymous = Viewer::anonymous();
    let feed = async |since: Option<&str>| {
        let page = house.catalog.changes(&anonymous, since, 100).await.unwrap();
        let shown = page.changes.iter().map(|change| match change {
            RecordChange::Shown(view) => view.dataset.source_record_id.clone(),
            RecordChange::Retired(id) => panic!("{id} was retired"),
        });
        (shown.collect::<Vec<_>>(), page.next)
    };
    harm(&house, ROTTEN_BODY).await;
    let (told, next) = feed(None).await;
    assert_eq!(told, ["p1", "p3"]);
    house.harvest_with("portal", 1, &full()).await;
    assert_eq!(feed(next.as_deref()).await.0, ["p2"]);
}

#[tokio::test]
async fn a_damaged_record_that_changed_at_its_source_is_closed_until_somebody_confirms_its_terms() {
    let house = House::open(&[PORTAL]).await;
    let mut listing = packages(1, 3);
    listing[1]["private"] = json!(true);
    house.write("dump.json", &dump(&listing));
    house.harvest("portal", 0).await;
    harm(&house, ROTTEN_BODY).await;
    // Nobody knows any more how closed it was, and now its source calls it open.
    listing[0] = package("p1", "Wells one");
    listing[1] = package("p2", "Wells two");
    house.write("dump.json", &dump(&listing));
    let report = house.harvest("portal", 1).await;
    assert_eq!((report.verdict, report.changed, report.unchanged), (Verdict::Complete, 2, 1));
    assert_eq!(house.found(&Viewer::anonymous(), "wells").await, ["Wells 3", "Wells one"]);
    assert_eq!(house.catalog.check_store().await.unwrap(), Vec::<String>::new());
    assert!(house.problem_codes(&report, "loosening-held").await.contains(&"p2".to_owned()));

    let confirm = HarvestOptions { confirm_loosening: Some(report.run), ..HarvestOptions::default() };
    let confirmed = house.harvest_with("portal", 2, &confirm).await;
    assert_eq!((confirmed.changed, confirmed.loosenings_held), (1, 0));
    assert_eq!(house.found(&Viewer::anonymous(), "wells").await, ["Wells 3", "Wells one", "Wells two"]);
}

#[tokio::test]
async fn an_old_revision_that_rots_leaves_the_history_of_a_record_readable() {
    let house = House::open(&[PORTAL]).await;
    for (number, title) in ["One", "Two", "Three", "Four"].into_iter().enumerate() {
        house.write("dump.json", &dump(&[package("p2", title)]));
        house.harvest("portal", i64::try_from(number).unwrap()).await;
    }
    harm(&house, "UPDATE revisions SET body = zeroblob(length(body)) WHERE revision = 2").await;
    let history = house.catalog.history(&Viewer::anonymous(), portal_id("p2"), None, 100).await.unwrap();
    let fields: Vec<&[String]> = history.entries.iter().map(|entry| &entry.fields[..]).collect();
    assert_eq!(fields, [&["title".to_owned()][..], &[], &[], &[]], "what changed from and to it cannot be told");
}

#[tokio::test]
async fn an_organisation_that_was_changed_is_so_also_where_its_records_cannot_follow() {
    let house = House::open(&[]).await;
    let (operator, now) = (Viewer::operator(), day(0));
    let named = |name: &str| serde_json::from_value(json!({"name": {"en": name}})).unwrap();
    house.catalog.register_organisation(&operator, None, named("Desk"), now).await.unwrap();
    let statement = serde_json::from_value(json!({
        "title": {"en": "Wells"}, "countries": ["YEM"], "clusters": ["PRO-MIN"],
        "terms": {"sensitivity": "low", "sharing": "public", "access_method": "download", "listing": "full"},
    }));
    let published = HoldingState::Published;
    house.catalog.register_holding(&operator, Some("desk"), published, statement.unwrap(), now).await.unwrap();
    harm(&house, "CREATE TRIGGER full BEFORE INSERT ON revisions BEGIN SELECT RAISE(FAIL, 'no room'); END").await;
    let changed = house.catalog.change_organisation(&operator, "desk", 1, named("Mine Action Desk"), now).await;
    assert_eq!(changed.map(|changed| changed.version).map_err(|error| error.to_string()), Ok(2));
}
