//! One file for each subcommand.

pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod classification;
pub(crate) mod completions;
pub(crate) mod coverage;
pub(crate) mod duplicates;
pub(crate) mod eval;
pub(crate) mod harvest;
pub(crate) mod interventions;
pub(crate) mod linkages;
pub(crate) mod notify;
pub(crate) mod preview;
pub(crate) mod problems;
mod purge;
pub(crate) mod quality;
pub(crate) mod registry;
pub(crate) mod reindex;
pub(crate) mod runs;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod source;
pub(crate) mod stewardship;
pub(crate) mod token;
pub(crate) mod up;
pub(crate) mod user;
pub(crate) mod vocabularies;
