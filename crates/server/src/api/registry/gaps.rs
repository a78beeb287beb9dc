//! `/api/v1/gaps`: what is needed and what is held, by cluster and country.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, header};
use cairn_catalog::{Catalog, GapAxes, GapCell, GapCounts, GapReport};
use cairn_policy::Viewer;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::needs::filter;
use crate::api::closed_lists;
use crate::api::responses::ReadProblems;
use crate::error::{ApiError, ProblemBody};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Needs and holdings by cluster and country, as this viewer may know of both.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GapsAnswer {
    /// `cluster` or `country`.
    rows: &'static str,
    /// The other of them.
    columns: &'static str,
    /// Cells that have a need, row by row. A need with several countries or clusters counts in several cells, and one of an area
    /// of responsibility in its cluster, too.
    cells: Vec<GapCellBody>,
    /// All needs, each counted once.
    total: CountsBody,
    /// Older needs that were not asked about: at most 200 are. Ask for fewer countries or clusters.
    needs_left_out: usize,
}

/// A cell.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GapCellBody {
    row: CodeBody,
    column: CodeBody,
    #[serde(flatten)]
    counts: CountsBody,
    /// Holdings that this viewer can find there, whether they answer a need or not.
    holdings: u64,
}

/// A cluster or a country.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeBody {
    /// Its code; `null` for needs that name none, and for all holdings.
    value: Option<String>,
    label: String,
}

/// Needs by what answers them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountsBody {
    /// Open needs that this viewer may know of.
    needs: u64,
    /// Those that no holding answers which they may know of.
    without_holding: u64,
    /// Those that holdings answer, of which they can have none at once.
    closed: u64,
}

impl From<GapCounts> for CountsBody {
    fn from(GapCounts { needs, without_holding, closed }: GapCounts) -> Self {
        Self { needs, without_holding, closed }
    }
}

/// Which needs, and how they are laid out.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; `report` reads them")]
pub(crate) struct GapParameters {
    /// cluster (if left out) or country.
    #[param(schema_with = closed_lists::gap_axis)]
    rows: Option<String>,
    /// The other of them: to say one of both is enough.
    #[param(schema_with = closed_lists::gap_axis)]
    columns: Option<String>,
    /// Country: ISO 3166-1 code or name. Repeatable, as all filters by codes are.
    country: Option<Vec<String>>,
    /// Cluster or area of responsibility: code or name. A cluster includes its areas.
    cluster: Option<Vec<String>>,
    /// Purpose: code or name. One includes those below it.
    purpose: Option<Vec<String>>,
    /// Id of the organisation that has the need.
    organisation: Option<String>,
}

fn names(axes: GapAxes) -> [&'static str; 2] {
    match axes {
        GapAxes::ClusterByCountry => ["cluster", "country"],
        GapAxes::CountryByCluster => ["country", "cluster"],
    }
}

async fn report(state: &AppState, viewer: &Viewer, query: Option<&str>) -> Result<(GapReport, GapAxes), ApiError> {
    let parameters = Parameters::parse(query);
    parameters.only(&["rows", "columns", "country", "cluster", "purpose", "organisation"])?;
    let axes = match (parameters.one("rows")?, parameters.one("columns")?) {
        (None | Some("cluster"), None | Some("country")) => GapAxes::ClusterByCountry,
        (Some("country"), None | Some("cluster")) | (None, Some("cluster")) => GapAxes::CountryByCluster,
        _ => return Err(ApiError::bad_request("One of `rows` and `columns` is cluster, the other one country.")),
    };
    let filter = filter(&parameters, state.catalog.vocabularies())?;
    let _place = state.whole_source_place(viewer).await?;
    let report = state.catalog.gaps(viewer, &filter, Timestamp::now()).await?;
    Ok((report.in_order_of(axes), axes))
}

pub(crate) fn answer(report: GapReport, axes: GapAxes, catalog: &Catalog) -> GapsAnswer {
    let [rows, columns] = names(axes);
    let cell = |GapCell { cluster, country, counts, holdings }| {
        let coded = |vocabulary: &str, value: Option<String>| {
            let label = catalog.gap_label(vocabulary, value.as_deref());
            CodeBody { value, label }
        };
        let (cluster, country) = (coded("cluster", cluster), coded("country", country));
        let (row, column) = match axes {
            GapAxes::ClusterByCountry => (cluster, country),
            GapAxes::CountryByCluster => (country, cluster),
        };
        GapCellBody { row, column, counts: CountsBody::from(counts), holdings }
    };
    GapsAnswer {
        rows,
        columns,
        cells: report.cells.into_iter().map(cell).collect(),
        total: report.total.into(),
        needs_left_out: report.needs_left_out,
    }
}

/// Reports what is needed and not held: open needs by cluster and country, with what answers them and how many holdings there
/// are, as this viewer may know of needs and holdings. One of `rows` and `columns` is cluster, the other one country: to say one of
/// both is enough.
#[utoipa::path(
    get, operation_id = "showGaps", path = "/api/v1/gaps", tag = "needs",
    params(GapParameters),
    responses(
        (status = 200, description = "The report", body = GapsAnswer),
        ReadProblems,
        (status = 503, description = "Too much is being gone through, or searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn json(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<GapsAnswer>, ApiError> {
    let (report, axes) = report(&state, &viewer, query.as_deref()).await?;
    Ok(Json(answer(report, axes, &state.catalog)))
}

/// The same as a CSV file, a line for each cell: UTF-8 with a byte order mark; a cell that a spreadsheet would take for a formula
/// begins with an apostrophe.
#[utoipa::path(
    get, operation_id = "downloadGapsAsCsv", path = "/api/v1/gaps.csv", tag = "needs",
    params(GapParameters),
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
    let (report, axes) = report(&state, &viewer, query.as_deref()).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"gaps.csv\"")),
    ];
    Ok((headers, state.catalog.gaps_as_csv(&report, axes)?))
}
