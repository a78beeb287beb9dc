//! One Cairn that follows another: what it shows to the holder of a token, what changed since, and nothing handed back.

use serde_json::{Value, json};

use crate::packages::lines;
use crate::place::Place;

/// An invented package with a number and a title.
fn package(number: usize, title: &str) -> Value {
    json!({"id": format!("p{number}"), "name": format!("p{number}"), "title": title, "notes": "Invented.",
        "private": false, "state": "active", "organization": {"name": "desk", "title": "Example Desk"},
        "groups": [{"name": "yem"}], "resources": []})
}

/// A source of kind `cairn` for a server, with what else is to stand in it.
fn follow(place: &Place, id: &str, server: &crate::server::Server, rest: &str) {
    let url = format!("http://{}", server.address);
    place.source(id, "cairn", &url, &format!("title = \"Another Cairn\"\nallow_private = true\n{rest}"));
}

#[test]
fn a_cairn_is_followed_by_another_as_far_as_its_token_sees() {
    let national = Place::new();
    let mut packages: Vec<Value> = (0..30).map(|number| package(number, &format!("Survey {number}"))).collect();
    let write = |packages: &[Value]| national.dump(&lines(packages.iter().cloned()));
    write(&packages);
    let ledger = |of_clinics: &str| {
        format!("Title,Sharing,Listing\nClinic list,{of_clinics},hidden\nNames of staff,organisation,hidden\n")
    };
    national.file("ledger.csv", ledger("community"));
    national.source("ledger", "inventory", "file:../../files/ledger.csv", "organisation = \"Example Desk\"");
    // One after the other, so that the feed does not end with what will be hidden: it would lose its place.
    national.harvest(&["ledger"], 0);
    national.harvest(&["dump"], 0);
    let token = national.token("Example Relief", "reader", &[]);
    let server = national.serve();

    let other = Place::new().variable("PEER_TOKEN", &token);
    follow(&other, "national", &server, "[credentials]\ntoken_env = \"PEER_TOKEN\"");
    let first = other.harvest(&["national"], 0);
    assert_eq!((&first["verdict"], &first["new"]), (&json!("complete"), &json!(31)), "{first:#}");
    let of_all = other.search(&["clinic"]);
    assert_eq!(of_all["total"], 0, "what is shared with the community there is not shown to everyone here");
    assert_eq!(other.search(&["--as-operator", "clinic"])["items"][0]["sharing"], "community");
    assert_eq!(other.search(&["--as-operator", "staff"])["total"], 0);

    let again = other.harvest(&["national"], 0);
    assert_eq!(
        (&again["verdict"], &again["requests"], &again["writes"]),
        (&json!("complete"), &json!(1), &json!(0)),
        "{again:#}"
    );

    // One changes, one is deleted at its source, and one is shared with fewer than before.
    packages[1]["title"] = json!("Survey 1, corrected");
    packages[2]["state"] = json!("deleted");
    write(&packages);
    national.file("ledger.csv", ledger("organisation"));
    national.run(&["harvest"]).exits(0);
    let changed = other.harvest(&["national"], 0);
    assert_eq!(
        (&changed["requests"], &changed["changed"], &changed["retired"]),
        (&json!(1), &json!(1), &json!(1)),
        "{changed:#}"
    );
    assert_eq!(other.search(&["\"Survey 1, corrected\""])["total"], 1);
    assert_eq!(other.search(&["\"Survey 2\""])["total"], 0);
    let swept = other.harvest(&["national", "--full"], 0);
    assert_eq!((&swept["listed"], &swept["missing"]), (&json!(29), &json!(1)), "{swept:#}");

    // What came from a Cairn is not handed back to it, nor on to a third.
    let followed = other.serve();
    follow(&national, "back", &followed, "");
    let back = national.harvest(&["back"], 0);
    assert_eq!(
        (&back["verdict"], &back["listed"], &back["new"]),
        (&json!("complete"), &json!(0), &json!(0)),
        "{back:#}"
    );
}

#[test]
fn a_feed_that_lost_the_place_is_read_from_its_beginning() {
    let national = Place::new();
    let packages: Vec<Value> = (0..3).map(|number| package(number, &format!("Survey {number}"))).collect();
    national.dump(&lines(packages.iter().cloned()));
    national.run(&["harvest"]).exits(0);
    let server = national.serve();
    let other = Place::new();
    follow(&other, "national", &server, "");
    assert_eq!(other.harvest(&["national"], 0)["new"], 3);
    drop(server);

    // Another store answers at the address, as after its data folder was lost.
    let rebuilt = Place::new();
    let packages: Vec<Value> = (0..4).map(|number| package(number, &format!("Survey {number}"))).collect();
    rebuilt.dump(&lines(packages.iter().cloned()));
    rebuilt.run(&["harvest"]).exits(0);
    let server = rebuilt.serve();
    follow(&other, "national", &server, "");
    let run = other.harvest(&["national"], 0);
    assert_eq!(
        (&run["verdict"], &run["listed"], &run["new"], &run["missing"]),
        (&json!("complete"), &json!(4), &json!(1), &json!(0)),
        "{run:#}"
    );
}
