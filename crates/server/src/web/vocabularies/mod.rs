//! `/vocabularies` and `/vocabularies/{name}`: the words that the catalogue understands, as anyone may read them.

mod titles;
pub(crate) mod unmapped;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::Catalog;
use cairn_model::vocabulary::{Term, fold};
use jiff::Timestamp;

use self::titles::title;
use super::form::Choice;
use super::groups::with;
use super::names::{LANGUAGE, name_languages};
use super::page::{PageError, render};
use super::visitor::{Header, Visitor};
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::{LANGUAGES, Parameters};
use crate::state::AppState;

/// Terms of a page: with all their names, they must fit through a bad line.
const PAGE_SIZE: usize = 50;
/// Pages that can be asked for: more than any table has.
const MOST_PAGES: usize = 10_000;
/// Characters of what terms are looked for by.
const MOST_TYPED: usize = 100;

#[derive(Template)]
#[template(path = "vocabularies.html")]
struct VocabulariesPage {
    language: &'static str,
    header: Header,
    /// The language of names.
    names: &'static str,
    languages: Vec<Choice>,
    version: String,
    items: Vec<Summary>,
    /// Where it is told what no vocabulary knows, for who operates a source.
    unmapped: Option<String>,
}

/// A vocabulary in a line.
struct Summary {
    title: &'static str,
    name: &'static str,
    address: String,
    terms: usize,
    version: String,
}

#[derive(Template)]
#[template(path = "vocabulary.html")]
struct VocabularyPage {
    language: &'static str,
    header: Header,
    /// The language of names.
    names: &'static str,
    languages: Vec<Choice>,
    title: String,
    name: String,
    version: String,
    /// Terms of the whole vocabulary.
    all: usize,
    /// What terms are looked for by.
    typed: String,
    /// How many have it.
    found: usize,
    /// Number of the first of the page.
    first: usize,
    rows: Vec<Row>,
    back: String,
    previous: Option<String>,
    next: Option<String>,
}

/// A term in words.
struct Row {
    code: String,
    /// Its label in the language of the reader, and which that is where the vocabulary has it in another alone.
    label: String,
    label_language: String,
    /// Its labels in other languages.
    labels: Vec<(String, String)>,
    /// Other names by language; of none where the table does not tell it.
    aliases: Vec<(String, String)>,
    broader: Option<Link>,
    /// Codes of other schemes.
    codes: String,
    /// Terms of other vocabularies.
    concepts: Vec<Link>,
}

/// A term that another one leads to.
struct Link {
    label: String,
    /// Nowhere for what is in no list.
    address: Option<String>,
}

/// Lists the vocabularies.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let language = Parameters::parse(query.as_deref()).language()?;
    let summaries = state.catalog.vocabulary_summaries()?;
    let operated = state.catalog.source_states(&viewer, None, Timestamp::now()).await?;
    let summary = |one: &cairn_catalog::VocabularySummary| Summary {
        title: title(one.name, language).unwrap_or(one.name),
        name: one.name,
        address: address(one.name, &[], language),
        terms: one.terms,
        version: one.version.clone(),
    };
    let mut items: Vec<Summary> = summaries.items.iter().map(summary).collect();
    items.sort_by_cached_key(|one| fold(one.title));
    render(&VocabulariesPage {
        language: LANGUAGE,
        header,
        names: language,
        languages: name_languages(language, &state.catalog),
        version: summaries.version.clone(),
        items,
        unmapped: (!operated.is_empty()).then(|| address("unmapped", &[], language)),
    })
}

/// Shows the terms of a vocabulary, all or those that have what is typed in a name or a code.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    name: Result<PathOf<String>, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { header, .. } = visitor?;
    let PathOf(name) = name?;
    let parameters = Parameters::parse(query.as_deref());
    let language = parameters.language()?;
    let typed = parameters.one("q")?.unwrap_or_default().trim().to_owned();
    if typed.chars().count() > MOST_TYPED {
        return Err(ApiError::bad_request(format!("`q` has {MOST_TYPED} characters at most.")).into());
    }
    let number = parameters.number("page", 1, MOST_PAGES)?.max(1);
    let catalog = &state.catalog;
    let vocabulary = catalog.vocabulary(&name)?;
    let all = vocabulary.terms.len();
    let wanted = fold(&typed);
    let found: Vec<Term> = vocabulary.terms.into_iter().filter(|term| has(term, &wanted)).collect();
    let passed = (number - 1).saturating_mul(PAGE_SIZE);
    let rows = found.iter().skip(passed).take(PAGE_SIZE).map(|term| row(term, &name, language, catalog)).collect();
    let page = |number: usize| address(&name, &[("q", &typed), ("page", &number.to_string())], language);
    render(&VocabularyPage {
        language: LANGUAGE,
        header,
        names: language,
        languages: name_languages(language, catalog),
        title: title(&name, language).map_or_else(|| name.clone(), str::to_owned),
        version: vocabulary.version,
        all,
        found: found.len(),
        first: passed + 1,
        rows,
        back: with("/vocabularies", &of_language(language)),
        previous: (number > 1).then(|| page(number - 1)),
        next: (passed + PAGE_SIZE < found.len()).then(|| page(number + 1)),
        typed,
        name,
    })
}

/// Whether any name or code of a term has what is looked for, as vocabularies compare words.
fn has(term: &Term, wanted: &str) -> bool {
    let names = term.labels.values().chain(term.aliases.values().flatten());
    let mut all = names.chain([&term.code]).chain(&term.codes).chain(&term.concepts);
    wanted.is_empty() || all.any(|name| fold(name).contains(wanted))
}

fn row(term: &Term, vocabulary: &str, language: &str, catalog: &Catalog) -> Row {
    let vocabularies = catalog.vocabularies();
    let told = [language, "en"].into_iter().find(|one| term.labels.contains_key(*one)).unwrap_or_default();
    let aliases = term.aliases.iter().map(|(of, names)| {
        let of = if of == "und" { "" } else { of };
        (of.to_owned(), names.join(" · "))
    });
    let labels = term.labels.iter().filter(|(of, _)| *of != told);
    Row {
        label: vocabularies.label(vocabulary, &term.code, language),
        label_language: told.to_owned(),
        labels: labels.map(|(of, label)| (of.clone(), label.clone())).collect(),
        aliases: aliases.collect(),
        broader: term.broader.as_ref().map(|code| Link {
            label: vocabularies.label(vocabulary, code, language),
            address: Some(address(vocabulary, &[("q", code)], language)),
        }),
        codes: term.codes.join(" · "),
        concepts: term.concepts.iter().map(|concept| mapped(concept, language, catalog)).collect(),
        code: term.code.clone(),
    }
}

/// A term of another vocabulary, written as `cluster:WSH`.
fn mapped(concept: &str, language: &str, catalog: &Catalog) -> Link {
    let known = concept.split_once(':').and_then(|(name, code)| Some((name, code, title(name, language)?)));
    let Some((name, code, title)) = known else { return Link { label: concept.to_owned(), address: None } };
    Link {
        label: format!("{} ({title})", catalog.vocabularies().label(name, code, language)),
        address: Some(address(name, &[("q", code)], language)),
    }
}

/// The address of a page about a vocabulary; what is empty stays out of it.
fn address(name: &str, pairs: &[(&str, &str)], language: &str) -> String {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty()).copied();
    let pairs: Vec<(&str, &str)> = given.chain(of_language(language)).collect();
    with(&format!("/vocabularies/{name}"), &pairs)
}

fn of_language(language: &str) -> Vec<(&str, &str)> {
    if language == LANGUAGES[0] { Vec::new() } else { vec![("lang", language)] }
}
