//! What all kinds of entries have in common: their answers, and how lists are paged.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use cairn_catalog::{EntryPage, Paging, Registered};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::ApiError;
use crate::parameters::Parameters;

/// Entries of a page when nobody says how many.
const DEFAULT_LIMIT: usize = 50;
/// Entries of a page at most.
const MAX_LIMIT: usize = 200;

/// An entry in one of its versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryAnswer<T> {
    id: String,
    /// The version, from 1: whoever changes the entry says which one they had before them.
    version: u32,
    /// When the first version came.
    created: String,
    /// When this one came.
    changed: String,
    #[serde(flatten)]
    body: T,
}

/// A part of a list of entries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryList<T> {
    /// In the order of their ids, or newest first where the list says so.
    items: Vec<EntryAnswer<T>>,
    /// What `after` is to be for the next part; none at the end.
    next: Option<String>,
}

/// The versions of an entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryHistory<T> {
    /// Newest first, back to the first that this viewer could not see.
    items: Vec<EntryAnswer<T>>,
}

impl<T> FromIterator<EntryAnswer<T>> for EntryHistory<T> {
    fn from_iter<I: IntoIterator<Item = EntryAnswer<T>>>(versions: I) -> Self {
        Self { items: versions.into_iter().collect() }
    }
}

/// Which part of a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameters; `paging` reads them")]
pub(crate) struct ListParameters {
    /// Where the part begins: what `next` of the part before says.
    after: Option<String>,
    /// Entries at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// The version that is changed.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes the parameter; `Parameters::version` reads it")]
pub(crate) struct VersionParameter {
    /// The version that the client had before it.
    version: u32,
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    /// In words, for those who may know of it.
    pub(crate) reason: String,
}

/// A new entry, and where it is.
pub(crate) type Created<T> = (StatusCode, [(HeaderName, String); 1], Json<EntryAnswer<T>>);

/// Which part of a list is asked for.
pub(crate) fn paging(parameters: &Parameters) -> Result<Paging, ApiError> {
    paging_of(parameters, MAX_LIMIT)
}

/// The same, of a list whose parts have fewer entries at most.
pub(crate) fn paging_of(parameters: &Parameters, most: usize) -> Result<Paging, ApiError> {
    let limit = parameters.count("limit", DEFAULT_LIMIT, most)?;
    let after = parameters.one("after")?.unwrap_or_default().to_owned();
    Ok(Paging { after, limit: u32::try_from(limit).unwrap_or(1) })
}

/// The version that is changed, where nothing else may be asked for.
pub(crate) fn version_alone(query: Option<&str>) -> Result<u32, ApiError> {
    let parameters = Parameters::parse(query);
    parameters.only(&["version"])?;
    parameters.version()
}

pub(crate) fn answer<T, U>(entry: Registered<T>, body: impl FnOnce(T) -> U) -> EntryAnswer<U> {
    EntryAnswer {
        id: entry.id,
        version: entry.version,
        created: entry.created.to_string(),
        changed: entry.changed.to_string(),
        body: body(entry.body),
    }
}

/// An entry that was just made. Ids are of letters, digits, hyphens and colons.
pub(crate) fn created<T, U>(door: &str, entry: Registered<T>, body: impl FnOnce(T) -> U) -> Created<U> {
    let location = format!("{door}/{}", entry.id);
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(answer(entry, body)))
}

pub(crate) fn list<T, U>(page: EntryPage<T>, body: impl Fn(T) -> U) -> Json<EntryList<U>> {
    let items = page.items.into_iter().map(|entry| answer(entry, &body)).collect();
    Json(EntryList { items, next: page.next })
}

pub(crate) fn history<T, U>(versions: Vec<Registered<T>>, body: impl Fn(T) -> U) -> Json<EntryHistory<U>> {
    Json(EntryHistory { items: versions.into_iter().map(|entry| answer(entry, &body)).collect() })
}
