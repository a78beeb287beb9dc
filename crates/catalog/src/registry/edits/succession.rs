//! What is said otherwise of a record goes on being said of the one that took its place.

use std::collections::BTreeMap;

use cairn_model::DatasetId;
use cairn_policy::Viewer;
use cairn_store::{Seq, Succession, Wanted};
use jiff::Timestamp;

use super::{ABSENT, Edit, edited_record, overlay, owner_of};
use crate::registry::{Change, KEEPER, Registered, Write};
use crate::{Catalog, CatalogError};

impl Catalog {
    /// Says of the records of a source that took the place of others what is said otherwise of these, by the same organisation,
    /// where it said nothing of them yet. Records of another owner stay as they are. What was broken off is done the next time.
    /// Answers the last change by it; 0 where there is none.
    pub(crate) async fn carry_edits_on(&self, source: &str, now: Timestamp) -> Result<Seq, CatalogError> {
        let edits = self.edits_of(source).await?;
        let edited = edits.records();
        if edited.is_empty() {
            return Ok(0);
        }
        // What went on from place to place goes on as it was said last.
        let mut newest: BTreeMap<DatasetId, &Registered<Edit>> = BTreeMap::new();
        for Succession { record, successor } in self.store().successions(&edited).await? {
            let Some(edit) = edits.of(record).filter(|_| edits.version_of(successor) == 0) else { continue };
            let known = newest.entry(successor).or_insert(edit);
            if known.changed < edit.changed {
                *known = edit;
            }
        }
        newest.retain(|_, edit| !edit.body.parts.is_empty());
        let mut is_any = false;
        let successors: Vec<DatasetId> = newest.keys().copied().collect();
        for revision in self.store().newest_revisions(&successors).await? {
            let (Some(edit), Some(dataset)) = (newest.get(&revision.id), &revision.dataset) else { continue };
            if owner_of(dataset) == edit.body.organisation {
                self.carry_edit_on(edit, revision.id, now).await?;
                is_any = true;
            }
        }
        Ok(if is_any { self.store().latest_seq().await? } else { 0 })
    }

    async fn carry_edit_on(
        &self,
        edit: &Registered<Edit>,
        successor: DatasetId,
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        let keeper = Viewer::operator().acting_as(KEEPER);
        let write = Write { viewer: &keeper, act: "record.edit", now };
        let wanted = Wanted { records: vec![successor], ..Wanted::default() };
        let id = successor.to_string();
        let carried = self.put_entry(write, &id, &wanted, |before, loaded| {
            let stored = loaded.records.first().and_then(Option::as_ref).ok_or(ABSENT)?;
            if before.is_some() || owner_of(&stored.dataset) != edit.body.organisation {
                return Err(ABSENT);
            }
            let mut dataset = stored.dataset.clone();
            overlay::lay(&mut dataset, &edit.body.parts, Some(&edit.body.replaced), self.vocabularies(), now);
            let reason = Some(format!("goes on from {}", edit.id));
            let records = vec![edited_record(&keeper, dataset, now)];
            Ok(Change { body: edit.body.clone(), reason, records })
        });
        match carried.await {
            Ok(_) | Err(CatalogError::NotFound(_)) => Ok(()),
            Err(failure) => Err(failure),
        }
    }
}
