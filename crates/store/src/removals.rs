//! What is removed for good: how much of it, how far that has come, and what is left to tell of it.

use cairn_model::DatasetId;
use serde::{Deserialize, Serialize};

use crate::{Lease, Seq};

/// What the store holds of a source, or what a purge removed of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceHoldings {
    /// Records, those that are retired included.
    pub records: u64,
    /// Their revisions.
    pub revisions: u64,
    /// Raw payloads.
    pub payloads: u64,
    /// Runs.
    pub runs: u64,
    /// Problems of what it lists that belong to no record.
    pub listing_problems: u64,
    /// What waits, or waited, until a person confirms it.
    pub held: u64,
    /// What people said of pairs of which a record is its own.
    pub duplicate_decisions: u64,
    /// What organisations said otherwise of its records, with the source's own words that they replaced.
    #[serde(default)]
    pub edits: u64,
}

/// A purge of a source that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purge {
    /// The lease of the source: no run of it begins meanwhile.
    pub lease: Lease,
    /// The newest change when the purge began, for the first time where it was interrupted: what it removed stands behind
    /// that ([`Store::removed_after`](crate::Store::removed_after)).
    pub since: Seq,
}

/// What a step of forgetting old history did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HistoryCut {
    /// Revisions that went.
    pub revisions: u64,
    /// Up to which change it looked; `None` when nothing that old was left to look at.
    pub looked_to: Option<Seq>,
}

/// A record that was removed for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removal {
    /// The record.
    pub id: DatasetId,
    /// The change that removed it.
    pub seq: Seq,
}
