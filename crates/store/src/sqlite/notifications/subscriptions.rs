//! What is followed, by whom, and up to where was looked for them.

use cairn_model::registry::{NotifyChannel, NotifyFrequency, NotifyStatement};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::super::rows::{instant, microseconds, optional_instant};
use super::super::{SqliteStore, acts};
use super::messages;
use crate::error::{Doing, damaged};
use crate::{EntryKind, Look, NewAct, Result, Seq, SubscriptionRow};

const READING: &str = "reading subscriptions";
const WRITING: &str = "writing subscriptions";

pub(super) async fn of_owner(
    store: &SqliteStore,
    kind: EntryKind,
    subject: &str,
    owner: &str,
) -> Result<Option<SubscriptionRow>> {
    let row = sqlx::query("SELECT * FROM subscriptions WHERE kind = $1 AND subject = $2 AND owner = $3")
        .bind(kind.code())
        .bind(subject)
        .bind(owner)
        .fetch_optional(&store.readers)
        .await
        .doing(READING)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn by_id(store: &SqliteStore, id: &str) -> Result<Option<SubscriptionRow>> {
    let row = sqlx::query("SELECT * FROM subscriptions WHERE id = $1")
        .bind(id)
        .fetch_optional(&store.readers)
        .await
        .doing(READING)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn count(store: &SqliteStore, owner: &str) -> Result<u32> {
    sqlx::query_scalar("SELECT count(*) FROM subscriptions WHERE owner = $1")
        .bind(owner)
        .fetch_one(&store.readers)
        .await
        .doing(READING)
}

pub(super) async fn put(store: &SqliteStore, row: SubscriptionRow, act: NewAct) -> Result<()> {
    let SubscriptionRow { id, kind, subject, owner, statement, secret, looked_to, next_look, created, stopped } = row;
    let mut transaction = store.begin(WRITING).await?;
    let earlier: Option<String> =
        sqlx::query_scalar("SELECT id FROM subscriptions WHERE kind = $1 AND subject = $2 AND owner = $3")
            .bind(kind.code())
            .bind(&subject)
            .bind(&owner)
            .fetch_optional(&mut *transaction)
            .await
            .doing(READING)?;
    if let Some(earlier) = earlier {
        delete(&mut transaction, &earlier).await?;
    }
    sqlx::query(
        "INSERT INTO subscriptions
            (id, kind, subject, owner, channel, frequency, url, secret, looked_to, next_look, created, stopped)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(id)
    .bind(kind.code())
    .bind(subject)
    .bind(owner)
    .bind(statement.channel.code())
    .bind(statement.frequency.code())
    .bind(statement.url)
    .bind(secret)
    .bind(looked_to)
    .bind(microseconds(next_look))
    .bind(microseconds(created))
    .bind(stopped.map(microseconds))
    .execute(&mut *transaction)
    .await
    .doing(WRITING)?;
    acts::add(&mut transaction, act).await?;
    transaction.commit().await.doing(WRITING)
}

pub(super) async fn remove(store: &SqliteStore, id: &str, act: NewAct) -> Result<bool> {
    let mut transaction = store.begin(WRITING).await?;
    if !delete(&mut transaction, id).await? {
        return Ok(false);
    }
    acts::add(&mut transaction, act).await?;
    transaction.commit().await.doing(WRITING)?;
    Ok(true)
}

pub(super) async fn stop(store: &SqliteStore, id: &str, at: Timestamp, act: NewAct) -> Result<()> {
    let mut transaction = store.begin(WRITING).await?;
    let stopped = sqlx::query("UPDATE subscriptions SET stopped = $2 WHERE id = $1 AND stopped IS NULL")
        .bind(id)
        .bind(microseconds(at))
        .execute(&mut *transaction)
        .await
        .doing(WRITING)?;
    if stopped.rows_affected() == 0 {
        return Ok(());
    }
    forget_waiting(&mut transaction, id).await?;
    acts::add(&mut transaction, act).await?;
    transaction.commit().await.doing(WRITING)
}

/// Deletes the subscriptions to an entry that is forgotten.
pub(in super::super) async fn forget_followers(
    connection: &mut SqliteConnection,
    kind: EntryKind,
    subject: &str,
) -> Result<()> {
    let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM subscriptions WHERE kind = $1 AND subject = $2")
        .bind(kind.code())
        .bind(subject)
        .fetch_all(&mut *connection)
        .await
        .doing(READING)?;
    for id in ids {
        delete(connection, &id).await?;
    }
    Ok(())
}

async fn delete(connection: &mut SqliteConnection, id: &str) -> Result<bool> {
    forget_waiting(connection, id).await?;
    let deleted =
        sqlx::query("DELETE FROM subscriptions WHERE id = $1").bind(id).execute(connection).await.doing(WRITING)?;
    Ok(deleted.rows_affected() == 1)
}

async fn forget_waiting(connection: &mut SqliteConnection, subscription: &str) -> Result<()> {
    sqlx::query("DELETE FROM messages WHERE subject = $1 AND state = 'waiting'")
        .bind(subscription)
        .execute(connection)
        .await
        .doing(WRITING)?;
    Ok(())
}

pub(super) async fn due(store: &SqliteStore, now: Timestamp, newest: Seq, limit: u32) -> Result<Vec<SubscriptionRow>> {
    let rows = sqlx::query(
        "SELECT * FROM subscriptions WHERE stopped IS NULL AND next_look <= $1 AND looked_to < $2
         ORDER BY next_look, key LIMIT $3",
    )
    .bind(microseconds(now))
    .bind(newest)
    .bind(limit)
    .fetch_all(&store.readers)
    .await
    .doing(READING)?;
    rows.iter().map(read).collect()
}

pub(super) async fn note_look(store: &SqliteStore, look: Look) -> Result<bool> {
    let mut transaction = store.begin(WRITING).await?;
    let looked = sqlx::query(
        "UPDATE subscriptions SET looked_to = $3, next_look = $4 WHERE id = $1 AND looked_to = $2 AND stopped IS NULL",
    )
    .bind(look.subscription)
    .bind(look.from)
    .bind(look.to)
    .bind(microseconds(look.next))
    .execute(&mut *transaction)
    .await
    .doing(WRITING)?;
    if looked.rows_affected() == 0 {
        return Ok(false);
    }
    if let Some(message) = look.message
        && !messages::join_waiting(&mut transaction, &message).await?
    {
        messages::queue(&mut transaction, message).await?;
    }
    transaction.commit().await.doing(WRITING)?;
    Ok(true)
}

fn read(row: &SqliteRow) -> Result<SubscriptionRow> {
    let text = |name: &str| row.try_get::<String, _>(name).doing(READING);
    let (kind, channel, frequency) = (text("kind")?, text("channel")?, text("frequency")?);
    let kind = [EntryKind::SavedSearch, EntryKind::Need].into_iter().find(|one| one.code() == kind);
    let unknown = |what: &str| damaged("a subscription", format!("its {what} is none"));
    Ok(SubscriptionRow {
        id: text("id")?,
        kind: kind.ok_or_else(|| unknown("kind"))?,
        subject: text("subject")?,
        owner: text("owner")?,
        statement: NotifyStatement {
            channel: NotifyChannel::from_code(&channel).ok_or_else(|| unknown("channel"))?,
            frequency: NotifyFrequency::from_code(&frequency).ok_or_else(|| unknown("frequency"))?,
            url: row.try_get("url").doing(READING)?,
        },
        secret: row.try_get("secret").doing(READING)?,
        looked_to: row.try_get("looked_to").doing(READING)?,
        next_look: instant(row.try_get("next_look").doing(READING)?)?,
        created: instant(row.try_get("created").doing(READING)?)?,
        stopped: optional_instant(row.try_get("stopped").doing(READING)?)?,
    })
}
