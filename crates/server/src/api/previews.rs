//! What a harvest of a source would do, for those who operate it.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use cairn_catalog::{
    CancellationToken, ChangedRecord, FieldChange, Preview, PreviewOptions, PreviewRecord, UnreadFieldCount,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::{KindBody, kind_body};
use super::sources::{RunProblemBody, problem_body};
use crate::error::{ApiError, ProblemBody};
use crate::extract::{Options, PathOf};
use crate::state::AppState;
use crate::viewer::Asking;

/// Pages that are read when nobody says how many.
pub(crate) const DEFAULT_PAGES: u64 = 3;
/// Pages that are read at most.
pub(crate) const MOST_PAGES: u64 = 50;
/// How long a source may take: less than a request may.
const READING_TIME: Duration = Duration::from_secs(20);

/// How far a preview goes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewRequest {
    /// Pages to read at most; fewer are read where the source takes more than 20 seconds for them.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 50, default = 3)]
    pages: Option<u64>,
}

/// What a harvest would do, as far as the first pages tell. Nothing was written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreviewAnswer {
    source: String,
    /// Pages that were read.
    pages: u64,
    /// Requests that were sent.
    requests: u64,
    /// Whether the whole listing was read, with a proof that it ended.
    whole: bool,
    /// Why not, where it was not.
    reason: Option<String>,
    /// Why the source could not be read on, where it could not.
    failed: Option<PreviewFailureBody>,
    /// How many records the source says it has, where it does.
    expected: Option<u64>,
    listed: u64,
    new: u64,
    changed: u64,
    unchanged: u64,
    /// Records that would go missing or be removed; not known where only a part of the listing was read.
    would_go_missing: Option<u64>,
    /// The first 100 new records.
    new_records: Vec<PreviewRecordBody>,
    /// The first 100 changed records.
    changed_records: Vec<ChangedRecordBody>,
    /// Ids at the source of the first 100 records that would go missing.
    missing_records: Vec<String>,
    /// Problems that a run would meet.
    problems: u64,
    /// The same by kind.
    problem_kinds: Vec<KindBody>,
    /// The first 1,000 problems.
    problem_list: Vec<RunProblemBody>,
    /// Payloads that were searched for fields that nobody reads; none where the format is not searched.
    searched_records: u64,
    /// Fields of which nothing is read, those that most records fill in first.
    unread_fields: Vec<UnreadFieldBody>,
}

/// Why a source could not be read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreviewFailureBody {
    /// Whether trying later is all there is to do.
    is_temporary: bool,
    message: String,
}

/// A record that a harvest would bring.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreviewRecordBody {
    source_record_id: String,
    /// Title, where the viewer could see the record.
    title: Option<String>,
}

/// A record that a harvest would change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedRecordBody {
    source_record_id: String,
    /// Title, where the viewer can see the record.
    title: Option<String>,
    /// Fields that differ in what the viewer sees of it before and after.
    fields: Vec<FieldChangeBody>,
}

/// A field that differs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldChangeBody {
    /// Where it stands in the record, as a JSON Pointer (RFC 6901): `/title/en`.
    field: String,
    /// What stands there now, cut to 200 characters; none where nothing does.
    before: Option<String>,
    /// What would stand there.
    after: Option<String>,
}

/// A field of payloads of which nothing is read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnreadFieldBody {
    /// Where it stands: names with dots between them, or the header of a column. Never a value.
    field: String,
    /// Records that fill it in, of those that were searched.
    records: u64,
    /// One of them, by its id at the source.
    example: String,
}

/// Reads the first pages of a source and says what a harvest would do, for those who operate it. The source is asked, and
/// nothing is written.
#[utoipa::path(
    post, operation_id = "previewSource", path = "/api/v1/sources/{id}/preview", tag = "sources",
    params(("id" = String, Path, description = "Source id")),
    request_body(content = Option<PreviewRequest>, description = "Options; may be left out"),
    responses(
        (status = 200, description = "What a harvest would do, or why the source cannot be read", body = PreviewAnswer),
        (status = 400, description = "The options cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Absent, no longer configured, or not operated by this viewer", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The options are too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Another preview of it is being made", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn preview(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    Options(request): Options<PreviewRequest>,
) -> Result<Json<PreviewAnswer>, ApiError> {
    let options = options(request.pages.unwrap_or(DEFAULT_PAGES))?;
    let preview = state.catalog.preview(&viewer, &id, &options, Timestamp::now()).await?;
    Ok(Json(answer(preview)))
}

/// How far a preview goes that is asked for so many pages.
pub(crate) fn options(pages: u64) -> Result<PreviewOptions, ApiError> {
    if !(1..=MOST_PAGES).contains(&pages) {
        return Err(ApiError::bad_request(format!("`pages` is a number from 1 to {MOST_PAGES}.")));
    }
    Ok(PreviewOptions { pages, time: READING_TIME, cancel: CancellationToken::new() })
}

fn answer(preview: Preview) -> PreviewAnswer {
    PreviewAnswer {
        source: preview.source,
        pages: preview.pages,
        requests: preview.requests,
        whole: preview.whole,
        reason: preview.reason,
        failed: preview.failed.map(|one| PreviewFailureBody { is_temporary: one.is_temporary, message: one.message }),
        expected: preview.expected,
        listed: preview.listed,
        new: preview.new,
        changed: preview.changed,
        unchanged: preview.unchanged,
        would_go_missing: preview.would_go_missing,
        new_records: preview.new_records.into_iter().map(record_body).collect(),
        changed_records: preview.changed_records.into_iter().map(changed_body).collect(),
        missing_records: preview.missing_records,
        problems: preview.problems,
        problem_kinds: preview.problem_kinds.into_iter().map(kind_body).collect(),
        problem_list: preview.problem_list.into_iter().map(problem_body).collect(),
        searched_records: preview.searched_records,
        unread_fields: preview.unread_fields.into_iter().map(unread_body).collect(),
    }
}

fn record_body(record: PreviewRecord) -> PreviewRecordBody {
    PreviewRecordBody { source_record_id: record.source_record_id, title: record.title }
}

fn changed_body(record: ChangedRecord) -> ChangedRecordBody {
    let ChangedRecord { source_record_id, title, fields } = record;
    ChangedRecordBody { source_record_id, title, fields: fields.into_iter().map(change_body).collect() }
}

fn change_body(change: FieldChange) -> FieldChangeBody {
    FieldChangeBody { field: change.field, before: change.before, after: change.after }
}

fn unread_body(field: UnreadFieldCount) -> UnreadFieldBody {
    UnreadFieldBody { field: field.field, records: field.records, example: field.example }
}
