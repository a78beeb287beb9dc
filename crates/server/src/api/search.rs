//! `GET /api/v1/search`: holdings that the viewer can find.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{
    Catalog, Explored, FacetCount, FacetField, Grid, Histogram, Hit, Reason, SearchPart, UnknownValue, Without,
    YearCount,
};
use cairn_model::{BoundingBox, Interval, Organisation};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use crate::api::responses::ListProblems;
use crate::error::{ApiError, ProblemBody};
use crate::explaining::{ReasonBody, reason_body};
use crate::parameters::{HISTOGRAMS, Parameters, facet_name, search_request};
use crate::state::AppState;
use crate::viewer::Asking;

/// A page of results.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchAnswer {
    /// How many records match, exactly; with `fold`, how many are left when duplicates or series are folded.
    total: u64,
    /// `true` where the search took too long and was stopped: there may be more and better records, and all counts are of those
    /// that were found until then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    partial: bool,
    /// `true` where records are among those found that have only some of the words: with `match=some`, or because none has
    /// all of them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    relaxed: bool,
    /// Cursor of the next page, `null` on the last.
    next: Option<String>,
    /// `q` as it was probably meant, where nothing is found for it as it is. What is listed then is found for this; with
    /// `match=all` nothing is.
    suggestion: Option<String>,
    /// `true` where little is found for `q` and far more for `suggestion`, and what is listed is found for `q` as it is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    listed_as_asked: bool,
    /// Values before which a field stands in `q`, and which stand for nothing there: nothing is found by them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<UnknownBody>,
    /// Records.
    items: Vec<FoundItem>,
    /// Counts over all matches, by facet; folded ones are counted, too. A facet that is filtered is counted without its own
    /// filter, and lists each value of that, with 0 where nothing has it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    facets: BTreeMap<&'static str, Vec<FacetValue>>,
    /// How many values a facet has that are not told, as others are more frequent: 100 are told, and those that are filtered by.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    facets_left_out: BTreeMap<&'static str, usize>,
    /// Counts over all matches, by year, the first one first; with `histogram`. A record counts in each year that it covers,
    /// one without an end until today. Years before 1800, and long after this one, are left out.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    histograms: BTreeMap<&'static str, Vec<YearBody>>,
    /// Counts over all matches, by where the centres of their boxes lie; with `grid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    grid: Option<GridBody>,
    /// Where nothing matches: what does without one part of the search, the most first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    without: Vec<WithoutBody>,
}

/// A value in `q` that stands for nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnknownBody {
    /// The name before the colon.
    field: &'static str,
    /// The value as it is written.
    value: String,
    /// What can be written there.
    wanted: String,
}

/// Matches of a year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct YearBody {
    year: i16,
    count: u64,
}

/// Matches by the cells of a grid over `bbox`, or over the world.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GridBody {
    /// Those in which any lie, from the north-west, row by row.
    cells: Vec<GridCellBody>,
    /// Matches with a box that lie in no cell: it is wider than half the world, or its centre lies outside of the grid.
    beyond: u64,
}

/// A cell of a grid, edges in degrees; west > east crosses the antimeridian.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GridCellBody {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
    count: u64,
}

/// What matches without one part of a search.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WithoutBody {
    /// The parameter that is left out; of `q`, one word of several.
    parameter: &'static str,
    /// Its values, or that word.
    values: Vec<String>,
    /// How many records match then.
    total: u64,
}

/// A record that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundItem {
    #[serde(flatten)]
    record: SearchItem,
    /// With `explain=1`: why it matched, words and concepts in the order of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Vec<ReasonBody>>,
}

/// A record in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchItem {
    id: String,
    title: String,
    /// Passage with `<mark>` around the words that matched; otherwise escaped HTML.
    snippet: String,
    kind: String,
    organisation: Option<OrganisationBody>,
    /// ISO 3166-1 alpha-3.
    countries: Vec<String>,
    clusters: Vec<String>,
    /// ISO 8601 date of the last change of the data.
    modified: Option<String>,
    coverage: Option<CoverageBody>,
    formats: Vec<String>,
    sharing: String,
    sensitivity: String,
    access: String,
    /// How much of the record this viewer sees: full, partial or stub.
    rendition: String,
    /// Id of the source, `null` where it is hidden.
    source: Option<String>,
    /// Completeness, 0 to 1.
    quality: f64,
    /// With `fold=true` or `all`: other matches that surely are the same data and are shown as this one, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also_at: Vec<AlsoAtBody>,
    /// With `fold=series` or `all`: the series that this record stands for, where others of it match.
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<SeriesBody>,
}

/// Records of one organisation and kind whose titles are equal but for places, dates and numbers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeriesBody {
    /// What the filter `series` takes to find all of them.
    key: String,
    /// Matches besides this one.
    more: u64,
}

/// A match that is shown as another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlsoAtBody {
    /// Record id.
    id: String,
    /// Id of the source, `null` where it is hidden.
    source: Option<String>,
    title: String,
}

/// An organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct OrganisationBody {
    id: String,
    name: String,
}

impl OrganisationBody {
    /// The name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl From<&Organisation> for OrganisationBody {
    fn from(organisation: &Organisation) -> Self {
        Self { id: organisation.id.clone(), name: organisation.name.clone() }
    }
}

/// A time covered: both ends inclusive, `null` where open; `2020`, `2020-05` or `2020-05-31`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CoverageBody {
    start: Option<String>,
    end: Option<String>,
}

impl From<&Interval> for CoverageBody {
    fn from(interval: &Interval) -> Self {
        Self { start: interval.start.map(String::from), end: interval.end.map(String::from) }
    }
}

/// A value of a facet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FacetValue {
    value: String,
    label: String,
    count: u64,
}

/// What can be asked; empty parameters count as absent.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string, which is read by hand to tell repeated parameters")]
pub(crate) struct SearchParameters {
    /// Words, "phrases", -exclusions, prefix*, and field:value; 512 characters at most. A value is read as the filter of that
    /// name reads it; of one that stands for nothing `unknown` tells. The id of a record, or the address of its page, finds it.
    #[param(max_length = 512)]
    q: Option<String>,
    /// Country: ISO 3166-1 code or name. Repeatable, as all filters are; values of one filter are alternatives. Commas part
    /// values, too, but for those of `organisation` and `tag`; a value that has a comma itself stands in quotation marks. In a
    /// filter of formats, licences, languages or frequencies a value with commas of which no part is known is one value.
    country: Option<Vec<String>>,
    /// Cluster or area of responsibility: code or name. A cluster includes its areas.
    cluster: Option<Vec<String>>,
    /// relevance, modified, issued, title, quality; `-` before it reverses.
    #[param(schema_with = closed_lists::sort)]
    sort: Option<String>,
    /// How many of the words a record must have.
    #[param(rename = "match", schema_with = closed_lists::matching)]
    matching: Option<String>,
    /// What is shown as one record.
    #[param(schema_with = closed_lists::fold)]
    fold: Option<String>,
    /// Language of labels and titles: en, fr, es, ar.
    #[param(schema_with = closed_lists::language)]
    lang: Option<String>,
}

/// Which part of what a search finds, and with which counts.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters, which are read from the query string")]
pub(crate) struct PageParameters {
    /// Records of a page.
    #[param(minimum = 0, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// Records to pass over.
    #[param(minimum = 0, maximum = 10000, default = 0)]
    offset: Option<u32>,
    /// `next` of the page before, instead of `offset`; of the same search alone. In every order a record that stays as it is is
    /// met once while others change. In the order of relevance pages are ranked anew, so that records can be missed or met
    /// twice, for more than 64 words and concepts together and where the vocabularies come to read another number of concepts
    /// in them; where hits are folded, so in every order, as the best of a series or of duplicates comes or goes.
    cursor: Option<String>,
    /// Facets to count, separated by commas.
    #[param(schema_with = closed_lists::facets, style = Form, explode = false)]
    facets: Option<Vec<String>>,
    /// Years to count by, separated by commas.
    #[param(schema_with = closed_lists::histogram, style = Form, explode = false)]
    histogram: Option<Vec<String>>,
    /// Whether each item says why it matched.
    #[param(schema_with = closed_lists::explain)]
    explain: Option<String>,
    /// Columns of a grid over `bbox`, or over the world, in whose cells matches are counted; it has half as many rows.
    #[param(minimum = 0, maximum = 64)]
    grid: Option<u32>,
}

/// Which holdings, beside their words, countries and clusters: the filters of every door that searches.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; `filters` reads them")]
pub(crate) struct FilterParameters {
    /// Organisation: id, or its name.
    organisation: Option<Vec<String>>,
    /// Source id.
    source: Option<Vec<String>>,
    /// public, community, restricted, organisation, closed.
    #[param(schema_with = closed_lists::sharing)]
    sharing: Option<Vec<String>>,
    /// low, moderate, high, severe, unknown.
    #[param(schema_with = closed_lists::sensitivity)]
    sensitivity: Option<Vec<String>>,
    /// download, on-request, licensed, enclave, federated-query, aggregate-only, none.
    #[param(schema_with = closed_lists::access)]
    access: Option<Vec<String>>,
    /// unclassified, confidential, strictly-confidential.
    #[param(schema_with = closed_lists::classification)]
    classification: Option<Vec<String>>,
    /// Format of a file, for example CSV.
    format: Option<Vec<String>>,
    /// Licence code.
    licence: Option<Vec<String>>,
    /// Language of the data.
    language: Option<Vec<String>>,
    /// Keyword.
    tag: Option<Vec<String>>,
    /// dataset, microdata, map, service, assessment, information-system, document, other.
    #[param(schema_with = closed_lists::kind)]
    kind: Option<Vec<String>>,
    /// Update frequency code.
    frequency: Option<Vec<String>>,
    /// What the data costs: free, pro-bono, cost-recovery or licensed-aggregate.
    cost: Option<Vec<String>>,
    /// By what the data can be told apart: sex or age.
    disaggregation: Option<Vec<String>>,
    /// fresh, due, overdue, delinquent.
    #[param(schema_with = closed_lists::freshness)]
    freshness: Option<Vec<String>>,
    /// full, partial, stub.
    #[param(schema_with = closed_lists::rendition)]
    rendition: Option<Vec<String>>,
    /// P-code; places below it match too.
    pcode: Option<Vec<String>>,
    /// Changed on or after this date: 2024, 2024-05 or 2024-05-31.
    #[param(pattern = r"^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$")]
    modified_after: Option<String>,
    /// Changed on or before this date.
    #[param(pattern = r"^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$")]
    modified_before: Option<String>,
    /// Covers a time on or after this date.
    #[param(pattern = r"^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$")]
    covers_after: Option<String>,
    /// Covers a time on or before this date.
    #[param(pattern = r"^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$")]
    covers_before: Option<String>,
    /// Of a series, by the key that a search with `fold=series` gave.
    #[param(pattern = "^([0-9a-f]{16})?$")]
    series: Option<String>,
    /// west,south,east,north in degrees; west > east crosses the antimeridian.
    bbox: Option<String>,
}

/// Searches the holdings that the viewer can find.
#[utoipa::path(
    get, operation_id = "searchHoldings", path = "/api/v1/search", tag = "search", params(SearchParameters, PageParameters, FilterParameters),
    responses(
        (status = 200, description = "A page of results", body = SearchAnswer),
        (status = 503, description = "Searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
        ListProblems,
    )
)]
pub(crate) async fn search(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<SearchAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    let request = search_request(&parameters, state.catalog.vocabularies(), Timestamp::now())?;
    let language = request.language.clone();
    let found = state.catalog.explore(&viewer, request).await?;
    Ok(Json(answer(found, &language, &state.catalog)))
}

pub(crate) fn answer(found: Explored, language: &str, catalog: &Catalog) -> SearchAnswer {
    let Explored { page, without, .. } = found;
    SearchAnswer {
        total: page.total,
        partial: page.partial,
        relaxed: page.relaxed,
        next: page.next,
        suggestion: page.suggestion,
        listed_as_asked: page.listed_as_asked,
        unknown: page.unknown.into_iter().map(unknown_body).collect(),
        items: page.hits.iter().map(|hit| found_item(hit, language, catalog)).collect(),
        facets: page
            .facets
            .into_iter()
            .map(|(field, counts)| (facet_name(field), facet_values(field, counts, language, catalog)))
            .collect(),
        facets_left_out: page.left_out.into_iter().map(|(field, count)| (facet_name(field), count)).collect(),
        histograms: page.histograms.into_iter().map(histogram_body).collect(),
        grid: page.grid.map(grid_body),
        without: without.into_iter().map(without_body).collect(),
    }
}

fn unknown_body(unknown: UnknownValue) -> UnknownBody {
    let UnknownValue { field, value, wanted } = unknown;
    UnknownBody { field: facet_name(field), value, wanted }
}

fn histogram_body((by, years): (Histogram, Vec<YearCount>)) -> (&'static str, Vec<YearBody>) {
    let name = HISTOGRAMS.into_iter().find(|(_, one)| *one == by).map_or("", |(name, _)| name);
    (name, years.into_iter().map(|YearCount { year, count }| YearBody { year, count }).collect())
}

fn grid_body(grid: Grid) -> GridBody {
    let cell = |cell: cairn_catalog::GridCell| {
        let BoundingBox { west, south, east, north } = cell.edges;
        GridCellBody { west, south, east, north, count: cell.count }
    };
    GridBody { cells: grid.cells.into_iter().map(cell).collect(), beyond: grid.beyond }
}

fn without_body(without: Without) -> WithoutBody {
    let Without { part, values, total } = without;
    WithoutBody { parameter: parameter_of(&part), values, total }
}

/// The parameter that says a part of a search.
pub(crate) fn parameter_of(part: &SearchPart) -> &'static str {
    match part {
        SearchPart::Values(facet) => facet_name(*facet),
        SearchPart::Pcodes => "pcode",
        SearchPart::ModifiedAfter => "modified_after",
        SearchPart::ModifiedBefore => "modified_before",
        SearchPart::CoversAfter => "covers_after",
        SearchPart::CoversBefore => "covers_before",
        SearchPart::Series => "series",
        SearchPart::BoundingBox => "bbox",
        SearchPart::Word { .. } => "q",
    }
}

fn found_item(hit: &Hit, language: &str, catalog: &Catalog) -> FoundItem {
    let in_words = |reason: &Reason| reason_body(reason, language, catalog.vocabularies());
    let because = hit.reasons.as_ref().map(|reasons| reasons.iter().map(in_words).collect());
    FoundItem { record: item(hit, language), because }
}

pub(crate) fn item(hit: &Hit, language: &str) -> SearchItem {
    let card = &hit.card;
    SearchItem {
        id: card.id.to_string(),
        title: card.title.best(language).unwrap_or_default().to_owned(),
        snippet: hit.snippet.clone(),
        kind: card.kind.clone(),
        organisation: card.organisation.as_ref().map(OrganisationBody::from),
        countries: card.countries.clone(),
        clusters: card.clusters.clone(),
        modified: card.modified.clone(),
        coverage: card.coverage.as_ref().map(CoverageBody::from),
        formats: card.formats.clone(),
        sharing: card.sharing.clone(),
        sensitivity: card.sensitivity.clone(),
        access: card.access.clone(),
        rendition: card.rendition.clone(),
        source: Some(card.source.clone()).filter(|source| !source.is_empty()),
        quality: card.quality,
        also_at: hit
            .also_at
            .iter()
            .map(|one| AlsoAtBody {
                id: one.id.to_string(),
                source: Some(one.source.clone()).filter(|source| !source.is_empty()),
                title: one.title.best(language).unwrap_or_default().to_owned(),
            })
            .collect(),
        series: hit.series.as_ref().map(|series| SeriesBody { key: series.key.clone(), more: series.more }),
    }
}

pub(crate) fn facet_values(
    field: FacetField,
    counts: Vec<FacetCount>,
    language: &str,
    catalog: &Catalog,
) -> Vec<FacetValue> {
    counts
        .into_iter()
        .map(|count| FacetValue {
            label: facet_label(field, &count, language, catalog),
            value: count.value,
            count: count.count,
        })
        .collect()
}

/// The words for a facet value: an organisation's own name, else the vocabulary's label. A source of which the viewer finds
/// nothing has no title here: whether there is one is not said.
pub(crate) fn facet_label(field: FacetField, count: &FacetCount, language: &str, catalog: &Catalog) -> String {
    match (field, &count.name) {
        (_, Some(name)) => name.clone(),
        (FacetField::Source, None) if count.count == 0 => count.value.clone(),
        (FacetField::Source, None) => catalog.source_title(&count.value),
        (_, None) => catalog.vocabularies().label(facet_name(field), &count.value, language),
    }
}
