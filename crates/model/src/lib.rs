//! What a dataset record is: types, vocabularies, normalisation and quality.
//!
//! This crate does no I/O, reads no clock and knows no async: time and vocabularies are arguments.

pub mod agreement;
pub mod bbox;
mod check;
pub mod dataset;
pub mod date;
pub mod draft;
pub mod duplicate;
pub mod frequency;
pub mod id;
pub mod impact;
pub mod markup;
pub mod normalise;
pub mod party;
pub mod place;
pub mod problem;
pub mod quality;
pub mod registry;
pub mod terms;
pub mod text;
pub mod upkeep;
pub mod vocabulary;

pub use bbox::BoundingBox;
pub use dataset::{
    Dataset, Distribution, Engagement, EngagementMethod, Field, Identifier, Kind, Licence, Partnership, Provenance,
    QuarantineReason, SocialLicence, SocialLicenceStatus,
};
pub use date::{DateStamp, Interval, PartialDate};
pub use draft::{Draft, DraftDistribution, DraftOrganisation, DraftPlace, StatedText};
pub use frequency::{Freshness, FreshnessDates, UpdateFrequency};
pub use id::DatasetId;
pub use impact::ImpactNote;
pub use normalise::{MAPPING_VERSION, Normalised, normalise};
pub use party::{Contact, Organisation};
pub use place::{GeographicPrecision, Place};
pub use problem::{Position, Problem, Severity, row_in_words};
pub use quality::{Quality, QualityDimension};
pub use terms::{AccessMethod, Classification, Listing, Sensitivity, Sharing, StatedTerms, Terms, Tlp, Transfer};
pub use text::LocalizedText;
pub use upkeep::{AggregateBounds, CostModel, Upkeep};
pub use vocabulary::Vocabularies;
