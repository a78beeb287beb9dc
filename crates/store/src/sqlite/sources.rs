//! What is remembered of sources.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::SqliteStore;
use crate::error::Doing;
use crate::{Result, SourceRow};

pub(super) async fn put_source(store: &SqliteStore, source: SourceRow) -> Result<()> {
    const DOING: &str = "writing a source";
    let held = sqlx::query("SELECT id, kind, title, url, organisation, configured, enabled FROM sources WHERE id = $1")
        .bind(&source.id)
        .fetch_optional(&store.readers)
        .await
        .doing(DOING)?;
    if let Some(row) = held
        && source_row(&row)? == source
    {
        return Ok(());
    }
    let mut transaction = store.begin(DOING).await?;
    sqlx::query(
        "INSERT INTO sources (id, kind, title, url, organisation, configured, enabled)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET
            kind = excluded.kind, title = excluded.title, url = excluded.url, organisation = excluded.organisation,
            configured = excluded.configured, enabled = excluded.enabled",
    )
    .bind(source.id)
    .bind(source.kind)
    .bind(source.title)
    .bind(source.url)
    .bind(source.organisation)
    .bind(source.configured)
    .bind(source.enabled)
    .execute(&mut *transaction)
    .await
    .doing(DOING)?;
    transaction.commit().await.doing(DOING)
}

pub(super) async fn remembers_source(store: &SqliteStore, source: &str) -> Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sources WHERE id = $1)")
        .bind(source)
        .fetch_one(&store.readers)
        .await
        .doing("reading sources")
}

pub(super) async fn sources(store: &SqliteStore) -> Result<Vec<SourceRow>> {
    let rows = sqlx::query(
        "SELECT id, kind, title, url, organisation, configured, enabled FROM sources s
         WHERE configured OR EXISTS (SELECT 1 FROM records r WHERE r.source = s.id)
         ORDER BY id",
    )
    .fetch_all(&store.readers)
    .await
    .doing("reading sources")?;
    rows.iter().map(source_row).collect()
}

fn source_row(row: &SqliteRow) -> Result<SourceRow> {
    const DOING: &str = "reading sources";
    Ok(SourceRow {
        id: row.try_get("id").doing(DOING)?,
        kind: row.try_get("kind").doing(DOING)?,
        title: row.try_get("title").doing(DOING)?,
        url: row.try_get("url").doing(DOING)?,
        organisation: row.try_get("organisation").doing(DOING)?,
        configured: row.try_get("configured").doing(DOING)?,
        enabled: row.try_get("enabled").doing(DOING)?,
    })
}
