//! `/api/v1/collaboratives`: data collaboratives, each with its canvas, and who does what in it.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, header};
use cairn_catalog::{Collaborative, CollaborativeFilter, FacetField, Registered};
use cairn_model::Vocabularies;
use cairn_model::registry::{CollaborativeEnding, CollaborativeState, CollaborativeStatement, MissingPart};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::answers::{self, Created, EntryAnswer, EntryHistory, EntryList, ListParameters, VersionParameter};
use crate::api::closed_lists;
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, Options, PathOf};
use crate::parameters::{Parameters, facet_name, filter_codes};
use crate::state::AppState;
use crate::viewer::Asking;

const DOOR: &str = "/api/v1/collaboratives";

/// A collaborative as it stands now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CollaborativeBody {
    /// current or ended.
    state: CollaborativeState,
    #[serde(flatten)]
    statement: CollaborativeStatement,
    /// What is still missing before it could start, told of what this viewer is shown.
    missing: Vec<MissingPartBody>,
    /// When it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
}

/// What is missing of a canvas.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissingPartBody {
    /// The part, as its field is called.
    part: String,
    /// What is missing, and why it matters.
    why: String,
}

/// Which collaboratives.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; `filter` reads them")]
pub(crate) struct CollaborativeParameters {
    /// Id of an organisation that leads or takes part.
    organisation: Option<String>,
    /// Country: ISO 3166-1 code or name. Repeatable, as all filters by codes are.
    country: Option<Vec<String>>,
    /// Cluster or area of responsibility: code or name. A cluster includes its areas.
    cluster: Option<Vec<String>>,
    /// current or ended.
    #[param(schema_with = closed_lists::collaborative_state)]
    state: Option<String>,
}

fn body(collaborative: Collaborative) -> CollaborativeBody {
    let (state, ended) = (collaborative.state(), collaborative.ended.map(|at| at.to_string()));
    let missing = collaborative.statement.missing().into_iter();
    CollaborativeBody {
        state,
        missing: missing.map(|MissingPart { part, why }| MissingPartBody { part, why }).collect(),
        statement: collaborative.statement,
        ended,
    }
}

pub(crate) fn answer(collaborative: Registered<Collaborative>) -> EntryAnswer<CollaborativeBody> {
    answers::answer(collaborative, body)
}

/// Names of the parameters that say which collaboratives.
const FILTERS: [&str; 4] = ["organisation", "country", "cluster", "state"];

/// Which collaboratives are asked for.
pub(crate) fn filter(parameters: &Parameters, vocabularies: &Vocabularies) -> Result<CollaborativeFilter, ApiError> {
    let coded = |field: FacetField| filter_codes(parameters, facet_name(field), field, vocabularies);
    Ok(CollaborativeFilter {
        organisation: parameters.one("organisation")?.map(str::to_owned),
        countries: coded(FacetField::Country)?,
        clusters: coded(FacetField::Cluster)?,
        state: parameters.coded("state", CollaborativeState::ALL, CollaborativeState::code)?,
    })
}

/// Lists the collaboratives that this viewer may know of.
#[utoipa::path(
    get, operation_id = "listCollaboratives", path = "/api/v1/collaboratives", tag = "collaboratives",
    params(CollaborativeParameters, ListParameters),
    responses((status = 200, description = "Collaboratives", body = EntryList<CollaborativeBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<CollaborativeBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&[&FILTERS[..], &["after", "limit"]].concat())?;
    let filter = filter(&parameters, state.catalog.vocabularies())?;
    let page = state.catalog.collaboratives(&viewer, &filter, &answers::paging(&parameters)?).await?;
    Ok(answers::list(page, body))
}

/// Registers a collaborative, for managers, stewards and administrators of the organisation that leads it.
#[utoipa::path(
    post, operation_id = "createCollaborative", path = "/api/v1/collaboratives", tag = "collaboratives",
    request_body = CollaborativeStatement,
    responses(
        (status = 201, description = "It is there", body = EntryAnswer<CollaborativeBody>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(statement): Body<CollaborativeStatement>,
) -> Result<Created<CollaborativeBody>, ApiError> {
    let made = state.catalog.create_collaborative(&viewer, statement, Timestamp::now()).await?;
    Ok(answers::created(DOOR, made, body))
}

/// Shows a collaborative: its canvas, and what is still missing of it.
#[utoipa::path(
    get, operation_id = "showCollaborative", path = "/api/v1/collaboratives/{id}", tag = "collaboratives",
    params(("id" = String, Path, description = "Collaborative id")),
    responses((status = 200, description = "The collaborative", body = EntryAnswer<CollaborativeBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<CollaborativeBody>>, ApiError> {
    Ok(Json(answer(state.catalog.collaborative(&viewer, &id).await?)))
}

/// Changes the canvas of a current collaborative, for managers, stewards and administrators of its lead. Needs, records and an agreement
/// that it names and this viewer may not know of stay.
#[utoipa::path(
    put, operation_id = "changeCollaborative", path = "/api/v1/collaboratives/{id}", tag = "collaboratives",
    params(("id" = String, Path, description = "Collaborative id"), VersionParameter),
    request_body = CollaborativeStatement,
    responses((status = 200, description = "As it is now", body = EntryAnswer<CollaborativeBody>), WriteProblems)
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(statement): Body<CollaborativeStatement>,
) -> Result<Json<EntryAnswer<CollaborativeBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    let changed = state.catalog.change_collaborative(&viewer, &id, version, statement, Timestamp::now()).await?;
    Ok(Json(answer(changed)))
}

/// Ends a collaborative; the body, which says why for the log of acts, may be left out.
#[utoipa::path(
    post, operation_id = "endCollaborative", path = "/api/v1/collaboratives/{id}/end", tag = "collaboratives",
    params(("id" = String, Path, description = "Collaborative id"), VersionParameter),
    request_body = CollaborativeEnding,
    responses((status = 200, description = "As it is now", body = EntryAnswer<CollaborativeBody>), WriteProblems)
)]
pub(crate) async fn end(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Options(ending): Options<CollaborativeEnding>,
) -> Result<Json<EntryAnswer<CollaborativeBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    Ok(Json(answer(state.catalog.end_collaborative(&viewer, &id, version, ending, Timestamp::now()).await?)))
}

/// Shows what was said of a collaborative, newest first.
#[utoipa::path(
    get, operation_id = "showCollaborativeHistory", path = "/api/v1/collaboratives/{id}/history", tag = "collaboratives",
    params(("id" = String, Path, description = "Collaborative id")),
    responses((status = 200, description = "Its versions", body = EntryHistory<CollaborativeBody>), ReadProblems)
)]
pub(crate) async fn history(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryHistory<CollaborativeBody>>, ApiError> {
    Ok(answers::history(state.catalog.collaborative_history(&viewer, &id).await?, body))
}

/// Shows who does what in a collaborative as a CSV file, a line for each party: UTF-8 with a byte order mark; a cell that a spreadsheet
/// would take for a formula begins with an apostrophe.
#[utoipa::path(
    get, operation_id = "downloadCollaborativeRoles", path = "/api/v1/collaboratives/{id}/roles.csv", tag = "collaboratives",
    params(("id" = String, Path, description = "Collaborative id")),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), ReadProblems)
)]
pub(crate) async fn roles(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<([(HeaderName, HeaderValue); 2], String), ApiError> {
    let collaborative = state.catalog.collaborative(&viewer, &id).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"roles.csv\"")),
    ];
    Ok((headers, collaborative.body.roles_as_csv()?))
}
