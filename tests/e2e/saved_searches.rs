//! Saved searches on the command line, and what somebody was shown who gave a token there.

use serde_json::json;

use crate::place::Place;

#[test]
fn a_search_is_saved_listed_edited_and_removed_by_who_has_a_token() {
    let place = Place::new();
    let manager = place.token("Relief Desk", "manager", &[]);
    let by = |arguments: &[&str]| place.run(&[&["saved-search"], arguments, &["--token", &manager]].concat());
    let mut made = by(&["create", "Wells", "q=wells&country=YEM", "--json"]).exits(0).json();
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!((&made["query"], &made["organisation"]), (&json!("q=wells&country=YEM"), &json!("relief-desk")));
    made["name"] = json!("Wells in Yemen");
    let change = ["saved-search", "change", "-", "--json", "--token", &manager];
    let changed = place.run_with_input(&change, made.to_string().as_bytes()).exits(0).json();
    assert_eq!((&changed["name"], &changed["version"]), (&json!("Wells in Yemen"), &json!(2)));
    let list = by(&["list", "--json"]).json();
    assert_eq!(list["saved_searches"][0]["name"], "Wells in Yemen");
    by(&["create", "Wells", "colour=red"]).exits(2).says(&["`query`", "Unknown parameter `colour`"]);
    // Whoever may write the data folder is no person, and is told of nobody's searches.
    place.run(&["saved-search", "create", "Wells", "q=wells"]).exits(12).says(&["searches of their own"]);
    assert_eq!(place.run(&["saved-search", "list", "--json"]).json()["saved_searches"], json!([]));
    by(&["remove", &id]).exits(0);
    by(&["show", &id]).exits(1).says(&["no such saved-search"]);
    let acts = place.run(&["audit", "export"]).exits(0).stdout;
    assert!(acts.contains("saved-search.remove") && !acts.to_lowercase().contains("wells"), "{acts}");
}
