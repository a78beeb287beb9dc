//! People: who is in an organisation, and what becomes of their accounts.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{Paging, Person, PersonUpdate};
use cairn_policy::Role;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use crate::error::{ApiError, ProblemBody};
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// People of a page.
const MOST_PEOPLE: usize = 200;
/// People of a page where nobody says how many.
const USUAL_PEOPLE: usize = 50;

/// A page of people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PeopleAnswer {
    /// In the order of their ids.
    items: Vec<PersonBody>,
    /// What to give as `after` for the next page; null at the end.
    next: Option<String>,
}

/// Whether an account is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccountState {
    /// Its owner can sign in.
    Active,
    /// Nobody can sign in with it.
    Closed,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonBody {
    id: String,
    name: String,
    /// Organisation id.
    organisation: String,
    #[schema(schema_with = closed_lists::role)]
    role: &'static str,
    state: AccountState,
    /// Mail address; for the person, and for those who look after the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// When the account was made; for the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    /// The day on which the person signed in last; for the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_in: Option<String>,
}

/// What an account is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonRequest {
    /// How the person wants to be called, 200 characters at most.
    name: String,
    #[schema(schema_with = closed_lists::role)]
    role: Role,
    state: AccountState,
}

/// Which people, and where the page begins.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct PeopleParameters {
    /// Organisation id; the viewer's own where none is given, and every one for administrators.
    organisation: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// People of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// Lists the people of the viewer's organisation: names and roles for its people, mail addresses and closed accounts for its
/// stewards and administrators. Of another organisation only those are told who administer the catalogue.
#[utoipa::path(
    get, operation_id = "listPeople", path = "/api/v1/people", tag = "people",
    params(PeopleParameters),
    responses(
        (status = 200, description = "People", body = PeopleAnswer),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody said who they are, or the token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<PeopleAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["organisation", "after", "limit"])?;
    let limit = parameters.count("limit", USUAL_PEOPLE, MOST_PEOPLE)?;
    let paging = Paging {
        after: parameters.one("after")?.unwrap_or_default().to_owned(),
        limit: u32::try_from(limit).unwrap_or(u32::MAX),
    };
    let page = state.catalog.people(&viewer, parameters.one("organisation")?, &paging).await?;
    Ok(Json(PeopleAnswer { items: page.items.into_iter().map(person_body).collect(), next: page.next }))
}

/// Shows a person.
#[utoipa::path(
    get, operation_id = "showPerson", path = "/api/v1/people/{id}", tag = "people",
    params(("id" = String, Path, description = "Person id")),
    responses(
        (status = 200, description = "The person", body = PersonBody),
        (status = 400, description = "The address cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody said who they are, or the token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, or not to be known by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<PersonBody>, ApiError> {
    Ok(Json(person_body(state.catalog.person(&viewer, &id).await?)))
}

/// Changes an account: everybody their own name; administrators, and the stewards of the organisation for roles that theirs
/// includes, the role and whether it is closed. Who is closed has no session and no token from that moment.
#[utoipa::path(
    put, operation_id = "changePerson", path = "/api/v1/people/{id}", tag = "people",
    params(("id" = String, Path, description = "Person id")),
    request_body = PersonRequest,
    responses(
        (status = 200, description = "The person as they are now", body = PersonBody),
        (status = 400, description = "The body is no JSON object", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody said who they are, or the token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not for this viewer to change", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, or not to be known by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Nobody would administer the catalogue", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field breaks a rule", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(request): Body<PersonRequest>,
) -> Result<Json<PersonBody>, ApiError> {
    let PersonRequest { name, role, state: account } = request;
    let update = PersonUpdate { name, role, closed: account == AccountState::Closed };
    Ok(Json(person_body(state.catalog.change_person(&viewer, &id, &update, Timestamp::now()).await?)))
}

/// A person, as the API tells of them.
pub(crate) fn person_body(person: Person) -> PersonBody {
    let state = if person.closed.is_some() { AccountState::Closed } else { AccountState::Active };
    let Person { id, name, organisation, role, closed: _, private } = person;
    let created = private.as_ref().map(|private| private.created.to_string());
    let signed_in = private.as_ref().and_then(|private| private.signed_in).map(|day| day.strftime("%F").to_string());
    let email = private.map(|private| private.email);
    PersonBody { id, name, organisation, role: role.name(), state, email, created, signed_in }
}
