//! What the keys of a JSON object say about it: an answer, a package, or something else.

use std::fmt;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// What the keys of an object say about it.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an observation of its own")]
pub(super) struct Evidence {
    /// `id`, `name` or `title`.
    identity: bool,
    /// `id`.
    id: bool,
    /// `name` or `title`.
    called: bool,
    /// A key that only packages have.
    package: bool,
    /// A key of a resource, a user, a group, an organisation, a tag or a licence.
    other: bool,
    /// `result` or `results`: an answer.
    pub(super) listing: bool,
    /// The first keys, or the type of a value that is no object.
    seen: Vec<String>,
}

impl Evidence {
    /// What a value that is no object says.
    pub(super) fn of_value(what: &str) -> Self {
        Self { seen: vec![what.to_owned()], ..Self::default() }
    }

    /// Whether a key that only packages have stands in it: no other key takes that back.
    pub(super) fn is_surely_package(&self) -> bool {
        self.identity && self.package
    }

    /// What has an id and a title or name and is nothing else is a package, however little more it says. In the `results`
    /// of a search any of the three is enough (`fl=id,name` leaves little). To be asked when all keys are noted.
    pub(super) fn is_package(&self, in_search: bool) -> bool {
        let has_enough = (self.id && self.called) || (in_search && self.identity);
        self.is_surely_package() || (has_enough && !self.other)
    }

    pub(super) fn describe(&self) -> String {
        match self.seen.as_slice() {
            [] => "an empty object".to_owned(),
            [only] if !self.identity && only.starts_with("a ") => only.clone(),
            keys => format!("an object with the keys {}", keys.join(", ")),
        }
    }

    fn note(&mut self, key: &str) {
        match key {
            "id" => (self.identity, self.id) = (true, true),
            "name" | "title" => (self.identity, self.called) = (true, true),
            "resources" | "notes" | "notes_translated" | "title_translated" | "owner_org" | "license_id"
            | "license_title" | "num_resources" | "metadata_modified" | "dataset_date" => self.package = true,
            "package_id" | "package_count" | "is_organization" | "packages" | "fullname" | "aspects"
            | "vocabulary_id" | "od_conformance" => {
                self.other = true;
            }
            "result" | "results" => self.listing = true,
            _ => {}
        }
        if self.seen.len() < 5 {
            self.seen.push(key.chars().take(40).collect());
        }
    }
}

/// Keys that steer the reading.
pub(super) enum KnownKey {
    Result,
    Results,
    Count,
    Success,
    Error,
    Other,
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
        Ok(match key {
            "result" => KnownKey::Result,
            "results" => KnownKey::Results,
            "count" => KnownKey::Count,
            "success" => KnownKey::Success,
            "error" => KnownKey::Error,
            _ => KnownKey::Other,
        })
    }
}

/// Looks at the keys of an object, skips its values, and stops at the key that shows a package.
pub(super) struct Scan<'v>(pub(super) &'v mut Evidence);

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(Key(self.0))?.is_some() && !self.0.is_surely_package() {
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
