//! The flags of `cairn source`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Source {
    /// List the configured sources and their last runs
    List,
    /// List the kinds of sources
    Kinds,
    /// Ask an address of which kind it is
    Detect {
        /// Address, http or https.
        url: String,
        /// Private addresses and unusual ports may be asked.
        #[arg(long)]
        allow_private: bool,
    },
    /// Read sources without writing, and say what is wrong with them
    Check {
        /// Ids; every enabled source when none is named.
        sources: Vec<String>,
    },
    /// Show what a harvest of a source would bring, field by field, from its first pages; nothing is written
    #[command(
        after_help = "Examples:\n  cairn source preview hdx\n  cairn source preview hdx --pages 1 --seconds 10 --json"
    )]
    Preview(Preview),
    /// Let the schedule leave a source alone, in every process, until it is resumed
    Pause {
        /// Id.
        source: String,
        /// Why, for whoever looks at the source next.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// End the pause of a source
    Resume {
        /// Id.
        source: String,
    },
    /// Stop the run of a source, in whichever process it goes on, and wait until it has ended
    Stop {
        /// Id.
        source: String,
    },
    /// Remove everything that is kept of a source for good: records, history, payloads, runs; from the files, too
    #[command(after_help = "Example:\n  cairn source purge old-portal --dry-run")]
    Purge(Purge),
    /// Show what is wrong with a source now: by kind, or all of it in a file for its publisher
    #[command(
        after_help = "Examples:\n  cairn source problems hdx\n  cairn source problems hdx --code unknown-country\n  cairn source problems hdx --format csv > problems.csv"
    )]
    Problems(Problems),
}

/// What is purged, and on whose word.
#[derive(Debug, Args)]
pub(crate) struct Purge {
    /// Id of the source.
    pub(crate) source: String,
    /// Purge it without asking.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Purge it although it is still configured; it is harvested again when it is due.
    #[arg(long)]
    pub(crate) configured: bool,
    /// Write nothing; say what would be removed.
    #[arg(long, conflicts_with = "yes")]
    pub(crate) dry_run: bool,
}

/// How far a preview goes.
#[derive(Debug, Args)]
pub(crate) struct Preview {
    /// Id of the source.
    pub(crate) source: String,
    /// Pages to read at most.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) pages: u64,
    /// Seconds that reading may take; what was read by then is shown.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) seconds: u64,
}

/// Which problems, and how they are written.
#[derive(Debug, Args)]
pub(crate) struct Problems {
    /// Id of the source.
    pub(crate) source: String,
    /// Only those of this code.
    #[arg(long)]
    pub(crate) code: Option<String>,
    /// Only errors, which kept something out, or only warnings.
    #[arg(long, value_parser = ["error", "warning"])]
    pub(crate) severity: Option<String>,
    /// Only those with this field.
    #[arg(long)]
    pub(crate) field: Option<String>,
    /// Every one of them, in this form.
    #[arg(long, value_enum)]
    pub(crate) format: Option<ProblemList>,
}

/// A form in which problems are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ProblemList {
    /// For reading here.
    Table,
    /// For spreadsheets.
    Csv,
    /// One list.
    Json,
    /// One problem a line.
    Jsonl,
}
