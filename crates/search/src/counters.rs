//! What a search counts beside its hits: facets, cells, years and a grid.

use std::collections::BTreeMap;

use tantivy::DocId;

use crate::cells::CellCounter;
use crate::facet::{FacetCounter, FreshnessCounter};
use crate::histograms::{GridCounter, Histogram, YearCounter};
use crate::plan::Plan;
use crate::segment::Segment;
use crate::view::View;
use crate::{FacetCount, FacetField, SearchRequest};

/// Counts by facet.
type Counts = BTreeMap<FacetField, Vec<FacetCount>>;

/// The facets and cells of a search.
pub(crate) struct Counters {
    columns: Vec<(FacetField, FacetCounter)>,
    freshness: Option<FreshnessCounter>,
    pub(crate) cells: Vec<CellCounter>,
    pub(crate) years: Vec<YearCounter>,
    pub(crate) grid: Option<GridCounter>,
}

impl Counters {
    pub(crate) fn new(view: &View, plan: &Plan, request: &SearchRequest) -> Self {
        let mut columns = Vec::new();
        let mut freshness = None;
        for facet in &plan.facets {
            if *facet == FacetField::Freshness {
                freshness = Some(FreshnessCounter::default());
                continue;
            }
            let values = view.facet_names.get(facet).map_or(0, |names| names.values.len());
            columns.push((*facet, FacetCounter::new(*facet, values)));
        }
        let by_year = |by: &Histogram| YearCounter::new(*by, request.today);
        Self {
            columns,
            freshness,
            cells: request.cells.iter().copied().map(CellCounter::of).collect(),
            years: request.histograms.iter().map(by_year).collect(),
            grid: request.grid.map(|columns| GridCounter::new(columns, request.filters.bbox)),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        let counts_none = self.cells.is_empty() && self.years.is_empty() && self.grid.is_none();
        self.columns.is_empty() && self.freshness.is_none() && counts_none
    }

    pub(crate) fn begin(&mut self, segment: &Segment) {
        self.columns.iter_mut().for_each(|(_, counter)| counter.begin(segment));
    }

    pub(crate) fn count(&mut self, segment: &Segment, block: &[DocId], today: i64) {
        for (_, counter) in &mut self.columns {
            counter.count(segment, block);
        }
        if let Some(counter) = &mut self.freshness {
            counter.count(segment, block, today);
        }
        for cells in &mut self.cells {
            cells.count(segment, block, today);
        }
        self.years.iter_mut().for_each(|years| years.count(segment, block));
        self.grid.iter_mut().for_each(|grid| grid.count(segment, block));
    }

    pub(crate) fn end(&mut self, segment: &Segment) {
        self.columns.iter_mut().for_each(|(_, counter)| counter.end(segment));
    }

    /// The counts of each facet, and how many values of it have so few that they are not among them.
    pub(crate) fn finish(&mut self, view: &View, limit: usize) -> (Counts, BTreeMap<FacetField, usize>) {
        let mut facets = Counts::new();
        let mut left_out = BTreeMap::new();
        for (facet, counter) in std::mem::take(&mut self.columns) {
            let Some(names) = view.facet_names.get(&facet) else {
                facets.insert(facet, Vec::new());
                continue;
            };
            let values = counter.values(names);
            let counts = counter.finish(names, limit);
            if values > counts.len() {
                left_out.insert(facet, values - counts.len());
            }
            facets.insert(facet, counts);
        }
        if let Some(counter) = &self.freshness {
            facets.insert(FacetField::Freshness, counter.finish(limit));
        }
        (facets, left_out)
    }
}
