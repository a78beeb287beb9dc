//! Runs, their checkpoints, and what is kept of them.

use std::time::Duration;

use cairn_model::{DatasetId, Problem};
use cairn_store::{
    Held, HeldKind, NewRun, PageWrite, Resume, RunCounts, RunOutcome, RunProblem, RunRow, Store, StoreError,
};

use super::Fixture;
use super::sample::{SOURCE, begin, complete, harvest, id, minute, new_run, page, titles, write};

const A_MINUTE: Duration = Duration::from_mins(1);

fn counts(listed: u64) -> RunCounts {
    RunCounts { listed, new: listed, writes: 3 * listed, ..RunCounts::default() }
}

fn outcome(verdict: &str) -> RunOutcome {
    RunOutcome { verdict: verdict.to_owned(), at: minute(5), ..RunOutcome::default() }
}

fn at(place: &str, listed: u64) -> PageWrite {
    PageWrite { checkpoint: Some(place.to_owned()), counts: counts(listed), ..PageWrite::default() }
}

pub(crate) async fn a_run_goes_from_running_to_its_verdict(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    let running = RunRow {
        run: "1".to_owned(),
        source: SOURCE.to_owned(),
        verdict: "running".to_owned(),
        reason: None,
        counts: RunCounts::default(),
        holder: "a night shift".to_owned(),
        started: minute(0),
        ended: None,
        reached: None,
    };
    assert_eq!(store.runs(None, 10).await.unwrap(), std::slice::from_ref(&running));

    let reason = Some("page 3 could not be read".to_owned());
    let reached = Some(true);
    let end = RunOutcome { reason: reason.clone(), counts: counts(7), reached, ..outcome("partial") };
    store.finish_run(&lease, end).await.unwrap();
    let verdict = "partial".to_owned();
    let ended = RunRow { verdict, reason, counts: counts(7), ended: Some(minute(5)), reached, ..running };
    assert_eq!(store.runs(None, 10).await.unwrap(), [ended]);
}

pub(crate) async fn a_killed_run_resumes_from_its_last_page(fixture: &impl Fixture) {
    let store = fixture.store();
    let killed = begin(store, "killed").await;
    assert_eq!(killed.resume, None);
    for (place, record) in [("page 2", "a"), ("page 3", "b")] {
        let written = PageWrite {
            checkpoint: Some(place.to_owned()),
            counts: counts(4),
            ..page(vec![write(record, record)], minute(1))
        };
        store.write_page(&killed, written).await.unwrap();
    }
    fixture.clock().advance(A_MINUTE);

    let next = begin(store, "next").await;
    let from = Resume { run: "killed".to_owned(), checkpoint: "page 3".to_owned(), counts: counts(4) };
    assert_eq!(next.resume, Some(from));
    let row = store.runs(None, 2).await.unwrap().remove(1);
    assert_eq!((row.verdict.as_str(), row.counts), ("failed", counts(4)));
    assert!(row.reason.unwrap().contains("the process that ran it ended"));
    assert!(row.ended.is_some());

    store.write_page(&next, page(vec![write("c", "c")], minute(2))).await.unwrap();
    store.finish_run(&next, complete(minute(3))).await.unwrap();
    assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["a", "b", "c"]);
    assert_eq!(begin(store, "later").await.resume, None, "no later run resumes what was finished");
}

pub(crate) async fn a_run_that_is_killed_before_its_first_page_hands_the_checkpoint_on(fixture: &impl Fixture) {
    let store = fixture.store();
    let killed = begin(store, "killed").await;
    store.write_page(&killed, at("page 2", 1)).await.unwrap();
    fixture.clock().advance(A_MINUTE);
    let second = begin(store, "second").await;
    fixture.clock().advance(A_MINUTE);
    assert_eq!(begin(store, "third").await.resume, second.resume);
    assert_eq!(second.resume.unwrap().checkpoint, "page 2");
}

fn ids(range: std::ops::Range<u32>) -> Vec<DatasetId> {
    range.map(|number| id(&number.to_string())).collect()
}

fn sorted(mut ids: Vec<DatasetId>) -> Vec<DatasetId> {
    ids.sort_unstable();
    ids
}

/// What the interrupted run listed, in the order of the ids.
async fn listed(store: &impl Store) -> Vec<DatasetId> {
    let mut marks = store.open_marks().await.unwrap();
    marks.mark_listed(SOURCE, 1).await.unwrap();
    let listed = marks.having(1, [0; 16], 10_000).await.unwrap();
    listed.into_iter().map(|(id, _)| DatasetId::from_bytes(id)).collect()
}

pub(crate) async fn a_resumed_run_knows_what_was_listed_before_it(fixture: &impl Fixture) {
    let store = fixture.store();
    let killed = begin(store, "killed").await;
    let listing = |range, checkpoint| PageWrite { listed: ids(range), ..at(checkpoint, 1) };
    store.write_page(&killed, listing(0..500, "page 2")).await.unwrap();
    store.write_page(&killed, listing(0..0, "page 3")).await.unwrap();
    store.write_page(&killed, listing(500..700, "page 4")).await.unwrap();
    fixture.clock().advance(A_MINUTE);

    let next = begin(store, "next").await;
    assert_eq!(
        (next.resume.clone().unwrap().checkpoint.as_str(), listed(store).await),
        ("page 4", sorted(ids(0..700)))
    );
    assert!(matches!(store.write_page(&killed, listing(0..1, "page 5")).await, Err(StoreError::LeaseLost)));
    store.write_page(&next, listing(700..900, "page 5")).await.unwrap();
    store.finish_run(&next, RunOutcome { keep_checkpoint: true, ..outcome("cancelled") }).await.unwrap();

    let third = begin(store, "third").await;
    assert_eq!(
        (third.resume.clone().unwrap().checkpoint.as_str(), listed(store).await),
        ("page 5", sorted(ids(0..900)))
    );
    store.finish_run(&third, outcome("complete")).await.unwrap();

    // A run without a checkpoint begins anew, and so does what it lists.
    let fourth = begin(store, "fourth").await;
    store.write_page(&fourth, PageWrite { listed: ids(0..5), ..PageWrite::default() }).await.unwrap();
    fixture.clock().advance(A_MINUTE);
    let fifth = begin(store, "fifth").await;
    assert_eq!(fifth.resume, None);
    store.write_page(&fifth, PageWrite { listed: ids(5..7), ..PageWrite::default() }).await.unwrap();
    store.write_page(&fifth, listing(7..9, "page 3")).await.unwrap();
    fixture.clock().advance(A_MINUTE);
    assert!(begin(store, "sixth").await.resume.is_some());
    assert_eq!(listed(store).await, sorted(ids(5..9)));
}

pub(crate) async fn a_run_that_begins_anew_forgets_what_was_listed_before_it(fixture: &impl Fixture) {
    let store = fixture.store();
    let listing = |ids: &[&str], begins_anew| {
        let listed = ids.iter().map(|one| id(one)).collect();
        PageWrite { listed, begins_anew, ..at("a place", 1) }
    };
    let killed = begin(store, "killed").await;
    store.write_page(&killed, listing(&["a", "b"], false)).await.unwrap();
    fixture.clock().advance(A_MINUTE);
    let anew = begin(store, "anew").await;
    store.write_page(&anew, listing(&["b"], true)).await.unwrap();
    store.write_page(&anew, listing(&["c"], false)).await.unwrap();
    fixture.clock().advance(A_MINUTE);
    assert!(begin(store, "next").await.resume.is_some());
    assert_eq!(listed(store).await, sorted(vec![id("b"), id("c")]));
}

pub(crate) async fn a_finished_run_leaves_no_checkpoint_unless_it_keeps_it(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    store.write_page(&lease, at("page 2", 1)).await.unwrap();
    store.finish_run(&lease, RunOutcome { keep_checkpoint: true, ..outcome("cancelled") }).await.unwrap();

    let lease = begin(store, "2").await;
    assert_eq!(lease.resume.clone().unwrap().checkpoint, "page 2");
    store.write_page(&lease, at("page 3", 2)).await.unwrap();
    store.finish_run(&lease, outcome("failed")).await.unwrap();

    let lease = begin(store, "3").await;
    assert_eq!(lease.resume, None);
    // A page that cannot be resumed from takes back the place before it.
    store.write_page(&lease, at("page 4", 3)).await.unwrap();
    store.write_page(&lease, PageWrite::default()).await.unwrap();
    fixture.clock().advance(A_MINUTE);
    assert_eq!(begin(store, "4").await.resume, None);
}

pub(crate) async fn a_complete_run_never_keeps_its_checkpoint(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    store.write_page(&lease, at("page 2", 1)).await.unwrap();
    store.finish_run(&lease, RunOutcome { keep_checkpoint: true, ..outcome("complete") }).await.unwrap();
    assert_eq!(begin(store, "2").await.resume, None);
}

pub(crate) async fn only_a_complete_run_leaves_its_state(fixture: &impl Fixture) {
    let store = fixture.store();
    let mut seen = Vec::new();
    let ends = [
        ("failed", Some("one")),
        ("complete", Some("two")),
        ("partial", Some("three")),
        ("failed", None),
        ("complete_with_errors", Some("four")),
        ("complete", None),
        ("cancelled", None),
    ];
    for (number, (verdict, state)) in ends.into_iter().enumerate() {
        let lease = begin(store, &number.to_string()).await;
        seen.push(lease.state.clone());
        let end = RunOutcome { state: state.map(str::to_owned), ..outcome(verdict) };
        store.finish_run(&lease, end).await.unwrap();
    }
    let seen: Vec<Option<&str>> = seen.iter().map(Option::as_deref).collect();
    assert_eq!(seen, [None, None, Some("two"), Some("two"), Some("two"), Some("four"), None]);
}

pub(crate) async fn a_run_that_writes_forgets_the_state_until_one_is_complete_again(fixture: &impl Fixture) {
    let store = fixture.store();
    let problem = Problem::warning("loosening-held", "sharing", "held");
    let held = vec![Held { kind: HeldKind::Loosening, source_record_id: "a".to_owned(), problem }];
    let found = RunOutcome { found_again: vec![id("a")], ..outcome("partial") };
    let table = [
        ("the same record", page(vec![write("a", "A")], minute(2)), outcome("partial"), true),
        ("another record", page(vec![write("b", "B")], minute(2)), outcome("guard_tripped"), false),
        ("what is held", PageWrite { held, ..PageWrite::default() }, outcome("failed"), false),
        ("a mark that goes", PageWrite::default(), found, false),
    ];
    for (number, (what, written, end, is_kept)) in table.into_iter().enumerate() {
        let lease = begin(store, &format!("{number} before")).await;
        store.write_page(&lease, page(vec![write("a", "A")], minute(1))).await.unwrap();
        let missing = if what == "a mark that goes" { vec![id("a")] } else { Vec::new() };
        let state = Some("as it was".to_owned());
        store.finish_run(&lease, RunOutcome { missing, state, ..outcome("complete") }).await.unwrap();
        let lease = begin(store, &format!("{number} between")).await;
        assert!(lease.state.is_some(), "{what}");
        store.write_page(&lease, written).await.unwrap();
        store.finish_run(&lease, end).await.unwrap();
        let after = begin(store, &format!("{number} after")).await;
        assert_eq!(after.state.is_some(), is_kept, "{what}");
        store.finish_run(&after, outcome("failed")).await.unwrap();
    }
}

pub(crate) async fn abandoned_runs_are_closed_and_live_ones_are_not(fixture: &impl Fixture) {
    let store = fixture.store();
    assert_eq!(store.close_abandoned_runs().await.unwrap(), 0);
    let silent = store.begin_run(new_run("silent", "one")).await.unwrap();
    let mine = NewRun { holder: cairn_store::process::this_process(), ..new_run("mine", "two") };
    let stalled = NewRun { run: "stalled".to_owned(), source: "three".to_owned(), ..mine.clone() };
    let mine = store.begin_run(mine).await.unwrap();
    store.begin_run(stalled).await.unwrap();
    assert_eq!(store.close_abandoned_runs().await.unwrap(), 0);

    fixture.clock().advance(A_MINUTE);
    store.renew(&mine).await.unwrap();
    assert_eq!(fixture.another().await.close_abandoned_runs().await.unwrap(), 2);
    assert_eq!(store.close_abandoned_runs().await.unwrap(), 0);
    let verdicts: Vec<(String, String)> =
        store.runs(None, 10).await.unwrap().into_iter().map(|run| (run.run, run.verdict)).collect();
    let expected = [("stalled", "lease_lost"), ("mine", "running"), ("silent", "failed")];
    assert_eq!(verdicts, expected.map(|(run, verdict)| (run.to_owned(), verdict.to_owned())));

    assert!(matches!(store.renew(&silent).await, Err(StoreError::LeaseLost)));
    store.renew(&mine).await.unwrap();
}

pub(crate) async fn the_first_thousand_problems_of_a_run_are_kept_in_order(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    let problem = |number: usize| RunProblem {
        source_record_id: number.is_multiple_of(2).then(|| format!("r{number}")),
        problem: Problem::error("unreadable", "", format!("problem {number}")),
    };
    for first in [0, 400, 800, 1200] {
        let problems = (first..first + 400).map(problem).collect();
        store.write_page(&lease, PageWrite { problems, ..PageWrite::default() }).await.unwrap();
    }
    let kept = store.run_problems("1", u32::MAX).await.unwrap();
    assert_eq!(kept, (0..1000).map(problem).collect::<Vec<_>>());
    assert_eq!(store.run_problems("1", 3).await.unwrap(), kept[..3]);
    assert_eq!(store.run_problems("2", 3).await.unwrap(), []);
}

pub(crate) async fn runs_are_told_newest_first_of_one_source_or_all(fixture: &impl Fixture) {
    let store = fixture.store();
    for (run, source) in [("1", "one"), ("2", "two"), ("3", "one")] {
        let lease = store.begin_run(new_run(run, source)).await.unwrap();
        store.finish_run(&lease, outcome("complete")).await.unwrap();
    }
    let told = async |source, limit| {
        let runs = store.runs(source, limit).await.unwrap();
        runs.into_iter().map(|run| run.run).collect::<String>()
    };
    assert_eq!(told(None, 10).await, "321");
    assert_eq!(told(None, 2).await, "32");
    assert_eq!(told(Some("one"), 10).await, "31");
    assert_eq!(told(Some("none"), 10).await, "");
}

pub(crate) async fn the_last_complete_run_of_a_source_is_found_behind_those_that_came_to_no_end(
    fixture: &impl Fixture,
) {
    let store = fixture.store();
    assert_eq!(store.last_complete_run(SOURCE).await.unwrap(), None);
    let ends = ["complete", "complete_with_errors", "partial", "failed", "guard_tripped", "empty_refused"];
    for (number, verdict) in ends.into_iter().enumerate() {
        let lease = begin(store, &number.to_string()).await;
        store.finish_run(&lease, outcome(verdict)).await.unwrap();
    }
    let other = store.begin_run(new_run("other", "elsewhere")).await.unwrap();
    store.finish_run(&other, outcome("complete")).await.unwrap();
    begin(store, "running").await;
    assert_eq!(store.last_complete_run(SOURCE).await.unwrap().unwrap().run, "1");
}

pub(crate) async fn runs_of_some_sources_are_told_whatever_others_ran_since(fixture: &impl Fixture) {
    let store = fixture.store();
    for (run, source) in [("1", "one"), ("2", "two's"), ("3", "one"), ("4", "busy"), ("5", "busy"), ("6", "busy")] {
        let lease = store.begin_run(new_run(run, source)).await.unwrap();
        store.finish_run(&lease, outcome("complete")).await.unwrap();
    }
    let told = async |sources: &[&str], limit| {
        let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
        let runs = store.runs_of_sources(&sources, limit).await.unwrap();
        runs.into_iter().map(|run| run.run).collect::<String>()
    };
    assert_eq!(told(&["one", "two's"], 10).await, "321");
    assert_eq!(told(&["two's", "one"], 2).await, "32");
    assert_eq!(told(&["one", "none"], 10).await, "31");
    assert_eq!(told(&[], 10).await, "");
    let many: Vec<String> = (0..40_000).map(|number| number.to_string()).collect();
    assert_eq!(store.runs_of_sources(&many, 10).await.unwrap(), []);
}

pub(crate) async fn old_runs_are_forgotten_but_the_last_complete_one(fixture: &impl Fixture) {
    let store = fixture.store();
    let ends = [("1", "complete", 1), ("2", "complete_with_errors", 2), ("3", "failed", 3), ("4", "failed", 9)];
    for (run, verdict, ended) in ends {
        let lease = begin(store, run).await;
        let problems = vec![RunProblem { source_record_id: None, problem: Problem::error("unreadable", "", "") }];
        let written = PageWrite { problems, ..page(vec![write("a", run)], minute(ended)) };
        store.write_page(&lease, written).await.unwrap();
        store.finish_run(&lease, RunOutcome { at: minute(ended), ..outcome(verdict) }).await.unwrap();
    }
    begin(store, "5").await;

    assert_eq!(store.forget_runs_before(minute(5)).await.unwrap(), 2);
    let left: String = store.runs(None, 10).await.unwrap().into_iter().map(|run| run.run).collect();
    assert_eq!(left, "542");
    assert_eq!(store.run_problems("1", 10).await.unwrap(), []);
    assert_eq!(store.run_problems("2", 10).await.unwrap().len(), 1);
    assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["4"]);
}

/// One run at that minute, which reached its source or not.
async fn run_that_reached(store: &impl Store, started: i64, reached: Option<bool>) {
    let new = NewRun { at: minute(started), ..new_run(&started.to_string(), SOURCE) };
    let lease = store.begin_run(new).await.unwrap();
    store.finish_run(&lease, RunOutcome { reached, at: minute(started), ..outcome("failed") }).await.unwrap();
}

/// F07.
pub(crate) async fn a_source_is_unreachable_since_the_first_run_that_did_not_reach_it(fixture: &impl Fixture) {
    let store = fixture.store();
    assert_eq!(store.unreachable_since(SOURCE).await.unwrap(), None);
    let history = [
        (Some(false), Some(1)),
        (Some(false), Some(1)),
        (Some(true), None),
        (None, None),
        (Some(false), Some(5)),
        (None, Some(5)),
        (Some(false), Some(5)),
    ];
    for (started, (reached, since)) in (1..).zip(history) {
        run_that_reached(store, started, reached).await;
        assert_eq!(store.unreachable_since(SOURCE).await.unwrap(), since.map(minute), "after run {started}");
    }
    assert_eq!(store.unreachable_since("another").await.unwrap(), None);
    // However short the history of runs is kept, nobody forgets since when.
    store.forget_runs_before(minute(100)).await.unwrap();
    assert_eq!(store.unreachable_since(SOURCE).await.unwrap(), Some(minute(5)));
    assert_eq!(store.runs(Some(SOURCE), 10).await.unwrap().len(), 2);
}

pub(crate) async fn a_run_cannot_end_without_a_verdict(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    for verdict in ["", "running"] {
        let refused = store.finish_run(&lease, outcome(verdict)).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    }
    store.finish_run(&lease, outcome("failed")).await.unwrap();
}

pub(crate) async fn a_run_number_is_used_once(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![], minute(1)).await;
    let refused = store.begin_run(new_run("1", SOURCE)).await;
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    begin(store, "2").await;
}
