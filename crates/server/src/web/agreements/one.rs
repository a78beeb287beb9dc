//! `/agreement/{id}`: what parties agreed on, whether it counts at this moment, and what is proposed for it.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use cairn_catalog::{AgreementStanding, Catalog, HeldAgreement, Registered, RegisteredAgreement};
use cairn_policy::Viewer;
use jiff::Timestamp;

use super::terms::{ShownTerms, shown};
use super::{status_in_words, title};
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;
use crate::web::concerns;
use crate::web::dataset::instant_in_words;
use crate::web::names::{LANGUAGE, organisation_name};
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, SignedInVisitor, to_sign_in};

#[derive(Template)]
#[template(path = "agreement.html")]
struct AgreementPage {
    language: &'static str,
    header: Header,
    id: String,
    title: String,
    status: &'static str,
    /// Whether it can grant anything now.
    counts: bool,
    /// Why, or why not.
    because: Vec<String>,
    held: Option<Held>,
    in_force: Option<InForce>,
    proposal: Option<Proposed>,
    concerns: Vec<(String, String, &'static str)>,
}

struct Held {
    by: String,
    at: String,
    reason: String,
}

struct InForce {
    version: u32,
    since: String,
    terms: ShownTerms,
}

struct Proposed {
    /// Who agreed, and when.
    agreed: Vec<(String, String)>,
    waits_for: Vec<String>,
    terms: ShownTerms,
}

/// Shows an agreement to its parties.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    let PathOf(id) = id?;
    let (catalog, viewer, now) = (&state.catalog, visitor.viewer(), Timestamp::now());
    let agreement = catalog.agreement(viewer, &id).await?;
    let standing = catalog.agreement_standing(viewer, &agreement, now).await?;
    let body = &agreement.body;
    let in_force = match &body.in_force {
        Some(one) => Some(InForce {
            version: one.version,
            since: instant_in_words(one.since),
            terms: shown(catalog, viewer, &one.terms, now).await?,
        }),
        None => None,
    };
    let shown = AgreementPage {
        language: LANGUAGE,
        header: visitor.header.clone(),
        title: title(body),
        status: status_in_words(body.status),
        counts: matches!(standing, AgreementStanding::Counts(_)),
        because: because(&standing),
        held: held(catalog, viewer, body.held.as_ref()).await,
        in_force,
        proposal: proposed(catalog, viewer, &agreement, now).await?,
        concerns: catalog
            .concerns_about_agreement(viewer, &agreement.id)
            .await?
            .iter()
            .map(|one| {
                (
                    format!("/concern/{}", one.id),
                    instant_in_words(one.created),
                    concerns::state_in_words(one.body.state),
                )
            })
            .collect(),
        id: agreement.id.clone(),
    };
    Ok(render(&shown)?.into_response())
}

/// Why an agreement counts, or what keeps it from it.
fn because(standing: &AgreementStanding) -> Vec<String> {
    match standing {
        AgreementStanding::Proposed => vec!["Not everybody in it has agreed yet.".to_owned()],
        AgreementStanding::Held(rules) => rules.iter().map(|rule| rule.words().to_owned()).collect(),
        AgreementStanding::Counts(crises) => crises
            .iter()
            .map(|crisis| {
                let title = crisis.declaration.title.best(LANGUAGE).unwrap_or_default();
                let (glide, end) = (&crisis.declaration.glide, instant_in_words(crisis.end()));
                format!("A crisis opens it for the data of its countries, until {end}: {title} ({glide}).")
            })
            .collect(),
    }
}

async fn held(catalog: &Catalog, viewer: &Viewer, held: Option<&HeldAgreement>) -> Option<Held> {
    let held = held?;
    let by = match &held.by {
        Some(by) => organisation_name(catalog, viewer, by).await,
        None => "Who administers the catalogue".to_owned(),
    };
    Some(Held { by, at: instant_in_words(held.at), reason: held.reason.clone() })
}

async fn proposed(
    catalog: &Catalog,
    viewer: &Viewer,
    agreement: &Registered<RegisteredAgreement>,
    now: Timestamp,
) -> Result<Option<Proposed>, PageError> {
    let Some(proposal) = &agreement.body.proposal else { return Ok(None) };
    let mut agreed = Vec::new();
    for (organisation, at) in &proposal.agreed {
        agreed.push((organisation_name(catalog, viewer, organisation).await, instant_in_words(*at)));
    }
    let mut waits_for = Vec::new();
    for organisation in agreement.body.waits_for() {
        waits_for.push(organisation_name(catalog, viewer, organisation).await);
    }
    let terms = shown(catalog, viewer, &proposal.terms, now).await?;
    Ok(Some(Proposed { agreed, waits_for, terms }))
}
