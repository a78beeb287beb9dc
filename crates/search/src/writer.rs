//! The writer: changes in, documents in both tiers, committed in an order that never shows too much.

use std::sync::Arc;

use cairn_model::Vocabularies;
use tantivy::TantivyDocument;
use tantivy::Term;
use tantivy::merge_policy::{LogMergePolicy, MergePolicy};

use crate::document::document;
use crate::error::guarded;
use crate::index::{Index, TierIndex, payload};
use crate::{IndexChange, IndexWriter, SearchError};

/// Documents beyond which a segment of the public tier is not merged any more, so that forgetting a record rewrites a
/// bounded piece.
const LARGE_SEGMENT: usize = 250_000;
/// Share of deleted documents at which a segment is rewritten without being asked.
const DELETED_SHARE: f32 = 0.2;

/// How an index is written.
#[derive(Debug, Clone)]
pub struct WriterOptions {
    /// Bytes of memory for documents not yet written, for each tier; at least 15 MB a thread.
    pub heap_bytes: usize,
    /// Indexing threads of each tier.
    pub threads: usize,
    /// Vocabularies for broader clusters, update frequencies and the names of codes; the bundled ones if there are none.
    pub vocabularies: Option<Arc<Vocabularies>>,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { heap_bytes: 96 << 20, threads: 1, vocabularies: None }
    }
}

/// The one writer of an index.
pub struct Writer {
    index: Index,
    public: tantivy::IndexWriter<TantivyDocument>,
    restricted: tantivy::IndexWriter<TantivyDocument>,
    vocabularies: Option<Arc<Vocabularies>>,
    position: i64,
}

impl Writer {
    /// Takes the writer of an index that exists.
    pub(crate) fn open(index: Index, options: WriterOptions) -> Result<Self, SearchError> {
        let public = tier_writer(index.public(), &options)?;
        let restricted = tier_writer(index.restricted(), &options)?;
        // What only the public tier holds is written again: doing so twice changes nothing.
        let position = index.public().committed()?.min(index.restricted().committed()?);
        Ok(Self { index, public, restricted, vocabularies: options.vocabularies, position })
    }

    /// Takes the writer of an index that was just made, and commits that it holds nothing.
    pub(crate) fn begin(index: Index, options: WriterOptions) -> Result<Self, SearchError> {
        let public = tier_writer(index.public(), &options)?;
        let restricted = tier_writer(index.restricted(), &options)?;
        let mut writer = Self { index, public, restricted, vocabularies: options.vocabularies, position: 0 };
        writer.commit(0)?;
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
        for change in changes {
            let id = Term::from_field_bytes(fields.id, change.id.as_bytes());
            self.public.delete_term(id.clone());
            self.restricted.delete_term(id);
            for rendition in &change.renditions {
                let tier = if rendition.is_public() { &self.public } else { &self.restricted };
                tier.add_document(document(&fields, rendition, vocabularies)?).map_err(unwritten)?;
                written += 1;
            }
        }
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
        Ok(())
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
            // One segment a call: the one that remembers most.
            let mut forgetful: Vec<(u32, bool, tantivy::index::SegmentId)> = Vec::new();
            for (is_public, tier) in [(true, self.index.public()), (false, self.index.restricted())] {
                let segments = tier.index.searchable_segment_metas().map_err(unwritten)?;
                let remembering = segments.iter().filter(|segment| segment.has_deletes());
                forgetful.extend(remembering.map(|segment| (segment.num_deleted_docs(), is_public, segment.id())));
            }
            let Some((_, is_public, segment)) = forgetful.iter().max() else {
                // What was merged in the background since the last commit is taken up all the same.
                self.index.publish()?;
                return Ok(false);
            };
            let tier = if *is_public { &mut self.public } else { &mut self.restricted };
            if let Err(error) = tier.merge(&[*segment]).wait() {
                // The segment is being merged with others just now, which rewrites it as well.
                tracing::debug!(%error, "a segment could not be rewritten now");
                return Ok(true);
            }
            self.index.publish()?;
            Ok(forgetful.len() > 1)
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
    policy.set_del_docs_ratio_before_merge(DELETED_SHARE);
    Box::new(policy)
}

fn unwritten(error: tantivy::TantivyError) -> SearchError {
    SearchError::from_tantivy("written", error)
}
