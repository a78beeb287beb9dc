//! `/api/v1/needs`: what data organisations need, for whom and why.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{FacetField, Need, NeedFilter, NeedPage, Registered};
use cairn_model::Vocabularies;
use cairn_model::registry::{NeedMet, NeedState, NeedStatement, NeedWithdrawal};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::answers::{self, Created, EntryAnswer, EntryHistory, ListParameters, VersionParameter};
use crate::api::closed_lists;
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::api::search::{FacetValue, facet_values};
use crate::error::ApiError;
use crate::extract::{Body, Options, PathOf};
use crate::parameters::{Parameters, facet_name, filter_codes};
use crate::state::AppState;
use crate::viewer::Asking;

const DOOR: &str = "/api/v1/needs";

/// A need as it stands now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeedBody {
    /// open, met, withdrawn, or expired: 90 days after the date by which it was needed.
    state: NeedState,
    /// Id of the organisation that has the need.
    organisation: String,
    #[serde(flatten)]
    statement: NeedStatement,
    /// What is said of a need that is met; the record only where this viewer may know of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    met: Option<NeedMet>,
}

/// A part of the list of needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeedList {
    /// Needs in all parts, and with `unmet=true` those that are met, too.
    total: usize,
    /// Whether that is all of them: of more than 10,000 that this viewer may know of the oldest are not read. Ask for one
    /// organisation or for the open ones.
    complete: bool,
    /// Newest first.
    items: Vec<EntryAnswer<NeedBody>>,
    /// What `after` is to be for the next part; none at the end. With `unmet=true` a part may hold fewer than `limit`.
    next: Option<String>,
    /// How many of them are about which country and cluster; a cluster includes its areas of responsibility.
    facets: BTreeMap<&'static str, Vec<FacetValue>>,
}

/// Which needs.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; `filter` reads them")]
pub(crate) struct NeedParameters {
    /// Country: ISO 3166-1 code or name. Repeatable, as all filters by codes are.
    country: Option<Vec<String>>,
    /// Cluster or area of responsibility: code or name. A cluster includes its areas.
    cluster: Option<Vec<String>>,
    /// Purpose: code or name. One includes those below it.
    purpose: Option<Vec<String>>,
    /// Id of the organisation that has the need.
    organisation: Option<String>,
    /// open, met, withdrawn or expired.
    #[param(schema_with = closed_lists::need_state)]
    state: Option<String>,
    /// Only those that no holding answers which this viewer may know of; at most 200 needs a part are asked about.
    #[param(default = false)]
    unmet: Option<bool>,
}

pub(crate) fn body(need: Need, at: Timestamp) -> NeedBody {
    let (state, met) = (need.state(at), need.met().cloned());
    NeedBody { state, organisation: need.organisation, statement: need.statement, met }
}

pub(crate) fn answer(need: Registered<Need>, now: Timestamp) -> EntryAnswer<NeedBody> {
    answers::answer(need, |need| body(need, now))
}

/// Names of the parameters that say which needs.
pub(crate) const FILTERS: [&str; 6] = ["country", "cluster", "purpose", "organisation", "state", "unmet"];

/// Which needs are asked for.
pub(crate) fn filter(parameters: &Parameters, vocabularies: &Vocabularies) -> Result<NeedFilter, ApiError> {
    let coded = |field: FacetField| filter_codes(parameters, facet_name(field), field, vocabularies);
    let purpose = |value: &String| match vocabularies.purpose(value) {
        Some(code) => Ok(code.to_owned()),
        None => Err(ApiError::bad_request("`purpose` is a code or name of /api/v1/vocabularies/purpose.")),
    };
    Ok(NeedFilter {
        countries: coded(FacetField::Country)?,
        clusters: coded(FacetField::Cluster)?,
        purposes: parameters.many("purpose", true)?.iter().map(purpose).collect::<Result<_, _>>()?,
        organisation: parameters.one("organisation")?.map(str::to_owned),
        state: parameters.coded("state", NeedState::ALL, NeedState::code)?,
        unmet: parameters.flag("unmet")?,
    })
}

/// Lists the needs that this viewer may know of, newest first.
#[utoipa::path(
    get, operation_id = "listNeeds", path = "/api/v1/needs", tag = "needs",
    params(NeedParameters, ListParameters),
    responses((status = 200, description = "Needs", body = NeedList), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<NeedList>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&[&FILTERS[..], &["after", "limit"]].concat())?;
    let filter = filter(&parameters, state.catalog.vocabularies())?;
    let now = Timestamp::now();
    let _place = if filter.unmet { Some(state.whole_source_place(&viewer).await?) } else { None };
    let page = state.catalog.needs(&viewer, &filter, &answers::paging(&parameters)?, now).await?;
    let NeedPage { items, next, total, is_whole: complete, countries, clusters } = page;
    let facets = [(FacetField::Country, countries), (FacetField::Cluster, clusters)];
    let facets = facets
        .into_iter()
        .map(|(field, counts)| (facet_name(field), facet_values(field, counts, "en", &state.catalog)))
        .collect();
    Ok(Json(NeedList {
        total,
        complete,
        items: items.into_iter().map(|need| answer(need, now)).collect(),
        next,
        facets,
    }))
}

/// States a need of one's own organisation, for its managers, stewards and administrators.
#[utoipa::path(
    post, operation_id = "createNeed", path = "/api/v1/needs", tag = "needs",
    request_body = NeedStatement,
    responses(
        (status = 201, description = "It is there", body = EntryAnswer<NeedBody>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(statement): Body<NeedStatement>,
) -> Result<Created<NeedBody>, ApiError> {
    let now = Timestamp::now();
    let made = state.catalog.create_need(&viewer, None, statement, now).await?;
    Ok(answers::created(DOOR, made, |need| body(need, now)))
}

/// Shows a need.
#[utoipa::path(
    get, operation_id = "showNeed", path = "/api/v1/needs/{id}", tag = "needs",
    params(("id" = String, Path, description = "Need id")),
    responses((status = 200, description = "The need", body = EntryAnswer<NeedBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<NeedBody>>, ApiError> {
    Ok(Json(answer(state.catalog.need(&viewer, &id).await?, Timestamp::now())))
}

/// Changes a need that was neither met nor withdrawn, for the managers, stewards and administrators of its organisation.
#[utoipa::path(
    put, operation_id = "changeNeed", path = "/api/v1/needs/{id}", tag = "needs",
    params(("id" = String, Path, description = "Need id"), VersionParameter),
    request_body = NeedStatement,
    responses((status = 200, description = "As it is now", body = EntryAnswer<NeedBody>), WriteProblems)
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(statement): Body<NeedStatement>,
) -> Result<Json<EntryAnswer<NeedBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    let now = Timestamp::now();
    Ok(Json(answer(state.catalog.change_need(&viewer, &id, version, statement, now).await?, now)))
}

/// Says that a need is met, by which record or how; the body may be left out.
#[utoipa::path(
    post, operation_id = "meetNeed", path = "/api/v1/needs/{id}/met", tag = "needs",
    params(("id" = String, Path, description = "Need id"), VersionParameter),
    request_body = NeedMet,
    responses((status = 200, description = "As it is now", body = EntryAnswer<NeedBody>), WriteProblems)
)]
pub(crate) async fn meet(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Options(met): Options<NeedMet>,
) -> Result<Json<EntryAnswer<NeedBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    let now = Timestamp::now();
    Ok(Json(answer(state.catalog.meet_need(&viewer, &id, version, met, now).await?, now)))
}

/// Withdraws a need; the body, which says why for the log of acts, may be left out.
#[utoipa::path(
    post, operation_id = "withdrawNeed", path = "/api/v1/needs/{id}/withdraw", tag = "needs",
    params(("id" = String, Path, description = "Need id"), VersionParameter),
    request_body = NeedWithdrawal,
    responses((status = 200, description = "As it is now", body = EntryAnswer<NeedBody>), WriteProblems)
)]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Options(withdrawal): Options<NeedWithdrawal>,
) -> Result<Json<EntryAnswer<NeedBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    let now = Timestamp::now();
    Ok(Json(answer(state.catalog.withdraw_need(&viewer, &id, version, withdrawal, now).await?, now)))
}

/// Shows what was said of a need, newest first, each version in the state that it had when it came.
#[utoipa::path(
    get, operation_id = "showNeedHistory", path = "/api/v1/needs/{id}/history", tag = "needs",
    params(("id" = String, Path, description = "Need id")),
    responses((status = 200, description = "Its versions", body = EntryHistory<NeedBody>), ReadProblems)
)]
pub(crate) async fn history(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryHistory<NeedBody>>, ApiError> {
    let versions = state.catalog.need_history(&viewer, &id).await?;
    Ok(Json(
        versions
            .into_iter()
            .map(|version| {
                let came = version.changed;
                answer(version, came)
            })
            .collect(),
    ))
}
