//! The part of the command line that is about good practices, use cases and lessons.

use clap::{Args, Subcommand};

use super::registry::{Acting, Document};

#[derive(Debug, Args)]
pub(crate) struct PracticeCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Practice,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Practice {
    /// Tell of a practice: a document with `kind`, `title` and `description`
    #[command(after_help = "Example:\n  cairn practice create practice.json --organisation horizon-relief")]
    Create {
        #[command(flatten)]
        document: Document,
        /// Id of the organisation that tells it; with a token, that of its holder.
        #[arg(long, value_name = "ORG")]
        organisation: Option<String>,
    },
    /// List practices, or those in which words stand
    #[command(after_help = "Example:\n  cairn practice list clinics road --cluster Health")]
    List {
        /// Words of the title or description.
        words: Vec<String>,
        /// A code of the vocabulary `practice-kind`.
        #[arg(long, value_name = "CODE")]
        kind: Option<String>,
        /// Id of the organisation that tells it.
        #[arg(long = "of", value_name = "ORG")]
        of: Option<String>,
        /// Id of a record that it is attached to.
        #[arg(long, value_name = "ID")]
        record: Option<String>,
        /// A country: ISO 3166-1 code or name (repeatable).
        #[arg(long, value_name = "COUNTRY")]
        country: Vec<String>,
        /// A cluster or area of responsibility: code or name (repeatable).
        #[arg(long, value_name = "CLUSTER")]
        cluster: Vec<String>,
    },
    /// Show a practice
    Show {
        /// Its id.
        id: String,
    },
    /// Change a practice: a document as `show --json` gives it, edited
    Change(Document),
    /// Withdraw a practice: from then on its organisation alone reads it
    Withdraw {
        /// Its id.
        id: String,
    },
}
