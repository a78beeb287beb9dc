//! What happens while a run goes on: a record is edited, somebody confirms something, the store breaks.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::house::portal::Portal;
use crate::house::{House, PORTAL, day, dump, package, packages, portal_id};
use cairn_catalog::{Catalog, CatalogError, HarvestOptions, Progress, RunReport, Silent, Verdict};
use cairn_model::Dataset;
use cairn_policy::{Role, Viewer};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sqlx::Connection;

/// Does something once, when a page of a run was compared and is not written yet.
struct Once<F> {
    done: AtomicBool,
    what: F,
}

impl<F: AsyncFn() + Send + Sync> Once<F> {
    fn new(what: F) -> Self {
        Self { done: AtomicBool::new(false), what }
    }
}

impl<F: AsyncFn() + Send + Sync> Progress for Once<F> {
    fn advanced(&self, _source: &str, _listed: u64, _expected: Option<u64>) {
        if !self.done.swap(true, Ordering::SeqCst) {
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on((self.what)()));
        }
    }
}

async fn harvest_while(house: &House, day_number: i64, progress: &dyn Progress) -> RunReport {
    let source = house.catalog.source("portal").unwrap();
    house.catalog.harvest(source, &HarvestOptions::default(), progress, day(day_number)).await.unwrap()
}

async fn record(catalog: &Catalog, id: &str) -> Dataset {
    catalog.dataset(&Viewer::operator(), portal_id(id)).await.unwrap().dataset
}

/// The owner of a record gives it another title.
async fn entitle(catalog: &Catalog, id: &str, title: &str) {
    let owner = record(catalog, id).await.owner.unwrap().id;
    let steward = Viewer::member(&owner, &[], Role::Steward);
    let Value::Object(parts) = json!({"title": {"en": title}}) else { unreachable!() };
    catalog.edit_record(&steward, portal_id(id), 0, parts, day(1)).await.unwrap();
}

/// Title, description, and whether there is a licence.
async fn told(house: &House, id: &str) -> (String, Option<String>, bool) {
    let record = record(&house.catalog, id).await;
    let text = |text: &cairn_model::LocalizedText| text.best("en").map(str::to_owned);
    (text(&record.title).unwrap(), text(&record.description), record.licence.is_some())
}

fn described(first: u32, last: u32, text: &str) -> Vec<Value> {
    let mut packages = packages(first, last);
    for package in &mut packages {
        package["notes"] = json!(text);
    }
    packages
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_leaves_what_was_edited_meanwhile_and_the_next_one_reads_it_even_where_the_source_is_unchanged() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&described(1, 3, "Old")));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&described(1, 3, "New")));
    let report = harvest_while(&house, 1, &Once::new(async || entitle(&house.catalog, "p1", "By hand").await)).await;
    assert_eq!(report.verdict, Verdict::Complete);
    assert_eq!(report.reason.as_deref(), Some("1 record was edited meanwhile: the next run reads it"));
    assert_eq!(told(&house, "p1").await, ("By hand".to_owned(), Some("Old".to_owned()), false));
    assert_eq!(told(&house, "p2").await.1.as_deref(), Some("New"));

    // The source is as it was, and what it says of the record is not lost.
    let next = house.harvest("portal", 2).await;
    assert_eq!((next.verdict, next.changed, next.reason), (Verdict::Complete, 1, None));
    assert_eq!(told(&house, "p1").await, ("By hand".to_owned(), Some("New".to_owned()), false));
    let quiet = house.harvest("portal", 3).await;
    assert_eq!((quiet.changed, quiet.writes), (0, 0), "it is unchanged now");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_record_that_was_edited_before_is_taken_over_all_the_same() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&described(1, 3, "Old")));
    house.harvest("portal", 0).await;
    entitle(&house.catalog, "p2", "Before").await;
    house.write("dump.json", &dump(&described(1, 3, "New")));
    harvest_while(&house, 1, &Once::new(async || entitle(&house.catalog, "p1", "By hand").await)).await;
    assert_eq!(told(&house, "p2").await, ("Before".to_owned(), Some("New".to_owned()), false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_was_put_aside_when_it_was_edited_keeps_the_edit() {
    let licensed = || {
        let mut first = package("p1", "Wells 1");
        first["license_id"] = json!("cc-by");
        first
    };
    let portal = Portal::start().await;
    let house = House::open(&[&portal.source()]).await;
    portal.set([vec![licensed()], described(2, 35, "Old")].concat(), None);
    house.harvest("portal", 0).await;
    assert!(told(&house, "p1").await.2);
    // Nobody can tell before the end of the listing whether the licence goes for a reason: the record waits for that.
    portal.set([described(1, 1, "New"), described(2, 35, "New")].concat(), None);
    let report = harvest_while(&house, 1, &Once::new(async || entitle(&house.catalog, "p1", "By hand").await)).await;
    assert_eq!(report.verdict, Verdict::Complete, "{:?}", report.reason);
    assert_eq!(told(&house, "p1").await, ("By hand".to_owned(), None, true));

    let next = house.harvest("portal", 2).await;
    assert_eq!((next.verdict, next.reason), (Verdict::Complete, None));
    assert_eq!(told(&house, "p1").await, ("By hand".to_owned(), Some("New".to_owned()), false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_confirmed_while_a_run_goes_on_is_refused_and_not_logged() {
    let house = House::open(&[PORTAL]).await;
    let licensed = |field: &str| {
        let mut licensed = packages(1, 12);
        for package in &mut licensed {
            package[field] = json!("cc-by");
        }
        dump(&licensed)
    };
    house.write("dump.json", &licensed("license_id"));
    house.harvest("portal", 0).await;
    house.write("dump.json", &licensed("license_code"));
    let held = house.harvest("portal", 1).await;
    assert_eq!(held.vanished_held, 12);
    let logged = async || {
        let acts = house.catalog.newest_acts(100).await.unwrap();
        acts.into_iter().filter(|act| act.act == "fields.remove").count()
    };
    let confirming = HarvestOptions { confirm_vanished: Some(held.run.clone()), ..HarvestOptions::default() };
    let source = house.catalog.source("portal").unwrap();
    house.write("dump.json", &dump(&packages(1, 13)));
    let meanwhile = Once::new(async || {
        let refused = house.catalog.harvest(source, &confirming, &Silent, day(2)).await;
        assert!(matches!(refused, Err(CatalogError::AlreadyRuns { .. })), "{refused:?}");
    });
    harvest_while(&house, 2, &meanwhile).await;
    assert!(meanwhile.done.into_inner());
    assert_eq!(logged().await, 0);
    house.harvest_with("portal", 3, &confirming).await;
    assert_eq!(logged().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_breaks_off_ended_when_it_did() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    let source = house.catalog.source("portal").unwrap();
    let began = Timestamp::now() - SignedDuration::from_hours(3);
    let breaks = Once::new(async || {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(house.data().join("cairn.db"));
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql("DROP TABLE payloads").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
    let failed = house.catalog.harvest(source, &HarvestOptions::default(), &breaks, began).await;
    assert!(failed.is_err(), "{failed:?}");
    let run = house.catalog.runs_of(&Viewer::operator(), "portal", 1).await.unwrap().remove(0);
    assert_eq!(run.verdict, "failed");
    let lasted = run.ended.unwrap().duration_since(run.started);
    assert!(lasted >= SignedDuration::from_hours(3), "{lasted:?}");
}
