//! Title, description, keywords and other words of a dataset.

use std::collections::BTreeMap;

use cairn_model::{Draft, LocalizedText};

use crate::json_text::{any_text, texts_by_language, words_by_language};
use crate::json_value::{Fields, Value};

/// The title, empty where there is none.
pub(super) fn title(fields: &Fields<'_>) -> LocalizedText {
    fields.get("title").map(texts_by_language).unwrap_or_default()
}

/// The description, empty where there is none.
pub(super) fn description(fields: &Fields<'_>) -> LocalizedText {
    fields.get("description").map(texts_by_language).unwrap_or_default()
}

/// Fills in what the dataset says in words.
pub(super) fn fill(fields: &Fields<'_>, draft: &mut Draft) {
    draft.keywords = keywords(fields);
    draft.languages = fields.texts("language", &[',', ';']);
    for key in ["theme", "superTheme", "category", "subject"] {
        draft.topics.extend(fields.list(key).iter().filter_map(topic));
    }
    draft.methodology = methodology(fields);
    draft.caveats = caveats(fields);
}

fn keywords(fields: &Fields<'_>) -> BTreeMap<String, Vec<String>> {
    let mut keywords = BTreeMap::new();
    for key in ["keyword", "keywords"] {
        if keywords.is_empty()
            && let Some(value) = fields.get(key)
        {
            keywords = words_by_language(value, &[',', ';']);
        }
    }
    keywords
}

/// A theme as text, as an address of the EU's themes, or as a concept with its labels (DCAT-US 3.0).
fn topic(value: &Value<'_>) -> Option<String> {
    let text = match value {
        Value::Object(parts) => {
            let label = ["prefLabel", "skos:prefLabel", "label", "title", "notation"];
            label.iter().find_map(|key| any_text(parts.get(key)?)).or_else(|| Some(parts.text("@id")?.into_owned()))
        }
        value => value.text().map(std::borrow::Cow::into_owned),
    }?;
    Some(crate::eu_theme::name_of(&text).map_or(text, str::to_owned))
}

/// How the data was made, where its documentation stands, and what it is a part of.
fn methodology(fields: &Fields<'_>) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for key in ["lineage", "provenance", "methodology", "wasGeneratedBy"] {
        parts.extend(fields.list(key).iter().filter_map(words_of));
    }
    for (key, what) in [
        ("dataDictionary", "Data dictionary"),
        ("describedBy", "Data dictionary"),
        ("conformsTo", "Conforms to"),
        ("references", "See also"),
        ("isReferencedBy", "Referenced by"),
        ("page", "Documentation"),
        ("isPartOf", "Part of"),
        ("inSeries", "Part of"),
        ("source", "Source"),
    ] {
        let named: Vec<String> = fields.list(key).iter().filter_map(words_of).collect();
        if !named.is_empty() {
            parts.push(format!("{what}: {}", named.join(", ")));
        }
    }
    joined(&parts)
}

/// What to beware of: limits that the agency states, and marks of personal data (a system of records notice).
fn caveats(fields: &Fields<'_>) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for key in ["caveats", "notes", "usageNote", "purpose", "versionNotes"] {
        parts.extend(fields.list(key).iter().filter_map(words_of));
    }
    if fields.get("dataQuality").and_then(Value::truth) == Some(false) {
        parts.push("The publisher says that the data does not meet its guidelines on quality.".to_owned());
    }
    if let Some(notice) = fields.text("systemOfRecords") {
        parts.push(format!("Holds records about persons (system of records notice): {notice}"));
    }
    let status = fields.list("status").iter().filter_map(words_of).find(|status| !is_plain_status(status));
    parts.extend(status.map(|status| format!("Status at the source: {status}")));
    joined(&parts)
}

/// A status that warns of nothing.
fn is_plain_status(status: &str) -> bool {
    let last = status.trim_end_matches('/').rsplit(['/', '#']).next().unwrap_or(status);
    ["published", "completed", "active", "current"].iter().any(|plain| last.eq_ignore_ascii_case(plain))
}

/// The words of a value: its text, or the title, label or address of an object.
pub(super) fn words_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Object(parts) => {
            let keys = ["title", "prefLabel", "label", "description", "name", "accessURL", "downloadURL", "@id"];
            keys.iter().find_map(|key| any_text(parts.get(key)?)).or_else(|| any_text(value))
        }
        value => any_text(value),
    }
}

fn joined(parts: &[String]) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}
