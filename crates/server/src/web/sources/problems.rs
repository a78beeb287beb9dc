//! `/source/{id}/problems`: what is wrong with a source now, by kind or one by one, so that its publisher can act on it.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use cairn_catalog::{FirstOfKind, ProblemKind, SourceProblem, severity_code};
use cairn_model::row_in_words;

use super::{address, api_address};
use crate::api::problems::filter;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::web::names::LANGUAGE;
use crate::web::page::{ExternalLink, PageError, render, safe_link};
use crate::web::visitor::{Header, Visitor};

/// Problems that each kind is shown with.
const FIRST: u64 = 3;
/// Problems of a page of them.
const PAGE_SIZE: usize = 100;

#[derive(Template)]
#[template(path = "source_problems.html")]
struct ProblemsPage {
    language: &'static str,
    header: Header,
    source: String,
    back: String,
    total: u64,
    kinds: Vec<Kind>,
    files: [(&'static str, String); 3],
}

#[derive(Template)]
#[template(path = "source_problem_list.html")]
struct ListPage {
    language: &'static str,
    header: Header,
    source: String,
    back: String,
    items: Vec<ProblemLine>,
    files: [(&'static str, String); 3],
    next: Option<String>,
}

/// The problems of a kind in words.
pub(super) struct Kind {
    pub(super) code: String,
    pub(super) severity: &'static str,
    pub(super) count: u64,
    /// The rule.
    pub(super) message: String,
    /// Where all of them are, where they are more than those shown here.
    pub(super) all: Option<String>,
    pub(super) first: Vec<ProblemLine>,
}

/// A problem in a line.
pub(super) struct ProblemLine {
    pub(super) severity: &'static str,
    pub(super) message: String,
    /// Title of the record, else its id at the source.
    pub(super) record: String,
    /// Its page here, where the viewer can see it.
    pub(super) dataset: Option<String>,
    /// Its page at the source.
    pub(super) source_page: Option<ExternalLink>,
    pub(super) field: String,
    pub(super) value: Option<String>,
    pub(super) place: String,
}

/// Shows the problems by kind, or, where one of a code, field or severity is asked for, one by one.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let Visitor { viewer, header } = visitor?;
    let PathOf(id) = id?;
    let parameters = Parameters::parse(query.as_deref());
    let narrowed: Vec<(&str, &str)> =
        parameters.pairs().filter(|(name, _)| matches!(*name, "code" | "severity" | "field")).collect();
    let files = [("CSV", "csv"), ("JSON", "json"), ("JSON Lines", "jsonl")]
        .map(|(name, ending)| (name, api_address(&id, &format!("problems.{ending}"), &narrowed)));
    let source = state.catalog.source_title(&id);
    if narrowed.is_empty() {
        let _place = state.whole_source_place(&viewer).await?;
        let kinds = state.catalog.problems_by_kind(&viewer, &id, FIRST).await?;
        let total = kinds.iter().map(|one| one.kind.count).sum();
        let kinds = kinds.into_iter().map(|one| with_first(one, &id)).collect();
        let back = address(&id, "", &[]);
        let page = ProblemsPage { language: LANGUAGE, header, source, back, total, kinds, files };
        return Ok(render(&page)?.into_response());
    }
    let after = parameters.one("after")?;
    let page = state.catalog.problems_of(&viewer, &id, filter(&parameters)?, after, PAGE_SIZE).await?;
    let next = page.next.map(|next| {
        let pairs: Vec<(&str, &str)> = narrowed.iter().copied().chain([("after", next.as_str())]).collect();
        address(&id, "/problems", &pairs)
    });
    let (items, back) = (page.items.into_iter().map(in_line).collect(), address(&id, "/problems", &[]));
    let page = ListPage { language: LANGUAGE, header, source, back, items, files, next };
    Ok(render(&page)?.into_response())
}

fn with_first(one: FirstOfKind, source: &str) -> Kind {
    let FirstOfKind { kind, first } = one;
    let severity = severity_code(kind.severity);
    let all = address(source, "/problems", &[("code", &kind.code), ("severity", severity)]);
    Kind {
        all: (kind.count > first.len() as u64).then_some(all),
        first: first.into_iter().map(in_line).collect(),
        ..of_kind(kind)
    }
}

/// A kind with its example alone.
pub(super) fn of_kind(kind: ProblemKind) -> Kind {
    let ProblemKind { code, severity, count, example } = kind;
    let message = example.problem.message.clone();
    let example = SourceProblem {
        record: None,
        source_record_id: example.source_record_id,
        title: None,
        source_page: None,
        problem: example.problem,
    };
    Kind { code, severity: severity_code(severity), count, message, all: None, first: vec![in_line(example)] }
}

fn in_line(one: SourceProblem) -> ProblemLine {
    let SourceProblem { record, source_record_id, title, source_page, problem } = one;
    let position = &problem.position;
    let place = [
        position.record.map(|number| format!("place {number} of the listing")),
        position.row.map(|number| row_in_words(number, position.sheet.as_deref())),
        position.column.as_ref().map(|name| format!("column {name}")),
    ];
    ProblemLine {
        severity: severity_code(problem.severity),
        message: problem.message,
        record: title.or(source_record_id).unwrap_or_default(),
        dataset: record.map(|id| format!("/dataset/{id}")),
        source_page: source_page.as_deref().and_then(safe_link),
        field: problem.field,
        value: problem.value,
        place: place.into_iter().flatten().collect::<Vec<_>>().join(", "),
    }
}
