//! Organisations and groups on the command line: registered, shown, edited as documents, and what is refused.

use serde_json::json;

use crate::place::Place;

fn place_with_two() -> Place {
    let place = Place::new();
    place.run(&["organisation", "create", "Horizon Relief", "--kind", "international_ngo", "--listed"]).exits(0);
    place.run(&["organisation", "create", "Valley Clinic"]).exits(0);
    place
}

#[test]
fn a_group_is_made_joined_left_and_edited_as_a_document() {
    let place = place_with_two();
    let create = ["group", "create", "Mine Action", "--kind", "area-of-responsibility", "--id", "cluster:PRO-MIN"];
    place.run(&[&create[..], &["--member", "horizon-relief", "--lead", "horizon-relief"]].concat()).exits(0);
    place.run(&["group", "add", "cluster:PRO-MIN", "valley-clinic"]).exits(0);
    let mut shown = place.run(&["group", "show", "cluster:PRO-MIN", "--json"]).exits(0).json();
    assert_eq!((&shown["members"], &shown["version"]), (&json!(["horizon-relief", "valley-clinic"]), &json!(2)));
    shown["name"]["fr"] = json!("Lutte antimines");
    let edited = shown.to_string();
    let changed = place.run_with_input(&["group", "change", "-", "--json"], edited.as_bytes()).exits(0).json();
    assert_eq!((&changed["name"]["fr"], &changed["version"]), (&json!("Lutte antimines"), &json!(3)));
    // The same document again was made from an older version.
    place.run_with_input(&["group", "change", "-"], edited.as_bytes()).exits(1).says(&["version 3 is the newest"]);
    place.run(&["group", "remove", "cluster:PRO-MIN", "horizon-relief"]).exits(0);
    let list = place.run(&["group", "list", "--member", "valley-clinic", "--json"]).json();
    assert_eq!((&list["groups"][0]["members"], &list["groups"][0]["leads"]), (&json!(["valley-clinic"]), &json!(null)));
    assert_eq!(place.run(&["group", "list", "--member", "horizon-relief", "--json"]).json()["groups"], json!([]));
    let acts = place.run(&["audit", "list"]).exits(0).stdout;
    assert!(acts.contains("cluster:PRO-MIN v4"), "{acts}");
}

#[test]
fn what_is_wrong_is_named_and_ends_with_the_code_for_it() {
    let place = place_with_two();
    let create = |name: &str, kind: &str, member: &str| {
        place.run(&["group", "create", name, "--kind", kind, "--member", member])
    };
    create("A", "sect", "valley-clinic").exits(2).says(&["--kind sect", "collaborative"]);
    create("A", "collaborative", "ghost").exits(2).says(&["`members[0]`", "no organisation of this id"]);
    place.run(&["organisation", "create", "Valley Clinic"]).exits(1).says(&["`valley-clinic` is registered already"]);
    place.run(&["organisation", "create", "X", "--country", "Jordan"]).exits(2).says(&["`country`"]);
    place.run(&["group", "show", "nothing"]).exits(1).says(&["no such group"]);
    place.run_with_input(&["group", "change", "-"], b"{").exits(2).says(&["EOF"]);
    let more = br#"{"id": "valley-clinic", "version": 1, "name": {"en": "X"}, "owner": "me"}"#;
    place.run_with_input(&["organisation", "change", "-"], more).exits(2).says(&["unknown field `owner`"]);
    // With a token a command may do what its holder may.
    let reader = place.token("Valley Clinic", "reader", &[]);
    place.run(&["group", "create", "A", "--kind", "collaborative", "--token", &reader]).exits(12).says(&["only"]);
}
