//! Practices on the command line: told from documents, found by words, edited, withdrawn.

use serde_json::json;

use crate::place::Place;

#[test]
fn a_practice_is_told_found_by_its_words_edited_as_a_document_and_withdrawn() {
    let place = Place::new();
    place.run(&["organisation", "create", "Horizon Relief"]).exits(0);
    let sent = json!({
        "kind": "use-case", "title": {"en": "Convoys by road", "fr": "Convois par la route"},
        "description": {"en": "Two lists of clinics were joined by P-codes."}, "clusters": ["HEA"], "countries": ["YEM"],
    });
    let create = ["practice", "create", "-", "--organisation", "horizon-relief", "--json"];
    let mut shown = place.run_with_input(&create, sent.to_string().as_bytes()).exits(0).json();
    let id = shown["id"].as_str().unwrap().to_owned();
    shown["kind"] = json!("good-practice");
    let changed = place.run_with_input(&["practice", "change", "-", "--json"], shown.to_string().as_bytes());
    assert_eq!(changed.exits(0).json()["version"], 2);

    let list = place.run(&["practice", "list", "clinics", "convois", "--cluster", "Health"]).exits(0).stdout;
    assert!(list.contains("Convoys by road") && list.contains("good-practice"), "{list}");
    let none = place.run(&["practice", "list", "boats", "--json"]).exits(0).json();
    assert_eq!(none["practices"], json!([]));
    place.run(&["practice", "list", "--kind", "miracle"]).exits(2).says(&["good-practice, use-case, lesson"]);

    let withdrawn = place.run(&["practice", "withdraw", &id, "--json"]).exits(0).json();
    assert!(withdrawn["withdrawn"].is_string(), "{withdrawn}");
    place.run(&["practice", "withdraw", &id]).exits(1).says(&["withdrawn"]);
}
