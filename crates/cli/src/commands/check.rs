//! `cairn check`: configuration, store, index and sources, each with what is wrong and what to do.

use serde::Serialize;

use crate::arguments::Global;
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open, settings};
use crate::output;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: String,
    good: bool,
    /// Whether it works and is hardly what is wanted.
    warning: bool,
    detail: String,
}

#[derive(Debug, Serialize)]
struct CheckAnswer {
    schema: u32,
    findings: Vec<Finding>,
}

pub(crate) async fn run(global: &Global) -> Result<Exit, Failure> {
    let mut findings = Vec::new();
    let mut note = |what: &str, good: bool, detail: String| {
        findings.push(Finding { what: what.to_owned(), good, warning: false, detail });
    };
    let config = Config::load(&global.config)?;
    let sources = config.load_sources(&global.config)?;
    // All that a command reads before it opens the store.
    settings(&config, global, DataFolder::Existing)?;
    let listen = config.listen_address(None)?;
    config.metrics_address()?;
    note("configuration", true, format!("{} with {} sources", global.config.display(), sources.len()));
    let warning = config.public_url_warning(listen);
    for source in &sources {
        let name = format!("source {}", source.id);
        if let Err(problem) = source.check_file() {
            note(&name, false, problem.to_string());
        }
    }
    if global.data.join("cairn.db").exists() {
        let (_, catalog) = open(global, DataFolder::Existing).await?;
        let problems = catalog.check_store().await?;
        let detail = if problems.is_empty() { "sound".to_owned() } else { problems.join("; ") };
        note("store", problems.is_empty(), detail);
        let current = catalog.index_is_current().await?;
        let detail = if current {
            "holds everything that the store has"
        } else {
            "behind or damaged: `cairn reindex`, or start `cairn up`"
        };
        note("index", current, detail.to_owned());
    } else {
        note("store", true, format!("none yet in {}: `cairn up` makes it", global.data.display()));
    }
    if let Some(detail) = warning {
        findings.push(Finding { what: "address".to_owned(), good: true, warning: true, detail });
    }
    let good = findings.iter().all(|finding| finding.good);
    if global.json {
        output::json(&CheckAnswer { schema: 1, findings })?;
    } else {
        for finding in &findings {
            let mark = match (finding.good, finding.warning) {
                (false, _) => "BAD",
                (true, true) => "SEE",
                (true, false) => "ok ",
            };
            output::line(&format!("{mark}  {}: {}", finding.what, finding.detail))?;
        }
    }
    Ok(if good { Exit::Done } else { Exit::Failed })
}
