//! `cairn quality`: how well the records of sources are described, and what they lack.

use cairn_catalog::SourceQuality;
use cairn_policy::Viewer;
use jiff::Timestamp;
use serde_json::json;

use crate::arguments::Global;
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;

/// Records that are shown; `--json` has more.
const MOST_LINES: usize = 15;

pub(crate) async fn run(global: &Global, source: Option<&str>) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    // Whoever may open the data folder operates every source of it.
    let (viewer, now) = (Viewer::operator(), Timestamp::now());
    catalog.log_operator_read("quality", now).await?;
    let qualities = match source {
        Some(source) => vec![catalog.quality_of(&viewer, source, now).await?],
        None => catalog.quality_of_sources(&viewer, now).await?,
    };
    if global.json {
        output::json(&json!({ "schema": 1, "sources": qualities }))?;
        return Ok(Exit::Done);
    }
    scores(&qualities)?;
    if source.is_some() {
        for quality in &qualities {
            details(quality)?;
        }
    }
    Ok(Exit::Done)
}

fn scores(qualities: &[SourceQuality]) -> Result<(), Failure> {
    let mut headings = vec!["source", "records", "score"];
    if let Some(first) = qualities.first() {
        headings.extend(first.dimensions.iter().map(|one| one.dimension));
    }
    let rows: Vec<Vec<String>> = qualities
        .iter()
        .map(|one| {
            let mut row = vec![one.source.clone(), one.records.to_string(), percent(one.score)];
            row.extend(one.dimensions.iter().map(|dimension| percent(dimension.score)));
            row
        })
        .collect();
    output::table(&headings, &rows)
}

fn details(quality: &SourceQuality) -> Result<(), Failure> {
    let freshness = &quality.freshness;
    output::line("")?;
    output::line(&format!(
        "Up to date: {}; due: {}; overdue: {}; given up: {}; nobody can tell: {}.",
        freshness.fresh, freshness.due, freshness.overdue, freshness.delinquent, freshness.unknown
    ))?;
    if !quality.missing.is_empty() {
        output::line("")?;
        let rows: Vec<Vec<String>> = quality
            .missing
            .iter()
            .map(|one| vec![one.records.to_string(), one.part.clone(), one.dimension.to_owned()])
            .collect();
        output::table(&["records", "lack", "needed to be"], &rows)?;
    }
    if quality.lowest.is_empty() {
        return Ok(());
    }
    output::line("")?;
    output::line("Described least")?;
    let rows: Vec<Vec<String>> = quality
        .lowest
        .iter()
        .take(MOST_LINES)
        .map(|one| {
            vec![
                percent(Some(one.score)),
                one.title.clone().unwrap_or_default(),
                one.missing.join(", "),
                one.source_record_id.clone(),
            ]
        })
        .collect();
    output::table(&["score", "title", "lacks", "record"], &rows)
}

fn percent(score: Option<f64>) -> String {
    score.map_or("-".to_owned(), |score| format!("{:.0}", score * 100.0))
}
