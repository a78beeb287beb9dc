//! `cairn audit`: what people did, whether that log is whole, and the log as a file.

use std::io::Write;

use cairn_catalog::{Act, ActFilter, Catalog};
use serde_json::json;

use crate::arguments::{Audit, Global};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;

pub(crate) async fn run(global: &Global, audit: Audit) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    match audit {
        Audit::List { actor, act, subject, since, limit } => {
            let filter = ActFilter { actor, act, subject, since, before: None };
            list(global, &catalog, &filter, limit).await
        }
        Audit::Verify { noted } => verify(global, &catalog, noted.as_deref()).await,
        Audit::Export => export(&catalog).await,
    }
}

async fn list(global: &Global, catalog: &Catalog, filter: &ActFilter, limit: u32) -> Result<Exit, Failure> {
    let acts = catalog.newest_acts_that(filter, limit).await?;
    if global.json {
        output::json(&json!({ "schema": 1, "acts": acts }))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = acts.into_iter().map(row).collect();
    output::table(&["line", "when (UTC)", "who", "what", "on what", "why"], &rows)?;
    Ok(Exit::Done)
}

fn row(act: Act) -> Vec<String> {
    let what = if act.refused { format!("{} (refused)", act.act) } else { act.act };
    let on = match act.version {
        Some(version) => format!("{} v{version}", act.subject),
        None => act.subject,
    };
    let when = act.at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    vec![act.number.to_string(), when, act.actor, what, on, act.reason.unwrap_or_default()]
}

async fn verify(global: &Global, catalog: &Catalog, noted: Option<&str>) -> Result<Exit, Failure> {
    let verdict = catalog.verify_acts(noted).await?;
    let is_unknown = noted.is_some() && verdict.known.is_none();
    let is_whole = verdict.fault.is_none() && !is_unknown;
    if global.json {
        let fault = verdict.fault.as_ref().map(|fault| json!({ "line": fault.line, "reason": fault.reason }));
        output::json(&json!({ "schema": 1, "whole": is_whole, "lines": verdict.lines, "hash": verdict.head,
            "fault": fault, "noted_line": verdict.known }))?;
    } else if let Some(fault) = &verdict.fault {
        output::line(&format!("The log is not whole: {}.", fault.reason))?;
        output::line(&format!("Lines before it that are as they were written: {}.", verdict.lines))?;
    } else if is_unknown {
        output::line("No line has the hash that you noted: the log was written anew since then.")?;
    } else {
        output::line(&format!("The log is whole. Lines: {}.", verdict.lines))?;
        if let Some(line) = verdict.known {
            output::line(&format!("The hash that you noted is that of line {line}."))?;
        }
        output::line(&format!("Note this hash somewhere else, to look for it later: {}", verdict.head))?;
    }
    Ok(if is_whole { Exit::Done } else { Exit::Failed })
}

/// Writes every line as JSON while it is read.
async fn export(catalog: &Catalog) -> Result<Exit, Failure> {
    let mut walk = catalog.walk_acts();
    loop {
        let acts = walk.next_batch().await?;
        if acts.is_empty() {
            return Ok(Exit::Done);
        }
        let mut out = std::io::stdout().lock();
        for act in &acts {
            serde_json::to_writer(&mut out, act)?;
            writeln!(out)?;
        }
    }
}
