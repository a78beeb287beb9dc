//! Collecting the first hits and the counts in one pass, in the order that a query asks for.

use cairn_model::BoundingBox;
use tantivy::collector::{Collector, SegmentCollector, TopDocs};
use tantivy::columnar::Column;
use tantivy::query::Query;
use tantivy::{DocAddress, DocId, Order, Score, Searcher, SegmentOrdinal, SegmentReader};

use super::documents::EXTENT;
use crate::search::facets::{FacetCounts, Facets};
use crate::search::queries::Ask;

/// Column of the day of the last change.
const MODIFIED: &str = "modified";

type Collected = (Vec<(f64, DocAddress)>, FacetCounts);

/// The first hits by score, or the newest; those below a bound, if there is one. Everything that matches is counted.
pub(super) fn collect(
    searcher: &Searcher,
    query: &dyn Query,
    facets: Facets,
    ask: &Ask,
    bound: Option<f64>,
    hits: usize,
) -> anyhow::Result<Collected> {
    let top = TopDocs::with_limit(hits);
    let within = ask.bbox;
    match (ask.is_scored(), bound) {
        (true, None) => run(searcher, query, (top.order_by_score(), facets), within, |score| f64::from(*score)),
        (true, Some(bound)) => {
            let below = top.tweak_score(move |_: &SegmentReader| {
                move |_: DocId, score: Score| if f64::from(score) < bound { score } else { Score::MIN }
            });
            run(searcher, query, (below, facets), within, |score| f64::from(*score))
        }
        (false, None) => {
            let newest = top.order_by_fast_field::<i64>(MODIFIED, Order::Desc);
            run(searcher, query, (newest, facets), within, |day| day.unwrap_or(i64::MIN) as f64)
        }
        (false, Some(bound)) => {
            let below = top.tweak_score(move |segment: &SegmentReader| {
                let days = segment.fast_fields().i64(MODIFIED).ok();
                move |doc: DocId, _: Score| {
                    let day = days.as_ref().and_then(|days| days.first(doc)).unwrap_or(i64::MIN);
                    if (day as f64) < bound { day } else { i64::MIN }
                }
            });
            run(searcher, query, (below, facets), within, |day| *day as f64)
        }
    }
}

fn run<K, C>(
    searcher: &Searcher,
    query: &dyn Query,
    collector: C,
    within: Option<BoundingBox>,
    key: impl Fn(&K) -> f64,
) -> anyhow::Result<Collected>
where
    C: Collector<Fruit = (Vec<(K, DocAddress)>, FacetCounts)>,
    K: Send + 'static,
{
    let (best, counts) = match within {
        None => searcher.search(query, &collector)?,
        Some(wanted) => searcher.search(query, &Within { wanted, inner: collector })?,
    };
    Ok((best.into_iter().map(|(of, address)| (key(&of), address)).collect(), counts))
}

/// Hands on the documents of which an extent overlaps a box.
struct Within<C> {
    wanted: BoundingBox,
    inner: C,
}

struct SegmentWithin<C> {
    wanted: BoundingBox,
    edges: [Column<f64>; 4],
    inner: C,
}

impl<C: Collector> Collector for Within<C> {
    type Fruit = C::Fruit;
    type Child = SegmentWithin<C::Child>;

    fn for_segment(&self, place: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Self::Child> {
        let columns = segment.fast_fields();
        let [west, south, east, north] = EXTENT;
        let edges = [columns.f64(west)?, columns.f64(south)?, columns.f64(east)?, columns.f64(north)?];
        Ok(SegmentWithin { wanted: self.wanted, edges, inner: self.inner.for_segment(place, segment)? })
    }

    fn requires_scoring(&self) -> bool {
        self.inner.requires_scoring()
    }

    fn merge_fruits(&self, fruits: Vec<<Self::Child as SegmentCollector>::Fruit>) -> tantivy::Result<C::Fruit> {
        self.inner.merge_fruits(fruits)
    }
}

impl<C: SegmentCollector> SegmentWithin<C> {
    fn overlaps(&self, doc: DocId) -> bool {
        let [mut wests, mut souths, mut easts, mut norths] =
            [0, 1, 2, 3].map(|at: usize| self.edges[at].values_for_doc(doc));
        let mut extents = std::iter::from_fn(|| {
            let (west, south) = (wests.next()?, souths.next()?);
            Some(BoundingBox { west, south, east: easts.next()?, north: norths.next()? })
        });
        extents.any(|extent| self.wanted.overlaps(&extent))
    }
}

impl<C: SegmentCollector> SegmentCollector for SegmentWithin<C> {
    type Fruit = C::Fruit;

    fn collect(&mut self, doc: DocId, score: Score) {
        if self.overlaps(doc) {
            self.inner.collect(doc, score);
        }
    }

    fn harvest(self) -> C::Fruit {
        self.inner.harvest()
    }
}
