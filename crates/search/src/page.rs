//! What a search answers: hits, counts, completions.

use std::collections::BTreeMap;

use cairn_model::DatasetId;
use serde::{Deserialize, Serialize};

use crate::FacetField;

/// A page of hits.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchPage {
    /// How many records match for this viewer, exactly; where hits are folded, how many there are after that.
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
    /// Other hits that were folded into this one, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_at: Vec<AlsoAt>,
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
    /// `tag`, `organisation` or `title`.
    pub kind: String,
    /// Public records behind it.
    pub count: u64,
}
