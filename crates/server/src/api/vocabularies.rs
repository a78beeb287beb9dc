//! `GET /api/v1/vocabularies/{name}`: controlled vocabularies with labels, synonyms and mappings.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use cairn_catalog::{Catalog, CatalogError, VocabularySummary, VocabularyTerms};
use cairn_model::vocabulary::Term;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ProblemBody};
use crate::extract::PathOf;
use crate::state::AppState;

/// The vocabularies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VocabularyList {
    /// Another one whenever one of the vocabularies, or a table of the operator, is.
    version: String,
    items: Vec<VocabularyBody>,
}

/// A vocabulary, without its terms.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VocabularyBody {
    /// Name for `/api/v1/vocabularies/{name}`.
    name: &'static str,
    /// How many terms it has.
    terms: usize,
    /// Another one whenever a code, a label, an alias or a mapping of it is another.
    version: String,
}

/// A vocabulary.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VocabularyAnswer {
    /// Name.
    name: String,
    /// Another one whenever a code, a label, an alias or a mapping of it is another.
    version: String,
    /// Terms, in the vocabulary's order.
    items: Vec<TermBody>,
}

/// A term.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TermBody {
    /// Code, as records and filters use it.
    code: String,
    /// Labels by language.
    labels: BTreeMap<String, String>,
    /// Code of the broader term.
    #[serde(skip_serializing_if = "Option::is_none")]
    broader: Option<String>,
    /// Other names by language, synonyms and acronyms among them; `und` where the language is not told.
    aliases: BTreeMap<String, Vec<String>>,
    /// Codes of other schemes for the same.
    codes: Vec<String>,
    /// Terms of other vocabularies that it maps to, as `cluster:WSH`.
    concepts: Vec<String>,
}

/// Lists the vocabularies.
#[utoipa::path(
    get, operation_id = "listVocabularies", path = "/api/v1/vocabularies", tag = "vocabularies",
    responses(
        (status = 200, description = "Names, versions and how many terms each has", body = VocabularyList),
        (status = 304, description = "The client holds this answer"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<VocabularyList>, ApiError> {
    Ok(Json(list_answer(&state.catalog)?))
}

/// Shows the terms of one vocabulary.
#[utoipa::path(
    get, operation_id = "showVocabulary", path = "/api/v1/vocabularies/{name}", tag = "vocabularies",
    params(("name" = String, Path, description = "Name of the vocabulary")),
    responses(
        (status = 200, description = "Terms", body = VocabularyAnswer),
        (status = 304, description = "The client holds this answer"),
        (status = 400, description = "The name is not readable", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such vocabulary", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    PathOf(name): PathOf<String>,
) -> Result<Json<VocabularyAnswer>, ApiError> {
    Ok(Json(answer(&state.catalog, name)?))
}

pub(crate) fn list_answer(catalog: &Catalog) -> Result<VocabularyList, CatalogError> {
    let summaries = catalog.vocabulary_summaries()?;
    let body =
        |one: &VocabularySummary| VocabularyBody { name: one.name, terms: one.terms, version: one.version.clone() };
    Ok(VocabularyList { version: summaries.version.clone(), items: summaries.items.iter().map(body).collect() })
}

pub(crate) fn answer(catalog: &Catalog, name: String) -> Result<VocabularyAnswer, CatalogError> {
    let VocabularyTerms { version, terms } = catalog.vocabulary(&name)?;
    let body = |term: Term| TermBody {
        code: term.code,
        labels: term.labels,
        broader: term.broader,
        aliases: term.aliases,
        codes: term.codes,
        concepts: term.concepts,
    };
    Ok(VocabularyAnswer { name, version, items: terms.into_iter().map(body).collect() })
}
