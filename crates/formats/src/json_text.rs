//! Texts in JSON records: by language, in lists, in lists inside a text.

use std::borrow::Cow;

use cairn_model::{LocalizedText, Problem};

use crate::json_value::Value;

/// Texts by language: an object whose keys are language tags, or the same inside a text.
pub(crate) fn localised(value: &Value<'_>) -> Option<LocalizedText> {
    match value {
        Value::Object(fields) => {
            let mut texts = LocalizedText::default();
            for (language, value) in &fields.0 {
                let tag = language_tag(language)?;
                if let Some(text) = value.text() {
                    texts.0.entry(tag).or_insert_with(|| text.into_owned());
                }
            }
            (!texts.is_empty()).then_some(texts)
        }
        Value::Text(text) if text.trim_start().starts_with('{') => localised(&Value::parse_inside(text)?),
        _ => None,
    }
}

/// A key as a language tag in lower case; none when it is none.
pub(crate) fn language_tag(key: &str) -> Option<String> {
    let mut parts = key.split(['-', '_']);
    let language = parts.next()?;
    let letters = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let rest = parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (letters && rest).then(|| key.to_ascii_lowercase().replace('_', "-"))
}

/// The best single text of a value that may be a text or a text by language.
pub(crate) fn any_text(value: &Value<'_>) -> Option<String> {
    match localised(value) {
        Some(texts) => texts.best("en").map(str::to_owned),
        None => Some(value.text()?.into_owned()),
    }
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

/// A value of another type than its field has.
pub(crate) fn unexpected_type(path: &str, due: &str, found: &Value<'_>) -> Problem {
    let problem = Problem::warning("unexpected-type", path, format!("{due} was due, {} was found", found.type_name()));
    match found.text() {
        Some(text) => problem.with_value(&text),
        None => problem,
    }
}
