//! `GET /api/v1/coverage`: who has what, where; a matrix of holdings, and of the needs that none of them meets.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, header};
use cairn_catalog::{Coverage, CoverageAxis, CoverageCell, CoverageRequest, CoverageValue, GapCounts, SearchRequest};
use cairn_model::Vocabularies;
use cairn_model::date::day_of;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use super::search::FilterParameters;
use crate::api::responses::ReadProblems;
use crate::error::{ApiError, ProblemBody};
use crate::parameters::{Parameters, filter_parameter_names, filters};
use crate::state::AppState;
use crate::viewer::Asking;

/// Holdings and needs by two axes, as this viewer may know of both.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageAnswer {
    /// What the rows are.
    rows: &'static str,
    /// What the columns are.
    columns: &'static str,
    /// The rows: those of most holdings first, those without a code last; places by P-code, empty ones, too.
    row_values: Vec<CoverageValueBody>,
    /// The columns, likewise.
    column_values: Vec<CoverageValueBody>,
    /// Cells that hold or need something, row by row. A holding with several values counts in several cells, and one of an area
    /// of responsibility in its cluster, too.
    cells: Vec<CoverageCellBody>,
    total: CoverageTotalBody,
    /// Rows with fewer holdings that are not told: at most 500 are.
    rows_left_out: usize,
    /// Columns with fewer holdings that are not told: at most 500 are.
    columns_left_out: usize,
    /// Older needs that were not asked about: at most 200 are. Ask for fewer countries or clusters.
    needs_left_out: usize,
}

/// A row or a column.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageValueBody {
    /// Its code, by which a search finds its holdings; `null` for holdings and needs that name none.
    value: Option<String>,
    label: String,
    /// Its holdings, each counted once.
    holdings: u64,
}

/// A cell.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageCellBody {
    /// Code of the row.
    row: Option<String>,
    /// Code of the column.
    column: Option<String>,
    /// Holdings that this viewer can find.
    holdings: u64,
    /// Of these, by sharing level.
    sharing: BTreeMap<String, u64>,
    /// Of these, by freshness; those that do not say enough to tell are in none.
    freshness: BTreeMap<String, u64>,
    #[serde(flatten)]
    needs: Option<CoverageNeedsBody>,
}

/// Needs; told of clusters and countries alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageNeedsBody {
    /// Open needs that this viewer may know of.
    needs: u64,
    /// Those that no holding answers which they may know of.
    unmet_needs: u64,
}

/// The whole matrix.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageTotalBody {
    /// Holdings, each counted once.
    holdings: u64,
    #[serde(flatten)]
    needs: Option<CoverageNeedsBody>,
}

/// How it is laid out, and which holdings: the filters of a search.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; `request` reads them")]
pub(crate) struct CoverageParameters {
    /// cluster (if left out), country, admin1, organisation or kind. `admin1`, which stands for the places of administrative
    /// level 1, takes one `country`, and no `pcode`.
    #[param(schema_with = closed_lists::coverage_axis)]
    rows: Option<String>,
    /// Another of them; country if left out.
    #[param(schema_with = closed_lists::coverage_axis)]
    columns: Option<String>,
    /// As for a search.
    #[param(max_length = 512)]
    q: Option<String>,
    /// Country: ISO 3166-1 code or name. It narrows the needs, too. Repeatable, as all filters are.
    country: Option<Vec<String>>,
    /// Cluster or area of responsibility: code or name. It narrows the needs, too.
    cluster: Option<Vec<String>>,
    /// Language of labels: en, fr, es, ar.
    #[param(schema_with = closed_lists::language)]
    lang: Option<String>,
}

/// Names of all parameters of a matrix.
pub(crate) fn parameter_names() -> Vec<&'static str> {
    [&["rows", "columns"][..], &filter_parameter_names()].concat()
}

/// Which matrix is asked for.
pub(crate) fn request(
    parameters: &Parameters,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> Result<CoverageRequest, ApiError> {
    parameters.only(&parameter_names())?;
    let axis = |name: &str, left_out: CoverageAxis| {
        Ok::<_, ApiError>(parameters.coded(name, CoverageAxis::ALL, CoverageAxis::name)?.unwrap_or(left_out))
    };
    Ok(CoverageRequest {
        rows: axis("rows", CoverageAxis::Cluster)?,
        columns: axis("columns", CoverageAxis::Country)?,
        search: SearchRequest {
            text: parameters.one("q")?.unwrap_or_default().to_owned(),
            filters: filters(parameters, vocabularies)?,
            language: parameters.language()?.to_owned(),
            today: day_of(now),
            ..SearchRequest::default()
        },
    })
}

impl From<GapCounts> for CoverageNeedsBody {
    fn from(GapCounts { needs, without_holding, closed: _ }: GapCounts) -> Self {
        Self { needs, unmet_needs: without_holding }
    }
}

pub(crate) fn answer(coverage: Coverage, request: &CoverageRequest) -> CoverageAnswer {
    let values = |values: Vec<CoverageValue>| {
        let body = |CoverageValue { code, label, holdings }| CoverageValueBody { value: code, label, holdings };
        values.into_iter().map(body).collect()
    };
    let cell = |CoverageCell { row, column, holdings, sharing, freshness, needs }| {
        let needs = needs.map(CoverageNeedsBody::from);
        CoverageCellBody { row, column, holdings, sharing, freshness, needs }
    };
    CoverageAnswer {
        rows: request.rows.name(),
        columns: request.columns.name(),
        row_values: values(coverage.rows),
        column_values: values(coverage.columns),
        cells: coverage.cells.into_iter().map(cell).collect(),
        total: CoverageTotalBody { holdings: coverage.holdings, needs: coverage.needs.map(CoverageNeedsBody::from) },
        rows_left_out: coverage.rows_left_out,
        columns_left_out: coverage.columns_left_out,
        needs_left_out: coverage.needs_left_out,
    }
}

/// Shows who has what, where: the holdings that this viewer can find by two of cluster, country, place, organisation and kind,
/// with sharing levels and freshness; of clusters and countries, with the open needs that no holding meets. `admin1`, which stands for
/// the places of administrative level 1, takes one `country`, and no `pcode`.
#[utoipa::path(
    get, operation_id = "showCoverage", path = "/api/v1/coverage", tag = "search",
    params(CoverageParameters, FilterParameters),
    responses(
        (status = 200, description = "The matrix", body = CoverageAnswer),
        ReadProblems,
        (status = 503, description = "Too much is being gone through, or searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn json(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<CoverageAnswer>, ApiError> {
    let now = Timestamp::now();
    let request = request(&Parameters::parse(query.as_deref()), state.catalog.vocabularies(), now)?;
    let _place = state.whole_source_place(&viewer).await?;
    let coverage = state.catalog.coverage(&viewer, &request, now).await?;
    Ok(Json(answer(coverage, &request)))
}

/// The same as a CSV file, a line for each cell: UTF-8 with a byte order mark; a cell that a spreadsheet would take for a formula
/// begins with an apostrophe.
#[utoipa::path(
    get, operation_id = "downloadCoverageAsCsv", path = "/api/v1/coverage.csv", tag = "search",
    params(CoverageParameters, FilterParameters),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/csv"),
        ReadProblems,
        (status = 503, description = "Too much is being gone through, or searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn csv(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<([(HeaderName, HeaderValue); 2], String), ApiError> {
    let now = Timestamp::now();
    let request = request(&Parameters::parse(query.as_deref()), state.catalog.vocabularies(), now)?;
    let _place = state.whole_source_place(&viewer).await?;
    let coverage = state.catalog.coverage(&viewer, &request, now).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"coverage.csv\"")),
    ];
    Ok((headers, state.catalog.coverage_as_csv(&coverage, &request)?))
}
