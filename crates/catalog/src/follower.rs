//! The follower: brings the index up to the store, by sequence, and keeps it there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_policy::into_renditions;
use cairn_search::{Index, IndexChange, IndexWriter, SearchError, WriterOptions};
use cairn_store::{RecordState, Seq, StoreError, StoredRecord};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::error::blocking;
use crate::writer_lock::WriterLock;
use crate::{Catalog, CatalogError};

/// Records read from the store at a time.
const BATCH: u32 = 1000;
/// Removals read at a time, each an id.
const REMOVALS: u32 = 10_000;
/// Least time between two commits: each makes a segment, and segments cost again when they are merged and searched. A
/// change that comes alone is committed at once.
const COMMIT_EVERY: Duration = Duration::from_millis(700);
/// While changes keep coming, a commit may take one part in so many of the time.
const COMMIT_SHARE: u32 = 5;
/// Most time between two commits, however long they take.
const COMMIT_AT_LEAST: Duration = Duration::from_secs(5);
/// How often the follower looks for changes of other processes.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(150);

/// How long the follower waits after a failure before it tries again.
const PAUSE: Duration = Duration::from_secs(1);
/// How long it waits before it tidies again after that failed.
const TIDY_AGAIN: Duration = Duration::from_secs(10);
/// Least time between two looks into suspected damage, each of which reads the whole index.
const LOOK_INTO_DAMAGE_EVERY: Duration = Duration::from_mins(1);
/// How long it goes on after it was told to stop, to take in what was written last.
const LAST_CATCH_UP: Duration = Duration::from_secs(3);

/// Holds the index writer of a data folder, and with it the writer lock.
pub struct Follower {
    catalog: Catalog,
    /// What the writer writes. Searches get it when it is whole.
    index: Arc<Index>,
    // `None` while a blocking task has it, and when it could not be opened again.
    writer: Option<Box<dyn IndexWriter>>,
    pending: Pending,
    tidy_after: Option<Instant>,
    looked_into_damage: Option<Instant>,
    _lock: WriterLock,
}

/// What the writer was given and has not committed.
#[derive(Debug, Default)]
struct Pending {
    /// The last change of it.
    newest: Option<Seq>,
    /// When the last commit ended, and how long it took.
    last_commit: Option<(Instant, Duration)>,
}

impl Pending {
    /// Whether it is time for a commit.
    fn is_due(&self) -> bool {
        let Some((ended, took)) = self.last_commit else { return true };
        let pause = (took * (COMMIT_SHARE - 1)).clamp(COMMIT_EVERY, COMMIT_AT_LEAST);
        ended.elapsed() >= pause
    }
}

impl Catalog {
    /// Takes the index writer. A damaged index, or one of another version, is rebuilt from the store by the first
    /// [`Follower::catch_up`].
    ///
    /// # Errors
    /// `Held` with the holder's name when another process writes the index.
    pub async fn take_index_writer(&self, command: &str, now: Timestamp) -> Result<Follower, CatalogError> {
        let lock = WriterLock::take(self.data_folder(), command, now)?;
        let (index, writer) = self.open_index_for_writing().await?;
        self.show_only_index(&index);
        Ok(Follower {
            catalog: self.clone(),
            index,
            writer: Some(writer),
            pending: Pending::default(),
            tidy_after: None,
            looked_into_damage: None,
            _lock: lock,
        })
    }

    /// Opens the index for writing. One that is missing, damaged or of another version is made empty, and filled from the
    /// store by the next catch-up.
    async fn open_index_for_writing(&self) -> Result<(Arc<Index>, Box<dyn IndexWriter>), CatalogError> {
        let folder = self.index_folder();
        let forgotten = self.store().forgotten_up_to().await?;
        let latest = self.store().latest_seq().await?;
        let options = self.index_options(latest);
        blocking(move || {
            let opened = Index::open_writer_with(&folder, options.clone());
            let (index, writer) = match opened {
                // An index that holds more than the store was not made of what the store holds now: it went back.
                Ok((_, writer)) if writer.position() > latest => {
                    warn!("the index is ahead of the store and is rebuilt");
                    drop(writer);
                    Index::create_empty_with(&folder, options)?
                }
                Ok((index, writer)) if writer.position().max(index.begun_at()) < forgotten => {
                    warn!("the index is from before records were removed of which nothing is told any more, and is rebuilt");
                    drop(writer);
                    Index::create_empty_with(&folder, options)?
                }
                Ok(opened) => opened,
                Err(SearchError::Damaged(reason)) => {
                    warn!(reason, "the index is rebuilt from the store");
                    Index::create_empty_with(&folder, options)?
                }
                Err(error) => return Err(error.into()),
            };
            Ok((Arc::new(index), Box::new(writer) as Box<dyn IndexWriter>))
        })
        .await
    }

    /// How the index is written: for this store, with the operator's vocabularies. One that is made anew is searched when
    /// it holds what the store holds by now, its change `latest`.
    fn index_options(&self, latest: Seq) -> WriterOptions {
        WriterOptions {
            whole_at: latest,
            vocabularies: Some(self.shared_vocabularies()),
            vocabulary_fingerprint: self.words_fingerprint(),
            store: self.store_identity().to_owned(),
            ..WriterOptions::default()
        }
    }

    /// Waits until the index holds everything that was written until now ([`Catalog::index_up_to`]).
    ///
    /// # Errors
    /// `IndexUnavailable` when the holder of the writer did not get there in `patience`.
    pub async fn index_what_is_written(&self, patience: Duration, command: &str) -> Result<u64, CatalogError> {
        self.index_up_to(self.store().latest_seq().await?, patience, command).await
    }

    /// Waits until the index holds a change, for as long as some process writes it: the holder of the writer if there is
    /// one, else this process does it. Answers how many documents this process wrote.
    ///
    /// # Errors
    /// `IndexUnavailable` when the holder did not get there in `patience`.
    pub async fn index_up_to(&self, seq: Seq, patience: Duration, command: &str) -> Result<u64, CatalogError> {
        let begun = Instant::now();
        loop {
            let position = self.refreshed_position().await?;
            // Asked in this order: an index that is ahead of its store is one of another store, and is made anew.
            if position >= seq && position <= self.store().latest_seq().await? {
                return Ok(0);
            }
            match self.take_index_writer(command, Timestamp::now()).await {
                Ok(mut follower) => return follower.catch_up().await,
                Err(CatalogError::Held { .. }) if begun.elapsed() < patience => {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Err(CatalogError::Held { .. }) => return Err(CatalogError::IndexUnavailable),
                Err(error) => return Err(error),
            }
        }
    }
}

impl Catalog {
    /// Brings the index up to the store before a search, as far as that is possible in `patience`: where another process
    /// writes it and takes longer, what it has is searched.
    ///
    /// # Errors
    /// Store and index errors.
    pub async fn catch_index_up(&self, patience: Duration) -> Result<(), CatalogError> {
        let latest = self.store().latest_seq().await?;
        match self.index_up_to(latest, patience, "search").await {
            Ok(_) | Err(CatalogError::IndexUnavailable) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The next changes after one, for an index that was begun at another, and the last that they reach; `None` when there are
    /// no more.
    async fn changes_after(
        &self,
        position: Seq,
        begun_at: Seq,
    ) -> Result<Option<(Vec<IndexChange>, Seq)>, CatalogError> {
        let store = self.store();
        let latest = store.latest_seq().await?;
        if latest <= position {
            return Ok(None);
        }
        let mut gone = Vec::new();
        let (mut records, read_to) = match store.records_after(position, BATCH).await {
            Ok(records) => {
                // Where there are none, all changes up to the latest are those of records that are gone.
                let last = records.last().map_or(latest, |last| last.seq);
                (records, last)
            }
            Err(StoreError::DamagedRecord { id, seq, reason }) => {
                // One record that cannot be read must not keep the others out of the index.
                error!(%id, seq, reason, "a record is damaged in the store and is left out of the index");
                // What is found of it yet may be more than its newest terms allow.
                gone.push(id);
                (Vec::new(), seq)
            }
            Err(error) => return Err(error.into()),
        };
        // Asked for after the records: what was removed meanwhile has a later change, and comes the next time.
        let mut removed = store.removed_after(position, REMOVALS).await?;
        let newest = match removed.last() {
            Some(last) if removed.len() == REMOVALS as usize => read_to.min(last.seq),
            _ => read_to,
        };
        if position.max(begun_at) < store.forgotten_up_to().await? {
            let reason = "it holds records that were removed, of which nothing is told any more".to_owned();
            return Err(CatalogError::IndexDamaged { reason });
        }
        removed.retain(|removal| removal.seq <= newest);
        records.retain(|record| record.seq <= newest);
        gone.extend(removed.into_iter().map(|removal| removal.id));
        // One that came again stands among the records, so what is gone goes first.
        let gone = gone.into_iter().map(|id| IndexChange { id, renditions: Vec::new() });
        Ok(Some((gone.chain(records.into_iter().map(index_change)).collect(), newest)))
    }
}

impl Follower {
    /// Applies everything that the store has and the index has not, and commits it. Answers how many documents were
    /// written.
    ///
    /// # Errors
    /// Store and index errors; what was committed stays.
    pub async fn catch_up(&mut self) -> Result<u64, CatalogError> {
        self.catch_up_while(|| true).await
    }

    /// As [`Follower::catch_up`], as long as it may go on; it ends with a commit either way.
    async fn catch_up_while(&mut self, may_go_on: impl Fn() -> bool + Send) -> Result<u64, CatalogError> {
        let documents = self.add_what_is_new(may_go_on).await?;
        self.commit_pending().await?;
        Ok(documents)
    }

    /// Follows the store until it is told to stop; rewrites segments that remember what was withdrawn when there is
    /// nothing else to do. Errors are logged and tried again: the index stays behind, and searches go on.
    pub async fn follow(mut self, stop: CancellationToken) {
        let mut untidy = true;
        while !stop.is_cancelled() {
            if self.writer.is_none() || self.index_is_gone() {
                self.reopen().await;
                if self.writer.is_none() {
                    continue;
                }
            }
            if self.catalog.index_is_suspected() {
                self.look_into_damage().await;
            }
            let before = self.position();
            match self.follow_once(&stop).await {
                Ok(documents) => {
                    if documents > 0 {
                        info!(documents, seq = self.position(), "index follows the store");
                    }
                    // What is withdrawn writes no document, and has to be forgotten all the same.
                    if documents > 0 || self.position() != before {
                        untidy = true;
                    } else if untidy && self.pending.newest.is_none() {
                        untidy = self.tidy_up().await;
                    }
                }
                Err(CatalogError::IndexDamaged { reason }) => self.rebuild(&reason).await,
                Err(error) => {
                    warn!(%error, "the index stays behind; trying again");
                    tokio::time::sleep(PAUSE).await;
                    // A writer that failed once may never write again; what it had committed stays.
                    if !matches!(error, CatalogError::Store(_)) {
                        self.reopen().await;
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        let told = Instant::now();
        if let Err(error) = self.catch_up_while(|| told.elapsed() < LAST_CATCH_UP).await {
            warn!(%error, "the index stays behind; the next process that writes it goes on");
        }
    }

    /// Adds what is new, and commits when it is time to.
    async fn follow_once(&mut self, stop: &CancellationToken) -> Result<u64, CatalogError> {
        let documents = self.add_what_is_new(|| !stop.is_cancelled()).await?;
        if self.pending.is_due() {
            self.commit_pending().await?;
        }
        Ok(documents)
    }

    /// Gives the writer what the store has and it has not, as long as it may go on; a long way is committed in between, so
    /// that what there is can be found.
    async fn add_what_is_new(&mut self, may_go_on: impl Fn() -> bool + Send) -> Result<u64, CatalogError> {
        let mut documents = 0;
        while may_go_on() {
            let position = self.pending.newest.unwrap_or_else(|| self.position());
            let begun_at = self.index.begun_at();
            let Some((changes, newest)) = self.catalog.changes_after(position, begun_at).await? else {
                return Ok(documents);
            };
            documents += self.with_writer(move |writer| Ok(writer.add(&changes)?)).await?;
            self.pending.newest = Some(newest);
            if self.pending.is_due() {
                self.commit_pending().await?;
            }
        }
        Ok(documents)
    }

    async fn commit_pending(&mut self) -> Result<(), CatalogError> {
        let Some(newest) = self.pending.newest else { return Ok(()) };
        let begun = Instant::now();
        self.with_writer(move |writer| Ok(writer.commit(newest)?)).await?;
        self.pending = Pending { newest: None, last_commit: Some((Instant::now(), begun.elapsed())) };
        self.catalog.show_index(&self.index);
        Ok(())
    }

    /// Rewrites every segment that remembers what was withdrawn.
    ///
    /// # Errors
    /// Index errors.
    pub async fn forget_withdrawn(&mut self) -> Result<(), CatalogError> {
        while self.with_writer(|writer| Ok(writer.tidy()?)).await? {
            // A segment that is merged with others just now is rewritten by that.
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// The last change that the index holds.
    pub fn position(&self) -> Seq {
        self.writer.as_ref().map_or(0, |writer| writer.position())
    }

    /// Throws the index away and makes it anew from the store. What was searched before is searched until it has caught up.
    ///
    /// # Errors
    /// A damaged store, of which the index that is there may be all that is left: it stays. Other errors of store and index; the
    /// new index is then filled by the next catch-up.
    pub async fn reindex(&mut self) -> Result<u64, CatalogError> {
        if let Some(reason) = self.catalog.store().check_files().await?.into_iter().next() {
            return Err(StoreError::Damaged { reason }.into());
        }
        self.begin_anew().await?;
        self.catalog.show_index(&self.index);
        self.catch_up().await
    }

    /// Puts an empty index in the place of the one that is there.
    async fn begin_anew(&mut self) -> Result<(), CatalogError> {
        let latest = self.catalog.store().latest_seq().await?;
        self.writer = None;
        self.pending = Pending::default();
        let folder = self.catalog.index_folder();
        let options = self.catalog.index_options(latest);
        let (index, writer) = blocking(move || Ok(Index::create_empty_with(&folder, options)?)).await?;
        self.index = Arc::new(index);
        self.writer = Some(Box::new(writer));
        Ok(())
    }

    /// Whether somebody took the index away from under the writer.
    fn index_is_gone(&self) -> bool {
        // A look that fails tells nothing.
        matches!(self.catalog.index_folder().join("schema.json").try_exists(), Ok(false))
    }

    /// Gives the writer up and opens the index again, as a new process would.
    async fn reopen(&mut self) {
        self.writer = None;
        self.pending = Pending::default();
        match self.catalog.open_index_for_writing().await {
            Ok((index, writer)) => {
                self.index = index;
                self.writer = Some(writer);
                self.catalog.show_index(&self.index);
            }
            Err(error) => {
                warn!(%error, "the index cannot be opened; trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Makes a damaged index anew; nothing is searched until it has caught up, because the damage may be in any answer.
    async fn rebuild(&mut self, reason: &str) {
        error!(reason, "the index is damaged and is made anew from the store");
        match self.begin_anew().await {
            Ok(()) => self.catalog.show_only_index(&self.index),
            Err(error) => {
                warn!(%error, "the index could not be made anew; trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Checks the index that somebody met damage in, and makes it anew if it is damaged.
    async fn look_into_damage(&mut self) {
        if self.looked_into_damage.is_some_and(|last| last.elapsed() < LOOK_INTO_DAMAGE_EVERY) {
            return;
        }
        self.looked_into_damage = Some(Instant::now());
        let index = Arc::clone(&self.index);
        match blocking(move || Ok(index.check()?)).await {
            Ok(()) => warn!("the files of the index are sound, though a search took them for damaged"),
            Err(CatalogError::IndexDamaged { reason }) => self.rebuild(&reason).await,
            Err(error) => {
                warn!(%error, "the index cannot be checked for damage; trying again");
                return;
            }
        }
        self.catalog.clear_index_of_suspicion();
    }

    /// Rewrites a segment that remembers what was withdrawn, and lets small ones be merged. Answers whether there may be more
    /// to do.
    async fn tidy_up(&mut self) -> bool {
        if self.tidy_after.is_some_and(|after| Instant::now() < after) {
            return true;
        }
        let tidied = self.with_writer(|writer| Ok(writer.tidy()? || writer.settle()?)).await;
        match self.catalog.noticing_damage(tidied) {
            Ok(more) => more,
            Err(error) => {
                warn!(%error, "what was withdrawn is still in the files of the index; trying again");
                self.tidy_after = Some(Instant::now() + TIDY_AGAIN);
                true
            }
        }
    }

    async fn with_writer<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut dyn IndexWriter) -> Result<T, CatalogError> + Send + 'static,
    ) -> Result<T, CatalogError> {
        let mut writer = self.writer.take().ok_or(CatalogError::IndexUnavailable)?;
        let (writer, result) = blocking(move || {
            let result = work(writer.as_mut());
            Ok((writer, result))
        })
        .await?;
        self.writer = Some(writer);
        if result.is_err() {
            // The writer forgets what it had not committed, so it is given all of that again.
            self.pending.newest = None;
        }
        result
    }
}

/// The documents of a record: its renditions while it is active, none once it is retired.
fn index_change(record: StoredRecord) -> IndexChange {
    let id = record.dataset.id;
    let renditions = match record.state {
        RecordState::Active => into_renditions(record.dataset),
        RecordState::Retired => Vec::new(),
    };
    IndexChange { id, renditions }
}
