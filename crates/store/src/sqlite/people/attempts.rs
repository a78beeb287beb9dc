//! Tries in vain, counted where every process and every restart sees them.

use jiff::Timestamp;
use sqlx::{Row, SqliteConnection};

use super::super::SqliteStore;
use super::super::rows::{count as counter, instant, microseconds};
use crate::error::Doing;
use crate::{AttemptLimit, Result};

const WRITING: &str = "counting a try";

/// Tries that lie this many of the longest waits back are forgotten.
const FORGOTTEN_AFTER: i32 = 2;

pub(super) async fn count(store: &SqliteStore, limits: &[AttemptLimit], now: Timestamp) -> Result<Option<Timestamp>> {
    let mut transaction = store.begin(WRITING).await?;
    forget_earlier(&mut transaction, limits, now).await?;
    let mut until = None;
    for limit in limits {
        let waits = next_try(&mut transaction, limit).await?;
        until = until.max(waits.filter(|until| *until > now));
    }
    if until.is_some() {
        return Ok(until);
    }
    for limit in limits {
        sqlx::query(
            "INSERT INTO attempts (hash, failures, last) VALUES ($1, 1, $2)
             ON CONFLICT (hash) DO UPDATE SET failures = failures + 1, last = $2",
        )
        .bind(limit.key.as_slice())
        .bind(microseconds(now))
        .execute(&mut *transaction)
        .await
        .doing(WRITING)?;
    }
    transaction.commit().await.doing(WRITING)?;
    Ok(None)
}

/// Forgets the tries of long ago, those on other things too.
async fn forget_earlier(connection: &mut SqliteConnection, limits: &[AttemptLimit], now: Timestamp) -> Result<()> {
    let Some(wait) = limits.iter().map(|limit| limit.longest_wait).max() else { return Ok(()) };
    let forgotten = now.saturating_sub(wait.saturating_mul(FORGOTTEN_AFTER)).unwrap_or(Timestamp::MIN);
    sqlx::query("DELETE FROM attempts WHERE last <= $1")
        .bind(microseconds(forgotten))
        .execute(connection)
        .await
        .doing(WRITING)?;
    Ok(())
}

/// Until when the next try waits.
async fn next_try(connection: &mut SqliteConnection, limit: &AttemptLimit) -> Result<Option<Timestamp>> {
    let row = sqlx::query("SELECT failures, last FROM attempts WHERE hash = $1")
        .bind(limit.key.as_slice())
        .fetch_optional(connection)
        .await
        .doing(WRITING)?;
    let Some(row) = row else { return Ok(None) };
    let failures = counter(row.try_get("failures").doing(WRITING)?)?;
    Ok(limit.waits_until(failures, instant(row.try_get("last").doing(WRITING)?)?))
}

pub(super) async fn forget(store: &SqliteStore, keys: &[[u8; 32]]) -> Result<()> {
    let mut transaction = store.begin(WRITING).await?;
    for key in keys {
        sqlx::query("DELETE FROM attempts WHERE hash = $1")
            .bind(key.as_slice())
            .execute(&mut *transaction)
            .await
            .doing(WRITING)?;
    }
    transaction.commit().await.doing(WRITING)
}
