//! What happens to records that their source lacks.

use cairn_model::{Dataset, Listing, Terms};
use cairn_policy::Viewer;
use cairn_store::{Change, RecordState, RunOutcome, Store, StoreError, VisibleRecord, Written};

use super::Fixture;
use super::sample::{SOURCE, begin, complete, dataset, harvest, id, minute, new_run, stored, titles, write, write_of};

pub(crate) async fn a_missing_record_stays_and_is_no_change(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A"), write("b", "B")], minute(1)).await;
    for (run, at) in [("2", 2), ("3", 3)] {
        let lease = begin(store, run).await;
        // Named twice, marked once.
        let outcome = RunOutcome { missing: vec![id("a"), id("a"), id("unknown")], ..complete(minute(at)) };
        assert_eq!(store.finish_run(&lease, outcome).await.unwrap(), Written { seq: 2, rows: 1, left: 0 });
    }
    let active = store.active_records(SOURCE, "", 10_000).await.unwrap();
    let marks: Vec<_> =
        active.iter().map(|known| (known.source_record_id.as_str(), known.missing_since, known.missing_runs)).collect();
    assert_eq!(marks, [("a", Some(minute(2)), 2), ("b", None, 0)]);
    let record = stored(store, "a").await;
    assert_eq!((record.state, record.seq, record.missing_since), (RecordState::Active, 1, Some(minute(2))));
    assert_eq!(store.history(id("a")).await.unwrap().len(), 1);
}

pub(crate) async fn a_record_that_is_found_again_loses_its_missing_marks(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A"), write("b", "B"), write("c", "C")], minute(1)).await;
    let lease = begin(store, "2").await;
    let missing = vec![id("a"), id("b"), id("c")];
    store.finish_run(&lease, RunOutcome { missing, ..complete(minute(2)) }).await.unwrap();

    // Listed again unchanged, written again unchanged, and written again changed.
    let lease = begin(store, "3").await;
    let records = vec![write("b", "B"), write("c", "C two")];
    store.write_page(&lease, super::sample::page(records, minute(3))).await.unwrap();
    let outcome = RunOutcome { found_again: vec![id("a"), id("b")], ..complete(minute(3)) };
    assert_eq!(store.finish_run(&lease, outcome).await.unwrap(), Written { seq: 4, rows: 1, left: 0 });

    for known in store.active_records(SOURCE, "", 10_000).await.unwrap() {
        assert_eq!((known.missing_since, known.missing_runs), (None, 0), "{}", known.source_record_id);
    }
    assert_eq!(store.history(id("a")).await.unwrap().len(), 1);
    assert_eq!(store.history(id("b")).await.unwrap().len(), 1);
}

pub(crate) async fn a_retired_record_is_a_change_and_keeps_its_history(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A"), write("b", "B")], minute(1)).await;
    let lease = begin(store, "2").await;
    let outcome =
        RunOutcome { missing: vec![id("a")], retire: vec![id("a"), id("a"), id("unknown")], ..complete(minute(2)) };
    // One mark, one record, one revision.
    assert_eq!(store.finish_run(&lease, outcome).await.unwrap(), Written { seq: 3, rows: 3, left: 0 });

    let record = stored(store, "a").await;
    assert_eq!((record.state, record.seq, record.revision), (RecordState::Retired, 3, 2));
    assert_eq!((record.changed_at, record.run.as_str()), (minute(2), "2"));
    assert_eq!(record.dataset.title.best("en"), Some("A"));
    assert_eq!(titles(&store.records_after(2, 10).await.unwrap()), ["A"]);
    let changes: Vec<Change> = store.history(id("a")).await.unwrap().into_iter().map(|entry| entry.change).collect();
    assert_eq!(changes, [Change::Retired, Change::Created]);
    assert!(store.payload(id("a")).await.unwrap().is_some());
    assert_eq!(store.active_records(SOURCE, "", 10_000).await.unwrap().len(), 1);
    let known = store.known(SOURCE, &["a".to_owned()]).await.unwrap();
    assert_eq!(known[0].state, RecordState::Retired);
}

pub(crate) async fn a_retired_record_that_comes_again_is_restored(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A")], minute(1)).await;
    let lease = begin(store, "2").await;
    let outcome = RunOutcome { missing: vec![id("a")], retire: vec![id("a")], ..complete(minute(2)) };
    store.finish_run(&lease, outcome).await.unwrap();

    // With the very content that it had.
    harvest(store, "3", vec![write("a", "A")], minute(3)).await;
    let record = stored(store, "a").await;
    assert_eq!((record.state, record.seq, record.revision), (RecordState::Active, 3, 3));
    assert_eq!((record.first_seen, record.missing_since), (minute(1), None));
    let changes: Vec<Change> = store.history(id("a")).await.unwrap().into_iter().map(|entry| entry.change).collect();
    assert_eq!(changes, [Change::Restored, Change::Retired, Change::Created]);
}

pub(crate) async fn a_run_that_read_a_part_retires_nothing(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A")], minute(1)).await;
    let lease = begin(store, "2").await;
    for verdict in ["partial", "failed", "cancelled", "empty_refused", "guard_tripped", "lease_lost"] {
        let outcome = RunOutcome { verdict: verdict.to_owned(), retire: vec![id("a")], ..complete(minute(2)) };
        let refused = store.finish_run(&lease, outcome).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{verdict}: {refused:?}");
    }
    assert_eq!(stored(store, "a").await.state, RecordState::Active);
}

pub(crate) async fn a_run_retires_nothing_of_another_source(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A")], minute(1)).await;
    let before = stored(store, "a").await;
    let lease = store.begin_run(new_run("2", "stranger")).await.unwrap();
    let outcome = RunOutcome { missing: vec![id("a")], retire: vec![id("a")], ..complete(minute(2)) };
    assert_eq!(store.finish_run(&lease, outcome).await.unwrap(), Written { seq: 1, rows: 0, left: 0 });
    assert_eq!(stored(store, "a").await, before);
}

pub(crate) async fn a_record_is_for_who_may_know_of_it_and_once_it_is_retired_for_who_could(fixture: &impl Fixture) {
    let store = fixture.store();
    let listed = Terms { listing: Listing::Full, ..Terms::closed() };
    let open = write_of(Dataset { terms: listed.clone(), ..dataset(SOURCE, "open", "Wells") });
    harvest(store, "1", vec![open.clone(), write("hidden", "Convoys")], minute(1)).await;
    let state_of = async |viewer: &Viewer, name: &str| {
        store.visible_record(id(name), viewer).await.unwrap().map(|record| match record {
            VisibleRecord::Active(_) => RecordState::Active,
            VisibleRecord::Retired { .. } => RecordState::Retired,
        })
    };
    let sees = async |viewer: &Viewer, name: &str| state_of(viewer, name).await == Some(RecordState::Active);
    let (anonymous, operator) = (Viewer::anonymous(), Viewer::operator());
    assert_eq!([sees(&anonymous, "open").await, sees(&anonymous, "hidden").await], [true, false]);
    assert_eq!([sees(&operator, "open").await, sees(&operator, "hidden").await], [true, true]);
    assert!(!sees(&operator, "absent").await);

    // The newest revision decides, and the history is cut where the viewer could not see the record.
    let shown = write_of(Dataset { terms: listed, ..dataset(SOURCE, "hidden", "Convoys of last year") });
    harvest(store, "2", vec![shown], minute(2)).await;
    assert!(sees(&anonymous, "hidden").await);
    let marks = async |viewer: &Viewer| -> Vec<_> {
        let marks = store.visible_marks(id("hidden"), viewer).await.unwrap();
        marks.into_iter().map(|mark| (mark.at, mark.change)).collect()
    };
    assert_eq!(marks(&anonymous).await, [(minute(2), Change::Changed)]);
    assert_eq!(marks(&operator).await, [(minute(2), Change::Changed), (minute(1), Change::Created)]);

    let lease = begin(store, "3").await;
    let outcome = RunOutcome { retire: vec![id("open"), id("hidden")], ..complete(minute(3)) };
    store.finish_run(&lease, outcome).await.unwrap();
    for (viewer, name) in [(&anonymous, "open"), (&anonymous, "hidden"), (&operator, "open"), (&operator, "hidden")] {
        assert_eq!(state_of(viewer, name).await, Some(RecordState::Retired), "{name}");
    }
    harvest(store, "4", vec![open], minute(4)).await;
    assert!(sees(&anonymous, "open").await && !sees(&operator, "hidden").await);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}
