//! What a run notes of records while it goes, however many they are.

use std::collections::HashMap;

use async_trait::async_trait;
use cairn_model::DatasetId;
use jiff::Timestamp;

use crate::Result;

/// What something is noted of: the id of a record, or a hash of anything else.
pub type MarkedId = [u8; 16];

/// Ids, each with a byte of marks, of which every bit means what the one who sets it says; 0 is as good as absent.
///
/// They are the caller's own: nobody else sees them, nothing of the catalogue is written for them, and they are gone when
/// they are dropped, or when the process ends, however it does. Beyond some 100,000 ids they stand in a temporary file, so
/// that they take the same little memory for any number.
#[async_trait]
pub trait Marks: Send + Sync {
    /// The marks of ids; those without any are left out. Some hundreds at a time are best.
    async fn get(&mut self, ids: &[MarkedId]) -> Result<HashMap<MarkedId, u8>>;

    /// Sets the marks of ids, in place of those that they had.
    async fn set(&mut self, marks: Vec<(MarkedId, u8)>) -> Result<()>;

    /// Ids after one of them whose marks are all of `bits` and any others, in their order, `limit` at most: each with its
    /// marks.
    async fn having(&mut self, bits: u8, after: MarkedId, limit: u32) -> Result<Vec<(MarkedId, u8)>>;

    /// Adds `bits` to the marks of every record that the interrupted run of a source listed
    /// ([`PageWrite::listed`](crate::PageWrite::listed)): a run that goes on from its checkpoint does not list them again,
    /// and does not lack them either. It is asked before the first page of the run is written.
    async fn mark_listed(&mut self, source: &str, bits: u8) -> Result<()>;

    /// Adds `bits` to the marks of every active record of a source that came, or came again, with runs after its last
    /// complete one: what that one listed is not among them. Answers how many there are; none where no run was complete.
    async fn mark_newcomers(&mut self, source: &str, bits: u8) -> Result<u64>;

    /// Those active records of a source that are asked for, in the order of their ids there, after one of them, `limit` at
    /// most.
    async fn records(&mut self, source: &str, asked: Marked, after: &str, limit: u32) -> Result<Vec<MarkedRecord>>;

    /// How many records [`Marks::records`] has in all.
    async fn count(&mut self, source: &str, asked: Marked) -> Result<u64>;
}

/// Which active records are asked for, by their marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// The bits that are looked at.
    pub bits: u8,
    /// What these are to be.
    pub value: u8,
    /// Whether those are asked for whose bits are so, or all the others.
    pub is: bool,
    /// Whether only those are asked for that their source lacked before.
    pub missing: bool,
}

/// An active record of a source, with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedRecord {
    /// The record.
    pub id: DatasetId,
    /// Its id at the source.
    pub source_record_id: String,
    /// Since when its source lacks it.
    pub missing_since: Option<Timestamp>,
    /// How many complete runs lacked it.
    pub missing_runs: u32,
    /// Its marks.
    pub marks: u8,
}

/// How many records of a source are active.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ActiveCount {
    /// All of them.
    pub records: u64,
    /// Those that their source lacks.
    pub missing: u64,
}
