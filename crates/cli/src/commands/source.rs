//! `cairn source`: the configured sources, whether they can be read, and what they would bring.

use std::sync::Arc;

use cairn_catalog::{Catalog, CatalogError, HarvestOptions, RunReport, Silent, SourceOperation, SourceView};
use cairn_fetch::Url;
use cairn_harvest::{KINDS, SourceConfig};
use cairn_model::registry::REGISTERED;
use cairn_policy::Viewer;
use jiff::Timestamp;
use serde_json::json;

use super::harvest::{named, words};
use super::interventions;
use crate::arguments::{Global, Source};
use crate::config::Config;
use crate::exit::{Exit, Failure, of_runs};
use crate::open::{DataFolder, fetcher, open};
use crate::output;

pub(crate) async fn run(global: &Global, source: Source) -> Result<Exit, Failure> {
    match source {
        Source::List => list(global).await,
        Source::Kinds => kinds(global),
        Source::Detect { url, allow_private } => detect(global, &url, allow_private).await,
        Source::Check { sources } => check(global, &open(global, DataFolder::AsIs).await?.1, &sources).await,
        Source::Pause { source, reason } => interventions::pause(global, &source, reason.as_deref()).await,
        Source::Resume { source } => interventions::resume(global, &source).await,
        Source::Stop { source } => interventions::stop(global, &source).await,
        Source::Purge(purge) => super::purge::run(global, &purge).await,
        Source::Problems(problems) => {
            let (config, catalog) = open(global, DataFolder::Existing).await?;
            super::problems::run(global, &config, &catalog, &problems).await
        }
        Source::Preview(preview) => {
            let (_, catalog) = open(global, DataFolder::AsIs).await?;
            super::preview::run(global, &catalog, &preview).await
        }
    }
}

/// The sources and their last runs. Where nothing was harvested yet, what the configuration says of them, and nothing
/// is created.
async fn views(global: &Global) -> Result<Vec<SourceView>, Failure> {
    if !global.data.join("cairn.db").try_exists()? {
        return Ok(Config::load(&global.config)?.load_sources(&global.config)?.iter().map(configured).collect());
    }
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    let now = Timestamp::now();
    let mut views = match catalog.sources_at_hand(&Viewer::operator(), now).await {
        // There is no source to be operated, in the store.
        Err(CatalogError::IndexUnavailable | CatalogError::IndexDamaged { .. }) => Vec::new(),
        answer => answer?.views,
    };
    // By the configuration of now: that of the store may be of an earlier one, and is for a harvest to change.
    for view in &mut views {
        let Some(operation) = view.operation.as_mut().filter(|_| view.id != REGISTERED) else { continue };
        let source = catalog.source(&view.id);
        operation.configured = source.is_some();
        operation.enabled = source.is_some_and(|source| source.enabled);
        if let Some(source) = source {
            operation.url = source.display_url();
            (view.title, view.kind) = (source.title.clone(), source.kind.clone());
        }
    }
    for source in catalog.sources() {
        if !views.iter().any(|view| view.id == source.id) {
            views.push(configured(source));
        }
    }
    views.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(views)
}

/// A source without records, as it is configured.
fn configured(source: &SourceConfig) -> SourceView {
    SourceView {
        id: source.id.clone(),
        title: source.title.clone(),
        kind: source.kind.clone(),
        records: Some(0),
        unreachable_since: None,
        limitations: source.limitations.clone(),
        operation: Some(SourceOperation {
            url: source.display_url(),
            enabled: source.enabled,
            configured: true,
            last_run: None,
            paused: None,
            next_run: None,
        }),
    }
}

async fn list(global: &Global) -> Result<Exit, Failure> {
    let views = views(global).await?;
    if global.json {
        output::json(&json!({ "schema": 1, "sources": views }))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = views
        .iter()
        .map(|view| {
            let operation = view.operation.as_ref();
            let last = operation.and_then(|one| one.last_run.as_ref());
            vec![
                view.id.clone(),
                view.kind.clone(),
                operation.map_or("", whether_it_runs).to_owned(),
                view.records.map_or(String::new(), |records| records.to_string()),
                last.map_or("never", |run| run.verdict.as_str()).replace('_', " "),
                last.and_then(|run| run.ended).map_or(String::new(), minute),
                operation.and_then(|one| one.next_run).map_or(String::new(), minute),
            ]
        })
        .collect();
    output::table(&["source", "kind", "enabled", "records", "last verdict", "ended", "next run"], &rows)?;
    for view in &views {
        for line in states(view) {
            output::line(&line)?;
        }
    }
    Ok(Exit::Done)
}

fn whether_it_runs(operation: &SourceOperation) -> &'static str {
    if operation.paused.is_some() {
        "paused"
    } else if operation.enabled {
        "yes"
    } else {
        "no"
    }
}

/// What is out of the ordinary with a source: that it is not reached, what it is not good for, and that it is paused.
pub(super) fn states(view: &SourceView) -> Vec<String> {
    let mut lines = Vec::new();
    let operation = view.operation.as_ref();
    if let Some(since) = view.unreachable_since {
        let next = operation.and_then(|one| one.next_run);
        let next = next.map_or(String::new(), |at| format!(", next try {}", minute(at)));
        lines.push(format!("{}: unreachable since {}{next}; its records stay as they are", view.id, minute(since)));
    }
    if let Some(limitations) = &view.limitations {
        lines.push(format!("{}: {limitations}", view.id));
    }
    if let Some(pause) = operation.and_then(|one| one.paused.as_ref()) {
        let reason = pause.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
        lines.push(format!("{}: paused since {} by {}{reason}", view.id, minute(pause.since), pause.by));
    }
    lines
}

/// The table of kinds.
fn kinds(global: &Global) -> Result<Exit, Failure> {
    if global.json {
        let kinds: Vec<_> = KINDS
            .iter()
            .map(|kind| json!({ "id": kind.id, "title": kind.title, "description": kind.description }))
            .collect();
        output::json(&json!({ "schema": 1, "kinds": kinds }))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> =
        KINDS.iter().map(|kind| vec![kind.id.to_owned(), kind.description.to_owned()]).collect();
    output::table(&["kind", "what it is"], &rows)?;
    Ok(Exit::Done)
}

/// Asks an address of which kind it is, and shows what to configure.
async fn detect(global: &Global, address: &str, allow_private: bool) -> Result<Exit, Failure> {
    let url = Url::parse(address).map_err(|error| Failure::usage(format!("`{address}` is no address: {error}")))?;
    let config = Config::load(&global.config)?;
    let fetcher = fetcher(&config, global)?;
    let found = cairn_harvest::detect::detect(&fetcher, &url, allow_private).await;
    let found = found.map_err(|error| anyhow::anyhow!("{error}"))?;
    if global.json {
        output::json(&json!({ "schema": 1, "found": found }))?;
    } else if found.is_empty() {
        output::line("It answers as no kind of source that is known. `cairn source kinds` lists them.")?;
    } else {
        for one in &found {
            output::line(&format!("kind = \"{}\"", one.kind))?;
            output::line(&format!("url = \"{}\"", one.url))?;
        }
    }
    Ok(if found.is_empty() { Exit::Failed } else { Exit::Done })
}

async fn check(global: &Global, catalog: &Catalog, ids: &[String]) -> Result<Exit, Failure> {
    let chosen: Vec<_> = if ids.is_empty() {
        catalog.sources().iter().filter(|source| source.enabled).cloned().collect()
    } else {
        ids.iter().map(|id| named(catalog, id)).collect::<Result<_, _>>()?
    };
    let mut reports = Vec::new();
    for source in &chosen {
        reports.push(read_only(catalog, source).await?);
    }
    if global.json {
        output::json(&json!({ "schema": 1, "runs": reports }))?;
    } else {
        for report in &reports {
            let reason = report.reason.as_deref().unwrap_or_default();
            output::line(&format!("{}: {}, {} records {reason}", report.source, words(report.verdict), report.listed))?;
        }
    }
    Ok(of_runs(&reports))
}

async fn read_only(catalog: &Catalog, source: &Arc<cairn_harvest::SourceConfig>) -> Result<RunReport, Failure> {
    let options = HarvestOptions { dry_run: true, ..HarvestOptions::default() };
    Ok(catalog.harvest(source, &options, &Silent, Timestamp::now()).await?)
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
