//! `/api/v1/datasets/{id}/derivations` and `/releases`: what is made of what, and what owners release of it.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{Derivations, DerivedLink, Registered, Release};
use cairn_model::LocalizedText;
use cairn_model::registry::ReleaseStatement;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{self, EntryAnswer, VersionParameter};
use crate::api::datasets::record_id;
use crate::api::responses::{ReadProblems, RecordLeft, RecordLeftMeanwhile, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::state::AppState;
use crate::viewer::Asking;

/// What a record is made of, and what is made of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DerivationsBody {
    /// What it is made of.
    sources: Vec<DerivedLinkBody>,
    /// What is made of it.
    products: Vec<DerivedLinkBody>,
}

/// A record at the other end.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DerivedLinkBody {
    /// Id of the record.
    dataset: String,
    title: LocalizedText,
    /// Of what it is made of, for those who manage it: on which axes it is less restricted than that at this moment, because
    /// that was closed further since.
    #[serde(skip_serializing_if = "Option::is_none")]
    looser: Option<Vec<String>>,
}

/// What the owner of a record releases of something that is made of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReleaseBody {
    /// Id of the record.
    source: String,
    /// Id of what is made of it.
    derived: String,
    /// Id of the organisation that owns the record.
    organisation: String,
    /// Id of the organisation that registers what is made of it.
    to: String,
    #[serde(flatten)]
    statement: ReleaseStatement,
}

impl From<DerivedLink> for DerivedLinkBody {
    fn from(link: DerivedLink) -> Self {
        Self { dataset: link.id.to_string(), title: link.title, looser: link.looser }
    }
}

pub(crate) fn derivations_answer(derivations: Derivations) -> DerivationsBody {
    let Derivations { sources, products } = derivations;
    let links = |links: Vec<DerivedLink>| links.into_iter().map(DerivedLinkBody::from).collect();
    DerivationsBody { sources: links(sources), products: links(products) }
}

fn body(release: Release) -> ReleaseBody {
    let Release { source, derived, organisation, to, statement } = release;
    ReleaseBody { source: source.to_string(), derived: derived.to_string(), organisation, to, statement }
}

pub(crate) fn answer(release: Registered<Release>) -> EntryAnswer<ReleaseBody> {
    answers::answer(release, body)
}

/// Shows what a record is made of and what is made of it: records of which this viewer sees more than a stub, as of the record
/// itself.
#[utoipa::path(
    get, operation_id = "showDerivations", path = "/api/v1/datasets/{id}/derivations", tag = "datasets",
    params(("id" = String, Path, description = "Record id")),
    responses((status = 200, description = "Both", body = DerivationsBody), ReadProblems, RecordLeft)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<DerivationsBody>, ApiError> {
    Ok(Json(derivations_answer(state.catalog.derivations(&viewer, record_id(&id)?).await?)))
}

/// Shows what was released of a record for something that is made of it, for the two organisations.
#[utoipa::path(
    get, operation_id = "showRelease", path = "/api/v1/datasets/{id}/releases/{derived}", tag = "datasets",
    params(
        ("id" = String, Path, description = "Record id"),
        ("derived" = String, Path, description = "Id of what is made of it"),
    ),
    responses((status = 200, description = "The release", body = EntryAnswer<ReleaseBody>), ReadProblems, RecordLeft)
)]
pub(crate) async fn show_release(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf((source, derived)): PathOf<(String, String)>,
) -> Result<Json<EntryAnswer<ReleaseBody>>, ApiError> {
    Ok(Json(answer(state.catalog.released(&viewer, record_id(&source)?, record_id(&derived)?).await?)))
}

/// Lets something that is made of a record be less restricted than it, for stewards of the organisation that owns the record;
/// `version` is 0 where nothing was released yet.
#[utoipa::path(
    put, operation_id = "putRelease", path = "/api/v1/datasets/{id}/releases/{derived}", tag = "datasets",
    params(
        ("id" = String, Path, description = "Record id"),
        ("derived" = String, Path, description = "Id of what is made of it"),
        VersionParameter,
    ),
    request_body = ReleaseStatement,
    responses((status = 200, description = "As it is now", body = EntryAnswer<ReleaseBody>), WriteProblems, RecordLeftMeanwhile)
)]
pub(crate) async fn put_release(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf((source, derived)): PathOf<(String, String)>,
    RawQuery(query): RawQuery,
    Body(statement): Body<ReleaseStatement>,
) -> Result<Json<EntryAnswer<ReleaseBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    let (source, derived) = (record_id(&source)?, record_id(&derived)?);
    Ok(Json(answer(state.catalog.release(&viewer, source, derived, version, statement, Timestamp::now()).await?)))
}
