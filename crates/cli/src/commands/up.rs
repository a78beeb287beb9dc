//! `cairn up`: harvests the enabled sources, serves, and keeps harvesting on schedule.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_catalog::{Catalog, CatalogError, HarvestOptions, RunReport, Scheduler};
use cairn_harvest::SourceConfig;
use cairn_server::Readiness;
use jiff::Timestamp;
use tracing::error;

use super::harvest::print_summary;
use super::serve::Serving;
use crate::arguments::{Global, Listen};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;
use crate::progress::Bars;
use crate::signals::stop_on_signals;

/// How often it is looked whether every source has a verdict by now.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// A source and what became of it.
type Harvested = (Arc<SourceConfig>, Result<RunReport, CatalogError>);

pub(crate) async fn run(global: &Global, listen: &Listen) -> Result<Exit, Failure> {
    let (config, catalog) = open(global, DataFolder::Create).await?;
    let stop = stop_on_signals();
    let readiness = Readiness::default();
    let serving = Serving::start(&config, &catalog, listen, "up", readiness.clone(), stop.clone()).await?;
    catalog.remember_sources().await?;
    catalog.close_abandoned_runs().await?;
    let bars = Arc::new(Bars::default());
    let scheduler = Scheduler::new(catalog.clone(), Arc::clone(&bars) as _, stop.clone());
    if catalog.every_enabled_source_has_a_verdict().await? {
        readiness.first_round_done();
    }
    let begun = Instant::now();
    let due = scheduler.due_at_start(Timestamp::now()).await.inspect_err(|error| {
        error!(%error, "the first round of harvests went wrong");
    });
    let due = due.unwrap_or_default();
    let options = HarvestOptions::default();
    let first = scheduler.harvest_all(&due, &options);
    // The others go by their schedules meanwhile: one source that is slow holds up itself alone.
    let first = async {
        let results = first.await;
        bars.clear();
        if let Err(failure) = tell(&catalog, results, begun, global.json) {
            error!(error = %failure.error, "the first round of harvests went wrong");
        }
        // A source that another process is harvesting, or left behind, has none yet.
        while !catalog.every_enabled_source_has_a_verdict().await.unwrap_or_default() {
            if stop.run_until_cancelled(tokio::time::sleep(LOOK_AGAIN)).await.is_none() {
                return;
            }
        }
        readiness.first_round_done();
    };
    tokio::join!(first, scheduler.run());
    serving.end().await
}

/// Says how the first round went.
fn tell(catalog: &Catalog, results: Vec<Harvested>, begun: Instant, json: bool) -> Result<(), Failure> {
    let mut reports = Vec::new();
    for (source, result) in results {
        match result {
            Ok(report) => reports.push(report),
            Err(failure) => error!(source = source.id, %failure, "harvest failed"),
        }
    }
    if json || reports.is_empty() {
        return Ok(());
    }
    print_summary(catalog, &reports, false)?;
    output::line(&format!("Harvested in {:.1} s. Stop with Ctrl-C.", begun.elapsed().as_secs_f64()))
}
