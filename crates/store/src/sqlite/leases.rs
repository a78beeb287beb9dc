//! Leases: one run of a source at a time, and no run that nobody runs.

use jiff::{SignedDuration, Timestamp};
use sqlx::{Row, Sqlite, SqliteConnection, Transaction};

use super::rows::{instant, microseconds};
use super::{SqliteStore, checkpoints};
use crate::body::{blocking, to_json};
use crate::error::Doing;
use crate::process::{Liveness, is_alive};
use crate::{Lease, NewRun, Result, RunCounts, StoreError};

/// How long a lease holds after it was taken or renewed; every page renews it.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

const DOING: &str = "taking the lease of a source";

/// A lease that a run holds, or held when its process ended.
struct Held {
    source: String,
    run: String,
    fence: i64,
    holder: String,
    since: Timestamp,
    expires: Timestamp,
}

/// Why nobody runs a run any more.
enum Abandoned {
    /// Its process ended.
    Ended,
    /// Its process stands still, and did not renew its lease in time.
    Stalled,
    /// Its lease was not renewed in time, and nothing is known of its process.
    Silent,
}

impl Abandoned {
    fn verdict(&self) -> &'static str {
        match self {
            Self::Ended | Self::Silent => "failed",
            Self::Stalled => "lease_lost",
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Ended => "the process that ran it ended",
            Self::Stalled => "the process that ran it stood still for longer than its lease holds",
            Self::Silent => "the process that ran it ended, or was not heard of for longer than its lease holds",
        }
    }
}

/// Takes the lease of a source, in a transaction that the caller goes on with. Answers its fencing number, too.
pub(super) async fn take_lease(store: &SqliteStore, new: &NewRun) -> Result<(Transaction<'static, Sqlite>, i64)> {
    let now = store.clock.now();
    let mut transaction = store.begin(DOING).await?;
    if let Some(held) = held_lease(&mut transaction, &new.source).await? {
        let Some(abandoned) = abandoned(&held, now).await? else {
            cut_down(&mut transaction, &held, now).await?;
            transaction.commit().await.doing(DOING)?;
            return Err(StoreError::LeaseHeld { holder: held.holder, run: held.run, since: held.since });
        };
        close(&mut transaction, &held.run, &abandoned, now).await?;
    }
    let fence = take(&mut transaction, new, now).await?;
    Ok((transaction, fence))
}

pub(super) async fn begin_run(store: &SqliteStore, new: NewRun) -> Result<Lease> {
    let (mut transaction, fence) = take_lease(store, &new).await?;
    // What was held names runs by their keys, so one that it names is not given to another run, whatever was purged.
    sqlx::query(
        "INSERT INTO runs (key, run, source, verdict, counts, holder, started, problems_kept)
         VALUES (1 + max((SELECT coalesce(max(key), 0) FROM runs),
                         (SELECT coalesce(max(max(first_run, coalesce(released_by, 0))), 0) FROM held)),
                 $1, $2, 'running', $3, $4, $5, 0)",
    )
    .bind(&new.run)
    .bind(&new.source)
    .bind(to_json("counts", &RunCounts::default())?)
    .bind(&new.holder)
    .bind(microseconds(new.at))
    .execute(&mut *transaction)
    .await
    .doing(DOING)?;
    let resume = checkpoints::resume(&mut transaction, &new.source).await?;
    let state = sqlx::query_scalar("SELECT state FROM source_states WHERE source = $1")
        .bind(&new.source)
        .fetch_optional(&mut *transaction)
        .await
        .doing(DOING)?;
    transaction.commit().await.doing(DOING)?;
    Ok(Lease { run: new.run, source: new.source, fence, resume, state })
}

pub(super) async fn renew(store: &SqliteStore, lease: &Lease) -> Result<()> {
    const DOING: &str = "renewing a lease";
    let mut transaction = store.begin(DOING).await?;
    keep(&mut transaction, lease, store.clock.now()).await?;
    transaction.commit().await.doing(DOING)
}

/// Renews a lease inside the transaction of a write, which goes through only if the lease is still the newest.
pub(super) async fn keep(connection: &mut SqliteConnection, lease: &Lease, now: Timestamp) -> Result<()> {
    let kept = sqlx::query("UPDATE leases SET expires = $4 WHERE source = $1 AND run = $2 AND fence = $3")
        .bind(&lease.source)
        .bind(&lease.run)
        .bind(lease.fence)
        .bind(microseconds(expiry(now)))
        .execute(connection)
        .await
        .doing("renewing a lease")?;
    if kept.rows_affected() == 1 { Ok(()) } else { Err(StoreError::LeaseLost) }
}

/// Gives a lease back inside the transaction that closes its run.
pub(super) async fn give_back(connection: &mut SqliteConnection, lease: &Lease) -> Result<()> {
    let given = sqlx::query("UPDATE leases SET run = NULL WHERE source = $1 AND run = $2 AND fence = $3")
        .bind(&lease.source)
        .bind(&lease.run)
        .bind(lease.fence)
        .execute(connection)
        .await
        .doing("giving a lease back")?;
    if given.rows_affected() == 1 { Ok(()) } else { Err(StoreError::LeaseLost) }
}

pub(super) async fn close_abandoned_runs(store: &SqliteStore) -> Result<u64> {
    const DOING: &str = "closing abandoned runs";
    let running: Vec<String> = sqlx::query_scalar("SELECT DISTINCT source FROM runs WHERE verdict = 'running'")
        .fetch_all(&store.readers)
        .await
        .doing(DOING)?;
    let mut closed = 0;
    for source in running {
        let now = store.clock.now();
        let mut transaction = store.begin(DOING).await?;
        if let Some(held) = held_lease(&mut transaction, &source).await? {
            match abandoned(&held, now).await? {
                Some(abandoned) => {
                    close(&mut transaction, &held.run, &abandoned, now).await?;
                    sqlx::query("UPDATE leases SET run = NULL WHERE source = $1 AND fence = $2")
                        .bind(&source)
                        .bind(held.fence)
                        .execute(&mut *transaction)
                        .await
                        .doing(DOING)?;
                    closed += 1;
                }
                None => cut_down(&mut transaction, &held, now).await?,
            }
        }
        transaction.commit().await.doing(DOING)?;
    }
    Ok(closed)
}

async fn held_lease(connection: &mut SqliteConnection, source: &str) -> Result<Option<Held>> {
    let row =
        sqlx::query("SELECT run, fence, holder, since, expires FROM leases WHERE source = $1 AND run IS NOT NULL")
            .bind(source)
            .fetch_optional(connection)
            .await
            .doing(DOING)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Held {
        source: source.to_owned(),
        run: row.try_get("run").doing(DOING)?,
        fence: row.try_get("fence").doing(DOING)?,
        holder: row.try_get("holder").doing(DOING)?,
        since: instant(row.try_get("since").doing(DOING)?)?,
        expires: instant(row.try_get("expires").doing(DOING)?)?,
    }))
}

/// Whether a lease can be taken over, and why.
async fn abandoned(held: &Held, now: Timestamp) -> Result<Option<Abandoned>> {
    let holder = held.holder.clone();
    let liveness = blocking(move || Ok(is_alive(&holder))).await?;
    Ok(match (liveness, held.expires <= now) {
        (Liveness::Dead, _) => Some(Abandoned::Ended),
        (Liveness::Alive, true) => Some(Abandoned::Stalled),
        (Liveness::Unknown, true) => Some(Abandoned::Silent),
        (Liveness::Alive | Liveness::Unknown, false) => None,
    })
}

/// Cuts down a lease that runs out later than any can: the clock was put back since it was renewed.
async fn cut_down(connection: &mut SqliteConnection, held: &Held, now: Timestamp) -> Result<()> {
    if held.expires <= expiry(now) {
        return Ok(());
    }
    sqlx::query("UPDATE leases SET expires = $3 WHERE source = $1 AND fence = $2")
        .bind(&held.source)
        .bind(held.fence)
        .bind(microseconds(expiry(now)))
        .execute(connection)
        .await
        .doing(DOING)?;
    Ok(())
}

/// Closes a run that nobody runs any more.
async fn close(connection: &mut SqliteConnection, run: &str, abandoned: &Abandoned, now: Timestamp) -> Result<()> {
    tracing::warn!(run, reason = abandoned.reason(), "run closed");
    sqlx::query("UPDATE runs SET verdict = $2, reason = $3, ended = $4 WHERE run = $1 AND verdict = 'running'")
        .bind(run)
        .bind(abandoned.verdict())
        .bind(abandoned.reason())
        .bind(microseconds(now))
        .execute(connection)
        .await
        .doing(DOING)?;
    Ok(())
}

/// Writes the lease down and answers its fencing number.
async fn take(connection: &mut SqliteConnection, new: &NewRun, now: Timestamp) -> Result<i64> {
    sqlx::query_scalar(
        "INSERT INTO leases (source, fence, run, holder, since, expires) VALUES ($1, 1, $2, $3, $4, $5)
         ON CONFLICT (source) DO UPDATE SET
            fence = leases.fence + 1, run = excluded.run, holder = excluded.holder, since = excluded.since,
            expires = excluded.expires
         RETURNING fence",
    )
    .bind(&new.source)
    .bind(&new.run)
    .bind(&new.holder)
    .bind(microseconds(new.at))
    .bind(microseconds(expiry(now)))
    .fetch_one(connection)
    .await
    .doing(DOING)
}

fn expiry(now: Timestamp) -> Timestamp {
    now.saturating_add(LEASE).unwrap_or(Timestamp::MAX)
}
