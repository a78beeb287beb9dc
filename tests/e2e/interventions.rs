//! The operator's hand on the schedule, from one process on another.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::packages::dump;
use crate::place::{OPEN_TERMS, Place, finished, signal};

/// The contract says ten seconds; a machine that does much else beside is given some more.
const AT_LAST: Duration = Duration::from_secs(15);

/// A portal that gives its first page, and of the next one byte a second (F10).
struct SlowLoris {
    address: SocketAddr,
    /// Whether the next page was begun.
    drips: Arc<AtomicBool>,
}

impl SlowLoris {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let drips = Arc::new(AtomicBool::new(false));
        let begun = Arc::clone(&drips);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(mut stream), begun) = (stream, Arc::clone(&begun)) else { return };
                std::thread::spawn(move || {
                    let mut request = Vec::new();
                    while !request.ends_with(b"\r\n\r\n") {
                        let mut byte = [0];
                        if stream.read_exact(&mut byte).is_err() {
                            return;
                        }
                        request.push(byte[0]);
                    }
                    let is_first = String::from_utf8(request).unwrap().contains("start=0&");
                    let packages: Vec<Value> = (0..10).map(|number| crate::packages::package(number, 1)).collect();
                    let body = json!({"success": true, "result": {"count": 20, "results": packages}}).to_string();
                    let head =
                        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                    if stream.write_all(head.as_bytes()).is_err() {
                        return;
                    }
                    if is_first {
                        let _ = stream.write_all(body.as_bytes());
                        return;
                    }
                    begun.store(true, Ordering::SeqCst);
                    for byte in body.bytes() {
                        if stream.write_all(&[byte]).is_err() {
                            return;
                        }
                        std::thread::sleep(Duration::from_secs(1));
                    }
                });
            }
        });
        Self { address, drips }
    }

    fn wait_until_it_drips(&self) {
        let begun = Instant::now();
        while !self.drips.load(Ordering::SeqCst) {
            assert!(begun.elapsed() < Duration::from_mins(1), "nobody asks for the next page");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn with_slow_loris() -> (Place, SlowLoris) {
    let (place, portal) = (Place::new(), SlowLoris::open());
    let rest = format!("allow_private = true\n[limits]\nrequests_per_second = 0\n{OPEN_TERMS}");
    place.source("slow", "ckan", &format!("http://{}", portal.address), &rest);
    (place, portal)
}

#[test]
fn a_run_of_a_server_is_stopped_by_a_command_that_returns_when_it_has_ended() {
    let (place, portal) = with_slow_loris();
    place.dump(&dump(5));
    let server = place.up();
    portal.wait_until_it_drips();

    let begun = Instant::now();
    let stopped = place.run(&["source", "stop", "slow", "--json"]).exits(0).json();
    assert!(begun.elapsed() < AT_LAST, "it took {:?}", begun.elapsed());
    assert_eq!(stopped["verdict"], "cancelled", "{stopped:#}");
    // The command waited: nothing runs any more, what came is kept, and the other source was never touched.
    let runs = place.run(&["runs", "slow", "--json"]).exits(0).json()["runs"].clone();
    assert_eq!((&runs[0]["run"], &runs[0]["verdict"]), (&stopped["run"], &"cancelled".into()), "{runs:#}");
    assert_eq!((&runs[0]["counts"]["new"], runs.as_array().map(Vec::len)), (&10.into(), Some(1)), "{runs:#}");
    server.wait_until_ready();
    assert_eq!(server.json("/api/v1/search?limit=0&source=dump")["total"], 5);
    let nothing = place.run(&["source", "stop", "slow"]).exits(0);
    assert!(nothing.stdout.contains("nothing to stop"), "{nothing:?}");
    assert!(place.run(&["source", "stop", "slwo"]).exits(2).stderr.contains("did you mean `slow`?"));
}

/// F34.
#[test]
fn sigterm_while_a_body_drips_ends_a_harvest_and_its_page_is_kept() {
    let (place, portal) = with_slow_loris();
    let child = place.start(&["harvest", "--json"]);
    portal.wait_until_it_drips();
    let begun = Instant::now();
    signal(&child, "TERM");
    let answer = finished(child).exits(130).json();
    assert!(begun.elapsed() < AT_LAST, "it took {:?}", begun.elapsed());
    assert_eq!((&answer["runs"][0]["verdict"], &answer["runs"][0]["new"]), (&"cancelled".into(), &10.into()));
}

#[test]
fn a_paused_source_is_left_out_by_up_and_harvest_and_harvested_by_name() {
    let place = Place::new();
    place.dump(&dump(5));
    place.run(&["source", "pause", "dump", "--reason", "it moves house"]).exits(0);
    let listed = place.run(&["source", "list", "--json"]).exits(0).json();
    let paused = &listed["sources"][0]["paused"];
    assert_eq!((&paused["by"], &paused["reason"]), (&"operator".into(), &"it moves house".into()), "{listed:#}");
    assert_eq!(listed["sources"][0]["next_run"], Value::Null);
    let told = place.run(&["source", "list"]).exits(0);
    assert!(told.stdout.contains("by operator: it moves house"), "{told:?}");

    let nothing = place.run(&["harvest", "--json"]).exits(0).says(&["dump is paused by operator", "left out"]);
    assert_eq!(nothing.json()["runs"], json!([]));
    let server = place.up();
    server.wait_until_ready();
    assert_eq!(server.json("/api/v1/search?limit=0")["total"], 0);
    let run = place.run(&["harvest", "dump", "--json"]).exits(0).says(&["dump is paused", "stays paused"]).json();
    assert_eq!(run["runs"][0]["new"], 5);
    place.run(&["source", "resume", "dump"]).exits(0);
    let listed = place.run(&["source", "list", "--json"]).exits(0).json();
    assert_eq!(listed["sources"][0]["paused"], Value::Null);
}

/// F07.
#[test]
fn a_source_that_is_down_is_told_with_its_next_try_and_its_records_stay() {
    let place = Place::new();
    place.dump(&dump(5));
    place.harvest(&[], 0);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    place.source("dump", "ckan", &format!("http://{free}"), &format!("allow_private = true\n{OPEN_TERMS}"));
    let run = place.harvest(&[], 5);
    assert_eq!(run["verdict"], "failed", "{run:#}");
    let runs = place.run(&["runs", "--json"]).exits(0).json();
    let unreachable = &runs["unreachable"][0];
    assert_eq!(unreachable["source"], "dump", "{runs:#}");
    assert_eq!(unreachable["since"], runs["runs"][0]["started"]);
    assert!(unreachable["next_try"].is_string(), "{runs:#}");
    for command in [&["runs"][..], &["source", "list"]] {
        let told = place.run(command).exits(0);
        assert!(told.stdout.contains("dump: unreachable since") && told.stdout.contains("next try"), "{told:?}");
    }
    assert_eq!(place.total(), 5);
}
