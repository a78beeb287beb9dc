//! Search text of any kind: answered or refused in words, at once, and never with an error of the server's own.

use std::time::{Duration, Instant};

use crate::http::{escaped, request};
use crate::place::Place;

/// Generous for a debug build on a busy machine; the promise is milliseconds.
const BOUND: Duration = Duration::from_secs(2);

/// So many words that no record holds.
fn terms(count: usize) -> String {
    let terms: Vec<String> = (0..count).map(|number| format!("term{number}")).collect();
    terms.join(" ")
}

fn battery() -> Vec<(&'static str, String)> {
    let words = terms(10_000);
    vec![
        ("one long word", "a".repeat(60_000)),
        ("ten thousand terms", words),
        ("nested brackets", "(".repeat(20_000)),
        ("balanced brackets", format!("{}x{}", "(".repeat(5_000), ")".repeat(5_000))),
        ("nested quotes", "\"".repeat(9_999)),
        ("lone operators", "AND OR NOT + - * ~ ^ : / \\ { } [ ] ! && || < > =".to_owned()),
        ("only minus", "-".repeat(500)),
        ("only an exclusion", "-health".to_owned()),
        ("only stars", "*".repeat(400)),
        ("prefixes of everything", "a* e* i* o* u* s* t* r* n* l*".to_owned()),
        ("fields nested in fields", "title:title:title:country:SYR:".repeat(20)),
        ("an unknown field", "colour:red".to_owned()),
        ("an open field", "country:".to_owned()),
        ("a range", "modified:[* TO 9999] score:{1 TO}".to_owned()),
        ("a regular expression", "/(a+)+$/ /.*/".to_owned()),
        ("a slop of a phrase", "\"a b\"~99999999999 wells^1e308".to_owned()),
        ("control characters", (1_u8..32).map(char::from).collect()),
        ("NUL", "hea\0lth".to_owned()),
        ("right-to-left marks", "\u{202e}htlaeh\u{202c} \u{200f}\u{2066}x\u{2069}".to_owned()),
        ("joiners and marks", "e\u{301}\u{301}\u{301}\u{200d}\u{fe0f}".repeat(50)),
        ("a zalgo word", format!("h{}ealth", "\u{0336}\u{0489}".repeat(200))),
        ("astral characters", "𝒽𝑒𝒶𝓁𝓉𝒽 🏥🏥🏥 \u{10ffff}".to_owned()),
        ("Arabic", "مستشفيات الصحة".to_owned()),
        ("SQL", "'; DROP TABLE records; --".to_owned()),
        ("HTML", "<script>alert(1)</script>".to_owned()),
        ("spaces only", " \t\n ".to_owned()),
        ("a hyphenated chain", "a-b-c-d-e-f-g-h-".repeat(30)),
    ]
}

#[test]
fn any_text_by_http_is_answered_or_refused_at_once() {
    let place = Place::samples();
    let server = place.serve();
    for (what, text) in battery() {
        for door in ["/api/v1/search", "/api/v1/suggest", "/search"] {
            let target = format!("{door}?q={}", escaped(&text));
            let begun = Instant::now();
            let answer = request(server.address, "GET", &target, &[]);
            let took = begun.elapsed();
            assert!((200..500).contains(&answer.status), "{what} at {door}: {} {:.300}", answer.status, answer.text());
            assert!(took < BOUND, "{what} at {door} took {took:?}");
        }
    }
    assert_eq!(server.get("/api/v1/search?q=%FF%FE%00").status / 100, 2, "bytes that are no UTF-8");
    assert_eq!(server.get("/health/live").status, 200);
}

#[test]
fn sixty_kilobytes_by_http_and_a_megabyte_by_command_line_are_answered_or_refused_in_words() {
    let place = Place::samples();
    let server = place.serve();
    let text = "health clinics ".repeat(4_000);
    let target = format!("/api/v1/search?q={}", escaped(&text[..60_000]));
    let begun = Instant::now();
    let answer = server.get(&target);
    assert!([200, 400, 414].contains(&answer.status), "{}", answer.status);
    assert!(begun.elapsed() < BOUND);
    drop(server);

    let texts = [
        ("words", "health clinics ".repeat(70_000)),
        ("terms", terms(120_000)),
        ("brackets", "(".repeat(1_050_000)),
        ("quotes", "\"".repeat(1_050_001)),
        ("one word", "x".repeat(1_050_000)),
    ];
    for (what, text) in texts {
        assert!(text.len() > 1_000_000);
        let begun = Instant::now();
        place.run(&["search", "health", "--json"]).exits(0);
        let ordinary = begun.elapsed();
        let outcome = place.run_with_input(&["search", "-", "--json"], text.as_bytes());
        let took = begun.elapsed().saturating_sub(ordinary);
        assert!([0, 2].contains(&outcome.code), "{what}: {} {:.400}", outcome.code, outcome.stderr);
        assert!(outcome.stderr.len() < 1000, "the text is not said back: {:.400}", outcome.stderr);
        // Beside what a process takes to start, which on a busy machine is most of it.
        assert!(took < BOUND + ordinary, "{what} took {took:?}, an ordinary search {ordinary:?}");
    }
}

#[test]
fn any_text_on_the_command_line_is_answered_or_refused_in_words() {
    let place = Place::samples();
    for (what, text) in battery() {
        // An argument of a process cannot hold NUL.
        let outcome = place.run_with_input(&["search", "-", "--json"], text.as_bytes());
        assert!([0, 2].contains(&outcome.code), "{what}: {outcome:?}");
    }
    let outcome = place.run_with_input(&["search", "-", "--json"], b"hea\xff\xfelth");
    assert!([0, 2].contains(&outcome.code), "bytes that are no UTF-8: {outcome:?}");
}

#[test]
fn the_listed_grammar_finds_what_it_says() {
    let place = Place::new();
    place.file(
        "desk.csv",
        "id,title,sharing,sensitivity,listing,country\n\
         a,Mine clearance in Taiz,public,low,full,YEM\n\
         b,Clearance of roads from snow,public,low,full,UKR\n\
         c,Land mine accidents,public,low,full,YEM\n\
         d,Mining permits,public,low,full,COL\n",
    );
    place.source("desk", "inventory", "file:../../files/desk.csv", "organisation = \"Example Desk\"");
    place.harvest(&[], 0);
    let titles = |query: &str| {
        let found = place.search(&[query]);
        let mut titles: Vec<String> =
            found["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect();
        titles.sort();
        titles
    };
    let (a, b, c, d) =
        ("Mine clearance in Taiz", "Clearance of roads from snow", "Land mine accidents", "Mining permits");
    assert_eq!(titles("mine"), [c, a, d], "a word is found in its other forms");
    assert_eq!(titles("\"mine\""), [c, a]);
    assert_eq!(titles("MINE accidents"), [c]);
    assert_eq!(titles("mine clearance"), [c, a], "it names mine action, to which landmines belong");
    assert_eq!(titles("\"mine clearance\""), [a]);
    assert_eq!(titles("clearance -snow"), [a]);
    assert_eq!(titles("min*"), [c, a, d]);
    assert_eq!(titles("country:YEM mine -accidents"), [a]);
    assert_eq!(titles("clearance -\"mine clearance\""), [b]);
    assert_eq!(titles("nothing-like-this").len(), 0);
}
