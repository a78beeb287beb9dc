//! The part of the command line that is about who has what, where.

use clap::Args;

use super::{FilterFlags, Identity};

#[derive(Debug, Args)]
pub(crate) struct Coverage {
    /// cluster, country, admin1 (places of administrative level 1, of one country), organisation or kind.
    #[arg(long, default_value = "cluster")]
    pub(crate) rows: String,
    /// Another of them.
    #[arg(long, default_value = "country")]
    pub(crate) columns: String,
    #[command(flatten)]
    pub(crate) filters: FilterFlags,
    /// Write a CSV file for spreadsheets.
    #[arg(long)]
    pub(crate) csv: bool,
    #[command(flatten)]
    pub(crate) identity: Identity,
}
