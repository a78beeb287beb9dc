//! Query strings: repeatable parameters, empty ones absent, wrong ones refused by name.

use std::sync::Arc;

use axum::http::StatusCode;
use cairn_catalog::{FacetField, Filters, Histogram, Matching, SearchRequest, Sort, SortKey, UnknownValue};
use cairn_model::date::day_of;
use cairn_model::{BoundingBox, PartialDate, Vocabularies};
use jiff::Timestamp;

use crate::error::ApiError;

/// Hits of a page when nobody says how many.
const DEFAULT_LIMIT: usize = 20;
/// Values that a facet lists.
const FACET_VALUES: usize = 100;

/// Languages in which labels can be had.
pub(crate) const LANGUAGES: [&str; 4] = ["en", "fr", "es", "ar"];

/// How much of a record a viewer sees.
pub(crate) const RENDITIONS: [&str; 3] = ["full", "partial", "stub"];

/// What results can be ordered by.
pub(crate) const SORTS: [(&str, SortKey); 5] = [
    ("relevance", SortKey::Relevance),
    ("modified", SortKey::Modified),
    ("issued", SortKey::Issued),
    ("title", SortKey::Title),
    ("quality", SortKey::Quality),
];

/// Every facet, in the order in which pages show them.
pub(crate) const FACETS: [(&str, FacetField); 18] = [
    ("country", FacetField::Country),
    ("cluster", FacetField::Cluster),
    ("organisation", FacetField::Organisation),
    ("sharing", FacetField::Sharing),
    ("sensitivity", FacetField::Sensitivity),
    ("access", FacetField::Access),
    ("kind", FacetField::Kind),
    ("format", FacetField::Format),
    ("freshness", FacetField::Freshness),
    ("licence", FacetField::Licence),
    ("language", FacetField::Language),
    ("frequency", FacetField::Frequency),
    ("classification", FacetField::Classification),
    ("rendition", FacetField::Rendition),
    ("cost", FacetField::Cost),
    ("disaggregation", FacetField::Disaggregation),
    ("source", FacetField::Source),
    ("tag", FacetField::Tag),
];

/// Parameters of a search beside the facet filters.
const OTHERS: [&str; 19] = [
    "q",
    "match",
    "pcode",
    "modified_after",
    "modified_before",
    "covers_after",
    "covers_before",
    "series",
    "bbox",
    "sort",
    "limit",
    "offset",
    "cursor",
    "facets",
    "histogram",
    "grid",
    "fold",
    "explain",
    "lang",
];

/// Those of them that say how hits are found by words, which part of them is shown, in which order and with which counts: what
/// counts holdings takes none of them.
const PAGING: [&str; 10] =
    ["match", "sort", "limit", "offset", "cursor", "facets", "histogram", "grid", "fold", "explain"];

/// The name of a facet field in addresses.
pub(crate) fn facet_name(field: FacetField) -> &'static str {
    FACETS.iter().find(|(_, one)| *one == field).map_or("", |(name, _)| name)
}

/// A query string, taken apart; empty values are absent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Self(
            pairs
                .filter(|(_, value)| !value.trim().is_empty())
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// What a form is to be filled with.
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// With lines that end as texts here do: browsers end those of a form with two characters (HTML, "normalize newlines").
    pub(crate) fn with_plain_lines(self) -> Self {
        Self(self.0.into_iter().map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect())
    }

    /// Names and values, in the order in which they came.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What was typed into a field of a form; nothing where nothing was.
    pub(crate) fn typed(&self, name: &str) -> &str {
        self.pairs().find(|(one, _)| *one == name).map_or("", |(_, value)| value)
    }

    /// Whether a choice of a form was taken.
    pub(crate) fn is_chosen(&self, name: &str, choice: &str) -> bool {
        self.pairs().any(|(one, value)| one == name && value == choice)
    }

    /// Those of these names alone.
    pub(crate) fn among(self, known: &[&str]) -> Self {
        Self(self.0.into_iter().filter(|(name, _)| known.contains(&name.as_str())).collect())
    }

    /// Refuses parameters that are not in `known`: a filter with a typing error must not be passed over in silence.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), ApiError> {
        for (name, _) in &self.0 {
            if !known.contains(&name.as_str()) {
                return Err(ApiError::new(
                    StatusCode::BAD_REQUEST,
                    "unknown-parameter",
                    format!("Unknown parameter `{}`. Known ones: {}.", shown(name), known.join(", ")),
                ));
            }
        }
        Ok(())
    }

    /// The only value of a parameter.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, ApiError> {
        let mut values = self.0.iter().filter(|(one, _)| one == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() {
            return Err(ApiError::bad_request(format!("`{name}` is given twice.")));
        }
        Ok(first)
    }

    /// Every value of a parameter, repeated or, for codes, separated by commas. Names may hold commas themselves.
    pub(crate) fn many(&self, name: &str, commas_separate: bool) -> Result<Vec<String>, ApiError> {
        let given = self.0.iter().filter(|(one, _)| one == name).map(|(_, value)| value.as_str());
        let values: Vec<String> = given
            .flat_map(|value| if commas_separate { value.split(',').collect() } else { vec![value] })
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect();
        at_most(name, values)
    }

    /// A language in which labels can be had.
    pub(crate) fn language(&self) -> Result<&'static str, ApiError> {
        match self.one("lang")? {
            None => Ok("en"),
            Some(language) => LANGUAGES
                .into_iter()
                .find(|one| *one == language)
                .ok_or_else(|| ApiError::bad_request("`lang` is one of en, fr, es, ar.")),
        }
    }

    pub(crate) fn number(&self, name: &str, default: usize, max: usize) -> Result<usize, ApiError> {
        match self.one(name)? {
            None => Ok(default),
            Some(text) => match text.trim().parse::<usize>() {
                Ok(number) if number <= max => Ok(number),
                _ => Err(ApiError::bad_request(format!("`{name}` is a whole number from 0 to {max}."))),
            },
        }
    }

    /// A number of which there is one at least.
    pub(crate) fn count(&self, name: &str, default: usize, max: usize) -> Result<usize, ApiError> {
        match self.number(name, default, max) {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(ApiError::bad_request(format!("`{name}` is a whole number from 1 to {max}."))),
        }
    }

    /// The version of an entry that the client had before it. Without one nobody would notice that they write over what another
    /// wrote meanwhile.
    pub(crate) fn version(&self) -> Result<u32, ApiError> {
        let Some(text) = self.one("version")? else {
            return Err(ApiError::new(
                StatusCode::PRECONDITION_REQUIRED,
                "version-required",
                "Say which version you change: `?version=3`, as you read it.",
            ));
        };
        text.trim().parse().map_err(|_| ApiError::bad_request("`version` is a whole number, as you read it."))
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.one(name)?.map(str::trim) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiError::bad_request(format!("`{name}` is true or false."))),
        }
    }

    /// One of a few, by its code.
    pub(crate) fn coded<T: Copy>(
        &self,
        name: &str,
        all: &[T],
        code: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let known = || ApiError::bad_request(format!("`{name}` is one of {}.", codes(all, &code).join(", ")));
        all.iter().copied().find(|one| code(*one) == text).map(Some).ok_or_else(known)
    }

    /// An instant, as answers write them.
    pub(crate) fn instant(&self, name: &str) -> Result<Option<Timestamp>, ApiError> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let wrong = |_| ApiError::bad_request(format!("`{name}` is an instant: 2024-05-31T12:00:00Z."));
        text.trim().parse::<Timestamp>().map(Some).map_err(wrong)
    }

    fn day(&self, name: &str, last: bool) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let date = PartialDate::try_from(text.trim().to_owned())
            .map_err(|_| ApiError::bad_request(format!("`{name}` is a date: 2024, 2024-05 or 2024-05-31.")))?;
        Ok(Some(if last { date.last_day() } else { date.first_day() }))
    }
}

/// Names of the parameters that say which records, in words and by filters.
pub(crate) fn filter_parameter_names() -> Vec<&'static str> {
    let others = OTHERS.into_iter().filter(|name| !PAGING.contains(name));
    FACETS.iter().map(|(name, _)| *name).chain(others).collect()
}

/// Names of the parameters of an export: those of a search that say which records it is about, and in which order.
pub(crate) fn export_parameter_names() -> Vec<&'static str> {
    let paging = ["limit", "offset", "cursor", "facets", "histogram", "grid", "explain"];
    search_parameter_names().into_iter().filter(|name| !paging.contains(name)).collect()
}

/// Names of all parameters of a search.
pub(crate) fn search_parameter_names() -> Vec<&'static str> {
    FACETS.iter().map(|(name, _)| *name).chain(OTHERS).collect()
}

/// A search from a query string.
///
/// # Errors
/// 400 with the name of the parameter that is wrong.
pub(crate) fn search_request(
    parameters: &Parameters,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> Result<SearchRequest, ApiError> {
    parameters.only(&search_parameter_names())?;
    let filters = filters(parameters, vocabularies)?;
    let (duplicates, series) = fold(parameters)?;
    let cursor = parameters.one("cursor")?.map(str::to_owned);
    let offset = parameters.number("offset", 0, SearchRequest::MAX_OFFSET)?;
    if cursor.is_some() && offset > 0 {
        return Err(ApiError::bad_request("`cursor` and `offset` exclude each other."));
    }
    Ok(SearchRequest {
        text: parameters.one("q")?.unwrap_or_default().to_owned(),
        filters,
        sort: sort(parameters)?,
        limit: parameters.number("limit", DEFAULT_LIMIT, SearchRequest::MAX_LIMIT)?,
        offset,
        cursor,
        facets: facets(parameters)?,
        facet_limit: FACET_VALUES,
        histograms: histograms(parameters)?,
        grid: grid(parameters)?,
        cells: Vec::new(),
        language: parameters.language()?.to_owned(),
        today: day_of(now),
        matching: matching(parameters)?,
        // The catalogue knows what people said of duplicates, how long a search may take, and what comes of one that takes longer.
        fold: duplicates.then(Arc::default),
        fold_series: series,
        explain: explain(parameters)?,
        partial: false,
        give_up_at: None,
    })
}

/// How many of the words a record must have.
fn matching(parameters: &Parameters) -> Result<Matching, ApiError> {
    match parameters.one("match")?.map(str::trim) {
        None => Ok(Matching::AllElseSome),
        Some("all") => Ok(Matching::All),
        Some("some") => Ok(Matching::Some),
        Some(_) => Err(ApiError::bad_request("`match` is all or some.")),
    }
}

/// What `fold` takes, and whether each folds duplicates and series.
pub(crate) const FOLDS: [(&str, (bool, bool)); 4] =
    [("false", (false, false)), ("true", (true, false)), ("series", (false, true)), ("all", (true, true))];

/// Whether duplicates, and series, are folded.
fn fold(parameters: &Parameters) -> Result<(bool, bool), ApiError> {
    let word = parameters.one("fold")?.map_or("false", str::trim);
    let known = FOLDS.into_iter().find(|(one, _)| *one == word);
    known.map(|(_, folds)| folds).ok_or_else(|| ApiError::bad_request("`fold` is one of false, true, series, all."))
}

/// What hits can be counted by the years of.
pub(crate) const HISTOGRAMS: [(&str, Histogram); 2] =
    [("modified", Histogram::Modified), ("coverage", Histogram::Coverage)];

fn histograms(parameters: &Parameters) -> Result<Vec<Histogram>, ApiError> {
    let mut histograms = Vec::new();
    for name in parameters.many("histogram", true)? {
        let known = HISTOGRAMS.into_iter().find(|(one, _)| *one == name);
        let (_, histogram) = known.ok_or_else(|| ApiError::bad_request("`histogram` is of modified, coverage."))?;
        if !histograms.contains(&histogram) {
            histograms.push(histogram);
        }
    }
    Ok(histograms)
}

/// Columns of a grid; none for 0.
fn grid(parameters: &Parameters) -> Result<Option<u32>, ApiError> {
    let columns = parameters.number("grid", 0, SearchRequest::MAX_GRID)?;
    Ok(u32::try_from(columns).ok().filter(|columns| *columns > 0))
}

/// What `explain` takes, and whether it asks for reasons.
pub(crate) const EXPLAINS: [(&str, bool); 4] = [("0", false), ("1", true), ("false", false), ("true", true)];

/// Whether it is to be told why each hit matches.
fn explain(parameters: &Parameters) -> Result<bool, ApiError> {
    let word = parameters.one("explain")?.map_or("0", str::trim);
    let known = EXPLAINS.into_iter().find(|(one, _)| *one == word);
    known.map(|(_, explains)| explains).ok_or_else(|| ApiError::bad_request("`explain` is 0, 1, false or true."))
}

/// The key of a series, as a hit gave it.
fn series(parameters: &Parameters) -> Result<Option<String>, ApiError> {
    let Some(key) = parameters.one("series")?.map(str::trim) else { return Ok(None) };
    if key.len() == 16 && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Ok(Some(key.to_owned()));
    }
    Err(ApiError::bad_request("`series` is the key of a series as a search gives it: 16 hexadecimal digits."))
}

/// The filters of a search, which other answers about holdings take, too.
pub(crate) fn filters(parameters: &Parameters, vocabularies: &Vocabularies) -> Result<Filters, ApiError> {
    let mut filters = Filters {
        pcodes: parameters.many("pcode", true)?,
        modified_after: parameters.day("modified_after", false)?,
        modified_before: parameters.day("modified_before", true)?,
        covers_after: parameters.day("covers_after", false)?,
        covers_before: parameters.day("covers_before", true)?,
        series: series(parameters)?,
        bbox: bounding_box(parameters)?,
        ..Filters::default()
    };
    for (name, field) in FACETS {
        let values = filter_codes(parameters, name, field, vocabularies)?;
        if !values.is_empty() {
            filters.values.insert(field, values);
        }
    }
    Ok(filters)
}

fn sort(parameters: &Parameters) -> Result<Sort, ApiError> {
    let Some(text) = parameters.one("sort")? else { return Ok(Sort::default()) };
    let (name, reversed) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    match SORTS.into_iter().find(|(one, _)| *one == name) {
        Some((_, by)) => Ok(Sort { by, reversed }),
        None => Err(ApiError::bad_request(
            "`sort` is one of relevance, modified, issued, title, quality; `-` before it reverses.",
        )),
    }
}

fn facets(parameters: &Parameters) -> Result<Vec<FacetField>, ApiError> {
    let mut fields = Vec::new();
    for name in parameters.many("facets", true)? {
        let field = FACETS.iter().find(|(one, _)| *one == name).map(|(_, field)| *field).ok_or_else(|| {
            let known: Vec<&str> = FACETS.iter().map(|(name, _)| *name).collect();
            ApiError::bad_request(format!("`facets` knows no `{}`. Known ones: {}.", shown(&name), known.join(", ")))
        })?;
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    Ok(fields)
}

fn bounding_box(parameters: &Parameters) -> Result<Option<BoundingBox>, ApiError> {
    let Some(text) = parameters.one("bbox")? else { return Ok(None) };
    let wrong = || {
        ApiError::bad_request(
            "`bbox` is west,south,east,north in degrees, with south ≤ north; west > east crosses the antimeridian.",
        )
    };
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|part| part.trim().parse::<f64>()).collect();
    let [west, south, east, north] = numbers.map_err(|_| wrong())?.try_into().map_err(|_| wrong())?;
    let inside = (-180.0..=180.0).contains(&west)
        && (-180.0..=180.0).contains(&east)
        && (-90.0..=90.0).contains(&south)
        && (-90.0..=90.0).contains(&north)
        && south <= north;
    if inside { Ok(Some(BoundingBox { west, south, east, north })) } else { Err(wrong()) }
}

/// The codes that the values of a filter stand for.
pub(crate) fn filter_codes(
    parameters: &Parameters,
    name: &str,
    field: FacetField,
    vocabularies: &Vocabularies,
) -> Result<Vec<String>, ApiError> {
    let mut values = Vec::new();
    for written in parameters.many(name, false)? {
        for read in field.read_all(&written, vocabularies) {
            values.push(read.map_err(|unknown| refused(name, &unknown))?);
        }
    }
    at_most(name, values)
}

/// Values of a parameter, unless they are more than a search takes.
fn at_most(name: &str, values: Vec<String>) -> Result<Vec<String>, ApiError> {
    let most = SearchRequest::MAX_VALUES;
    if values.len() > most {
        return Err(ApiError::bad_request(format!("`{name}` has more than {most} values.")));
    }
    Ok(values)
}

/// A value that nobody knows would find nothing, and hide the typing error.
fn refused(name: &str, unknown: &UnknownValue) -> ApiError {
    let UnknownValue { value, wanted, .. } = unknown;
    ApiError::bad_request(if wanted.starts_with("one of") {
        format!("`{name}` is {wanted}.")
    } else {
        format!("`{name}` knows no `{}`: give {wanted}.", shown(value))
    })
}

pub(crate) fn codes<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| code(*one)).collect()
}

/// A caller's word, safe to say back: short and plain.
fn shown(text: &str) -> String {
    text.chars().filter(|character| character.is_ascii_alphanumeric() || "_-.".contains(*character)).take(40).collect()
}
