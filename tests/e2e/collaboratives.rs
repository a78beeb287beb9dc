//! Collaboratives, linkages and stewardship on the command line.

use serde_json::json;

use crate::place::Place;

#[test]
fn a_canvas_is_registered_edited_as_a_document_told_by_roles_and_ended() {
    let place = Place::new();
    for name in ["Horizon Relief", "Example Ministry"] {
        place.run(&["organisation", "create", name]).exits(0);
    }
    let sent = json!({
        "lead": "horizon-relief", "title": {"en": "Where people rest"}, "countries": ["MLI"],
        "parties": [
            {"organisation": "example-ministry", "roles": ["provider"], "responsibilities": {"en": "Gives counts"}},
            {"name": "Example Telecom", "roles": ["funder"]},
        ],
    });
    let made = place.run_with_input(&["collaborative", "create", "-", "--json"], sent.to_string().as_bytes());
    let mut shown = made.exits(0).json();
    let id = shown["id"].as_str().unwrap().to_owned();
    let missing = |shown: &serde_json::Value| shown["missing"].as_array().unwrap().len();
    let before = missing(&shown);
    shown["question"] = json!({"en": "Where do people on the move rest?"});
    let changed = place.run_with_input(&["collaborative", "change", "-", "--json"], shown.to_string().as_bytes());
    assert_eq!(missing(&changed.exits(0).json()), before - 1);
    let list = place.run(&["collaborative", "list", "--of", "example-ministry", "--country", "Mali"]).exits(0).stdout;
    assert!(list.contains("Where people rest") && list.contains("horizon-relief"), "{list}");
    let roles = place.run(&["collaborative", "roles", &id]).exits(0).stdout;
    assert!(roles.contains("example-ministry,x,,,,,,,Gives counts,"), "{roles}");
    place.run(&["collaborative", "show", &id]).exits(0).says(&[]);
    let ended = place.run(&["collaborative", "end", &id, "--reason", "Answered", "--json"]).exits(0).json();
    assert_eq!(ended["state"], "ended");
    place.run(&["collaborative", "end", &id]).exits(1).says(&["ended already"]);
    let acts = place.run(&["audit", "list"]).exits(0).stdout;
    for act in ["collaborative.create", "collaborative.change", "collaborative.end", "Answered"] {
        assert!(acts.contains(act), "{act}: {acts}");
    }
}

#[test]
fn what_a_record_can_be_joined_with_and_what_nobody_looks_after_is_told_to_who_asks() {
    let place = Place::new();
    place.file(
        "desk.csv",
        "id,title,country,cluster,places,sharing,sensitivity,listing,access method\n\
         a,Clinics,Yemen,HEA,YE11,public,low,full,download\n\
         b,Cases,Yemen,HEA,YE11,public,low,full,on-request\n\
         c,Hidden,Yemen,HEA,YE11,organisation,moderate,hidden,none\n",
    );
    place.source("desk", "inventory", "file:../../files/desk.csv", "organisation = \"Example Desk\"");
    place.harvest(&[], 0);
    let id = cairn_model::DatasetId::new("desk", "a").to_string();
    let linked = place.run(&["linkages", &id, "--json"]).exits(0).json();
    let titles: Vec<&str> =
        linked["items"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Cases"]);
    assert_eq!(linked["items"][0]["institutional"]["path"], "request");
    let table = place.run(&["linkages", &id]).exits(0).stdout;
    assert!(table.contains("Both name 1 of 1 places by P-code: YE11."), "{table}");
    place.run(&["linkages", "00000000-0000-5000-8000-000000000000"]).exits(1);
    let related = place.run(&["show", &id, "--related", "--limit", "5", "--json"]).exits(0).json();
    assert_eq!((&related["schema"], &related["items"][0]["title"]), (&json!(1), &json!("Cases")), "{related:#}");
    assert_eq!(related["items"][0]["because"], json!(["content", "place"]), "{related:#}");
    let table = place.run(&["show", &id, "--related"]).exits(0).stdout;
    assert!(table.contains("Cases") && !table.contains("Hidden"), "{table}");
    place.run(&["show", "00000000-0000-5000-8000-000000000000", "--related"]).exits(1);
    let explained = place.run(&["search", "--explain", "clinic"]).exits(0).stdout;
    assert!(explained.contains("Clinics: “Clinics”, for “clinic”, stands in the title."), "{explained}");
    let orphans = place.run(&["stewardship"]).exits(0).stdout;
    assert!(orphans.contains("Clinics") && orphans.contains("no-steward") && !orphans.contains("Hidden"), "{orphans}");
    let all = place.run(&["stewardship", "--as-operator", "--json"]).exits(0).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 3);
}
