//! The log of what people did, as an operator reads it, verifies it and takes it along.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::damage::write_to_store;
use crate::place::Place;

/// A place where an organisation got two tokens, of which one was revoked.
fn place_with_acts() -> Place {
    let place = Place::new();
    let first = place.run(&["token", "create", "--organisation", "x", "--role", "reader", "--json"]).json();
    place.run(&["token", "create", "--organisation", "x", "--role", "manager"]).exits(0);
    place.run(&["token", "revoke", first["id"].as_str().unwrap()]).exits(0);
    place
}

/// What a command prints when it ends with a code.
fn shown(place: &Place, command: &[&str], code: i32) -> String {
    place.run(command).exits(code).stdout
}

fn export(place: &Place) -> Vec<Value> {
    let text = place.run(&["audit", "export"]).exits(0).stdout;
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_log_says_who_did_what_and_is_whole() {
    let place = place_with_acts();
    let list = place.run(&["audit", "list", "--json"]).json();
    let told: Vec<(&str, &str)> = list["acts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| (act["actor"].as_str().unwrap(), act["act"].as_str().unwrap()))
        .collect();
    let acts = ["token.revoke", "token.create", "token.create", "organisation.create"];
    assert_eq!(told, acts.map(|act| ("operator", act)));
    assert!(shown(&place, &["audit", "list", "--limit", "1"], 0).contains("token.revoke"));
    let made =
        place.run(&["audit", "list", "--act", "token.create", "--since", "2020-01-01T00:00:00Z", "--json"]).json();
    assert_eq!(made["acts"].as_array().unwrap().len(), 2);
    let none = place.run(&["audit", "list", "--actor", "scheduler", "--json"]).json();
    assert_eq!(none["acts"], json!([]));

    let verdict = place.run(&["audit", "verify", "--json"]).exits(0).json();
    let hash = verdict["hash"].as_str().unwrap();
    assert_eq!((verdict["whole"].clone(), verdict["lines"].clone()), (json!(true), json!(4)));
    place.run(&["token", "create", "--organisation", "x", "--role", "reader"]).exits(0);
    let told = shown(&place, &["audit", "verify", "--noted", hash], 0);
    assert!(told.contains("whole. Lines: 5.") && told.contains("that of line 4"), "{told}");
}

#[test]
fn a_line_that_was_changed_by_hand_is_named() {
    let place = place_with_acts();
    write_to_store(&place, "DROP TRIGGER acts_are_not_changed");
    write_to_store(&place, "UPDATE acts SET actor = 'somebody else' WHERE number = 2");
    let told = shown(&place, &["audit", "verify"], 1);
    assert!(told.contains("line 2 is not what was written"), "{told}");
    let verdict = place.run(&["audit", "verify", "--json"]).exits(1).json();
    assert_eq!((verdict["lines"].clone(), verdict["fault"]["line"].clone()), (json!(1), json!(2)));
    // The check of everything says so, too.
    let checked = place.run(&["check"]).exits(1);
    assert!(format!("{checked:?}").contains("the log of acts: line 2"), "{checked:?}");
}

#[test]
fn a_log_that_was_written_anew_lacks_the_hash_that_was_noted() {
    let place = place_with_acts();
    let noted = place.run(&["audit", "verify", "--json"]).json()["hash"].as_str().unwrap().to_owned();
    write_to_store(&place, "DROP TRIGGER acts_are_not_deleted");
    write_to_store(&place, "DELETE FROM acts");
    place.run(&["token", "create", "--organisation", "x", "--role", "reader"]).exits(0);
    assert!(shown(&place, &["audit", "verify"], 0).contains("whole. Lines: 1."));
    let told = shown(&place, &["audit", "verify", "--noted", &noted], 1);
    assert!(told.contains("written anew"), "{told}");
}

#[test]
fn whoever_has_the_export_can_verify_it_with_no_more_than_sha_256() {
    let place = place_with_acts();
    let mut previous = "0".repeat(64);
    let lines = export(&place);
    assert_eq!(lines.len(), 4);
    for line in lines {
        let at: jiff::Timestamp = line["at"].as_str().unwrap().parse().unwrap();
        let fields = json!([
            line["number"],
            at.as_microsecond(),
            line["actor"],
            line["act"],
            line["subject"],
            line["version"],
            line["reason"],
            line["refused"]
        ]);
        previous = hex::encode(Sha256::digest(format!("{previous}\n{fields}")));
        assert_eq!(line["hash"], json!(previous));
    }
}
