//! Rows and writes.

use cairn_model::{Dataset, DatasetId, Problem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ProblemKind, RunProblem};

/// A place in the sequence of changes; 0 is before the first.
pub type Seq = i64;

/// Whether a record is in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// In it.
    Active,
    /// Gone from its source: in no answer, and kept for a while, so that it can come back.
    Retired,
}

/// A record in its latest revision.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// The record.
    pub dataset: Dataset,
    /// Whether it is in the catalogue.
    pub state: RecordState,
    /// Sequence number of its latest change.
    pub seq: Seq,
    /// Revision, from 1.
    pub revision: u32,
    /// When it first came.
    pub first_seen: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Since when its source lacks it.
    pub missing_since: Option<Timestamp>,
    /// Run that last changed it.
    pub run: String,
}

/// A record as somebody may know of it.
#[derive(Debug, Clone, PartialEq)]
pub enum VisibleRecord {
    /// It is in the catalogue.
    Active(Box<StoredRecord>),
    /// It was retired, and they could know of it until then.
    Retired {
        /// The record that took its place ([`Succession`]), if they may know of that one.
        successor: Option<DatasetId>,
    },
}

/// What a run must know of a record that it meets again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRecord {
    /// The record.
    pub id: DatasetId,
    /// Its id at the source.
    pub source_record_id: String,
    /// Whether it is in the catalogue.
    pub state: RecordState,
    /// SHA-256 of the normalised record, see `cairn_catalog`.
    pub content_hash: [u8; 32],
    /// SHA-256 of the raw payload and of everything that decides how it is read.
    pub payload_hash: [u8; 32],
    /// Since when its source lacks it.
    pub missing_since: Option<Timestamp>,
    /// How many complete runs lacked it.
    pub missing_runs: u32,
}

/// What is stored of a record that a run compares.
#[derive(Debug, Clone, PartialEq)]
pub struct NewestRevision {
    /// The record.
    pub id: DatasetId,
    /// What it holds; `None` when its newest revision is damaged.
    pub dataset: Option<Dataset>,
    /// Whether a payload is kept of it and is damaged.
    pub payload_is_damaged: bool,
}

/// An active record of a source, as its newest revision holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordOfSource {
    /// The record.
    pub id: DatasetId,
    /// Its id at the source.
    pub source_record_id: String,
    /// What it holds; `None` when its newest revision is damaged.
    pub dataset: Option<Dataset>,
}

/// A raw payload to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayloadWrite {
    /// `RawFormat` in kebab case.
    pub format: String,
    /// The bytes, uncompressed; the store compresses them.
    pub bytes: Vec<u8>,
}

/// A new or changed record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordWrite {
    /// The record.
    pub dataset: Dataset,
    /// SHA-256 of the normalised record.
    pub content_hash: [u8; 32],
    /// SHA-256 of the payload and of everything that decides how it is read.
    pub payload_hash: [u8; 32],
    /// The raw payload, where one may be kept. Without it, a payload that was kept of an earlier state goes.
    pub payload: Option<PayloadWrite>,
    /// Whether what is stored of it was found to be damaged. It is looked at once more, and what cannot be read gives way
    /// to what is written here, by a revision of its own even if the content is the same.
    pub repair: bool,
    /// The version of the edit of it ([`EntryKind::Edit`](crate::EntryKind::Edit)) that was laid over what its source says; 0
    /// where it had none. Where there is another by now a run leaves the record as it is: what a person said in the meantime is
    /// not written over.
    pub edit: u32,
}

/// One page of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageWrite {
    /// Records that are new or changed. A retired record that comes again becomes active.
    pub records: Vec<RecordWrite>,
    /// Problems to keep with the run (the first 1,000 of a run are kept, the rest counted).
    pub problems: Vec<RunProblem>,
    /// Those of them that belong to no record of the catalogue: they are kept for the source, the newest
    /// [`MOST_LISTING_PROBLEMS`](crate::MOST_LISTING_PROBLEMS) of them, until a run says that they are mended
    /// ([`RunOutcome::mended`]).
    pub listing_problems: Vec<RunProblem>,
    /// Counts by kind of all problems that the run met so far.
    pub kinds: Vec<ProblemKind>,
    /// What waits for confirmation from this run on. It takes the place of what was held of the same kind and record.
    pub held: Vec<Held>,
    /// Kinds and records of which nothing is held any more.
    pub released: Vec<(HeldKind, String)>,
    /// Whether the listing begins anew with this page, so that what an interrupted run had listed is forgotten.
    pub begins_anew: bool,
    /// Whether its records are written by what is kept of them, so that what was missing still is.
    pub finds_nothing: bool,
    /// What the page lists, records that need no write included: it lets a run that resumes this one say what the source
    /// lacks as if it had read the whole listing ([`Marks::mark_listed`](crate::Marks::mark_listed)). It is forgotten with the
    /// checkpoint.
    pub listed: Vec<DatasetId>,
    /// Where a killed run goes on.
    pub checkpoint: Option<String>,
    /// Counts of the run so far.
    pub counts: RunCounts,
    /// The instant of the change.
    pub at: Timestamp,
}

/// What a write did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Sequence number of the newest change.
    pub seq: Seq,
    /// Rows written: records, revisions and payloads.
    pub rows: u64,
    /// Records that were left as they are, because somebody edited them since they were read ([`RecordWrite::edit`]).
    pub left: u64,
}

/// A run to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// Id of the run (`UUIDv7`).
    pub run: String,
    /// Source.
    pub source: String,
    /// Process and host, from [`crate::process::this_process`]: for messages, and to see whether it still runs.
    pub holder: String,
    /// When it begins.
    pub at: Timestamp,
}

/// The right to write for one source, with its fencing number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Run.
    pub run: String,
    /// Source.
    pub source: String,
    /// Fencing number: rises with every lease of the source.
    pub fence: i64,
    /// Checkpoint of the last run of this source, where that run did not reach its end.
    pub resume: Option<Resume>,
    /// State that the last complete run left (validators, file hash), if nothing was written since.
    pub state: Option<String>,
}

/// Where an interrupted run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// The interrupted run.
    pub run: String,
    /// Its last checkpoint.
    pub checkpoint: String,
    /// Its counts.
    pub counts: RunCounts,
}

/// Counts of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunCounts {
    /// Distinct records listed.
    pub listed: u64,
    /// New ones.
    pub new: u64,
    /// Changed ones.
    pub changed: u64,
    /// Unchanged ones.
    pub unchanged: u64,
    /// Missing, not retired.
    pub missing: u64,
    /// Retired by this run.
    pub retired: u64,
    /// Problems, all of them.
    pub problems: u64,
    /// Records that could not be taken.
    pub errors: u64,
    /// Requests sent.
    pub requests: u64,
    /// Rows and index documents written.
    pub writes: u64,
    /// Whether it was cut off where it could have gone on: by a source that asks to wait or is down for now, or by its time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut_off: bool,
    /// Seconds for which the source asked to be left alone when it ended, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_seconds: Option<u64>,
}

/// How a run ends.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunOutcome {
    /// Verdict in snake case.
    pub verdict: String,
    /// One sentence for people: why, where it is not plain.
    pub reason: Option<String>,
    /// Counts.
    pub counts: RunCounts,
    /// Records that the source lacks now: those without `missing_since` get `at`, all get one more missing run.
    pub missing: Vec<DatasetId>,
    /// Records that are listed again: their missing marks go.
    pub found_again: Vec<DatasetId>,
    /// Records to retire.
    pub retire: Vec<DatasetId>,
    /// Where some of them go on.
    pub successions: Vec<Succession>,
    /// Keys of problems of the listing that the source does not have any more.
    pub mended: Vec<i64>,
    /// Counts by kind of all problems that the run met.
    pub kinds: Vec<ProblemKind>,
    /// State for the next run; only a complete run leaves one, and one that gives none leaves none.
    pub state: Option<String>,
    /// Whether the source answered, see [`RunRow::reached`].
    pub reached: Option<bool>,
    /// Whether the checkpoint is kept, so that the next run goes on from it; a complete run never keeps it.
    pub keep_checkpoint: bool,
    /// When it ended.
    pub at: Timestamp,
}

/// A record that its source lists under another id now, as another record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Succession {
    /// The record under its former id.
    pub record: DatasetId,
    /// The one that takes its place.
    pub successor: DatasetId,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRow {
    /// Id.
    pub run: String,
    /// Source.
    pub source: String,
    /// `running`, or the verdict.
    pub verdict: String,
    /// One sentence for people.
    pub reason: Option<String>,
    /// Counts.
    pub counts: RunCounts,
    /// Who runs it.
    pub holder: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Whether the source answered as such; `None` where the run does not tell: it goes on, was stopped, died, or failed
    /// for another reason.
    pub reached: Option<bool>,
}

/// What waits until a person confirms it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeldKind {
    /// Terms that the source would loosen.
    Loosening,
    /// A removal that the guard did not let pass.
    Removal,
    /// A field that the source lost together with many others, and whose former value is kept.
    Vanished,
}

/// One thing that waits until a person confirms it. A record may have several of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What it is.
    pub kind: HeldKind,
    /// Id of the record at the source.
    pub source_record_id: String,
    /// What would be done, for the person.
    pub problem: Problem,
}

/// What is remembered of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Address or path, without credentials.
    pub url: String,
    /// Id of the organisation that it belongs to.
    pub organisation: Option<String>,
    /// Whether it stands in the configuration now.
    pub configured: bool,
    /// Whether its schedule runs.
    pub enabled: bool,
}

/// What people decided about the schedule of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intervention {
    /// Whether the schedule leaves it alone.
    pub paused: Option<Pause>,
    /// The last run that somebody asked to stop, whether or not it has.
    pub stopped_run: Option<String>,
}

/// A pause of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Since when.
    pub since: Timestamp,
    /// Who paused it.
    pub by: String,
    /// Why, in their words.
    pub reason: Option<String>,
}

/// A token to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// First characters of the token, to tell tokens apart in a list.
    pub prefix: String,
    /// Organisation id.
    pub organisation: String,
    /// Group ids.
    pub groups: Vec<String>,
    /// Role name.
    pub role: String,
    /// The person who made it for themselves; `None` for one that an organisation has.
    pub person: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Option<Timestamp>,
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// Id, to revoke it by.
    pub id: String,
    /// First characters of the token.
    pub prefix: String,
    /// Organisation id.
    pub organisation: String,
    /// Group ids.
    pub groups: Vec<String>,
    /// Role name.
    pub role: String,
    /// The person who made it for themselves, by id.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

/// One revision of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// Revision, from 1.
    pub revision: u32,
    /// Sequence number.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
    /// Which run or person.
    pub by: String,
    /// What happened.
    pub change: Change,
    /// The record after it.
    pub dataset: Dataset,
}

/// A revision without the record after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevisionMark {
    /// Sequence number.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub change: Change,
}

/// A revision in the order of changes, without the record after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeMark {
    /// The record.
    pub id: DatasetId,
    /// When, and what happened.
    pub mark: RevisionMark,
    /// Whether the record has no other revision.
    pub is_only: bool,
    /// Whether the record was removed for good with it; nothing of it can be read then.
    pub is_removal: bool,
}

/// What a revision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// First seen.
    Created,
    /// Content or terms changed.
    Changed,
    /// Retired.
    Retired,
    /// Came back.
    Restored,
}

/// What a person said of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateDecision {
    /// That both describe the same data.
    Confirmed,
    /// That they do not.
    Rejected,
}

/// A pair of records of which a person said something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairDecision {
    /// The record with the lower id.
    pub low: DatasetId,
    /// The other.
    pub high: DatasetId,
    /// What was said.
    pub decision: DuplicateDecision,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}
