//! What an organisation says otherwise than the source of its records: field by field, for as long as it says so, and whatever
//! the source brings.

mod overlay;
mod subject;
mod succession;

use std::collections::{BTreeSet, HashMap};
use std::iter;

use cairn_model::registry::REGISTERED;
use cairn_model::{Dataset, DatasetId, Problem, Vocabularies};
use cairn_policy::{Label, Viewer, tighten};
use cairn_store::{EDITS_OF_TERMS, EntryKind, RecordAmendment, RecordWrite, StoredRecord, Wanted, edits_term};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::entries::{is_newest, read};
use super::{Change, EntryBody, Registered, Write};
use crate::runs::{content_hash, is_kept_back};
use crate::{Catalog, CatalogError};

use overlay::{at, checked, part_of, replaced_where, said_by_source, said_of};
use subject::Subject;

const WHO_EDITS: &str =
    "only the managers, stewards and administrators of the organisation that owns the record say something else of it";
const WHO_LOOSENS: &str = "only a steward or administrator of the organisation loosens the terms of a record";
const OF_ANOTHER: &str = "what its organisation says of the record with this id was said of other data, by title, country or place: \
                          only what closes it holds, until it is said anew";
/// Parts that say who may have how much.
const OF_TERMS: [&str; 2] = ["terms", "fields"];
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
    /// What the record was about when this was said of it; nothing is known of what was said before that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<Subject>,
}

impl EntryBody for Edit {
    const KIND: EntryKind = EntryKind::Edit;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        BTreeSet::from([Label::operator(), Label::organisation(&self.organisation)])
    }

    fn terms(&self) -> Vec<String> {
        let of_terms = self.is_of_terms().then(|| EDITS_OF_TERMS.to_owned());
        iter::once(edits_term(&self.source)).chain(of_terms).collect()
    }
}

impl Edit {
    /// Whether it says who may have how much of the record or of its fields.
    fn is_of_terms(&self) -> bool {
        OF_TERMS.iter().any(|part| self.parts.contains_key(*part))
    }
}

/// The edits of the records of a source, while it is read.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    by_record: HashMap<String, Registered<Edit>>,
}

impl Edits {
    fn of(&self, id: DatasetId) -> Option<&Registered<Edit>> {
        if self.by_record.is_empty() { None } else { self.by_record.get(&id.to_string()) }
    }

    /// The records of which somebody said something otherwise once.
    fn records(&self) -> Vec<DatasetId> {
        self.by_record.keys().filter_map(|id| id.parse().ok()).collect()
    }

    /// The version of the edit of a record; 0 where it has none.
    pub(crate) fn version_of(&self, id: DatasetId) -> u32 {
        self.of(id).map_or(0, |edit| edit.version)
    }

    /// What is said otherwise of a record.
    fn said(&self, id: DatasetId) -> Option<&Edit> {
        self.of(id).map(|edit| &edit.body).filter(|edit| !edit.parts.is_empty())
    }

    /// Whether anything is said otherwise of a record, by whomever.
    pub(crate) fn has(&self, id: DatasetId) -> bool {
        self.said(id).is_some()
    }

    /// Records whose terms, or those of their fields, are said otherwise, with the versions of that.
    pub(crate) fn of_terms(&self) -> Vec<(DatasetId, u32)> {
        let edits = self.by_record.values().filter(|edit| edit.body.is_of_terms());
        let mut of_terms: Vec<_> = edits.filter_map(|edit| Some((edit.id.parse().ok()?, edit.version))).collect();
        of_terms.sort();
        of_terms
    }

    /// A record with what its source said, when it was edited, of the parts that are said otherwise.
    pub(crate) fn as_said_before(&self, mut dataset: Dataset, vocabularies: &Vocabularies, now: Timestamp) -> Dataset {
        if let Some(edit) = self.said(dataset.id) {
            overlay::lay(&mut dataset, &edit.replaced, None, vocabularies, now);
        }
        dataset
    }

    /// Says of a record what its organisation says of it; `false` where that is nothing. `held` gives the record that an edited
    /// one becomes: what an organisation said that does not own that is kept, and not said. Where other data stands under the id
    /// than when it was said, only what closes is.
    pub(crate) fn apply(
        &self,
        dataset: &mut Dataset,
        held: impl Fn(Dataset) -> Dataset,
        vocabularies: &Vocabularies,
        now: Timestamp,
    ) -> bool {
        let Some(edit) = self.said(dataset.id) else { return false };
        let mut edited = dataset.clone();
        if edit.subject.as_ref().is_some_and(|subject| subject.is_other_than(dataset)) {
            overlay::close(&mut edited, &edit.parts, vocabularies, now);
            edited.provenance.problems.push(Problem::warning("edit-of-another", "terms", OF_ANOTHER));
        } else {
            overlay::lay(&mut edited, &edit.parts, Some(&edit.replaced), vocabularies, now);
        }
        if owner_of(&held(edited.clone())) != edit.organisation {
            return false;
        }
        *dataset = edited;
        true
    }
}

/// Id of the organisation that owns a record; empty where it names none.
fn owner_of(dataset: &Dataset) -> &str {
    dataset.owner.as_ref().map_or("", |owner| owner.id.as_str())
}

/// A record that becomes what somebody says of it.
fn edited_record(viewer: &Viewer, mut dataset: Dataset, at: Timestamp) -> RecordAmendment {
    let content_hash = content_hash(&mut dataset);
    // No payload has this hash: the next run that is given the record reads it.
    let record = RecordWrite { dataset, content_hash, payload_hash: [0; 32], payload: None, repair: false, edit: 0 };
    RecordAmendment::Put { actor: viewer.actor().to_owned(), at, record: Box::new(record) }
}

impl Catalog {
    /// The edits of the records of a source as they stand now.
    pub(crate) async fn edits_of(&self, source: &str) -> Result<Edits, CatalogError> {
        let wanted = Wanted { with_terms: vec![(EntryKind::Edit, edits_term(source))], ..Wanted::default() };
        let loaded = self.store().load(&wanted).await?;
        let mut edits = Edits::default();
        for entry in loaded.with_terms.iter().flatten() {
            edits.by_record.insert(entry.id.clone(), read::<Edit>(entry)?);
        }
        Ok(edits)
    }

    /// What an organisation says otherwise of a record, for its own people. What a former owner said is for nobody else, and counts
    /// no more.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record; `NotFound` where nothing is said otherwise.
    pub async fn edit_of(&self, viewer: &Viewer, id: DatasetId) -> Result<Registered<Edit>, CatalogError> {
        self.visible_record(viewer, id).await?;
        self.entry(viewer, &id.to_string()).await
    }

    /// Says these parts of a record otherwise than its source; those that were said otherwise before and are not among them are
    /// the source's own again. From version 0 where the owner said nothing otherwise yet; what a former owner said is replaced.
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
        let organisation = owner_of(&record).to_owned();
        // First of all, as others may not know of which source the record is.
        self.may(viewer, viewer.manages(&organisation), WHO_EDITS, ACT, now).await?;
        if record.source == REGISTERED {
            return Err(CatalogError::BadRequest(
                "the record is registered here: change what is registered".to_owned(),
            ));
        }
        let source = self.as_its_source_says(&record, now).await?;
        let write = Write { viewer, act: ACT, now };
        let wanted = Wanted { records: vec![id], ..Wanted::default() };
        self.put_entry(write, &id.to_string(), &wanted, |before: Option<Registered<Edit>>, loaded| {
            let stored = loaded.records.first().and_then(Option::as_ref).ok_or(ABSENT)?;
            if owner_of(&stored.dataset) != organisation {
                return Err(CatalogError::refused(viewer, WHO_EDITS));
            }
            let before = before.filter(|before| before.body.organisation == organisation);
            let newest = before.as_ref().map_or(0, |before| before.version);
            is_newest(newest, version)?;
            let before = before.as_ref().map(|before| &before.body);
            self.edited(write, stored, source.as_ref(), before, &parts, &organisation)
        })
        .await
    }

    /// What becomes of a record and its edit; `source` is the record as its source says it now, where that is known.
    fn edited(
        &self,
        write: Write<'_>,
        stored: &StoredRecord,
        source: Option<&Dataset>,
        before: Option<&Edit>,
        parts: &Map<String, Value>,
        organisation: &str,
    ) -> Result<Change<Edit>, CatalogError> {
        let vocabularies = self.vocabularies();
        let mut unedited = stored.dataset.clone();
        if let Some(Edit { parts, replaced, .. }) = before {
            let said = said_by_source(&stored.dataset, parts, replaced, vocabularies, write.now)?;
            overlay::lay(&mut unedited, &said, None, vocabularies, write.now);
            if let Some(source) = source {
                unedited = overlay::no_more_open_than(source, unedited);
            }
            // Whoever agreed to an edited listing did not agree to that of the source, which the next run brings.
            unedited.terms.listing_agreed &= at(parts, "terms", Some("listing")).is_none();
        }
        let (said, subject) = (said_of(&unedited)?, Subject::of(&unedited));
        CatalogError::if_any(checked(&said, parts, vocabularies, write.now)?)?;
        // Where the same is said as before, what the source closed since then goes on to hold.
        let replaced = match before {
            Some(before) => replaced_where(&part_of(&said, parts), &before.replaced, |name, axis| {
                let as_before = at(&before.parts, name, axis);
                as_before.is_some() && as_before == at(parts, name, axis)
            }),
            None => part_of(&said, parts),
        };
        let mut dataset = unedited;
        overlay::lay(&mut dataset, parts, Some(&replaced), vocabularies, write.now);
        let (_, loosened) = tighten(&stored.dataset, dataset.clone(), &[]);
        // What is kept back for looking like a record that was closed comes out by whatever is said of it.
        if (!loosened.is_empty() || is_kept_back(&stored.dataset)) && !write.viewer.stewards(organisation) {
            return Err(CatalogError::refused(write.viewer, WHO_LOOSENS));
        }
        let told: Vec<String> =
            loosened.into_iter().map(|one| format!("{} from {} to {}", one.axis, one.from, one.to)).collect();
        let edit = Edit {
            parts: parts.clone(),
            replaced,
            organisation: organisation.to_owned(),
            source: stored.dataset.source.clone(),
            subject: Some(subject),
        };
        let records = vec![edited_record(write.viewer, dataset, write.now)];
        let reason = (!told.is_empty()).then(|| format!("loosens {}", told.join(", ")));
        Ok(Change { body: edit, reason, records })
    }
}
