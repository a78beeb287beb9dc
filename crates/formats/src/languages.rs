//! Texts of elements that state their language by `xml:lang`.

use std::collections::BTreeMap;

use cairn_model::LocalizedText;
use cairn_model::text::UNDETERMINED;

use crate::once::{add_paragraph, push_new};
use crate::xml::{Element, Vocabulary};

/// The language of an element by its own `xml:lang` or `lang`, else the one given.
pub(crate) fn language_of(element: &Element<'_>, otherwise: &str) -> String {
    let stated = element.attribute_of(Vocabulary::Xml, "lang").or_else(|| element.attribute("lang"));
    stated.unwrap_or(otherwise).to_lowercase()
}

/// The language of a document by its root's `xml:lang`; undetermined without it.
pub(crate) fn language_of_root(root: &Element<'_>) -> String {
    language_of(root, UNDETERMINED)
}

/// Adds the text of an element in its language, set apart by a blank line from what is there.
pub(crate) fn append(texts: &mut LocalizedText, element: &Element<'_>, otherwise: &str) {
    let Some(text) = element.text() else { return };
    add_paragraph(texts.0.entry(language_of(element, otherwise)).or_default(), &text);
}

/// Sets the text of an element in its language, unless there is one already.
pub(crate) fn set(texts: &mut LocalizedText, element: &Element<'_>, otherwise: &str) {
    if let Some(text) = element.text() {
        texts.0.entry(language_of(element, otherwise)).or_insert(text);
    }
}

/// Adds the text of an element to the keywords of its language.
pub(crate) fn add_keyword(keywords: &mut BTreeMap<String, Vec<String>>, element: &Element<'_>, otherwise: &str) {
    if let Some(text) = element.text() {
        push_new(keywords.entry(language_of(element, otherwise)).or_default(), text);
    }
}
