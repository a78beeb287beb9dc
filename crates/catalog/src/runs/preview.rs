//! A preview: the first pages of a source, compared with what is held, into nothing.
//!
//! It goes by a store that is open for reading only, so that there is nothing it could write.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cairn_harvest::{EndProof, Payload, RawRecord, SourceConfig, UnreadFields};
use cairn_model::Dataset;
use cairn_policy::{Viewer, best_rendition};
use cairn_store::{ProblemKind, RunProblem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::field_changes::{FieldChange, field_changes};
use super::listing::Ended;
use super::seen::{LACKING, RecordWalk};
use super::{HarvestOptions, Run};
use crate::error::blocking;
use crate::{Catalog, CatalogError};

/// Records that a list of the preview names; the counts tell of all.
const MOST_NAMED: usize = 100;

/// How far a preview goes.
#[derive(Debug, Clone)]
pub struct PreviewOptions {
    /// Pages to read.
    pub pages: u64,
    /// Time that reading may take; what was read by then is shown.
    pub time: Duration,
    /// Stops the preview.
    pub cancel: CancellationToken,
}

/// What a harvest would do, as far as the first pages tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// Source id.
    pub source: String,
    /// Pages that were read.
    pub pages: u64,
    /// Requests that were sent.
    pub requests: u64,
    /// Whether the whole listing was read, with its proof that it ended.
    pub whole: bool,
    /// Why not, where it was not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Whether the source could not be read, and why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failed: Option<PreviewFailure>,
    /// How many records the source says it has, where it does.
    pub expected: Option<u64>,
    /// Records listed.
    pub listed: u64,
    /// New ones.
    pub new: u64,
    /// Changed ones.
    pub changed: u64,
    /// Unchanged ones.
    pub unchanged: u64,
    /// Records that would go missing, or would be removed because the source says that it deleted them; not known where only
    /// a part of the listing was read.
    pub would_go_missing: Option<u64>,
    /// The first 100 new records.
    pub new_records: Vec<PreviewRecord>,
    /// The first 100 changed records.
    pub changed_records: Vec<ChangedRecord>,
    /// Ids at the source of the first 100 records that would go missing.
    pub missing_records: Vec<String>,
    /// Problems that a run would meet.
    pub problems: u64,
    /// The same by kind.
    pub problem_kinds: Vec<ProblemKind>,
    /// The first 1,000 problems: they could be looked up nowhere later.
    pub problem_list: Vec<RunProblem>,
    /// Payloads that were searched for fields that nobody reads; none where the format is not searched.
    pub searched_records: u64,
    /// Fields of which nothing is read, those that most records fill in first.
    pub unread_fields: Vec<UnreadFieldCount>,
}

/// Why a source could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewFailure {
    /// Whether trying later is all there is to do.
    pub is_temporary: bool,
    /// In words.
    pub message: String,
}

/// A record that a harvest would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRecord {
    /// Id at the source.
    pub source_record_id: String,
    /// Title, where the viewer could see the record.
    pub title: Option<String>,
}

/// A record that a harvest would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedRecord {
    /// Id at the source.
    pub source_record_id: String,
    /// Title, where the viewer can see the record.
    pub title: Option<String>,
    /// Fields that differ in what the viewer sees of it before and after.
    pub fields: Vec<FieldChange>,
}

/// A field of payloads of which nothing is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadFieldCount {
    /// Where it stands: names with dots between them, or the header of a column. Never a value.
    pub field: String,
    /// Records that fill it in, of those that were searched.
    pub records: u64,
    /// One of them, by its id at the source.
    pub example: String,
}

/// What a run notes for a preview.
pub(super) struct Noting {
    viewer: Viewer,
    new_records: Vec<PreviewRecord>,
    changed_records: Vec<ChangedRecord>,
    unread: UnreadFields,
}

impl Noting {
    fn new(viewer: Viewer) -> Self {
        Self { viewer, new_records: Vec::new(), changed_records: Vec::new(), unread: UnreadFields::default() }
    }

    fn shown(&self, dataset: &Dataset) -> Option<Dataset> {
        let shown = best_rendition(dataset, &self.viewer).map(|rendition| rendition.dataset);
        shown.filter(|shown| shown.source == dataset.source)
    }

    /// Notes a record that is new.
    pub(super) fn note_new(&mut self, dataset: &Dataset) {
        if self.new_records.len() < MOST_NAMED {
            let title = self.shown(dataset).and_then(|shown| title(&shown));
            let source_record_id = dataset.source_record_id.clone();
            self.new_records.push(PreviewRecord { source_record_id, title });
        }
    }

    /// Notes a record that changed, field by field as far as the viewer sees both states.
    pub(super) fn note_changed(&mut self, before: Option<&Dataset>, after: &Dataset) {
        if self.changed_records.len() >= MOST_NAMED {
            return;
        }
        let shown = self.shown(after);
        let fields = match (before.and_then(|before| self.shown(before)), &shown) {
            (Some(before), Some(after)) => field_changes(&before, after),
            _ => Vec::new(),
        };
        let source_record_id = after.source_record_id.clone();
        self.changed_records.push(ChangedRecord { source_record_id, title: shown.and_then(|one| title(&one)), fields });
    }
}

fn title(dataset: &Dataset) -> Option<String> {
    dataset.title.best("en").map(str::to_owned)
}

impl Catalog {
    /// Reads the first pages of a source and says what a harvest would do, for those who operate it. Nothing is written.
    ///
    /// A source that cannot be read gives a preview that says so, not an error: errors are for what concerns the catalogue
    /// itself.
    ///
    /// # Errors
    /// `NotFound` for everyone else, as for a source that does not exist or is not configured any more; `Held` while another
    /// preview of this source is made by this process; store errors.
    pub async fn preview(
        &self,
        viewer: &Viewer,
        source: &str,
        options: &PreviewOptions,
        now: Timestamp,
    ) -> Result<Preview, CatalogError> {
        self.operated_or_configured(viewer, source).await?;
        let source = self.source(source).ok_or(CatalogError::NotFound("source"))?;
        let _alone = self.previews().begin(&source.id)?;
        let reading = self.for_reading_only().await?;
        // Its requests count for the budget of the day, which the store for reading cannot keep.
        let fetcher = self.fetcher_for(source, now);
        let rules = self.rules_for(source, now)?;
        let holding = self.holding_of(&source.id).await?;
        let noting = Some(Noting::new(viewer.clone()));
        let run = Run { noting, ..Run::dry(&reading, fetcher, rules, holding, HashMap::new()) };
        run.preview(source, options).await
    }
}

impl Run<'_> {
    async fn preview(mut self, source: &SourceConfig, options: &PreviewOptions) -> Result<Preview, CatalogError> {
        let (pages, expected, ended) = self.read_first_pages(options).await?;
        self.compare_aside(matches!(ended, Ended::Listed { .. })).await?;
        let mut reason = None;
        let mut failed = None;
        let mut proof = EndProof::Missing(String::new());
        self.counts.requests = match ended {
            Ended::Listed { proof: read, requests, .. } => {
                if let EndProof::Missing(why) = &read {
                    reason = Some(why.clone());
                }
                proof = read;
                requests
            }
            Ended::Broken { error, requests } => {
                failed = Some(PreviewFailure { is_temporary: error.is_temporary(), message: error.to_string() });
                requests
            }
            Ended::Cancelled { requests } | Ended::OutOfTime { requests } => {
                reason = Some(format!("only the first pages were read ({pages})"));
                requests
            }
            Ended::LeaseLost => 0,
            Ended::Store(error) => return Err(error),
        };
        let whole = proof == EndProof::Proven && self.unnamed == 0;
        let missing = if whole { Some(self.would_go_missing().await?) } else { None };
        let (would_go_missing, missing_records) = missing.unzip();
        let held = self.holding.list(cairn_harvest::Verdict::Complete);
        self.kinds.count_all(&held);
        self.counts.problems += held.len() as u64;
        let problems = std::mem::take(&mut self.reported);
        self.report_problems(held);
        self.report_problems(problems);
        let Noting { new_records, changed_records, unread, .. } =
            self.noting.unwrap_or_else(|| Noting::new(Viewer::anonymous()));
        Ok(Preview {
            source: source.id.clone(),
            pages,
            requests: self.counts.requests,
            whole,
            reason,
            failed,
            expected,
            listed: self.counts.listed,
            new: self.counts.new,
            changed: self.counts.changed,
            unchanged: self.counts.unchanged,
            would_go_missing,
            new_records,
            changed_records,
            missing_records: missing_records.unwrap_or_default(),
            problems: self.counts.problems,
            problem_kinds: self.kinds.sorted(),
            problem_list: self.reported,
            searched_records: unread.records() as u64,
            unread_fields: unread
                .into_list()
                .into_iter()
                .map(|one| UnreadFieldCount { field: one.field, records: one.records, example: one.example })
                .collect(),
        })
    }

    /// Reads as many pages as are wanted, in the time that there is.
    async fn read_first_pages(&mut self, options: &PreviewOptions) -> Result<(u64, Option<u64>, Ended), CatalogError> {
        let until = Instant::now() + options.time;
        let dry = HarvestOptions { dry_run: true, ..HarvestOptions::default() };
        let mut pages = 0;
        let mut expected = None;
        let connecting = timeout_at(until, self.connect(&dry)).await;
        let mut connector = match connecting {
            Err(_) => return Ok((0, None, Ended::Cancelled { requests: 0 })),
            Ok(Err(error)) => return Ok((0, None, Ended::Broken { error, requests: 0 })),
            Ok(Ok(connector)) => connector,
        };
        while pages < options.pages && !options.cancel.is_cancelled() {
            let page = match timeout_at(until, connector.next_page()).await {
                Err(_) => break,
                Ok(Err(error)) => {
                    return Ok((pages, expected, Ended::Broken { error, requests: connector.requests() }));
                }
                Ok(Ok(None)) => {
                    let (proof, requests) = (connector.end_proof(), connector.requests());
                    return Ok((pages, expected, Ended::Listed { proof, state: None, is_sweep: false, requests }));
                }
                Ok(Ok(Some(page))) => page,
            };
            pages += 1;
            expected = page.expected.or(expected);
            self.search_unread(&page.records).await?;
            self.compare_page(page).await?;
        }
        Ok((pages, expected, Ended::Cancelled { requests: connector.requests() }))
    }

    /// Looks for fields that no reader takes.
    async fn search_unread(&mut self, records: &[RawRecord]) -> Result<(), CatalogError> {
        let Some(noting) = self.noting.as_mut().filter(|noting| !noting.unread.is_enough()) else { return Ok(()) };
        let mut unread = std::mem::take(&mut noting.unread);
        let records = records.to_vec();
        let source = Arc::clone(&self.rules.source);
        let unread = blocking(move || {
            for record in records {
                if let Payload::Raw { format, bytes } = record.payload {
                    unread.look_at(format, &bytes, &source);
                }
            }
            Ok(unread)
        })
        .await?;
        if let Some(noting) = &mut self.noting {
            noting.unread = unread;
        }
        Ok(())
    }

    /// How many records a listing which was read as a whole lacks, and the ids at the source of the first of them.
    async fn would_go_missing(&mut self) -> Result<(u64, Vec<String>), CatalogError> {
        let count = self.seen.count(LACKING).await?;
        let first = RecordWalk::new(&[LACKING]).next(&mut self.seen).await?.unwrap_or_default();
        Ok((count, first.into_iter().take(MOST_NAMED).map(|record| record.source_record_id).collect()))
    }
}

/// The sources of which a preview is being made: one at a time of each, because it asks the source.
#[derive(Debug, Default)]
pub(crate) struct Previews(Mutex<HashSet<String>>);

/// A preview that is being made; another one of its source can begin when this is dropped.
pub(crate) struct Alone<'a> {
    previews: &'a Previews,
    source: String,
}

impl Previews {
    fn begin(&self, source: &str) -> Result<Alone<'_>, CatalogError> {
        let mut going = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !going.insert(source.to_owned()) {
            let what = format!("the preview of {source}");
            return Err(CatalogError::Held { what, holder: "another request".to_owned() });
        }
        Ok(Alone { previews: self, source: source.to_owned() })
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.previews.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.source);
    }
}
