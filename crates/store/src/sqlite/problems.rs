//! Problems of what a source lists that belong to no record in the catalogue: how it stands now.

use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::SqliteStore;
use super::rows::{IN_ONE_LIST, insert, push_list};
use crate::body::{from_json, to_json};
use crate::error::{Doing, damaged};
use crate::{ListingProblem, ListingProblemMark, MOST_LISTING_PROBLEMS, ProblemKind, Result, RunProblem};

const DOING: &str = "keeping the problems of a listing";
const READING: &str = "reading the problems of a listing";

/// Keeps what a page met, in the transaction of the page. What is met again as it was writes no row.
pub(super) async fn keep(connection: &mut SqliteConnection, source: &str, problems: &[RunProblem]) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(problems.len());
    for row in problems {
        rows.push((row.place(), row.source_record_id.clone(), to_json("a problem", &row.problem)?));
    }
    insert(
        &mut *connection,
        "INSERT INTO listing_problems (source, place, source_record_id, problem) ",
        rows,
        " ON CONFLICT (source, place) DO UPDATE SET problem = excluded.problem WHERE problem <> excluded.problem",
        |columns, (place, source_record_id, problem)| {
            columns.push_bind(source).push_bind(place.to_vec()).push_bind(source_record_id).push_bind(problem);
        },
    )
    .await
    .doing(DOING)?;
    // What was met first gives way.
    sqlx::query(
        "DELETE FROM listing_problems WHERE source = $1 AND key <=
            (SELECT key FROM listing_problems WHERE source = $1 ORDER BY key DESC LIMIT 1 OFFSET $2)",
    )
    .bind(source)
    .bind(i64::from(MOST_LISTING_PROBLEMS))
    .execute(connection)
    .await
    .doing(DOING)?;
    Ok(())
}

/// Forgets what the source has mended, in the transaction that closes the run.
pub(super) async fn forget(connection: &mut SqliteConnection, source: &str, keys: &[i64]) -> Result<()> {
    for keys in keys.chunks(IN_ONE_LIST) {
        let mut query = QueryBuilder::<Sqlite>::new("DELETE FROM listing_problems WHERE source = ");
        query.push_bind(source).push(" AND key IN ");
        push_list(&mut query, keys, |list, key| {
            list.push_bind(*key);
        });
        query.build().execute(&mut *connection).await.doing(DOING)?;
    }
    Ok(())
}

pub(super) async fn listing_problems(
    store: &SqliteStore,
    source: &str,
    after: i64,
    most: u32,
) -> Result<Vec<ListingProblem>> {
    let rows = sqlx::query(
        "SELECT key, source_record_id, problem FROM listing_problems
         WHERE source = $1 AND key > $2 ORDER BY key LIMIT $3",
    )
    .bind(source)
    .bind(after)
    .bind(i64::from(most))
    .fetch_all(&store.readers)
    .await
    .doing(READING)?;
    let mut problems = Vec::with_capacity(rows.len());
    for row in &rows {
        problems.push(ListingProblem {
            key: row.try_get("key").doing(READING)?,
            problem: RunProblem {
                source_record_id: row.try_get("source_record_id").doing(READING)?,
                problem: from_json("a problem", row.try_get("problem").doing(READING)?)?,
            },
        });
    }
    Ok(problems)
}

pub(super) async fn listing_problem_marks(store: &SqliteStore, source: &str) -> Result<Vec<ListingProblemMark>> {
    let rows = sqlx::query("SELECT key, place, source_record_id FROM listing_problems WHERE source = $1 ORDER BY key")
        .bind(source)
        .fetch_all(&store.readers)
        .await
        .doing(READING)?;
    let mut marks = Vec::with_capacity(rows.len());
    for row in &rows {
        let place: &[u8] = row.try_get("place").doing(READING)?;
        marks.push(ListingProblemMark {
            key: row.try_get("key").doing(READING)?,
            place: place.try_into().map_err(|error| damaged("the place of a problem", error))?,
            source_record_id: row.try_get("source_record_id").doing(READING)?,
        });
    }
    Ok(marks)
}

pub(super) async fn problem_kinds(store: &SqliteStore, run: &str) -> Result<Vec<ProblemKind>> {
    let kinds: Option<String> = sqlx::query_scalar("SELECT problem_kinds FROM runs WHERE run = $1")
        .bind(run)
        .fetch_optional(&store.readers)
        .await
        .doing("reading the problems of a run")?;
    kinds.map_or_else(|| Ok(Vec::new()), |text| from_json("the kinds of problems", &text))
}

/// Says of which kinds the problems of a run are so far.
pub(super) async fn keep_kinds(connection: &mut SqliteConnection, run: &str, kinds: &[ProblemKind]) -> Result<()> {
    sqlx::query("UPDATE runs SET problem_kinds = $2 WHERE run = $1")
        .bind(run)
        .bind(to_json("the kinds of problems", &kinds)?)
        .execute(connection)
        .await
        .doing(DOING)?;
    Ok(())
}
