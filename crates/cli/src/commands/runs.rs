//! `cairn runs`: what became of harvests, and their problems.

use cairn_catalog::{CatalogError, RunProblem, SourceView};
use cairn_model::row_in_words;
use cairn_policy::Viewer;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::harvest::named;
use crate::arguments::{Global, Runs};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;

pub(crate) async fn run(global: &Global, runs: &Runs) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    // Whoever may open the data folder operates every source of it.
    let viewer = Viewer::operator();
    if let Some(run) = &runs.problems {
        let source = runs
            .source
            .as_deref()
            .ok_or_else(|| Failure::usage("say which source the run is of: cairn runs SOURCE --problems RUN"))?;
        catalog.log_operator_read("runs --problems", Timestamp::now()).await?;
        let (_, problems) = catalog.run_of(&viewer, source, run).await?;
        let kinds = catalog.problem_kinds_of_run(&viewer, source, run).await?;
        if global.json {
            output::json(&json!({ "schema": 1, "run": run, "kinds": kinds, "problems": problems }))?;
            return Ok(Exit::Done);
        }
        if !kinds.is_empty() {
            super::problems::print_kinds(&kinds)?;
            output::line("")?;
        }
        print_problems(&problems)?;
        return Ok(Exit::Done);
    }
    let rows = match &runs.source {
        Some(source) => match catalog.runs_of(&viewer, source, runs.limit).await {
            // A source that the store does not know may be configured and wait for its first run.
            Err(CatalogError::NotFound(_)) => {
                named(&catalog, source)?;
                Vec::new()
            }
            answer => answer?,
        },
        None => catalog.recent_runs(&viewer, runs.limit).await?,
    };
    let states = catalog.source_states(&viewer, runs.source.as_deref(), Timestamp::now()).await?;
    if global.json {
        output::json(&json!({ "schema": 1, "runs": rows, "unreachable": unreachable(&states) }))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.source.clone(),
                row.verdict.replace('_', " "),
                row.started.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
                row.counts.listed.to_string(),
                row.counts.new.to_string(),
                row.counts.changed.to_string(),
                row.counts.problems.to_string(),
                row.run.clone(),
            ]
        })
        .collect();
    output::table(&["source", "verdict", "started", "listed", "new", "changed", "problems", "run"], &rows)?;
    for line in states.iter().flat_map(super::source::states) {
        output::line(&line)?;
    }
    Ok(Exit::Done)
}

/// The sources that are not reached, since when, and when they are tried next.
fn unreachable(states: &[SourceView]) -> Vec<Value> {
    let mut unreachable = Vec::new();
    for view in states {
        if let Some(since) = view.unreachable_since {
            let next_try = view.operation.as_ref().and_then(|one| one.next_run);
            unreachable.push(json!({ "source": view.id, "since": since, "next_try": next_try }));
        }
    }
    unreachable
}

/// The problems of a run as a table.
pub(super) fn print_problems(problems: &[RunProblem]) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = problems
        .iter()
        .map(|row| {
            let position = &row.problem.position;
            let place = position
                .row
                .map(|row| row_in_words(row, position.sheet.as_deref()))
                .or_else(|| position.byte.map(|byte| format!("byte {byte}")))
                .or_else(|| position.record.map(|record| format!("record {record}")))
                .unwrap_or_default();
            vec![
                row.source_record_id.clone().unwrap_or_default(),
                place,
                position.column.clone().unwrap_or_else(|| row.problem.field.clone()),
                row.problem.code.clone(),
                row.problem.message.clone(),
                row.problem.value.clone().unwrap_or_default(),
            ]
        })
        .collect();
    output::table(&["record", "where", "field", "code", "problem", "value"], &rows)
}
