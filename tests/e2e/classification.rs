//! Profiles, proposals and the queue of reviews on the command line.

use serde_json::json;

use crate::place::Place;

const HOLDINGS: &str = "id,title,owner,country,cluster,sensitivity,sharing,listing,access method,fields,review by
people,List of beneficiaries,Mine Authority,YEM,PRO,moderate,organisation,stub,on-request,\"first name; district\",2020-05
hazards,Hazards,Mine Authority,YEM,PRO-MIN,high,organisation,stub,on-request,latitude,
";

fn place() -> Place {
    let place = Place::new();
    place.file("holdings.csv", HOLDINGS);
    place.source("desk", "inventory", "file:../../files/holdings.csv", "organisation = \"Desk Keepers\"");
    place.harvest(&[], 0);
    place
}

#[test]
fn a_record_is_classified_and_the_operator_who_reads_it_stands_in_the_log() {
    let place = place();
    let id = cairn_model::DatasetId::new("desk", "people").to_string();
    let answer = place.run(&["classify", &id, "--json"]).exits(0).json();
    assert_eq!(answer["proposal"]["sensitivity"], "severe");
    assert_eq!(answer["proposal"]["reasons"][0]["rule"], "lists-of-people");
    let shown = place.run(&["classify", &id]).exits(0).stdout;
    for part in ["moderate, organisation", "severe, closed", "close something", "personal-data", "first name"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let stranger = place.token("Stranger", "manager", &[]);
    place.run(&["classify", &id, "--token", &stranger]).exits(12).says(&["only the managers, stewards"]);
    let acts = place.run(&["audit", "list"]).exits(0).stdout;
    assert!(acts.contains(&format!("classification of {id}")), "{acts}");
}

#[test]
fn reviews_of_an_organisation_are_listed_first_due_first() {
    let place = place();
    let list = place.run(&["reviews", "--organisation", "mine-authority", "--json"]).exits(0).json();
    let told: Vec<_> =
        list["reviews"].as_array().unwrap().iter().map(|one| (one["title"].clone(), one["due"].clone())).collect();
    assert_eq!(told, [(json!("Hazards"), json!(null)), (json!("List of beneficiaries"), json!("2020-05"))]);
    assert_eq!(list["total"], 2);
    let table = place.run(&["reviews", "--organisation", "mine-authority", "--limit", "1"]).exits(0).stdout;
    assert!(table.contains("at once") && table.contains("Hazards") && !table.contains("beneficiaries"), "{table}");
    let manager = place.token("Mine Authority", "manager", &[]);
    assert_eq!(place.run(&["reviews", "--token", &manager, "--json"]).exits(0).json(), list);
    place.run(&["reviews"]).exits(2).says(&["say of which organisation"]);
}

#[test]
fn profiles_are_read_from_their_folder_and_a_wrong_one_is_named_with_its_place() {
    let place = Place::new();
    let list = place.run(&["profile", "list", "--json"]).exits(0).json();
    assert_eq!((&list["items"][0]["id"], &list["items"][0]["in_force"]), (&json!("default"), &json!(true)));

    place.profile("yemen.toml", include_str!("../../config/samples/profiles/yemen-invented.toml"));
    let table = place.run(&["profile", "list"]).exits(0).stdout;
    assert!(table.contains("YEM") && table.contains("invented-1"), "{table}");
    let shown = place.run(&["profile", "show", "yemen"]).exits(0).stdout;
    assert!(shown.contains("convoy-routes"), "{shown}");
    let document = place.run(&["profile", "show", "yemen", "--json"]).exits(0).json();
    assert_eq!(document["versions"][0]["country"], "YEM");
    place.run(&["profile", "show", "atlantis"]).exits(2).says(&["there is no profile `atlantis`"]);

    place.profile("wrong.toml", "id = \"wrong\"\nversion = \"1\"\ncolour = \"red\"\n");
    place.run(&["check"]).exits(2).says(&["wrong.toml", "line 3", "unknown field `colour`"]);
}
