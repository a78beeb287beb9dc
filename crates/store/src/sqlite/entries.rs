//! Entries and their versions.

use cairn_policy::{Label, Viewer};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::rows::{count, instant, microseconds};
use super::{SqliteStore, acts, audiences, by_hand, notifications, pages, records, runs};
use crate::body::{from_json, to_json};
use crate::error::Doing;
use crate::{
    Amendment, Decide, Entry, EntryKind, EntryWrite, Loaded, NewAct, RecordAmendment, RecordState, Result, Wanted,
};

const READING: &str = "reading entries";
const WRITING: &str = "writing entries";

pub(super) async fn entry(store: &SqliteStore, kind: EntryKind, id: &str, viewer: &Viewer) -> Result<Option<Entry>> {
    let mut connection = store.readers.acquire().await.doing(READING)?;
    let entry = newest(&mut connection, kind, id).await?;
    Ok(entry.filter(|entry| entry.is_seen(viewer)))
}

pub(super) async fn entries(
    store: &SqliteStore,
    kind: EntryKind,
    term: Option<&str>,
    viewer: &Viewer,
    after: &str,
    limit: u32,
) -> Result<Vec<Entry>> {
    seen(store, kind, term, viewer, Part::After(after), limit).await
}

pub(super) async fn entries_backwards(
    store: &SqliteStore,
    kind: EntryKind,
    term: Option<&str>,
    viewer: &Viewer,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Entry>> {
    seen(store, kind, term, viewer, Part::Before(before), limit).await
}

async fn seen(
    store: &SqliteStore,
    kind: EntryKind,
    term: Option<&str>,
    viewer: &Viewer,
    part: Part<'_>,
    limit: u32,
) -> Result<Vec<Entry>> {
    let mut connection = store.readers.acquire().await.doing(READING)?;
    let labels: Vec<&Label> = viewer.labels().collect();
    list(&mut connection, kind, term, Some(&to_json("labels", &labels)?), part, i64::from(limit)).await
}

pub(super) async fn versions(store: &SqliteStore, kind: EntryKind, id: &str, viewer: &Viewer) -> Result<Vec<Entry>> {
    let rows = sqlx::query(
        "SELECT e.id, v.version, e.created, v.at, v.actor, v.labels, v.body
         FROM entries e JOIN entry_versions v ON v.entry = e.key
         WHERE e.kind = $1 AND e.id = $2 ORDER BY v.version DESC",
    )
    .bind(kind.code())
    .bind(id)
    .fetch_all(&store.readers)
    .await
    .doing(READING)?;
    let versions: Vec<Entry> = rows.iter().map(|row| read(kind, row)).collect::<Result<_>>()?;
    Ok(versions.into_iter().take_while(|version| version.is_seen(viewer)).collect())
}

/// Loads what a decision wants that writes nothing, as it stands at one moment.
pub(super) async fn loaded(store: &SqliteStore, wanted: &Wanted) -> Result<Loaded> {
    let mut transaction = store.readers.begin().await.doing(READING)?;
    let loaded = load(&mut transaction, wanted).await?;
    transaction.rollback().await.doing(READING)?;
    Ok(loaded)
}

pub(super) async fn amend(store: &SqliteStore, wanted: &Wanted, decide: Decide<'_>) -> Result<()> {
    let mut transaction = store.begin(WRITING).await?;
    let loaded = load(&mut transaction, wanted).await?;
    let Amendment { entries, records, acts: lines, messages } = decide(&loaded);
    for entry in entries {
        write(&mut transaction, entry).await?;
    }
    let mut changed = Vec::new();
    for record in records {
        changed.extend(amend_record(&mut transaction, record).await?);
    }
    for line in lines {
        acts::add(&mut transaction, line).await?;
    }
    for message in messages {
        notifications::queue(&mut transaction, message).await?;
    }
    transaction.commit().await.doing(WRITING)?;
    store.recent.keep(changed);
    Ok(())
}

async fn amend_record(connection: &mut SqliteConnection, amendment: RecordAmendment) -> Result<Vec<pages::Changed>> {
    match amendment {
        RecordAmendment::Put { actor, at, record } => by_hand::put(connection, *record, &actor, at).await,
        RecordAmendment::Retire { actor, at, id } => {
            runs::retire_by_hand(connection, id, &actor, at).await?;
            Ok(Vec::new())
        }
    }
}

pub(super) async fn forget(
    store: &SqliteStore,
    kind: EntryKind,
    id: &str,
    viewer: &Viewer,
    act: NewAct,
) -> Result<bool> {
    let mut transaction = store.begin(WRITING).await?;
    let entry = newest(&mut transaction, kind, id).await?;
    if !entry.is_some_and(|entry| entry.is_seen(viewer)) {
        return Ok(false);
    }
    notifications::forget_followers(&mut transaction, kind, id).await?;
    for query in [
        "DELETE FROM entry_terms WHERE entry = (SELECT key FROM entries WHERE kind = $1 AND id = $2)",
        "DELETE FROM entry_versions WHERE entry = (SELECT key FROM entries WHERE kind = $1 AND id = $2)",
        "DELETE FROM entries WHERE kind = $1 AND id = $2",
    ] {
        sqlx::query(query).bind(kind.code()).bind(id).execute(&mut *transaction).await.doing(WRITING)?;
    }
    acts::add(&mut transaction, act).await?;
    transaction.commit().await.doing(WRITING)?;
    Ok(true)
}

pub(super) async fn forget_before(store: &SqliteStore, kind: EntryKind, instant: Timestamp) -> Result<u64> {
    let mut transaction = store.begin(WRITING).await?;
    let mut forgotten = 0;
    for query in [
        "DELETE FROM entry_terms WHERE entry IN (SELECT key FROM entries WHERE kind = $1 AND created < $2)",
        "DELETE FROM entry_versions WHERE entry IN (SELECT key FROM entries WHERE kind = $1 AND created < $2)",
        "DELETE FROM entries WHERE kind = $1 AND created < $2",
    ] {
        let done = sqlx::query(query).bind(kind.code()).bind(microseconds(instant)).execute(&mut *transaction);
        forgotten = done.await.doing(WRITING)?.rows_affected();
    }
    transaction.commit().await.doing(WRITING)?;
    Ok(forgotten)
}

async fn load(connection: &mut SqliteConnection, wanted: &Wanted) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    if !wanted.entries.is_empty() {
        loaded.entries = newest_of(connection, &wanted.entries).await?;
    }
    for (kind, term) in &wanted.with_terms {
        loaded.with_terms.push(list(connection, *kind, Some(term), None, Part::After(""), i64::MAX).await?);
    }
    for (kind, term) in &wanted.counts {
        loaded.counts.push(count_of(connection, *kind, term).await?);
    }
    if !wanted.versions.is_empty() {
        loaded.versions = in_versions(connection, &wanted.versions).await?;
    }
    for id in &wanted.records {
        let record = records::record_on(connection, *id).await?;
        loaded.records.push(record.filter(|record| record.state == RecordState::Active));
    }
    Ok(loaded)
}

async fn count_of(connection: &mut SqliteConnection, kind: EntryKind, term: &str) -> Result<u64> {
    let found: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM entry_terms t JOIN entries e ON e.key = t.entry WHERE t.term = $1 AND e.kind = $2",
    )
    .bind(term)
    .bind(kind.code())
    .fetch_one(connection)
    .await
    .doing(READING)?;
    Ok(found.unsigned_abs())
}

async fn newest(connection: &mut SqliteConnection, kind: EntryKind, id: &str) -> Result<Option<Entry>> {
    let row = sqlx::query(
        "SELECT id, version, created, at, actor, labels, body FROM newest_entries WHERE kind = $1 AND id = $2",
    )
    .bind(kind.code())
    .bind(id)
    .fetch_optional(connection)
    .await
    .doing(READING)?;
    row.as_ref().map(|row| read(kind, row)).transpose()
}

/// The newest versions of entries, in the order in which they are wanted, by one query: a table may want thousands.
async fn newest_of(connection: &mut SqliteConnection, wanted: &[(EntryKind, String)]) -> Result<Vec<Option<Entry>>> {
    let named: Vec<_> = wanted.iter().map(|(kind, id)| (kind.code(), id)).collect();
    let rows = sqlx::query(
        "SELECT w.key AS place, n.id, n.version, n.created, n.at, n.actor, n.labels, n.body
         FROM json_each($1) w CROSS JOIN newest_entries n
         WHERE n.kind = w.value ->> 0 AND n.id = w.value ->> 1",
    )
    .bind(to_json("entries", &named)?)
    .fetch_all(connection)
    .await
    .doing(READING)?;
    in_places(wanted, |(kind, _)| *kind, &rows)
}

/// Entries in some of their versions, in the order in which they are wanted.
async fn in_versions(
    connection: &mut SqliteConnection,
    wanted: &[(EntryKind, String, u32)],
) -> Result<Vec<Option<Entry>>> {
    let named: Vec<_> = wanted.iter().map(|(kind, id, version)| (kind.code(), id, version)).collect();
    let rows = sqlx::query(
        "SELECT w.key AS place, e.id, v.version, e.created, v.at, v.actor, v.labels, v.body
         FROM json_each($1) w CROSS JOIN entries e CROSS JOIN entry_versions v
         WHERE e.kind = w.value ->> 0 AND e.id = w.value ->> 1 AND v.entry = e.key AND v.version = w.value ->> 2",
    )
    .bind(to_json("versions", &named)?)
    .fetch_all(connection)
    .await
    .doing(READING)?;
    in_places(wanted, |(kind, _, _)| *kind, &rows)
}

/// What was found, each at the place where it is wanted.
fn in_places<W>(wanted: &[W], kind: impl Fn(&W) -> EntryKind, rows: &[SqliteRow]) -> Result<Vec<Option<Entry>>> {
    let mut entries = vec![None; wanted.len()];
    for row in rows {
        let place = row.try_get::<u32, _>("place").doing(READING)? as usize;
        if let (Some(wanted), Some(entry)) = (wanted.get(place), entries.get_mut(place)) {
            *entry = Some(read(kind(wanted), row)?);
        }
    }
    Ok(entries)
}

/// From where all entries are taken.
macro_rules! all {
    () => {
        "newest_entries n WHERE $4 IS NULL"
    };
}

/// From where those of a term are taken: from the term, which a `CROSS JOIN` in SQLite is bound to begin with. Left to itself it
/// goes through every entry of the kind.
macro_rules! of_term {
    () => {
        "entry_terms t CROSS JOIN newest_entries n WHERE t.term = $4 AND n.key = t.entry"
    };
}

/// The query for a list: from where, with its bound and its order.
macro_rules! listing {
    ($from:ident, $bound:literal, $order:literal) => {
        concat!(
            "SELECT n.id, n.version, n.created, n.at, n.actor, n.labels, n.body FROM ",
            $from!(),
            " AND n.kind = $1 AND ",
            $bound,
            "  AND ($5 IS NULL OR EXISTS (
                   SELECT 1 FROM json_each(n.labels) l JOIN json_each($5) held ON held.value = l.value))
             ORDER BY ",
            $order,
            " LIMIT $3"
        )
    };
}

/// Which entries of a list.
enum Part<'a> {
    /// Those after an id, in the order of ids.
    After(&'a str),
    /// Those before an id, or all, in the other order.
    Before(Option<&'a str>),
}

/// Entries; those that hold one of some labels (a JSON array), or all.
async fn list(
    connection: &mut SqliteConnection,
    kind: EntryKind,
    term: Option<&str>,
    labels: Option<&str>,
    part: Part<'_>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let (query, bound) = match (part, term) {
        (Part::After(id), None) => (listing!(all, "n.id > $2", "n.id"), Some(id)),
        (Part::After(id), Some(_)) => (listing!(of_term, "n.id > $2", "n.id"), Some(id)),
        (Part::Before(id), None) => (listing!(all, "($2 IS NULL OR n.id < $2)", "n.id DESC"), id),
        (Part::Before(id), Some(_)) => (listing!(of_term, "($2 IS NULL OR n.id < $2)", "n.id DESC"), id),
    };
    let rows = sqlx::query(query)
        .bind(kind.code())
        .bind(bound)
        .bind(limit)
        .bind(term)
        .bind(labels)
        .fetch_all(connection)
        .await
        .doing(READING)?;
    rows.iter().map(|row| read(kind, row)).collect()
}

async fn write(connection: &mut SqliteConnection, write: EntryWrite) -> Result<()> {
    let EntryWrite { kind, id, at, actor, seen_by, body, mut terms } = write;
    let labels = audiences::as_text(&seen_by)?;
    terms.sort_unstable();
    terms.dedup();
    let row = sqlx::query("SELECT key, labels, body FROM newest_entries WHERE kind = $1 AND id = $2")
        .bind(kind.code())
        .bind(&id)
        .fetch_optional(&mut *connection)
        .await
        .doing(WRITING)?;
    let (key, version) = match row {
        None => {
            let key: i64 = sqlx::query_scalar(
                "INSERT INTO entries (kind, id, version, created) VALUES ($1, $2, 1, $3) RETURNING key",
            )
            .bind(kind.code())
            .bind(&id)
            .bind(microseconds(at))
            .fetch_one(&mut *connection)
            .await
            .doing(WRITING)?;
            (key, 1)
        }
        Some(row) => {
            let key: i64 = row.try_get("key").doing(WRITING)?;
            let kept = (row.try_get("labels").doing(WRITING)?, row.try_get("body").doing(WRITING)?);
            let kept_terms: Vec<String> =
                sqlx::query_scalar("SELECT term FROM entry_terms WHERE entry = $1 ORDER BY term")
                    .bind(key)
                    .fetch_all(&mut *connection)
                    .await
                    .doing(WRITING)?;
            if kept == (labels.as_str(), body.as_str()) && kept_terms == terms {
                return Ok(());
            }
            let version: i64 =
                sqlx::query_scalar("UPDATE entries SET version = version + 1 WHERE key = $1 RETURNING version")
                    .bind(key)
                    .fetch_one(&mut *connection)
                    .await
                    .doing(WRITING)?;
            (key, version)
        }
    };
    sqlx::query("INSERT INTO entry_versions (entry, version, at, actor, labels, body) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(key)
        .bind(version)
        .bind(microseconds(at))
        .bind(actor)
        .bind(labels)
        .bind(body)
        .execute(&mut *connection)
        .await
        .doing(WRITING)?;
    sqlx::query("DELETE FROM entry_terms WHERE entry = $1").bind(key).execute(&mut *connection).await.doing(WRITING)?;
    for term in terms {
        sqlx::query("INSERT INTO entry_terms (term, entry) VALUES ($1, $2)")
            .bind(term)
            .bind(key)
            .execute(&mut *connection)
            .await
            .doing(WRITING)?;
    }
    Ok(())
}

fn read(kind: EntryKind, row: &SqliteRow) -> Result<Entry> {
    Ok(Entry {
        kind,
        id: row.try_get("id").doing(READING)?,
        version: count(row.try_get("version").doing(READING)?)?,
        created: instant(row.try_get("created").doing(READING)?)?,
        changed: instant(row.try_get("at").doing(READING)?)?,
        changed_by: row.try_get("actor").doing(READING)?,
        seen_by: from_json("the labels of an entry", row.try_get("labels").doing(READING)?)?,
        body: row.try_get("body").doing(READING)?,
    })
}
