//! One answer of `package_search`: its count, and its packages cut out as bytes without being read.

use std::borrow::Cow;

use bytes::Bytes;
use cairn_formats::json_stream::first_wrong_byte;
use cairn_model::Problem;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::server::NotAPage;
use crate::windows::{Listed, WindowPage};
use crate::{Payload, RawFormat};

/// The warning about a package whose bytes were repaired.
fn repaired_bytes() -> Problem {
    Problem::warning("invalid-utf8", "", "bytes that are no UTF-8 were read as Latin-1")
}

fn broken(what: impl std::fmt::Display) -> NotAPage {
    NotAPage::Broken(format!("its answer is broken JSON: {what}"))
}

fn other(what: &str) -> NotAPage {
    NotAPage::Other(format!("its answer is JSON of another sort: {what}"))
}

#[derive(Deserialize)]
struct Envelope<'a> {
    success: Option<bool>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct SearchResult<'a> {
    /// Odd portals write it as text.
    #[serde(borrow)]
    count: Option<&'a RawValue>,
    #[serde(borrow)]
    results: Option<Vec<&'a RawValue>>,
}

/// The part of a package that names it; a name may be a number at odd portals.
#[derive(Deserialize)]
struct PackageHead<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
}

/// Reads an answer. Blocking: pages are large.
pub(crate) fn read_page(body: &Bytes) -> Result<WindowPage, NotAPage> {
    let whole = body.len();
    let body = body.strip_prefix(b"\xef\xbb\xbf").map_or_else(|| body.clone(), |rest| body.slice_ref(rest));
    let mark = whole - body.len();
    let (body, repairs) = repair(body);
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if !matches!(first, Some(b'{' | b'[')) {
        return Err(NotAPage::NO_JSON);
    }
    let envelope: Envelope<'_> = match serde_json::from_slice(&body) {
        Ok(envelope) => envelope,
        Err(error) if error.is_data() => return Err(other("no object with `result`")),
        Err(error) => return Err(broken(format!("{error}{}", place(&body, mark, &repairs)))),
    };
    if envelope.success == Some(false) {
        let told = envelope.error.map(RawValue::get).map_or_else(String::new, message);
        return Err(NotAPage::Refused(format!("it answers `success: false`: {told}")));
    }
    let Some(result) = envelope.result else {
        return Err(other("it has no `result`"));
    };
    let result: SearchResult<'_> =
        serde_json::from_str(result.get()).map_err(|_| other("`result` is not that of a search"))?;
    let count = result.count.and_then(|count| count.get().trim_matches('"').trim().parse().ok());
    let (Some(count), Some(results)) = (count, result.results) else {
        return Err(other("`result` has no `count` or no `results`"));
    };
    let records = results
        .into_iter()
        .map(|raw| {
            let bytes = body.slice_ref(raw.get().as_bytes());
            let begin = raw.get().as_ptr().addr() - body.as_ptr().addr();
            let repaired = repairs.iter().any(|at| (begin..begin + bytes.len()).contains(at));
            Listed {
                id: package_id(raw.get()),
                payload: Payload::Raw { format: RawFormat::CkanPackage, bytes },
                problem: repaired.then(repaired_bytes),
            }
        })
        .collect();
    Ok(WindowPage { count, records, ..WindowPage::default() })
}

/// The byte of the answer at which its JSON breaks: `mark` bytes stood before `body`, and each repair made one byte two.
fn place(body: &[u8], mark: usize, repairs: &[usize]) -> String {
    let Some(byte) = first_wrong_byte(body) else { return String::new() };
    let longer = repairs.iter().filter(|at| (**at as u64) < byte).count();
    format!(" (byte {})", byte + mark as u64 - longer as u64)
}

/// The id of a package, else its name; `None` for what has neither or is no object.
pub(crate) fn package_id(package: &str) -> Option<String> {
    let head: PackageHead<'_> = serde_json::from_str(package).ok()?;
    [head.id, head.name].into_iter().flatten().find_map(|raw| {
        let text: Cow<'_, str> = match raw.get().as_bytes().first() {
            Some(b'"') => Cow::Owned(serde_json::from_str(raw.get()).ok()?),
            Some(b'0'..=b'9' | b'-') => Cow::Borrowed(raw.get()),
            _ => return None,
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    })
}

/// The words of an `error` object, cut to 200 characters. The types of CKAN end in "Error" and say what sort it is.
pub(crate) fn message(error: &str) -> String {
    #[derive(Deserialize, Default)]
    struct Told {
        #[serde(rename = "__type")]
        sort: Option<String>,
        message: Option<serde_json::Value>,
    }
    let told: Told = serde_json::from_str(error).unwrap_or_default();
    let message = match told.message {
        Some(serde_json::Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let parts: Vec<String> =
        [told.sort.unwrap_or_default(), message].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(": ").chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Makes UTF-8 of a body that is not: valid parts stay, each other byte is read as Latin-1, so nothing is lost. Says
/// where in the new body that was done.
fn repair(body: Bytes) -> (Bytes, Vec<usize>) {
    if std::str::from_utf8(&body).is_ok() {
        return (body, Vec::new());
    }
    let mut text = String::with_capacity(body.len() + 16);
    let mut places = Vec::new();
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            places.push(text.len());
            text.push(char::from(*byte));
        }
    }
    (Bytes::from(text), places)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<WindowPage, NotAPage> {
        read_page(&Bytes::copy_from_slice(text))
    }

    #[test]
    fn packages_are_cut_out_as_they_were_written() {
        let page = read(
            br#"{"help": "x", "success": true, "result": {"count": 7, "facets": {}, "results": [
                {"id": "a",  "extras": [{"key": "id", "value": "not this"}]}, {"name": "b\u00e9"}, {"id": 17}, {"title": "?"}, null]}}"#,
        )
        .unwrap();
        assert_eq!(page.count, 7);
        let written = Bytes::from_static(br#"{"success": true, "result": {"count": "7", "results": []}}"#);
        assert_eq!(read_page(&written).unwrap().count, 7);
        let ids: Vec<Option<&str>> = page.records.iter().map(|record| record.id.as_deref()).collect();
        assert_eq!(ids, [Some("a"), Some("bé"), Some("17"), None, None]);
        let bytes = Bytes::from_static(br#"{"id": "a",  "extras": [{"key": "id", "value": "not this"}]}"#);
        assert_eq!(page.records[0].payload, Payload::Raw { format: RawFormat::CkanPackage, bytes });
    }

    #[test]
    fn what_is_no_page_is_told_apart() {
        let table: [(&[u8], &str); 9] = [
            (b"<!DOCTYPE html><title>This domain is for sale</title>", "it answers with a page of HTML or text, not with JSON"),
            (b"", "it answers with a page of HTML or text, not with JSON"),
            (b"Bad Gateway", "it answers with a page of HTML or text, not with JSON"),
            (br#"{"success": true, "result": {"count": 1, "resul"#, "its answer is broken JSON: EOF while parsing a string at line 1 column 47 (byte 47)"),
            (br#"{"success": false, "error": {"__type": "Search Query Error", "message": "Can't determine a Sort Order"}}"#, "it answers `success: false`: Search Query Error: Can't determine a Sort Order"),
            (br#"{"success": true, "result": ["a", "b"]}"#, "its answer is JSON of another sort: `result` is not that of a search"),
            (br#"{"success": true, "result": {"results": []}}"#, "its answer is JSON of another sort: `result` has no `count` or no `results`"),
            (br#"{"dataset": []}"#, "its answer is JSON of another sort: it has no `result`"),
            (b"[1, 2]", "its answer is JSON of another sort: no object with `result`"),
        ];
        for (body, reason) in table {
            assert_eq!(read(body).unwrap_err().reason(), reason, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_read_as_latin_1_in_the_record_where_they_stand() {
        // F13.
        let page = read(
            b"\xef\xbb\xbf{\"result\": {\"count\": 2, \"results\": [{\"id\": \"\xc3\xa9\"}, {\"id\": \"\xe9\"}]}}",
        )
        .unwrap();
        let read: Vec<(Option<&str>, bool)> =
            page.records.iter().map(|record| (record.id.as_deref(), record.problem.is_some())).collect();
        assert_eq!(read, [(Some("é"), false), (Some("é"), true)]);
    }

    #[test]
    fn broken_json_is_told_with_its_byte_in_the_answer_as_it_came() {
        for (body, byte) in [
            (&b"{\"success\": tru, \"result\": {}}"[..], 15),
            (b"\xef\xbb\xbf{\"success\": tru, \"result\": {}}", 18),
            (b"{\"help\": \"\xe9\xe9\", \"success\": tru, \"result\": {}}", 29),
            (b"{\"result\": {\"results\": [{\"id\": \"\\u00x0\"}]}}", 36),
            (b"{\"result\": {}} x", 15),
            (b"{\"result\": {\"count\"", 19),
        ] {
            let reason = read(body).unwrap_err().reason();
            assert!(reason.ends_with(&format!(" (byte {byte})")), "{reason}");
        }
    }

    #[test]
    fn a_million_brackets_do_not_overflow_the_stack() {
        // A16.
        let deep = "[".repeat(1_000_000);
        assert!(matches!(read(deep.as_bytes()), Err(NotAPage::Other(_) | NotAPage::Broken(_))));
        let inside = format!(r#"{{"result": {{"count": 1, "results": [{{"x": {deep}"#);
        assert!(matches!(read(inside.as_bytes()), Err(NotAPage::Broken(_))));
        let closed = format!(
            r#"{{"result": {{"count": 1, "results": [{{"id": "a", "x": {deep}{}}}]}}}}"#,
            "]".repeat(1_000_000)
        );
        assert_eq!(read(closed.as_bytes()).unwrap().records[0].id.as_deref(), Some("a"));
    }
}
