//! What all kinds of entries have in common: their answers, how lists are paged, and what can go wrong.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use cairn_catalog::{EntryPage, Paging, Registered};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, IntoResponses, ToSchema};

use crate::error::{ApiError, ProblemBody};
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

/// What a read answers in place of what was asked for.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers; `ApiError` makes them")]
pub(crate) enum ReadProblems {
    /// The client holds this answer
    #[response(status = 304)]
    NotModified,
    /// A parameter is wrong
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(ProblemBody),
    /// The token is not valid
    #[response(status = 401, content_type = "application/problem+json")]
    InvalidToken(ProblemBody),
    /// Absent, or not shared with this viewer
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
    /// Too many requests
    #[response(status = 429, content_type = "application/problem+json")]
    TooManyRequests(ProblemBody),
}

/// What can go wrong with a write.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers; `ApiError` makes them")]
pub(crate) enum WriteProblems {
    /// The body is no JSON object, or a parameter is wrong
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(ProblemBody),
    /// There is no token, or it is not valid
    #[response(status = 401, content_type = "application/problem+json")]
    SignInRequired(ProblemBody),
    /// This viewer may not do it; the detail says who may
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// Absent, or not shared with this viewer
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
    /// It was changed since, or cannot be done as things stand
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemBody),
    /// The body is too large
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemBody),
    /// With a session, a body is sent as JSON
    #[response(status = 415, content_type = "application/problem+json")]
    NoJson(ProblemBody),
    /// Fields break rules: `problems` names each field, the rule and what is allowed
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(ProblemBody),
    /// A change without `version`
    #[response(status = 428, content_type = "application/problem+json")]
    VersionRequired(ProblemBody),
    /// Too many requests
    #[response(status = 429, content_type = "application/problem+json")]
    TooManyRequests(ProblemBody),
    /// Others are writing, or too much is being gone through, at this moment
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(ProblemBody),
    /// There is no room left to write
    #[response(status = 507, content_type = "application/problem+json")]
    NoRoom(ProblemBody),
}

/// What a door of a record answers to a read where the record is not there any more.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers; `ApiError` makes them")]
pub(crate) enum RecordLeft {
    /// Its source lists it under another id now, and this viewer may see both: `Location` leads there
    #[response(status = 301, content_type = "application/problem+json")]
    Moved(ProblemBody),
    /// Withdrawn by its source; this viewer could see it until then
    #[response(status = 410, content_type = "application/problem+json")]
    Gone(ProblemBody),
}

/// The same, to a write.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers; `ApiError` makes them")]
pub(crate) enum RecordLeftMeanwhile {
    /// Its source lists it under another id now, and this viewer may see both: send the same to `Location`
    #[response(status = 308, content_type = "application/problem+json")]
    Moved(ProblemBody),
    /// Withdrawn by its source; this viewer could see it until then
    #[response(status = 410, content_type = "application/problem+json")]
    Gone(ProblemBody),
}

/// The same, where the body names the record: one that goes on under another id is a conflict, which names that.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers; `ApiError` makes them")]
pub(crate) enum NamedRecordLeft {
    /// The record was withdrawn by its source; this viewer could see it until then
    #[response(status = 410, content_type = "application/problem+json")]
    Gone(ProblemBody),
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
