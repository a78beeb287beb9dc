//! Invented records, and the few steps that most tests take.

use cairn_model::{Dataset, DatasetId, LocalizedText};
use cairn_store::{Lease, NewRun, PageWrite, PayloadWrite, RecordWrite, RunOutcome, Store, StoredRecord, Written};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

/// The source of most tests.
pub(crate) const SOURCE: &str = "portal";

/// An instant that many minutes into the tests' day.
pub(crate) fn minute(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-03-01T06:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

/// The id of a record of [`SOURCE`].
pub(crate) fn id(source_record_id: &str) -> DatasetId {
    DatasetId::new(SOURCE, source_record_id)
}

/// An invented record.
pub(crate) fn dataset(source: &str, source_record_id: &str, title: &str) -> Dataset {
    Dataset {
        source: source.to_owned(),
        source_record_id: source_record_id.to_owned(),
        title: LocalizedText::new("en", title),
        ..Dataset::empty(DatasetId::new(source, source_record_id))
    }
}

/// A write of a record with a payload, hashed as its title says.
pub(crate) fn write(source_record_id: &str, title: &str) -> RecordWrite {
    write_of(dataset(SOURCE, source_record_id, title))
}

/// A write of a record with a payload.
pub(crate) fn write_of(dataset: Dataset) -> RecordWrite {
    let payload = format!("{{\"title\":{:?}}}", dataset.title.best("en").unwrap()).into_bytes();
    RecordWrite {
        content_hash: Sha256::digest(serde_json::to_vec(&dataset).unwrap()).into(),
        payload_hash: Sha256::digest(&payload).into(),
        payload: Some(PayloadWrite { format: "ckan-package".to_owned(), bytes: payload }),
        repair: false,
        edit: 0,
        dataset,
    }
}

/// A page of records, without problems and checkpoint.
pub(crate) fn page(records: Vec<RecordWrite>, at: Timestamp) -> PageWrite {
    PageWrite { records, at, ..PageWrite::default() }
}

/// A run to open by a holder of whom nothing is known but the lease.
pub(crate) fn new_run(run: &str, source: &str) -> NewRun {
    NewRun { run: run.to_owned(), source: source.to_owned(), holder: "a night shift".to_owned(), at: minute(0) }
}

pub(crate) async fn begin(store: &impl Store, run: &str) -> Lease {
    store.begin_run(new_run(run, SOURCE)).await.unwrap()
}

/// The end of a complete run.
pub(crate) fn complete(at: Timestamp) -> RunOutcome {
    RunOutcome { verdict: "complete".to_owned(), at, ..RunOutcome::default() }
}

/// A whole complete run that writes one page.
pub(crate) async fn harvest(store: &impl Store, run: &str, records: Vec<RecordWrite>, at: Timestamp) -> Written {
    let lease = begin(store, run).await;
    let written = store.write_page(&lease, page(records, at)).await.unwrap();
    store.finish_run(&lease, complete(at)).await.unwrap();
    written
}

/// Titles of records, for short assertions.
pub(crate) fn titles(records: &[StoredRecord]) -> Vec<&str> {
    records.iter().map(|record| record.dataset.title.best("en").unwrap()).collect()
}

/// The record of a source id, which is there.
pub(crate) async fn stored(store: &impl Store, source_record_id: &str) -> StoredRecord {
    store.record(id(source_record_id)).await.unwrap().unwrap()
}
