//! `/request/{id}`: a request with what happened to it, and the forms of what may be done next.
//!
//! Looking decides nothing: programs that read mail follow links. Each step is a form of its own, sent by `POST`.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_catalog::{AccessRequest, Catalog, CatalogError, Registered, RequestAct};
use cairn_model::Problem;
use cairn_model::agreement::AccessQuestion;
use cairn_model::registry::{GrantTerms, RequestSide, RequestState};
use cairn_policy::Viewer;
use jiff::Timestamp;

use super::forward::{forward, forward_form, receiver};
use super::state_in_words;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::web::dataset::instant_in_words;
use crate::web::form::{Field, Input, STALE, SentForm, StepForm, Told, Wrong, end_of_day, lines};
use crate::web::names::{LANGUAGE, NamedRecord, named_record, organisation_name, words};
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, SignedInVisitor, to_sign_in};

#[derive(Template)]
#[template(path = "request.html")]
struct RequestPage {
    language: &'static str,
    header: Header,
    id: String,
    told_of: &'static str,
    told: Vec<Told>,
    record: NamedRecord,
    organisation: String,
    state: &'static str,
    overdue: bool,
    times: Vec<(&'static str, String)>,
    asked: Vec<(&'static str, String)>,
    intended_use: String,
    need: Option<String>,
    granted: Option<Granted>,
    steps: Vec<ShownStep>,
    forms: Vec<StepForm>,
}

struct Granted {
    by_agreement: bool,
    conditions: Vec<String>,
    how: Option<String>,
}

struct ShownStep {
    at: String,
    happened: &'static str,
    /// To whom it was handed with it.
    forwarded: Option<String>,
    words: Option<String>,
}

/// Shows a request to who asks and who decides.
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
pub(crate) async fn act(
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
    if typed.typed("act") == "forward" {
        return forward(catalog, visitor, &id, &typed).await;
    }
    let act = match act_of(&typed)? {
        Ok(act) => act,
        Err(problem) => {
            let wrong = Wrong::Fields(vec![problem]);
            return page(catalog, visitor, &id, StatusCode::UNPROCESSABLE_ENTITY, &typed, wrong).await;
        }
    };
    match catalog.act_on_request(visitor.viewer(), &id, &act, Timestamp::now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/request/{id}")).into_response()),
        Err(CatalogError::Invalid(problems)) => {
            let wrong = Wrong::Fields(problems.into_iter().map(|one| of_field(one, typed.typed("act"))).collect());
            page(catalog, visitor, &id, StatusCode::UNPROCESSABLE_ENTITY, &typed, wrong).await
        }
        Err(CatalogError::Conflict { message, .. }) => {
            page(catalog, visitor, &id, StatusCode::CONFLICT, &typed, Wrong::All(message)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The step that a form asks for; its problem where a field of it cannot be read.
fn act_of(typed: &Parameters) -> Result<Result<RequestAct, Problem>, ApiError> {
    let said = |name: &str| typed.typed(name).to_owned();
    Ok(Ok(match typed.typed("act") {
        "see" => RequestAct::See,
        "ask" => RequestAct::Ask(said("ask")),
        "answer" => RequestAct::Answer(said("answer")),
        "refuse" => RequestAct::Refuse(said("refuse")),
        "withdraw" => RequestAct::Withdraw,
        "grant" => match end_of_day("until", typed.typed("until")) {
            Ok(until) => {
                let how = typed.typed("how").trim();
                let how = (!how.is_empty()).then(|| how.to_owned());
                RequestAct::Grant(GrantTerms { until, conditions: lines(typed.typed("conditions")), how })
            }
            Err(problem) => return Ok(Err(problem)),
        },
        _ => return Err(ApiError::bad_request("`act` is see, ask, answer, forward, grant, refuse or withdraw.")),
    }))
}

/// A problem with what is said, at the field of the form in which it is said.
fn of_field(problem: Problem, act: &str) -> Problem {
    if problem.field == "words" { Problem { field: act.to_owned(), ..problem } } else { problem }
}

pub(super) async fn page(
    catalog: &Catalog,
    visitor: SignedInVisitor,
    id: &str,
    status: StatusCode,
    typed: &Parameters,
    wrong: Wrong,
) -> Result<Response, PageError> {
    let viewer = visitor.viewer();
    let request = catalog.request(viewer, id).await?;
    let now = Timestamp::now();
    let mut forms = forms(&request.body, viewer, typed);
    forms.extend(forward_form(catalog, viewer, &request.body, typed).await?);
    let told = wrong.tell(forms.iter_mut().flat_map(|form| &mut form.fields));
    let body = &request.body;
    let need = match &body.statement.need {
        // It may be hidden from one of the two sides.
        Some(need) => catalog.need(viewer, need).await.ok().map(|need| format!("/needs/{}", need.id)),
        None => None,
    };
    let shown = RequestPage {
        language: LANGUAGE,
        header: visitor.header.clone(),
        id: request.id.clone(),
        told_of: "Nothing was done yet",
        told,
        record: named_record(catalog, viewer, body.statement.record).await?,
        organisation: organisation_name(catalog, viewer, &body.organisation).await,
        state: state_in_words(body.state_at(now)),
        overdue: body.due().is_some_and(|due| due <= now),
        times: times(&request),
        asked: asked(&body.statement.question, catalog),
        intended_use: body.statement.intended_use.clone(),
        need,
        granted: body.grant.as_ref().map(|grant| Granted {
            by_agreement: body.decision.is_some(),
            conditions: grant.conditions.clone(),
            how: grant.how.clone(),
        }),
        steps: steps(catalog, viewer, body).await,
        forms,
    };
    Ok((status, render(&shown)?).into_response())
}

/// What happened, oldest first.
async fn steps(catalog: &Catalog, viewer: &Viewer, request: &AccessRequest) -> Vec<ShownStep> {
    let mut steps = Vec::with_capacity(request.steps.len());
    let mut before = None;
    for step in &request.steps {
        steps.push(ShownStep {
            at: instant_in_words(step.at),
            happened: match step.forwarded {
                Some(_) => "It was handed on",
                None => happened(step.by, step.state, before),
            },
            forwarded: match &step.forwarded {
                Some(forwarded) => Some(receiver(catalog, viewer, forwarded).await),
                None => None,
            },
            words: step.words.clone(),
        });
        before = Some(step.state);
    }
    steps
}

/// When what happened, or will.
fn times(request: &Registered<AccessRequest>) -> Vec<(&'static str, String)> {
    let body = &request.body;
    let last = |states: &[RequestState]| {
        let step = body.steps.iter().rfind(|step| states.contains(&step.state));
        step.map(|step| instant_in_words(step.at))
    };
    let until =
        body.grant.as_ref().map(|grant| grant.until.map_or_else(|| "No end was set".to_owned(), instant_in_words));
    let rows = [
        ("Sent", Some(instant_in_words(request.created))),
        ("Seen by the owner", last(&[RequestState::Seen])),
        ("Answer due", body.due().map(instant_in_words)),
        ("Decided", last(&[RequestState::Granted, RequestState::Refused])),
        ("The grant ends", until),
    ];
    rows.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

/// What is asked for, in words.
fn asked(question: &AccessQuestion, catalog: &Catalog) -> Vec<(&'static str, String)> {
    let label = |vocabulary: &str, code: &str| catalog.vocabularies().label(vocabulary, code, LANGUAGE);
    let period = question.period.as_ref().and_then(|period| period.until).map(instant_in_words);
    let rows = [
        ("In which form", label("access-form", question.access.code())),
        ("For what", words(catalog, "purpose", &question.purposes)),
        ("Fields", question.fields.join(", ")),
        ("Counted by places of level", question.admin_level.map(|level| level.to_string()).unwrap_or_default()),
        ("Will be kept in", words(catalog, "country", &question.storage)),
        ("Will be kept until", period.unwrap_or_default()),
        ("Safeguards", words(catalog, "safeguard", &question.safeguards)),
        ("Will be received by", question.recipient.clone().unwrap_or_default()),
    ];
    rows.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// What a step was, after which the request was in another state; none before it was sent.
fn happened(by: RequestSide, became: RequestState, before: Option<RequestState>) -> &'static str {
    let was_granted = before == Some(RequestState::Granted);
    match (by, became) {
        (RequestSide::Owner, RequestState::Seen) => "The owner has read it.",
        (RequestSide::Owner, RequestState::Asked) => "The owner asked something.",
        (RequestSide::Owner, RequestState::Granted) => "The owner granted it.",
        (RequestSide::Owner, _) if was_granted => "The owner took the grant back.",
        (RequestSide::Owner, _) => "The owner refused it.",
        (RequestSide::Agreement, _) => "An agreement granted it at once.",
        (RequestSide::Requester, RequestState::Withdrawn) if was_granted => "Who asked gave it back.",
        (RequestSide::Requester, RequestState::Withdrawn) => "Who asked took it back.",
        (RequestSide::Requester, _) if before.is_none() => "It was sent.",
        (RequestSide::Requester, _) => "Who asked answered.",
    }
}

/// The forms of what the viewer may do now, filled with what was typed.
fn forms(request: &AccessRequest, viewer: &Viewer, typed: &Parameters) -> Vec<StepForm> {
    let is_granted = request.state == RequestState::Granted;
    let forms = request.steps_of(viewer).into_iter().filter_map(|step| form_of(step, is_granted, typed));
    let is_sent = |form: &StepForm| form.act == typed.typed("act");
    forms.map(|form| StepForm { is_open: is_sent(&form), ..form }).collect()
}

fn form_of((side, next): (RequestSide, RequestState), is_granted: bool, typed: &Parameters) -> Option<StepForm> {
    let form = |act, heading, hint, fields| Some(StepForm { act, heading, hint, fields, is_open: false });
    match (side, next) {
        (RequestSide::Owner, RequestState::Seen) => {
            form("see", "Say that it was read", "Who asks sees that somebody has read it.", Vec::new())
        }
        (RequestSide::Owner, RequestState::Asked) => {
            let field = Field::text("ask", "What do you want to know?", typed).required();
            form("ask", "Ask something back", "It waits for who asks until they answer.", vec![field])
        }
        (RequestSide::Owner, RequestState::Granted) => form(
            "grant",
            "Grant it",
            "What is decided about access from then on says so, until it ends or you take it back.",
            vec![
                Field::day("until", "Last day of the grant", typed).hint(
                    "In UTC. Without one it ends with the period that was asked for, or not by itself where none was.",
                ),
                Field::text("conditions", "Conditions", typed)
                    .hint("What binds who receives the data, one in each line."),
                Field::text("how", "How the data is had", typed).hint("Whom to write to, or where to go."),
            ],
        ),
        (RequestSide::Owner, RequestState::Refused) => {
            let heading = if is_granted { "Take the grant back" } else { "Refuse it" };
            let field = Field::text("refuse", "Why", typed).required();
            form("refuse", heading, "Who asks reads the reason.", vec![field])
        }
        (RequestSide::Requester, RequestState::Sent) => {
            let field = Field::text("answer", "Your answer", typed).required();
            form("answer", "Answer", "It waits for the owner again.", vec![field])
        }
        (RequestSide::Requester, RequestState::Withdrawn) => {
            let heading = if is_granted { "Give the grant back" } else { "Take it back" };
            form("withdraw", heading, "This cannot be undone; you can ask again.", Vec::new())
        }
        _ => None,
    }
}
