//! Tables of holdings on the command line: what became of one, those that were sent, and what undoes them.

use std::io::{IsTerminal, Write};

use cairn_catalog::{Catalog, Registered, RowOutcome, RowProblem, TableReport, TakenTable, UndoOutcome, UndoReport};
use cairn_policy::Viewer;
use cairn_server::json::{table_answer, taken_table_answer, undo_answer};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::arguments::Global;
use crate::exit::{Exit, Failure};
use crate::output;

/// Rows that are listed to people one by one.
const MOST_LISTED: usize = 50;

/// Tables that are read at a time.
const AT_A_TIME: u32 = 50;

/// What somebody who undoes a table said beforehand.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    /// That nothing is to be written.
    DryRun,
    /// That it is to be done.
    Yes,
    /// Nothing: they are asked.
    Ask,
}

/// Says what became of a table. With rows that could not be taken it was done in part.
pub(super) fn told(global: &Global, report: TableReport) -> Result<Exit, Failure> {
    let wrong = report.count(RowOutcome::Wrong);
    let exit = if wrong > 0 { Exit::Partial } else { Exit::Done };
    if global.json {
        let mut answer = table_answer(report)?;
        answer["schema"] = json!(1);
        output::json(&answer)?;
        return Ok(exit);
    }
    for problem in &report.problems {
        eprintln!("{}", problem.message);
    }
    let rows: Vec<Vec<String>> = report
        .rows
        .iter()
        .flat_map(|row| row.problems.iter().map(move |problem| (row, problem)))
        .map(|(row, RowProblem { problem, letters })| {
            let outcome = if row.outcome == RowOutcome::Wrong { "left out" } else { "taken" };
            let header = problem.position.column.as_deref().unwrap_or_default();
            let column = letters.as_ref().map_or_else(String::new, |letters| format!("{letters} ({header})"));
            vec![
                place(row.row, row.sheet.as_deref()),
                outcome.to_owned(),
                column,
                problem.field.clone(),
                problem.message.clone(),
            ]
        })
        .collect();
    let more = rows.len().saturating_sub(MOST_LISTED);
    if !rows.is_empty() {
        output::table(&["row", "", "column", "field", "what is wrong"], &rows[..rows.len() - more])?;
    }
    if more > 0 {
        eprintln!("{more} more problems: --json lists them all");
    }
    let [new, changed, unchanged] =
        [RowOutcome::New, RowOutcome::Changed, RowOutcome::Unchanged].map(|outcome| report.count(outcome));
    let done = if report.written { "" } else { "would be: " };
    output::line(&format!("{done}{new} new, {changed} changed, {unchanged} unchanged, {wrong} left out"))?;
    if let Some(id) = &report.table {
        eprintln!("`cairn holding undo {id}` undoes it");
    }
    Ok(exit)
}

/// The number of a row, with its sheet where several were read.
fn place(row: u64, sheet: Option<&str>) -> String {
    sheet.map_or_else(|| row.to_string(), |sheet| format!("{row} ({sheet})"))
}

/// Lists the tables that an organisation sent.
pub(super) async fn list(
    global: &Global,
    catalog: &Catalog,
    viewer: &Viewer,
    organisation: Option<&str>,
    now: Timestamp,
) -> Result<Exit, Failure> {
    let mut tables: Vec<Registered<TakenTable>> = Vec::new();
    let mut before: Option<String> = None;
    loop {
        let page = catalog.tables(viewer, organisation, before.as_deref(), AT_A_TIME, now).await?;
        tables.extend(page.items);
        match page.next {
            Some(next) => before = Some(next),
            None => break,
        }
    }
    if global.json {
        let tables: Vec<Value> = tables.into_iter().map(taken_table_answer).collect::<Result<_, _>>()?;
        output::json(&json!({ "schema": 1, "tables": tables }))?;
        return Ok(Exit::Done);
    }
    let row = |table: Registered<TakenTable>| {
        let TakenTable { organisation, role, new, changed, unchanged, wrong, undone, .. } = table.body;
        let counts = [new, changed, unchanged, wrong].map(|count| count.to_string());
        let undone = undone.map(|undone| undone.at.to_string()).unwrap_or_default();
        let ends = [undone, table.id];
        [table.created.to_string(), organisation, role].into_iter().chain(counts).chain(ends).collect::<Vec<String>>()
    };
    let rows: Vec<Vec<String>> = tables.into_iter().map(row).collect();
    let headings = ["sent", "organisation", "as", "new", "changed", "unchanged", "left out", "undone", "id"];
    output::table(&headings, &rows)?;
    Ok(Exit::Done)
}

/// Undoes a table. With holdings that were left it was done in part.
pub(super) async fn undo(
    global: &Global,
    catalog: &Catalog,
    viewer: &Viewer,
    id: &str,
    asked: Asked,
    now: Timestamp,
) -> Result<Exit, Failure> {
    match asked {
        Asked::DryRun => return undone(global, catalog.undo_table(viewer, id, true, now).await?, "would be"),
        Asked::Yes => {}
        Asked::Ask => {
            if !is_confirmed(&catalog.undo_table(viewer, id, true, now).await?)? {
                eprintln!("Nothing was undone.");
                return Ok(Exit::Stopped);
            }
        }
    }
    let report = catalog.undo_table(viewer, id, false, now).await?;
    if report.written {
        super::index(catalog, "holding").await;
    }
    undone(global, report, "were")
}

/// Asks on a terminal; where nobody can answer, nobody has said yes.
fn is_confirmed(told: &UndoReport) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("say --yes where nobody can be asked, or --dry-run"));
    }
    eprint!("{} Write `yes` to go on: ", sentence(told, "would be"));
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

fn sentence(report: &UndoReport, verb: &str) -> String {
    let count = |outcome| report.count(outcome);
    let mut told = format!(
        "{} {verb} withdrawn, {} restored, {} left as they are.",
        count(UndoOutcome::Withdrawn),
        count(UndoOutcome::Restored),
        count(UndoOutcome::Left)
    );
    if count(UndoOutcome::NotAllowed) > 0 {
        let more = format!(
            " {} are undone by stewards and administrators alone, and nothing by others while there are such.",
            count(UndoOutcome::NotAllowed)
        );
        told.push_str(&more);
    }
    told
}

fn undone(global: &Global, report: UndoReport, verb: &str) -> Result<Exit, Failure> {
    let is_whole = report.rows.iter().all(|row| row.problems.is_empty());
    let exit = if is_whole { Exit::Done } else { Exit::Partial };
    if global.json {
        let mut answer = undo_answer(report)?;
        answer["schema"] = json!(1);
        output::json(&answer)?;
        return Ok(exit);
    }
    let rows: Vec<Vec<String>> = report
        .rows
        .iter()
        .flat_map(|row| row.problems.iter().map(move |problem| (row, problem)))
        .map(|(row, problem)| vec![place(row.row, row.sheet.as_deref()), row.holding.clone(), problem.message.clone()])
        .collect();
    let more = rows.len().saturating_sub(MOST_LISTED);
    if !rows.is_empty() {
        output::table(&["row", "holding", "why it is left"], &rows[..rows.len() - more])?;
    }
    if more > 0 {
        eprintln!("{more} more are left: --json lists them all");
    }
    output::line(&sentence(&report, verb))?;
    Ok(exit)
}
