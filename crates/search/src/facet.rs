//! Facets: how often each value occurs among the hits, counted by number and named at the end.
//!
//! A segment numbers the values of a column from 0. When it is opened, every number is mapped to the value's number in a
//! table that all segments of both tiers share; a search then adds up plain counters and looks names up in memory.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use cairn_model::{Freshness, FreshnessDates};
use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};

use crate::by_document::ByDocument;
use crate::schema::facet_column;
use crate::segment::Segment;
use crate::{FacetCount, FacetField, SearchError};

/// Values that a facet gives when the request does not say.
const DEFAULT_VALUES: usize = 100;

/// The values of every facet, by the numbers that all segments share.
#[derive(Default)]
pub(crate) struct FacetValues {
    tables: HashMap<FacetField, ValueTable>,
    /// The ids of organisations: a name of one is a value of its own.
    organisations: ValueTable,
}

#[derive(Default)]
struct ValueTable {
    numbers: HashMap<Arc<str>, u32>,
    values: Vec<Arc<str>>,
    /// Of organisations, the place of the id of each value among all ids.
    ids: Vec<u32>,
}

impl ValueTable {
    /// The number of a value, and whether it is new.
    fn number(&mut self, value: &str) -> (u32, bool) {
        if let Some(number) = self.numbers.get(value) {
            return (*number, false);
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let value: Arc<str> = value.into();
        self.values.push(Arc::clone(&value));
        self.numbers.insert(value, number);
        (number, true)
    }
}

/// The names of the values of a facet, by number.
#[derive(Default)]
pub(crate) struct FacetNames {
    pub(crate) values: Vec<Arc<str>>,
    /// Of organisations, the place of the id of each value among all ids.
    ids: Vec<u32>,
    /// The ids of organisations.
    organisations: Vec<Arc<str>>,
}

impl FacetValues {
    fn number(&mut self, facet: FacetField, value: &str) -> u32 {
        let table = self.tables.entry(facet).or_default();
        let (number, is_new) = table.number(value);
        if is_new && facet == FacetField::Organisation {
            table.ids.push(self.organisations.number(id_and_name(value).0).0);
        }
        number
    }

    /// The names of the values of every facet.
    pub(crate) fn names(&self) -> HashMap<FacetField, FacetNames> {
        let names = |(facet, table): (&FacetField, &ValueTable)| {
            let is_named = *facet == FacetField::Organisation;
            let organisations = if is_named { self.organisations.values.clone() } else { Vec::new() };
            (*facet, FacetNames { values: table.values.clone(), ids: table.ids.clone(), organisations })
        };
        self.tables.iter().map(names).collect()
    }

    /// How many values there are in all.
    pub(crate) fn len(&self) -> usize {
        self.tables.values().map(|table| table.values.len()).sum()
    }
}

/// A facet's column in one segment.
pub(crate) struct FacetColumn {
    ordinals: Column<u64>,
    by_document: OnceLock<ByDocument>,
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
        Ok(Some(Self { ordinals: column.ords().clone(), by_document: OnceLock::new(), numbers }))
    }

    /// The values by document, brought into memory by who asks first.
    pub(crate) fn by_document(&self) -> &ByDocument {
        self.by_document.get_or_init(|| ByDocument::read(&self.ordinals, self.numbers.len()))
    }

    /// Whether somebody asked for the values by document.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.by_document.get().is_some()
    }

    /// Adds the shared numbers of a document's values.
    pub(crate) fn numbers_of(&self, doc: DocId, into: &mut Vec<u32>) {
        let by_document = self.by_document();
        by_document.each(&[doc], |number| {
            by_document.each_of(number, |ordinal| into.extend(self.numbers.get(ordinal as usize)));
        });
    }

    /// How many values the segment has.
    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }
}

/// Counts one facet over the hits of a search. What it costs follows from the hits, however many values there are.
pub(crate) struct FacetCounter {
    facet: FacetField,
    /// How many documents of the segment have each of the numbers that it counts by ([`ByDocument`]).
    in_segment: Vec<u32>,
    /// The numbers that occurred.
    met: Vec<u32>,
    in_all: Vec<u32>,
    /// The values that occurred.
    met_in_all: Vec<u32>,
}

impl FacetCounter {
    /// A counter of a facet, of which `values` values are known.
    pub(crate) fn new(facet: FacetField, values: usize) -> Self {
        Self { facet, in_segment: Vec::new(), met: Vec::new(), in_all: vec![0; values], met_in_all: Vec::new() }
    }

    /// Makes ready for the documents of a segment.
    pub(crate) fn begin(&mut self, segment: &Segment) {
        let numbers = segment.facets[self.facet.place()].as_ref().map_or(0, |column| column.by_document().numbers());
        if self.in_segment.len() < numbers {
            self.in_segment.resize(numbers, 0);
        }
    }

    /// Counts a block of documents.
    pub(crate) fn count(&mut self, segment: &Segment, block: &[DocId]) {
        let Some(column) = &segment.facets[self.facet.place()] else { return };
        let Self { in_segment, met, .. } = self;
        column.by_document().each(block, |number| {
            let Some(count) = in_segment.get_mut(number as usize) else { return };
            if *count == 0 {
                met.push(number);
            }
            *count += 1;
        });
    }

    /// Adds what the segment gave to the whole.
    pub(crate) fn end(&mut self, segment: &Segment) {
        let Some(column) = &segment.facets[self.facet.place()] else { return };
        let by_document = column.by_document();
        let Self { in_all, met_in_all, .. } = self;
        for number in self.met.drain(..) {
            let count = std::mem::take(&mut self.in_segment[number as usize]);
            by_document.each_of(number, |ordinal| {
                let number = column.numbers[ordinal as usize];
                let whole = &mut in_all[number as usize];
                if *whole == 0 {
                    met_in_all.push(number);
                }
                *whole += count;
            });
        }
    }

    /// How many values occur.
    pub(crate) fn values(&self, names: &FacetNames) -> usize {
        if self.facet != FacetField::Organisation {
            return self.met_in_all.len();
        }
        let ids: HashSet<u32> =
            self.met_in_all.iter().filter_map(|number| names.ids.get(*number as usize).copied()).collect();
        ids.len()
    }

    /// The values that occur, most frequent first, then by code.
    pub(crate) fn finish(self, names: &FacetNames, limit: usize) -> Vec<FacetCount> {
        let counted = self.met_in_all.iter().map(|number| (*number, self.in_all[*number as usize]));
        if self.facet == FacetField::Organisation {
            return organisations(&counted.collect::<Vec<_>>(), names, limit);
        }
        let name = |number: u32| names.values.get(number as usize).map(AsRef::as_ref);
        unnamed(counted.filter_map(|(number, count)| Some((u64::from(count), name(number)?, number))).collect(), limit)
    }
}

/// Adds the counts of organisations up by id. Where hits name one differently, the name that most of them use is shown, and of
/// several such the first in alphabetical order: it comes from the hits alone.
fn organisations(counted: &[(u32, u32)], names: &FacetNames, limit: usize) -> Vec<FacetCount> {
    let mut totals: Vec<u64> = vec![0; names.organisations.len()];
    let mut met: Vec<u32> = Vec::new();
    for (number, count) in counted {
        let Some(id) = names.ids.get(*number as usize) else { continue };
        let Some(total) = totals.get_mut(*id as usize) else { continue };
        if *total == 0 {
            met.push(*id);
        }
        *total += u64::from(*count);
    }
    let totals = met.iter().map(|id| (totals[*id as usize], names.organisations[*id as usize].as_ref(), *id));
    let shown = most_frequent(totals.collect(), limit);
    let mut most_used: HashMap<u32, (u32, &str)> = shown.iter().map(|(_, _, id)| (*id, (0, ""))).collect();
    for (number, count) in counted {
        let Some(most) = names.ids.get(*number as usize).and_then(|id| most_used.get_mut(id)) else { continue };
        let name = names.values.get(*number as usize).map_or("", |value| id_and_name(value).1);
        if *count > most.0 || (*count == most.0 && name < most.1) {
            *most = (*count, name);
        }
    }
    let name_of = |id: u32| most_used.get(&id).map(|(_, name)| (*name).to_owned());
    shown.into_iter().map(|(count, text, id)| FacetCount { value: text.to_owned(), name: name_of(id), count }).collect()
}

/// The two parts of a value of the column of organisations.
fn id_and_name(value: &str) -> (&str, &str) {
    value.split_once('\0').unwrap_or((value, ""))
}

/// The first `limit` by count, then by code, without sorting the rest. Each has a number that goes along.
fn most_frequent(mut counted: Vec<(u64, &str, u32)>, limit: usize) -> Vec<(u64, &str, u32)> {
    let limit = if limit == 0 { DEFAULT_VALUES } else { limit };
    let order =
        |left: &(u64, &str, u32), right: &(u64, &str, u32)| right.0.cmp(&left.0).then_with(|| left.1.cmp(right.1));
    if counted.len() > limit {
        counted.select_nth_unstable_by(limit, order);
        counted.truncate(limit);
    }
    counted.sort_unstable_by(order);
    counted
}

/// Counts of values that are shown as they are.
fn unnamed(counted: Vec<(u64, &str, u32)>, limit: usize) -> Vec<FacetCount> {
    let shown = most_frequent(counted, limit).into_iter();
    shown.map(|(count, value, _)| FacetCount { value: value.to_owned(), name: None, count }).collect()
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
        let counted = Freshness::ALL.iter().map(|state| (self.counts[*state as usize], state.code(), *state as u32));
        unnamed(counted.filter(|(count, ..)| *count > 0).collect(), limit)
    }
}
