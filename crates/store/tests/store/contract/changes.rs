//! The change sequence, and reading records by it.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{BoundingBox, Dataset, Problem, Quality};
use cairn_store::{Change, RecordState, Store};

use super::Fixture;
use super::sample::{
    SOURCE, begin, complete, dataset, harvest, id, minute, new_run, page, stored, titles, write, write_of,
};

pub(crate) async fn a_record_that_changed_twice_comes_once_in_its_latest_state(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A"), write("b", "B"), write("c", "C")], minute(1)).await;
    harvest(store, "2", vec![write("a", "A two")], minute(2)).await;
    harvest(store, "3", vec![write("a", "A three"), write("d", "D")], minute(3)).await;

    let all = store.records_after(0, 100).await.unwrap();
    assert_eq!(titles(&all), ["B", "C", "A three", "D"]);
    assert!(all.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    assert_eq!(all[3].seq, store.latest_seq().await.unwrap());

    assert_eq!(titles(&store.records_after(0, 2).await.unwrap()), ["B", "C"]);
    assert_eq!(titles(&store.records_after(all[1].seq, 2).await.unwrap()), ["A three", "D"]);
    assert_eq!(store.records_after(all[3].seq, 2).await.unwrap(), []);
}

pub(crate) async fn a_follower_ends_with_what_the_store_holds_whatever_is_written_meanwhile(fixture: &impl Fixture) {
    let writer = fixture.another().await;
    let writing = tokio::spawn(async move {
        for round in 0..20 {
            let run = round.to_string();
            let records =
                (0..15).map(|n| write(&((round * 7 + n) % 40).to_string(), &format!("round {round}"))).collect();
            harvest(&writer, &run, records, minute(round)).await;
        }
    });
    let store = fixture.store();
    let mut followed = BTreeMap::new();
    let mut after = 0;
    loop {
        let was_over = writing.is_finished();
        let changes = store.records_after(after, 7).await.unwrap();
        for change in &changes {
            assert!(change.seq > after, "changes come in order");
            after = change.seq;
            followed.insert(change.dataset.id, change.clone());
        }
        if was_over && changes.is_empty() {
            break;
        }
    }
    writing.await.unwrap();
    let held: BTreeMap<_, _> =
        store.records_after(0, 1000).await.unwrap().into_iter().map(|record| (record.dataset.id, record)).collect();
    assert_eq!(followed, held);
    assert_eq!(held.len(), 40);
}

pub(crate) async fn writers_beside_each_other_never_share_a_number(fixture: &impl Fixture) {
    let mut writers = tokio::task::JoinSet::new();
    for source in ["one", "two", "three"] {
        let store = fixture.another().await;
        writers.spawn(async move {
            let lease = store.begin_run(new_run(source, source)).await.unwrap();
            for number in 0..10 {
                let records = vec![write_of(dataset(source, &number.to_string(), "a title"))];
                store.write_page(&lease, page(records, minute(number))).await.unwrap();
            }
            store.finish_run(&lease, complete(minute(10))).await.unwrap();
        });
    }
    writers.join_all().await;
    let numbers: BTreeSet<i64> =
        fixture.store().records_after(0, 100).await.unwrap().iter().map(|record| record.seq).collect();
    assert_eq!(numbers.len(), 30);
    assert_eq!(numbers.last(), Some(&fixture.store().latest_seq().await.unwrap()));
}

/// A record with values that a careless reader changes.
fn awkward() -> Dataset {
    let mut written = dataset(SOURCE, "a", "Dépôts d’eau — مياه 💧 \u{0}");
    // Numbers whose shortest text is read one step off by a reader that is in a hurry.
    written.bbox = Some(BoundingBox { west: 0.1 + 0.2, south: -1e-320, east: 123.456_789_012_345_68, north: 5e-324 });
    written.provenance.quality = Quality { score: 0.3, missing: vec!["licence".to_owned()] };
    written.provenance.problems =
        vec![Problem::warning("unknown-country", "groups", "no such country").with_value("XX")];
    written
}

pub(crate) async fn a_follower_is_given_what_is_stored_whether_it_was_just_written_or_not(fixture: &impl Fixture) {
    let store = fixture.store();
    assert_eq!(store.records_after(0, 10).await.unwrap(), [], "from here on there is a follower");
    harvest(store, "1", vec![write_of(awkward()), write("b", "B")], minute(7)).await;
    let just_written = store.records_after(0, 10).await.unwrap();
    assert_eq!(just_written.len(), 2);
    assert_eq!(store.records_after(0, 10).await.unwrap(), just_written);
    assert_eq!(fixture.another().await.records_after(0, 10).await.unwrap(), just_written);
}

pub(crate) async fn a_record_reads_back_exactly_as_it_was_written(fixture: &impl Fixture) {
    let store = fixture.store();
    let written = awkward();
    harvest(store, "1", vec![write_of(written.clone())], minute(7)).await;

    let read = stored(store, "a").await;
    assert_eq!(read.dataset, written);
    assert_eq!((read.state, read.seq, read.revision), (RecordState::Active, 1, 1));
    assert_eq!((read.first_seen, read.changed_at, read.missing_since), (minute(7), minute(7), None));
    assert_eq!(read.run, "1");
    assert_eq!(store.record(id("b")).await.unwrap(), None);
}

pub(crate) async fn history_tells_every_revision_newest_first(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "first", vec![write("a", "A")], minute(1)).await;
    harvest(store, "second", vec![write("b", "B")], minute(2)).await;
    harvest(store, "third", vec![write("a", "A two")], minute(3)).await;

    let history = store.history(id("a")).await.unwrap();
    let told: Vec<_> =
        history.iter().map(|entry| (entry.revision, entry.seq, entry.at, entry.by.as_str(), entry.change)).collect();
    assert_eq!(told, [(2, 3, minute(3), "third", Change::Changed), (1, 1, minute(1), "first", Change::Created)]);
    assert_eq!(history[0].dataset.title.best("en"), Some("A two"));
    assert_eq!(history[1].dataset.title.best("en"), Some("A"));
    assert_eq!(store.history(id("nobody")).await.unwrap(), []);
    begin(store, "fourth").await;
}

pub(crate) async fn large_records_are_answered_few_at_a_time(fixture: &impl Fixture) {
    let store = fixture.store();
    // They pack well, so that what counts is what they hold once they are unpacked.
    let large = "x".repeat(25 << 20);
    let write_large = |name: &str| {
        let mut dataset = dataset(SOURCE, name, name);
        dataset.caveats = Some(large.clone());
        write_of(dataset)
    };
    harvest(store, "1", vec![write_large("a"), write_large("b"), write_large("c"), write("d", "d")], minute(1)).await;
    let mut batches = Vec::new();
    let mut after = 0;
    loop {
        let batch = store.records_after(after, 100).await.unwrap();
        let Some(last) = batch.last() else { break };
        after = last.seq;
        batches.push(titles(&batch).into_iter().map(str::to_owned).collect::<Vec<_>>());
    }
    assert_eq!(batches, [vec!["a", "b"], vec!["c", "d"]]);
}
