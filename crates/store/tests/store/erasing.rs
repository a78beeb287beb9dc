//! What is deleted is gone from the files, too.

use std::path::Path;

use cairn_model::Problem;
use cairn_store::{Held, HeldKind, NewRun, OpenMode, PageWrite, RunProblem, SqliteStore, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::contract::sample::{SOURCE, begin, complete, harvest, minute, new_run, page, write, write_of};

/// A word that stands nowhere else.
const WORD: &str = "zarmandil";

/// How often some bytes stand in the file of a store and in its log.
fn found(path: &Path, wanted: &[u8]) -> usize {
    let log = path.with_extension("db-wal");
    let files = [path, &log].map(|file| std::fs::read(file).unwrap_or_default());
    files.iter().map(|bytes| bytes.windows(wanted.len()).filter(|window| *window == wanted).count()).sum()
}

/// Records of a source whose ids, payloads and problems hold the word, with a longer history, between those of another.
async fn plant(store: &SqliteStore) {
    for round in 0..3_i64 {
        let records = (0..300).map(|number| write(&format!("{WORD}-{number}"), &format!("Title {round} of {number}")));
        harvest(store, &format!("portal {round}"), records.collect(), minute(round)).await;
        let lease = store.begin_run(new_run(&format!("neighbour {round}"), "neighbour")).await.unwrap();
        let kept = (0..300).map(|number| {
            let title = format!("Kept {round} of {number}");
            write_of(crate::contract::sample::dataset("neighbour", &format!("n{number}"), &title))
        });
        store.write_page(&lease, page(kept.collect(), minute(round))).await.unwrap();
        store.finish_run(&lease, complete(minute(round))).await.unwrap();
    }
    let lease = begin(store, "problems").await;
    let problem = Problem::error("no-id", "", WORD);
    let met = RunProblem { source_record_id: None, problem: problem.clone() };
    let held = Held { kind: HeldKind::Removal, source_record_id: WORD.to_owned(), problem };
    let problems = PageWrite {
        problems: vec![met.clone()],
        listing_problems: vec![met],
        held: vec![held],
        checkpoint: Some(WORD.to_owned()),
        ..page(Vec::new(), minute(4))
    };
    store.write_page(&lease, problems).await.unwrap();
    store.finish_run(&lease, complete(minute(4))).await.unwrap();
}

/// The packed payload of the first planted record, without the head that all payloads share.
async fn a_payload(path: &Path) -> Vec<u8> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    let payload: Vec<u8> = sqlx::query_scalar(
        "SELECT p.bytes FROM payloads p JOIN records r ON r.key = p.record WHERE r.source = $1 ORDER BY r.key LIMIT 1",
    )
    .bind(SOURCE)
    .fetch_one(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    payload
}

#[tokio::test]
async fn nothing_of_a_purged_source_is_left_in_the_file_or_its_log_while_others_have_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cairn.db");
    let store = SqliteStore::open(&path, OpenMode::Create).await.unwrap();
    plant(&store).await;
    // A server beside the purge: what it has open keeps the log.
    let server = SqliteStore::open(&path, OpenMode::Existing).await.unwrap();
    assert_eq!(server.latest_seq().await.unwrap(), 1800);
    let payload = a_payload(&path).await;
    assert!(found(&path, WORD.as_bytes()) > 900 && found(&path, &payload) > 0);

    let request = NewRun { at: minute(5), ..new_run("purge", SOURCE) };
    let purge = store.begin_purge(request, "operator").await.unwrap();
    while store.purge_some(&purge, minute(5)).await.unwrap() {}
    store.erase_deleted().await.unwrap();
    store.finish_purge(&purge, "operator", minute(5)).await.unwrap();

    assert_eq!((found(&path, WORD.as_bytes()), found(&path, &payload)), (0, 0));
    assert_eq!(server.records_after(0, 1000).await.unwrap().len(), 300);
    assert_eq!(server.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_an_earlier_version_deleted_is_erased_by_the_next_purge() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cairn.db");
    let store = SqliteStore::open(&path, OpenMode::Create).await.unwrap();
    plant(&store).await;
    store.close().await;
    // Earlier versions only took rows off their pages.
    let mut by_hand =
        SqliteConnectOptions::new().filename(&path).pragma("secure_delete", "OFF").connect().await.unwrap();
    for statement in [
        "DELETE FROM records WHERE source = 'portal'",
        "DELETE FROM runs WHERE source = 'portal'",
        "DELETE FROM held",
        "DELETE FROM listing_problems",
        "DELETE FROM audiences WHERE record NOT IN (SELECT id FROM records)",
    ] {
        sqlx::query(statement).execute(&mut by_hand).await.unwrap();
    }
    by_hand.close().await.unwrap();
    assert!(found(&path, WORD.as_bytes()) > 0);

    let store = SqliteStore::open(&path, OpenMode::Existing).await.unwrap();
    store.erase_deleted().await.unwrap();
    assert_eq!(found(&path, WORD.as_bytes()), 0);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn the_log_is_not_cut_under_a_reader_and_the_purge_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cairn.db");
    let store = SqliteStore::open(&path, OpenMode::Create).await.unwrap();
    plant(&store).await;
    let options = SqliteConnectOptions::new().filename(&path);
    let mut reader = options.connect().await.unwrap();
    let mut reading = reader.begin().await.unwrap();
    let _: i64 = sqlx::query_scalar("SELECT count(*) FROM records").fetch_one(&mut *reading).await.unwrap();
    let erasing = tokio::spawn(async move {
        let erased = store.erase_deleted().await;
        (store, erased)
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    // It waits for the reader, as long as a write waits for others.
    assert!(!erasing.is_finished());
    reading.rollback().await.unwrap();
    let (_store, erased) = erasing.await.unwrap();
    erased.unwrap();
    assert_eq!(std::fs::metadata(path.with_extension("db-wal")).map_or(0, |log| log.len()), 0);
}
