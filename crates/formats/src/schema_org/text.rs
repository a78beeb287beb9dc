//! Keywords, topics, methods, caveats and other words of a dataset.

use std::collections::BTreeMap;

use cairn_model::{Draft, text::UNDETERMINED};

use crate::json_text::{any_text, words_by_language};
use crate::json_value::{Fields, Value};

/// How data was made, in Croissant's vocabulary for responsible use.
const METHODS: &[&str] = &[
    "rai:dataCollection",
    "rai:dataCollectionType",
    "rai:dataCollectionRawData",
    "rai:dataCollectionMissingData",
    "rai:dataPreprocessingProtocol",
    "rai:dataImputationProtocol",
    "rai:dataManipulationProtocol",
    "rai:dataAnnotationProtocol",
];

/// What to beware of, in the same vocabulary.
const CAVEATS: &[(&str, &str)] = &[
    ("rai:personalSensitiveInformation", "Personal or sensitive information"),
    ("rai:dataLimitations", "Limitations"),
    ("rai:dataBiases", "Biases"),
    ("rai:dataSocialImpact", "Social impact"),
    ("rai:dataUseCases", "Use cases"),
    ("rai:dataReleaseMaintenancePlan", "Maintenance"),
    ("creativeWorkStatus", "Status at the source"),
];

/// Fills in what the dataset says in words, but for its name and description.
pub(super) fn fill(fields: &Fields<'_>, draft: &mut Draft) {
    draft.keywords = keywords(fields);
    draft.languages = fields.list("inLanguage").iter().filter_map(language).collect();
    for value in fields.list("about") {
        draft.topics.extend(words_of(value));
    }
    draft.methodology = methodology(fields);
    draft.caveats = caveats(fields);
}

fn keywords(fields: &Fields<'_>) -> BTreeMap<String, Vec<String>> {
    let mut keywords: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for value in fields.list("keywords") {
        match value {
            // A DefinedTerm.
            Value::Object(parts) if parts.get("name").is_some() => {
                keywords.entry(UNDETERMINED.to_owned()).or_default().extend(words_of(value));
            }
            value => {
                let in_list = fields.list("keywords").len() > 1;
                for (language, words) in words_by_language(value, if in_list { &[] } else { &[',', ';'] }) {
                    keywords.entry(language).or_default().extend(words);
                }
            }
        }
    }
    keywords
}

/// A language by its tag, or by the name or tag of a Language.
fn language(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Object(parts) => {
            ["alternateName", "identifier", "name"].iter().find_map(|key| any_text(parts.get(key)?))
        }
        value => any_text(value),
    }
}

fn methodology(fields: &Fields<'_>) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for key in ["measurementTechnique", "measurementMethod"].iter().chain(METHODS) {
        parts.extend(joined(fields, key));
    }
    for (key, what) in
        [("isBasedOn", "Source"), ("prov:wasDerivedFrom", "Source"), ("isPartOf", "Part of"), ("citation", "See also")]
    {
        parts.extend(joined(fields, key).map(|words| format!("{what}: {words}")));
    }
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

fn caveats(fields: &Fields<'_>) -> Option<String> {
    let stated = CAVEATS.iter().filter_map(|(key, what)| Some(format!("{what}: {}", joined(fields, key)?)));
    let parts: Vec<String> =
        stated.filter(|text| !text.eq_ignore_ascii_case("Status at the source: Published")).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// The words of every value of a key.
fn joined(fields: &Fields<'_>, key: &str) -> Option<String> {
    let words: Vec<String> = fields.list(key).iter().filter_map(words_of).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// The words of a value: its text, or the name or address of an object.
pub(super) fn words_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Object(parts) => {
            let keys = ["name", "title", "headline", "value", "description", "url", "@id", "@value"];
            keys.iter().find_map(|key| any_text(parts.get(key)?)).or_else(|| any_text(value))
        }
        value => any_text(value),
    }
}

/// The address in a value that is one, or an object that has one.
pub(super) fn address_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Object(parts) => Some(parts.first_text(&["url", "@id", "contentUrl"])?.into_owned()),
        value => any_text(value),
    }
}

/// An identifier: a text, or a `PropertyValue` with its scheme.
pub(super) fn identifier_in(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Object(parts) => Some(parts.first_text(&["value", "@id", "url", "name"])?.into_owned()),
        value => any_text(value),
    }
}
