//! Commands that look at sources and write nothing: what they read is as it was, and runs go on.

use std::time::Duration;

use serde_json::json;

use crate::packages::{dump, package};
use crate::place::{Place, finished};
use crate::portal::Portal;
use crate::portals::place_for;

#[test]
fn what_writes_nothing_makes_no_data_folder() {
    let place = Place::new();
    place.dump(&dump(3));
    let run = place.harvest(&["--dry-run"], 0);
    assert_eq!((&run["verdict"], &run["new"]), (&"complete".into(), &3.into()), "{run:#}");
    place.run(&["source", "check"]).exits(0);
    let preview = place.run(&["source", "preview", "dump", "--json"]).exits(0).json();
    assert_eq!(preview["preview"]["new"], 3, "{preview:#}");
    place.run(&["source", "list"]).exits(0);
    assert!(!place.data().exists(), "something was written");

    // The same beside a store, of which nothing changes but the log of who looked.
    place.harvest(&[], 0);
    place.dump(&dump(5));
    let index = |name: &str| std::fs::read_dir(place.data().join("search").join(name)).unwrap().count();
    let before = (index("public"), index("restricted"));
    assert_eq!(place.harvest(&["--dry-run"], 0)["new"], 2);
    place.run(&["source", "check"]).exits(0);
    place.run(&["source", "preview", "dump"]).exits(0);
    assert_eq!((index("public"), index("restricted")), before);
    assert_eq!(place.run(&["runs", "--json"]).exits(0).json()["runs"].as_array().unwrap().len(), 1);
    assert_eq!(place.total(), 3);
}

#[test]
fn a_source_that_is_not_enabled_is_checked_by_its_name_alone() {
    let place = Place::new();
    place.dump(&dump(3));
    place.source("later", "ckan", "file:/nowhere.json", "enabled = false\n");
    place.run(&["source", "check"]).exits(0);
    let named = place.run(&["source", "check", "later", "--json"]).exits(1).json();
    assert_eq!(named["runs"][0]["verdict"], "failed", "{named:#}");
}

#[test]
fn looking_with_another_configuration_stops_no_run() {
    let (portal, second_page) = Portal::held_back(200);
    let place = place_for(&portal);
    let child = place.start(&["harvest", "--json"]);
    second_page.is_reached();
    place.forget_source("portal");
    place.dump(&dump(3));
    let listed = place.run(&["source", "list", "--json"]).exits(0).json();
    let told: Vec<_> =
        listed["sources"].as_array().unwrap().iter().map(|one| (&one["id"], &one["configured"])).collect();
    assert_eq!(told, [(&json!("dump"), &json!(true)), (&json!("portal"), &json!(false))], "{listed:#}");
    place.run(&["source", "preview", "dump"]).exits(0);
    // A run looks every second whether it is to stop.
    std::thread::sleep(Duration::from_secs(3));
    drop(second_page);
    let answer = finished(child).exits(0).json();
    assert_eq!(answer["runs"][0]["verdict"], "complete", "{answer:#}");
}

#[test]
fn what_an_operator_looks_at_on_the_command_line_is_logged() {
    let place = Place::new();
    place.dump(&dump(3));
    let run = place.harvest(&[], 0);
    let run = run["run"].as_str().unwrap();
    for command in [
        &["quality"][..],
        &["source", "problems", "dump"],
        &["source", "preview", "dump"],
        &["runs", "dump", "--problems", run],
    ] {
        place.run(command).exits(0);
    }
    let acts = place.run(&["audit", "list", "--act", "read.as-operator", "--json"]).exits(0).json();
    let read: Vec<&str> =
        acts["acts"].as_array().unwrap().iter().rev().map(|act| act["subject"].as_str().unwrap()).collect();
    assert_eq!(read, ["quality", "source problems", "source preview", "runs --problems"]);
}

#[test]
fn whom_to_ask_and_what_became_of_a_record_are_told_as_over_http() {
    let place = Place::samples();
    let server = place.serve();
    let found = place.search(&["--limit", "3"]);
    let mut told = 0;
    for item in found["items"].as_array().unwrap() {
        let id = item["id"].as_str().unwrap();
        for part in ["contacts", "history"] {
            let shown = place.run(&["show", id, &format!("--{part}"), "--json"]).exits(0).json();
            assert_eq!(shown, server.json(&format!("/api/v1/datasets/{id}/{part}")), "{id} {part}");
            told += shown["items"].as_array().unwrap().len();
        }
    }
    assert!(told > 0, "{found:#}");
    let id = found["items"][0]["id"].as_str().unwrap();
    assert!(place.run(&["show", id, "--history"]).exits(0).stdout.contains("created"));
    place.run(&["show", id, "--history", "--contacts"]).exits(2);
    place.run(&["show", "00000000-0000-5000-8000-000000000000", "--contacts"]).exits(1);
}

#[test]
fn the_example_of_the_readme_lists_a_row_that_says_nothing_as_a_stub() {
    let readme = include_str!("../../README.md");
    let example = readme.split("id = \"our-holdings\"").nth(1).unwrap();
    let terms = example.split("[terms]").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let place = Place::new();
    place.file("our-holdings.csv", "id,title,country\nw1,Wells of the ridge,YEM\n");
    let rest = format!("organisation = \"Our Organisation\"\n[terms]{terms}");
    place.source("our-holdings", "inventory", "file:../../files/our-holdings.csv", &rest);
    place.harvest(&[], 0);
    let found = place.search(&[]);
    assert_eq!((&found["total"], &found["items"][0]["rendition"]), (&1.into(), &"stub".into()), "{found:#}");
}

#[test]
fn the_page_of_a_record_with_very_much_in_it_stays_small_and_says_where_the_rest_is() {
    let mut record = package(1, 1);
    record["tags"] = (0..900).map(|number| json!({"name": format!("keyword number {number} of many")})).collect();
    record["notes"] = vec!["Depths of wells & what is in them.\n\n"; 20_000].concat().into();
    let place = Place::new();
    place.dump(&format!("{record}\n"));
    place.harvest(&[], 0);
    let id = place.search(&[])["items"][0]["id"].as_str().unwrap().to_owned();
    let server = place.serve();
    let page = server.get(&format!("/dataset/{id}"));
    assert_eq!(page.status, 200);
    assert!(page.body.len() < 300_000, "{} bytes", page.body.len());
    let text = page.text();
    let rest = format!("more: <a href=\"/api/v1/datasets/{id}\">all as JSON</a>");
    assert_eq!(text.matches(&rest).count(), 2, "of the keywords, and of the description: {}", &text[..2000]);
    assert!(server.json(&format!("/api/v1/datasets/{id}"))["keywords"].as_array().is_some_and(|all| all.len() > 500));
}
