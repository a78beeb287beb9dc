//! `/api/v1/agreements`: who may have which data, for what, as parties agreed.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{HeldAgreement, RegisteredAgreement};
use cairn_model::agreement::{AgreementStatus, AgreementTerms};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::answers::{self, Created, EntryAnswer, EntryHistory, EntryList, ListParameters, Said, VersionParameter};
use crate::api::responses::{ReadProblems, WriteProblems};
use crate::error::ApiError;
use crate::extract::{Body, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

const DOOR: &str = "/api/v1/agreements";

/// An agreement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgreementBody {
    /// Id of the organisation that proposed it first.
    organisation: String,
    /// Where it stands.
    status: AgreementStatus,
    /// The terms that count.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force: Option<InForceBody>,
    /// The terms that are proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<ProposalBody>,
    /// Who suspended or ended it, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<HeldBody>,
}

/// Terms that every organisation in them agreed to.
#[derive(Debug, Serialize, ToSchema)]
struct InForceBody {
    /// The version of the terms that decisions name, from 1.
    version: u32,
    /// When they came into force.
    since: Timestamp,
    terms: AgreementTerms,
}

/// Terms that wait for parties to agree.
#[derive(Debug, Serialize, ToSchema)]
struct ProposalBody {
    terms: AgreementTerms,
    /// The organisations that agreed, and when.
    agreed: BTreeMap<String, Timestamp>,
    /// The organisations that have not agreed yet, of these terms and of those in force.
    waits_for: Vec<String>,
}

/// Why an agreement does not grant.
#[derive(Debug, Serialize, ToSchema)]
struct HeldBody {
    /// The organisation that did it; none for who administers the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    at: Timestamp,
    reason: String,
}

pub(crate) fn body(agreement: RegisteredAgreement) -> AgreementBody {
    let waits_for = agreement.waits_for().into_iter().map(str::to_owned).collect();
    let RegisteredAgreement { organisation, status, in_force, proposal, held } = agreement;
    AgreementBody {
        organisation,
        status,
        in_force: in_force.map(|one| InForceBody { version: one.version, since: one.since, terms: one.terms }),
        proposal: proposal.map(|one| ProposalBody { waits_for, terms: one.terms, agreed: one.agreed }),
        held: held.map(|HeldAgreement { by, at, reason }| HeldBody { by, at, reason }),
    }
}

/// Lists the agreements that the viewer's organisation, or a group of theirs, is a party of.
#[utoipa::path(
    get, operation_id = "listAgreements", path = "/api/v1/agreements", tag = "agreements",
    params(ListParameters),
    responses((status = 200, description = "Agreements", body = EntryList<AgreementBody>), ReadProblems)
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryList<AgreementBody>>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["after", "limit"])?;
    let page = state.catalog.agreements(&viewer, &answers::paging(&parameters)?).await?;
    Ok(answers::list(page, body))
}

/// Proposes an agreement, for managers and stewards of an organisation that is a party. It is in force, and decides, once
/// every organisation in it agreed.
#[utoipa::path(
    post, operation_id = "proposeAgreement", path = "/api/v1/agreements", tag = "agreements",
    request_body = AgreementTerms,
    responses(
        (status = 201, description = "It is proposed", body = EntryAnswer<AgreementBody>, headers(("Location" = String, description = "Where it is shown"))),
        WriteProblems,
    )
)]
pub(crate) async fn propose(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Body(terms): Body<AgreementTerms>,
) -> Result<Created<AgreementBody>, ApiError> {
    let made = state.catalog.propose_agreement(&viewer, terms, Timestamp::now()).await?;
    Ok(answers::created(DOOR, made, body))
}

/// Shows an agreement to its parties.
#[utoipa::path(
    get, operation_id = "showAgreement", path = "/api/v1/agreements/{id}", tag = "agreements",
    params(("id" = String, Path, description = "Agreement id")),
    responses((status = 200, description = "The agreement", body = EntryAnswer<AgreementBody>), ReadProblems)
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<AgreementBody>>, ApiError> {
    Ok(Json(answers::answer(state.catalog.agreement(&viewer, &id).await?, body)))
}

/// Proposes other terms for an agreement: those in force count until every organisation in them and in the new ones agreed.
#[utoipa::path(
    put, operation_id = "proposeTerms", path = "/api/v1/agreements/{id}", tag = "agreements",
    params(("id" = String, Path, description = "Agreement id"), VersionParameter),
    request_body = AgreementTerms,
    responses((status = 200, description = "As it is now", body = EntryAnswer<AgreementBody>), WriteProblems)
)]
pub(crate) async fn propose_terms(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
    Body(terms): Body<AgreementTerms>,
) -> Result<Json<EntryAnswer<AgreementBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    let changed = state.catalog.propose_terms(&viewer, &id, version, terms, Timestamp::now()).await?;
    Ok(Json(answers::answer(changed, body)))
}

/// Shows what an agreement was, newest first.
#[utoipa::path(
    get, operation_id = "showAgreementHistory", path = "/api/v1/agreements/{id}/history", tag = "agreements",
    params(("id" = String, Path, description = "Agreement id")),
    responses((status = 200, description = "Its versions", body = EntryHistory<AgreementBody>), ReadProblems)
)]
pub(crate) async fn history(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryHistory<AgreementBody>>, ApiError> {
    Ok(answers::history(state.catalog.agreement_history(&viewer, &id).await?, body))
}

/// Agrees to the proposed terms in the name of the viewer's organisation, for its stewards. With the last one that agrees they
/// are in force.
#[utoipa::path(
    post, operation_id = "agree", path = "/api/v1/agreements/{id}/agree", tag = "agreements",
    params(("id" = String, Path, description = "Agreement id"), VersionParameter),
    responses((status = 200, description = "As it is now", body = EntryAnswer<AgreementBody>), WriteProblems)
)]
pub(crate) async fn agree(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<EntryAnswer<AgreementBody>>, ApiError> {
    let version = answers::version_alone(query.as_deref())?;
    let agreed = state.catalog.agree(&viewer, &id, version, None, Timestamp::now()).await?;
    Ok(Json(answers::answer(agreed, body)))
}

/// Drops what was proposed.
#[utoipa::path(
    post, operation_id = "dropProposal", path = "/api/v1/agreements/{id}/drop", tag = "agreements",
    params(("id" = String, Path, description = "Agreement id")),
    responses((status = 200, description = "As it is now", body = EntryAnswer<AgreementBody>), WriteProblems)
)]
pub(crate) async fn drop_proposal(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<Json<EntryAnswer<AgreementBody>>, ApiError> {
    Ok(Json(answers::answer(state.catalog.drop_proposal(&viewer, &id, Timestamp::now()).await?, body)))
}

async fn hold(
    state: AppState,
    viewer: cairn_policy::Viewer,
    id: &str,
    status: AgreementStatus,
    said: &Said,
) -> Result<Json<EntryAnswer<AgreementBody>>, ApiError> {
    let held = state.catalog.hold_agreement(&viewer, id, status, &said.reason, Timestamp::now()).await?;
    Ok(Json(answers::answer(held, body)))
}

/// Suspends an agreement: it grants nothing, and still forbids what it forbids. For stewards of those who provide the data.
#[utoipa::path(
    post, operation_id = "suspendAgreement", path = "/api/v1/agreements/{id}/suspend", tag = "agreements",
    params(("id" = String, Path, description = "Agreement id")), request_body = Said,
    responses((status = 200, description = "As it is now", body = EntryAnswer<AgreementBody>), WriteProblems)
)]
pub(crate) async fn suspend(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(said): Body<Said>,
) -> Result<Json<EntryAnswer<AgreementBody>>, ApiError> {
    hold(state, viewer, &id, AgreementStatus::Suspended, &said).await
}

/// Resumes an agreement, for who suspended it.
#[utoipa::path(
    post, operation_id = "resumeAgreement", path = "/api/v1/agreements/{id}/resume", tag = "agreements",
    params(("id" = String, Path, description = "Agreement id")), request_body = Said,
    responses((status = 200, description = "As it is now", body = EntryAnswer<AgreementBody>), WriteProblems)
)]
pub(crate) async fn resume(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(said): Body<Said>,
) -> Result<Json<EntryAnswer<AgreementBody>>, ApiError> {
    hold(state, viewer, &id, AgreementStatus::Active, &said).await
}

/// Ends an agreement, for stewards of those who provide the data.
#[utoipa::path(
    post, operation_id = "endAgreement", path = "/api/v1/agreements/{id}/end", tag = "agreements",
    params(("id" = String, Path, description = "Agreement id")), request_body = Said,
    responses((status = 200, description = "As it is now", body = EntryAnswer<AgreementBody>), WriteProblems)
)]
pub(crate) async fn end(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Body(said): Body<Said>,
) -> Result<Json<EntryAnswer<AgreementBody>>, ApiError> {
    hold(state, viewer, &id, AgreementStatus::Ended, &said).await
}

/// The terms in force as an ODRL policy (W3C ODRL Information Model 2.2) in JSON-LD, for its parties.
#[utoipa::path(
    get, operation_id = "exportAgreement", path = "/api/v1/agreements/{id}/odrl", tag = "agreements",
    params(("id" = String, Path, description = "Agreement id")),
    responses((status = 200, description = "An ODRL agreement", body = Value, content_type = "application/ld+json"), ReadProblems)
)]
pub(crate) async fn odrl(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
) -> Result<([(&'static str, &'static str); 1], Json<Value>), ApiError> {
    let policy = state.catalog.agreement_as_odrl(&viewer, &id, &state.public_url).await?;
    Ok(([("content-type", "application/ld+json")], Json(policy)))
}
