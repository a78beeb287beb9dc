//! What the keys of a JSON object say about it: an answer, a record, or something else.

use std::fmt;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::dialect::{Dialect, KnownKey, Mark};

/// What the keys of an object say about it.
#[expect(clippy::struct_excessive_bools, reason = "each is an observation of its own")]
pub(super) struct Evidence {
    dialect: &'static Dialect,
    /// An id, name or title.
    identity: bool,
    /// An id.
    id: bool,
    /// A name or title.
    called: bool,
    /// A title.
    titled: bool,
    /// A key that only records have.
    record: bool,
    /// A key that records have, and little else has.
    likely: bool,
    /// A key that few records have.
    strange: bool,
    /// A key of something else, such as a resource, a user, a group, an organisation, a tag or a licence of CKAN.
    other: bool,
    /// A key that leads to records: an answer or a catalogue.
    pub(super) listing: bool,
    /// The first keys, or the type of a value that is no object.
    seen: Vec<String>,
}

impl Evidence {
    /// An object of which no key was seen yet.
    pub(super) fn none(dialect: &'static Dialect) -> Self {
        Self {
            dialect,
            identity: false,
            id: false,
            called: false,
            titled: false,
            record: false,
            likely: false,
            strange: false,
            other: false,
            listing: false,
            seen: Vec::new(),
        }
    }

    /// What a value that is no object says.
    pub(super) fn of_value(dialect: &'static Dialect, what: &str) -> Self {
        Self { seen: vec![what.to_owned()], ..Self::none(dialect) }
    }

    /// Whether a key that only records have stands in it: no other key takes that back.
    pub(super) fn is_surely_record(&self) -> bool {
        self.identity && self.record
    }

    /// What has an id and a title, and says nothing else, is a record. What says more must say something that records say: a
    /// list of persons has ids and names, too. In a list that the payload names an id, a name or a title is enough (CKAN's
    /// `fl=id,name` leaves little), or even less where the list is known to hold nothing else. To be asked when all keys are
    /// noted.
    pub(super) fn is_record(&self, in_list: bool) -> bool {
        if in_list && self.dialect.lists_records_only {
            return self.is_object() && !self.seen.is_empty();
        }
        let has_enough = if in_list { self.identity } else { self.id && self.called };
        let says_nothing_else = !self.strange && (in_list || self.titled);
        self.is_surely_record() || (has_enough && !self.other && (self.likely || says_nothing_else))
    }

    fn is_object(&self) -> bool {
        !matches!(self.seen.as_slice(), [only] if !self.identity && only.starts_with("a "))
    }

    pub(super) fn describe(&self) -> String {
        match self.seen.as_slice() {
            [] => "an empty object".to_owned(),
            [only] if !self.is_object() => only.clone(),
            keys => format!("an object with the keys {}", keys.join(", ")),
        }
    }

    fn note(&mut self, key: &str) {
        match (self.dialect.mark)(key) {
            Mark::Id => (self.identity, self.id) = (true, true),
            Mark::Name => (self.identity, self.called) = (true, true),
            Mark::Title => (self.identity, self.called, self.titled) = (true, true, true),
            Mark::Record => self.record = true,
            Mark::Likely => self.likely = true,
            Mark::Strange => self.strange = true,
            Mark::Other => self.other = true,
            Mark::Listing => self.listing = true,
            Mark::Nothing => {}
        }
        if self.seen.len() < 5 {
            self.seen.push(key.chars().take(40).collect());
        }
    }
}

/// Reads a key and notes what it says about its object.
pub(super) struct Key<'v>(pub(super) &'v mut Evidence);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = KnownKey;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<KnownKey, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = KnownKey;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<KnownKey, E> {
        self.0.note(key);
        Ok((self.0.dialect.steer)(key))
    }
}

/// Looks at the keys of an object, skips its values, and stops at the key that shows a record.
pub(super) struct Scan<'v>(pub(super) &'v mut Evidence);

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(Key(self.0))?.is_some() && !self.0.is_surely_record() {
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.0.seen.push("a list".to_owned());
        Ok(())
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        self.0.seen.push("a text".to_owned());
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        self.0.seen.push("a truth value".to_owned());
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        self.0.seen.push("a number".to_owned());
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        self.0.seen.push("a number".to_owned());
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        self.0.seen.push("a number".to_owned());
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.0.seen.push("a null".to_owned());
        Ok(())
    }
}

/// A count or a truth value (1 or 0) in whatever type the portal wrote it; nothing where it is neither.
pub(super) struct Scalar(pub(super) Option<u64>);

impl<'de> de::Deserialize<'de> for Scalar {
    /// The value is cut out before it is read, so that a fault of its JSON is found where it stands.
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(match serde_json::from_str(raw.get()) {
            Ok(Value::Bool(truth)) => Self(Some(u64::from(truth))),
            Ok(Value::Number(number)) => Self(number.as_u64()),
            Ok(Value::String(text)) => Self(match text.trim() {
                "true" | "True" => Some(1),
                "false" | "False" => Some(0),
                number => number.parse().ok(),
            }),
            Ok(Value::Null | Value::Array(_) | Value::Object(_)) | Err(_) => Self(None),
        })
    }
}
