//! What waits until a person confirms it, from the run that met it first to the run that met it no more.

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::SqliteStore;
use super::rows::{IN_ONE_LIST, insert, push_list};
use crate::body::{from_json, to_json};
use crate::error::{Doing, damaged};
use crate::{Held, HeldKind, Lease, Result, StoreError};

const DOING: &str = "keeping what waits for confirmation";
const READING: &str = "reading what waits for confirmation";

/// Keeps what a page holds and lets go what it does not any more, in the transaction of the page.
pub(super) async fn keep(
    connection: &mut SqliteConnection,
    lease: &Lease,
    held: Vec<Held>,
    mut released: Vec<(HeldKind, String)>,
) -> Result<()> {
    if held.is_empty() && released.is_empty() {
        return Ok(());
    }
    let run: i64 = sqlx::query_scalar("SELECT key FROM runs WHERE run = $1")
        .bind(&lease.run)
        .fetch_one(&mut *connection)
        .await
        .doing(DOING)?;
    // What is held of a record takes the place of what was, so a page that is written twice leaves the same.
    released.extend(held.iter().map(|one| (one.kind, one.source_record_id.clone())));
    for kind in [HeldKind::Loosening, HeldKind::Removal, HeldKind::Vanished] {
        let of_kind = released.iter().filter(|(one, _)| *one == kind);
        let ids: Vec<&str> = of_kind.map(|(_, id)| id.as_str()).collect();
        for ids in ids.chunks(IN_ONE_LIST) {
            release(connection, &lease.source, run, kind, ids).await?;
        }
    }
    let mut rows = Vec::with_capacity(held.len());
    for one in held {
        rows.push((kind_code(one.kind), one.source_record_id, to_json("a problem", &one.problem)?));
    }
    insert(
        connection,
        "INSERT INTO held (source, kind, source_record_id, problem, first_run) ",
        rows,
        "",
        |columns, (kind, source_record_id, problem)| {
            columns
                .push_bind(&lease.source)
                .push_bind(kind)
                .push_bind(source_record_id)
                .push_bind(problem)
                .push_bind(run);
        },
    )
    .await
    .doing(DOING)
}

async fn release(
    connection: &mut SqliteConnection,
    source: &str,
    run: i64,
    kind: HeldKind,
    ids: &[&str],
) -> Result<()> {
    // What this very run held first is listed by no other one.
    let mut query = QueryBuilder::<Sqlite>::new("DELETE FROM held WHERE first_run = ");
    query.push_bind(run).push(" AND ");
    push_still_held(&mut query, source, kind, ids);
    query.build().execute(&mut *connection).await.doing(DOING)?;
    let mut query = QueryBuilder::<Sqlite>::new("UPDATE held SET released_by = ");
    query.push_bind(run).push(" WHERE ");
    push_still_held(&mut query, source, kind, ids);
    query.build().execute(connection).await.doing(DOING)?;
    Ok(())
}

fn push_still_held(query: &mut QueryBuilder<Sqlite>, source: &str, kind: HeldKind, ids: &[&str]) {
    query.push("released_by IS NULL AND source = ").push_bind(source.to_owned());
    query.push(" AND kind = ").push_bind(kind_code(kind)).push(" AND source_record_id IN ");
    push_list(query, ids, |list, id| {
        list.push_bind((*id).to_owned());
    });
}

pub(super) async fn held_now(store: &SqliteStore, source: &str) -> Result<Vec<Held>> {
    let rows = sqlx::query(
        "SELECT kind, source_record_id, problem FROM held WHERE source = $1 AND released_by IS NULL ORDER BY key",
    )
    .bind(source)
    .fetch_all(&store.readers)
    .await
    .doing(READING)?;
    rows.iter().map(held).collect()
}

pub(super) async fn held_by(store: &SqliteStore, run: &str) -> Result<Vec<Held>> {
    let rows = sqlx::query(
        "SELECT h.kind, h.source_record_id, h.problem FROM runs r JOIN held h ON h.source = r.source
         WHERE r.run = $1 AND h.first_run <= r.key AND (h.released_by IS NULL OR h.released_by > r.key) ORDER BY h.key",
    )
    .bind(run)
    .fetch_all(&store.readers)
    .await
    .doing(READING)?;
    rows.iter().map(held).collect()
}

/// Forgets what no run that is still known lists.
pub(super) async fn forget(connection: &mut SqliteConnection) -> Result<()> {
    sqlx::query(
        "DELETE FROM held WHERE released_by IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM runs WHERE runs.source = held.source AND key >= first_run AND key < released_by)",
    )
    .execute(connection)
    .await
    .doing(DOING)?;
    Ok(())
}

fn held(row: &SqliteRow) -> Result<Held> {
    Ok(Held {
        kind: kind(row.try_get("kind").doing(READING)?)?,
        source_record_id: row.try_get("source_record_id").doing(READING)?,
        problem: from_json("a problem", row.try_get("problem").doing(READING)?)?,
    })
}

fn kind_code(kind: HeldKind) -> &'static str {
    match kind {
        HeldKind::Loosening => "loosening",
        HeldKind::Removal => "removal",
        HeldKind::Vanished => "vanished",
    }
}

fn kind(text: &str) -> std::result::Result<HeldKind, StoreError> {
    match text {
        "loosening" => Ok(HeldKind::Loosening),
        "removal" => Ok(HeldKind::Removal),
        "vanished" => Ok(HeldKind::Vanished),
        other => Err(damaged("what waits for confirmation", other)),
    }
}
