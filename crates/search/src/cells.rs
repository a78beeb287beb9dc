//! Cells: how many hits have which values of one field or of two, with their sharing levels and freshness.
//!
//! Counted in the same walk as the hits, so that a cell counts just the records that a search by its values finds.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cairn_model::Freshness;
use tantivy::DocId;

use crate::facet::freshness;
use crate::segment::Segment;
use crate::view::View;
use crate::{CellCount, Cells, FacetField};

/// Stands for the lack of a value among the shared numbers of values.
const NONE: u32 = u32::MAX;

/// Counts the cells of one field, or of two.
pub(crate) struct CellCounter {
    /// Place of each field in [`FacetField::ALL`]; the second is `None` where there is one alone.
    fields: [Option<usize>; 2],
    sharing: usize,
    counted: HashMap<[u32; 2], Counts>,
    // Reused from document to document.
    values: [Vec<u32>; 2],
    levels: Vec<u32>,
}

#[derive(Default)]
struct Counts {
    total: u64,
    /// By the shared number of the level: there are few.
    sharing: Vec<(u32, u64)>,
    freshness: [u64; Freshness::ALL.len()],
}

impl CellCounter {
    /// A counter of the cells of one field, or of two.
    pub(crate) fn of(cells: Cells) -> Self {
        let fields = match cells {
            Cells::Of(field) => [Some(field.place()), None],
            Cells::OfPair(first, second) => [Some(first.place()), Some(second.place())],
        };
        Self {
            fields,
            sharing: FacetField::Sharing.place(),
            counted: HashMap::new(),
            values: [Vec::new(), Vec::new()],
            levels: Vec::new(),
        }
    }

    /// Counts a block of documents.
    pub(crate) fn count(&mut self, segment: &Segment, block: &[DocId], today: i64) {
        for doc in block {
            for (field, values) in self.fields.iter().zip(&mut self.values) {
                values.clear();
                if let Some(field) = field {
                    numbers(segment, *field, *doc, values);
                }
                if values.is_empty() {
                    values.push(NONE);
                }
            }
            self.levels.clear();
            numbers(segment, self.sharing, *doc, &mut self.levels);
            let state = freshness(segment, *doc, today);
            let [firsts, seconds] = &self.values;
            for first in firsts {
                for second in seconds {
                    let counts = self.counted.entry([*first, *second]).or_default();
                    counts.total += 1;
                    for level in &self.levels {
                        match counts.sharing.iter_mut().find(|(known, _)| known == level) {
                            Some((_, count)) => *count += 1,
                            None => counts.sharing.push((*level, 1)),
                        }
                    }
                    if let Some(state) = state {
                        counts.freshness[state as usize] += 1;
                    }
                }
            }
        }
    }

    /// The cells that occur, by their values, those without one last.
    pub(crate) fn finish(self, view: &View) -> Vec<CellCount> {
        let names = |place: usize| {
            let names = FacetField::ALL.get(place).and_then(|field| view.facet_names.get(field));
            names.map(|names| names.values.as_slice())
        };
        let mut cells: BTreeMap<Vec<(bool, String)>, CellCount> = BTreeMap::new();
        for (key, counts) in self.counted {
            let values: Vec<Option<String>> = self
                .fields
                .iter()
                .zip(key)
                .filter_map(|(field, number)| Some(names((*field)?).and_then(|names| value(names, number))))
                .collect();
            let order = values.iter().map(|value| (value.is_none(), value.clone().unwrap_or_default())).collect();
            // An organisation has a number for each of its names, and one cell.
            let cell = cells.entry(order).or_insert_with(|| CellCount { values, ..CellCount::default() });
            cell.count += counts.total;
            for (level, count) in counts.sharing {
                if let Some(level) = names(self.sharing).and_then(|names| value(names, level)) {
                    *cell.sharing.entry(level).or_default() += count;
                }
            }
            for state in Freshness::ALL {
                let count = counts.freshness[*state as usize];
                if count > 0 {
                    *cell.freshness.entry(state.code().to_owned()).or_default() += count;
                }
            }
        }
        cells.into_values().collect()
    }
}

/// The shared numbers of the values that a document has of a field.
fn numbers(segment: &Segment, field: usize, doc: DocId, into: &mut Vec<u32>) {
    if let Some(column) = segment.facets.get(field).and_then(Option::as_ref) {
        column.numbers_of(doc, into);
    }
}

/// A value by its number; of an organisation its id, without the name that stands behind it.
fn value(names: &[Arc<str>], number: u32) -> Option<String> {
    let name = names.get(number as usize)?;
    Some(name.split_once('\0').map_or(name.as_ref(), |(id, _)| id).to_owned())
}
