//! Records that people change, beside the runs that write them.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::pages::{Changed, Origin, Packed, pack, write_records};
use super::runs;
use crate::body::blocking;
use crate::error::Doing;
use crate::{EntryKind, RecordWrite, Result, edits_term};

const DOING: &str = "writing a record that somebody changed";

/// The records of a page, less those that are edited where somebody edited one since the page was made.
pub(super) async fn without_newly_edited(
    connection: &mut SqliteConnection,
    source: &str,
    edits: u64,
    records: Vec<Packed>,
) -> Result<Vec<Packed>> {
    if records.is_empty() {
        return Ok(records);
    }
    let edited: Vec<(String, i64)> = sqlx::query_as(
        "SELECT e.id, e.version FROM entry_terms t CROSS JOIN entries e ON e.key = t.entry
         WHERE t.term = $1 AND e.kind = $2",
    )
    .bind(edits_term(source))
    .bind(EntryKind::Edit.code())
    .fetch_all(connection)
    .await
    .doing(DOING)?;
    let now: i64 = edited.iter().map(|(_, version)| version).sum();
    if now.unsigned_abs() == edits {
        return Ok(records);
    }
    let edited: HashSet<String> = edited.into_iter().map(|(id, _)| id).collect();
    Ok(records.into_iter().filter(|record| !edited.contains(&record.id.to_string())).collect())
}

/// Writes one record that a person changed, of whichever source it is; its payload stays. The source is read anew by its next
/// run: what the last one left speaks of the record as it was before.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    record: RecordWrite,
    actor: &str,
    at: Timestamp,
) -> Result<Vec<Changed>> {
    let source = record.dataset.source.clone();
    let packing = source.clone();
    let mut packed = blocking(move || pack(vec![record], &packing)).await?;
    for record in &mut packed {
        record.keeps_payload = true;
    }
    let (written, changed) = write_records(connection, Origin { source: &source, made_by: actor }, packed, at).await?;
    if written.rows > 0 {
        runs::forget_state(connection, &source).await?;
    }
    Ok(changed)
}
