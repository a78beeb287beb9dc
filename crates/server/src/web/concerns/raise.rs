//! `/dataset/{id}/concern` and its like: the form by which anyone says what is wrong, also without an account.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cairn_catalog::{Catalog, CatalogError, RaisedConcern};
use cairn_model::Problem;
use cairn_model::registry::{ConcernKind, ConcernStatement};
use cairn_policy::Viewer;
use jiff::Timestamp;

use super::{Subject, kind_in_words, state_in_words, subject};
use crate::api::datasets::record_id;
use crate::error::ApiError;
use crate::extract::{Client, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::web::dataset::instant_in_words;
use crate::web::form::{AnyonesForm, Choice, Field, Input, Told, Wrong};
use crate::web::names::LANGUAGE;
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, Visitor};

/// What is said where who sends the form is another than who opened it.
const OTHER_VISITOR: &str = "You have signed in or out since you opened this form. Nothing was sent: look in whose name you raise it now, \
                             and send it again.";

#[derive(Template)]
#[template(path = "concern_form.html")]
struct RaisePage {
    language: &'static str,
    header: Header,
    action: String,
    subject: Subject,
    of_record: bool,
    is_anonymous: bool,
    told_of: &'static str,
    told: Vec<Told>,
    form: RaiseForm,
    /// What was raised about the same record before, and where that stands.
    before: Vec<(String, &'static str, &'static str)>,
}

struct RaiseForm {
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "concern_raised.html")]
struct RaisedPage {
    language: &'static str,
    header: Header,
    subject: Subject,
    id: String,
    receipt: String,
    due: String,
    serious: bool,
    suspends: bool,
    is_anonymous: bool,
}

/// What the concern of a form is about.
#[derive(Clone, Copy)]
enum About {
    Record,
    Agreement,
    Request,
}

type Shown = Result<Response, PageError>;
type Asked = Result<PathOf<String>, ApiError>;

/// Shows the form for a record.
pub(crate) async fn of_record(State(state): State<AppState>, visitor: Result<Visitor, ApiError>, id: Asked) -> Shown {
    form(&state.catalog, visitor?, About::Record, id).await
}

/// Raises a concern about a record.
pub(crate) async fn raise_of_record(
    State(state): State<AppState>,
    client: Client,
    id: Asked,
    sent: Result<AnyonesForm, ApiError>,
) -> Shown {
    raise(&state, client, About::Record, id, sent?).await
}

/// Shows the form for an agreement.
pub(crate) async fn of_agreement(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    id: Asked,
) -> Shown {
    form(&state.catalog, visitor?, About::Agreement, id).await
}

/// Raises a concern about an agreement.
pub(crate) async fn raise_of_agreement(
    State(state): State<AppState>,
    client: Client,
    id: Asked,
    sent: Result<AnyonesForm, ApiError>,
) -> Shown {
    raise(&state, client, About::Agreement, id, sent?).await
}

/// Shows the form for the decision about a request.
pub(crate) async fn of_request(State(state): State<AppState>, visitor: Result<Visitor, ApiError>, id: Asked) -> Shown {
    form(&state.catalog, visitor?, About::Request, id).await
}

/// Raises a concern about the decision about a request.
pub(crate) async fn raise_of_request(
    State(state): State<AppState>,
    client: Client,
    id: Asked,
    sent: Result<AnyonesForm, ApiError>,
) -> Shown {
    raise(&state, client, About::Request, id, sent?).await
}

/// A statement about what an address names, which the viewer may know of, and in which nothing is said yet.
async fn empty(catalog: &Catalog, viewer: &Viewer, about: About, id: &str) -> Result<ConcernStatement, ApiError> {
    let mut statement = ConcernStatement {
        record: None,
        agreement: None,
        request: None,
        kind: ConcernKind::Other,
        serious: false,
        words: String::new(),
    };
    match about {
        About::Record => {
            let record = record_id(id)?;
            catalog.concerns_about(viewer, record).await?;
            statement.record = Some(record);
        }
        About::Agreement => statement.agreement = Some(catalog.agreement(viewer, id).await?.id),
        About::Request => statement.request = Some(catalog.request(viewer, id).await?.id),
    }
    Ok(statement)
}

async fn form(catalog: &Catalog, visitor: Visitor, about: About, id: Asked) -> Shown {
    let PathOf(id) = id?;
    let statement = empty(catalog, &visitor.viewer, about, &id).await?;
    page(catalog, visitor, &statement, &Parameters::default(), StatusCode::OK, Wrong::Nothing).await
}

async fn raise(state: &AppState, Client(client): Client, about: About, id: Asked, sent: AnyonesForm) -> Shown {
    let catalog = &state.catalog;
    let PathOf(id) = id?;
    let AnyonesForm { visitor, typed, is_current } = sent;
    let empty = empty(catalog, &visitor.viewer, about, &id).await?;
    if !is_current {
        let wrong = Wrong::All(OTHER_VISITOR.to_owned());
        return page(catalog, visitor, &empty, &typed, StatusCode::FORBIDDEN, wrong).await;
    }
    let kind = ConcernKind::from_code(typed.typed("kind"));
    let statement = ConcernStatement {
        kind: kind.unwrap_or(ConcernKind::Other),
        serious: typed.is_chosen("serious", "yes"),
        words: typed.typed("words").trim().to_owned(),
        ..empty
    };
    if kind.is_none() {
        let mut problems = vec![Problem::error("not-stated", "kind", "choose what sort of wrong it is")];
        problems.extend(statement.validate(catalog.vocabularies()));
        let wrong = Wrong::Fields(problems);
        return page(catalog, visitor, &statement, &typed, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
    }
    if visitor.viewer.is_anonymous()
        && let Err(error) = state.clients.count_concern(client)
    {
        let wrong = Wrong::All(error.detail.clone());
        let shown = page(catalog, visitor, &statement, &typed, error.status, wrong).await?;
        return Ok(error.with_headers(shown));
    }
    match catalog.raise_concern(&visitor.viewer, statement.clone(), Timestamp::now()).await {
        Ok(raised) => receipt(catalog, visitor, raised).await,
        Err(CatalogError::Invalid(problems)) => {
            let wrong = Wrong::Fields(problems);
            page(catalog, visitor, &statement, &typed, StatusCode::UNPROCESSABLE_ENTITY, wrong).await
        }
        Err(CatalogError::Conflict { message, .. }) => {
            page(catalog, visitor, &statement, &typed, StatusCode::CONFLICT, Wrong::All(message)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The page with the receipt, which is shown this once: no other page has it, and nothing keeps this one.
async fn receipt(catalog: &Catalog, visitor: Visitor, raised: RaisedConcern) -> Shown {
    let RaisedConcern { concern, receipt } = raised;
    let statement = &concern.body.statement;
    let shown = RaisedPage {
        language: LANGUAGE,
        header: visitor.header,
        subject: subject(catalog, &visitor.viewer, statement).await?,
        id: concern.id.clone(),
        receipt,
        due: instant_in_words(concern.body.due),
        serious: statement.serious,
        suspends: concern.body.suspends().is_some(),
        is_anonymous: visitor.viewer.is_anonymous(),
    };
    Ok((StatusCode::CREATED, render(&shown)?).into_response())
}

async fn page(
    catalog: &Catalog,
    visitor: Visitor,
    statement: &ConcernStatement,
    typed: &Parameters,
    status: StatusCode,
    wrong: Wrong,
) -> Shown {
    let viewer = &visitor.viewer;
    let mut fields = fields(statement.record.is_some(), typed);
    let told = wrong.tell(&mut fields);
    let before = match statement.record {
        Some(record) => catalog.concerns_about(viewer, record).await?,
        None => Vec::new(),
    };
    let shown = RaisePage {
        language: LANGUAGE,
        header: visitor.header,
        action: action(statement),
        subject: subject(catalog, viewer, statement).await?,
        of_record: statement.record.is_some(),
        is_anonymous: viewer.is_anonymous(),
        told_of: "Nothing was sent yet",
        told,
        form: RaiseForm { fields },
        before: before
            .into_iter()
            .map(|one| {
                let kind = kind_in_words(one.body.statement.kind).0;
                (instant_in_words(one.created), kind, state_in_words(one.body.state))
            })
            .collect(),
    };
    Ok((status, render(&shown)?).into_response())
}

fn action(statement: &ConcernStatement) -> String {
    let record = statement.record.map(|id| format!("/dataset/{id}/concern"));
    let agreement = statement.agreement.as_ref().map(|id| format!("/agreement/{id}/concern"));
    let request = statement.request.as_ref().map(|id| format!("/request/{id}/concern"));
    record.or(agreement).or(request).unwrap_or_default()
}

/// The fields, filled with what was typed. Each is named as the check of a statement names it.
fn fields(of_record: bool, typed: &Parameters) -> Vec<Field> {
    let kinds = ConcernKind::ALL.iter().map(|kind| {
        let (label, means) = kind_in_words(*kind);
        Choice::meaning(kind.code(), label, means)
    });
    let mut fields = vec![
        Field::one("kind", "What sort of wrong is it?", typed, kinds.collect()).required(),
        Field::text("words", "What is wrong?", typed)
            .hint("For who looks into it. Name nobody who could come to harm by it.")
            .required(),
    ];
    if of_record {
        let label = "It cannot wait";
        let means = "Nobody but its owner is given the data until somebody has looked at this.";
        fields.push(Field::some("serious", "Is it serious?", typed, vec![Choice::meaning("yes", label, means)]));
    }
    fields
}
