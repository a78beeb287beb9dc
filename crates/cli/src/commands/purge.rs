//! `cairn source purge`: removes everything that is kept of a source for good.

use std::io::{IsTerminal, Write};

use cairn_catalog::{Catalog, CatalogError, PurgeReport, SourceHoldings};
use jiff::Timestamp;
use serde_json::json;

use crate::arguments::{Global, Purge};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;

pub(crate) async fn run(global: &Global, purge: &Purge) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    let preview = match catalog.purge_preview(&purge.source).await {
        Err(CatalogError::NotFound(_)) => {
            return Err(Failure::usage(format!("nothing is known of a source `{}`", purge.source)));
        }
        preview => preview?,
    };
    if purge.dry_run {
        return report(global, &preview, true);
    }
    if !purge.yes && !is_confirmed(&preview)? {
        eprintln!("Nothing was removed.");
        return Ok(Exit::Stopped);
    }
    let report_of_purge = purged(&catalog, purge).await?;
    report(global, &report_of_purge, false)
}

/// Tells the store which sources are configured, as it must know which of them stay, and purges.
async fn purged(catalog: &Catalog, purge: &Purge) -> Result<PurgeReport, Failure> {
    catalog.remember_sources().await?;
    catalog.close_abandoned_runs().await?;
    Ok(catalog.purge_source(&purge.source, purge.configured, Timestamp::now()).await?)
}

/// Asks on a terminal; where nobody can answer, nobody has said yes.
fn is_confirmed(preview: &PurgeReport) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("a purge cannot be undone: say --yes where nobody can be asked, or --dry-run"));
    }
    eprint!("{} It cannot be undone. Type the id of the source to go on: ", sentence(preview, "will be removed"));
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == preview.source)
}

fn report(global: &Global, report: &PurgeReport, is_dry: bool) -> Result<Exit, Failure> {
    if global.json {
        output::json(&json!({ "schema": 1, "dry_run": is_dry, "purge": report }))?;
        return Ok(Exit::Done);
    }
    output::line(&sentence(report, if is_dry { "would be removed" } else { "removed" }))?;
    if report.configured {
        output::line("It is still configured, so that it is harvested again when it is due.")?;
    }
    Ok(Exit::Done)
}

fn sentence(report: &PurgeReport, what: &str) -> String {
    let SourceHoldings { records, revisions, payloads, runs, listing_problems, held, duplicate_decisions, edits } =
        report.removed;
    format!(
        "{}: {records} records with {revisions} revisions and {payloads} payloads, {runs} runs, {listing_problems} problems \
         of its listing, {held} entries that wait or waited for confirmation, {duplicate_decisions} decisions on \
         duplicates, {edits} edits {what}.",
        report.source
    )
}
