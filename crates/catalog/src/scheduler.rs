//! Harvests on schedule, several sources at a time, one failing source never holding up another.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cairn_harvest::schedule::next_try;
use cairn_harvest::{SourceConfig, Verdict};
use cairn_store::{Clock, RunRow};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::{Catalog, CatalogError, HarvestOptions, Progress, RunReport};

/// A source that waits for its schedule is looked at again after this time at the latest.
const LOOK_AGAIN: Duration = Duration::from_mins(10);

/// After a harvest that could not be made at all, the next is tried after this time.
const AFTER_FAILURE: Duration = Duration::from_mins(1);

/// Runs of a source in which failures are counted.
const LOOK_BACK: u32 = 20;

/// Runs the enabled sources of a catalogue when they are due.
pub struct Scheduler {
    catalog: Catalog,
    progress: Arc<dyn Progress>,
    stop: CancellationToken,
    clock: Clock,
    longest_pause: Duration,
}

impl Scheduler {
    /// A scheduler that tells `progress` of its runs and ends them after the page at hand when `stop` is cancelled.
    pub fn new(catalog: Catalog, progress: Arc<dyn Progress>, stop: CancellationToken) -> Self {
        Self { catalog, progress, stop, clock: Clock::default(), longest_pause: LOOK_AGAIN }
    }

    /// The same with a clock of its own, looked at every `pause` at the latest.
    #[must_use]
    pub fn with_clock(self, clock: Clock, pause: Duration) -> Self {
        Self { clock, longest_pause: pause, ..self }
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
            let (source, permits, clock) = (Arc::clone(source), Arc::clone(&permits), self.clock.clone());
            let options = HarvestOptions { cancel: self.stop.clone(), ..options.clone() };
            tasks.spawn(async move {
                // The semaphore is never closed; without a permit the run would only be less polite.
                let _permit = permits.acquire_owned().await;
                let report = catalog.harvest(&source, &options, progress.as_ref(), clock.now()).await;
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
            let own = Self::new(self.catalog.clone(), Arc::clone(&self.progress), self.stop.clone())
                .with_clock(self.clock.clone(), self.longest_pause);
            let (source, permits) = (Arc::clone(source), Arc::clone(&permits));
            sources.spawn(async move { own.keep_harvesting(&source, &permits).await });
        }
        while !self.stop.is_cancelled() {
            self.forget_old_runs(self.clock.now()).await;
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
            if let Err(failure) = harvested {
                warn!(source = source.id, %failure, "scheduled harvest failed");
                self.pause(AFTER_FAILURE.min(self.longest_pause)).await;
            }
        }
    }

    /// How long a source has to wait, none when it is due. It is asked again now and then: another process may have
    /// harvested the source, or the clock was set.
    async fn wait_for(&self, source: &SourceConfig) -> Duration {
        let now = self.clock.now();
        match self.next_run(source, now).await {
            Ok(at) => Duration::try_from(at.duration_since(now)).unwrap_or_default().min(self.longest_pause),
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

    async fn next_run(&self, source: &SourceConfig, now: Timestamp) -> Result<Timestamp, CatalogError> {
        let runs = self.catalog.store().runs(Some(&source.id), LOOK_BACK).await?;
        Ok(next_run(source, &runs, now))
    }

    async fn forget_old_runs(&self, now: Timestamp) {
        let days = i64::from(self.catalog.inner.retention_days);
        // Longer than time is counted back: no run is as old.
        let Ok(before) = now.checked_sub(SignedDuration::from_hours(days * 24)) else { return };
        if let Err(failure) = self.catalog.store().forget_runs_before(before).await {
            warn!(%failure, "old runs could not be forgotten");
        }
    }
}

/// When a source runs next, by its runs, newest first; `now` or before when it is due.
fn next_run(source: &SourceConfig, runs: &[RunRow], now: Timestamp) -> Timestamp {
    let Some(last) = runs.first() else { return now };
    // A run that lies ahead was made while the clock was wrong: it counts as if it had been now.
    let ended = last.ended.unwrap_or(last.started).min(now);
    let is_verdict = |run: &RunRow, verdict: Verdict| run.verdict == verdict.code();
    // What was stopped or pushed aside goes on soon, whatever the schedule: there is nothing wrong with the source.
    if is_verdict(last, Verdict::Cancelled) || is_verdict(last, Verdict::LeaseLost) {
        return next_try(ended, 1);
    }
    let failures = runs.iter().take_while(|run| is_verdict(run, Verdict::Failed)).count();
    if failures > 0 {
        // A source that is down is tried again soon, and ever more rarely the longer it is down.
        return next_try(ended, u32::try_from(failures).unwrap_or(LOOK_BACK));
    }
    if source.schedule.is_due(Some(ended), now, &source.id) {
        return now;
    }
    source.schedule.next_after(ended, &source.id)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use std::path::Path;

    use cairn_store::RunCounts;

    use super::*;

    fn weekly() -> SourceConfig {
        let text = "id = \"portal\"\nkind = \"ckan\"\nurl = \"file:dump.json\"\nschedule = \"weekly\"\n";
        SourceConfig::from_toml(text, Path::new("/")).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(verdict: Verdict, ended: &str) -> RunRow {
        RunRow {
            run: ended.to_owned(),
            source: "portal".to_owned(),
            verdict: verdict.code().to_owned(),
            reason: None,
            counts: RunCounts::default(),
            holder: "somebody".to_owned(),
            started: at(ended),
            ended: Some(at(ended)),
        }
    }

    /// Minutes from noon of a Sunday to the next run.
    fn minutes(runs: &[RunRow]) -> i64 {
        let now = at("2026-11-22T12:00:00Z");
        next_run(&weekly(), runs, now).duration_since(now).as_mins()
    }

    const A_WEEK: i64 = 7 * 24 * 60;

    #[test]
    fn a_source_without_runs_is_due() {
        assert_eq!(minutes(&[]), 0);
    }

    #[test]
    fn a_source_is_due_once_whatever_was_missed() {
        assert_eq!(minutes(&[run(Verdict::Complete, "2026-01-01T00:00:00Z")]), 0);
        let wait = minutes(&[run(Verdict::Complete, "2026-11-22T12:00:00Z")]);
        assert!(wait > 0 && wait <= A_WEEK, "{wait}");
    }

    #[test]
    fn a_run_that_lies_ahead_of_the_clock_counts_as_if_it_had_been_now() {
        let now = run(Verdict::Complete, "2026-11-22T12:00:00Z");
        assert_eq!(minutes(&[run(Verdict::Complete, "2090-01-01T00:00:00Z")]), minutes(&[now]));
        assert_eq!(minutes(&[run(Verdict::Failed, "2090-01-01T00:00:00Z")]), 5);
    }

    #[test]
    fn what_was_stopped_goes_on_soon_as_what_was_killed_does() {
        for verdict in [Verdict::Cancelled, Verdict::LeaseLost, Verdict::Failed] {
            assert_eq!(minutes(&[run(verdict, "2026-11-22T12:00:00Z")]), 5, "{verdict:?}");
            assert!(minutes(&[run(verdict, "2026-11-22T11:00:00Z")]) <= 0, "{verdict:?}");
        }
    }

    #[test]
    fn a_source_that_is_down_is_tried_ever_more_rarely() {
        let failed = || run(Verdict::Failed, "2026-11-22T12:00:00Z");
        assert_eq!(minutes(&[failed(), failed(), failed(), run(Verdict::Complete, "2026-11-22T11:00:00Z")]), 20);
    }
}
