//! The full-text index, derived from the store: two tiers, own query grammar, facets, ranking that obeys non-interference.
//!
//! The public tier holds every rendition that anyone may see; an anonymous search opens nothing else. The restricted tier
//! holds the rest. Statistics, completion and corrections come from live documents of the public tier alone.
//!
//! The way of a search: [`query`] reads the text, `language` brings its words to their stems and `concepts` tells what they
//! name, `plan` turns request and viewer into conditions, `matching` walks over the documents that meet them, `statistics`
//! scores, `facet`, `histograms` and `cells` count, `folding` and `series` fold, `rank` keeps the best, `snippet` shows why and
//! `explain` says it. `related` finds what is like a record, by what is `telling` of it. The way of a record: `analyser` takes
//! its texts apart, `document` makes a document of each rendition, `preparing` on several threads, `writer` commits both tiers,
//! `view` pins the pair for searches.

mod analyser;
pub mod analysis;
mod answers;
mod audience;
mod by_document;
mod cells;
mod concepts;
mod condition;
mod counters;
mod cursor;
mod deadline;
mod document;
mod duplicates;
mod engine;
mod equivalents;
mod error;
mod evaluation;
mod explain;
mod facet;
mod folding;
mod forgetting;
mod histograms;
mod holdings;
mod home;
mod index;
mod language;
mod languages;
mod matching;
mod merge;
mod names;
mod page;
mod places;
mod plain;
mod plain_text;
mod plan;
mod predicate;
mod preparing;
pub mod query;
mod rank;
mod related;
mod request;
mod schema;
mod scorer;
mod search;
mod segment;
mod series;
mod settling;
mod snippet;
mod spelling;
mod standing;
mod statistics;
mod stopwords;
mod suggest;
mod telling;
mod texts;
mod tier_index;
mod tokens;
mod value;
mod view;
mod wording;
mod writer;
mod years;

pub use duplicates::{DuplicateLink, Sharing};
pub use engine::{IndexChange, IndexWriter, SearchIndex};
pub use error::SearchError;
pub use evaluation::{Figures, Judged};
pub use explain::{Part, Reason, Term};
pub use folding::Decided;
pub use histograms::{Grid, GridCell, Histogram, YearCount};
pub use index::Index;
pub use page::{AlsoAt, Card, CellCount, FacetCount, Hit, SearchPage, Series, Suggestion};
pub use plain::PlainIndex;
pub use related::{Ground, Related, RelatedRequest};
pub use request::{Cells, FacetField, Filters, Matching, SearchRequest, Sort, SortKey};
pub use value::UnknownValue;
pub use writer::{Writer, WriterOptions};
