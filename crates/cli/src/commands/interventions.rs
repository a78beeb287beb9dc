//! `cairn source pause`, `resume` and `stop`: the operator's hand on the schedule, beside a running server or without one.

use std::time::{Duration, Instant};

use cairn_catalog::{Catalog, CatalogError, RunRow};
use cairn_policy::Viewer;
use jiff::Timestamp;
use serde_json::json;

use super::harvest::named;
use crate::arguments::Global;
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;

/// How long a run may take to end after it was asked to: what it does is given up at once, and it looks every second.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the run is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(100);

/// Opens the catalogue and makes sure that it knows the source.
async fn open_with(global: &Global, source: &str, folder: DataFolder) -> Result<Catalog, Failure> {
    let (_, catalog) = open(global, folder).await?;
    catalog.remember_sources().await?;
    let known = catalog.source_states(&Viewer::operator(), Some(source), Timestamp::now()).await?;
    if known.is_empty() {
        named(&catalog, source)?;
    }
    Ok(catalog)
}

pub(crate) async fn pause(global: &Global, source: &str, reason: Option<&str>) -> Result<Exit, Failure> {
    let catalog = open_with(global, source, DataFolder::Create).await?;
    let is_new = catalog.pause_source(&Viewer::operator(), source, reason, Timestamp::now()).await?;
    let pause = catalog.pause_now(source).await?;
    if global.json {
        output::json(&json!({ "schema": 1, "source": source, "paused": pause }))?;
        return Ok(Exit::Done);
    }
    let said = if is_new { "is paused" } else { "was paused already" };
    output::line(&format!(
        "{source} {said}: its schedule leaves it alone until `cairn source resume {source}`. A run that goes on is stopped by `cairn source stop {source}`."
    ))?;
    Ok(Exit::Done)
}

pub(crate) async fn resume(global: &Global, source: &str) -> Result<Exit, Failure> {
    let catalog = open_with(global, source, DataFolder::Create).await?;
    let was_paused = catalog.resume_source(&Viewer::operator(), source, Timestamp::now()).await?;
    if global.json {
        output::json(&json!({ "schema": 1, "source": source, "paused": null }))?;
        return Ok(Exit::Done);
    }
    let said = if was_paused { "runs on its schedule again" } else { "was not paused" };
    output::line(&format!("{source} {said}."))?;
    Ok(Exit::Done)
}

pub(crate) async fn stop(global: &Global, source: &str) -> Result<Exit, Failure> {
    let catalog = open_with(global, source, DataFolder::Existing).await?;
    let run = match catalog.stop_run(&Viewer::operator(), source, Timestamp::now()).await {
        Ok(run) => run,
        Err(CatalogError::NothingRuns(_)) => return report_nothing(global, source),
        Err(error) => return Err(error.into()),
    };
    let row = ended(&catalog, source, &run).await?;
    if global.json {
        output::json(&json!({ "schema": 1, "source": source, "run": run, "verdict": row.verdict }))?;
        return Ok(Exit::Done);
    }
    output::line(&format!("{source}: {} (run {run})", row.verdict.replace('_', " ")))?;
    Ok(Exit::Done)
}

fn report_nothing(global: &Global, source: &str) -> Result<Exit, Failure> {
    if global.json {
        output::json(&json!({ "schema": 1, "source": source, "run": null, "verdict": null }))?;
    } else {
        output::line(&format!("{source} is not being harvested: there is nothing to stop."))?;
    }
    Ok(Exit::Done)
}

/// Waits until a run that was asked to stop has ended.
async fn ended(catalog: &Catalog, source: &str, run: &str) -> Result<RunRow, Failure> {
    let begun = Instant::now();
    loop {
        let row = catalog.run_row(&Viewer::operator(), source, run).await?;
        if row.ended.is_some() {
            return Ok(row);
        }
        if begun.elapsed() > PATIENCE {
            let error = anyhow::anyhow!(
                "run {run} of {source} was asked to stop and has not ended: {} does not answer; where it stands still, its lease runs out within a minute",
                row.holder
            );
            return Err(Failure { exit: Exit::Failed, error });
        }
        tokio::time::sleep(LOOK).await;
    }
}
