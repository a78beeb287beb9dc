//! What a search asks for: text, filters, order, page and facets.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use cairn_model::{DatasetId, Vocabularies};
use serde::{Deserialize, Serialize};

use crate::{Decided, Histogram, cursor};

/// What a search asks for; built from HTTP parameters, from the command line, later from CKAN `fq` and CQL2.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchRequest {
    /// Query text, parsed by [`crate::query`].
    pub text: String,
    /// Filters; values of one field are alternatives, fields must all hold.
    pub filters: Filters,
    /// Order.
    pub sort: Sort,
    /// Hits wanted, 0 to [`SearchRequest::MAX_LIMIT`].
    pub limit: usize,
    /// Hits to pass over, up to [`SearchRequest::MAX_OFFSET`].
    pub offset: usize,
    /// Where the last page ended, instead of `offset`.
    pub cursor: Option<String>,
    /// Facets to count.
    pub facets: Vec<FacetField>,
    /// Values a facet gives at most; 0 stands for 100.
    pub facet_limit: usize,
    /// Histograms to count.
    pub histograms: Vec<Histogram>,
    /// Columns of a grid over the box that is asked for, else over the world, in whose cells hits are counted; it has half as
    /// many rows.
    pub grid: Option<u32>,
    /// Cells to count.
    pub cells: Vec<Cells>,
    /// Language in which titles are preferred.
    pub language: String,
    /// Today, days since 1970-01-01: freshness is compared with it.
    pub today: i64,
    /// How many of the words a record must have.
    pub matching: Matching,
    /// Whether records that are surely duplicates are folded into one hit, and what people said of pairs.
    pub fold: Option<Arc<Decided>>,
    /// Whether hits of one series are folded into the best of them.
    pub fold_series: bool,
    /// Whether it is told why each hit matches.
    pub explain: bool,
    /// Whether what is found until then is wanted when the search is given up; else that is an error.
    pub partial: bool,
    /// When the search is given up, if it is.
    pub give_up_at: Option<Instant>,
}

impl SearchRequest {
    /// Most hits of a page.
    pub const MAX_LIMIT: usize = 100;
    /// Most hits that can be passed over without a cursor.
    pub const MAX_OFFSET: usize = 10_000;
    /// Most columns of a grid.
    pub const MAX_GRID: usize = 64;
    /// Most values of one filter.
    pub const MAX_VALUES: usize = 100;

    /// The cursor behind a record to be reviewed on a day, for this search, which is sorted by [`SortKey::Review`]; the record
    /// need not be one that it finds.
    pub fn cursor_behind_review(&self, day: i64, id: DatasetId) -> String {
        cursor::behind_review(self, day, id)
    }
}

/// How many of the words of a query a record must have. Phrases, beginnings of words, words left out, fields and filters hold
/// in any case, and words that say nothing (*of*, *how many*) count for none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Matching {
    /// All.
    #[default]
    All,
    /// All; where no record has them and the order is relevance, some.
    AllElseSome,
    /// Some: those that answer most of the query come first where the order is relevance.
    Some,
}

/// By the values of which fields hits are counted together with their sharing levels and freshness. Freshness, which is
/// computed, has no values here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cells {
    /// By the values of one field.
    Of(FacetField),
    /// By the pairs of values of two.
    OfPair(FacetField, FacetField),
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
    /// To be reviewed on or before this day, of records that the viewer sees in full.
    pub review_before: Option<i64>,
    /// Of the series that a hit was folded with, by its key ([`crate::Series`]).
    pub series: Option<String>,
    /// Overlaps this box.
    pub bbox: Option<cairn_model::BoundingBox>,
}

macro_rules! facet_fields {
    ($($(#[$meta:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// Fields that can be filtered and counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum FacetField {
            $($(#[$meta])* $variant),+
        }

        impl FacetField {
            /// Every field, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The place of the field in [`FacetField::ALL`].
            pub(crate) fn place(self) -> usize {
                self as usize
            }

            /// The name in JSON, in HTTP parameters and before the colon in query text.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The field of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

facet_fields! {
    /// Country, ISO 3166-1 alpha-3.
    Country = "country",
    /// Cluster or area of responsibility; a cluster includes its areas.
    Cluster = "cluster",
    /// Owner, else publisher.
    Organisation = "organisation",
    /// Source.
    Source = "source",
    /// Sharing level.
    Sharing = "sharing",
    /// Sensitivity.
    Sensitivity = "sensitivity",
    /// Access method.
    Access = "access",
    /// UN classification.
    Classification = "classification",
    /// Format of a distribution.
    Format = "format",
    /// Licence code.
    Licence = "licence",
    /// Language of the data.
    Language = "language",
    /// Keyword.
    Tag = "tag",
    /// Kind of holding.
    Kind = "kind",
    /// Update frequency.
    Frequency = "frequency",
    /// Freshness, compared with `today`.
    Freshness = "freshness",
    /// full, partial or stub.
    Rendition = "rendition",
    /// What the data costs.
    Cost = "cost",
    /// By what the data can be told apart: sex, age.
    Disaggregation = "disaggregation",
}

/// A tag in lower case with single spaces. Most are so already but for their case.
fn tag_in_one_line(tag: &str) -> String {
    let is_plain = tag.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && !tag.contains("  ");
    if is_plain {
        return tag.to_ascii_lowercase();
    }
    tag.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl FacetField {
    /// How the index spells a value of this field, so that `yem` and `YEM` are one country. The values that facets give
    /// are spelled so, and a filter by a value that a facet gave finds just the records that it counted.
    pub fn spelling(self, value: &str) -> String {
        let mut spelled = self.cased(value.trim());
        if spelled.contains('\0') {
            spelled.retain(|letter| letter != '\0');
        }
        if spelled.len() > Self::MAX_VALUE
            && let Some((end, _)) = spelled.char_indices().nth(Self::MAX_VALUE)
        {
            spelled.truncate(end);
        }
        spelled.truncate(spelled.trim_end().len());
        spelled
    }

    /// Letters of a value that are kept.
    const MAX_VALUE: usize = 200;

    fn cased(self, value: &str) -> String {
        let vocabularies = Vocabularies::bundled();
        match self {
            // A code in any case, or a name: `yem` and `Yemen` in a query are the country that records call YEM.
            Self::Country => {
                vocabularies.country_asked_for(value).map_or_else(|| value.to_uppercase(), |one| one.alpha3.clone())
            }
            Self::Cluster => vocabularies.cluster(value).unwrap_or(value).to_owned(),
            Self::Format => vocabularies.format(value).map_or_else(|| value.to_uppercase(), |one| one.code.clone()),
            Self::Tag => tag_in_one_line(value),
            // Ids and licence codes are taken as they are written.
            Self::Organisation | Self::Source | Self::Licence => value.to_owned(),
            Self::Sharing
            | Self::Sensitivity
            | Self::Access
            | Self::Classification
            | Self::Language
            | Self::Kind
            | Self::Frequency
            | Self::Freshness
            | Self::Rendition
            | Self::Cost
            | Self::Disaggregation => value.to_lowercase(),
        }
    }
}

/// Order of hits. Ties are broken by record id; records without the value come last, whatever the direction.
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
    /// The day on which somebody of its owner must look at it; the last day first.
    Review,
}
