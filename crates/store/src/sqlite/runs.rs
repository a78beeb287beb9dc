//! The end of a run, and what is kept of runs.

use cairn_model::DatasetId;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::rows::{IN_ONE_LIST, instant, microseconds, optional_instant, push_list};
use super::{SqliteStore, audiences, by_hand, checkpoints, held, leases, pages, problems, successors};
use crate::body::{from_json, to_json};
use crate::error::Doing;
use crate::{Lease, Result, RunOutcome, RunProblem, RunRow, Seq, StoreError, Written};

const DOING: &str = "closing a run";

/// The columns that [`run_row`] takes.
macro_rules! columns {
    () => {
        "run, source, verdict, reason, counts, holder, started, ended, reached"
    };
}

pub(super) async fn finish_run(store: &SqliteStore, lease: &Lease, outcome: RunOutcome) -> Result<Written> {
    let complete = is_complete(&outcome.verdict);
    if outcome.verdict.is_empty() || outcome.verdict == "running" {
        return Err(StoreError::Invalid("a run that ended without a verdict".to_owned()));
    }
    let retires = !outcome.retire.is_empty() || !outcome.successions.is_empty();
    if retires && !complete {
        return Err(StoreError::Invalid("a retirement by a run that did not read the whole listing".to_owned()));
    }
    let mut transaction = store.begin(DOING).await?;
    leases::give_back(&mut transaction, lease).await?;
    let mut rows = mark_missing(&mut transaction, &lease.source, outcome.missing, outcome.at).await?;
    rows += take_marks_off(&mut transaction, &lease.source, outcome.found_again).await?;
    let mut seq = pages::newest_change(&mut transaction).await?;
    let before = seq;
    for id in outcome.retire {
        if retire(&mut transaction, Some(&lease.source), id, &lease.run, seq + 1, outcome.at).await? {
            seq += 1;
            rows += 2;
        }
    }
    for succession in &outcome.successions {
        successors::keep(&mut transaction, &lease.source, succession).await?;
    }
    if seq > before {
        pages::move_newest_change(&mut transaction, seq).await?;
    }
    if complete && by_hand::has_unread_edit(&mut transaction, &lease.source).await? {
        // It is to be read by the next run, whether or not the source has changed by then.
        forget_state(&mut transaction, &lease.source).await?;
    } else if complete {
        leave_state(&mut transaction, &lease.source, outcome.state.as_deref()).await?;
    } else if rows > 0 {
        forget_state(&mut transaction, &lease.source).await?;
    }
    problems::forget(&mut transaction, &lease.source, &outcome.mended).await?;
    if !outcome.kinds.is_empty() {
        problems::keep_kinds(&mut transaction, &lease.run, &outcome.kinds).await?;
    }
    if complete || !outcome.keep_checkpoint {
        checkpoints::forget(&mut transaction, &lease.source).await?;
    }
    sqlx::query("UPDATE runs SET verdict = $2, reason = $3, counts = $4, ended = $5, reached = $6 WHERE run = $1")
        .bind(&lease.run)
        .bind(&outcome.verdict)
        .bind(&outcome.reason)
        .bind(to_json("counts", &outcome.counts)?)
        .bind(microseconds(outcome.at))
        .bind(outcome.reached)
        .execute(&mut *transaction)
        .await
        .doing(DOING)?;
    transaction.commit().await.doing(DOING)?;
    Ok(Written { seq, rows, left: 0 })
}

/// Whether a verdict says that the whole listing was read.
fn is_complete(verdict: &str) -> bool {
    matches!(verdict, "complete" | "complete_with_errors")
}

async fn mark_missing(
    connection: &mut SqliteConnection,
    source: &str,
    ids: Vec<DatasetId>,
    at: Timestamp,
) -> Result<u64> {
    let mut rows = 0;
    for ids in once_each(ids).chunks(IN_ONE_LIST) {
        let mut query = QueryBuilder::<Sqlite>::new("UPDATE records SET missing_since = coalesce(missing_since, ");
        query
            .push_bind(microseconds(at))
            .push("), missing_runs = missing_runs + 1 WHERE state = 'active' AND source = ")
            .push_bind(source)
            .push(" AND id IN ");
        push_ids(&mut query, ids);
        rows += query.build().execute(&mut *connection).await.doing(DOING)?.rows_affected();
    }
    Ok(rows)
}

async fn take_marks_off(connection: &mut SqliteConnection, source: &str, ids: Vec<DatasetId>) -> Result<u64> {
    let mut rows = 0;
    for ids in once_each(ids).chunks(IN_ONE_LIST) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "UPDATE records SET missing_since = NULL, missing_runs = 0 WHERE missing_since IS NOT NULL AND source = ",
        );
        query.push_bind(source).push(" AND id IN ");
        push_ids(&mut query, ids);
        rows += query.build().execute(&mut *connection).await.doing(DOING)?.rows_affected();
    }
    Ok(rows)
}

/// Retires a record that a person takes out of the catalogue.
pub(super) async fn retire_by_hand(
    connection: &mut SqliteConnection,
    id: DatasetId,
    actor: &str,
    at: Timestamp,
) -> Result<()> {
    let seq = pages::newest_change(connection).await? + 1;
    if retire(connection, None, id, actor, seq, at).await? {
        pages::move_newest_change(connection, seq).await?;
    }
    Ok(())
}

/// Retires a record that is active, if it is of the source that is named: its newest revision is kept once more, as that of
/// the retirement.
async fn retire(
    connection: &mut SqliteConnection,
    source: Option<&str>,
    id: DatasetId,
    made_by: &str,
    seq: Seq,
    at: Timestamp,
) -> Result<bool> {
    let retired = sqlx::query(
        "INSERT INTO revisions (seq, record, revision, at, made_by, change, body)
         SELECT $3, v.record, v.revision + 1, $4, $5, 'retired', v.body
         FROM records r JOIN revisions v ON v.seq = r.seq
         WHERE r.id = $1 AND ($2 IS NULL OR r.source = $2) AND r.state = 'active'",
    )
    .bind(id.as_bytes().as_slice())
    .bind(source)
    .bind(seq)
    .bind(microseconds(at))
    .bind(made_by)
    .execute(&mut *connection)
    .await
    .doing(DOING)?;
    if retired.rows_affected() == 0 {
        return Ok(false);
    }
    audiences::retire(connection, id, seq).await?;
    sqlx::query("UPDATE records SET state = 'retired', seq = $2, revision = revision + 1 WHERE id = $1")
        .bind(id.as_bytes().as_slice())
        .bind(seq)
        .execute(connection)
        .await
        .doing(DOING)?;
    Ok(true)
}

/// Leaves what a complete run says to the next one; one that says nothing leaves nothing.
async fn leave_state(connection: &mut SqliteConnection, source: &str, state: Option<&str>) -> Result<()> {
    let Some(state) = state else { return forget_state(connection, source).await };
    sqlx::query(
        "INSERT INTO source_states (source, state) VALUES ($1, $2)
         ON CONFLICT (source) DO UPDATE SET state = excluded.state",
    )
    .bind(source)
    .bind(state)
    .execute(connection)
    .await
    .doing(DOING)?;
    Ok(())
}

/// Forgets what the last complete run left: a listing that is as it was then would not be what the store holds.
pub(super) async fn forget_state(connection: &mut SqliteConnection, source: &str) -> Result<()> {
    sqlx::query("DELETE FROM source_states WHERE source = $1").bind(source).execute(connection).await.doing(DOING)?;
    Ok(())
}

fn push_ids(query: &mut QueryBuilder<Sqlite>, ids: &[DatasetId]) {
    push_list(query, ids, |list, id| {
        list.push_bind(id.as_bytes().as_slice());
    });
}

/// A record that is named twice is one that is marked once.
fn once_each(mut ids: Vec<DatasetId>) -> Vec<DatasetId> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

pub(super) async fn runs(store: &SqliteStore, source: Option<&str>, most: u32) -> Result<Vec<RunRow>> {
    const DOING: &str = "reading runs";
    let query = match source {
        Some(source) => {
            sqlx::query(concat!("SELECT ", columns!(), " FROM runs WHERE source = $2 ORDER BY key DESC LIMIT $1"))
                .bind(i64::from(most))
                .bind(source)
        }
        None => {
            sqlx::query(concat!("SELECT ", columns!(), " FROM runs ORDER BY key DESC LIMIT $1")).bind(i64::from(most))
        }
    };
    let rows = query.fetch_all(&store.readers).await.doing(DOING)?;
    rows.iter().map(run_row).collect()
}

pub(super) async fn run(store: &SqliteStore, source: &str, run: &str) -> Result<Option<RunRow>> {
    let row = sqlx::query(concat!("SELECT ", columns!(), " FROM runs WHERE source = $1 AND run = $2"))
        .bind(source)
        .bind(run)
        .fetch_optional(&store.readers)
        .await
        .doing("reading runs")?;
    row.as_ref().map(run_row).transpose()
}

pub(super) async fn last_complete_run(store: &SqliteStore, source: &str) -> Result<Option<RunRow>> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM runs
         WHERE source = $1 AND verdict IN ('complete', 'complete_with_errors') ORDER BY key DESC LIMIT 1"
    ))
    .bind(source)
    .fetch_optional(&store.readers)
    .await
    .doing("reading runs")?;
    row.as_ref().map(run_row).transpose()
}

pub(super) async fn unreachable_since(store: &SqliteStore, source: &str) -> Result<Option<Timestamp>> {
    const DOING: &str = "reading since when a source is not reached";
    let since = sqlx::query_scalar(
        "SELECT started FROM runs WHERE source = $1 AND reached = 0
            AND key > coalesce((SELECT max(key) FROM runs WHERE source = $1 AND reached = 1), 0)
         ORDER BY key LIMIT 1",
    )
    .bind(source)
    .fetch_optional(&store.readers)
    .await
    .doing(DOING)?;
    optional_instant(since)
}

pub(super) async fn runs_of_sources(store: &SqliteStore, sources: &[String], most: u32) -> Result<Vec<RunRow>> {
    // One parameter, however many the sources are.
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM runs
         WHERE source IN (SELECT value FROM json_each($2)) ORDER BY key DESC LIMIT $1"
    ))
    .bind(i64::from(most))
    .bind(to_json("sources", &sources)?)
    .fetch_all(&store.readers)
    .await
    .doing("reading runs")?;
    rows.iter().map(run_row).collect()
}

fn run_row(row: &SqliteRow) -> Result<RunRow> {
    const DOING: &str = "reading runs";
    Ok(RunRow {
        run: row.try_get("run").doing(DOING)?,
        source: row.try_get("source").doing(DOING)?,
        verdict: row.try_get("verdict").doing(DOING)?,
        reason: row.try_get("reason").doing(DOING)?,
        counts: from_json("counts", row.try_get("counts").doing(DOING)?)?,
        holder: row.try_get("holder").doing(DOING)?,
        started: instant(row.try_get("started").doing(DOING)?)?,
        ended: optional_instant(row.try_get("ended").doing(DOING)?)?,
        reached: row.try_get("reached").doing(DOING)?,
    })
}

pub(super) async fn run_problems(store: &SqliteStore, run: &str, most: u32) -> Result<Vec<RunProblem>> {
    const DOING: &str = "reading the problems of a run";
    let rows = sqlx::query(
        "SELECT p.source_record_id, p.problem FROM runs r JOIN run_problems p ON p.run = r.key
         WHERE r.run = $1 ORDER BY p.position LIMIT $2",
    )
    .bind(run)
    .bind(i64::from(most))
    .fetch_all(&store.readers)
    .await
    .doing(DOING)?;
    let mut problems = Vec::with_capacity(rows.len());
    for row in &rows {
        problems.push(RunProblem {
            source_record_id: row.try_get("source_record_id").doing(DOING)?,
            problem: from_json("a problem", row.try_get("problem").doing(DOING)?)?,
        });
    }
    Ok(problems)
}

pub(super) async fn forget_runs_before(store: &SqliteStore, before: Timestamp) -> Result<u64> {
    const DOING: &str = "forgetting old runs";
    let mut transaction = store.begin(DOING).await?;
    let forgotten = sqlx::query(
        // A key that stood at the end is given to another run, and keys say from when to when something was held.
        "DELETE FROM runs WHERE ended < $1 AND key < (SELECT max(key) FROM runs) AND key NOT IN
            (SELECT max(key) FROM runs WHERE verdict IN ('complete', 'complete_with_errors') GROUP BY source)
            AND key NOT IN
            (SELECT min(key) FROM runs AS silent WHERE reached = 0 AND key > coalesce(
                (SELECT max(key) FROM runs WHERE source = silent.source AND reached = 1), 0) GROUP BY source)",
    )
    .bind(microseconds(before))
    .execute(&mut *transaction)
    .await
    .doing(DOING)?;
    held::forget(&mut transaction).await?;
    transaction.commit().await.doing(DOING)?;
    Ok(forgotten.rows_affected())
}
