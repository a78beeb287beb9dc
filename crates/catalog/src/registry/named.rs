//! Records that an entry names: whoever names one may know of it, and each reader is told of those that they may know of.

use std::collections::BTreeSet;

use cairn_model::{DatasetId, Problem};
use cairn_policy::{Rendition, Viewer};
use cairn_store::StoredRecord;

use crate::{Catalog, CatalogError};

/// What is named by who changes an entry, with what it named before and was not shown to them: each once, for they may name what
/// they are not told of.
pub(super) fn with_hidden<T: Clone + PartialEq>(mut named: Vec<T>, before: &[T], shown: &[T]) -> Vec<T> {
    for hidden in before.iter().filter(|one| !shown.contains(one)) {
        if !named.contains(hidden) {
            named.push(hidden.clone());
        }
    }
    named
}

impl Catalog {
    /// What must be mended of the `records` of a statement: one that the viewer may not know of is refused like one that is not
    /// there.
    pub(super) async fn check_named(
        &self,
        viewer: &Viewer,
        records: &[DatasetId],
    ) -> Result<Vec<Problem>, CatalogError> {
        let mut problems = Vec::new();
        let mut named: BTreeSet<DatasetId> = BTreeSet::new();
        for (place, record) in records.iter().enumerate() {
            let field = format!("records[{place}]");
            if !named.insert(*record) {
                problems
                    .push(Problem::error("named-twice", field, "it is named before").with_value(&record.to_string()));
            } else if self.visible_now(viewer, *record).await?.is_none() {
                let message = "there is no such record, or it is not shared with you";
                problems.push(Problem::error("unknown-record", field, message).with_value(&record.to_string()));
            }
        }
        Ok(problems)
    }

    /// The records that a viewer is told of: those of which they may know what they are and whose, as if nobody had named the
    /// others.
    pub(super) async fn told_of(
        &self,
        viewer: &Viewer,
        records: Vec<DatasetId>,
    ) -> Result<Vec<DatasetId>, CatalogError> {
        let mut told = Vec::new();
        for record in records {
            let known = self.known_now(viewer, record).await?;
            let tells = |(stored, rendition): &(StoredRecord, Rendition)| {
                rendition.tells_what_it_is(stored.dataset.terms.attribution_hidden)
            };
            if known.as_ref().is_some_and(tells) {
                told.push(record);
            }
        }
        Ok(told)
    }
}
