//! Everything of a source goes for good, a piece at a time, and nothing of another.

use std::collections::BTreeSet;
use std::time::Duration;

use cairn_model::{Dataset, Listing, Problem, Terms};
use cairn_policy::{Label, Viewer};
use cairn_store::{
    Amendment, Change, DuplicateDecision, EntryKind, EntryWrite, Held, HeldKind, Loaded, NewRun, PageWrite, Purge,
    RunOutcome, RunProblem, SourceHoldings, SourceRow, Store, StoreError, Wanted, edits_term,
};
use jiff::Timestamp;

use super::Fixture;
use super::sample::{
    SOURCE, begin, complete, dataset, harvest, id, minute, new_run, page, stored, titles, write, write_of,
};

fn source(id: &str, configured: bool) -> SourceRow {
    SourceRow {
        id: id.to_owned(),
        kind: "ckan".to_owned(),
        title: "Relief portal".to_owned(),
        url: "https://portal.example".to_owned(),
        organisation: None,
        configured,
        enabled: configured,
    }
}

fn purge_of(source: &str, at: Timestamp) -> NewRun {
    NewRun { at, ..new_run("purge", source) }
}

async fn purge_whole(store: &impl Store, purge: &Purge, at: Timestamp) -> SourceHoldings {
    while store.purge_some(purge, at).await.unwrap() {}
    store.finish_purge(purge, "operator", at).await.unwrap()
}

/// A record that everyone may know of.
fn open_record(source_record_id: &str, title: &str) -> Dataset {
    let terms = Terms { listing: Listing::Full, ..Terms::closed() };
    Dataset { terms, ..dataset(SOURCE, source_record_id, title) }
}

/// Two records with three revisions, of which one is said to be a duplicate, one problem of the listing, one thing held.
async fn fill(store: &impl Store) {
    store.put_source(source(SOURCE, false)).await.unwrap();
    store.put_source(source("neighbour", true)).await.unwrap();
    harvest(store, "1", vec![write("a", "A"), write("b", "B")], minute(1)).await;
    let neighbour = store.begin_run(new_run("2", "neighbour")).await.unwrap();
    let kept = write_of(dataset("neighbour", "n", "Kept"));
    store.write_page(&neighbour, page(vec![kept], minute(2))).await.unwrap();
    store.finish_run(&neighbour, complete(minute(2))).await.unwrap();
    let lease = begin(store, "3").await;
    let problem = RunProblem { source_record_id: None, problem: Problem::error("no-id", "", "it has no id") };
    let held = Held { kind: HeldKind::Removal, source_record_id: "b".to_owned(), problem: problem.problem.clone() };
    let changed = PageWrite {
        problems: vec![problem.clone()],
        listing_problems: vec![problem],
        held: vec![held],
        listed: vec![id("a")],
        checkpoint: Some("half".to_owned()),
        ..page(vec![write("a", "A two")], minute(3))
    };
    store.write_page(&lease, changed).await.unwrap();
    let partial = RunOutcome { verdict: "partial".to_owned(), keep_checkpoint: true, ..complete(minute(3)) };
    store.finish_run(&lease, partial).await.unwrap();
    let pair = (id("a"), stored_neighbour());
    // The edit of a record outlives it where that was retired and forgotten.
    for (record, source) in [(id("a"), SOURCE), (id("forgotten"), SOURCE), (stored_neighbour(), "neighbour")] {
        let edit = EntryWrite {
            kind: EntryKind::Edit,
            id: record.to_string(),
            actor: "operator".to_owned(),
            at: minute(3),
            seen_by: BTreeSet::from([Label::operator()]),
            body: "{}".to_owned(),
            terms: vec![edits_term(source)],
        };
        let mut amend = |_: &Loaded| Amendment { entries: vec![edit.clone()], ..Amendment::default() };
        store.amend(&Wanted::default(), &mut amend).await.unwrap();
    }
    store.decide_duplicates(pair, Some(DuplicateDecision::Confirmed), "operator", minute(3)).await.unwrap();
}

fn stored_neighbour() -> cairn_model::DatasetId {
    cairn_model::DatasetId::new("neighbour", "n")
}

const FILLED: SourceHoldings = SourceHoldings {
    records: 2,
    revisions: 3,
    payloads: 2,
    runs: 2,
    listing_problems: 1,
    held: 1,
    duplicate_decisions: 1,
    edits: 2,
};

pub(crate) async fn a_purge_removes_all_of_a_source_and_nothing_of_another(fixture: &impl Fixture) {
    let store = fixture.store();
    fill(store).await;
    assert_eq!(store.source_holdings(SOURCE).await.unwrap(), Some(FILLED));
    assert_eq!(store.source_holdings("unknown").await.unwrap(), None);

    let purge = store.begin_purge(purge_of(SOURCE, minute(4)), "operator").await.unwrap();
    assert_eq!(purge_whole(store, &purge, minute(4)).await, FILLED);

    assert_eq!(store.source_holdings(SOURCE).await.unwrap(), None);
    assert_eq!(store.record(id("a")).await.unwrap(), None);
    assert_eq!(store.visible_record(id("a"), &Viewer::operator()).await.unwrap(), None);
    assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["Kept"]);
    assert_eq!(store.source_holdings("neighbour").await.unwrap().unwrap().records, 1);
    assert_eq!(store.duplicate_decisions().await.unwrap(), []);
    for (record, is_kept) in [(id("a"), false), (id("forgotten"), false), (stored_neighbour(), true)] {
        let edit = store.entry(EntryKind::Edit, &record.to_string(), &Viewer::operator()).await.unwrap();
        assert_eq!(edit.is_some(), is_kept, "{record}");
    }
    assert_eq!(store.runs(None, 10).await.unwrap().len(), 1);
    assert!(!store.remembers_source(SOURCE).await.unwrap() && store.remembers_source("neighbour").await.unwrap());
    let acts: Vec<_> = store.acts(2).await.unwrap().into_iter().map(|act| (act.act, act.subject)).collect();
    let told = "portal: 2 records, 3 revisions, 2 payloads, 2 runs, 1 listing problems, 1 held, 1 duplicate decisions, 2 edits";
    assert_eq!(
        acts,
        [("source.purge".to_owned(), told.to_owned()), ("source.purge.begin".to_owned(), SOURCE.to_owned()),]
    );
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());

    // The next run of the source begins with nothing.
    let lease = begin(store, "4").await;
    assert_eq!((lease.resume, lease.state), (None, None));
}

pub(crate) async fn what_is_purged_is_a_change_that_is_followed(fixture: &impl Fixture) {
    let store = fixture.store();
    fill(store).await;
    let before = store.latest_seq().await.unwrap();
    let purge = store.begin_purge(purge_of(SOURCE, minute(4)), "operator").await.unwrap();
    assert_eq!(purge.since, before);
    purge_whole(store, &purge, minute(4)).await;
    let removed = store.removed_after(before, 10).await.unwrap();
    let mut ids: Vec<_> = removed.iter().map(|removal| removal.id).collect();
    ids.sort_unstable();
    let mut wanted = [id("a"), id("b")];
    wanted.sort_unstable();
    assert_eq!(ids, wanted);
    assert_eq!(removed.iter().map(|removal| removal.seq).collect::<Vec<_>>(), [before + 1, before + 2]);
    assert_eq!(store.latest_seq().await.unwrap(), before + 2);
    assert_eq!(store.removed_after(before + 1, 10).await.unwrap(), removed[1..]);
    assert_eq!(store.forgotten_up_to().await.unwrap(), 0);
}

pub(crate) async fn no_purge_begins_beside_a_run_and_no_run_beside_a_purge(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    let refused = store.begin_purge(purge_of(SOURCE, minute(1)), "operator").await;
    assert!(matches!(refused, Err(StoreError::LeaseHeld { run, .. }) if run == "1"));
    assert_eq!(store.acts(10).await.unwrap(), []);
    store.finish_run(&lease, complete(minute(1))).await.unwrap();

    let purge = store.begin_purge(purge_of(SOURCE, minute(2)), "operator").await.unwrap();
    let refused = store.begin_run(new_run("2", SOURCE)).await;
    assert!(matches!(refused, Err(StoreError::LeaseHeld { run, .. }) if run == "purge"));
    purge_whole(store, &purge, minute(2)).await;
    begin(store, "2").await;
}

pub(crate) async fn an_interrupted_purge_goes_on_and_counts_the_whole(fixture: &impl Fixture) {
    let store = fixture.store();
    fill(store).await;
    let first = store.begin_purge(purge_of(SOURCE, minute(4)), "operator").await.unwrap();
    assert!(store.purge_some(&first, minute(4)).await.unwrap());
    // Its process is not heard of any more.
    fixture.clock().advance(Duration::from_mins(2));
    let left = store.source_holdings(SOURCE).await.unwrap().unwrap();
    assert_eq!((left.records, left.runs), (0, 2));

    let second = NewRun { run: "purge again".to_owned(), ..purge_of(SOURCE, minute(120)) };
    let second = store.begin_purge(second, "operator").await.unwrap();
    assert_eq!(second.since, first.since);
    assert!(matches!(store.purge_some(&first, minute(120)).await, Err(StoreError::LeaseLost)));
    assert_eq!(purge_whole(store, &second, minute(120)).await, FILLED);
    assert_eq!(store.source_holdings(SOURCE).await.unwrap(), None);
}

pub(crate) async fn a_purge_that_was_interrupted_leaves_nothing_to_go_on_from_to_a_run(fixture: &impl Fixture) {
    let store = fixture.store();
    fill(store).await;
    store.begin_purge(purge_of(SOURCE, minute(4)), "operator").await.unwrap();
    fixture.clock().advance(Duration::from_mins(2));
    let lease = begin(store, "4").await;
    assert_eq!((lease.resume, lease.state), (None, None));
}

pub(crate) async fn a_source_that_stays_configured_keeps_its_pause_and_its_budget(fixture: &impl Fixture) {
    let store = fixture.store();
    for (name, configured) in [(SOURCE, true), ("old", false)] {
        store.put_source(source(name, configured)).await.unwrap();
        let pause = cairn_store::Pause { since: minute(1), by: "operator".to_owned(), reason: None };
        store.pause_source(name, pause, "operator").await.unwrap();
        assert!(store.spend_request(name, minute(1), 1).await.unwrap());
        let purge = store.begin_purge(purge_of(name, minute(2)), "operator").await.unwrap();
        purge_whole(store, &purge, minute(2)).await;
        assert_eq!(store.intervention(name).await.unwrap().paused.is_some(), configured, "{name}");
        assert_eq!(store.spend_request(name, minute(3), 1).await.unwrap(), !configured, "{name}");
        assert_eq!(store.remembers_source(name).await.unwrap(), configured, "{name}");
    }
}

pub(crate) async fn a_removal_is_told_to_who_could_see_the_record_and_to_nobody_else(fixture: &impl Fixture) {
    let store = fixture.store();
    let records = vec![write_of(open_record("open", "Wells")), write("closed", "Convoys")];
    harvest(store, "1", records, minute(1)).await;
    let purge = store.begin_purge(purge_of(SOURCE, minute(2)), "operator").await.unwrap();
    purge_whole(store, &purge, minute(2)).await;

    let changes = async |viewer: &Viewer| -> Vec<_> {
        let changes = store.visible_changes(0, viewer, 10).await.unwrap();
        changes.into_iter().map(|step| (step.id, step.mark.at, step.mark.change, step.is_removal)).collect()
    };
    let gone = |name: &str| (id(name), minute(2), Change::Retired, true);
    let (anyone, operator) = (Viewer::anonymous(), Viewer::operator());
    assert_eq!(changes(&anyone).await, [gone("open")]);
    assert_eq!(changes(&operator).await.len(), 2);
    let place = async |viewer: &Viewer, name: &str| store.visible_removal(id(name), minute(2), viewer).await.unwrap();
    assert!(place(&anyone, "open").await.is_some() && place(&operator, "closed").await.is_some());
    assert_eq!(place(&anyone, "closed").await, None);

    // One that comes again for a viewer stands where it came; for who does not see it any more it stays removed.
    harvest(store, "2", vec![write("open", "Wells, closed now")], minute(3)).await;
    assert_eq!(changes(&anyone).await, [gone("open")]);
    harvest(store, "3", vec![write_of(open_record("open", "Wells again"))], minute(4)).await;
    assert_eq!(changes(&anyone).await, [(id("open"), minute(4), Change::Changed, false)]);
    assert!(place(&anyone, "open").await.is_some());
    assert_eq!(stored(store, "open").await.revision, 2);
}

pub(crate) async fn a_run_after_a_purge_takes_no_number_that_something_held_names(fixture: &impl Fixture) {
    let store = fixture.store();
    let held = |id: &str| Held {
        kind: HeldKind::Removal,
        source_record_id: id.to_owned(),
        problem: Problem::warning("removal-held", "", "it is no longer listed"),
    };
    // Held by the second run and released by the fifth, which is forgotten; the sixth, of another source, is purged.
    for run in ["1", "2", "3", "4", "5"] {
        let lease = begin(store, run).await;
        let page = match run {
            "2" => PageWrite { held: vec![held("a")], at: minute(1), ..PageWrite::default() },
            "5" => {
                PageWrite { released: vec![(HeldKind::Removal, "a".to_owned())], at: minute(1), ..PageWrite::default() }
            }
            _ => PageWrite { at: minute(1), ..PageWrite::default() },
        };
        store.write_page(&lease, page).await.unwrap();
        let verdict = if run == "3" { "complete" } else { "partial" };
        let outcome = RunOutcome { verdict: verdict.to_owned(), ..complete(minute(1)) };
        store.finish_run(&lease, outcome).await.unwrap();
    }
    let other = store.begin_run(new_run("6", "other")).await.unwrap();
    store.finish_run(&other, complete(minute(2))).await.unwrap();
    store.forget_runs_before(minute(2)).await.unwrap();
    assert_eq!(store.held_by("3").await.unwrap(), [held("a")]);
    let purge = store.begin_purge(purge_of("other", minute(3)), "operator").await.unwrap();
    purge_whole(store, &purge, minute(3)).await;
    for run in ["7", "8"] {
        let lease = begin(store, run).await;
        assert_eq!(store.held_by(run).await.unwrap(), [], "{run}");
        store.finish_run(&lease, complete(minute(4))).await.unwrap();
    }
}
