//! Harvested text is hostile everywhere it is shown.

use serde_json::json;

use crate::packages::{lines, package};
use crate::place::Place;
use crate::server::Server;

const SCRIPT: &str = "<script>alert('planted')</script>";
const OVERRIDE: &str = "\u{202e}cod.exe\u{202c}";

/// Every text of the package tries something.
fn hostile() -> serde_json::Value {
    let mut package = package(1, 1);
    package["title"] = format!("Planted {SCRIPT} {OVERRIDE} =HYPERLINK(\"x\")").into();
    package["notes"] = format!(
        "Planted [a](javascript:alert(1)) <img src=x onerror=alert(2)> {SCRIPT} </textarea></title>{{{{7*7}}}} <a href=\"//evil.example\">x</a>"
    )
    .into();
    package["organization"] = json!({"name": "planted-org", "title": format!("\"><svg onload=alert(3)>{SCRIPT}")});
    package["tags"] = json!([{"name": "\"onmouseover=\"alert(4)"}, {"name": SCRIPT}, {"name": "=1+1"}]);
    package["url"] = "javascript:alert(5)".into();
    package["license_id"] = format!("\"'>{SCRIPT}").into();
    package["license_title"] = format!("\"'>{SCRIPT}").into();
    package["license_url"] = "javascript:alert(6)".into();
    package["methodology"] = SCRIPT.into();
    package["caveats"] = format!("{SCRIPT}\u{0}\u{7}").into();
    package["dataset_source"] = SCRIPT.into();
    package["resources"] = json!([
        {"url": "javascript:alert(7)", "name": format!("x{SCRIPT}"), "format": format!("CSV\"><b>{SCRIPT}")},
        {"url": "data:text/html,<script>alert(8)</script>", "name": "=cmd|'/c calc'!A1", "format": "=1+1"},
        {"url": "//evil.example/x.csv", "name": OVERRIDE, "format": "CSV"},
        {"url": "https://data.example.org/a\"onclick=\"alert(9)", "name": "ok", "format": "CSV"},
    ]);
    package
}

fn place() -> Place {
    let place = Place::new();
    place.dump(&lines([hostile(), package(2, 1)]));
    place.harvest(&[], 0);
    place
}

fn pages(server: &Server) -> Vec<(String, String)> {
    let id = server.json("/api/v1/search?q=planted")["items"][0]["id"].as_str().unwrap().to_owned();
    let script = crate::http::escaped(SCRIPT);
    let targets = [
        "/".to_owned(),
        "/search?q=planted".to_owned(),
        format!("/search?q={script}"),
        format!("/search?tag={script}"),
        format!("/search?sort={script}"),
        format!("/search?country={script}&lang=en"),
        format!("/search?{script}=1"),
        "/search".to_owned(),
        format!("/dataset/{id}"),
        format!("/dataset/{script}"),
        "/dataset/00000000-0000-5000-8000-000000000000".to_owned(),
        "/api/docs".to_owned(),
    ];
    targets
        .into_iter()
        .map(|target| {
            let answer = server.get(&target);
            assert!(
                answer
                    .header("content-type")
                    .is_some_and(|kind| kind.starts_with("text/html") || kind == "application/problem+json"),
                "{target}: {answer:?}"
            );
            assert!(answer.status < 500, "{target}: {answer:?}");
            (target, answer.text())
        })
        .collect()
}

#[test]
fn no_planted_text_becomes_a_tag_an_attribute_or_a_link() {
    let place = place();
    let server = place.serve();
    let pages = pages(&server);
    let record =
        &pages.iter().find(|(target, _)| target.starts_with("/dataset/") && !target.contains("0000-5000")).unwrap().1;
    assert!(
        record.contains("Planted") && record.contains("&lt;script&gt;") || record.contains("&#60;script&#62;"),
        "{record}"
    );
    for (target, html) in &pages {
        let lower = html.to_lowercase();
        for tag in ["<script", "<img", "<svg", "<iframe", "<object", "<embed", "<base"] {
            assert!(!lower.contains(tag), "{target} holds {tag}: {html}");
        }
        for attributes in tags(&lower) {
            assert!(!attributes.contains(" on"), "{target}: a handler in <{attributes}>");
            for scheme in ["=\"javascript:", "='javascript:", "=\"data:", "=\"vbscript:", "=\"//"] {
                assert!(!attributes.contains(scheme), "{target}: {scheme} in <{attributes}>");
            }
        }
        assert!(
            !html.contains('\u{202e}') || html.contains("<bdi") || html.contains("dir=\"auto\""),
            "{target}: an override that is not held in"
        );
        assert!(!html.contains('\0'), "{target}");
    }
}

/// What stands between `<` and `>`, outside of attribute values too.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()).collect()
}

#[test]
fn pages_load_nothing_from_elsewhere_and_need_no_script() {
    let place = Place::samples();
    let server = place.serve();
    let id = server.json("/api/v1/search?limit=1&rendition=full")["items"][0]["id"].as_str().unwrap().to_owned();
    for target in ["/", "/search?q=health", "/search?q=nothinglikethis", &format!("/dataset/{id}")] {
        let answer = server.get(target);
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{target}");
        let html = answer.text();
        assert!(html.starts_with("<!DOCTYPE html>") || html.starts_with("<!doctype html>"), "{target}: {html:.100}");
        for tag in tags(&html) {
            let name = tag.split_whitespace().next().unwrap_or_default();
            // A link that a person may follow is no load; everything else that names an address is one.
            if name == "a" {
                continue;
            }
            for attribute in ["src=", "href=", "action=", "srcset=", "poster="] {
                if let Some((_, value)) = tag.split_once(attribute) {
                    let value = value.trim_start_matches(['"', '\'']);
                    assert!(
                        value.starts_with('/') && !value.starts_with("//"),
                        "{target}: <{tag}> loads from elsewhere"
                    );
                }
            }
            assert!(!tag.contains("style="), "{target}: <{tag}> breaks the policy of the page");
            assert!(name != "style" && name != "script", "{target}: <{tag}>");
        }
        assert!(html.contains("<html lang=\""), "{target}");
        assert!(html.contains("<title>"), "{target}");
    }
    let style = server.get("/assets/cairn.css").text();
    assert!(!style.contains("http:") && !style.contains("https:") && !style.contains("@import"), "{style}");
}

#[test]
fn snippets_and_titles_in_json_are_escaped_or_plain_as_they_say() {
    let place = place();
    let server = place.serve();
    let item = server.json("/api/v1/search?q=planted")["items"][0].clone();
    let snippet = item["snippet"].as_str().unwrap();
    let without_marks = snippet.replace("<mark>", "").replace("</mark>", "");
    assert!(snippet.contains("<mark>") && !without_marks.contains('<') && !without_marks.contains('>'), "{snippet}");
    assert!(item["title"].as_str().unwrap().contains("<script>"), "JSON holds the title as it is");
    let answer = server.get("/api/v1/search?q=planted");
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[test]
fn hostile_text_does_not_steer_a_terminal() {
    let place = Place::new();
    let mut package = package(1, 1);
    package["title"] = "Planted \u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\r\nnext".into();
    package["notes"] = "\u{1b}[31mred".into();
    place.dump(&lines([package]));
    place.harvest(&[], 0);
    let id = place.search(&["planted"])["items"][0]["id"].as_str().unwrap().to_owned();
    for command in [&["search", "planted"][..], &["show", &id]] {
        let outcome = place.run(command).exits(0);
        let steering = outcome.stdout.chars().find(|character| character.is_control() && *character != '\n');
        assert_eq!(steering, None, "{outcome:?}");
        assert!(outcome.stdout.contains("Planted"));
    }
}

#[test]
fn a_page_that_does_not_exist_looks_like_one_that_is_hidden() {
    let place = Place::samples();
    let server = place.serve();
    let answer = server.get("/dataset/00000000-0000-5000-8000-000000000000");
    assert_eq!(answer.status, 404);
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));
}
