//! What a package states under a name, in full: portals write one thing as a field and as an extra, in any case (`TLP`,
//! `Access Rights`), as a text, a list or an object. For terms every statement counts, not the first.

use cairn_model::Problem;

use super::package::Package;
use crate::json_text::any_text;
use crate::json_value::Value;

/// Names of statements of terms, without what case and separators make of them.
const OF_TERMS: &[&str] = &[
    "accesslevel",
    "accessmethod",
    "accessrights",
    "accessrestrictions",
    "classification",
    "confidentiality",
    "confidentialitylevel",
    "dataclassification",
    "downloadaudience",
    "informationclassification",
    "isconfidential",
    "isrestricted",
    "listing",
    "protectivemarking",
    "publicaccesslevel",
    "restricted",
    "securityclass",
    "securityclassification",
    "sensitivity",
    "sensitivitylevel",
    "sharing",
    "tlp",
    "viewaudience",
];

/// Statements of some names that are told apart. A package with more says nothing that can be followed.
const MOST: usize = 100;

/// Where an object has the words of a statement, the best first.
const WORDS: &[&str] =
    &["level", "value", "@value", "prefLabel", "label", "title", "display_name", "name", "code", "@id", "id"];

/// Whether a key is a name, whatever its case and separators. A name is in lower case and has none.
fn is_called(key: &str, name: &str) -> bool {
    let letters = key.bytes().filter(|letter| !matches!(letter, b'_' | b'-' | b' '));
    letters.map(|letter| letter.to_ascii_lowercase()).eq(name.bytes())
}

/// Whether an object has the words of a statement under a key.
pub(super) fn is_of_words(key: &str) -> bool {
    WORDS.contains(&key)
}

/// Whether a key is that of a statement of terms.
pub(super) fn is_of_terms(key: &str) -> bool {
    OF_TERMS.iter().any(|name| is_called(key, name))
}

/// The words of all statements of some names, which are names of terms, in their order. What has no words, or stands behind too
/// many others, is reported; `unread` says whether there was any.
pub(super) fn of(package: &mut Package<'_>, names: &[&str], unread: &mut bool) -> Vec<String> {
    let (words, wordless) = words_and_wordless(package, names);
    for key in wordless {
        *unread = true;
        let message = "what is stated of the terms cannot be read: the closer reading holds";
        package.report(Problem::warning("unexpected-type", key, message));
    }
    words
}

/// As [`of`], where what cannot be read is told elsewhere.
pub(super) fn words_of(package: &Package<'_>, names: &[&str]) -> Vec<String> {
    words_and_wordless(package, names).0
}

/// The words of all statements of some names, and the keys of those that have none or stand behind too many others.
fn words_and_wordless(package: &Package<'_>, names: &[&str]) -> (Vec<String>, Vec<String>) {
    debug_assert!(names.iter().all(|name| OF_TERMS.contains(name)), "others are not kept of a package");
    let (mut words, mut wordless) = (Vec::new(), Vec::new());
    for (key, value) in package.all().filter(|(key, _)| names.iter().any(|name| is_called(key, name))) {
        if !take(value, &mut words) {
            wordless.push(key.to_owned());
        }
    }
    (words, wordless)
}

/// Takes the words of a value; answers whether all of it has words, and was taken.
fn take(value: &Value<'_>, words: &mut Vec<String>) -> bool {
    if value.is_empty() {
        return true;
    }
    match value {
        Value::List(values) => {
            // All of them are taken, whichever has none.
            let wordless = values.iter().filter(|value| !take(value, words)).count();
            wordless == 0
        }
        Value::Text(text) => match Value::parse_inside(text) {
            Some(inside) => take(&inside, words),
            None => add(text, words),
        },
        Value::Object(parts) => {
            let said = WORDS.iter().find_map(|key| any_text(parts.get(key)?)).or_else(|| any_text(value));
            said.is_some_and(|text| add(&text, words))
        }
        value => value.text().is_some_and(|text| add(&text, words)),
    }
}

/// The words of a value, and whether all of it has words.
pub(super) fn words_in(value: &Value<'_>) -> (Vec<String>, bool) {
    let mut words = Vec::new();
    let has_words = take(value, &mut words);
    (words, has_words)
}

/// Adds a statement that is not known yet; answers whether there is room for it.
fn add(text: &str, words: &mut Vec<String>) -> bool {
    let text = text.trim();
    if text.is_empty() || words.iter().any(|known| known == text) {
        return true;
    }
    let has_room = words.len() < MOST;
    if has_room {
        words.push(text.to_owned());
    }
    has_room
}
