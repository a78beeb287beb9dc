//! What is kept for how long: history, records that were retired, and tombstones. Each step is one bounded transaction.

use std::collections::BTreeSet;

use cairn_policy::is_seen_by_all;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::rows::{IN_ONE_LIST, dataset_id, microseconds, push_list};
use super::{SqliteStore, removals};
use crate::body::{Unpacker, blocking};
use crate::error::Doing;
use crate::{EDITS_OF_TERMS, EntryKind, HistoryCut, Result, Seq};

const DOING: &str = "forgetting old history";

/// Revisions that are looked at in a step.
const REVISIONS: i64 = 1_000;
/// Records, or tombstones, that are removed in a step.
const RECORDS: i64 = 500;
/// How far back a step is looked for that everyone saw: a history without one is kept.
const LOOK_BACK: usize = 100;

pub(super) async fn forget_retired_before(store: &SqliteStore, before: Timestamp) -> Result<u64> {
    const DOING: &str = "forgetting retired records";
    // A record that goes on under another id stays, because its address leads there. So does one whose terms somebody says
    // otherwise: under another id it is known by it. Entries have its id as text.
    const RETIRED: &str = "SELECT r.key, r.id, r.seq FROM records r JOIN revisions v ON v.seq = r.seq
         WHERE r.state = 'retired' AND v.at < $1 AND NOT EXISTS (SELECT 1 FROM successors s WHERE s.record = r.id)
           AND NOT EXISTS (SELECT 1 FROM entries e JOIN entry_terms t ON t.entry = e.key
             WHERE e.kind = $3 AND t.term = $4 AND e.id = lower(
             substr(hex(r.id), 1, 8) || '-' || substr(hex(r.id), 9, 4) || '-' || substr(hex(r.id), 13, 4) || '-' ||
             substr(hex(r.id), 17, 4) || '-' || substr(hex(r.id), 21)))
         ORDER BY r.seq LIMIT $2";
    // The common case takes no write lock.
    let is_any = sqlx::query(RETIRED).bind(microseconds(before)).bind(1_i64);
    let is_any = is_any.bind(EntryKind::Edit.code()).bind(EDITS_OF_TERMS);
    if is_any.fetch_optional(&store.readers).await.doing(DOING)?.is_none() {
        return Ok(0);
    }
    let mut transaction = store.begin(DOING).await?;
    let rows = sqlx::query(RETIRED)
        .bind(microseconds(before))
        .bind(RECORDS)
        .bind(EntryKind::Edit.code())
        .bind(EDITS_OF_TERMS)
        .fetch_all(&mut *transaction)
        .await
        .doing(DOING)?;
    let (mut keys, mut ids, mut newest) = (Vec::new(), Vec::new(), 0);
    for row in &rows {
        keys.push(row.try_get("key").doing(DOING)?);
        ids.push(dataset_id(row.try_get("id").doing(DOING)?)?);
        newest = row.try_get("seq").doing(DOING)?;
    }
    removals::delete(&mut transaction, &keys, &ids).await?;
    forget_up_to(&mut transaction, newest).await?;
    transaction.commit().await.doing(DOING)?;
    Ok(keys.len() as u64)
}

pub(super) async fn forget_removals_before(store: &SqliteStore, before: Timestamp) -> Result<u64> {
    const DOING: &str = "forgetting what was removed";
    const OLDEST: &str = "SELECT seq, at FROM tombstones ORDER BY seq LIMIT $1";
    let oldest = sqlx::query(OLDEST).bind(1_i64).fetch_optional(&store.readers).await.doing(DOING)?;
    let is_old = |row: &SqliteRow| row.try_get::<i64, _>("at").map(|at| at < microseconds(before)).doing(DOING);
    if !matches!(oldest, Some(row) if is_old(&row)?) {
        return Ok(0);
    }
    let mut transaction = store.begin(DOING).await?;
    let rows = sqlx::query(OLDEST).bind(RECORDS).fetch_all(&mut *transaction).await.doing(DOING)?;
    let mut newest: Option<Seq> = None;
    for row in &rows {
        // In the order of change, so that nothing is forgotten before what it stands behind.
        if !is_old(row)? {
            break;
        }
        newest = Some(row.try_get("seq").doing(DOING)?);
    }
    let Some(newest) = newest else { return Ok(0) };
    let forgotten = sqlx::query("DELETE FROM tombstones WHERE seq <= $1")
        .bind(newest)
        .execute(&mut *transaction)
        .await
        .doing(DOING)?;
    forget_up_to(&mut transaction, newest).await?;
    transaction.commit().await.doing(DOING)?;
    Ok(forgotten.rows_affected())
}

/// Notes that nothing is told any more of a change that took a record out of the catalogue.
async fn forget_up_to(connection: &mut SqliteConnection, seq: Seq) -> Result<()> {
    sqlx::query("UPDATE change_sequence SET forgotten = max(forgotten, $1) WHERE only = 1")
        .bind(seq)
        .execute(connection)
        .await
        .doing(DOING)?;
    Ok(())
}

/// A revision without its body.
struct Step {
    seq: Seq,
    is_old: bool,
    /// Whether its record was retired or came back with it.
    is_turn: bool,
    labels: String,
}

pub(super) async fn cut_history_before(store: &SqliteStore, before: Timestamp) -> Result<HistoryCut> {
    let looked_at = sqlx::query(
        "SELECT seq, record, at FROM revisions
         WHERE seq > (SELECT history_cut FROM change_sequence WHERE only = 1) ORDER BY seq LIMIT $1",
    )
    .bind(REVISIONS)
    .fetch_all(&store.readers)
    .await
    .doing(DOING)?;
    let mut records: BTreeSet<i64> = BTreeSet::new();
    let mut looked_to: Option<Seq> = None;
    for row in &looked_at {
        if row.try_get::<i64, _>("at").doing(DOING)? >= microseconds(before) {
            break;
        }
        records.insert(row.try_get("record").doing(DOING)?);
        looked_to = Some(row.try_get("seq").doing(DOING)?);
    }
    let Some(looked_to) = looked_to else { return Ok(HistoryCut::default()) };
    let mut cut = Vec::new();
    for record in records {
        cut.extend(to_be_cut(store, record, before).await?);
    }
    let mut transaction = store.begin(DOING).await?;
    let mut revisions = 0;
    for steps in cut.chunks(IN_ONE_LIST) {
        for head in [
            "DELETE FROM audiences WHERE (record, seq) IN
                (SELECT r.id, v.seq FROM revisions v JOIN records r ON r.key = v.record WHERE v.seq IN ",
            "DELETE FROM revisions WHERE seq IN ",
        ] {
            let mut query = QueryBuilder::<Sqlite>::new(head);
            push_list(&mut query, steps, |list, seq| {
                list.push_bind(*seq);
            });
            if head.starts_with("DELETE FROM audiences") {
                query.push(")");
            }
            let deleted = query.build().execute(&mut *transaction).await.doing(DOING)?.rows_affected();
            if head.starts_with("DELETE FROM revisions") {
                revisions += deleted;
            }
        }
    }
    sqlx::query("UPDATE change_sequence SET history_cut = $1 WHERE only = 1")
        .bind(looked_to)
        .execute(&mut *transaction)
        .await
        .doing(DOING)?;
    transaction.commit().await.doing(DOING)?;
    Ok(HistoryCut { revisions, looked_to: Some(looked_to) })
}

/// The revisions of a record that can go.
///
/// The history begins anew at the newest old step that everyone saw who may know of the record. Whoever sees it, that step is
/// one of theirs, so what they are told of later ones, and of when what they see last changed, stays as it was: a step that
/// was hidden from somebody never takes the place of one that they saw. The first revision stays, too, where the same
/// viewers saw the record all along: it says since when it is known.
async fn to_be_cut(store: &SqliteStore, record: i64, before: Timestamp) -> Result<Vec<Seq>> {
    let rows = sqlx::query(
        "SELECT v.seq, v.at, v.change, a.labels FROM revisions v JOIN records r ON r.key = v.record
         JOIN audiences a ON a.record = r.id AND a.seq = v.seq WHERE v.record = $1 ORDER BY v.revision",
    )
    .bind(record)
    .fetch_all(&store.readers)
    .await
    .doing(DOING)?;
    let mut steps = Vec::with_capacity(rows.len());
    for row in &rows {
        steps.push(Step {
            seq: row.try_get("seq").doing(DOING)?,
            is_old: row.try_get::<i64, _>("at").doing(DOING)? < microseconds(before),
            is_turn: row.try_get::<&str, _>("change").doing(DOING)? != "changed",
            labels: row.try_get("labels").doing(DOING)?,
        });
    }
    let old = steps.iter().take_while(|step| step.is_old).count();
    for at in (1..old).rev().take(LOOK_BACK) {
        if !steps[at].is_turn && !changed_for_all(store, steps[at - 1].seq, steps[at].seq).await? {
            continue;
        }
        let same_viewers = steps[..at].iter().all(|step| step.labels == steps[at].labels);
        return Ok(steps[usize::from(same_viewers)..at].iter().map(|step| step.seq).collect());
    }
    Ok(Vec::new())
}

/// Whether everyone saw that a record changed with a revision. Where either cannot be read, nobody is said to have.
async fn changed_for_all(store: &SqliteStore, earlier: Seq, later: Seq) -> Result<bool> {
    let mut bodies = Vec::with_capacity(2);
    for seq in [earlier, later] {
        let body: Option<Vec<u8>> = sqlx::query_scalar("SELECT body FROM revisions WHERE seq = $1")
            .bind(seq)
            .fetch_optional(&store.readers)
            .await
            .doing(DOING)?;
        bodies.push(body.unwrap_or_default());
    }
    blocking(move || {
        let mut unpacker = Unpacker::default();
        let mut read = |body: &Vec<u8>| unpacker.unpack_dataset(body).ok();
        Ok(match (read(&bodies[0]), read(&bodies[1])) {
            (Some(earlier), Some(later)) => is_seen_by_all(&earlier, &later),
            _ => false,
        })
    })
    .await
}
