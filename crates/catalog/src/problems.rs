//! What is wrong with a source now, so that its publisher can act on it: by kind, by page, or all of it.
//!
//! The problems of a record stand with the record, so one that does not change keeps them; what could not be taken stands
//! with the source, until it lists it no more. A walk goes through all of them in a fixed order, a batch at a time.

use std::collections::{HashMap, VecDeque};

use cairn_fetch::without_credentials;
use cairn_model::{Dataset, DatasetId, Problem, Severity};
use cairn_policy::{Viewer, best_rendition};
use cairn_store::{HeldKind, ProblemKinds, RecordOfSource, RecordState, RunProblem};
use serde::{Deserialize, Serialize};

pub use cairn_store::ProblemKind;

use crate::{Catalog, CatalogError};

/// Records, or problems of a listing, that are read at once.
const BATCH: u32 = 500;
/// Batches that are looked through for one page; what stands further on is asked for by its cursor.
const BATCHES_OF_A_PAGE: usize = 20;
/// Code of the problem that a record has which the store cannot read.
const DAMAGED: &str = "damaged-record";

/// A problem of a source, with what it takes to find it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceProblem {
    /// Id of our record, where the problem is one of a record that this viewer may see under the name of its source.
    pub record: Option<DatasetId>,
    /// Id of the record at the source, where it is known.
    pub source_record_id: Option<String>,
    /// Title of the record, as far as [`Self::record`] is told.
    pub title: Option<String>,
    /// Page of the record at its source, as far as [`Self::record`] is told.
    pub source_page: Option<String>,
    /// The problem.
    #[serde(flatten)]
    pub problem: Problem,
}

/// The problems of a kind: how many, and the first of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstOfKind {
    /// What they have in common.
    pub kind: ProblemKind,
    /// The first of them.
    pub first: Vec<SourceProblem>,
}

/// Which problems.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProblemFilter {
    /// Of this code.
    pub code: Option<String>,
    /// As bad as this.
    pub severity: Option<Severity>,
    /// With this field.
    pub field: Option<String>,
}

impl ProblemFilter {
    fn takes(&self, problem: &Problem) -> bool {
        self.code.as_ref().is_none_or(|code| *code == problem.code)
            && self.severity.is_none_or(|severity| severity == problem.severity)
            && self.field.as_ref().is_none_or(|field| *field == problem.field)
    }
}

/// A page of problems.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProblemPage {
    /// The problems; what waits for confirmation first, then what could not be taken, then those of the records.
    pub items: Vec<SourceProblem>,
    /// What to give as `after` for those that follow, where there may be any.
    pub next: Option<String>,
}

/// Where a walk stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    stage: Stage,
    /// Key of the last problem, or id of the last record, that was gone through as a whole.
    after: String,
    /// Problems of the next record that were gone through as well.
    skip: usize,
}

/// The parts of a walk, in their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    /// What waits for confirmation.
    #[default]
    Held,
    /// What could not be taken.
    Listing,
    /// Problems of records.
    Records,
}

/// A walk through all problems of a source, a batch at a time.
pub struct ProblemWalk {
    catalog: Catalog,
    viewer: Viewer,
    source: String,
    filter: ProblemFilter,
    /// `None` at the end.
    place: Option<Place>,
}

impl Catalog {
    /// How many problems of which kind a source has now, errors and the most frequent first, for those who operate it.
    ///
    /// # Errors
    /// `NotFound` for everyone else, as for a source that does not exist.
    pub async fn problem_kinds_of(&self, viewer: &Viewer, source: &str) -> Result<Vec<ProblemKind>, CatalogError> {
        let kinds = self.problems_by_kind(viewer, source, 0).await?;
        Ok(kinds.into_iter().map(|one| one.kind).collect())
    }

    /// The same, each kind with its first problems, so many at most.
    ///
    /// # Errors
    /// `NotFound` for everyone else, as for a source that does not exist.
    pub async fn problems_by_kind(
        &self,
        viewer: &Viewer,
        source: &str,
        most: u64,
    ) -> Result<Vec<FirstOfKind>, CatalogError> {
        let mut walk = self.walk_problems(viewer, source, ProblemFilter::default()).await?;
        let mut kinds = ProblemKinds::default();
        let mut first: Vec<SourceProblem> = Vec::new();
        while let Some(batch) = walk.next_batch().await? {
            for SourceProblem { record, source_record_id, title, source_page, problem } in batch {
                let row = RunProblem { source_record_id, problem };
                if kinds.count(&row).is_some_and(|count| count <= most) {
                    let RunProblem { source_record_id, problem } = row;
                    first.push(SourceProblem { record, source_record_id, title, source_page, problem });
                }
            }
        }
        let with_first = |kind: ProblemKind| {
            let is_of = |one: &SourceProblem| one.problem.code == kind.code && one.problem.severity == kind.severity;
            let (of_kind, others) = std::mem::take(&mut first).into_iter().partition(is_of);
            first = others;
            FirstOfKind { kind, first: of_kind }
        };
        Ok(kinds.sorted().into_iter().map(with_first).collect())
    }

    /// How many problems of which kind a run met, for those who operate its source.
    ///
    /// # Errors
    /// `NotFound` for everyone else, and for a run that is not of this source.
    pub async fn problem_kinds_of_run(
        &self,
        viewer: &Viewer,
        source: &str,
        run: &str,
    ) -> Result<Vec<ProblemKind>, CatalogError> {
        self.run_row(viewer, source, run).await?;
        Ok(self.store().problem_kinds(run).await?)
    }

    /// A page of the problems that a source has now, for those who operate it. `after` is `next` of the page before.
    ///
    /// A page may hold fewer than `limit` and yet have a next one: only so many records are looked through for each.
    ///
    /// # Errors
    /// `NotFound` for everyone else, as for a source that does not exist; `BadRequest` for an `after` of nobody's.
    pub async fn problems_of(
        &self,
        viewer: &Viewer,
        source: &str,
        filter: ProblemFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ProblemPage, CatalogError> {
        let mut walk = self.walk_problems(viewer, source, filter).await?;
        if let Some(after) = after {
            walk.place = Some(Place::from_cursor(after)?);
        }
        let mut page = ProblemPage::default();
        let mut last = walk.place.clone();
        for _ in 0..BATCHES_OF_A_PAGE {
            let Some(batch) = walk.next_places().await? else { return Ok(page) };
            for (place, problem) in batch {
                if page.items.len() == limit {
                    page.next = last.map(|place| place.to_cursor());
                    return Ok(page);
                }
                last = Some(place);
                page.items.push(problem);
            }
        }
        page.next = walk.place.map(|place| place.to_cursor());
        Ok(page)
    }

    /// Goes through every problem that a source has now, for those who operate it.
    ///
    /// # Errors
    /// `NotFound` for everyone else, as for a source that does not exist.
    pub async fn walk_problems(
        &self,
        viewer: &Viewer,
        source: &str,
        filter: ProblemFilter,
    ) -> Result<ProblemWalk, CatalogError> {
        self.operated(viewer, source).await?;
        Ok(ProblemWalk {
            catalog: self.clone(),
            viewer: viewer.clone(),
            source: source.to_owned(),
            filter,
            place: Some(Place::default()),
        })
    }
}

impl ProblemWalk {
    /// The next problems, which may be none of those that the filter takes; `None` at the end.
    ///
    /// # Errors
    /// Store errors.
    pub async fn next_batch(&mut self) -> Result<Option<Vec<SourceProblem>>, CatalogError> {
        let batch = self.next_places().await?;
        Ok(batch.map(|batch| batch.into_iter().map(|(_, problem)| problem).collect()))
    }

    /// The next problems, each with where the walk stands after it.
    async fn next_places(&mut self) -> Result<Option<VecDeque<(Place, SourceProblem)>>, CatalogError> {
        let Some(place) = self.place.take() else { return Ok(None) };
        let (mut batch, next) = match place.stage {
            Stage::Held => self.held(&place).await?,
            Stage::Listing => self.listing(&place).await?,
            Stage::Records => self.records(&place).await?,
        };
        self.place = next;
        batch.retain(|(_, row)| self.filter.takes(&row.problem));
        Ok(Some(batch))
    }

    async fn held(&self, place: &Place) -> Result<Batch, CatalogError> {
        let held = self.catalog.store().held_now(&self.source).await?;
        let refused_removals = self.last_run_was_refused_removals().await?;
        let listed = held.into_iter().filter(|one| one.kind != HeldKind::Removal || refused_removals);
        let mut rows = Vec::new();
        for (index, one) in listed.enumerate().skip(place.skip).take(BATCH as usize) {
            let after = Place { skip: index + 1, ..Place::default() };
            rows.push((after, RunProblem { source_record_id: Some(one.source_record_id), problem: one.problem }));
        }
        let next = match rows.last() {
            Some((after, _)) => after.clone(),
            None => Place { stage: Stage::Listing, after: "0".to_owned(), skip: 0 },
        };
        Ok((self.with_records(rows).await?, Some(next)))
    }

    /// Whether the removals that wait are still those of the newest run: any other says nothing of them.
    async fn last_run_was_refused_removals(&self) -> Result<bool, CatalogError> {
        let newest = self.catalog.store().runs(Some(&self.source), 1).await?;
        Ok(newest.first().is_some_and(|run| matches!(run.verdict.as_str(), "guard_tripped" | "empty_refused")))
    }

    async fn listing(&self, place: &Place) -> Result<Batch, CatalogError> {
        let after = place.after.parse().map_err(|_| unknown_place())?;
        let problems = self.catalog.store().listing_problems(&self.source, after, BATCH).await?;
        let at = |key: i64| Place { stage: Stage::Listing, after: key.to_string(), skip: 0 };
        let next = match problems.last() {
            Some(last) => at(last.key),
            None => Place { stage: Stage::Records, after: String::new(), skip: 0 },
        };
        let rows = problems.into_iter().map(|one| (at(one.key), one.problem)).collect();
        Ok((self.with_records(rows).await?, Some(next)))
    }

    async fn records(&self, place: &Place) -> Result<Batch, CatalogError> {
        let records = self.catalog.store().records_of_source(&self.source, &place.after, BATCH).await?;
        let Some(last) = records.last() else { return Ok((VecDeque::new(), None)) };
        let next = Place { stage: Stage::Records, after: last.source_record_id.clone(), skip: 0 };
        let mut batch = VecDeque::new();
        let mut before = place.after.clone();
        for (number, record) in records.into_iter().enumerate() {
            let skip = if number == 0 { place.skip } else { 0 };
            for (index, problem) in problems_of_record(&record).into_iter().enumerate().skip(skip) {
                let after = Place { stage: Stage::Records, after: before.clone(), skip: index + 1 };
                batch.push_back((
                    after,
                    self.shown(record.dataset.as_ref(), Some(record.source_record_id.clone()), problem),
                ));
            }
            before = record.source_record_id;
        }
        Ok((batch, Some(next)))
    }

    /// Looks up the records that problems name.
    async fn with_records(
        &self,
        rows: Vec<(Place, RunProblem)>,
    ) -> Result<VecDeque<(Place, SourceProblem)>, CatalogError> {
        let named: Vec<String> = rows.iter().filter_map(|(_, row)| row.source_record_id.clone()).collect();
        let known = self.catalog.store().known(&self.source, &named).await?;
        let ids: Vec<DatasetId> =
            known.into_iter().filter(|known| known.state == RecordState::Active).map(|known| known.id).collect();
        let active = self.catalog.store().newest_revisions(&ids).await?;
        let known: HashMap<DatasetId, Dataset> =
            active.into_iter().filter_map(|revision| Some((revision.id, revision.dataset?))).collect();
        let rows = rows.into_iter().map(|(place, row)| {
            let id = row.source_record_id.as_deref().map(|id| DatasetId::new(&self.source, id));
            let record = id.and_then(|id| known.get(&id));
            (place, self.shown(record, row.source_record_id, row.problem))
        });
        Ok(rows.collect())
    }

    /// A problem with what the viewer may know of its record. Whoever operates a source is told what is wrong with what it
    /// lists; what a record of it is to this catalogue is told by its terms.
    fn shown(&self, dataset: Option<&Dataset>, source_record_id: Option<String>, problem: Problem) -> SourceProblem {
        let seen = dataset.and_then(|dataset| best_rendition(dataset, &self.viewer)).map(|seen| seen.dataset);
        let seen = seen.filter(|seen| seen.source == self.source);
        SourceProblem {
            record: seen.as_ref().map(|seen| seen.id),
            title: seen.as_ref().and_then(|seen| seen.title.best("en").map(str::to_owned)),
            source_page: seen.and_then(|seen| seen.landing_page).map(|page| without_credentials(&page)),
            source_record_id,
            problem,
        }
    }
}

/// Problems with where the walk stands after each, and where it goes on; nowhere at the end.
type Batch = (VecDeque<(Place, SourceProblem)>, Option<Place>);

fn problems_of_record(record: &RecordOfSource) -> Vec<Problem> {
    match &record.dataset {
        Some(dataset) => dataset.provenance.problems.clone(),
        None => vec![Problem::error(
            DAMAGED,
            "",
            "what is kept of this record cannot be read any more: `harvest --full` mends it",
        )],
    }
}

impl Place {
    /// As an opaque text.
    fn to_cursor(&self) -> String {
        // A place is two words and a number: writing it to memory cannot fail.
        hex::encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn from_cursor(text: &str) -> Result<Self, CatalogError> {
        let bytes = hex::decode(text).map_err(|_| unknown_place())?;
        serde_json::from_slice(&bytes).map_err(|_| unknown_place())
    }
}

fn unknown_place() -> CatalogError {
    CatalogError::BadRequest("`after` is the `next` of a page before: it cannot be made up".to_owned())
}
