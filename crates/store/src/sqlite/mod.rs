//! The store in one `SQLite` file, which any number of processes on one machine share.
//!
//! Each process has one connection that writes, and a few that read. A write transaction begins with `BEGIN IMMEDIATE`,
//! so writers, in this process and in others, come one after another, and the change sequence is in commit order.
//! The write-ahead log lets readers go on beside a writer; `synchronous=FULL` means that what was answered as written
//! survives a loss of power.

mod acts;
mod audiences;
mod budgets;
mod by_hand;
mod check;
mod checkpoints;
mod duplicates;
mod entries;
mod held;
mod identity;
mod interventions;
mod leases;
mod marks;
mod migration;
mod notifications;
mod open;
mod pages;
mod people;
mod problems;
mod purge;
mod recent;
mod records;
mod removals;
mod retention;
mod rows;
mod runs;
mod sources;
mod successors;
mod tokens;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use cairn_model::DatasetId;
use cairn_policy::Viewer;
use jiff::Timestamp;
use sqlx::{Sqlite, SqlitePool, Transaction};

pub use open::OpenMode;

use crate::error::Doing;
use crate::{
    Act, ActFilter, ActiveCount, ChangeMark, Clock, Decide, DuplicateDecision, Entry, EntryKind, Held, HistoryCut,
    Intervention, KnownRecord, Lease, ListingProblem, ListingProblemMark, Loaded, Marks, NewAct, NewRun, NewToken,
    NewestRevision, PageWrite, PairDecision, Pause, ProblemKind, Purge, RecordOfSource, Removal, Result, Revision,
    RevisionMark, RunOutcome, RunProblem, RunRow, Seq, SourceHoldings, SourceRow, Store, StoreError, StoredRecord,
    Succession, TokenRow, VisibleRecord, Wanted, Written,
};

/// The store in one `SQLite` file. Dropping it is safe at any time; [`SqliteStore::close`] also tidies its log away.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    clock: Clock,
    /// One connection; none when the store is open for reading only.
    writer: Option<SqlitePool>,
    readers: SqlitePool,
    /// Most pages of the file, for connections that are opened anew; 0 is no limit.
    page_limit: Arc<AtomicU32>,
    /// The same of the files of marks.
    marks_limit: AtomicU32,
    recent: recent::Recent,
}

impl SqliteStore {
    /// Opens the store in a file, and brings it to this program's version unless it is only read.
    ///
    /// # Errors
    /// `NotFound` where there is none and none is to be made; `Newer` and `Older` for other versions; `Damaged` for a
    /// file that is no store, is cut short or cannot be read.
    pub async fn open(path: impl AsRef<Path>, mode: OpenMode) -> Result<Self> {
        Self::open_with_clock(path, mode, Clock::default()).await
    }

    /// Opens the store with a clock of its own for the expiry of leases, see [`SqliteStore::open`].
    pub async fn open_with_clock(path: impl AsRef<Path>, mode: OpenMode, clock: Clock) -> Result<Self> {
        open::open(path.as_ref(), mode, clock).await
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for what is being done, moves the log into the file, and closes it.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }

    /// Lets the file grow to so many pages (of 4 KiB) and no further, or without limit: a write that needs more
    /// answers `DiskFull`. Holds for writes of this process.
    pub async fn limit_pages(&self, most: Option<u32>) -> Result<()> {
        const DOING: &str = "limiting the size of the store";
        self.page_limit.store(most.unwrap_or(0), Ordering::SeqCst);
        let mut connection = self.writer()?.acquire().await.doing(DOING)?;
        open::limit_pages(&mut connection, most).await.doing(DOING)
    }

    /// Lets the marks that are opened from here on ([`Store::open_marks`]) grow to so many pages of 4 KiB and no further, as
    /// if the disk of their temporary file were full, or without limit.
    pub fn limit_marks(&self, most: Option<u32>) {
        self.marks_limit.store(most.unwrap_or(0), Ordering::SeqCst);
    }

    fn writer(&self) -> Result<&SqlitePool> {
        self.writer.as_ref().ok_or_else(|| StoreError::Storage {
            doing: "writing",
            reason: "the store was opened for reading only".to_owned(),
        })
    }

    /// Begins a transaction that holds the write lock of the file; dropped without a commit, it undoes what it did.
    async fn begin(&self, doing: &'static str) -> Result<Transaction<'static, Sqlite>> {
        const BEGIN: &str = "BEGIN IMMEDIATE";
        let writer = self.writer()?;
        match writer.begin_with(BEGIN).await {
            // SQLite ends a transaction by itself on some errors, a full disk among them, and the driver goes on
            // counting it as open. Such a connection begins no other one, so it is replaced.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                writer.acquire().await.doing(doing)?.close().await.doing(doing)?;
                writer.begin_with(BEGIN).await.doing(doing)
            }
            begun => begun.doing(doing),
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn record(&self, id: DatasetId) -> Result<Option<StoredRecord>> {
        records::record(self, id).await
    }

    async fn visible_record(&self, id: DatasetId, viewer: &Viewer) -> Result<Option<VisibleRecord>> {
        audiences::visible_record(self, id, viewer).await
    }

    async fn records_after(&self, after: Seq, limit: u32) -> Result<Vec<StoredRecord>> {
        records::records_after(self, after, limit).await
    }

    async fn removed_after(&self, after: Seq, limit: u32) -> Result<Vec<Removal>> {
        removals::removed_after(self, after, limit).await
    }

    async fn forgotten_up_to(&self) -> Result<Seq> {
        removals::forgotten_up_to(self).await
    }

    async fn latest_seq(&self) -> Result<Seq> {
        records::latest_seq(self).await
    }

    async fn known(&self, source: &str, source_record_ids: &[String]) -> Result<Vec<KnownRecord>> {
        records::known(self, source, source_record_ids).await
    }

    async fn newest_revisions(&self, ids: &[DatasetId]) -> Result<Vec<NewestRevision>> {
        records::newest_revisions(self, ids).await
    }

    async fn successions(&self, ids: &[DatasetId]) -> Result<Vec<Succession>> {
        successors::successions(self, ids).await
    }

    async fn active_records(&self, source: &str, after: &str, limit: u32) -> Result<Vec<KnownRecord>> {
        records::active_records(self, source, after, limit).await
    }

    async fn active_count(&self, source: &str) -> Result<ActiveCount> {
        records::active_count(self, source).await
    }

    async fn open_marks(&self) -> Result<Box<dyn Marks>> {
        marks::open_marks(self).await
    }

    async fn records_of_source(&self, source: &str, after: &str, limit: u32) -> Result<Vec<RecordOfSource>> {
        records::records_of_source(self, source, after, limit).await
    }

    async fn history(&self, id: DatasetId) -> Result<Vec<Revision>> {
        records::history(self, id).await
    }

    async fn visible_marks(&self, id: DatasetId, viewer: &Viewer) -> Result<Vec<RevisionMark>> {
        audiences::visible_marks(self, id, viewer).await
    }

    async fn visible_changes(&self, after: Seq, viewer: &Viewer, limit: usize) -> Result<Vec<ChangeMark>> {
        audiences::visible_changes(self, after, viewer, limit).await
    }

    async fn visible_removal(&self, id: DatasetId, at: Timestamp, viewer: &Viewer) -> Result<Option<Seq>> {
        removals::visible_removal(self, id, at, viewer).await
    }

    async fn revision(&self, id: DatasetId, seq: Seq) -> Result<Option<Revision>> {
        records::revision_at(self, id, seq).await
    }

    async fn payload(&self, id: DatasetId) -> Result<Option<(String, Vec<u8>)>> {
        records::payload(self, id).await
    }

    async fn begin_run(&self, run: NewRun) -> Result<Lease> {
        leases::begin_run(self, run).await
    }

    async fn renew(&self, lease: &Lease) -> Result<()> {
        leases::renew(self, lease).await
    }

    async fn write_page(&self, lease: &Lease, page: PageWrite) -> Result<Written> {
        pages::write_page(self, lease, page).await
    }

    async fn finish_run(&self, lease: &Lease, outcome: RunOutcome) -> Result<Written> {
        runs::finish_run(self, lease, outcome).await
    }

    async fn close_abandoned_runs(&self) -> Result<u64> {
        leases::close_abandoned_runs(self).await
    }

    async fn runs(&self, source: Option<&str>, limit: u32) -> Result<Vec<RunRow>> {
        runs::runs(self, source, limit).await
    }

    async fn run(&self, source: &str, run: &str) -> Result<Option<RunRow>> {
        runs::run(self, source, run).await
    }

    async fn last_complete_run(&self, source: &str) -> Result<Option<RunRow>> {
        runs::last_complete_run(self, source).await
    }

    async fn runs_of_sources(&self, sources: &[String], limit: u32) -> Result<Vec<RunRow>> {
        runs::runs_of_sources(self, sources, limit).await
    }

    async fn unreachable_since(&self, source: &str) -> Result<Option<Timestamp>> {
        runs::unreachable_since(self, source).await
    }

    async fn run_problems(&self, run: &str, limit: u32) -> Result<Vec<RunProblem>> {
        runs::run_problems(self, run, limit).await
    }

    async fn problem_kinds(&self, run: &str) -> Result<Vec<ProblemKind>> {
        problems::problem_kinds(self, run).await
    }

    async fn listing_problems(&self, source: &str, after: i64, limit: u32) -> Result<Vec<ListingProblem>> {
        problems::listing_problems(self, source, after, limit).await
    }

    async fn listing_problem_marks(&self, source: &str) -> Result<Vec<ListingProblemMark>> {
        problems::listing_problem_marks(self, source).await
    }

    async fn held_now(&self, source: &str) -> Result<Vec<Held>> {
        held::held_now(self, source).await
    }

    async fn held_by(&self, run: &str) -> Result<Vec<Held>> {
        held::held_by(self, run).await
    }

    async fn forget_runs_before(&self, instant: Timestamp) -> Result<u64> {
        runs::forget_runs_before(self, instant).await
    }

    async fn forget_retired_before(&self, instant: Timestamp) -> Result<u64> {
        retention::forget_retired_before(self, instant).await
    }

    async fn forget_removals_before(&self, instant: Timestamp) -> Result<u64> {
        retention::forget_removals_before(self, instant).await
    }

    async fn cut_history_before(&self, instant: Timestamp) -> Result<HistoryCut> {
        retention::cut_history_before(self, instant).await
    }

    async fn spend_request(&self, source: &str, at: Timestamp, per_day: u64) -> Result<bool> {
        budgets::spend_request(self, source, at, per_day).await
    }

    async fn budget_renews(&self, source: &str, per_day: u64) -> Result<Option<Timestamp>> {
        budgets::budget_renews(self, source, per_day).await
    }

    async fn put_source(&self, source: SourceRow) -> Result<()> {
        sources::put_source(self, source).await
    }

    async fn remembers_source(&self, source: &str) -> Result<bool> {
        sources::remembers_source(self, source).await
    }

    async fn sources(&self) -> Result<Vec<SourceRow>> {
        sources::sources(self).await
    }

    async fn source_holdings(&self, source: &str) -> Result<Option<SourceHoldings>> {
        purge::source_holdings(self, source).await
    }

    async fn begin_purge(&self, purge: NewRun, actor: &str) -> Result<Purge> {
        purge::begin_purge(self, purge, actor).await
    }

    async fn purge_some(&self, purge: &Purge, at: Timestamp) -> Result<bool> {
        purge::purge_some(self, purge, at).await
    }

    async fn erase_deleted(&self) -> Result<()> {
        purge::erase_deleted(self).await
    }

    async fn finish_purge(&self, purge: &Purge, actor: &str, at: Timestamp) -> Result<SourceHoldings> {
        purge::finish_purge(self, purge, actor, at).await
    }

    async fn intervention(&self, source: &str) -> Result<Intervention> {
        interventions::intervention(self, source).await
    }

    async fn pause_source(&self, source: &str, pause: Pause, actor: &str) -> Result<bool> {
        interventions::pause_source(self, source, pause, actor).await
    }

    async fn resume_source(&self, source: &str, actor: &str, now: Timestamp) -> Result<bool> {
        interventions::resume_source(self, source, actor, now).await
    }

    async fn ask_to_stop(&self, source: &str, actor: &str, now: Timestamp) -> Result<Option<String>> {
        interventions::ask_to_stop(self, source, actor, now).await
    }

    async fn entry(&self, kind: EntryKind, id: &str, viewer: &Viewer) -> Result<Option<Entry>> {
        entries::entry(self, kind, id, viewer).await
    }

    async fn entries(
        &self,
        kind: EntryKind,
        term: Option<&str>,
        viewer: &Viewer,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Entry>> {
        entries::entries(self, kind, term, viewer, after, limit).await
    }

    async fn entries_backwards(
        &self,
        kind: EntryKind,
        term: Option<&str>,
        viewer: &Viewer,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Entry>> {
        entries::entries_backwards(self, kind, term, viewer, before, limit).await
    }

    async fn entry_versions(&self, kind: EntryKind, id: &str, viewer: &Viewer) -> Result<Vec<Entry>> {
        entries::versions(self, kind, id, viewer).await
    }

    async fn load(&self, wanted: &Wanted) -> Result<Loaded> {
        entries::loaded(self, wanted).await
    }

    async fn amend(&self, wanted: &Wanted, decide: Decide<'_>) -> Result<()> {
        entries::amend(self, wanted, decide).await
    }

    async fn forget_entry(&self, kind: EntryKind, id: &str, viewer: &Viewer, act: NewAct) -> Result<bool> {
        entries::forget(self, kind, id, viewer, act).await
    }

    async fn forget_entries_before(&self, kind: EntryKind, instant: Timestamp) -> Result<u64> {
        entries::forget_before(self, kind, instant).await
    }

    async fn put_token(&self, token: NewToken, actor: &str) -> Result<TokenRow> {
        tokens::put_token(self, token, actor).await
    }

    async fn put_personal_token(&self, token: NewToken, most: u32, actor: &str) -> Result<Option<TokenRow>> {
        tokens::put_personal_token(self, token, most, actor).await
    }

    async fn tokens_of(&self, person: Option<&str>, organisation: Option<&str>) -> Result<Vec<TokenRow>> {
        tokens::tokens_of(self, person, organisation).await
    }

    async fn forget_tokens_before(&self, instant: Timestamp) -> Result<u64> {
        tokens::forget_before(self, instant).await
    }

    async fn token_by_hash(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<TokenRow>> {
        tokens::token_by_hash(self, hash, now).await
    }

    async fn token(&self, id: &str) -> Result<Option<TokenRow>> {
        tokens::token(self, id).await
    }

    async fn tokens(&self) -> Result<Vec<TokenRow>> {
        tokens::tokens(self).await
    }

    async fn revoke_token(&self, id: &str, actor: &str, now: Timestamp) -> Result<bool> {
        tokens::revoke_token(self, id, actor, now).await
    }

    async fn decide_duplicates(
        &self,
        pair: (DatasetId, DatasetId),
        decision: Option<DuplicateDecision>,
        actor: &str,
        now: Timestamp,
    ) -> Result<bool> {
        duplicates::decide(self, pair, decision, actor, now).await
    }

    async fn duplicate_decisions(&self) -> Result<Vec<PairDecision>> {
        duplicates::decisions(self).await
    }

    async fn identity(&self) -> Result<String> {
        identity::identity(self).await
    }

    async fn log_acts(&self, acts: &[NewAct]) -> Result<()> {
        acts::log_acts(self, acts).await
    }

    async fn acts_that(&self, filter: &ActFilter, limit: u32) -> Result<Vec<Act>> {
        acts::acts_that(self, filter, limit).await
    }

    async fn acts_after(&self, after: i64, limit: u32) -> Result<Vec<Act>> {
        acts::acts_after(self, after, limit).await
    }

    async fn check(&self) -> Result<Vec<String>> {
        check::check(self).await
    }

    async fn check_files(&self) -> Result<Vec<String>> {
        check::check_files(self).await
    }
}
