//! Facets: how often each value occurs among the hits, counted by number and named at the end.
//!
//! A segment numbers the values of a column from 0. When it is opened, every number is mapped to the value's number in a
//! table that all segments of both tiers share; a search then adds up plain counters and looks names up in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cairn_model::{Freshness, FreshnessDates};
use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};

use crate::schema::facet_column;
use crate::segment::Segment;
use crate::{FacetCount, FacetField, SearchError};

/// Values that a facet gives when the request does not say.
const DEFAULT_VALUES: usize = 100;

/// The values of every facet, by the numbers that all segments share.
#[derive(Default)]
pub(crate) struct FacetValues {
    tables: HashMap<FacetField, ValueTable>,
}

#[derive(Default)]
struct ValueTable {
    numbers: HashMap<Arc<str>, u32>,
    values: Vec<Arc<str>>,
}

impl FacetValues {
    fn number(&mut self, facet: FacetField, value: &str) -> u32 {
        let table = self.tables.entry(facet).or_default();
        if let Some(number) = table.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(table.values.len()).unwrap_or(u32::MAX);
        let value: Arc<str> = value.into();
        table.values.push(Arc::clone(&value));
        table.numbers.insert(value, number);
        number
    }

    /// The names of the values of every facet, by number.
    pub(crate) fn names(&self) -> HashMap<FacetField, Vec<Arc<str>>> {
        self.tables.iter().map(|(facet, table)| (*facet, table.values.clone())).collect()
    }

    /// How many values there are in all.
    pub(crate) fn len(&self) -> usize {
        self.tables.values().map(|table| table.values.len()).sum()
    }
}

/// A facet's column in one segment.
pub(crate) struct FacetColumn {
    ordinals: Column<u64>,
    /// The shared number of each of the segment's own.
    numbers: Vec<u32>,
}

impl FacetColumn {
    /// Opens the column of a facet, if the segment has any value of it.
    pub(crate) fn open(
        reader: &SegmentReader,
        facet: FacetField,
        values: &mut FacetValues,
    ) -> Result<Option<Self>, SearchError> {
        let Some(name) = facet_column(facet) else { return Ok(None) };
        let column = reader.fast_fields().str(&name).map_err(|error| SearchError::from_tantivy("read", error))?;
        let Some(column) = column else { return Ok(None) };
        let mut numbers = Vec::with_capacity(column.num_terms());
        let mut terms = column.dictionary().stream().map_err(SearchError::from_read)?;
        while terms.advance() {
            let value = std::str::from_utf8(terms.key())
                .map_err(|error| SearchError::Damaged(format!("a value of {name}: {error}")))?;
            numbers.push(values.number(facet, value));
        }
        Ok(Some(Self { ordinals: column.ords().clone(), numbers }))
    }

    /// Adds the shared numbers of a document's values.
    pub(crate) fn numbers_of(&self, doc: DocId, into: &mut Vec<u32>) {
        let ordinals = self.ordinals.values_for_doc(doc);
        into.extend(ordinals.filter_map(|ordinal| self.numbers.get(usize::try_from(ordinal).ok()?)));
    }

    /// How many values the segment has.
    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }
}

/// Counts one facet over the hits of a search. What it costs follows from the hits, however many values there are.
pub(crate) struct FacetCounter {
    place: usize,
    in_segment: Vec<u32>,
    /// The segment's values that occurred.
    met: Vec<u32>,
    in_all: Vec<u32>,
    /// The values that occurred.
    met_in_all: Vec<u32>,
    // Reused from block to block.
    docs: Vec<DocId>,
    rows: Vec<u32>,
    ordinals: Vec<u64>,
}

impl FacetCounter {
    /// A counter of the facet at `place` of [`FacetField::ALL`], of which `values` values are known.
    pub(crate) fn new(place: usize, values: usize) -> Self {
        Self {
            place,
            in_segment: Vec::new(),
            met: Vec::new(),
            in_all: vec![0; values],
            met_in_all: Vec::new(),
            docs: Vec::new(),
            rows: Vec::new(),
            ordinals: Vec::new(),
        }
    }

    /// Makes ready for the documents of a segment.
    pub(crate) fn begin(&mut self, segment: &Segment) {
        let values = segment.facets[self.place].as_ref().map_or(0, |column| column.len());
        if self.in_segment.len() < values {
            self.in_segment.resize(values, 0);
        }
    }

    /// Counts a block of documents.
    pub(crate) fn count(&mut self, segment: &Segment, block: &[DocId]) {
        let Some(column) = &segment.facets[self.place] else { return };
        self.docs.clear();
        self.rows.clear();
        column.ordinals.row_ids_for_docs(block, &mut self.docs, &mut self.rows);
        self.ordinals.resize(self.rows.len(), 0);
        column.ordinals.values.get_vals(&self.rows, &mut self.ordinals);
        for ordinal in &self.ordinals {
            let Ok(ordinal) = u32::try_from(*ordinal) else { continue };
            let Some(count) = self.in_segment.get_mut(ordinal as usize) else { continue };
            if *count == 0 {
                self.met.push(ordinal);
            }
            *count += 1;
        }
    }

    /// Adds what the segment gave to the whole.
    pub(crate) fn end(&mut self, segment: &Segment) {
        let Some(column) = &segment.facets[self.place] else { return };
        for ordinal in self.met.drain(..) {
            let count = std::mem::take(&mut self.in_segment[ordinal as usize]);
            let number = column.numbers[ordinal as usize];
            let whole = &mut self.in_all[number as usize];
            if *whole == 0 {
                self.met_in_all.push(number);
            }
            *whole += count;
        }
    }

    /// The values that occur, most frequent first, then by code.
    pub(crate) fn finish(self, names: &[Arc<str>], limit: usize) -> Vec<FacetCount> {
        let counted = self.met_in_all.iter().map(|number| {
            let at = *number as usize;
            (u64::from(self.in_all[at]), names[at].as_ref())
        });
        if FacetField::ALL.get(self.place) == Some(&FacetField::Organisation) {
            return organisations(counted, limit);
        }
        most_frequent(counted.map(|(count, value)| (count, value, None)).collect(), limit)
    }
}

/// Merges the counts of organisations by id. Where hits name one differently, the name that most of them use is shown, and
/// of several such the first in alphabetical order: it comes from the hits alone.
fn organisations<'a>(counted: impl Iterator<Item = (u64, &'a str)>, limit: usize) -> Vec<FacetCount> {
    let mut merged: BTreeMap<&str, (u64, u64, &str)> = BTreeMap::new();
    for (count, value) in counted {
        let (id, name) = value.split_once('\0').unwrap_or((value, ""));
        let (total, most, shown) = merged.entry(id).or_insert((0, 0, name));
        *total += count;
        if count > *most || (count == *most && name < *shown) {
            *most = count;
            *shown = name;
        }
    }
    most_frequent(merged.into_iter().map(|(id, (total, _, name))| (total, id, Some(name))).collect(), limit)
}

/// The first `limit` by count, then by code, without sorting the rest.
fn most_frequent(mut counted: Vec<(u64, &str, Option<&str>)>, limit: usize) -> Vec<FacetCount> {
    let limit = if limit == 0 { DEFAULT_VALUES } else { limit };
    let order = |left: &(u64, &str, Option<&str>), right: &(u64, &str, Option<&str>)| {
        right.0.cmp(&left.0).then_with(|| left.1.cmp(right.1))
    };
    if counted.len() > limit {
        counted.select_nth_unstable_by(limit, order);
        counted.truncate(limit);
    }
    counted.sort_unstable_by(order);
    counted
        .into_iter()
        .map(|(count, value, name)| FacetCount { value: value.to_owned(), name: name.map(str::to_owned), count })
        .collect()
}

/// How fresh a document is today; `None` where its record does not say enough to tell.
pub(crate) fn freshness(segment: &Segment, doc: DocId, today: i64) -> Option<Freshness> {
    let day = |column: &Option<Column<i64>>| column.as_ref().and_then(|days| days.first(doc));
    let columns = &segment.columns;
    let dates = FreshnessDates {
        due: day(&columns.due)?,
        overdue: day(&columns.overdue)?,
        delinquent: day(&columns.delinquent)?,
    };
    Some(Freshness::at(dates, today))
}

/// Counts freshness, which is computed and has no column.
#[derive(Default)]
pub(crate) struct FreshnessCounter {
    counts: [u64; 4],
}

impl FreshnessCounter {
    /// Counts a block of documents.
    pub(crate) fn count(&mut self, segment: &Segment, block: &[DocId], today: i64) {
        for doc in block {
            if let Some(state) = freshness(segment, *doc, today) {
                self.counts[state as usize] += 1;
            }
        }
    }

    /// The states that occur, most frequent first, then by code.
    pub(crate) fn finish(&self, limit: usize) -> Vec<FacetCount> {
        let counted = Freshness::ALL.iter().map(|state| (self.counts[*state as usize], state.code(), None));
        most_frequent(counted.filter(|(count, ..)| *count > 0).collect(), limit)
    }
}
