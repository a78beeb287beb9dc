//! Exchanges on the command line: registered from documents, edited, drawn as a graph, ended.

use serde_json::json;

use crate::place::Place;

#[test]
fn an_exchange_is_registered_edited_as_a_document_drawn_and_ended() {
    let place = Place::new();
    for name in ["Horizon Relief", "Example Ministry"] {
        place.run(&["organisation", "create", name]).exits(0);
    }
    let sent = json!({
        "from": "horizon-relief", "to": "example-ministry", "title": {"en": "Clinics that work"}, "channel": "email",
        "clusters": ["HEA"], "countries": ["YEM"], "limitations": {"en": "No codes of places"},
    });
    let made = place.run_with_input(&["exchange", "create", "-", "--json"], sent.to_string().as_bytes());
    let mut shown = made.exits(0).json();
    let id = shown["id"].as_str().unwrap().to_owned();
    assert_eq!((&shown["state"], &shown["version"]), (&json!("current"), &json!(1)));
    shown["frequency"] = json!("monthly");
    let changed = place.run_with_input(&["exchange", "change", "-", "--json"], shown.to_string().as_bytes());
    assert_eq!(changed.exits(0).json()["frequency"], "monthly");

    let list = place.run(&["exchange", "list", "--of", "example-ministry", "--cluster", "Health"]).exits(0).stdout;
    assert!(list.contains("Clinics that work") && list.contains("monthly"), "{list}");
    let graph = place.run(&["exchange", "graph", "--country", "Yemen"]).exits(0).json();
    assert_eq!(
        graph["nodes"],
        json!([{"id": "example-ministry", "label": "Example Ministry"}, {"id": "horizon-relief", "label": "Horizon Relief"}])
    );
    assert_eq!((&graph["edges"][0]["source"], &graph["edges"][0]["key"]), (&json!("horizon-relief"), &json!(id)));

    let ended = place.run(&["exchange", "end", &id, "--reason", "The office closed", "--json"]).exits(0).json();
    assert_eq!(ended["state"], "ended");
    place.run(&["exchange", "end", &id]).exits(1).says(&["ended already"]);
    let left = place.run(&["exchange", "list", "--state", "current", "--json"]).exits(0).json();
    assert_eq!(left["exchanges"], json!([]));
    let acts = place.run(&["audit", "list"]).exits(0).stdout;
    for act in ["exchange.create", "exchange.change", "exchange.end", "The office closed"] {
        assert!(acts.contains(act), "{act}: {acts}");
    }
}
