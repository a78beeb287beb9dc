//! Records that people change, in the transaction of an entry.

use std::collections::BTreeSet;

use cairn_policy::Label;
use cairn_store::{
    Amendment, Change, EntryKind, EntryWrite, Loaded, RecordAmendment, RecordState, RecordWrite, Store, Wanted,
    edits_term,
};

use super::Fixture;
use super::sample::{SOURCE, begin, complete, dataset, harvest, id, minute, page, stored, titles, write, write_of};

/// A record as a person writes it: no payload comes with it.
fn by_hand(source_record_id: &str, title: &str) -> RecordWrite {
    RecordWrite { payload: None, payload_hash: [0; 32], ..write_of(dataset(SOURCE, source_record_id, title)) }
}

fn put(record: RecordWrite, at: i64) -> RecordAmendment {
    RecordAmendment::Put { actor: "person 1".to_owned(), at: minute(at), record: Box::new(record) }
}

fn edit(source_record_id: &str, body: &str) -> EntryWrite {
    EntryWrite {
        kind: EntryKind::Edit,
        id: id(source_record_id).to_string(),
        at: minute(2),
        actor: "person 1".to_owned(),
        seen_by: BTreeSet::from([Label::operator()]),
        body: body.to_owned(),
        terms: vec![edits_term(SOURCE)],
    }
}

async fn amend(store: &impl Store, entries: Vec<EntryWrite>, records: Vec<RecordAmendment>) {
    let mut decide =
        |_: &Loaded| Amendment { entries: entries.clone(), records: records.clone(), ..Amendment::default() };
    store.amend(&Wanted::default(), &mut decide).await.unwrap();
}

pub(crate) async fn what_a_person_writes_is_followed_with_their_name_and_keeps_the_payload(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A")], minute(1)).await;
    let lease = begin(store, "2").await;
    let outcome = cairn_store::RunOutcome { state: Some("validators".to_owned()), ..complete(minute(1)) };
    store.finish_run(&lease, outcome).await.unwrap();
    let before = store.latest_seq().await.unwrap();

    amend(store, Vec::new(), vec![put(by_hand("a", "A by hand"), 3), put(by_hand("new", "New"), 3)]).await;
    assert_eq!(titles(&store.records_after(before, 10).await.unwrap()), ["A by hand", "New"]);
    let history = store.history(id("a")).await.unwrap();
    assert_eq!((history[0].by.as_str(), history[0].change, history[0].revision), ("person 1", Change::Changed, 2));
    assert!(store.payload(id("a")).await.unwrap().is_some(), "what it was read from stays");
    // The same again is no change, and the next run may not take the source for unchanged.
    let seq = store.latest_seq().await.unwrap();
    amend(store, Vec::new(), vec![put(by_hand("a", "A by hand"), 4)]).await;
    assert_eq!(store.latest_seq().await.unwrap(), seq);
    assert_eq!(begin(store, "3").await.state, None);
}

pub(crate) async fn what_a_person_takes_out_is_retired_and_comes_back_as_restored(fixture: &impl Fixture) {
    let store = fixture.store();
    amend(store, Vec::new(), vec![put(by_hand("a", "A"), 1)]).await;
    let retire = RecordAmendment::Retire { actor: "person 1".to_owned(), at: minute(2), id: id("a") };
    amend(store, Vec::new(), vec![retire.clone()]).await;
    assert_eq!(stored(store, "a").await.state, RecordState::Retired);
    let seq = store.latest_seq().await.unwrap();
    amend(store, Vec::new(), vec![retire]).await;
    assert_eq!(store.latest_seq().await.unwrap(), seq, "what is out is not taken out again");
    amend(store, Vec::new(), vec![put(by_hand("a", "A"), 3)]).await;
    let changes: Vec<Change> = store.history(id("a")).await.unwrap().iter().map(|revision| revision.change).collect();
    assert_eq!(changes, [Change::Restored, Change::Retired, Change::Created]);
}

pub(crate) async fn a_page_writes_nothing_over_what_was_edited_since_it_was_read(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A"), write("b", "B")], minute(1)).await;
    let lease = begin(store, "2").await;
    // The page was read before the edit came.
    let late = page(vec![write("a", "A of the source"), write("b", "B two")], minute(3));
    amend(store, vec![edit("a", "1")], vec![put(by_hand("a", "A by hand"), 2)]).await;
    assert_eq!(store.write_page(&lease, late).await.unwrap().left, 1);
    assert_eq!(stored(store, "a").await.dataset.title.best("en"), Some("A by hand"));
    assert_eq!(stored(store, "b").await.dataset.title.best("en"), Some("B two"));
    // One that knows of the edit writes what it made of it.
    let knowing = page(vec![RecordWrite { edit: 1, ..write("a", "A of the source") }], minute(4));
    assert_eq!(store.write_page(&lease, knowing).await.unwrap().left, 0);
    assert_eq!(stored(store, "a").await.dataset.title.best("en"), Some("A of the source"));
}

pub(crate) async fn a_run_that_left_an_edited_record_leaves_no_state_until_one_has_read_it(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A"), write("b", "B")], minute(1)).await;
    let complete = || cairn_store::RunOutcome { state: Some("validators".to_owned()), ..complete(minute(5)) };
    let lease = begin(store, "2").await;
    amend(store, vec![edit("a", "1")], vec![put(by_hand("a", "A by hand"), 2)]).await;
    store.finish_run(&lease, complete()).await.unwrap();
    // The source may be unchanged from now on, and nobody has read what it says of the record.
    let lease = begin(store, "3").await;
    assert_eq!(lease.state, None);
    let read = page(vec![RecordWrite { edit: 1, ..write("a", "A by hand") }], minute(6));
    store.write_page(&lease, read).await.unwrap();
    store.finish_run(&lease, complete()).await.unwrap();
    assert_eq!(begin(store, "4").await.state.as_deref(), Some("validators"));
}
