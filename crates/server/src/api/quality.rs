//! How well the records of a source are described, for those who operate it.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{DimensionScore, MissingPart, RecordQuality, SourceQuality};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::responses::OperatorProblems;
use crate::error::{ApiError, ProblemBody};
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// How well the records of a source are described, all of them, as they are kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QualityAnswer {
    source: String,
    /// Records that were looked at.
    records: u64,
    /// Mean of their scores, from 0 to 1; `null` where there is no record.
    score: Option<f64>,
    /// The same by what parts are needed for.
    dimensions: Vec<DimensionBody>,
    /// Parts that records lack, those that most of them lack first.
    missing: Vec<MissingBody>,
    freshness: FreshnessBody,
    /// The 50 records with the lowest scores.
    lowest: Vec<RecordQualityBody>,
}

/// The score of a dimension.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DimensionBody {
    /// findable, accessible, interoperable, reusable, freshness or sharing-terms.
    dimension: &'static str,
    /// Mean over the records, from 0 to 1.
    score: Option<f64>,
}

/// A part that records lack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissingBody {
    /// Code of the part, as in `quality_missing` of a record.
    part: String,
    /// The dimension that it counts to.
    dimension: &'static str,
    /// Records that lack it.
    records: u64,
}

/// Records by freshness.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FreshnessBody {
    fresh: u64,
    due: u64,
    overdue: u64,
    delinquent: u64,
    /// Nobody can tell: the date of the last change, or how often there are to be any, is missing.
    unknown: u64,
}

/// The quality of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordQualityBody {
    source_record_id: String,
    /// Id in this catalogue, where the viewer can see the record.
    dataset: Option<String>,
    /// Title, where the viewer can see the record.
    title: Option<String>,
    /// From 0 to 1.
    score: f64,
    /// Codes of the parts that are missing, the heaviest first.
    missing: Vec<String>,
}

/// Says how well the records of a source are described, for those who operate it.
#[utoipa::path(
    get, operation_id = "measureQuality", path = "/api/v1/sources/{id}/quality", tag = "sources",
    params(("id" = String, Path, description = "Source id")),
    responses(
        (status = 200, description = "Scores, what is missing, and the records that are described least", body = QualityAnswer),
        (status = 503, description = "Too many sources are being looked through", body = ProblemBody, content_type = "application/problem+json"),
        OperatorProblems,
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<QualityAnswer>, ApiError> {
    Parameters::parse(query.as_deref()).only(&[])?;
    let _place = state.whole_source_place(&viewer).await?;
    Ok(Json(answer(state.catalog.quality_of(&viewer, &id, Timestamp::now()).await?)))
}

fn answer(quality: SourceQuality) -> QualityAnswer {
    let freshness = quality.freshness;
    QualityAnswer {
        source: quality.source,
        records: quality.records,
        score: quality.score,
        dimensions: quality.dimensions.iter().map(dimension_body).collect(),
        missing: quality.missing.into_iter().map(missing_body).collect(),
        freshness: FreshnessBody {
            fresh: freshness.fresh,
            due: freshness.due,
            overdue: freshness.overdue,
            delinquent: freshness.delinquent,
            unknown: freshness.unknown,
        },
        lowest: quality.lowest.into_iter().map(record_body).collect(),
    }
}

fn dimension_body(one: &DimensionScore) -> DimensionBody {
    DimensionBody { dimension: one.dimension, score: one.score }
}

fn missing_body(one: MissingPart) -> MissingBody {
    MissingBody { part: one.part, dimension: one.dimension, records: one.records }
}

fn record_body(one: RecordQuality) -> RecordQualityBody {
    RecordQualityBody {
        source_record_id: one.source_record_id,
        dataset: one.dataset.map(|id| id.to_string()),
        title: one.title,
        score: one.score,
        missing: one.missing,
    }
}
