#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::Severity;

use super::*;

const LIMIT: usize = 4096;

fn read(payload: &[u8]) -> (JsonListing, Vec<(u64, String)>) {
    let mut records = Vec::new();
    let listing = read_records(payload, LIMIT, &mut |offset, bytes| {
        records.push((offset, String::from_utf8(bytes.to_vec()).unwrap()));
        ControlFlow::Continue(())
    });
    assert_eq!(listing.records, records.len() as u64);
    (listing, records)
}

fn ids(records: &[(u64, String)]) -> Vec<(u64, &str)> {
    records.iter().map(|(offset, record)| (*offset, record.split('"').nth(3).unwrap())).collect()
}

fn codes(listing: &JsonListing) -> Vec<&str> {
    listing.problems.iter().map(|problem| problem.code.as_str()).collect()
}

#[test]
fn a_search_answer_yields_its_results_as_the_portal_wrote_them() {
    let (listing, records) = read(
        br#"{"help": "h", "success": true, "result": {"count": 2, "sort": "x", "results": [{"id": "a" , "notes":"n\u00e9"}, {"id":"b","name":"b"}], "search_facets": {}}}"#,
    );
    assert_eq!(
        records,
        [(0, r#"{"id": "a" , "notes":"n\u00e9"}"#.to_owned()), (1, r#"{"id":"b","name":"b"}"#.to_owned())]
    );
    assert_eq!(listing, JsonListing { count: Some(2), records: 2, complete: true, ..JsonListing::default() });
}

#[test]
fn a_bare_result_and_an_empty_one_are_read() {
    let (listing, records) = read(br#"{"count": "1", "results": [{"id": "a", "resources": []}]}"#);
    assert_eq!((listing.count, ids(&records)), (Some(1), vec![(0, "a")]));
    let (listing, records) = read(br#"{"success": true, "result": {"count": 0, "results": []}}"#);
    assert_eq!(listing, JsonListing { count: Some(0), records: 0, complete: true, ..JsonListing::default() });
    assert_eq!(records, []);
}

#[test]
fn package_show_answers_hold_one_package_or_a_list_of_one() {
    for payload in [
        r#"{"success": true, "result": {"id": "a", "resources": []}}"#,
        r#"{"success": true, "result": [{"id": "a", "resources": []}]}"#,
        r#"{"success": true, "result": [[{"id": "a", "resources": []}]]}"#,
        r#"[{"id": "a", "notes": ""}]"#,
        r#"  {"id": "a", "notes": ""}"#,
        "{\n \"id\": \"a\",\n \"notes\": {\n}\n}\n",
    ] {
        let (listing, records) = read(payload.as_bytes());
        assert_eq!((ids(&records), listing.complete, codes(&listing)), (vec![(0, "a")], true, vec![]), "{payload}");
    }
}

#[test]
fn json_lines_are_read_line_by_line_and_a_broken_line_costs_only_itself() {
    let payload = "{\"id\": \"a\", \"notes\": \"\"}\r\n\n{\"id\": \"b\", \"notes\"\n{\"id\": \"c\", \"notes\": \"\"}";
    let (listing, records) = read(payload.as_bytes());
    assert_eq!(ids(&records), [(0, "a"), (2, "c")]);
    assert!(listing.complete);
    let problem = &listing.problems[0];
    assert_eq!(
        (problem.code.as_str(), problem.position.row, problem.position.record),
        ("broken-json", Some(3), Some(1))
    );
    // The line ends where a colon was due.
    assert_eq!(problem.position.byte, Some(payload.find("\n{\"id\": \"c\"").unwrap() as u64));
}

#[test]
fn a_first_line_that_is_broken_does_not_hide_the_others() {
    let (listing, records) = read(b"{\"id\": \"a\", \"no\n{\"id\": \"b\", \"notes\": \"\"}\n");
    assert_eq!((ids(&records), codes(&listing)), (vec![(1, "b")], vec!["broken-json"]));
}

#[test]
fn json_lines_that_end_in_the_middle_of_a_line_are_not_complete() {
    let (listing, records) = read(b"{\"id\": \"a\", \"notes\": \"\"}\n{\"id\": \"b\", \"not");
    assert_eq!((ids(&records), codes(&listing), listing.complete), (vec![(0, "a")], vec!["broken-json"], false));
}

#[test]
fn answers_may_stand_one_a_line() {
    let page = r#"{"success": true, "result": {"count": 1, "results": [{"id": "a", "notes": ""}]}}"#;
    let (listing, records) = read(format!("{page}\n{page}\n").as_bytes());
    assert_eq!((ids(&records), listing.complete), (vec![(0, "a"), (1, "a")], true));
}

#[test]
fn objects_may_follow_each_other_without_line_breaks() {
    let (listing, records) = read(br#"{"id": "a", "notes": ""}{"id": "b", "notes": ""} {"id": "c", "notes": ""}"#);
    assert_eq!((ids(&records), listing.complete), (vec![(0, "a"), (1, "b"), (2, "c")], true));
}

#[test]
fn an_answer_that_breaks_off_keeps_what_came_before() {
    let payload =
        br#"{"success": true, "result": {"count": 3, "results": [{"id": "a", "notes": ""}, {"id": "b" "x"}]}}"#;
    let (listing, records) = read(payload);
    assert_eq!((ids(&records), listing.complete, codes(&listing)), (vec![(0, "a")], false, vec!["broken-json"]));
    let fault = payload.windows(3).position(|window| window == b"\"x\"").unwrap();
    assert_eq!(listing.problems[0].position.byte, Some(fault as u64));
    let (listing, records) = read(&payload[..70]);
    assert_eq!((records.len(), listing.complete, codes(&listing)), (0, false, vec!["broken-json"]));
    assert_eq!(listing.problems[0].position.byte, Some(70));
}

/// The byte of the one `broken-json` problem, in its position and in its words.
fn broken_at(payload: &[u8]) -> u64 {
    let (listing, _) = read(payload);
    let found: Vec<&Problem> = listing.problems.iter().filter(|problem| problem.code == "broken-json").collect();
    assert_eq!(found.len(), 1, "{:?}: {found:?}", String::from_utf8_lossy(payload));
    let byte = found[0].position.byte.unwrap();
    assert!(found[0].message.contains(&format!("at byte {byte}")), "{}", found[0].message);
    byte
}

#[test]
fn the_byte_of_broken_json_is_the_first_that_may_not_stand_there() {
    // The wrong byte stands between the brackets of `«»`; where they hold nothing, the input ends too early.
    let faults = [
        r#"{"success": tru«,», "result": {}}"#,
        r#"{"help": "h", "success": true«"»result": {}}"#,
        r#"{"help": "h" «]»}"#,
        r#"{"help"«,» 3}"#,
        r#"{"help": «]»}"#,
        r#"{"help": "a\u«x»234"}"#,
        r#"{"help": "a\u1«"»}  "#,
        r#"{"help": "a\u123«g»"}"#,
        r#"{"help": "a\\u1\«x»"}"#,
        r#"{"help": "a\«q»"}"#,
        "{\"help\": \"a«\n»\"}",
        r#"{"help": 0«1»}"#,
        r#"{"help": 1.«e»3}"#,
        r#"{"help": -«a»}"#,
        r#"{"success": true, "result": [{"id": "a", "notes": nul«x»}]}"#,
        r#"{"success": true, "result": [{"id": "a", "notes": ""}, «x»]}"#,
        r#"{"success": true, "result": [{"id": "a", "notes": ""} «{»"id": "b"}]}"#,
        r#"[{"id": "a", "notes": "\u00«é»"}]"#,
        r#"[{"id": "a", "not«»"#,
        r#"[{"id": "a", "notes": "\u12«»"#,
        r#"[{"id": "a", "notes": tr«»"#,
        r#"[{"id": "a", "notes": ""}«»"#,
    ];
    for fault in faults {
        let at = fault.find('«').unwrap();
        let payload = fault.replace(['«', '»'], "");
        assert_eq!(broken_at(payload.as_bytes()), at as u64, "{fault}");
        // The same behind a byte order mark, behind blanks, among lines, and behind bytes that are no text.
        let marked = [b"\xef\xbb\xbf", payload.as_bytes()].concat();
        assert_eq!(broken_at(&marked), at as u64 + 3, "{fault}");
        let spaced = format!("\n\n  {payload}");
        assert_eq!(broken_at(spaced.as_bytes()), at as u64 + 4, "{fault}");
        assert_eq!(first_wrong_byte(payload.as_bytes()), Some(at as u64), "{fault}");
        if payload.contains('\n') || payload.starts_with('[') {
            continue;
        }
        let good = "{\"id\": \"z\", \"notes\": \"\"}\n";
        let line = format!("{good}{payload}\n{good}");
        assert_eq!(broken_at(line.as_bytes()), (good.len() + at) as u64, "{fault}");
        let damaged = [b"{\"id\": \"z\", \"notes\": \"\xe9\xff\xd8\"}\n", payload.as_bytes()].concat();
        assert_eq!(broken_at(&damaged), (good.len() + 3 + at) as u64, "{fault}");
    }
}

#[test]
fn the_byte_is_exact_wherever_a_document_is_cut_or_a_byte_of_it_is_changed() {
    let whole = r#"{"success": true, "result": {"count": 2, "results": [{"id": "a", "notes": "é \u00e9\n", "x": [1.5e3, -2, null]}, {"id": "b", "notes": {}}]}}"#;
    for cut in 1..whole.len() {
        assert_eq!(broken_at(&whole.as_bytes()[..cut]), cut as u64, "cut at {cut}");
        // No document goes on with a control character, and none but a text has one in it.
        let mut changed = whole.as_bytes().to_vec();
        changed[cut] = 1;
        assert_eq!(broken_at(&changed), cut as u64, "changed at {cut}");
    }
}

#[test]
fn a_text_that_ends_in_the_middle_of_a_letter_ends_at_its_last_byte() {
    let text = "[{\"id\": \"a\", \"notes\": \"سوق".as_bytes();
    assert_eq!(broken_at(&text[..text.len() - 1]), text.len() as u64 - 1);
}

#[test]
fn a_web_page_and_nothing_are_named_as_what_they_are() {
    assert_eq!(codes(&read(b"\n<!DOCTYPE html><html>").0), ["html-instead-of-json"]);
    assert_eq!(codes(&read(b" \n ").0), ["empty-payload"]);
    assert_eq!(codes(&read(b"nonsense").0), ["broken-json"]);
    assert!(!read(b"<html>").0.complete);
}

#[test]
fn an_error_answer_is_reported_with_its_message() {
    let (listing, _) = read(br#"{"success": false, "result": null, "error": {"message": "Not found", "__type": "x"}}"#);
    assert_eq!(codes(&listing), ["error-answer"]);
    assert!(!listing.complete);
    assert_eq!(listing.problems[0].message, "the portal answered with an error: Not found");
}

#[test]
fn what_is_no_listing_of_packages_gives_no_record_and_says_so() {
    for (payload, what) in [
        (r#"{"hasMore": false, "records": []}"#, "an object with the keys hasMore, records"),
        (r#"{"success": true, "result": ["name-a", "name-b"]}"#, "a text"),
        (r#"{"success": true, "result": null}"#, "a null"),
        (r#"[{"title": "t", "distribution": []}]"#, "an object with the keys title, distribution"),
        (r#"{"count": 1, "results": [{"id": "r", "package_id": "p"}]}"#, "an object with the keys id, package_id"),
        ("{}", "an empty object"),
        ("3", "a number"),
    ] {
        let (listing, records) = read(payload.as_bytes());
        assert_eq!(
            (records.len(), listing.complete, codes(&listing)),
            (0, false, vec!["not-a-ckan-listing"]),
            "{payload}"
        );
        assert_eq!(listing.problems[0].message, format!("the payload holds no CKAN package but {what}"));
    }
}

#[test]
fn what_has_an_id_and_a_title_is_a_package_whatever_else_it_lacks() {
    for payload in [
        r#"[{"id": "a", "title": "A"}, {"id": "b", "title": "B", "name": "b"}]"#,
        r#"{"success": true, "result": [{"id": "a", "title": "A", "author": "x"}, {"id": "b", "title": "b"}]}"#,
        r#"{"count": 2, "results": [{"id": "a", "name": "a"}, {"id": "b", "private": true, "x": 1}]}"#,
        "{\"id\": \"a\", \"title\": \"A\"}\n{\"id\": \"b\", \"name\": \"b\", \"tags\": []}\n",
    ] {
        let (listing, records) = read(payload.as_bytes());
        assert_eq!((ids(&records), codes(&listing)), (vec![(0, "a"), (1, "b")], vec![]), "{payload}");
    }
    for other in [
        r#"{"id": "a", "name": "a", "package_count": 3}"#,
        r#"{"id": "a", "name": "a", "package_id": "p"}"#,
        r#"{"id": "a", "name": "a", "vocabulary_id": "v"}"#,
        r#"{"id": "a", "title": "A", "od_conformance": "approved"}"#,
        r#"{"id": "a", "notice": ""}"#,
        r#"{"id": "v1", "name": "Canary boy"}"#,
        r#"{"id": "v1", "name": "Canary boy", "age": 12, "injury": "lost leg"}"#,
        r#"{"id": "v1", "title": "Canary", "name": "boy", "organization": "clinic"}"#,
    ] {
        for payload in [format!("[{other}]"), format!("{other}\n{other}\n")] {
            let (listing, _) = read(payload.as_bytes());
            assert_eq!((listing.records, codes(&listing)), (0, vec!["not-a-ckan-listing"]));
            let problem = &listing.problems[0];
            assert!(problem.position.record == Some(0) && !format!("{problem:?}").contains("Canary"), "{problem:?}");
        }
    }
    let (listing, _) = read(br#"{"count": 1, "results": [{"id": "v1", "name": "Canary boy", "age": 12}]}"#);
    assert_eq!((listing.records, codes(&listing)), (0, vec!["not-a-ckan-listing"]));
}

#[test]
fn a_foreign_element_among_packages_is_counted_and_left_out() {
    let (listing, records) = read(br#"[{"id": "a", "notes": ""}, 3, {"id": "b", "notes": ""}]"#);
    assert_eq!(
        (ids(&records), listing.complete, codes(&listing), listing.unnamed),
        (vec![(0, "a"), (2, "b")], true, vec!["not-a-package"], 1)
    );
    assert_eq!(listing.problems[0].severity, Severity::Error, "nobody knows which record it was");
}

#[test]
fn a_record_past_the_limit_is_left_out_and_the_next_is_read() {
    let long = format!(r#"{{"id": "long", "notes": "{}"}}"#, "x".repeat(LIMIT));
    let short = r#"{"id": "a", "notes": ""}"#;
    for payload in [format!("[{long}, {short}]"), format!("{long}\n{short}\n"), format!("{short}\n{long}\n{short}")] {
        let (listing, records) = read(payload.as_bytes());
        assert_eq!(ids(&records).last().unwrap().1, "a", "{}", &payload[..20]);
        assert_eq!((codes(&listing), listing.unnamed, listing.complete), (vec!["too-large"], 1, true));
    }
}

#[test]
fn a_record_far_past_the_limit_ends_the_reading() {
    let (listing, records) = read(format!(r#"[{{"id": "long", "notes": "{}"}}]"#, "x".repeat(20 * LIMIT)).as_bytes());
    assert_eq!((records.len(), codes(&listing), listing.complete), (0, vec!["too-large"], false));
}

#[test]
fn a_million_brackets_are_an_error_and_no_overflow() {
    for bomb in
        ["[".repeat(1_000_000), "{\"a\":".repeat(200_000), format!(r#"[{{"id":"a","notes":{}"#, "[".repeat(1_000_000))]
    {
        let (listing, records) = read(bomb.as_bytes());
        assert_eq!((records.len(), listing.complete), (0, false));
    }
}

#[test]
fn the_reading_stops_when_it_is_told_to() {
    for payload in [
        "[{\"id\":\"a\",\"notes\":1},{\"id\":\"b\",\"notes\":1}]",
        "{\"id\":\"a\",\"notes\":1}\n{\"id\":\"b\",\"notes\":1}\n",
    ] {
        let mut seen = 0;
        let listing = read_records(payload.as_bytes(), LIMIT, &mut |_, _| {
            seen += 1;
            ControlFlow::Break(())
        });
        assert_eq!((seen, listing), (1, JsonListing { records: 1, ..JsonListing::default() }));
    }
}

#[test]
fn marks_and_utf_16_are_read() {
    let text = r#"[{"id": "a", "notes": "é"}]"#;
    let mut marked = vec![0xef, 0xbb, 0xbf];
    marked.extend(text.bytes());
    assert_eq!(ids(&read(&marked).1), [(0, "a")]);
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&wide).1, [(0, r#"{"id": "a", "notes": "é"}"#.to_owned())]);
}

#[test]
fn what_follows_the_document_is_reported() {
    let (listing, records) = read(br#"[{"id": "a", "notes": ""}] trailing"#);
    assert_eq!((records.len(), codes(&listing), listing.complete), (1, vec!["trailing-content"], true));
    assert_eq!((listing.unnamed, listing.problems[0].severity), (1, Severity::Error), "it may hold records");
}

/// A beginning and what follows it for ever, with a count of the bytes that were read.
struct Endless<'r> {
    begin: &'static [u8],
    then: &'static [u8],
    given: &'r std::cell::Cell<usize>,
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let given = self.given.get();
        let rest = self.begin.get(given..).unwrap_or_default().iter().chain(self.then.iter().cycle());
        for (place, byte) in buffer.iter_mut().zip(rest) {
            *place = *byte;
        }
        self.given.set(given + buffer.len());
        Ok(buffer.len())
    }
}

#[test]
fn what_never_ends_outside_of_a_record_is_not_kept_until_memory_is_full() {
    for (begin, then, expected) in [
        (&br#"[""#[..], &b"a"[..], 0),
        (br#"{"results": [{"id": "a", "notes": ""}], "error": ""#, b"a", 1),
        (br#"{"results": [{"id": "a", "notes": ""}], "error": ["#, b"1,", 1),
        (br#"{"results": [{"id": "a", "notes": ""}], ""#, b"a", 1),
        (br#"[{"id": "a", "notes": ""}, 1"#, b"0", 1),
    ] {
        let given = std::cell::Cell::new(0);
        let mut records = 0;
        let listing = read_records(Endless { begin, then, given: &given }, LIMIT, &mut |_, _| {
            records += 1;
            ControlFlow::Continue(())
        });
        let told = String::from_utf8_lossy(begin);
        assert_eq!((codes(&listing), listing.complete, records), (vec!["too-large"], false, expected), "{told}");
        assert!(given.get() < 4 << 20, "{told}: {} bytes were read", given.get());
    }
}

#[test]
fn many_short_elements_that_are_no_records_end_nothing() {
    let payload = format!(r#"[{}{{"id": "a", "notes": ""}}]"#, r#""some words","#.repeat(LIMIT));
    let (listing, records) = read(payload.as_bytes());
    assert_eq!((records.len(), listing.complete), (1, true), "{listing:?}");
}
