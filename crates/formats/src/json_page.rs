//! Pages of answers in JSON: the records of a list are cut out as they stand, the rest is parsed.

use std::borrow::Cow;
use std::fmt;

use cairn_model::{Position, Problem};
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::json_document::{broken, byte_of, repair, without_mark};
use crate::json_value::{Fields, Key, Tree, Value};
use crate::listing::{ListedRecord, Listing, MOST_PROBLEMS};

/// Records of a page; no portal gives as many in one answer.
const MOST_RECORDS: usize = 100_000;

/// Keeps every key.
const EVERYTHING: Tree = Tree(|_| true);

/// A page: its records, uncut by any reading, and what stands around them.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Bytes of each record, and its key where the list is an object.
    pub(crate) records: Vec<(Option<String>, Vec<u8>)>,
    /// What the page says beside its records.
    pub(crate) envelope: Fields<'static>,
    /// Whether there was a list of records, empty or not.
    pub(crate) has_list: bool,
    /// What went wrong.
    pub(crate) problems: Vec<Problem>,
}

impl Page {
    /// Cuts a page whose records stand in the list, or in the object, at one of `paths`; the empty path is the page
    /// itself.
    ///
    /// A page that breaks off keeps the records before the break, and has an error that stands for those behind it.
    pub(crate) fn cut(bytes: &[u8], paths: &[&[&str]]) -> Result<Self, Problem> {
        Self::cut_any(bytes, paths, false)
    }

    /// As [`Page::cut`], where the list may be an object that holds each record under its key.
    pub(crate) fn cut_keyed(bytes: &[u8], paths: &[&[&str]]) -> Result<Self, Problem> {
        Self::cut_any(bytes, paths, true)
    }

    fn cut_any(bytes: &[u8], paths: &[&[&str]], is_keyed: bool) -> Result<Self, Problem> {
        let bytes = without_mark(bytes);
        match Self::cut_once(bytes, paths, is_keyed) {
            (page, None) => Ok(page),
            (page, Some(error)) => match repair(bytes) {
                Some(repaired) => {
                    let (mut page, error) = Self::cut_once(&repaired.bytes, paths, is_keyed);
                    page.problems.extend(repaired.problems);
                    page.broken_off(&repaired.bytes, error)
                }
                None => page.broken_off(bytes, Some(error)),
            },
        }
    }

    fn cut_once(bytes: &[u8], paths: &[&[&str]], is_keyed: bool) -> (Self, Option<serde_json::Error>) {
        let mut page = Self::default();
        let mut parser = serde_json::Deserializer::from_slice(bytes);
        let parsed = Cutter { page: &mut page, paths: paths.to_vec(), is_keyed }
            .deserialize(&mut parser)
            .and_then(|envelope| parser.end().map(|()| envelope));
        match parsed {
            Ok(Value::Object(fields)) => {
                page.envelope = fields.into_owned();
                (page, None)
            }
            Ok(_) => (page, None),
            Err(error) => (page, Some(error)),
        }
    }

    fn broken_off(mut self, bytes: &[u8], error: Option<serde_json::Error>) -> Result<Self, Problem> {
        let Some(error) = error else { return Ok(self) };
        if self.records.is_empty() {
            return Err(broken(bytes, &error, "the page", "a page"));
        }
        let byte = byte_of(bytes, &error);
        let message = format!("the page breaks at byte {byte}: what follows is lost");
        let position = Position { byte: Some(byte), ..Position::default() };
        self.problems.push(Problem::error("broken-json", "", message).at(position));
        Ok(self)
    }

    /// Cuts a text that holds one record a line.
    pub(crate) fn cut_lines(bytes: &[u8]) -> Self {
        let mut page = Self { has_list: true, ..Self::default() };
        let mut start = 0_u64;
        for line in without_mark(bytes).split_inclusive(|byte| *byte == b'\n') {
            let record = line.trim_ascii();
            if !record.is_empty() && !page.push(None, record, Some(start)) {
                break;
            }
            start += line.len() as u64;
        }
        page
    }

    /// Takes a record in; false once there are too many.
    fn push(&mut self, key: Option<String>, record: &[u8], byte: Option<u64>) -> bool {
        if self.records.len() >= MOST_RECORDS {
            if self.records.len() == MOST_RECORDS && self.problems.iter().all(|problem| problem.code != "too-many") {
                let message = format!("more than {MOST_RECORDS} records in one page: the rest is lost");
                self.problems.push(Problem::error("too-many", "", message));
            }
            return false;
        }
        if record.first() == Some(&b'{') {
            self.records.push((key, record.to_vec()));
        } else if self.problems.len() < MOST_PROBLEMS {
            let position = Position { record: Some(self.records.len() as u64), byte, ..Position::default() };
            let text: String = String::from_utf8_lossy(&record[..record.len().min(800)]).into_owned();
            let message = "a record is a JSON object, and this is none";
            self.problems.push(Problem::error("not-an-object", "", message).with_value(&text).at(position));
        }
        true
    }

    /// The listing, each record under the id that `id` finds among those of its keys that `keep` names.
    pub(crate) fn into_listing(self, keep: fn(&str) -> bool, id: impl Fn(&Fields<'_>) -> Option<String>) -> Listing {
        let records = self.records.into_iter().map(|(key, bytes)| {
            let found = look_into(&bytes, keep).and_then(|fields| id(&fields)).or(key);
            ListedRecord { id: found, bytes, deleted: false }
        });
        Listing { records: records.collect(), problems: self.problems, ..Listing::default() }
    }

    /// The page, where it lists records: an answer that reports an error beside an empty list lists none.
    pub(crate) fn with_list(self, what: &str) -> Result<Self, Problem> {
        let is_failure = || self.records.is_empty() && error_message(&self.envelope).is_some();
        if !self.has_list || is_failure() { Err(self.refusal(what)) } else { Ok(self) }
    }

    /// The page as an error: an answer that reports one, or something that lists no records of this kind.
    pub(crate) fn refusal(&self, what: &str) -> Problem {
        if let Some(message) = error_message(&self.envelope) {
            return Problem::error("error-answer", "", "the answer reports an error").with_value(&message);
        }
        let keys = self.envelope.0.iter().take(5).map(|(key, _)| key.chars().take(40).collect());
        let keys: Vec<String> = keys.collect();
        let found = if keys.is_empty() { "nothing of it".to_owned() } else { keys.join(", ") };
        Problem::error("not-a-listing", "", format!("{what} was due, and the page holds {found}"))
    }
}

/// The keys of a record that `keep` names; none where it cannot be parsed, which its reader reports.
pub(crate) fn look_into(bytes: &[u8], keep: fn(&str) -> bool) -> Option<Fields<'_>> {
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    match Tree(keep).deserialize(&mut parser) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }
}

/// What an answer says of its failure: `error` or `errors`, or a message beside a status of 400 and more.
pub(crate) fn error_message(envelope: &Fields<'_>) -> Option<String> {
    let words = |fields: &Fields<'_>| {
        let keys = ["message", "detail", "description", "title", "errorMessage", "reason", "code"];
        fields.first_text(&keys).map(Cow::into_owned)
    };
    for key in ["error", "errors"] {
        match envelope.get(key) {
            Some(Value::Object(fields)) => return words(fields).or_else(|| Some("no reason given".to_owned())),
            Some(Value::List(values)) => {
                let first = values.first().and_then(|value| match value {
                    Value::Object(fields) => words(fields),
                    other => other.text().map(Cow::into_owned),
                });
                return first.or_else(|| Some("no reason given".to_owned()));
            }
            Some(Value::Truth(false)) | None => {}
            Some(value) => {
                let text = value.text().map(Cow::into_owned);
                return text
                    .filter(|text| text != "true")
                    .or_else(|| words(envelope))
                    .or(Some("no reason given".into()));
            }
        }
    }
    let status = envelope.first_text(&["status", "statusCode", "code", "error_code"]);
    let has_failed = status.is_some_and(|status| {
        status
            .parse::<u32>()
            .map_or_else(|_| matches!(status.as_ref(), "error" | "fail" | "failed" | "ERROR"), |code| code >= 400)
    });
    if has_failed { words(envelope).or_else(|| Some("no reason given".to_owned())) } else { None }
}

/// A number that may stand as text.
pub(crate) fn number(fields: &Fields<'_>, key: &str) -> Option<u64> {
    fields.text(key)?.parse().ok()
}

/// The address of the link of a relation in `links` (RFC 8288), which is a list of objects or an object by relation: of
/// several, which lead to one thing in several formats, the first that leads to JSON or does not say.
pub(crate) fn link(envelope: &Fields<'_>, relation: &str) -> Option<String> {
    let href = |value: &Value<'_>| match value {
        Value::Object(fields) => fields.text("href").map(Cow::into_owned),
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    };
    match envelope.get("links").or_else(|| envelope.get("_links"))? {
        Value::List(links) => {
            let mut first = None;
            for link in links {
                let Value::Object(fields) = link else { continue };
                let Some(address) = href(link).filter(|_| fields.text("rel").as_deref() == Some(relation)) else {
                    continue;
                };
                let media_type = fields.text("type");
                if media_type.is_none_or(|name| name.trim().is_empty() || name.to_ascii_lowercase().contains("json")) {
                    return Some(address);
                }
                first = first.or(Some(address));
            }
            first
        }
        Value::Object(fields) => href(fields.get(relation)?),
        _ => None,
    }
}

/// Parses a value, and cuts what stands at the end of one of the paths into records.
struct Cutter<'p, 's> {
    page: &'p mut Page,
    paths: Vec<&'s [&'s str]>,
    /// Whether the list may be an object that holds each record under its key.
    is_keyed: bool,
}

impl<'de> DeserializeSeed<'de> for Cutter<'_, '_> {
    type Value = Value<'de>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Cutter<'_, '_> {
    type Value = Value<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value<'de>, A::Error> {
        if !self.paths.iter().any(|path| path.is_empty()) {
            return EVERYTHING.visit_seq(elements);
        }
        self.page.has_list = true;
        while let Some(record) = elements.next_element::<&'de RawValue>()? {
            self.page.push(None, record.get().as_bytes(), None);
        }
        Ok(Value::List(Vec::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let mut fields = Vec::new();
        let is_list = self.is_keyed && self.paths.iter().any(|path| path.is_empty());
        self.page.has_list |= is_list;
        while let Some(key) = map.next_key_seed(Key(|_| true))? {
            let key = key.unwrap_or_default();
            if is_list {
                let record = map.next_value::<&'de RawValue>()?;
                self.page.push(Some(key.into_owned()), record.get().as_bytes(), None);
                continue;
            }
            let below = |path: &&'_ [&'_ str]| path.first().is_some_and(|first| *first == key);
            let paths: Vec<&[&str]> = self.paths.iter().copied().filter(below).map(|path| &path[1..]).collect();
            let value = if paths.is_empty() {
                map.next_value_seed(EVERYTHING)?
            } else {
                map.next_value_seed(Cutter { page: &mut *self.page, paths, is_keyed: self.is_keyed })?
            };
            fields.push((key, value));
        }
        Ok(Value::Object(Fields(fields)))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value<'de>, E> {
        EVERYTHING.visit_unit()
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Value<'de>, E> {
        EVERYTHING.visit_bool(truth)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value<'de>, E> {
        EVERYTHING.visit_i64(number)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value<'de>, E> {
        EVERYTHING.visit_u64(number)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value<'de>, E> {
        EVERYTHING.visit_f64(number)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Value<'de>, E> {
        EVERYTHING.visit_borrowed_str(text)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value<'de>, E> {
        EVERYTHING.visit_str(text)
    }
}
