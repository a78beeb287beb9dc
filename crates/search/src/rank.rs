//! The order of hits, and the best of them kept while a search walks over all.

use std::cmp::Ordering;

use tantivy::DocId;
use tantivy::columnar::{Column, TermOrdHit};

use crate::SearchError;
use crate::cursor::{Cursor, Key};
use crate::segment::Segment;

/// What hits are ordered by in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SortBy {
    Score,
    Modified,
    Issued,
    Quality,
    Review,
    Title,
}

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) by: SortBy,
    pub(crate) reversed: bool,
}

/// Rank of a document that lacks the value: after all others, whatever the direction.
const MISSING: u64 = 0;
/// Days and hundredths are moved up by this, so that none is negative.
const OFFSET: i64 = 1 << 40;

impl Order {
    /// The rank of a document: the higher, the earlier. For titles it holds in the segment alone.
    #[inline]
    pub(crate) fn rank(self, segment: &Segment, doc: DocId, score: f32) -> u64 {
        let columns = &segment.columns;
        match self.by {
            SortBy::Score => self.directed(u64::from(score.max(0.0).to_bits())),
            SortBy::Modified => self.number(columns.modified.as_ref(), doc),
            SortBy::Issued => self.number(columns.issued.as_ref(), doc),
            SortBy::Quality => self.number(columns.quality.as_ref(), doc),
            SortBy::Review => self.number(columns.review.as_ref(), doc),
            SortBy::Title => {
                columns.title.as_ref().and_then(|title| title.ords().first(doc)).map_or(MISSING, |at| self.title(at))
            }
        }
    }

    /// The score that a document must have to be among the best, once there are enough and where scores decide.
    #[inline]
    pub(crate) fn bar(self, best: &Best) -> Option<f32> {
        let (rank, _) = best.bar.filter(|_| self.by == SortBy::Score && !self.reversed)?;
        rank.checked_sub(1).and_then(|bits| u32::try_from(bits).ok()).map(f32::from_bits)
    }

    fn number(self, column: Option<&Column<i64>>, doc: DocId) -> u64 {
        let value = column.and_then(|values| values.first(doc));
        value.map_or(MISSING, |value| self.day(value))
    }

    /// The rank of a day.
    pub(crate) fn day(self, day: i64) -> u64 {
        self.directed(day.saturating_add(OFFSET).unsigned_abs())
    }

    fn directed(self, value: u64) -> u64 {
        if self.reversed { u64::MAX - value } else { value + 1 }
    }

    // Titles go from A: the other way round than numbers.
    fn title(self, ordinal: u64) -> u64 {
        if self.reversed { ordinal + 1 } else { u64::MAX - 1 - ordinal }
    }

    /// Where a cursor stands among the ranks of a segment.
    pub(crate) fn place(self, cursor: &Cursor, segment: &Segment) -> Result<Place, SearchError> {
        let rank = match &cursor.key {
            Key::Missing => MISSING,
            Key::Number(rank) => *rank,
            Key::Title(title) => {
                let Some(column) = &segment.columns.title else { return Ok(Place { rank: 1, id: u128::MAX }) };
                match column.dictionary().term_ord_or_next(title).map_err(SearchError::from_read)? {
                    TermOrdHit::Exact(ordinal) => self.title(ordinal),
                    TermOrdHit::Next(ordinal) => {
                        let next = ordinal.min(column.num_terms() as u64);
                        // The segment lacks the title. Its place is before the next title in the order's direction, and
                        // no document that has just this rank comes after it.
                        let rank = if self.reversed { next + 1 } else { u64::MAX - next };
                        return Ok(Place { rank, id: u128::MAX });
                    }
                }
            }
        };
        Ok(Place { rank, id: cursor.id })
    }
}

/// A place in the order: documents after it rank lower, or rank alike with a higher id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    rank: u64,
    id: u128,
}

impl Place {
    /// Whether a document comes after the place.
    pub(crate) fn is_before(self, rank: u64, id: impl FnOnce() -> u128) -> bool {
        rank < self.rank || (rank == self.rank && id() > self.id)
    }
}

/// A document that may be a hit of the page.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) rank: u64,
    pub(crate) id: u128,
    /// Place of the segment among those of the search.
    pub(crate) segment: usize,
    pub(crate) doc: DocId,
    /// The title by which it is ordered, where titles order.
    pub(crate) title: Option<Vec<u8>>,
}

impl Candidate {
    /// By rank, then by id.
    fn by_rank(&self, other: &Self) -> Ordering {
        other.rank.cmp(&self.rank).then_with(|| self.id.cmp(&other.id))
    }

    /// In the order of a search, of whichever segments; titles must have been looked up where they order.
    pub(crate) fn in_order(&self, other: &Self, order: Order) -> Ordering {
        match order.by {
            SortBy::Title => self.by_title(other, order.reversed),
            _ => self.by_rank(other),
        }
    }

    /// By title, then by id, those without last.
    fn by_title(&self, other: &Self, reversed: bool) -> Ordering {
        let titles = match (&self.title, &other.title) {
            (Some(left), Some(right)) if reversed => right.cmp(left),
            (Some(left), Some(right)) => left.cmp(right),
            (left, right) => right.is_some().cmp(&left.is_some()),
        };
        titles.then_with(|| self.id.cmp(&other.id))
    }
}

/// The best candidates so far, at most a given number.
pub(crate) struct Best {
    size: usize,
    kept: Vec<Candidate>,
    /// The last of the best, once there are enough: what does not come before it is passed over.
    bar: Option<(u64, u128)>,
}

impl Best {
    /// Keeps the best `size`.
    pub(crate) fn new(size: usize) -> Self {
        Self { size, kept: Vec::new(), bar: None }
    }

    /// Considers a document; its id is read only where the rank does not decide.
    #[inline]
    pub(crate) fn consider(&mut self, rank: u64, segment: usize, doc: DocId, id: impl FnOnce() -> u128) {
        if self.size == 0 {
            return;
        }
        let bar_rank = self.bar.map_or(0, |(rank, _)| rank);
        if rank < bar_rank {
            return;
        }
        let id = id();
        if self.bar.is_some_and(|(bar_rank, bar_id)| rank == bar_rank && id >= bar_id) {
            return;
        }
        self.kept.push(Candidate { rank, id, segment, doc, title: None });
        if self.kept.len() >= self.size.saturating_mul(2) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.kept.len() > self.size {
            self.kept.select_nth_unstable_by(self.size - 1, Candidate::by_rank);
            self.kept.truncate(self.size);
        }
        if let Some(last) = self.kept.get(self.size - 1) {
            self.bar = Some((last.rank, last.id));
        }
    }

    /// The best, in order.
    pub(crate) fn into_sorted(mut self) -> Vec<Candidate> {
        self.kept.sort_unstable_by(Candidate::by_rank);
        self.kept.truncate(self.size);
        self.kept
    }
}

/// Merges the best of every segment by title, as many as are wanted. Ranks of titles differ from segment to segment, so the
/// titles are looked up: of those that are taken, and of the next in each segment.
pub(crate) fn merge_by_title(
    best: Vec<Vec<Candidate>>,
    segments: &[&Segment],
    reversed: bool,
    wanted: usize,
) -> Result<Vec<Candidate>, SearchError> {
    let mut rests: Vec<_> = best.into_iter().map(Vec::into_iter).collect();
    let mut heads = Vec::with_capacity(rests.len());
    for rest in &mut rests {
        heads.push(with_title(rest.next(), segments)?);
    }
    let mut merged = Vec::new();
    while merged.len() < wanted {
        let first = heads
            .iter()
            .enumerate()
            .filter_map(|(at, head)| head.as_ref().map(|head| (at, head)))
            .min_by(|(_, left), (_, right)| left.by_title(right, reversed))
            .map(|(at, _)| at);
        let Some(at) = first else { break };
        let next = with_title(rests[at].next(), segments)?;
        merged.extend(std::mem::replace(&mut heads[at], next));
    }
    Ok(merged)
}

/// Candidates with their titles.
pub(crate) fn with_titles(candidates: Vec<Candidate>, segments: &[&Segment]) -> Result<Vec<Candidate>, SearchError> {
    let mut titled = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        titled.extend(with_title(Some(candidate), segments)?);
    }
    Ok(titled)
}

/// A candidate with its title.
fn with_title(candidate: Option<Candidate>, segments: &[&Segment]) -> Result<Option<Candidate>, SearchError> {
    let Some(mut candidate) = candidate else { return Ok(None) };
    let column = segments.get(candidate.segment).and_then(|segment| segment.columns.title.as_ref());
    if let Some((column, ordinal)) = column.and_then(|column| Some((column, column.ords().first(candidate.doc)?))) {
        let mut title = Vec::new();
        column.dictionary().ord_to_term(ordinal, &mut title).map_err(SearchError::from_read)?;
        candidate.title = Some(title);
    }
    Ok(Some(candidate))
}
