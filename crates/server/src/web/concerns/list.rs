//! `/concerns`: those that the viewer looks into or that their organisation raised, first due first.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use cairn_catalog::{Catalog, Concern, Registered};
use cairn_model::registry::ConcernState;
use cairn_policy::Viewer;
use jiff::Timestamp;

use super::{Subject, kind_in_words, state_in_words, subject};
use crate::error::ApiError;
use crate::state::AppState;
use crate::web::dataset::instant_in_words;
use crate::web::names::LANGUAGE;
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, SignedInVisitor, to_sign_in};

/// Concerns of a part that the page shows; the API has all.
const MOST_ROWS: usize = 100;

#[derive(Template)]
#[template(path = "concerns.html")]
struct ConcernsPage {
    language: &'static str,
    header: Header,
    parts: Vec<Part>,
}

struct Part {
    id: &'static str,
    heading: &'static str,
    nothing: &'static str,
    rows: Vec<Row>,
    more: usize,
}

struct Row {
    address: String,
    subject: Subject,
    kind: &'static str,
    serious: bool,
    raised: String,
    state: &'static str,
    due: Option<String>,
    overdue: bool,
}

/// Shows the concerns that the viewer may know of.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    let (catalog, viewer) = (&state.catalog, visitor.viewer());
    let desk = catalog.concern_desk(viewer).await?;
    let parts = vec![
        part(catalog, viewer, "waiting", desk.waiting).await?,
        part(catalog, viewer, "examined", desk.examined).await?,
        part(catalog, viewer, "ended", desk.ended).await?,
    ];
    Ok(render(&ConcernsPage { language: LANGUAGE, header: visitor.header, parts })?.into_response())
}

async fn part(
    catalog: &Catalog,
    viewer: &Viewer,
    id: &'static str,
    concerns: Vec<Registered<Concern>>,
) -> Result<Part, PageError> {
    let (heading, nothing) = match id {
        "waiting" => ("Waiting for a first look", "None waits."),
        "examined" => ("Being looked into", "None is being looked into."),
        _ => ("With an outcome", "None has an outcome yet."),
    };
    let (more, now) = (concerns.len().saturating_sub(MOST_ROWS), Timestamp::now());
    let mut rows = Vec::new();
    for concern in concerns.iter().take(MOST_ROWS) {
        rows.push(row(catalog, viewer, concern, now).await?);
    }
    Ok(Part { id, heading, nothing, rows, more })
}

async fn row(
    catalog: &Catalog,
    viewer: &Viewer,
    concern: &Registered<Concern>,
    now: Timestamp,
) -> Result<Row, PageError> {
    let body = &concern.body;
    let waits = body.state == ConcernState::Raised;
    Ok(Row {
        address: format!("/concern/{}", concern.id),
        subject: subject(catalog, viewer, &body.statement).await?,
        kind: kind_in_words(body.statement.kind).0,
        serious: body.statement.serious,
        raised: instant_in_words(concern.created),
        state: state_in_words(body.state),
        due: waits.then(|| instant_in_words(body.due)),
        overdue: body.is_overdue(now),
    })
}
