//! Runs: one source from its first page to its verdict, under a lease.

mod budget;
mod caught;
mod comparing;
mod completing;
mod confirming;
mod coverage;
mod edited;
mod field_changes;
mod heartbeat;
mod holding;
mod lacking;
mod listed_ids;
mod listing;
mod look_alikes;
mod outcome;
mod preview;
mod reading;
mod renamed;
mod replay;
mod seen;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use cairn_fetch::Fetcher;
use cairn_harvest::{SourceConfig, Verdict, kinds};
use cairn_model::DatasetId;
use cairn_policy::Loosening;
use cairn_store::{Lease, NewRun, ProblemKinds, RunCounts, RunOutcome, RunProblem, Seq};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use uuid::Uuid;

pub use field_changes::FieldChange;
pub(crate) use field_changes::value_changes;
pub(crate) use look_alikes::is_kept_back;
pub(crate) use preview::Previews;
pub use preview::{ChangedRecord, Preview, PreviewFailure, PreviewOptions, PreviewRecord, UnreadFieldCount};
pub(crate) use reading::{ReadingRules, content_hash, settle_record};

use crate::{Catalog, CatalogError, KeptHoldings};

use coverage::Coverage;
use holding::{Holding, MOST_HELD};
use listing::Ended;
use look_alikes::LookAlikes;
use preview::Noting;
use seen::Seen;

/// How a run is to be made.
#[derive(Debug, Clone, Default)]
pub struct HarvestOptions {
    /// Ask for everything, whatever the source says has not changed.
    pub full: bool,
    /// Write nothing; say what would be written.
    pub dry_run: bool,
    /// Read the payloads that are kept anew, by the mapping of today, instead of asking the source.
    pub replay: bool,
    /// Remove what this run (of a tripped guard) listed for removal, and nothing else. What it found under another id goes on
    /// there.
    pub confirm_removals: Option<String>,
    /// Let the terms be loosened that this run held back, and no others.
    pub confirm_loosening: Option<String>,
    /// Let the fields go of which this run kept the former values, and no others.
    pub confirm_vanished: Option<String>,
    /// Who confirms that, for the log of acts.
    pub confirmed_by: Option<String>,
    /// Stops the run: what is fetched or read is given up, what was compared is written, and the checkpoint stays.
    pub cancel: CancellationToken,
}

impl HarvestOptions {
    /// Whether the whole listing is asked for, without what earlier runs left.
    fn reads_everything(&self) -> bool {
        let confirmed = [&self.confirm_loosening, &self.confirm_removals, &self.confirm_vanished];
        self.full || self.dry_run || confirmed.into_iter().any(Option::is_some)
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
    /// Fields of records whose former values are kept until somebody confirms that they go.
    #[serde(skip)]
    pub vanished_held: u64,
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
    /// When the whole listing was last read to its end.
    #[serde(default)]
    swept: Option<Timestamp>,
    /// Records that it holds, as it was last read, and whose ids nobody knows.
    #[serde(default)]
    unnamed: u64,
}

/// A run that was opened and has not asked for anything yet.
pub(crate) struct BegunRun {
    /// Its id.
    pub(crate) run: String,
    rules: ReadingRules,
    loosening_confirmed: HashMap<String, Vec<Loosening>>,
    removals_confirmed: HashMap<String, Option<String>>,
    vanished_confirmed: HashMap<String, Vec<String>>,
    holding: Holding,
    /// `None` for a dry run.
    lease: Option<Lease>,
}

/// Where an interrupted run goes on, for as long as records are read alike: what it read before is not read again.
#[derive(Debug, Serialize, Deserialize)]
struct RunCheckpoint {
    reading: String,
    connector: String,
    /// As in [`RunState`], which the pages before the checkpoint made the store forget.
    swept: Option<Timestamp>,
    /// Records that the pages before the checkpoint said to be deleted.
    #[serde(default)]
    deleted: Vec<DatasetId>,
    /// Records of these pages that could not be taken and whose ids nobody knows.
    #[serde(default)]
    unnamed: u64,
}

/// What a run reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    /// The listing of the source, from its beginning.
    Listing,
    /// The rest of it, from where an interrupted run stopped.
    Rest,
    /// What is kept of the records, without asking the source.
    Kept,
}

/// A run while it goes.
struct Run<'a> {
    catalog: &'a Catalog,
    /// The client, which counts the requests of a source with a daily budget.
    fetcher: Fetcher,
    rules: ReadingRules,
    /// Whether records are read and compared whose payloads are known, too.
    full: bool,
    /// `None` for a dry run.
    lease: Option<Lease>,
    /// Loosenings that a person confirmed, by the id of the record at its source.
    loosening_confirmed: HashMap<String, Vec<Loosening>>,
    /// Records whose removal a person confirmed, by their ids at the source, with those that they have there now.
    removals_confirmed: HashMap<String, Option<String>>,
    /// What was met of the source.
    seen: Box<Seen>,
    counts: RunCounts,
    seq: Seq,
    /// When the whole listing was last read to its end, before this run.
    swept: Option<Timestamp>,
    /// Records that could not be taken and whose ids nobody knows.
    unnamed: u64,
    /// The same of what it leaves out because it is as it was.
    unnamed_before: u64,
    /// Whether a page had a checkpoint.
    can_be_resumed: bool,
    /// Whether the next run goes on behind the last page that was written.
    leaves_a_place: bool,
    /// Records that pages listed before the first checkpoint: the store does not know yet that they are listed.
    listed_before: u64,
    /// Which fields the source still fills in.
    coverage: Box<Coverage>,
    /// Which records are kept back because they look like others.
    look_alikes: LookAlikes,
    /// Records that were left as they are, because somebody edited them since they were read.
    left: u64,
    /// What waits for a person to confirm it.
    holding: Holding,
    /// Whether the source answered as such, where the run can tell.
    reached: Option<bool>,
    /// Counts by kind of all problems that were met.
    kinds: ProblemKinds,
    /// What the run reads.
    reads: Reads,
    /// Problems of a dry run, for its report.
    reported: Vec<RunProblem>,
    /// What a preview shows; nothing is noted for others.
    noting: Option<Noting>,
}

impl<'a> Run<'a> {
    /// A run that writes nothing, before it begins: it reads and compares every record in full.
    fn dry(
        catalog: &'a Catalog,
        fetcher: Fetcher,
        rules: ReadingRules,
        holding: Holding,
        vanished_confirmed: HashMap<String, Vec<String>>,
    ) -> Self {
        let coverage = Box::new(Coverage::new(&rules.source.id, &holding, vanished_confirmed));
        let seen = Box::new(Seen::new(catalog, &rules.source.id));
        Self {
            catalog,
            fetcher,
            rules,
            full: true,
            lease: None,
            loosening_confirmed: HashMap::new(),
            removals_confirmed: HashMap::new(),
            seen,
            counts: RunCounts::default(),
            seq: 0,
            swept: None,
            unnamed: 0,
            unnamed_before: 0,
            can_be_resumed: false,
            leaves_a_place: false,
            listed_before: 0,
            coverage,
            look_alikes: LookAlikes::default(),
            left: 0,
            holding,
            reached: None,
            kinds: ProblemKinds::default(),
            reads: Reads::Listing,
            reported: Vec::new(),
            noting: None,
        }
    }
}

impl Catalog {
    /// Harvests one source.
    ///
    /// A source that cannot be read gives a report with its verdict, not an error: errors are for what concerns the
    /// catalogue itself.
    ///
    /// # Errors
    /// `AlreadyRuns` when another run harvests this source; store errors.
    pub async fn harvest(
        &self,
        source: &Arc<SourceConfig>,
        options: &HarvestOptions,
        progress: &dyn Progress,
        now: Timestamp,
    ) -> Result<RunReport, CatalogError> {
        let begun = self.begin_run(source, options, now).await?;
        self.carry_out(begun, options, progress, None).await
    }

    /// Opens a run: from here on it has an id, and, unless it is dry, the lease of its source.
    pub(crate) async fn begin_run(
        &self,
        source: &Arc<SourceConfig>,
        options: &HarvestOptions,
        now: Timestamp,
    ) -> Result<BegunRun, CatalogError> {
        let run = Uuid::now_v7().to_string();
        let rules = self.rules_for(source, now)?;
        // What is confirmed is looked up before the run begins: a mistake there leaves no run behind.
        let loosening_confirmed = self.confirmed_loosening(source, options).await?;
        let removals_confirmed = self.confirmed_removals(source, options).await?;
        let vanished_confirmed = self.confirmed_vanished(source, options).await?;
        let lease = if options.dry_run { None } else { Some(self.take_lease(source, &run, now).await?) };
        // Nobody else writes to the source from here on: what is held stays as it is read, and what is logged will be done.
        match self.holding_and_log(source, options, now).await {
            Ok(holding) => {
                Ok(BegunRun { run, rules, loosening_confirmed, removals_confirmed, vanished_confirmed, holding, lease })
            }
            Err(failure) => {
                self.close_dead_run(lease.as_ref(), failure.to_string(), now).await;
                Err(failure)
            }
        }
    }

    /// What is held back of a source whose run begins, once the log says what is confirmed of that.
    async fn holding_and_log(
        &self,
        source: &SourceConfig,
        options: &HarvestOptions,
        now: Timestamp,
    ) -> Result<Holding, CatalogError> {
        let holding = self.holding_of(&source.id).await?;
        self.log_confirmations(&source.id, options, now).await?;
        Ok(holding)
    }

    /// Brings a run to its end. Where `places` are given it waits for one first: it is stopped and keeps its lease
    /// meanwhile, too.
    pub(crate) async fn carry_out(
        &self,
        run: BegunRun,
        options: &HarvestOptions,
        progress: &dyn Progress,
        places: Option<&Semaphore>,
    ) -> Result<RunReport, CatalogError> {
        let begun = Instant::now();
        let BegunRun { run, rules, loosening_confirmed, removals_confirmed, vanished_confirmed, holding, lease } = run;
        let (source, now) = (Arc::clone(&rules.source), rules.now);
        // The token of the options may be that of all runs of this process: only this one is stopped by its own.
        let stop = options.cancel.child_token();
        let mut going = Run {
            full: options.full,
            loosening_confirmed,
            removals_confirmed,
            lease,
            reads: if options.replay { Reads::Kept } else { Reads::Listing },
            ..Run::dry(self, self.fetcher_for(&source, now), rules, holding, vanished_confirmed)
        };
        let (lease, kept) = (going.lease.clone(), going.lease.clone());
        let harvest = Box::pin(async move {
            let reading = Box::pin(async {
                let _place = match places {
                    Some(places) => stop.run_until_cancelled(places.acquire()).await,
                    None => None,
                };
                going.read_listing(options, &stop, progress).await
            });
            let ended = match heartbeat::beside(self.store(), kept.as_ref(), heartbeat::EVERY, &stop, reading).await {
                Ok(ended) => ended,
                Err(heartbeat::Lost) => Ended::LeaseLost,
            };
            going.finish(ended, &run, begun, &stop).await
        });
        let report = match caught::caught(harvest).await {
            Ok(report) => self.with_products(report?, now, &options.cancel).await,
            Err(panic) => {
                error!(source = source.id, panic, "a harvest died");
                let reason = "a fault in the program ended it; the log says more".to_owned();
                self.close_dead_run(lease.as_ref(), reason, now).await;
                return Err(CatalogError::Internal(format!("the harvest of {} died: {panic}", source.id)));
            }
        };
        info!(source = report.source, verdict = ?report.verdict, listed = report.listed, "run ended");
        if lease.is_some() {
            let (source, verdict) = (report.source.clone(), report.verdict.code());
            metrics::counter!("cairn_runs_total", "source" => source, "verdict" => verdict).increment(1);
            self.forget_what_is_old(now, &options.cancel).await;
        }
        Ok(report)
    }

    /// What is made of records that a run changed, or that came back with it, follows them, and so do requests for them. What
    /// fails is tried again after the next run, and at the next start: no harvest fails for it.
    async fn with_products(&self, report: RunReport, now: Timestamp, stop: &CancellationToken) -> RunReport {
        if report.new + report.changed == 0 || report.writes == 0 {
            return report;
        }
        if let Err(failure) = self.hand_over_requests(false, now, stop).await {
            warn!(%failure, "requests for the records of a run are not with their owners yet");
        }
        let followed = match self.keep_holdings(KeptHoldings::Derived, now, stop).await {
            Ok(0) => return report,
            Ok(_) => self.store().latest_seq().await.map_err(CatalogError::from),
            Err(failure) => Err(failure),
        };
        match followed {
            Ok(seq) => RunReport { seq, ..report },
            Err(failure) => {
                warn!(%failure, "what is made of the records of a run does not follow them yet");
                report
            }
        }
    }

    /// How records of a source are read.
    fn rules_for(&self, source: &Arc<SourceConfig>, now: Timestamp) -> Result<ReadingRules, CatalogError> {
        let kind = kinds::find(&source.kind).ok_or_else(|| {
            CatalogError::Configuration(format!("source {}: unknown kind {}", source.id, source.kind))
        })?;
        Ok(ReadingRules::new(
            Arc::clone(source),
            self.shared_vocabularies(),
            self.vocabulary_fingerprint(),
            kind.openness,
            now,
        ))
    }

    async fn holding_of(&self, source: &str) -> Result<Holding, CatalogError> {
        Ok(Holding::new(self.store().held_now(source).await?, MOST_HELD))
    }

    /// Closes a run that does not come to its own end. What its last pages wrote stays, and the next run goes on there.
    async fn close_dead_run(&self, lease: Option<&Lease>, reason: String, now: Timestamp) {
        let Some(lease) = lease else { return };
        let rows = self.store().runs(Some(&lease.source), 1).await.unwrap_or_default();
        let outcome = RunOutcome {
            verdict: Verdict::Failed.code().to_owned(),
            reason: Some(reason),
            counts: rows.first().map(|row| row.counts).unwrap_or_default(),
            keep_checkpoint: true,
            at: Timestamp::now().max(now),
            ..RunOutcome::default()
        };
        if let Err(failure) = self.store().finish_run(lease, outcome).await {
            warn!(source = lease.source, %failure, "the run could not be closed");
        }
    }

    async fn take_lease(&self, source: &SourceConfig, run: &str, now: Timestamp) -> Result<Lease, CatalogError> {
        let request = NewRun {
            run: run.to_owned(),
            source: source.id.clone(),
            holder: cairn_store::process::this_process(),
            at: now,
        };
        match self.store().begin_run(request).await {
            Ok(lease) => Ok(lease),
            Err(cairn_store::StoreError::LeaseHeld { holder, run, .. }) => {
                Err(CatalogError::AlreadyRuns { source_id: source.id.clone(), run, holder })
            }
            Err(error) => Err(error.into()),
        }
    }
}
