//! Accounts.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::super::rows::{instant, microseconds, optional_instant};
use super::super::{SqliteStore, acts};
use super::sessions;
use crate::error::Doing;
use crate::people::{EndedSessions, PersonChange};
use crate::{DecidePerson, PersonAmendment, PersonLoaded, PersonRow, Result};

const READING: &str = "reading people";
const WRITING: &str = "writing people";

pub(super) async fn person(store: &SqliteStore, id: &str) -> Result<Option<PersonRow>> {
    let mut connection = store.readers.acquire().await.doing(READING)?;
    load(&mut connection, id).await
}

pub(super) async fn person_by_email(store: &SqliteStore, email: &str) -> Result<Option<PersonRow>> {
    let row = sqlx::query("SELECT * FROM people WHERE email = $1")
        .bind(email)
        .fetch_optional(&store.readers)
        .await
        .doing(READING)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn people(
    store: &SqliteStore,
    organisation: Option<&str>,
    after: &str,
    limit: u32,
) -> Result<Vec<PersonRow>> {
    let rows =
        sqlx::query("SELECT * FROM people WHERE ($1 IS NULL OR organisation = $1) AND id > $2 ORDER BY id LIMIT $3")
            .bind(organisation)
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&store.readers)
            .await
            .doing(READING)?;
    rows.iter().map(read).collect()
}

pub(super) async fn amend(store: &SqliteStore, id: &str, decide: DecidePerson<'_>) -> Result<()> {
    let mut transaction = store.begin(WRITING).await?;
    let person = load(&mut transaction, id).await?;
    let other_administrators: u32 =
        sqlx::query_scalar("SELECT count(*) FROM people WHERE role = 'administrator' AND closed IS NULL AND id != $1")
            .bind(id)
            .fetch_one(&mut *transaction)
            .await
            .doing(READING)?;
    let PersonAmendment { change, acts: lines } = decide(&PersonLoaded { person, other_administrators });
    if let Some(change) = change {
        write(&mut transaction, id, change).await?;
    }
    for line in lines {
        acts::add(&mut transaction, line).await?;
    }
    transaction.commit().await.doing(WRITING)
}

async fn write(connection: &mut SqliteConnection, id: &str, change: PersonChange) -> Result<()> {
    let PersonChange { name, role, password, closed, ends } = change;
    sqlx::query("UPDATE people SET name = $2, role = $3, password = $4, closed = $5 WHERE id = $1")
        .bind(id)
        .bind(name)
        .bind(role)
        .bind(password)
        .bind(closed.map(microseconds))
        .execute(&mut *connection)
        .await
        .doing(WRITING)?;
    if let Some(closed) = closed {
        sqlx::query("UPDATE tokens SET revoked = $2 WHERE person = $1 AND revoked IS NULL")
            .bind(id)
            .bind(microseconds(closed))
            .execute(&mut *connection)
            .await
            .doing(WRITING)?;
        sqlx::query("DELETE FROM invitations WHERE person = $1")
            .bind(id)
            .execute(&mut *connection)
            .await
            .doing(WRITING)?;
        return sessions::end_all_of(connection, id, None).await;
    }
    match ends {
        EndedSessions::None => Ok(()),
        EndedSessions::Others(kept) => sessions::end_all_of(connection, id, Some(&kept)).await,
        EndedSessions::All => sessions::end_all_of(connection, id, None).await,
    }
}

pub(super) async fn load(connection: &mut SqliteConnection, id: &str) -> Result<Option<PersonRow>> {
    let row =
        sqlx::query("SELECT * FROM people WHERE id = $1").bind(id).fetch_optional(connection).await.doing(READING)?;
    row.as_ref().map(read).transpose()
}

/// Makes an account; `false` when its address has one already.
pub(super) async fn insert(connection: &mut SqliteConnection, person: &PersonRow) -> Result<bool> {
    let made = sqlx::query(
        "INSERT INTO people (id, email, name, organisation, role, password, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (email) DO NOTHING",
    )
    .bind(&person.id)
    .bind(&person.email)
    .bind(&person.name)
    .bind(&person.organisation)
    .bind(&person.role)
    .bind(&person.password)
    .bind(microseconds(person.created))
    .execute(connection)
    .await
    .doing(WRITING)?;
    Ok(made.rows_affected() == 1)
}

/// A row with all columns of `people`.
pub(super) fn read(row: &SqliteRow) -> Result<PersonRow> {
    Ok(PersonRow {
        id: row.try_get("id").doing(READING)?,
        email: row.try_get("email").doing(READING)?,
        name: row.try_get("name").doing(READING)?,
        organisation: row.try_get("organisation").doing(READING)?,
        role: row.try_get("role").doing(READING)?,
        password: row.try_get("password").doing(READING)?,
        created: instant(row.try_get("created").doing(READING)?)?,
        closed: optional_instant(row.try_get("closed").doing(READING)?)?,
        signed_in: optional_instant(row.try_get("signed_in").doing(READING)?)?,
    })
}
