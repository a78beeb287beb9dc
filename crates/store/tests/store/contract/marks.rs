//! What a run notes of records: private, of any number, and gone with the run.

use cairn_store::{ActiveCount, Marked, MarkedId, Marks, RunOutcome, Store, StoreError};

use super::Fixture;
use super::sample::{SOURCE, begin, complete, harvest, id, minute, write};

/// An invented id.
fn key(number: u32) -> MarkedId {
    *id(&number.to_string()).as_bytes()
}

fn all(bits: u8, value: u8) -> Marked {
    Marked { bits, value, is: true, missing: false }
}

pub(crate) async fn an_id_has_the_marks_that_were_set_last_and_others_have_none(fixture: &impl Fixture) {
    let mut marks = fixture.store().open_marks().await.unwrap();
    marks.set(vec![(key(1), 1), (key(2), 6)]).await.unwrap();
    // Named twice in a page: what is said last holds.
    marks.set(vec![(key(2), 4), (key(2), 9), (key(3), 255)]).await.unwrap();
    let found = marks.get(&[key(1), key(2), key(3), key(4)]).await.unwrap();
    assert_eq!(found, [(key(1), 1), (key(2), 9), (key(3), 255)].into());
    assert!(marks.get(&[]).await.unwrap().is_empty());
}

pub(crate) async fn a_page_of_any_size_is_marked_and_read_again(fixture: &impl Fixture) {
    for size in [0, 1, 63, 64, 65, 127, 128, 129, 1000] {
        let mut marks = fixture.store().open_marks().await.unwrap();
        let ids: Vec<MarkedId> = (0..size).map(key).collect();
        marks.set(ids.iter().map(|id| (*id, 7)).collect()).await.unwrap();
        let found = marks.get(&ids).await.unwrap();
        assert!(found.len() == ids.len() && found.values().all(|marks| *marks == 7), "{size}");
    }
}

pub(crate) async fn ids_with_a_mark_are_told_a_page_at_a_time(fixture: &impl Fixture) {
    let mut marks = fixture.store().open_marks().await.unwrap();
    marks.set((0..100).map(|number| (key(number), if number % 2 == 0 { 3 } else { 1 })).collect()).await.unwrap();
    let mut expected: Vec<(MarkedId, u8)> = (0..100).step_by(2).map(|number| (key(number), 3)).collect();
    expected.sort_unstable();
    let (mut told, mut after) = (Vec::new(), [0; 16]);
    loop {
        let some = marks.having(2, after, 7).await.unwrap();
        let Some((last, _)) = some.last() else { break };
        after = *last;
        told.extend(some);
    }
    assert_eq!(told, expected);
    assert_eq!(marks.having(3, [0; 16], 1000).await.unwrap(), expected, "both bits");
    assert_eq!(marks.having(4, [0; 16], 1000).await.unwrap(), []);
}

pub(crate) async fn marks_are_their_callers_own_and_write_nothing_to_the_catalogue(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A")], minute(1)).await;
    let before = store.latest_seq().await.unwrap();
    let (mut one, mut other) = (store.open_marks().await.unwrap(), store.open_marks().await.unwrap());
    one.set((0..1000).map(|number| (key(number), 1)).collect()).await.unwrap();
    assert!(other.get(&[key(1)]).await.unwrap().is_empty());
    drop(one);
    assert!(store.open_marks().await.unwrap().get(&[key(1)]).await.unwrap().is_empty());
    assert_eq!((store.latest_seq().await.unwrap(), store.check().await.unwrap()), (before, vec![]));
}

pub(crate) async fn records_are_told_by_their_marks_a_page_at_a_time_across_its_borders(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", ["a", "b", "c", "d", "e", "f"].map(|name| write(name, name)).into(), minute(1)).await;
    let lease = begin(store, "2").await;
    store.finish_run(&lease, RunOutcome { retire: vec![id("f")], ..complete(minute(2)) }).await.unwrap();

    let mut marks = store.open_marks().await.unwrap();
    let marked = [("a", 1), ("b", 5), ("d", 1), ("f", 1), ("unknown", 1)];
    marks.set(marked.map(|(name, marks)| (*id(name).as_bytes(), marks)).into()).await.unwrap();
    for limit in [1, 2, 100] {
        let lacking = Marked { is: false, ..all(5, 1) };
        for (asked, expected) in [
            (all(5, 1), vec![("a", 1), ("d", 1)]),
            (lacking, vec![("b", 5), ("c", 0), ("e", 0)]),
            (all(0, 0), vec![("a", 1), ("b", 5), ("c", 0), ("d", 1), ("e", 0)]),
        ] {
            let told = told(marks.as_mut(), asked, limit).await;
            let told: Vec<(&str, u8)> = told.iter().map(|(name, marks)| (name.as_str(), *marks)).collect();
            assert_eq!(told, expected, "{limit} at a time");
            assert_eq!(marks.count(SOURCE, asked).await.unwrap(), expected.len() as u64);
            assert_eq!(marks.count("other", asked).await.unwrap(), 0);
        }
    }
}

/// Names and marks of the records that are asked for, `limit` at a time.
async fn told(marks: &mut dyn Marks, asked: Marked, limit: u32) -> Vec<(String, u8)> {
    let (mut told, mut after) = (Vec::new(), String::new());
    loop {
        let some = marks.records(SOURCE, asked, &after, limit).await.unwrap();
        assert!(some.len() <= limit as usize);
        let Some(last) = some.last() else { return told };
        after.clone_from(&last.source_record_id);
        told.extend(some.into_iter().map(|record| (record.source_record_id, record.marks)));
    }
}

pub(crate) async fn records_that_were_missing_are_told_apart(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", ["a", "b", "c"].map(|name| write(name, name)).into(), minute(1)).await;
    let lease = begin(store, "2").await;
    store.finish_run(&lease, RunOutcome { missing: vec![id("a"), id("b")], ..complete(minute(2)) }).await.unwrap();
    let mut marks = store.open_marks().await.unwrap();
    marks.set(vec![(*id("b").as_bytes(), 1), (*id("c").as_bytes(), 1)]).await.unwrap();
    let found_again = Marked { missing: true, ..all(1, 1) };
    let told = marks.records(SOURCE, found_again, "", 10).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].id, told[0].missing_since, told[0].missing_runs), (id("b"), Some(minute(2)), 1));
    assert_eq!(marks.count(SOURCE, Marked { missing: true, ..all(1, 0) }).await.unwrap(), 1);
}

pub(crate) async fn active_records_are_told_a_page_at_a_time_and_counted(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", ["a", "b", "c", "d"].map(|name| write(name, name)).into(), minute(1)).await;
    let lease = begin(store, "2").await;
    let outcome = RunOutcome { missing: vec![id("b")], retire: vec![id("c")], ..complete(minute(2)) };
    store.finish_run(&lease, outcome).await.unwrap();
    let names = async |after: &str| -> Vec<String> {
        let known = store.active_records(SOURCE, after, 2).await.unwrap();
        known.into_iter().map(|known| known.source_record_id).collect()
    };
    assert_eq!(
        (names("").await, names("b").await, names("d").await),
        (vec!["a".into(), "b".into()], vec!["d".into()], vec![])
    );
    assert_eq!(store.active_count(SOURCE).await.unwrap(), ActiveCount { records: 3, missing: 1 });
    assert_eq!(store.active_count("other").await.unwrap(), ActiveCount::default());
}

pub(crate) async fn marks_that_find_no_room_say_so_and_leave_the_store_as_it_is(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A")], minute(1)).await;
    fixture.fill_folder_of_marks(true);
    let mut marks = store.open_marks().await.unwrap();
    let full = marks.set((0..5000).map(|number| (key(number), 1)).collect()).await;
    assert!(
        matches!(&full, Err(error @ StoreError::DiskFull { .. }) if error.to_string().contains("temporary file")),
        "{full:?}"
    );
    harvest(store, "2", vec![write("a", "A two")], minute(2)).await;
    fixture.fill_folder_of_marks(false);
    let mut marks = store.open_marks().await.unwrap();
    marks.set((0..5000).map(|number| (key(number), 1)).collect()).await.unwrap();
    assert_eq!(marks.having(1, [0; 16], 10_000).await.unwrap().len(), 5000);
}
