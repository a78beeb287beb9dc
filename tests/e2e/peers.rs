//! Servers that others wrote, from `PyPI`, over invented records: what they hold arrives, once, and again without a write.
//!
//! `CAIRN_TEST_PYCSW`, `CAIRN_TEST_PYGEOAPI` and `CAIRN_TEST_PYOAI` name the Python programs of environments in which they are
//! installed, as `.ci/run` does it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::place::Place;
use crate::skipping::skip;

/// Records that each peer holds.
const RECORDS: u32 = 23;

const LOOPBACK: &str = "allow_private = true\n[limits]\nrequests_per_second = 0\n";

/// A peer while it runs.
pub(crate) struct Peer {
    process: Child,
    pub(crate) port: u16,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The Python program of a peer, or a word that it is not there.
pub(crate) fn python(peer: &str, variable: &str) -> Option<String> {
    let program = std::env::var(variable).ok().filter(|path| Path::new(path).exists());
    if program.is_none() {
        skip(peer, &format!("{variable} names no Python program"));
    }
    program
}

/// Starts a script of Python that prints its port once it listens.
fn start_python(python: &str, script: &str, folder: &Path) -> Peer {
    start(python, &["-W", "ignore"], script, folder, &[])
}

/// Starts a script that prints its port once it listens. It is told its folder, and what else it needs.
pub(crate) fn start(program: &str, flags: &[&str], script: &str, folder: &Path, more: &[&str]) -> Peer {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/e2e/peers").join(script);
    let mut process = Command::new(program)
        .args(flags)
        .arg(script)
        .arg(folder)
        .args(more)
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(folder.join("peer.log")).unwrap())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let begun = Instant::now();
    let port = loop {
        let line = lines.next().and_then(Result::ok);
        let told = || std::fs::read_to_string(folder.join("peer.log")).unwrap_or_default();
        assert!(line.is_some() && begun.elapsed() < Duration::from_mins(1), "the peer does not start: {}", told());
        if let Some(port) = line.and_then(|line| line.strip_prefix("port ")?.parse().ok()) {
            break port;
        }
    };
    // What it prints later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Peer { process, port }
}

/// ISO 19139 records in a folder, numbered from 1.
fn write_records(folder: &Path) {
    let records = folder.join("records");
    std::fs::create_dir_all(&records).unwrap();
    for number in 1..=RECORDS {
        let text = include_str!("peers/record.xml").replace("NUMBER", &format!("{number:03}"));
        std::fs::write(records.join(format!("{number:03}.xml")), text).unwrap();
    }
}

/// Harvests a source of a place twice.
fn arrives_once(place: &Place, source: &str) {
    let run = place.harvest(&[source], 0);
    assert_eq!(run["verdict"], "complete", "{run:#}");
    assert_eq!((&run["listed"], &run["new"]), (&RECORDS.into(), &RECORDS.into()), "{run:#}");
    let found = place.search(&["--source", source, "--limit", "0"]);
    assert_eq!(found["total"], RECORDS, "{found:#}");
    let again = place.harvest(&[source], 0);
    assert_eq!((&again["verdict"], &again["writes"]), (&"complete".into(), &0.into()), "{again:#}");
}

#[test]
fn a_pycsw_is_harvested_over_csw_and_over_oai_pmh() {
    let Some(python) = python("pycsw", "CAIRN_TEST_PYCSW") else { return };
    let folder = tempfile::tempdir().unwrap();
    write_records(folder.path());
    let peer = start_python(&python, "pycsw_peer.py", folder.path());
    let place = Place::new();
    place.source("csw", "csw", &format!("http://127.0.0.1:{}/", peer.port), LOOPBACK);
    place.source(
        "csw3",
        "csw",
        &format!("http://127.0.0.1:{}/", peer.port),
        &format!("{LOOPBACK}[csw]\nversion = \"3.0\"\n"),
    );
    place.source("oai", "oai-pmh", &format!("http://127.0.0.1:{}/?mode=oaipmh", peer.port), LOOPBACK);
    for source in ["csw", "csw3", "oai"] {
        arrives_once(&place, source);
    }
    let one = place.search(&["--source", "csw", "wells", "--country", "YEM", "--sort", "title", "--limit", "1"]);
    assert_eq!(one["items"][0]["title"], "Wells of district 001", "{one:#}");
}

#[test]
fn a_pygeoapi_is_harvested_over_ogc_api_records() {
    let Some(python) = python("pygeoapi", "CAIRN_TEST_PYGEOAPI") else { return };
    let folder = tempfile::tempdir().unwrap();
    let peer = start_python(&python, "pygeoapi_peer.py", folder.path());
    let place = Place::new();
    place.source("records", "ogc-records", &format!("http://127.0.0.1:{}", peer.port), LOOPBACK);
    arrives_once(&place, "records");
}

/// Rows of the archive that pyoai serves: each a number, a title, when it was written and whether it is deleted.
fn write_archive(folder: &Path, rows: &[(u32, &str, &str, bool)]) {
    let rows: Vec<serde_json::Value> = rows
        .iter()
        .map(|(number, title, at, deleted)| {
            let set = if number % 2 == 0 { "camps" } else { "wells" };
            let id = format!("oai:archive.example:{number}");
            serde_json::json!({"id": id, "title": title, "at": at, "set": set, "deleted": deleted})
        })
        .collect();
    // The server reads the file for each request, and must never find half of it.
    std::fs::write(folder.join("records.new"), serde_json::to_vec(&rows).unwrap()).unwrap();
    std::fs::rename(folder.join("records.new"), folder.join("records.json")).unwrap();
}

/// What was asked of the archive since it was looked at last.
fn asked(folder: &Path) -> Vec<String> {
    let log = std::fs::read_to_string(folder.join("asked.log")).unwrap();
    std::fs::remove_file(folder.join("asked.log")).unwrap();
    log.lines().map(str::to_owned).collect()
}

#[test]
fn a_pyoai_is_harvested_whole_and_then_asked_only_for_what_changed() {
    let Some(python) = python("pyoai", "CAIRN_TEST_PYOAI") else { return };
    let folder = tempfile::tempdir().unwrap();
    // One a day, so that few lie within the hours that a run asks for once more.
    let written = |number: u32| (format!("Survey {number:03}"), format!("2025-03-{number:02}T05:06:07Z"));
    let old: Vec<(String, String)> = (1..=RECORDS).map(written).collect();
    let mut rows: Vec<(u32, &str, &str, bool)> =
        (1..).zip(&old).map(|(number, (title, at))| (number, title.as_str(), at.as_str(), number == 4)).collect();
    write_archive(folder.path(), &rows);
    let peer = start_python(&python, "pyoai_peer.py", folder.path());
    let place = Place::new();
    let address = format!("http://127.0.0.1:{}/oai", peer.port);
    place.source("archive", "oai-pmh", &address, LOOPBACK);
    place.source("wells", "oai-pmh", &address, &format!("{LOOPBACK}[oai_pmh]\nset = \"wells\"\n"));

    let run = place.harvest(&["archive"], 0);
    assert_eq!((&run["verdict"], &run["new"]), (&"complete".into(), &(RECORDS - 1).into()), "{run:#}");
    assert_eq!(place.search(&["--source", "archive", "--limit", "0"])["total"], RECORDS - 1);
    // Five records an answer, and at the end no token at all.
    let lists = |asked: Vec<String>| -> Vec<String> {
        asked.into_iter().filter(|query| query.contains("verb=ListRecords")).collect()
    };
    let whole = lists(asked(folder.path()));
    assert_eq!((whole.len(), whole[0].as_str()), (5, "verb=ListRecords&metadataPrefix=oai_dc"), "{whole:#?}");

    let again = place.harvest(&["archive"], 0);
    assert_eq!((&again["verdict"], &again["writes"]), (&"complete".into(), &0.into()), "{again:#}");
    let changes = lists(asked(folder.path()));
    assert!(changes.len() == 1 && changes[0].contains("&from="), "{changes:#?}");

    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    rows[4] = (5, "Survey 005, mended", &now, false);
    rows[6] = (7, "Survey 007", &now, true);
    rows.push((RECORDS + 1, "Survey of camps", &now, false));
    write_archive(folder.path(), &rows);
    let run = place.harvest(&["archive"], 0);
    let counts = ["new", "changed", "retired"].map(|name| run[name].clone());
    assert_eq!((&run["verdict"], counts), (&"complete".into(), [1, 1, 1].map(serde_json::Value::from)), "{run:#}");
    assert!(lists(asked(folder.path())).iter().all(|query| query.contains("&from=")));
    assert_eq!(place.search(&["--source", "archive", "mended"])["items"][0]["title"], "Survey 005, mended");
    assert_eq!(place.search(&["--source", "archive", "007"])["total"], 0);

    let set = place.harvest(&["wells"], 0);
    assert_eq!((&set["verdict"], &set["new"]), (&"complete".into(), &11.into()), "{set:#}");
}
