//! `/source/{id}/preview`: what a harvest would do, for those who operate the source. The source is asked, and nothing is
//! written.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cairn_catalog::{ChangedRecord, Preview, UnreadFieldCount};
use jiff::Timestamp;

use super::address;
use super::problems::{Kind, of_kind};
use crate::api::previews::options;
use crate::error::ApiError;
use crate::extract::{Form, PathOf};
use crate::state::AppState;
use crate::web::names::LANGUAGE;
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, SignedInVisitor};

/// Records that a list of the page names; the API and the command line name a hundred.
const SHOWN: usize = 20;
/// Fields of a record, and of payloads, that are shown.
const FIELDS: usize = 10;

#[derive(Template)]
#[template(path = "source_preview.html")]
struct PreviewPage {
    language: &'static str,
    header: Header,
    source: String,
    back: String,
    preview: Preview,
    /// Ids at the source, and titles where the viewer may be told them.
    new_records: Vec<(String, Option<String>)>,
    changed_records: Vec<Changed>,
    missing_records: Vec<String>,
    problem_kinds: Vec<Kind>,
    unread_fields: Vec<UnreadFieldCount>,
}

/// A record that would change.
struct Changed {
    label: String,
    /// Where, what stands there, and what would.
    fields: Vec<(String, Option<String>, Option<String>)>,
    /// Fields that are not shown.
    more: usize,
}

/// Reads the first pages of a source and shows what a harvest would do.
pub(crate) async fn preview(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
    form: Result<Form, ApiError>,
) -> Result<Response, PageError> {
    let (visitor, PathOf(id), Form(fields)) = (visitor?, id?, form?);
    visitor.check(fields.one("form_token")?)?;
    let pages = fields.typed("pages").trim().parse().unwrap_or_default();
    let options = options(pages)?;
    let preview = state.catalog.preview(visitor.viewer(), &id, &options, Timestamp::now()).await?;
    let page = page(preview, state.catalog.source_title(&id), visitor.header);
    Ok(render(&page)?.into_response())
}

fn page(mut preview: Preview, source: String, header: Header) -> PreviewPage {
    let new_records = std::mem::take(&mut preview.new_records).into_iter().take(SHOWN);
    let changed_records = std::mem::take(&mut preview.changed_records).into_iter().take(SHOWN);
    let missing_records = std::mem::take(&mut preview.missing_records).into_iter().take(SHOWN);
    let problem_kinds = std::mem::take(&mut preview.problem_kinds).into_iter();
    let unread_fields = std::mem::take(&mut preview.unread_fields).into_iter().take(FIELDS);
    PreviewPage {
        language: LANGUAGE,
        header,
        source,
        back: address(&preview.source, "", &[]),
        new_records: new_records.map(|one| (one.source_record_id, one.title)).collect(),
        changed_records: changed_records.map(changed).collect(),
        missing_records: missing_records.collect(),
        problem_kinds: problem_kinds.map(of_kind).collect(),
        unread_fields: unread_fields.collect(),
        preview,
    }
}

fn changed(record: ChangedRecord) -> Changed {
    let more = record.fields.len().saturating_sub(FIELDS);
    let shown = record.fields.into_iter().take(FIELDS);
    Changed {
        label: record.title.unwrap_or(record.source_record_id),
        fields: shown.map(|one| (one.field, one.before, one.after)).collect(),
        more,
    }
}
