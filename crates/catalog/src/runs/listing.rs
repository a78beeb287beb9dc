//! The way through a listing: pages are fetched, compared and written one behind the other.

use std::sync::Arc;
use std::time::Duration;

use cairn_harvest::kinds::{self, ConnectContext};
use cairn_harvest::{Connector, EndProof, HarvestError, Page};
use cairn_model::DatasetId;
use cairn_store::{Lease, PageWrite, ProblemKinds, RunProblem, StoreError, Written};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::listed_ids::ListedIds;
use super::replay::{Replay, unreadable};
use super::{HarvestOptions, Progress, Reads, Run, RunCheckpoint, RunState};
use crate::{Catalog, CatalogError};

/// Problems that the report of a dry run lists.
const PROBLEMS_REPORTED: usize = 1000;

/// The kind of a table of holdings: its configuration says where the records stand in it.
const INVENTORY: &str = "inventory";

/// How long a page that was compared waits for the next one, to be written while that is compared.
const SLOW: Duration = Duration::from_secs(1);

/// How long a page may still be compared after its run was stopped. All in all a run ends within ten seconds.
const LAST_PAGE: Duration = Duration::from_secs(4);

/// How reading the listing ended.
pub(super) enum Ended {
    Listed {
        proof: EndProof,
        state: Option<String>,
        is_sweep: bool,
        requests: u64,
    },
    Broken {
        error: HarvestError,
        requests: u64,
    },
    Cancelled {
        requests: u64,
    },
    /// The time of the run was over.
    OutOfTime {
        requests: u64,
    },
    LeaseLost,
    Store(CatalogError),
}

impl Ended {
    /// Requests that were sent, where it is known.
    pub(super) fn requests(&self) -> Option<u64> {
        match self {
            Self::Listed { requests, .. }
            | Self::Broken { requests, .. }
            | Self::Cancelled { requests }
            | Self::OutOfTime { requests } => Some(*requests),
            Self::LeaseLost | Self::Store(_) => None,
        }
    }
}

/// Why the source is not waited for any longer.
#[derive(Debug, Clone, Copy)]
enum GivenUp {
    Stopped,
    OutOfTime,
}

impl GivenUp {
    fn after(self, requests: u64) -> Ended {
        match self {
            Self::Stopped => Ended::Cancelled { requests },
            Self::OutOfTime => Ended::OutOfTime { requests },
        }
    }
}

/// How long a source is waited for: until its run is stopped, or the time of the run is over.
struct Patience<'a> {
    stop: &'a CancellationToken,
    deadline: Instant,
}

impl Patience<'_> {
    /// Waits for something of the source. What is asked for when the time is over is not begun: a source whose answers all
    /// come at once is given up, too.
    async fn wait_for<T>(&self, work: impl Future<Output = T>) -> Result<T, GivenUp> {
        if Instant::now() >= self.deadline {
            return Err(GivenUp::OutOfTime);
        }
        match timeout_at(self.deadline, self.stop.run_until_cancelled(work)).await {
            Ok(Some(done)) => Ok(done),
            Ok(None) => Err(GivenUp::Stopped),
            Err(_) => Err(GivenUp::OutOfTime),
        }
    }
}

/// What is to be done about a page that was compared with the store.
pub(super) enum Step {
    /// Nothing: there was no page, or the run is dry.
    Nothing,
    /// The lease is kept.
    Renew,
    /// The page is written, in one transaction with its checkpoint.
    Write(Box<PageWrite>),
}

impl Catalog {
    async fn take_step(&self, lease: Option<&Lease>, step: Step) -> Result<Written, CatalogError> {
        let Some(lease) = lease else { return Ok(Written::default()) };
        match step {
            Step::Nothing => {}
            Step::Renew => self.store().renew(lease).await?,
            Step::Write(page) => return Ok(self.store().write_page(lease, *page).await?),
        }
        Ok(Written::default())
    }
}

/// Does some work, or gives it up when it is not done soon after the run was stopped.
pub(super) async fn unless_stopped_for_long<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = async { stop.cancelled().await; tokio::time::sleep(LAST_PAGE).await } => None,
    }
}

impl Run<'_> {
    /// Reads every page. Three pages are on their way at a time: while one is written, the next is read and compared, and
    /// the one after that is fetched. A source that is slower than that is not waited for to write what it gave.
    ///
    /// When `stop` is cancelled, whatever the source is waited for is given up at once: an answer, a body, a pause that it
    /// asked for, a page that is being read. The page at hand is compared, if that is done soon, and written. The same holds
    /// when the run has taken as long as its source may.
    pub(super) async fn read_listing(
        &mut self,
        options: &HarvestOptions,
        stop: &CancellationToken,
        progress: &dyn Progress,
    ) -> Ended {
        let patience = Patience { stop, deadline: Instant::now() + self.rules.source.limits.longest_run() };
        let connected = patience.wait_for(self.connect(options)).await;
        let mut connector = match connected {
            Ok(Ok(connector)) => connector,
            Ok(Err(error)) => {
                self.note_failure(&error, options);
                return Ended::Broken { error, requests: 0 };
            }
            Err(given_up) => return given_up.after(0),
        };
        let catalog = self.catalog;
        let lease = self.lease.clone();
        let mut compared = Step::Nothing;
        let mut fetched = patience.wait_for(connector.next_page()).await;
        let ended = loop {
            let page = match fetched {
                Ok(Ok(page)) => page,
                Ok(Err(error)) => {
                    self.note_failure(&error, options);
                    break Ended::Broken { error, requests: connector.requests() };
                }
                Err(given_up) => break given_up.after(connector.requests()),
            };
            // What is kept of the source is read without asking it.
            self.reached = (!options.replay).then_some(true);
            let Some(page) = page else {
                break Ended::Listed {
                    proof: connector.end_proof(),
                    state: connector.state(),
                    is_sweep: connector.is_sweep(),
                    requests: connector.requests(),
                };
            };
            let expected = page.expected;
            let mut fetching = Box::pin(patience.wait_for(connector.next_page()));
            let (written, next, after) = tokio::join!(
                catalog.take_step(lease.as_ref(), compared),
                unless_stopped_for_long(stop, self.compare_page(page)),
                timeout(SLOW, &mut fetching),
            );
            if let Err(ended) = self.note_written(written) {
                return ended;
            }
            compared = match next {
                Some(Ok(to_take)) => to_take,
                Some(Err(error)) => return Ended::Store(error),
                None => Step::Nothing,
            };
            progress.advanced(&self.rules.source.id, self.counts.listed, expected);
            fetched = if let Ok(after) = after {
                after
            } else {
                // Nothing else is to be done: what was compared is kept, and found, while the source is waited for.
                let to_take = std::mem::replace(&mut compared, Step::Nothing);
                let (written, after) = tokio::join!(catalog.take_step(lease.as_ref(), to_take), &mut fetching);
                if let Err(ended) = self.note_written(written) {
                    return ended;
                }
                after
            };
            drop(fetching);
            if stop.is_cancelled() {
                break Ended::Cancelled { requests: connector.requests() };
            }
        };
        let written = catalog.take_step(lease.as_ref(), compared).await;
        if let Err(unwritten) = self.note_written(written) {
            return unwritten;
        }
        let written = match self.compare_aside(matches!(ended, Ended::Listed { .. })).await {
            Ok(rest) => catalog.take_step(lease.as_ref(), rest).await,
            Err(error) => Err(error),
        };
        match self.note_written(written) {
            Ok(()) => ended,
            Err(unwritten) => unwritten,
        }
    }

    /// Notes whether a run that gives up reached its source: one that was given a page did.
    fn note_failure(&mut self, error: &HarvestError, options: &HarvestOptions) {
        if !options.replay && self.reached.is_none() {
            self.reached = match error {
                HarvestError::Unreachable { .. } => Some(false),
                HarvestError::NotACatalogue { .. } | HarvestError::TooLarge { .. } => Some(true),
                _ => None,
            };
        }
    }

    /// Counts what was written.
    fn note_written(&mut self, written: Result<Written, CatalogError>) -> Result<(), Ended> {
        match written {
            Ok(written) => {
                self.counts.writes += written.rows;
                self.left += written.left;
                self.seq = self.seq.max(written.seq);
                Ok(())
            }
            Err(CatalogError::Store(StoreError::LeaseLost)) => Err(Ended::LeaseLost),
            Err(error) => Err(Ended::Store(error)),
        }
    }

    pub(super) async fn connect(&mut self, options: &HarvestOptions) -> Result<Box<dyn Connector>, HarvestError> {
        let state = self.lease.as_ref().and_then(|lease| lease.state.as_deref());
        let state: Option<RunState> = state.and_then(|text| serde_json::from_str(text).ok());
        self.swept = state.as_ref().and_then(|state| state.swept);
        self.unnamed_before = state.as_ref().map_or(0, |state| state.unnamed);
        let source = &self.rules.source;
        let reading = hex::encode(self.rules.fingerprint());
        if options.replay {
            let is_known = state.as_ref().is_some_and(|state| state.reading == reading);
            let holds = is_known || self.kept_is_all().await.map_err(unreadable)?;
            let left = state.filter(|_| holds).and_then(|state| state.connector);
            return Ok(Box::new(Replay::new(self.catalog.clone(), &self.rules.source.id, left)));
        }
        let whole = options.reads_everything();
        let state = state.filter(|state| state.reading == reading && !whole);
        let resume = self.lease.as_ref().and_then(|lease| lease.resume.as_ref());
        let resume = resume.and_then(|resume| serde_json::from_str::<RunCheckpoint>(&resume.checkpoint).ok());
        let resume = resume.filter(|resume| resume.reading == reading && !whole);
        self.swept = self.swept.or(resume.as_ref().and_then(|resume| resume.swept));
        kinds::connect(
            source,
            ConnectContext {
                fetcher: self.fetcher.clone(),
                vocabularies: self.catalog.shared_vocabularies(),
                previous_state: state.and_then(|state| state.connector),
                changes_only: source.asks_for_changes(self.swept, self.rules.now),
                resume: resume.map(|resume| resume.connector),
                full: whole,
                ids: Arc::new(ListedIds(self.catalog.clone())),
            },
        )
        .await
    }

    /// Whether what is kept of the source is all that a harvest by another reading would take from what did not change there:
    /// nothing was refused, and no setting says which tables and rows of a file are records.
    async fn kept_is_all(&self) -> Result<bool, StoreError> {
        let source = &self.rules.source;
        Ok(source.kind != INVENTORY && self.catalog.store().listing_problem_marks(&source.id).await?.is_empty())
    }

    /// Compares one page with the store. Answers what has to be written.
    pub(super) async fn compare_page(&mut self, page: Page) -> Result<Step, CatalogError> {
        let begins_anew = self.begins_anew(page.goes_on, page.unnamed_anew).await?;
        let named = page.records.iter().filter_map(|record| record.source_record_id.as_ref());
        let named = named.chain(&page.unchanged).chain(&page.also_listed);
        let ids: Vec<_> = named.map(|id| *DatasetId::new(&self.rules.source.id, id).as_bytes()).collect();
        self.seen.look_up(ids).await?;
        let mut compared = self.compare(page.records).await?;
        self.unnamed += page.unnamed;
        self.meet_left_out(&page.unchanged, &mut compared).await?;
        for source_record_id in &page.also_listed {
            let id = DatasetId::new(&self.rules.source.id, source_record_id);
            if self.seen.list(id) {
                self.counts.listed += 1;
                compared.listed.push(id);
            }
        }
        let mut listing_problems: Vec<RunProblem> =
            page.problems.into_iter().map(|problem| RunProblem { source_record_id: None, problem }).collect();
        listing_problems.extend(compared.listing_problems);
        let places: Vec<_> = listing_problems.iter().map(RunProblem::place).collect();
        self.seen.look_up(places.iter().copied()).await?;
        for place in &places {
            self.seen.meet_problem(place);
        }
        self.seen.put_away().await?;
        let mut problems = listing_problems.clone();
        problems.extend(compared.problems);
        self.kinds.count_all(&problems);
        self.counts.problems += problems.len() as u64;
        self.counts.errors +=
            problems.iter().filter(|row| row.problem.severity == cairn_model::Severity::Error).count() as u64;
        if self.lease.is_none() {
            self.report_problems(problems);
            return Ok(Step::Nothing);
        }
        self.can_be_resumed |= page.checkpoint.is_some();
        let is_quiet = !begins_anew && compared.writes.is_empty() && problems.is_empty() && self.holding.is_unchanged();
        if !self.can_be_resumed {
            self.listed_before += compared.listed.len() as u64;
            if is_quiet {
                // Nothing changed: nothing is written but the lease, which is no part of the catalogue.
                return Ok(Step::Renew);
            }
        }
        let listed = self.listed_to_remember(compared.listed).await?;
        let (held, released) = self.holding.take_changes();
        let checkpoint = self.coverage.put_off(page.checkpoint).and_then(|connector| self.checkpoint(connector));
        self.leaves_a_place = checkpoint.is_some();
        Ok(Step::Write(Box::new(PageWrite {
            records: compared.writes,
            problems,
            // What a replay lacks is no fault of the source.
            listing_problems: if self.reads == Reads::Kept { Vec::new() } else { listing_problems },
            kinds: self.kinds.clone().sorted(),
            held,
            released,
            begins_anew,
            finds_nothing: self.reads == Reads::Kept,
            listed,
            checkpoint,
            counts: self.counts,
            at: self.rules.now,
        })))
    }

    /// What the store is to remember as listed, so that the run which goes on from a checkpoint does not take it for missing:
    /// with the first one, also what the pages before it listed.
    async fn listed_to_remember(&mut self, listed: Vec<DatasetId>) -> Result<Vec<DatasetId>, CatalogError> {
        match (self.can_be_resumed, self.listed_before) {
            (false, _) => Ok(Vec::new()),
            (true, 0) => Ok(listed),
            (true, _) => {
                self.listed_before = 0;
                self.seen.listed().await
            }
        }
    }

    /// Compares, at the end of a listing that is whole or was broken off, what was put aside until there was enough to judge
    /// it by.
    pub(super) async fn compare_aside(&mut self, is_whole: bool) -> Result<Step, CatalogError> {
        if !self.coverage.ends(is_whole) {
            return Ok(Step::Nothing);
        }
        let checkpoint = self.coverage.take_checkpoint();
        self.compare_page(Page { checkpoint, ..Page::default() }).await
    }

    /// A checkpoint of the connector, as it is kept, with what the pages before it said and the catalogue does not hold yet.
    fn checkpoint(&self, connector: String) -> Option<String> {
        let deleted = self.seen.deleted_for_checkpoint()?;
        let reading = hex::encode(self.rules.fingerprint());
        let checkpoint = RunCheckpoint { reading, connector, swept: self.swept, deleted, unnamed: self.unnamed };
        serde_json::to_string(&checkpoint).ok()
    }

    /// Takes over what the interrupted run listed and counted if the first page goes on from it. Answers whether it does
    /// not: then none of it was listed by this run. Of what that run could not name, so many are looked at again.
    async fn begins_anew(&mut self, goes_on: bool, unnamed_anew: u64) -> Result<bool, CatalogError> {
        let Some(resume) = self.lease.as_mut().and_then(|lease| lease.resume.take()) else { return Ok(false) };
        if goes_on {
            self.kinds = ProblemKinds::from_counted(self.catalog.store().problem_kinds(&resume.run).await?);
            self.counts = resume.counts;
            let checkpoint = serde_json::from_str::<RunCheckpoint>(&resume.checkpoint).ok();
            let unnamed = checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.unnamed);
            self.unnamed += unnamed.saturating_sub(unnamed_anew);
            self.seen.take_over(checkpoint.map(|checkpoint| checkpoint.deleted).unwrap_or_default()).await?;
            self.reads = Reads::Rest;
        }
        Ok(!goes_on)
    }

    /// Lists problems in the report, as far as it has room for them.
    pub(super) fn report_problems(&mut self, problems: Vec<RunProblem>) {
        let room = PROBLEMS_REPORTED.saturating_sub(self.reported.len());
        self.reported.extend(problems.into_iter().take(room));
    }
}
