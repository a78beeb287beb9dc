//! Where an interrupted run goes on, and what it had listed by then.

use cairn_model::DatasetId;
use sqlx::{Row, SqliteConnection};

use crate::body::from_json;
use crate::error::Doing;
use crate::{Lease, Result, Resume};

const DOING: &str = "keeping a checkpoint";

/// Bytes of an id.
pub(super) const ID: usize = 16;

/// Adds to what the run of a source has listed.
pub(super) async fn remember_listed(
    connection: &mut SqliteConnection,
    source: &str,
    listed: &[DatasetId],
) -> Result<()> {
    if listed.is_empty() {
        return Ok(());
    }
    let ids: Vec<u8> = listed.iter().flat_map(DatasetId::as_bytes).copied().collect();
    sqlx::query(
        "INSERT INTO listed (source, part, ids)
         SELECT $1, coalesce(max(part), 0) + 1, $2 FROM listed WHERE source = $1",
    )
    .bind(source)
    .bind(ids)
    .execute(connection)
    .await
    .doing(DOING)?;
    Ok(())
}

/// Where the last run of a source stopped, if it did not come to its end.
pub(super) async fn resume(connection: &mut SqliteConnection, source: &str) -> Result<Option<Resume>> {
    let row = sqlx::query("SELECT run, checkpoint, counts FROM checkpoints WHERE source = $1")
        .bind(source)
        .fetch_optional(&mut *connection)
        .await
        .doing(DOING)?;
    let Some(row) = row else {
        // A listing that begins again is remembered from its beginning.
        forget_listed(connection, source).await?;
        return Ok(None);
    };
    Ok(Some(Resume {
        run: row.try_get("run").doing(DOING)?,
        checkpoint: row.try_get("checkpoint").doing(DOING)?,
        counts: from_json("counts", row.try_get("counts").doing(DOING)?)?,
    }))
}

/// Keeps where another run goes on if this one is killed.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    lease: &Lease,
    checkpoint: &str,
    counts: &str,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO checkpoints (source, run, checkpoint, counts) VALUES ($1, $2, $3, $4)
         ON CONFLICT (source) DO UPDATE SET run = excluded.run, checkpoint = excluded.checkpoint, counts = excluded.counts",
    )
    .bind(&lease.source)
    .bind(&lease.run)
    .bind(checkpoint)
    .bind(counts)
    .execute(connection)
    .await
    .doing(DOING)?;
    Ok(())
}

/// Takes a checkpoint back after a page from which no run can go on. What is listed stays: a later page of the same run
/// may have a checkpoint again.
pub(super) async fn take_back(connection: &mut SqliteConnection, source: &str) -> Result<()> {
    sqlx::query("DELETE FROM checkpoints WHERE source = $1").bind(source).execute(connection).await.doing(DOING)?;
    Ok(())
}

/// Forgets a checkpoint and what was listed: the run came to its end.
pub(super) async fn forget(connection: &mut SqliteConnection, source: &str) -> Result<()> {
    take_back(connection, source).await?;
    forget_listed(connection, source).await
}

/// Forgets what was listed: the listing begins anew.
pub(super) async fn forget_listed(connection: &mut SqliteConnection, source: &str) -> Result<()> {
    sqlx::query("DELETE FROM listed WHERE source = $1").bind(source).execute(connection).await.doing(DOING)?;
    Ok(())
}
