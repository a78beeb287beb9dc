//! Agreements: who may have which data, for what and on which terms, as those who are parties read it.

mod one;
mod terms;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use cairn_catalog::{AgreementStanding, Catalog, Paging, Registered, RegisteredAgreement};
use cairn_model::agreement::AgreementStatus;
use cairn_policy::Viewer;
use jiff::Timestamp;

pub(crate) use self::one::show;
use super::groups::with;
use super::names::{LANGUAGE, words};
use super::page::{PageError, render};
use super::visitor::{Header, SignedInVisitor, to_sign_in};
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::state::AppState;

/// Agreements of a page.
const PAGE_SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "agreements.html")]
struct AgreementsPage {
    language: &'static str,
    header: Header,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    address: String,
    title: String,
    status: &'static str,
    counts: &'static str,
    parties: String,
    purposes: String,
}

/// Shows the agreements that the viewer is a party of.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    let parameters = Parameters::parse(wanted.query());
    let after = parameters.one("after")?.unwrap_or_default().to_owned();
    let (catalog, viewer, now) = (&state.catalog, visitor.viewer(), Timestamp::now());
    let page = catalog.agreements(viewer, &Paging { after, limit: PAGE_SIZE }).await?;
    let mut rows = Vec::with_capacity(page.items.len());
    for agreement in &page.items {
        rows.push(row(catalog, viewer, agreement, now).await?);
    }
    let next = page.next.map(|next| with("/agreements", &[("after", &next)]));
    Ok(render(&AgreementsPage { language: LANGUAGE, header: visitor.header, rows, next })?.into_response())
}

async fn row(
    catalog: &Catalog,
    viewer: &Viewer,
    agreement: &Registered<RegisteredAgreement>,
    now: Timestamp,
) -> Result<Row, PageError> {
    let standing = catalog.agreement_standing(viewer, agreement, now).await?;
    let terms = agreement.body.terms();
    let mut parties = Vec::new();
    for party in terms.iter().flat_map(|terms| &terms.parties) {
        let name = terms::party_name(catalog, viewer, party).await.0;
        if !parties.contains(&name) {
            parties.push(name);
        }
    }
    Ok(Row {
        address: format!("/agreement/{}", agreement.id),
        title: title(&agreement.body),
        status: status_in_words(agreement.body.status),
        counts: if matches!(standing, AgreementStanding::Counts(_)) { "Yes" } else { "No" },
        parties: parties.join(", "),
        purposes: terms.map(|terms| words(catalog, "purpose", &terms.purposes)).unwrap_or_default(),
    })
}

/// The title of an agreement.
fn title(agreement: &RegisteredAgreement) -> String {
    agreement.terms().and_then(|terms| terms.title.best(LANGUAGE)).unwrap_or("Without a title").to_owned()
}

/// Where an agreement stands, for people.
pub(super) fn status_in_words(status: AgreementStatus) -> &'static str {
    match status {
        AgreementStatus::Draft => "Not in force yet",
        AgreementStatus::Active => "Agreed",
        AgreementStatus::Suspended => "Suspended",
        AgreementStatus::Ended => "Ended",
    }
}
