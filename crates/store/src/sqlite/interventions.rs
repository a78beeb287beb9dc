//! What people decided about the schedule of a source: pauses, and runs that are to stop.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::rows::{microseconds, optional_instant};
use super::{SqliteStore, acts};
use crate::error::Doing;
use crate::{Intervention, NewAct, Pause, Result};

const DOING: &str = "writing what was decided about a source";

pub(super) async fn intervention(store: &SqliteStore, source: &str) -> Result<Intervention> {
    let row =
        sqlx::query("SELECT paused_since, paused_by, pause_reason, stopped_run FROM interventions WHERE source = $1")
            .bind(source)
            .fetch_optional(&store.readers)
            .await
            .doing("reading what was decided about a source")?;
    row.as_ref().map_or_else(|| Ok(Intervention::default()), intervention_of)
}

fn intervention_of(row: &SqliteRow) -> Result<Intervention> {
    const DOING: &str = "reading what was decided about a source";
    let paused = match optional_instant(row.try_get("paused_since").doing(DOING)?)? {
        None => None,
        Some(since) => Some(Pause {
            since,
            by: row.try_get::<Option<String>, _>("paused_by").doing(DOING)?.unwrap_or_default(),
            reason: row.try_get("pause_reason").doing(DOING)?,
        }),
    };
    Ok(Intervention { paused, stopped_run: row.try_get("stopped_run").doing(DOING)? })
}

pub(super) async fn pause_source(store: &SqliteStore, source: &str, pause: Pause, actor: &str) -> Result<bool> {
    let mut transaction = store.begin(DOING).await?;
    let paused = sqlx::query(
        "INSERT INTO interventions (source, paused_since, paused_by, pause_reason) VALUES ($1, $2, $3, $4)
         ON CONFLICT (source) DO UPDATE SET
            paused_since = excluded.paused_since, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason
         WHERE interventions.paused_since IS NULL",
    )
    .bind(source)
    .bind(microseconds(pause.since))
    .bind(&pause.by)
    .bind(&pause.reason)
    .execute(&mut *transaction)
    .await
    .doing(DOING)?;
    if paused.rows_affected() == 0 {
        return Ok(false);
    }
    acts::add(&mut transaction, NewAct::new(pause.since, actor, "source.pause", source)).await?;
    transaction.commit().await.doing(DOING)?;
    Ok(true)
}

pub(super) async fn resume_source(store: &SqliteStore, source: &str, actor: &str, now: Timestamp) -> Result<bool> {
    let mut transaction = store.begin(DOING).await?;
    let resumed = sqlx::query(
        "UPDATE interventions SET paused_since = NULL, paused_by = NULL, pause_reason = NULL
         WHERE source = $1 AND paused_since IS NOT NULL",
    )
    .bind(source)
    .execute(&mut *transaction)
    .await
    .doing(DOING)?;
    if resumed.rows_affected() == 0 {
        return Ok(false);
    }
    acts::add(&mut transaction, NewAct::new(now, actor, "source.resume", source)).await?;
    transaction.commit().await.doing(DOING)?;
    Ok(true)
}

pub(super) async fn ask_to_stop(
    store: &SqliteStore,
    source: &str,
    actor: &str,
    now: Timestamp,
) -> Result<Option<String>> {
    let mut transaction = store.begin(DOING).await?;
    let running: Option<String> = sqlx::query_scalar("SELECT run FROM leases WHERE source = $1 AND run IS NOT NULL")
        .bind(source)
        .fetch_optional(&mut *transaction)
        .await
        .doing(DOING)?;
    let Some(run) = running else { return Ok(None) };
    sqlx::query(
        "INSERT INTO interventions (source, stopped_run) VALUES ($1, $2)
         ON CONFLICT (source) DO UPDATE SET stopped_run = excluded.stopped_run",
    )
    .bind(source)
    .bind(&run)
    .execute(&mut *transaction)
    .await
    .doing(DOING)?;
    acts::add(&mut transaction, NewAct::new(now, actor, "source.stop", format!("{source}: run {run}"))).await?;
    transaction.commit().await.doing(DOING)?;
    Ok(Some(run))
}
