//! The operator's hand on the schedule: pause, resume, stop, and a run now.

use std::collections::HashSet;
use std::sync::Arc;

use cairn_policy::{Standing, Viewer};
use cairn_search::Hit;
use cairn_store::{NewAct, Pause};
use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::error;

use crate::{Catalog, CatalogError, HarvestOptions, LONG_UNREACHABLE, RunRow, Silent};

/// Longest reason of a pause, in characters.
const LONGEST_REASON: usize = 500;

/// The harvests that somebody requested of this process, while they go on.
#[derive(Default)]
pub(crate) struct Requested {
    harvests: TaskTracker,
    stop: CancellationToken,
}

impl Catalog {
    /// Pauses a source: its schedule leaves it alone, in every process, until it is resumed. A run that goes on is not
    /// stopped, and a harvest of it by name still runs. Answers `false` when it was paused already.
    ///
    /// # Errors
    /// `NotFound` for who does not operate the source, as for one that does not exist; `BadRequest` for a reason that is
    /// too long.
    pub async fn pause_source(
        &self,
        viewer: &Viewer,
        source: &str,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, CatalogError> {
        self.operated(viewer, source).await?;
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        if reason.is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
            return Err(CatalogError::BadRequest(format!("a reason has at most {LONGEST_REASON} characters")));
        }
        let pause = Pause { since: now, by: standing(viewer), reason: reason.map(str::to_owned) };
        Ok(self.store().pause_source(source, pause, viewer.actor()).await?)
    }

    /// Ends the pause of a source: what was missed is made up for once. Answers `false` when it was not paused.
    ///
    /// # Errors
    /// `NotFound` as for a pause.
    pub async fn resume_source(&self, viewer: &Viewer, source: &str, now: Timestamp) -> Result<bool, CatalogError> {
        self.operated(viewer, source).await?;
        Ok(self.store().resume_source(source, viewer.actor(), now).await?)
    }

    /// Since when a source is paused, by whom and why.
    ///
    /// # Errors
    /// `NotFound` as for a pause.
    pub async fn pause_of(&self, viewer: &Viewer, source: &str) -> Result<Option<Pause>, CatalogError> {
        self.operated(viewer, source).await?;
        Ok(self.store().intervention(source).await?.paused)
    }

    /// The pause of a configured source, for the program itself, which leaves it alone.
    ///
    /// # Errors
    /// Store errors.
    pub async fn pause_now(&self, source: &str) -> Result<Option<Pause>, CatalogError> {
        Ok(self.store().intervention(source).await?.paused)
    }

    /// Asks the run of a source to stop, in whichever process it goes on; it ends within ten seconds as `cancelled` and
    /// keeps its checkpoint. Answers which run it is.
    ///
    /// # Errors
    /// `NotFound` as for a pause; `NothingRuns` when there is nothing to stop.
    pub async fn stop_run(&self, viewer: &Viewer, source: &str, now: Timestamp) -> Result<String, CatalogError> {
        self.operated(viewer, source).await?;
        // Whose process ended has stopped.
        self.store().close_abandoned_runs().await?;
        let asked = self.store().ask_to_stop(source, viewer.actor(), now).await?;
        asked.ok_or_else(|| CatalogError::NothingRuns(source.to_owned()))
    }

    /// A run of a source.
    ///
    /// # Errors
    /// `NotFound` for who does not operate the source, and for a run that is not known, or not any more.
    pub async fn run_row(&self, viewer: &Viewer, source: &str, run: &str) -> Result<RunRow, CatalogError> {
        self.operated(viewer, source).await?;
        self.store().run(source, run).await?.ok_or(CatalogError::NotFound("run"))
    }

    /// Begins to harvest a source in this process, whether it is enabled, paused or neither, and answers the id of the
    /// run. It waits for a place beside the harvests on schedule. What it confirms stands in the log of acts as theirs.
    ///
    /// # Errors
    /// `NotFound` as for a pause; `AlreadyRuns` with the run that goes on; `BadRequest` for a source that is no longer
    /// configured, and where there is nothing to confirm.
    pub async fn request_harvest(
        &self,
        viewer: &Viewer,
        source: &str,
        options: HarvestOptions,
        now: Timestamp,
    ) -> Result<String, CatalogError> {
        self.operated(viewer, source).await?;
        let config = self.source(source).ok_or_else(|| {
            CatalogError::BadRequest(format!("source {source} is no longer configured, so that it cannot be harvested"))
        })?;
        let config = Arc::clone(config);
        let cancel = self.inner.requested.stop.clone();
        let (catalog, actor) = (self.clone(), viewer.actor().to_owned());
        let options = HarvestOptions { confirmed_by: Some(actor.clone()), cancel, ..options };
        let (tell, told) = oneshot::channel();
        // In a task of its own from its first step: a request that is given up leaves no run without somebody to end it.
        self.inner.requested.harvests.spawn(async move {
            let begun = match catalog.begin_run(&config, &options, now).await {
                Ok(begun) => begun,
                Err(failure) => {
                    let _ = tell.send(Err(failure));
                    return;
                }
            };
            let subject = format!("{}: run {}", config.id, begun.run);
            if let Err(failure) = catalog.store().log_act(NewAct::new(now, &*actor, "source.harvest", &*subject)).await
            {
                error!(subject, %failure, "a request could not be logged");
            }
            // Nobody to be told means that the request was given up; what it asked for goes on.
            let _ = tell.send(Ok(begun.run.clone()));
            let places = Some(catalog.inner.places.as_ref());
            if let Err(failure) = catalog.carry_out(begun, &options, &Silent, places).await {
                error!(subject, %failure, "the harvest that was requested failed");
            }
        });
        told.await.map_err(|_| CatalogError::Internal(format!("the harvest of {source} died")))?
    }

    /// Stops the harvests that were requested of this process, and waits until they have ended.
    pub async fn end_requested_harvests(&self) {
        self.inner.requested.stop.cancel();
        self.inner.requested.harvests.close();
        self.inner.requested.harvests.wait().await;
    }

    /// Since when a source is not reached, as a rendition names it: one that hides its source has none.
    pub(crate) async fn shown_source_unreachable_since(&self, source: &str) -> Result<Option<Timestamp>, CatalogError> {
        if source.is_empty() {
            return Ok(None);
        }
        Ok(self.store().unreachable_since(source).await?)
    }

    /// Of the sources that these hits name, those that are not reached for longer than [`LONG_UNREACHABLE`].
    ///
    /// # Errors
    /// Store errors.
    pub async fn long_unreachable(&self, hits: &[Hit], now: Timestamp) -> Result<HashSet<String>, CatalogError> {
        let named: HashSet<&str> = hits.iter().map(|hit| hit.card.source.as_str()).collect();
        let mut unreachable = HashSet::new();
        for source in named {
            let since = self.shown_source_unreachable_since(source).await?;
            if since.is_some_and(|since| now.duration_since(since) > LONG_UNREACHABLE) {
                unreachable.insert(source.to_owned());
            }
        }
        Ok(unreachable)
    }
}

/// Who paused a source, as those who operate it are told. The log of acts names the person or the token.
fn standing(viewer: &Viewer) -> String {
    match viewer.standing() {
        Standing::Anonymous => "somebody unknown".to_owned(),
        Standing::Operator => "operator".to_owned(),
        Standing::Member { organisation, role } => format!("{} of {organisation}", role.name()),
    }
}
