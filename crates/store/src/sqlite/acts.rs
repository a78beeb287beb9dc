//! The log of acts: it is only added to, and triggers keep it so.

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::SqliteStore;
use super::rows::{count, instant, microseconds};
use crate::acts::BEGINNING;
use crate::error::Doing;
use crate::{Act, ActFilter, NewAct, Result};

const WRITING: &str = "writing the log of acts";
const READING: &str = "reading the log of acts";

pub(super) async fn log_acts(store: &SqliteStore, acts: &[NewAct]) -> Result<()> {
    let mut transaction = store.begin(WRITING).await?;
    for act in acts {
        add(&mut transaction, act.clone()).await?;
    }
    transaction.commit().await.doing(WRITING)
}

/// Adds a line inside the transaction of what it tells of.
pub(super) async fn add(connection: &mut SqliteConnection, act: NewAct) -> Result<()> {
    let last = sqlx::query("SELECT number, hash FROM acts ORDER BY number DESC LIMIT 1")
        .fetch_optional(&mut *connection)
        .await
        .doing(WRITING)?;
    let (number, previous) = match last {
        Some(row) => (row.try_get("number").doing(WRITING)?, row.try_get("hash").doing(WRITING)?),
        None => (0, BEGINNING.to_owned()),
    };
    let line = Act::chained(act, number + 1, &previous);
    sqlx::query(
        "INSERT INTO acts (number, at, actor, act, subject, version, reason, refused, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(line.number)
    .bind(microseconds(line.at))
    .bind(line.actor)
    .bind(line.act)
    .bind(line.subject)
    .bind(line.version)
    .bind(line.reason)
    .bind(line.refused)
    .bind(line.hash)
    .execute(connection)
    .await
    .doing(WRITING)?;
    Ok(())
}

/// Copies the lines of the time before the chain into it, and drops the table that they stood in.
pub(super) async fn chain_earlier(connection: &mut SqliteConnection) -> Result<()> {
    let rows = sqlx::query("SELECT at, actor, act, subject FROM acts_before_the_chain ORDER BY key")
        .fetch_all(&mut *connection)
        .await
        .doing(WRITING)?;
    for row in &rows {
        let at = instant(row.try_get("at").doing(READING)?)?;
        let text = |column: &str| row.try_get::<String, _>(column).doing(READING);
        add(connection, NewAct::new(at, text("actor")?, text("act")?, text("subject")?)).await?;
    }
    sqlx::query("DROP TABLE acts_before_the_chain").execute(connection).await.doing(WRITING)?;
    Ok(())
}

pub(super) async fn acts_that(store: &SqliteStore, filter: &ActFilter, most: u32) -> Result<Vec<Act>> {
    let ActFilter { actor, act: what, subject, since, before } = filter;
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT number, at, actor, act, subject, version, reason, refused, hash FROM acts WHERE number < ",
    );
    query.push_bind(before.unwrap_or(i64::MAX));
    for (column, wanted) in [("actor", actor), ("act", what), ("subject", subject)] {
        if let Some(wanted) = wanted {
            query.push(format_args!(" AND {column} = ")).push_bind(wanted);
        }
    }
    if let Some(since) = since {
        query.push(" AND at >= ").push_bind(microseconds(*since));
    }
    query.push(" ORDER BY number DESC LIMIT ").push_bind(i64::from(most));
    let rows = query.build().fetch_all(&store.readers).await.doing(READING)?;
    rows.iter().map(act).collect()
}

pub(super) async fn acts_after(store: &SqliteStore, after: i64, most: u32) -> Result<Vec<Act>> {
    let rows = sqlx::query("SELECT number, at, actor, act, subject, version, reason, refused, hash FROM acts WHERE number > $1 ORDER BY number LIMIT $2")
        .bind(after)
        .bind(i64::from(most))
        .fetch_all(&store.readers)
        .await
        .doing(READING)?;
    rows.iter().map(act).collect()
}

fn act(row: &SqliteRow) -> Result<Act> {
    let version: Option<i64> = row.try_get("version").doing(READING)?;
    Ok(Act {
        number: row.try_get("number").doing(READING)?,
        at: instant(row.try_get("at").doing(READING)?)?,
        actor: row.try_get("actor").doing(READING)?,
        act: row.try_get("act").doing(READING)?,
        subject: row.try_get("subject").doing(READING)?,
        version: version.map(count).transpose()?,
        reason: row.try_get("reason").doing(READING)?,
        refused: row.try_get("refused").doing(READING)?,
        hash: row.try_get("hash").doing(READING)?,
    })
}
