//! `cairn source problems`: what is wrong with a source now, by kind, as a table, or as a file.

use std::io::Write;

use cairn_catalog::{
    Catalog, ProblemFile, ProblemFilter, ProblemFormat, ProblemKind, ProblemRow, ProblemWalk, severity_code,
};
use cairn_model::{Severity, row_in_words};
use cairn_policy::Viewer;
use jiff::Timestamp;
use serde_json::json;

use crate::arguments::{Global, ProblemList, Problems};
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) async fn run(
    global: &Global,
    config: &Config,
    catalog: &Catalog,
    problems: &Problems,
) -> Result<Exit, Failure> {
    // Whoever may open the data folder operates every source of it.
    let viewer = Viewer::operator();
    catalog.log_operator_read("source problems", Timestamp::now()).await?;
    let filter = ProblemFilter {
        code: problems.code.clone(),
        severity: problems.severity.as_deref().map(|word| match word {
            "error" => Severity::Error,
            _ => Severity::Warning,
        }),
        field: problems.field.clone(),
    };
    let list = match problems.format {
        Some(list) => list,
        None if filter == ProblemFilter::default() => {
            kinds(global, &problems.source, &catalog.problem_kinds_of(&viewer, &problems.source).await?)?;
            return Ok(Exit::Done);
        }
        None if global.json => ProblemList::Json,
        None => ProblemList::Table,
    };
    let walk = catalog.walk_problems(&viewer, &problems.source, filter).await?;
    let public_url = &config.public_url();
    match list {
        ProblemList::Table => table(walk, public_url).await?,
        ProblemList::Csv => write(walk, ProblemFormat::Csv, public_url).await?,
        ProblemList::Json => write(walk, ProblemFormat::Json, public_url).await?,
        ProblemList::Jsonl => write(walk, ProblemFormat::JsonLines, public_url).await?,
    }
    Ok(Exit::Done)
}

fn kinds(global: &Global, source: &str, kinds: &[ProblemKind]) -> Result<(), Failure> {
    if global.json {
        return output::json(&json!({ "schema": 1, "source": source, "kinds": kinds }));
    }
    print_kinds(kinds)
}

/// Kinds of problems as a table.
pub(super) fn print_kinds(kinds: &[ProblemKind]) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = kinds
        .iter()
        .map(|kind| {
            let example = &kind.example;
            vec![
                kind.count.to_string(),
                severity_code(kind.severity).to_owned(),
                kind.code.clone(),
                example.problem.message.clone(),
                example.source_record_id.clone().unwrap_or_default(),
                example.problem.field.clone(),
                example.problem.value.clone().unwrap_or_default(),
            ]
        })
        .collect();
    output::table(&["problems", "severity", "code", "what is wrong", "for example", "field", "value"], &rows)
}

async fn table(mut walk: ProblemWalk, public_url: &str) -> Result<(), Failure> {
    let mut rows = Vec::new();
    while let Some(batch) = walk.next_batch().await? {
        for problem in batch {
            let row = ProblemRow::new(problem, public_url);
            rows.push(vec![
                severity_code(row.severity).to_owned(),
                row.code,
                row.source_record_id
                    .or(row.row.map(|number| row_in_words(number, row.sheet.as_deref())))
                    .unwrap_or_default(),
                row.column.unwrap_or(row.field),
                row.message,
                row.value.unwrap_or_default(),
                row.source_page.unwrap_or_default(),
            ]);
        }
    }
    output::table(&["severity", "code", "record", "field", "what is wrong", "value", "page"], &rows)
}

/// Writes every problem while it is read.
async fn write(mut walk: ProblemWalk, format: ProblemFormat, public_url: &str) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let mut file = ProblemFile::new(format);
    write!(out, "{}", file.opening()?)?;
    while let Some(batch) = walk.next_batch().await? {
        for problem in batch {
            write!(out, "{}", file.row(&ProblemRow::new(problem, public_url))?)?;
        }
    }
    write!(out, "{}", file.closing())?;
    out.flush()?;
    Ok(())
}
