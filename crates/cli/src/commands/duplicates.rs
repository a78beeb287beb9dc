//! `cairn duplicates`: records that describe the same data, and what people say of them.

use std::time::Duration;

use cairn_catalog::{Catalog, DuplicateDecision, DuplicatePair};
use cairn_model::DatasetId;
use cairn_model::registry::REGISTERED;
use cairn_policy::Viewer;
use cairn_server::json;
use jiff::Timestamp;
use serde_json::{Value, json as document};

use super::harvest::named;
use crate::arguments::Global;
use crate::arguments::duplicates::{DecideDuplicates, Duplicates};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;

/// How long to wait for another process to bring the index up.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) async fn run(global: &Global, duplicates: Duplicates) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    if let Some(decision) = duplicates.decision {
        return decide(global, &catalog, decision).await;
    }
    if duplicates.decided {
        return list_decisions(global, &catalog).await;
    }
    catalog.catch_index_up(PATIENCE).await?;
    match duplicates.of.map(|of| of.parse::<DatasetId>().map_err(|_| of)) {
        Some(Ok(id)) => list_of_record(global, &catalog, id).await,
        Some(Err(source)) => list_pairs(global, &catalog, Some(&source)).await,
        None => list_pairs(global, &catalog, None).await,
    }
}

async fn decide(global: &Global, catalog: &Catalog, decision: DecideDuplicates) -> Result<Exit, Failure> {
    let (pair, decision, said) = match decision {
        DecideDuplicates::Confirm(pair) => (pair, Some(DuplicateDecision::Confirmed), "confirmed"),
        DecideDuplicates::Reject(pair) => (pair, Some(DuplicateDecision::Rejected), "rejected"),
        DecideDuplicates::Forget(pair) => (pair, None, "forgotten"),
    };
    let is_new = catalog.decide_duplicates(pair.id, pair.other, decision, Timestamp::now()).await?;
    if global.json {
        output::json(&document!({ "schema": 1, "decision": said, "id": pair.id, "other": pair.other, "new": is_new }))?;
    } else if is_new {
        output::line(&format!("{} and {}: {said}.", pair.id, pair.other))?;
    } else {
        output::line(&format!("{} and {}: {said} already.", pair.id, pair.other))?;
    }
    Ok(Exit::Done)
}

async fn list_of_record(global: &Global, catalog: &Catalog, id: DatasetId) -> Result<Exit, Failure> {
    let duplicates = catalog.duplicates(&Viewer::anonymous(), id).await?;
    if global.json {
        output::json(&json::duplicates_answer(duplicates, "en")?)?;
        return Ok(Exit::Done);
    }
    for one in &duplicates {
        let title = one.title.best("en").unwrap_or_default();
        output::line(&format!("{:.2} {} {} {title} ({})", one.confidence, kind(one.is_exact), one.id, one.source))?;
        for ground in &one.evidence {
            output::line(&format!("     {}", ground.words))?;
        }
    }
    Ok(Exit::Done)
}

async fn list_pairs(global: &Global, catalog: &Catalog, source: Option<&str>) -> Result<Exit, Failure> {
    let pairs = catalog.duplicate_pairs(source).await?;
    // A source that is not configured any more may have left records, and one that never was is a mistake.
    if let Some(id) = source.filter(|id| pairs.is_empty() && *id != REGISTERED) {
        named(catalog, id)?;
    }
    if global.json {
        let pairs: Vec<Value> = pairs.iter().map(pair_body).collect();
        output::json(&document!({ "schema": 1, "pairs": pairs }))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = pairs
        .iter()
        .map(|pair| {
            vec![
                format!("{:.2}", pair.confidence),
                kind(pair.is_exact).to_owned(),
                pair.left.id.to_string(),
                pair.right.id.to_string(),
                format!("{} {}", pair.left.source, pair.right.source),
                pair.left.title.best("en").unwrap_or_default().to_owned(),
                pair.evidence.join(" "),
            ]
        })
        .collect();
    output::table(&["confidence", "kind", "record", "other", "sources", "title", "evidence"], &rows)?;
    Ok(Exit::Done)
}

fn pair_body(pair: &DuplicatePair) -> Value {
    let record = |card: &cairn_catalog::Card| document!({ "id": card.id, "title": card.title.best("en"), "source": card.source });
    document!({ "records": [record(&pair.left), record(&pair.right)], "confidence": hundredths(pair.confidence),
        "kind": kind(pair.is_exact), "evidence": pair.evidence })
}

async fn list_decisions(global: &Global, catalog: &Catalog) -> Result<Exit, Failure> {
    let decisions = catalog.duplicate_decisions().await?;
    let name = |decision| match decision {
        DuplicateDecision::Confirmed => "confirmed",
        DuplicateDecision::Rejected => "rejected",
    };
    if global.json {
        let decisions: Vec<Value> = decisions
            .iter()
            .map(|one| {
                document!({ "records": [one.low, one.high], "decision": name(one.decision), "at": one.at, "actor": one.actor })
            })
            .collect();
        output::json(&document!({ "schema": 1, "decisions": decisions }))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = decisions
        .iter()
        .map(|one| {
            let day = one.at.strftime("%Y-%m-%d").to_string();
            vec![name(one.decision).to_owned(), one.low.to_string(), one.high.to_string(), day, one.actor.clone()]
        })
        .collect();
    output::table(&["decision", "record", "other", "said", "by"], &rows)?;
    Ok(Exit::Done)
}

fn kind(is_exact: bool) -> &'static str {
    if is_exact { "exact" } else { "near" }
}

fn hundredths(confidence: f64) -> f64 {
    (confidence * 100.0).round() / 100.0
}
