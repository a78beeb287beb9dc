//! The part of the command line that is about how sensitive records are.

use cairn_model::DatasetId;
use clap::{Args, Subcommand};

use super::registry::Acting;

#[derive(Debug, Args)]
pub(crate) struct ClassifyCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    /// Id of the record.
    pub(crate) id: DatasetId,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewsCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    /// Id of the organisation; with a token, that of its holder.
    #[arg(long, value_name = "ORG")]
    pub(crate) organisation: Option<String>,
    /// Records to show at most.
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// List the profiles, each version of each
    List,
    /// Show a profile with its rules, in the version that holds today; with --json in all its versions
    Show {
        /// Its id.
        id: String,
    },
}
