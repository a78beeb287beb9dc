//! The part of the command line that is about what data is needed.

use cairn_model::DatasetId;
use clap::{Args, Subcommand};

use super::notify::Following;
use super::registry::{Acting, Document};

#[derive(Debug, Args)]
pub(crate) struct NeedCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Need,
}

/// Which needs.
#[derive(Debug, Args)]
pub(crate) struct Narrowed {
    /// A country: ISO 3166-1 code or name (repeatable).
    #[arg(long, value_name = "COUNTRY")]
    pub(crate) country: Vec<String>,
    /// A cluster or area of responsibility: code or name (repeatable).
    #[arg(long, value_name = "CLUSTER")]
    pub(crate) cluster: Vec<String>,
    /// A purpose: code or name (repeatable).
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: Vec<String>,
    /// Id of the organisation that has the need.
    #[arg(long = "of", value_name = "ORG")]
    pub(crate) of: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Need {
    /// State a need: a document with `title`, `purposes` and one of `topics`, `clusters` and `countries` at least
    #[command(after_help = "Example:\n  cairn need create need.json --organisation horizon-relief")]
    Create {
        #[command(flatten)]
        document: Document,
        /// Id of the organisation that has the need; with a token, that of its holder.
        #[arg(long, value_name = "ORG")]
        organisation: Option<String>,
    },
    /// List needs, newest first
    List {
        #[command(flatten)]
        narrowed: Narrowed,
        /// open, met, withdrawn or expired.
        #[arg(long)]
        state: Option<String>,
        /// Only those that no holding answers.
        #[arg(long)]
        unmet: bool,
    },
    /// Show a need
    Show {
        /// Its id.
        id: String,
    },
    /// Show which records may answer a need, and why
    Matches {
        /// Its id.
        id: String,
    },
    /// Say how you want to be told of what may answer a need, or show how you are
    Notify(Following),
    /// Change a need: a document as `show --json` gives it, edited
    Change(Document),
    /// Say that a need is met
    Met {
        /// Its id.
        id: String,
        /// Id of the record that answers it.
        #[arg(long, value_name = "ID")]
        record: Option<DatasetId>,
        /// How it was met, for all who may know of the need.
        #[arg(long)]
        note: Option<String>,
    },
    /// Withdraw a need
    Withdraw {
        /// Its id.
        id: String,
        /// Why, for the log of acts.
        #[arg(long)]
        reason: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct GapsCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(flatten)]
    pub(crate) narrowed: Narrowed,
    /// Countries in rows, clusters in columns.
    #[arg(long)]
    pub(crate) by_country: bool,
    /// Write a CSV file for spreadsheets.
    #[arg(long)]
    pub(crate) csv: bool,
}
