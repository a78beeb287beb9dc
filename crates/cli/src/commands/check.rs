//! `cairn check`: configuration, store, index and sources, each with what is wrong and what to do.

use std::time::Duration;

use serde::Serialize;

use crate::arguments::Global;
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open, settings};
use crate::output;

/// How long whoever writes the index is waited for, who follows within a second or so.
const PATIENCE: Duration = Duration::from_secs(10);

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
    match global.data.join("cairn.db").try_exists() {
        Ok(true) => findings.extend(of_data(global).await?),
        Ok(false) => note("store", true, format!("none yet in {}: `cairn up` makes it", global.data.display())),
        Err(error) => note("store", false, format!("{} cannot be looked into: {error}", global.data.display())),
    }
    if let Some(detail) = warning {
        findings.push(Finding { what: "address".to_owned(), good: true, warning: true, detail });
    }
    let good = findings.iter().all(|finding| finding.good);
    tell(global, findings)?;
    Ok(if good { Exit::Done } else { Exit::Failed })
}

/// What there is to say of the store and the index. That one of them cannot be read is what is to be said.
async fn of_data(global: &Global) -> Result<Vec<Finding>, Failure> {
    let found = |what: &str, problem: Option<String>, well: &str| Finding {
        what: what.to_owned(),
        good: problem.is_none(),
        warning: false,
        detail: problem.unwrap_or_else(|| well.to_owned()),
    };
    let catalog = match open(global, DataFolder::Existing).await {
        Ok((_, catalog)) => catalog,
        Err(failure) if failure.exit == Exit::Failed => {
            return Ok(vec![found("store", Some(format!("{:#}", failure.error)), "")]);
        }
        // A newer version, or another process that holds it, has an exit code of its own.
        Err(failure) => return Err(failure),
    };
    let problem = match catalog.check_store().await {
        Ok(problems) => (!problems.is_empty()).then(|| problems.join("; ")),
        Err(error) => Some(error.to_string()),
    };
    let store = found("store", problem, "sound");
    let problem = match (catalog.index_follows(PATIENCE).await, catalog.index_is_ahead().await) {
        (Err(error), _) | (_, Err(error)) => Some(error.to_string()),
        (Ok(_), Ok(true)) => Some(
            "ahead of the store, as where a copy of the store was put back: `cairn reindex`, or start `cairn up`"
                .to_owned(),
        ),
        (Ok(false), _) => Some("behind or damaged: `cairn reindex`, or start `cairn up`".to_owned()),
        (Ok(true), _) => match catalog.damage_of_index().await {
            Ok(damage) => damage.map(|reason| format!("damaged: {reason}: `cairn reindex`, or start `cairn up`")),
            Err(error) => Some(error.to_string()),
        },
    };
    Ok(vec![store, found("index", problem, "holds everything that the store has")])
}

fn tell(global: &Global, findings: Vec<Finding>) -> Result<(), Failure> {
    if global.json {
        return output::json(&CheckAnswer { schema: 1, findings });
    }
    for finding in &findings {
        let mark = match (finding.good, finding.warning) {
            (false, _) => "BAD",
            (true, true) => "SEE",
            (true, false) => "ok ",
        };
        output::line(&format!("{mark}  {}: {}", finding.what, finding.detail))?;
    }
    Ok(())
}
