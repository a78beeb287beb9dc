//! What is typed into a form, in a real browser: it is kept in the tab, offered again, and gone once it was taken.

use serde_json::{Value, json};

use crate::packages::{lines, package};
use crate::place::Place;
use crate::tab::Tab;

const SEND: &str = "document.querySelector('main form button[type=submit]')";
const WORDS: &str = "document.querySelector('#words').value";

/// The bar's row 42.
#[test]
fn what_is_typed_survives_a_lost_page_and_a_refused_form_and_is_gone_once_it_was_taken() {
    let Some(mut tab) = Tab::of_chromium() else { return };
    let place = Place::new();
    place.dump(&lines([package(1, 1)]));
    place.harvest(&[], 0);
    let server = place.serve();
    server.wait_until_ready();
    let id = server.json("/api/v1/search")["items"][0]["id"].as_str().unwrap().to_owned();
    let origin = format!("http://{}", server.address);
    let form = format!("{origin}/dataset/{id}/concern");

    // Of who is not signed in nothing is kept: the machine may be everybody's.
    tab.visit(&form);
    tab.fill_in("#words", "They lead to us.");
    assert_eq!((tab.value(WORDS), tab.kept()), (json!("They lead to us."), 0));
    tab.visit("about:blank");
    assert_eq!(tab.warned, 1, "it is lost, and not without a warning");
    tab.sign_up(&place, &origin, "reader");

    let warned = tab.warned;
    tab.visit(&form);
    assert_eq!((tab.value(WORDS), tab.kept()), (json!(""), 0), "looking keeps nothing");
    assert_eq!(tab.value("document.querySelector('.note.actions')"), Value::Null);
    tab.fill_in("#words", "They lead to us.");
    tab.value("document.querySelector('#kind-harm').click()");
    assert_eq!(tab.kept(), 1);
    // The page is lost, and the form is opened anew: empty, with an offer that is taken.
    tab.visit("about:blank");
    assert_eq!(tab.warned, warned + 1, "what would be lost is not left without a warning");
    tab.visit(&form);
    assert_eq!(tab.value(WORDS), json!(""));
    tab.value("document.querySelector('.note.actions button').click()");
    assert_eq!(tab.value(WORDS), json!("They lead to us."));
    assert_eq!(tab.value("document.querySelector('#kind-harm').checked"), json!(true));
    // Another form is not offered what was typed into this one.
    tab.visit(&format!("{origin}/concern"));
    assert_eq!(tab.value("document.scripts.length"), json!(0), "a receipt is not kept");

    // A form that is refused comes back with what was typed, and has nothing to offer.
    tab.visit(&form);
    let warned = tab.warned;
    tab.fill_in("#words", "Look at the road.");
    tab.value("document.querySelector('main form').noValidate = true");
    tab.click_and_wait(SEND);
    assert_eq!(tab.value("document.querySelector('.problems') !== null"), json!(true));
    assert_eq!(tab.value(WORDS), json!("Look at the road."));
    assert_eq!(tab.value("document.querySelector('.note.actions')"), Value::Null);
    assert_eq!(tab.kept(), 1, "it is kept until it is taken");
    tab.value("document.querySelector('#kind-wrong').click()");
    tab.click_and_wait(SEND);
    assert_eq!(tab.value("document.querySelector('[data-taken]') !== null"), json!(true));
    assert_eq!((tab.kept(), tab.warned), (0, warned), "it was taken, and nothing was lost");
    tab.visit(&form);
    assert_eq!(tab.value("document.querySelector('.note.actions')"), Value::Null);

    // No other script runs.
    let planted = "const one = document.createElement('script'); one.textContent = 'window.planted = true'; \
                   document.body.append(one)";
    tab.value(planted);
    assert_eq!(tab.value("window.planted === undefined"), json!(true));
}

/// What the form of a holding is filled with: texts by the id of their field, and choices that are taken.
const HOLDING: [(&str, &str); 6] = [
    ("title", "Wells"),
    ("countries", "worldwide"),
    ("clusters-WSH", ""),
    ("terms.sensitivity-low", ""),
    ("terms.sharing-public", ""),
    ("terms.access_method-on-request", ""),
];

#[test]
fn a_draft_of_a_holding_is_forgotten_once_it_was_taken_and_never_writes_over_what_is_newer_unasked() {
    let Some(mut tab) = Tab::of_chromium() else { return };
    let place = Place::new();
    place.dump(&lines([package(1, 1)]));
    place.harvest(&[], 0);
    let server = place.serve();
    server.wait_until_ready();
    let origin = format!("http://{}", server.address);
    tab.sign_up(&place, &origin, "steward");
    tab.visit(&format!("{origin}/register"));
    for (id, text) in HOLDING {
        let field = format!("document.getElementById({})", json!(id));
        if text.is_empty() {
            tab.value(&format!("{field}.click()"));
        } else {
            tab.value(&format!("{field}.focus()"));
            tab.call("Input.insertText", &json!({"text": text}));
        }
    }
    tab.click_and_wait("document.querySelector('button[value=publish]')");
    let record = tab.value("location.pathname").as_str().unwrap().to_owned();
    let id = record.strip_prefix("/dataset/").unwrap_or_else(|| panic!("{record}")).to_owned();
    assert_eq!(tab.kept(), 0, "it was taken");
    tab.visit(&format!("{origin}/register"));
    assert_eq!(
        tab.value("document.querySelector('.note.actions')"),
        Value::Null,
        "a second one is not the first again"
    );

    // What is typed is lost, and meanwhile somebody else keeps the data closer.
    let form = format!("{origin}/holding/{id}");
    tab.visit(&form);
    tab.fill_in("#title", " of the valley");
    tab.visit("about:blank");
    let mut held = place.run(&["holding", "show", &id, "--json"]).exits(0).json();
    held["terms"]["sharing"] = json!("organisation");
    let closer = place.file("holding.json", held.to_string());
    place.run(&["holding", "change", &closer]).exits(0);
    tab.visit(&form);
    tab.value("document.querySelector('.note.actions button').click()");
    assert_eq!(tab.value("document.getElementById('terms.sharing-public').checked"), json!(true), "as it was typed");
    tab.click_and_wait("document.querySelector('button[value=publish]')");
    let told = tab.value("document.body.textContent").as_str().unwrap().to_owned();
    assert!(told.contains("Somebody changed it"), "{told}");
    let held = place.run(&["holding", "show", &id, "--json"]).exits(0).json();
    assert_eq!(held["terms"]["sharing"], json!("organisation"), "nothing was written over");
}
