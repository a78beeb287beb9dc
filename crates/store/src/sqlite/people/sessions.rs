//! Sessions: the row of one is there for as long as it goes on.

use jiff::Timestamp;
use sqlx::{Row, SqliteConnection};

use super::super::rows::{instant, microseconds};
use super::super::{SqliteStore, acts};
use super::accounts;
use crate::error::Doing;
use crate::{NewAct, NewSession, Result, SessionRow};

const WRITING: &str = "writing a session";
const READING: &str = "reading a session";
const DAY_IN_MICROSECONDS: i64 = 24 * 60 * 60 * 1_000_000;

pub(super) async fn begin(store: &SqliteStore, session: NewSession) -> Result<bool> {
    let now = microseconds(session.created);
    let mut transaction = store.begin(WRITING).await?;
    sqlx::query("DELETE FROM sessions WHERE expires <= $1")
        .bind(now)
        .execute(&mut *transaction)
        .await
        .doing(WRITING)?;
    let is_open = sqlx::query("UPDATE people SET signed_in = $2 WHERE id = $1 AND closed IS NULL")
        .bind(&session.person)
        .bind(now - now.rem_euclid(DAY_IN_MICROSECONDS))
        .execute(&mut *transaction)
        .await
        .doing(WRITING)?;
    if is_open.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO sessions (hash, person, created, seen, expires) VALUES ($1, $2, $3, $3, $4)")
        .bind(session.hash.as_slice())
        .bind(&session.person)
        .bind(now)
        .bind(microseconds(session.expires))
        .execute(&mut *transaction)
        .await
        .doing(WRITING)?;
    add_act(&mut transaction, &session.person, "person.sign-in", session.created).await?;
    transaction.commit().await.doing(WRITING)?;
    Ok(true)
}

pub(super) async fn session(
    store: &SqliteStore,
    hash: &[u8; 32],
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<SessionRow>> {
    let row = sqlx::query(
        "SELECT p.*, s.seen FROM sessions s JOIN people p ON p.id = s.person
         WHERE s.hash = $1 AND s.expires > $2 AND s.seen > $3 AND p.closed IS NULL",
    )
    .bind(hash.as_slice())
    .bind(microseconds(now))
    .bind(microseconds(idle_since))
    .fetch_optional(&store.readers)
    .await
    .doing(READING)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(SessionRow { person: accounts::read(&row)?, seen: instant(row.try_get("seen").doing(READING)?)? }))
}

pub(super) async fn touch(store: &SqliteStore, hash: &[u8; 32], now: Timestamp) -> Result<()> {
    let mut transaction = store.begin(WRITING).await?;
    sqlx::query("UPDATE sessions SET seen = max(seen, $2) WHERE hash = $1")
        .bind(hash.as_slice())
        .bind(microseconds(now))
        .execute(&mut *transaction)
        .await
        .doing(WRITING)?;
    transaction.commit().await.doing(WRITING)
}

pub(super) async fn end(store: &SqliteStore, hash: &[u8; 32], now: Timestamp) -> Result<bool> {
    let mut transaction = store.begin(WRITING).await?;
    let person: Option<String> = sqlx::query_scalar("DELETE FROM sessions WHERE hash = $1 RETURNING person")
        .bind(hash.as_slice())
        .fetch_optional(&mut *transaction)
        .await
        .doing(WRITING)?;
    let Some(person) = person else { return Ok(false) };
    add_act(&mut transaction, &person, "person.sign-out", now).await?;
    transaction.commit().await.doing(WRITING)?;
    Ok(true)
}

/// Ends the sessions of a person, but for one.
pub(super) async fn end_all_of(connection: &mut SqliteConnection, person: &str, kept: Option<&[u8; 32]>) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE person = $1 AND ($2 IS NULL OR hash != $2)")
        .bind(person)
        .bind(kept.map(<[u8; 32]>::as_slice))
        .execute(connection)
        .await
        .doing(WRITING)?;
    Ok(())
}

async fn add_act(connection: &mut SqliteConnection, person: &str, act: &str, at: Timestamp) -> Result<()> {
    acts::add(connection, NewAct::new(at, format!("person:{person}"), act, person)).await
}
