//! Files that are missing, foreign, newer, damaged or cut short.

use std::fs;
use std::path::{Path, PathBuf};

use cairn_policy::Viewer;
use cairn_store::{NewAct, NewToken, OpenMode, Result, SqliteStore, Store, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};
use tempfile::TempDir;

use crate::contract::sample::{SOURCE, begin, harvest, id, minute, page, titles, write};

const MODES: [OpenMode; 4] = [OpenMode::Create, OpenMode::Existing, OpenMode::AsIs, OpenMode::ReadOnly];

struct Folder {
    _folder: TempDir,
    path: PathBuf,
}

fn folder() -> Folder {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cairn.db");
    Folder { _folder: folder, path }
}

/// A closed store with some records, each with a payload.
async fn with_records(count: usize) -> Folder {
    let folder = folder();
    let store = SqliteStore::open(&folder.path, OpenMode::Create).await.unwrap();
    let records =
        (0..count).map(|number| write(&format!("r{number}"), &format!("Wells and boreholes {number}"))).collect();
    harvest(&store, "1", records, minute(1)).await;
    store.close().await;
    folder
}

async fn by_hand(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap()
}

fn error_of(result: Result<SqliteStore>) -> StoreError {
    result.expect_err("the store is not to open")
}

#[tokio::test]
async fn only_a_writer_that_may_create_makes_a_store() {
    let folder = folder();
    for mode in [OpenMode::Existing, OpenMode::AsIs, OpenMode::ReadOnly] {
        let error = error_of(SqliteStore::open(&folder.path, mode).await);
        assert!(matches!(error, StoreError::NotFound { .. }), "{mode:?}: {error}");
        assert!(!folder.path.exists(), "{mode:?} made a file");
    }
    SqliteStore::open(&folder.path, OpenMode::Create).await.unwrap().close().await;
    for mode in MODES {
        SqliteStore::open(&folder.path, mode).await.unwrap().close().await;
    }
    let left: Vec<_> =
        fs::read_dir(folder.path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["cairn.db"]);
}

#[tokio::test]
async fn an_empty_file_is_no_store_until_somebody_makes_one_of_it() {
    let folder = folder();
    fs::write(&folder.path, b"").unwrap();
    for mode in [OpenMode::Existing, OpenMode::AsIs, OpenMode::ReadOnly] {
        let error = error_of(SqliteStore::open(&folder.path, mode).await);
        assert!(matches!(error, StoreError::NotFound { .. }), "{mode:?}: {error}");
    }
    SqliteStore::open(&folder.path, OpenMode::Create).await.unwrap();
}

#[tokio::test]
#[cfg(unix)]
async fn only_its_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let store = SqliteStore::open(&folder.path, OpenMode::Create).await.unwrap();
    begin(&store, "1").await;
    for name in ["cairn.db", "cairn.db-wal", "cairn.db-shm"] {
        let rights = fs::metadata(folder.path.with_file_name(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(rights, 0o600, "{name}");
    }
}

#[tokio::test]
async fn ten_that_open_a_new_store_at_once_all_get_it() {
    let folder = folder();
    let mut opening = tokio::task::JoinSet::new();
    for number in 0..10 {
        let path = folder.path.clone();
        opening.spawn(async move {
            let store = SqliteStore::open(&path, OpenMode::Create).await?;
            store.log_act(NewAct::new(minute(number), "somebody", "open", "the store")).await
        });
    }
    for result in opening.join_all().await {
        result.unwrap();
    }
    let store = SqliteStore::open(&folder.path, OpenMode::ReadOnly).await.unwrap();
    assert_eq!(store.acts(100).await.unwrap().len(), 10);
}

#[tokio::test]
async fn a_newer_store_is_refused_and_left_as_it_is() {
    let folder = with_records(1).await;
    let mut connection = by_hand(&folder.path).await;
    sqlx::query("INSERT INTO schema_version (version, name) VALUES (70, 'what comes later')")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let before = fs::read(&folder.path).unwrap();
    for mode in MODES {
        let error = error_of(SqliteStore::open(&folder.path, mode).await);
        assert!(matches!(error, StoreError::Newer { found: 70, known: 17 }), "{mode:?}: {error}");
    }
    assert!(fs::read(&folder.path).unwrap() == before, "the file was written");
}

#[tokio::test]
async fn each_store_has_an_identity_of_its_own_that_its_copies_share() {
    let first = with_records(1).await;
    let second = with_records(1).await;
    let copy = folder();
    fs::copy(&first.path, &copy.path).unwrap();
    let mut identities = Vec::new();
    for path in [&first.path, &first.path, &copy.path, &second.path] {
        let store = SqliteStore::open(path, OpenMode::ReadOnly).await.unwrap();
        identities.push(store.identity().await.unwrap());
    }
    let own = &identities[0];
    assert!(own.len() == 32 && own.chars().all(|digit| digit.is_ascii_hexdigit()), "{own}");
    assert_eq!((own, own), (&identities[1], &identities[2]));
    assert_ne!(own, &identities[3]);
}

#[tokio::test]
async fn a_store_of_the_first_version_is_brought_to_this_one_and_gets_an_identity() {
    let folder = folder();
    let mut connection = by_hand(&folder.path).await;
    sqlx::raw_sql(include_str!("../../migrations/sqlite/0001_records_runs_and_tokens.sql"))
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::raw_sql(
        "PRAGMA application_id = 0x43414952;
         CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
         INSERT INTO schema_version VALUES (1, 'records, runs and tokens');
         INSERT INTO acts (at, actor, act, subject) VALUES (0, 'somebody', 'open', 'the store'), (5, 'operator', 'token.create', 'a');",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();

    let error = error_of(SqliteStore::open(&folder.path, OpenMode::ReadOnly).await);
    assert!(matches!(error, StoreError::Older { found: 1, known: 17 }), "{error}");
    let store = SqliteStore::open(&folder.path, OpenMode::Existing).await.unwrap();
    // What was logged before the log was a chain is in it.
    let acts = store.acts_after(0, 10).await.unwrap();
    let told: Vec<_> =
        acts.iter().map(|act| (act.number, act.at.as_microsecond(), &*act.actor, &*act.subject)).collect();
    assert_eq!(told, [(1, 0, "somebody", "the store"), (2, 5, "operator", "a")]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let identity = store.identity().await.unwrap();
    store.close().await;
    let again = SqliteStore::open(&folder.path, OpenMode::Existing).await.unwrap();
    assert_eq!(again.identity().await.unwrap(), identity);
}

#[tokio::test]
async fn a_store_that_was_never_finished_is_finished_by_the_next_writer() {
    let folder = folder();
    let mut connection = by_hand(&folder.path).await;
    sqlx::query("PRAGMA journal_mode = WAL").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    assert!(fs::metadata(&folder.path).unwrap().len() > 0);

    let error = error_of(SqliteStore::open(&folder.path, OpenMode::ReadOnly).await);
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
    SqliteStore::open(&folder.path, OpenMode::Existing).await.unwrap();
}

#[tokio::test]
async fn a_token_that_cannot_be_logged_is_neither_made_nor_revoked() {
    let folder = with_records(1).await;
    let store = SqliteStore::open(&folder.path, OpenMode::Existing).await.unwrap();
    let token = |hash: u8| NewToken {
        hash: [hash; 32],
        prefix: "cairn_".to_owned(),
        organisation: "relief-desk".to_owned(),
        groups: Vec::new(),
        role: "reader".to_owned(),
        person: None,
        created: minute(1),
        expires: None,
    };
    let live = store.put_token(token(1), "operator").await.unwrap();
    let mut connection = by_hand(&folder.path).await;
    sqlx::query("CREATE TRIGGER no_room BEFORE INSERT ON acts BEGIN SELECT RAISE(ABORT, 'no room'); END")
        .execute(&mut connection)
        .await
        .unwrap();
    assert!(store.put_token(token(2), "operator").await.is_err());
    assert_eq!(store.token_by_hash(&[2; 32], minute(2)).await.unwrap(), None);
    assert!(store.revoke_token(&live.id, "operator", minute(2)).await.is_err());
    assert_eq!(store.token_by_hash(&[1; 32], minute(3)).await.unwrap(), Some(live));
    assert_eq!(store.acts(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_database_of_another_program_is_named_and_left_alone() {
    let folder = folder();
    let mut connection = by_hand(&folder.path).await;
    sqlx::query("CREATE TABLE records (title TEXT)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    for mode in MODES {
        let error = error_of(SqliteStore::open(&folder.path, mode).await);
        assert!(matches!(error, StoreError::Damaged { .. }), "{mode:?}: {error}");
        assert!(error.to_string().contains("cairn.db: the file is the database of another program"), "{error}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let folder = folder();
    for text in ["title,country\nWells,YEM\n".repeat(100), "short".to_owned()] {
        fs::write(&folder.path, &text).unwrap();
        for mode in MODES {
            let error = error_of(SqliteStore::open(&folder.path, mode).await).to_string();
            assert!(error.contains("cairn.db: the file is no SQLite database"), "{error}");
            assert!(error.contains("bring a copy of its folder back"), "{error}");
        }
        assert_eq!(fs::read_to_string(&folder.path).unwrap(), text);
    }
}

#[tokio::test]
async fn a_file_that_is_cut_short_is_named() {
    let folder = with_records(200).await;
    let whole = fs::read(&folder.path).unwrap();
    for length in [whole.len() - 1, whole.len() / 2, 4096, 100] {
        fs::write(&folder.path, &whole[..length]).unwrap();
        for mode in MODES {
            let error = error_of(SqliteStore::open(&folder.path, mode).await).to_string();
            assert!(error.contains("cairn.db: the file is cut short"), "{length} bytes: {error}");
        }
    }
}

#[tokio::test]
async fn a_damaged_header_or_schema_is_named() {
    let folder = with_records(200).await;
    let whole = fs::read(&folder.path).unwrap();
    // The page size, and the root page of the schema.
    for at in [16, 100] {
        let mut damaged = whole.clone();
        damaged[at..at + 8].fill(0xff);
        fs::write(&folder.path, &damaged).unwrap();
        let error = error_of(SqliteStore::open(&folder.path, OpenMode::Existing).await);
        assert!(matches!(error, StoreError::Damaged { .. }), "byte {at}: {error}");
        assert!(error.to_string().contains("cairn.db"), "byte {at}: {error}");
    }
}

/// Flips one bit in the middle of a body, wherever it stands in the file.
fn flip_in_body(path: &Path, body: &[u8]) {
    let mut file = fs::read(path).unwrap();
    let at = file.windows(body.len()).position(|window| window == body).unwrap();
    file[at + body.len() / 2] ^= 0x10;
    fs::write(path, file).unwrap();
}

#[tokio::test]
async fn a_flipped_bit_names_its_record_and_the_others_are_served() {
    let folder = with_records(5).await;
    let mut connection = by_hand(&folder.path).await;
    let body: Vec<u8> =
        sqlx::query_scalar("SELECT body FROM revisions WHERE seq = 3").fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    flip_in_body(&folder.path, &body);

    let store = SqliteStore::open(&folder.path, OpenMode::Existing).await.unwrap();
    let error = store.record(id("r2")).await.unwrap_err();
    assert!(matches!(error, StoreError::DamagedRecord { id: found, seq: 3, .. } if found == id("r2")), "{error}");

    // Who follows the changes is told, and goes on after it.
    assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["Wells and boreholes 0", "Wells and boreholes 1"]);
    let StoreError::DamagedRecord { seq, .. } = store.records_after(2, 10).await.unwrap_err() else { panic!() };
    assert_eq!(
        titles(&store.records_after(seq, 10).await.unwrap()),
        ["Wells and boreholes 3", "Wells and boreholes 4"]
    );

    let faults = store.check().await.unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with(&format!("record {}, change 3: ", id("r2"))), "{faults:?}");

    // A full harvest writes it anew; only its history keeps the scar.
    harvest(&store, "2", vec![write("r2", "Wells and boreholes, mended")], minute(2)).await;
    assert_eq!(store.records_after(0, 10).await.unwrap().len(), 5);
    assert_eq!(store.active_records(SOURCE, "", 10_000).await.unwrap().len(), 5);
}

#[tokio::test]
async fn a_column_that_cannot_be_read_names_its_record_and_the_others_are_served() {
    let folder = with_records(3).await;
    let mut connection = by_hand(&folder.path).await;
    sqlx::query("UPDATE revisions SET at = 9223372036854775807 WHERE seq = 2").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let store = SqliteStore::open(&folder.path, OpenMode::Existing).await.unwrap();
    assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["Wells and boreholes 0"]);
    let error = store.records_after(1, 10).await.unwrap_err();
    assert!(matches!(error, StoreError::DamagedRecord { id: found, seq: 2, .. } if found == id("r1")), "{error}");
    assert_eq!(titles(&store.records_after(2, 10).await.unwrap()), ["Wells and boreholes 2"]);
}

#[tokio::test]
async fn no_body_is_read_for_who_may_not_see_the_record() {
    let folder = with_records(1).await;
    let mut connection = by_hand(&folder.path).await;
    sqlx::query("UPDATE revisions SET body = x'00'").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let store = SqliteStore::open(&folder.path, OpenMode::Existing).await.unwrap();
    assert_eq!(store.visible_record(id("r0"), &Viewer::anonymous()).await.unwrap(), None);
    assert_eq!(store.visible_record(id("never"), &Viewer::anonymous()).await.unwrap(), None);
    let error = store.visible_record(id("r0"), &Viewer::operator()).await.unwrap_err();
    assert!(matches!(error, StoreError::DamagedRecord { .. }), "{error}");
}

#[tokio::test]
async fn who_may_see_the_records_is_settled_anew_when_the_rules_have_changed() {
    let folder = with_records(450).await;
    let mut connection = by_hand(&folder.path).await;
    // As after the migration of a store of an earlier version.
    sqlx::query("DELETE FROM audiences").execute(&mut connection).await.unwrap();
    sqlx::query("UPDATE audience_rules SET version = 0").execute(&mut connection).await.unwrap();
    sqlx::query("UPDATE revisions SET body = x'00' WHERE seq = 1").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let store = SqliteStore::open(&folder.path, OpenMode::Existing).await.unwrap();
    for name in ["r1", "r449"] {
        assert_eq!(store.visible_record(id(name), &Viewer::anonymous()).await.unwrap(), None);
        assert!(store.visible_record(id(name), &Viewer::operator()).await.unwrap().is_some());
    }
    assert_eq!(store.visible_record(id("r0"), &Viewer::anonymous()).await.unwrap(), None);
    assert_eq!(store.check().await.unwrap().len(), 1, "the damaged body and nothing else");
}

#[tokio::test]
async fn what_only_grows_is_never_read_through_for_a_few_rows() {
    let folder = with_records(1).await;
    let mut connection = by_hand(&folder.path).await;
    for query in [
        "DELETE FROM attempts WHERE last <= 1",
        "SELECT * FROM acts WHERE number < 9 AND actor = 'a' AND at >= 1 ORDER BY number DESC LIMIT 2",
        "SELECT * FROM acts WHERE number < 9 AND act = 'a' ORDER BY number DESC LIMIT 2",
        "SELECT * FROM acts WHERE number < 9 AND subject = 'a' ORDER BY number DESC LIMIT 2",
    ] {
        let steps = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}")));
        let steps: Vec<String> =
            steps.fetch_all(&mut connection).await.unwrap().iter().map(|step| step.get("detail")).collect();
        assert!(steps.len() == 1 && steps[0].contains("USING") && steps[0].contains("INDEX"), "{query}: {steps:?}");
    }
}

#[tokio::test]
async fn a_body_that_belongs_to_another_record_is_never_served() {
    let folder = with_records(2).await;
    let mut connection = by_hand(&folder.path).await;
    sqlx::query("UPDATE revisions SET body = (SELECT body FROM revisions WHERE seq = 2) WHERE seq = 1")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let store = SqliteStore::open(&folder.path, OpenMode::Existing).await.unwrap();
    let error = store.record(id("r0")).await.unwrap_err();
    assert!(error.to_string().contains(&format!("its body is that of record {}", id("r1"))), "{error}");
    assert_eq!(store.check().await.unwrap().len(), 1);
}

#[tokio::test]
async fn garbage_in_the_pages_is_found_by_the_check_and_is_no_panic() {
    let folder = with_records(300).await;
    let mut file = fs::read(&folder.path).unwrap();
    let pages = file.len() / 4096;
    for page in (2..pages).step_by(3) {
        file[page * 4096..page * 4096 + 64].fill(0xa5);
    }
    fs::write(&folder.path, file).unwrap();
    match SqliteStore::open(&folder.path, OpenMode::Existing).await {
        Ok(store) => assert!(!store.check().await.unwrap().is_empty()),
        Err(error) => assert!(matches!(error, StoreError::Damaged { .. }), "{error}"),
    }
}

#[tokio::test]
async fn a_log_that_was_torn_by_a_crash_opens_at_the_last_whole_transaction() {
    let folder = folder();
    let store = SqliteStore::open(&folder.path, OpenMode::Create).await.unwrap();
    let lease = begin(&store, "1").await;
    store.write_page(&lease, page(vec![write("a", "A")], minute(1))).await.unwrap();
    let log = folder.path.with_file_name("cairn.db-wal");
    let committed = fs::metadata(&log).unwrap().len();
    store.write_page(&lease, page(vec![write("b", "B")], minute(2))).await.unwrap();
    let written = fs::metadata(&log).unwrap().len();
    assert!(written > committed);

    // As the disk is found after the power went in the middle of the second page.
    for kept in [committed, committed + 1, written - 4096, written - 1] {
        let crashed = tempfile::tempdir().unwrap();
        let path = crashed.path().join("cairn.db");
        fs::copy(&folder.path, &path).unwrap();
        let torn = &fs::read(&log).unwrap()[..usize::try_from(kept).unwrap()];
        fs::write(path.with_file_name("cairn.db-wal"), torn).unwrap();
        let store = SqliteStore::open(&path, OpenMode::Existing).await.unwrap();
        assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["A"], "{kept} bytes of the log");
        assert_eq!(store.latest_seq().await.unwrap(), 1);
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn the_log_of_acts_can_be_neither_changed_nor_cut() {
    let folder = folder();
    let store = SqliteStore::open(&folder.path, OpenMode::Create).await.unwrap();
    store.log_act(NewAct::new(minute(1), "operator", "token.create", "1")).await.unwrap();
    let mut connection = by_hand(&folder.path).await;
    for attempt in ["UPDATE acts SET actor = 'nobody'", "DELETE FROM acts"] {
        let refused = sqlx::query(attempt).execute(&mut connection).await.unwrap_err();
        assert!(refused.to_string().contains("the log of acts is only added to"), "{attempt}: {refused}");
    }
    assert_eq!(store.acts(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_log_of_acts_that_was_changed_by_hand_is_a_fault_of_the_store() {
    let folder = folder();
    let store = SqliteStore::open(&folder.path, OpenMode::Create).await.unwrap();
    for subject in ["1", "2", "3"] {
        store.log_act(NewAct::new(minute(1), "operator", "token.create", subject)).await.unwrap();
    }
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let mut connection = by_hand(&folder.path).await;
    for statement in ["DROP TRIGGER acts_are_not_changed", "UPDATE acts SET actor = 'nobody' WHERE number = 2"] {
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    let faults = store.check().await.unwrap();
    assert_eq!(faults.len(), 1);
    assert!(faults[0].starts_with("the log of acts: line 2 is not what was written"), "{faults:?}");
}
