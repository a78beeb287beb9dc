//! `cairn up`: harvests the enabled sources, serves, and keeps harvesting on schedule.

use std::sync::Arc;
use std::time::Instant;

use cairn_catalog::{Catalog, HarvestOptions, Scheduler};
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
    if let Err(failure) = first_round(&catalog, &scheduler, &bars, global.json).await {
        error!(error = %failure.error, "the first round of harvests went wrong");
    }
    readiness.first_round_done();
    scheduler.run().await;
    serving.end().await
}

/// Harvests what is due at the start and says how it went.
async fn first_round(catalog: &Catalog, scheduler: &Scheduler, bars: &Bars, json: bool) -> Result<(), Failure> {
    let begun = Instant::now();
    let due = scheduler.due_at_start(Timestamp::now()).await?;
    let results = scheduler.harvest_all(&due, &HarvestOptions::default()).await;
    bars.clear();
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
