//! The form by which who decides about a request hands it on, and how that is told.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cairn_catalog::{AccessRequest, Catalog, CatalogError, ForwardTargets, Forwarded};
use cairn_model::Problem;
use cairn_model::registry::ForwardStatement;
use cairn_policy::Viewer;
use jiff::Timestamp;

use super::one::page;
use crate::parameters::Parameters;
use crate::web::form::{Choice, Field, StepForm, Wrong};
use crate::web::names::organisation_name;
use crate::web::page::PageError;
use crate::web::visitor::SignedInVisitor;

/// What the values of the choice begin with.
const ORGANISATION: &str = "organisation:";
const PERSON: &str = "person:";

/// Hands a request on, as its form says.
pub(super) async fn forward(
    catalog: &Catalog,
    visitor: SignedInVisitor,
    id: &str,
    typed: &Parameters,
) -> Result<Response, PageError> {
    let to = typed.typed("to");
    let statement = ForwardStatement {
        organisation: to.strip_prefix(ORGANISATION).map(str::to_owned),
        person: to.strip_prefix(PERSON).map(str::to_owned),
        note: typed.typed("note").to_owned(),
    };
    match catalog.forward_request(visitor.viewer(), id, &statement, Timestamp::now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/request/{id}")).into_response()),
        Err(CatalogError::Invalid(problems)) => {
            let problems = problems.into_iter().map(of_field).collect();
            page(catalog, visitor, id, StatusCode::UNPROCESSABLE_ENTITY, typed, Wrong::Fields(problems)).await
        }
        Err(CatalogError::Conflict { message, .. }) => {
            page(catalog, visitor, id, StatusCode::CONFLICT, typed, Wrong::All(message)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A problem of a statement at the field of the form in which that is said.
fn of_field(problem: Problem) -> Problem {
    if problem.field == "note" {
        return problem;
    }
    let message = if problem.field.is_empty() { "choose to whom".to_owned() } else { problem.message };
    Problem { field: "to".to_owned(), message, ..problem }
}

/// The form, where the viewer can hand the request to somebody.
pub(super) async fn forward_form(
    catalog: &Catalog,
    viewer: &Viewer,
    request: &AccessRequest,
    typed: &Parameters,
) -> Result<Option<StepForm>, PageError> {
    let ForwardTargets { organisations, people } = catalog.forward_targets(viewer, request).await?;
    let mut choices = Vec::with_capacity(organisations.len() + people.len());
    for id in &organisations {
        choices.push(Choice::of(&format!("{ORGANISATION}{id}"), &organisation_name(catalog, viewer, id).await));
    }
    let person = |one: &cairn_catalog::Person| {
        Choice::of(&format!("{PERSON}{}", one.id), &format!("{} (of your organisation)", one.name))
    };
    choices.extend(people.iter().map(person));
    Ok((!choices.is_empty()).then(|| StepForm {
        act: "forward",
        heading: "Hand it on",
        hint: "Who asks sees that it was handed on and to which organisation, and neither to whom nor why. You can still decide.",
        fields: vec![
            Field::listed("to", "To whom?", typed, choices).required(),
            Field::text("note", "Why?", typed).hint("For those who decide.").required(),
        ],
        is_open: typed.typed("act") == "forward",
    }))
}

/// To whom a request was handed, in words.
pub(super) async fn receiver(catalog: &Catalog, viewer: &Viewer, forwarded: &Forwarded) -> String {
    let Some(organisation) = &forwarded.organisation else {
        return "another organisation that may decide".to_owned();
    };
    let name = organisation_name(catalog, viewer, organisation).await;
    match &forwarded.person {
        Some(person) => match catalog.person(viewer, person).await {
            Ok(person) => format!("{} of {name}", person.name),
            Err(_) => format!("somebody of {name}"),
        },
        None => name,
    }
}
