//! `/concern/{id}`: a concern with what became of it, and the forms of who looks into it.
//!
//! Whoever raised one without an account follows it by its receipt, which is sent in a form: addresses are kept in histories and logs.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use cairn_catalog::{Catalog, CatalogError, Concern, Registered};
use cairn_model::Problem;
use cairn_model::registry::ConcernState;
use cairn_policy::Viewer;
use jiff::Timestamp;

use super::{Subject, kind_in_words, state_in_words, subject};
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::web::dataset::instant_in_words;
use crate::web::form::{AnyonesForm, Field, Input, STALE, SentForm, StepForm, Told, Wrong};
use crate::web::names::LANGUAGE;
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, SignedInVisitor, Visitor, to_sign_in};

#[derive(Template)]
#[template(path = "concern.html")]
struct ConcernPage {
    language: &'static str,
    header: Header,
    id: String,
    told_of: &'static str,
    told: Vec<Told>,
    subject: Subject,
    state: &'static str,
    overdue: bool,
    facts: Vec<(&'static str, String)>,
    /// Whether nobody is given the data of the record until somebody looked.
    suspends: bool,
    words: String,
    steps: Vec<ShownStep>,
    forms: Vec<StepForm>,
}

struct ShownStep {
    at: String,
    happened: &'static str,
    words: String,
}

#[derive(Template)]
#[template(path = "concern_receipt.html")]
struct ReceiptPage {
    language: &'static str,
    header: Header,
    told_of: &'static str,
    told: Vec<Told>,
    form: ReceiptForm,
}

struct ReceiptForm {
    fields: Vec<Field>,
}

/// Shows a concern to who looks into it and to the people of the organisation that raised it.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    let PathOf(id) = id?;
    page(&state.catalog, visitor, &id, StatusCode::OK, &Parameters::default(), Wrong::Nothing).await
}

/// Takes the step of a form.
pub(crate) async fn handle(
    State(state): State<AppState>,
    id: Result<PathOf<String>, ApiError>,
    sent: Result<SentForm, Response>,
) -> Result<Response, PageError> {
    let SentForm { visitor, typed, is_current } = match sent {
        Ok(sent) => sent,
        Err(kept) => return Ok(kept),
    };
    let PathOf(id) = id?;
    let catalog = &state.catalog;
    if !is_current {
        let wrong = Wrong::All(STALE.to_owned());
        return page(catalog, visitor, &id, StatusCode::FORBIDDEN, &typed, wrong).await;
    }
    let act = typed.typed("act");
    let Some(next) = ConcernState::ALL.iter().copied().find(|next| form_of(*next).is_some_and(|form| form.0 == act))
    else {
        return Err(ApiError::bad_request("`act` is examine, uphold or dismiss.").into());
    };
    match catalog.handle_concern(visitor.viewer(), &id, next, typed.typed(act), Timestamp::now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/concern/{id}")).into_response()),
        Err(CatalogError::Invalid(problems)) => {
            // What is said stands in the field that goes by the name of the step.
            let wrong = problems.into_iter().map(|problem| Problem { field: act.to_owned(), ..problem }).collect();
            page(catalog, visitor, &id, StatusCode::UNPROCESSABLE_ENTITY, &typed, Wrong::Fields(wrong)).await
        }
        Err(CatalogError::Conflict { message, .. }) => {
            page(catalog, visitor, &id, StatusCode::CONFLICT, &typed, Wrong::All(message)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks for the number and the receipt of a concern.
pub(crate) async fn ask_receipt(visitor: Result<Visitor, ApiError>, wanted: Uri) -> Result<Html<String>, PageError> {
    receipt_page(visitor?.header, &Parameters::parse(wanted.query()), Vec::new())
}

/// Shows a concern to who has its receipt. Nothing is written, so it counts from whatever page it comes.
pub(crate) async fn show_by_receipt(
    State(state): State<AppState>,
    sent: Result<AnyonesForm, ApiError>,
) -> Result<Response, PageError> {
    let AnyonesForm { visitor: Visitor { viewer, header }, typed, .. } = sent?;
    let (id, receipt) = (typed.typed("id").trim(), typed.typed("receipt").trim());
    let concern = match state.catalog.concern(&viewer, id, Some(receipt)).await {
        Ok(concern) => concern,
        Err(CatalogError::NotFound(_)) => {
            let told = vec![Told::of_all("No concern has this number and this receipt.")];
            return Ok((StatusCode::NOT_FOUND, receipt_page(header, &typed, told)?).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let shown = shown(&state.catalog, &viewer, header, &concern).await?;
    Ok(render(&shown)?.into_response())
}

fn receipt_page(header: Header, typed: &Parameters, told: Vec<Told>) -> Result<Html<String>, PageError> {
    let fields = vec![
        Field::line("id", "Number of the concern", typed).required(),
        Field::line("receipt", "Receipt", typed).hint("You were shown both when you raised it.").required(),
    ];
    render(&ReceiptPage { language: LANGUAGE, header, told_of: "Look again", told, form: ReceiptForm { fields } })
}

async fn page(
    catalog: &Catalog,
    visitor: SignedInVisitor,
    id: &str,
    status: StatusCode,
    typed: &Parameters,
    wrong: Wrong,
) -> Result<Response, PageError> {
    let concern = catalog.concern(visitor.viewer(), id, None).await?;
    let mut forms = forms(&concern.body, visitor.viewer(), typed);
    let told = wrong.tell(forms.iter_mut().flat_map(|form| &mut form.fields));
    let shown = shown(catalog, visitor.viewer(), visitor.header.clone(), &concern).await?;
    Ok((status, render(&ConcernPage { told, forms, ..shown })?).into_response())
}

/// A concern without forms.
async fn shown(
    catalog: &Catalog,
    viewer: &Viewer,
    header: Header,
    concern: &Registered<Concern>,
) -> Result<ConcernPage, PageError> {
    let body = &concern.body;
    let statement = &body.statement;
    let (kind, means) = kind_in_words(statement.kind);
    let waits = body.state == ConcernState::Raised;
    let mut facts = vec![("What sort", format!("{kind}. {means}")), ("Raised", instant_in_words(concern.created))];
    if waits {
        facts.push(("First look due", instant_in_words(body.due)));
    }
    facts.push(("Who looks into it", "Administrators of organisations that it is not about".to_owned()));
    let step = |step: &cairn_catalog::ConcernStep| ShownStep {
        at: instant_in_words(step.at),
        happened: happened(step.state),
        words: step.words.clone(),
    };
    Ok(ConcernPage {
        language: LANGUAGE,
        header,
        id: concern.id.clone(),
        told_of: "Nothing was done yet",
        told: Vec::new(),
        subject: subject(catalog, viewer, statement).await?,
        state: state_in_words(body.state),
        overdue: body.is_overdue(Timestamp::now()),
        facts,
        suspends: body.suspends().is_some(),
        words: statement.words.clone(),
        steps: body.steps.iter().map(step).collect(),
        forms: Vec::new(),
    })
}

fn happened(became: ConcernState) -> &'static str {
    match became {
        ConcernState::Raised => "It was raised.",
        ConcernState::Examined => "Somebody began to look into it.",
        ConcernState::Upheld => "It was upheld: something was done about it.",
        ConcernState::Dismissed => "It was dismissed: nothing had to be done.",
    }
}

/// The forms of what the viewer may do now, filled with what was typed.
fn forms(concern: &Concern, viewer: &Viewer, typed: &Parameters) -> Vec<StepForm> {
    let forms = concern.steps_of(viewer).into_iter().filter_map(form_of);
    let form = |(act, heading, hint, label)| StepForm {
        act,
        heading,
        hint,
        fields: vec![Field::text(act, label, typed).required()],
        is_open: typed.typed("act") == act,
    };
    forms.map(form).collect()
}

/// The form by which a concern comes to a state: the step, what it is called, what follows from it, and what must be said.
fn form_of(next: ConcernState) -> Option<(&'static str, &'static str, &'static str, &'static str)> {
    const TOLD: &str = "Who raised it reads this, and so does everyone who may know of the record.";
    match next {
        ConcernState::Raised => None,
        ConcernState::Examined => Some((
            "examine",
            "Begin to look into it",
            "Data that was held back until somebody looked at this is given again from then on.",
            "What you will look into",
        )),
        ConcernState::Upheld => Some(("uphold", "Uphold it", TOLD, "What was done about it")),
        ConcernState::Dismissed => Some(("dismiss", "Dismiss it", TOLD, "Why nothing had to be done")),
    }
}
