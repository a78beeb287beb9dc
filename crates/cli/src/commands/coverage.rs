//! `cairn coverage`: who has what, where.

use cairn_catalog::{Coverage, CoverageCell, CoverageRequest};
use cairn_server::json;
use jiff::Timestamp;
use serde_json::json;

use crate::arguments::{self, Global};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open, viewer};
use crate::output;

pub(crate) async fn run(global: &Global, command: &arguments::coverage::Coverage) -> Result<Exit, Failure> {
    if command.csv && global.json {
        return Err(Failure::usage("--csv and --json: choose one"));
    }
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    let now = Timestamp::now();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("rows", &command.rows).append_pair("columns", &command.columns);
    query.extend_pairs(command.filters.pairs());
    let request = json::coverage_request(&query.finish(), catalog.vocabularies(), now).map_err(Failure::usage)?;
    let viewer = viewer(&catalog, &command.identity, "coverage").await?;
    catalog.catch_index_up(super::duplicates::PATIENCE).await?;
    let coverage = catalog.coverage(&viewer, &request, now).await?;
    if command.csv {
        output::file(&catalog.coverage_as_csv(&coverage, &request)?)?;
        return Ok(Exit::Done);
    }
    if global.json {
        let mut answer = json::coverage_answer(coverage, &request)?;
        answer["schema"] = json!(1);
        output::json(&answer)?;
        return Ok(Exit::Done);
    }
    print(&coverage, &request)?;
    Ok(Exit::Done)
}

/// Prints a line for each cell: a table of as many columns as there are countries fits no terminal.
fn print(coverage: &Coverage, request: &CoverageRequest) -> Result<(), Failure> {
    let label = |values: &[cairn_catalog::CoverageValue], code: &Option<String>| {
        values.iter().find(|one| one.code == *code).map(|one| one.label.clone()).unwrap_or_default()
    };
    let counts = |counts: &std::collections::BTreeMap<String, u64>| {
        counts.iter().map(|(code, count)| format!("{code} {count}")).collect::<Vec<_>>().join(", ")
    };
    let row = |CoverageCell { row, column, holdings, sharing, freshness, needs }: &CoverageCell| {
        vec![
            label(&coverage.rows, row),
            label(&coverage.columns, column),
            holdings.to_string(),
            counts(sharing),
            counts(freshness),
            needs.map(|needs| needs.without_holding.to_string()).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = coverage.cells.iter().map(row).collect();
    let headings = [request.rows.name(), request.columns.name(), "holdings", "sharing", "freshness", "unmet needs"];
    output::table(&headings, &rows)?;
    if coverage.needs_left_out > 0 {
        eprintln!("{} older needs were left out: ask for fewer countries or clusters", coverage.needs_left_out);
    }
    let left_out = coverage.rows_left_out + coverage.columns_left_out;
    if left_out > 0 {
        eprintln!("{left_out} rows and columns of fewer holdings were left out: narrow it down by filters");
    }
    Ok(())
}
