//! Classification: what the profile of a country, and the names of fields, propose for the terms of a record.
//!
//! Nothing here changes a record. A [`Proposal`] says what was recognised, by which rule of which version of which profile,
//! and whether it would open anything; a person decides.

mod field_class;
mod field_name;
mod field_words;
mod imsma_names;
mod phrases;
mod profile;
mod profiles;
mod propose;

pub use field_class::FieldClass;
pub use field_name::class_of_field;
pub(crate) use field_name::parted;
pub use profile::{Profile, ProfileRule, RuleWords};
pub use profiles::Profiles;
pub use propose::{FieldProposal, Proposal, ProposalReason, propose};
