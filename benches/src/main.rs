//! Measures harvesting, searching and the first run; see README.md beside this package.

mod cairn;
mod corpus;
mod first_run;
mod formats;
mod harvest_file;
mod harvest_http;
mod many_sources;
mod meter;
mod portal;
mod report;
mod search;
mod server;

use clap::{Args, Parser, Subcommand};

use crate::report::Report;

/// That of Cairn's own program, for both sides.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Cairn. CPU seconds stand first: wall times mean something on an idle machine only.
#[derive(Debug, Parser)]
#[command(name = "cairn-bench")]
struct Cli {
    /// One JSON document on stdout instead of tables.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The corpus as a file: from file to searchable, and again unchanged
    HarvestFile(Repeats),
    /// The corpus from a local portal: from the first request to searchable, and again unchanged
    HarvestHttp(Repeats),
    /// A thousand queries beside the same ones put straight to tantivy, on the corpus and on a generated catalogue
    Search(Search),
    /// How fast documents are indexed: the first table of `search`, alone
    Building(Building),
    /// `cairn up` on the samples, from start to ready
    FirstRun(Repeats),
    /// Every reader, from bytes in memory to the normalised record
    Formats,
    /// Fifty sources of a thousand records each at once
    ManySources(Repeats),
    /// One reader, for `formats`
    #[command(hide = true)]
    OneFormat {
        /// Name of the format.
        name: String,
    },
    /// The memory of one index, for `search`
    #[command(hide = true)]
    OneIndex {
        /// Its folder.
        folder: std::path::PathBuf,
    },
    /// Everything, in moderate sizes
    All,
}

#[derive(Debug, Args)]
struct Search {
    /// Records of the generated catalogue; 0 leaves it out.
    #[arg(long, default_value_t = 100_000)]
    records: usize,
    /// Leave the corpus of real records out.
    #[arg(long)]
    generated_only: bool,
    /// Different queries.
    #[arg(long, default_value_t = 1000)]
    queries: usize,
    /// How often each query is asked; medians count.
    #[arg(long, default_value_t = 5)]
    repeats: usize,
    /// Databases that are asked the first 200 queries beside Cairn, on the generated catalogue.
    #[arg(long, value_enum, value_delimiter = ',')]
    peers: Vec<search::Peer>,
}

#[derive(Debug, Args)]
struct Building {
    /// Records of the generated catalogue.
    #[arg(long, default_value_t = 100_000)]
    records: usize,
}

#[derive(Debug, Args)]
struct Repeats {
    /// How often each part is measured; medians are shown.
    #[arg(long, default_value_t = 3)]
    repeats: usize,
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let reports: Vec<Report> = match cli.what {
        What::HarvestFile(Repeats { repeats }) => vec![harvest_file::measure(repeats)?],
        What::HarvestHttp(Repeats { repeats }) => vec![harvest_http::measure(repeats)?],
        What::Search(search) => measure_search(&search)?,
        What::Building(Building { records }) => vec![search::measure_building(records)?],
        What::FirstRun(Repeats { repeats }) => vec![first_run::measure(repeats)?],
        What::Formats => vec![formats::measure()?],
        What::ManySources(Repeats { repeats }) => vec![many_sources::measure(repeats)?],
        What::OneFormat { name } => return formats::measure_one(&name),
        What::OneIndex { folder } => return search::measure_one_index(&folder),
        What::All => {
            let mut reports = vec![first_run::measure(5)?, harvest_file::measure(3)?, harvest_http::measure(3)?];
            let search =
                Search { records: 100_000, generated_only: false, queries: 1000, repeats: 3, peers: Vec::new() };
            reports.extend(measure_search(&search)?);
            reports.extend([formats::measure()?, many_sources::measure(3)?]);
            reports
        }
    };
    if cli.json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    } else {
        for report in &reports {
            print!("{}", report.text());
        }
    }
    Ok(())
}

fn measure_search(search: &Search) -> anyhow::Result<Vec<Report>> {
    let plan = search::Plan { queries: search.queries, repeats: search.repeats };
    let mut reports = Vec::new();
    if !search.generated_only {
        reports.extend(search::measure(&search::Corpus::Datagov, &[], plan)?);
    }
    if search.records > 0 {
        reports.extend(search::measure(&search::Corpus::Generated(search.records), &search.peers, plan)?);
    }
    Ok(reports)
}
