//! `/register/table/{id}`: what undoes a table, told holding by holding before it is done.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use cairn_catalog::{CatalogError, UndoOutcome, UndoReport, UndoneRow};
use jiff::Timestamp;

use super::shown_of;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;
use crate::web::form::{STALE, SentForm, Told};
use crate::web::names::LANGUAGE;
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, SignedInVisitor, to_sign_in};

#[derive(Template)]
#[template(path = "undo_table.html")]
struct UndoPage {
    language: &'static str,
    header: Header,
    told_of: &'static str,
    told: Vec<Told>,
    report: Option<Report>,
}

struct Report {
    action: String,
    written: bool,
    withdrawn: usize,
    restored: usize,
    left: usize,
    not_allowed: usize,
    rows: Vec<Row>,
    /// Holdings that are not shown.
    others: usize,
}

impl Report {
    fn may_be_undone(&self) -> bool {
        !self.written && self.withdrawn + self.restored > 0 && self.not_allowed == 0
    }
}

struct Row {
    sheet: Option<String>,
    number: u64,
    address: String,
    outcome: &'static str,
    problems: Vec<String>,
}

/// Shows what would become of each holding that the table wrote.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    let PathOf(id) = id?;
    answer(&state, &visitor, &id, true, Vec::new()).await
}

/// Undoes the table.
pub(crate) async fn undo(
    State(state): State<AppState>,
    id: Result<PathOf<String>, ApiError>,
    sent: Result<SentForm, Response>,
) -> Result<Response, PageError> {
    let sent = match sent {
        Ok(sent) => sent,
        Err(kept) => return Ok(kept),
    };
    let PathOf(id) = id?;
    let told = if sent.is_current { Vec::new() } else { vec![Told::of_all(STALE)] };
    answer(&state, &sent.visitor, &id, !sent.is_current, told).await
}

async fn answer(
    state: &AppState,
    visitor: &SignedInVisitor,
    id: &str,
    dry_run: bool,
    mut told: Vec<Told>,
) -> Result<Response, PageError> {
    let mut status = if told.is_empty() { StatusCode::OK } else { StatusCode::FORBIDDEN };
    let place = state.whole_source_place(visitor.viewer()).await?;
    let undone = state.catalog.undo_table(visitor.viewer(), id, dry_run, Timestamp::now()).await;
    drop(place);
    let report = match undone {
        Ok(report) => Some(shown(report)),
        Err(CatalogError::Conflict { message, .. }) => {
            told.push(Told::of_all(message));
            status = StatusCode::CONFLICT;
            None
        }
        Err(error) => return Err(error.into()),
    };
    let told_of = "Nothing was undone";
    let page = UndoPage { language: LANGUAGE, header: visitor.header.clone(), told_of, told, report };
    Ok((status, render(&page)?).into_response())
}

fn shown(report: UndoReport) -> Report {
    let count = |outcome| report.count(outcome);
    let (withdrawn, restored) = (count(UndoOutcome::Withdrawn), count(UndoOutcome::Restored));
    let (left, not_allowed) = (count(UndoOutcome::Left), count(UndoOutcome::NotAllowed));
    let (rows, others) = shown_of(report.rows, |row| !row.problems.is_empty());
    let action = format!("/register/table/{}", report.table);
    let rows = rows.into_iter().map(row).collect();
    Report { action, written: report.written, withdrawn, restored, left, not_allowed, rows, others }
}

fn row(row: UndoneRow) -> Row {
    Row {
        sheet: row.sheet,
        number: row.row,
        address: format!("/holding/{}", row.holding),
        outcome: match row.outcome {
            UndoOutcome::Withdrawn => "Withdrawn",
            UndoOutcome::Restored => "As it was before",
            UndoOutcome::Left => "Left as it is",
            UndoOutcome::NotAllowed => "For a steward",
        },
        problems: row.problems.into_iter().map(|problem| problem.message).collect(),
    }
}
