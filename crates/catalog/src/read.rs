//! Reading single records as a viewer.

use cairn_model::{Contact, Dataset, DatasetId};
use cairn_policy::{Rendition, RenditionLevel, Viewer, best_rendition, contacts_for};
use cairn_store::{Change, RecordState, StoredRecord};
use jiff::Timestamp;

use crate::{Catalog, CatalogError};

/// A record as a viewer sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetView {
    /// How much of it.
    pub level: RenditionLevel,
    /// What is shown; what is hidden is empty.
    pub dataset: Dataset,
    /// Since when this viewer sees it; only with the full record.
    pub first_seen: Option<Timestamp>,
    /// When what this viewer sees of it last changed; only with the full record.
    pub changed_at: Option<Timestamp>,
}

/// One step of a record's history as a viewer sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub change: Change,
    /// Names of the fields that changed and that this viewer sees.
    pub fields: Vec<String>,
}

impl Catalog {
    /// A record, as far as the viewer may see it.
    ///
    /// # Errors
    /// `NotFound`, the same for absent, hidden and retired records.
    pub async fn dataset(&self, viewer: &Viewer, id: DatasetId) -> Result<DatasetView, CatalogError> {
        let (record, rendition) = self.visible(viewer, id).await?;
        let (first_seen, changed_at) = match rendition.level {
            RenditionLevel::Partial | RenditionLevel::Stub => (None, None),
            RenditionLevel::Full if record.revision == 1 => (Some(record.first_seen), Some(record.changed_at)),
            // The record's own times would tell of the time when it was hidden, and of changes that are.
            RenditionLevel::Full => {
                let steps = self.steps(viewer, id).await?;
                (steps.last().map(|step| step.at), steps.first().map(|step| step.at))
            }
        };
        Ok(DatasetView { level: rendition.level, dataset: rendition.dataset, first_seen, changed_at })
    }

    /// Whom to ask about a record.
    ///
    /// # Errors
    /// `NotFound` as for the record itself.
    pub async fn contacts(&self, viewer: &Viewer, id: DatasetId) -> Result<Vec<Contact>, CatalogError> {
        let (record, _) = self.visible(viewer, id).await?;
        Ok(contacts_for(&record.dataset, viewer))
    }

    /// What became of a record since the viewer can see it, newest first: steps that changed nothing they see are left out.
    ///
    /// # Errors
    /// `NotFound` as for the record itself.
    pub async fn history(&self, viewer: &Viewer, id: DatasetId) -> Result<Vec<HistoryEntry>, CatalogError> {
        let (record, rendition) = self.visible(viewer, id).await?;
        if record.dataset.terms.attribution_hidden && rendition.level != RenditionLevel::Full {
            // When a record changed tells which source it came from: all records of a run carry its instant.
            return Ok(Vec::new());
        }
        self.steps(viewer, id).await
    }

    async fn steps(&self, viewer: &Viewer, id: DatasetId) -> Result<Vec<HistoryEntry>, CatalogError> {
        let mut revisions = self.store().history(id).await?;
        revisions.reverse();
        let mut entries: Vec<HistoryEntry> = Vec::new();
        let mut before: Option<serde_json::Value> = None;
        for revision in revisions {
            // A revision that this viewer could not see then is no part of their history: it starts anew after it.
            let Some(rendition) = best_rendition(&revision.dataset, viewer) else {
                entries.clear();
                before = None;
                continue;
            };
            let shown =
                serde_json::to_value(&rendition.dataset).map_err(|error| CatalogError::Internal(error.to_string()))?;
            let fields = match &before {
                Some(before) => changed_fields(before, &shown),
                None => Vec::new(),
            };
            if before.is_none() || !fields.is_empty() || revision.change != Change::Changed {
                let change = if before.is_none() { Change::Created } else { revision.change };
                entries.push(HistoryEntry { at: revision.at, change, fields });
            }
            before = Some(shown);
        }
        entries.reverse();
        Ok(entries)
    }

    async fn visible(&self, viewer: &Viewer, id: DatasetId) -> Result<(StoredRecord, Rendition), CatalogError> {
        const ABSENT: CatalogError = CatalogError::NotFound("record");
        let record = self.store().record(id).await?.ok_or(ABSENT)?;
        if record.state != RecordState::Active {
            return Err(ABSENT);
        }
        let rendition = best_rendition(&record.dataset, viewer).ok_or(ABSENT)?;
        Ok((record, rendition))
    }
}

/// Top-level fields in which two renditions differ, sorted.
fn changed_fields(before: &serde_json::Value, after: &serde_json::Value) -> Vec<String> {
    let empty = serde_json::Map::new();
    let before = before.as_object().unwrap_or(&empty);
    let after = after.as_object().unwrap_or(&empty);
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| name.as_str() != "provenance" && before.get(*name) != after.get(*name))
        .cloned()
        .collect()
}
