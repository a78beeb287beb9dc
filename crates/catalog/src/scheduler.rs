//! Harvests on schedule, several sources at a time, one failing source never holding up another.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cairn_harvest::SourceConfig;
use cairn_store::Clock;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::{Catalog, CatalogError, HarvestOptions, Progress, RunReport};

/// A source that waits for its schedule is looked at again after this time at the latest.
const LOOK_AGAIN: Duration = Duration::from_mins(10);

/// After a harvest that could not be made at all, the next is tried after this time.
const AFTER_FAILURE: Duration = Duration::from_mins(1);

/// A source that is paused, or harvested without regard to its schedule, is looked at again after this time, so that it goes on
/// soon after that ended.
const LOOK_AGAIN_SOON: Duration = Duration::from_secs(10);

/// Runs the enabled sources of a catalogue when they are due.
pub struct Scheduler {
    catalog: Catalog,
    progress: Arc<dyn Progress>,
    stop: CancellationToken,
    clock: Clock,
    longest_pause: Duration,
    /// Ids of sources that are harvested once, whatever their schedule says: until that is done it lets them be.
    at_hand: Arc<Mutex<HashSet<String>>>,
}

/// A source that is harvested once.
struct AtHand {
    sources: Arc<Mutex<HashSet<String>>>,
    id: String,
}

impl Drop for AtHand {
    fn drop(&mut self) {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

impl Scheduler {
    /// A scheduler that tells `progress` of its runs and ends them when `stop` is cancelled.
    pub fn new(catalog: Catalog, progress: Arc<dyn Progress>, stop: CancellationToken) -> Self {
        Self { catalog, progress, stop, clock: Clock::default(), longest_pause: LOOK_AGAIN, at_hand: Arc::default() }
    }

    /// The same with a clock of its own, looked at every `pause` at the latest.
    #[must_use]
    pub fn with_clock(self, clock: Clock, pause: Duration) -> Self {
        Self { clock, longest_pause: pause, ..self }
    }

    /// Harvests these sources side by side, each as far as it goes, and reports in their order. From the call on until it is
    /// harvested, [`Scheduler::run`] lets each of them be.
    pub fn harvest_all(
        &self,
        sources: &[Arc<SourceConfig>],
        options: &HarvestOptions,
    ) -> impl Future<Output = Vec<(Arc<SourceConfig>, Result<RunReport, CatalogError>)>> {
        let taken: Vec<AtHand> = sources.iter().map(|source| self.take(source)).collect();
        self.harvest_taken(sources, taken, options)
    }

    fn take(&self, source: &SourceConfig) -> AtHand {
        let (sources, id) = (Arc::clone(&self.at_hand), source.id.clone());
        sources.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
        AtHand { sources, id }
    }

    fn is_at_hand(&self, source: &SourceConfig) -> bool {
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner).contains(&source.id)
    }

    async fn harvest_taken(
        &self,
        sources: &[Arc<SourceConfig>],
        taken: Vec<AtHand>,
        options: &HarvestOptions,
    ) -> Vec<(Arc<SourceConfig>, Result<RunReport, CatalogError>)> {
        let permits = &self.catalog.inner.places;
        let mut tasks = JoinSet::new();
        for ((place, source), taken) in sources.iter().enumerate().zip(taken) {
            let (catalog, progress) = (self.catalog.clone(), Arc::clone(&self.progress));
            let (source, permits, clock) = (Arc::clone(source), Arc::clone(permits), self.clock.clone());
            let options = HarvestOptions { cancel: self.stop.clone(), ..options.clone() };
            tasks.spawn(async move {
                // The semaphore is never closed; without a permit the run would only be less polite.
                let _permit = permits.acquire_owned().await;
                let report = catalog.harvest(&source, &options, progress.as_ref(), clock.now()).await;
                drop(taken);
                (place, source, report)
            });
        }
        let mut ended: HashMap<usize, _> = HashMap::new();
        while let Some(task) = tasks.join_next().await {
            match task {
                Ok((place, source, report)) => {
                    ended.insert(place, (source, report));
                }
                Err(failure) => error!(%failure, "a harvest died"),
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
    /// schedule says so or when they never had a verdict. None that is paused.
    ///
    /// # Errors
    /// Store errors.
    pub async fn due_at_start(&self, now: Timestamp) -> Result<Vec<Arc<SourceConfig>>, CatalogError> {
        let mut due = Vec::new();
        for source in self.catalog.sources().iter().filter(|source| source.enabled) {
            let Some(next) = self.catalog.next_run_of(source, now).await? else { continue };
            if source.is_file() || next <= now {
                due.push(Arc::clone(source));
            }
        }
        Ok(due)
    }

    /// Harvests each enabled source whenever it is due, until told to stop. Each source waits for itself alone, and a run
    /// that was missed while the program did not run is made up for once.
    pub async fn run(&self) {
        let permits = &self.catalog.inner.places;
        let mut sources = JoinSet::new();
        for source in self.catalog.sources().iter().filter(|source| source.enabled) {
            let own = Self {
                catalog: self.catalog.clone(),
                progress: Arc::clone(&self.progress),
                stop: self.stop.clone(),
                clock: self.clock.clone(),
                longest_pause: self.longest_pause,
                at_hand: Arc::clone(&self.at_hand),
            };
            let (source, permits) = (Arc::clone(source), Arc::clone(permits));
            sources.spawn(async move { own.keep_harvesting(&source, &permits).await });
        }
        while !self.stop.is_cancelled() {
            self.catalog.forget_what_is_old(self.clock.now(), &self.stop).await;
            self.pause(Duration::from_hours(24)).await;
        }
        while sources.join_next().await.is_some() {}
    }

    async fn keep_harvesting(&self, source: &Arc<SourceConfig>, permits: &Semaphore) {
        while !self.stop.is_cancelled() {
            let wait = self.wait_for(source).await;
            if !wait.is_zero() {
                self.pause(wait).await;
                continue;
            }
            // Waiting for the permit may take hours: what is due, and when it is, is asked after it.
            let permit = permits.acquire().await;
            if self.stop.is_cancelled() || !self.wait_for(source).await.is_zero() {
                continue;
            }
            let options = HarvestOptions { cancel: self.stop.clone(), ..HarvestOptions::default() };
            let harvested = self.catalog.harvest(source, &options, self.progress.as_ref(), self.clock.now()).await;
            drop(permit);
            match harvested {
                Ok(_) => continue,
                Err(CatalogError::AlreadyRuns { run, .. }) => {
                    info!(source = source.id, run, "skipped: already running");
                }
                Err(failure) => warn!(source = source.id, %failure, "scheduled harvest failed"),
            }
            self.pause(AFTER_FAILURE.min(self.longest_pause)).await;
        }
    }

    /// How long a source has to wait, none when it is due. It is asked again now and then: another process may have
    /// harvested the source, or the clock was set.
    async fn wait_for(&self, source: &SourceConfig) -> Duration {
        if self.is_at_hand(source) {
            return LOOK_AGAIN_SOON.min(self.longest_pause);
        }
        let now = self.clock.now();
        match self.catalog.next_run_of(source, now).await {
            Ok(None) => LOOK_AGAIN_SOON.min(self.longest_pause),
            Ok(Some(at)) => Duration::try_from(at.duration_since(now)).unwrap_or_default().min(self.longest_pause),
            Err(failure) => {
                warn!(source = source.id, %failure, "cannot tell when the source is due");
                self.longest_pause
            }
        }
    }

    async fn pause(&self, time: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(time) => {}
        }
    }
}
