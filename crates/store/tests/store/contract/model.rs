//! Any sequence of runs, against a model that is a map.

use std::collections::BTreeMap;
use std::time::Duration;

use cairn_model::DatasetId;
use cairn_store::{Change, RecordState, RunOutcome, Store};
use proptest::collection::vec;
use proptest::prelude::*;

use super::Fixture;
use super::sample::{begin, complete, id, minute, page, write};

/// A run: what it writes, and how it ends.
#[derive(Debug, Clone)]
pub(crate) struct ModelRun {
    /// Pages of records: id and title.
    pages: Vec<Vec<(u8, u8)>>,
    /// Ids to retire; `None` for a run that is killed before its end.
    retire: Option<Vec<u8>>,
}

/// A few runs over a few records.
pub(crate) fn any_runs() -> impl Strategy<Value = Vec<ModelRun>> {
    let record = (0..6_u8, 0..3_u8);
    let run = (vec(vec(record, 0..6), 0..3), proptest::option::weighted(0.8, vec(0..6_u8, 0..4)));
    vec(run.prop_map(|(pages, retire)| ModelRun { pages, retire }), 1..8)
}

/// What the store must say of a record: its title, its state, and its changes from the first.
type Expected = BTreeMap<DatasetId, (u8, RecordState, Vec<Change>)>;

/// After every run the store holds what the model holds, and so does whoever followed the changes.
pub(crate) async fn holds_what_the_model_holds(fixture: &impl Fixture, runs: Vec<ModelRun>) {
    let store = fixture.store();
    let mut expected = Expected::new();
    let mut followed = BTreeMap::new();
    let mut after = 0;
    for (number, run) in runs.into_iter().enumerate() {
        let lease = begin(store, &number.to_string()).await;
        for records in run.pages {
            let writes = records.iter().map(|(name, title)| write(&name.to_string(), &title.to_string())).collect();
            store.write_page(&lease, page(writes, minute(1))).await.unwrap();
            take_page(&mut expected, &records);
        }
        match run.retire {
            Some(names) => {
                let retire: Vec<DatasetId> = names.iter().map(|name| id(&name.to_string())).collect();
                store.finish_run(&lease, RunOutcome { retire: retire.clone(), ..complete(minute(2)) }).await.unwrap();
                for id in retire {
                    take_retirement(&mut expected, id);
                }
            }
            None => fixture.clock().advance(Duration::from_secs(61)),
        }
        for change in store.records_after(after, 1000).await.unwrap() {
            assert!(change.seq > after);
            after = change.seq;
            followed.insert(change.dataset.id, change);
        }
        assert_eq!(after, store.latest_seq().await.unwrap());
        let mut held = Expected::new();
        for (id, record) in &followed {
            assert_eq!(store.record(*id).await.unwrap().as_ref(), Some(record));
            let mut changes: Vec<Change> = store.history(*id).await.unwrap().iter().map(|entry| entry.change).collect();
            changes.reverse();
            let title = record.dataset.title.best("en").unwrap().parse().unwrap();
            held.insert(*id, (title, record.state, changes));
        }
        assert_eq!(held, expected);
    }
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

fn take_page(expected: &mut Expected, records: &[(u8, u8)]) {
    let mut met = Vec::new();
    for (name, title) in records {
        if met.contains(name) {
            continue;
        }
        met.push(*name);
        let entry = expected.entry(id(&name.to_string())).or_insert((*title, RecordState::Active, Vec::new()));
        let change = match entry {
            (_, _, changes) if changes.is_empty() => Change::Created,
            (_, RecordState::Retired, _) => Change::Restored,
            (held, ..) if held != title => Change::Changed,
            _ => continue,
        };
        *entry = (*title, RecordState::Active, [entry.2.as_slice(), &[change]].concat());
    }
}

fn take_retirement(expected: &mut Expected, id: DatasetId) {
    if let Some((_, state @ RecordState::Active, changes)) = expected.get_mut(&id) {
        *state = RecordState::Retired;
        changes.push(Change::Retired);
    }
}
