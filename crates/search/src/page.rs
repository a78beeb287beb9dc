//! What a search answers: hits, counts, completions.

use std::collections::BTreeMap;

use cairn_model::DatasetId;
use serde::{Deserialize, Serialize};

use crate::{FacetField, Grid, Histogram, Reason, UnknownValue, YearCount};

/// A page of hits.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchPage {
    /// How many records match for this viewer, exactly; where hits are folded, how many there are after that.
    pub total: u64,
    /// Whether the time was up before all records were looked at: there may be more and better ones, and all counts are of what
    /// was found until then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// Whether records are found that have only some of the words.
    pub relaxed: bool,
    /// The text as it was probably meant, where nothing is found for it as it is; what is found then is found for this, unless
    /// all words were asked for as they are.
    pub suggestion: Option<String>,
    /// Whether there is a suggestion, and what is listed was found for the text as it is all the same: it finds little, and the
    /// suggestion far more.
    pub listed_as_asked: bool,
    /// Values in the text of the query that stand for nothing, so that nothing is found by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<UnknownValue>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Hits.
    pub hits: Vec<Hit>,
    /// Counts by facet, by count then code.
    pub facets: BTreeMap<FacetField, Vec<FacetCount>>,
    /// How many values of a facet are not among its counts, because others are more frequent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<FacetField, usize>,
    /// The histograms that the request names.
    pub histograms: BTreeMap<Histogram, Vec<YearCount>>,
    /// The grid, where the request asks for one.
    pub grid: Option<Grid>,
    /// The cells that the request names, in its order; each by value, the lack of one last.
    pub cells: Vec<Vec<CellCount>>,
}

/// A hit: what a list shows of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// The card kept with the document.
    #[serde(flatten)]
    pub card: Card,
    /// Passage with `<mark>` around the words that matched, HTML-escaped otherwise.
    pub snippet: String,
    /// Other hits that were folded into this one, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_at: Vec<AlsoAt>,
    /// The series that this hit stands for, where others were folded into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Series>,
    /// Why it matches, where that is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<Reason>>,
}

/// Hits that were folded into the best of them, because they are of one series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// By this filter all of its records are found.
    pub key: String,
    /// Hits besides the one that stands for them.
    pub more: u64,
}

/// A hit that was folded into a better one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlsoAt {
    /// Record id.
    pub id: DatasetId,
    /// Source id, empty where it is hidden.
    pub source: String,
    /// Title by language.
    pub title: cairn_model::LocalizedText,
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

/// How many hits have a value of one field, or a pair of values of two. A hit with several values counts in several cells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellCount {
    /// The values, in the order of the fields; `None` where a hit has none.
    pub values: Vec<Option<String>>,
    /// Records.
    pub count: u64,
    /// Of these, by sharing level.
    pub sharing: BTreeMap<String, u64>,
    /// Of these, by freshness; those that do not say enough to tell are in none.
    pub freshness: BTreeMap<String, u64>,
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
    /// First day on which somebody of its owner must look at it (days since 1970-01-01), full renditions alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<i64>,
}

/// One completion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Text to put into the search box.
    pub text: String,
    /// `tag`, `organisation`, `title`, `place` or `concept`.
    pub kind: String,
    /// Public records behind it.
    pub count: u64,
}
