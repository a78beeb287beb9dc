//! Sources and their runs, as a viewer may know of them.

use cairn_policy::Viewer;
use cairn_search::{FacetField, Filters, SearchRequest};
use cairn_store::{Pause, RunProblem, RunRow, SourceRow};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{Catalog, CatalogError, source_row};

/// A source that is not reached for longer than this is said to be so wherever its records are shown (F07).
pub const LONG_UNREACHABLE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A source as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceView {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: String,
    /// Records of it that this viewer can find; not known while nothing can be searched.
    pub records: Option<u64>,
    /// Since when it is not reached; its records stay as they were.
    pub unreachable_since: Option<Timestamp>,
    /// What it is not good for, as its operators say.
    pub limitations: Option<String>,
    /// What only its operators see.
    #[serde(flatten)]
    pub operation: Option<SourceOperation>,
}

/// Sources as a viewer sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceViews {
    /// The sources.
    pub views: Vec<SourceView>,
    /// Whether their records are counted. Where they are not, sources are missing whose records the viewer may find.
    pub are_counted: bool,
}

/// What the operators of a source see of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceOperation {
    /// Address or path, without credentials.
    pub url: String,
    /// Whether its schedule runs.
    pub enabled: bool,
    /// Whether it stands in the configuration.
    pub configured: bool,
    /// Its last run.
    pub last_run: Option<RunRow>,
    /// Whether somebody paused it, so that the schedule leaves it alone.
    pub paused: Option<Pause>,
    /// When the schedule runs it next; after failures, when it is tried again.
    pub next_run: Option<Timestamp>,
}

impl Catalog {
    /// The sources that a viewer may know of: those with a record that they can find, and those that they operate.
    pub async fn sources_for(&self, viewer: &Viewer, now: Timestamp) -> Result<Vec<SourceView>, CatalogError> {
        let counts = self.records_by_source(viewer).await?;
        let mut views = Vec::new();
        for row in self.store().sources().await? {
            let records = counts.iter().find(|(id, _)| *id == row.id).map_or(0, |(_, count)| *count);
            let operates = viewer.operates(row.organisation.as_deref());
            if records == 0 && !operates {
                continue;
            }
            views.push(self.view(row, Some(records), operates, now).await?);
        }
        Ok(views)
    }

    /// The same while nothing can be searched, too, as when the index is made anew: then only the sources that the viewer
    /// operates, without counts.
    ///
    /// # Errors
    /// `IndexUnavailable` or `IndexDamaged` for who operates none; store errors.
    pub async fn sources_at_hand(&self, viewer: &Viewer, now: Timestamp) -> Result<SourceViews, CatalogError> {
        match self.sources_for(viewer, now).await {
            Err(failure @ (CatalogError::IndexUnavailable | CatalogError::IndexDamaged { .. })) => {
                let views = self.source_states(viewer, None, now).await?;
                if views.is_empty() { Err(failure) } else { Ok(SourceViews { views, are_counted: false }) }
            }
            answer => Ok(SourceViews { views: answer?, are_counted: true }),
        }
    }

    /// The sources that a viewer operates, or one of them, with what their operators see. Nothing is searched for: records
    /// are not counted.
    ///
    /// # Errors
    /// Store errors.
    pub async fn source_states(
        &self,
        viewer: &Viewer,
        only: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<SourceView>, CatalogError> {
        let mut views = Vec::new();
        for row in self.store().sources().await? {
            if viewer.operates(row.organisation.as_deref()) && only.is_none_or(|only| only == row.id) {
                views.push(self.view(row, None, true, now).await?);
            }
        }
        Ok(views)
    }

    /// The runs of a source, newest first, for those who operate it.
    ///
    /// # Errors
    /// `NotFound` for everyone else, as for a source that does not exist.
    pub async fn runs_of(&self, viewer: &Viewer, source: &str, limit: u32) -> Result<Vec<RunRow>, CatalogError> {
        self.operated(viewer, source).await?;
        Ok(self.store().runs(Some(source), limit).await?)
    }

    /// One run of a source and its problems, for those who operate it: everything that waits for confirmation, then the
    /// first 1,000 of the others.
    ///
    /// # Errors
    /// `NotFound` for everyone else, and for a run that is not of this source.
    pub async fn run_of(
        &self,
        viewer: &Viewer,
        source: &str,
        run: &str,
    ) -> Result<(RunRow, Vec<RunProblem>), CatalogError> {
        let row = self.run_row(viewer, source, run).await?;
        let held = self.held_by(&row).await?;
        let mut problems: Vec<RunProblem> = held
            .into_iter()
            .map(|one| RunProblem { source_record_id: Some(one.source_record_id), problem: one.problem })
            .collect();
        problems.extend(self.store().run_problems(run, 1000).await?);
        Ok((row, problems))
    }

    /// Recent runs of every source that the viewer operates, newest first.
    ///
    /// # Errors
    /// Store errors.
    pub async fn recent_runs(&self, viewer: &Viewer, limit: u32) -> Result<Vec<RunRow>, CatalogError> {
        let operated: Vec<String> = self
            .store()
            .sources()
            .await?
            .into_iter()
            .filter(|row| viewer.operates(row.organisation.as_deref()))
            .map(|row| row.id)
            .collect();
        Ok(self.store().runs_of_sources(&operated, limit).await?)
    }

    /// Whether every enabled source has had a verdict, but for those that are paused.
    ///
    /// # Errors
    /// Store errors.
    pub async fn every_enabled_source_has_a_verdict(&self) -> Result<bool, CatalogError> {
        for source in self.sources().iter().filter(|source| source.enabled) {
            let runs = self.store().runs(Some(&source.id), 10).await?;
            let has_a_verdict = runs.iter().any(|run| run.ended.is_some());
            if !has_a_verdict && self.store().intervention(&source.id).await?.paused.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Closes runs that nobody runs any more.
    ///
    /// # Errors
    /// Store errors.
    pub async fn close_abandoned_runs(&self) -> Result<u64, CatalogError> {
        Ok(self.store().close_abandoned_runs().await?)
    }

    async fn view(
        &self,
        row: SourceRow,
        records: Option<u64>,
        operates: bool,
        now: Timestamp,
    ) -> Result<SourceView, CatalogError> {
        let unreachable_since = self.store().unreachable_since(&row.id).await?;
        let operation = if operates { Some(self.operation(&row, now).await?) } else { None };
        let limitations = self.source(&row.id).and_then(|source| source.limitations.clone());
        Ok(SourceView {
            id: row.id,
            title: row.title,
            kind: row.kind,
            records,
            unreachable_since,
            limitations,
            operation,
        })
    }

    pub(crate) async fn operated(&self, viewer: &Viewer, source: &str) -> Result<SourceRow, CatalogError> {
        let rows = self.store().sources().await?;
        rows.into_iter()
            .find(|row| row.id == source && viewer.operates(row.organisation.as_deref()))
            .ok_or(CatalogError::NotFound("source"))
    }

    /// As [`Catalog::operated`], for a source that is configured and was never harvested, too.
    pub(crate) async fn operated_or_configured(
        &self,
        viewer: &Viewer,
        source: &str,
    ) -> Result<SourceRow, CatalogError> {
        let known = self.store().sources().await?.into_iter().find(|row| row.id == source);
        let row = known.or_else(|| self.source(source).map(|source| source_row(source)));
        row.filter(|row| viewer.operates(row.organisation.as_deref())).ok_or(CatalogError::NotFound("source"))
    }

    async fn operation(&self, row: &SourceRow, now: Timestamp) -> Result<SourceOperation, CatalogError> {
        let last_run = self.store().runs(Some(&row.id), 1).await?.into_iter().next();
        let next_run = match self.source(&row.id).filter(|source| source.enabled) {
            Some(source) => self.next_run_of(source, now).await?.map(|next| next.max(now)),
            None => None,
        };
        Ok(SourceOperation {
            url: row.url.clone(),
            enabled: row.enabled,
            configured: row.configured,
            last_run,
            paused: self.store().intervention(&row.id).await?.paused,
            next_run,
        })
    }

    /// How many records of each source the viewer can find: the facet of a search for everything.
    async fn records_by_source(&self, viewer: &Viewer) -> Result<Vec<(String, u64)>, CatalogError> {
        let request = SearchRequest {
            filters: Filters::default(),
            limit: 0,
            facets: vec![FacetField::Source],
            facet_limit: usize::MAX,
            ..SearchRequest::default()
        };
        let mut page = self.search(viewer, request).await?;
        let counts = page.facets.remove(&FacetField::Source).unwrap_or_default();
        Ok(counts.into_iter().map(|count| (count.value, count.count)).collect())
    }
}
