//! `cairn harvest`: harvests sources now, beside a running server or without one.

use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::{Catalog, CatalogError, HarvestOptions, RunReport, Scheduler, Verdict, WriterLock};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::runs::print_problems;
use crate::arguments::{Global, Harvest};
use crate::exit::{Exit, Failure, of_runs, with_failure};
use crate::open::{DataFolder, open};
use crate::output;
use crate::progress::Bars;
use crate::signals::stop_on_signals;

/// How long the holder of the index writer may take to follow.
const PATIENCE: Duration = Duration::from_mins(2);

/// How often is looked whether another process asks for the index writer.
const LOOK_WHO_ASKS: Duration = Duration::from_millis(200);

/// The JSON answer.
#[derive(Debug, Serialize)]
struct HarvestAnswer<'a> {
    schema: u32,
    exit: u8,
    runs: &'a [RunReport],
    /// Sources whose run could not be kept: the store failed under it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<FailedSource>,
}

/// A source that was not harvested, and why.
#[derive(Debug, Serialize)]
struct FailedSource {
    source: String,
    error: String,
}

pub(crate) async fn run(global: &Global, harvest: Harvest) -> Result<Exit, Failure> {
    let folder = if harvest.dry_run { DataFolder::AsIs } else { DataFolder::Create };
    let (_, catalog) = open(global, folder).await?;
    let chosen = chosen(&catalog, &harvest.sources)?;
    let sources = without_paused(&catalog, chosen, harvest.sources.is_empty()).await?;
    let options = HarvestOptions {
        full: harvest.full,
        dry_run: harvest.dry_run,
        replay: harvest.replay,
        confirm_removals: harvest.confirm_removals,
        confirm_loosening: harvest.confirm_loosening,
        confirm_vanished: harvest.confirm_vanished,
        confirmed_by: None,
        cancel: CancellationToken::new(),
    };
    let stop = stop_on_signals();
    let bars = Arc::new(Bars::default());
    let scheduler = Scheduler::new(catalog.clone(), Arc::clone(&bars) as _, stop.clone());
    if !harvest.dry_run {
        catalog.remember_sources().await?;
        catalog.close_abandoned_runs().await?;
    }
    let following = CancellationToken::new();
    let follower = if harvest.dry_run { None } else { follow_meanwhile(&catalog, &following).await? };
    let results = scheduler.harvest_all(&sources, &options).await;
    bars.clear();
    let (mut reports, mut failures) = (Vec::new(), Vec::new());
    let mut failure: Option<CatalogError> = None;
    for (source, result) in results {
        match result {
            Ok(report) => reports.push(report),
            Err(error) => {
                eprintln!("error: {}: {error}", source.id);
                failures.push(FailedSource { source: source.id.clone(), error: error.to_string() });
                failure.get_or_insert(error);
            }
        }
    }
    following.cancel();
    if let Some(follower) = follower {
        follower.await.map_err(anyhow::Error::from)?;
    }
    let is_indexed = if harvest.dry_run { Indexed::Whole } else { wait_for_index(&catalog, &reports, &stop).await };
    let exit = is_indexed.exit(&reports, failure.map(|error| Failure::from(error).exit));
    if global.json {
        output::json(&HarvestAnswer { schema: 1, exit: exit as u8, runs: &reports, failures })?;
    } else {
        print_summary(&catalog, &reports, harvest.dry_run)?;
    }
    Ok(exit)
}

/// Whether searches find what a harvest wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Indexed {
    /// They do.
    Whole,
    /// Not yet: who holds the index did not follow in time.
    Later,
    /// Not yet: the command was stopped. Whoever writes the index next follows.
    Stopped,
    /// The index could not be written.
    Failed(Exit),
}

impl Indexed {
    /// The code of the command. What is in the store is done, at least in part, whatever becomes of the index.
    fn exit(self, reports: &[RunReport], failure: Option<Exit>) -> Exit {
        let of_runs = of_runs(reports);
        let exit = match self {
            Self::Later if of_runs == Exit::Done => Exit::Partial,
            Self::Whole | Self::Later => of_runs,
            Self::Stopped => Exit::Stopped,
            Self::Failed(exit) => exit,
        };
        failure.map_or(exit, |failure| with_failure(reports, exit, failure))
    }
}

/// Waits until searches find what was written, and says where they do not.
async fn wait_for_index(catalog: &Catalog, reports: &[RunReport], stop: &CancellationToken) -> Indexed {
    let seq = reports.iter().map(|report| report.seq).max().unwrap_or(0);
    let waited = tokio::select! {
        biased;
        waited = catalog.index_up_to(seq, PATIENCE, "harvest") => waited,
        // Who stops the command does not wait for the holder of the index.
        () = stop.cancelled() => return Indexed::Stopped,
    };
    match waited {
        Ok(_) => Indexed::Whole,
        Err(CatalogError::IndexUnavailable) => {
            eprintln!(
                "warning: what was harvested is kept, and searches do not find it yet: the process that holds the index is \
                 behind, and follows"
            );
            Indexed::Later
        }
        Err(error) => {
            eprintln!("error: what was harvested is kept, and the index could not be written: {error}");
            Indexed::Failed(Failure::from(error).exit)
        }
    }
}

fn chosen(catalog: &Catalog, ids: &[String]) -> Result<Vec<Arc<cairn_harvest::SourceConfig>>, Failure> {
    if ids.is_empty() {
        return Ok(catalog.sources().iter().filter(|source| source.enabled).cloned().collect());
    }
    ids.iter().map(|id| named(catalog, id)).collect()
}

/// The sources that are harvested: one that is paused only where it is named. Says of each what that means.
async fn without_paused(
    catalog: &Catalog,
    chosen: Vec<Arc<cairn_harvest::SourceConfig>>,
    is_every_one: bool,
) -> Result<Vec<Arc<cairn_harvest::SourceConfig>>, Failure> {
    let mut sources = Vec::new();
    for source in chosen {
        if let Some(pause) = catalog.pause_now(&source.id).await? {
            let (id, by) = (&source.id, &pause.by);
            let what = if is_every_one {
                format!("it is left out; `cairn harvest {id}` harvests it all the same")
            } else {
                format!("it is harvested because it is named, and stays paused; `cairn source resume {id}` ends that")
            };
            eprintln!("{id} is paused by {by}: {what}");
            if is_every_one {
                continue;
            }
        }
        sources.push(source);
    }
    Ok(sources)
}

/// A configured source, or an error that names the nearest one.
pub(super) fn named(catalog: &Catalog, id: &str) -> Result<Arc<cairn_harvest::SourceConfig>, Failure> {
    catalog.source(id).cloned().ok_or_else(|| {
        let ids: Vec<&str> = catalog.sources().iter().map(|source| source.id.as_str()).collect();
        let hint = cairn_harvest::config::nearest(id, &ids)
            .map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"));
        Failure::usage(format!("there is no source `{id}` in the configuration{hint}"))
    })
}

/// Lets the index follow while the harvest goes on, where no other process does it, and until one asks to: a server that
/// starts does not wait for the end of a long harvest.
async fn follow_meanwhile(
    catalog: &Catalog,
    stop: &CancellationToken,
) -> Result<Option<tokio::task::JoinHandle<()>>, Failure> {
    match catalog.take_index_writer("harvest", jiff::Timestamp::now()).await {
        Ok(follower) => {
            let (stop, data) = (stop.child_token(), catalog.data_folder().to_owned());
            // Whoever still asks says so again at once.
            WriterLock::ask_no_more(&data);
            let following = tokio::spawn(follower.follow(stop.clone()));
            tokio::spawn(async move {
                while stop.run_until_cancelled(tokio::time::sleep(LOOK_WHO_ASKS)).await.is_some() {
                    if WriterLock::is_asked_for(&data) {
                        stop.cancel();
                    }
                }
            });
            Ok(Some(following))
        }
        Err(CatalogError::Held { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The table at the end of a harvest, and what needs somebody's attention. A run that was not written cannot be looked
/// at later, so its problems are listed at once.
pub(super) fn print_summary(catalog: &Catalog, reports: &[RunReport], is_dry: bool) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = reports
        .iter()
        .map(|report| {
            vec![
                report.source.clone(),
                words(report.verdict).to_owned(),
                report.listed.to_string(),
                report.new.to_string(),
                report.changed.to_string(),
                report.unchanged.to_string(),
                report.missing.to_string(),
                report.retired.to_string(),
                report.problems.to_string(),
                format!("{:.1}", report.seconds),
            ]
        })
        .collect();
    output::table(
        &["source", "verdict", "listed", "new", "changed", "unchanged", "missing", "retired", "problems", "seconds"],
        &rows,
    )?;
    for report in reports {
        if let Some(reason) = &report.reason {
            output::line(&format!("{}: {reason}", report.source))?;
        }
        if matches!(report.verdict, Verdict::EmptyRefused | Verdict::GuardTripped) && !is_dry {
            output::line(&format!(
                "{source}: nothing was removed. Look at `cairn runs {source} --problems {run}`, then `cairn harvest {source} --confirm-removals {run}`.",
                source = report.source,
                run = report.run
            ))?;
        }
        if report.loosenings_held > 0 && !is_dry {
            output::line(&format!(
                "{source}: terms that the source loosened are held as they were. Look at `cairn runs {source} --problems {run}`, then `cairn harvest {source} --confirm-loosening {run}`.",
                source = report.source,
                run = report.run
            ))?;
        }
        if report.vanished_held > 0 && !is_dry {
            output::line(&format!(
                "{source}: values of fields that vanished at the source are kept. Look at `cairn runs {source} --problems {run}`, then `cairn harvest {source} --confirm-vanished {run}` where they are to go.",
                source = report.source,
                run = report.run
            ))?;
        }
        if !report.problem_list.is_empty() {
            output::line(&format!("Problems of {}:", report.source))?;
            print_problems(&report.problem_list)?;
            let unlisted = report.problems.saturating_sub(report.problem_list.len() as u64);
            if unlisted > 0 {
                output::line(&format!("… and {unlisted} more."))?;
            }
        }
    }
    let worst = reports.iter().max_by_key(|report| report.problems).filter(|report| report.problems > 0);
    if let (Some(worst), true) = (worst, catalog.sources().len() > 1 && !is_dry) {
        output::line(&format!("Problems of a run: cairn runs {} --problems {}", worst.source, worst.run))?;
    }
    Ok(())
}

/// A verdict in words.
pub(super) fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Complete => "complete",
        Verdict::CompleteWithErrors => "complete with errors",
        Verdict::Partial => "partial",
        Verdict::EmptyRefused => "empty refused",
        Verdict::GuardTripped => "guard tripped",
        Verdict::Failed => "failed",
        Verdict::Cancelled => "cancelled",
        Verdict::LeaseLost => "lease lost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::tests::report;

    #[test]
    fn a_run_that_searches_do_not_find_yet_is_done_in_part_and_hides_nothing_that_is_worse() {
        let code = |verdict, indexed: Indexed, failure| indexed.exit(&[report(verdict, false)], failure);
        assert_eq!(code(Verdict::Complete, Indexed::Whole, None), Exit::Done);
        assert_eq!(code(Verdict::Complete, Indexed::Later, None), Exit::Partial);
        assert_eq!(code(Verdict::GuardTripped, Indexed::Later, None), Exit::Guard);
        assert_eq!(code(Verdict::Failed, Indexed::Later, None), Exit::Failed);
        assert_eq!(code(Verdict::Complete, Indexed::Stopped, None), Exit::Stopped);
        assert_eq!(code(Verdict::Complete, Indexed::Failed(Exit::Failed), None), Exit::Failed);
        assert_eq!(code(Verdict::Complete, Indexed::Whole, Some(Exit::Held)), Exit::Partial);
        assert_eq!(Indexed::Later.exit(&[report(Verdict::Failed, true)], None), Exit::Unreachable);
    }
}
