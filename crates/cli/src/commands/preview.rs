//! `cairn source preview`: what a harvest would do, as far as the first pages of a source tell.

use std::time::Duration;

use cairn_catalog::{Catalog, FieldChange, Preview, PreviewFailure, PreviewOptions};
use cairn_policy::Viewer;
use jiff::Timestamp;
use serde_json::json;

use super::harvest::named;
use super::problems::print_kinds;
use super::runs::print_problems;
use crate::arguments::{Global, Preview as Arguments};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::signals::stop_on_signals;

/// Lines of a list; `--json` has more.
const MOST_LINES: usize = 20;

pub(crate) async fn run(global: &Global, catalog: &Catalog, arguments: &Arguments) -> Result<Exit, Failure> {
    let source = named(catalog, &arguments.source)?;
    let options = PreviewOptions {
        pages: arguments.pages,
        time: Duration::from_secs(arguments.seconds),
        cancel: stop_on_signals(),
    };
    // Whoever may open the data folder operates every source of it.
    catalog.log_operator_read("source preview", Timestamp::now()).await?;
    let preview = catalog.preview(&Viewer::operator(), &source.id, &options, Timestamp::now()).await?;
    if global.json {
        output::json(&json!({ "schema": 1, "preview": preview }))?;
    } else {
        print(&preview)?;
    }
    Ok(match &preview.failed {
        _ if options.cancel.is_cancelled() => Exit::Stopped,
        None => Exit::Done,
        Some(PreviewFailure { is_temporary: true, .. }) => Exit::Unreachable,
        Some(_) => Exit::Failed,
    })
}

fn print(preview: &Preview) -> Result<(), Failure> {
    let expected = preview.expected.map_or(String::new(), |expected| format!(" of {expected}"));
    output::line(&format!(
        "{}: {} records{expected}; pages: {}, requests: {}",
        preview.source, preview.listed, preview.pages, preview.requests
    ))?;
    if let Some(failure) = &preview.failed {
        output::line(&format!("It cannot be read on: {}", failure.message))?;
    } else if let Some(reason) = &preview.reason {
        output::line(&format!("Not all of it was read: {reason}"))?;
    }
    let missing = preview.would_go_missing.map_or("not known".to_owned(), |missing| missing.to_string());
    let counts = [preview.new, preview.changed, preview.unchanged].map(|count| count.to_string());
    let [new, changed, unchanged] = counts;
    output::line("")?;
    output::table(
        &["new", "changed", "unchanged", "would go missing", "problems"],
        &[vec![new, changed, unchanged, missing, preview.problems.to_string()]],
    )?;
    let records = preview.new_records.iter();
    let new = records.map(|one| vec![one.source_record_id.clone(), one.title.clone().unwrap_or_default()]).collect();
    list("New", &["record", "title"], new, preview.new)?;
    let changed = preview.changed_records.iter();
    let changed = changed.flat_map(|record| change_rows(&record.source_record_id, &record.fields)).collect();
    list("Changed", &["record", "field", "before", "after"], changed, 0)?;
    let missing = preview.missing_records.iter().map(|id| vec![id.clone()]).collect();
    list("Would go missing", &["record"], missing, preview.would_go_missing.unwrap_or(0))?;
    if !preview.problem_kinds.is_empty() {
        heading("Problems by kind")?;
        print_kinds(&preview.problem_kinds)?;
        heading("Problems")?;
        print_problems(&preview.problem_list[..preview.problem_list.len().min(MOST_LINES)])?;
        more(preview.problems.saturating_sub(MOST_LINES as u64))?;
    }
    let unread = preview.unread_fields.iter();
    let unread = unread.map(|one| vec![one.field.clone(), one.records.to_string(), one.example.clone()]).collect();
    let title =
        format!("Fields of which nothing is read, in the {} records that were searched", preview.searched_records);
    list(&title, &["field", "records", "for example"], unread, 0)?;
    heading("Nothing was written: this is what a harvest would do.")
}

fn change_rows(id: &str, fields: &[FieldChange]) -> Vec<Vec<String>> {
    if fields.is_empty() {
        // A change of what only some may see, or of what no field shows.
        return vec![vec![id.to_owned(), String::new(), String::new(), String::new()]];
    }
    let side = |side: &Option<String>| side.clone().unwrap_or_default();
    fields.iter().map(|one| vec![id.to_owned(), one.field.clone(), side(&one.before), side(&one.after)]).collect()
}

/// The first lines of a list, of `total` or as many as there are.
fn list(title: &str, columns: &[&str], mut rows: Vec<Vec<String>>, total: u64) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    heading(title)?;
    let total = total.max(rows.len() as u64);
    rows.truncate(MOST_LINES);
    output::table(columns, &rows)?;
    more(total - rows.len() as u64)
}

fn heading(text: &str) -> Result<(), Failure> {
    output::line("")?;
    output::line(text)
}

fn more(unlisted: u64) -> Result<(), Failure> {
    if unlisted == 0 {
        return Ok(());
    }
    output::line(&format!("… and {unlisted} more."))
}
