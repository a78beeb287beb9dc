//! Needs on the command line: stated from documents, matched with what is held, ended, and the gaps.

use serde_json::{Value, json};

use crate::place::Place;

const HOLDINGS: &str = "id,title,country,cluster,sensitivity,sharing,listing,access method
m1,Minefields of the north,YEM,PRO-MIN,low,public,full,download
w1,Wells,YEM,WSH,moderate,organisation,stub,on-request
";

fn need(title: &str, topic: &str, cluster: &str) -> Value {
    json!({"title": {"en": title}, "purposes": ["response-planning"], "topics": [topic], "clusters": [cluster], "countries": ["YEM"]})
}

fn place() -> Place {
    let place = Place::new();
    place.file("holdings.csv", HOLDINGS);
    place.source("desk", "inventory", "file:../../files/holdings.csv", "organisation = \"Desk Keepers\"");
    place.harvest(&[], 0);
    place.run(&["organisation", "create", "Horizon Relief"]).exits(0);
    place
}

fn stated(place: &Place, need: &Value) -> String {
    let create = ["need", "create", "-", "--organisation", "horizon-relief", "--json"];
    let made = place.run_with_input(&create, need.to_string().as_bytes()).exits(0).json();
    assert_eq!((&made["state"], &made["organisation"]), (&json!("open"), &json!("horizon-relief")));
    made["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_need_is_stated_matched_edited_as_a_document_and_met() {
    let place = place();
    let id = stated(&place, &need("Where the mines are", "minefields", "PRO-MIN"));
    let matches = place.run(&["need", "matches", &id, "--json"]).exits(0).json();
    let best = &matches["items"][0];
    assert_eq!(
        (&best["title"], &best["access"], &best["score"]),
        (&json!("Minefields of the north"), &json!("open"), &json!(0.95))
    );
    let table = place.run(&["need", "matches", &id]).exits(0).stdout;
    assert!(table.contains("0.95") && table.contains("It covers Yemen."), "{table}");

    let mut shown = place.run(&["need", "show", &id, "--json"]).exits(0).json();
    shown["needed_by"] = json!("2999");
    let changed =
        place.run_with_input(&["need", "change", "-", "--json"], shown.to_string().as_bytes()).exits(0).json();
    assert_eq!((&changed["needed_by"], &changed["version"]), (&json!("2999"), &json!(2)));

    let record = best["dataset"].as_str().unwrap();
    let met = place.run(&["need", "met", &id, "--record", record, "--note", "By mail", "--json"]).exits(0).json();
    assert_eq!((&met["state"], &met["met"]), (&json!("met"), &json!({"record": record, "note": "By mail"})));
    place.run(&["need", "withdraw", &id]).exits(1).says(&["met already"]);
    let acts = place.run(&["audit", "list"]).exits(0).stdout;
    for act in ["need.create", "need.change", "need.met", "read.as-operator"] {
        assert!(acts.contains(act), "{act}: {acts}");
    }
}

#[test]
fn unmet_needs_are_listed_and_gaps_are_a_table_a_document_and_a_file() {
    let place = place();
    stated(&place, &need("Where the mines are", "minefields", "PRO-MIN"));
    stated(&place, &need("Who is hungry", "malnutrition", "NUT"));
    let withdrawn = stated(&place, &need("Never mind", "anything", "NUT"));
    place.run(&["need", "withdraw", &withdrawn, "--reason", "The road is closed"]).exits(0);
    let list = |arguments: &[&str]| {
        let list = place.run(&[&["need", "list", "--json"], arguments].concat()).exits(0).json();
        let needs = list["needs"].as_array().unwrap().clone();
        needs.iter().map(|one| one["title"]["en"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list(&["--unmet", "--state", "open"]), ["Who is hungry"]);
    assert_eq!(list(&["--cluster", "Protection"]), ["Where the mines are"]);
    assert_eq!(list(&["--state", "withdrawn", "--of", "horizon-relief"]), ["Never mind"]);

    let token = place.token("Valley Clinic", "reader", &[]);
    let gaps = place.run(&["gaps", "--token", &token, "--json"]).exits(0).json();
    assert_eq!(gaps["total"], json!({"needs": 2, "without_holding": 1, "closed": 0}));
    let table = place.run(&["gaps", "--by-country"]).exits(0).stdout;
    assert!(table.starts_with("country") && table.contains("Mine Action"), "{table}");
    let file = place.run(&["gaps", "--csv", "--cluster", "NUT"]).exits(0).stdout;
    assert_eq!(
        file,
        "\u{feff}cluster,cluster_label,country,country_label,needs,without_holding,closed,holdings\r\n\
         NUT,Nutrition,YEM,Yemen,1,1,0,0\r\n"
    );
}

#[test]
fn what_is_wrong_with_a_need_is_named_and_ends_with_the_code_for_it() {
    let place = place();
    let create = |arguments: &[&str], body: &str| {
        place.run_with_input(&[&["need", "create", "-"], arguments].concat(), body.as_bytes())
    };
    let sent = need("Mines", "minefields", "PRO-MIN").to_string();
    create(&[], &sent).exits(2).says(&["which organisation"]);
    create(&["--organisation", "ghost"], &sent).exits(2).says(&["`organisation`", "no organisation of this id"]);
    create(&["--organisation", "horizon-relief"], "{").exits(2).says(&["EOF"]);
    let more = sent.replace("\"PRO-MIN\"", "\"Mines\"");
    create(&["--organisation", "horizon-relief"], &more).exits(2).says(&["`clusters[0]`"]);
    let reader = place.token("Horizon Relief", "reader", &[]);
    create(&["--token", &reader], &sent).exits(12).says(&["only the managers"]);
    place.run(&["need", "show", "nothing"]).exits(1).says(&["no such need"]);
    place.run(&["need", "list", "--country", "Atlantis"]).exits(2).says(&["`country`"]);
    place.run(&["gaps", "--csv", "--json"]).exits(2).says(&["choose one"]);
}
