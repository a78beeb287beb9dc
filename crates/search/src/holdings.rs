//! Which records a tier may hold, so that only these are deleted from it.
//!
//! Every change of a record deletes what the tier had of it. tantivy keeps such a deletion, with a query of its own of
//! more than a kilobyte, until a segment looks at it; a tier without documents never does, and a first harvest deletes
//! nothing but what was never there.

use std::collections::HashSet;

use cairn_model::DatasetId;
use tantivy::Searcher;
use tantivy::schema::Field;

/// The records of one tier, as far as its writer must know them.
#[derive(Default)]
pub(crate) struct Holdings {
    /// What was committed last; nobody knows when it is `None`.
    committed: Option<Searcher>,
    /// Records that were added since.
    added: HashSet<DatasetId>,
}

impl Holdings {
    /// Takes note of a commit or of a return to the last one: what the tier holds now, if that could be opened.
    pub(crate) fn committed(&mut self, searcher: Option<Searcher>) {
        self.committed = searcher;
        self.added.clear();
    }

    /// Takes note of a record that is added.
    pub(crate) fn add(&mut self, id: DatasetId) {
        self.added.insert(id);
    }

    /// Whether the tier may hold a record, deleted or not. What cannot be read counts as held.
    pub(crate) fn may_hold(&self, id_field: Field, id: DatasetId) -> bool {
        if self.added.contains(&id) {
            return true;
        }
        let Some(searcher) = &self.committed else { return true };
        searcher.segment_readers().iter().any(|segment| {
            let found = segment.inverted_index(id_field).and_then(|ids| Ok(ids.terms().get(id.as_bytes())?));
            found.map_or(true, |term| term.is_some())
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use cairn_model::DatasetId;
    use tantivy::schema::{BytesOptions, Schema};
    use tantivy::{Index, TantivyDocument, doc};

    use super::Holdings;

    #[test]
    fn a_tier_may_hold_what_was_committed_or_added_and_anything_when_nobody_knows() {
        let mut schema = Schema::builder();
        let id = schema.add_bytes_field("id", BytesOptions::default().set_indexed());
        let index = Index::create_in_ram(schema.build());
        let [committed, added, absent] = ["committed", "added", "absent"].map(|name| DatasetId::new("source", name));
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 15_000_000).unwrap();
        writer.add_document(doc!(id => committed.as_bytes().as_slice())).unwrap();
        writer.commit().unwrap();
        let searcher = || Some(index.reader().unwrap().searcher());

        let mut holdings = Holdings::default();
        assert!(holdings.may_hold(id, absent));
        holdings.committed(searcher());
        holdings.add(added);
        assert_eq!([committed, added, absent].map(|one| holdings.may_hold(id, one)), [true, true, false]);
        holdings.committed(searcher());
        assert!(!holdings.may_hold(id, added));
    }
}
