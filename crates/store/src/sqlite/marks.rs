//! Marks in a temporary table: `SQLite` keeps it in memory while it is small, and else in a file that has no name any more.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use sqlx::{ConnectOptions, QueryBuilder, Row, Sqlite, SqliteConnection};

use super::checkpoints::ID;
use super::rows::{count, dataset_id, optional_instant};
use super::{SqliteStore, open};
use crate::body::to_json;
use crate::error::Doing;
use crate::{Marked, MarkedId, MarkedRecord, Marks, Result, StoreError};

/// What stands in the message when the temporary file cannot grow.
const DOING: &str = "noting in a temporary file what a run has met";

/// Extended result codes of SQLite for a temporary file that cannot be made (<https://www.sqlite.org/rescode.html>).
const CANNOT_OPEN: &str = "14";
const NO_TEMPORARY_FOLDER: &str = "6410";

/// The table, in the connection's own temporary database: no journal, as nothing of it outlives a failure, and a cache of
/// 4 MiB.
const TABLE: &str = "
    PRAGMA temp.journal_mode = OFF;
    PRAGMA temp.cache_size = -4096;
    CREATE TEMP TABLE marks (id BLOB PRIMARY KEY, marks INTEGER NOT NULL) WITHOUT ROWID;
";

/// Puts marks in the place of those that ids had.
const SET: &str = "
    INSERT INTO temp.marks (id, marks) SELECT unhex(key), value FROM json_each($1) WHERE true
    ON CONFLICT (id) DO UPDATE SET marks = excluded.marks";

/// Adds marks to those that ids had.
const ADD: &str = "
    INSERT INTO temp.marks (id, marks) SELECT unhex(key), value FROM json_each($1) WHERE true
    ON CONFLICT (id) DO UPDATE SET marks = marks | excluded.marks";

/// Parts of a listing that are read at once, each of a page.
const PARTS_AT_ONCE: i64 = 16;

/// A connection that may only read the store, and whose temporary table holds the marks.
struct SqliteMarks {
    connection: SqliteConnection,
}

pub(super) async fn open_marks(store: &SqliteStore) -> Result<Box<dyn Marks>> {
    let options = open::connection(&store.path)
        .read_only(true)
        // Unlike what is sorted for an answer, marks may be many.
        .pragma("temp_store", "FILE")
        .pragma("cache_size", "-2000");
    let mut connection = options.connect().await.doing(DOING)?;
    noting(sqlx::raw_sql(TABLE).execute(&mut connection).await)?;
    let most = store.marks_limit.load(Ordering::SeqCst);
    if most > 0 {
        let mut limit = QueryBuilder::<Sqlite>::new("PRAGMA temp.max_page_count = ");
        limit.push(most).build().fetch_one(&mut connection).await.doing(DOING)?;
    }
    Ok(Box::new(SqliteMarks { connection }))
}

/// Tells a failure of the temporary file for what it is: it is no file of the store.
fn noting<T>(result: sqlx::Result<T>) -> Result<T> {
    result.map_err(|error| {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        if matches!(code.as_deref(), Some(CANNOT_OPEN | NO_TEMPORARY_FOLDER)) {
            let reason = "no file can be made in the folder for temporary files: let `SQLITE_TMPDIR` name a folder that this \
                          user may write";
            return StoreError::Storage { doing: DOING, reason: reason.to_owned() };
        }
        crate::error::from_database(&error, DOING)
    })
}

#[async_trait]
impl Marks for SqliteMarks {
    async fn get(&mut self, ids: &[MarkedId]) -> Result<HashMap<MarkedId, u8>> {
        let ids = to_json("ids", &ids.iter().map(hex::encode).collect::<Vec<String>>())?;
        let rows: Vec<(Vec<u8>, u8)> = noting(
            sqlx::query_as("SELECT id, marks FROM temp.marks WHERE id IN (SELECT unhex(value) FROM json_each($1))")
                .bind(ids)
                .fetch_all(&mut self.connection)
                .await,
        )?;
        rows.into_iter().map(|(id, marks)| Ok((*dataset_id(&id)?.as_bytes(), marks))).collect()
    }

    async fn set(&mut self, marks: Vec<(MarkedId, u8)>) -> Result<()> {
        put(&mut self.connection, SET, &marks).await
    }

    async fn having(&mut self, bits: u8, after: MarkedId, limit: u32) -> Result<Vec<(MarkedId, u8)>> {
        let rows: Vec<(Vec<u8>, u8)> = noting(
            sqlx::query_as("SELECT id, marks FROM temp.marks WHERE id > $1 AND marks & $2 = $2 ORDER BY id LIMIT $3")
                .bind(after.as_slice())
                .bind(bits)
                .bind(limit)
                .fetch_all(&mut self.connection)
                .await,
        )?;
        rows.into_iter().map(|(id, marks)| Ok((*dataset_id(&id)?.as_bytes(), marks))).collect()
    }

    async fn mark_listed(&mut self, source: &str, bits: u8) -> Result<()> {
        const READING: &str = "reading what an interrupted run listed";
        let mut after = 0_i64;
        loop {
            let parts: Vec<(i64, Vec<u8>)> =
                sqlx::query_as("SELECT part, ids FROM listed WHERE source = $1 AND part > $2 ORDER BY part LIMIT $3")
                    .bind(source)
                    .bind(after)
                    .bind(PARTS_AT_ONCE)
                    .fetch_all(&mut self.connection)
                    .await
                    .doing(READING)?;
            let Some((last, _)) = parts.last() else { return Ok(()) };
            after = *last;
            for (_, ids) in parts {
                let mut listed = Vec::with_capacity(ids.len() / ID);
                for id in ids.chunks(ID) {
                    listed.push((*dataset_id(id)?.as_bytes(), bits));
                }
                put(&mut self.connection, ADD, &listed).await?;
            }
        }
    }

    async fn mark_newcomers(&mut self, source: &str, bits: u8) -> Result<u64> {
        let marked = sqlx::query(
            "INSERT INTO temp.marks (id, marks)
             SELECT DISTINCT r.id, $2 FROM records r JOIN revisions v ON v.record = r.key JOIN runs n ON n.run = v.made_by
             WHERE r.source = $1 AND r.state = 'active' AND v.change IN ('created', 'restored') AND n.key >
                (SELECT max(key) FROM runs WHERE source = $1 AND verdict IN ('complete', 'complete_with_errors'))
             ON CONFLICT (id) DO UPDATE SET marks = marks | excluded.marks",
        )
        .bind(source)
        .bind(bits)
        .execute(&mut self.connection)
        .await;
        Ok(noting(marked)?.rows_affected())
    }

    async fn records(&mut self, source: &str, asked: Marked, after: &str, limit: u32) -> Result<Vec<MarkedRecord>> {
        const READING: &str = "reading the records of a source";
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT r.id, r.source_record_id, r.missing_since, r.missing_runs, coalesce(m.marks, 0) AS marks",
        );
        push_asked(&mut query, source, asked);
        query.push(" AND r.source_record_id > ").push_bind(after);
        query.push(" ORDER BY r.source_record_id LIMIT ").push_bind(limit);
        let rows = noting(query.build().fetch_all(&mut self.connection).await)?;
        let mut records = Vec::with_capacity(rows.len());
        for row in &rows {
            records.push(MarkedRecord {
                id: dataset_id(row.try_get("id").doing(READING)?)?,
                source_record_id: row.try_get("source_record_id").doing(READING)?,
                missing_since: optional_instant(row.try_get("missing_since").doing(READING)?)?,
                missing_runs: count(row.try_get("missing_runs").doing(READING)?)?,
                marks: row.try_get("marks").doing(READING)?,
            });
        }
        Ok(records)
    }

    async fn count(&mut self, source: &str, asked: Marked) -> Result<u64> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*)");
        push_asked(&mut query, source, asked);
        let records: i64 = noting(query.build_query_scalar().fetch_one(&mut self.connection).await)?;
        Ok(records.unsigned_abs())
    }
}

/// Writes from where records are taken, and which.
fn push_asked(query: &mut QueryBuilder<Sqlite>, source: &str, asked: Marked) {
    query.push(" FROM records r LEFT JOIN temp.marks m ON m.id = r.id WHERE r.state = 'active' AND r.source = ");
    query.push_bind(source.to_owned());
    if asked.missing {
        query.push(" AND r.missing_since IS NOT NULL");
    }
    query.push(" AND ((coalesce(m.marks, 0) & ").push_bind(asked.bits).push(") = ").push_bind(asked.value);
    query.push(") = ").push_bind(asked.is);
}

/// Puts ids with their marks, by one parameter however many there are: one for each would cost several times as much.
async fn put(connection: &mut SqliteConnection, statement: &'static str, marks: &[(MarkedId, u8)]) -> Result<()> {
    // In the order of the ids, so that neighbours come one behind the other; of an id that stands there twice, the last.
    let marks: BTreeMap<String, u8> = marks.iter().map(|(id, marks)| (hex::encode(id), *marks)).collect();
    let put = sqlx::query(statement).bind(to_json("marks", &marks)?).execute(connection).await;
    noting(put).map(|_| ())
}
