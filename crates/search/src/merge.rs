//! Merges that go on in the background while more is written.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tantivy::index::SegmentId;
use tantivy::{FutureResult, SegmentMeta, TantivyDocument};

/// How long one waits before looking again.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Segments that are being made one.
pub(crate) struct Merge {
    segments: Vec<SegmentId>,
    result: FutureResult<Option<SegmentMeta>>,
}

/// How far a merge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It goes on.
    NotYet,
    /// One segment stands in the place of those that were merged.
    Well,
    /// They stand as they were, or were merged with others meanwhile.
    Failed,
}

impl Merge {
    /// Begins to merge segments.
    pub(crate) fn of(writer: &mut tantivy::IndexWriter<TantivyDocument>, segments: Vec<SegmentId>) -> Self {
        let result = writer.merge(&segments);
        Self { segments, result }
    }

    /// Whether a segment is one of those.
    pub(crate) fn takes(&self, segment: SegmentId) -> bool {
        self.segments.contains(&segment)
    }

    fn looked_at(&mut self) -> Ended {
        match Pin::new(&mut self.result).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Ended::NotYet,
            Poll::Ready(Ok(_)) => Ended::Well,
            Poll::Ready(Err(error)) => {
                tracing::debug!(%error, "segments could not be merged now");
                Ended::Failed
            }
        }
    }
}

/// How a merge ended, and of which segments; it is given some time to do so. One that ended is taken away.
pub(crate) fn end_of(merge: &mut Option<Merge>, within: Duration) -> Option<(Ended, Vec<SegmentId>)> {
    let begun = Instant::now();
    loop {
        let ended = merge.as_mut()?.looked_at();
        if ended != Ended::NotYet {
            return merge.take().map(|merge| (ended, merge.segments));
        }
        if begun.elapsed() >= within {
            return Some((ended, Vec::new()));
        }
        std::thread::sleep(LOOK_EVERY);
    }
}
