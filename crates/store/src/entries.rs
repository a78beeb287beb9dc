//! Entries: what people register and agree on beside records, each with its versions.

use std::collections::BTreeSet;

use cairn_model::DatasetId;
use cairn_policy::{Label, Viewer};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{NewAct, NewMessage, RecordWrite, StoredRecord};

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// An organisation.
    Organisation,
    /// What an organisation says otherwise than the source of a record, by the id of that record.
    Edit,
    /// A group of organisations and people.
    Group,
    /// What an organisation registers of a record, by the id of that record.
    Holding,
    /// An agreement about access to data.
    Agreement,
    /// A framework under which agreements are made.
    Framework,
    /// A crisis that opens agreements.
    Crisis,
    /// A decision not to share, or an opt-out.
    Refusal,
    /// What the owner of a record allows of what is made of it.
    Release,
    /// A request for access.
    Request,
    /// A concern.
    Concern,
    /// What data an organisation needs.
    Need,
    /// What an organisation says of a year under a framework.
    Evaluation,
    /// A flow of data from one organisation to another.
    Exchange,
    /// A good practice, a use case or a lesson.
    Practice,
    /// A data collaborative.
    Collaborative,
    /// What somebody looks for again and again.
    SavedSearch,
    /// What a table of holdings wrote.
    Table,
}

impl EntryKind {
    /// The code in the store and in the log of acts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Edit => "edit",
            Self::Group => "group",
            Self::Holding => "holding",
            Self::Agreement => "agreement",
            Self::Framework => "framework",
            Self::Crisis => "crisis",
            Self::Refusal => "refusal",
            Self::Release => "release",
            Self::Request => "request",
            Self::Concern => "concern",
            Self::Need => "need",
            Self::Evaluation => "evaluation",
            Self::Exchange => "exchange",
            Self::Practice => "practice",
            Self::Collaborative => "collaborative",
            Self::SavedSearch => "saved-search",
            Self::Table => "table",
        }
    }
}

/// An entry in one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Its id among those of its kind.
    pub id: String,
    /// The version, from 1.
    pub version: u32,
    /// When the first version came.
    pub created: Timestamp,
    /// When this one came.
    pub changed: Timestamp,
    /// Who wrote this one, as in the log of acts.
    pub changed_by: String,
    /// Who may know of this one.
    pub seen_by: BTreeSet<Label>,
    /// What it holds, as JSON.
    pub body: String,
}

impl Entry {
    /// Whether somebody may know of this version.
    pub fn is_seen(&self, viewer: &Viewer) -> bool {
        self.seen_by.iter().any(|label| viewer.holds(label))
    }
}

/// The term of the edits of the records of a source: their versions are compared while a page of it is written
/// ([`RecordWrite::edit`](crate::RecordWrite::edit)).
pub fn edits_term(source: &str) -> String {
    format!("source={source}")
}

/// The term of the edits that speak of the terms of a record or of its fields: under another id it is known by it, however long ago
/// it was retired ([`Store::forget_retired_before`](crate::Store::forget_retired_before)).
pub const EDITS_OF_TERMS: &str = "of=terms";

/// What is loaded for a change, in the transaction that makes it, whoever may know of it: the change is decided by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Entries by kind and id.
    pub entries: Vec<(EntryKind, String)>,
    /// All entries of a kind that have a term.
    pub with_terms: Vec<(EntryKind, String)>,
    /// How many entries of a kind have a term.
    pub counts: Vec<(EntryKind, String)>,
    /// Entries in one of their versions, by kind, id and number.
    pub versions: Vec<(EntryKind, String, u32)>,
    /// Records.
    pub records: Vec<DatasetId>,
}

/// What was loaded, in the order in which it was wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loaded {
    /// Those that are there.
    pub entries: Vec<Option<Entry>>,
    /// In the order of their ids.
    pub with_terms: Vec<Vec<Entry>>,
    /// How many there are.
    pub counts: Vec<u64>,
    /// Those that ever were.
    pub versions: Vec<Option<Entry>>,
    /// Those that are in the catalogue.
    pub records: Vec<Option<StoredRecord>>,
}

/// What becomes of entries, and of the records that follow from them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Amendment {
    /// New entries and new versions.
    pub entries: Vec<EntryWrite>,
    /// What becomes of records.
    pub records: Vec<RecordAmendment>,
    /// Lines for the log of acts; those of an attempt that is refused are written too.
    pub acts: Vec<NewAct>,
    /// Messages that follow from it.
    pub messages: Vec<NewMessage>,
}

/// What becomes of a record by the act of a person.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordAmendment {
    /// It is written: new, changed, or in the catalogue again. The same content again is no change.
    Put {
        /// Who did it, as in the log of acts.
        actor: String,
        /// When.
        at: Timestamp,
        /// The record.
        record: Box<RecordWrite>,
    },
    /// It is taken out of the catalogue, if it is there.
    Retire {
        /// Who did it, as in the log of acts.
        actor: String,
        /// When.
        at: Timestamp,
        /// The record.
        id: DatasetId,
    },
}

impl RecordAmendment {
    /// The record.
    pub fn id(&self) -> DatasetId {
        match self {
            Self::Put { record, .. } => record.dataset.id,
            Self::Retire { id, .. } => *id,
        }
    }
}

/// A new entry, or a new version of one. The same body, audience and terms again write nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryWrite {
    /// What it is.
    pub kind: EntryKind,
    /// Its id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who, as in the log of acts.
    pub actor: String,
    /// Who may know of it.
    pub seen_by: BTreeSet<Label>,
    /// What it holds, as JSON.
    pub body: String,
    /// By what it is looked up.
    pub terms: Vec<String>,
}

/// Says what becomes of entries that were loaded. It runs while the store is locked for writing: it decides, and waits for
/// nothing.
pub type Decide<'a> = &'a mut (dyn FnMut(&Loaded) -> Amendment + Send);
