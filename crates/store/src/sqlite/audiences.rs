//! Who may know of a record at all, kept beside it: a read decides from it before any body is read.
//!
//! The policy says who; here its answer is written in the transaction of the record, and made anew when its rules change.

use std::collections::{BTreeSet, HashMap};

use cairn_model::DatasetId;
use cairn_policy::{Label, Viewer, labels_that_see, rendition};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::rows::{change, dataset_id, insert, instant};
use super::{SqliteStore, records, removals, successors};
use crate::body::{Unpacker, blocking, from_json, to_json};
use crate::error::Doing;
use crate::{ChangeMark, RecordState, Result, RevisionMark, Seq, VisibleRecord};

/// Revisions whose bodies are unpacked at a time when the rules have changed.
const AT_A_TIME: i64 = 200;

/// Changes that are looked at together.
const CHANGES_AT_A_TIME: i64 = 1_000;

/// The audience of a revision.
pub(super) struct AudienceRow {
    pub(super) record: DatasetId,
    pub(super) seq: Seq,
    /// From [`as_text`].
    pub(super) labels: String,
}

/// Labels as the column keeps them.
pub(super) fn as_text(labels: &BTreeSet<Label>) -> Result<String> {
    to_json("labels", labels)
}

pub(super) fn is_seen(labels: &str, viewer: &Viewer) -> Result<bool> {
    let labels: Vec<Label> = from_json("the labels of a record", labels)?;
    Ok(labels.iter().any(|label| viewer.holds(label)))
}

/// Puts the audiences of revisions that are not those of a retirement.
pub(super) async fn put(connection: &mut SqliteConnection, rows: Vec<AudienceRow>) -> Result<()> {
    insert(connection, "INSERT INTO audiences (record, seq, is_retired, labels) ", rows, "", |columns, row| {
        columns.push_bind(row.record.as_bytes().to_vec()).push_bind(row.seq).push_bind(false).push_bind(row.labels);
    })
    .await
    .doing("writing who may see a record")
}

/// Keeps the audience of a record that is retired once more, as that of its retirement.
pub(super) async fn retire(connection: &mut SqliteConnection, id: DatasetId, seq: Seq) -> Result<()> {
    sqlx::query(
        "INSERT INTO audiences (record, seq, is_retired, labels)
         SELECT record, $2, 1, labels FROM audiences WHERE record = $1 ORDER BY seq DESC LIMIT 1",
    )
    .bind(id.as_bytes().as_slice())
    .bind(seq)
    .execute(connection)
    .await
    .doing("retiring a record")?;
    Ok(())
}

/// The record, if the viewer may know of it or could when it was retired; nothing of it is unpacked before that is known.
pub(super) async fn visible_record(
    store: &SqliteStore,
    id: DatasetId,
    viewer: &Viewer,
) -> Result<Option<VisibleRecord>> {
    let Some(state) = visible_state(store, id, viewer).await? else { return Ok(None) };
    if state == RecordState::Active {
        match records::record(store, id).await? {
            Some(record) if record.state == RecordState::Active => {
                return Ok(Some(VisibleRecord::Active(Box::new(record))));
            }
            // It was retired in between.
            Some(_) => {}
            None => return Ok(None),
        }
    }
    let mut successor = successors::successor(store, id).await?;
    if let Some(id) = successor
        && visible_state(store, id, viewer).await? != Some(RecordState::Active)
    {
        successor = None;
    }
    Ok(Some(VisibleRecord::Retired { successor }))
}

/// Whether a record is in the catalogue, if the viewer may know of it or could when it was retired.
async fn visible_state(store: &SqliteStore, id: DatasetId, viewer: &Viewer) -> Result<Option<RecordState>> {
    const DOING: &str = "reading who may see a record";
    let newest = sqlx::query("SELECT labels, is_retired FROM audiences WHERE record = $1 ORDER BY seq DESC LIMIT 1")
        .bind(id.as_bytes().as_slice())
        .fetch_optional(&store.readers)
        .await
        .doing(DOING)?;
    let Some(newest) = newest else { return Ok(None) };
    if !is_seen(newest.try_get("labels").doing(DOING)?, viewer)? {
        return Ok(None);
    }
    let is_retired: bool = newest.try_get("is_retired").doing(DOING)?;
    Ok(Some(if is_retired { RecordState::Retired } else { RecordState::Active }))
}

/// The newest revisions of a record that `viewer` could see without a break, newest first, without their bodies.
pub(super) async fn visible_marks(store: &SqliteStore, id: DatasetId, viewer: &Viewer) -> Result<Vec<RevisionMark>> {
    const DOING: &str = "reading the history of a record";
    let rows = sqlx::query(
        "SELECT a.labels, v.seq, v.at, v.change FROM audiences a JOIN revisions v ON v.seq = a.seq
         WHERE a.record = $1 ORDER BY a.seq DESC",
    )
    .bind(id.as_bytes().as_slice())
    .fetch_all(&store.readers)
    .await
    .doing(DOING)?;
    let mut marks = Vec::new();
    for row in &rows {
        if !is_seen(row.try_get("labels").doing(DOING)?, viewer)? {
            break;
        }
        marks.push(RevisionMark {
            seq: row.try_get("seq").doing(DOING)?,
            at: instant(row.try_get("at").doing(DOING)?)?,
            change: change(row.try_get("change").doing(DOING)?)?,
        });
    }
    Ok(marks)
}

/// Revisions that `viewer` could know of, of records that they could know of at last, in the order of change.
pub(super) async fn visible_changes(
    store: &SqliteStore,
    after: Seq,
    viewer: &Viewer,
    limit: usize,
) -> Result<Vec<ChangeMark>> {
    const DOING: &str = "reading changes";
    let mut found = Vec::new();
    let mut after = after;
    // Thousands of records have the same few audiences.
    let mut seen: HashMap<String, bool> = HashMap::new();
    while found.len() < limit {
        let rows = sqlx::query(
            "SELECT v.seq, v.at, v.change, r.id, r.revision, a.labels, n.labels AS newest, 0 AS is_removal
             FROM revisions v JOIN records r ON r.key = v.record
             JOIN audiences a ON a.record = r.id AND a.seq = v.seq
             JOIN audiences n ON n.record = r.id AND n.seq = r.seq
             WHERE v.seq > $1
             UNION ALL
             SELECT seq, at, 'retired', record, 0, labels, labels, 1 FROM tombstones WHERE seq > $1
             ORDER BY seq LIMIT $2",
        )
        .bind(after)
        .bind(CHANGES_AT_A_TIME)
        .fetch_all(&store.readers)
        .await
        .doing(DOING)?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            after = row.try_get("seq").doing(DOING)?;
            let mut could_know = |column: &str| {
                let labels: &str = row.try_get(column).doing(DOING)?;
                if let Some(known) = seen.get(labels) {
                    return Ok(*known);
                }
                let known = is_seen(labels, viewer)?;
                seen.insert(labels.to_owned(), known);
                Ok(known)
            };
            if !could_know("newest")? || !could_know("labels")? {
                continue;
            }
            let mark = RevisionMark {
                seq: after,
                at: instant(row.try_get("at").doing(DOING)?)?,
                change: change(row.try_get("change").doing(DOING)?)?,
            };
            let id = dataset_id(row.try_get("id").doing(DOING)?)?;
            let is_only = row.try_get::<i64, _>("revision").doing(DOING)? == 1;
            let is_removal = row.try_get("is_removal").doing(DOING)?;
            if is_removal && removals::came_again(store, id, after, viewer).await? {
                continue;
            }
            found.push(ChangeMark { id, mark, is_only, is_removal });
            if found.len() == limit {
                break;
            }
        }
    }
    Ok(found)
}

/// Makes the audiences of all revisions anew where the rules that they were made by are not this program's, in one
/// transaction. Where they are, which is nearly always, no lock is taken.
pub(super) async fn settle(store: &SqliteStore) -> Result<()> {
    const DOING: &str = "settling who may see the records";
    const RULES: &str = "SELECT version FROM audience_rules WHERE only = 1";
    let known: i64 = sqlx::query_scalar(RULES).fetch_one(&store.readers).await.doing(DOING)?;
    if known == i64::from(rendition::VERSION) {
        return Ok(());
    }
    let mut transaction = store.begin(DOING).await?;
    let known: i64 = sqlx::query_scalar(RULES).fetch_one(&mut *transaction).await.doing(DOING)?;
    if known == i64::from(rendition::VERSION) {
        return transaction.rollback().await.doing(DOING);
    }
    sqlx::query("DELETE FROM audiences").execute(&mut *transaction).await.doing(DOING)?;
    let mut after: Seq = 0;
    loop {
        let rows = sqlx::query(
            "SELECT v.seq, v.change, v.body, r.id FROM revisions v JOIN records r ON r.key = v.record
             WHERE v.seq > $1 ORDER BY v.seq LIMIT $2",
        )
        .bind(after)
        .bind(AT_A_TIME)
        .fetch_all(&mut *transaction)
        .await
        .doing(DOING)?;
        let Some(last) = rows.last() else { break };
        after = last.try_get("seq").doing(DOING)?;
        let audiences = blocking(move || rows.iter().map(audience_of).collect::<Result<Vec<_>>>()).await?;
        put(&mut transaction, audiences).await?;
    }
    sqlx::query(
        "UPDATE audiences SET is_retired = 1 WHERE seq IN (SELECT seq FROM revisions WHERE change = 'retired')",
    )
    .execute(&mut *transaction)
    .await
    .doing(DOING)?;
    sqlx::query("UPDATE audience_rules SET version = $1 WHERE only = 1")
        .bind(rendition::VERSION)
        .execute(&mut *transaction)
        .await
        .doing(DOING)?;
    transaction.commit().await.doing(DOING)
}

/// The audience of a revision by its body.
fn audience_of(row: &SqliteRow) -> Result<AudienceRow> {
    const DOING: &str = "settling who may see the records";
    let record = dataset_id(row.try_get("id").doing(DOING)?)?;
    let labels = match Unpacker::default().unpack_dataset(row.try_get("body").doing(DOING)?) {
        Ok(dataset) if dataset.id == record => labels_that_see(&dataset),
        // What cannot be read says nothing of who may see it.
        _ => BTreeSet::from([Label::operator()]),
    };
    Ok(AudienceRow { record, seq: row.try_get("seq").doing(DOING)?, labels: as_text(&labels)? })
}
