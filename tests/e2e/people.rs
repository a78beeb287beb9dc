//! People on the command line: how the first administrator comes, and what becomes of accounts beside a running server.

use serde_json::{Value, json};

use crate::place::Place;

fn user(place: &Place, arguments: &[&str], code: i32) -> Value {
    let arguments = [&["user"], arguments, &["--json"]].concat();
    place.run(&arguments).exits(code).json()
}

#[test]
fn the_first_administrator_comes_by_a_link_and_can_be_found_changed_and_closed() {
    let place = Place::new();
    place.configure("[server]\npublic_url = \"https://cairn.example\"\n");
    let invite = ["invite", "Amal@Relief.example", "--organisation", "Relief Desk", "--role", "administrator"];
    let shown = place.run(&[&["user"], &invite[..]].concat()).exits(0).says(&["only time", "amal@relief.example"]);
    let secret = shown.stdout.trim_end().strip_prefix("https://cairn.example/invitation/").unwrap().to_owned();
    assert!(secret.starts_with("cairn_invitation_") && !shown.stderr.contains(&secret), "{shown:?}");
    // The operator can mend what was typed wrong: both links stand until one of them is used.
    let second = user(&place, &invite, 0);
    assert_eq!((&second["role"], &second["new_password"]), (&json!("administrator"), &json!(false)));
    let listed = user(&place, &["list"], 0);
    assert_eq!((listed["people"].clone(), listed["invitations"].as_array().unwrap().len()), (json!([]), 2));
    assert!(!listed.to_string().contains(&secret));

    let server = place.up();
    server.wait_until_ready();
    let page = server.get(&format!("/invitation/{secret}"));
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("amal@relief.example") && page.text().contains("relief-desk"), "{}", page.text());
    let body = json!({"secret": secret, "name": "Amal", "password": "kettle and umbrella"}).to_string();
    let accepted = server.post_json("/api/v1/invitations/accept", &body);
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    assert_eq!(server.get(&format!("/invitation/{secret}")).status, 404);

    let person = user(&place, &["list", "--organisation", "relief-desk"], 0)["people"][0].clone();
    assert_eq!((&person["email"], &person["state"]), (&json!("amal@relief.example"), &json!("active")));
    for change in [&["close", "amal@relief.example"][..], &["set-role", "amal@relief.example", "reader"]] {
        place.run(&[&["user"], change].concat()).exits(1).says(&["somebody has to administer"]);
    }
    place.run(&["user", "close", "nobody@relief.example"]).exits(1).says(&["there is no such person"]);
    place
        .run(&["user", "invite", "no address", "--organisation", "x", "--role", "reader"])
        .exits(2)
        .says(&["mail address"]);
    place.run(&["user", "set-role", "amal@relief.example", "king"]).exits(2);
    let reset = user(&place, &["reset-password", person["id"].as_str().unwrap()], 0);
    assert!(reset["new_password"] == true && reset["link"].as_str().unwrap().contains("/invitation/"), "{reset}");

    // Nothing of a secret or an address is in the log of acts, nor in what the server said.
    let acts = place.run(&["audit", "export"]).exits(0).stdout;
    let ended = server.stop();
    for text in [&acts, &ended.stdout, &ended.stderr] {
        assert!(!text.contains("relief.example") && !text.contains(&secret) && !text.contains("kettle"), "{text}");
    }
    assert!(acts.contains("invitation.accept") && acts.contains("person.reset-password"), "{acts}");
}
