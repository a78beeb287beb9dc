//! Which record takes the place of one that its source lists under another id.

use cairn_model::{Dataset, DatasetId, Listing, Terms};
use cairn_policy::Viewer;
use cairn_store::{RunOutcome, Store, StoreError, Succession, VisibleRecord};

use super::Fixture;
use super::sample::{SOURCE, begin, complete, dataset, harvest, id, minute, new_run, page, write, write_of};

/// A complete run that lists one record and retires another, whose place it takes.
async fn rename(store: &impl Store, run: &str, from: &str, to: &str) {
    let lease = begin(store, run).await;
    store.write_page(&lease, page(vec![write(to, "Wells")], minute(1))).await.unwrap();
    store.finish_run(&lease, replacing(from, to)).await.unwrap();
}

fn replacing(from: &str, to: &str) -> RunOutcome {
    let successions = vec![Succession { record: id(from), successor: id(to) }];
    RunOutcome { retire: vec![id(from)], successions, ..complete(minute(2)) }
}

/// Where a retired record leads a viewer who could know of it.
async fn successor(store: &impl Store, name: &str, viewer: &Viewer) -> Option<DatasetId> {
    match store.visible_record(id(name), viewer).await.unwrap() {
        Some(VisibleRecord::Retired { successor }) => successor,
        other => panic!("{name}: {other:?}"),
    }
}

async fn is_active(store: &impl Store, name: &str) -> bool {
    matches!(store.visible_record(id(name), &Viewer::operator()).await.unwrap(), Some(VisibleRecord::Active(_)))
}

pub(crate) async fn newcomers_are_what_the_last_complete_run_did_not_list(fixture: &impl Fixture) {
    let store = fixture.store();
    let newcomers = async |source: &str| {
        let mut marks = store.open_marks().await.unwrap();
        // What was noted of a record before stays.
        marks.set(vec![(*id("c").as_bytes(), 2)]).await.unwrap();
        let count = marks.mark_newcomers(source, 1).await.unwrap();
        let ids = marks.having(1, [0; 16], 100).await.unwrap();
        assert_eq!(count, ids.len() as u64);
        ids.into_iter().map(|(id, marks)| (DatasetId::from_bytes(id), marks)).collect::<Vec<_>>()
    };
    // Before a run is complete nobody knows what the source lists.
    let lease = begin(store, "1").await;
    store.write_page(&lease, page(vec![write("a", "A"), write("b", "B")], minute(1))).await.unwrap();
    let tripped = || RunOutcome { verdict: "guard_tripped".to_owned(), ..complete(minute(2)) };
    store.finish_run(&lease, tripped()).await.unwrap();
    assert_eq!(newcomers(SOURCE).await, []);

    let lease = begin(store, "2").await;
    store.finish_run(&lease, RunOutcome { retire: vec![id("b")], ..complete(minute(2)) }).await.unwrap();
    assert_eq!(newcomers(SOURCE).await, []);

    // Two runs without an end bring a new one, a changed one and one that comes again.
    for (run, write) in [("3", write("c", "C")), ("4", write("a", "A two")), ("5", write("b", "B"))] {
        let lease = begin(store, run).await;
        store.write_page(&lease, page(vec![write], minute(3))).await.unwrap();
        store.finish_run(&lease, tripped()).await.unwrap();
    }
    let mut expected = [(id("b"), 1), (id("c"), 3)];
    expected.sort_unstable();
    assert_eq!((newcomers(SOURCE).await, newcomers("other").await), (expected.to_vec(), vec![]));
    harvest(store, "6", vec![], minute(4)).await;
    assert_eq!(newcomers(SOURCE).await, []);
}

pub(crate) async fn a_retired_record_leads_to_its_successor_whoever_may_know_of_both(fixture: &impl Fixture) {
    let store = fixture.store();
    let listed = |name: &str| {
        let terms = Terms { listing: Listing::Full, ..Terms::closed() };
        write_of(Dataset { terms, ..dataset(SOURCE, name, "Wells") })
    };
    let lease = begin(store, "1").await;
    let records = vec![listed("open"), listed("now open"), listed("closing"), write("now closed", "Wells")];
    store.write_page(&lease, page(records, minute(1))).await.unwrap();
    let replaced = [("open", "now open"), ("closing", "now closed")].map(|(from, to)| replacing(from, to));
    let retire = vec![id("open"), id("closing")];
    let successions = replaced.into_iter().flat_map(|outcome| outcome.successions).collect();
    store.finish_run(&lease, RunOutcome { retire, successions, ..complete(minute(2)) }).await.unwrap();
    let (anonymous, operator) = (Viewer::anonymous(), Viewer::operator());
    assert_eq!(successor(store, "open", &anonymous).await, Some(id("now open")));
    assert_eq!(successor(store, "closing", &anonymous).await, None);
    assert_eq!(store.visible_record(id("now closed"), &anonymous).await.unwrap(), None);
    for (from, to) in [("open", "now open"), ("closing", "now closed")] {
        assert_eq!(successor(store, from, &operator).await, Some(id(to)));
    }
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

pub(crate) async fn an_address_leads_on_however_long_ago_its_record_was_retired(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("old", "Wells")], minute(1)).await;
    rename(store, "2", "old", "new").await;
    assert_eq!(store.forget_retired_before(minute(1_000_000)).await.unwrap(), 0);
    assert_eq!(successor(store, "old", &Viewer::operator()).await, Some(id("new")));
    // When the new one goes for good, so does the way to it.
    let lease = begin(store, "3").await;
    store.finish_run(&lease, RunOutcome { retire: vec![id("new")], ..complete(minute(9)) }).await.unwrap();
    assert_eq!(store.forget_retired_before(minute(1_000_000)).await.unwrap(), 1);
    assert_eq!(store.forget_retired_before(minute(1_000_000)).await.unwrap(), 1);
    assert_eq!(store.record(id("old")).await.unwrap(), None);
}

pub(crate) async fn a_record_that_was_replaced_twice_leads_to_the_last(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("first", "Wells")], minute(1)).await;
    rename(store, "2", "first", "second").await;
    rename(store, "3", "second", "third").await;
    for name in ["first", "second"] {
        assert_eq!(successor(store, name, &Viewer::operator()).await, Some(id("third")), "{name}");
    }
    // When that one goes as well, nothing is left to lead to.
    let lease = begin(store, "4").await;
    store.finish_run(&lease, RunOutcome { retire: vec![id("third")], ..complete(minute(3)) }).await.unwrap();
    for name in ["first", "second", "third"] {
        assert_eq!(successor(store, name, &Viewer::operator()).await, None, "{name}");
    }
}

pub(crate) async fn a_record_that_comes_again_stands_for_itself(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("old", "Wells")], minute(1)).await;
    rename(store, "2", "old", "new").await;
    // The source goes back to its former ids.
    rename(store, "3", "new", "old").await;
    assert!(is_active(store, "old").await);
    assert_eq!(successor(store, "new", &Viewer::operator()).await, Some(id("old")));
    // What it was replaced by then says nothing of why it goes now.
    let lease = begin(store, "4").await;
    store.finish_run(&lease, RunOutcome { retire: vec![id("old")], ..complete(minute(3)) }).await.unwrap();
    assert_eq!(successor(store, "old", &Viewer::operator()).await, None);
}

pub(crate) async fn only_what_is_retired_is_replaced_and_only_by_a_record_of_its_source(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("stays", "Wells"), write("goes", "Wells"), write("new", "Wells")], minute(1)).await;
    let stranger = store.begin_run(new_run("2", "stranger")).await.unwrap();
    let theirs = DatasetId::new("stranger", "theirs");
    let writes = vec![write_of(dataset("stranger", "theirs", "Wells"))];
    store.write_page(&stranger, page(writes, minute(1))).await.unwrap();
    // Neither of theirs to ours nor of ours by them.
    let successions = vec![
        Succession { record: id("goes"), successor: theirs },
        Succession { record: id("goes"), successor: id("new") },
        Succession { record: theirs, successor: id("new") },
    ];
    store.finish_run(&stranger, RunOutcome { successions, ..complete(minute(2)) }).await.unwrap();

    let lease = begin(store, "3").await;
    let outcome = RunOutcome { verdict: "partial".to_owned(), retire: vec![], ..replacing("goes", "new") };
    assert!(matches!(store.finish_run(&lease, outcome).await, Err(StoreError::Invalid(_))));
    let successions = vec![
        Succession { record: id("stays"), successor: id("new") },
        Succession { record: id("goes"), successor: theirs },
        Succession { record: id("goes"), successor: id("never") },
    ];
    let outcome = RunOutcome { retire: vec![id("goes")], successions, ..complete(minute(2)) };
    store.finish_run(&lease, outcome).await.unwrap();
    assert!(is_active(store, "stays").await);
    assert_eq!(successor(store, "goes", &Viewer::operator()).await, None);
    // That one stayed, so nothing was kept for a day on which it goes.
    let lease = begin(store, "4").await;
    store.finish_run(&lease, RunOutcome { retire: vec![id("stays")], ..complete(minute(3)) }).await.unwrap();
    assert_eq!(successor(store, "stays", &Viewer::operator()).await, None);
}
