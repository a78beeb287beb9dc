//! Texts and codes of ISO 19115, which stand in an element of their type and in several languages.

use cairn_model::LocalizedText;
use cairn_model::text::UNDETERMINED;

use super::Metadata;
use crate::once::add_paragraph;
use crate::xml::{ANY, Element, Vocabulary};

/// The text of a property in the record's own language: of `CharacterString`, `Anchor`, `URL` or whatever type it has.
/// Only where it has none is a translation taken.
pub(super) fn plain(property: &Element<'_>) -> Option<String> {
    let types = || property.elements().filter(|element| !is_free_text(element));
    types()
        .find_map(|value| value.text().or_else(|| value.attribute("codeListValue").map(str::to_owned)))
        .or_else(|| property.own_text())
        .or_else(|| property.elements().find_map(Element::text))
}

/// `PT_FreeText`, and `PT_FreeURL` of the profile of geocat.ch.
fn is_free_text(element: &Element<'_>) -> bool {
    element.name().starts_with("PT_Free")
}

/// The value of a property whose type is a code list; the words beside it where the code says nothing.
pub(super) fn code(property: &Element<'_>) -> Option<String> {
    let value = property.elements().next();
    let listed = value.and_then(|value| value.attribute("codeListValue"));
    let words = || value.map_or_else(|| property.own_text(), Element::text);
    match listed {
        // The Canadian profile (HNAP) has numbers for codes, and says in two languages what they mean.
        Some(number) if number.starts_with("RI_") => Some(match words() {
            Some(words) => words.split(';').next().unwrap_or(&words).trim().to_owned(),
            None => number.to_owned(),
        }),
        Some(listed) => Some(listed.rsplit_once("Code_").map_or(listed, |(_, code)| code).to_owned()),
        None => words(),
    }
}

/// A language as metadata writes it: `eng`, `en-GB`, `eng; USA`, `http://…/language/ENG`.
pub(super) fn language_tag(language: &str) -> String {
    let first = language.split([';', ',']).next().unwrap_or(language).trim();
    first.rsplit('/').next().unwrap_or(first).to_lowercase()
}

impl Metadata<'_, '_> {
    /// The texts of a property by language (`PT_FreeText`, ISO/TS 19139 §C).
    pub(super) fn localized(&self, property: &Element<'_>) -> LocalizedText {
        let mut texts = LocalizedText::default();
        let own = property.elements().filter(|element| !is_free_text(element)).find_map(Element::text);
        if let Some(text) = own.or_else(|| property.own_text()) {
            texts.0.insert(self.language.clone(), text);
        }
        for group in property.all_of(Vocabulary::Iso, &[ANY, "textGroup", ANY]) {
            let Some(text) = group.text() else { continue };
            let language = group.attribute("locale").map_or_else(
                || UNDETERMINED.to_owned(),
                |locale| {
                    let id = locale.trim_start_matches('#');
                    self.locales.get(id).cloned().unwrap_or_else(|| language_of_id(id))
                },
            );
            texts.0.entry(language).or_insert(text);
        }
        texts
    }
}

/// The language that the id of a locale names by itself (`#FR`, `#locale-fre`).
fn language_of_id(id: &str) -> String {
    let id = id.to_lowercase();
    let last = id.rsplit(['-', '_']).next().unwrap_or(&id);
    let is_code = (2..=3).contains(&last.len()) && last.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_code { last.to_owned() } else { UNDETERMINED.to_owned() }
}

/// Adds a text in each of its languages behind what is there, set apart by a blank line.
pub(super) fn append(texts: &mut LocalizedText, more: LocalizedText) {
    for (language, text) in more.0 {
        add_paragraph(texts.0.entry(language).or_default(), &text);
    }
}

/// Whether a constraint in words says that there is none.
pub(super) fn says_nothing(text: &str) -> bool {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    let nothing = [
        "none",
        "no conditions apply",
        "conditions unknown",
        "no limitations",
        "n/a",
        "unknown",
        "-",
        "no information provided",
    ];
    nothing.contains(&lower.as_str())
}
