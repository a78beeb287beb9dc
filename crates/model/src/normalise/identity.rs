//! What a record is called: identifiers, title, kind and languages.

use super::names::split_names;
use super::reading::{Path, Reading};
use super::text::Limit;
use crate::quality::UNTITLED;
use crate::text::UNDETERMINED;
use crate::{Identifier, Kind, LocalizedText};

const MOST_IDENTIFIERS: usize = 200;
const MOST_LANGUAGES: usize = 200;

/// Identifiers, each once.
pub(super) fn identifiers(reading: &mut Reading<'_>, mut identifiers: Vec<Identifier>) -> Vec<Identifier> {
    reading.at_most("identifiers", MOST_IDENTIFIERS, &mut identifiers);
    let mut kept: Vec<Identifier> = Vec::with_capacity(identifiers.len());
    for (index, identifier) in identifiers.into_iter().enumerate() {
        let field = Path::Member("identifiers", index, "value");
        let Some(value) = reading.text(field, Limit::Line, identifier.value) else { continue };
        let scheme = reading.text(Path::Member("identifiers", index, "scheme"), Limit::Keyword, identifier.scheme);
        let scheme = scheme.map_or_else(|| "other".to_owned(), |scheme| scheme.to_lowercase());
        let identifier = Identifier { scheme, value };
        if !kept.contains(&identifier) {
            kept.push(identifier);
        }
    }
    kept
}

/// The title; a record without one is called by its slug.
pub(super) fn title(reading: &mut Reading<'_>, title: LocalizedText, identifiers: &[Identifier]) -> LocalizedText {
    let title = reading.localized("title", Limit::Line, title);
    if !title.is_empty() {
        return title;
    }
    reading.problem("no-title", Path::Field("title"), "the record has no title: called by its name at the source");
    let slug = identifiers.iter().find(|identifier| matches!(identifier.scheme.as_str(), "slug" | "name"));
    LocalizedText::new(UNDETERMINED, slug.map_or(UNTITLED, |identifier| &identifier.value))
}

/// The sort of holding: a dataset where nothing is said.
pub(super) fn kind(reading: &mut Reading<'_>, kind: Option<String>) -> Kind {
    let Some(text) = reading.optional(Path::Field("kind"), Limit::Keyword, kind) else { return Kind::Dataset };
    if let Some(kind) = Kind::from_code(&text).or_else(|| reading.vocabularies.kind(&text)) {
        return kind;
    }
    reading.problem_with("unknown-kind", Path::Field("kind"), "no known sort of holding: taken as other", &text);
    Kind::Other
}

/// Languages of the data as codes; a cell may hold several.
pub(super) fn languages(reading: &mut Reading<'_>, mut languages: Vec<String>) -> Vec<String> {
    reading.at_most("languages", MOST_LANGUAGES, &mut languages);
    let mut codes: Vec<String> = Vec::new();
    for (index, cell) in languages.into_iter().enumerate() {
        let field = Path::Item("languages", index);
        let Some(cell) = reading.text(field, Limit::Line, cell) else { continue };
        let vocabularies = reading.vocabularies;
        let names = split_names(&cell, |name| vocabularies.language(name));
        for code in names.known {
            if !codes.iter().any(|known| known == code) {
                codes.push(code.to_owned());
            }
        }
        for name in names.unknown {
            reading.problem_with("unknown-language", field, "no known language", name);
        }
    }
    codes
}
