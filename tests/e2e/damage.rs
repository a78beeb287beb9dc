//! Damaged, missing and foreign data folders.

use std::path::{Path, PathBuf};

use sqlx::Connection;

use crate::packages::dump;
use crate::place::{OPEN_TERMS, Place};

/// What the damaged index must answer again: hits, order, facets.
fn answer(place: &Place) -> String {
    place.run(&["search", "--json", "wells", "--limit", "100", "--facets", "country,tag,organisation"]).exits(0).stdout
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

/// One way to damage an index.
type Harm = (&'static str, fn(&Path));

fn each(folder: &Path, harm: impl Fn(&Path)) {
    let mut all = Vec::new();
    files(folder, &mut all);
    assert!(!all.is_empty());
    all.iter().filter(|path| std::fs::metadata(path).unwrap().len() > 0).for_each(|path| harm(path));
}

fn truncate(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

fn garbage(path: &Path) {
    let length = usize::try_from(std::fs::metadata(path).unwrap().len()).unwrap();
    std::fs::write(path, vec![0xa5; length]).unwrap();
}

fn named(folder: &Path, part: &str, harm: fn(&Path)) {
    let mut all = Vec::new();
    files(folder, &mut all);
    let mut met = false;
    for path in all.iter().filter(|path| path.to_string_lossy().contains(part)) {
        harm(path);
        met = true;
    }
    assert!(met, "the index has no file with {part}: {all:?}");
}

const HARMS: [Harm; 10] = [
    ("the folder is gone", |folder| std::fs::remove_dir_all(folder).unwrap()),
    ("every file is gone", |folder| each(folder, |path| std::fs::remove_file(path).unwrap())),
    ("every file is cut in half", |folder| each(folder, truncate)),
    ("every file is garbage", |folder| each(folder, garbage)),
    ("every file is empty", |folder| each(folder, |path| std::fs::write(path, "").unwrap())),
    ("meta.json is gone", |folder| named(folder, "meta.json", |path| std::fs::remove_file(path).unwrap())),
    ("meta.json is garbage", |folder| named(folder, "meta.json", garbage)),
    ("the term dictionaries are garbage", |folder| named(folder, ".term", garbage)),
    ("the stored documents are cut in half", |folder| named(folder, ".store", truncate)),
    ("the posting lists are gone", |folder| named(folder, ".idx", |path| std::fs::remove_file(path).unwrap())),
];

#[test]
fn a_damaged_index_is_made_anew_by_the_next_search() {
    let place = Place::new();
    place.dump(&dump(60));
    place.harvest(&[], 0);
    let before = answer(&place);
    assert!(before.contains("Holding number59"));
    // Each start makes the same of the others, which the next test goes through.
    for (what, harm) in HARMS.into_iter().step_by(2) {
        harm(&place.data().join("search"));
        assert_eq!(answer(&place), before, "{what}");
    }
}

#[test]
fn a_damaged_index_is_made_anew_by_the_next_start() {
    let place = Place::new();
    place.dump(&dump(60));
    place.harvest(&[], 0);
    for (what, harm) in HARMS {
        harm(&place.data().join("search"));
        let server = place.up();
        server.wait_until_ready();
        let answer = server.get("/api/v1/search?q=wells&limit=100&facets=country");
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
        assert_eq!(answer.json()["total"], 60, "{what}");
        assert_eq!(server.stop().status.code(), Some(0), "{what}");
    }
}

#[test]
fn an_index_that_is_deleted_while_a_server_runs_comes_back_and_records_can_be_read_meanwhile() {
    let place = Place::new();
    place.dump(&dump(60));
    place.harvest(&[], 0);
    // `up` would harvest beside the test.
    let server = place.serve();
    let id = server.json("/api/v1/search?q=number7")["items"][0]["id"].as_str().unwrap().to_owned();
    std::fs::remove_dir_all(place.data().join("search")).unwrap();
    assert_eq!(server.get(&format!("/api/v1/datasets/{id}")).status, 200);
    // The next change cannot be written to what is gone.
    place.dump(&dump(61));
    let run = place.harvest(&[], 0);
    assert_eq!(run["new"], 1, "{run:#}");
    assert_eq!(server.json("/api/v1/search?limit=0")["total"], 61);
}

#[test]
fn an_index_of_another_store_is_made_anew() {
    let place = Place::new();
    place.dump(&dump(60));
    place.harvest(&[], 0);
    let other = Place::new();
    other.dump(&dump(20));
    other.harvest(&[], 0);
    // The index of the larger store beside the smaller store.
    std::fs::remove_dir_all(other.data().join("search")).unwrap();
    crate::place::copy_folder(&place.data().join("search"), &other.data().join("search"));
    assert_eq!(other.total(), 20);
}

#[test]
fn an_index_of_another_store_is_made_anew_also_when_it_is_no_further_than_the_store() {
    let [own, foreign] = ["own", "foreign"].map(|id| {
        let place = Place::new();
        place.file("dump.jsonl", dump(20).replace("number", id));
        place.source(id, "ckan", "file:../../files/dump.jsonl", OPEN_TERMS);
        place.harvest(&[], 0);
        place
    });
    let swap = || {
        std::fs::remove_dir_all(own.data().join("search")).unwrap();
        crate::place::copy_folder(&foreign.data().join("search"), &own.data().join("search"));
    };
    let is_own = |answer: &serde_json::Value| {
        let items = answer["items"].as_array().unwrap();
        answer["total"] == 20 && items.len() == 20 && items.iter().all(|item| item["source"] == "own")
    };
    swap();
    let found = own.search(&["--limit", "100"]);
    assert!(is_own(&found), "{found:#}");
    assert_eq!(own.search(&["foreign7"])["total"], 0);
    assert_eq!(own.search(&["own7"])["total"], 1);

    swap();
    let checked = own.run(&["check"]).exits(1);
    assert!(checked.stdout.contains("BAD  index"), "{checked:?}");

    let server = own.serve();
    let found = server.json("/api/v1/search?limit=100");
    assert!(is_own(&found), "{found:#}");
}

#[test]
fn a_store_that_went_back_takes_the_index_with_it() {
    let place = Place::new();
    place.dump(&dump(20));
    place.harvest(&[], 0);
    std::fs::remove_file(place.data().join("cairn.db")).unwrap();
    for rest in ["cairn.db-wal", "cairn.db-shm"] {
        let _ = std::fs::remove_file(place.data().join(rest));
    }
    place.dump(&dump(5));
    place.harvest(&[], 0);
    assert_eq!(place.search(&["--limit", "0"])["total"], 5);
}

#[test]
fn a_store_of_a_newer_version_is_refused_with_6_by_every_command_and_left_alone() {
    let place = Place::new();
    place.dump(&dump(3));
    place.harvest(&[], 0);
    write_to_store(&place, "INSERT INTO schema_version (version, name) VALUES (999, 'of the future')");
    let commands: [&[&str]; 9] = [
        &["up", "--listen", "127.0.0.1:0"],
        &["serve", "--listen", "127.0.0.1:0"],
        &["harvest"],
        &["search", "x"],
        &["runs"],
        &["token", "list"],
        &["source", "list"],
        &["reindex"],
        &["check"],
    ];
    for command in commands {
        let outcome = place.run(command).exits(6).says(&["999", "newer"]);
        assert_eq!(outcome.stdout, "", "{command:?}");
    }
    write_to_store(&place, "DELETE FROM schema_version WHERE version = 999");
    assert_eq!(place.total(), 3);
}

#[test]
fn a_store_that_is_garbage_is_told_and_left_alone() {
    let place = Place::new();
    place.dump(&dump(3));
    std::fs::create_dir_all(place.data()).unwrap();
    let file = place.data().join("cairn.db");
    for garbage in [&b"hello, I am a text"[..], &[0xa5; 8192], b"SQLite format 3\0 and nothing more"] {
        std::fs::write(&file, garbage).unwrap();
        for command in [&["up", "--listen", "127.0.0.1:0"][..], &["harvest"], &["search", "x"]] {
            let outcome = place.run(command).exits(1).says(&["cairn.db"]);
            assert!(!outcome.stderr.contains("panicked"), "{outcome:?}");
        }
        // It is what the check is to find.
        let checked = place.run(&["check"]).exits(1);
        assert!(checked.stdout.contains("ok   configuration") && checked.stdout.contains("BAD  store"), "{checked:?}");
        assert!(checked.stdout.contains("cairn.db"), "{checked:?}");
        assert_eq!(std::fs::read(&file).unwrap(), garbage, "nothing was written over it");
    }
}

#[test]
fn the_database_of_another_program_is_told_and_left_alone() {
    let place = Place::new();
    place.dump(&dump(3));
    std::fs::create_dir_all(place.data()).unwrap();
    std::fs::write(place.data().join("cairn.db"), "").unwrap();
    write_to_store(&place, "CREATE TABLE diary (day TEXT)");
    place.run(&["harvest"]).exits(1).says(&["cairn.db", "another program"]);
}

#[test]
fn a_record_that_rots_in_the_store_is_named_by_check_and_the_others_can_be_read() {
    let place = Place::new();
    place.dump(&dump(20));
    place.harvest(&[], 0);
    let id = place.search(&["number7"])["items"][0]["id"].as_str().unwrap().to_owned();
    write_to_store(
        &place,
        "UPDATE revisions SET body = zeroblob(length(body)) WHERE record = (SELECT key FROM records WHERE source_record_id LIKE '00000007-%')",
    );
    let checked = place.run(&["check"]).exits(1);
    assert!(checked.stdout.contains(&id), "{checked:?}");
    let shown = place.run(&["show", &id]);
    assert!(shown.code == 1 && !shown.stderr.contains("panicked"), "{shown:?}");
    let server = place.serve();
    assert_eq!(server.get(&format!("/api/v1/datasets/{id}")).status, 500);
    let other = server.json("/api/v1/search?q=number8")["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&format!("/api/v1/datasets/{other}")).status, 200);
    drop(server);
    place.run(&["reindex"]).exits(0);
    assert_eq!(place.total(), 19);
}

/// Runs a statement on the store, as somebody with the `sqlite3` shell could.
pub(crate) fn write_to_store(place: &Place, statement: &'static str) {
    let path = place.data().join("cairn.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}
