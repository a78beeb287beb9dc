//! `/register`, `/holdings` and `/holding/{id}`: what an organisation registers itself, written in a form.
//!
//! A form can be looked at as each audience would see its record before anything is written.

mod fields;
mod preview;
mod sent_table;
pub(crate) mod table;
pub(crate) mod undo;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_catalog::{Catalog, CatalogError, Holding, Paging, Registered};
use cairn_model::Problem;
use cairn_model::registry::{HoldingState, HoldingStatement};
use jiff::Timestamp;

use self::fields::{as_typed, further, required, statement};
use self::preview::{Preview, previewed};
use super::dataset::date_in_words;
use super::form::{Field, Input, STALE, SentForm, Told, tell};
use super::groups::with;
use super::names::LANGUAGE;
use super::page::{PageError, render};
use super::visitor::{Header, SignedInVisitor, to_sign_in};
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;

/// Holdings of a page.
const PAGE_SIZE: u32 = 50;
/// Rows of a table that a page shows.
const MOST_SHOWN: usize = 500;

/// The rows that a page shows of all, in their order, and how many others there are: those of which something is told come before
/// the rest.
fn shown_of<T>(rows: Vec<T>, is_told: impl Fn(&T) -> bool) -> (Vec<T>, usize) {
    let others = rows.len().saturating_sub(MOST_SHOWN);
    let mut shown: Vec<(usize, T)> = rows.into_iter().enumerate().collect();
    shown.sort_by_key(|(_, row)| !is_told(row));
    shown.truncate(MOST_SHOWN);
    shown.sort_by_key(|(place, _)| *place);
    (shown.into_iter().map(|(_, row)| row).collect(), others)
}

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage {
    language: &'static str,
    header: Header,
    heading: &'static str,
    action: String,
    /// The holding that is changed, and the version of it that is written over.
    known: Option<Known>,
    told_of: &'static str,
    told: Vec<Told>,
    preview: Option<Preview>,
    required: Part,
    further: Part,
    /// Whether the further parts are unfolded.
    is_open: bool,
}

struct Known {
    id: String,
    version: u32,
    state: HoldingState,
}

impl Known {
    fn is_draft(&self) -> bool {
        self.state == HoldingState::Draft
    }

    fn is_withdrawn(&self) -> bool {
        self.state == HoldingState::Withdrawn
    }
}

/// A part of the form.
struct Part {
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "holdings.html")]
struct HoldingsPage {
    language: &'static str,
    header: Header,
    may_register: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    address: String,
    title: String,
    state: &'static str,
    changed: String,
    record: Option<String>,
}

/// Lists what the viewer's organisation registered, drafts and what is withdrawn among it.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    let viewer = visitor.viewer();
    let after = Parameters::parse(wanted.query()).one("after")?.unwrap_or_default().to_owned();
    let page = state.catalog.holdings(viewer, None, &Paging { after, limit: PAGE_SIZE }).await?;
    let shown = HoldingsPage {
        language: LANGUAGE,
        may_register: viewer.organisation().is_some_and(|own| viewer.manages(own)),
        rows: page.items.iter().map(row).collect(),
        next: page.next.map(|next| with("/holdings", &[("after", &next)])),
        header: visitor.header,
    };
    Ok(render(&shown)?.into_response())
}

fn row(holding: &Registered<Holding>) -> Row {
    Row {
        address: format!("/holding/{}", holding.id),
        title: holding.body.statement.title.best(LANGUAGE).unwrap_or_default().to_owned(),
        state: match holding.body.state {
            HoldingState::Draft => "Draft",
            HoldingState::Published => "Published",
            HoldingState::Withdrawn => "Withdrawn",
        },
        changed: date_in_words(&holding.changed.strftime("%F").to_string()),
        record: (holding.body.state == HoldingState::Published).then(|| format!("/dataset/{}", holding.id)),
    }
}

/// Shows the empty form.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    may_register(&visitor)?;
    page(&state.catalog, &visitor, None, &Parameters::default(), StatusCode::OK, Came::default())
}

/// Shows the form with what is said of a holding.
pub(crate) async fn show_one(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    let PathOf(id) = id?;
    let holding = state.catalog.holding(visitor.viewer(), &id).await?;
    may_register(&visitor)?;
    let typed = as_typed(&holding.body.statement, state.catalog.vocabularies());
    page(&state.catalog, &visitor, Some(&holding), &typed, StatusCode::OK, Came::default())
}

/// Previews, keeps as a draft or publishes what was typed, as a new holding.
pub(crate) async fn register(
    State(state): State<AppState>,
    sent: Result<SentForm, Response>,
) -> Result<Response, PageError> {
    let sent = match sent {
        Ok(sent) => sent,
        Err(kept) => return Ok(kept),
    };
    may_register(&sent.visitor)?;
    written(&state.catalog, sent, None).await
}

/// The same, of a holding that is there.
pub(crate) async fn change(
    State(state): State<AppState>,
    id: Result<PathOf<String>, ApiError>,
    sent: Result<SentForm, Response>,
) -> Result<Response, PageError> {
    let sent = match sent {
        Ok(sent) => sent,
        Err(kept) => return Ok(kept),
    };
    let PathOf(id) = id?;
    let holding = state.catalog.holding(sent.visitor.viewer(), &id).await?;
    may_register(&sent.visitor)?;
    written(&state.catalog, sent, Some(holding)).await
}

fn may_register(visitor: &SignedInVisitor) -> Result<(), ApiError> {
    let viewer = visitor.viewer();
    if viewer.organisation().is_some_and(|own| viewer.manages(own)) {
        return Ok(());
    }
    let who = "Only the managers, stewards and administrators of an organisation register what it holds.";
    Err(ApiError::new(StatusCode::FORBIDDEN, "forbidden", who))
}

/// What came of a form that was sent.
#[derive(Default)]
struct Came {
    problems: Vec<Problem>,
    of_all: Option<String>,
    preview: Option<Preview>,
    /// The version that the form is to write over from now on, where that is not the one that was sent with it.
    version: Option<u32>,
}

impl Came {
    fn wrong(problems: Vec<Problem>) -> Self {
        Self { problems, ..Self::default() }
    }

    fn refused(message: impl Into<String>) -> Self {
        Self { of_all: Some(message.into()), ..Self::default() }
    }
}

async fn written(catalog: &Catalog, sent: SentForm, known: Option<Registered<Holding>>) -> Result<Response, PageError> {
    let SentForm { visitor, typed, is_current } = sent;
    let answer = |status, came| page(catalog, &visitor, known.as_ref(), &typed, status, came);
    if !is_current {
        return answer(StatusCode::FORBIDDEN, Came::refused(STALE));
    }
    if let Some(known) = known.as_ref().filter(|_| typed.typed("do") == "restore") {
        return restored(catalog, &visitor, known, &typed).await;
    }
    let before = known.as_ref().map_or_else(HoldingStatement::default, |known| known.body.statement.clone());
    let (said, mut problems) = statement(before, &typed, catalog.vocabularies());
    if !problems.is_empty() {
        problems.extend(said.validate(catalog.vocabularies()));
        return answer(StatusCode::UNPROCESSABLE_ENTITY, Came::wrong(problems));
    }
    let (viewer, now) = (visitor.viewer(), Timestamp::now());
    let first = match typed.typed("do") {
        "preview" => {
            return match catalog.preview_holding(viewer, said, now).await {
                Ok(preview) => {
                    let preview = Some(previewed(catalog, viewer, preview).await);
                    answer(StatusCode::OK, Came { preview, ..Came::default() })
                }
                Err(CatalogError::Invalid(problems)) => answer(StatusCode::UNPROCESSABLE_ENTITY, Came::wrong(problems)),
                Err(error) => Err(error.into()),
            };
        }
        "draft" => HoldingState::Draft,
        "publish" => HoldingState::Published,
        _ => return Err(ApiError::bad_request("`do` is preview, draft or publish.").into()),
    };
    let outcome = match &known {
        None => catalog.register_holding(viewer, None, first, said, now).await,
        Some(known) => {
            let version = typed.version()?;
            let changed = catalog.change_holding(viewer, &known.id, version, said, now).await;
            match changed {
                Ok(changed) if first == HoldingState::Published && changed.body.state == HoldingState::Draft => {
                    // The draft is kept as it was typed, whatever is missing of it for others.
                    let published = catalog.publish_holding(viewer, &changed.id, changed.version, now).await;
                    if let Err(CatalogError::Invalid(problems)) = published {
                        let came = Came { version: Some(changed.version), ..Came::wrong(problems) };
                        let status = StatusCode::UNPROCESSABLE_ENTITY;
                        return page(catalog, &visitor, Some(&changed), &typed, status, came);
                    }
                    published
                }
                changed => changed,
            }
        }
    };
    match outcome {
        Ok(holding) if holding.body.state == HoldingState::Published => {
            Ok(Redirect::to(&format!("/dataset/{}", holding.id)).into_response())
        }
        Ok(holding) => Ok(Redirect::to(&format!("/holding/{}", holding.id)).into_response()),
        Err(CatalogError::Invalid(problems)) => answer(StatusCode::UNPROCESSABLE_ENTITY, Came::wrong(problems)),
        Err(CatalogError::Conflict { version: Some(newest), .. }) => {
            let message = format!(
                "Somebody changed it while you were writing: version {newest} is the newest. What you typed is below. Open the \
                 holding in another tab to see what is new; if you send this again, it is written over that."
            );
            answer(StatusCode::CONFLICT, Came { version: Some(newest), ..Came::refused(message) })
        }
        Err(CatalogError::Conflict { message, version: None }) => answer(StatusCode::CONFLICT, Came::refused(message)),
        Err(CatalogError::Forbidden(who_may)) => {
            answer(StatusCode::FORBIDDEN, Came::refused(format!("Not allowed: {who_may}.")))
        }
        Err(error) => Err(error.into()),
    }
}

/// Publishes a holding again that was withdrawn, as it was: nothing of it was typed.
async fn restored(
    catalog: &Catalog,
    visitor: &SignedInVisitor,
    known: &Registered<Holding>,
    typed: &Parameters,
) -> Result<Response, PageError> {
    let answer = |status, came| {
        let said = as_typed(&known.body.statement, catalog.vocabularies());
        page(catalog, visitor, Some(known), &said, status, came)
    };
    match catalog.publish_holding(visitor.viewer(), &known.id, typed.version()?, Timestamp::now()).await {
        Ok(holding) => Ok(Redirect::to(&format!("/dataset/{}", holding.id)).into_response()),
        Err(CatalogError::Invalid(problems)) => answer(StatusCode::UNPROCESSABLE_ENTITY, Came::wrong(problems)),
        Err(CatalogError::Conflict { message, .. }) => answer(StatusCode::CONFLICT, Came::refused(message)),
        Err(CatalogError::Forbidden(who_may)) => {
            answer(StatusCode::FORBIDDEN, Came::refused(format!("Not allowed: {who_may}.")))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(
    catalog: &Catalog,
    visitor: &SignedInVisitor,
    known: Option<&Registered<Holding>>,
    typed: &Parameters,
    status: StatusCode,
    came: Came,
) -> Result<Response, PageError> {
    let vocabularies = catalog.vocabularies();
    let (mut first, mut others) = (required(typed, vocabularies), further(typed, vocabularies));
    let mut told = tell(&came.problems, first.iter_mut().chain(&mut others));
    told.extend(came.of_all.map(Told::of_all));
    let shown = RegisterPage {
        language: LANGUAGE,
        header: visitor.header.clone(),
        heading: if known.is_some() { "Change a holding" } else { "Register a holding" },
        action: known.map_or_else(|| "/register".to_owned(), |known| format!("/holding/{}", known.id)),
        known: known.map(|one| Known {
            id: one.id.clone(),
            // A form that is shown again still writes over the version that its author had read.
            version: came.version.or_else(|| typed.typed("version").parse().ok()).unwrap_or(one.version),
            state: one.body.state,
        }),
        told_of: "Nothing was published yet",
        told,
        preview: came.preview,
        is_open: known.is_some() || others.iter().any(|field| !field.problems.is_empty()),
        required: Part { fields: first },
        further: Part { fields: others },
    };
    Ok((status, render(&shown)?).into_response())
}
