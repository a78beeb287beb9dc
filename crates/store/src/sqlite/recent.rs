//! The records that this process wrote last, so that whoever follows the store need not read them back.
//!
//! It saves work and decides nothing: what it does not hold is read from the file.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cairn_model::Dataset;

use crate::Seq;

/// Most bytes of JSON of all records held; as structures they take about twice as much.
const MOST_BYTES: usize = 24 << 20;

/// Records by the change that they were written with.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    /// Whether anybody follows: without a follower nothing is held.
    followed: bool,
    records: BTreeMap<Seq, (Dataset, usize)>,
    bytes: usize,
}

impl Recent {
    /// Takes records in that were committed, each with its change and its size as JSON. A follower reads in the order of
    /// change, so what is full stays full of the oldest.
    pub(super) fn keep(&self, written: Vec<(Seq, Dataset, usize)>) {
        let mut held = self.held();
        if !held.followed {
            return;
        }
        for (seq, dataset, bytes) in written {
            if held.bytes + bytes > MOST_BYTES {
                return;
            }
            held.bytes += bytes;
            held.records.insert(seq, (dataset, bytes));
        }
    }

    /// Notes that somebody follows from a change on, and forgets what came before.
    pub(super) fn follow(&self, after: Seq) {
        let mut held = self.held();
        held.followed = true;
        let rest = held.records.split_off(&after.saturating_add(1));
        held.records = rest;
        held.bytes = held.records.values().map(|(_, bytes)| bytes).sum();
    }

    /// The record of a change, if it is held; it is given once.
    pub(super) fn take(&self, seq: Seq) -> Option<Dataset> {
        let mut held = self.held();
        let (dataset, bytes) = held.records.remove(&seq)?;
        held.bytes -= bytes;
        Some(dataset)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
