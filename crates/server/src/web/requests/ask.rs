//! `/dataset/{id}/request`: the form by which an organisation asks for the data of a record.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_catalog::{Catalog, CatalogError, RequestDraft};
use cairn_model::agreement::{AccessForm, AccessQuestion, Period};
use cairn_model::registry::RequestStatement;
use cairn_model::{DatasetId, Problem, Vocabularies};
use jiff::Timestamp;

use crate::api::datasets::record_id;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::web::form::{Choice, Field, Input, STALE, SentForm, Told, Wrong, countries, country_names, end_of_day};
use crate::web::names::{LANGUAGE, NamedRecord, named_record, organisation_name};
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, SignedInVisitor, to_sign_in};

#[derive(Template)]
#[template(path = "request_form.html")]
struct AskPage {
    language: &'static str,
    header: Header,
    id: DatasetId,
    record: NamedRecord,
    organisation: String,
    /// The need that is to be met, and its title.
    need: Option<(String, String)>,
    told_of: &'static str,
    told: Vec<Told>,
    /// Whether the terms of the record leave something to ask for.
    can_be_asked: bool,
    form: AskForm,
}

struct AskForm {
    fields: Vec<Field>,
}

/// Shows the form with what the catalogue knows already; where a request of the organisation waits, that one.
pub(crate) async fn show_form(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    let PathOf(id) = id?;
    let parameters = Parameters::parse(wanted.query());
    let catalog = &state.catalog;
    let draft = catalog.draft_request(visitor.viewer(), record_id(&id)?, parameters.one("need")?).await?;
    if let Some(waits) = &draft.waits {
        return Ok(Redirect::to(&format!("/request/{waits}")).into_response());
    }
    let typed = as_typed(&draft.statement, catalog.vocabularies());
    page(catalog, &visitor, &draft, &typed, StatusCode::OK, Wrong::Nothing).await
}

/// Sends the request.
pub(crate) async fn send(
    State(state): State<AppState>,
    id: Result<PathOf<String>, ApiError>,
    sent: Result<SentForm, Response>,
) -> Result<Response, PageError> {
    let SentForm { visitor, typed, is_current } = match sent {
        Ok(sent) => sent,
        Err(kept) => return Ok(kept),
    };
    let PathOf(id) = id?;
    let (catalog, viewer) = (&state.catalog, visitor.viewer());
    let draft = catalog.draft_request(viewer, record_id(&id)?, typed.one("need")?).await?;
    if let Some(waits) = &draft.waits {
        return Ok(Redirect::to(&format!("/request/{waits}")).into_response());
    }
    if !is_current {
        let wrong = Wrong::All(STALE.to_owned());
        return page(catalog, &visitor, &draft, &typed, StatusCode::FORBIDDEN, wrong).await;
    }
    let now = Timestamp::now();
    let (statement, mut problems) = statement(&draft.statement, &typed, catalog.vocabularies(), now);
    if !problems.is_empty() {
        problems.extend(statement.validate(catalog.vocabularies()));
        let wrong = Wrong::Fields(problems);
        return page(catalog, &visitor, &draft, &typed, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
    }
    match catalog.request_access(viewer, statement, now).await {
        Ok(sent) => Ok(Redirect::to(&format!("/request/{}", sent.id)).into_response()),
        Err(CatalogError::Invalid(problems)) => {
            let wrong = Wrong::Fields(problems);
            page(catalog, &visitor, &draft, &typed, StatusCode::UNPROCESSABLE_ENTITY, wrong).await
        }
        Err(CatalogError::Conflict { message, .. }) => {
            page(catalog, &visitor, &draft, &typed, StatusCode::CONFLICT, Wrong::All(message)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    catalog: &Catalog,
    visitor: &SignedInVisitor,
    draft: &RequestDraft,
    typed: &Parameters,
    status: StatusCode,
    wrong: Wrong,
) -> Result<Response, PageError> {
    let viewer = visitor.viewer();
    let mut fields = fields(typed, catalog.vocabularies());
    let told = wrong.tell(&mut fields);
    let need = match &draft.statement.need {
        Some(need) => {
            let title = catalog.need(viewer, need).await?.body.statement.title;
            Some((need.clone(), title.best(LANGUAGE).unwrap_or_default().to_owned()))
        }
        None => None,
    };
    let record = draft.statement.record;
    let shown = AskPage {
        language: LANGUAGE,
        header: visitor.header.clone(),
        id: record,
        record: named_record(catalog, viewer, record).await?,
        organisation: organisation_name(catalog, viewer, viewer.organisation().unwrap_or_default()).await,
        need,
        told_of: "Nothing was sent yet",
        told,
        can_be_asked: draft.can_be_asked,
        form: AskForm { fields },
    };
    Ok((status, render(&shown)?).into_response())
}

/// The fields, filled with what was typed. Each is named as the check of a statement names it.
fn fields(typed: &Parameters, vocabularies: &Vocabularies) -> Vec<Field> {
    vec![
        Field::text("intended_use", "What will you use the data for?", typed)
            .hint("In your own words, for the owner: which decision it serves, and who will see it.")
            .required(),
        Field::some("question.purposes", "Purposes", typed, Choice::terms("purpose", vocabularies))
            .hint("At least one.")
            .required(),
        Field::listed("question.access", "In which form", typed, Choice::terms("access-form", vocabularies)).required(),
        Field::line("question.admin_level", "For counts: by places of which administrative level?", typed)
            .hint("0 for the country, up to 4."),
        Field::line("question.storage", "In which countries will you keep it?", typed)
            .hint("Names or codes of countries, separated by commas."),
        Field::day("question.period", "Until which day will you keep it?", typed),
        Field::some(
            "question.safeguards",
            "Safeguards that you promise",
            typed,
            Choice::terms("safeguard", vocabularies),
        ),
    ]
}

/// What a form is filled with for a statement.
fn as_typed(statement: &RequestStatement, vocabularies: &Vocabularies) -> Parameters {
    let question = &statement.question;
    let mut pairs = vec![
        ("intended_use".to_owned(), statement.intended_use.clone()),
        ("question.access".to_owned(), question.access.code().to_owned()),
        ("question.storage".to_owned(), country_names(&question.storage, vocabularies)),
    ];
    pairs.extend(question.purposes.iter().map(|purpose| ("question.purposes".to_owned(), purpose.clone())));
    Parameters::of(pairs)
}

/// The statement that was typed, and what of it cannot be read. Record and need are those of the draft.
fn statement(
    draft: &RequestStatement,
    typed: &Parameters,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> (RequestStatement, Vec<Problem>) {
    let mut problems = Vec::new();
    let every = |name: &str| -> Vec<String> {
        typed.pairs().filter(|(one, _)| *one == name).map(|(_, value)| value.to_owned()).collect()
    };
    let access = AccessForm::from_code(typed.typed("question.access"));
    if access.is_none() {
        problems.push(Problem::error("not-stated", "question.access", "choose the form that you want"));
    }
    let mut question = AccessQuestion::of(access.unwrap_or(draft.question.access));
    question.purposes = every("question.purposes");
    question.safeguards = every("question.safeguards");
    question.storage = countries(typed.typed("question.storage"), vocabularies);
    question.transfer = question.access == AccessForm::Download;
    let level = typed.typed("question.admin_level").trim();
    if !level.is_empty() {
        question.admin_level = level.parse().ok();
        if question.admin_level.is_none() {
            let problem = Problem::error("not-a-level", "question.admin_level", "it is a whole number from 0 to 4");
            problems.push(problem.with_value(level));
        }
    }
    match end_of_day("question.period", typed.typed("question.period")) {
        Ok(until) => question.period = until.map(|until| Period { from: now.min(until), until: Some(until) }),
        Err(problem) => problems.push(problem),
    }
    let intended_use = typed.typed("intended_use").trim().to_owned();
    (RequestStatement { record: draft.record, question, intended_use, need: draft.need.clone() }, problems)
}
