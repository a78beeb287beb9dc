//! `/sources` and `/source/{id}`: where records come from, and how that went, for those who operate the source.

pub(crate) mod preview;
pub(crate) mod problems;
pub(crate) mod quality;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use cairn_catalog::{CatalogError, RunRow, SourceOperation, SourceView, SourceViews};
use jiff::Timestamp;

use super::dataset::instant_in_words;
use super::groups::with;
use super::names::LANGUAGE;
use super::page::{PageError, render};
use super::visitor::{Header, Visitor};
use crate::api::previews::{DEFAULT_PAGES, MOST_PAGES};
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;

/// Runs that the page of a source tells of.
const MOST_RUNS: u32 = 10;

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    language: &'static str,
    header: Header,
    items: Vec<Source>,
    are_counted: bool,
}

#[derive(Template)]
#[template(path = "source.html")]
struct SourcePage {
    language: &'static str,
    header: Header,
    source: Source,
    operation: Option<Operation>,
}

/// A source in words.
struct Source {
    id: String,
    title: String,
    kind: String,
    address: String,
    records: Option<u64>,
    /// Where they are shown.
    found: String,
    unreachable_since: Option<String>,
    limitations: Option<String>,
}

/// What only those who operate it see of a source.
struct Operation {
    /// Whether its schedule runs.
    is_enabled: bool,
    /// Whether it stands in the configuration: nothing else can be read.
    is_configured: bool,
    paused: Option<String>,
    next_run: Option<String>,
    runs: Vec<RunInWords>,
    default_pages: u64,
    most_pages: u64,
}

/// A run in a line.
struct RunInWords {
    started: String,
    verdict: String,
    reason: Option<String>,
    listed: u64,
    new: u64,
    changed: u64,
    missing: u64,
    retired: u64,
    problems: u64,
}

/// Lists the sources that the viewer may know of.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let SourceViews { views, are_counted } = state.catalog.sources_at_hand(&viewer, Timestamp::now()).await?;
    let mut items: Vec<Source> = views.into_iter().map(source).collect();
    items.sort_by(|one, other| (&one.title, &one.id).cmp(&(&other.title, &other.id)));
    render(&SourcesPage { language: LANGUAGE, header, items, are_counted })
}

/// Shows a source, as far as the viewer may know of it.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let PathOf(id) = id?;
    let SourceViews { views, are_counted } = state.catalog.sources_at_hand(&viewer, Timestamp::now()).await?;
    // Whether there is another that they may know of, only a search tells.
    let absent = || if are_counted { ApiError::not_found() } else { CatalogError::IndexUnavailable.into() };
    let mut view = views.into_iter().find(|view| view.id == id).ok_or_else(absent)?;
    let operation = match view.operation.take() {
        Some(told) => Some(operation(told, state.catalog.runs_of(&viewer, &id, MOST_RUNS).await?)),
        None => None,
    };
    render(&SourcePage { language: LANGUAGE, header, source: source(view), operation })
}

fn source(view: SourceView) -> Source {
    Source {
        address: address(&view.id, "", &[]),
        found: with("/search", &[("source", &view.id)]),
        title: view.title,
        kind: view.kind,
        records: view.records,
        unreachable_since: view.unreachable_since.map(instant_in_words),
        limitations: view.limitations,
        id: view.id,
    }
}

fn operation(told: SourceOperation, runs: Vec<RunRow>) -> Operation {
    Operation {
        is_enabled: told.enabled,
        is_configured: told.configured,
        paused: told.paused.map(|pause| match pause.reason {
            Some(reason) => format!("{}: {reason}", instant_in_words(pause.since)),
            None => instant_in_words(pause.since),
        }),
        next_run: told.next_run.map(instant_in_words),
        runs: runs.into_iter().map(run).collect(),
        default_pages: DEFAULT_PAGES,
        most_pages: MOST_PAGES,
    }
}

fn run(row: RunRow) -> RunInWords {
    RunInWords {
        started: instant_in_words(row.started),
        verdict: row.verdict.replace('_', " "),
        reason: row.reason,
        listed: row.counts.listed,
        new: row.counts.new,
        changed: row.counts.changed,
        missing: row.counts.missing,
        retired: row.counts.retired,
        problems: row.counts.problems,
    }
}

/// The address of a page about a source. Ids are words of a configuration file, so they are encoded.
fn address(id: &str, page: &str, pairs: &[(&str, &str)]) -> String {
    with(&format!("/source/{}{page}", in_path(id)), pairs)
}

/// A file or an answer of the API about a source.
fn api_address(id: &str, door: &str, pairs: &[(&str, &str)]) -> String {
    with(&format!("/api/v1/sources/{}/{door}", in_path(id)), pairs)
}

/// An id as a part of a path.
fn in_path(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20")
}
