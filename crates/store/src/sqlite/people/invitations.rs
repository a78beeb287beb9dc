//! Invitations: each is accepted once, and gone then.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::super::rows::{instant, microseconds};
use super::super::{SqliteStore, acts};
use super::{accounts, identities, sessions};
use crate::error::Doing;
use crate::{Acceptance, InvitationRow, Invited, NewAct, NewInvitation, PersonRow, Result};

const READING: &str = "reading invitations";
const WRITING: &str = "writing an invitation";
const ACCEPTING: &str = "accepting an invitation";

pub(super) async fn put(store: &SqliteStore, invitation: NewInvitation, act: NewAct) -> Result<()> {
    let mut transaction = store.begin(WRITING).await?;
    sqlx::query("DELETE FROM invitations WHERE expires <= $1 OR person = $2")
        .bind(microseconds(invitation.created))
        .bind(&invitation.person)
        .execute(&mut *transaction)
        .await
        .doing(WRITING)?;
    sqlx::query(
        "INSERT INTO invitations (id, hash, email, organisation, role, person, invited_by, created, expires)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(invitation.id)
    .bind(invitation.hash.as_slice())
    .bind(invitation.email)
    .bind(invitation.organisation)
    .bind(invitation.role)
    .bind(invitation.person)
    .bind(invitation.invited_by)
    .bind(microseconds(invitation.created))
    .bind(microseconds(invitation.expires))
    .execute(&mut *transaction)
    .await
    .doing(WRITING)?;
    acts::add(&mut transaction, act).await?;
    transaction.commit().await.doing(WRITING)
}

pub(super) async fn by_hash(store: &SqliteStore, hash: &[u8; 32], now: Timestamp) -> Result<Option<InvitationRow>> {
    let row = sqlx::query("SELECT * FROM invitations WHERE hash = $1 AND expires > $2")
        .bind(hash.as_slice())
        .bind(microseconds(now))
        .fetch_optional(&store.readers)
        .await
        .doing(READING)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn by_id(store: &SqliteStore, id: &str, now: Timestamp) -> Result<Option<InvitationRow>> {
    let row = sqlx::query("SELECT * FROM invitations WHERE id = $1 AND expires > $2")
        .bind(id)
        .bind(microseconds(now))
        .fetch_optional(&store.readers)
        .await
        .doing(READING)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn pending(
    store: &SqliteStore,
    organisation: Option<&str>,
    now: Timestamp,
) -> Result<Vec<InvitationRow>> {
    let rows = sqlx::query(
        "SELECT * FROM invitations WHERE ($1 IS NULL OR organisation = $1) AND expires > $2 ORDER BY key DESC",
    )
    .bind(organisation)
    .bind(microseconds(now))
    .fetch_all(&store.readers)
    .await
    .doing(READING)?;
    rows.iter().map(read).collect()
}

pub(super) async fn withdraw(store: &SqliteStore, id: &str, act: NewAct) -> Result<bool> {
    const DOING: &str = "withdrawing an invitation";
    let mut transaction = store.begin(DOING).await?;
    let deleted = sqlx::query("DELETE FROM invitations WHERE id = $1 AND expires > $2")
        .bind(id)
        .bind(microseconds(act.at))
        .execute(&mut *transaction)
        .await
        .doing(DOING)?;
    if deleted.rows_affected() == 0 {
        return Ok(false);
    }
    acts::add(&mut transaction, act).await?;
    transaction.commit().await.doing(DOING)?;
    Ok(true)
}

pub(super) async fn accept(
    store: &SqliteStore,
    invited: Invited<'_>,
    acceptance: Acceptance,
) -> Result<Option<PersonRow>> {
    let mut transaction = store.begin(ACCEPTING).await?;
    let Some(invitation) = take(&mut transaction, invited, acceptance.at).await? else { return Ok(None) };
    let person = match &invitation.person {
        Some(id) => renew(&mut transaction, id, &acceptance).await?,
        None => admit(&mut transaction, &invitation, &acceptance).await?,
    };
    // Without a commit, the invitation is as it was.
    let Some(person) = person else { return Ok(None) };
    if let Some(identity) = &acceptance.identity
        && !identities::insert(&mut transaction, &person.id, identity, acceptance.at).await?
    {
        return Ok(None);
    }
    let actor = format!("person:{}", person.id);
    acts::add(&mut transaction, NewAct::new(acceptance.at, actor, "invitation.accept", invitation.id)).await?;
    transaction.commit().await.doing(ACCEPTING)?;
    Ok(Some(person))
}

/// Takes an invitation away, whatever comes of it.
async fn take(
    connection: &mut SqliteConnection,
    invited: Invited<'_>,
    now: Timestamp,
) -> Result<Option<InvitationRow>> {
    let taken = match invited {
        Invited::BySecret(hash) => {
            sqlx::query("DELETE FROM invitations WHERE hash = $1 AND expires > $2 RETURNING *")
                .bind(hash.as_slice())
                .bind(microseconds(now))
                .fetch_optional(connection)
                .await
        }
        Invited::ByEmail(email) => {
            sqlx::query(
                "DELETE FROM invitations WHERE key = (
                     SELECT max(key) FROM invitations WHERE email = $1 AND person IS NULL AND expires > $2)
                 RETURNING *",
            )
            .bind(email)
            .bind(microseconds(now))
            .fetch_optional(connection)
            .await
        }
    };
    taken.doing(ACCEPTING)?.as_ref().map(read).transpose()
}

/// Makes the account that an invitation is for.
async fn admit(
    connection: &mut SqliteConnection,
    invitation: &InvitationRow,
    acceptance: &Acceptance,
) -> Result<Option<PersonRow>> {
    let person = PersonRow {
        id: acceptance.id.clone(),
        email: invitation.email.clone(),
        name: acceptance.name.clone(),
        organisation: invitation.organisation.clone(),
        role: invitation.role.clone(),
        password: acceptance.password.clone(),
        created: acceptance.at,
        closed: None,
        signed_in: None,
    };
    Ok(accounts::insert(connection, &person).await?.then_some(person))
}

/// Sets the password of an open account anew, and ends its sessions.
async fn renew(connection: &mut SqliteConnection, id: &str, acceptance: &Acceptance) -> Result<Option<PersonRow>> {
    sqlx::query("UPDATE people SET password = coalesce($2, password) WHERE id = $1 AND closed IS NULL")
        .bind(id)
        .bind(&acceptance.password)
        .execute(&mut *connection)
        .await
        .doing(ACCEPTING)?;
    sessions::end_all_of(connection, id, None).await?;
    Ok(accounts::load(connection, id).await?.filter(|person| person.closed.is_none()))
}

fn read(row: &SqliteRow) -> Result<InvitationRow> {
    Ok(InvitationRow {
        id: row.try_get("id").doing(READING)?,
        email: row.try_get("email").doing(READING)?,
        organisation: row.try_get("organisation").doing(READING)?,
        role: row.try_get("role").doing(READING)?,
        person: row.try_get("person").doing(READING)?,
        invited_by: row.try_get("invited_by").doing(READING)?,
        created: instant(row.try_get("created").doing(READING)?)?,
        expires: instant(row.try_get("expires").doing(READING)?)?,
    })
}
