//! `/api/v1/exchanges`: the flows of data that exist, from whom to whom, what, how and how often.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{Exchange, ExchangeFilter, ExchangeGraph, FacetField, Registered};
use cairn_model::registry::{ExchangeChannel, ExchangeEnding, ExchangeState, ExchangeStatement};
use cairn_model::{LocalizedText, Vocabularies};
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

const DOOR: &str = "/api/v1/exchanges";

/// An exchange as it stands now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeBody {
    /// current or ended.
    state: ExchangeState,
    #[serde(flatten)]
    statement: ExchangeStatement,
    /// When it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
}

/// Who gives data to whom: a directed graph with parallel edges, in the node-link form that graph libraries read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeGraphBody {
    /// Always true: an edge goes from who gives to who receives.
    directed: bool,
    /// Always true: there may be several exchanges between two organisations.
    multigraph: bool,
    /// Organisations.
    nodes: Vec<ExchangeNode>,
    /// Current exchanges.
    edges: Vec<ExchangeEdge>,
    /// Whether that is all of them: at most 10,000 are told.
    complete: bool,
}

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeNode {
    id: String,
    /// Its name, where this viewer may know of it as an organisation that takes part; else its id.
    label: String,
}

/// An exchange.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeEdge {
    /// Id of the exchange.
    key: String,
    /// Id of the organisation that gives.
    source: String,
    /// Id of the organisation that receives.
    target: String,
    title: LocalizedText,
    channel: ExchangeChannel,
    frequency: Option<String>,
    clusters: Vec<String>,
    countries: Vec<String>,
}

/// Which exchanges.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; `filter` reads them")]
pub(crate) struct ExchangeParameters {
    /// Id of an organisation that gives or receives.
    organisation: Option<String>,
    /// Id of the organisation that gives.
    from: Option<String>,
    /// Id of the organisation that receives.
    to: Option<String>,
    /// Country: ISO 3166-1 code or name. Repeatable, as all filters by codes are.
    country: Option<Vec<String>>,
    /// Cluster or area of responsibility: code or name. A cluster includes its areas.
    cluster: Option<Vec<String>>,
    /// A code of the vocabulary `channel`.
    #[param(schema_with = closed_lists::exchange_channel)]
    channel: Option<String>,
    /// current or ended.
    #[param(schema_with = closed_lists::exchange_state)]
    state: Option<String>,
}

fn body(exchange: Exchange) -> ExchangeBody {
    let (state, ended) = (exchange.state(), exchange.ended.map(|at| at.to_string()));
    ExchangeBody { state, statement: exchange.statement, ended }
}

pub(crate) fn answer(exchange: Registered<Exchange>) -> EntryAnswer<ExchangeBody> {
    answers::answer(exchange, body)
}

/// Names of the parameters that say which exchanges.
const FILTERS: [&str; 7] = ["organisation", "from", "to", "country", "cluster", "channel", "state"];

/// Which exchanges are asked for.
pub(crate) fn filter(parameters: &Parameters, vocabularies: &Vocabularies) -> Result<ExchangeFilter, ApiError> {
    let coded = |field: FacetField| filter_codes(parameters, facet_name(field), field, vocabularies);
    let one = |name: &str| Ok::<_, ApiError>(parameters.one(name)?.map(str::to_owned));
    Ok(ExchangeFilter {
        organisation: one("organisation")?,
        from: one("from")?,
        to: one("to")?,
        countries: coded(FacetField::Country)?,
        clusters: coded(FacetField::Cluster)?,
        channel: parameters.coded("channel", ExchangeChannel::ALL, ExchangeChannel::code)?,
        state: parameters.coded("state", ExchangeState::ALL, ExchangeState::code)?,
    })
}

pub(crate) fn graph_answer(graph: ExchangeGraph) -> ExchangeGraphBody {
    let node = |(id, name): (String, Option<String>)| ExchangeNode { label: name.unwrap_or_else(|| id.clone()), id };
    let edge = |Registered { id, body, .. }: Registered<Exchange>| {
        let ExchangeStatement { from, to, title, channel, frequency, clusters, countries, .. } = body.statement;
        ExchangeEdge { key: id, source: from, target: to, title, channel, frequency, clusters, countries }
    };
    ExchangeGraphBody {
        directed: true,
        multigraph: true,
        nodes: graph.organisations.into_iter().map(node).collect(),
        edges: graph.exchanges.into_iter().map(edge).collect(),
        complete: graph.is_whole,
    }
}

/// Lists the exchanges that this viewer may know of.
#[utoipa::path(
    get, operation_id = "listExchanges", path = "/api/v1/exchanges", tag = "exchanges",
    params(ExchangeParameters, ListParameters),
    responses((status = 200, description = "Exchanges", body = EntryList<ExchangeBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<ExchangeBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&[&FILTERS[..], &["after", "limit"]].concat())?;
    let filter = filter(&parameters, state.catalog.vocabularies())?;
    let page = state.catalog.exchanges(&viewer, &filter, &answers::paging(&parameters)?).await?;
    Ok(answers::list(page, body))
}

/// Shows who gives data to whom: the current exchanges that this viewer may know of, as a graph.
#[utoipa::path(
    get, operation_id = "showExchangeGraph", path = "/api/v1/exchanges/graph", tag = "exchanges",
    params(ExchangeParameters),
    responses((status = 200, description = "The graph", body = ExchangeGraphBody), ReadProblems)
)]
pub(crate) async fn graph(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<ExchangeGraphBody>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&FILTERS)?;
    let filter = filter(&parameters, state.catalog.vocabularies())?;
    Ok(Json(graph_answer(state.catalog.exchange_graph(&viewer, &filter).await?)))
}

/// Registers an exchange, for managers, stewards and administrators of one of its two organisations.
#[utoipa::path(
    post, operation_id = "createExchange", path = "/api/v1/exchanges", tag = "exchanges",
    request_body = ExchangeStatement,
    responses(
        (status = 201, description = "It is there", body = EntryAnswer<ExchangeBody>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(statement): Body<ExchangeStatement>,
) -> Result<Created<ExchangeBody>, ApiError> {
    let made = state.catalog.create_exchange(&viewer, statement, Timestamp::now()).await?;
    Ok(answers::created(DOOR, made, body))
}

/// Shows an exchange.
#[utoipa::path(
    get, operation_id = "showExchange", path = "/api/v1/exchanges/{id}", tag = "exchanges",
    params(("id" = String, Path, description = "Exchange id")),
    responses((status = 200, description = "The exchange", body = EntryAnswer<ExchangeBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<ExchangeBody>>, ApiError> {
    Ok(Json(answer(state.catalog.exchange(&viewer, &id).await?)))
}

/// Changes a current exchange, for managers, stewards and administrators of one of its two organisations. Records and an agreement
/// that it names and this viewer may not know of stay.
#[utoipa::path(
    put, operation_id = "changeExchange", path = "/api/v1/exchanges/{id}", tag = "exchanges",
    params(("id" = String, Path, description = "Exchange id"), VersionParameter),
    request_body = ExchangeStatement,
    responses((status = 200, description = "As it is now", body = EntryAnswer<ExchangeBody>), WriteProblems)
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(statement): Body<ExchangeStatement>,
) -> Result<Json<EntryAnswer<ExchangeBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    Ok(Json(answer(state.catalog.change_exchange(&viewer, &id, version, statement, Timestamp::now()).await?)))
}

/// Ends an exchange; the body, which says why for the log of acts, may be left out.
#[utoipa::path(
    post, operation_id = "endExchange", path = "/api/v1/exchanges/{id}/end", tag = "exchanges",
    params(("id" = String, Path, description = "Exchange id"), VersionParameter),
    request_body = ExchangeEnding,
    responses((status = 200, description = "As it is now", body = EntryAnswer<ExchangeBody>), WriteProblems)
)]
pub(crate) async fn end(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Options(ending): Options<ExchangeEnding>,
) -> Result<Json<EntryAnswer<ExchangeBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    Ok(Json(answer(state.catalog.end_exchange(&viewer, &id, version, ending, Timestamp::now()).await?)))
}

/// Shows what was said of an exchange, newest first.
#[utoipa::path(
    get, operation_id = "showExchangeHistory", path = "/api/v1/exchanges/{id}/history", tag = "exchanges",
    params(("id" = String, Path, description = "Exchange id")),
    responses((status = 200, description = "Its versions", body = EntryHistory<ExchangeBody>), ReadProblems)
)]
pub(crate) async fn history(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryHistory<ExchangeBody>>, ApiError> {
    Ok(answers::history(state.catalog.exchange_history(&viewer, &id).await?, body))
}
