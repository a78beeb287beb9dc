//! How well the records of a source are described: by what the parts are needed for, and which of them are missing.

use std::collections::{BTreeMap, BinaryHeap};

use cairn_model::{Dataset, DatasetId, Freshness, FreshnessDates, Quality, QualityDimension, Vocabularies};
use cairn_policy::{Viewer, best_rendition};
use cairn_store::RecordOfSource;
use jiff::Timestamp;
use serde::Serialize;

use crate::error::blocking;
use crate::{Catalog, CatalogError};

/// Records that are read at a time.
const BATCH: u32 = 500;
/// Records that are named.
const MOST_NAMED: usize = 50;

/// How well the records of a source are described, all of them, as they are kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceQuality {
    /// Source id.
    pub source: String,
    /// Records that were looked at: all that the source has in the catalogue and that can be read.
    pub records: u64,
    /// Mean of their scores, from 0 to 1; none where there is no record.
    pub score: Option<f64>,
    /// The same by what parts are needed for.
    pub dimensions: Vec<DimensionScore>,
    /// Parts that records lack, those that most of them lack first.
    pub missing: Vec<MissingPart>,
    /// How old the data is by the word of its owners.
    pub freshness: FreshnessCounts,
    /// The records with the lowest scores, 50 at most.
    pub lowest: Vec<RecordQuality>,
}

/// The score of a dimension.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DimensionScore {
    /// Code.
    pub dimension: &'static str,
    /// Mean over the records, from 0 to 1.
    pub score: Option<f64>,
}

/// A part that records lack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingPart {
    /// Code of the part.
    pub part: String,
    /// Code of the dimension that it counts to.
    pub dimension: &'static str,
    /// Records that lack it.
    pub records: u64,
}

/// Records by freshness.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FreshnessCounts {
    /// Not due yet, or nothing is due.
    pub fresh: u64,
    /// An update is due.
    pub due: u64,
    /// An update is late.
    pub overdue: u64,
    /// Nobody updates it any more.
    pub delinquent: u64,
    /// Nobody can tell: the date of the last change, or how often there are to be any, is missing.
    pub unknown: u64,
}

/// The quality of a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordQuality {
    /// Id at the source.
    pub source_record_id: String,
    /// Id in this catalogue, where the viewer can see the record.
    pub dataset: Option<DatasetId>,
    /// Title, where the viewer can see the record.
    pub title: Option<String>,
    /// From 0 to 1.
    pub score: f64,
    /// Codes of the parts that are missing, the heaviest first.
    pub missing: Vec<String>,
}

impl Catalog {
    /// Looks through the records of a source and says how well they are described, for those who operate it.
    ///
    /// # Errors
    /// `NotFound` for everyone else, as for a source that does not exist; store errors.
    pub async fn quality_of(
        &self,
        viewer: &Viewer,
        source: &str,
        now: Timestamp,
    ) -> Result<SourceQuality, CatalogError> {
        self.operated(viewer, source).await?;
        let today = now.as_second().div_euclid(86_400);
        let mut account = Account::default();
        let mut after = String::new();
        loop {
            let batch = self.store().records_of_source(source, &after, BATCH).await?;
            let Some(last) = batch.last() else { break };
            after.clone_from(&last.source_record_id);
            let (viewer, vocabularies) = (viewer.clone(), self.shared_vocabularies());
            account = blocking(move || {
                for record in batch {
                    account.add(record, &viewer, &vocabularies, today);
                }
                Ok(account)
            })
            .await?;
        }
        Ok(account.closed(source))
    }

    /// The same of every source that the viewer operates, in the order of their ids.
    ///
    /// # Errors
    /// Store errors.
    pub async fn quality_of_sources(
        &self,
        viewer: &Viewer,
        now: Timestamp,
    ) -> Result<Vec<SourceQuality>, CatalogError> {
        let mut qualities = Vec::new();
        for source in self.store().sources().await? {
            if viewer.operates(source.organisation.as_deref()) {
                qualities.push(self.quality_of(viewer, &source.id, now).await?);
            }
        }
        Ok(qualities)
    }
}

/// Sums over records.
#[derive(Default)]
struct Account {
    records: u64,
    /// In hundredths, so that the order of adding does not matter.
    score: u64,
    dimensions: BTreeMap<&'static str, u64>,
    missing: BTreeMap<String, u64>,
    freshness: FreshnessCounts,
    /// The one with the highest score on top, so that it gives way to a lower one.
    lowest: BinaryHeap<Scored>,
}

/// A record by its score, then its id.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Scored {
    hundredths: u64,
    source_record_id: String,
    seen: Option<(DatasetId, String)>,
    missing: Vec<String>,
}

impl Account {
    fn add(&mut self, record: RecordOfSource, viewer: &Viewer, vocabularies: &Vocabularies, today: i64) {
        let Some(dataset) = record.dataset else { return };
        let quality = Quality::of(&dataset);
        self.records += 1;
        self.score += hundredths(quality.score);
        for (dimension, score) in quality.dimensions() {
            *self.dimensions.entry(dimension.code()).or_default() += hundredths(score);
        }
        for part in &quality.missing {
            *self.missing.entry(part.clone()).or_default() += 1;
        }
        *self.count_of(FreshnessDates::of_dataset(&dataset, vocabularies), today) += 1;
        let hundredths = hundredths(quality.score);
        let is_low =
            self.lowest.len() < MOST_NAMED || self.lowest.peek().is_some_and(|top| hundredths < top.hundredths);
        if is_low {
            let seen = seen(&dataset, viewer);
            let source_record_id = record.source_record_id;
            self.lowest.push(Scored { hundredths, source_record_id, seen, missing: quality.missing });
            if self.lowest.len() > MOST_NAMED {
                self.lowest.pop();
            }
        }
    }

    fn count_of(&mut self, dates: Option<FreshnessDates>, today: i64) -> &mut u64 {
        match dates.map(|dates| Freshness::at(dates, today)) {
            None => &mut self.freshness.unknown,
            Some(Freshness::Fresh) => &mut self.freshness.fresh,
            Some(Freshness::Due) => &mut self.freshness.due,
            Some(Freshness::Overdue) => &mut self.freshness.overdue,
            Some(Freshness::Delinquent) => &mut self.freshness.delinquent,
        }
    }

    fn closed(self, source: &str) -> SourceQuality {
        let records = self.records;
        let mean = |sum: u64| (records > 0).then(|| from_hundredths((sum + records / 2) / records));
        let of_dimension = |dimension: &QualityDimension| DimensionScore {
            dimension: dimension.code(),
            score: mean(self.dimensions.get(dimension.code()).copied().unwrap_or(0)),
        };
        let mut missing: Vec<MissingPart> = self
            .missing
            .into_iter()
            .filter_map(|(part, records)| {
                Some(MissingPart { dimension: Quality::dimension_of(&part)?.code(), part, records })
            })
            .collect();
        missing.sort_by(|one, other| (other.records, &one.part).cmp(&(one.records, &other.part)));
        SourceQuality {
            source: source.to_owned(),
            records,
            score: mean(self.score),
            dimensions: QualityDimension::ALL.iter().map(of_dimension).collect(),
            missing,
            freshness: self.freshness,
            lowest: self.lowest.into_sorted_vec().into_iter().map(record_quality).collect(),
        }
    }
}

/// What the viewer may know of a record, where they may know that it is of this source.
fn seen(dataset: &Dataset, viewer: &Viewer) -> Option<(DatasetId, String)> {
    let seen = best_rendition(dataset, viewer)?.dataset;
    if seen.source != dataset.source {
        return None;
    }
    Some((seen.id, seen.title.best("en").unwrap_or_default().to_owned()))
}

fn record_quality(record: Scored) -> RecordQuality {
    let (dataset, title) = record.seen.unzip();
    let Scored { hundredths, source_record_id, missing, .. } = record;
    RecordQuality { source_record_id, dataset, title, score: from_hundredths(hundredths), missing }
}

/// A score as it is kept has two digits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score is from 0 to 1")]
fn hundredths(score: f64) -> u64 {
    (score * 100.0).round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "a mean of hundredths is at most 100")]
fn from_hundredths(hundredths: u64) -> f64 {
    hundredths as f64 / 100.0
}
