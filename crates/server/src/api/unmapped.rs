//! `GET /api/v1/vocabularies/unmapped`: what sources say that no vocabulary knows, for those who operate them.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, header};
use cairn_catalog::{UnmappedFilter, UnmappedPage, UnmappedTerm, unmapped_as_csv};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use crate::api::responses::ReadProblems;
use crate::error::{ApiError, ProblemBody};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Words of a page when nobody says how many.
const DEFAULT_LIMIT: usize = 100;
/// Words that a page holds at most.
const MOST: usize = 1000;

/// A page of words that no vocabulary knows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnmappedAnswer {
    /// Those of most records first.
    items: Vec<UnmappedBody>,
    /// How many more times such a word stood in a record than could be counted, because there are too many of them.
    not_counted: u64,
    /// What to give as `after` for those that follow, where there are any.
    next: Option<String>,
}

/// A word of sources that no vocabulary knows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnmappedBody {
    /// The vocabulary in which it was looked for; `place` for the gazetteer.
    vocabulary: &'static str,
    /// The word as its first record has it. Spellings that a table compares as one are counted as one.
    value: String,
    /// Records that have it.
    records: u64,
    /// Sources that have it, 20 at most.
    sources: Vec<String>,
    /// The first of its records.
    example: ExampleBody,
}

/// A record that has a word that no vocabulary knows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExampleBody {
    source: String,
    /// Id of the record at its source.
    source_record_id: Option<String>,
    /// Where the word stands in it.
    field: String,
    /// Id in this catalogue, where the viewer can see the record.
    dataset: Option<String>,
    /// Title, where the viewer can see the record.
    title: Option<String>,
}

/// Which words.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct WhichParameters {
    /// Those that were looked for in this vocabulary; `place` for the gazetteer.
    #[param(schema_with = closed_lists::unmapped_vocabulary)]
    vocabulary: Option<String>,
    /// Those of the source of this id.
    source: Option<String>,
}

/// Which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct PageParameters {
    /// `next` of the page before.
    after: Option<String>,
    /// Words of a page.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<usize>,
}

/// Lists what sources say that no vocabulary knows, as far as this viewer operates the sources.
#[utoipa::path(
    get, operation_id = "listUnmappedTerms", path = "/api/v1/vocabularies/unmapped", tag = "vocabularies",
    params(WhichParameters, PageParameters),
    responses(
        (status = 200, description = "A page of words", body = UnmappedAnswer),
        ReadProblems,
        (status = 503, description = "Too many sources are being looked through", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<UnmappedAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["vocabulary", "source", "after", "limit"])?;
    let limit = parameters.count("limit", DEFAULT_LIMIT, MOST)?;
    let filter = filter(&parameters)?;
    let _place = state.whole_source_place(&viewer).await?;
    Ok(Json(answer(state.catalog.unmapped_page(&viewer, &filter, parameters.one("after")?, limit).await?)))
}

/// The same as a CSV file: UTF-8 with a byte order mark; a cell that a spreadsheet would take for a formula begins with an
/// apostrophe.
#[utoipa::path(
    get, operation_id = "downloadUnmappedTermsAsCsv", path = "/api/v1/vocabularies/unmapped.csv", tag = "vocabularies",
    params(WhichParameters),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/csv"),
        ReadProblems,
        (status = 503, description = "Too many sources are being looked through", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn csv(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<([(HeaderName, HeaderValue); 2], String), ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["vocabulary", "source"])?;
    let filter = filter(&parameters)?;
    let _place = state.whole_source_place(&viewer).await?;
    let terms = state.catalog.unmapped_terms(&viewer, &filter).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"unmapped.csv\"")),
    ];
    Ok((headers, unmapped_as_csv(&terms)?))
}

fn filter(parameters: &Parameters) -> Result<UnmappedFilter, ApiError> {
    Ok(UnmappedFilter {
        vocabulary: parameters.one("vocabulary")?.map(str::to_owned),
        source: parameters.one("source")?.map(str::to_owned),
    })
}

pub(crate) fn answer(page: UnmappedPage) -> UnmappedAnswer {
    UnmappedAnswer {
        items: page.terms.items.into_iter().map(body).collect(),
        not_counted: page.terms.not_counted,
        next: page.next,
    }
}

fn body(term: UnmappedTerm) -> UnmappedBody {
    let example = term.example;
    UnmappedBody {
        vocabulary: term.vocabulary,
        value: term.value,
        records: term.records,
        sources: term.sources,
        example: ExampleBody {
            source: example.source,
            source_record_id: example.source_record_id,
            field: example.field,
            dataset: example.dataset.map(|id| id.to_string()),
            title: example.title,
        },
    }
}
