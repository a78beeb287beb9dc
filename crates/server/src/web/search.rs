//! `/search?…`: results with facets; every state is an address.

use std::collections::HashSet;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::{
    Catalog, Explored, FacetCount, FacetField, Hit, Matching, SearchPart, SearchRequest, Sort, Without,
};
use cairn_model::text::UNDETERMINED;
use cairn_model::vocabulary::fold;
use cairn_model::{AccessMethod, LocalizedText, Sharing, Vocabularies};
use cairn_policy::access::leaves_to_ask;
use jiff::Timestamp;

use super::form::Choice;
use super::names::{LANGUAGE, name_languages};
use super::others::{MOST_OTHERS, Others, others};
use super::page::{PageError, render};
use super::search_address::{Address, WITHIN};
use super::search_offers::{exported, exports, orders};
use super::search_years::{self, Years};
use super::visitor::{Header, Visitor};
use crate::api::search::{facet_label, parameter_of};
use crate::error::ApiError;
use crate::explaining::reason_body;
use crate::parameters::{FACETS, Parameters, facet_name, search_request};
use crate::state::AppState;

/// Records of a page.
pub(super) const PAGE_SIZE: usize = 20;
/// Values that a facet shows before somebody asks for all.
const SHORT_FACET: usize = 8;
/// Values that one shows then, at most.
const WHOLE_FACET: usize = 5_000;
/// Facets of the page.
const SHOWN_FACETS: [FacetField; 13] = [
    FacetField::Country,
    FacetField::Cluster,
    FacetField::Organisation,
    FacetField::Sharing,
    FacetField::Sensitivity,
    FacetField::Access,
    FacetField::Kind,
    FacetField::Format,
    FacetField::Freshness,
    FacetField::Rendition,
    FacetField::Disaggregation,
    FacetField::Cost,
    FacetField::Source,
];

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    language: &'static str,
    header: Header,
    /// In which titles and names can be shown.
    languages: Vec<Choice>,
    query: String,
    total: u64,
    /// Whether the search was stopped before its end.
    partial: bool,
    /// Whether holdings are shown that have only some of the words.
    relaxed: bool,
    /// Whether that was asked for.
    some_are_enough: bool,
    /// Values in the text that stand for nothing: as written, of what, and what can be written there.
    unknown: Vec<(String, &'static str, String)>,
    /// What was probably meant, where nothing is found for the text as it is.
    meant: Option<Meant>,
    /// Few holdings have all the words: what else there is.
    others: Option<Others>,
    first: usize,
    items: Vec<Card>,
    active: Vec<ActiveFilter>,
    clear_address: String,
    facets: Vec<Facet>,
    years: Option<Years>,
    /// Years that can be asked for, and where.
    offered_years: Vec<(&'static str, String)>,
    kept: Vec<(String, String)>,
    sort: String,
    orders: Vec<(String, String)>,
    /// The page before: its relation, what the link says, and where it is. Behind a cursor it is the first one.
    back: Option<(&'static str, &'static str, String)>,
    next: Option<String>,
    loosened: Vec<Loosened>,
    /// Where the needs of the same countries and clusters are.
    needs: String,
    /// Where it is told why each is found, unless it is told here.
    explained: Option<String>,
    api_address: String,
    /// Where all that it finds is a feed.
    feed_address: String,
    /// Forms in which all holdings can be had, and where.
    exports: Vec<(&'static str, String)>,
    /// What such a file holds.
    exported: String,
}

/// A record in the list, in words.
pub(crate) struct Card {
    address: String,
    /// What follows the address where titles are shown in another language than that of pages.
    in_language: String,
    title: String,
    /// The language of the title, and of the snippet, as tags; empty where it is not known.
    title_language: String,
    snippet_language: String,
    snippet: String,
    organisation: Option<String>,
    places: String,
    clusters: String,
    period: Option<String>,
    modified: Option<String>,
    formats: String,
    sharing: Badge,
    sensitivity: Badge,
    access: Badge,
    kind: String,
    stub: bool,
    /// Whether there is something to ask its owner for.
    can_be_asked: bool,
    /// Whether its source is not reached for long.
    unreachable: bool,
    /// Title and address of what is shown as this one.
    also_at: Vec<(String, String)>,
    /// Why it is found, where that is asked for.
    reasons: Vec<String>,
    /// How many more of its series are shown as this one, and where all of them are.
    series: Option<(u64, String)>,
}

/// A level in words, with its code for the colour.
pub(crate) struct Badge {
    pub(crate) code: String,
    pub(crate) label: String,
}

/// A filter that is set, and the address without it.
struct ActiveFilter {
    label: String,
    without: String,
}

struct Facet {
    heading: &'static str,
    /// The language of its values, where they are no names of organisations and the like.
    language: String,
    values: Vec<FacetEntry>,
    more: Option<String>,
    /// What the form holds that looks for words in a list which is shown whole: what it keeps, and the words.
    finding: Option<(Vec<(String, String)>, String)>,
    /// How many values there are besides, where all were asked for and are too many.
    left_out: usize,
}

struct FacetEntry {
    label: String,
    count: u64,
    address: String,
    set: bool,
}

/// What would be found without one of the filters.
struct Loosened {
    label: String,
    address: String,
    count: u64,
}

/// The text of a search as it was probably meant.
struct Meant {
    text: String,
    /// Whether what is listed was found for the words as they are.
    is_hint: bool,
    /// Where it is searched.
    address: String,
}

/// Shows a page of results.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let address = Address::parse(query.as_deref());
    let parameters = Parameters::parse(Some(&address.asked()));
    let vocabularies = state.catalog.vocabularies();
    let mut request = search_request(&parameters, vocabularies, Timestamp::now())?;
    request.limit = PAGE_SIZE;
    request.facets = SHOWN_FACETS.to_vec();
    request.histograms = search_years::asked(&address).into_iter().collect();
    request.fold_series |= folds_series(&request, &address);
    let whole_facet = address.value("show").map(str::to_owned);
    if whole_facet.is_some() {
        request.facet_limit = WHOLE_FACET;
    }
    let language = request.language.clone();
    let explored = state.catalog.explore_with_others(&viewer, request.clone(), MOST_OTHERS).await?;
    let Explored { page, without, others: found } = explored;
    let others = match found {
        Some(found) => others(&state, &address, &language, found).await,
        None => None,
    };
    let mut counted = page.facets;
    let mut known_sources: Vec<FacetCount> = counted.get(&FacetField::Source).cloned().unwrap_or_default();
    known_sources.retain(|source| source.count > 0);
    let facets = SHOWN_FACETS
        .into_iter()
        .filter_map(|field| {
            let counts = counted.remove(&field).unwrap_or_default();
            let chosen = request.filters.values.get(&field).map_or(&[][..], Vec::as_slice);
            let is_whole = whole_facet.as_deref() == Some(facet_name(field));
            let left_out = page.left_out.get(&field).copied().unwrap_or(0);
            let shown = ShownFacet { field, chosen, is_whole, left_out };
            facet(&shown, &counts, &address, &language, &state.catalog)
        })
        .collect();
    let active = active_filters(&address, &known_sources, &language, &state.catalog);
    let in_words = |one: &Without| loosened(one, &address, &known_sources, &language, &state.catalog);
    let loosened = without.iter().map(in_words).collect();
    let unreachable = state.catalog.long_unreachable(&page.hits, Timestamp::now()).await?;
    let of_series = |key: &str| address.of_series(key, None);
    render(&SearchPage {
        orders: orders(&request.text, address.value("sort")),
        query: request.text.clone(),
        total: page.total,
        partial: page.partial,
        relaxed: page.relaxed,
        some_are_enough: request.matching == Matching::Some,
        unknown: page.unknown.iter().map(|one| (one.value.clone(), heading(one.field), one.wanted.clone())).collect(),
        meant: page.suggestion.map(|text| Meant {
            address: address.with("q", &text),
            is_hint: page.total == 0 || page.listed_as_asked,
            text,
        }),
        others,
        first: address.first(&request),
        items: page.hits.iter().map(|hit| card(hit, &unreachable, &language, &state.catalog, of_series)).collect(),
        active,
        years: page.histograms.iter().find_map(|(by, counts)| search_years::years(*by, counts, &address)),
        offered_years: search_years::offered(&address),
        clear_address: address.only("q"),
        facets,
        kept: address.kept_by_form(),
        sort: address.value("sort").unwrap_or("relevance").to_owned(),
        back: address.page_before(&request).map(|before| match &request.cursor {
            Some(_) => ("first", "First page", before),
            None => ("prev", "Previous page", before),
        }),
        next: address.page_behind(&request, page.next.as_deref()),
        loosened,
        needs: address.needs(),
        explained: (!request.explain && !request.text.trim().is_empty()).then(|| address.with("explain", "1")),
        exports: exports(&address),
        exported: exported(page.total, state.catalog.export_rows(), folds_series(&request, &address)),
        api_address: format!("/api/v1/search?{}", api_query(&address, &request)),
        feed_address: format!("/feed.atom?{}", address.exported()),
        languages: name_languages(&language, &state.catalog),
        language: LANGUAGE,
        header,
    })
}

/// Whether series are folded though nobody says so: where the best match comes first, and none was chosen.
fn folds_series(request: &SearchRequest, address: &Address) -> bool {
    let by_match = request.sort == Sort::default() && !request.text.trim().is_empty();
    by_match && request.filters.series.is_none() && address.value("fold").is_none()
}

/// The search of a page as the API takes it.
fn api_query(address: &Address, request: &SearchRequest) -> String {
    let mut query = address.asked();
    if folds_series(request, address) {
        query.push_str("&fold=series");
    }
    if let Some(years) = address.value(search_years::PARAMETER).filter(|_| !request.histograms.is_empty()) {
        query.push_str("&histogram=");
        query.push_str(years);
    }
    query
}

/// How a facet is shown.
struct ShownFacet<'a> {
    field: FacetField,
    /// Values that are set.
    chosen: &'a [String],
    /// Whether somebody asked for all of its values.
    is_whole: bool,
    /// How many it has that were not counted.
    left_out: usize,
}

fn facet(
    shown: &ShownFacet<'_>,
    counts: &[FacetCount],
    address: &Address,
    language: &str,
    catalog: &Catalog,
) -> Option<Facet> {
    let ShownFacet { field, is_whole, .. } = *shown;
    let name = facet_name(field);
    let chosen: Vec<String> = shown.chosen.iter().map(|value| field.spelling(value)).collect();
    let many = counts.len() > SHORT_FACET;
    let words = address.value(WITHIN).filter(|_| is_whole).unwrap_or_default();
    let folded = fold(words);
    let vocabularies = catalog.vocabularies();
    let is_chosen =
        |one: &String, count: &FacetCount| field.is_chosen(one, &count.value, count.name.as_deref(), vocabularies);
    let leading_to = |values: Vec<&String>| {
        let written: Vec<String> = values.into_iter().map(|value| field.written(value, vocabularies)).collect();
        address.with_values(name, written.iter())
    };
    let label = |count: &FacetCount| facet_label(field, count, language, catalog);
    let is_shown = |place: usize, count: &FacetCount| {
        if is_whole { folded.is_empty() || fold(&label(count)).contains(&folded) } else { place < SHORT_FACET }
    };
    let values: Vec<FacetEntry> = counts
        .iter()
        .enumerate()
        .map(|(place, count)| (place, chosen.iter().any(|one| is_chosen(one, count)), count))
        .filter(|(place, set, count)| *set || is_shown(*place, count))
        .map(|(_, set, count)| FacetEntry {
            label: label(count),
            count: count.count,
            address: if set {
                leading_to(chosen.iter().filter(|one| !is_chosen(one, count)).collect())
            } else {
                leading_to(chosen.iter().chain([&count.value]).collect())
            },
            set,
        })
        .collect();
    // A facet with one value that nobody set says nothing.
    if counts.is_empty() || (counts.len() == 1 && values.iter().all(|one| !one.set)) {
        return None;
    }
    let more = (many && !is_whole).then(|| address.with("show", name));
    let finding = (many && is_whole).then(|| (address.kept_by_list(), words.to_owned()));
    let left_out = if is_whole { shown.left_out } else { 0 };
    let is_named = matches!(field, FacetField::Organisation | FacetField::Source | FacetField::Tag);
    let language = if is_named { LANGUAGE } else { language }.to_owned();
    Some(Facet { heading: heading(field), language, values, more, finding, left_out })
}

fn heading(field: FacetField) -> &'static str {
    match field {
        FacetField::Country => "Country",
        FacetField::Cluster => "Cluster",
        FacetField::Organisation => "Organisation",
        FacetField::Source => "Source",
        FacetField::Sharing => "Who may have the data",
        FacetField::Sensitivity => "Sensitivity",
        FacetField::Access => "How to get it",
        FacetField::Classification => "Classification",
        FacetField::Format => "Format",
        FacetField::Licence => "Licence",
        FacetField::Language => "Language of the data",
        FacetField::Tag => "Keyword",
        FacetField::Kind => "Kind of holding",
        FacetField::Frequency => "Update frequency",
        FacetField::Freshness => "Up to date?",
        FacetField::Rendition => "How much you see",
        FacetField::Cost => "What it costs",
        FacetField::Disaggregation => "Told apart by",
    }
}

pub(crate) fn badge(vocabulary: &str, code: &str, language: &str, vocabularies: &Vocabularies) -> Badge {
    Badge { code: code.to_owned(), label: vocabularies.label(vocabulary, code, language) }
}

pub(super) fn card(
    hit: &Hit,
    unreachable: &HashSet<String>,
    language: &str,
    catalog: &Catalog,
    where_series_is: impl Fn(&str) -> String,
) -> Card {
    let card = &hit.card;
    let vocabularies = catalog.vocabularies();
    let words = |vocabulary: &str, codes: &[String]| {
        let labels: Vec<String> = codes.iter().map(|code| vocabularies.label(vocabulary, code, language)).collect();
        labels.join(", ")
    };
    let (tag, title) = card.title.best_with_tag(language).unwrap_or((LANGUAGE, ""));
    Card {
        address: format!("/dataset/{}", card.id),
        in_language: if language == "en" { String::new() } else { format!("?lang={language}") },
        title: title.to_owned(),
        title_language: if tag == UNDETERMINED { String::new() } else { tag.to_owned() },
        snippet_language: language_of_snippet(&card.title),
        snippet: hit.snippet.clone(),
        organisation: card.organisation.as_ref().map(|one| one.name.clone()),
        places: words("country", &card.countries),
        clusters: words("cluster", &card.clusters),
        period: card.coverage.as_ref().map(super::dataset::period),
        modified: card.modified.as_deref().map(super::dataset::date_in_words),
        formats: card.formats.join(", "),
        sharing: badge("sharing", &card.sharing, language, vocabularies),
        sensitivity: badge("sensitivity", &card.sensitivity, language, vocabularies),
        access: badge("access", &card.access, language, vocabularies),
        kind: vocabularies.label("kind", &card.kind, language),
        stub: card.rendition == "stub",
        can_be_asked: Sharing::from_code(&card.sharing)
            .zip(AccessMethod::from_code(&card.access))
            .is_some_and(|(sharing, access)| leaves_to_ask(sharing, access)),
        unreachable: unreachable.contains(&card.source),
        reasons: reasons(hit, language, vocabularies),
        series: hit.series.as_ref().map(|series| (series.more, where_series_is(&series.key))),
        also_at: hit
            .also_at
            .iter()
            .map(|one| {
                let title = one.title.best(language).unwrap_or_default();
                (format!("{title} ({})", catalog.source_title(&one.source)), format!("/dataset/{}", one.id))
            })
            .collect(),
    }
}

/// The language of a snippet, which a hit does not tell: that of a record with one language. Of any other it is not known.
fn language_of_snippet(title: &LocalizedText) -> String {
    let mut tags = title.0.keys();
    match (tags.next(), tags.next()) {
        (Some(only), None) if only != UNDETERMINED => only.clone(),
        _ => String::new(),
    }
}

/// Why a record is found, in sentences.
fn reasons(hit: &Hit, language: &str, vocabularies: &Vocabularies) -> Vec<String> {
    let in_words = |reason| reason_body(reason, language, vocabularies).text().to_owned();
    hit.reasons.iter().flatten().map(in_words).collect()
}

/// The filters that are set, in words.
fn active_filters(
    address: &Address,
    known_sources: &[FacetCount],
    language: &str,
    catalog: &Catalog,
) -> Vec<ActiveFilter> {
    let filter = |(name, value): (&str, &str)| ActiveFilter {
        label: format!("{}: {}", filter_heading(name), filter_value(name, value, known_sources, language, catalog)),
        without: address.without_value(name, value),
    };
    address.filters().map(filter).collect()
}

fn filter_heading(name: &str) -> String {
    match FACETS.iter().find(|(one, _)| *one == name) {
        Some((_, field)) => heading(*field).to_owned(),
        None => name.replace('_', " "),
    }
}

/// The value of a filter in words. A source is named only where this viewer found a record of it: whether a hidden one exists
/// must not show.
fn filter_value(name: &str, value: &str, known_sources: &[FacetCount], language: &str, catalog: &Catalog) -> String {
    match FACETS.iter().find(|(one, _)| *one == name) {
        Some((_, FacetField::Source)) if known_sources.iter().any(|one| one.value == value) => {
            catalog.source_title(value)
        }
        None | Some((_, FacetField::Source)) => value.to_owned(),
        Some(_) => catalog.vocabularies().label(name, value, language),
    }
}

/// What would be found without a part of a search, in words, and where.
fn loosened(
    without: &Without,
    address: &Address,
    known_sources: &[FacetCount],
    language: &str,
    catalog: &Catalog,
) -> Loosened {
    let name = parameter_of(&without.part);
    let values: Vec<String> =
        without.values.iter().map(|value| filter_value(name, value, known_sources, language, catalog)).collect();
    let values = values.join(", ");
    let (label, address) = match &without.part {
        SearchPart::Word { rest } => (values, address.with_values(name, [rest].into_iter())),
        _ => (format!("{}: {values}", filter_heading(name)), address.with_values(name, std::iter::empty())),
    };
    Loosened { label, address, count: without.total }
}
