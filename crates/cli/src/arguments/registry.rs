//! The part of the command line that is about what people register beside records.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::notify::Following;

/// As whom a command acts that registers or decides: whoever may write the data folder acts as the operator.
#[derive(Debug, Args)]
pub(crate) struct Acting {
    /// Token to act with, instead of as the operator; without either flag, that of `CAIRN_TOKEN`.
    #[arg(long, value_name = "TOKEN", global = true)]
    pub(crate) token: Option<String>,
    /// File that holds the token; else that of `CAIRN_TOKEN_FILE`.
    #[arg(long, value_name = "FILE", conflicts_with = "token", global = true)]
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
    /// Report what an organisation committed itself to, and how it says that it kept it in a year
    #[command(after_help = "Example:\n  cairn organisation commitments horizon-relief --year 2026 --csv > 2026.csv")]
    Commitments {
        /// Id of the organisation.
        id: String,
        /// The year; this one if left out.
        #[arg(long)]
        year: Option<i16>,
        /// Write a CSV file, a line for each commitment.
        #[arg(long)]
        csv: bool,
    },
    /// Say how an organisation kept the commitments of a framework in a year: a document with `framework_version` and `commitments`,
    /// or one that was answered before, edited
    Evaluate {
        /// Id of the organisation.
        id: String,
        /// Id of the framework.
        framework: String,
        /// The year.
        year: i16,
        #[command(flatten)]
        document: Document,
    },
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

/// An entry by its id.
#[derive(Debug, Args)]
pub(crate) struct Entry {
    /// Its id.
    pub(crate) id: String,
}

/// An entry, and why something is done with it.
#[derive(Debug, Args)]
pub(crate) struct EntryAndReason {
    /// Its id.
    pub(crate) id: String,
    /// Why, in words.
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct AgreementCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Agreement,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Agreement {
    /// Propose an agreement: its terms, as the API takes them
    Propose(Document),
    /// Propose other terms: a document of terms, with the `id` and `version` of the agreement in it
    ProposeTerms(Document),
    /// List the agreements
    List,
    /// Show an agreement
    Show(Entry),
    /// Agree to the proposed terms in the name of an organisation
    Agree {
        /// Its id.
        id: String,
        /// The version that was read.
        #[arg(id = "entry-version", value_name = "VERSION")]
        version: u32,
        /// The organisation, for the operator; else it is that of the token.
        #[arg(long, value_name = "ORG")]
        organisation: Option<String>,
    },
    /// Drop what was proposed
    Drop(Entry),
    /// Suspend an agreement: it grants nothing, and still forbids
    Suspend(EntryAndReason),
    /// Resume an agreement
    Resume(EntryAndReason),
    /// End an agreement
    End(EntryAndReason),
    /// The terms in force as an ODRL policy
    Odrl(Entry),
}

#[derive(Debug, Args)]
pub(crate) struct FrameworkCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Framework,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Framework {
    /// Begin a framework with a draft of its first version
    Create {
        #[command(flatten)]
        document: Document,
        /// The organisation that keeps it, for the operator.
        #[arg(long, value_name = "ORG")]
        organisation: Option<String>,
    },
    /// Write its draft anew, or begin the next version: a document with the `id` and `version` of the entry in it
    Write(Document),
    /// List the frameworks
    List,
    /// Show a framework with its versions and comments
    Show(Entry),
    /// Bring a version to another stage
    Stage {
        /// Id of the framework.
        id: String,
        /// The version.
        #[arg(id = "entry-version", value_name = "VERSION")]
        version: u32,
        /// pilot, adopted or superseded.
        stage: String,
    },
    /// Say something of a version, with a token
    Comment {
        /// Id of the framework.
        id: String,
        /// The version.
        #[arg(id = "entry-version", value_name = "VERSION")]
        version: u32,
        /// What.
        text: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CrisisCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Crisis,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Crisis {
    /// Declare a crisis: agreements that wait for one open until it is over
    #[command(
        after_help = "Example:\n  cairn crisis declare --glide EQ-2026-000007-YEM --title Earthquake --country YEM --until 2026-12-31T00:00:00Z"
    )]
    Declare {
        /// Its GLIDE number.
        #[arg(long)]
        glide: cairn_model::agreement::Glide,
        /// Its name, in English.
        #[arg(long)]
        title: String,
        /// A country that it strikes (ISO 3166-1 alpha-3; repeatable).
        #[arg(long, value_name = "ISO3", required = true)]
        country: Vec<String>,
        /// When it began; now if left out.
        #[arg(long, value_name = "INSTANT")]
        from: Option<jiff::Timestamp>,
        /// When it ends by itself.
        #[arg(long, value_name = "INSTANT")]
        until: jiff::Timestamp,
    },
    /// List the crises
    List,
    /// Show a crisis
    Show(Entry),
    /// Lift a crisis before its time
    Lift(EntryAndReason),
    /// Say for which countries the stewards of an organisation may declare a crisis
    Allow {
        /// Id of the organisation.
        organisation: String,
        /// A country (ISO 3166-1 alpha-3; repeatable); none takes the right away.
        #[arg(long, value_name = "ISO3")]
        country: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RefusalCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Refusal,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Refusal {
    /// Decide that data is not shared: a statement, as the API takes it
    Create(Document),
    /// List the refusals
    List,
    /// Show a refusal
    Show(Entry),
    /// Take a refusal back
    Lift(EntryAndReason),
}

#[derive(Debug, Args)]
pub(crate) struct SavedSearchCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: SavedSearch,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SavedSearch {
    /// Save a search: yours, or with a token that is nobody's own that of its organisation
    #[command(after_help = "Example:\n  cairn saved-search create Wells 'q=wells&country=YEM'")]
    Create {
        /// Its name.
        name: String,
        /// Parameters of GET /api/v1/search, as its address has them.
        query: String,
    },
    /// List the saved searches
    List,
    /// Show a saved search
    Show(Entry),
    /// Change a saved search: a document as `show --json` gives it, edited
    Change(Document),
    /// Remove a saved search, with everything that was ever said of it
    Remove(Entry),
    /// Say how you want to be told of what is new for a saved search, or show how you are
    Notify(Following),
}

#[derive(Debug, Args)]
pub(crate) struct RequestCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Request,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Request {
    /// Ask for access, with a token: a statement, as the API takes it
    Send(Document),
    /// Write a statement to be completed and sent, from what is known of the record and a need; with a token
    Draft {
        /// The record whose data is wanted.
        record: cairn_model::DatasetId,
        /// The need that it would meet.
        #[arg(long, value_name = "ID")]
        need: Option<String>,
    },
    /// List the requests
    List {
        /// Only those that the organisation decides about, or those that it sent.
        #[arg(long = "box", value_parser = ["inbox", "sent"])]
        which: Option<String>,
    },
    /// Show a request
    Show(Entry),
    /// Say that it was read
    See(Entry),
    /// Ask something back
    Ask(EntryAndReason),
    /// Answer what was asked back, with a token
    Answer(EntryAndReason),
    /// Hand it on to somebody else who decides
    Forward {
        /// Its id.
        id: String,
        /// Another organisation that the record names.
        #[arg(long, value_name = "ID", required_unless_present = "person", conflicts_with = "person")]
        organisation: Option<String>,
        /// A person of the same organisation who may decide.
        #[arg(long, value_name = "ID")]
        person: Option<String>,
        /// Why, for those who decide.
        note: String,
    },
    /// Grant it
    Grant {
        /// Its id.
        id: String,
        /// When the grant ends.
        #[arg(long, value_name = "INSTANT")]
        until: Option<jiff::Timestamp>,
        /// What binds the one who receives (repeatable).
        #[arg(long, value_name = "TEXT")]
        condition: Vec<String>,
        /// How the data is had.
        #[arg(long, value_name = "TEXT")]
        how: Option<String>,
    },
    /// Refuse it, or take back what was granted
    Refuse(EntryAndReason),
    /// Take it back, with a token
    Withdraw(Entry),
}

#[derive(Debug, Args)]
pub(crate) struct DecideCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    /// The record whose data is wanted.
    pub(crate) record: cairn_model::DatasetId,
    /// The question, as the API takes it.
    #[command(flatten)]
    pub(crate) question: Document,
}

#[derive(Debug, Args)]
pub(crate) struct ConcernCommand {
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(subcommand)]
    pub(crate) command: Concern,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Concern {
    /// Raise a concern: a statement, as the API takes it
    Raise(Document),
    /// List the concerns that are to be handled, or that the organisation of a token raised
    List,
    /// Show a concern
    Show(Entry),
    /// Say what becomes of a concern
    Handle {
        /// Its id.
        id: String,
        /// examined, upheld or dismissed.
        #[arg(value_parser = ["examined", "upheld", "dismissed"])]
        state: String,
        /// What is told to those who follow it.
        words: String,
    },
}
