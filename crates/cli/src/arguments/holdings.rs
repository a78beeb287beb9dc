//! The part of the command line that is about what organisations register of their own holdings.

use std::path::PathBuf;

use cairn_model::DatasetId;
use clap::{Args, Subcommand};

use super::registry::{Acting, Document};

/// `cairn register`.
#[derive(Debug, Args)]
pub(crate) struct RegisterCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    /// CSV, TSV or XLSX table, or a JSON document; `-` reads from stdin.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Id of the organisation whose holdings they are; with a token, that of its holder.
    #[arg(long, value_name = "ORG")]
    pub(crate) organisation: Option<String>,
    /// Say what would become of it, of a table row by row, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Register what is new as drafts, which may lack all but their title.
    #[arg(long)]
    pub(crate) draft: bool,
    /// Which column is which, where the headers do not say so: `title=Intitulé`, or the letters of the column (repeatable).
    #[arg(long, value_name = "FIELD=HEADER")]
    pub(crate) column: Vec<String>,
    /// Where to write the rows that cannot be taken, to be mended and sent again.
    #[arg(long, value_name = "FILE")]
    pub(crate) wrong_rows: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct HoldingCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Holding,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Holding {
    /// List what an organisation registered, drafts and what is withdrawn among it
    List {
        /// Id of an organisation; with a token, that of its holder.
        #[arg(long, value_name = "ORG")]
        organisation: Option<String>,
    },
    /// Write what an organisation registered as a table: edited, `cairn register` takes it back
    #[command(after_help = "Example:\n  cairn holding table --organisation horizon-relief > holdings.csv")]
    Table {
        /// Id of an organisation; with a token, that of its holder.
        #[arg(long, value_name = "ORG")]
        organisation: Option<String>,
        /// Write XLSX to this file, instead of CSV to stdout.
        #[arg(long, value_name = "FILE")]
        xlsx: Option<PathBuf>,
    },
    /// List the tables that an organisation sent in the last 90 days, newest first, with what became of them
    Tables {
        /// Id of an organisation; with a token, that of its holder.
        #[arg(long, value_name = "ORG")]
        organisation: Option<String>,
    },
    /// Undo a table: withdraw what it made, and say again what was said before of what it changed. What was changed since is left
    #[command(after_help = "Example:\n  cairn holding undo 01980d4e-0000-7000-8000-000000000000 --dry-run")]
    Undo {
        /// Id of the table, as `register` and `holding tables` tell it.
        id: String,
        /// Say what would become of each holding, and write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask.
        #[arg(long, conflicts_with = "dry_run")]
        yes: bool,
    },
    /// Write the table to fill in
    Template {
        /// Write XLSX to this file, with what to write in each column, instead of CSV to stdout.
        #[arg(long, value_name = "FILE")]
        xlsx: Option<PathBuf>,
    },
    /// Show what is said of a holding
    Show {
        /// Id of its record.
        id: String,
    },
    /// Show what was said of a holding, and what each version changed
    History {
        /// Id of its record.
        id: String,
    },
    /// Change what is said of a holding: a document as `show --json` gives it, edited
    Change(Document),
    /// Show what the owner of a harvested record says otherwise than its source
    Edits {
        /// Id of the record.
        id: DatasetId,
    },
    /// Say parts of a harvested record otherwise than its source, which goes on bringing the others
    #[command(after_help = "Example:\n  echo '{\"caveats\": \"Not all districts\"}' | cairn holding edit ID -")]
    Edit {
        /// Id of the record.
        id: DatasetId,
        #[command(flatten)]
        document: Document,
    },
    /// Show what a record is made of, and what is made of it
    Derivations {
        /// Id of the record.
        id: DatasetId,
    },
    /// Let something that is made of a record be less restricted than it: a document with `reason` and the terms down to which it may
    /// be opened, or one that was answered before, edited
    #[command(
        after_help = "Example:\n  echo '{\"sharing\": \"public\", \"reason\": \"Counts of twenty and more\"}' | cairn holding release ID DERIVED -"
    )]
    Release {
        /// Id of the record.
        id: DatasetId,
        /// Id of what is made of it.
        derived: DatasetId,
        #[command(flatten)]
        document: Document,
    },
    /// Put a draft into the catalogue, or what was withdrawn back into it
    Publish {
        /// Id of its record.
        id: String,
    },
    /// Take a holding out of the catalogue
    Withdraw {
        /// Id of its record.
        id: String,
        /// Why, for the log of acts.
        #[arg(long)]
        reason: Option<String>,
    },
}
