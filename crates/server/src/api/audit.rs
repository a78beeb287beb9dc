//! `/api/v1/audit`: the log of what people did, page by page and as a file, for administrators.

use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use cairn_catalog::{Act, ActFilter, AuditWalk};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ProblemBody};
use crate::layers::caching::Streamed;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::streaming::{LONGEST, Sender, stream};
use crate::viewer::Asking;

/// Lines of a page when nobody says how many.
const DEFAULT_LIMIT: usize = 100;
/// Lines of a page at most.
const MOST: usize = 1000;

/// A page of the log of acts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditAnswer {
    /// Newest first.
    items: Vec<ActBody>,
    /// What to give as `after` for those that follow, where there are any.
    next: Option<String>,
}

/// A line of the log of acts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActBody {
    /// Its number, from 1, without gaps.
    number: i64,
    /// When.
    at: String,
    /// Who: `operator`, `scheduler`, `person:` or `token:` with an id.
    actor: String,
    /// What, as a stable code.
    act: String,
    /// On what: an id.
    subject: String,
    /// Version of that after the act, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    /// Why, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Whether it was attempted and refused.
    refused: bool,
    /// SHA-256 over the hash of the line before and the fields of this one.
    hash: String,
}

/// Which lines.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct AuditParameters {
    /// Who, as the lines have it: `person:ID`.
    actor: Option<String>,
    /// What, as the lines have it: `record.view`.
    act: Option<String>,
    /// On what, as the lines have it.
    subject: Option<String>,
    /// Lines of this instant and later.
    #[param(format = DateTime)]
    since: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// Lines of a page.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<usize>,
}

/// Lists what people did, newest first, for administrators. That somebody read it stands in it, too, once an hour.
#[utoipa::path(
    get, operation_id = "listActs", path = "/api/v1/audit", tag = "audit",
    params(AuditParameters),
    responses(
        (status = 200, description = "A page of the log", body = AuditAnswer),
        (status = 304, description = "The client holds this answer"),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "There is no token, or it is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "This viewer does not administer the catalogue", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Json<AuditAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["actor", "act", "subject", "since", "after", "limit"])?;
    let limit = parameters.count("limit", DEFAULT_LIMIT, MOST)?;
    let text = |name| Ok::<_, ApiError>(parameters.one(name)?.map(str::to_owned));
    let number =
        |text: &str| text.parse().map_err(|_| ApiError::bad_request("`after` is what `next` of the page before says."));
    let filter = ActFilter {
        actor: text("actor")?,
        act: text("act")?,
        subject: text("subject")?,
        since: parameters.instant("since")?,
        before: parameters.one("after")?.map(number).transpose()?,
    };
    let limit = u32::try_from(limit).unwrap_or(1);
    let page = state.catalog.acts(&viewer, &filter, limit, Timestamp::now()).await?;
    let items = page.items.into_iter().map(body).collect();
    Ok(Json(AuditAnswer { items, next: page.next.map(|number| number.to_string()) }))
}

/// The whole log as JSON Lines, oldest line first, for administrators: who has it can see by SHA-256 alone that it is whole.
#[utoipa::path(
    get, operation_id = "downloadActs", path = "/api/v1/audit.jsonl", tag = "audit",
    responses(
        (status = 200, description = "The file, a line of the log a line", body = ActBody, content_type = "application/jsonl"),
        (status = 400, description = "There are no parameters", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "There is no token, or it is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "This viewer does not administer the catalogue", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many files are being sent", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn json_lines(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref()).only(&[])?;
    let walk = state.catalog.walk_acts_as(&viewer, Timestamp::now()).await?;
    let place = state.whole_source_place(&viewer).await?;
    let (sender, parts) = stream();
    tokio::spawn(async move {
        match tokio::time::timeout(LONGEST, write(walk, &sender)).await {
            Ok(Ok(())) => sender.finish().await,
            Ok(Err(error)) => tracing::error!(error = error.detail, "a file broke off while it was sent"),
            Err(_) => tracing::warn!("a file was broken off: it took too long to send"),
        }
        drop(place);
    });
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, "application/jsonl"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.jsonl\""),
    ];
    let mut response = (headers, Body::new(parts)).into_response();
    response.extensions_mut().insert(Streamed);
    Ok(response)
}

/// Sends every line while it is read, until nobody reads any more.
async fn write(mut walk: AuditWalk, sender: &Sender) -> Result<(), ApiError> {
    loop {
        let acts = walk.next_batch().await?;
        let mut text = String::new();
        for act in &acts {
            text.push_str(&serde_json::to_string(act).map_err(|error| ApiError::internal(&error))?);
            text.push('\n');
        }
        if acts.is_empty() || !sender.send(text).await {
            return Ok(());
        }
    }
}

fn body(act: Act) -> ActBody {
    let Act { number, at, actor, act, subject, version, reason, refused, hash } = act;
    ActBody { number, at: at.to_string(), actor, act, subject, version, reason, refused, hash }
}
