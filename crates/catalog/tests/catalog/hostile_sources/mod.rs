//! The proof that no source can hurt us: servers of our own that misbehave in every way that we know of.
//!
//! Each row of `faults` is harvested four times: healthy, twice misbehaving with a month between, and healthy again. It must
//! get its documented verdict, hide and blank nothing of what the healthy source gave, and leave nothing behind that keeps
//! the last run from being complete. `docs/harvest-faults.md` is made of the rows.
//!
//! Which test holds which fault; "rows" are those of this program that bear the number.
//!
//! | Fault | Test |
//! |---|---|
//! | F01 empty list | rows; `harvesting::an_empty_listing_removes_nothing` |
//! | F02 60 % | rows; e2e `guards::a_source_that_loses_many_records_trips_the_guard_until_the_list_is_confirmed` |
//! | F03 95 % | rows; `harvesting::what_a_source_lacks_is_missing_first_and_retired_after_a_second_run_and_seven_days` |
//! | F04 a page that always fails | rows; harvest `ckan_portals::a_window_that_cannot_be_had_is_left_out_by_name_and_the_run_has_no_proof` |
//! | F05 a poisoned record | rows; e2e `portals::a_record_that_breaks_its_page_is_the_only_one_that_is_left_out_and_the_verdict_says_so` |
//! | F06 429 | rows; fetch `retry::retry_after_is_read_in_both_forms_and_clamped`, e2e `portals::a_portal_that_asks_for_patience_gets_it` |
//! | F07 503 for days | rows; harvest `schedule::a_source_that_is_down_is_tried_less_often_down_to_every_six_hours` |
//! | F08 parked domain | rows; e2e `portals::a_portal_that_is_no_longer_one_changes_nothing` |
//! | F09 login wall | rows; harvest `catalogues::a_login_wall_before_a_document_or_a_folder_is_a_refusal` |
//! | F10 slow-loris | rows; fetch `hostile_servers::a_slow_host_is_stopped_at_each_stage`, `time_caps` |
//! | F11 cut bodies | rows; fetch `hostile_servers::a_body_that_is_not_whole_is_thrown_away_and_asked_for_again` |
//! | F12 gzip | rows; fetch `body` |
//! | F13 encodings | rows; formats `decode`, `json_document` |
//! | F14 ids twice | rows; `harvesting::of_two_records_with_one_id_the_first_is_kept_and_the_second_is_named` |
//! | F15 all ids changed | `neighbours::ids_that_all_changed_trip_the_guard_which_says_what_each_is_called_now` |
//! | F16 two sources | `neighbours::a_record_that_moves_to_another_source_is_linked_and_taken_over_by_neither`, `a_source_that_lists_the_ids_of_another_takes_nothing_over` |
//! | F17 drift | rows; e2e `portals::records_that_move_while_they_are_listed_are_each_in_once` |
//! | F18 expired token | rows; harvest `oai_pmh::a_token_that_runs_out_on_the_way_lists_everything_once_more_and_gives_nothing_twice` |
//! | F19 loops | rows; harvest `oai_pmh::a_run_that_was_led_in_a_circle_leaves_no_place_to_go_on_from`, `time_caps` |
//! | F20 the source's clock | rows; harvest `oai_pmh::a_later_run_asks_for_what_changed_by_the_clock_of_the_repository` |
//! | F21 dates of the future | rows; model `dates::a_stamp_in_the_future_is_clamped_and_keeps_its_words` |
//! | F22 our clock | harvest `schedule::a_year_of_missed_runs_is_made_up_for_once`, store `leases::a_clock_that_was_put_back_does_not_keep_a_dead_lease_alive` |
//! | F23 304 | rows; harvest `ckan_portals::a_listing_of_one_page_that_has_not_changed_costs_one_request_and_no_page` |
//! | F24 renamed field | rows; `vanished_fields::a_renamed_field_blanks_no_record_and_the_verdict_says_so_until_it_comes_back` |
//! | F25 huge record | rows; formats `json_stream` |
//! | F26 F27 configuration edited, source removed while a run goes on | a run keeps to its own copy and goes to its end: `interventions.rs` |
//! | F27 source removed | `neighbours::the_records_of_a_source_that_is_no_longer_configured_stay` |
//! | F30 F40 kill -9 | e2e `kills::kill_9_at_any_moment_of_a_harvest_loses_and_doubles_nothing`, and `stopped_runs.rs` |
//! | F31 F32 index behind | `following::an_index_that_is_ahead_of_its_store_is_made_anew`, e2e `kills` |
//! | F33 migration | store `processes::a_migration_that_is_killed_at_any_step_is_ended_by_the_next_process`, `sqlite_files::a_newer_store_is_refused_and_left_as_it_is` |
//! | F34 SIGTERM | e2e `shared_folder::sigterm_during_a_harvest_ends_within_ten_seconds_and_loses_nothing` |
//! | F35 second signal | e2e `shared_folder::a_second_signal_ends_a_harvest_at_once_and_the_next_one_brings_the_rest` |
//! | F36 two processes | e2e `shared_folder::what_must_be_alone_is_refused_with_the_name_of_the_holder` |
//! | F37 two schedulers | store `leases::of_a_hundred_that_begin_at_once_exactly_one_gets_the_lease` |
//! | F38 paused worker | store `leases::an_old_fence_cannot_write` |
//! | F39 panic | `scheduling::a_panic_closes_its_run_as_failed_and_the_schedule_goes_on` |
#![allow(dead_code, unreachable_pub, missing_docs, reason = "modules of one test program")]

mod documentation;
mod faults;
mod holdings;
mod neighbours;
mod server;

use std::sync::Arc;
use std::time::Duration;

use self::holdings::{Holdings, name, title};
use self::server::Server;
use crate::house::{House, day};
use cairn_catalog::{HarvestOptions, RunReport, Silent, Verdict};
use cairn_fetch::{Fetcher, FetcherSettings, RetryRule, Timeouts};
use cairn_model::{DatasetId, Provenance};
use cairn_policy::Viewer;
use faults::{Complete, Fault, Unreachable, groups};
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
    for place in [1, fault.records.min(7), fault.records] {
        let id = DatasetId::new("source", &fault.kind.id(&name(place)));
        let mut view = house.catalog.dataset(&Viewer::anonymous(), id).await.unwrap();
        view.dataset.provenance = Provenance::default();
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
            Box::pin(suffer(fault)).await;
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
