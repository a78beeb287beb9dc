//! Writing a page of a run: records, revisions, payloads, problems and checkpoint in one transaction.

use std::collections::{HashMap, HashSet};

use cairn_model::{Dataset, DatasetId};
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::rows::{IN_ONE_LIST, change_code, dataset_id, hash, insert, microseconds, push_list, state};
use super::{SqliteStore, audiences, by_hand, checkpoints, held, leases, problems, runs, successors};
use crate::body::{Packer, Unpacker, blocking, to_json};
use crate::error::Doing;
use crate::{
    Change, Lease, PageWrite, RecordState, RecordWrite, Result, RunCounts, RunProblem, Seq, StoreError, Written,
};

const DOING: &str = "writing a page";

/// Problems of a run that are kept; the rest is counted.
pub(super) const PROBLEMS_KEPT: i64 = 1000;

pub(super) async fn write_page(store: &SqliteStore, lease: &Lease, page: PageWrite) -> Result<Written> {
    let PageWrite {
        records,
        problems: met,
        listing_problems,
        kinds,
        held,
        released,
        begins_anew,
        finds_nothing,
        listed,
        checkpoint,
        counts,
        at,
    } = page;
    // Compressing is most of the work, and is done before the write lock is taken.
    let source = lease.source.clone();
    let records = blocking(move || pack(records, &source)).await?;
    let changes_what_is_held = !held.is_empty() || !released.is_empty();

    let mut transaction = store.begin(DOING).await?;
    leases::keep(&mut transaction, lease, store.clock.now()).await?;
    let (records, left) = by_hand::without_newly_edited(&mut transaction, &lease.source, records).await?;
    let origin = Origin { source: &lease.source, made_by: &lease.run, is_found: !finds_nothing };
    let (written, changed) = write_records(&mut transaction, origin, records, at).await?;
    if !met.is_empty() {
        keep_problems(&mut transaction, &lease.run, &met).await?;
        problems::keep(&mut transaction, &lease.source, &listing_problems).await?;
        problems::keep_kinds(&mut transaction, &lease.run, &kinds).await?;
    }
    held::keep(&mut transaction, lease, held, released).await?;
    if written.rows > 0 || changes_what_is_held {
        // What the last complete run left speaks of what it wrote, and that is not what stands here any more.
        runs::forget_state(&mut transaction, &lease.source).await?;
    }
    if begins_anew {
        checkpoints::forget_listed(&mut transaction, &lease.source).await?;
    }
    checkpoints::remember_listed(&mut transaction, &lease.source, &listed).await?;
    keep_place(&mut transaction, lease, checkpoint.as_deref(), &counts).await?;
    transaction.commit().await.doing(DOING)?;
    store.recent.keep(changed);
    Ok(Written { left, ..written })
}

/// Where records come from, and by whose doing.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) source: &'a str,
    /// The run, or the person as in the log of acts.
    pub(super) made_by: &'a str,
    /// Whether what was missing is found again by that.
    pub(super) is_found: bool,
}

/// A record that changed, with its change and its size as JSON.
pub(super) type Changed = (Seq, Dataset, usize);

/// A record as its rows will hold it.
pub(super) struct Packed {
    pub(super) id: DatasetId,
    source_record_id: String,
    content_hash: [u8; 32],
    payload_hash: [u8; 32],
    body: Vec<u8>,
    payload: Option<(String, Vec<u8>)>,
    dataset: Dataset,
    repair: bool,
    /// The version of the edit that was laid over it.
    pub(super) edit: u32,
    /// Whether the payload stays that is kept of it, when it brings none.
    pub(super) keeps_payload: bool,
    /// Bytes of the record as JSON.
    size: usize,
    /// Labels that may see it, as they are kept.
    labels: String,
}

/// Packs the records of a page. One that stands in it twice is taken as it stands first.
pub(super) fn pack(records: Vec<RecordWrite>, source: &str) -> Result<Vec<Packed>> {
    let mut packer = Packer::new()?;
    let mut met = HashSet::with_capacity(records.len());
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let dataset = record.dataset;
        if dataset.source != source {
            return Err(StoreError::Invalid(format!(
                "record {} is of source {}, and the run of source {source}",
                dataset.id, dataset.source
            )));
        }
        if !met.insert(dataset.id) {
            continue;
        }
        let payload = match record.payload {
            Some(payload) => Some((payload.format, packer.pack(&payload.bytes)?)),
            None => None,
        };
        let (body, size) = packer.pack_dataset(&dataset)?;
        rows.push(Packed {
            labels: audiences::as_text(&cairn_policy::labels_that_see(&dataset))?,
            id: dataset.id,
            source_record_id: dataset.source_record_id.clone(),
            content_hash: record.content_hash,
            payload_hash: record.payload_hash,
            body,
            payload,
            dataset,
            repair: record.repair,
            edit: record.edit,
            keeps_payload: false,
            size,
        });
    }
    Ok(rows)
}

/// What the store holds of a record that comes.
struct Held {
    key: i64,
    state: RecordState,
    revision: i64,
    content_hash: [u8; 32],
    payload_hash: [u8; 32],
    is_missing: bool,
}

impl Held {
    /// The revision that a record becomes, if it is one.
    fn next_revision(&self, record: &Packed) -> Option<(i64, Change)> {
        if self.state == RecordState::Retired {
            Some((self.revision + 1, Change::Restored))
        } else if self.content_hash == record.content_hash {
            None
        } else {
            Some((self.revision + 1, Change::Changed))
        }
    }
}

struct RecordRow {
    key: i64,
    id: DatasetId,
    source_record_id: String,
    seq: Seq,
    revision: i64,
    content_hash: [u8; 32],
    payload_hash: [u8; 32],
}

struct RevisionRow {
    seq: Seq,
    record: i64,
    revision: i64,
    change: Change,
    body: Vec<u8>,
}

struct PayloadRow {
    record: i64,
    format: String,
    bytes: Vec<u8>,
}

/// Writes the records. Answers what changed.
pub(super) async fn write_records(
    connection: &mut SqliteConnection,
    origin: Origin<'_>,
    packed: Vec<Packed>,
    at: Timestamp,
) -> Result<(Written, Vec<Changed>)> {
    let held = held(connection, origin.source, &packed).await?;
    let mut newest_key = newest_key(connection).await?;
    let mut seq = newest_change(connection).await?;
    let mut refreshed = 0;
    let mut records = Vec::with_capacity(packed.len());
    let mut revisions = Vec::with_capacity(packed.len());
    let mut payloads = Vec::with_capacity(packed.len());
    let mut changed = Vec::with_capacity(packed.len());
    let mut seen_by = Vec::with_capacity(packed.len());
    let mut restored = Vec::new();
    for record in packed {
        let before = held.get(&record.id);
        let mut next = match before {
            None => Some((1, Change::Created)),
            Some(before) => before.next_revision(&record),
        };
        if let Some(before) = before.filter(|_| record.repair)
            && forget_damaged(connection, before, record.id).await?
        {
            next = next.or(Some((before.revision + 1, Change::Changed)));
        }
        let key = before.map_or_else(
            || {
                newest_key += 1;
                newest_key
            },
            |before| before.key,
        );
        if let (Some(before), None) = (before, next) {
            // The same record again, a page written twice for example: no change, but its payload may be another.
            if before.payload_hash == record.payload_hash && !before.is_missing && !record.repair {
                continue;
            }
            refreshed += refresh(connection, key, &record.payload_hash, origin.is_found).await?;
        }
        match record.payload {
            Some((format, bytes)) => payloads.push(PayloadRow { record: key, format, bytes }),
            None if before.is_some() && !record.keeps_payload => refreshed += forget_payload(connection, key).await?,
            None => {}
        }
        let Some((revision, change)) = next else { continue };
        seq += 1;
        if change == Change::Restored {
            restored.push(record.id);
        }
        records.push(RecordRow {
            key,
            id: record.id,
            source_record_id: record.source_record_id,
            seq,
            revision,
            content_hash: record.content_hash,
            payload_hash: record.payload_hash,
        });
        seen_by.push(audiences::AudienceRow { record: record.id, seq, labels: record.labels });
        revisions.push(RevisionRow { seq, record: key, revision, change, body: record.body });
        changed.push((seq, record.dataset, record.size));
    }
    let rows = refreshed + (records.len() + revisions.len() + payloads.len()) as u64;
    if !revisions.is_empty() {
        move_newest_change(connection, seq).await?;
    }
    put_records(connection, origin, records, at).await?;
    put_revisions(connection, origin.made_by, revisions, at).await?;
    put_payloads(connection, payloads).await?;
    audiences::put(connection, seen_by).await?;
    successors::forget(connection, &restored).await?;
    Ok((Written { seq, rows, left: 0 }, changed))
}

/// What the store holds of the records of a page.
async fn held(connection: &mut SqliteConnection, source: &str, packed: &[Packed]) -> Result<HashMap<DatasetId, Held>> {
    let mut held = HashMap::with_capacity(packed.len());
    for records in packed.chunks(IN_ONE_LIST) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT key, id, source, state, revision, content_hash, payload_hash, missing_since IS NOT NULL AS is_missing
             FROM records WHERE id IN ",
        );
        push_list(&mut query, records, |list, record| {
            list.push_bind(record.id.as_bytes().as_slice());
        });
        for row in query.build().fetch_all(&mut *connection).await.doing(DOING)? {
            let id = dataset_id(row.try_get("id").doing(DOING)?)?;
            if row.try_get::<&str, _>("source").doing(DOING)? != source {
                return Err(StoreError::Invalid(format!("record {id} belongs to another source")));
            }
            let before = Held {
                key: row.try_get("key").doing(DOING)?,
                state: state(row.try_get("state").doing(DOING)?)?,
                revision: row.try_get("revision").doing(DOING)?,
                content_hash: hash(row.try_get("content_hash").doing(DOING)?)?,
                payload_hash: hash(row.try_get("payload_hash").doing(DOING)?)?,
                is_missing: row.try_get("is_missing").doing(DOING)?,
            };
            held.insert(id, before);
        }
    }
    Ok(held)
}

async fn newest_key(connection: &mut SqliteConnection) -> Result<i64> {
    sqlx::query_scalar("SELECT coalesce(max(key), 0) FROM records").fetch_one(connection).await.doing(DOING)
}

/// The newest change, inside a write transaction: nobody else takes the next number before it ends.
pub(super) async fn newest_change(connection: &mut SqliteConnection) -> Result<Seq> {
    sqlx::query_scalar("SELECT newest FROM change_sequence WHERE only = 1").fetch_one(connection).await.doing(DOING)
}

pub(super) async fn move_newest_change(connection: &mut SqliteConnection, seq: Seq) -> Result<()> {
    sqlx::query("UPDATE change_sequence SET newest = $1 WHERE only = 1")
        .bind(seq)
        .execute(connection)
        .await
        .doing(DOING)?;
    Ok(())
}

/// Takes over the payload hash of a record whose content is the same, and its missing marks off where it is found.
async fn refresh(connection: &mut SqliteConnection, key: i64, payload_hash: &[u8; 32], is_found: bool) -> Result<u64> {
    let marks = if is_found {
        "UPDATE records SET payload_hash = $2, missing_since = NULL, missing_runs = 0 WHERE key = $1"
    } else {
        "UPDATE records SET payload_hash = $2 WHERE key = $1"
    };
    let done = sqlx::query(marks).bind(key).bind(payload_hash.as_slice()).execute(connection).await.doing(DOING)?;
    Ok(done.rows_affected())
}

/// Forgets the newest revision of a record if it cannot be read: what says nothing any more is no history. Answers whether
/// it is so.
async fn forget_damaged(connection: &mut SqliteConnection, held: &Held, id: DatasetId) -> Result<bool> {
    let body: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT v.body FROM records r JOIN revisions v ON v.seq = r.seq WHERE r.key = $1")
            .bind(held.key)
            .fetch_optional(&mut *connection)
            .await
            .doing(DOING)?;
    let reason = match body.map(|body| Unpacker::default().unpack_dataset(&body)) {
        Some(Ok(dataset)) if dataset.id == id => return Ok(false),
        Some(Ok(dataset)) => format!("its body is that of record {}", dataset.id),
        Some(Err(reason)) => reason,
        None => "it has no body".to_owned(),
    };
    tracing::warn!(record = %id, revision = held.revision, reason, "a damaged revision gives way to a new one");
    sqlx::query(
        "DELETE FROM audiences
         WHERE record = $1 AND seq IN (SELECT seq FROM revisions WHERE record = $2 AND revision = $3)",
    )
    .bind(id.as_bytes().as_slice())
    .bind(held.key)
    .bind(held.revision)
    .execute(&mut *connection)
    .await
    .doing(DOING)?;
    sqlx::query("DELETE FROM revisions WHERE record = $1 AND revision = $2")
        .bind(held.key)
        .bind(held.revision)
        .execute(connection)
        .await
        .doing(DOING)?;
    Ok(true)
}

/// A payload that is not the record's own any more is worse than none.
async fn forget_payload(connection: &mut SqliteConnection, key: i64) -> Result<u64> {
    let done =
        sqlx::query("DELETE FROM payloads WHERE record = $1").bind(key).execute(connection).await.doing(DOING)?;
    Ok(done.rows_affected())
}

macro_rules! put_over {
    ($more:literal) => {
        concat!(
            " ON CONFLICT (key) DO UPDATE SET
            source_record_id = excluded.source_record_id, state = excluded.state, seq = excluded.seq,
            revision = excluded.revision, content_hash = excluded.content_hash, payload_hash = excluded.payload_hash",
            $more
        )
    };
}

/// What becomes of a record that is there already: its missing marks go, or stay.
const FOUND: &str = put_over!(", missing_since = NULL, missing_runs = 0");
const KEPT: &str = put_over!("");

async fn put_records(
    connection: &mut SqliteConnection,
    origin: Origin<'_>,
    rows: Vec<RecordRow>,
    at: Timestamp,
) -> Result<()> {
    insert(
        connection,
        "INSERT INTO records
         (key, id, source, source_record_id, state, seq, revision, content_hash, payload_hash, first_seen, missing_runs) ",
        rows,
        if origin.is_found { FOUND } else { KEPT },
        |columns, row| {
            columns
                .push_bind(row.key)
                .push_bind(row.id.as_bytes().to_vec())
                .push_bind(origin.source)
                .push_bind(row.source_record_id)
                .push_bind("active")
                .push_bind(row.seq)
                .push_bind(row.revision)
                .push_bind(row.content_hash.to_vec())
                .push_bind(row.payload_hash.to_vec())
                .push_bind(microseconds(at))
                .push_bind(0_i64);
        },
    )
    .await
    .doing(DOING)
}

async fn put_revisions(
    connection: &mut SqliteConnection,
    made_by: &str,
    rows: Vec<RevisionRow>,
    at: Timestamp,
) -> Result<()> {
    insert(
        connection,
        "INSERT INTO revisions (seq, record, revision, at, made_by, change, body) ",
        rows,
        "",
        |columns, row| {
            columns
                .push_bind(row.seq)
                .push_bind(row.record)
                .push_bind(row.revision)
                .push_bind(microseconds(at))
                .push_bind(made_by)
                .push_bind(change_code(row.change))
                .push_bind(row.body);
        },
    )
    .await
    .doing(DOING)
}

async fn put_payloads(connection: &mut SqliteConnection, rows: Vec<PayloadRow>) -> Result<()> {
    insert(
        connection,
        "INSERT INTO payloads (record, format, bytes) ",
        rows,
        " ON CONFLICT (record) DO UPDATE SET format = excluded.format, bytes = excluded.bytes",
        |columns, row| {
            columns.push_bind(row.record).push_bind(row.format).push_bind(row.bytes);
        },
    )
    .await
    .doing(DOING)
}

/// Keeps the problems of a page, as far as the run has room for them.
async fn keep_problems(connection: &mut SqliteConnection, run: &str, problems: &[RunProblem]) -> Result<()> {
    let row = sqlx::query("SELECT key, problems_kept FROM runs WHERE run = $1")
        .bind(run)
        .fetch_one(&mut *connection)
        .await
        .doing(DOING)?;
    let key: i64 = row.try_get("key").doing(DOING)?;
    let kept: i64 = row.try_get("problems_kept").doing(DOING)?;
    let mut rows = Vec::new();
    for (position, problem) in (kept..PROBLEMS_KEPT).zip(problems) {
        rows.push((position, problem.source_record_id.clone(), to_json("a problem", &problem.problem)?));
    }
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query("UPDATE runs SET problems_kept = problems_kept + $2 WHERE key = $1")
        .bind(key)
        .bind(i64::try_from(rows.len()).unwrap_or(PROBLEMS_KEPT))
        .execute(&mut *connection)
        .await
        .doing(DOING)?;
    insert(
        connection,
        "INSERT INTO run_problems (run, position, source_record_id, problem) ",
        rows,
        "",
        |columns, (position, source_record_id, problem)| {
            columns.push_bind(key).push_bind(position).push_bind(source_record_id).push_bind(problem);
        },
    )
    .await
    .doing(DOING)
}

/// Keeps how far the run is: its counts, and where another one goes on if this one is killed.
async fn keep_place(
    connection: &mut SqliteConnection,
    lease: &Lease,
    checkpoint: Option<&str>,
    counts: &RunCounts,
) -> Result<()> {
    let counts = to_json("counts", counts)?;
    sqlx::query("UPDATE runs SET counts = $2 WHERE run = $1")
        .bind(&lease.run)
        .bind(&counts)
        .execute(&mut *connection)
        .await
        .doing(DOING)?;
    match checkpoint {
        Some(checkpoint) => checkpoints::put(connection, lease, checkpoint, &counts).await,
        None => checkpoints::take_back(connection, &lease.source).await,
    }
}
