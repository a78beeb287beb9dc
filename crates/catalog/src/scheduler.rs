//! Harvests on schedule, several sources at a time, one failing source never holding up another.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cairn_harvest::schedule::next_try;
use cairn_harvest::{SourceConfig, Verdict};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::{Catalog, CatalogError, HarvestOptions, Progress, RunReport};

/// A source that waits for its schedule is looked at again after this time at the latest.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// Runs of a source in which failures are counted.
const LOOK_BACK: u32 = 20;

/// Runs the enabled sources of a catalogue when they are due.
pub struct Scheduler {
    catalog: Catalog,
    progress: Arc<dyn Progress>,
    stop: CancellationToken,
}

impl Scheduler {
    /// A scheduler that tells `progress` of its runs and ends them after the page at hand when `stop` is cancelled.
    pub fn new(catalog: Catalog, progress: Arc<dyn Progress>, stop: CancellationToken) -> Self {
        Self { catalog, progress, stop }
    }

    /// Harvests these sources side by side, each as far as it goes, and reports in their order.
    pub async fn harvest_all(
        &self,
        sources: &[Arc<SourceConfig>],
        options: &HarvestOptions,
    ) -> Vec<(Arc<SourceConfig>, Result<RunReport, CatalogError>)> {
        let permits = Arc::new(Semaphore::new(self.catalog.inner.concurrency));
        let mut tasks = JoinSet::new();
        for (place, source) in sources.iter().enumerate() {
            let (catalog, progress) = (self.catalog.clone(), Arc::clone(&self.progress));
            let (source, permits) = (Arc::clone(source), Arc::clone(&permits));
            let options = HarvestOptions { cancel: self.stop.clone(), ..options.clone() };
            tasks.spawn(async move {
                // The semaphore is never closed; without a permit the run would only be less polite.
                let _permit = permits.acquire_owned().await;
                let report = catalog.harvest(&source, &options, progress.as_ref(), Timestamp::now()).await;
                (place, source, report)
            });
        }
        let mut ended: HashMap<usize, _> = HashMap::new();
        while let Some(task) = tasks.join_next().await {
            match task {
                Ok((place, source, report)) => {
                    ended.insert(place, (source, report));
                }
                Err(failure) => error!(%failure, "a harvest died; its run is closed when the source is run again"),
            }
        }
        (0..sources.len())
            .map(|place| {
                ended.remove(&place).unwrap_or_else(|| {
                    let died = CatalogError::Internal("the harvest died".to_owned());
                    (Arc::clone(&sources[place]), Err(died))
                })
            })
            .collect()
    }

    /// The enabled sources that a start should harvest: files always (an unchanged one costs a look), portals when their
    /// schedule says so or when they never had a verdict.
    ///
    /// # Errors
    /// Store errors.
    pub async fn due_at_start(&self, now: Timestamp) -> Result<Vec<Arc<SourceConfig>>, CatalogError> {
        let mut due = Vec::new();
        for source in self.catalog.sources().iter().filter(|source| source.enabled) {
            if source.is_file() || self.next_run(source, now).await? <= now {
                due.push(Arc::clone(source));
            }
        }
        Ok(due)
    }

    /// Harvests each enabled source whenever it is due, until told to stop. Each source waits for itself alone, and a run
    /// that was missed while the program did not run is made up for once.
    pub async fn run(&self) {
        let permits = Arc::new(Semaphore::new(self.catalog.inner.concurrency));
        let mut sources = JoinSet::new();
        for source in self.catalog.sources().iter().filter(|source| source.enabled) {
            let own = Self::new(self.catalog.clone(), Arc::clone(&self.progress), self.stop.clone());
            let (source, permits) = (Arc::clone(source), Arc::clone(&permits));
            sources.spawn(async move { own.keep_harvesting(&source, &permits).await });
        }
        while !self.stop.is_cancelled() {
            self.forget_old_runs(Timestamp::now()).await;
            self.pause(Duration::from_hours(24)).await;
        }
        while sources.join_next().await.is_some() {}
    }

    async fn keep_harvesting(&self, source: &Arc<SourceConfig>, permits: &Semaphore) {
        while !self.stop.is_cancelled() {
            let now = Timestamp::now();
            let wait = match self.next_run(source, now).await {
                Ok(at) => at.duration_since(now),
                Err(failure) => {
                    warn!(source = source.id, %failure, "cannot tell when the source is due");
                    LOOK_AGAIN
                }
            };
            if wait > SignedDuration::ZERO {
                // Looked at again now and then: another process may have harvested the source, or the clock was set.
                self.pause(Duration::try_from(wait.min(LOOK_AGAIN)).unwrap_or_default()).await;
                continue;
            }
            let _permit = permits.acquire().await;
            let options = HarvestOptions { cancel: self.stop.clone(), ..HarvestOptions::default() };
            if let Err(failure) = self.catalog.harvest(source, &options, self.progress.as_ref(), now).await {
                warn!(source = source.id, %failure, "scheduled harvest failed");
                self.pause(Duration::from_mins(1)).await;
            }
        }
    }

    async fn pause(&self, time: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(time) => {}
        }
    }

    async fn next_run(&self, source: &SourceConfig, now: Timestamp) -> Result<Timestamp, CatalogError> {
        let runs = self.catalog.store().runs(Some(&source.id), LOOK_BACK).await?;
        let Some(last) = runs.first() else { return Ok(now) };
        let ended = last.ended.unwrap_or(last.started);
        let failures = runs.iter().take_while(|run| run.verdict == Verdict::Failed.code()).count();
        if failures == 0 {
            return Ok(source.schedule.next_after(ended, &source.id));
        }
        // A source that is down is tried again soon, and ever more rarely the longer it is down.
        Ok(next_try(ended, u32::try_from(failures).unwrap_or(LOOK_BACK)))
    }

    async fn forget_old_runs(&self, now: Timestamp) {
        let days = i64::from(self.catalog.inner.retention_days);
        let before = now - SignedDuration::from_hours(days * 24);
        if let Err(failure) = self.catalog.store().forget_runs_before(before).await {
            warn!(%failure, "old runs could not be forgotten");
        }
    }
}
