//! Which segments are merged when there is nothing else to do: a search looks its words up in each, so that few large ones
//! answer sooner than many small ones.

use tantivy::SegmentMeta;
use tantivy::index::SegmentId;

/// Documents that a segment is merged up to.
const LARGEST: u32 = 250_000;
/// A segment is merged with smaller ones when it is at most so many times as large as all of them: a document is copied a few
/// times at the most, however small the commits are.
const AT_MOST_TIMES: u32 = 2;

/// The segments of a tier to be merged into one, none where they stand as they should.
pub(crate) fn choose(segments: &[SegmentMeta]) -> Vec<SegmentId> {
    let mut sizes: Vec<(u32, SegmentId)> = segments.iter().map(|segment| (segment.num_docs(), segment.id())).collect();
    sizes.sort();
    let count = merged(&sizes.iter().map(|(documents, _)| *documents).collect::<Vec<_>>());
    sizes.into_iter().take(count).map(|(_, id)| id).collect()
}

/// How many of some segments are merged, by their sizes, the smallest first.
fn merged(sizes: &[u32]) -> usize {
    let mut smaller: u32 = 0;
    let mut merged = 0;
    for (at, size) in sizes.iter().enumerate() {
        if smaller.saturating_add(*size) > LARGEST {
            break;
        }
        if at > 0 && *size <= smaller.saturating_mul(AT_MOST_TIMES) {
            merged = at + 1;
        }
        smaller += size;
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn segments_of_about_a_size_become_one_and_a_large_one_waits_for_many_small_ones() {
        assert_eq!(merged(&[]), 0);
        assert_eq!(merged(&[5]), 0);
        assert_eq!(merged(&[5, 25_000, 30_000, 30_000]), 4);
        assert_eq!(merged(&[5, 95_000]), 0);
        assert_eq!(merged(&[1_000, 1_000, 95_000]), 2);
        assert_eq!(merged(&[20_000, 30_000, 95_000]), 3);
        assert_eq!(merged(&[100_000, 140_000, 240_000]), 2);
        assert_eq!(merged(&[200_000, 240_000]), 0);
    }
}
