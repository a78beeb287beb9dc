//! The part of the command line that is about what people register beside records.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// As whom a command acts that registers or decides: whoever may write the data folder acts as the operator.
#[derive(Debug, Args)]
pub(crate) struct Acting {
    /// Token to act with, instead of as the operator.
    #[arg(long, env = "CAIRN_TOKEN", hide_env_values = true, value_name = "TOKEN", global = true)]
    pub(crate) token: Option<String>,
    /// File that holds the token.
    #[arg(long, env = "CAIRN_TOKEN_FILE", value_name = "FILE", conflicts_with = "token", global = true)]
    pub(crate) token_file: Option<PathBuf>,
}

/// A document as the API takes it.
#[derive(Debug, Args)]
pub(crate) struct Document {
    /// JSON file; `-` reads it from stdin.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct OrganisationCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Organisation,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Organisation {
    /// Register an organisation
    #[command(
        after_help = "Example:\n  cairn organisation create \"Horizon Relief\" --kind international_ngo --country JOR --listed"
    )]
    Create {
        /// Its name, in English.
        name: String,
        /// Its id, if it is to be another than its name makes.
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// A code of the vocabulary `organisation-type`.
        #[arg(long, value_name = "CODE")]
        kind: Option<String>,
        /// Where it is based (ISO 3166-1 alpha-3).
        #[arg(long, value_name = "ISO3")]
        country: Option<String>,
        /// Let anyone know that it takes part, not only who is signed in.
        #[arg(long)]
        listed: bool,
    },
    /// List the organisations that take part
    List,
    /// Show an organisation
    Show {
        /// Its id.
        id: String,
    },
    /// Change what is said of an organisation: a document as `show --json` gives it, edited
    Change(Document),
}

#[derive(Debug, Args)]
pub(crate) struct GroupCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Group,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Group {
    /// Create a group
    #[command(
        after_help = "Example:\n  cairn group create \"Mine Action in Yemen\" --kind area-of-responsibility --id cluster:PRO-MIN --member horizon-relief"
    )]
    Create {
        /// Its name, in English.
        name: String,
        /// cluster, area-of-responsibility, working-group, collaborative or affected-community.
        #[arg(long)]
        kind: String,
        /// Its id, where audiences of records name it already (`cluster:HEA`); else one is made.
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// An organisation whose people are its members (repeatable).
        #[arg(long, value_name = "ORG")]
        member: Vec<String>,
        /// A member whose managers and stewards look after the group (repeatable).
        #[arg(long, value_name = "ORG")]
        lead: Vec<String>,
    },
    /// List the groups, all or those of one member
    List {
        /// Id of an organisation.
        #[arg(long, value_name = "ORG")]
        member: Option<String>,
    },
    /// Show a group and its members
    Show {
        /// Its id.
        id: String,
    },
    /// Add an organisation to a group: from then on its people see what is restricted to the group
    Add {
        /// Id of the group.
        group: String,
        /// Id of the organisation.
        organisation: String,
    },
    /// Take an organisation out of a group
    Remove {
        /// Id of the group.
        group: String,
        /// Id of the organisation.
        organisation: String,
    },
    /// Change a group: a document as `show --json` gives it, edited
    Change(Document),
}
