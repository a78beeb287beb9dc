//! Daily budgets: how many requests a source was sent on a day, by every run and process together.

use jiff::Timestamp;

use super::SqliteStore;
use crate::Result;
use crate::error::Doing;

/// Seconds of a day of UTC.
const DAY: i64 = 24 * 60 * 60;

pub(super) async fn spend_request(store: &SqliteStore, source: &str, at: Timestamp, per_day: u64) -> Result<bool> {
    const DOING: &str = "counting a request";
    let day = at.as_second().div_euclid(DAY);
    let mut transaction = store.begin(DOING).await?;
    // A day that lies ahead is one to which a clock had jumped: what was sent on it counts as sent today.
    sqlx::query("UPDATE requests_sent SET day = $2 WHERE source = $1 AND day > $2")
        .bind(source)
        .bind(day)
        .execute(&mut *transaction)
        .await
        .doing(DOING)?;
    let spent = sqlx::query(
        "INSERT INTO requests_sent (source, day, sent) SELECT $1, $2, 1 WHERE $3 > 0
         ON CONFLICT (source) DO UPDATE SET
            sent = CASE WHEN requests_sent.day = excluded.day THEN requests_sent.sent + 1 ELSE 1 END, day = excluded.day
         WHERE requests_sent.day < excluded.day OR requests_sent.sent < $3",
    )
    .bind(source)
    .bind(day)
    .bind(i64::try_from(per_day).unwrap_or(i64::MAX))
    .execute(&mut *transaction)
    .await
    .doing(DOING)?;
    transaction.commit().await.doing(DOING)?;
    Ok(spent.rows_affected() == 1)
}

pub(super) async fn budget_renews(store: &SqliteStore, source: &str, per_day: u64) -> Result<Option<Timestamp>> {
    let day: Option<i64> = sqlx::query_scalar("SELECT day FROM requests_sent WHERE source = $1 AND sent >= $2")
        .bind(source)
        .bind(i64::try_from(per_day).unwrap_or(i64::MAX))
        .fetch_optional(&store.readers)
        .await
        .doing("reading what was sent to a source")?;
    Ok(day.and_then(|day| Timestamp::from_second((day + 1) * DAY).ok()))
}
