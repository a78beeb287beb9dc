//! The log of what people did: it is only added to, and triggers keep it so.

use jiff::Timestamp;
use sqlx::{Row, SqliteConnection};

use super::SqliteStore;
use super::rows::{instant, microseconds};
use crate::error::Doing;
use crate::{Act, Result};

const DOING: &str = "writing the log of acts";

pub(super) async fn log_act(store: &SqliteStore, at: Timestamp, actor: &str, act: &str, subject: &str) -> Result<()> {
    let mut transaction = store.begin(DOING).await?;
    add(&mut transaction, at, actor, act, subject).await?;
    transaction.commit().await.doing(DOING)
}

/// Adds a line inside the transaction of what it tells of.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    at: Timestamp,
    actor: &str,
    act: &str,
    subject: &str,
) -> Result<()> {
    sqlx::query("INSERT INTO acts (at, actor, act, subject) VALUES ($1, $2, $3, $4)")
        .bind(microseconds(at))
        .bind(actor)
        .bind(act)
        .bind(subject)
        .execute(connection)
        .await
        .doing(DOING)?;
    Ok(())
}

pub(super) async fn acts(store: &SqliteStore, most: u32) -> Result<Vec<Act>> {
    const DOING: &str = "reading the log of acts";
    let rows = sqlx::query("SELECT at, actor, act, subject FROM acts ORDER BY key DESC LIMIT $1")
        .bind(i64::from(most))
        .fetch_all(&store.readers)
        .await
        .doing(DOING)?;
    let mut acts = Vec::with_capacity(rows.len());
    for row in &rows {
        acts.push(Act {
            at: instant(row.try_get("at").doing(DOING)?)?,
            actor: row.try_get("actor").doing(DOING)?,
            act: row.try_get("act").doing(DOING)?,
            subject: row.try_get("subject").doing(DOING)?,
        });
    }
    Ok(acts)
}
