//! `/vocabularies/unmapped`: what sources say that no vocabulary knows, for those who operate them.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::{UnmappedFilter, UnmappedTerm};

use super::titles::title;
use super::{address, of_language};
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::web::groups::with;
use crate::web::names::LANGUAGE;
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, Visitor};

/// Words of a page.
const PAGE_SIZE: usize = 100;
/// What places are called, which are no list of terms.
const PLACES: (&str, &str) = ("place", "Places");

#[derive(Template)]
#[template(path = "unmapped.html")]
struct UnmappedPage {
    language: &'static str,
    header: Header,
    /// The language of names.
    names: &'static str,
    items: Vec<Row>,
    /// How many more times such a word was met than could be counted.
    not_counted: u64,
    /// Where all are shown, where only those of a vocabulary or a source are.
    everything: Option<String>,
    csv: String,
    back: String,
    next: Option<String>,
}

/// A word that no vocabulary knows.
struct Row {
    value: String,
    vocabulary: &'static str,
    /// Those of the same vocabulary alone.
    of_vocabulary: String,
    records: u64,
    sources: String,
    /// Where the word stands in its first record.
    field: String,
    example: String,
    example_address: Option<String>,
}

/// Shows a page of them: those of the sources that the viewer operates, and none to who operates none.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let parameters = Parameters::parse(query.as_deref());
    let language = parameters.language()?;
    let asked = |name: &str| parameters.one(name).map(|value| value.map(str::to_owned));
    let filter = UnmappedFilter { vocabulary: asked("vocabulary")?, source: asked("source")? };
    let _place = state.whole_source_place(&viewer).await?;
    let page = state.catalog.unmapped_page(&viewer, &filter, parameters.one("after")?, PAGE_SIZE).await?;
    let narrowed: Vec<(&str, &str)> = [("vocabulary", &filter.vocabulary), ("source", &filter.source)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
        .collect();
    let next = page.next.map(|next| {
        let pairs: Vec<(&str, &str)> = narrowed.iter().copied().chain([("after", next.as_str())]).collect();
        address("unmapped", &pairs, language)
    });
    render(&UnmappedPage {
        language: LANGUAGE,
        header,
        names: language,
        items: page.terms.items.into_iter().map(|term| row(term, language)).collect(),
        not_counted: page.terms.not_counted,
        everything: (!narrowed.is_empty()).then(|| address("unmapped", &[], language)),
        csv: with("/api/v1/vocabularies/unmapped.csv", &narrowed),
        back: with("/vocabularies", &of_language(language)),
        next,
    })
}

fn row(term: UnmappedTerm, language: &str) -> Row {
    let UnmappedTerm { vocabulary, value, records, sources, example } = term;
    let known = title(vocabulary, language).or_else(|| (vocabulary == PLACES.0).then_some(PLACES.1));
    Row {
        value,
        vocabulary: known.unwrap_or(vocabulary),
        of_vocabulary: address("unmapped", &[("vocabulary", vocabulary)], language),
        records,
        sources: sources.join(", "),
        field: example.field,
        example: example.title.or(example.source_record_id).unwrap_or_default(),
        example_address: example.dataset.map(|id| format!("/dataset/{id}")),
    }
}
