//! The writer: changes in, documents in both tiers, committed in an order that never shows too much.

use std::sync::Arc;

use cairn_model::Vocabularies;
use cairn_policy::Rendition;
use tantivy::indexer::UserOperation;
use tantivy::merge_policy::{LogMergePolicy, MergePolicy};
use tantivy::{TantivyDocument, Term};

use crate::document::document;
use crate::error::guarded;
use crate::forgetting::Forgetting;
use crate::holdings::Holdings;
use crate::index::{Index, Tier, TierIndex, payload};
use crate::{IndexChange, IndexWriter, SearchError};

/// Documents beyond which a segment is not merged any more, so that forgetting a record rewrites a bounded piece.
const LARGE_SEGMENT: usize = 250_000;

/// Deletions and documents that are handed to the indexing threads together: each hand-over wakes a thread.
const AT_ONCE: usize = 64;

/// How an index is written.
#[derive(Debug, Clone)]
pub struct WriterOptions {
    /// Bytes of memory for documents not yet written, for each tier; at least 15 MB a thread.
    pub heap_bytes: usize,
    /// Indexing threads of each tier.
    pub threads: usize,
    /// Vocabularies for broader clusters, update frequencies and the names of codes; the bundled ones if there are none.
    pub vocabularies: Option<Arc<Vocabularies>>,
    /// What tells these vocabularies from others; an index that was made with others is taken for damaged.
    pub vocabulary_fingerprint: String,
    /// Identity of the store that the index is derived from; an index of another store is taken for damaged.
    pub store: String,
    /// An index that is made anew is not searched before it holds this change ([`Index::is_whole`]).
    pub whole_at: i64,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self {
            heap_bytes: 96 << 20,
            threads: 1,
            vocabularies: None,
            vocabulary_fingerprint: String::new(),
            store: String::new(),
            whole_at: 0,
        }
    }
}

/// The one writer of an index.
pub struct Writer {
    index: Index,
    public: tantivy::IndexWriter<TantivyDocument>,
    restricted: tantivy::IndexWriter<TantivyDocument>,
    vocabularies: Option<Arc<Vocabularies>>,
    position: i64,
    /// What the public tier and the restricted one have to forget.
    forgetting: [Forgetting; 2],
    /// What the public tier and the restricted one may hold.
    holdings: [Holdings; 2],
}

impl Writer {
    /// Takes the writer of an index that exists.
    pub(crate) fn open(index: Index, options: WriterOptions) -> Result<Self, SearchError> {
        // What only the public tier holds is written again: doing so twice changes nothing.
        let position = index.public().committed()?.min(index.restricted().committed()?);
        Self::take(index, options, position)
    }

    /// Takes the writer of an index that was just made, and commits that it holds nothing.
    pub(crate) fn begin(index: Index, options: WriterOptions) -> Result<Self, SearchError> {
        let mut writer = Self::take(index, options, 0)?;
        writer.commit(0)?;
        Ok(writer)
    }

    fn take(index: Index, options: WriterOptions, position: i64) -> Result<Self, SearchError> {
        let public = tier_writer(index.public(), &options)?;
        let restricted = tier_writer(index.restricted(), &options)?;
        let forgetting = [Forgetting::unknown(), Forgetting::unknown()];
        let holdings = [Holdings::default(), Holdings::default()];
        let vocabularies = options.vocabularies;
        let mut writer = Self { index, public, restricted, vocabularies, position, forgetting, holdings };
        writer.note_committed();
        Ok(writer)
    }

    /// Waits until segments that are being merged are done, publishes them, and gives the index free.
    ///
    /// # Errors
    /// [`SearchError::Failed`] when a merge failed; what was committed stays.
    pub fn close(self) -> Result<(), SearchError> {
        let Self { index, public, restricted, .. } = self;
        guarded(|| {
            public.wait_merging_threads().map_err(unwritten)?;
            restricted.wait_merging_threads().map_err(unwritten)?;
            index.publish()
        })
    }

    fn add_documents(&mut self, changes: &[IndexChange]) -> Result<u64, SearchError> {
        let fields = self.index.fields().clone();
        let vocabularies = self.vocabularies.clone();
        let vocabularies = vocabularies.as_deref().unwrap_or_else(|| Vocabularies::bundled());
        let mut written = 0;
        let (mut public, mut restricted) = (Vec::new(), Vec::new());
        for change in changes {
            let [public_forgetting, restricted_forgetting] = &mut self.forgetting;
            for (tier, forgetting, stays) in [
                (Tier::Public, public_forgetting, change.renditions.iter().any(Rendition::is_public)),
                (
                    Tier::Restricted,
                    restricted_forgetting,
                    change.renditions.iter().any(|rendition| !rendition.is_public()),
                ),
            ] {
                if !stays || self.index.may_show_less(tier, change)? {
                    forgetting.leaves(self.index.segments_with(tier, change.id)?);
                }
            }
            for (operations, holdings) in [&mut public, &mut restricted].into_iter().zip(&self.holdings) {
                if holdings.may_hold(fields.id, change.id) {
                    let id = Term::from_field_bytes(fields.id, change.id.as_bytes());
                    operations.push(UserOperation::Delete(id));
                }
            }
            let [public_holdings, restricted_holdings] = &mut self.holdings;
            for rendition in &change.renditions {
                let (operations, holdings) = if rendition.is_public() {
                    (&mut public, &mut *public_holdings)
                } else {
                    (&mut restricted, &mut *restricted_holdings)
                };
                operations.push(UserOperation::Add(document(&fields, rendition, vocabularies)?));
                holdings.add(change.id);
                written += 1;
            }
            if public.len() + restricted.len() >= AT_ONCE {
                self.public.run(std::mem::take(&mut public)).map_err(unwritten)?;
                self.restricted.run(std::mem::take(&mut restricted)).map_err(unwritten)?;
            }
        }
        self.public.run(public).map_err(unwritten)?;
        self.restricted.run(restricted).map_err(unwritten)?;
        Ok(written)
    }

    fn commit_tiers(&mut self, position: i64) -> Result<(), SearchError> {
        // What leaves the public tier must not be seen by anyone a moment longer than what enters the restricted one is
        // missed. Readers of this process see neither before both are there.
        for tier in [&mut self.public, &mut self.restricted] {
            let mut commit = tier.prepare_commit().map_err(unwritten)?;
            commit.set_payload(&payload(position));
            commit.commit().map_err(unwritten)?;
        }
        self.note_committed();
        Ok(())
    }

    /// Looks at what both tiers hold now.
    fn note_committed(&mut self) {
        for (tier, holdings) in [self.index.public(), self.index.restricted()].into_iter().zip(&mut self.holdings) {
            holdings.committed(tier.searcher_of_last_commit());
        }
    }

    /// Forgets what was added since the last commit, after a failure. The threads are started anew.
    fn forget(&mut self) {
        for tier in [&mut self.public, &mut self.restricted] {
            let rolled_back = guarded(|| tier.rollback().map_err(unwritten));
            match rolled_back {
                Ok(_) => tier.set_merge_policy(merge_policy()),
                Err(error) => tracing::warn!(%error, "index changes could not be rolled back"),
            }
        }
        // One tier may have been committed before the other failed.
        self.note_committed();
    }
}

impl IndexWriter for Writer {
    fn add(&mut self, changes: &[IndexChange]) -> Result<u64, SearchError> {
        let added = guarded(|| self.add_documents(changes));
        if added.is_err() {
            self.forget();
        }
        added
    }

    fn commit(&mut self, seq: i64) -> Result<(), SearchError> {
        if let Err(error) = guarded(|| self.commit_tiers(seq)) {
            self.forget();
            return Err(error);
        }
        self.position = seq;
        guarded(|| self.index.publish())
    }

    fn position(&self) -> i64 {
        self.position
    }

    fn tidy(&mut self) -> Result<bool, SearchError> {
        guarded(|| {
            let tiers = [(self.index.public(), &mut self.public), (self.index.restricted(), &mut self.restricted)];
            let mut more = false;
            let mut rewritten = false;
            for ((tier, writer), forgetting) in tiers.into_iter().zip(&mut self.forgetting) {
                let segments = tier.index.searchable_segment_metas().map_err(unwritten)?;
                let chosen = forgetting.choose(&segments);
                let Some(first) = chosen.first().filter(|_| !rewritten) else {
                    more |= !chosen.is_empty();
                    continue;
                };
                // One segment a call.
                rewritten = true;
                match writer.merge(&[*first]).wait() {
                    Ok(_) => {
                        forgetting.is_rewritten(*first);
                        more |= chosen.len() > 1;
                    }
                    Err(error) => {
                        // It is being merged with others just now, which rewrites it as well.
                        tracing::debug!(%error, "a segment could not be rewritten now");
                        more = true;
                    }
                }
            }
            // What was merged in the background since the last commit is taken up too. Files go only when no search can
            // be reading them any more, so they are removed after the new segments are published.
            self.index.publish()?;
            for writer in [&self.public, &self.restricted] {
                writer.garbage_collect_files().wait().map_err(unwritten)?;
            }
            Ok(more)
        })
    }
}

fn tier_writer(
    tier: &TierIndex,
    options: &WriterOptions,
) -> Result<tantivy::IndexWriter<TantivyDocument>, SearchError> {
    let writer = tier
        .index
        .writer_with_num_threads(options.threads.max(1), options.heap_bytes)
        .map_err(|error| SearchError::from_tantivy("written", error))?;
    writer.set_merge_policy(merge_policy());
    Ok(writer)
}

fn merge_policy() -> Box<dyn MergePolicy> {
    let mut policy = LogMergePolicy::default();
    policy.set_max_docs_before_merge(LARGE_SEGMENT);
    Box::new(policy)
}

fn unwritten(error: tantivy::TantivyError) -> SearchError {
    SearchError::from_tantivy("written", error)
}
