//! The part of the command line that is about what can be joined with what, and what nobody looks after.

use cairn_model::DatasetId;
use clap::Args;

use super::Identity;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  cairn linkages 7a1c4a9e-3b1f-5f0e-9a2f-0d7c5a0f6b11 --limit 5")]
pub(crate) struct Linkages {
    /// Id of the record.
    pub(crate) id: DatasetId,
    /// Records to show, 1 to 50.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u8).range(1..=50))]
    pub(crate) limit: u8,
    #[command(flatten)]
    pub(crate) identity: Identity,
}

/// Whose records are gone through.
#[derive(Debug, Args)]
pub(crate) struct Stewardship {
    /// Id of an organisation; all records if left out.
    #[arg(long, value_name = "ORG")]
    pub(crate) organisation: Option<String>,
    #[command(flatten)]
    pub(crate) identity: Identity,
}
