//! The command line.

pub(crate) mod classification;
pub(crate) mod collaboratives;
pub(crate) mod coverage;
pub(crate) mod duplicates;
pub(crate) mod exchanges;
pub(crate) mod holdings;
pub(crate) mod linkages;
pub(crate) mod needs;
pub(crate) mod notify;
pub(crate) mod practices;
pub(crate) mod registry;
mod search;
mod source;
mod user;
pub(crate) mod vocabularies;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use search::{FilterFlags, Search, with_exclusions};
pub(crate) use source::{Preview, ProblemList, Problems, Purge, Source};
pub(crate) use user::User;

const EXIT_CODES: &str = "\
Exit codes:
    0  done
    1  failed
    2  wrong usage or configuration
    3  done in part
    4  a guard refused removals
    5  every source is down for now
    6  the data is newer than this program
   11  another process holds what this one needs alone
   12  not allowed
  130  stopped

Settings come from flags, then CAIRN_* variables (as CAIRN_SERVER__LISTEN),
then the configuration file, then defaults.";

/// Who holds what humanitarian data, where, and on which terms it may be had.
#[derive(Debug, Parser)]
#[command(name = "cairn", version, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Configuration file.
    #[arg(long, global = true, value_name = "FILE", env = "CAIRN_CONFIG", default_value = "config/cairn.toml")]
    pub(crate) config: PathBuf,
    /// Data folder: store, index and lock.
    #[arg(long, global = true, value_name = "DIR", env = "CAIRN_DATA", default_value = "index")]
    pub(crate) data: PathBuf,
    /// One JSON document on stdout, and nothing else there.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say more in the log (repeat for more).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Harvest the enabled sources, then serve, and keep harvesting on schedule
    #[command(after_help = "Example:\n  cairn up --listen 127.0.0.1:8080")]
    Up(Listen),
    /// Serve what the data folder holds, without harvesting
    Serve(Listen),
    /// Harvest sources now: all enabled ones, or those that are named
    #[command(
        after_help = "Examples:\n  cairn harvest\n  cairn harvest hdx --full\n  cairn harvest sample-portal --dry-run --json"
    )]
    Harvest(Harvest),
    /// Search the catalogue, as an anonymous viewer or with a token
    #[command(
        after_help = "Examples:\n  cairn search clinics aleppo --country SYR\n  cairn search 'mine*' --cluster PRO-MIN --facets country,sharing\n  cairn search --country YEM --export yemen.xlsx\n  cairn search - < long-query.txt"
    )]
    Search(Box<Search>),
    /// How well searches find what people judged: nDCG@10, bpref, recall and MRR, beside plain BM25 over title and description
    #[command(
        after_help = "Example:\n  cairn eval queries.tsv judgements.tsv --source hdx\n\nQUERIES has an id and words a line, JUDGEMENTS a query, anything, a record and a grade, as trec_eval reads them, with tabs between."
    )]
    Eval(Eval),
    /// Show one record
    Show(Show),
    /// Records that describe the same data: of one record, of a source, or all
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "Examples:\n  cairn duplicates hdx\n  cairn duplicates reject ID OTHER"
    )]
    Duplicates(duplicates::Duplicates),
    /// What a record can be joined with: how the data meets, and by which way it is had
    Linkages(linkages::Linkages),
    /// What profiles and the names of its fields propose for the terms of a record
    #[command(after_help = "Example:\n  cairn classify ID --json")]
    Classify(classification::ClassifyCommand),
    /// The records of an organisation that somebody must look at, the first due first
    #[command(after_help = "Example:\n  cairn reviews --organisation horizon-relief")]
    Reviews(classification::ReviewsCommand),
    /// Profiles by which records are classified
    #[command(subcommand)]
    Profile(classification::ProfileCommand),
    /// How well the records of a source are described, and what they lack; of every source when none is named
    #[command(after_help = "Examples:\n  cairn quality\n  cairn quality hdx --json")]
    Quality {
        /// Id of a source.
        source: Option<String>,
    },
    /// The configured sources
    #[command(subcommand)]
    Source(Source),
    /// The runs of a source, or of all
    Runs(Runs),
    /// Organisations that take part
    Organisation(registry::OrganisationCommand),
    /// Clusters, working groups, collaboratives, affected communities: who sees what is restricted to them
    Group(registry::GroupCommand),
    /// Register what an organisation holds, from a table or a document
    #[command(
        after_help = "Examples:\n  cairn register holdings.csv --organisation horizon-relief --dry-run\n  cairn register holdings.xlsx --organisation horizon-relief --wrong-rows left-out.csv"
    )]
    Register(Box<holdings::RegisterCommand>),
    /// What organisations registered: drafts, versions, tables that come back edited
    Holding(holdings::HoldingCommand),
    /// Agreements about access: proposed, agreed to, suspended, ended
    Agreement(registry::AgreementCommand),
    /// Frameworks under which agreements are made
    Framework(registry::FrameworkCommand),
    /// Crises, which open agreements that wait for one
    Crisis(registry::CrisisCommand),
    /// Decisions not to share, and opt-outs
    Refusal(registry::RefusalCommand),
    /// Concerns: what anyone may say is wrong, and what becomes of it
    Concern(registry::ConcernCommand),
    /// Requests for access
    Request(registry::RequestCommand),
    /// Decide whether the data of a record may be had, and say why
    #[command(
        after_help = "Example:\n  echo '{\"access\": \"download\", \"purposes\": [\"public-health\"]}' | cairn decide ID - --token \"$TOKEN\""
    )]
    Decide(registry::DecideCommand),
    /// What you look for again and again, with a token
    SavedSearch(registry::SavedSearchCommand),
    /// Send what is due of notifications, once; or list what was sent to you
    #[command(after_help = "Examples:\n  cairn notify --dry-run\n  cairn notify --list --token \"$TOKEN\"")]
    Notify(notify::NotifyCommand),
    /// What data organisations need, for whom and why, and what answers it
    Need(needs::NeedCommand),
    /// What is needed and what is held, by cluster and country
    #[command(after_help = "Examples:\n  cairn gaps --country Yemen\n  cairn gaps --csv > gaps.csv")]
    Gaps(needs::GapsCommand),
    /// Data collaboratives: a question, and who answers it with which data, on which terms
    Collaborative(collaboratives::CollaborativeCommand),
    /// Records that nobody looks after, of those that you can find
    #[command(after_help = "Example:\n  cairn stewardship --organisation horizon-relief")]
    Stewardship(linkages::Stewardship),
    /// Flows of data that exist: from whom to whom, what, how and how often
    Exchange(exchanges::ExchangeCommand),
    /// Good practices, use cases and lessons, attached to the holdings that they are about
    Practice(practices::PracticeCommand),
    /// Who has what, where: holdings and unmet needs by two of cluster, country, place, organisation and kind
    #[command(
        after_help = "Examples:\n  cairn coverage\n  cairn coverage --country YEM --columns admin1 --csv > yemen.csv"
    )]
    Coverage(Box<coverage::Coverage>),
    /// The vocabularies, and what sources say that none of them knows
    Vocabularies(vocabularies::VocabulariesCommand),
    /// People who can sign in
    #[command(subcommand)]
    User(User),
    /// API tokens
    #[command(subcommand)]
    Token(Token),
    /// The log of what people did: each line holds a hash of itself and of all before it
    #[command(subcommand)]
    Audit(Audit),
    /// Make the index anew from the store
    Reindex,
    /// Check configuration, store, index and sources
    Check,
    /// Completions for a shell
    #[command(after_help = "Example:\n  cairn completions bash > /etc/bash_completion.d/cairn")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Listen {
    /// Address to listen on; port 0 picks one.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub(crate) struct Harvest {
    /// Ids of sources; all enabled ones when none is named.
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,
    /// Ask for everything, whatever a source says has not changed.
    #[arg(long)]
    pub(crate) full: bool,
    /// Write nothing; say what would be written.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Read what is kept of each record anew, without asking the source: for a newer version, other vocabularies or another
    /// configuration. Nothing is removed but what was kept before its source was marked as IMSMA.
    #[arg(long, conflicts_with = "full")]
    pub(crate) replay: bool,
    /// Remove what this run listed for removal when its guard tripped, all of it and nothing else.
    #[arg(long, value_name = "RUN")]
    pub(crate) confirm_removals: Option<String>,
    /// Let the terms be loosened that this run listed as held, all of them and no others. Every run lists what is still
    /// held when it ends, so the newest run of the source lists everything that waits.
    #[arg(long, value_name = "RUN")]
    pub(crate) confirm_loosening: Option<String>,
    /// Let the fields go of which this run listed that the former values are kept, all of them and no others.
    #[arg(long, value_name = "RUN")]
    pub(crate) confirm_vanished: Option<String>,
}

/// As whom to read.
#[derive(Debug, Clone, Args)]
pub(crate) struct Identity {
    /// Token to read with; without any of these three flags, that of `CAIRN_TOKEN`.
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// File that holds the token; else that of `CAIRN_TOKEN_FILE`.
    #[arg(long, value_name = "FILE", conflicts_with = "token")]
    pub(crate) token_file: Option<PathBuf>,
    /// See everything, as whoever may write the data folder; logged.
    #[arg(long, conflicts_with_all = ["token", "token_file"])]
    pub(crate) as_operator: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// The queries: id, tab, words.
    pub(crate) queries: PathBuf,
    /// The judgements: query, anything, record and grade, with tabs between.
    pub(crate) judgements: PathBuf,
    /// The source by whose ids records are called; by ids of the catalogue without it.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Show each query, the worst first.
    #[arg(long)]
    pub(crate) by_query: bool,
    #[command(flatten)]
    pub(crate) identity: Identity,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Id of the record.
    pub(crate) id: String,
    /// Show the records that are related to it by content, place and period instead.
    #[arg(long)]
    pub(crate) related: bool,
    /// Show whom to ask about it instead.
    #[arg(long, conflicts_with = "related")]
    pub(crate) contacts: bool,
    /// Show what became of it instead, the newest step first.
    #[arg(long, conflicts_with_all = ["related", "contacts"])]
    pub(crate) history: bool,
    /// Related records to show, 1 to 50.
    #[arg(long, requires = "related", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=50))]
    pub(crate) limit: u8,
    #[command(flatten)]
    pub(crate) identity: Identity,
}

#[derive(Debug, Args)]
pub(crate) struct Runs {
    /// Source id.
    pub(crate) source: Option<String>,
    /// Runs to show.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u32,
    /// Show the problems of this run.
    #[arg(long, value_name = "RUN")]
    pub(crate) problems: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token; it is shown once
    #[command(
        after_help = "Example:\n  cairn token create --organisation horizon-relief-consortium-hrc --group cluster:PRO-MIN --role reader --expires 90d"
    )]
    Create {
        /// Organisation that it belongs to, by id or name.
        #[arg(long, value_name = "ORG")]
        organisation: String,
        /// Group that it belongs to (repeatable): a cluster code or name, or a group id.
        #[arg(long, value_name = "G")]
        group: Vec<String>,
        /// What its holder may do.
        #[arg(long, value_parser = user::ROLES)]
        role: String,
        /// When it ends: a number of days, weeks or hours (90d, 2w, 12h), or a date.
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
    },
    /// List the tokens, without their secrets
    List,
    /// Revoke a token; it is refused from then on
    Revoke {
        /// Id, as `token list` shows it.
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// The newest lines
    #[command(
        after_help = "Example, who was shown a record that not everyone is:\n  cairn audit list --act record.view --subject ID"
    )]
    List {
        /// By this actor: operator, person:ID, token:ID.
        #[arg(long)]
        actor: Option<String>,
        /// Of this act: record.view.
        #[arg(long)]
        act: Option<String>,
        /// On this subject: an id.
        #[arg(long)]
        subject: Option<String>,
        /// Of this instant and later: 2026-01-31T00:00:00Z.
        #[arg(long, value_name = "INSTANT")]
        since: Option<jiff::Timestamp>,
        /// Lines to show at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Look at every line, and name the first that is not what was written
    #[command(
        after_help = "Whoever can write the data folder can write the whole log anew. A hash that is kept somewhere else shows that:\n  cairn audit verify --noted HASH"
    )]
    Verify {
        /// A hash that an earlier verification gave: a line must have it.
        #[arg(long, value_name = "HASH")]
        noted: Option<String>,
    },
    /// Write the whole log as JSON Lines
    #[command(after_help = "Example:\n  cairn audit export > acts.jsonl")]
    Export,
}
