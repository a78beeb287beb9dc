//! `GET /api/v1/datasets/{id}` with its history and contacts.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{Change, HistoryEntry, HistoryPage};
use cairn_model::{Contact, DatasetId};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use super::dataset_body::{DatasetBody, dataset_body};
use crate::api::responses::{ReadProblems, RecordLeft};
use crate::error::ApiError;
use crate::extract::{Client, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Steps of a page of a history.
const MOST_STEPS: usize = 100;

/// What became of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryAnswer {
    /// Newest first.
    items: Vec<HistoryItem>,
    /// What to give as `before` for the steps that follow, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryItem {
    /// When.
    at: String,
    /// created, changed, retired or restored.
    change: &'static str,
    /// Fields that changed.
    fields: Vec<String>,
}

/// Whom to ask.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactsAnswer {
    items: Vec<ContactBody>,
}

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactBody {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    role: Option<String>,
}

/// In which language.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct LanguageParameter {
    /// Language of the title and description.
    #[param(schema_with = closed_lists::language)]
    lang: Option<String>,
}

/// Which steps.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct HistoryParameters {
    /// Steps before this instant: `next` of the page before.
    #[param(format = DateTime)]
    before: Option<String>,
    /// Steps of a page; those of one instant stay together.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<usize>,
}

/// Shows a record, as far as the viewer may see it.
#[utoipa::path(
    get, operation_id = "showDataset", path = "/api/v1/datasets/{id}", tag = "datasets",
    params(
        ("id" = String, Path, description = "Record id"),
        LanguageParameter,
    ),
    responses(
        (status = 200, description = "The record", body = DatasetBody),
        ReadProblems,
        RecordLeft,
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<DatasetBody>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["lang"])?;
    let language = parameters.language()?;
    let view = state.catalog.dataset(&viewer, record_id(&id)?).await?;
    Ok(Json(dataset_body(view, language, state.catalog.vocabularies(), Timestamp::now())))
}

/// Shows what became of a record, as far as the viewer may see it.
#[utoipa::path(
    get, operation_id = "showDatasetHistory", path = "/api/v1/datasets/{id}/history", tag = "datasets",
    params(("id" = String, Path, description = "Record id"), HistoryParameters),
    responses(
        (status = 200, description = "Steps, newest first", body = HistoryAnswer),
        ReadProblems,
        RecordLeft,
    )
)]
pub(crate) async fn history(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<HistoryAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["before", "limit"])?;
    let before = parameters.instant("before")?;
    let limit = parameters.count("limit", MOST_STEPS, MOST_STEPS)?;
    let page = state.catalog.history(&viewer, record_id(&id)?, before, limit).await?;
    Ok(Json(history_body(page)))
}

pub(crate) fn history_body(page: HistoryPage) -> HistoryAnswer {
    HistoryAnswer {
        items: page.entries.into_iter().map(history_item).collect(),
        next: page.next.map(|instant| instant.to_string()),
    }
}

/// Shows whom to ask about a record: everyone's contacts to signed-in viewers, to others what the source shows openly. An
/// address that is not signed in is told those of 60 records at once, and then of three more each minute.
#[utoipa::path(
    get, operation_id = "showDatasetContacts", path = "/api/v1/datasets/{id}/contacts", tag = "datasets",
    params(("id" = String, Path, description = "Record id")),
    responses(
        (status = 200, description = "Contacts", body = ContactsAnswer),
        ReadProblems,
        RecordLeft,
    )
)]
pub(crate) async fn contacts(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    Client(client): Client,
    PathOf(id): PathOf<String>,
) -> Result<Json<ContactsAnswer>, ApiError> {
    if viewer.is_anonymous() {
        state.clients.count_contacts(client)?;
    }
    let contacts = state.catalog.contacts(&viewer, record_id(&id)?).await?;
    Ok(Json(contacts_body(contacts)))
}

pub(crate) fn contacts_body(contacts: Vec<Contact>) -> ContactsAnswer {
    ContactsAnswer { items: contacts.into_iter().map(contact_body).collect() }
}

/// An id that is none is the id of no record.
pub(crate) fn record_id(text: &str) -> Result<DatasetId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found())
}

fn history_item(entry: HistoryEntry) -> HistoryItem {
    let change = match entry.change {
        Change::Created => "created",
        Change::Changed => "changed",
        Change::Retired => "retired",
        Change::Restored => "restored",
    };
    HistoryItem { at: entry.at.to_string(), change, fields: entry.fields }
}

fn contact_body(contact: Contact) -> ContactBody {
    ContactBody { name: contact.name, email: contact.email, phone: contact.phone, role: contact.role }
}
