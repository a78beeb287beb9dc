//! The proof that no source can hurt us: servers of our own that misbehave in every way that we know of.
//!
//! Each row of `faults` is harvested four times: healthy, twice misbehaving with a month between, and healthy again. It must
//! get its documented verdict, hide and blank nothing of what the healthy source gave, and leave nothing behind that keeps
//! the last run from being complete.
#![expect(clippy::unwrap_used, reason = "tests")]
#![allow(dead_code, unreachable_pub, missing_docs, reason = "modules of one test program")]

mod faults;
mod holdings;
#[path = "../house/mod.rs"]
mod house;
mod server;

use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::{HarvestOptions, RunReport, Silent, Verdict};
use cairn_fetch::{Fetcher, FetcherSettings, RetryRule, Timeouts};
use cairn_model::DatasetId;
use cairn_policy::Viewer;
use faults::{Complete, Fault, Unreachable, groups};
use holdings::{Holdings, name, title};
use house::{House, day};
use server::Server;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Rows that are tried side by side.
const SIDE_BY_SIDE: usize = 6;

/// A client that is as patient as it usually is, or as impatient as a test of slowness needs; it never backs off for long.
fn fetcher(slow: bool) -> Fetcher {
    let moment = Duration::from_millis(300);
    let timeouts = if slow {
        Timeouts { connect: moment, header: moment, idle: moment, page: 3 * moment, download: 3 * moment }
    } else {
        Timeouts::default()
    };
    let retry = RetryRule {
        base: Duration::from_millis(1),
        longest_backoff: Duration::from_millis(2),
        longest_wait: Duration::from_secs(3),
    };
    Fetcher::new(FetcherSettings { timeouts, retry, ..FetcherSettings::default() }).unwrap()
}

/// A run that is not indexed yet: indexing takes longer than everything else here.
async fn harvest(house: &House, day_number: i64) -> RunReport {
    let source = house.catalog.source("source").unwrap();
    house.catalog.harvest(source, &HarvestOptions::default(), &Silent, day(day_number)).await.unwrap()
}

/// Titles that anyone finds after a run, sorted.
async fn titles(house: &House, after: &RunReport) -> Vec<String> {
    house.catalog.index_up_to(after.seq, Duration::from_mins(1), "test").await.unwrap();
    house.found(&Viewer::anonymous(), "").await
}

/// What anyone reads of three records, without how they came here.
async fn samples(house: &House, fault: &Fault) -> Vec<String> {
    let mut texts = Vec::new();
    for place in [1, 7, fault.records] {
        let id = DatasetId::new("source", &fault.kind.id(&name(place)));
        let mut view = house.catalog.dataset(&Viewer::anonymous(), id).await.unwrap();
        view.dataset.provenance = Default::default();
        texts.push(serde_json::to_string(&view.dataset).unwrap());
    }
    texts
}

/// The reason of a run and the codes of its problems.
async fn told(house: &House, report: &RunReport) -> String {
    let problems = house.problems(report).await;
    let mut codes: Vec<String> = problems.into_iter().map(|row| row.problem.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let reason = report.reason.clone().unwrap_or_default();
    format!("{reason} [{}]", codes.join(", "))
}

async fn suffer(fault: Fault) {
    let what = format!("{} at {}", fault.name, fault.kind.name());
    let server = Server::start(Holdings::healthy(fault.kind, fault.records)).await;
    let source = fault.kind.source(server.port, fault.limits);
    let house = House::open_fetching(&[&source], fetcher(fault.slow)).await;
    let first = harvest(&house, 0).await;
    assert_eq!((first.verdict, first.new), (Verdict::Complete, fault.records as u64), "{what}: {first:#?}");
    let before = samples(&house, &fault).await;

    server.misbehave(Some(fault.misbehaviour));
    // What is honestly lacking would be retired by the second run.
    let second = (40, fault.then.unwrap_or(fault.outcome));
    let runs = [(10, fault.outcome), second];
    let mut last = first;
    for (day, outcome) in runs.into_iter().take(if fault.missing > 0 { 1 } else { 2 }) {
        let report = harvest(&house, day).await;
        let told = told(&house, &report).await;
        assert_eq!(report.verdict, outcome.verdict(), "{what}, day {day}: {told}");
        assert_eq!(report.unreachable, outcome == Unreachable, "{what}, day {day}: {told}");
        // A run that finds everything as it was has nothing more to say.
        let is_silent = day > 10 && outcome == Complete;
        assert!(told.contains(fault.says) || is_silent || outcome != fault.outcome, "{what}, day {day}: {told}");
        assert_eq!((report.missing, report.retired), (fault.missing, 0), "{what}, day {day}: {told}");
        assert_eq!(samples(&house, &fault).await, before, "{what}, day {day}: {told}");
        last = report;
    }
    let good = (1..=fault.records).map(|place| title(&name(place)));
    let mut expected: Vec<String> = good.chain(fault.comes.iter().map(|one| (*one).to_owned())).collect();
    expected.sort();
    assert_eq!(titles(&house, &last).await, expected, "{what}");

    server.misbehave(None);
    let healed = harvest(&house, 70).await;
    let told = told(&house, &healed).await;
    assert_eq!(healed.verdict, Verdict::Complete, "{what}, healed: {told}");
    let listed = (healed.listed, healed.new, healed.changed, healed.missing, healed.retired);
    assert_eq!(listed, (fault.records as u64, 0, 0, fault.comes.len() as u64, 0), "{what}, healed: {told}");
    assert_eq!(samples(&house, &fault).await, before, "{what}, healed");
    assert!(server.seen().iter().all(|ask| !ask.fields.contains_key("cookie")), "{what}: a cookie was kept");
}

/// Tries every row of a group, and names each that does not hold.
async fn try_all(group: &str) {
    let only = std::env::var("CAIRN_TEST_FAULT").unwrap_or_default();
    let permits = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut trials = JoinSet::new();
    let (_, rows) = groups().into_iter().find(|(title, _)| *title == group).unwrap();
    for fault in rows.into_iter().filter(|fault| fault.name.contains(&only)) {
        let permits = Arc::clone(&permits);
        trials.spawn(async move {
            let _permit = permits.acquire_owned().await.unwrap();
            suffer(fault).await;
        });
    }
    let mut failures = 0;
    while let Some(trial) = trials.join_next().await {
        failures += usize::from(trial.is_err());
    }
    assert_eq!(failures, 0, "rows that do not hold; each is told above");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_source_lists_nothing_is_lost() {
    try_all("What it lists").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_source_pages_every_run_ends_and_nothing_is_lost() {
    try_all("How it pages").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_record_is_it_costs_itself_alone() {
    try_all("What a record is").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_body_is_nothing_is_lost() {
    try_all("What a body is").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_source_answers_nothing_is_lost() {
    try_all("How it answers").await;
}
