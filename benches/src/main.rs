//! Measures harvesting, searching and the first run; see README.md beside this package.

mod cairn;
mod corpus;
mod first_run;
mod harvest_file;
mod harvest_http;
mod meter;
mod portal;
mod report;

use clap::{Args, Parser, Subcommand};

use crate::report::Report;

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
    /// The corpus from a local portal: from the first request to searchable
    HarvestHttp(Repeats),
    /// `cairn up` on the samples, from start to ready
    FirstRun(Repeats),
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
        What::FirstRun(Repeats { repeats }) => vec![first_run::measure(repeats)?],
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
