//! The cheapest collector of facets: numbers that hold for the whole catalogue, counted into plain lists.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Cardinality, Column};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::FACETS;
use super::bare::FACET_VALUES;

/// Counts the values of every facet; `sizes` says how many each has.
pub(super) struct Facets {
    pub(super) sizes: Vec<usize>,
}

/// Documents that are counted at a time, one column after the other.
const BLOCK: usize = 512;

/// How many documents match, and how many by facet and value.
#[derive(Default)]
pub(super) struct FacetCounts {
    documents: u64,
    values: Vec<Vec<u32>>,
}

/// The counts of one segment.
pub(super) struct SegmentCounts {
    documents: u64,
    block: Vec<DocId>,
    /// Values of a column of which each document has one.
    values: Vec<u64>,
    columns: Vec<(Column<u64>, Vec<u32>)>,
}

impl Collector for Facets {
    type Fruit = FacetCounts;
    type Child = SegmentCounts;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounts> {
        let mut columns = Vec::with_capacity(FACETS.len());
        for (facet, size) in FACETS.iter().zip(&self.sizes) {
            columns.push((segment.fast_fields().u64(facet.name())?, vec![0; *size]));
        }
        Ok(SegmentCounts { documents: 0, block: Vec::with_capacity(BLOCK), values: Vec::new(), columns })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<FacetCounts>) -> tantivy::Result<FacetCounts> {
        let mut merged = FacetCounts::default();
        for fruit in fruits {
            merged.merge(fruit);
        }
        Ok(merged)
    }
}

impl SegmentCounts {
    fn count(&mut self, docs: &[DocId]) {
        for (column, counts) in &mut self.columns {
            let mut add = |value: u64| {
                if let Some(count) = usize::try_from(value).ok().and_then(|value| counts.get_mut(value)) {
                    *count += 1;
                }
            };
            if column.get_cardinality() == Cardinality::Full {
                self.values.resize(docs.len(), 0);
                column.values.get_vals(docs, &mut self.values);
                self.values.iter().copied().for_each(&mut add);
            } else {
                docs.iter().flat_map(|doc| column.values_for_doc(*doc)).for_each(&mut add);
            }
        }
        self.documents += docs.len() as u64;
    }

    fn count_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        self.count(&block);
        self.block = block;
        self.block.clear();
    }
}

impl SegmentCollector for SegmentCounts {
    type Fruit = FacetCounts;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.block.push(doc);
        if self.block.len() == BLOCK {
            self.count_block();
        }
    }

    fn harvest(mut self) -> FacetCounts {
        self.count_block();
        FacetCounts { documents: self.documents, values: self.columns.into_iter().map(|(_, counts)| counts).collect() }
    }
}

impl FacetCounts {
    pub(super) fn merge(&mut self, other: Self) {
        self.documents += other.documents;
        if self.values.is_empty() {
            self.values = other.values;
            return;
        }
        for (counts, others) in self.values.iter_mut().zip(other.values) {
            for (count, more) in counts.iter_mut().zip(others) {
                *count += more;
            }
        }
    }

    /// How many documents match.
    pub(super) fn documents(&self) -> u64 {
        self.documents
    }

    /// The most frequent values of a facet, by name.
    pub(super) fn most(&self, facet: usize, names: &[String]) -> Vec<(String, u32)> {
        let Some(counts) = self.values.get(facet) else { return Vec::new() };
        let mut found: Vec<(u32, usize)> =
            counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(value, count)| (*count, value)).collect();
        let by_count = |left: &(u32, usize), right: &(u32, usize)| right.0.cmp(&left.0);
        if found.len() > FACET_VALUES {
            found.select_nth_unstable_by(FACET_VALUES, by_count);
            found.truncate(FACET_VALUES);
        }
        found.sort_by(by_count);
        found.into_iter().filter_map(|(count, value)| Some((names.get(value)?.clone(), count))).collect()
    }
}
