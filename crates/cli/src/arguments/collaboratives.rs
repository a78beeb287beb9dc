//! The part of the command line that is about data collaboratives.

use clap::{Args, Subcommand};

use super::registry::{Acting, Document};

#[derive(Debug, Args)]
pub(crate) struct CollaborativeCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Collaborative,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Collaborative {
    /// Register a collaborative: a document with `lead`, `title` and what is known of the canvas
    #[command(after_help = "Example:\n  cairn collaborative create canvas.json")]
    Create(Document),
    /// List collaboratives
    List {
        /// Id of an organisation that leads or takes part.
        #[arg(long = "of", value_name = "ORG")]
        of: Option<String>,
        /// A country: ISO 3166-1 code or name (repeatable).
        #[arg(long, value_name = "COUNTRY")]
        country: Vec<String>,
        /// A cluster or area of responsibility: code or name (repeatable).
        #[arg(long, value_name = "CLUSTER")]
        cluster: Vec<String>,
        /// current or ended.
        #[arg(long)]
        state: Option<String>,
    },
    /// Show a collaborative, and what is still missing before it could start
    Show {
        /// Its id.
        id: String,
    },
    /// Change a collaborative: a document as `show --json` gives it, edited
    Change(Document),
    /// Write who does what as CSV: a line for each party, a column for each role
    #[command(after_help = "Example:\n  cairn collaborative roles ID > roles.csv")]
    Roles {
        /// Its id.
        id: String,
    },
    /// End a collaborative
    End {
        /// Its id.
        id: String,
        /// Why, for the log of acts.
        #[arg(long)]
        reason: Option<String>,
    },
}
