//! From a draft to a record: every value read against the vocabularies, what cannot be read kept as text and reported.

use jiff::Timestamp;

use crate::{Dataset, Draft, StatedTerms, Vocabularies};

/// Version of the mapping from drafts to records; raised whenever the same draft gives another record.
pub const MAPPING_VERSION: u32 = 1;

/// A normalised record. Its `terms` are [`crate::Terms::closed`] until the policy settles `stated`.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalised {
    /// The record, problems in its provenance.
    pub dataset: Dataset,
    /// What the source states of the terms.
    pub stated: StatedTerms,
}

/// Reads a draft of `source` at the time `now`.
pub fn normalise(_source: &str, _draft: Draft, _vocabularies: &Vocabularies, _now: Timestamp) -> Normalised {
    unreachable!("written next")
}
