//! What a dataset says of access to it.

use cairn_model::StatedText;

use super::text::words_of;
use crate::access::{Access, by_code, by_words_of_access, in_words, is_access_right, meaning_of};
use crate::json_value::{Fields, Value};
pub(super) use crate::rdf::lost_access::UNREAD_ACCESS;

/// Keys under which it stands who has access.
const CONDITIONS: &[&str] =
    &["conditionsOfAccess", "accessRights", "dct:accessRights", "dcterms:accessRights", UNREAD_ACCESS];

/// The terms in the source's words, or in ours where words have a fixed meaning. A page that describes a dataset in
/// schema.org shows it to everyone who searches.
pub(super) fn stated(fields: &Fields<'_>) -> StatedText {
    let mut terms = StatedText { listed_openly: true, ..StatedText::default() };
    let files: Vec<&Fields<'_>> = fields.list("distribution").iter().filter_map(Value::object).collect();
    for value in conditions(fields) {
        state(value, false, &mut terms);
    }
    for value in files.iter().flat_map(|file| conditions(file)) {
        state(value, true, &mut terms);
    }
    // A price is no secret: it says how the data is had.
    if fields.get("isAccessibleForFree").and_then(Value::truth) == Some(false) {
        terms.reasons.push("Not free of charge".to_owned());
    }
    terms
}

fn conditions<'f, 'v>(fields: &'f Fields<'v>) -> impl Iterator<Item = &'f Value<'v>> {
    CONDITIONS.iter().flat_map(|key| fields.list(key))
}

/// Whether anything in a document says who has access to it.
pub(super) fn states_access(value: &Value<'_>) -> bool {
    match value {
        Value::List(values) => values.iter().any(states_access),
        Value::Object(fields) => {
            fields.0.iter().any(|(key, value)| CONDITIONS.contains(&key.as_ref()) || states_access(value))
        }
        _ => false,
    }
}

/// Words or a code of access. That a file is open says nothing of the others.
fn state(value: &Value<'_>, of_file: bool, terms: &mut StatedText) {
    let Some(words) = words_of(value) else { return };
    let meaning = meaning_of(&words).or_else(|| meaning_of(crate::rdf::names::last_part(&words)));
    let meaning = meaning.or_else(|| in_words(&words));
    match meaning {
        Some(Access::Open) if of_file => {}
        Some(access) => access.state(terms),
        None if is_access_right(&words) => {}
        None => by_words_of_access(&words, terms),
    }
    if is_access_right(&words) {
        if meaning.is_none() {
            by_code(&words, terms);
        }
        return;
    }
    if meaning != Some(Access::Open) && !terms.reasons.contains(&words) {
        terms.reasons.push(words);
    }
}
