//! Identities at providers of OpenID Connect: each belongs to one account.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::super::rows::microseconds;
use super::super::{SqliteStore, acts};
use super::accounts;
use crate::error::Doing;
use crate::{Identity, NewAct, NewPerson, PersonRow, Result};

const WRITING: &str = "writing an identity";

pub(super) async fn put_person(store: &SqliteStore, new: NewPerson) -> Result<Option<PersonRow>> {
    let NewPerson { id, email, name, organisation, role, identity, created } = new;
    let person =
        PersonRow { id, email, name, organisation, role, password: None, created, closed: None, signed_in: None };
    let mut transaction = store.begin(WRITING).await?;
    // Without a commit, neither is there.
    if !accounts::insert(&mut transaction, &person).await?
        || !insert(&mut transaction, &person.id, &identity, created).await?
    {
        return Ok(None);
    }
    let act = NewAct::new(created, format!("person:{}", person.id), "person.create", &*person.id);
    acts::add(&mut transaction, act).await?;
    transaction.commit().await.doing(WRITING)?;
    Ok(Some(person))
}

pub(super) async fn person(store: &SqliteStore, identity: &Identity) -> Result<Option<PersonRow>> {
    let row = sqlx::query(
        "SELECT p.* FROM identities i JOIN people p ON p.id = i.person
         WHERE i.issuer = $1 AND i.subject = $2 AND p.closed IS NULL",
    )
    .bind(&identity.issuer)
    .bind(&identity.subject)
    .fetch_optional(&store.readers)
    .await
    .doing("reading an identity")?;
    row.as_ref().map(accounts::read).transpose()
}

pub(super) async fn link(store: &SqliteStore, person: &str, identity: &Identity, at: Timestamp) -> Result<bool> {
    let mut transaction = store.begin(WRITING).await?;
    let is_open = accounts::load(&mut transaction, person).await?.is_some_and(|person| person.closed.is_none());
    if !is_open || !insert(&mut transaction, person, identity, at).await? {
        return Ok(false);
    }
    acts::add(&mut transaction, NewAct::new(at, format!("person:{person}"), "person.link", person)).await?;
    transaction.commit().await.doing(WRITING)?;
    Ok(true)
}

/// Gives an account an identity; `false` when that belongs to somebody.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    person: &str,
    identity: &Identity,
    at: Timestamp,
) -> Result<bool> {
    let made = sqlx::query(
        "INSERT INTO identities (issuer, subject, person, created) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(&identity.issuer)
    .bind(&identity.subject)
    .bind(person)
    .bind(microseconds(at))
    .execute(connection)
    .await
    .doing(WRITING)?;
    Ok(made.rows_affected() == 1)
}
