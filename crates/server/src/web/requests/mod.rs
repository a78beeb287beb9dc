//! `/requests`: requests for access, those that wait for the viewer's organisation to decide and those that it sent.

mod ask;
mod forward;
mod one;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use cairn_catalog::{AccessRequest, Catalog, Registered, RequestBox};
use cairn_model::registry::RequestState;
use cairn_policy::Viewer;
use jiff::Timestamp;

pub(crate) use self::ask::{send, show_form};
pub(crate) use self::one::{act, show};
use super::dataset::{date_in_words, instant_in_words};
use super::names::{LANGUAGE, NamedRecord, named_record, organisation_name};
use super::page::{PageError, render};
use super::visitor::{Header, SignedInVisitor, to_sign_in};
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::state::AppState;

/// Requests of a box that a page shows.
const PAGE_SIZE: u32 = 20;

#[derive(Template)]
#[template(path = "requests.html")]
struct RequestsPage {
    language: &'static str,
    header: Header,
    boxes: Vec<ShownBox>,
}

/// A part of the page.
struct ShownBox {
    id: &'static str,
    heading: &'static str,
    nothing: &'static str,
    rows: Vec<Row>,
    older: Option<String>,
}

struct Row {
    address: String,
    record: NamedRecord,
    organisation: String,
    sent: String,
    state: &'static str,
    due: Option<String>,
    overdue: bool,
}

/// Shows the requests, newest first: both boxes, or the one that is asked for.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    let parameters = Parameters::parse(wanted.query());
    let asked = match parameters.one("box")? {
        None => vec![RequestBox::Inbox, RequestBox::Sent],
        Some("inbox") => vec![RequestBox::Inbox],
        Some("sent") => vec![RequestBox::Sent],
        Some(_) => return Err(ApiError::bad_request("`box` is inbox or sent.").into()),
    };
    let before = parameters.one("before")?.filter(|_| asked.len() == 1);
    let mut boxes = Vec::new();
    for which in asked {
        boxes.push(shown(&state.catalog, visitor.viewer(), which, before).await?);
    }
    Ok(render(&RequestsPage { language: LANGUAGE, header: visitor.header, boxes })?.into_response())
}

async fn shown(
    catalog: &Catalog,
    viewer: &Viewer,
    which: RequestBox,
    before: Option<&str>,
) -> Result<ShownBox, PageError> {
    let page = catalog.newest_requests(viewer, which, before, PAGE_SIZE).await?;
    let now = Timestamp::now();
    let mut rows = Vec::with_capacity(page.items.len());
    for request in page.items {
        rows.push(row(catalog, viewer, request, now).await?);
    }
    let (id, heading, nothing) = match which {
        RequestBox::Inbox => ("inbox", "To be decided by your organisation", "Nobody has asked your organisation."),
        RequestBox::Sent => ("sent", "Sent by your organisation", "Your organisation has not asked anybody."),
    };
    let older = page.next.map(|next| format!("/requests?box={id}&before={next}"));
    Ok(ShownBox { id, heading, nothing, rows, older })
}

async fn row(
    catalog: &Catalog,
    viewer: &Viewer,
    request: Registered<AccessRequest>,
    now: Timestamp,
) -> Result<Row, PageError> {
    let body = request.body;
    let due = body.due();
    Ok(Row {
        address: format!("/request/{}", request.id),
        record: named_record(catalog, viewer, body.statement.record).await?,
        organisation: organisation_name(catalog, viewer, &body.organisation).await,
        sent: date_in_words(&request.created.strftime("%F").to_string()),
        state: state_in_words(body.state_at(now)),
        due: due.map(instant_in_words),
        overdue: due.is_some_and(|due| due <= now),
    })
}

/// Where a request stands, for people.
fn state_in_words(state: RequestState) -> &'static str {
    match state {
        RequestState::Sent => "Sent",
        RequestState::Seen => "Seen by the owner",
        RequestState::Asked => "The owner asks something",
        RequestState::Granted => "Granted",
        RequestState::Refused => "Refused",
        RequestState::Withdrawn => "Taken back",
        RequestState::Expired => "The grant has ended",
    }
}
