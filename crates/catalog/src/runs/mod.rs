//! Runs: one source from its first page to its verdict, under a lease.

mod caught;
mod comparing;
mod heartbeat;
mod holding;
mod outcome;
mod reading;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use cairn_harvest::kinds::{self, ConnectContext};
use cairn_harvest::{Connector, EndProof, HarvestError, Page, SourceConfig, Verdict};
use cairn_model::DatasetId;
use cairn_policy::Loosening;
use cairn_store::{Held, HeldKind, Lease, NewRun, PageWrite, RunCounts, RunOutcome, RunProblem, Seq, Written};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use uuid::Uuid;

pub(crate) use reading::ReadingRules;

use crate::{Catalog, CatalogError};

use holding::{Holding, MOST_HELD};

/// Problems that the report of a dry run lists.
const PROBLEMS_REPORTED: usize = 1000;

/// How a run is to be made.
#[derive(Debug, Clone, Default)]
pub struct HarvestOptions {
    /// Ask for everything, whatever the source says has not changed.
    pub full: bool,
    /// Write nothing; say what would be written.
    pub dry_run: bool,
    /// Remove what this run (of a tripped guard) listed for removal, and nothing else.
    pub confirm_removals: Option<String>,
    /// Let the terms be loosened that this run held back, and no others.
    pub confirm_loosening: Option<String>,
    /// Stops the run after the page at hand.
    pub cancel: CancellationToken,
}

impl HarvestOptions {
    /// Whether the whole listing is asked for, without what earlier runs left.
    fn reads_everything(&self) -> bool {
        self.full || self.dry_run || self.confirm_loosening.is_some() || self.confirm_removals.is_some()
    }
}

/// What a run did, as `harvest --json` answers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// Source id.
    pub source: String,
    /// Run id.
    pub run: String,
    /// Verdict in snake case.
    pub verdict: Verdict,
    /// One sentence for people, where the verdict alone does not tell.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Records listed.
    pub listed: u64,
    /// New ones.
    pub new: u64,
    /// Changed ones.
    pub changed: u64,
    /// Unchanged ones.
    pub unchanged: u64,
    /// Missing ones that are not retired.
    pub missing: u64,
    /// Retired ones.
    pub retired: u64,
    /// Problems.
    pub problems: u64,
    /// The first 1,000 problems of a dry run, and what it would hold for somebody to confirm: it leaves nothing that they
    /// could be looked up in. Empty for a run that was written.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub problem_list: Vec<RunProblem>,
    /// Requests sent.
    pub requests: u64,
    /// Records, revisions, payloads and index documents written.
    pub writes: u64,
    /// How long it took.
    pub seconds: f64,
    /// Loosenings of terms that wait for somebody to confirm them.
    #[serde(skip)]
    pub loosenings_held: u64,
    /// Whether the source is down for now, so that trying later is all there is to do.
    #[serde(skip)]
    pub unreachable: bool,
    /// Newest change that the index must hold before the run is visible.
    #[serde(skip)]
    pub seq: Seq,
}

/// Told of how a run gets on; for progress bars.
pub trait Progress: Send + Sync {
    /// A page was written: so many records so far, of so many where the source says.
    fn advanced(&self, source: &str, listed: u64, expected: Option<u64>);
}

/// Nobody is told.
pub struct Silent;

impl Progress for Silent {
    fn advanced(&self, _source: &str, _listed: u64, _expected: Option<u64>) {}
}

/// State handed from one complete run to the next: what the connector left, for as long as records are read alike.
#[derive(Debug, Serialize, Deserialize)]
struct RunState {
    reading: String,
    connector: Option<String>,
}

/// A run while it goes.
struct Run<'a> {
    catalog: &'a Catalog,
    rules: ReadingRules,
    /// Whether records are read and compared whose payloads are known, too.
    full: bool,
    /// `None` for a dry run.
    lease: Option<Lease>,
    /// Loosenings that a person confirmed, by the id of the record at its source.
    loosening_confirmed: HashMap<String, Vec<Loosening>>,
    /// Records whose removal a person confirmed, by their ids at the source.
    removals_confirmed: HashSet<String>,
    /// Records listed by this run and by the interrupted one that it goes on from.
    seen: HashSet<DatasetId>,
    /// Of these, the ones that this process has not met itself: the source may list them again.
    seen_before: HashSet<DatasetId>,
    counts: RunCounts,
    seq: Seq,
    deleted: Vec<DatasetId>,
    /// Records that could not be taken and whose ids nobody knows.
    unnamed: u64,
    /// Whether a page had a checkpoint.
    can_be_resumed: bool,
    /// What waits for a person to confirm it.
    holding: Holding,
    /// Problems of a dry run, for its report.
    reported: Vec<RunProblem>,
}

impl Catalog {
    /// Harvests one source.
    ///
    /// A source that cannot be read gives a report with its verdict, not an error: errors are for what concerns the
    /// catalogue itself.
    ///
    /// # Errors
    /// `Held` when another process harvests this source; store errors.
    pub async fn harvest(
        &self,
        source: &Arc<SourceConfig>,
        options: &HarvestOptions,
        progress: &dyn Progress,
        now: Timestamp,
    ) -> Result<RunReport, CatalogError> {
        let begun = Instant::now();
        let run = Uuid::now_v7().to_string();
        let kind = kinds::find(&source.kind).ok_or_else(|| {
            CatalogError::Configuration(format!("source {}: unknown kind {}", source.id, source.kind))
        })?;
        let rules = ReadingRules::new(
            Arc::clone(source),
            self.shared_vocabularies(),
            self.vocabulary_fingerprint(),
            kind.openness,
            now,
        );
        // What is confirmed is looked up before the run begins: a mistake there leaves no run behind.
        let loosening_confirmed = self.confirmed_loosening(source, options).await?;
        let removals_confirmed = self.confirmed_removals(source, options).await?;
        self.log_confirmations(&source.id, options, now).await?;
        let holding = Holding::new(self.store().held_now(&source.id).await?, MOST_HELD);
        let lease = if options.dry_run { None } else { Some(self.begin(source, &run, now).await?) };
        let mut going = Run {
            catalog: self,
            rules,
            full: options.full,
            loosening_confirmed,
            removals_confirmed,
            lease,
            seen: HashSet::new(),
            seen_before: HashSet::new(),
            counts: RunCounts::default(),
            seq: 0,
            deleted: Vec::new(),
            unnamed: 0,
            can_be_resumed: false,
            holding,
            reported: Vec::new(),
        };
        let (lease, kept) = (going.lease.clone(), going.lease.clone());
        let harvest = async move {
            let reading = Box::pin(going.read_listing(options, progress));
            let ended = match heartbeat::beside(self.store(), kept.as_ref(), heartbeat::EVERY, reading).await {
                Ok(ended) => ended,
                Err(heartbeat::Lost) => Ended::LeaseLost,
            };
            going.finish(ended, &run, begun).await
        };
        let report = match caught::caught(harvest).await {
            Ok(report) => report?,
            Err(panic) => {
                error!(source = source.id, panic, "a harvest died");
                self.close_dead_run(lease.as_ref(), now).await;
                return Err(CatalogError::Internal(format!("the harvest of {} died: {panic}", source.id)));
            }
        };
        info!(source = report.source, verdict = ?report.verdict, listed = report.listed, "run ended");
        Ok(report)
    }

    /// Closes a run that a fault of this program ended. What its last pages wrote stays, and the next run goes on there.
    async fn close_dead_run(&self, lease: Option<&Lease>, now: Timestamp) {
        let Some(lease) = lease else { return };
        let rows = self.store().runs(Some(&lease.source), 1).await.unwrap_or_default();
        let outcome = RunOutcome {
            verdict: Verdict::Failed.code().to_owned(),
            reason: Some("a fault in the program ended it; the log says more".to_owned()),
            counts: rows.first().map(|row| row.counts).unwrap_or_default(),
            keep_checkpoint: true,
            at: Timestamp::now().max(now),
            ..RunOutcome::default()
        };
        if let Err(failure) = self.store().finish_run(lease, outcome).await {
            warn!(source = lease.source, %failure, "the run could not be closed");
        }
    }

    async fn begin(&self, source: &SourceConfig, run: &str, now: Timestamp) -> Result<Lease, CatalogError> {
        let request = NewRun {
            run: run.to_owned(),
            source: source.id.clone(),
            holder: cairn_store::process::this_process(),
            at: now,
        };
        match self.store().begin_run(request).await {
            Ok(lease) => Ok(lease),
            Err(cairn_store::StoreError::LeaseHeld { holder, .. }) => {
                Err(CatalogError::Held { what: format!("source {}", source.id), holder })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The loosenings that a person confirms: just those that a run of this very source held back, each to the value that
    /// it listed.
    async fn confirmed_loosening(
        &self,
        source: &SourceConfig,
        options: &HarvestOptions,
    ) -> Result<HashMap<String, Vec<Loosening>>, CatalogError> {
        let Some(run) = &options.confirm_loosening else { return Ok(HashMap::new()) };
        let mut confirmed: HashMap<String, Vec<Loosening>> = HashMap::new();
        for one in self.held_to_confirm(source, run, HeldKind::Loosening).await? {
            if let Some(to) = one.problem.value {
                let loosening = Loosening { axis: one.problem.field, from: String::new(), to };
                confirmed.entry(one.source_record_id).or_default().push(loosening);
            }
        }
        if confirmed.is_empty() {
            return Err(CatalogError::BadRequest(format!(
                "run {run} of {} held no loosening of terms back",
                source.id
            )));
        }
        Ok(confirmed)
    }

    /// Ids at the source whose removal a person confirms: just those that a run of this very source held.
    async fn confirmed_removals(
        &self,
        source: &SourceConfig,
        options: &HarvestOptions,
    ) -> Result<HashSet<String>, CatalogError> {
        let Some(run) = &options.confirm_removals else { return Ok(HashSet::new()) };
        let held = self.held_to_confirm(source, run, HeldKind::Removal).await?;
        let confirmed: HashSet<String> = held.into_iter().map(|one| one.source_record_id).collect();
        if confirmed.is_empty() {
            return Err(CatalogError::BadRequest(format!("run {run} of {} held no removal back", source.id)));
        }
        Ok(confirmed)
    }

    /// Everything of a kind that a run of this very source listed for confirmation.
    async fn held_to_confirm(
        &self,
        source: &SourceConfig,
        run: &str,
        kind: HeldKind,
    ) -> Result<Vec<Held>, CatalogError> {
        let runs = self.store().runs(Some(&source.id), u32::MAX).await?;
        let Some(row) = runs.iter().find(|row| row.run == run) else {
            return Err(CatalogError::BadRequest(format!("{} has no run {run}", source.id)));
        };
        let mut held = self.held_by(row).await?;
        held.retain(|one| one.kind == kind);
        Ok(held)
    }

    /// Says in the log of acts what a person confirmed.
    async fn log_confirmations(
        &self,
        source: &str,
        options: &HarvestOptions,
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        let confirmed = [("terms.loosen", &options.confirm_loosening), ("records.remove", &options.confirm_removals)];
        for (act, run) in confirmed {
            if let Some(run) = run.as_ref().filter(|_| !options.dry_run) {
                self.store().log_act(now, "operator", act, &format!("{source} as listed by run {run}")).await?;
            }
        }
        Ok(())
    }
}

/// How reading the listing ended.
enum Ended {
    Listed { proof: EndProof, state: Option<String>, requests: u64 },
    Broken { error: HarvestError, requests: u64 },
    Cancelled { requests: u64 },
    LeaseLost,
    Store(CatalogError),
}

/// What is to be done about a page that was compared with the store.
enum Step {
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

impl Run<'_> {
    /// Reads every page. Three pages are on their way at a time: while one is written, the next is read and compared, and
    /// the one after that is fetched.
    async fn read_listing(&mut self, options: &HarvestOptions, progress: &dyn Progress) -> Ended {
        let mut connector = match self.connect(options).await {
            Ok(connector) => connector,
            Err(error) => return Ended::Broken { error, requests: 0 },
        };
        let catalog = self.catalog;
        let lease = self.lease.clone();
        let mut compared = Step::Nothing;
        let mut fetched = connector.next_page().await;
        let ended = loop {
            let page = match fetched {
                Ok(Some(page)) => page,
                Ok(None) => {
                    break Ended::Listed {
                        proof: connector.end_proof(),
                        state: connector.state(),
                        requests: connector.requests(),
                    };
                }
                Err(error) => break Ended::Broken { error, requests: connector.requests() },
            };
            let expected = page.expected;
            let (written, next, after) = tokio::join!(
                catalog.take_step(lease.as_ref(), compared),
                self.compare_page(page),
                connector.next_page(),
            );
            if let Err(ended) = self.note_written(written) {
                return ended;
            }
            compared = match next {
                Ok(step) => step,
                Err(error) => return Ended::Store(error),
            };
            progress.advanced(&self.rules.source.id, self.counts.listed, expected);
            if options.cancel.is_cancelled() {
                break Ended::Cancelled { requests: connector.requests() };
            }
            fetched = after;
        };
        let written = catalog.take_step(lease.as_ref(), compared).await;
        match self.note_written(written) {
            Ok(()) => ended,
            Err(unwritten) => unwritten,
        }
    }

    /// Counts what was written.
    fn note_written(&mut self, written: Result<Written, CatalogError>) -> Result<(), Ended> {
        match written {
            Ok(written) => {
                self.counts.writes += written.rows;
                self.seq = self.seq.max(written.seq);
                Ok(())
            }
            Err(CatalogError::Store(cairn_store::StoreError::LeaseLost)) => Err(Ended::LeaseLost),
            Err(error) => Err(Ended::Store(error)),
        }
    }

    async fn connect(&self, options: &HarvestOptions) -> Result<Box<dyn Connector>, HarvestError> {
        let reading = hex::encode(self.rules.fingerprint());
        let state = self.lease.as_ref().and_then(|lease| lease.state.as_deref());
        let state: Option<RunState> = state.and_then(|text| serde_json::from_str(text).ok());
        let whole = options.reads_everything();
        let previous_state = state.filter(|state| state.reading == reading && !whole).and_then(|state| state.connector);
        let resume = self.lease.as_ref().and_then(|lease| lease.resume.as_ref());
        kinds::connect(
            &self.rules.source,
            ConnectContext {
                fetcher: self.catalog.fetcher().clone(),
                vocabularies: self.catalog.shared_vocabularies(),
                previous_state,
                resume: resume.filter(|_| !whole).map(|resume| resume.checkpoint.clone()),
                full: whole,
            },
        )
        .await
    }

    /// Compares one page with the store. Answers what has to be written.
    async fn compare_page(&mut self, page: Page) -> Result<Step, CatalogError> {
        let begins_anew = self.begins_anew(page.goes_on);
        let mut compared = self.compare(page.records).await?;
        self.unnamed += page.unnamed;
        for source_record_id in &page.also_listed {
            let id = DatasetId::new(&self.rules.source.id, source_record_id);
            if self.seen.insert(id) {
                self.counts.listed += 1;
                compared.listed.push(id);
            }
        }
        let mut problems: Vec<RunProblem> =
            page.problems.into_iter().map(|problem| RunProblem { source_record_id: None, problem }).collect();
        problems.extend(compared.problems);
        self.counts.problems += problems.len() as u64;
        self.counts.errors +=
            problems.iter().filter(|row| row.problem.severity == cairn_model::Severity::Error).count() as u64;
        if self.lease.is_none() {
            self.report_problems(problems);
            return Ok(Step::Nothing);
        }
        self.can_be_resumed |= page.checkpoint.is_some();
        let is_quiet = !begins_anew && compared.writes.is_empty() && problems.is_empty() && self.holding.is_unchanged();
        if is_quiet && !self.can_be_resumed {
            // Nothing changed: nothing is written but the lease, which is no part of the catalogue.
            return Ok(Step::Renew);
        }
        let (held, released) = self.holding.take_changes();
        Ok(Step::Write(Box::new(PageWrite {
            records: compared.writes,
            problems,
            held,
            released,
            // What a killed run listed is remembered, so that the next one does not take it for missing.
            begins_anew,
            listed: if self.can_be_resumed { compared.listed } else { Vec::new() },
            checkpoint: page.checkpoint,
            counts: self.counts,
            at: self.rules.now,
        })))
    }

    /// Takes over what the interrupted run listed and counted if the first page goes on from it. Answers whether it does
    /// not: then none of it was listed by this run.
    fn begins_anew(&mut self, goes_on: bool) -> bool {
        let Some(resume) = self.lease.as_mut().and_then(|lease| lease.resume.take()) else { return false };
        if goes_on {
            self.seen = resume.listed.into_iter().collect();
            self.seen_before = self.seen.clone();
            self.counts = resume.counts;
        }
        !goes_on
    }

    /// Lists problems in the report, as far as it has room for them.
    fn report_problems(&mut self, problems: Vec<RunProblem>) {
        let room = PROBLEMS_REPORTED.saturating_sub(self.reported.len());
        self.reported.extend(problems.into_iter().take(room));
    }
}
