//! Title, description, keywords and other words of a package, by language where the portal says it.

use std::collections::BTreeMap;

use cairn_model::{Draft, LocalizedText, text::UNDETERMINED};

use super::package::Package;
use super::{refugee_library, statements};
use crate::access::is_marking;
use crate::eu_theme;
use crate::json_text::{any_text, language_tag, localised};
use crate::json_value::{Value, texts_of};

/// The caveat of a record that its portal has archived.
const ARCHIVED: &str = "Archived by its portal: no longer updated.";

/// A text that may stand plain, by language, or both; what stands plain is left out where a language has the same.
fn text_by_language(package: &mut Package<'_>, plain: &str, translated: &str) -> LocalizedText {
    let mut texts = package.get(translated).and_then(localised).unwrap_or_default();
    if let Some(own) = package.get(plain).and_then(localised) {
        for (language, text) in own.0 {
            texts.0.entry(language).or_insert(text);
        }
        return texts;
    }
    if let Some(text) = package.plain_text(plain)
        && !texts.0.values().any(|known| *known == text)
    {
        texts.0.insert(UNDETERMINED.to_owned(), text);
    }
    texts
}

/// The title, empty where there is none.
pub(super) fn title(package: &mut Package<'_>) -> LocalizedText {
    text_by_language(package, "title", "title_translated")
}

/// Fills in what the package says in words.
pub(super) fn fill(package: &mut Package<'_>, draft: &mut Draft) {
    draft.description = text_by_language(package, "notes", "notes_translated");
    if draft.description.is_empty() {
        draft.description = text_by_language(package, "description", "description_translated");
    }
    draft.keywords = keywords(package);
    draft.languages = ["language", "languages"]
        .iter()
        .map(|key| package.texts(key, &[',', ';']))
        .find(|languages| !languages.is_empty())
        .unwrap_or_default();
    draft.methodology = methodology(package);
    draft.caveats = caveats(package);
    for key in ["cluster", "clusters", "sector", "sectors"] {
        draft.clusters.extend(package.texts(key, &[',', ';']));
    }
    for key in ["population_group", "population_groups"] {
        draft.population_groups.extend(package.texts(key, &[',', ';']));
    }
    refugee_library::topics(package, draft);
    for key in ["theme", "themes", "subject", "topic", "topics", "topic-category", "topic_category"] {
        let themes = package.texts(key, &[',', ';']).into_iter();
        draft.topics.extend(themes.map(|theme| eu_theme::name_of(&theme).map_or(theme, str::to_owned)));
    }
    let classes = statements::words_of(package, &["classification"]);
    draft.topics.extend(classes.into_iter().filter(|text| !is_marking(text)));
    draft.topics.extend(package.text(&["cod_level"]).filter(|level| level != "not-cod"));
}

/// What users must know, and that the portal has archived the record.
fn caveats(package: &Package<'_>) -> Option<String> {
    let stated = package.get("caveats").and_then(any_text).filter(|text| !text.trim().is_empty());
    if package.get("archived").and_then(Value::truth) != Some(true) {
        return stated;
    }
    Some(match stated {
        Some(stated) => format!("{stated}\n\n{ARCHIVED}"),
        None => ARCHIVED.to_owned(),
    })
}

/// HDX writes `Other` and says in a second field what that is; harvested records state a provenance or lineage.
fn methodology(package: &Package<'_>) -> Option<String> {
    let stated = package.get("methodology").and_then(any_text);
    let other = package.get("methodology_other").and_then(any_text);
    match (stated, other) {
        (Some(stated), Some(other)) if !stated.eq_ignore_ascii_case("other") => Some(format!("{stated}: {other}")),
        (_, Some(other)) => Some(other),
        (Some(stated), None) => Some(stated),
        (None, None) => ["provenance", "lineage"].iter().find_map(|key| any_text(package.get(key)?)),
    }
}

fn keywords(package: &mut Package<'_>) -> BTreeMap<String, Vec<String>> {
    let mut keywords: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for key in ["tags_translated", "keywords"] {
        if let Some(Value::Object(languages)) = package.get(key) {
            for (language, words) in &languages.0 {
                if let Some(tag) = language_tag(language) {
                    keywords.entry(tag).or_default().extend(texts_of(words, &[',', ';']));
                }
            }
        }
    }
    let mut words = Vec::new();
    for tag in package.entries("tags") {
        match &tag {
            Value::Object(fields) if fields.text("state").as_deref() != Some("deleted") => {
                words.extend(fields.first_text(&["display_name", "name"]).map(std::borrow::Cow::into_owned));
            }
            Value::Object(_) => {}
            text => words.extend(texts_of(text, &[','])),
        }
    }
    if words.is_empty() {
        words.extend(package.extra("tags").map_or_else(Vec::new, |tags| texts_of(tags, &[','])));
    }
    for key in ["tag_string", "keyword", "keywords"] {
        if !matches!(package.get(key), Some(Value::Object(_))) {
            words.extend(package.texts(key, &[',', ';']));
        }
    }
    if refugee_library::is_of_it(package) {
        words.retain(|word| !refugee_library::is_code(word));
    }
    words.retain(|word| !keywords.values().any(|known| known.contains(word)));
    keywords.entry(UNDETERMINED.to_owned()).or_default().extend(words);
    for words in keywords.values_mut() {
        let mut seen = std::collections::HashSet::new();
        words.retain(|word| seen.insert(word.to_lowercase()));
    }
    keywords.retain(|_, words| !words.is_empty());
    keywords
}
