//! The full-text index, derived from the store: two tiers, own query grammar, facets, ranking that obeys non-interference.
//!
//! The public tier holds every rendition that anyone may see; an anonymous search opens nothing else. The restricted tier
//! holds the rest. Statistics, completion and corrections come from live documents of the public tier alone.

pub mod query;

use std::collections::BTreeMap;

use cairn_model::DatasetId;
use cairn_policy::{Rendition, Viewer};
use serde::{Deserialize, Serialize};

/// One record's documents: its renditions, or none when the record leaves the index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexChange {
    /// The record.
    pub id: DatasetId,
    /// Renditions, fullest first; empty removes the record.
    pub renditions: Vec<Rendition>,
}

/// What a search asks for; built from HTTP parameters, from the command line, later from CKAN `fq` and CQL2.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchRequest {
    /// Query text, parsed by [`query`].
    pub text: String,
    /// Filters; values of one field are alternatives, fields must all hold.
    pub filters: Filters,
    /// Order.
    pub sort: Sort,
    /// Hits wanted, 0 to 100.
    pub limit: usize,
    /// Hits to pass over, up to 10,000.
    pub offset: usize,
    /// Where the last page ended, instead of `offset`.
    pub cursor: Option<String>,
    /// Facets to count.
    pub facets: Vec<FacetField>,
    /// Values a facet gives at most (100 by default).
    pub facet_limit: usize,
    /// Language in which titles are preferred.
    pub language: String,
    /// Today, days since 1970-01-01: freshness is compared with it.
    pub today: i64,
}

/// Filters of a search.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    /// Wanted values by facet field.
    pub values: BTreeMap<FacetField, Vec<String>>,
    /// P-codes; a code also matches places below it (prefix).
    pub pcodes: Vec<String>,
    /// Changed on or after this day (days since 1970-01-01).
    pub modified_after: Option<i64>,
    /// Changed on or before this day.
    pub modified_before: Option<i64>,
    /// Covers any day on or after this one.
    pub covers_after: Option<i64>,
    /// Covers any day on or before this one.
    pub covers_before: Option<i64>,
    /// Overlaps this box.
    pub bbox: Option<cairn_model::BoundingBox>,
}

/// Fields that can be filtered and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FacetField {
    /// Country, ISO 3166-1 alpha-3.
    Country,
    /// Cluster or area of responsibility; a cluster includes its areas.
    Cluster,
    /// Owner, else publisher.
    Organisation,
    /// Source.
    Source,
    /// Sharing level.
    Sharing,
    /// Sensitivity.
    Sensitivity,
    /// Access method.
    Access,
    /// UN classification.
    Classification,
    /// Format of a distribution.
    Format,
    /// Licence code.
    Licence,
    /// Language of the data.
    Language,
    /// Keyword.
    Tag,
    /// Kind of holding.
    Kind,
    /// Update frequency.
    Frequency,
    /// Freshness, compared with `today`.
    Freshness,
    /// full, partial or stub.
    Rendition,
}

/// Order of hits. Ties are broken by record id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sort {
    /// What to sort by.
    pub by: SortKey,
    /// `-` before the name.
    pub reversed: bool,
}

/// Sort keys; `modified`, `issued` and `quality` sort newest or best first, `title` from A.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortKey {
    /// Best match first; without query words, as `modified`.
    #[default]
    Relevance,
    /// Last change.
    Modified,
    /// First publication.
    Issued,
    /// Title.
    Title,
    /// Completeness.
    Quality,
}

/// A page of hits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchPage {
    /// How many records match for this viewer, exactly.
    pub total: u64,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Hits.
    pub hits: Vec<Hit>,
    /// Counts by facet, by count then code.
    pub facets: BTreeMap<FacetField, Vec<FacetCount>>,
}

/// A hit: what a list shows of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// The card kept with the document.
    #[serde(flatten)]
    pub card: Card,
    /// Passage with `<mark>` around the words that matched, HTML-escaped otherwise.
    pub snippet: String,
}

/// How often a value occurs among all hits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetCount {
    /// Code.
    pub value: String,
    /// Name where the value is no vocabulary code (organisations).
    pub name: Option<String>,
    /// Records.
    pub count: u64,
}

/// What the index keeps of a rendition to show in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Record id.
    pub id: DatasetId,
    /// Title by language.
    pub title: cairn_model::LocalizedText,
    /// Kind code.
    pub kind: String,
    /// Owner, else publisher.
    pub organisation: Option<cairn_model::Organisation>,
    /// Countries.
    pub countries: Vec<String>,
    /// Clusters.
    pub clusters: Vec<String>,
    /// Last change, ISO date.
    pub modified: Option<String>,
    /// Time covered.
    pub coverage: Option<cairn_model::Interval>,
    /// Formats, without repetition.
    pub formats: Vec<String>,
    /// Sharing code.
    pub sharing: String,
    /// Sensitivity code.
    pub sensitivity: String,
    /// Access method code.
    pub access: String,
    /// full, partial or stub.
    pub rendition: String,
    /// Source id, empty where it is hidden.
    pub source: String,
    /// Completeness, 0 to 1.
    pub quality: f64,
}

/// One completion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Text to put into the search box.
    pub text: String,
    /// `tag`, `organisation` or `title`.
    pub kind: String,
    /// Public records behind it.
    pub count: u64,
}

/// What the catalogue needs of an index. A second engine takes the same calls.
pub trait SearchIndex: Send + Sync {
    /// Searches as `viewer`. Blocking: never on an async worker thread.
    fn search(&self, viewer: &Viewer, request: &SearchRequest) -> Result<SearchPage, SearchError>;
    /// Completes a prefix from the public tier.
    fn suggest(&self, viewer: &Viewer, prefix: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError>;
    /// The last sequence number that both tiers hold.
    fn position(&self) -> i64;
}

/// Writes the index; whoever holds it is the only one (`writer.lock` names the process).
pub trait IndexWriter: Send {
    /// Applies changes and commits both tiers up to and including `seq`, public first, then publishes the pair to readers.
    /// Answers how many documents were written.
    fn apply(&mut self, changes: &[IndexChange], seq: i64) -> Result<u64, SearchError>;
    /// The last sequence number that both tiers hold.
    fn position(&self) -> i64;
    /// Rewrites segments that still hold what was withdrawn, a bounded piece at a time; `true` when there is more to do.
    fn tidy(&mut self) -> Result<bool, SearchError>;
}

/// Why a search or a write failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query cannot be run; the message says why, for the person who wrote it.
    #[error("{0}")]
    BadQuery(String),
    /// Another process writes the index.
    #[error("the index is written by {holder}")]
    WriterHeld {
        /// Process and since when.
        holder: String,
    },
    /// The index is damaged or of another version: it must be rebuilt from the store.
    #[error("the index cannot be used and must be rebuilt: {0}")]
    Damaged(String),
    /// Reading or writing failed.
    #[error("the index could not be {attempt}: {reason}")]
    Failed {
        /// `read`, `written` ...
        attempt: &'static str,
        /// Why.
        reason: String,
    },
}
