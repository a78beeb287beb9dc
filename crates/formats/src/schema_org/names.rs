//! Plain names of terms, whatever prefix or address a document writes before them.

use std::borrow::Cow;

use crate::json_value::Value;

/// What a prefix stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vocabulary {
    /// schema.org, and Croissant, which adds to it.
    SchemaOrg,
    /// Croissant's vocabulary for responsible use.
    ResponsibleUse,
    /// Any other.
    Other,
}

/// The prefixes of a document.
#[derive(Debug)]
pub(super) struct Names(Vec<(String, Vocabulary)>);

impl Names {
    /// The prefixes that the contexts of a document define, after those that are in general use.
    pub(super) fn of(document: &Value<'_>) -> Self {
        let general = [
            ("schema", Vocabulary::SchemaOrg),
            ("sc", Vocabulary::SchemaOrg),
            ("sdo", Vocabulary::SchemaOrg),
            ("cr", Vocabulary::SchemaOrg),
            ("rai", Vocabulary::ResponsibleUse),
        ];
        let mut names = Self(Vec::new());
        for part in document.list() {
            if let Some(context) = part.object().and_then(|fields| fields.get("@context")) {
                names.add(context);
            }
        }
        names.0.extend(general.map(|(prefix, vocabulary)| (prefix.to_owned(), vocabulary)));
        names
    }

    fn add(&mut self, context: &Value<'_>) {
        for part in context.list() {
            let Some(fields) = part.object() else { continue };
            for (prefix, meaning) in &fields.0 {
                let Value::Text(address) = meaning else { continue };
                if address.ends_with(['/', '#']) && !prefix.starts_with('@') && self.0.len() < 100 {
                    self.0.push((prefix.to_string(), vocabulary_of(address)));
                }
            }
        }
    }

    /// The plain name of a key or type: `name` for `schema:name` and `https://schema.org/name`.
    pub(super) fn plain<'k>(&self, key: &'k str) -> Cow<'k, str> {
        for namespace in ["http://schema.org/", "https://schema.org/", "http://mlcommons.org/croissant/"] {
            if let Some(name) = key.strip_prefix(namespace) {
                return match name.strip_prefix("RAI/") {
                    Some(name) => Cow::Owned(format!("rai:{name}")),
                    None => Cow::Borrowed(name),
                };
            }
        }
        let Some((prefix, name)) = key.split_once(':') else { return Cow::Borrowed(key) };
        let vocabulary = self.0.iter().find(|(known, _)| known == prefix).map(|(_, vocabulary)| *vocabulary);
        match vocabulary {
            Some(Vocabulary::SchemaOrg) => Cow::Borrowed(name),
            Some(Vocabulary::ResponsibleUse) => Cow::Owned(format!("rai:{name}")),
            Some(Vocabulary::Other) | None => Cow::Borrowed(key),
        }
    }
}

fn vocabulary_of(address: &str) -> Vocabulary {
    let rest = address.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    if rest.starts_with("mlcommons.org/croissant/RAI") {
        Vocabulary::ResponsibleUse
    } else if rest.starts_with("schema.org") || rest.starts_with("mlcommons.org/croissant") {
        Vocabulary::SchemaOrg
    } else {
        Vocabulary::Other
    }
}
