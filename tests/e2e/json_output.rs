//! `--json`: one document on stdout and nothing else there; the talk is on stderr.

use serde_json::Value;

use crate::packages::dump;
use crate::place::Place;

/// Names and types of the fields of an object, in its order.
fn shape(object: &Value) -> Vec<(&str, &str)> {
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "decimal",
        Value::Number(_) => "integer",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    let mut fields: Vec<(&str, &str)> =
        object.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), kind(value))).collect();
    fields.sort_unstable();
    fields
}

#[test]
fn harvest_answers_as_the_design_says() {
    let place = Place::new();
    place.dump(&dump(12));
    let outcome = place.run(&["harvest", "--json"]).exits(0);
    assert_eq!(outcome.stderr, "");
    let answer = outcome.json();
    assert_eq!(shape(&answer), [("exit", "integer"), ("runs", "list"), ("schema", "integer")]);
    assert_eq!((&answer["schema"], &answer["exit"]), (&1.into(), &0.into()));
    let run = &answer["runs"][0];
    assert_eq!(
        shape(run),
        [
            ("changed", "integer"),
            ("listed", "integer"),
            ("missing", "integer"),
            ("new", "integer"),
            ("problems", "integer"),
            ("requests", "integer"),
            ("retired", "integer"),
            ("run", "text"),
            ("seconds", "decimal"),
            ("source", "text"),
            ("unchanged", "integer"),
            ("verdict", "text"),
            ("writes", "integer"),
        ]
    );
    assert_eq!((&run["listed"], &run["new"], &run["verdict"]), (&12.into(), &12.into(), &"complete".into()));
    // Record, revision, payload and index document of each.
    assert_eq!(run["writes"], 48, "{run:#}");
}

#[test]
fn every_command_writes_one_json_document_and_nothing_else_to_stdout() {
    let place = Place::new();
    place.dump(&dump(12));
    place.harvest(&[], 0);
    let id = place.search(&["number3"])["items"][0]["id"].as_str().unwrap().to_owned();
    let run = place.run(&["runs", "--json"]).json()["runs"][0]["run"].as_str().unwrap().to_owned();
    let token = place.run(&["token", "create", "--organisation", "x", "--role", "reader", "--json"]).json();
    let token = token["id"].as_str().unwrap();
    let commands: [&[&str]; 22] = [
        &["harvest"],
        &["harvest", "--dry-run"],
        &["search", "wells", "--facets", "country"],
        &["search", "wells", "--as-operator"],
        &["show", &id],
        &["source", "list"],
        &["source", "check"],
        &["source", "preview", "dump"],
        &["source", "problems", "dump"],
        &["quality"],
        &["quality", "dump"],
        &["runs"],
        &["runs", "dump", "--problems", &run],
        &["token", "list"],
        &["token", "revoke", token],
        &["audit", "list"],
        &["audit", "verify"],
        &["vocabularies"],
        &["vocabularies", "show", "theme"],
        &["vocabularies", "unmapped"],
        &["reindex"],
        &["check"],
    ];
    for command in commands {
        for verbose in [false, true] {
            if verbose && !["harvest", "search", "reindex"].contains(&command[0]) {
                continue;
            }
            let mut arguments = command.to_vec();
            arguments.push("--json");
            if verbose {
                arguments.push("-vv");
            }
            let outcome = place.run(&arguments).exits(0);
            assert!(outcome.json().is_object(), "{command:?}: {outcome:?}");
            if !verbose {
                assert_eq!(outcome.stderr, "", "{command:?} talks without being asked");
            }
        }
    }
    for command in [&["harvest"][..], &["runs"], &["source", "list"], &["token", "list"], &["check"], &["reindex"]] {
        let mut arguments = command.to_vec();
        arguments.push("--json");
        assert_eq!(place.run(&arguments).json()["schema"], 1, "{command:?}");
    }
}

#[test]
fn a_command_that_fails_leaves_stdout_empty_or_with_one_document() {
    let place = Place::new();
    place.source("dump", "ckan", "file:../../files/none.jsonl", "");
    let outcome = place.run(&["harvest", "--json"]).exits(1);
    assert_eq!(outcome.json()["exit"], 1);
    for command in [
        &["harvest", "nobody"][..],
        &["show", "x"],
        &["search", "--sharing", "x"],
        &["runs", "none", "--problems", "x"],
    ] {
        let mut arguments = command.to_vec();
        arguments.push("--json");
        let outcome = place.run(&arguments);
        assert_eq!(outcome.stdout, "", "{command:?}: {outcome:?}");
        assert!(outcome.stderr.starts_with("error: "), "{command:?}: {outcome:?}");
    }
}

#[test]
fn up_with_json_keeps_its_first_line_and_says_nothing_more_there() {
    let place = Place::new();
    place.dump(&dump(12));
    let server = crate::server::Server::start(place.start(&["up", "--listen", "127.0.0.1:0", "--json"]));
    server.wait_until_ready();
    let ended = server.stop();
    assert_eq!(ended.stdout.lines().count(), 1, "{ended:?}");
}

#[test]
fn the_command_line_and_the_api_answer_alike() {
    let place = Place::samples();
    let on_the_command_line = place.search(&["health", "--country", "SYR", "--facets", "cluster", "--limit", "3"]);
    let id = on_the_command_line["items"][0]["id"].as_str().unwrap().to_owned();
    let shown = place.run(&["show", &id, "--json"]).exits(0).json();
    let server = place.serve();
    assert_eq!(server.json("/api/v1/search?q=health&country=SYR&facets=cluster&limit=3"), on_the_command_line);
    assert_eq!(server.json(&format!("/api/v1/datasets/{id}")), shown);
}

#[test]
fn completions_come_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let outcome = place.run(&["completions", shell]).exits(0);
        assert!(outcome.stdout.contains("cairn") && outcome.stderr.is_empty(), "{shell}");
    }
}

#[test]
fn a_pipe_that_closes_early_is_no_reason_to_panic() {
    let place = Place::samples();
    let child = place.start(&["search", "--as-operator", "--limit", "100", "--json"]);
    let mut child = child;
    drop(child.stdout.take());
    let outcome = crate::place::finished(child);
    assert!(!outcome.stderr.contains("panicked"), "{outcome:?}");
}
