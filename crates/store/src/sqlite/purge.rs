//! Purging a source: everything of it goes, a bounded piece at a time, and out of the file as well.

use std::collections::BTreeSet;

use cairn_model::DatasetId;
use cairn_policy::{Label, labels_told_of_place};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::removals::Tombstone;
use super::rows::{IN_ONE_LIST, dataset_id, push_list};
use super::{SqliteStore, acts, audiences, checkpoints, leases, pages, removals, runs};
use crate::body::{Unpacker, blocking, from_json, to_json};
use crate::error::Doing;
use crate::{EntryKind, Lease, NewAct, NewRun, Purge, Result, Seq, SourceHoldings, StoreError, edits_term};

const DOING: &str = "purging a source";

/// Most records of a piece.
const RECORDS: i64 = 500;
/// Most revisions of a piece, but for a record that has more by itself.
const REVISIONS: i64 = 5_000;
/// Most bytes of the newest bodies of a piece, as they are kept, but for a larger one by itself.
const BYTES: i64 = 16 << 20;
/// Most rows of a piece of anything else, each of some hundred bytes.
const ROWS: i64 = 2_000;
/// Most runs of a piece, each with its problems, a thousand at most.
const RUNS: i64 = 20;

impl SourceHoldings {
    /// With what a piece removed.
    fn and(self, other: Self) -> Self {
        Self {
            records: self.records + other.records,
            revisions: self.revisions + other.revisions,
            payloads: self.payloads + other.payloads,
            runs: self.runs + other.runs,
            listing_problems: self.listing_problems + other.listing_problems,
            held: self.held + other.held,
            duplicate_decisions: self.duplicate_decisions + other.duplicate_decisions,
            edits: self.edits + other.edits,
        }
    }

    /// In words, for the log of acts.
    fn told(self) -> String {
        let Self { records, revisions, payloads, runs, listing_problems, held, duplicate_decisions, edits } = self;
        format!(
            "{records} records, {revisions} revisions, {payloads} payloads, {runs} runs, {listing_problems} listing \
             problems, {held} held, {duplicate_decisions} duplicate decisions, {edits} edits"
        )
    }
}

pub(super) async fn source_holdings(store: &SqliteStore, source: &str) -> Result<Option<SourceHoldings>> {
    const DOING: &str = "counting what is kept of a source";
    let row = sqlx::query(
        "SELECT (SELECT count(*) FROM records WHERE source = $1) AS records,
                (SELECT count(*) FROM revisions v JOIN records r ON r.key = v.record WHERE r.source = $1) AS revisions,
                (SELECT count(*) FROM payloads p JOIN records r ON r.key = p.record WHERE r.source = $1) AS payloads,
                (SELECT count(*) FROM runs WHERE source = $1) AS runs,
                (SELECT count(*) FROM listing_problems WHERE source = $1) AS listing_problems,
                (SELECT count(*) FROM held WHERE source = $1) AS held,
                (SELECT count(*) FROM duplicate_decisions WHERE low IN (SELECT id FROM records WHERE source = $1)
                    OR high IN (SELECT id FROM records WHERE source = $1)) AS duplicate_decisions,
                (SELECT count(*) FROM entry_terms t JOIN entries e ON e.key = t.entry
                    WHERE t.term = $3 AND e.kind = $2) AS edits,
                EXISTS (SELECT 1 FROM sources WHERE id = $1) OR EXISTS (SELECT 1 FROM purges WHERE source = $1)
                    AS is_known",
    )
    .bind(source)
    .bind(EntryKind::Edit.code())
    .bind(edits_term(source))
    .fetch_one(&store.readers)
    .await
    .doing(DOING)?;
    let count = |column: &str| row.try_get::<i64, _>(column).doing(DOING).map(i64::unsigned_abs);
    let holdings = SourceHoldings {
        records: count("records")?,
        revisions: count("revisions")?,
        payloads: count("payloads")?,
        runs: count("runs")?,
        listing_problems: count("listing_problems")?,
        held: count("held")?,
        duplicate_decisions: count("duplicate_decisions")?,
        edits: count("edits")?,
    };
    let is_known: bool = row.try_get("is_known").doing(DOING)?;
    Ok((is_known || holdings != SourceHoldings::default()).then_some(holdings))
}

pub(super) async fn begin_purge(store: &SqliteStore, new: NewRun, actor: &str) -> Result<Purge> {
    let (mut transaction, fence) = leases::take_lease(store, &new).await?;
    // Whatever becomes of the purge, no run may go on, or count the source as unchanged, on the strength of what is gone.
    checkpoints::forget(&mut transaction, &new.source).await?;
    runs::forget_state(&mut transaction, &new.source).await?;
    sqlx::query("INSERT INTO purges (source, since, counts) VALUES ($1, $2, $3) ON CONFLICT (source) DO NOTHING")
        .bind(&new.source)
        .bind(pages::newest_change(&mut transaction).await?)
        .bind(to_json("counts", &SourceHoldings::default())?)
        .execute(&mut *transaction)
        .await
        .doing(DOING)?;
    let since = sqlx::query_scalar("SELECT since FROM purges WHERE source = $1")
        .bind(&new.source)
        .fetch_one(&mut *transaction)
        .await
        .doing(DOING)?;
    acts::add(&mut transaction, NewAct::new(new.at, actor, "source.purge.begin", &*new.source)).await?;
    transaction.commit().await.doing(DOING)?;
    let lease = Lease { run: new.run, source: new.source, fence, resume: None, state: None };
    Ok(Purge { lease, since })
}

pub(super) async fn purge_some(store: &SqliteStore, purge: &Purge, at: Timestamp) -> Result<bool> {
    let source = purge.lease.source.as_str();
    // Nobody else writes for the source while the lease holds, and the transaction begins with that.
    let piece = next_records(store, source).await?;
    let mut transaction = store.begin(DOING).await?;
    leases::keep(&mut transaction, &purge.lease, store.clock.now()).await?;
    let removed = if piece.is_empty() {
        remove_rows(&mut transaction, source).await?
    } else {
        remove_records(&mut transaction, piece, at).await?
    };
    if removed == SourceHoldings::default() {
        forget_source(&mut transaction, source).await?;
    } else {
        let counts = counts(&mut transaction, source).await?.and(removed);
        sqlx::query("UPDATE purges SET counts = $2 WHERE source = $1")
            .bind(source)
            .bind(to_json("counts", &counts)?)
            .execute(&mut *transaction)
            .await
            .doing(DOING)?;
    }
    transaction.commit().await.doing(DOING)?;
    Ok(removed != SourceHoldings::default())
}

pub(super) async fn finish_purge(
    store: &SqliteStore,
    purge: &Purge,
    actor: &str,
    at: Timestamp,
) -> Result<SourceHoldings> {
    let source = purge.lease.source.as_str();
    let mut transaction = store.begin(DOING).await?;
    leases::give_back(&mut transaction, &purge.lease).await?;
    let counts = counts(&mut transaction, source).await?;
    for query in ["DELETE FROM purges WHERE source = $1", "DELETE FROM leases WHERE source = $1"] {
        sqlx::query(query).bind(source).execute(&mut *transaction).await.doing(DOING)?;
    }
    acts::add(&mut transaction, NewAct::new(at, actor, "source.purge", format!("{source}: {}", counts.told()))).await?;
    transaction.commit().await.doing(DOING)?;
    Ok(counts)
}

/// What a purge removed so far.
async fn counts(connection: &mut SqliteConnection, source: &str) -> Result<SourceHoldings> {
    let counts: Option<String> = sqlx::query_scalar("SELECT counts FROM purges WHERE source = $1")
        .bind(source)
        .fetch_optional(connection)
        .await
        .doing(DOING)?;
    counts.map_or_else(|| Ok(SourceHoldings::default()), |counts| from_json("counts", &counts))
}

/// A record that is about to be removed.
struct Doomed {
    key: i64,
    id: DatasetId,
    /// Those who are told of it.
    labels: String,
}

/// The records of the next piece.
async fn next_records(store: &SqliteStore, source: &str) -> Result<Vec<Doomed>> {
    let sizes: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT r.key, (SELECT count(*) FROM revisions WHERE record = r.key), coalesce(length(v.body), 0)
         FROM records r LEFT JOIN revisions v ON v.seq = r.seq WHERE r.source = $1 LIMIT $2",
    )
    .bind(source)
    .bind(RECORDS)
    .fetch_all(&store.readers)
    .await
    .doing(DOING)?;
    let (mut keys, mut revisions, mut bytes) = (Vec::with_capacity(sizes.len()), 0, 0);
    for (key, of_record, size) in sizes {
        revisions += of_record;
        bytes += size;
        if !keys.is_empty() && (revisions > REVISIONS || bytes > BYTES) {
            break;
        }
        keys.push(key);
    }
    let mut rows = Vec::with_capacity(keys.len());
    for keys in keys.chunks(IN_ONE_LIST) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT r.key, r.id, v.body FROM records r LEFT JOIN revisions v ON v.seq = r.seq WHERE r.key IN ",
        );
        push_list(&mut query, keys, |list, key| {
            list.push_bind(*key);
        });
        rows.extend(query.build().fetch_all(&store.readers).await.doing(DOING)?);
    }
    blocking(move || {
        let mut unpacker = Unpacker::default();
        rows.iter().map(|row| doomed(row, &mut unpacker)).collect()
    })
    .await
}

fn doomed(row: &SqliteRow, unpacker: &mut Unpacker) -> Result<Doomed> {
    let id = dataset_id(row.try_get("id").doing(DOING)?)?;
    let body: Option<&[u8]> = row.try_get("body").doing(DOING)?;
    let labels = match body.map(|body| unpacker.unpack_dataset(body)) {
        Some(Ok(dataset)) if dataset.id == id => labels_told_of_place(&dataset),
        // What cannot be read says nothing of who could see it.
        _ => BTreeSet::from([Label::operator()]),
    };
    Ok(Doomed { key: row.try_get("key").doing(DOING)?, id, labels: audiences::as_text(&labels)? })
}

/// Removes records with all that hangs on them, each by a change of its own.
async fn remove_records(
    connection: &mut SqliteConnection,
    records: Vec<Doomed>,
    at: Timestamp,
) -> Result<SourceHoldings> {
    let mut removed = SourceHoldings { records: records.len() as u64, ..SourceHoldings::default() };
    let keys: Vec<i64> = records.iter().map(|record| record.key).collect();
    let ids: Vec<DatasetId> = records.iter().map(|record| record.id).collect();
    (removed.revisions, removed.payloads) = removals::delete(connection, &keys, &ids).await?;
    for ids in ids.chunks(IN_ONE_LIST) {
        for query in ["DELETE FROM duplicate_decisions WHERE low IN ", "DELETE FROM duplicate_decisions WHERE high IN "]
        {
            removed.duplicate_decisions += removals::delete_by_id(connection, query, ids).await?;
        }
    }
    let mut seq: Seq = pages::newest_change(connection).await?;
    let mut tombstones = Vec::with_capacity(records.len());
    for record in records {
        seq += 1;
        tombstones.push(Tombstone { record: record.id, seq, labels: record.labels });
    }
    pages::move_newest_change(connection, seq).await?;
    removals::put(connection, tombstones, at).await?;
    Ok(removed)
}

/// Removes a piece of what organisations said otherwise of records of the source, also of those that are long forgotten: it holds
/// what the source said, too.
async fn remove_edits(connection: &mut SqliteConnection, source: &str) -> Result<u64> {
    let edits: Vec<i64> = sqlx::query_scalar(
        "SELECT e.key FROM entry_terms t JOIN entries e ON e.key = t.entry WHERE t.term = $1 AND e.kind = $2 LIMIT $3",
    )
    .bind(edits_term(source))
    .bind(EntryKind::Edit.code())
    .bind(ROWS)
    .fetch_all(&mut *connection)
    .await
    .doing(DOING)?;
    for edits in edits.chunks(IN_ONE_LIST) {
        for head in [
            "DELETE FROM entry_terms WHERE entry IN ",
            "DELETE FROM entry_versions WHERE entry IN ",
            "DELETE FROM entries WHERE key IN ",
        ] {
            let mut query = QueryBuilder::<Sqlite>::new(head);
            push_list(&mut query, edits, |list, key| {
                list.push_bind(*key);
            });
            query.build().execute(&mut *connection).await.doing(DOING)?;
        }
    }
    Ok(edits.len() as u64)
}

/// Removes a piece of what is kept of a source beside its records.
async fn remove_rows(connection: &mut SqliteConnection, source: &str) -> Result<SourceHoldings> {
    let mut removed = SourceHoldings { edits: remove_edits(connection, source).await?, ..SourceHoldings::default() };
    if removed.edits > 0 {
        return Ok(removed);
    }
    let tables = [
        (&mut removed.held, "DELETE FROM held WHERE key IN (SELECT key FROM held WHERE source = $1 LIMIT $2)", ROWS),
        (
            &mut removed.listing_problems,
            "DELETE FROM listing_problems WHERE key IN (SELECT key FROM listing_problems WHERE source = $1 LIMIT $2)",
            ROWS,
        ),
        (&mut removed.runs, "DELETE FROM runs WHERE key IN (SELECT key FROM runs WHERE source = $1 LIMIT $2)", RUNS),
    ];
    for (count, query, most) in tables {
        let deleted = sqlx::query(query).bind(source).bind(most).execute(&mut *connection).await.doing(DOING)?;
        *count = deleted.rows_affected();
        if *count > 0 {
            break;
        }
    }
    Ok(removed)
}

/// Forgets the source itself, unless it is configured: then it goes on being harvested, and what people decided about its
/// schedule holds, as does its budget of today.
async fn forget_source(connection: &mut SqliteConnection, source: &str) -> Result<()> {
    for query in [
        "DELETE FROM interventions WHERE source = $1 AND NOT EXISTS (SELECT 1 FROM sources WHERE id = $1 AND configured)",
        "DELETE FROM requests_sent WHERE source = $1 AND NOT EXISTS (SELECT 1 FROM sources WHERE id = $1 AND configured)",
        "DELETE FROM sources WHERE id = $1 AND NOT configured",
    ] {
        sqlx::query(query).bind(source).execute(&mut *connection).await.doing(DOING)?;
    }
    Ok(())
}

pub(super) async fn erase_deleted(store: &SqliteStore) -> Result<()> {
    const DOING: &str = "taking what was deleted out of the file";
    let mut connection = store.writer()?.acquire().await.doing(DOING)?;
    // Pages keep remains of what once stood in them, in those of earlier versions of this program whole rows: a file that is
    // written anew has none. What does not fit into memory is copied to a temporary file meanwhile.
    let mut erased = Ok(());
    for statement in ["PRAGMA temp_store = FILE", "VACUUM"] {
        if erased.is_ok() {
            erased = sqlx::query(statement).execute(&mut *connection).await.doing(DOING).map(|_| ());
        }
    }
    // The connection is that of all writes: it is as it was before, whatever became of this.
    sqlx::query("PRAGMA temp_store = MEMORY").execute(&mut *connection).await.doing(DOING)?;
    erased?;
    // The log holds pages as they were until it is cut. A reader of another process keeps it for as long as it reads.
    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await.doing(DOING)?;
    let is_busy: bool = row.try_get(0).doing(DOING)?;
    if is_busy { Err(StoreError::Busy { doing: DOING }) } else { Ok(()) }
}
