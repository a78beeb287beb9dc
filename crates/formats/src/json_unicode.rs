//! JSON texts that are not quite Unicode, and where a broken one breaks.

use cairn_model::{Position, Problem};

use crate::json_value::{Fields, Value};

/// Reads a record that must be an object, with what had to be replaced in its text reported.
///
/// `what` is what the record should be, for messages ("a DCAT-US dataset").
pub(crate) fn read_object<T>(
    bytes: &[u8],
    what: &str,
    read: impl FnOnce(Fields<'_>, Vec<Problem>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let error = match serde_json::from_slice::<Value<'_>>(bytes) {
        Ok(value) => return read(object(value, what)?, Vec::new()),
        Err(error) => error,
    };
    let broken = || {
        let byte = byte_of_fault(bytes, &error);
        Problem::error("broken-json", "", format!("{what} was due, and this is no JSON text: it breaks at byte {byte}"))
            .at(Position { byte: Some(byte), ..Position::default() })
    };
    let repaired = repair(bytes).ok_or_else(broken)?;
    let value = serde_json::from_slice::<Value<'_>>(&repaired).map_err(|_| broken())?;
    read(object(value, what)?, vec![undecodable()])
}

fn object<'a>(value: Value<'a>, what: &str) -> Result<Fields<'a>, Problem> {
    match value {
        Value::Object(fields) => Ok(fields),
        other => Err(Problem::error(
            "not-an-object",
            "",
            format!("{what} is a JSON object, and this is {}", other.type_name()),
        )),
    }
}

/// The problem of a text that [`repair`] had to change.
pub(crate) fn undecodable() -> Problem {
    let message = "bytes or escapes that are no Unicode text were replaced by U+FFFD";
    Problem::warning("undecodable-bytes", "", message)
}

/// The byte at which the parser gave up: it counts lines and columns, and a payload is found again by its byte.
pub(crate) fn byte_of_fault(bytes: &[u8], error: &serde_json::Error) -> u64 {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    (before + error.column().saturating_sub(1)) as u64
}

/// Replaces bytes that are no UTF-8, and escapes of lone surrogates, by U+FFFD; none where nothing had to be replaced.
pub(crate) fn repair(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut text = String::from_utf8_lossy(bytes).into_owned().into_bytes();
    let mut place = 0;
    while place + 6 <= text.len() {
        if text[place] != b'\\' {
            place += 1;
        } else if let Some(unit) = escaped_unit(&text[place..]) {
            let paired = (0xd800..0xdc00).contains(&unit)
                && escaped_unit(&text[place + 6..]).is_some_and(|next| (0xdc00..0xe000).contains(&next));
            if paired {
                place += 12;
                continue;
            }
            if (0xd800..0xe000).contains(&unit) {
                text[place..place + 6].copy_from_slice(b"\\ufffd");
            }
            place += 6;
        } else {
            place += 2;
        }
    }
    (text != bytes).then_some(text)
}

/// The UTF-16 unit of an escape `\uXXXX` at the beginning of `text`.
fn escaped_unit(text: &[u8]) -> Option<u32> {
    let digits = text.get(..6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
