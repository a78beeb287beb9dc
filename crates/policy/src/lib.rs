//! Who may see what and have what: terms, renditions, labels, viewers, decisions about access, what answers a need, and what can be
//! joined with what.
//!
//! Pure: no I/O, no clock. Every rule about visibility stands here and nowhere else, in exhaustive matches, so that a
//! new level does not compile until it is decided.

pub mod access;
mod advice;
pub mod audience;
pub mod classify;
pub mod derive;
pub mod label;
pub mod linkage;
pub mod need;
pub mod publication;
pub mod rendition;
pub mod review;
pub mod settle;
pub mod tighten;
pub mod viewer;

pub use access::{Decision, Grounds, Outcome, decide};
pub use advice::advice;
pub use audience::audience_labels;
pub use derive::{inherit, less_restricted};
pub use label::Label;
pub use linkage::{Linkage, Way, WayPath, way};
pub use need::{Availability, Holding, NeedAnswer};
pub use publication::missing_for_publication;
pub use rendition::{
    Rendition, RenditionLevel, best_rendition, contacts_for, into_renditions, is_seen_by_all, labels_that_see,
    labels_told_of_place, looks_different, rendition_count, renditions,
};
pub use review::{ReviewCause, ReviewReason, review_causes, review_day, review_horizon};
pub use settle::{Openness, Settlement, SourceTerms, broken_rules, settle, settle_fields};
pub use tighten::{Loosening, tighten, tighten_unknown};
pub use viewer::{Role, Standing, Viewer};
