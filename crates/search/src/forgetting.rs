//! Which segments have to be rewritten so that what left a tier is gone from the disk too.
//!
//! No answer remembers a deleted document, because every count is of live ones; but its words stay in the files until the
//! segment is rewritten. A segment that a record left (withdrawn, tightened, loosened), in whole or for a rendition that shows
//! less, is rewritten soon. One whose records merely changed is rewritten when it is small or when much of it is gone, because
//! a rewrite copies all the rest.

use std::collections::BTreeSet;

use tantivy::SegmentMeta;
use tantivy::index::SegmentId;

/// Documents up to which a segment is rewritten for any deletion.
const SMALL: u32 = 20_000;
/// Of so many documents one is deleted where a large segment is rewritten.
const ONE_IN: u32 = 20;

/// What one tier has to forget.
#[derive(Debug)]
pub(crate) struct Forgetting {
    /// Segments that a record left.
    left: BTreeSet<SegmentId>,
    /// Whether any segment may be one: after a start, and when segments that a record left were merged with others.
    any: bool,
}

impl Forgetting {
    /// A tier of which nothing is known.
    pub(crate) fn unknown() -> Self {
        Self { left: BTreeSet::new(), any: true }
    }

    /// Remembers that a record leaves a segment.
    pub(crate) fn leaves(&mut self, segments: impl IntoIterator<Item = SegmentId>) {
        self.left.extend(segments);
    }

    /// Of the tier's segments those to be rewritten, the one with most deleted documents first.
    pub(crate) fn choose(&mut self, segments: &[SegmentMeta]) -> Vec<SegmentId> {
        let there: BTreeSet<SegmentId> = segments.iter().map(SegmentMeta::id).collect();
        if !self.left.is_subset(&there) {
            self.left.clear();
            self.any = true;
        }
        let mut chosen: Vec<&SegmentMeta> = segments.iter().filter(|segment| self.concerns(segment)).collect();
        chosen.sort_by_key(|segment| (std::cmp::Reverse(segment.num_deleted_docs()), segment.id()));
        if chosen.is_empty() {
            self.any = false;
            self.left.clear();
        }
        chosen.into_iter().map(SegmentMeta::id).collect()
    }

    /// Forgets about a segment that was rewritten.
    pub(crate) fn is_rewritten(&mut self, segment: SegmentId) {
        self.left.remove(&segment);
    }

    fn concerns(&self, segment: &SegmentMeta) -> bool {
        let deleted = segment.num_deleted_docs();
        let much = segment.max_doc() <= SMALL || deleted.saturating_mul(ONE_IN) >= segment.max_doc();
        deleted > 0 && (self.any || much || self.left.contains(&segment.id()))
    }
}
