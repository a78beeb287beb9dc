//! Bad input: a clear, located error; nothing lost; the rest goes on.

use std::net::TcpListener;

use serde_json::Value;

use crate::packages::{dump, lines, package};
use crate::place::{OPEN_TERMS, Place, finished};

fn reason(run: &Value) -> &str {
    run["reason"].as_str().unwrap_or_else(|| panic!("no reason: {run:#}"))
}

/// The problems that a run listed.
fn problems(place: &Place, run: &Value) -> Vec<Value> {
    let (source, id) = (run["source"].as_str().unwrap(), run["run"].as_str().unwrap());
    let answer = place.run(&["runs", source, "--problems", id, "--json"]).exits(0).json();
    answer["problems"].as_array().unwrap().clone()
}

#[test]
fn a_source_reads_files_below_the_declared_folders_and_no_others() {
    let place = Place::new();
    place.dump(&dump(3));
    place.file("elsewhere.csv", "id,title\na,Wells\n");
    let folder = place.data().parent().unwrap().to_owned();
    std::fs::create_dir(folder.join("inventories")).unwrap();
    std::os::unix::fs::symlink(folder.join("files/elsewhere.csv"), folder.join("inventories/link.csv")).unwrap();
    std::fs::write(folder.join("inventories/own.csv"), "id,title\nb,Clinics\n").unwrap();
    place.source("own", "inventory", "file:../../inventories/own.csv", "");
    place.source("link", "inventory", "file:../../inventories/link.csv", "");
    place.run(&["check"]).exits(0);
    assert_eq!(place.run(&["harvest", "--json", "--dry-run"]).exits(0).json()["runs"].as_array().unwrap().len(), 3);

    place.configure("[harvest]\nfile_roots = [\"../inventories\"]\n");
    let answer = place.run(&["harvest", "--json"]);
    for run in answer.json()["runs"].as_array().unwrap() {
        let expected = if run["source"] == "own" { "complete" } else { "failed" };
        assert_eq!(run["verdict"], expected, "{run:#}");
        let reason = run["reason"].as_str().unwrap_or_default();
        assert_eq!(reason.contains("outside the folders of harvest.file_roots"), expected == "failed", "{run:#}");
    }
    let checked = place.run(&["check"]).exits(1).stdout;
    let told =
        |id: &str| checked.lines().any(|line| line.starts_with("BAD") && line.contains(&format!("source {id}:")));
    assert_eq!((told("own"), told("link"), told("dump")), (false, true, true), "{checked}");
}

#[test]
fn json_that_breaks_off_is_told_with_its_byte_and_what_came_before_stays() {
    let place = Place::new();
    let whole = format!("[{}]", dump(50).trim_end().replace('\n', ","));
    let cut = &whole[..whole.len() - 100];
    place.file("dump.json", cut);
    place.source("dump", "ckan", "file:../../files/dump.json", OPEN_TERMS);
    let run = place.harvest(&[], 3);
    assert_eq!((&run["verdict"], &run["new"]), (&"partial".into(), &49.into()), "{run:#}");
    assert!(reason(&run).contains("byte"), "{run:#}");
    assert_eq!(place.total(), 49);

    place.file("dump.json", &whole);
    let run = place.harvest(&[], 0);
    assert_eq!(
        (&run["verdict"], &run["new"], &run["unchanged"]),
        (&"complete".into(), &1.into(), &49.into()),
        "{run:#}"
    );
}

#[test]
fn json_that_is_broken_from_its_start_is_told_with_its_byte_and_changes_nothing() {
    let place = Place::new();
    place.dump(&dump(5));
    place.harvest(&[], 0);
    place.file("dump.jsonl", "{\"help\": \"x\", \"success\": tru, \"result\": {}}\n");
    let run = place.harvest(&[], 1);
    assert_eq!(run["verdict"], "failed", "{run:#}");
    // `tru,` stands at the bytes 25 to 28: the comma is the first byte that is wrong.
    assert!(reason(&run).ends_with("at byte 28"), "{run:#}");
    assert_eq!(place.total(), 5);
}

#[test]
fn one_broken_line_among_good_ones_is_told_with_its_place_and_the_others_go_in() {
    let place = Place::new();
    let good = dump(10);
    let mut rows: Vec<&str> = good.lines().collect();
    rows.insert(4, "{\"id\": \"broken\", \"title\": ");
    place.dump(&rows.join("\n"));
    let run = place.harvest(&[], 0);
    assert_eq!((&run["verdict"], &run["new"]), (&"complete_with_errors".into(), &10.into()), "{run:#}");
    let begin: usize = rows[..4].iter().map(|row| row.len() + 1).sum();
    let found = problems(&place, &run);
    let bytes: Vec<u64> = found.iter().filter_map(|problem| problem["problem"]["position"]["byte"].as_u64()).collect();
    let line = begin as u64..=(begin + rows[4].len()) as u64;
    assert!(bytes.iter().any(|byte| line.contains(byte)), "no problem at {line:?}: {found:#?}");
}

#[test]
fn one_poisoned_record_among_good_ones_is_an_error_of_its_own() {
    let place = Place::new();
    let mut packages: Vec<Value> = (0..20).map(|number| package(number, 1)).collect();
    packages[7] =
        serde_json::json!({"title": {"deep": [1, 2, 3]}, "resources": "none", "tags": 7, "groups": {"x": null}});
    packages[8]["resources"] = "not a list".into();
    packages[9]["title"] = Value::Null;
    packages[10]["metadata_modified"] = "the day before yesterday".into();
    packages[11]["extras"] = serde_json::json!([[], 3, {"key": 4}]);
    place.dump(&lines(packages));
    let run = place.harvest(&[], 0);
    assert_eq!((&run["verdict"], &run["listed"]), (&"complete_with_errors".into(), &20.into()), "{run:#}");
    assert_eq!(place.total(), 19, "only the record without an identifier is left out");
    assert!(problems(&place, &run).iter().any(|one| one["problem"]["code"] == "no-identity"), "{run:#}");
}

#[test]
fn an_identifier_listed_twice_keeps_the_first_record_and_names_the_second() {
    let place = Place::new();
    place.dump(&lines([package(1, 1), package(2, 1), package(1, 2)]));
    let run = place.harvest(&[], 0);
    assert_eq!((&run["verdict"], &run["new"]), (&"complete_with_errors".into(), &2.into()), "{run:#}");
    assert!(problems(&place, &run).iter().any(|one| one["problem"]["code"] == "duplicate-identifier"));
    assert_eq!(place.search(&["number1"])["items"][0]["title"], "Holding number1 version1");
}

#[test]
fn a_page_of_html_where_json_was_due_is_told() {
    let place = Place::new();
    place.dump("<!DOCTYPE html><html><title>Down for maintenance</title></html>");
    let run = place.harvest(&[], 1);
    assert_eq!(run["verdict"], "failed", "{run:#}");
    assert!(reason(&run).contains("web page"), "{run:#}");
    assert_eq!(run["listed"], 0);
}

#[test]
fn a_source_that_is_empty_is_refused_only_after_it_had_records() {
    let nothing = "{\"success\": true, \"result\": {\"count\": 0, \"results\": []}}";
    for (name, empty) in [("answer.json", nothing), ("dump.json", "[]")] {
        let place = Place::new();
        place.source("dump", "ckan", &format!("file:../../files/{name}"), OPEN_TERMS);
        place.file(name, empty);
        let run = place.harvest(&[], 0);
        assert_eq!((&run["verdict"], &run["listed"]), (&"complete".into(), &0.into()), "{name}: {run:#}");

        place.file(name, format!("[{}]", package(1, 1)));
        place.harvest(&[], 0);
        let before = place.total();
        place.file(name, empty);
        let run = place.harvest(&[], 4);
        assert_eq!(
            (&run["verdict"], &run["missing"], &run["retired"]),
            (&"empty_refused".into(), &0.into(), &0.into())
        );
        assert_eq!(place.total(), before);
    }
}

#[test]
fn a_file_of_no_bytes_is_a_failure_and_no_empty_source() {
    let place = Place::new();
    place.dump(&dump(3));
    place.harvest(&[], 0);
    place.dump("");
    let run = place.harvest(&[], 1);
    assert_eq!(run["verdict"], "failed", "{run:#}");
    assert!(reason(&run).contains("empty"), "{run:#}");
    assert_eq!(place.total(), 3);
}

#[test]
fn a_file_that_is_not_there_is_a_failure_that_names_it() {
    let place = Place::new();
    place.source("dump", "ckan", "file:../../files/nothing.jsonl", OPEN_TERMS);
    let run = place.harvest(&[], 1);
    assert_eq!(run["verdict"], "failed");
    assert!(reason(&run).contains("nothing.jsonl"), "{run:#}");
    place.run(&["check"]).exits(1);
}

#[test]
fn a_source_that_is_down_exits_5_and_beside_one_that_is_fine_3() {
    // Nobody listens where somebody listened a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = Place::new();
    place.source("down", "ckan", &format!("http://127.0.0.1:{port}"), "allow_private = true");
    // Both at once, since either is tried again for some seconds.
    let alone = place.start(&["harvest", "--json"]);
    let beside = Place::new();
    beside.source("down", "ckan", &format!("http://127.0.0.1:{port}"), "allow_private = true");
    beside.dump(&dump(3));
    let both = beside.run(&["harvest", "--json"]).exits(3).json();
    let run = finished(alone).exits(5).json()["runs"][0].clone();
    assert_eq!(run["verdict"], "failed", "{run:#}");
    assert!(reason(&run).contains("127.0.0.1"), "{run:#}");
    let verdicts: Vec<(&str, &str)> = both["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| (run["source"].as_str().unwrap(), run["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(verdicts, [("down", "failed"), ("dump", "complete")]);
    assert_eq!(beside.total(), 3);
}

#[test]
fn a_private_address_is_refused_where_nobody_allowed_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Place::new();
    place.source("inner", "ckan", &format!("http://{}", listener.local_addr().unwrap()), "");
    let run = place.harvest(&[], 1);
    assert!(reason(&run).contains("allow_private") || reason(&run).contains("private"), "{run:#}");
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "nobody connected");
}

#[test]
fn an_inventory_tells_row_and_column_of_what_it_cannot_read_and_the_good_rows_go_in() {
    let place = Place::new();
    place.file(
        "desk.csv",
        "id,title,country,sharing,modified\n\
         a,Wells of Taiz,Yemen,public,2024-02-30\n\
         b,Clinics of Aleppo,Atlantis,public,2024-01-01\n\
         c,,,,\n\
         d,\"Roads, bridges\nand ferries\",Mali,public,2024-01-01\n",
    );
    place.source("desk", "inventory", "file:../../files/desk.csv", "organisation = \"Example Desk\"");
    let run = place.harvest(&[], 0);
    let found = problems(&place, &run);
    let at = |row: u64, column: &str| {
        found.iter().any(|one| {
            one["problem"]["position"]["row"] == row
                && one["problem"]["position"]["column"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(column))
        })
    };
    assert!(at(2, "modified") && at(3, "country"), "{found:#?}");
    assert!(run["new"].as_u64().unwrap() >= 3, "{run:#}");
    assert_eq!(place.search(&["--as-operator", "ferries"])["total"], 1);
}

#[test]
fn a_gzip_that_breaks_off_never_counts_as_complete() {
    use std::io::Write;
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    zipped.write_all(dump(200).as_bytes()).unwrap();
    let zipped = zipped.finish().unwrap();
    let place = Place::new();
    place.source("dump", "ckan", "file:../../files/dump.jsonl.gz", OPEN_TERMS);
    place.file("dump.jsonl.gz", &zipped);
    place.harvest(&[], 0);
    assert_eq!(place.total(), 200);
    place.file("dump.jsonl.gz", &zipped[..zipped.len() - 60]);
    let outcome = place.run(&["harvest", "--json"]);
    assert!([1, 3].contains(&outcome.code), "{outcome:?}");
    let run = outcome.json()["runs"][0].clone();
    assert!(["failed", "partial"].contains(&run["verdict"].as_str().unwrap()), "{run:#}");
    assert_eq!((&run["missing"], &run["retired"]), (&0.into(), &0.into()));
    assert_eq!(place.total(), 200);
}
