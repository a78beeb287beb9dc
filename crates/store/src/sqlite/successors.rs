//! Which record took the place of one that its source lists under another id now.

use cairn_model::DatasetId;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::SqliteStore;
use super::rows::{IN_ONE_LIST, dataset_id, push_list};
use crate::error::Doing;
use crate::{Result, Succession};

/// Keeps that a retired record of a source goes on as an active one. What was kept of either before gives way to it.
pub(super) async fn keep(connection: &mut SqliteConnection, source: &str, succession: &Succession) -> Result<()> {
    const DOING: &str = "keeping where a record goes on";
    let kept = sqlx::query(
        "INSERT INTO successors (record, successor)
         SELECT old.id, new.id FROM records old JOIN records new ON new.source = old.source
         WHERE old.id = $1 AND new.id = $2 AND old.source = $3 AND old.state = 'retired' AND new.state = 'active'
         ON CONFLICT (record) DO UPDATE SET successor = excluded.successor",
    )
    .bind(succession.record.as_bytes().as_slice())
    .bind(succession.successor.as_bytes().as_slice())
    .bind(source)
    .execute(&mut *connection)
    .await
    .doing(DOING)?;
    if kept.rows_affected() > 0 {
        // What led to the record leads on, so that nobody has to go from place to place.
        sqlx::query("UPDATE successors SET successor = $2 WHERE successor = $1")
            .bind(succession.record.as_bytes().as_slice())
            .bind(succession.successor.as_bytes().as_slice())
            .execute(connection)
            .await
            .doing(DOING)?;
    }
    Ok(())
}

/// Forgets the successors of records that are in the catalogue again.
pub(super) async fn forget(connection: &mut SqliteConnection, records: &[DatasetId]) -> Result<()> {
    for records in records.chunks(IN_ONE_LIST) {
        let mut query = QueryBuilder::<Sqlite>::new("DELETE FROM successors WHERE record IN ");
        push_list(&mut query, records, |list, id| {
            list.push_bind(id.as_bytes().as_slice());
        });
        query.build().execute(&mut *connection).await.doing("forgetting where a record goes on")?;
    }
    Ok(())
}

/// The record that took the place of another.
pub(super) async fn successor(store: &SqliteStore, id: DatasetId) -> Result<Option<DatasetId>> {
    Ok(successions(store, &[id]).await?.first().map(|found| found.successor))
}

/// The records that took the places of some of these.
pub(super) async fn successions(store: &SqliteStore, ids: &[DatasetId]) -> Result<Vec<Succession>> {
    const DOING: &str = "reading where a record goes on";
    let mut found = Vec::new();
    for ids in ids.chunks(IN_ONE_LIST) {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT record, successor FROM successors WHERE record IN ");
        push_list(&mut query, ids, |list, id| {
            list.push_bind(id.as_bytes().as_slice());
        });
        for row in query.build().fetch_all(&store.readers).await.doing(DOING)? {
            let id = |column: &str| dataset_id(row.try_get(column).doing(DOING)?);
            found.push(Succession { record: id("record")?, successor: id("successor")? });
        }
    }
    Ok(found)
}
