//! What people register and agree on beside records: one file for each kind.

pub(crate) mod access;
pub(crate) mod agreements;
pub(crate) mod answers;
pub(crate) mod collaboratives;
pub(crate) mod commitments;
pub(crate) mod concerns;
pub(crate) mod crises;
pub(crate) mod derivations;
pub(crate) mod edits;
pub(crate) mod exchanges;
pub(crate) mod frameworks;
pub(crate) mod gaps;
pub(crate) mod groups;
pub(crate) mod holdings;
pub(crate) mod matches;
pub(crate) mod needs;
pub(crate) mod organisations;
pub(crate) mod practices;
pub(crate) mod refusals;
pub(crate) mod requests;
pub(crate) mod saved_searches;
pub(crate) mod tables;
pub(crate) mod taken_tables;
