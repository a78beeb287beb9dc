//! Records that people change, beside the runs that write them.

use std::collections::HashMap;

use cairn_model::DatasetId;
use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::pages::{Changed, Origin, Packed, pack, write_records};
use super::rows::{IN_ONE_LIST, push_list};
use super::runs;
use crate::body::blocking;
use crate::error::Doing;
use crate::{EntryKind, RecordWrite, Result, edits_term};

const DOING: &str = "writing a record that somebody changed";

/// The payload hash of a record that no run has read since somebody changed it: no payload has it.
const UNREAD: [u8; 32] = [0; 32];

/// The records of a page, less those of which somebody edited another version than the one laid over them, and how many these
/// are.
pub(super) async fn without_newly_edited(
    connection: &mut SqliteConnection,
    source: &str,
    records: Vec<Packed>,
) -> Result<(Vec<Packed>, u64)> {
    if records.is_empty() {
        return Ok((records, 0));
    }
    let edits = edits_of(connection, source).await?;
    let read = records.len();
    let version = |record: &Packed| edits.get(&record.id).copied().unwrap_or(0);
    let records: Vec<Packed> = records.into_iter().filter(|record| version(record) == i64::from(record.edit)).collect();
    let left = (read - records.len()) as u64;
    Ok((records, left))
}

/// Whether no run has read what the source says of a record since somebody edited it.
pub(super) async fn has_unread_edit(connection: &mut SqliteConnection, source: &str) -> Result<bool> {
    let edited: Vec<DatasetId> = edits_of(connection, source).await?.into_keys().collect();
    for edited in edited.chunks(IN_ONE_LIST) {
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT count(*) FROM records WHERE state = 'active' AND payload_hash = ");
        query.push_bind(UNREAD.as_slice()).push(" AND id IN ");
        push_list(&mut query, edited, |list, id| {
            list.push_bind(id.as_bytes().as_slice());
        });
        if query.build_query_scalar::<i64>().fetch_one(&mut *connection).await.doing(DOING)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The edits of the records of a source, each with its version.
async fn edits_of(connection: &mut SqliteConnection, source: &str) -> Result<HashMap<DatasetId, i64>> {
    let edits: Vec<(String, i64)> = sqlx::query_as(
        "SELECT e.id, e.version FROM entry_terms t CROSS JOIN entries e ON e.key = t.entry
         WHERE t.term = $1 AND e.kind = $2",
    )
    .bind(edits_term(source))
    .bind(EntryKind::Edit.code())
    .fetch_all(connection)
    .await
    .doing(DOING)?;
    Ok(edits.into_iter().filter_map(|(id, version)| Some((id.parse().ok()?, version))).collect())
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
    let (written, changed) =
        write_records(connection, Origin { source: &source, made_by: actor, is_found: true }, packed, at).await?;
    if written.rows > 0 {
        runs::forget_state(connection, &source).await?;
    }
    Ok(changed)
}
