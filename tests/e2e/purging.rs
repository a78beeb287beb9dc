//! Purging a source, beside a server and without one, and killed at any moment.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::damage::write_to_store;
use crate::packages::{lines, package};
use crate::place::{Place, finished, signal};

const PACKAGES: usize = 1500;
/// A word that only what is purged holds.
const WORD: &str = "zarmandil";

/// A harvested portal that is not configured any more, and a ledger of twenty rows that is.
fn harvested() -> Place {
    let place = Place::new();
    let named = (0..PACKAGES).map(|number| {
        let mut package = package(number, 1);
        package["notes"] = json!(format!("Wells of {WORD}-{number}"));
        package
    });
    place.dump(&lines(named));
    let rows = (0..20).map(|row| format!("row-{row},Ledger row{row},public,low,full,Mali\n"));
    place.file("ledger.csv", format!("id,title,sharing,sensitivity,listing,country\n{}", rows.collect::<String>()));
    place.source("ledger", "inventory", "file:../../files/ledger.csv", "organisation = \"Example Desk\"");
    place.run(&["harvest"]).exits(0);
    assert_eq!(place.total(), (PACKAGES + 20) as u64);
    place.forget_source("dump");
    place
}

/// Files of the data folder that hold the word.
fn remembering(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(remembering(&path));
            continue;
        }
        // A file may go away while it is looked for.
        let bytes = std::fs::read(&path).unwrap_or_default();
        if bytes.windows(WORD.len()).any(|window| window == WORD.as_bytes()) {
            found.push(path);
        }
    }
    found
}

/// Waits for files that no segment of the index names any more.
fn forgets(place: &Place) {
    let begun = Instant::now();
    loop {
        let found = remembering(&place.data());
        if found.is_empty() {
            return;
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "{found:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The bytes of the store, with what its log still held brought in: what moves from one to the other writes nothing new.
fn settled_store(place: &Place) -> Vec<u8> {
    write_to_store(place, "PRAGMA wal_checkpoint(TRUNCATE)");
    std::fs::read(place.data().join("cairn.db")).unwrap()
}

#[test]
fn a_purge_is_told_before_it_is_made_and_made_only_on_somebodys_word() {
    let place = harvested();
    let before = settled_store(&place);
    let preview = place.run(&["source", "purge", "dump", "--dry-run", "--json"]).exits(0).json();
    assert_eq!(preview["dry_run"], true);
    assert_eq!(preview["purge"]["records"], PACKAGES);
    assert_eq!(preview["purge"]["configured"], false);
    assert!(settled_store(&place) == before, "a dry run wrote");

    place.run(&["source", "purge", "dump"]).exits(2).says(&["--yes", "cannot be undone"]);
    place.run(&["source", "purge", "ledger", "--yes"]).exits(2).says(&["still configured"]);
    place.run(&["source", "purge", "dum", "--yes"]).exits(2).says(&["nothing is known of a source `dum`"]);
    assert_eq!(place.total(), (PACKAGES + 20) as u64);

    let purged = place.run(&["source", "purge", "dump", "--yes", "--json"]).exits(0).json();
    assert_eq!((&purged["dry_run"], &purged["purge"]["records"]), (&json!(false), &json!(PACKAGES)));
    assert_eq!(place.total(), 20);
    assert_eq!(remembering(&place.data()), Vec::<PathBuf>::new());
    place.run(&["check"]).exits(0);
    place.run(&["source", "purge", "ledger", "--yes", "--configured"]).exits(0);
    assert_eq!(place.total(), 0);
    assert_eq!(place.harvest(&["ledger"], 0)["new"], 20);
}

#[test]
fn a_server_follows_a_purge_and_its_files_forget() {
    let place = harvested();
    let server = place.serve();
    let found = |query: &str| server.json(&format!("/api/v1/search?limit=1&q={query}"))["total"].clone();
    let feed = server.json("/api/v1/changes?limit=500");
    assert_eq!((found("wells"), found("ledger")), (json!(PACKAGES), json!(20)));
    let id = server.json("/api/v1/search?limit=1&q=wells")["items"][0]["id"].as_str().unwrap().to_owned();

    place.run(&["source", "purge", "dump", "--yes"]).exits(0);
    assert_eq!((found("wells"), found("ledger")), (json!(0), json!(20)));
    assert_eq!(server.get(&format!("/api/v1/datasets/{id}")).status, 404);
    forgets(&place);

    // A mirror that was in the middle of the purged records begins anew, and is told what is gone.
    let next = feed["next"].as_str().unwrap();
    assert_eq!(server.get(&format!("/api/v1/changes?since={next}")).status, 410);
    let mut gone = 0;
    let mut target = "/api/v1/changes?limit=500".to_owned();
    loop {
        let page = server.json(&target);
        gone += page["changes"].as_array().unwrap().iter().filter(|change| change["deleted"] == true).count();
        if page["complete"] == true {
            break;
        }
        target = format!("/api/v1/changes?limit=500&since={}", page["next"].as_str().unwrap());
    }
    assert_eq!(gone, PACKAGES);
}

#[test]
fn kill_9_at_any_moment_of_a_purge_leaves_one_that_goes_on() {
    for beside_a_server in [false, true] {
        let place = harvested();
        let server = beside_a_server.then(|| place.serve());
        let mut kills = 0;
        let mut wait = Duration::from_millis(15);
        loop {
            let mut child = place.start(&["source", "purge", "dump", "--yes", "--json"]);
            std::thread::sleep(wait);
            wait = wait.mul_f64(1.5);
            if child.try_wait().unwrap().is_some() {
                let outcome = finished(child);
                let purged = outcome.exits(0).json();
                assert_eq!(purged["purge"]["records"], PACKAGES, "all parts of it are counted: {purged}");
                break;
            }
            signal(&child, "KILL");
            let outcome = finished(child);
            kills += 1;
            assert!(!outcome.stderr.contains("panicked"), "{outcome:?}");
            let left = place.run(&["source", "purge", "dump", "--dry-run", "--json"]);
            let is_over = left.code == 2;
            let left = if is_over { 0 } else { left.exits(0).json()["purge"]["records"].as_u64().unwrap() };
            // What is gone from the store is gone from the index, as soon as somebody looks.
            assert_eq!(place.total(), left + 20, "after {kills} kills");
            place.run(&["check"]).exits(0);
            if is_over {
                // It was killed after its end, before it could say so.
                break;
            }
        }
        println!("{kills} kills, beside a server: {beside_a_server}");
        assert!(kills > 3, "the purge was killed {kills} times only");
        assert_eq!(place.total(), 20);
        forgets(&place);
        place.run(&["check"]).exits(0);
        drop(server);
    }
}
