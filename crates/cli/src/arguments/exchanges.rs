//! The part of the command line that is about flows of data that exist.

use clap::{Args, Subcommand};

use super::registry::{Acting, Document};

#[derive(Debug, Args)]
pub(crate) struct ExchangeCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Exchange,
}

/// Which exchanges.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Id of an organisation that gives or receives.
    #[arg(long = "of", value_name = "ORG")]
    pub(crate) of: Option<String>,
    /// Id of the organisation that gives.
    #[arg(long, value_name = "ORG")]
    pub(crate) from: Option<String>,
    /// Id of the organisation that receives.
    #[arg(long, value_name = "ORG")]
    pub(crate) to: Option<String>,
    /// A country: ISO 3166-1 code or name (repeatable).
    #[arg(long, value_name = "COUNTRY")]
    pub(crate) country: Vec<String>,
    /// A cluster or area of responsibility: code or name (repeatable).
    #[arg(long, value_name = "CLUSTER")]
    pub(crate) cluster: Vec<String>,
    /// A code of the vocabulary `channel`.
    #[arg(long, value_name = "CODE")]
    pub(crate) channel: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Exchange {
    /// Register an exchange: a document with `from`, `to`, `title` and `channel`
    #[command(after_help = "Example:\n  cairn exchange create exchange.json")]
    Create(Document),
    /// List exchanges
    List {
        #[command(flatten)]
        which: Which,
        /// current or ended.
        #[arg(long)]
        state: Option<String>,
    },
    /// Show an exchange
    Show {
        /// Its id.
        id: String,
    },
    /// Change an exchange: a document as `show --json` gives it, edited
    Change(Document),
    /// End an exchange
    End {
        /// Its id.
        id: String,
        /// Why, for the log of acts.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Write who gives data to whom as a graph: JSON in the node-link form that graph libraries read
    #[command(after_help = "Example:\n  cairn exchange graph --country YEM > flows.json")]
    Graph {
        #[command(flatten)]
        which: Which,
    },
}
