//! The queue of messages.

use cairn_model::DatasetId;
use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::super::rows::{count, instant, microseconds, optional_instant};
use super::super::{SqliteStore, acts};
use crate::body::{from_json, to_json};
use crate::error::{Doing, damaged};
use crate::{
    MORE, MOST_MESSAGES_A_DAY, MOST_RECORDS_OF_A_MESSAGE, MessageEnd, MessageRow, MessageState, NEW_RECORDS, NewAct,
    NewMessage, Result,
};

const READING: &str = "reading messages";
const WRITING: &str = "writing messages";

/// The columns that [`read`] takes.
macro_rules! columns {
    () => {
        "id, about, subject, records, recipient, created, due, attempts, state, ended"
    };
}

/// Queues a message, unless it was queued before. What is too much for a person becomes one message a day.
pub(in super::super) async fn queue(connection: &mut SqliteConnection, message: NewMessage) -> Result<()> {
    let message = if is_too_much(connection, &message).await? { more_than_told(message) } else { message };
    sqlx::query(
        "INSERT INTO messages (id, dedup, about, subject, records, recipient, created, due, next_attempt)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (dedup) DO NOTHING",
    )
    .bind(message.id)
    .bind(message.dedup)
    .bind(message.about)
    .bind(message.subject)
    .bind(to_json("records", &message.records)?)
    .bind(message.recipient)
    .bind(microseconds(message.created))
    .bind(microseconds(message.due))
    .execute(connection)
    .await
    .doing(WRITING)?;
    Ok(())
}

/// Whether as many messages as there may be in a day were queued for a person already.
async fn is_too_much(connection: &mut SqliteConnection, message: &NewMessage) -> Result<bool> {
    if !message.recipient.starts_with("person:") {
        return Ok(false);
    }
    let day_before = message.created.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let queued: u32 =
        sqlx::query_scalar("SELECT count(*) FROM messages WHERE recipient = $1 AND created > $2 AND about != $3")
            .bind(&message.recipient)
            .bind(microseconds(day_before))
            .bind(MORE)
            .fetch_one(connection)
            .await
            .doing(READING)?;
    Ok(queued >= MOST_MESSAGES_A_DAY)
}

fn more_than_told(message: NewMessage) -> NewMessage {
    let day = message.created.strftime("%F");
    NewMessage {
        dedup: format!("{MORE}/{}/{day}", message.recipient),
        about: MORE.to_owned(),
        subject: String::new(),
        records: Vec::new(),
        // What it stands for may be due much later, and others of the day not.
        due: message.created,
        ..message
    }
}

/// Puts what is new to what waits to be told of the same subscription, if anything does that no process has.
pub(super) async fn join_waiting(connection: &mut SqliteConnection, message: &NewMessage) -> Result<bool> {
    let row = sqlx::query(
        "SELECT key, records FROM messages
         WHERE subject = $1 AND about = $2 AND state = 'waiting' AND leased_until <= $3",
    )
    .bind(&message.subject)
    .bind(NEW_RECORDS)
    .bind(microseconds(message.created))
    .fetch_optional(&mut *connection)
    .await
    .doing(READING)?;
    let Some(row) = row else { return Ok(false) };
    let mut records: Vec<DatasetId> = from_json("the records of a message", row.try_get("records").doing(READING)?)?;
    let more = message.records.iter().filter(|id| !records.contains(id)).copied().collect::<Vec<_>>();
    records.extend(more);
    records.truncate(MOST_RECORDS_OF_A_MESSAGE);
    sqlx::query("UPDATE messages SET records = $2 WHERE key = $1")
        .bind(row.try_get::<i64, _>("key").doing(READING)?)
        .bind(to_json("records", &records)?)
        .execute(connection)
        .await
        .doing(WRITING)?;
    Ok(true)
}

pub(super) async fn due(store: &SqliteStore, now: Timestamp, limit: u32) -> Result<Vec<MessageRow>> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM messages WHERE state = 'waiting' AND next_attempt <= $1 AND leased_until <= $1 ORDER BY key LIMIT $2"
    ))
    .bind(microseconds(now))
    .bind(limit)
    .fetch_all(&store.readers)
    .await
    .doing(READING)?;
    rows.iter().map(read).collect()
}

pub(super) async fn claim(
    store: &SqliteStore,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<MessageRow>> {
    let mut transaction = store.begin(WRITING).await?;
    let rows = sqlx::query(concat!(
        "UPDATE messages SET leased_until = $2, attempts = attempts + 1 WHERE key IN
            (SELECT key FROM messages WHERE state = 'waiting' AND next_attempt <= $1 AND leased_until <= $1
             ORDER BY key LIMIT $3)
         RETURNING ",
        columns!()
    ))
    .bind(microseconds(now))
    .bind(microseconds(until))
    .bind(limit)
    .fetch_all(&mut *transaction)
    .await
    .doing(WRITING)?;
    transaction.commit().await.doing(WRITING)?;
    rows.iter().map(read).collect()
}

pub(super) async fn end(store: &SqliteStore, id: &str, attempt: u32, end: MessageEnd, now: Timestamp) -> Result<bool> {
    let (state, next) = match &end {
        MessageEnd::Sent => (MessageState::Sent, now),
        MessageEnd::Dropped => (MessageState::Dropped, now),
        MessageEnd::Split(_) => (MessageState::Split, now),
        MessageEnd::Again(next) => (MessageState::Waiting, *next),
        MessageEnd::GivenUp => (MessageState::GivenUp, now),
    };
    let ended = (state != MessageState::Waiting).then_some(now);
    let mut transaction = store.begin(WRITING).await?;
    let changed = sqlx::query(
        "UPDATE messages SET state = $3, next_attempt = $4, ended = $5, leased_until = 0
         WHERE id = $1 AND attempts = $2 AND state = 'waiting'",
    )
    .bind(id)
    .bind(attempt)
    .bind(state.code())
    .bind(microseconds(next))
    .bind(ended.map(microseconds))
    .execute(&mut *transaction)
    .await
    .doing(WRITING)?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    if let MessageEnd::Split(messages) = end {
        for message in messages {
            queue(&mut transaction, message).await?;
        }
    }
    transaction.commit().await.doing(WRITING)?;
    Ok(true)
}

pub(super) async fn note_unsubscribe(store: &SqliteStore, id: &str, hash: &[u8; 32]) -> Result<()> {
    let mut transaction = store.begin(WRITING).await?;
    sqlx::query("INSERT INTO unsubscribe_links (hash, message) SELECT $2, key FROM messages WHERE id = $1")
        .bind(id)
        .bind(hash.as_slice())
        .execute(&mut *transaction)
        .await
        .doing(WRITING)?;
    transaction.commit().await.doing(WRITING)
}

pub(super) async fn by_unsubscribe(store: &SqliteStore, hash: &[u8; 32]) -> Result<Option<MessageRow>> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM messages WHERE key = (SELECT message FROM unsubscribe_links WHERE hash = $1)"
    ))
    .bind(hash.as_slice())
    .fetch_optional(&store.readers)
    .await
    .doing(READING)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn to(store: &SqliteStore, recipient: &str, limit: u32) -> Result<Vec<MessageRow>> {
    let rows =
        sqlx::query(concat!("SELECT ", columns!(), " FROM messages WHERE recipient = $1 ORDER BY key DESC LIMIT $2"))
            .bind(recipient)
            .bind(limit)
            .fetch_all(&store.readers)
            .await
            .doing(READING)?;
    rows.iter().map(read).collect()
}

pub(super) async fn settings(store: &SqliteStore, person: &str) -> Result<Option<String>> {
    sqlx::query_scalar("SELECT body FROM notice_settings WHERE person = $1")
        .bind(person)
        .fetch_optional(&store.readers)
        .await
        .doing(READING)
}

pub(super) async fn put_settings(store: &SqliteStore, person: &str, body: &str, act: NewAct) -> Result<()> {
    let mut transaction = store.begin(WRITING).await?;
    let changed = sqlx::query(
        "INSERT INTO notice_settings (person, body) VALUES ($1, $2)
         ON CONFLICT (person) DO UPDATE SET body = $2 WHERE body != $2",
    )
    .bind(person)
    .bind(body)
    .execute(&mut *transaction)
    .await
    .doing(WRITING)?;
    if changed.rows_affected() > 0 {
        acts::add(&mut transaction, act).await?;
    }
    transaction.commit().await.doing(WRITING)
}

pub(super) async fn forget_before(store: &SqliteStore, before: Timestamp) -> Result<u64> {
    let mut transaction = store.begin(WRITING).await?;
    let forgotten = sqlx::query("DELETE FROM messages WHERE ended < $1")
        .bind(microseconds(before))
        .execute(&mut *transaction)
        .await
        .doing(WRITING)?;
    transaction.commit().await.doing(WRITING)?;
    Ok(forgotten.rows_affected())
}

fn read(row: &SqliteRow) -> Result<MessageRow> {
    let state: String = row.try_get("state").doing(READING)?;
    let state = MessageState::ALL.into_iter().find(|one| one.code() == state);
    Ok(MessageRow {
        id: row.try_get("id").doing(READING)?,
        about: row.try_get("about").doing(READING)?,
        subject: row.try_get("subject").doing(READING)?,
        records: from_json("the records of a message", row.try_get("records").doing(READING)?)?,
        recipient: row.try_get("recipient").doing(READING)?,
        created: instant(row.try_get("created").doing(READING)?)?,
        due: instant(row.try_get("due").doing(READING)?)?,
        attempts: count(row.try_get("attempts").doing(READING)?)?,
        state: state.ok_or_else(|| damaged("the state of a message", "it is none"))?,
        ended: optional_instant(row.try_get("ended").doing(READING)?)?,
    })
}
