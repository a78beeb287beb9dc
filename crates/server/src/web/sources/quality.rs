//! `/source/{id}/quality`: how well the records of a source are described, and what they lack.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use cairn_catalog::{FreshnessCounts, SourceQuality};
use cairn_model::Vocabularies;
use jiff::Timestamp;

use super::{address, api_address};
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;
use crate::web::dataset::percent;
use crate::web::names::LANGUAGE;
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, Visitor};

#[derive(Template)]
#[template(path = "source_quality.html")]
struct QualityPage {
    language: &'static str,
    header: Header,
    source: String,
    back: String,
    api: String,
    records: u64,
    score: Option<u32>,
    dimensions: Vec<Share>,
    missing: Vec<Missing>,
    freshness: [(String, u64); 5],
    lowest: Vec<Lowest>,
}

/// The score of a dimension.
struct Share {
    label: &'static str,
    percent: Option<u32>,
}

/// A part that records lack.
struct Missing {
    part: String,
    dimension: &'static str,
    records: u64,
}

/// A record that is described less well than others.
struct Lowest {
    label: String,
    address: Option<String>,
    percent: u32,
    missing: String,
}

/// Shows the quality of a source, to those who operate it.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let PathOf(id) = id?;
    let _place = state.whole_source_place(&viewer).await?;
    let quality = state.catalog.quality_of(&viewer, &id, Timestamp::now()).await?;
    let SourceQuality { records, score, dimensions, missing, freshness, lowest, .. } = quality;
    let lowest = lowest.into_iter().map(|one| Lowest {
        label: one.title.filter(|title| !title.is_empty()).unwrap_or(one.source_record_id),
        address: one.dataset.map(|id| format!("/dataset/{id}")),
        percent: percent(one.score),
        missing: one.missing.iter().map(|part| part_in_words(part)).collect::<Vec<_>>().join(", "),
    });
    let missing = missing.into_iter().map(|one| Missing {
        part: part_in_words(&one.part),
        dimension: in_words(one.dimension),
        records: one.records,
    });
    let shares = dimensions.iter().map(|one| Share { label: in_words(one.dimension), percent: one.score.map(percent) });
    render(&QualityPage {
        language: LANGUAGE,
        header,
        source: state.catalog.source_title(&id),
        back: address(&id, "", &[]),
        api: api_address(&id, "quality", &[]),
        records,
        score: score.map(percent),
        dimensions: shares.collect(),
        missing: missing.collect(),
        freshness: by_freshness(&freshness, state.catalog.vocabularies()),
        lowest: lowest.collect(),
    })
}

fn by_freshness(counts: &FreshnessCounts, vocabularies: &Vocabularies) -> [(String, u64); 5] {
    let label = |code| vocabularies.label("freshness", code, LANGUAGE);
    [
        (label("fresh"), counts.fresh),
        (label("due"), counts.due),
        (label("overdue"), counts.overdue),
        (label("delinquent"), counts.delinquent),
        ("Not known".to_owned(), counts.unknown),
    ]
}

/// What a dimension says of a record.
fn in_words(dimension: &'static str) -> &'static str {
    match dimension {
        "findable" => "Can be found",
        "accessible" => "Says how to get the data",
        "interoperable" => "Fits with other data",
        "reusable" => "Says what it can be used for",
        "freshness" => "Says how current it is",
        "sharing-terms" => "Says who may have it",
        other => other,
    }
}

fn part_in_words(part: &str) -> String {
    part.replace(['_', '-'], " ")
}
