//! Reading records, their history and their payloads.

use cairn_model::{Dataset, DatasetId};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::SqliteStore;
use super::rows::{IN_ONE_LIST, change, count, dataset_id, instant, known_record, optional_instant, push_list, state};
use crate::body::{Unpacker, blocking, claimed_size};
use crate::error::Doing;
use crate::{
    ActiveCount, KnownRecord, NewestRevision, RecordOfSource, Result, Revision, Seq, StoreError, StoredRecord,
};

pub(super) async fn record(store: &SqliteStore, id: DatasetId) -> Result<Option<StoredRecord>> {
    let mut connection = store.readers.acquire().await.doing("reading a record")?;
    record_on(&mut connection, id).await
}

/// One record, inside a transaction too.
pub(super) async fn record_on(connection: &mut SqliteConnection, id: DatasetId) -> Result<Option<StoredRecord>> {
    let row = sqlx::query(
        "SELECT r.id, r.state, r.seq, r.revision, r.first_seen, r.missing_since, v.at, v.made_by, v.body
         FROM records r JOIN revisions v ON v.seq = r.seq
         WHERE r.id = $1",
    )
    .bind(id.as_bytes().as_slice())
    .fetch_optional(connection)
    .await
    .doing("reading a record")?;
    let Some(row) = row else { return Ok(None) };
    blocking(move || stored_record(&row, None, &mut Unpacker::default()).map(Some)).await
}

/// Bytes of bodies, as they are kept, that are read at once; a larger body is read alone.
const PACKED_AT_ONCE: i64 = 16 << 20;
/// Bytes of bodies that are unpacked at once; a larger one is unpacked alone.
const UNPACKED_AT_ONCE: usize = 64 << 20;

/// The last change of those after `after` whose records are read at once: `most` of them, or fewer where they are large.
async fn end_of_batch(store: &SqliteStore, after: Seq, most: u32) -> Result<Option<Seq>> {
    // SQLite tells the length of a body without reading it.
    let sizes: Vec<(Seq, i64)> = sqlx::query_as(
        "SELECT r.seq, length(v.body)
         FROM records r JOIN revisions v ON v.seq = r.seq
         WHERE r.seq > $1 ORDER BY r.seq LIMIT $2",
    )
    .bind(after)
    .bind(i64::from(most))
    .fetch_all(&store.readers)
    .await
    .doing("reading changes")?;
    let mut end = None;
    let mut bytes = 0_i64;
    for (seq, size) in sizes {
        bytes = bytes.saturating_add(size);
        if end.is_some() && bytes > PACKED_AT_ONCE {
            break;
        }
        end = Some(seq);
    }
    Ok(end)
}

pub(super) async fn records_after(store: &SqliteStore, after: Seq, most: u32) -> Result<Vec<StoredRecord>> {
    let Some(end) = end_of_batch(store, after, most).await? else { return Ok(Vec::new()) };
    let rows = sqlx::query(
        "SELECT r.id, r.state, r.seq, r.revision, r.first_seen, r.missing_since, v.at, v.made_by, v.body
         FROM records r JOIN revisions v ON v.seq = r.seq
         WHERE r.seq > $1 AND r.seq <= $2 ORDER BY r.seq",
    )
    .bind(after)
    .bind(end)
    .fetch_all(&store.readers)
    .await
    .doing("reading changes")?;
    if rows.is_empty() {
        // All of them changed again since the batch was measured, and stand further on now.
        return Box::pin(records_after(store, after, most)).await;
    }
    store.recent.follow(after);
    let mut recent = Vec::with_capacity(rows.len());
    for row in &rows {
        recent.push(store.recent.take(row.try_get("seq").doing("reading changes")?));
    }
    blocking(move || {
        let mut unpacker = Unpacker::default();
        let mut records = Vec::with_capacity(rows.len());
        let mut bytes = 0_usize;
        for (row, recent) in rows.iter().zip(recent) {
            bytes = bytes.saturating_add(claimed_size(row.try_get("body").doing("reading changes")?));
            if !records.is_empty() && bytes > UNPACKED_AT_ONCE {
                break;
            }
            match stored_record(row, recent, &mut unpacker) {
                Ok(record) => records.push(record),
                // What stands before the damaged record is answered first; the next call then begins with it.
                Err(_) if !records.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(records)
    })
    .await
}

pub(super) async fn latest_seq(store: &SqliteStore) -> Result<Seq> {
    sqlx::query_scalar("SELECT newest FROM change_sequence WHERE only = 1")
        .fetch_one(&store.readers)
        .await
        .doing("reading the newest change")
}

pub(super) async fn known(store: &SqliteStore, source: &str, source_record_ids: &[String]) -> Result<Vec<KnownRecord>> {
    let mut known = Vec::with_capacity(source_record_ids.len());
    for ids in source_record_ids.chunks(IN_ONE_LIST) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT id, source_record_id, state, content_hash, payload_hash, missing_since, missing_runs
             FROM records WHERE source = ",
        );
        query.push_bind(source).push(" AND source_record_id IN ");
        push_list(&mut query, ids, |list, id| {
            list.push_bind(id.as_str());
        });
        let rows = query.build().fetch_all(&store.readers).await.doing("reading known records")?;
        for row in &rows {
            known.push(known_record(row)?);
        }
    }
    Ok(known)
}

pub(super) async fn newest_revisions(store: &SqliteStore, ids: &[DatasetId]) -> Result<Vec<NewestRevision>> {
    const DOING: &str = "reading known records";
    let mut rows = Vec::with_capacity(ids.len());
    for ids in ids.chunks(IN_ONE_LIST) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT r.id, v.body, p.bytes FROM records r
             LEFT JOIN revisions v ON v.seq = r.seq LEFT JOIN payloads p ON p.record = r.key WHERE r.id IN ",
        );
        push_list(&mut query, ids, |list, id| {
            list.push_bind(id.as_bytes().as_slice());
        });
        rows.extend(query.build().fetch_all(&store.readers).await.doing(DOING)?);
    }
    blocking(move || {
        let mut unpacker = Unpacker::default();
        let mut newest = Vec::with_capacity(rows.len());
        for row in &rows {
            let id = dataset_id(row.try_get("id").doing(DOING)?)?;
            let body: Option<&[u8]> = row.try_get("body").doing(DOING)?;
            let payload: Option<&[u8]> = row.try_get("bytes").doing(DOING)?;
            let dataset = body.and_then(|body| unpacker.unpack_dataset(body).ok()).filter(|dataset| dataset.id == id);
            let payload_is_damaged = payload.is_some_and(|payload| unpacker.unpack(payload).is_err());
            newest.push(NewestRevision { id, dataset, payload_is_damaged });
        }
        Ok(newest)
    })
    .await
}

pub(super) async fn active_records(
    store: &SqliteStore,
    source: &str,
    after: &str,
    most: u32,
) -> Result<Vec<KnownRecord>> {
    let rows = sqlx::query(
        "SELECT id, source_record_id, state, content_hash, payload_hash, missing_since, missing_runs FROM records
         WHERE source = $1 AND source_record_id > $2 AND state = 'active' ORDER BY source_record_id LIMIT $3",
    )
    .bind(source)
    .bind(after)
    .bind(i64::from(most))
    .fetch_all(&store.readers)
    .await
    .doing("reading the records of a source")?;
    rows.iter().map(known_record).collect()
}

pub(super) async fn active_count(store: &SqliteStore, source: &str) -> Result<ActiveCount> {
    let (records, missing): (i64, i64) =
        sqlx::query_as("SELECT count(*), count(missing_since) FROM records WHERE source = $1 AND state = 'active'")
            .bind(source)
            .fetch_one(&store.readers)
            .await
            .doing("counting the records of a source")?;
    Ok(ActiveCount { records: records.unsigned_abs(), missing: missing.unsigned_abs() })
}

pub(super) async fn records_of_source(
    store: &SqliteStore,
    source: &str,
    after: &str,
    most: u32,
) -> Result<Vec<RecordOfSource>> {
    const DOING: &str = "reading the records of a source";
    // SQLite tells the length of a body without reading it, so that large records come in smaller batches.
    let sizes: Vec<(String, i64)> = sqlx::query_as(
        "SELECT r.source_record_id, coalesce(length(v.body), 0) FROM records r LEFT JOIN revisions v ON v.seq = r.seq
         WHERE r.source = $1 AND r.source_record_id > $2 AND r.state = 'active' ORDER BY r.source_record_id LIMIT $3",
    )
    .bind(source)
    .bind(after)
    .bind(i64::from(most))
    .fetch_all(&store.readers)
    .await
    .doing(DOING)?;
    let mut bytes = 0_i64;
    let mut last = None;
    for (id, size) in sizes {
        bytes = bytes.saturating_add(size);
        if last.is_some() && bytes > PACKED_AT_ONCE {
            break;
        }
        last = Some(id);
    }
    let Some(last) = last else { return Ok(Vec::new()) };
    let rows = sqlx::query(
        "SELECT r.id, r.source_record_id, v.body FROM records r LEFT JOIN revisions v ON v.seq = r.seq
         WHERE r.source = $1 AND r.source_record_id > $2 AND r.source_record_id <= $3 AND r.state = 'active'
         ORDER BY r.source_record_id",
    )
    .bind(source)
    .bind(after)
    .bind(&last)
    .fetch_all(&store.readers)
    .await
    .doing(DOING)?;
    if rows.is_empty() {
        // All of them were retired since the batch was measured.
        return Box::pin(records_of_source(store, source, &last, most)).await;
    }
    blocking(move || {
        let mut unpacker = Unpacker::default();
        let mut records = Vec::with_capacity(rows.len());
        for row in &rows {
            let id = dataset_id(row.try_get("id").doing(DOING)?)?;
            let body: Option<&[u8]> = row.try_get("body").doing(DOING)?;
            records.push(RecordOfSource {
                id,
                source_record_id: row.try_get("source_record_id").doing(DOING)?,
                dataset: body.and_then(|body| unpacker.unpack_dataset(body).ok()).filter(|dataset| dataset.id == id),
            });
        }
        Ok(records)
    })
    .await
}

pub(super) async fn history(store: &SqliteStore, id: DatasetId) -> Result<Vec<Revision>> {
    let rows = sqlx::query(
        "SELECT v.seq, v.revision, v.at, v.made_by, v.change, v.body
         FROM records r JOIN revisions v ON v.record = r.key
         WHERE r.id = $1 ORDER BY v.revision DESC",
    )
    .bind(id.as_bytes().as_slice())
    .fetch_all(&store.readers)
    .await
    .doing("reading the history of a record")?;
    blocking(move || {
        let mut unpacker = Unpacker::default();
        rows.iter().map(|row| revision(row, id, &mut unpacker)).collect()
    })
    .await
}

pub(super) async fn revision_at(store: &SqliteStore, id: DatasetId, seq: Seq) -> Result<Option<Revision>> {
    let row = sqlx::query(
        "SELECT v.seq, v.revision, v.at, v.made_by, v.change, v.body
         FROM revisions v JOIN records r ON r.key = v.record
         WHERE v.seq = $2 AND r.id = $1",
    )
    .bind(id.as_bytes().as_slice())
    .bind(seq)
    .fetch_optional(&store.readers)
    .await
    .doing("reading a revision")?;
    let Some(row) = row else { return Ok(None) };
    blocking(move || revision(&row, id, &mut Unpacker::default()).map(Some)).await
}

pub(super) async fn payload(store: &SqliteStore, id: DatasetId) -> Result<Option<(String, Vec<u8>)>> {
    const DOING: &str = "reading a payload";
    let row = sqlx::query(
        "SELECT r.seq, p.format, p.bytes FROM records r JOIN payloads p ON p.record = r.key WHERE r.id = $1",
    )
    .bind(id.as_bytes().as_slice())
    .fetch_optional(&store.readers)
    .await
    .doing(DOING)?;
    let Some(row) = row else { return Ok(None) };
    blocking(move || {
        let seq = row.try_get("seq").doing(DOING)?;
        let bytes = Unpacker::default()
            .unpack(row.try_get("bytes").doing(DOING)?)
            .map_err(|reason| StoreError::DamagedRecord { id, seq, reason: format!("its payload: {reason}") })?;
        Ok(Some((row.try_get("format").doing(DOING)?, bytes)))
    })
    .await
}

/// The record of a row; `recent` is what its body holds, where that is known.
fn stored_record(row: &SqliteRow, recent: Option<Dataset>, unpacker: &mut Unpacker) -> Result<StoredRecord> {
    const DOING: &str = "reading a record";
    let id = dataset_id(row.try_get("id").doing(DOING)?)?;
    let seq = row.try_get("seq").doing(DOING)?;
    stored_columns(row, id, seq, recent, unpacker).map_err(|error| match error {
        // Whatever cannot be read of a row whose record is known is that record's damage, and no other's.
        StoreError::Damaged { reason } => StoreError::DamagedRecord { id, seq, reason },
        other => other,
    })
}

fn stored_columns(
    row: &SqliteRow,
    id: DatasetId,
    seq: Seq,
    recent: Option<Dataset>,
    unpacker: &mut Unpacker,
) -> Result<StoredRecord> {
    const DOING: &str = "reading a record";
    let dataset = match recent.filter(|recent| recent.id == id) {
        Some(recent) => recent,
        None => dataset(row, id, seq, unpacker)?,
    };
    Ok(StoredRecord {
        dataset,
        state: state(row.try_get("state").doing(DOING)?)?,
        seq,
        revision: count(row.try_get("revision").doing(DOING)?)?,
        first_seen: instant(row.try_get("first_seen").doing(DOING)?)?,
        changed_at: instant(row.try_get("at").doing(DOING)?)?,
        missing_since: optional_instant(row.try_get("missing_since").doing(DOING)?)?,
        run: row.try_get("made_by").doing(DOING)?,
    })
}

fn revision(row: &SqliteRow, id: DatasetId, unpacker: &mut Unpacker) -> Result<Revision> {
    const DOING: &str = "reading the history of a record";
    let seq = row.try_get("seq").doing(DOING)?;
    Ok(Revision {
        revision: count(row.try_get("revision").doing(DOING)?)?,
        seq,
        at: instant(row.try_get("at").doing(DOING)?)?,
        by: row.try_get("made_by").doing(DOING)?,
        change: change(row.try_get("change").doing(DOING)?)?,
        dataset: dataset(row, id, seq, unpacker)?,
    })
}

/// The record in the column `body`, which must be the one that its row speaks of.
fn dataset(row: &SqliteRow, id: DatasetId, seq: Seq, unpacker: &mut Unpacker) -> Result<Dataset> {
    let damaged = |reason: String| StoreError::DamagedRecord { id, seq, reason };
    let frame: &[u8] = row.try_get("body").doing("reading a record")?;
    let dataset = unpacker.unpack_dataset(frame).map_err(damaged)?;
    if dataset.id != id {
        return Err(damaged(format!("its body is that of record {}", dataset.id)));
    }
    Ok(dataset)
}
