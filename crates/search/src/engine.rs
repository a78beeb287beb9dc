//! What the catalogue needs of an index, whichever engine is behind it.

use cairn_model::DatasetId;
use cairn_policy::{Rendition, Viewer};

use crate::{
    Card, DuplicateLink, Related, RelatedRequest, SearchError, SearchPage, SearchRequest, Sharing, Suggestion,
};

/// One record's documents: its renditions, or none when the record leaves the index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexChange {
    /// The record.
    pub id: DatasetId,
    /// Renditions, fullest first; empty removes the record.
    pub renditions: Vec<Rendition>,
}

/// What the catalogue needs of an index. A second engine takes the same calls.
pub trait SearchIndex: Send + Sync {
    /// The index as it is at this moment, and stays for whoever holds this: several searches of it answer of one state. It
    /// knows nothing of what was withdrawn meanwhile and keeps what was removed, so nobody holds it for long.
    #[must_use]
    fn pinned(&self) -> Self
    where
        Self: Sized;
    /// Searches as `viewer`. Blocking: never on an async worker thread.
    fn search(&self, viewer: &Viewer, request: &SearchRequest) -> Result<SearchPage, SearchError>;
    /// Completes a prefix from the public tier.
    fn suggest(&self, viewer: &Viewer, prefix: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError>;
    /// The records that are related to one, as `viewer` sees both, the nearest first. Blocking, as a search is.
    fn related(&self, viewer: &Viewer, request: &RelatedRequest) -> Result<Vec<Related>, SearchError>;
    /// Records that share any of these duplicate keys with a record, from the public tier: keys that too many records of it
    /// have are passed over. By id.
    fn sharing(&self, id: DatasetId, keys: &[u64]) -> Result<Vec<Sharing>, SearchError>;
    /// The card of a record in the public tier, if it is one that is compared.
    fn compared(&self, id: DatasetId) -> Result<Option<Card>, SearchError>;
    /// Finds the links between duplicates, which a search that folds needs, unless they are at hand.
    fn find_duplicates(&self) -> Result<(), SearchError>;
    /// Every link between duplicates in the public tier, the surest first. Looks through the whole tier, once a commit.
    fn links(&self) -> Result<Vec<DuplicateLink>, SearchError>;
    /// The last sequence number that both tiers hold.
    fn position(&self) -> i64;
}

/// Writes the index; whoever holds it is the only one (`writer.lock` names the process).
pub trait IndexWriter: Send {
    /// Applies changes and commits both tiers up to and including `seq`, public first, then publishes the pair to readers.
    /// Answers how many documents were written.
    fn apply(&mut self, changes: &[IndexChange], seq: i64) -> Result<u64, SearchError> {
        let written = self.add(changes)?;
        self.commit(seq)?;
        Ok(written)
    }
    /// Applies changes that nobody sees before [`IndexWriter::commit`]: for bulk loads. Answers how many documents were
    /// written. After an error everything since the last commit is forgotten and must be applied again.
    fn add(&mut self, changes: &[IndexChange]) -> Result<u64, SearchError>;
    /// Commits what was added, up to and including `seq`, public tier first, then publishes the pair to readers.
    fn commit(&mut self, seq: i64) -> Result<(), SearchError>;
    /// The last sequence number that both tiers hold.
    fn position(&self) -> i64;
    /// Has segments rewritten that still hold what was withdrawn, one at a time, in the background: more can be written
    /// meanwhile. `true` while there is more to do, so that one who has to wait for it asks again.
    fn tidy(&mut self) -> Result<bool, SearchError>;
    /// Has what searches read put together where it lies in many pieces, in the background: more can be written meanwhile.
    /// `true` while there is more to do. For times when there is nothing else to do.
    fn settle(&mut self) -> Result<bool, SearchError>;
}
