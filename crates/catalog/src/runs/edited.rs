//! What organisations say otherwise of the records that a run reads.

use std::collections::HashMap;

use cairn_model::{Dataset, DatasetId};
use cairn_policy::{Loosening, tighten};
use cairn_store::RunProblem;

use super::Run;
use super::reading::{ReadRecord, content_hash};
use crate::CatalogError;
use crate::error::blocking;
use crate::registry::edits::Edits;

impl Run<'_> {
    /// Lays over records what the organisations say otherwise of them that will own them when this run is over: a source that
    /// names another owner may have to wait until somebody confirms that.
    pub(super) async fn lay_edits(
        &self,
        edits: Edits,
        mut read: Vec<Result<ReadRecord, RunProblem>>,
    ) -> Result<Vec<Result<ReadRecord, RunProblem>>, CatalogError> {
        for record in read.iter_mut().flatten() {
            record.edit = edits.version_of(record.dataset.id);
        }
        let edited = || read.iter().flatten().map(|record| &record.dataset).filter(|dataset| edits.has(dataset.id));
        let ids: Vec<DatasetId> = edited().map(|dataset| dataset.id).collect();
        if ids.is_empty() {
            return Ok(read);
        }
        let confirmed: HashMap<DatasetId, Vec<Loosening>> = edited()
            .filter_map(|dataset| Some((dataset.id, self.loosening_confirmed.get(&dataset.source_record_id)?.clone())))
            .collect();
        let newest = self.catalog.store().newest_revisions(&ids).await?.into_iter();
        let stored: HashMap<DatasetId, Dataset> = newest.filter_map(|one| Some((one.id, one.dataset?))).collect();
        let rules = self.rules.clone();
        blocking(move || {
            for record in read.iter_mut().flatten() {
                let (known, granted) = (stored.get(&record.dataset.id), confirmed.get(&record.dataset.id));
                let held = |edited: Dataset| match known {
                    Some(known) => tighten(known, edited, granted.map_or(&[][..], Vec::as_slice)).0,
                    None => edited,
                };
                if edits.apply(&mut record.dataset, held, &rules.vocabularies, rules.now) {
                    record.content_hash = content_hash(&mut record.dataset);
                }
            }
            Ok(read)
        })
        .await
    }
}
