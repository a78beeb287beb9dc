//! Errors as RFC 9457 problem details: one place decides status and code of everything that can go wrong.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cairn_catalog::CatalogError;
use cairn_model::{DatasetId, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::layers::moved::MovedTo;

/// The media type of problem details.
pub(crate) const PROBLEM: &str = "application/problem+json";

/// A problem detail (RFC 9457 §3.1) with a stable `code`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ProblemBody {
    /// Always `about:blank`: the status and the code say it.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// The status in words.
    pub(crate) title: &'static str,
    /// HTTP status.
    pub(crate) status: u16,
    /// Stable code, for programs.
    pub(crate) code: &'static str,
    /// What is wrong and what to do, for people.
    pub(crate) detail: String,
    /// The run that goes on, where that is what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<String>,
    /// The record as which the one that was asked for goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dataset: Option<String>,
    /// The newest version of what was to be changed, where another was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<u32>,
    /// What is wrong with which field of what was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) problems: Vec<FieldProblem>,
}

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// Its path in what was sent, for example `members[2]`; empty for the whole.
    pub(crate) field: String,
    /// The rule, as a stable code.
    pub(crate) rule: String,
    /// What is wrong and what is allowed, for people.
    pub(crate) message: String,
    /// What was sent, cut to 200 characters, where that helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
}

impl FieldProblem {
    fn in_words(&self) -> String {
        if self.field.is_empty() { self.message.clone() } else { format!("`{}`: {}", self.field, self.message) }
    }
}

impl From<&Problem> for FieldProblem {
    fn from(problem: &Problem) -> Self {
        Self {
            field: problem.field.clone(),
            rule: problem.code.clone(),
            message: problem.message.clone(),
            value: problem.value.clone(),
        }
    }
}

/// An answer that is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    /// Seconds after which trying again makes sense.
    pub(crate) retry_after: Option<u64>,
    /// The run that is in the way.
    pub(crate) run: Option<String>,
    /// The record as which the one that was asked for goes on.
    pub(crate) moved_to: Option<DatasetId>,
    /// The newest version of what was to be changed.
    pub(crate) version: Option<u32>,
    /// What is wrong with which field.
    pub(crate) problems: Vec<FieldProblem>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            retry_after: None,
            run: None,
            moved_to: None,
            version: None,
            problems: Vec::new(),
        }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", detail)
    }

    /// Absent or hidden: the same answer for both.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing here, or it is not shared with you.")
    }

    /// Withdrawn by its source, for who could see it until then.
    pub(crate) fn gone() -> Self {
        Self::new(
            StatusCode::GONE,
            "gone",
            "The source of this record withdrew it: there is nothing to see here any more.",
        )
    }

    /// Listed under another id by its source, for who may see both. Where that leads is set beside the handlers, so that every
    /// door leads to its own ([`moved`](crate::layers::moved)).
    pub(crate) fn moved(successor: DatasetId) -> Self {
        Self {
            moved_to: Some(successor),
            ..Self::new(
                StatusCode::MOVED_PERMANENTLY,
                "moved",
                format!("The source of this record lists it under another id now: it goes on as {successor}."),
            )
        }
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "This address does not take that method; the Allow header lists those it takes.",
        )
    }

    pub(crate) fn invalid_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid-token",
            "The token is unknown, revoked or expired. Leave the header away to search as an anonymous viewer.",
        )
    }

    /// Nobody said who they are, and this is not for everyone.
    pub(crate) fn sign_in_required() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "sign-in-required",
            "This is not for anonymous viewers: sign in, or send a token as `Authorization: Bearer …`.",
        )
    }

    /// What was sent breaks rules.
    pub(crate) fn invalid(problems: Vec<FieldProblem>) -> Self {
        let detail = match problems.as_slice() {
            [only] => format!("Nothing was written: {}", only.in_words()),
            several => format!("Nothing was written: {} fields break a rule; `problems` names them.", several.len()),
        };
        Self { problems, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail) }
    }

    /// The token has been written where histories and logs keep it.
    pub(crate) fn token_in_address() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "token-in-address",
            "A token belongs in the header `Authorization: Bearer …`. In an address, histories and logs keep it for \
             others to read: take it as seen, have it revoked and use a new one.",
        )
    }

    pub(crate) fn too_many_requests(seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                format!("Too many requests from here: try again in {seconds} seconds."),
            )
        }
    }

    pub(crate) fn unavailable(code: &'static str, detail: &str, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail) }
    }

    /// Something went wrong here: the cause goes to the log, its number to the caller.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        let id = Uuid::new_v4();
        tracing::error!(error_id = %id, %cause, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            format!("Something went wrong here; the operator finds it in the log as {id}."),
        )
    }

    pub(crate) fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail.clone(),
            run: self.run.clone(),
            dataset: self.moved_to.map(|id| id.to_string()),
            version: self.version,
            problems: self.problems.clone(),
        }
    }

    /// Adds the headers that belong to the error, whatever the body is.
    pub(crate) fn with_headers(&self, mut response: Response) -> Response {
        if let Some(successor) = self.moved_to {
            response.extensions_mut().insert(MovedTo(successor));
        }
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<CatalogError> for ApiError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::NotFound(_) => Self::not_found(),
            CatalogError::Gone => Self::gone(),
            CatalogError::Moved(successor) => Self::moved(successor),
            CatalogError::BadRequest(message) => Self::bad_request(message),
            CatalogError::InvalidToken => Self::invalid_token(),
            CatalogError::WrongCredentials => Self::new(
                StatusCode::UNAUTHORIZED,
                "wrong-credentials",
                "The mail address or the password is not right.",
            ),
            CatalogError::ProviderUnavailable(_) => {
                Self::new(StatusCode::BAD_GATEWAY, "provider-unavailable", error.to_string())
            }
            CatalogError::TooManyAttempts { seconds } => Self::too_many_requests(seconds),
            CatalogError::SignInRequired => Self::sign_in_required(),
            CatalogError::Forbidden(who_may) => Self::new(StatusCode::FORBIDDEN, "forbidden", who_may),
            CatalogError::Conflict { message, version } => {
                Self { version, ..Self::new(StatusCode::CONFLICT, "conflict", message) }
            }
            CatalogError::Invalid(problems) => Self::invalid(problems.iter().map(FieldProblem::from).collect()),
            CatalogError::UnknownCursor => Self::new(
                StatusCode::GONE,
                "unknown-cursor",
                "The feed does not hold the place that `since` names any more. Read it from its beginning, without `since`.",
            ),
            CatalogError::IndexUnavailable | CatalogError::IndexDamaged { .. } => Self::unavailable(
                "index-unavailable",
                "The search index is being rebuilt; records can be read, and searching works again in a moment.",
                5,
            ),
            CatalogError::SearchTooSlow => Self::unavailable(
                "search-too-slow",
                "The search took too long and was given up: ask for less at once, with fewer prefixes or more filters.",
                5,
            ),
            CatalogError::AlreadyRuns { source_id, run, .. } => Self {
                detail: format!("{source_id} is being harvested already, by run {run}."),
                run: Some(run),
                ..Self::new(StatusCode::CONFLICT, "already-running", "")
            },
            CatalogError::NothingRuns(_) => Self::new(StatusCode::CONFLICT, "not-running", error.to_string()),
            CatalogError::Held { .. } => Self::unavailable("busy", "Another process is at work; try again.", 5),
            CatalogError::Store(ref store) if store.is_busy() => {
                Self::unavailable("busy", "Others are writing at this moment: try again.", 5)
            }
            CatalogError::Store(ref store) if store.is_out_of_room() => {
                tracing::error!(%error, "nothing can be written");
                Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "disk-full",
                    "There is no room left to write; nothing was changed. The operator of this catalogue has to make some.",
                )
            }
            CatalogError::Configuration(_)
            | CatalogError::PurgeUnfinished(_)
            | CatalogError::Store(_)
            | CatalogError::Search(_)
            | CatalogError::Harvest(_)
            | CatalogError::File { .. }
            | CatalogError::Internal(_) => Self::internal(&error),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
        let mut response = self.with_headers(response);
        // Who reads pages is shown one, whichever door refused.
        response.extensions_mut().insert(self);
        response
    }
}
