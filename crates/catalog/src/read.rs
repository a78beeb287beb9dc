//! Reading single records as a viewer.

use std::collections::BTreeSet;

use cairn_model::{Contact, Dataset, DatasetId};
use cairn_policy::{
    Label, Rendition, RenditionLevel, Viewer, best_rendition, contacts_for, into_renditions, looks_different,
};
use cairn_store::{Change, RevisionMark, Seq, StoreError, StoredRecord, VisibleRecord};
use jiff::Timestamp;

use crate::{Catalog, CatalogError};

/// The answer for records that are absent, and for those that a viewer may not know of.
const ABSENT: CatalogError = CatalogError::NotFound("record");

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
    /// Since when the source of the record is not reached; only where the viewer is told the source.
    pub source_unreachable_since: Option<Timestamp>,
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

/// A page of a record's history.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HistoryPage {
    /// Newest first.
    pub entries: Vec<HistoryEntry>,
    /// What to give as `before` for the steps that follow, where there are any.
    pub next: Option<Timestamp>,
}

impl Catalog {
    /// A record, as far as the viewer may see it.
    ///
    /// # Errors
    /// `NotFound`, the same for absent and hidden records, and for those that this viewer did not see when they were retired;
    /// `Gone` for those that they did, or `Moved` where its source lists the record under another id and they see that one.
    pub async fn dataset(&self, viewer: &Viewer, id: DatasetId) -> Result<DatasetView, CatalogError> {
        let (record, rendition) = self.visible(viewer, id).await?;
        self.dataset_view(viewer, record, rendition).await
    }

    /// A record with the times that go with what the viewer sees of it; it is logged where not everyone sees that.
    pub(crate) async fn dataset_view(
        &self,
        viewer: &Viewer,
        record: StoredRecord,
        rendition: Rendition,
    ) -> Result<DatasetView, CatalogError> {
        if !rendition.is_public() {
            self.note_view(viewer, &record);
        }
        let id = record.dataset.id;
        let (first_seen, changed_at) = match rendition.level {
            RenditionLevel::Partial | RenditionLevel::Stub => (None, None),
            RenditionLevel::Full if record.revision == 1 => (Some(record.first_seen), Some(record.changed_at)),
            // The record's own times would tell of the time when it was hidden, and of changes that are.
            RenditionLevel::Full => self.times(viewer, id, (record.seq, rendition.dataset.clone())).await?,
        };
        let source_unreachable_since = self.shown_source_unreachable_since(&rendition.dataset.source).await?;
        let (level, dataset) = (rendition.level, rendition.dataset);
        Ok(DatasetView { level, dataset, first_seen, changed_at, source_unreachable_since })
    }

    /// Whom to ask about a record.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record itself.
    pub async fn contacts(&self, viewer: &Viewer, id: DatasetId) -> Result<Vec<Contact>, CatalogError> {
        let (record, _) = self.visible(viewer, id).await?;
        let contacts = contacts_for(&record.dataset, viewer);
        if contacts != contacts_for(&record.dataset, &Viewer::anonymous()) {
            self.note_view(viewer, &record);
        }
        Ok(contacts)
    }

    /// The audiences of a record, each with how much it sees, for the people of the organisation that owns it; none for others.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record itself.
    pub async fn audiences(
        &self,
        viewer: &Viewer,
        id: DatasetId,
    ) -> Result<Vec<(RenditionLevel, BTreeSet<Label>)>, CatalogError> {
        let record = self.visible_record(viewer, id).await?;
        let owner = record.dataset.owner.as_ref().map(|owner| owner.id.as_str());
        if owner.is_none() || owner != viewer.organisation() {
            return Ok(Vec::new());
        }
        Ok(into_renditions(record.dataset).into_iter().map(|one| (one.level, one.visible_to)).collect())
    }

    /// What became of a record since the viewer can see it, newest first: steps that changed nothing they see are left out.
    /// A page holds `limit` steps, or more where they share an instant; `before` is where the last page ended.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record itself.
    pub async fn history(
        &self,
        viewer: &Viewer,
        id: DatasetId,
        before: Option<Timestamp>,
        limit: usize,
    ) -> Result<HistoryPage, CatalogError> {
        let (record, rendition) = self.visible(viewer, id).await?;
        if !rendition.is_public() {
            self.note_view(viewer, &record);
        }
        if record.dataset.terms.attribution_hidden && rendition.level != RenditionLevel::Full {
            // When a record changed tells which source it came from: all records of a run carry its instant.
            return Ok(HistoryPage::default());
        }
        let marks = self.store().visible_marks(id, viewer).await?;
        let mut revisions = Revisions { catalog: self, viewer, id, latest: Some((record.seq, rendition.dataset)) };
        let mut page = HistoryPage::default();
        let mut at = match before {
            None => 0,
            // The clock may have been set back between two steps, so the place is looked for before the time is.
            Some(before) => match marks.iter().rposition(|mark| mark.at == before) {
                Some(last) => last + 1,
                None => marks.iter().position(|mark| mark.at < before).unwrap_or(marks.len()),
            },
        };
        while let Some(mark) = marks.get(at) {
            let (change, fields) = match marks.get(at + 1) {
                None => (Change::Created, Some(Vec::new())),
                Some(earlier) => match revisions.shown(earlier.seq, mark.seq).await {
                    Ok(shown) => (mark.change, Some(changed_fields(&shown)?)),
                    // An old revision that is damaged says nothing of what changed with it or behind it.
                    Err(CatalogError::Store(StoreError::DamagedRecord { .. })) => (mark.change, None),
                    Err(error) => return Err(error),
                },
            };
            at += 1;
            if change != Change::Changed || fields.as_ref().is_none_or(|fields| !fields.is_empty()) {
                let fields = fields.unwrap_or_default();
                page.entries.push(HistoryEntry { at: mark.at, change, fields });
            }
            let Some(earlier) = marks.get(at) else { break };
            // There is always a further step here, the first of all: that there is one tells of nothing hidden.
            if let Some(last) = page.entries.last().filter(|last| page.entries.len() >= limit && last.at != earlier.at)
            {
                page.next = Some(last.at);
                break;
            }
        }
        Ok(page)
    }

    /// Since when a viewer sees a record, and when what they see of it last changed. The bodies of the newest revisions are
    /// read as far back as to the first that looks different, none for the rest.
    async fn times(
        &self,
        viewer: &Viewer,
        id: DatasetId,
        latest: (Seq, Dataset),
    ) -> Result<(Option<Timestamp>, Option<Timestamp>), CatalogError> {
        let marks = self.store().visible_marks(id, viewer).await?;
        let changed = self.last_change(viewer, id, &marks, Some(latest)).await?;
        Ok((marks.last().map(|first| first.at), changed.map(|mark| mark.at)))
    }

    /// The step, of those since the viewer can see the record, with which what they see of it last changed. `latest` is
    /// what they see now, where that was read already.
    pub(crate) async fn last_change(
        &self,
        viewer: &Viewer,
        id: DatasetId,
        marks: &[RevisionMark],
        latest: Option<(Seq, Dataset)>,
    ) -> Result<Option<RevisionMark>, CatalogError> {
        let mut revisions = Revisions { catalog: self, viewer, id, latest };
        for (at, mark) in marks.iter().enumerate() {
            let Some(earlier) = marks.get(at + 1) else { break };
            if mark.change != Change::Changed {
                return Ok(Some(*mark));
            }
            let (before, after) = match revisions.shown(earlier.seq, mark.seq).await {
                Ok(shown) => shown,
                // An old revision that is damaged says nothing of what looked alike; the record itself is sound.
                Err(CatalogError::Store(StoreError::DamagedRecord { .. })) => return Ok(Some(*mark)),
                Err(error) => return Err(error),
            };
            if looks_different(before, &after) {
                return Ok(Some(*mark));
            }
        }
        Ok(marks.last().copied())
    }

    /// How much a viewer saw of a record with the first of these steps, and whether its attribution was hidden then; nothing
    /// where what they saw was as with the step before it, which is the second.
    pub(crate) async fn seen_change(
        &self,
        viewer: &Viewer,
        id: DatasetId,
        marks: &[RevisionMark],
    ) -> Result<Option<(RenditionLevel, bool)>, CatalogError> {
        let Some(mark) = marks.first() else { return Ok(None) };
        if let Some(earlier) = marks.get(1).filter(|_| mark.change == Change::Changed) {
            let (before, after) =
                Revisions { catalog: self, viewer, id, latest: None }.shown(earlier.seq, mark.seq).await?;
            if !looks_different(before, &after) {
                return Ok(None);
            }
        }
        let revision = self.store().revision(id, mark.seq).await?.ok_or(ABSENT)?;
        let shown = best_rendition(&revision.dataset, viewer);
        Ok(shown.map(|shown| (shown.level, revision.dataset.terms.attribution_hidden)))
    }

    /// The record as the viewer sees it. Whether they may know of it is told before anything of it is unpacked, so that
    /// hidden, damaged and absent records take the same time and give the same answer, retired or not.
    pub(crate) async fn visible(
        &self,
        viewer: &Viewer,
        id: DatasetId,
    ) -> Result<(StoredRecord, Rendition), CatalogError> {
        let record = self.visible_record(viewer, id).await?;
        let rendition = best_rendition(&record.dataset, viewer).ok_or(ABSENT)?;
        Ok((record, rendition))
    }

    /// What a viewer sees of a record at this moment; none of one that is absent, hidden or gone, and of one that cannot be read.
    pub(crate) async fn visible_now(&self, viewer: &Viewer, id: DatasetId) -> Result<Option<Rendition>, CatalogError> {
        Ok(self.known_now(viewer, id).await?.map(|(_, rendition)| rendition))
    }

    /// As [`Catalog::visible_now`], with the record in whole.
    pub(crate) async fn known_now(
        &self,
        viewer: &Viewer,
        id: DatasetId,
    ) -> Result<Option<(StoredRecord, Rendition)>, CatalogError> {
        match self.visible(viewer, id).await {
            Ok(known) => Ok(Some(known)),
            Err(
                CatalogError::NotFound(_)
                | CatalogError::Gone
                | CatalogError::Moved(_)
                | CatalogError::Store(StoreError::DamagedRecord { .. }),
            ) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The record in whole, if the viewer may know of it.
    pub(crate) async fn visible_record(&self, viewer: &Viewer, id: DatasetId) -> Result<StoredRecord, CatalogError> {
        match self.store().visible_record(id, viewer).await?.ok_or(ABSENT)? {
            VisibleRecord::Active(record) => Ok(*record),
            VisibleRecord::Retired { successor: None } => Err(CatalogError::Gone),
            VisibleRecord::Retired { successor: Some(successor) } => {
                let is_told =
                    self.tells_what_it_is(viewer, id).await? && self.tells_what_it_is(viewer, successor).await?;
                Err(if is_told { CatalogError::Moved(successor) } else { CatalogError::Gone })
            }
        }
    }

    /// Whether a viewer sees so much of a record that they may be told which other record it is: not of a stub, for that is not
    /// which of the records behind other stubs is the same, and under the Chatham House Rule only its own organisation, for all
    /// records that changed their ids with it come from one source.
    async fn tells_what_it_is(&self, viewer: &Viewer, id: DatasetId) -> Result<bool, CatalogError> {
        let record = match self.store().record(id).await {
            Ok(Some(record)) => record,
            Ok(None) | Err(StoreError::DamagedRecord { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let hides_attribution = record.dataset.terms.attribution_hidden;
        Ok(best_rendition(&record.dataset, viewer)
            .is_some_and(|rendition| rendition.tells_what_it_is(hides_attribution)))
    }
}

/// The revisions of a record as a viewer saw them, read one at a time from the newest back.
struct Revisions<'a> {
    catalog: &'a Catalog,
    viewer: &'a Viewer,
    id: DatasetId,
    /// The one that was read last: the next step begins with it.
    latest: Option<(Seq, Dataset)>,
}

impl Revisions<'_> {
    /// What the viewer saw of two revisions.
    async fn shown(&mut self, before: Seq, after: Seq) -> Result<(Dataset, Dataset), CatalogError> {
        let shown_after = match self.latest.take().filter(|(seq, _)| *seq == after) {
            Some((_, dataset)) => dataset,
            None => self.read(after).await?,
        };
        let shown_before = self.read(before).await?;
        self.latest = Some((before, shown_before.clone()));
        Ok((shown_before, shown_after))
    }

    async fn read(&self, seq: Seq) -> Result<Dataset, CatalogError> {
        let revision = self.catalog.store().revision(self.id, seq).await?.ok_or(ABSENT)?;
        Ok(best_rendition(&revision.dataset, self.viewer).ok_or(ABSENT)?.dataset)
    }
}

/// Top-level fields in which two renditions differ, sorted.
fn changed_fields((before, after): &(Dataset, Dataset)) -> Result<Vec<String>, CatalogError> {
    let fields = |dataset| match serde_json::to_value(dataset) {
        Ok(serde_json::Value::Object(fields)) => Ok(fields),
        Ok(other) => Err(CatalogError::Internal(format!("a record is written as {other}"))),
        Err(error) => Err(CatalogError::Internal(error.to_string())),
    };
    let (before, after) = (fields(before)?, fields(after)?);
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    Ok(names
        .into_iter()
        .filter(|name| name.as_str() != "provenance" && before.get(*name) != after.get(*name))
        .cloned()
        .collect())
}
