//! Sign-ins on their way to a provider and back.

use jiff::Timestamp;
use sqlx::Row;

use super::super::SqliteStore;
use super::super::rows::{hash, instant, microseconds};
use crate::error::Doing;
use crate::{Result, SignInRow};

const WRITING: &str = "writing a sign-in";

pub(super) async fn put(store: &SqliteStore, sign_in: SignInRow, now: Timestamp) -> Result<()> {
    let mut transaction = store.begin(WRITING).await?;
    sqlx::query("DELETE FROM sign_ins WHERE expires <= $1")
        .bind(microseconds(now))
        .execute(&mut *transaction)
        .await
        .doing(WRITING)?;
    sqlx::query(
        "INSERT INTO sign_ins (hash, provider, nonce, verifier, return_to, expires) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(sign_in.hash.as_slice())
    .bind(sign_in.provider)
    .bind(sign_in.nonce)
    .bind(sign_in.verifier)
    .bind(sign_in.return_to)
    .bind(microseconds(sign_in.expires))
    .execute(&mut *transaction)
    .await
    .doing(WRITING)?;
    transaction.commit().await.doing(WRITING)
}

pub(super) async fn take(store: &SqliteStore, state: &[u8; 32], now: Timestamp) -> Result<Option<SignInRow>> {
    let mut transaction = store.begin(WRITING).await?;
    let row = sqlx::query("DELETE FROM sign_ins WHERE hash = $1 RETURNING *")
        .bind(state.as_slice())
        .fetch_optional(&mut *transaction)
        .await
        .doing(WRITING)?;
    transaction.commit().await.doing(WRITING)?;
    let Some(row) = row else { return Ok(None) };
    let sign_in = SignInRow {
        hash: hash(row.try_get("hash").doing(WRITING)?)?,
        provider: row.try_get("provider").doing(WRITING)?,
        nonce: row.try_get("nonce").doing(WRITING)?,
        verifier: row.try_get("verifier").doing(WRITING)?,
        return_to: row.try_get("return_to").doing(WRITING)?,
        expires: instant(row.try_get("expires").doing(WRITING)?)?,
    };
    Ok((sign_in.expires > now).then_some(sign_in))
}
