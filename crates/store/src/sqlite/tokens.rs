//! Tokens. Only the hash of a secret is kept, and no answer holds it.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::rows::{instant, microseconds, optional_instant};
use super::{SqliteStore, acts};
use crate::body::{from_json, to_json};
use crate::error::Doing;
use crate::{NewAct, NewToken, Result, StoreError, TokenRow};

/// Random bytes of a token's id, which people type to revoke it.
const ID_BYTES: usize = 6;

const WRITING: &str = "writing a token";

/// The columns that [`token_row`] takes.
macro_rules! columns {
    () => {
        "id, prefix, organisation, member_groups, role, person, created, expires, revoked"
    };
}

pub(super) async fn put_token(store: &SqliteStore, token: NewToken, actor: &str) -> Result<TokenRow> {
    let mut transaction = store.begin(WRITING).await?;
    let row = add(&mut transaction, token, actor).await?;
    transaction.commit().await.doing(WRITING)?;
    Ok(row)
}

pub(super) async fn put_personal_token(
    store: &SqliteStore,
    token: NewToken,
    most: u32,
    actor: &str,
) -> Result<Option<TokenRow>> {
    let mut transaction = store.begin(WRITING).await?;
    let live: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM tokens WHERE person = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)",
    )
    .bind(&token.person)
    .bind(microseconds(token.created))
    .fetch_one(&mut *transaction)
    .await
    .doing(WRITING)?;
    if live >= i64::from(most) {
        return Ok(None);
    }
    let row = add(&mut transaction, token, actor).await?;
    transaction.commit().await.doing(WRITING)?;
    Ok(Some(row))
}

async fn add(connection: &mut SqliteConnection, token: NewToken, actor: &str) -> Result<TokenRow> {
    let mut id = [0; ID_BYTES];
    getrandom::fill(&mut id).map_err(|error| StoreError::Storage { doing: WRITING, reason: error.to_string() })?;
    let id = hex::encode(id);
    let row = sqlx::query(
        "INSERT INTO tokens (id, hash, prefix, organisation, member_groups, role, created, expires, person)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         RETURNING id, prefix, organisation, member_groups, role, person, created, expires, revoked",
    )
    .bind(&id)
    .bind(token.hash.as_slice())
    .bind(token.prefix)
    .bind(token.organisation)
    .bind(to_json("groups", &token.groups)?)
    .bind(token.role)
    .bind(microseconds(token.created))
    .bind(token.expires.map(microseconds))
    .bind(token.person)
    .fetch_one(&mut *connection)
    .await
    .doing(WRITING)?;
    acts::add(connection, NewAct::new(token.created, actor, "token.create", &*id)).await?;
    token_row(&row)
}

pub(super) async fn token_by_hash(store: &SqliteStore, hash: &[u8; 32], now: Timestamp) -> Result<Option<TokenRow>> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM tokens t
         WHERE hash = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)
           AND (person IS NULL OR EXISTS (SELECT 1 FROM people p WHERE p.id = t.person AND p.closed IS NULL))"
    ))
    .bind(hash.as_slice())
    .bind(microseconds(now))
    .fetch_optional(&store.readers)
    .await
    .doing("reading a token")?;
    row.as_ref().map(token_row).transpose()
}

pub(super) async fn token(store: &SqliteStore, id: &str) -> Result<Option<TokenRow>> {
    let row = sqlx::query(concat!("SELECT ", columns!(), " FROM tokens WHERE id = $1"))
        .bind(id)
        .fetch_optional(&store.readers)
        .await
        .doing("reading a token")?;
    row.as_ref().map(token_row).transpose()
}

pub(super) async fn tokens(store: &SqliteStore) -> Result<Vec<TokenRow>> {
    let rows = sqlx::query(concat!("SELECT ", columns!(), " FROM tokens ORDER BY key DESC"))
        .fetch_all(&store.readers)
        .await
        .doing("reading tokens")?;
    rows.iter().map(token_row).collect()
}

pub(super) async fn tokens_of(
    store: &SqliteStore,
    person: Option<&str>,
    organisation: Option<&str>,
) -> Result<Vec<TokenRow>> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM tokens
         WHERE person = $1 OR organisation = $2 ORDER BY key DESC"
    ))
    .bind(person)
    .bind(organisation)
    .fetch_all(&store.readers)
    .await
    .doing("reading tokens")?;
    rows.iter().map(token_row).collect()
}

pub(super) async fn forget_before(store: &SqliteStore, instant: Timestamp) -> Result<u64> {
    const DOING: &str = "forgetting tokens";
    let mut transaction = store.begin(DOING).await?;
    let forgotten = sqlx::query("DELETE FROM tokens WHERE revoked < $1 OR expires < $1")
        .bind(microseconds(instant))
        .execute(&mut *transaction)
        .await
        .doing(DOING)?
        .rows_affected();
    transaction.commit().await.doing(DOING)?;
    Ok(forgotten)
}

pub(super) async fn revoke_token(store: &SqliteStore, id: &str, actor: &str, now: Timestamp) -> Result<bool> {
    const DOING: &str = "revoking a token";
    let mut transaction = store.begin(DOING).await?;
    let revoked = sqlx::query(
        "UPDATE tokens SET revoked = $2 WHERE id = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)",
    )
    .bind(id)
    .bind(microseconds(now))
    .execute(&mut *transaction)
    .await
    .doing(DOING)?;
    let is_revoked = revoked.rows_affected() == 1;
    if is_revoked {
        acts::add(&mut transaction, NewAct::new(now, actor, "token.revoke", id)).await?;
    }
    transaction.commit().await.doing(DOING)?;
    Ok(is_revoked)
}

fn token_row(row: &SqliteRow) -> Result<TokenRow> {
    const DOING: &str = "reading tokens";
    Ok(TokenRow {
        id: row.try_get("id").doing(DOING)?,
        prefix: row.try_get("prefix").doing(DOING)?,
        organisation: row.try_get("organisation").doing(DOING)?,
        groups: from_json("the groups of a token", row.try_get("member_groups").doing(DOING)?)?,
        role: row.try_get("role").doing(DOING)?,
        person: row.try_get("person").doing(DOING)?,
        created: instant(row.try_get("created").doing(DOING)?)?,
        expires: optional_instant(row.try_get("expires").doing(DOING)?)?,
        revoked: optional_instant(row.try_get("revoked").doing(DOING)?)?,
    })
}
