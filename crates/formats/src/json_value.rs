//! JSON values of any type, borrowed from the payload: what a field of a foreign record holds is known only when it is read.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// A value; objects keep the order of their keys and every repetition of a key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Truth(bool),
    Number(serde_json::Number),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Object(Fields<'a>),
}

impl<'a> Value<'a> {
    /// Whether there is nothing: null, blank text, or a list or object without anything.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Truth(_) | Self::Number(_) => false,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(values) => values.iter().all(Value::is_empty),
            Self::Object(fields) => fields.0.iter().all(|(_, value)| value.is_empty()),
        }
    }

    /// The type in words, for problems.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Truth(_) => "a truth value",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// The text of a text, number or truth value, or of a list that holds just one of them; none for what is empty.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Null | Self::Object(_) => None,
            Self::Truth(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Text(text) => plain(text),
            Self::List(values) => match values.as_slice() {
                [only] => only.text(),
                _ => None,
            },
        }
    }

    /// A truth value in any of the ways in which extensions write it; none where it is neither true nor false.
    pub(crate) fn truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(*truth),
            value => match value.text()?.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "t" | "y" | "on" => Some(true),
                "false" | "0" | "no" | "f" | "n" | "off" => Some(false),
                _ => None,
            },
        }
    }

    /// The elements of a list; anything else that says something counts as a list of one.
    pub(crate) fn list(&self) -> &[Self] {
        match self {
            Self::List(values) => values,
            value if value.is_empty() => &[],
            value => std::slice::from_ref(value),
        }
    }

    /// The fields of an object.
    pub(crate) fn object(&self) -> Option<&Fields<'_>> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// As JSON text, for geometries.
    pub(crate) fn to_json(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// The value inside a text that holds JSON (`"[\"a\"]"`), as extras often do.
    pub(crate) fn parse_inside(text: &str) -> Option<Value<'static>> {
        let text = text.trim();
        if !(text.starts_with('[') || text.starts_with('{')) {
            return None;
        }
        let value: Value<'_> = serde_json::from_str(text).ok()?;
        Some(value.into_owned())
    }

    /// The value, or what is inside it where it is a text that holds JSON.
    pub(crate) fn opened(self) -> Value<'a> {
        let inside = match &self {
            Self::Text(text) => plain(text).and_then(|text| Self::parse_inside(&text)),
            _ => None,
        };
        inside.unwrap_or(self)
    }

    fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Truth(truth) => Value::Truth(truth),
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::List(values) => Value::List(values.into_iter().map(Value::into_owned).collect()),
            Self::Object(fields) => Value::Object(fields.into_owned()),
        }
    }
}

/// Text without blanks around it and without the quotes that old CKAN put around extras; none when nothing is left.
fn plain(text: &str) -> Option<Cow<'_, str>> {
    let trimmed = text.trim();
    let quoted = trimmed.len() >= 2 && trimmed.starts_with('"') && trimmed.ends_with('"');
    if quoted && let Ok(inner) = serde_json::from_str::<String>(trimmed) {
        let inner = inner.trim();
        return (!inner.is_empty()).then(|| Cow::Owned(inner.to_owned()));
    }
    (!trimmed.is_empty()).then_some(Cow::Borrowed(trimmed))
}

/// The texts of a list, of a JSON list inside a text, or of a text whose parts are set apart by `separators`.
pub(crate) fn texts_of(value: &Value<'_>, separators: &[char]) -> Vec<String> {
    let mut texts = Vec::new();
    match value {
        Value::List(values) => texts.extend(values.iter().filter_map(|value| Some(value.text()?.into_owned()))),
        Value::Text(text) => match Value::parse_inside(text) {
            Some(Value::List(values)) => {
                texts.extend(values.iter().filter_map(|value| Some(value.text()?.into_owned())));
            }
            _ => texts.extend(text.split(separators).map(|part| part.trim().to_owned())),
        },
        other => texts.extend(other.text().map(Cow::into_owned)),
    }
    texts.retain(|text| !text.is_empty());
    texts
}

/// Keys and values of an object, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Fields<'a>(pub(crate) Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Fields<'a> {
    /// The first value of a key that is not empty.
    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(name, value)| name == key && !value.is_empty()).map(|(_, value)| value)
    }

    /// Puts the fields in the order of their keys; those of one key stay in theirs.
    pub(crate) fn order(&mut self) {
        self.0.sort_by(|(left, _), (right, _)| left.cmp(right));
    }

    /// As [`Fields::get`], of fields in the order of their keys.
    pub(crate) fn get_ordered(&self, key: &str) -> Option<&Value<'a>> {
        self.of_key(key).iter().find(|(_, value)| !value.is_empty()).map(|(_, value)| value)
    }

    /// The fields of a key, of fields in the order of their keys.
    pub(crate) fn of_key(&self, key: &str) -> &[(Cow<'a, str>, Value<'a>)] {
        &self.0[self.range_of(key)]
    }

    /// As [`Fields::of_key`].
    pub(crate) fn of_key_mut(&mut self, key: &str) -> &mut [(Cow<'a, str>, Value<'a>)] {
        let range = self.range_of(key);
        &mut self.0[range]
    }

    fn range_of(&self, key: &str) -> Range<usize> {
        let start = self.0.partition_point(|(name, _)| name.as_ref() < key);
        let length = self.0[start..].iter().take_while(|(name, _)| name == key).count();
        start..start + length
    }

    /// The text of a key.
    pub(crate) fn text(&self, key: &str) -> Option<Cow<'_, str>> {
        self.get(key)?.text()
    }

    /// The text of the first key that has one.
    pub(crate) fn first_text(&self, keys: &[&str]) -> Option<Cow<'_, str>> {
        keys.iter().find_map(|key| self.text(key))
    }

    /// The texts of a key (see [`texts_of`]).
    pub(crate) fn texts(&self, key: &str, separators: &[char]) -> Vec<String> {
        self.get(key).map_or_else(Vec::new, |value| texts_of(value, separators))
    }

    /// The elements of a list field; anything else that says something counts as a list of one.
    pub(crate) fn list(&self, key: &str) -> &[Value<'a>] {
        self.get(key).map_or(&[], Value::list)
    }

    pub(crate) fn into_owned(self) -> Fields<'static> {
        let owned = |(key, value): (Cow<'a, str>, Value<'a>)| (Cow::Owned(key.into_owned()), value.into_owned());
        Fields(self.0.into_iter().map(owned).collect())
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Truth(truth) => serializer.serialize_bool(*truth),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(values) => serializer.collect_seq(values),
            Self::Object(fields) => serializer.collect_map(fields.0.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Tree(|_| true).deserialize(deserializer)
    }
}

/// Reads a value and keeps of its objects only the keys that the function names; the rest is skipped unread.
#[derive(Clone, Copy)]
pub(crate) struct Tree(pub(crate) fn(&str) -> bool);

impl<'de> DeserializeSeed<'de> for Tree {
    type Value = Value<'de>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree {
    type Value = Value<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Value<'de>, E> {
        Ok(Value::Truth(truth))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key_seed(Key(self.0))? {
            match key {
                Some(key) => fields.push((key, map.next_value_seed(self)?)),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Value::Object(Fields(fields)))
    }
}

/// Reads a key if the function names it.
pub(crate) struct Key(pub(crate) fn(&str) -> bool);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok((self.0)(key).then_some(Cow::Borrowed(key)))
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok((self.0)(key).then(|| Cow::Owned(key.to_owned())))
    }
}
