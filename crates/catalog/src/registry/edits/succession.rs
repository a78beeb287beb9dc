//! What is said otherwise of a record goes on being said of the one that took its place.

use cairn_model::DatasetId;
use cairn_policy::Viewer;
use cairn_store::{Succession, Wanted};
use jiff::Timestamp;

use super::{ABSENT, Edit, edited_record, overlay, owner_of};
use crate::registry::{Change, Write};
use crate::{Catalog, CatalogError};

impl Catalog {
    /// Says of records that took the place of others what is said otherwise of these, by the same organisation, where it said
    /// nothing of them yet. Records of another owner stay as they are.
    pub(crate) async fn carry_edits_on(
        &self,
        source: &str,
        successions: &[Succession],
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        if successions.is_empty() {
            return Ok(());
        }
        let edits = self.edits_of(source).await?;
        for Succession { record, successor } in successions {
            if let Some(edit) = edits.said(*record)
                && edits.version_of(*successor) == 0
            {
                self.carry_edit_on(edit, *record, *successor, now).await?;
            }
        }
        Ok(())
    }

    async fn carry_edit_on(
        &self,
        edit: &Edit,
        record: DatasetId,
        successor: DatasetId,
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        let operator = Viewer::operator();
        let write = Write { viewer: &operator, act: "record.edit", now };
        let wanted = Wanted { records: vec![successor], ..Wanted::default() };
        let id = successor.to_string();
        let carried = self.put_entry(write, &id, &wanted, |before, loaded| {
            let stored = loaded.records.first().and_then(Option::as_ref).ok_or(ABSENT)?;
            if before.is_some() || owner_of(&stored.dataset) != edit.organisation {
                return Err(ABSENT);
            }
            let mut dataset = stored.dataset.clone();
            overlay::lay(&mut dataset, &edit.parts, Some(&edit.replaced), self.vocabularies(), now);
            let reason = Some(format!("goes on from {record}"));
            let records = vec![edited_record(&operator, dataset, now)];
            Ok(Change { body: edit.clone(), reason, records })
        });
        match carried.await {
            Ok(_) | Err(CatalogError::NotFound(_)) => Ok(()),
            Err(failure) => Err(failure),
        }
    }
}
