//! Records out of a JSON payload, one at a time: an answer or catalogue with a listing inside, an array, or JSON Lines.
//!
//! The payload is parsed as a stream. Values that are of no interest are skipped unread, and the bytes of the record
//! that is being parsed are kept beside the parser (`source`), so that a record reaches its reader exactly as the
//! portal wrote it and only one is in memory.

mod dialect;
mod evidence;
mod sink;
mod source;

use std::cell::RefCell;
use std::fmt;
use std::io::Read;
use std::ops::ControlFlow;

use cairn_model::{Position, Problem};
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize as _, Deserializer as _};
use serde_json::value::RawValue;

use self::dialect::{CKAN, KnownKey};
pub(crate) use self::dialect::{DCAT_US, Dialect};
use self::evidence::{Evidence, Key, Scalar, Scan};
use self::sink::Sink;
use self::source::{Break, Line, Source};
use crate::decode::decode_unicode_stream;

/// How deep arrays may stand inside each other around the records (`current_package_list_with_resources` has two).
const MAX_ARRAYS: u8 = 3;

/// What the payload turned out to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonListing {
    /// `count` of a `package_search` answer.
    pub count: Option<u64>,
    /// Records handed over.
    pub records: u64,
    /// Whether the payload was read to its proper end.
    pub complete: bool,
    /// Elements that were left out, and of which nobody knows which records they are; each is among the problems.
    pub unnamed: u64,
    /// Problems that belong to no record: broken lines, what stands after the end, an answer with `success: false`.
    pub problems: Vec<Problem>,
}

/// Reads CKAN packages from `reader` and hands each to `each` with its offset from 0; stops early when `each` breaks.
///
/// The payload may be an answer of `package_search`, `package_show` or `current_package_list_with_resources`, an array
/// of packages, JSON Lines, or one package. The offset counts what stood in the listing, so a record that was left out
/// has one too. Memory is bounded by the largest record (`max_record_bytes`), not by the payload.
pub fn read_records(
    reader: impl Read,
    max_record_bytes: usize,
    each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
) -> JsonListing {
    read_records_of(&CKAN, reader, max_record_bytes, each)
}

/// As [`read_records`], of another sort of payload.
pub(crate) fn read_records_of(
    dialect: &'static Dialect,
    reader: impl Read,
    max_record_bytes: usize,
    each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
) -> JsonListing {
    let source = RefCell::new(Source::new(decode_unicode_stream(reader), max_record_bytes));
    let locate = |offset| source.borrow().byte_in_payload(offset);
    let sink = RefCell::new(Sink::new(dialect, each, max_record_bytes, &locate));
    read_payload(&source, &sink);
    let problems = source.borrow().reader_problems();
    sink.into_inner().finish(problems)
}

fn read_payload<R: Read>(source: &RefCell<Source<R>>, sink: &RefCell<Sink<'_>>) {
    let first = match source.borrow_mut().skip_blanks() {
        Ok(first) => first,
        Err(error) => return sink.borrow_mut().fail("unreadable", format!("the payload cannot be read: {error}"), 0),
    };
    match first {
        None => sink.borrow_mut().fail("empty-payload", "the payload is empty", 0),
        Some(b'<') => {
            sink.borrow_mut().fail("html-instead-of-json", "a web page stands where JSON was due", 0);
        }
        Some(b'{') if source.borrow().looks_like_lines() => read_lines(source, sink),
        Some(_) => read_document(source, sink),
    }
}

/// Reads one JSON value and, if more follows, goes on line by line.
fn read_document<R: Read>(source: &RefCell<Source<R>>, sink: &RefCell<Sink<'_>>) {
    if !parse_value(source, sink) {
        return;
    }
    let next = source.borrow_mut().skip_blanks();
    match next {
        Ok(None) => {}
        Ok(Some(b'{')) => read_lines(source, sink),
        Ok(Some(_)) => {
            let byte = source.borrow().count();
            sink.borrow_mut().leave_rest(byte);
        }
        Err(error) => {
            let byte = source.borrow().count();
            sink.borrow_mut().fail("unreadable", format!("the payload cannot be read: {error}"), byte);
        }
    }
}

/// Parses the next value of the source; false when the reading ended with it.
fn parse_value<R: Read>(source: &RefCell<Source<R>>, sink: &RefCell<Sink<'_>>) -> bool {
    let value = Value { source, sink, role: Role::Top };
    let result = value.deserialize(&mut serde_json::Deserializer::from_reader(source::Shared(source)));
    if result.is_ok() {
        return true;
    }
    let mut sink = sink.borrow_mut();
    if sink.stopped {
        return false;
    }
    let source = source.borrow();
    match source.fault() {
        Some(source::Fault::TooLong(start)) => sink.fail("too-large", "a record is far too long", *start),
        Some(source::Fault::TooLongOutside(start)) => {
            sink.fail("too-large", "what stands outside of the records is far too long", *start);
        }
        Some(source::Fault::Read(fault)) => {
            sink.fail("unreadable", format!("the payload cannot be read: {fault}"), source.count());
        }
        None => {
            let (what, byte) = match source.place_of_break() {
                Break::WrongByte(byte) => ("the JSON document is broken", byte),
                Break::Early(byte) => ("the JSON document ends too early", byte),
            };
            let told = sink.locate(byte);
            sink.fail("broken-json", format!("{what} at byte {told}"), byte);
        }
    }
    false
}

/// Reads JSON Lines: a line that is broken costs only itself.
fn read_lines<R: Read>(source: &RefCell<Source<R>>, sink: &RefCell<Sink<'_>>) {
    loop {
        let line = source.borrow_mut().next_line();
        let (bytes, number, start, ended) = match line {
            Ok(Line::Text { bytes, number, start, ended }) => (bytes, number, start, ended),
            Ok(Line::TooLong { number, start }) => {
                sink.borrow_mut().skip_too_long(Position {
                    row: Some(number),
                    byte: Some(start),
                    ..Position::default()
                });
                continue;
            }
            Ok(Line::End) => return,
            Err(error) => {
                let byte = source.borrow().count();
                return sink.borrow_mut().fail("unreadable", format!("the payload cannot be read: {error}"), byte);
            }
        };
        let mut values = serde_json::Deserializer::from_slice(&bytes).into_iter::<&RawValue>();
        loop {
            let begin = values.byte_offset();
            let from = start + begin as u64;
            match values.next() {
                None => break,
                Some(Ok(value)) => read_line_value(value, number, from, sink),
                Some(Err(_)) => {
                    let rest = &bytes[begin..];
                    let byte = from + first_wrong_byte(rest).unwrap_or(rest.len() as u64);
                    let position = Position { row: Some(number), byte: Some(byte), ..Position::default() };
                    sink.borrow_mut().skip_broken_line(number, byte, position, ended);
                    break;
                }
            }
            if sink.borrow().stopped {
                source.borrow_mut().give_back(bytes);
                return;
            }
        }
        source.borrow_mut().give_back(bytes);
    }
}

/// The first byte of a JSON document that may not stand where it does, or the length of one that ends too early; nothing
/// where the document is in order.
pub fn first_wrong_byte(bytes: &[u8]) -> Option<u64> {
    let source = RefCell::new(Source::new(bytes, usize::MAX));
    let mut parser = serde_json::Deserializer::from_reader(source::Shared(&source));
    IgnoredAny::deserialize(&mut parser).and_then(|_| parser.end()).err()?;
    let place = source.borrow().place_of_break();
    Some(place.byte())
}

/// A value of a line: a record, or an answer with records inside.
fn read_line_value(value: &RawValue, number: u64, start: u64, sink: &RefCell<Sink<'_>>) {
    let text = value.get();
    let mut evidence = Evidence::none(sink.borrow().dialect);
    // The text is known to be JSON; the scan ends as soon as the keys have said enough.
    let _ = serde_json::Deserializer::from_str(text).deserialize_any(Scan(&mut evidence));
    if evidence.listing && !evidence.is_surely_record() {
        let source = RefCell::new(Source::inside(text.as_bytes(), text.len().max(1), start, number));
        parse_value(&source, sink);
        return;
    }
    let position = Position { row: Some(number), byte: Some(start), ..Position::default() };
    sink.borrow_mut().take(text.as_bytes(), &evidence, false, position);
}

/// The part that a value plays in the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The whole payload: an answer or catalogue, an array of records or a record.
    Top,
    /// `result` of an answer: a search result, a record or an array of records.
    Result,
    /// A part of a catalogue that is a catalogue itself, or a list of such.
    Part,
    /// An element of an array; the number of arrays around it, and whether the array is one that the payload names.
    Element { arrays: u8, in_list: bool },
}

/// A value that is or holds records. Deserialising it gives whether there was anything: false for `null`.
struct Value<'w, 'e, R> {
    source: &'w RefCell<Source<R>>,
    sink: &'w RefCell<Sink<'e>>,
    role: Role,
}

impl<'w, 'e, R: Read> Value<'w, 'e, R> {
    fn with_role(&self, role: Role) -> Value<'w, 'e, R> {
        Value { source: self.source, sink: self.sink, role }
    }

    fn in_list(&self) -> bool {
        matches!(self.role, Role::Element { in_list: true, .. })
    }

    /// Passes on what the parser gave; where it gave up, the source remembers the place.
    fn noted<T, E>(&self, read: Result<T, E>) -> Result<T, E> {
        read.inspect_err(|_| self.source.borrow_mut().note_break())
    }

    /// A value that is neither object nor array.
    fn note_foreign(&self, what: &str) {
        self.source.borrow_mut().pass();
        if self.role == Role::Part {
            return;
        }
        let evidence = Evidence::of_value(self.sink.borrow().dialect, what);
        let position = Position { byte: Some(self.source.borrow().count()), ..Position::default() };
        self.sink.borrow_mut().take(&[], &evidence, false, position);
    }

    /// Hands over the object whose bytes the source has kept.
    fn finish_record<E: de::Error>(&self, evidence: &Evidence) -> Result<(), E> {
        let record = self.source.borrow_mut().end_record();
        let position = Position { byte: Some(record.start), ..Position::default() };
        if record.too_long {
            self.sink.borrow_mut().skip_too_long(position);
        } else {
            self.sink.borrow_mut().take(&record.bytes, evidence, self.in_list(), position);
        }
        self.source.borrow_mut().give_back(record.bytes);
        if self.sink.borrow().stopped { Err(E::custom("stopped")) } else { Ok(()) }
    }
}

impl<'de, R: Read> DeserializeSeed<'de> for Value<'_, '_, R> {
    type Value = bool;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: Read> Visitor<'de> for Value<'_, '_, R> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an answer or catalogue, an array of records or a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        self.source.borrow_mut().begin_record();
        let holds_listing = matches!(self.role, Role::Top | Role::Result | Role::Part);
        let mut evidence = Evidence::none(self.sink.borrow().dialect);
        let mut success = true;
        let mut fault = None;
        let mut listed = false;
        let mut result_is_null = false;
        while let Some(key) = self.noted(map.next_key_seed(Key(&mut evidence)))? {
            match key {
                KnownKey::Result if self.role == Role::Top => {
                    listed = true;
                    result_is_null = !self.noted(map.next_value_seed(self.with_role(Role::Result)))?;
                }
                KnownKey::Results if holds_listing => {
                    listed = true;
                    let role = Role::Element { arrays: 0, in_list: true };
                    self.noted(map.next_value_seed(self.with_role(role)))?;
                }
                KnownKey::Parts if holds_listing => {
                    listed |= self.noted(map.next_value_seed(self.with_role(Role::Part)))?;
                }
                KnownKey::Count if holds_listing => {
                    if let Some(count) = self.noted(map.next_value::<Scalar>())?.0 {
                        self.sink.borrow_mut().listing.count = Some(count);
                    }
                }
                KnownKey::Success if self.role == Role::Top => {
                    success = self.noted(map.next_value::<Scalar>())?.0 != Some(0);
                }
                KnownKey::Error if self.role == Role::Top => {
                    fault = Some(self.noted(map.next_value::<Box<RawValue>>())?);
                }
                _ => {
                    self.noted(map.next_value::<IgnoredAny>())?;
                }
            }
        }
        if !success {
            let byte = self.source.borrow().record_start();
            let message = fault.as_deref().map_or_else(|| "no reason was given".to_owned(), error_message);
            self.source.borrow_mut().forget_record();
            self.sink.borrow_mut().fail("error-answer", format!("the portal answered with an error: {message}"), byte);
        } else if listed || self.role == Role::Part {
            self.source.borrow_mut().forget_record();
            if result_is_null {
                self.note_foreign("a null");
            }
        } else {
            self.finish_record(&evidence)?;
        }
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<bool, A::Error> {
        let (arrays, in_list) = match self.role {
            Role::Part => {
                while self.noted(elements.next_element_seed(self.with_role(Role::Part)))?.is_some() {}
                return Ok(true);
            }
            Role::Top | Role::Result => (0, false),
            Role::Element { arrays, in_list } => (arrays, in_list),
        };
        if arrays >= MAX_ARRAYS {
            while self.noted(elements.next_element::<IgnoredAny>())?.is_some() {}
            self.note_foreign("a nest of arrays");
            return Ok(true);
        }
        let role = Role::Element { arrays: arrays + 1, in_list };
        while self.noted(elements.next_element_seed(self.with_role(role)))?.is_some() {}
        Ok(true)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<bool, E> {
        self.note_foreign("a text");
        Ok(self.role != Role::Part)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<bool, E> {
        self.note_foreign("a truth value");
        Ok(self.role != Role::Part)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<bool, E> {
        self.note_foreign("a number");
        Ok(self.role != Role::Part)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<bool, E> {
        self.note_foreign("a number");
        Ok(self.role != Role::Part)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<bool, E> {
        self.note_foreign("a number");
        Ok(self.role != Role::Part)
    }

    fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
        if self.role != Role::Result {
            self.note_foreign("a null");
        }
        Ok(false)
    }
}

/// The reason in the `error` of an answer: its `message`, a text, or the whole.
fn error_message(error: &RawValue) -> String {
    let told: serde_json::Value = serde_json::from_str(error.get()).unwrap_or_default();
    let message = told.get("message").unwrap_or(&told);
    let text = message.as_str().map_or_else(|| message.to_string(), str::to_owned);
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests;
