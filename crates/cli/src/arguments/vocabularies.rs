//! The part of the command line that is about vocabularies.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  cairn vocabularies\n  cairn vocabularies show theme --lang fr\n  cairn vocabularies unmapped"
)]
pub(crate) struct VocabulariesCommand {
    /// Without one the vocabularies are listed.
    #[command(subcommand)]
    pub(crate) command: Option<Vocabularies>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Vocabularies {
    /// The terms of a vocabulary: codes, labels, synonyms, mappings
    Show {
        /// Its name.
        name: String,
        /// Language of the labels.
        #[arg(long, default_value = "en")]
        lang: String,
    },
    /// What sources say that no vocabulary knows, what most records say first
    #[command(
        after_help = "Example:\n  cairn vocabularies unmapped --vocabulary cluster --csv > to-map.csv\n\nA synonym is added in a table of the folder `vocabularies_dir`; `cairn harvest --replay` reads the records anew."
    )]
    Unmapped(Unmapped),
}

#[derive(Debug, Args)]
pub(crate) struct Unmapped {
    /// Those that were looked for in this vocabulary; `place` for the gazetteer.
    #[arg(long, value_name = "NAME")]
    pub(crate) vocabulary: Option<String>,
    /// Those of this source.
    #[arg(long, value_name = "SOURCE")]
    pub(crate) source: Option<String>,
    /// CSV for spreadsheets.
    #[arg(long)]
    pub(crate) csv: bool,
}
