//! Kill -9 while something waits, to be judged or for a person: nothing of it is lost or let go, and the next run goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::packages::package;
use crate::place::{OPEN_TERMS, Place, finished, signal};
use crate::portal::{Portal, Reply};

/// Packages of the portal, which gives ten a page: with those that join the pages, it is asked five times.
const PACKAGES: usize = 40;
const REQUESTS: usize = 5;

/// Holds an answer of the portal back while a test kills who waits for it.
struct Gate {
    /// The answer that is held back, counted from now; none at 0.
    number: Arc<AtomicUsize>,
    reached: Receiver<()>,
    opens: Sender<()>,
}

impl Gate {
    fn before(packages: Vec<Value>) -> (Portal, Self) {
        let number = Arc::new(AtomicUsize::new(0));
        let (reach, reached) = channel();
        let (opens, opened) = channel();
        let left = Arc::clone(&number);
        let portal = Portal::open(packages, 10, move |_, _| {
            if left.load(Ordering::SeqCst) > 0 && left.fetch_sub(1, Ordering::SeqCst) == 1 {
                reach.send(()).unwrap();
                opened.recv().unwrap();
            }
            Reply::Page
        });
        (portal, Self { number, reached, opens })
    }

    /// Kills a command while it waits for an answer of the portal.
    fn kill_at(&self, number: usize, place: &Place, command: &[&str]) {
        self.number.store(number, Ordering::SeqCst);
        let child = place.start(command);
        self.reached.recv_timeout(Duration::from_mins(1)).expect("the portal is asked so often");
        signal(&child, "KILL");
        let outcome = finished(child);
        assert_eq!(outcome.code, 128 + 9, "{outcome:?}");
        self.opens.send(()).unwrap();
    }
}

/// Configures the portal under an organisation. With another one every record is read anew, from where a killed run stopped.
fn configure(place: &Place, portal: &Portal, organisation: &str) {
    let rest = format!(
        "organisation = \"{organisation}\"\nallow_private = true\n{OPEN_TERMS}\n[limits]\nrequests_per_second = 0"
    );
    place.source("portal", "ckan", &portal.url(), &rest);
}

/// Packages under a licence, which is told in a field of this name; of the first ten, three have one.
fn licensed(field: &str) -> Vec<Value> {
    let mut packages: Vec<Value> = (0..PACKAGES).map(|number| package(number, 1)).collect();
    for (number, package) in packages.iter_mut().enumerate() {
        package.as_object_mut().unwrap().remove("license_id");
        if !(3..10).contains(&number) {
            package[field] = json!("cc-by");
        }
    }
    packages
}

/// How many records have a licence.
fn licences(place: &Place) -> u64 {
    let answer = place.search(&["--as-operator", "--limit", "0", "--facets", "licence"]);
    answer["facets"]["licence"].as_array().unwrap().iter().map(|one| one["count"].as_u64().unwrap()).sum()
}

/// No run goes on, and nothing in the store contradicts itself.
fn is_sound(place: &Place) {
    place.run(&["check"]).exits(0);
    let runs = place.run(&["runs", "--json", "--limit", "1000"]).exits(0).json();
    assert!(runs["runs"].as_array().unwrap().iter().all(|run| run["verdict"] != "running"), "{runs:#}");
}

#[test]
fn kill_9_while_records_wait_to_be_judged_blanks_none_and_the_next_run_judges_them() {
    let (portal, gate) = Gate::before(licensed("license_id"));
    let place = Place::new();
    configure(&place, &portal, "Portal Keepers");
    place.harvest(&[], 0);
    assert_eq!(licences(&place), 33);
    portal.change(|packages| *packages = licensed("license_code"));
    configure(&place, &portal, "New Keepers");
    for number in 1..=REQUESTS {
        gate.kill_at(number, &place, &["harvest"]);
        assert_eq!(licences(&place), 33, "killed at request {number}");
    }
    let run = place.harvest(&[], 0);
    assert_eq!((&run["verdict"], &run["listed"]), (&"complete_with_errors".into(), &PACKAGES.into()), "{run:#}");
    let kept = run["reason"].as_str().unwrap();
    assert_eq!(kept, "licence: 33 records that had it have none now; the former values are kept");
    assert_eq!((licences(&place), place.total()), (33, PACKAGES as u64));
    is_sound(&place);

    // A confirmation that is killed lets some of them go, and the same list can be confirmed again.
    let confirm = ["harvest", "portal", "--confirm-vanished", run["run"].as_str().unwrap()];
    for number in 1..=REQUESTS {
        gate.kill_at(number, &place, &confirm);
    }
    let confirmed = place.harvest(&confirm[1..], 0);
    assert_eq!((&confirmed["verdict"], &confirmed["problems"]), (&"complete".into(), &0.into()), "{confirmed:#}");
    assert_eq!((licences(&place), place.total()), (0, PACKAGES as u64));
    is_sound(&place);
}

#[test]
fn kill_9_while_a_source_changes_its_ids_removes_nothing_and_the_next_run_says_which_is_which() {
    let named = |last: &'static str| {
        (0..PACKAGES).map(move |number| {
            let mut package = package(number, 1);
            package["id"] = json!(format!("{number:08x}-0000-4000-8000-{last}"));
            package
        })
    };
    let (portal, gate) = Gate::before(named("000000000000").collect());
    let place = Place::new();
    configure(&place, &portal, "Portal Keepers");
    place.harvest(&[], 0);
    let id = |place: &Place| place.search(&["number7"])["items"][0]["id"].as_str().unwrap().to_owned();
    let old = id(&place);
    portal.change(|packages| *packages = named("00000000000f").collect());
    for number in 1..=REQUESTS {
        gate.kill_at(number, &place, &["harvest"]);
        assert_eq!(place.run(&["show", &old, "--json"]).exits(0).json()["id"], *old, "killed at request {number}");
    }
    let held = place.harvest(&[], 4);
    let reason = held["reason"].as_str().unwrap();
    assert!(reason.starts_with("id_scheme_change: 40 records"), "{reason}");
    is_sound(&place);

    let confirm = ["harvest", "portal", "--confirm-removals", held["run"].as_str().unwrap()];
    for number in 1..=REQUESTS {
        gate.kill_at(number, &place, &confirm);
        assert_eq!(place.total(), 2 * PACKAGES as u64, "killed at request {number}");
    }
    assert_eq!(place.harvest(&confirm[1..], 0)["retired"], PACKAGES);
    assert_eq!(place.total(), PACKAGES as u64);
    let new = id(&place);
    let shown = place.run(&["show", &old, "--json"]).exits(0).says(&[new.as_str()]);
    assert!(old != new && shown.json()["id"] == *new, "{shown:?}");
    let answer = place.serve().get(&format!("/dataset/{old}"));
    assert_eq!((answer.status, answer.header("location")), (301, Some(format!("/dataset/{new}").as_str())));
    is_sound(&place);
}
