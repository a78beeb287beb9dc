//! What doors answer in place of what was asked for, as the description of the API has it.

use utoipa::IntoResponses;

use crate::error::ProblemBody;

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

/// What a door for what all may look through answers to a read in place of what was asked for.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers; `ApiError` makes them")]
pub(crate) enum ListProblems {
    /// The client holds this answer
    #[response(status = 304)]
    NotModified,
    /// A parameter is wrong
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(ProblemBody),
    /// The token is not valid
    #[response(status = 401, content_type = "application/problem+json")]
    InvalidToken(ProblemBody),
    /// Too many requests
    #[response(status = 429, content_type = "application/problem+json")]
    TooManyRequests(ProblemBody),
}

/// What a door for operators of a source answers to a read in place of what was asked for.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes the answers; `ApiError` makes them")]
pub(crate) enum OperatorProblems {
    /// The client holds this answer
    #[response(status = 304)]
    NotModified,
    /// A parameter is wrong
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(ProblemBody),
    /// The token is not valid
    #[response(status = 401, content_type = "application/problem+json")]
    InvalidToken(ProblemBody),
    /// Absent, or not operated by this viewer
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
    /// Too many requests
    #[response(status = 429, content_type = "application/problem+json")]
    TooManyRequests(ProblemBody),
}
