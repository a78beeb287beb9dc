//! `/api/v1/practices`: good practices, use cases and lessons, attached to the holdings that they are about.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{FacetField, Practice, PracticeFilter, Registered};
use cairn_model::registry::{PracticeKind, PracticeStatement};
use cairn_model::{DatasetId, Vocabularies};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::answers::{self, Created, EntryAnswer, EntryHistory, EntryList, ListParameters, VersionParameter};
use crate::api::closed_lists;
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::parameters::{Parameters, facet_name, filter_codes};
use crate::state::AppState;
use crate::viewer::Asking;

const DOOR: &str = "/api/v1/practices";

/// Longest text that practices are searched by, in characters.
const LONGEST_WORDS: usize = 200;

/// A practice as it stands now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PracticeBody {
    /// Id of the organisation that tells it.
    organisation: String,
    #[serde(flatten)]
    statement: PracticeStatement,
    /// When it was withdrawn; only its organisation reads it since.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn: Option<String>,
}

/// Which practices.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; `filter` reads them")]
pub(crate) struct PracticeParameters {
    /// Words that stand in the title or description, or begin a word there.
    #[param(max_length = 200)]
    q: Option<String>,
    /// A code of the vocabulary `practice-kind`.
    #[param(schema_with = closed_lists::practice_kind)]
    kind: Option<String>,
    /// Id of the organisation that tells it.
    organisation: Option<String>,
    /// Id of a record that it is attached to.
    #[param(format = Uuid)]
    record: Option<String>,
    /// Country: ISO 3166-1 code or name. Repeatable, as all filters by codes are.
    country: Option<Vec<String>>,
    /// Cluster or area of responsibility: code or name. A cluster includes its areas.
    cluster: Option<Vec<String>>,
}

fn body(practice: Practice) -> PracticeBody {
    let Practice { statement, organisation, withdrawn } = practice;
    PracticeBody { organisation, statement, withdrawn: withdrawn.map(|at| at.to_string()) }
}

pub(crate) fn answer(practice: Registered<Practice>) -> EntryAnswer<PracticeBody> {
    answers::answer(practice, body)
}

/// Names of the parameters that say which practices.
const FILTERS: [&str; 6] = ["q", "kind", "organisation", "record", "country", "cluster"];

/// Which practices are asked for.
pub(crate) fn filter(parameters: &Parameters, vocabularies: &Vocabularies) -> Result<PracticeFilter, ApiError> {
    let coded = |field: FacetField| filter_codes(parameters, facet_name(field), field, vocabularies);
    let record = |value: &str| {
        value.parse::<DatasetId>().map_err(|_| ApiError::bad_request("`record` is the id of a record, a UUID."))
    };
    let words = parameters.one("q")?.unwrap_or_default();
    if words.chars().count() > LONGEST_WORDS {
        return Err(ApiError::bad_request(format!("`q` has {LONGEST_WORDS} characters at most.")));
    }
    Ok(PracticeFilter {
        words: words.to_owned(),
        kind: parameters.coded("kind", PracticeKind::ALL, PracticeKind::code)?,
        organisation: parameters.one("organisation")?.map(str::to_owned),
        record: parameters.one("record")?.map(record).transpose()?,
        countries: coded(FacetField::Country)?,
        clusters: coded(FacetField::Cluster)?,
    })
}

/// Lists the practices that this viewer may read.
#[utoipa::path(
    get, operation_id = "listPractices", path = "/api/v1/practices", tag = "practices",
    params(PracticeParameters, ListParameters),
    responses((status = 200, description = "Practices", body = EntryList<PracticeBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<PracticeBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&[&FILTERS[..], &["after", "limit"]].concat())?;
    let filter = filter(&parameters, state.catalog.vocabularies())?;
    let page = state.catalog.practices(&viewer, &filter, &answers::paging(&parameters)?).await?;
    Ok(answers::list(page, body))
}

/// Tells of a practice, for managers, stewards and administrators of an organisation.
#[utoipa::path(
    post, operation_id = "createPractice", path = "/api/v1/practices", tag = "practices",
    request_body = PracticeStatement,
    responses(
        (status = 201, description = "It is there", body = EntryAnswer<PracticeBody>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(statement): Body<PracticeStatement>,
) -> Result<Created<PracticeBody>, ApiError> {
    let made = state.catalog.create_practice(&viewer, None, statement, Timestamp::now()).await?;
    Ok(answers::created(DOOR, made, body))
}

/// Shows a practice.
#[utoipa::path(
    get, operation_id = "showPractice", path = "/api/v1/practices/{id}", tag = "practices",
    params(("id" = String, Path, description = "Practice id")),
    responses((status = 200, description = "The practice", body = EntryAnswer<PracticeBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<PracticeBody>>, ApiError> {
    Ok(Json(answer(state.catalog.practice(&viewer, &id).await?)))
}

/// Changes a practice, for managers, stewards and administrators of its organisation. Records that it names and this viewer may
/// not know of stay.
#[utoipa::path(
    put, operation_id = "changePractice", path = "/api/v1/practices/{id}", tag = "practices",
    params(("id" = String, Path, description = "Practice id"), VersionParameter),
    request_body = PracticeStatement,
    responses((status = 200, description = "As it is now", body = EntryAnswer<PracticeBody>), WriteProblems)
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(statement): Body<PracticeStatement>,
) -> Result<Json<EntryAnswer<PracticeBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    Ok(Json(answer(state.catalog.change_practice(&viewer, &id, version, statement, Timestamp::now()).await?)))
}

/// Withdraws a practice: from then on its organisation alone reads it.
#[utoipa::path(
    delete, operation_id = "withdrawPractice", path = "/api/v1/practices/{id}", tag = "practices",
    params(("id" = String, Path, description = "Practice id"), VersionParameter),
    responses((status = 200, description = "As it is now", body = EntryAnswer<PracticeBody>), WriteProblems)
)]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryAnswer<PracticeBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    Ok(Json(answer(state.catalog.withdraw_practice(&viewer, &id, version, Timestamp::now()).await?)))
}

/// Shows what was said of a practice, newest first.
#[utoipa::path(
    get, operation_id = "showPracticeHistory", path = "/api/v1/practices/{id}/history", tag = "practices",
    params(("id" = String, Path, description = "Practice id")),
    responses((status = 200, description = "Its versions", body = EntryHistory<PracticeBody>), ReadProblems)
)]
pub(crate) async fn history(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryHistory<PracticeBody>>, ApiError> {
    Ok(answers::history(state.catalog.practice_history(&viewer, &id).await?, body))
}
