//! The values of a column by document, in memory: a search that counts walks over most documents of a segment, and looking
//! each one up in packed columns would cost it several times as much.

use tantivy::DocId;
use tantivy::columnar::{Cardinality, Column};

/// Documents that are read at a time.
const BLOCK: u32 = 4096;

/// The ordinals of a string column by document, in as few bytes as they take.
pub(crate) struct ByDocument {
    /// Where the ordinals of each document begin, and those of the last one end; without it, every document has one place.
    starts: Option<Box<[u32]>>,
    places: Places,
}

/// Ordinals and 1; 0 stands for none.
enum Places {
    Narrow(Box<[u8]>),
    Middle(Box<[u16]>),
    Wide(Box<[u32]>),
}

impl ByDocument {
    /// Reads a column that has `values` different ones. An ordinal beyond them, which a damaged file could hold, is passed over.
    pub(crate) fn read(column: &Column<u64>, values: usize) -> Self {
        let mut starts = (column.get_cardinality() == Cardinality::Multivalued).then(|| vec![0]);
        let mut places: Vec<u32> = Vec::new();
        let (mut block, mut docs, mut rows, mut ordinals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
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
                let before = places.len();
                while let Some((_, ordinal)) = of_docs.next_if(|(of, _)| **of == doc) {
                    let ordinal = usize::try_from(*ordinal).ok().filter(|ordinal| *ordinal < values);
                    places.extend(ordinal.and_then(|ordinal| u32::try_from(ordinal + 1).ok()));
                }
                match &mut starts {
                    Some(starts) => starts.push(u32::try_from(places.len()).unwrap_or(u32::MAX)),
                    None => places.resize(before + 1, 0),
                }
            }
            from = to;
        }
        Self { starts: starts.map(Vec::into_boxed_slice), places: Places::of(&places, values) }
    }

    /// Visits the ordinals of some documents.
    #[inline]
    pub(crate) fn each(&self, docs: &[DocId], visit: impl FnMut(u32)) {
        let starts = self.starts.as_deref();
        match &self.places {
            Places::Narrow(places) => each(starts, places, docs, visit),
            Places::Middle(places) => each(starts, places, docs, visit),
            Places::Wide(places) => each(starts, places, docs, visit),
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
        let Some([from, to]) = starts.get(*doc as usize..).and_then(<[u32]>::first_chunk::<2>) else { continue };
        places.get(*from as usize..*to as usize).unwrap_or_default().iter().for_each(&mut visit);
    }
}

impl Places {
    fn of(places: &[u32], values: usize) -> Self {
        // None is wider than the number of values.
        let narrow = |place: &u32| u8::try_from(*place).unwrap_or_default();
        let middle = |place: &u32| u16::try_from(*place).unwrap_or_default();
        match values {
            0..=0xff => Self::Narrow(places.iter().map(narrow).collect()),
            0x100..=0xffff => Self::Middle(places.iter().map(middle).collect()),
            _ => Self::Wide(places.into()),
        }
    }
}
