//! Checking the whole store: the file, what rows say of each other, and every body and payload by its checksum.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::rows::dataset_id;
use super::{SqliteStore, acts};
use crate::body::{Unpacker, blocking};
use crate::error::Doing;
use crate::{ActChain, Result, Seq, StoreError};

const DOING: &str = "checking the store";

/// Frames that are unpacked at a time.
const AT_A_TIME: i64 = 200;
/// Lines of the log of acts that are read at a time.
const ACTS_AT_A_TIME: u32 = 1000;

pub(super) async fn check(store: &SqliteStore) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for part in [
        check_files(store).await,
        check_rows(store).await,
        check_bodies(store).await,
        check_payloads(store).await,
        check_acts(store).await,
    ] {
        match part {
            Ok(found) => faults.extend(found),
            // What SQLite cannot read any more is what the check is to say, not a reason to stop it.
            Err(StoreError::Damaged { reason }) => faults.push(reason),
            Err(error) => return Err(error),
        }
    }
    Ok(faults)
}

pub(super) async fn check_files(store: &SqliteStore) -> Result<Vec<String>> {
    let lines: Vec<String> = sqlx::query_scalar("PRAGMA quick_check").fetch_all(&store.readers).await.doing(DOING)?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}

async fn check_rows(store: &SqliteStore) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(&store.readers).await.doing(DOING)?;
    if !dangling.is_empty() {
        faults.push(format!("{} rows belong to records or runs that are not there", dangling.len()));
    }
    let row = sqlx::query(
        "SELECT (SELECT count(*) FROM records r LEFT JOIN revisions v ON v.seq = r.seq
                 WHERE v.record IS NOT r.key OR v.revision IS NOT r.revision) AS without_body,
                (SELECT coalesce(max(seq), 0) FROM revisions) > (SELECT newest FROM change_sequence WHERE only = 1)
                    AS beyond_newest,
                (SELECT count(*) FROM revisions v JOIN records r ON r.key = v.record
                    LEFT JOIN audiences a ON a.record = r.id AND a.seq = v.seq WHERE a.seq IS NULL)
                    + (SELECT count(*) FROM audiences a LEFT JOIN revisions v ON v.seq = a.seq WHERE v.seq IS NULL)
                    AS without_audience,
                (SELECT count(*) FROM runs WHERE verdict = 'running'
                    AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.run = runs.run)) AS without_lease",
    )
    .fetch_one(&store.readers)
    .await
    .doing(DOING)?;
    let without_body: i64 = row.try_get("without_body").doing(DOING)?;
    if without_body > 0 {
        faults.push(format!("{without_body} records lack their newest revision"));
    }
    if row.try_get("beyond_newest").doing(DOING)? {
        faults.push("there are changes beyond the newest number of the sequence".to_owned());
    }
    let without_audience: i64 = row.try_get("without_audience").doing(DOING)?;
    if without_audience > 0 {
        faults.push(format!("of {without_audience} changes it is not known who may see them"));
    }
    let without_lease: i64 = row.try_get("without_lease").doing(DOING)?;
    if without_lease > 0 {
        faults.push(format!("{without_lease} runs count as running without a lease"));
    }
    Ok(faults)
}

async fn check_bodies(store: &SqliteStore) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut after: Seq = 0;
    loop {
        let rows = sqlx::query(
            "SELECT v.seq AS place, r.id, v.body FROM revisions v JOIN records r ON r.key = v.record
             WHERE v.seq > $1 ORDER BY v.seq LIMIT $2",
        )
        .bind(after)
        .bind(AT_A_TIME)
        .fetch_all(&store.readers)
        .await
        .doing(DOING)?;
        let Some(last) = rows.last() else { return Ok(faults) };
        after = last.try_get("place").doing(DOING)?;
        faults.extend(
            unpack_each(rows, "body", |unpacker, frame| unpacker.unpack_dataset(frame).map(|dataset| Some(dataset.id)))
                .await?,
        );
    }
}

async fn check_payloads(store: &SqliteStore) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut after: i64 = 0;
    loop {
        let rows = sqlx::query(
            "SELECT p.record AS place, r.id, p.bytes FROM payloads p JOIN records r ON r.key = p.record
             WHERE p.record > $1 ORDER BY p.record LIMIT $2",
        )
        .bind(after)
        .bind(AT_A_TIME)
        .fetch_all(&store.readers)
        .await
        .doing(DOING)?;
        let Some(last) = rows.last() else { return Ok(faults) };
        after = last.try_get("place").doing(DOING)?;
        faults.extend(unpack_each(rows, "bytes", |unpacker, frame| unpacker.unpack(frame).map(|_| None)).await?);
    }
}

async fn check_acts(store: &SqliteStore) -> Result<Vec<String>> {
    let mut chain = ActChain::default();
    loop {
        let lines = acts::acts_after(store, chain.lines(), ACTS_AT_A_TIME).await?;
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        for line in &lines {
            if let Err(fault) = chain.follow(line) {
                return Ok(vec![format!("the log of acts: {fault}")]);
            }
        }
    }
}

/// Unpacks the frames of a column and names the records whose frame is damaged or another record's.
async fn unpack_each(
    rows: Vec<SqliteRow>,
    column: &'static str,
    unpack: fn(&mut Unpacker, &[u8]) -> std::result::Result<Option<cairn_model::DatasetId>, String>,
) -> Result<Vec<String>> {
    blocking(move || {
        let mut unpacker = Unpacker::default();
        let mut faults = Vec::new();
        for row in &rows {
            let id = dataset_id(row.try_get("id").doing(DOING)?)?;
            let fault = match unpack(&mut unpacker, row.try_get(column).doing(DOING)?) {
                Ok(Some(found)) if found != id => format!("its body is that of record {found}"),
                Ok(_) => continue,
                Err(fault) => fault,
            };
            let place: i64 = row.try_get("place").doing(DOING)?;
            faults.push(match column {
                "body" => format!("record {id}, change {place}: {fault}"),
                _ => format!("record {id}, payload: {fault}"),
            });
        }
        Ok(faults)
    })
    .await
}
