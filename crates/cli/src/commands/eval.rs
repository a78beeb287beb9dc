//! `cairn eval`: how well searches find what people judged.

use std::path::Path;
use std::time::Duration;

use cairn_catalog::{Figures, Relevance};
use jiff::Timestamp;
use serde_json::json;

use crate::arguments::{Eval, Global};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open, viewer};
use crate::output;

/// How long the index may take to catch up before it is measured.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) async fn run(global: &Global, eval: &Eval) -> Result<Exit, Failure> {
    let (queries, judgements) = (read(&eval.queries)?, read(&eval.judgements)?);
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    let viewer = viewer(&catalog, &eval.identity, "eval").await?;
    catalog.catch_index_up(PATIENCE).await?;
    let source = eval.source.as_deref();
    let mut relevance = catalog.judge_searches(&viewer, &queries, &judgements, source, Timestamp::now()).await?;
    relevance.queries.sort_by(|one, other| one.cairn.ndcg_10_judged.total_cmp(&other.cairn.ndcg_10_judged));
    if global.json {
        let relevance = serde_json::to_value(&relevance)?;
        output::json(&json!({ "schema": 1, "relevance": relevance }))?;
        return Ok(Exit::Done);
    }
    print(&relevance, eval.by_query)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

fn print(relevance: &Relevance, by_query: bool) -> Result<Exit, Failure> {
    let row = |name: &str, figures: Figures| {
        let figures = figures.by_name();
        std::iter::once(name.to_owned()).chain(figures.values().map(|figure| format!("{figure:.3}"))).collect()
    };
    let headings: Vec<&str> = std::iter::once("ranking").chain(Figures::default().by_name().into_keys()).collect();
    let rows = [
        row("cairn, any words", relevance.cairn),
        row("cairn by default", relevance.default),
        row("plain BM25", relevance.plain),
    ];
    output::table(&headings, &rows)?;
    let judged = relevance.queries.len();
    output::line(&format!(
        "{judged} queries; {} more have no relevant record. {} judged records are not in the catalogue.",
        relevance.without_answer, relevance.absent
    ))?;
    if by_query {
        let rows: Vec<Vec<String>> = relevance
            .queries
            .iter()
            .map(|one| {
                let figures = [one.cairn, one.default, one.plain].map(|one| format!("{:.3}", one.ndcg_10_judged));
                std::iter::once(one.query.clone()).chain(figures).chain([one.text.clone()]).collect()
            })
            .collect();
        output::table(&["query", "any words", "default", "plain", "words"], &rows)?;
    }
    Ok(Exit::Done)
}
