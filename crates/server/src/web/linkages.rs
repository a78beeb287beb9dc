//! `/dataset/{id}/linkages`: what a record can be joined with.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use cairn_catalog::LinkedRecord;
use cairn_policy::linkage::Half;
use jiff::Timestamp;

use super::dataset::percent;
use super::page::{PageError, render};
use super::visitor::{Header, Visitor};
use crate::api::datasets::record_id;
use crate::api::linkages::DEFAULT;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;

const LANGUAGE: &str = "en";

#[derive(Template)]
#[template(path = "linkages.html")]
struct LinkagesPage {
    language: &'static str,
    header: Header,
    id: String,
    title: String,
    linked: Vec<LinkedRow>,
}

/// A record that it can be joined with, in words.
struct LinkedRow {
    address: String,
    title: String,
    organisation: Option<String>,
    percent: u32,
    path: &'static str,
    reasons: Vec<String>,
    /// The way to the data of this record, and to that of the other.
    ways: [String; 2],
    missing: Vec<String>,
    cautions: Vec<&'static str>,
}

/// Shows what a record can be joined with, as far as the viewer sees both.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let PathOf(id) = id?;
    let id = record_id(&id)?;
    let view = state.catalog.dataset(&viewer, id).await?;
    let linked = state.catalog.linkages(&viewer, id, DEFAULT, Timestamp::now()).await?;
    render(&LinkagesPage {
        language: LANGUAGE,
        header,
        id: id.to_string(),
        title: view.dataset.title.best(LANGUAGE).unwrap_or_default().to_owned(),
        linked: linked.into_iter().map(row).collect(),
    })
}

fn row(LinkedRecord { card, linkage }: LinkedRecord) -> LinkedRow {
    let missing = linkage.missing.iter().map(|(half, gap)| {
        let of = match half {
            Half::This => "This record",
            Half::Other => "The other",
        };
        format!("{of}: {}", gap.words())
    });
    LinkedRow {
        address: format!("/dataset/{}", card.id),
        title: card.title.best(LANGUAGE).unwrap_or_default().to_owned(),
        organisation: card.organisation.map(|one| one.name),
        percent: percent(linkage.score),
        path: linkage.path.code(),
        reasons: linkage.technical.reasons.iter().map(|reason| reason.words.clone()).collect(),
        missing: missing.collect(),
        cautions: linkage.cautions.iter().map(|caution| caution.words()).collect(),
        ways: linkage.ways.map(|way| way.words),
    }
}
