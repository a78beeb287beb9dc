//! What people said of pairs of records that look alike.

use cairn_model::DatasetId;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::rows::{dataset_id, instant, microseconds};
use super::{SqliteStore, acts};
use crate::error::Doing;
use crate::{DuplicateDecision, NewAct, PairDecision, Result, StoreError};

pub(super) async fn decide(
    store: &SqliteStore,
    pair: (DatasetId, DatasetId),
    decision: Option<DuplicateDecision>,
    actor: &str,
    now: Timestamp,
) -> Result<bool> {
    const DOING: &str = "writing what was said of two records";
    let (low, high) = (pair.0.min(pair.1), pair.0.max(pair.1));
    if low == high {
        return Err(StoreError::Invalid("a record is no duplicate of itself".to_owned()));
    }
    let mut transaction = store.begin(DOING).await?;
    let (changed, act) = if let Some(decision) = decision {
        let written = sqlx::query(
            "INSERT INTO duplicate_decisions (low, high, decision, at, actor) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (low, high) DO UPDATE SET decision = $3, at = $4, actor = $5 WHERE decision <> $3",
        )
        .bind(low.as_bytes().as_slice())
        .bind(high.as_bytes().as_slice())
        .bind(name(decision))
        .bind(microseconds(now))
        .bind(actor);
        let act = match decision {
            DuplicateDecision::Confirmed => "duplicate.confirm",
            DuplicateDecision::Rejected => "duplicate.reject",
        };
        (written.execute(&mut *transaction).await.doing(DOING)?.rows_affected(), act)
    } else {
        let forgotten = sqlx::query("DELETE FROM duplicate_decisions WHERE low = $1 AND high = $2")
            .bind(low.as_bytes().as_slice())
            .bind(high.as_bytes().as_slice());
        (forgotten.execute(&mut *transaction).await.doing(DOING)?.rows_affected(), "duplicate.forget")
    };
    if changed == 0 {
        transaction.rollback().await.doing(DOING)?;
        return Ok(false);
    }
    acts::add(&mut transaction, NewAct::new(now, actor, act, format!("{low} {high}"))).await?;
    transaction.commit().await.doing(DOING)?;
    Ok(true)
}

pub(super) async fn decisions(store: &SqliteStore) -> Result<Vec<PairDecision>> {
    let rows = sqlx::query("SELECT low, high, decision, at, actor FROM duplicate_decisions ORDER BY low, high")
        .fetch_all(&store.readers)
        .await
        .doing("reading what was said of records")?;
    rows.iter().map(pair_decision).collect()
}

fn pair_decision(row: &SqliteRow) -> Result<PairDecision> {
    const DOING: &str = "reading what was said of records";
    let decision = match row.try_get("decision").doing(DOING)? {
        "confirmed" => DuplicateDecision::Confirmed,
        "rejected" => DuplicateDecision::Rejected,
        other => return Err(StoreError::Damaged { reason: format!("a decision on duplicates is {other:?}") }),
    };
    Ok(PairDecision {
        low: dataset_id(row.try_get("low").doing(DOING)?)?,
        high: dataset_id(row.try_get("high").doing(DOING)?)?,
        decision,
        at: instant(row.try_get("at").doing(DOING)?)?,
        actor: row.try_get("actor").doing(DOING)?,
    })
}

fn name(decision: DuplicateDecision) -> &'static str {
    match decision {
        DuplicateDecision::Confirmed => "confirmed",
        DuplicateDecision::Rejected => "rejected",
    }
}
