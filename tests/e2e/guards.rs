//! What a source may not do by itself: remove many records, or loosen terms.

use serde_json::Value;

use crate::packages::{dump, lines, package};
use crate::place::Place;

fn problem_codes(place: &Place, run: &Value) -> Vec<(String, String)> {
    let (source, id) = (run["source"].as_str().unwrap(), run["run"].as_str().unwrap());
    let answer = place.run(&["runs", source, "--problems", id, "--json"]).exits(0).json();
    let mut codes: Vec<(String, String)> = answer["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["problem"]["code"].as_str().unwrap().to_owned(),
                one["source_record_id"].as_str().unwrap_or("").to_owned(),
            )
        })
        .collect();
    codes.sort();
    codes
}

#[test]
fn a_source_that_loses_many_records_trips_the_guard_until_the_list_is_confirmed() {
    let place = Place::new();
    place.dump(&dump(100));
    place.harvest(&[], 0);
    let id = place.search(&["number90"])["items"][0]["id"].as_str().unwrap().to_owned();
    place.dump(&dump(60));
    let held = place.harvest(&[], 4);
    assert_eq!((&held["verdict"], &held["listed"], &held["retired"]), (&"guard_tripped".into(), &60.into(), &0.into()));
    assert_eq!(problem_codes(&place, &held).len(), 40);
    assert_eq!(place.total(), 100);

    // A run that nobody knows confirms nothing.
    let outcome = place.run(&["harvest", "dump", "--confirm-removals", "no-such-run", "--json"]);
    assert_ne!(outcome.code, 0, "{outcome:?}");
    assert_eq!(place.total(), 100);

    // One more went meanwhile: it was not on the list, so it stays, and is marked as missing.
    place.dump(&dump(59));
    let run = place.harvest(&["dump", "--confirm-removals", held["run"].as_str().unwrap()], 0);
    assert_eq!((&run["retired"], &run["missing"]), (&40.into(), &1.into()), "{run:#}");
    assert_eq!(place.total(), 60);
    place.run(&["show", &id]).exits(1);

    let unchanged = place.harvest(&[], 0);
    assert_eq!(unchanged["retired"], 0, "{unchanged:#}");
    place.dump(&dump(100));
    let back = place.harvest(&[], 0);
    assert_eq!(back["listed"], 100);
    assert_eq!(place.total(), 100, "{back:#}");
    place.run(&["show", &id]).exits(0);
}

#[test]
fn a_source_that_loses_few_records_marks_them_as_missing_and_hides_none() {
    let place = Place::new();
    place.dump(&dump(100));
    place.harvest(&[], 0);
    place.dump(&dump(95));
    let run = place.harvest(&[], 0);
    assert_eq!(
        (&run["verdict"], &run["missing"], &run["retired"]),
        (&"complete".into(), &5.into(), &0.into()),
        "{run:#}"
    );
    assert_eq!(place.total(), 100);
}

#[test]
fn a_source_may_tighten_terms_and_not_loosen_them_until_somebody_confirms_it() {
    let place = Place::new();
    let inventory = |sharing: &str| {
        format!("id,title,sharing,sensitivity,listing\na,Wells of Taiz,{sharing},low,full\nb,Clinics,public,low,full\n")
    };
    place.source("desk", "inventory", "file:../../files/desk.csv", "organisation = \"Example Desk\"");
    place.file("desk.csv", inventory("public"));
    place.harvest(&[], 0);
    let sharing = |place: &Place| {
        let found = place.search(&["--as-operator", "wells"]);
        found["items"][0]["sharing"].as_str().unwrap_or_else(|| panic!("{found:#}")).to_owned()
    };
    assert_eq!(sharing(&place), "public");

    place.file("desk.csv", inventory("organisation"));
    place.harvest(&[], 0);
    assert_eq!(sharing(&place), "organisation");

    place.file("desk.csv", inventory("public"));
    let held = place.harvest(&[], 0);
    assert_eq!(sharing(&place), "organisation");
    let codes = problem_codes(&place, &held);
    assert!(codes.iter().any(|(code, id)| code == "loosening-held" && id == "a"), "{codes:?}");

    let outcome = place.run(&["harvest", "desk", "--confirm-loosening", "no-such-run"]);
    assert_ne!(outcome.code, 0, "{outcome:?}");
    assert_eq!(sharing(&place), "organisation");

    place.harvest(&["desk", "--confirm-loosening", held["run"].as_str().unwrap()], 0);
    assert_eq!(sharing(&place), "public");
}

#[test]
fn loosening_that_was_held_is_still_told_when_the_file_did_not_change() {
    let place = Place::new();
    let inventory = |sharing: &str| format!("id,title,sharing,sensitivity,listing\na,Wells,{sharing},low,full\n");
    place.source("desk", "inventory", "file:../../files/desk.csv", "organisation = \"Example Desk\"");
    for sharing in ["organisation", "public"] {
        place.file("desk.csv", inventory(sharing));
        place.harvest(&[], 0);
    }
    // Days later an operator looks at the newest run, which saw an unchanged file, and confirms it.
    let told = place.run(&["harvest", "desk"]).exits(0).stdout;
    assert!(told.contains("cairn harvest desk --confirm-loosening "), "{told}");
    let newest = place.harvest(&[], 0);
    assert_eq!((&newest["unchanged"], &newest["writes"], &newest["problems"]), (&1.into(), &0.into(), &1.into()));
    for run in [place.harvest(&["desk", "--full"], 0), newest.clone()] {
        let codes = problem_codes(&place, &run);
        assert_eq!(codes, [("loosening-held".to_owned(), "a".to_owned())], "{run:#}");
    }
    assert_eq!(place.search(&["wells"])["items"][0]["sharing"], "organisation");
    let confirmed = place.harvest(&["desk", "--confirm-loosening", newest["run"].as_str().unwrap()], 0);
    assert_eq!((&confirmed["changed"], &confirmed["problems"]), (&1.into(), &0.into()), "{confirmed:#}");
    assert_eq!(place.search(&["wells"])["items"][0]["sharing"], "public");
    assert_eq!(problem_codes(&place, &place.harvest(&[], 0)), []);
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_would_come() {
    let place = Place::new();
    place.dump(&dump(100));
    let run = place.harvest(&["--dry-run"], 0);
    assert_eq!((&run["listed"], &run["new"]), (&100.into(), &100.into()), "{run:#}");
    let preview = place.run(&["source", "preview", "dump", "--json"]).exits(0).json();
    assert_eq!(preview["preview"]["new"], 100);
    let runs = place.run(&["runs", "--json"]);
    assert!(runs.code != 0 || runs.json()["runs"] == serde_json::json!([]), "{runs:?}");

    place.harvest(&[], 0);
    place.dump(&dump(40));
    let run = place.harvest(&["--dry-run"], 4);
    assert_eq!(run["verdict"], "guard_tripped", "{run:#}");
    assert_eq!(place.total(), 100);
    assert_eq!(place.run(&["runs", "--json"]).json()["runs"].as_array().unwrap().len(), 1);
}

#[test]
fn a_preview_lists_the_problems_because_nobody_can_look_them_up_later() {
    let place = Place::new();
    place.source("desk", "inventory", "file:../../files/desk.csv", "organisation = \"Example Desk\"");
    let rows: Vec<String> = (0..600).map(|row| format!("h{row},Wells {row},open to all,very")).collect();
    place.file("desk.csv", format!("id,title,sharing,sensitivity\n{}\n", rows.join("\n")));
    let preview = place.run(&["source", "preview", "desk", "--json"]).exits(0).json();
    let preview = &preview["preview"];
    let listed = preview["problem_list"].as_array().unwrap();
    assert_eq!((&preview["new"], listed.len()), (&600.into(), 1000), "{:#}", listed[0]);
    let counted = preview["problems"].as_u64().unwrap();
    assert!(counted > 1000, "{counted}");
    assert_eq!(listed[0]["source_record_id"], "h0");
    let kinds = preview["problem_kinds"].as_array().unwrap().iter();
    assert_eq!(kinds.map(|kind| kind["count"].as_u64().unwrap()).sum::<u64>(), counted, "every one is counted");

    let told = place.run(&["source", "preview", "desk"]).exits(0).stdout;
    assert!(told.contains("Problems by kind\n") && told.contains("open to all"), "{told}");
    assert!(told.contains(&format!("… and {} more.", counted - 20)), "{told}");
    assert!(told.ends_with("Nothing was written: this is what a harvest would do.\n"), "{told}");
    let dry = place.run(&["harvest", "desk", "--dry-run"]).exits(0).stdout;
    assert!(dry.contains("open to all"), "{dry}");

    // A run that was written keeps its problems, and its report does not repeat them.
    let written = place.harvest(&["desk"], 0);
    assert_eq!(written.get("problem_list"), None, "{written:#}");
    place.file("desk.csv", format!("id,title,sharing,sensitivity\n{}\n", rows[..100].join("\n")));
    let tripped = place.harvest(&["desk", "--dry-run"], 4);
    let held =
        tripped["problem_list"].as_array().unwrap().iter().filter(|row| row["problem"]["code"] == "removal-held");
    assert_eq!(held.count(), 500, "{}", tripped["verdict"]);
}

#[test]
fn a_record_that_the_source_deletes_goes_and_comes_back_under_the_same_id() {
    let place = Place::new();
    let with_state = |state: &str| {
        lines((0..30).map(|number| {
            let mut package = package(number, 1);
            if number == 4 {
                package["state"] = state.into();
            }
            package
        }))
    };
    place.dump(&with_state("active"));
    place.harvest(&[], 0);
    let id = place.search(&["number4"])["items"][0]["id"].clone();
    place.dump(&with_state("deleted"));
    let run = place.harvest(&[], 0);
    assert_eq!(run["retired"], 1, "{run:#}");
    assert_eq!(place.search(&["number4"])["total"], 0);
    place.dump(&with_state("active"));
    place.harvest(&[], 0);
    assert_eq!(place.search(&["number4"])["items"][0]["id"], id);
}
