//! The values of a column by document, in memory: a search that counts walks over most documents of a segment, and looking
//! each one up in packed columns would cost it several times as much.
//!
//! Counting waits for memory more than for anything else. So where many documents have the same values, these are a set with a
//! number of its own: a document has one number then, however many values it has, and the values of a set are looked up once.

use rustc_hash::FxHashMap;
use tantivy::DocId;
use tantivy::columnar::{Cardinality, Column};

/// Documents that are read at a time.
const BLOCK: u32 = 4096;
/// Documents that must share a set, on average, for sets to be worth it.
const SHARING: usize = 8;

/// What documents are counted by, in as few bytes as it takes: the ordinals of a string column, or sets of them.
pub(crate) struct ByDocument {
    /// Numbers of what documents are counted by, and 1; 0 stands for none.
    places: Places,
    layout: Layout,
    /// How many numbers there are.
    numbers: usize,
}

enum Layout {
    /// Every document has one place, and its number is an ordinal.
    One,
    /// Every document has one place, and its number is that of a set.
    Sets(Ordinals),
    /// Where the places of each document begin, and those of the last one end; their numbers are ordinals.
    Several(Box<[u32]>),
}

enum Places {
    Narrow(Box<[u8]>),
    Middle(Box<[u16]>),
    Wide(Box<[u32]>),
}

/// The ordinals of documents or of sets, one behind the other.
struct Ordinals {
    ordinals: Vec<u32>,
    /// Where those of each begin, and those of the last one end.
    starts: Vec<u32>,
}

impl ByDocument {
    /// Reads a column that has `values` different ones. An ordinal beyond them, which a damaged file could hold, is passed over.
    pub(crate) fn read(column: &Column<u64>, values: usize) -> Self {
        let documents = Ordinals::of_documents(column, values);
        if column.get_cardinality() != Cardinality::Multivalued {
            let places = (0..column.num_docs()).map(|doc| documents.of(doc).first().map_or(0, |ordinal| ordinal + 1));
            return Self { places: Places::of(places, values), layout: Layout::One, numbers: values };
        }
        match documents.in_sets() {
            Some((places, sets)) => {
                let numbers = sets.len();
                Self { places: Places::of(places.into_iter(), numbers), layout: Layout::Sets(sets), numbers }
            }
            None => Self {
                places: Places::of(documents.ordinals.iter().map(|ordinal| ordinal + 1), values),
                layout: Layout::Several(documents.starts.into_boxed_slice()),
                numbers: values,
            },
        }
    }

    /// How many numbers there are, from 0 on.
    pub(crate) fn numbers(&self) -> usize {
        self.numbers
    }

    /// Visits the numbers of some documents.
    #[inline]
    pub(crate) fn each(&self, docs: &[DocId], visit: impl FnMut(u32)) {
        let starts = match &self.layout {
            Layout::Several(starts) => Some(&**starts),
            Layout::One | Layout::Sets(_) => None,
        };
        match &self.places {
            Places::Narrow(places) => each(starts, places, docs, visit),
            Places::Middle(places) => each(starts, places, docs, visit),
            Places::Wide(places) => each(starts, places, docs, visit),
        }
    }

    /// Visits the ordinals that a number stands for.
    #[inline]
    pub(crate) fn each_of(&self, number: u32, mut visit: impl FnMut(u32)) {
        match &self.layout {
            Layout::Sets(sets) => sets.of(number).iter().copied().for_each(visit),
            Layout::One | Layout::Several(_) => visit(number),
        }
    }
}

#[inline]
fn each<T: Copy + Into<u32>>(starts: Option<&[u32]>, places: &[T], docs: &[DocId], mut visit: impl FnMut(u32)) {
    let mut visit = |place: &T| {
        let place: u32 = (*place).into();
        if place > 0 {
            visit(place - 1);
        }
    };
    let Some(starts) = starts else {
        docs.iter().filter_map(|doc| places.get(*doc as usize)).for_each(visit);
        return;
    };
    for doc in docs {
        between(starts, places, *doc).iter().for_each(&mut visit);
    }
}

/// Those that stand between the start of a number and the next one.
#[inline]
fn between<'a, T>(starts: &[u32], all: &'a [T], number: u32) -> &'a [T] {
    let starts = starts.get(number as usize..).and_then(<[u32]>::first_chunk::<2>);
    starts.and_then(|[from, to]| all.get(*from as usize..*to as usize)).unwrap_or_default()
}

impl Ordinals {
    fn none() -> Self {
        Self { ordinals: Vec::new(), starts: vec![0] }
    }

    fn of_documents(column: &Column<u64>, values: usize) -> Self {
        let mut all = Self::none();
        let (mut block, mut docs, mut rows, mut ordinals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut of_one: Vec<u32> = Vec::new();
        let mut from = 0;
        while from < column.num_docs() {
            let to = column.num_docs().min(from + BLOCK);
            block.clear();
            block.extend(from..to);
            docs.clear();
            rows.clear();
            column.row_ids_for_docs(&block, &mut docs, &mut rows);
            ordinals.resize(rows.len(), 0);
            column.values.get_vals(&rows, &mut ordinals);
            let mut of_docs = docs.iter().zip(&ordinals).peekable();
            for doc in from..to {
                of_one.clear();
                while let Some((_, ordinal)) = of_docs.next_if(|(of, _)| **of == doc) {
                    let ordinal = u32::try_from(*ordinal).ok();
                    of_one.extend(ordinal.filter(|ordinal| (*ordinal as usize) < values));
                }
                // The same values in another order are the same set.
                of_one.sort_unstable();
                all.push(&of_one);
            }
            from = to;
        }
        all
    }

    /// The sets that documents have, and the place of each document's; none where too few share one.
    fn in_sets(&self) -> Option<(Vec<u32>, Self)> {
        let mut known: FxHashMap<&[u32], u32> = FxHashMap::default();
        let mut sets = Self::none();
        let mut places = Vec::with_capacity(self.len());
        for ordinals in (0..count(self.len())).map(|document| self.of(document)) {
            if ordinals.is_empty() {
                places.push(0);
                continue;
            }
            let number = *known.entry(ordinals).or_insert_with(|| sets.push(ordinals));
            if sets.len() * SHARING > self.len() {
                return None;
            }
            places.push(number + 1);
        }
        Some((places, sets))
    }

    /// Adds those of one more, and gives its number.
    fn push(&mut self, ordinals: &[u32]) -> u32 {
        let number = count(self.len());
        self.ordinals.extend(ordinals);
        self.starts.push(count(self.ordinals.len()));
        number
    }

    /// How many documents or sets there are.
    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    #[inline]
    fn of(&self, number: u32) -> &[u32] {
        between(&self.starts, &self.ordinals, number)
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Places {
    /// Places of `numbers` numbers.
    fn of(places: impl Iterator<Item = u32>, numbers: usize) -> Self {
        // None is greater than the number of numbers.
        match numbers {
            0..=0xff => Self::Narrow(places.map(|place| u8::try_from(place).unwrap_or_default()).collect()),
            0x100..=0xffff => Self::Middle(places.map(|place| u16::try_from(place).unwrap_or_default()).collect()),
            _ => Self::Wide(places.collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ordinals;

    fn of(documents: &[&[u32]]) -> Ordinals {
        let mut ordinals = Ordinals::none();
        for document in documents {
            ordinals.push(document);
        }
        ordinals
    }

    #[test]
    fn documents_with_the_same_values_share_a_set() {
        let documents: Vec<&[u32]> = std::iter::repeat_n([&[3, 5][..], &[], &[5], &[3, 5]], 4).flatten().collect();
        let (places, sets) = of(&documents).in_sets().unwrap_or_else(|| (Vec::new(), Ordinals::none()));
        assert_eq!(places[..5], [1, 0, 2, 1, 1]);
        assert_eq!((sets.of(0), sets.of(1), sets.len()), (&[3, 5][..], &[5][..], 2));
        assert!(sets.of(2).is_empty());
    }

    #[test]
    fn documents_that_have_little_in_common_have_no_sets() {
        assert!(of(&[&[1], &[2], &[3], &[1, 2]]).in_sets().is_none());
    }
}
