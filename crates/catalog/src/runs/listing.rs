//! The way through a listing: pages are fetched, compared and written one behind the other.

use cairn_harvest::kinds::{self, ConnectContext};
use cairn_harvest::{Connector, EndProof, HarvestError, Page};
use cairn_model::DatasetId;
use cairn_store::{Lease, PageWrite, ProblemKinds, RunProblem, Written};

use super::replay::Replay;
use super::{HarvestOptions, Progress, Run, RunCheckpoint, RunState};
use crate::{Catalog, CatalogError};

/// Problems that the report of a dry run lists.
const PROBLEMS_REPORTED: usize = 1000;

/// How reading the listing ended.
pub(super) enum Ended {
    Listed { proof: EndProof, state: Option<String>, is_sweep: bool, requests: u64 },
    Broken { error: HarvestError, requests: u64 },
    Cancelled { requests: u64 },
    LeaseLost,
    Store(CatalogError),
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

impl Run<'_> {
    /// Reads every page. Three pages are on their way at a time: while one is written, the next is read and compared, and
    /// the one after that is fetched.
    pub(super) async fn read_listing(&mut self, options: &HarvestOptions, progress: &dyn Progress) -> Ended {
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
                        is_sweep: connector.is_sweep(),
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

    pub(super) async fn connect(&mut self, options: &HarvestOptions) -> Result<Box<dyn Connector>, HarvestError> {
        let state = self.lease.as_ref().and_then(|lease| lease.state.as_deref());
        let state: Option<RunState> = state.and_then(|text| serde_json::from_str(text).ok());
        self.swept = state.as_ref().and_then(|state| state.swept);
        let source = &self.rules.source;
        if options.replay {
            let left = state.and_then(|state| state.connector);
            return Ok(Box::new(Replay::new(self.catalog.clone(), &source.id, left)));
        }
        let reading = hex::encode(self.rules.fingerprint());
        let whole = options.reads_everything();
        let state = state.filter(|state| state.reading == reading && !whole);
        let resume = self.lease.as_ref().and_then(|lease| lease.resume.as_ref());
        let resume = resume.and_then(|resume| serde_json::from_str::<RunCheckpoint>(&resume.checkpoint).ok());
        let resume = resume.filter(|resume| resume.reading == reading && !whole);
        self.swept = self.swept.or(resume.as_ref().and_then(|resume| resume.swept));
        kinds::connect(
            source,
            ConnectContext {
                fetcher: self.catalog.fetcher_for(source, self.rules.now),
                vocabularies: self.catalog.shared_vocabularies(),
                previous_state: state.and_then(|state| state.connector),
                changes_only: !source.full_sweep.is_due(self.swept, self.rules.now, &source.id),
                resume: resume.map(|resume| resume.connector),
                full: whole,
            },
        )
        .await
    }

    /// Compares one page with the store. Answers what has to be written.
    pub(super) async fn compare_page(&mut self, page: Page) -> Result<Step, CatalogError> {
        let begins_anew = self.begins_anew(page.goes_on).await?;
        let mut compared = self.compare(page.records).await?;
        self.unnamed += page.unnamed;
        self.meet_left_out(&page.unchanged, &mut compared).await?;
        for source_record_id in &page.also_listed {
            let id = DatasetId::new(&self.rules.source.id, source_record_id);
            if self.seen.insert(id) {
                self.counts.listed += 1;
                compared.listed.push(id);
            }
        }
        let mut listing_problems: Vec<RunProblem> =
            page.problems.into_iter().map(|problem| RunProblem { source_record_id: None, problem }).collect();
        listing_problems.extend(compared.listing_problems);
        self.met_problems.extend(listing_problems.iter().map(RunProblem::place));
        let mut problems = listing_problems.clone();
        problems.extend(compared.problems);
        problems.iter().for_each(|row| self.kinds.count(row));
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
            // What a replay lacks is no fault of the source.
            listing_problems: if self.is_replay { Vec::new() } else { listing_problems },
            kinds: self.kinds.clone().sorted(),
            held,
            released,
            begins_anew,
            // What a killed run listed is remembered, so that the next one does not take it for missing.
            listed: if self.can_be_resumed { compared.listed } else { Vec::new() },
            checkpoint: page.checkpoint.and_then(|connector| self.checkpoint(connector)),
            counts: self.counts,
            at: self.rules.now,
        })))
    }

    /// A checkpoint of the connector, as it is kept.
    fn checkpoint(&self, connector: String) -> Option<String> {
        let reading = hex::encode(self.rules.fingerprint());
        serde_json::to_string(&RunCheckpoint { reading, connector, swept: self.swept }).ok()
    }

    /// Takes over what the interrupted run listed and counted if the first page goes on from it. Answers whether it does
    /// not: then none of it was listed by this run.
    async fn begins_anew(&mut self, goes_on: bool) -> Result<bool, CatalogError> {
        let Some(resume) = self.lease.as_mut().and_then(|lease| lease.resume.take()) else { return Ok(false) };
        if goes_on {
            self.kinds = ProblemKinds::from_counted(self.catalog.store().problem_kinds(&resume.run).await?);
            self.seen = resume.listed.into_iter().collect();
            self.seen_before = self.seen.clone();
            self.counts = resume.counts;
            self.goes_on = true;
        }
        Ok(!goes_on)
    }

    /// Lists problems in the report, as far as it has room for them.
    pub(super) fn report_problems(&mut self, problems: Vec<RunProblem>) {
        let room = PROBLEMS_REPORTED.saturating_sub(self.reported.len());
        self.reported.extend(problems.into_iter().take(room));
    }
}
