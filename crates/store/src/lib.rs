//! The system of record: records with their history, raw payloads, the change sequence, sources, runs, tokens and leases.
//!
//! [`Store`] is the interface; [`SqliteStore`] serves it from one file. Everything that the program must not forget
//! stands here; the index is derived from it.
//!
//! # The change sequence
//!
//! Every change of a record gets the next number in the transaction that makes it. Whoever follows the changes asks for
//! what stands after the last number that they hold, so a number may become readable only after all below it have.
//! `SQLite` has one write transaction at a time, on the whole file, so its numbers are in commit order by themselves.
//! `PostgreSQL` has many: a transaction that took a lower number may commit after one that took a higher one, and a
//! follower would pass it by. An implementation there keeps changes in an outbox with the id of the transaction that
//! wrote them, and both [`Store::records_after`] and [`Store::latest_seq`] answer only what stands below the oldest
//! transaction that still runs (`pg_snapshot_xmin(pg_current_snapshot())`).
//!
//! # Leases
//!
//! One run at a time writes for a source. Its lease holds for 60 seconds after each page, by the wall clock of the
//! store's host ([`Clock`] says what a jump of it does), and has a fencing number that rises with every lease of the
//! source: a process that slept through its lease cannot write, whatever it believes.

mod acts;
mod body;
mod clock;
mod entries;
mod error;
mod marks;
mod notifications;
mod people;
mod problems;
pub mod process;
mod removals;
mod sqlite;
mod types;

use async_trait::async_trait;
use cairn_model::DatasetId;
use cairn_policy::Viewer;

pub use acts::{Act, ActChain, ActFilter, BEGINNING, NewAct};
pub use clock::Clock;
pub use entries::{
    Amendment, Decide, EDITS_OF_TERMS, Entry, EntryKind, EntryWrite, Loaded, RecordAmendment, Wanted, edits_term,
};
pub use error::StoreError;
pub use marks::{ActiveCount, Marked, MarkedId, MarkedRecord, Marks};
pub use notifications::{
    Look, MORE, MOST_MESSAGES_A_DAY, MOST_RECORDS_OF_A_MESSAGE, MessageEnd, MessageRow, MessageState, NEW_RECORDS,
    NewMessage, Notifications, SubscriptionRow,
};
pub use people::{
    Acceptance, AttemptLimit, DecidePerson, EndedSessions, Identity, InvitationRow, Invited, NewInvitation, NewPerson,
    NewSession, People, PersonAmendment, PersonChange, PersonLoaded, PersonRow, SessionRow, SignInRow,
};
pub use problems::{
    ListingProblem, ListingProblemMark, MOST_LISTING_PROBLEMS, ProblemKind, ProblemKinds, ProblemPlace, RunProblem,
};
pub use removals::{HistoryCut, Purge, Removal, SourceHoldings};
pub use sqlite::{OpenMode, SqliteStore};
pub use types::{
    Change, ChangeMark, DuplicateDecision, Held, HeldKind, Intervention, KnownRecord, Lease, NewRun, NewToken,
    NewestRevision, PageWrite, PairDecision, Pause, PayloadWrite, RecordOfSource, RecordState, RecordWrite, Resume,
    Revision, RevisionMark, RunCounts, RunOutcome, RunRow, Seq, SourceRow, StoredRecord, Succession, TokenRow,
    VisibleRecord, Written,
};

/// Result of a store call.
pub type Result<T> = std::result::Result<T, StoreError>;

/// The system of record. Times are instants that the caller gives, kept to the microsecond; the store reads no clock but
/// for leases, whose expiry it compares with its own.
#[async_trait]
pub trait Store: People + Notifications + Send + Sync {
    // Records.

    /// One record in its latest revision.
    async fn record(&self, id: DatasetId) -> Result<Option<StoredRecord>>;

    /// One record in its latest revision, if `viewer` may know of it, or that it was retired, if they could until then. Absent
    /// and hidden records take the same one look to tell, whatever is in them: no body is read for who may not see it, and
    /// none of a retired record.
    async fn visible_record(&self, id: DatasetId, viewer: &Viewer) -> Result<Option<VisibleRecord>>;

    /// Records whose latest change stands after `after`, in the order of change, `limit` at most, and fewer where they are
    /// large; none only when there are none. A record that changed twice comes once, in its latest state: this is what the
    /// index follows.
    ///
    /// A record that is damaged ends the answer before it. When it is the first, the error is
    /// `StoreError::DamagedRecord` with its number, after which the follower goes on.
    async fn records_after(&self, after: Seq, limit: u32) -> Result<Vec<StoredRecord>>;

    /// Records that were removed for good after a change, in the order of change, `limit` at most. Whoever follows the
    /// changes asks for them after [`Store::records_after`], and for no more than it answered: one that came again since
    /// stands there, further on.
    async fn removed_after(&self, after: Seq, limit: u32) -> Result<Vec<Removal>>;

    /// The newest change that took a record out of the catalogue and of which nothing is told any more. Who followed the
    /// changes to a place before it cannot go on from there; who begins anew misses nothing.
    async fn forgotten_up_to(&self) -> Result<Seq>;

    /// The sequence number of the newest change, 0 in an empty store. Only numbers below which nothing is still being
    /// written count. Reading it is cheap enough to be asked several times a second: this is how a follower sees that
    /// another process committed.
    async fn latest_seq(&self) -> Result<Seq>;

    /// What is known of records of a source, by their ids there; those that are not known are left out.
    async fn known(&self, source: &str, source_record_ids: &[String]) -> Result<Vec<KnownRecord>>;

    /// The newest revisions of records and whether they can still be read, in any order; records that are not there are
    /// left out. A record that is damaged keeps no other from being answered.
    async fn newest_revisions(&self, ids: &[DatasetId]) -> Result<Vec<NewestRevision>>;

    /// What is known of the active records of a source, in the order of their ids there, after one of them, `limit` at most.
    async fn active_records(&self, source: &str, after: &str, limit: u32) -> Result<Vec<KnownRecord>>;

    /// How many records of a source are active.
    async fn active_count(&self, source: &str) -> Result<ActiveCount>;

    /// A place for what a run notes of the records that it meets, empty and of its own.
    async fn open_marks(&self) -> Result<Box<dyn Marks>>;

    /// The active records of a source in the order of their ids there, after one of them, `limit` at most and fewer where
    /// they are large; none only when there are none. A record that is damaged keeps no other from being answered.
    async fn records_of_source(&self, source: &str, after: &str, limit: u32) -> Result<Vec<RecordOfSource>>;

    /// The revisions of a record, newest first.
    async fn history(&self, id: DatasetId) -> Result<Vec<Revision>>;

    /// The newest revisions of a record that `viewer` could know of without a break, newest first, without their bodies.
    async fn visible_marks(&self, id: DatasetId, viewer: &Viewer) -> Result<Vec<RevisionMark>>;

    /// Revisions after `after` that `viewer` could know of, of records that they could know of when these changed last, in
    /// the order of change: `limit` of them, and fewer only where there are no more. What lies between them is passed over
    /// without reading a body. A record that was removed for good stands there with its removal, for whoever may be told,
    /// unless it came again for them.
    async fn visible_changes(&self, after: Seq, viewer: &Viewer, limit: usize) -> Result<Vec<ChangeMark>>;

    /// The change that removed a record for good at an instant, if `viewer` may be told of it.
    async fn visible_removal(&self, id: DatasetId, at: jiff::Timestamp, viewer: &Viewer) -> Result<Option<Seq>>;

    /// One revision of a record, by its sequence number.
    async fn revision(&self, id: DatasetId, seq: Seq) -> Result<Option<Revision>>;

    /// Which records took the places of some of these.
    async fn successions(&self, ids: &[DatasetId]) -> Result<Vec<Succession>>;

    /// The raw payload of a record, if one is kept: its format and its bytes.
    async fn payload(&self, id: DatasetId) -> Result<Option<(String, Vec<u8>)>>;

    // Runs. Every write of a run is fenced by its lease.

    /// Takes the lease of a source and opens a run, or says who holds it (`StoreError::LeaseHeld`). A lease that has
    /// expired, or whose process on this host is dead, is taken over and its run is closed as `failed`; as `lease_lost`
    /// when its process is known to be alive, but stood still.
    ///
    /// `NewRun::holder` comes from [`process::this_process`]. The checkpoint of the last run is offered until a run of the
    /// source is finished without keeping it.
    async fn begin_run(&self, run: NewRun) -> Result<Lease>;

    /// Keeps the lease for as long again.
    async fn renew(&self, lease: &Lease) -> Result<()>;

    /// Writes one page and its checkpoint in one transaction, and renews the lease in it. A page that writes a record, or
    /// changes what waits for confirmation, forgets the state that the last complete run left: only a run that comes to
    /// its end can say again that a source has not changed since.
    ///
    /// Writing the same page again changes nothing: a record with the content hash that is stored gets no revision. A
    /// record that stands in a page twice is taken as it stands first. Records of another source than the lease's are
    /// refused (`StoreError::Invalid`). Pages of some hundreds of records are best.
    async fn write_page(&self, lease: &Lease, page: PageWrite) -> Result<Written>;

    /// Closes the run: marks what is missing, found again or retired, and the verdict, in one transaction, and gives the
    /// lease back. `Written::rows` counts records that were marked, too.
    ///
    /// A record that is retired keeps the successor that is given for it, an active record of the same source, until it is in
    /// the catalogue again; records that it had succeeded itself get the same one.
    ///
    /// Only the verdicts `complete` and `complete_with_errors` may retire records (else `StoreError::Invalid`), leave their
    /// state to the next run (none, if they say none) and forget the checkpoint in any case. Another that marks records
    /// forgets the state that was left.
    async fn finish_run(&self, lease: &Lease, outcome: RunOutcome) -> Result<Written>;

    /// Closes runs that nobody runs any more (dead process on this host, or lease expired): no run stays `running`.
    async fn close_abandoned_runs(&self) -> Result<u64>;

    /// Runs, newest first, of one source or of all.
    async fn runs(&self, source: Option<&str>, limit: u32) -> Result<Vec<RunRow>>;

    /// A run of a source by its id.
    async fn run(&self, source: &str, run: &str) -> Result<Option<RunRow>>;

    /// The last complete run of a source, however many came to no end since.
    async fn last_complete_run(&self, source: &str) -> Result<Option<RunRow>>;

    /// The newest runs of these sources, newest first; others do not count against the limit.
    async fn runs_of_sources(&self, sources: &[String], limit: u32) -> Result<Vec<RunRow>>;

    /// When the first of the runs began that did not reach the source ([`RunOutcome::reached`]), after the last one that
    /// did; `None` while it is reached, and while nothing is known.
    async fn unreachable_since(&self, source: &str) -> Result<Option<jiff::Timestamp>>;

    /// Problems of a run, in the order of the listing.
    async fn run_problems(&self, run: &str, limit: u32) -> Result<Vec<RunProblem>>;

    /// How many problems of which kind a run met; none for a run that is not known.
    async fn problem_kinds(&self, run: &str) -> Result<Vec<ProblemKind>>;

    /// What a source lists now and the catalogue could not take, after a key, in the order in which it was met first.
    async fn listing_problems(&self, source: &str, after: i64, limit: u32) -> Result<Vec<ListingProblem>>;

    /// The same without its words, all of it.
    async fn listing_problem_marks(&self, source: &str) -> Result<Vec<ListingProblemMark>>;

    /// What waits for confirmation of a source now, in the order in which it was met.
    async fn held_now(&self, source: &str) -> Result<Vec<Held>>;

    /// What waited for confirmation when a run ended, or waits while it goes on: what it met itself, and what runs before
    /// it met and none released since.
    async fn held_by(&self, run: &str) -> Result<Vec<Held>>;

    /// Forgets runs that ended before an instant (records and payloads stay), the last complete one of each source, the
    /// one since which it is not reached and the newest of all excepted.
    async fn forget_runs_before(&self, instant: jiff::Timestamp) -> Result<u64>;

    /// Removes records that were retired before an instant, the oldest first, some at a time: nothing is left of them, and
    /// who could see them is not told so any more. Answers how many; none when there are no more. What people said of
    /// duplicates stays, as the record may come again. So do records of which an edit has the term [`EDITS_OF_TERMS`].
    async fn forget_retired_before(&self, instant: jiff::Timestamp) -> Result<u64>;

    /// Forgets the tombstones ([`Store::removed_after`]) of before an instant, some at a time. Answers how many.
    async fn forget_removals_before(&self, instant: jiff::Timestamp) -> Result<u64>;

    /// Cuts the history of records before an instant, some at a time, in the order of change; each step goes on where the
    /// last one ended. The newest revision of a record always stays, and what a viewer may know of later steps does not
    /// change: a history is cut just before a step that everyone saw who may know of the record.
    async fn cut_history_before(&self, instant: jiff::Timestamp) -> Result<HistoryCut>;

    // Sources.

    /// Counts a request that is about to be sent to a source, on the day of UTC in which `at` lies; `false` when
    /// `per_day` were counted on it already, by whichever run or process. A clock that goes back gains nothing.
    async fn spend_request(&self, source: &str, at: jiff::Timestamp, per_day: u64) -> Result<bool>;

    /// When a source may be sent requests again, where `per_day` were sent on the last day on which it was sent any: the
    /// beginning of the next day of UTC, which may be past.
    async fn budget_renews(&self, source: &str, per_day: u64) -> Result<Option<jiff::Timestamp>>;

    /// Adds or updates what is remembered of a source. An equal row writes nothing.
    async fn put_source(&self, source: SourceRow) -> Result<()>;

    /// Whether a source was put, and not purged since.
    async fn remembers_source(&self, source: &str) -> Result<bool>;

    /// Every source that was put and is configured or has records, by id.
    async fn sources(&self) -> Result<Vec<SourceRow>>;

    // Purges: everything of a source is removed for good, a piece at a time.

    /// What the store holds of a source; `None` when it knows nothing of it. A purge that was interrupted is known, too.
    async fn source_holdings(&self, source: &str) -> Result<Option<SourceHoldings>>;

    /// Begins to purge a source, or goes on where an earlier purge was interrupted: takes its lease as a run does
    /// (`StoreError::LeaseHeld`), and forgets where the next run would have gone on. The log of acts says so
    /// (`source.purge.begin`) in the same transaction. The lease is that of a run that stands in no list.
    async fn begin_purge(&self, purge: NewRun, actor: &str) -> Result<Purge>;

    /// Removes a piece of what is kept of the source, in one transaction that renews the lease; `false` when nothing is
    /// left. Each record takes a change of its own, and leaves its id with it ([`Store::removed_after`]). What people
    /// decided about the schedule of a source, and the requests that it was sent today, stay while it is configured.
    async fn purge_some(&self, purge: &Purge, at: jiff::Timestamp) -> Result<bool>;

    /// Takes what was deleted, now or ever, out of the files of the store. It copies the store, and holds writers up
    /// meanwhile.
    async fn erase_deleted(&self) -> Result<()>;

    /// Ends a purge that has nothing left to remove, and answers what it removed. The log of acts says the same
    /// (`source.purge`) in one transaction.
    async fn finish_purge(&self, purge: &Purge, actor: &str, at: jiff::Timestamp) -> Result<SourceHoldings>;

    // What people decide about the schedule of a source: it holds in every process, and outlives them.

    /// What was decided about a source. Cheap enough to be asked every second by each run.
    async fn intervention(&self, source: &str) -> Result<Intervention>;

    /// Pauses a source; `false`, and nothing is changed, when it is paused already. The log of acts says so
    /// (`source.pause`, by the actor) in the same transaction.
    async fn pause_source(&self, source: &str, pause: Pause, actor: &str) -> Result<bool>;

    /// Ends the pause of a source (`source.resume`); `false` when it is not paused.
    async fn resume_source(&self, source: &str, actor: &str, now: jiff::Timestamp) -> Result<bool>;

    /// Asks the run that holds the lease of a source to stop (`source.stop`): the process that runs it looks every second.
    /// Answers which run that is; `None` when there is none.
    async fn ask_to_stop(&self, source: &str, actor: &str, now: jiff::Timestamp) -> Result<Option<String>>;

    // Entries: what people register and agree on beside records.

    /// The newest version of an entry, if `viewer` may know of it.
    async fn entry(&self, kind: EntryKind, id: &str, viewer: &Viewer) -> Result<Option<Entry>>;

    /// The newest versions of the entries of a kind that `viewer` may know of, all or those that have a term, after an id,
    /// in the order of ids.
    async fn entries(
        &self,
        kind: EntryKind,
        term: Option<&str>,
        viewer: &Viewer,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Entry>>;

    /// The same from the last id backwards, or from before an id: of a kind whose ids are made in the order of time, the newest
    /// entries first.
    async fn entries_backwards(
        &self,
        kind: EntryKind,
        term: Option<&str>,
        viewer: &Viewer,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Entry>>;

    /// The newest versions of an entry that `viewer` could know of without a break, newest first.
    async fn entry_versions(&self, kind: EntryKind, id: &str, viewer: &Viewer) -> Result<Vec<Entry>>;

    /// Loads entries and records as they stand at one moment, whoever may know of them, for a decision that writes nothing.
    async fn load(&self, wanted: &Wanted) -> Result<Loaded>;

    /// Loads entries, lets `decide` say what becomes of them, and writes that and its lines in the log of acts, all in one
    /// write transaction: so a right is checked against the very version that is written over, and no change is unlogged.
    async fn amend(&self, wanted: &Wanted, decide: Decide<'_>) -> Result<()>;

    /// Forgets an entry with all of its versions, if `viewer` may know of its newest, and says so in the log of acts in the
    /// same transaction; `false`, and nothing is changed, otherwise. For what is its owner's alone: what others act on is
    /// ended by a further version.
    async fn forget_entry(&self, kind: EntryKind, id: &str, viewer: &Viewer, act: NewAct) -> Result<bool>;

    /// Forgets the entries of a kind whose first version came before `instant`, with all of their versions; answers how many. For a
    /// kind that nobody follows, and that is kept for a time alone.
    async fn forget_entries_before(&self, kind: EntryKind, instant: jiff::Timestamp) -> Result<u64>;

    // Tokens.

    /// Keeps a new token; only the hash of its secret is in the row. The log of acts says in the same transaction that
    /// `actor` made it (`token.create`), so that no token lives unlogged.
    async fn put_token(&self, token: NewToken, actor: &str) -> Result<TokenRow>;

    /// Keeps a token of a person (`token.create`); `None`, and nothing is kept, where they have `most` live ones already.
    async fn put_personal_token(&self, token: NewToken, most: u32, actor: &str) -> Result<Option<TokenRow>>;

    /// The live token with this hash: not revoked, not expired at `now`, and not of somebody whose account is closed.
    async fn token_by_hash(&self, hash: &[u8; 32], now: jiff::Timestamp) -> Result<Option<TokenRow>>;

    /// One token.
    async fn token(&self, id: &str) -> Result<Option<TokenRow>>;

    /// Every token, newest first.
    async fn tokens(&self) -> Result<Vec<TokenRow>>;

    /// Those of a person and those of an organisation, newest first.
    async fn tokens_of(&self, person: Option<&str>, organisation: Option<&str>) -> Result<Vec<TokenRow>>;

    /// Forgets the tokens that were revoked or expired before an instant; answers how many.
    async fn forget_tokens_before(&self, instant: jiff::Timestamp) -> Result<u64>;

    /// Revokes a token by its id and says so in the log of acts (`token.revoke`), in one transaction; `false` when there is
    /// none that is live.
    async fn revoke_token(&self, id: &str, actor: &str, now: jiff::Timestamp) -> Result<bool>;

    // Duplicates.

    /// Keeps what a person said of two records, in whichever order they are named, or forgets it (`None`), and says so in
    /// the log of acts (`duplicate.confirm`, `duplicate.reject`, `duplicate.forget`) in one transaction; `false` when that is
    /// how it was. A record with itself is refused (`StoreError::Invalid`).
    async fn decide_duplicates(
        &self,
        pair: (DatasetId, DatasetId),
        decision: Option<DuplicateDecision>,
        actor: &str,
        now: jiff::Timestamp,
    ) -> Result<bool>;

    /// Everything that was said of pairs of records, by their ids.
    async fn duplicate_decisions(&self) -> Result<Vec<PairDecision>>;

    // The store itself: what people did, which store it is, and its health.

    /// Which store this is: 32 hexadecimal digits, drawn when it was made and never changed. A copy of the store has the
    /// same, another store never has.
    async fn identity(&self) -> Result<String>;

    /// Adds a line to the log of acts.
    async fn log_act(&self, act: NewAct) -> Result<()> {
        self.log_acts(&[act]).await
    }

    /// Adds lines to the log of acts, in one transaction.
    async fn log_acts(&self, acts: &[NewAct]) -> Result<()>;

    /// The log of acts, newest first.
    async fn acts(&self, limit: u32) -> Result<Vec<Act>> {
        self.acts_that(&ActFilter::default(), limit).await
    }

    /// Lines of the log of acts, newest first.
    async fn acts_that(&self, filter: &ActFilter, limit: u32) -> Result<Vec<Act>>;

    /// The log of acts after a line, oldest first: what [`ActChain`] follows.
    async fn acts_after(&self, after: i64, limit: u32) -> Result<Vec<Act>>;

    /// Checks the store and answers what is wrong, empty when nothing is: its files (`SQLite` `PRAGMA quick_check`), what
    /// rows say of each other, and every revision and payload by its checksum, with the records named.
    async fn check(&self) -> Result<Vec<String>>;

    /// Checks the files alone and answers what is wrong, empty when all of them can be read from end to end.
    async fn check_files(&self) -> Result<Vec<String>>;
}
