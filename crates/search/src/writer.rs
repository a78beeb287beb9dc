//! The writer: changes in, documents in both tiers, committed in an order that never shows too much.

use std::sync::Arc;
use std::time::Duration;

use cairn_model::Vocabularies;

use tantivy::index::SegmentId;
use tantivy::indexer::UserOperation;
use tantivy::merge_policy::{LogMergePolicy, MergePolicy};
use tantivy::{TantivyDocument, Term};

use crate::error::guarded;
use crate::forgetting::Forgetting;
use crate::holdings::Holdings;
use crate::index::Index;
use crate::merge::{Ended, Merge, end_of};
use crate::preparing::Preparing;
use crate::tier_index::{Tier, payload};
use crate::{IndexChange, IndexWriter, SearchError, settling};

/// Documents beyond which a segment is not merged any more, so that forgetting a record rewrites a bounded piece.
const LARGE_SEGMENT: usize = 250_000;

/// Changes whose documents are made and handed to the indexing threads together: each hand-over wakes a thread.
const AT_ONCE: usize = 128;

/// How long the rewriting of a segment is waited for; a large one takes longer, and more is written meanwhile.
const SOON: Duration = Duration::from_millis(20);

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
    /// The public tier and the restricted one, in the order in which they are committed.
    tiers: [TierWriter; 2],
    vocabularies: Option<Arc<Vocabularies>>,
    preparing: Preparing,
    position: i64,
}

/// The writer of one tier.
struct TierWriter {
    tier: Tier,
    writer: tantivy::IndexWriter<TantivyDocument>,
    forgetting: Forgetting,
    holdings: Holdings,
    /// A segment that is being rewritten without what was withdrawn.
    rewriting: Option<Merge>,
    /// Segments that are being merged because there was nothing else to do.
    settling: Option<Merge>,
}

type Operations = Vec<UserOperation<TantivyDocument>>;

impl Writer {
    /// Takes the writer of an index that exists.
    pub(crate) fn open(index: Index, options: WriterOptions) -> Result<Self, SearchError> {
        // What only the public tier holds is written again: doing so twice changes nothing.
        let position = index.tier(Tier::Public).committed()?.min(index.tier(Tier::Restricted).committed()?);
        Self::take(index, options, position)
    }

    /// Takes the writer of an index that was just made, and commits that it holds nothing.
    pub(crate) fn begin(index: Index, options: WriterOptions) -> Result<Self, SearchError> {
        let mut writer = Self::take(index, options, 0)?;
        writer.commit(0)?;
        Ok(writer)
    }

    fn take(index: Index, options: WriterOptions, position: i64) -> Result<Self, SearchError> {
        let tiers =
            [TierWriter::take(&index, Tier::Public, &options)?, TierWriter::take(&index, Tier::Restricted, &options)?];
        if let Some(vocabularies) = &options.vocabularies {
            index.know(Arc::clone(vocabularies));
        }
        index.make_ready()?;
        Ok(Self { index, tiers, vocabularies: options.vocabularies, preparing: Preparing::default(), position })
    }

    /// Waits until segments that are being merged are done, publishes them, and gives the index free.
    ///
    /// # Errors
    /// [`SearchError::Failed`] when a merge failed; what was committed stays.
    pub fn close(self) -> Result<(), SearchError> {
        let Self { index, tiers, .. } = self;
        guarded(|| {
            for tier in tiers {
                tier.writer.wait_merging_threads().map_err(unwritten)?;
            }
            index.publish()
        })
    }

    fn add_documents(&mut self, changes: &[IndexChange]) -> Result<u64, SearchError> {
        let vocabularies = self.vocabularies.clone();
        let vocabularies = vocabularies.as_deref().unwrap_or_else(|| Vocabularies::bundled());
        let mut written = 0;
        for changes in changes.chunks(AT_ONCE) {
            let documents = self.preparing.documents(self.index.fields(), changes, vocabularies)?;
            let mut operations = [Operations::new(), Operations::new()];
            for (change, documents) in changes.iter().zip(documents) {
                for (tier, operations) in self.tiers.iter_mut().zip(&mut operations) {
                    tier.forget(&self.index, change, operations)?;
                }
                for (rendition, document) in change.renditions.iter().zip(documents) {
                    let [public, restricted] = &mut self.tiers;
                    let [to_public, to_restricted] = &mut operations;
                    let (tier, operations) =
                        if public.tier.shows(rendition) { (public, to_public) } else { (restricted, to_restricted) };
                    operations.push(UserOperation::Add(document));
                    tier.holdings.add(change.id);
                    written += 1;
                }
            }
            for (tier, operations) in self.tiers.iter().zip(operations) {
                tier.writer.run(operations).map_err(unwritten)?;
            }
        }
        Ok(written)
    }

    fn commit_tiers(&mut self, position: i64) -> Result<(), SearchError> {
        // What leaves the public tier must not be seen by anyone a moment longer than what enters the restricted one is
        // missed. Readers of this process see neither before both are there.
        for tier in &mut self.tiers {
            let mut commit = tier.writer.prepare_commit().map_err(unwritten)?;
            commit.set_payload(&payload(position));
            commit.commit().map_err(unwritten)?;
        }
        self.note_committed();
        Ok(())
    }

    /// Looks at what both tiers hold now.
    fn note_committed(&mut self) {
        for tier in &mut self.tiers {
            tier.holdings.committed(self.index.tier(tier.tier).searcher_of_last_commit());
        }
    }

    /// Forgets what was added since the last commit, after a failure. The threads are started anew.
    fn forget(&mut self) {
        for tier in &mut self.tiers {
            let rolled_back = guarded(|| {
                tier.writer.rollback().map_err(unwritten)?;
                clear_away(&tier.writer)
            });
            match rolled_back {
                Ok(()) => tier.writer.set_merge_policy(merge_policy()),
                Err(error) => tracing::warn!(%error, "index changes could not be rolled back"),
            }
        }
        // One tier may have been committed before the other failed.
        self.note_committed();
    }
}

impl TierWriter {
    fn take(index: &Index, tier: Tier, options: &WriterOptions) -> Result<Self, SearchError> {
        let own = index.tier(tier);
        let writer = own
            .index
            .writer_with_num_threads(options.threads.max(1), options.heap_bytes)
            .map_err(|error| SearchError::from_tantivy("written", error))?;
        writer.set_merge_policy(merge_policy());
        clear_away(&writer)?;
        let mut holdings = Holdings::default();
        holdings.committed(own.searcher_of_last_commit());
        Ok(Self { tier, writer, forgetting: Forgetting::unknown(), holdings, rewriting: None, settling: None })
    }

    /// Adds to the `operations` that what this tier holds of a changed record is deleted.
    fn forget(&mut self, index: &Index, change: &IndexChange, operations: &mut Operations) -> Result<(), SearchError> {
        let fields = index.fields();
        if self.holdings.may_hold(fields.id, change.id) {
            let stays = change.renditions.iter().any(|rendition| self.tier.shows(rendition));
            if !stays || index.may_show_less(self.tier, change)? {
                self.forgetting.leaves(index.segments_with(self.tier, change.id)?);
            }
            operations.push(UserOperation::Delete(Term::from_field_bytes(fields.id, change.id.as_bytes())));
        }
        Ok(())
    }
}

impl TierWriter {
    /// Lets a segment be rewritten in the background. What leaves it meanwhile is remembered of it, and is looked for in the
    /// one that takes its place.
    fn rewrite(&mut self, segment: SegmentId) {
        self.forgetting.is_rewritten(segment);
        self.rewriting = Some(Merge::of(&mut self.writer, vec![segment]));
    }

    /// Takes up that a segment was rewritten; answers whether that has to go on, or to be tried again.
    fn end_rewriting(&mut self, within: Duration) -> bool {
        match end_of(&mut self.rewriting, within) {
            None | Some((Ended::Well, _)) => false,
            Some((Ended::NotYet, _)) => true,
            Some((Ended::Failed, segments)) => {
                // It was being merged with others, which rewrites it as well, unless it is still there.
                self.forgetting.leaves(segments);
                true
            }
        }
    }

    /// Takes up how the merging of small segments ended, if there was any.
    fn end_settling(&mut self) -> Option<Ended> {
        end_of(&mut self.settling, Duration::ZERO).map(|(ended, _)| ended)
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
            let mut more = false;
            for tier in &mut self.tiers {
                more |= tier.end_rewriting(Duration::ZERO);
                tier.end_settling();
            }
            // One segment at a time.
            let mut is_rewriting = more;
            for tier in &mut self.tiers {
                let segments = self.index.tier(tier.tier).index.searchable_segment_metas().map_err(unwritten)?;
                let chosen = tier.forgetting.choose(&segments);
                let is_free =
                    |segment: &&SegmentId| !tier.settling.as_ref().is_some_and(|merge| merge.takes(**segment));
                match chosen.iter().find(is_free).filter(|_| !is_rewriting) {
                    Some(first) => {
                        tier.rewrite(*first);
                        is_rewriting = tier.end_rewriting(SOON);
                        more |= is_rewriting || chosen.len() > 1;
                    }
                    None => more |= !chosen.is_empty(),
                }
            }
            // What was merged in the background since the last commit is taken up too. Files go only when no search can
            // be reading them any more, so they are removed after the new segments are published.
            self.index.publish()?;
            for tier in &self.tiers {
                clear_away(&tier.writer)?;
            }
            Ok(more)
        })
    }

    fn settle(&mut self) -> Result<bool, SearchError> {
        guarded(|| {
            for tier in &mut self.tiers {
                if tier.end_rewriting(Duration::ZERO) {
                    return Ok(true);
                }
                match tier.end_settling() {
                    None => {}
                    Some(Ended::NotYet) => return Ok(true),
                    Some(Ended::Failed) => continue,
                    Some(Ended::Well) => {
                        self.index.publish()?;
                        clear_away(&tier.writer)?;
                        // What was withdrawn while they were merged is in the one that came of it, and has to be forgotten.
                        return Ok(true);
                    }
                }
                let segments = self.index.tier(tier.tier).index.searchable_segment_metas().map_err(unwritten)?;
                let chosen = settling::choose(&segments);
                if !chosen.is_empty() {
                    tier.settling = Some(Merge::of(&mut tier.writer, chosen));
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }
}

/// Removes the files that no segment uses. A commit that ended before its last step leaves lists of deleted documents whose
/// names the same commit, made again, takes again: in their way, it could never be made.
fn clear_away(writer: &tantivy::IndexWriter<TantivyDocument>) -> Result<(), SearchError> {
    writer.garbage_collect_files().wait().map_err(unwritten)?;
    Ok(())
}

fn merge_policy() -> Box<dyn MergePolicy> {
    let mut policy = LogMergePolicy::default();
    policy.set_max_docs_before_merge(LARGE_SEGMENT);
    Box::new(policy)
}

fn unwritten(error: tantivy::TantivyError) -> SearchError {
    SearchError::from_tantivy("written", error)
}
