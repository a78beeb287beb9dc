//! Hidden is absent: nothing that the server answers tells a hidden record from none.

use std::collections::BTreeSet;

use crate::place::Place;
use crate::server::Server;

/// Ids of records that an operator finds and an anonymous viewer does not.
fn hidden(place: &Place, server: &Server) -> Vec<String> {
    let visible: BTreeSet<String> = crate::paging::every_id(server, "", 100).into_iter().collect();
    let mut hidden = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut arguments = vec!["--as-operator", "--limit", "100"];
        if let Some(cursor) = &cursor {
            arguments.extend(["--cursor", cursor]);
        }
        let page = place.search(&arguments);
        let ids = page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
        hidden.extend(ids.filter(|id| !visible.contains(id)));
        cursor = page["next"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return hidden;
        }
    }
}

#[test]
fn a_hidden_record_and_none_give_the_same_bytes_at_every_door() {
    let place = Place::samples();
    let server = place.serve();
    let hidden = hidden(&place, &server);
    assert!(hidden.len() > 20, "the samples hide records: {}", hidden.len());
    let absent = "6f9619ff-8b86-5011-b42d-00c04fc964ff";
    let doors = [
        "/api/v1/datasets/ID",
        "/api/v1/datasets/ID/history",
        "/api/v1/datasets/ID/contacts",
        "/dataset/ID",
        "/api/v1/datasets/ID?lang=fr",
    ];
    for id in hidden.iter().take(15) {
        for door in doors {
            let (a, b) = (server.get(&door.replace("ID", id)), server.get(&door.replace("ID", absent)));
            assert_eq!(a.status, 404, "{door}");
            assert_eq!(a.fingerprint(), b.fingerprint(), "{door}");
        }
    }
    let outcome = place.run(&["show", &hidden[0]]).exits(1);
    let none = place.run(&["show", absent]).exits(1);
    assert_eq!(outcome.stderr, none.stderr);
}

#[test]
fn the_id_of_a_hidden_record_finds_nothing_and_completes_nothing() {
    let place = Place::samples();
    let server = place.serve();
    let hidden = hidden(&place, &server);
    for id in hidden.iter().take(10) {
        let shown = place.run(&["show", id, "--as-operator", "--json"]).exits(0).json();
        let found = server.json(&format!("/api/v1/search?q={id}"));
        assert_eq!(found["total"], 0, "{id}");
        let title = shown["title"].as_str().unwrap();
        let found =
            server.json(&format!("/api/v1/search?q={}&limit=100", crate::http::escaped(&format!("\"{title}\""))));
        for item in found["items"].as_array().unwrap() {
            assert_ne!(item["id"], shown["id"], "{title}");
        }
    }
}

#[test]
fn reading_as_the_operator_is_for_who_may_write_the_folder_and_is_counted_as_an_act() {
    let place = Place::samples();
    let everyone = place.search(&["--limit", "0"])["total"].as_u64();
    let operator = place.search(&["--limit", "0", "--as-operator"])["total"].as_u64();
    assert!(operator > everyone);
    let outcome = place.run(&["search", "--as-operator", "--token", "cairn_x", "x"]).exits(2);
    assert!(outcome.stderr.contains("cannot be used with"), "{outcome:?}");
}

#[test]
fn a_stub_says_owner_kind_place_and_whom_to_ask_and_nothing_else() {
    let place = Place::samples();
    let server = place.serve();
    let stubs = server.json("/api/v1/search?rendition=stub&limit=100");
    let stubs = stubs["items"].as_array().unwrap();
    assert!(!stubs.is_empty());
    for stub in stubs {
        let id = stub["id"].as_str().unwrap();
        let record = server.json(&format!("/api/v1/datasets/{id}"));
        for field in ["distributions", "fields", "identifiers", "keywords", "places", "topics", "questions"] {
            assert_eq!(record[field], serde_json::json!([]), "{field}: {record:#}");
        }
        for field in ["description", "methodology", "caveats", "landing_page"] {
            assert!(record[field].as_str().unwrap_or_default().is_empty(), "{field}: {record:#}");
        }
    }
}

#[test]
fn the_holder_of_a_token_sees_what_their_organisation_sees() {
    let place = Place::samples();
    let horizon = place.token("Horizon Relief Consortium (HRC)", "reader", &[]);
    let nobody = place.token("An organisation that owns nothing", "reader", &[]);
    let server = place.serve();
    let total = |token: &str| server.get_as(token, "/api/v1/search?limit=0").json()["total"].as_u64().unwrap();
    let everyone = server.json("/api/v1/search?limit=0")["total"].as_u64().unwrap();
    assert!(total(&nobody) >= everyone && total(&horizon) >= total(&nobody));
    // What only an organisation may see, it alone sees in full.
    let closed = |token: &str| {
        server.get_as(token, "/api/v1/search?limit=0&sharing=organisation&rendition=full").json()["total"]
            .as_u64()
            .unwrap()
    };
    assert!(closed(&horizon) > 0);
    assert_eq!(closed(&nobody), 0);
}
