//! The first run, on the bundled samples: what a newcomer sees.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::place::Place;

const SOURCES: [&str; 6] = [
    "sample-consortium",
    "sample-imsma-yemen",
    "sample-inventaire-fr",
    "sample-inventory-ar",
    "sample-portal",
    "sample-survey123-syria",
];

const FACETS: [&str; 16] = [
    "country",
    "cluster",
    "organisation",
    "source",
    "sharing",
    "sensitivity",
    "access",
    "classification",
    "format",
    "licence",
    "language",
    "tag",
    "kind",
    "frequency",
    "freshness",
    "rendition",
];

/// The values of a facet.
fn values(answer: &Value, facet: &str) -> BTreeSet<String> {
    let values = answer["facets"][facet].as_array().unwrap_or_else(|| panic!("no facet {facet}: {answer:#}"));
    values.iter().map(|value| value["value"].as_str().unwrap().to_owned()).collect()
}

fn set(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

#[test]
fn up_says_where_it_listens_harvests_the_samples_and_serves_them() {
    let place = Place::bundled();
    let server = place.up();
    assert_eq!(server.get("/health/live").status, 200);
    server.wait_until_ready();

    let found = server.json("/api/v1/search?q=clinics&limit=1");
    assert!(found["total"].as_u64().unwrap() > 0, "{found:#}");

    // The table comes when the first round is over, which is what readiness waited for.
    std::thread::sleep(Duration::from_millis(300));
    let ended = server.stop();
    let said = ended.stdout;
    let mut lines = said.lines();
    assert!(lines.next().unwrap().starts_with("listening on http://127.0.0.1:"), "{said}");
    let heading: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(heading[..4], ["source", "verdict", "listed", "new"], "{said}");
    for source in SOURCES {
        let row = said.lines().find(|line| line.starts_with(&format!("{source} "))).unwrap_or_else(|| panic!("{said}"));
        assert!(row.contains("complete"), "{row}");
    }
    assert!(said.contains("Harvested in "), "{said}");
    assert_eq!(ended.stderr, "", "a first run on the samples has nothing to complain about");
}

#[test]
fn a_second_start_does_no_work_twice_and_keeps_every_id() {
    let place = Place::bundled();
    let ids = |server: &crate::server::Server| crate::paging::every_id(server, "", 100);

    let first = place.up();
    first.wait_until_ready();
    let before = ids(&first);
    assert!(first.stop().status.success());

    let second = place.up();
    second.wait_until_ready();
    assert_eq!(ids(&second), before);
    assert!(second.stop().status.success());

    let runs = place.run(&["runs", "--json"]).exits(0).json();
    let runs = runs["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2 * SOURCES.len());
    for run in &runs[..SOURCES.len()] {
        assert_eq!(run["verdict"], "complete", "{run:#}");
    }

    let answer = place.run(&["harvest", "--json"]).exits(0).json();
    let runs = answer["runs"].as_array().unwrap();
    assert_eq!(runs.iter().map(|run| run["source"].as_str().unwrap()).collect::<Vec<_>>(), SOURCES);
    for run in runs {
        assert_eq!((&run["writes"], &run["new"], &run["changed"]), (&0.into(), &0.into(), &0.into()), "{run:#}");
        assert_eq!(run["listed"], run["unchanged"], "{run:#}");
    }
}

#[test]
fn every_facet_every_axis_and_every_rendition_shows_something_on_the_samples() {
    let place = Place::samples();
    let operator = place.search(&["--as-operator", "--limit", "0", "--facets", &FACETS.join(",")]);
    for facet in FACETS {
        assert!(!values(&operator, facet).is_empty(), "facet {facet} is empty: {operator:#}");
    }
    assert_eq!(values(&operator, "sharing"), set(&["public", "community", "restricted", "organisation", "closed"]));
    assert_eq!(values(&operator, "sensitivity"), set(&["low", "moderate", "high", "severe", "unknown"]));
    assert_eq!(
        values(&operator, "access"),
        set(&["download", "on-request", "licensed", "enclave", "federated-query", "aggregate-only", "none"])
    );
    assert_eq!(values(&operator, "source"), set(&SOURCES));
    assert!(values(&operator, "country").len() >= 15, "{:?}", values(&operator, "country"));

    let anyone = place.search(&["--limit", "0", "--facets", "rendition"]);
    assert_eq!(values(&anyone, "rendition"), set(&["full", "partial", "stub"]));
    assert!(anyone["total"].as_u64() < operator["total"].as_u64(), "the samples hide something");
}

#[test]
fn every_cluster_and_area_of_responsibility_has_a_sample() {
    let place = Place::samples();
    let operator = place.search(&["--as-operator", "--limit", "0", "--facets", "cluster"]);
    let server = place.serve();
    let known = server.json("/api/v1/vocabularies/cluster");
    let known: BTreeSet<String> =
        known["items"].as_array().unwrap().iter().map(|term| term["code"].as_str().unwrap().to_owned()).collect();
    let shown = values(&operator, "cluster");
    // Two codes stand for work across all clusters, which is none of them.
    let missing: Vec<&String> =
        known.difference(&shown).filter(|code| !["Hum", "Intersectoral"].contains(&code.as_str())).collect();
    assert!(missing.is_empty(), "no sample has {missing:?}");
}

#[test]
fn what_an_imsma_export_says_of_victims_is_nowhere_in_the_data_folder_or_the_log() {
    let place = Place::bundled();
    let export = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/samples/imsma/yemen-maxml.xml");
    let text = std::fs::read_to_string(export).unwrap();
    let outcome = place.run(&["harvest", "sample-imsma-yemen", "--json", "-vvv"]).exits(0);
    // Coordinates are long numbers with a point: none of the export's may stand in what was written.
    let numbers: BTreeSet<&str> = text
        .split(|character: char| !character.is_ascii_digit() && character != '.')
        .filter(|number| number.len() >= 7 && number.contains('.'))
        .collect();
    assert!(numbers.len() > 20, "the sample holds coordinates");
    let mut written = format!("{}{}", outcome.stdout, outcome.stderr).into_bytes();
    gather(&place.data(), &mut written);
    let written = String::from_utf8_lossy(&written);
    for number in numbers {
        assert!(!written.contains(number), "{number} was written");
    }
}

fn gather(folder: &std::path::Path, into: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, into);
        } else {
            into.extend(std::fs::read(&path).unwrap());
        }
    }
}
