//! Conditions on days and extents, looked up in columns for documents that match all else.

use cairn_model::{BoundingBox, Freshness};
use tantivy::DocId;
use tantivy::columnar::Column;

use crate::facet::freshness;
use crate::segment::Segment;
use crate::{FacetField, Filters};

/// What days, extent and freshness a request asks for.
#[derive(Debug, Default)]
pub(crate) struct Predicate {
    modified_after: Option<i64>,
    modified_before: Option<i64>,
    covers_after: Option<i64>,
    covers_before: Option<i64>,
    review_before: Option<i64>,
    bbox: Option<BoundingBox>,
    /// States that must hold, each with its alternatives, or must not hold.
    freshness: Vec<FreshnessCondition>,
    today: i64,
}

#[derive(Debug)]
struct FreshnessCondition {
    states: Vec<Freshness>,
    excluded: bool,
}

impl FreshnessCondition {
    /// Whether a document of this state meets it; one that says too little to tell is in no state.
    fn holds(&self, state: Option<Freshness>) -> bool {
        state.is_some_and(|state| self.states.contains(&state)) != self.excluded
    }
}

impl Predicate {
    /// What the filters ask for.
    pub(crate) fn of(filters: &Filters, today: i64) -> Self {
        let mut predicate = Self {
            modified_after: filters.modified_after,
            modified_before: filters.modified_before,
            covers_after: filters.covers_after,
            covers_before: filters.covers_before,
            review_before: filters.review_before,
            bbox: filters.bbox,
            freshness: Vec::new(),
            today,
        };
        if let Some(values) = filters.values.get(&FacetField::Freshness).filter(|values| !values.is_empty()) {
            predicate.add_freshness(values, false);
        }
        predicate
    }

    /// Adds a condition on freshness; names that are no state match nothing.
    pub(crate) fn add_freshness(&mut self, values: &[String], excluded: bool) {
        let state = |value: &String| Freshness::from_code(&FacetField::Freshness.spelling(value));
        self.freshness.push(FreshnessCondition { states: values.iter().filter_map(state).collect(), excluded });
    }

    /// Whether every document meets it.
    pub(crate) fn is_empty(&self) -> bool {
        self.modified_after.is_none()
            && self.modified_before.is_none()
            && self.covers_after.is_none()
            && self.covers_before.is_none()
            && self.review_before.is_none()
            && self.bbox.is_none()
            && self.freshness.is_empty()
    }

    /// Whether a document meets it. A document that does not say when or where meets no condition on it.
    pub(crate) fn holds(&self, segment: &Segment, doc: DocId) -> bool {
        let columns = &segment.columns;
        at_least(columns.modified.as_ref(), doc, self.modified_after)
            && at_most(columns.modified.as_ref(), doc, self.modified_before)
            && at_least(columns.covers_to.as_ref(), doc, self.covers_after)
            && at_most(columns.covers_from.as_ref(), doc, self.covers_before)
            && at_most(columns.review.as_ref(), doc, self.review_before)
            && self.bbox.is_none_or(|wanted| lies_in(&wanted, segment, doc))
            && self.freshness.iter().all(|condition| condition.holds(freshness(segment, doc, self.today)))
    }
}

fn at_least(column: Option<&Column<i64>>, doc: DocId, day: Option<i64>) -> bool {
    day.is_none_or(|day| column.and_then(|days| days.first(doc)).is_some_and(|value| value >= day))
}

fn at_most(column: Option<&Column<i64>>, doc: DocId, day: Option<i64>) -> bool {
    day.is_none_or(|day| column.and_then(|days| days.first(doc)).is_some_and(|value| value <= day))
}

/// Whether a document lies in a box: most do not by the box around all of theirs, which is looked at first.
fn lies_in(wanted: &BoundingBox, segment: &Segment, doc: DocId) -> bool {
    extent(segment, doc).is_some_and(|around| wanted.overlaps(&around))
        && boxes(segment, doc).is_none_or(|mut boxes| boxes.any(|one| wanted.overlaps(&one)))
}

/// Where a document lies as a whole.
pub(crate) fn extent(segment: &Segment, doc: DocId) -> Option<BoundingBox> {
    let edge = |at: usize| segment.columns.extent[at].as_ref().and_then(|edges| edges.first(doc));
    Some(BoundingBox { west: edge(0)?, south: edge(1)?, east: edge(2)?, north: edge(3)? })
}

/// The boxes of a document that has several.
fn boxes(segment: &Segment, doc: DocId) -> Option<impl Iterator<Item = BoundingBox>> {
    let edges = |at: usize| segment.columns.boxes[at].iter().flat_map(move |edges| edges.values_for_doc(doc));
    segment.columns.boxes[0].as_ref()?.first(doc)?;
    let edges = edges(0).zip(edges(1)).zip(edges(2).zip(edges(3)));
    Some(edges.map(|((west, south), (east, north))| BoundingBox { west, south, east, north }))
}
