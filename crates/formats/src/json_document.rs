//! JSON texts as portals send them: what is damaged is repaired where it can be read, else located by its byte.

use cairn_model::{Position, Problem};

use crate::json_value::{Fields, Value};

/// Reads a record that must be an object, with the problems of what had to be repaired in its text.
///
/// `what` names it in problems, with its article ("a STAC collection").
pub(crate) fn read_object<T>(
    bytes: &[u8],
    what: &str,
    read: impl FnOnce(Fields<'_>, Vec<Problem>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let bytes = without_mark(bytes);
    let error = match serde_json::from_slice::<Value<'_>>(bytes) {
        Ok(value) => return read(object(value, what)?, Vec::new()),
        Err(error) => error,
    };
    let broken = || broken(bytes, &error, "the record", what);
    let repaired = repair(bytes).ok_or_else(broken)?;
    let value = serde_json::from_slice::<Value<'_>>(&repaired.bytes).map_err(|_| broken())?;
    read(object(value, what)?, repaired.problems)
}

fn object<'a>(value: Value<'a>, what: &str) -> Result<Fields<'a>, Problem> {
    match value {
        Value::Object(fields) => Ok(fields),
        other => {
            let message = format!("{what} is a JSON object, {} was found", other.type_name());
            Err(Problem::error("not-an-object", "", message))
        }
    }
}

/// Why a text could not be parsed: it is no JSON, with the byte at which it breaks, or of another type than `whole`
/// has.
///
/// `part` names the text in problems ("the package"), and `whole` says what it should be.
pub(crate) fn broken(bytes: &[u8], error: &serde_json::Error, part: &str, whole: &str) -> Problem {
    if error.is_data() {
        return Problem::error("not-an-object", "", format!("{whole} is a JSON object, and this is none"));
    }
    if bytes.trim_ascii_start().first() == Some(&b'<') {
        return Problem::error("not-json", "", format!("{part} is a page of HTML or XML, and no JSON text"));
    }
    let byte = byte_of(bytes, error);
    Problem::error("broken-json", "", format!("{part} is no JSON text: it breaks at byte {byte}"))
        .at(Position { byte: Some(byte), ..Position::default() })
}

/// The byte at which the parser stopped: it counts lines and columns, and a payload is found again by its byte.
pub(crate) fn byte_of(bytes: &[u8], error: &serde_json::Error) -> u64 {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    (before + error.column().saturating_sub(1)) as u64
}

/// The text without a byte order mark.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// A text that was repaired, and what had to be done to it.
pub(crate) struct Repaired {
    pub(crate) bytes: Vec<u8>,
    pub(crate) problems: Vec<Problem>,
}

/// Reads bytes that are no UTF-8 as Latin-1, so that nothing of them is lost, and replaces escapes of lone surrogates by
/// U+FFFD and numbers beyond any that can be held by null; none where nothing had to be done.
pub(crate) fn repair(bytes: &[u8]) -> Option<Repaired> {
    let mut text = with_latin_1(bytes).into_bytes();
    let mut is_recoded = text != bytes;
    let mut first_number = None;
    let mut in_text = false;
    let mut place = 0;
    while place < text.len() {
        place += match text[place] {
            b'"' => {
                in_text = !in_text;
                1
            }
            b'\\' => {
                let (length, is_mended) = mend_escape(&mut text[place..]);
                is_recoded |= is_mended;
                length
            }
            b'-' | b'0'..=b'9' if !in_text => {
                let (length, is_mended) = mend_number(&mut text[place..]);
                first_number = first_number.or(is_mended.then_some(place as u64));
                length
            }
            _ => 1,
        };
    }
    let mut problems = Vec::new();
    if is_recoded {
        let message =
            "bytes that are no UTF-8 were read as Latin-1, and escapes that are no text were replaced by U+FFFD";
        problems.push(Problem::warning("undecodable-bytes", "", message));
    }
    if let Some(byte) = first_number {
        let message = "a number is larger than any that can be held; it was left out";
        let position = Position { byte: Some(byte), ..Position::default() };
        problems.push(Problem::warning("number-out-of-range", "", message).at(position));
    }
    (!problems.is_empty()).then_some(Repaired { bytes: text, problems })
}

/// The text of bytes; each that is no UTF-8 is read as Latin-1.
fn with_latin_1(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
    }
    text
}

/// Replaces the escape at the beginning of `text` where it is a lone surrogate; gives its length and whether it was.
fn mend_escape(text: &mut [u8]) -> (usize, bool) {
    let Some(unit) = escaped_unit(text) else { return (2, false) };
    let is_paired = (0xd800..0xdc00).contains(&unit)
        && escaped_unit(&text[6..]).is_some_and(|next| (0xdc00..0xe000).contains(&next));
    if is_paired {
        return (12, false);
    }
    let is_lone = (0xd800..0xe000).contains(&unit);
    if is_lone {
        text[..6].copy_from_slice(b"\\ufffd");
    }
    (6, is_lone)
}

/// The UTF-16 unit of an escape `\uXXXX` at the beginning of `text`.
fn escaped_unit(text: &[u8]) -> Option<u32> {
    let digits = text.get(..6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Overwrites the number at the beginning of `text` by null where it is infinite; gives its length and whether it was.
fn mend_number(text: &mut [u8]) -> (usize, bool) {
    let is_part = |byte: &&u8| byte.is_ascii_digit() || matches!(**byte, b'-' | b'+' | b'.' | b'e' | b'E');
    let length = text.iter().take_while(is_part).count();
    let number = &mut text[..length];
    let value: Option<f64> = std::str::from_utf8(number).ok().and_then(|digits| digits.parse().ok());
    let is_infinite = length >= 4 && value.is_some_and(f64::is_infinite);
    if is_infinite {
        number.fill(b' ');
        number[..4].copy_from_slice(b"null");
    }
    (length, is_infinite)
}

#[cfg(test)]
mod tests {
    use super::{repair, without_mark};

    fn repaired(text: &str) -> Option<(String, Vec<String>)> {
        let repaired = repair(text.as_bytes())?;
        let codes = repaired.problems.into_iter().map(|problem| problem.code).collect();
        Some((String::from_utf8_lossy(&repaired.bytes).into_owned(), codes))
    }

    #[test]
    fn pairs_of_surrogates_stay_and_lone_ones_are_replaced() {
        assert_eq!(repaired(r#"{"a":"\ud83d\ude00"}"#), None);
        let mended = (r#"{"a":"\ufffd\\ud800"}"#.to_owned(), vec!["undecodable-bytes".to_owned()]);
        assert_eq!(repaired(r#"{"a":"\ud800\\ud800"}"#), Some(mended));
    }

    #[test]
    fn a_byte_that_is_no_utf8_is_read_as_latin_1_and_nothing_of_the_text_is_lost() {
        // F13.
        let repaired = repair(b"{\"a\":\"caf\xe9 caf\xc3\xa9\"}").map(|repaired| repaired.bytes);
        assert_eq!(repaired.as_deref(), Some("{\"a\":\"café café\"}".as_bytes()));
    }

    #[test]
    fn a_number_beyond_all_numbers_becomes_null_and_one_in_a_text_stays() {
        let mended = (r#"{"a":null ,"b":"1e999","c":-1e9}"#.to_owned(), vec!["number-out-of-range".to_owned()]);
        assert_eq!(repaired(r#"{"a":1e999,"b":"1e999","c":-1e9}"#), Some(mended));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(without_mark(b"\xef\xbb\xbf{}"), b"{}");
    }
}
