//! What an organisation says otherwise than the source of its records: field by field, for as long as it says so, and whatever
//! the source brings.

mod overlay;

use std::collections::{BTreeSet, HashMap};

use cairn_model::registry::REGISTERED;
use cairn_model::{Dataset, DatasetId, Vocabularies};
use cairn_policy::{Label, Viewer, tighten};
use cairn_store::{EntryKind, RecordAmendment, RecordWrite, StoredRecord, Wanted, edits_term};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::entries::{is_newest, read};
use super::{Change, EntryBody, Registered, Write};
use crate::runs::content_hash;
use crate::{Catalog, CatalogError};

use overlay::{checked, part_of, said_of};

const WHO_EDITS: &str =
    "only the managers, stewards and administrators of the organisation that owns the record say something else of it";
const WHO_LOOSENS: &str = "only a steward or administrator of the organisation loosens the terms of a record";
const ABSENT: CatalogError = CatalogError::NotFound("record");

/// What an organisation says otherwise of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The parts, called as those of a holding are; of the terms each axis for itself. `null` blanks one.
    pub parts: Map<String, Value>,
    /// What the source said of the same parts when they were edited first.
    pub replaced: Map<String, Value>,
    /// Id of the organisation that owns the record.
    pub organisation: String,
    /// Source of the record.
    pub source: String,
}

impl EntryBody for Edit {
    const KIND: EntryKind = EntryKind::Edit;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        BTreeSet::from([Label::operator(), Label::organisation(&self.organisation)])
    }

    fn terms(&self) -> Vec<String> {
        vec![edits_term(&self.source)]
    }
}

/// The edits of the records of a source, while it is read.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    by_record: HashMap<String, Edit>,
    versions: HashMap<String, u32>,
}

impl Edits {
    /// The version of the edit of a record; 0 where it has none.
    pub(crate) fn version_of(&self, id: DatasetId) -> u32 {
        if self.versions.is_empty() {
            return 0;
        }
        self.versions.get(&id.to_string()).copied().unwrap_or(0)
    }

    /// Says of a record what its organisation says of it; `false` where that is nothing.
    pub(crate) fn apply(&self, dataset: &mut Dataset, vocabularies: &Vocabularies, now: Timestamp) -> bool {
        if self.by_record.is_empty() {
            return false;
        }
        let Some(edit) = self.by_record.get(&dataset.id.to_string()).filter(|edit| !edit.parts.is_empty()) else {
            return false;
        };
        overlay::lay(dataset, &edit.parts, Some(&edit.replaced), vocabularies, now);
        true
    }
}

impl Catalog {
    /// The edits of the records of a source as they stand now.
    pub(crate) async fn edits_of(&self, source: &str) -> Result<Edits, CatalogError> {
        let wanted = Wanted { with_terms: vec![(EntryKind::Edit, edits_term(source))], ..Wanted::default() };
        let loaded = self.store().load(&wanted).await?;
        let mut edits = Edits::default();
        for entry in loaded.with_terms.iter().flatten() {
            edits.versions.insert(entry.id.clone(), entry.version);
            edits.by_record.insert(entry.id.clone(), read::<Edit>(entry)?.body);
        }
        Ok(edits)
    }

    /// What an organisation says otherwise of a record, for its own people.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record; `NotFound` where nothing is said otherwise.
    pub async fn edit_of(&self, viewer: &Viewer, id: DatasetId) -> Result<Registered<Edit>, CatalogError> {
        self.visible_record(viewer, id).await?;
        self.entry(viewer, &id.to_string()).await
    }

    /// Says these parts of a record otherwise than its source; those that were said otherwise before and are not among them are
    /// the source's own again. From version 0 where nothing was said otherwise yet.
    ///
    /// What the source says of the other parts is taken over as ever. Where it closes the terms further than they were when
    /// they were edited, that holds.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record; `Invalid`; `Forbidden`, `SignInRequired`; `BadRequest` for a record that
    /// is registered here; `Conflict` when it was changed since `version`.
    pub async fn edit_record(
        &self,
        viewer: &Viewer,
        id: DatasetId,
        version: u32,
        parts: Map<String, Value>,
        now: Timestamp,
    ) -> Result<Registered<Edit>, CatalogError> {
        const ACT: &str = "record.edit";
        let record = self.visible_record(viewer, id).await?.dataset;
        if record.source == REGISTERED {
            return Err(CatalogError::BadRequest(
                "the record is registered here: change what is registered".to_owned(),
            ));
        }
        let organisation = record.owner.as_ref().map(|owner| owner.id.clone()).unwrap_or_default();
        self.may(viewer, viewer.manages(&organisation), WHO_EDITS, ACT, now).await?;
        let write = Write { viewer, act: ACT, now };
        let wanted = Wanted { records: vec![id], ..Wanted::default() };
        self.put_entry(write, &id.to_string(), &wanted, |before: Option<Registered<Edit>>, loaded| {
            let stored = loaded.records.first().and_then(Option::as_ref).ok_or(ABSENT)?;
            let newest = before.as_ref().map_or(0, |before| before.version);
            let owner = stored.dataset.owner.as_ref().map(|owner| owner.id.as_str());
            if owner != Some(organisation.as_str()) && !viewer.is_operator() {
                return Err(CatalogError::refused(viewer, WHO_EDITS));
            }
            is_newest(newest, version)?;
            self.edited(write, stored, before.as_ref().map(|before| &before.body), &parts, &organisation)
        })
        .await
    }

    /// What becomes of a record and its edit.
    fn edited(
        &self,
        write: Write<'_>,
        stored: &StoredRecord,
        before: Option<&Edit>,
        parts: &Map<String, Value>,
        organisation: &str,
    ) -> Result<Change<Edit>, CatalogError> {
        let vocabularies = self.vocabularies();
        let mut unedited = stored.dataset.clone();
        if let Some(before) = before {
            overlay::lay(&mut unedited, &before.replaced, None, vocabularies, write.now);
        }
        let said = said_of(&unedited)?;
        CatalogError::if_any(checked(&said, parts, vocabularies, write.now)?)?;
        let replaced = part_of(&said, parts);
        let mut dataset = unedited;
        overlay::lay(&mut dataset, parts, None, vocabularies, write.now);
        let (_, loosened) = tighten(&stored.dataset, dataset.clone(), &[]);
        if !loosened.is_empty() && !write.viewer.stewards(organisation) {
            return Err(CatalogError::refused(write.viewer, WHO_LOOSENS));
        }
        let told: Vec<String> =
            loosened.into_iter().map(|one| format!("{} from {} to {}", one.axis, one.from, one.to)).collect();
        let edit = Edit {
            parts: parts.clone(),
            replaced,
            organisation: organisation.to_owned(),
            source: stored.dataset.source.clone(),
        };
        let content_hash = content_hash(&mut dataset);
        // No payload has this hash: the next run that is given the record reads it.
        let record =
            RecordWrite { dataset, content_hash, payload_hash: [0; 32], payload: None, repair: false, edit: 0 };
        let (actor, at) = (write.viewer.actor().to_owned(), write.now);
        let records = vec![RecordAmendment::Put { actor, at, record: Box::new(record) }];
        let reason = (!told.is_empty()).then(|| format!("loosens {}", told.join(", ")));
        Ok(Change { body: edit, reason, records })
    }
}
