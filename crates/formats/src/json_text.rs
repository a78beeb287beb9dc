//! Texts in JSON records: by language, in lists, in lists inside a text.

use std::collections::BTreeMap;

use cairn_model::{LocalizedText, Problem, text::UNDETERMINED};

use crate::json_value::{Fields, Value};

/// Texts by language: an object whose keys are language tags (ckanext-fluent), or the same inside a text.
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

/// A text of any form: plain, by language, a value object (JSON-LD 1.1 §4.6), or a list of these.
pub(crate) fn texts_by_language(value: &Value<'_>) -> LocalizedText {
    let mut texts = LocalizedText::default();
    each_text(value, &mut |tag, text| {
        texts.0.entry(tag).or_insert(text);
    });
    texts
}

/// Words of any form: as [`texts_by_language`], with every text kept; a plain text is set apart by `separators`.
pub(crate) fn words_by_language(value: &Value<'_>, separators: &[char]) -> BTreeMap<String, Vec<String>> {
    let mut words: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let in_list = matches!(value, Value::List(_));
    each_text(value, &mut |tag, text| {
        let kept = words.entry(tag).or_default();
        if in_list {
            kept.push(text);
        } else {
            kept.extend(text.split(separators).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()));
        }
    });
    words
}

fn each_text(value: &Value<'_>, each: &mut dyn FnMut(String, String)) {
    match value {
        Value::List(values) => values.iter().for_each(|value| each_text(value, each)),
        Value::Object(fields) => each_text_of_object(fields, each),
        plain => {
            if let Some(text) = plain.text() {
                each(UNDETERMINED.to_owned(), text.into_owned());
            }
        }
    }
}

fn each_text_of_object(fields: &Fields<'_>, each: &mut dyn FnMut(String, String)) {
    if let Some(text) = fields.text("@value") {
        let tag = fields.text("@language").and_then(|language| language_tag(&language));
        each(tag.unwrap_or_else(|| UNDETERMINED.to_owned()), text.into_owned());
        return;
    }
    for (language, value) in &fields.0 {
        let Some(tag) = language_tag(language) else { continue };
        for text in value.list() {
            if let Some(text) = text.text() {
                each(tag.clone(), text.into_owned());
            }
        }
    }
}

/// A value of another type than its field has.
pub(crate) fn unexpected_type(path: &str, due: &str, found: &Value<'_>) -> Problem {
    let problem = Problem::warning("unexpected-type", path, format!("{due} was due, {} was found", found.type_name()));
    match found.text() {
        Some(text) => problem.with_value(&text),
        None => problem,
    }
}
