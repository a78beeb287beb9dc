//! The part of the command line that is about records that describe the same data.

use cairn_model::DatasetId;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct Duplicates {
    /// Id of a record, or of a source.
    #[arg(value_name = "ID|SOURCE")]
    pub(crate) of: Option<String>,
    /// Show what people said of pairs instead.
    #[arg(long, conflicts_with = "of")]
    pub(crate) decided: bool,
    #[command(subcommand)]
    pub(crate) decision: Option<DecideDuplicates>,
}

/// What a person says of two records; each is logged, and any can be said later instead.
#[derive(Debug, Subcommand)]
pub(crate) enum DecideDuplicates {
    /// Two records are the same data
    Confirm(Pair),
    /// Two records are not the same data, whatever they share
    Reject(Pair),
    /// Take back what was said of two records
    Forget(Pair),
}

#[derive(Debug, Args)]
pub(crate) struct Pair {
    /// Id of a record.
    pub(crate) id: DatasetId,
    /// Id of the other.
    pub(crate) other: DatasetId,
}
