//! Holdings on the command line: a table told, taken and taken back, a document, and what becomes of it.

use serde_json::json;

use crate::place::Place;

const TABLE: &str = "title,country,cluster,sensitivity,sharing,access method,listing\n\
                     Cleared wells,Yemen,Mine Action,moderate,public,download,full\n\
                     Camps,Yemen,CCCM,low,public,download,full\n\
                     Roads,,Logistics,low,public,download,full\n";

fn place() -> Place {
    let place = Place::new();
    place.run(&["organisation", "create", "Horizon Relief", "--listed"]).exits(0);
    place
}

#[test]
fn row_34_a_table_is_told_taken_in_part_and_comes_back_edited() {
    let place = place();
    let table = place.file("holdings.csv", TABLE);
    let register = ["register", &table, "--organisation", "horizon-relief"];
    let told = place.run(&[&register[..], &["--dry-run"]].concat()).exits(3);
    assert!(told.stdout.contains("would be: 2 new, 0 changed, 0 unchanged, 1 left out"), "{told:?}");
    assert!(told.stdout.contains("B (country)"), "where to look for it: {told:?}");
    assert_eq!(place.total(), 0);

    let left_out = place.data().join("left-out.csv");
    let taken = place.run(&[&register[..], &["--wrong-rows", left_out.to_str().unwrap()]].concat()).exits(3);
    assert!(taken.stdout.contains("2 new, 0 changed, 0 unchanged, 1 left out"), "{taken:?}");
    assert_eq!(place.total(), 2);
    let mended = std::fs::read_to_string(&left_out).unwrap().replace("Roads,", "Roads,Sudan,").replacen(",,", ",", 1);
    let mended = place.file("mended.csv", mended);
    place.run(&["register", &mended, "--organisation", "horizon-relief"]).exits(0);
    assert_eq!(place.total(), 3);

    let out = place.run(&["holding", "table", "--organisation", "horizon-relief"]).exits(0).stdout;
    let back = |text: &str| {
        let file = place.file("back.csv", text);
        place.run(&["register", &file, "--organisation", "horizon-relief", "--json"]).exits(0).json()
    };
    let same = back(&out);
    assert_eq!((&same["unchanged"], &same["changed"], &same["new"]), (&json!(3), &json!(0), &json!(0)));
    let edited = back(&out.replace("Camps", "Camps of the north"));
    assert_eq!((&edited["unchanged"], &edited["changed"]), (&json!(2), &json!(1)));
    assert_eq!(place.run(&["search", "north", "--json"]).exits(0).json()["total"], 1);
}

#[test]
fn row_34_a_table_is_undone_by_the_id_that_it_was_told_by() {
    let place = place();
    let of_all = ["--organisation", "horizon-relief"];
    let table = |text: &str| {
        let file = place.file("holdings.csv", text);
        place.run(&[&["register", &file][..], &of_all].concat())
    };
    let taken = table(TABLE).exits(3);
    let (_, rest) = taken.stderr.split_once("`cairn holding undo ").unwrap_or_else(|| panic!("{taken:?}"));
    let id = rest.split('`').next().unwrap();
    let edited = place.run(&[&["holding", "table"][..], &of_all].concat()).exits(0).stdout;
    table(&edited.replace("Camps", "Camps of the north")).exits(0);

    let told = place.run(&["holding", "undo", id, "--dry-run"]).exits(3);
    assert!(told.stdout.contains("1 would be withdrawn, 0 restored, 1 left as they are."), "{told:?}");
    assert!(told.stdout.contains("the table wrote version 1, and version 2 is the newest"), "{told:?}");
    place.run(&["holding", "undo", id]).exits(2).says(&["--yes"]);
    assert_eq!(place.total(), 2);
    let undone = place.run(&["holding", "undo", id, "--yes", "--json"]).exits(3).json();
    assert_eq!((&undone["withdrawn"], &undone["left"], place.total()), (&json!(1), &json!(1), 1));
    let tables = place.run(&[&["holding", "tables", "--json"][..], &of_all].concat()).exits(0).json();
    assert_eq!(
        (&tables["tables"][1]["id"], &tables["tables"][1]["role"], &tables["tables"][1]["undone"]["withdrawn"]),
        (&json!(id), &json!("operator"), &json!(1))
    );
    assert!(place.run(&["holding", "tables"]).exits(0).stdout.contains(id));
}

#[test]
fn a_document_is_drafted_published_changed_withdrawn_and_remembered() {
    let place = place();
    let file = |text: &serde_json::Value| place.file("holding.json", text.to_string());
    let mut said = json!({"title": {"en": "Wells"}});
    let register = |file: &str, more: &[&str]| {
        place.run(&[&["register", file, "--organisation", "horizon-relief", "--json"], more].concat())
    };
    register(&file(&said), &[]).exits(2).says(&["`countries`", "`terms.sharing`"]);
    register(&file(&said), &["--dry-run"]).exits(2).says(&["`countries`", "`terms.sharing`"]);
    let tried = register(&file(&said), &["--draft", "--dry-run"]).exits(0).json();
    assert_eq!((&tried["written"], &tried["state"]), (&json!(false), &json!("draft")));
    let of_all = ["holding", "list", "--organisation", "horizon-relief", "--json"];
    assert_eq!(place.run(&of_all).exits(0).json()["holdings"], json!([]), "nothing was written");
    let draft = register(&file(&said), &["--draft"]).exits(0).json();
    let id = draft["id"].as_str().unwrap();
    assert_eq!((&draft["state"], place.total()), (&json!("draft"), 0));

    said = draft.clone();
    said["countries"] = json!(["YEM"]);
    said["clusters"] = json!(["WSH"]);
    said["terms"] = json!({"sensitivity": "low", "sharing": "public", "access_method": "download", "listing": "full"});
    let from_stdin = ["register", "-", "--organisation", "horizon-relief", "--dry-run"];
    let document = json!({"title": {"en": "Pumps"}, "countries": ["YEM"], "clusters": ["WSH"], "terms": said["terms"]});
    let tried = place.run_with_input(&from_stdin, document.to_string().as_bytes()).exits(0);
    assert!(tried.stdout.contains("nothing was written"), "{tried:#?}");
    place.run(&["holding", "change", &file(&said)]).exits(0);
    place.run(&["holding", "publish", id]).exits(0);
    assert_eq!(place.total(), 1);
    assert_eq!(place.run(&["show", id, "--json"]).exits(0).json()["owner"]["id"], "horizon-relief");
    place.run(&["holding", "withdraw", id, "--reason", "Counted twice"]).exits(0);
    assert_eq!(place.total(), 0);
    let history = place.run(&["holding", "history", id, "--json"]).exits(0).json();
    let fields: Vec<&str> = history["versions"][2]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["/clusters", "/countries", "/terms"], "{history}");
    assert_eq!(place.run(&of_all).exits(0).json()["holdings"][0]["state"], "withdrawn");
    let acts = place.run(&["audit", "list"]).exits(0).stdout;
    assert!(acts.contains("holding.withdraw") && acts.contains("Counted twice"), "{acts}");
}

#[test]
fn what_is_made_of_a_record_is_bound_by_it_until_its_owner_releases_it() {
    let place = place();
    let register = |said: &serde_json::Value| {
        let file = place.file("holding.json", said.to_string());
        place.run(&["register", &file, "--organisation", "horizon-relief", "--json"])
    };
    let said = |title: &str, sharing: &str, derived_from: &[&str]| {
        json!({
            "title": {"en": title}, "countries": ["YEM"], "clusters": ["HEA"], "derived_from": derived_from,
            "terms": {"sensitivity": "moderate", "sharing": sharing, "access_method": "on-request", "listing": "stub"},
        })
    };
    let cases = register(&said("Cases", "restricted", &[])).exits(2);
    cases.says(&["audience_groups"]);
    let cases = register(&said("Cases", "organisation", &[])).exits(0).json()["id"].as_str().unwrap().to_owned();
    register(&said("Counts", "community", &[&cases])).exits(2).says(&["derived_from[0]", "sharing organisation"]);
    let counts = register(&said("Counts", "organisation", &[&cases])).exits(0).json();
    let id = counts["id"].as_str().unwrap();

    let release = json!({"sharing": "community", "reason": "Counts of twenty and more"});
    let answered = place
        .run_with_input(&["holding", "release", &cases, id, "-", "--json"], release.to_string().as_bytes())
        .exits(0)
        .json();
    assert_eq!((&answered["to"], &answered["version"]), (&json!("horizon-relief"), &json!(1)));
    let mut opened = counts.clone();
    opened["terms"]["sharing"] = json!("community");
    let changed = place.run_with_input(&["holding", "change", "-", "--json"], opened.to_string().as_bytes());
    assert_eq!(changed.exits(0).json()["version"], 2);
    let told = place.run(&["holding", "derivations", id, "--json"]).exits(0).json();
    assert_eq!(told["sources"], json!([{"dataset": cases, "title": {"en": "Cases"}, "looser": []}]));
    assert_eq!(place.run(&["holding", "derivations", &cases, "--json"]).exits(0).json()["products"][0]["dataset"], id);
}
