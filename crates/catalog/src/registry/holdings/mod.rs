//! Holdings that organisations register themselves: what they say is an entry with its versions, and what follows from it is a
//! record of the catalogue, written in the same transaction.

mod keeping;
mod record;
mod table;
mod table_file;
mod table_report;
mod taken;
mod undo;

use std::collections::BTreeSet;

use cairn_model::registry::{HoldingState, HoldingStatement, REGISTERED};
use cairn_model::vocabulary::fold_for_id;
use cairn_model::{Dataset, DatasetId, Problem, Vocabularies};
use cairn_policy::{Label, Rendition, Viewer, advice, into_renditions};
use cairn_store::{EntryKind, Loaded, RecordAmendment, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::derivations::{self, DERIVED, made_of_term};
use super::entries::read;
use super::{Change, EntryBody, EntryPage, Paging, Registered, RegisteredOrganisation, Write};
use crate::runs::value_changes;
use crate::{Catalog, CatalogError, FieldChange};

const WHO_REGISTERS: &str = "only the managers, stewards and administrators of an organisation register what it holds";
/// What the log calls it when a holding is registered.
const CREATE: &str = "holding.create";
const WHO_LOOSENS: &str =
    "only a steward or administrator of the organisation loosens the terms of what it has published";

pub use keeping::KeptHoldings;
pub use table_file::TableFormat;
pub use table_report::{RowOutcome, RowProblem, RowReport, TABLE_FIELDS, TableOptions, TableReport};
pub(crate) use taken::tables_kept_since;
pub use taken::{TableUndone, TakenRow, TakenTable};
pub use undo::{UndoOutcome, UndoReport, UndoneRow};

/// A holding as it is kept. Its id is that of its record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holding {
    /// What is said of it.
    pub statement: HoldingStatement,
    /// Id of the record at the source [`REGISTERED`].
    pub source_record_id: String,
    /// Id of the organisation that has it, and owns its record.
    pub organisation: String,
    /// Where it stands.
    pub state: HoldingState,
}

/// A version of a holding, with what it changed.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldingVersion {
    /// The version.
    pub holding: Registered<Holding>,
    /// What differs from the version before it; nothing of the first that is shown.
    pub changes: Vec<FieldChange>,
}

/// What would follow from what is said of a holding. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldingPreview {
    /// What each audience would see, fullest first.
    pub renditions: Vec<Rendition>,
    /// What keeps it from being published.
    pub to_mend: Vec<Problem>,
    /// What may be published and still looks like a mistake.
    pub advice: Vec<Problem>,
}

impl EntryBody for Holding {
    const KIND: EntryKind = EntryKind::Holding;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        BTreeSet::from([Label::operator(), Label::organisation(&self.organisation)])
    }

    fn terms(&self) -> Vec<String> {
        let own = self.statement.identifiers.iter().filter(|one| one.scheme == OWN_REFERENCE);
        let references = own.map(|one| reference_term(&self.organisation, &one.value));
        let titles = self.statement.title.texts().map(|title| title_term(&self.organisation, title));
        let sources = self.statement.derived_from.iter().filter(|_| self.state == HoldingState::Published);
        let mut terms: Vec<String> = sources.map(|id| made_of_term(*id)).collect();
        if !terms.is_empty() {
            terms.push(DERIVED.to_owned());
        }
        terms.extend(std::iter::once(organisation_term(&self.organisation)).chain(references).chain(titles));
        terms
    }
}

/// The scheme of ids that an organisation has given itself.
const OWN_REFERENCE: &str = "other";

/// By what a holding is found that a table calls by an id of the organisation's own.
fn reference_term(organisation: &str, id: &str) -> String {
    format!("reference={organisation}={id}")
}

/// By what holdings are found that have a title.
fn title_term(organisation: &str, title: &str) -> String {
    format!("title={organisation}={}", fold_for_id(title))
}

fn organisation_term(organisation: &str) -> String {
    format!("organisation={organisation}")
}

/// An id for a record that is new. Whoever sees the record is told it, so that it says nothing of when the record was made: it may
/// have been hidden since.
fn new_source_record_id() -> String {
    Uuid::new_v4().to_string()
}

impl Holding {
    /// The record that follows from what is said of it, before it has an owner and whatever it is made of.
    pub(super) fn said(&self, vocabularies: &Vocabularies, now: Timestamp) -> Result<Dataset, CatalogError> {
        record::checked(self, vocabularies, now)
    }

    /// The id of its record.
    pub(super) fn id(&self) -> DatasetId {
        DatasetId::new(REGISTERED, &self.source_record_id)
    }

    /// What becomes of its record in the state that it is in now.
    fn record(&self, dataset: Dataset, write: Write<'_>) -> Option<RecordAmendment> {
        let (actor, at) = (write.viewer.actor().to_owned(), write.now);
        match self.state {
            HoldingState::Draft => None,
            HoldingState::Published => {
                let record = Box::new(record::write(dataset));
                Some(RecordAmendment::Put { actor, at, record })
            }
            HoldingState::Withdrawn => Some(self.retired(write)),
        }
    }

    /// Its record, out of the catalogue.
    fn retired(&self, write: Write<'_>) -> RecordAmendment {
        RecordAmendment::Retire { actor: write.viewer.actor().to_owned(), at: write.now, id: self.id() }
    }
}

impl Catalog {
    /// Registers a holding of the viewer's organisation, as a draft or at once in the catalogue; the operator, who has no
    /// organisation, says of which.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`; `BadRequest` where no organisation is given.
    pub async fn register_holding(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        state: HoldingState,
        statement: HoldingStatement,
        now: Timestamp,
    ) -> Result<Registered<Holding>, CatalogError> {
        let (holding, dataset) = self.new_holding(viewer, organisation, state, statement, now).await?;
        self.remember_registered().await?;
        let id = holding.id().to_string();
        let write = Write { viewer, act: CREATE, now };
        self.put_entry(write, &id, &wanted_for(&holding), |_: Option<Registered<Holding>>, loaded| {
            let dataset = owned_and_bound(viewer, &holding, dataset.clone(), loaded)?;
            let records = holding.record(dataset, write).into_iter().collect();
            Ok(Change { records, ..Change::to(holding.clone()) })
        })
        .await
    }

    /// Whether a holding could be registered so, and what still looks like a mistake. Nothing is kept.
    ///
    /// # Errors
    /// As of [`Catalog::register_holding`].
    pub async fn try_holding(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        state: HoldingState,
        statement: HoldingStatement,
        now: Timestamp,
    ) -> Result<Vec<Problem>, CatalogError> {
        let (holding, dataset) = self.new_holding(viewer, organisation, state, statement, now).await?;
        let loaded = self.store().load(&wanted_for(&holding)).await?;
        Ok(advice(&owned_and_bound(viewer, &holding, dataset, &loaded)?))
    }

    /// A holding that the viewer may register, with what it says of the data.
    async fn new_holding(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        state: HoldingState,
        statement: HoldingStatement,
        now: Timestamp,
    ) -> Result<(Holding, Dataset), CatalogError> {
        let organisation = organisation.or(viewer.organisation()).unwrap_or_default().to_owned();
        self.may(viewer, viewer.manages(&organisation), WHO_REGISTERS, CREATE, now).await?;
        if organisation.is_empty() {
            return Err(CatalogError::BadRequest("say which organisation has the holding".to_owned()));
        }
        let holding = Holding { statement, source_record_id: new_source_record_id(), organisation, state };
        let dataset = record::checked(&holding, self.vocabularies(), now)?;
        Ok((holding, dataset))
    }

    /// What each audience would see of a holding of the viewer's organisation if this were said of it, and what keeps it from being
    /// published.
    ///
    /// # Errors
    /// `Invalid` for a value that is wrong, `Forbidden`, `SignInRequired`; `BadRequest` where the organisation does not take part.
    pub async fn preview_holding(
        &self,
        viewer: &Viewer,
        statement: HoldingStatement,
        now: Timestamp,
    ) -> Result<HoldingPreview, CatalogError> {
        let organisation = viewer.organisation().unwrap_or_default().to_owned();
        if !viewer.manages(&organisation) {
            return Err(CatalogError::refused(viewer, WHO_REGISTERS));
        }
        let state = HoldingState::Published;
        let holding = Holding { statement, source_record_id: new_source_record_id(), organisation, state };
        let (dataset, to_mend) = record::previewed(&holding, self.vocabularies(), now)?;
        let loaded = self.store().load(&owner_of(&holding.organisation)).await?;
        let dataset = record::owned(dataset, record::owner(loaded.entries.first(), &holding.organisation)?);
        let advice = advice(&dataset);
        Ok(HoldingPreview { renditions: into_renditions(dataset), to_mend, advice })
    }

    /// Says something else of a holding.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it was changed since `version`, and where it is
    /// withdrawn.
    pub async fn change_holding(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        statement: HoldingStatement,
        now: Timestamp,
    ) -> Result<Registered<Holding>, CatalogError> {
        let write = Write { viewer, act: "holding.change", now };
        self.amend_holding(write, id, Some(version), None, |before| {
            if before.state == HoldingState::Withdrawn {
                return Err(CatalogError::conflict("it is withdrawn: restore it first"));
            }
            Ok(Holding { statement: statement.clone(), ..before.clone() })
        })
        .await
    }

    /// Puts a draft into the catalogue, or a holding that was withdrawn back into it.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it was changed since `version`.
    pub async fn publish_holding(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        now: Timestamp,
    ) -> Result<Registered<Holding>, CatalogError> {
        let write = Write { viewer, act: "holding.publish", now };
        self.amend_holding(write, id, Some(version), None, |before| {
            Ok(Holding { state: HoldingState::Published, ..before.clone() })
        })
        .await
    }

    /// Takes a holding out of the catalogue. It is kept, and can be restored.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it was changed since `version`.
    pub async fn withdraw_holding(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<Registered<Holding>, CatalogError> {
        let reason = reason.map(|words| super::reason("reason", words, self.vocabularies())).transpose()?;
        let write = Write { viewer, act: "holding.withdraw", now };
        self.amend_holding(write, id, Some(version), reason, |before| {
            Ok(Holding { state: HoldingState::Withdrawn, ..before.clone() })
        })
        .await
    }

    /// A holding, for its organisation.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn holding(&self, viewer: &Viewer, id: &str) -> Result<Registered<Holding>, CatalogError> {
        self.entry(viewer, id).await
    }

    /// The holdings of an organisation, drafts and what is withdrawn among them: of the viewer's own where none is named.
    pub async fn holdings(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        paging: &Paging,
    ) -> Result<EntryPage<Holding>, CatalogError> {
        let term = organisation.or(viewer.organisation()).map(organisation_term);
        self.entries(viewer, term.as_deref(), paging).await
    }

    /// The versions of a holding, newest first, each with what it changed.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn holding_history(&self, viewer: &Viewer, id: &str) -> Result<Vec<HoldingVersion>, CatalogError> {
        let versions: Vec<Registered<Holding>> = self.entry_history(viewer, id).await?;
        let values: Vec<Option<serde_json::Value>> =
            versions.iter().map(|version| serde_json::to_value(&version.body.statement).ok()).collect();
        let earlier = values.iter().skip(1).map(Some).chain([None]);
        let changes: Vec<Vec<FieldChange>> = values
            .iter()
            .zip(earlier)
            .map(|(value, earlier)| earlier.map_or_else(Vec::new, |one| value_changes(one.as_ref(), value.as_ref())))
            .collect();
        Ok(versions.into_iter().zip(changes).map(|(holding, changes)| HoldingVersion { holding, changes }).collect())
    }

    /// Changes a holding and its record. Who may not see the holding, but knows of the record, is told who may.
    async fn amend_holding(
        &self,
        write: Write<'_>,
        id: &str,
        version: Option<u32>,
        reason: Option<String>,
        mut decide: impl FnMut(&Holding) -> Result<Holding, CatalogError> + Send,
    ) -> Result<Registered<Holding>, CatalogError> {
        let Write { viewer, act, now } = write;
        let known: Registered<Holding> = match self.entry(viewer, id).await {
            Ok(known) => known,
            Err(CatalogError::NotFound(_)) => {
                let record = id.parse().map_err(|_| ABSENT)?;
                let knows = self.visible_now(viewer, record).await?.is_some();
                self.may(viewer, !knows, WHO_REGISTERS, act, now).await?;
                return Err(ABSENT);
            }
            Err(error) => return Err(error),
        };
        let mut wanted = owner_of(&known.body.organisation);
        if let Ok(after) = decide(&known.body) {
            derivations::want(&mut wanted, id, &after);
        }
        let own = id.parse::<DatasetId>().ok();
        wanted.records.extend(own);
        self.change_entry(write, id, version, &wanted, |before: &Registered<Holding>, loaded| {
            if !viewer.manages(&before.body.organisation) {
                return Err(CatalogError::refused(viewer, WHO_REGISTERS));
            }
            let after = decide(&before.body)?;
            if after.state == HoldingState::Withdrawn {
                // Whatever is wrong with it by now must not keep it in the catalogue.
                return Ok(Change { records: vec![after.retired(write)], reason: reason.clone(), body: after });
            }
            let dataset = record::checked(&after, self.vocabularies(), now)?;
            let dataset = owned_and_bound(viewer, &after, dataset, loaded)?;
            let stands = loaded.records.iter().flatten().find(|stored| Some(stored.dataset.id) == own);
            let stands = stands.map(|stored| &stored.dataset);
            let loosened = record::loosened(&before.body, stands, &after, &dataset, self.vocabularies(), now);
            if !loosened.is_empty() && !viewer.stewards(&after.organisation) {
                return Err(CatalogError::refused(viewer, WHO_LOOSENS));
            }
            let records = after.record(dataset, write).into_iter().collect();
            let told = (!loosened.is_empty()).then(|| format!("loosens {}", loosened.join(", ")));
            Ok(Change { records, reason: reason.clone().or(told), body: after })
        })
        .await
    }
}

const ABSENT: CatalogError = CatalogError::NotFound("holding");

/// The organisation that a holding is written for, loaded with it.
fn owner_of(organisation: &str) -> Wanted {
    Wanted { entries: vec![(EntryKind::Organisation, organisation.to_owned())], ..Wanted::default() }
}

/// What is loaded for a holding that is new: its organisation, and what it is made of.
fn wanted_for(holding: &Holding) -> Wanted {
    let mut wanted = owner_of(&holding.organisation);
    derivations::want(&mut wanted, &holding.id().to_string(), holding);
    wanted
}

/// The record of a holding with its owner, bound by what it is made of.
fn owned_and_bound(
    viewer: &Viewer,
    holding: &Holding,
    dataset: Dataset,
    loaded: &Loaded,
) -> Result<Dataset, CatalogError> {
    let dataset = record::owned(dataset, record::owner(loaded.entries.first(), &holding.organisation)?);
    derivations::inherited(viewer, holding, &dataset, loaded)?;
    Ok(dataset)
}
