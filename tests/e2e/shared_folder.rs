//! Processes that share a data folder: commands beside a server, and what must be alone.

use std::time::{Duration, Instant};

use crate::http::request;
use crate::packages::{dump, lines, package};
use crate::place::{Place, finished, signal};
use crate::portal::Portal;

#[test]
fn commands_work_beside_a_running_server_and_what_a_harvest_wrote_is_found_when_it_returns() {
    let place = Place::new();
    place.dump(&dump(30));
    let server = place.up();
    server.wait_until_ready();
    assert_eq!(server.json("/api/v1/search?limit=0")["total"], 30);

    place.dump(&lines((0..40).map(|number| package(number, if number == 3 { 2 } else { 1 }))));
    let run = place.harvest(&[], 0);
    assert_eq!((&run["new"], &run["changed"], &run["unchanged"]), (&10.into(), &1.into(), &29.into()), "{run:#}");
    // No waiting: the command returned, so the server's index holds it.
    assert_eq!(server.json("/api/v1/search?limit=0")["total"], 40);
    let found = server.json("/api/v1/search?q=number3+version2");
    assert_eq!(found["items"][0]["title"], "Holding number3 version2", "{found:#}");

    assert_eq!(place.search(&["number39"])["items"][0]["title"], "Holding number39 version1");
    let id = found["items"][0]["id"].as_str().unwrap();
    assert_eq!(place.run(&["show", id, "--json"]).exits(0).json()["title"], "Holding number3 version2");
    let runs = place.run(&["runs", "dump", "--json"]).exits(0).json();
    assert_eq!(runs["runs"][0]["run"], run["run"]);
    place.run(&["source", "list"]).exits(0);
    place.run(&["check"]).exits(0);
}

#[test]
fn a_token_counts_from_the_moment_it_is_made_until_the_moment_it_is_revoked() {
    let place = Place::samples();
    let server = place.serve();
    let made = place.run(&[
        "token",
        "create",
        "--json",
        "--organisation",
        "Horizon Relief Consortium (HRC)",
        "--role",
        "manager",
    ]);
    let made = made.exits(0).json();
    let (secret, id) = (made["token"].as_str().unwrap(), made["id"].as_str().unwrap());

    let everyone = server.json("/api/v1/search?limit=0")["total"].as_u64().unwrap();
    let answer = server.get_as(secret, "/api/v1/search?limit=0");
    assert_eq!(answer.status, 200);
    assert!(answer.json()["total"].as_u64().unwrap() >= everyone);

    place.run(&["token", "revoke", id]).exits(0);
    let answer = server.get_as(secret, "/api/v1/search?limit=0");
    assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("invalid-token")));
    place.run(&["search", "--token", secret]).exits(12);
    place.run(&["token", "revoke", id]).exits(1).says(&["no such live token"]);
    let listed = place.run(&["token", "list", "--json"]).exits(0);
    assert!(!listed.stdout.contains(secret), "a list never shows a secret");
}

#[test]
fn what_must_be_alone_is_refused_with_the_name_of_the_holder() {
    let place = Place::new();
    place.dump(&dump(5));
    let server = place.up();
    server.wait_until_ready();
    let holder = server.id().to_string();
    for command in [&["up", "--listen", "127.0.0.1:0"][..], &["serve", "--listen", "127.0.0.1:0"], &["reindex"]] {
        let begun = Instant::now();
        let outcome = place.run(command).exits(11).says(&[&holder, "up"]);
        assert_eq!(outcome.stdout, "", "{command:?} says on stdout that it listens, and does not");
        assert!(begun.elapsed() < Duration::from_secs(10), "{command:?} took {:?}", begun.elapsed());
    }
    assert_eq!(server.get("/health/ready").status, 200);
}

#[test]
fn sigterm_ends_a_server_in_order_and_gives_the_lock_back() {
    for command in ["up", "serve"] {
        let place = Place::new();
        place.dump(&dump(5));
        place.harvest(&[], 0);
        let server = if command == "up" { place.up() } else { place.serve() };
        server.wait_until_ready();
        let ended = server.stop();
        assert_eq!(ended.status.code(), Some(0), "{command}: {ended:?}");
        assert!(ended.took < Duration::from_secs(10), "{command}: {ended:?}");
        place.run(&["reindex"]).exits(0);
    }
}

#[test]
fn sigterm_during_a_harvest_ends_within_ten_seconds_and_loses_nothing() {
    let place = Place::new();
    place.dump(&dump(3000));
    let server = place.up();
    std::thread::sleep(Duration::from_millis(700));
    let ended = server.stop();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(ended.took < Duration::from_secs(10), "{ended:?}");
    let runs = place.run(&["runs", "--json"]).exits(0);
    assert!(!runs.stdout.contains("\"running\""), "{runs:?}");
    let run = place.harvest(&[], 0);
    assert_eq!((&run["verdict"], &run["listed"]), (&"complete".into(), &3000.into()), "{run:#}");
    assert_eq!(place.total(), 3000);
}

#[test]
fn sigint_stops_a_harvest_with_130_and_the_next_one_brings_the_rest() {
    let place = Place::new();
    place.dump(&dump(3000));
    let child = place.start(&["harvest", "--json"]);
    // Until the run has begun there is nothing to stop.
    let begun = Instant::now();
    while !place.data().join("cairn.db").exists() && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(400));
    signal(&child, "INT");
    let outcome = finished(child).exits(130);
    let answer = outcome.json();
    assert_eq!((&answer["exit"], &answer["runs"][0]["verdict"]), (&130.into(), &"cancelled".into()), "{answer:#}");
    let run = place.harvest(&[], 0);
    assert_eq!((&run["verdict"], &run["listed"]), (&"complete".into(), &3000.into()), "{run:#}");
    assert_eq!(place.total(), 3000);
}

#[test]
fn a_second_signal_ends_a_harvest_at_once_and_the_next_one_brings_the_rest() {
    // F35. The second page is on its way for as long as the test wants.
    let (portal, second_page) = Portal::held_back(250);
    let place = Place::new();
    place.source("portal", "ckan", &portal.url(), "allow_private = true\n[limits]\nrequests_per_second = 0");
    let mut child = place.start(&["harvest", "--json"]);
    second_page.is_reached();
    // Signals that come together are one, so they are sent until the process has had two.
    while child.try_wait().unwrap().is_none() {
        signal(&child, "TERM");
        std::thread::sleep(Duration::from_millis(20));
    }
    finished(child).exits(130);
    drop(second_page);
    let run = place.harvest(&[], 0);
    assert_eq!((&run["verdict"], &run["listed"]), (&"complete".into(), &250.into()), "{run:#}");
}

#[test]
fn a_server_starts_beside_a_long_harvest_and_finds_what_that_brings() {
    let (portal, second_page) = Portal::held_back(250);
    let place = Place::new();
    place.source("portal", "ckan", &portal.url(), "allow_private = true\n[limits]\nrequests_per_second = 0");
    let mut harvest = place.start(&["harvest", "--json"]);
    second_page.is_reached();
    let server = place.up();
    assert!(harvest.try_wait().unwrap().is_none(), "the harvest was there first, and goes on");
    let begun = Instant::now();
    while server.json("/api/v1/search?limit=0")["total"] != 100 {
        assert!(begun.elapsed() < Duration::from_mins(1), "the first page is not found: {}", server.talked());
        std::thread::sleep(Duration::from_millis(50));
    }
    let ready = server.get("/health/ready");
    assert_eq!(ready.status, 503, "of its only source there is no verdict yet: {}", ready.text());
    drop(second_page);
    let answer = finished(harvest).exits(0).json();
    let run = &answer["runs"][0];
    assert_eq!((&run["verdict"], &run["listed"]), (&"complete".into(), &250.into()), "{answer:#}");
    // The command returned, so the server finds the rest.
    assert_eq!(server.json("/api/v1/search?limit=0")["total"], 250);
    server.wait_until_ready();
}

#[test]
fn two_harvests_at_once_are_one_harvest_and_one_refusal_or_two_in_turn() {
    let place = Place::new();
    place.dump(&dump(400));
    let both = [place.start(&["harvest", "--json"]), place.start(&["harvest", "--json"])];
    let codes = both.map(|child| finished(child).code);
    assert!(codes.iter().all(|code| [0, 11].contains(code)) && codes.contains(&0), "{codes:?}");
    assert_eq!(place.total(), 400);
}

#[test]
fn a_taken_port_is_told_with_a_hint() {
    let place = Place::new();
    place.dump(&dump(1));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let outcome = place.run(&["up", "--listen", &address]).exits(1).says(&[
        &address,
        "another program listens there",
        "--listen",
    ]);
    assert_eq!(outcome.stdout, "");
}

#[test]
fn the_metrics_stand_at_their_own_address_alone() {
    let spare = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let place = Place::new().variable("CAIRN_SERVER__METRICS_LISTEN", &spare.to_string());
    place.dump(&dump(3));
    let server = place.up();
    server.wait_until_ready();
    server.get("/api/v1/search?q=secretword");
    let metrics = request(spare, "GET", "/metrics", &[]).text();
    assert!(metrics.contains("cairn_http_requests_total{"), "{metrics}");
    assert!(!metrics.contains("secretword"), "{metrics}");
    let runs = r#"cairn_runs_total{source="dump",verdict="complete"} 1"#;
    assert!(metrics.contains(runs), "{metrics}");
    assert_eq!(server.get("/metrics").status, 404);
}
