//! The JSON of the API for the command line, so that both say the same.

use cairn_catalog::{
    AccessRequest, Catalog, CatalogError, Classified, Collaborative, CollaborativeFilter, CommitmentReport, Concern,
    Coverage, CoverageRequest, DatasetView, DeclaredCrisis, Derivations, Duplicate, Edit, Evaluation, Exchange,
    ExchangeFilter, ExchangeGraph, Explored, ExportQuestion, Following, GapAxes, GapReport, Group, HistoryPage,
    Holding, HoldingVersion, LinkedRecord, Need, NeedFilter, NeedMatch, OrphanedRecord, OwnNotifications, Practice,
    PracticeFilter, Registered, RegisteredAgreement, RegisteredFramework, RegisteredOrganisation, RegisteredRefusal,
    Related, Release, RequestDraft, Review, SavedSearch, SearchRequest, TableReport, TakenTable, UndoReport,
    UnmappedPage,
};
use cairn_model::registry::SavedSearchStatement;
use cairn_model::{Contact, Vocabularies};
use cairn_policy::classify::Profiles;
use jiff::Timestamp;
use serde_json::Value;

use crate::api::registry::{
    agreements, answers, collaboratives, commitments, concerns, crises, derivations, edits, exchanges, frameworks,
    gaps, holdings, matches, needs, practices, refusals, requests, saved_searches, tables, taken_tables,
};
use crate::api::{
    classification, coverage, dataset_body, datasets, duplicates, export, linkages, notifications, related, reviews,
    search, stewardship, unmapped, vocabularies,
};
use crate::parameters::{Parameters, search_request};

/// A search from the parameters of an address.
///
/// # Errors
/// What is wrong with which parameter.
pub fn search_from_query(query: &str, vocabularies: &Vocabularies, now: Timestamp) -> Result<SearchRequest, String> {
    search_request(&Parameters::parse(Some(query)), vocabularies, now).map_err(|error| error.detail)
}

/// What is to be exported, from the parameters of the address of `GET /api/v1/export.csv`.
///
/// # Errors
/// What is wrong with which parameter.
pub fn export_from_query(
    query: &str,
    vocabularies: &Vocabularies,
    public_url: &str,
    now: Timestamp,
) -> Result<(SearchRequest, ExportQuestion), String> {
    export::request(Some(query), vocabularies, public_url, now).map_err(|error| error.detail)
}

/// A page of results, as `GET /api/v1/search` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn search_answer(found: Explored, language: &str, catalog: &Catalog) -> Result<Value, serde_json::Error> {
    serde_json::to_value(search::answer(found, language, catalog))
}

/// Which coverage, from the parameters of the address of `GET /api/v1/coverage`.
///
/// # Errors
/// What is wrong with which parameter.
pub fn coverage_request(query: &str, vocabularies: &Vocabularies, now: Timestamp) -> Result<CoverageRequest, String> {
    coverage::request(&Parameters::parse(Some(query)), vocabularies, now).map_err(|error| error.detail)
}

/// The vocabularies, as `GET /api/v1/vocabularies` answers it.
///
/// # Errors
/// Errors of the catalogue, and when it cannot be written as JSON.
pub fn vocabularies_answer(catalog: &Catalog) -> Result<Value, CatalogError> {
    as_json(&vocabularies::list_answer(catalog)?)
}

/// A vocabulary, as `GET /api/v1/vocabularies/{name}` answers it.
///
/// # Errors
/// `NotFound` where there is none of this name, and when it cannot be written as JSON.
pub fn vocabulary_answer(catalog: &Catalog, name: String) -> Result<Value, CatalogError> {
    as_json(&vocabularies::answer(catalog, name)?)
}

/// Words that no vocabulary knows, as `GET /api/v1/vocabularies/unmapped` answers them.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn unmapped_answer(page: UnmappedPage) -> Result<Value, serde_json::Error> {
    serde_json::to_value(unmapped::answer(page))
}

fn as_json(answer: &impl serde::Serialize) -> Result<Value, CatalogError> {
    serde_json::to_value(answer).map_err(|error| CatalogError::Internal(format!("an answer: {error}")))
}

/// Coverage, as `GET /api/v1/coverage` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn coverage_answer(found: Coverage, request: &CoverageRequest) -> Result<Value, serde_json::Error> {
    serde_json::to_value(coverage::answer(found, request))
}

/// A record, as `GET /api/v1/datasets/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn dataset_answer(
    view: DatasetView,
    language: &str,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> Result<Value, serde_json::Error> {
    serde_json::to_value(dataset_body::dataset_body(view, language, vocabularies, now))
}

/// Whom to ask about a record, as `GET /api/v1/datasets/{id}/contacts` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn contacts_answer(contacts: Vec<Contact>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(datasets::contacts_body(contacts))
}

/// What became of a record, as `GET /api/v1/datasets/{id}/history` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn history_answer(page: HistoryPage) -> Result<Value, serde_json::Error> {
    serde_json::to_value(datasets::history_body(page))
}

/// The duplicates of a record, as `GET /api/v1/datasets/{id}/duplicates` answers them.
///
/// # Errors
/// When they cannot be written as JSON.
pub fn duplicates_answer(found: Vec<Duplicate>, language: &str) -> Result<Value, serde_json::Error> {
    serde_json::to_value(duplicates::answer(found, language))
}

/// What a record can be joined with, as `GET /api/v1/datasets/{id}/linkages` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn linkages_answer(linked: Vec<LinkedRecord>, language: &str) -> Result<Value, serde_json::Error> {
    serde_json::to_value(linkages::answer(linked, language))
}

/// The records that are related to one, as `GET /api/v1/datasets/{id}/related` answers them.
///
/// # Errors
/// When they cannot be written as JSON.
pub fn related_answer(found: &[Related], language: &str) -> Result<Value, serde_json::Error> {
    serde_json::to_value(related::answer(found, language))
}

/// An organisation, as `GET /api/v1/organisations/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn organisation_answer(entry: Registered<RegisteredOrganisation>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, |organisation| organisation.profile))
}

/// A group, as `GET /api/v1/groups/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn group_answer(entry: Registered<Group>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, |group| group.profile))
}

/// What is said otherwise of a record, as `GET /api/v1/datasets/{id}/edit` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn edit_answer(entry: Registered<Edit>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, edits::body))
}

/// A holding, as `GET /api/v1/holdings/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn holding_answer(entry: Registered<Holding>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, holdings::body))
}

/// The versions of a holding, as `GET /api/v1/holdings/{id}/history` answers them.
///
/// # Errors
/// When they cannot be written as JSON.
pub fn holding_history_answer(versions: Vec<HoldingVersion>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(versions.into_iter().map(holdings::version).collect::<Vec<_>>())
}

/// What became of a table, as `POST /api/v1/datasets/bulk` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn table_answer(report: TableReport) -> Result<Value, serde_json::Error> {
    serde_json::to_value(tables::answer(report))
}

/// A table that was taken, as `GET /api/v1/holdings/tables` lists it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn taken_table_answer(table: Registered<TakenTable>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(taken_tables::answer(table))
}

/// What becomes of what a table wrote, as `POST /api/v1/holdings/tables/{id}/undo` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn undo_answer(report: UndoReport) -> Result<Value, serde_json::Error> {
    serde_json::to_value(taken_tables::undo_answer(report))
}

/// An agreement, as `GET /api/v1/agreements/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn agreement_answer(entry: Registered<RegisteredAgreement>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, agreements::body))
}

/// A framework, as `GET /api/v1/frameworks/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn framework_answer(entry: Registered<RegisteredFramework>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, frameworks::body))
}

/// A crisis, as `GET /api/v1/crises/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn crisis_answer(entry: Registered<DeclaredCrisis>, now: Timestamp) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, |crisis| crises::body(crisis, now)))
}

/// A refusal, as `GET /api/v1/refusals/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn refusal_answer(entry: Registered<RegisteredRefusal>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, refusals::body))
}

/// A request for access, as `GET /api/v1/requests/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn request_answer(entry: Registered<AccessRequest>, now: Timestamp) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, |request| requests::body(request, now)))
}

/// A draft of a request, as `GET /api/v1/requests/draft` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn request_draft_answer(draft: &RequestDraft) -> Result<Value, serde_json::Error> {
    serde_json::to_value(&draft.statement)
}

/// A saved search, as `GET /api/v1/saved-searches/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn saved_search_answer(entry: Registered<SavedSearch>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, saved_searches::body))
}

/// How somebody is told of what is new, as `GET /api/v1/saved-searches/{id}/notify` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn following_answer(following: Following) -> Result<Value, serde_json::Error> {
    serde_json::to_value(notifications::following_body(following))
}

/// What somebody is told of, and what they were, as `GET /api/v1/me/notifications` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn own_notifications_answer(own: OwnNotifications) -> Result<Value, serde_json::Error> {
    serde_json::to_value(notifications::own_answer(own))
}

/// Whether the query of a saved search is one that `GET /api/v1/search` takes.
///
/// # Errors
/// `Invalid`, with what is wrong.
pub fn check_saved_search(
    statement: &SavedSearchStatement,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> Result<(), CatalogError> {
    saved_searches::check(statement, vocabularies, now)
}

/// A concern, as `GET /api/v1/concerns/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn concern_answer(entry: Registered<Concern>, now: Timestamp) -> Result<Value, serde_json::Error> {
    serde_json::to_value(answers::answer(entry, |concern| concerns::body(concern, now)))
}

/// Which needs, from pairs of name and value as the address of `GET /api/v1/needs` has them.
///
/// # Errors
/// What is wrong with which parameter.
pub fn need_filter(pairs: &[(&str, String)], vocabularies: &Vocabularies) -> Result<NeedFilter, String> {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    needs::filter(&Parameters::parse(Some(&query)), vocabularies).map_err(|error| error.detail)
}

/// A need, as `GET /api/v1/needs/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn need_answer(need: Registered<Need>, now: Timestamp) -> Result<Value, serde_json::Error> {
    serde_json::to_value(needs::answer(need, now))
}

/// What may answer a need, as `GET /api/v1/needs/{id}/matches` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn need_matches_answer(found: Vec<NeedMatch>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(matches::answer(found, "en"))
}

/// Gaps, as `GET /api/v1/gaps` answers them.
///
/// # Errors
/// When they cannot be written as JSON.
pub fn gaps_answer(report: GapReport, axes: GapAxes, catalog: &Catalog) -> Result<Value, serde_json::Error> {
    serde_json::to_value(gaps::answer(report, axes, catalog))
}

/// What is proposed for a record, as `GET /api/v1/datasets/{id}/classification` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn classification_answer(classified: Classified) -> Result<Value, serde_json::Error> {
    serde_json::to_value(classification::answer(classified))
}

/// A record to be looked at, as `GET /api/v1/reviews` lists it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn review_answer(review: Review, language: &str) -> Result<Value, serde_json::Error> {
    serde_json::to_value(reviews::body(review, language))
}

/// The profiles, as `GET /api/v1/profiles` lists them.
///
/// # Errors
/// When they cannot be written as JSON.
pub fn profiles_answer(profiles: &Profiles, now: Timestamp) -> Result<Value, serde_json::Error> {
    serde_json::to_value(classification::list(profiles, now))
}

/// A profile, as `GET /api/v1/profiles/{id}` answers it; none where there is none of this id.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn profile_answer(profiles: &Profiles, id: &str, now: Timestamp) -> Result<Option<Value>, serde_json::Error> {
    classification::one_profile(profiles, id, now).map(serde_json::to_value).transpose()
}

/// A record that nobody looks after, as `GET /api/v1/stewardship` lists it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn orphan_answer(orphan: OrphanedRecord, language: &str) -> Result<Value, serde_json::Error> {
    serde_json::to_value(stewardship::body(orphan, language))
}

/// Which collaboratives, from pairs of name and value as the address of `GET /api/v1/collaboratives` has them.
///
/// # Errors
/// What is wrong with which parameter.
pub fn collaborative_filter(
    pairs: &[(&str, String)],
    vocabularies: &Vocabularies,
) -> Result<CollaborativeFilter, String> {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    collaboratives::filter(&Parameters::parse(Some(&query)), vocabularies).map_err(|error| error.detail)
}

/// A collaborative, as `GET /api/v1/collaboratives/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn collaborative_answer(collaborative: Registered<Collaborative>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(collaboratives::answer(collaborative))
}

/// Which exchanges, from pairs of name and value as the address of `GET /api/v1/exchanges` has them.
///
/// # Errors
/// What is wrong with which parameter.
pub fn exchange_filter(pairs: &[(&str, String)], vocabularies: &Vocabularies) -> Result<ExchangeFilter, String> {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    exchanges::filter(&Parameters::parse(Some(&query)), vocabularies).map_err(|error| error.detail)
}

/// An exchange, as `GET /api/v1/exchanges/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn exchange_answer(exchange: Registered<Exchange>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(exchanges::answer(exchange))
}

/// A graph of exchanges, as `GET /api/v1/exchanges/graph` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn exchange_graph_answer(graph: ExchangeGraph) -> Result<Value, serde_json::Error> {
    serde_json::to_value(exchanges::graph_answer(graph))
}

/// Which practices, from pairs of name and value as the address of `GET /api/v1/practices` has them.
///
/// # Errors
/// What is wrong with which parameter.
pub fn practice_filter(pairs: &[(&str, String)], vocabularies: &Vocabularies) -> Result<PracticeFilter, String> {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    practices::filter(&Parameters::parse(Some(&query)), vocabularies).map_err(|error| error.detail)
}

/// A practice, as `GET /api/v1/practices/{id}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn practice_answer(practice: Registered<Practice>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(practices::answer(practice))
}

/// The report of an organisation on a year, as `GET /api/v1/organisations/{id}/commitments` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn commitments_answer(report: CommitmentReport) -> Result<Value, serde_json::Error> {
    serde_json::to_value(commitments::report_answer(report))
}

/// What an organisation says of a year under a framework, as the API answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn evaluation_answer(evaluation: Registered<Evaluation>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(commitments::answer(evaluation))
}

/// What a record is made of and what is made of it, as `GET /api/v1/datasets/{id}/derivations` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn derivations_answer(derivations: Derivations) -> Result<Value, serde_json::Error> {
    serde_json::to_value(derivations::derivations_answer(derivations))
}

/// A release, as `GET /api/v1/datasets/{id}/releases/{derived}` answers it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn release_answer(release: Registered<Release>) -> Result<Value, serde_json::Error> {
    serde_json::to_value(derivations::answer(release))
}
