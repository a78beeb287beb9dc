//! Records that were removed for good: their tombstones, for the index and for those who could see them.

use cairn_model::DatasetId;
use cairn_policy::Viewer;
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::SqliteStore;
use super::audiences::is_seen;
use super::rows::{IN_ONE_LIST, dataset_id, insert, microseconds, push_list};
use crate::error::Doing;
use crate::{Removal, Result, Seq};

const READING: &str = "reading what was removed";
const DELETING: &str = "removing records";

/// A tombstone to write.
pub(super) struct Tombstone {
    pub(super) record: DatasetId,
    pub(super) seq: Seq,
    /// Those who are told, from [`super::audiences::as_text`].
    pub(super) labels: String,
}

pub(super) async fn put(connection: &mut SqliteConnection, rows: Vec<Tombstone>, at: Timestamp) -> Result<()> {
    insert(connection, "INSERT INTO tombstones (seq, record, at, labels) ", rows, "", |columns, row| {
        columns
            .push_bind(row.seq)
            .push_bind(row.record.as_bytes().to_vec())
            .push_bind(microseconds(at))
            .push_bind(row.labels);
    })
    .await
    .doing("writing what was removed")
}

/// Deletes records with their history, payloads and audiences. Answers how many revisions and payloads went with them.
pub(super) async fn delete(connection: &mut SqliteConnection, keys: &[i64], ids: &[DatasetId]) -> Result<(u64, u64)> {
    let (mut revisions, mut payloads) = (0, 0);
    for keys in keys.chunks(IN_ONE_LIST) {
        revisions += delete_by_key(connection, "DELETE FROM revisions WHERE record IN ", keys).await?;
        payloads += delete_by_key(connection, "DELETE FROM payloads WHERE record IN ", keys).await?;
        delete_by_key(connection, "DELETE FROM records WHERE key IN ", keys).await?;
    }
    for ids in ids.chunks(IN_ONE_LIST) {
        delete_by_id(connection, "DELETE FROM audiences WHERE record IN ", ids).await?;
    }
    Ok((revisions, payloads))
}

async fn delete_by_key(connection: &mut SqliteConnection, head: &'static str, keys: &[i64]) -> Result<u64> {
    let mut query = QueryBuilder::<Sqlite>::new(head);
    push_list(&mut query, keys, |list, key| {
        list.push_bind(*key);
    });
    Ok(query.build().execute(connection).await.doing(DELETING)?.rows_affected())
}

pub(super) async fn delete_by_id(
    connection: &mut SqliteConnection,
    head: &'static str,
    ids: &[DatasetId],
) -> Result<u64> {
    let mut query = QueryBuilder::<Sqlite>::new(head);
    push_list(&mut query, ids, |list, id| {
        list.push_bind(id.as_bytes().as_slice());
    });
    Ok(query.build().execute(connection).await.doing(DELETING)?.rows_affected())
}

pub(super) async fn removed_after(store: &SqliteStore, after: Seq, most: u32) -> Result<Vec<Removal>> {
    let rows = sqlx::query("SELECT record, seq FROM tombstones WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(after)
        .bind(i64::from(most))
        .fetch_all(&store.readers)
        .await
        .doing(READING)?;
    let mut removals = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = dataset_id(row.try_get("record").doing(READING)?)?;
        removals.push(Removal { id, seq: row.try_get("seq").doing(READING)? });
    }
    Ok(removals)
}

pub(super) async fn forgotten_up_to(store: &SqliteStore) -> Result<Seq> {
    sqlx::query_scalar("SELECT forgotten FROM change_sequence WHERE only = 1")
        .fetch_one(&store.readers)
        .await
        .doing(READING)
}

pub(super) async fn visible_removal(
    store: &SqliteStore,
    id: DatasetId,
    at: Timestamp,
    viewer: &Viewer,
) -> Result<Option<Seq>> {
    let rows = sqlx::query("SELECT seq, labels FROM tombstones WHERE record = $1 AND at = $2 ORDER BY seq DESC")
        .bind(id.as_bytes().as_slice())
        .bind(microseconds(at))
        .fetch_all(&store.readers)
        .await
        .doing(READING)?;
    for row in &rows {
        if is_seen(row.try_get("labels").doing(READING)?, viewer)? {
            return Ok(Some(row.try_get("seq").doing(READING)?));
        }
    }
    Ok(None)
}

/// Whether a record that was removed with a change stands further on for a viewer: it came again, and they may know of it,
/// or it was removed once more.
pub(super) async fn came_again(store: &SqliteStore, id: DatasetId, seq: Seq, viewer: &Viewer) -> Result<bool> {
    let later: Vec<String> = sqlx::query_scalar(
        "SELECT a.labels FROM records r JOIN audiences a ON a.record = r.id AND a.seq = r.seq WHERE r.id = $1
         UNION ALL SELECT labels FROM tombstones WHERE record = $1 AND seq > $2",
    )
    .bind(id.as_bytes().as_slice())
    .bind(seq)
    .fetch_all(&store.readers)
    .await
    .doing(READING)?;
    for labels in &later {
        if is_seen(labels, viewer)? {
            return Ok(true);
        }
    }
    Ok(false)
}
