//! What is old goes, and nobody learns of it what was hidden from them.

use std::collections::BTreeSet;

use cairn_model::{Dataset, DatasetId, Field, Listing, Problem, Sharing, Terms};
use cairn_policy::{Label, Viewer, best_rendition};
use cairn_store::{
    Amendment, Change, EDITS_OF_TERMS, EntryKind, EntryWrite, HistoryCut, Loaded, MOST_LISTING_PROBLEMS, NewRun,
    PageWrite, RunOutcome, RunProblem, Store, Wanted, edits_term,
};
use jiff::Timestamp;

use super::Fixture;
use super::sample::{SOURCE, begin, complete, dataset, harvest, id, minute, new_run, stored, titles, write, write_of};

/// A record that is listed in full, with a field that only its own organisation may see.
fn listed(title: &str, hidden: &str) -> Dataset {
    let field = Field {
        name: hidden.to_owned(),
        description: None,
        data_type: None,
        sharing: Some(Sharing::Closed),
        sensitivity: None,
        shareable_form: None,
    };
    let terms = Terms { listing: Listing::Full, ..Terms::closed() };
    Dataset { terms, fields: vec![field], ..dataset(SOURCE, "a", title) }
}

/// A record that nobody but its owner may know of.
fn closed(title: &str) -> Dataset {
    dataset(SOURCE, "a", title)
}

/// Writes the states of a record, one a minute.
async fn write_states(store: &impl Store, states: Vec<Dataset>) {
    for (at, state) in (1..).zip(states) {
        harvest(store, &at.to_string(), vec![write_of(state)], minute(at)).await;
    }
}

async fn cut_before(store: &impl Store, at: Timestamp) -> u64 {
    let mut revisions = 0;
    loop {
        let HistoryCut { revisions: more, looked_to } = store.cut_history_before(at).await.unwrap();
        revisions += more;
        if looked_to.is_none() {
            return revisions;
        }
    }
}

/// The minutes at which a viewer is told that something became of the record.
async fn minutes(store: &impl Store, viewer: &Viewer) -> Vec<i64> {
    let marks = store.visible_marks(id("a"), viewer).await.unwrap();
    marks.iter().map(|mark| (mark.at.as_second() - minute(0).as_second()) / 60).collect()
}

/// When what a viewer sees of the record last changed, as far as its history says.
async fn last_change(store: &impl Store, viewer: &Viewer) -> Option<i64> {
    let marks = store.visible_marks(id("a"), viewer).await.unwrap();
    let mut seen = Vec::new();
    for mark in &marks {
        let revision = store.revision(id("a"), mark.seq).await.unwrap().unwrap();
        let shown = best_rendition(&revision.dataset, viewer).unwrap().dataset;
        seen.push((mark.at, serde_json::to_string(&(shown.title, shown.fields)).unwrap()));
    }
    let at = seen.windows(2).find(|pair| pair[0].1 != pair[1].1).map(|pair| pair[0].0).or(seen.last().map(|one| one.0));
    at.map(|at| (at.as_second() - minute(0).as_second()) / 60)
}

pub(crate) async fn old_history_goes_but_for_the_first_revision_and_what_later_ones_are_compared_with(
    fixture: &impl Fixture,
) {
    let store = fixture.store();
    write_states(store, (1..=6).map(|number| listed(&format!("Wells {number}"), "depth")).collect()).await;
    assert_eq!(cut_before(store, minute(5)).await, 2);
    assert_eq!(minutes(store, &Viewer::anonymous()).await, [6, 5, 4, 1]);
    let history = store.history(id("a")).await.unwrap();
    let left: Vec<_> = history.iter().map(|entry| (entry.revision, entry.change)).collect();
    assert_eq!(left, [(6, Change::Changed), (5, Change::Changed), (4, Change::Changed), (1, Change::Created)]);
    assert_eq!(cut_before(store, minute(5)).await, 0);
    // What was new then is old in its turn, and the newest revision stays however old it is.
    assert_eq!(cut_before(store, minute(100)).await, 2);
    assert_eq!(minutes(store, &Viewer::anonymous()).await, [6, 1]);
    assert_eq!(stored(store, "a").await.revision, 6);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

pub(crate) async fn no_hidden_step_takes_the_place_of_an_old_one_that_a_viewer_saw(fixture: &impl Fixture) {
    let store = fixture.store();
    let states = [("A", "1"), ("B", "1"), ("C", "1"), ("C", "2"), ("C", "3")];
    write_states(store, states.iter().map(|(title, hidden)| listed(title, hidden)).collect()).await;
    let (anyone, operator) = (Viewer::anonymous(), Viewer::operator());
    assert_eq!((last_change(store, &anyone).await, last_change(store, &operator).await), (Some(3), Some(5)));
    assert_eq!(cut_before(store, minute(5)).await, 1);
    // The fourth step is old and newer than the third, and was hidden from who is anonymous: the third stays for them.
    assert_eq!(minutes(store, &operator).await, [5, 4, 3, 1]);
    assert_eq!((last_change(store, &anyone).await, last_change(store, &operator).await), (Some(3), Some(5)));
    assert_eq!(cut_before(store, minute(100)).await, 0);
}

pub(crate) async fn a_history_that_a_viewer_could_not_see_for_a_while_is_not_joined_over_the_gap(
    fixture: &impl Fixture,
) {
    let store = fixture.store();
    let states = [listed("A", "1"), closed("B"), listed("C", "1"), listed("D", "1"), listed("E", "1")];
    write_states(store, states.into()).await;
    let (anyone, operator) = (Viewer::anonymous(), Viewer::operator());
    assert_eq!(minutes(store, &anyone).await, [5, 4, 3]);
    assert_eq!(cut_before(store, minute(5)).await, 3);
    assert_eq!(minutes(store, &anyone).await, [5, 4]);
    assert_eq!(minutes(store, &operator).await, [5, 4]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

pub(crate) async fn a_record_that_was_retired_long_ago_goes_for_good_and_can_come_again_as_new(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("old", "Old"), write("late", "Late"), write("stays", "Stays")], minute(1)).await;
    for (run, name) in [("2", "old"), ("3", "late")] {
        let lease = begin(store, run).await;
        let at = minute(run.parse().unwrap());
        store.finish_run(&lease, RunOutcome { retire: vec![id(name)], ..complete(at) }).await.unwrap();
    }
    assert_eq!(store.forget_retired_before(minute(2)).await.unwrap(), 0);
    assert_eq!(store.forgotten_up_to().await.unwrap(), 0);
    assert_eq!(store.forget_retired_before(minute(3)).await.unwrap(), 1);
    assert_eq!(store.forgotten_up_to().await.unwrap(), 4);
    assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["Stays", "Late"]);
    assert_eq!(store.record(id("old")).await.unwrap(), None);
    assert_eq!(store.visible_record(id("old"), &Viewer::operator()).await.unwrap(), None);
    assert_eq!(store.payload(id("old")).await.unwrap(), None);
    assert_eq!(store.removed_after(0, 10).await.unwrap(), []);
    assert_eq!(store.forget_retired_before(minute(3)).await.unwrap(), 0);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());

    harvest(store, "4", vec![write("old", "Old")], minute(9)).await;
    let again = stored(store, "old").await;
    assert_eq!((again.revision, again.first_seen, again.seq), (1, minute(9), 6));
}

pub(crate) async fn tombstones_are_forgotten_when_they_are_old(fixture: &impl Fixture) {
    let store = fixture.store();
    for (at, source) in [(1, "one"), (5, "two")] {
        let lease = store.begin_run(new_run(source, source)).await.unwrap();
        let record = write_of(dataset(source, "a", "Wells"));
        store.write_page(&lease, super::sample::page(vec![record], minute(at))).await.unwrap();
        store.finish_run(&lease, complete(minute(at))).await.unwrap();
        let purge = store.begin_purge(NewRun { at: minute(at), ..new_run("purge", source) }, "operator").await.unwrap();
        while store.purge_some(&purge, minute(at)).await.unwrap() {}
        store.finish_purge(&purge, "operator", minute(at)).await.unwrap();
    }
    assert_eq!(store.forget_removals_before(minute(1)).await.unwrap(), 0);
    assert_eq!(store.forget_removals_before(minute(5)).await.unwrap(), 1);
    assert_eq!(store.forgotten_up_to().await.unwrap(), 2);
    let left: Vec<DatasetId> = store.removed_after(0, 10).await.unwrap().iter().map(|removal| removal.id).collect();
    assert_eq!(left, [DatasetId::new("two", "a")]);
}

pub(crate) async fn only_the_newest_problems_of_a_listing_are_kept_of_each_source(fixture: &impl Fixture) {
    let store = fixture.store();
    let problems = |ids: std::ops::Range<u32>| -> Vec<RunProblem> {
        let problem = Problem::error("no-title", "title", "the record has no title");
        ids.map(|id| RunProblem { source_record_id: Some(id.to_string()), problem: problem.clone() }).collect()
    };
    let meet = async |run: &str, source: &str, ids: std::ops::Range<u32>| {
        let lease = store.begin_run(new_run(run, source)).await.unwrap();
        let met = problems(ids);
        let page = PageWrite { problems: met.clone(), listing_problems: met, at: minute(1), ..PageWrite::default() };
        store.write_page(&lease, page).await.unwrap();
        let outcome = RunOutcome { verdict: "partial".to_owned(), ..complete(minute(1)) };
        store.finish_run(&lease, outcome).await.unwrap();
    };
    meet("1", "other", 0..2).await;
    meet("2", SOURCE, 0..MOST_LISTING_PROBLEMS).await;
    meet("3", SOURCE, MOST_LISTING_PROBLEMS..MOST_LISTING_PROBLEMS + 3).await;
    let kept = store.listing_problem_marks(SOURCE).await.unwrap();
    assert_eq!(kept.len(), MOST_LISTING_PROBLEMS as usize);
    assert_eq!(kept[0].source_record_id.as_deref(), Some("3"));
    assert_eq!(store.listing_problem_marks("other").await.unwrap().len(), 2);
}

/// Says something otherwise of the record `a`.
async fn edit(store: &impl Store, terms: Vec<String>) {
    let edit = EntryWrite {
        kind: EntryKind::Edit,
        id: id("a").to_string(),
        at: minute(1),
        actor: "person 1".to_owned(),
        seen_by: BTreeSet::from([Label::operator()]),
        body: "{}".to_owned(),
        terms,
    };
    let mut amend = |_: &Loaded| Amendment { entries: vec![edit.clone()], ..Amendment::default() };
    store.amend(&Wanted::default(), &mut amend).await.unwrap();
}

pub(crate) async fn a_retired_record_stays_for_as_long_as_its_terms_are_said_otherwise_and_no_other_word_keeps_it(
    fixture: &impl Fixture,
) {
    let store = fixture.store();
    write_states(store, vec![closed("Wells")]).await;
    edit(store, vec![edits_term(SOURCE), EDITS_OF_TERMS.to_owned()]).await;
    let lease = begin(store, "2").await;
    store.finish_run(&lease, RunOutcome { retire: vec![id("a")], ..complete(minute(2)) }).await.unwrap();
    assert_eq!(store.forget_retired_before(minute(9)).await.unwrap(), 0);
    edit(store, vec![edits_term(SOURCE)]).await;
    assert_eq!(store.forget_retired_before(minute(9)).await.unwrap(), 1);
    assert_eq!(store.record(id("a")).await.unwrap(), None);
}
