//! Texts of a row in several languages: a table has a column for each.

use std::collections::BTreeMap;

use cairn_model::text::UNDETERMINED;
use cairn_model::vocabulary::{fold, without_teh_marbuta};
use cairn_model::{LocalizedText, Problem};

use super::InventoryMapping;
use super::columns::{Column, resolve};

/// What stands in a header for the language of its column, folded and without the dots of a teh marbuta; the names stand behind the
/// codes.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("en", &["en", "eng", "english", "anglais", "ingles", "الانجليزيه", "انجليزي", "الانكليزيه"]),
    ("fr", &["fr", "fra", "fre", "french", "francais", "frances", "الفرنسيه", "فرنسي"]),
    ("es", &["es", "esp", "spa", "spanish", "espagnol", "espanol", "الاسبانيه", "اسباني"]),
    ("ar", &["ar", "ara", "arabic", "arabe", "العربيه", "عربي"]),
];

/// First words of headers of titles and descriptions that are of one language alone, folded.
const WORDS: &[(&str, &[&str])] = &[
    ("en", &["title", "name", "dataset", "summary", "abstract", "about", "details"]),
    ("fr", &["titre", "nom", "intitule", "jeu", "resume", "descriptif", "contenu"]),
    ("es", &["titulo", "nombre", "conjunto", "descripcion", "resumen", "contenido"]),
    ("ar", &["عنوان", "العنوان", "اسم", "الاسم", "وصف", "الوصف", "ملخص", "الملخص"]),
];

/// Columns that a table may have once for each language.
const IN_LANGUAGES: [Column; 2] = [Column::Title, Column::Description];

/// A header that ends with a language, in brackets or behind a dash, an underscore or a blank, and what stands before.
pub(super) fn split_language(header: &str) -> Option<(&str, &'static str)> {
    let header = header.trim();
    let inside = header.strip_suffix([')', ']']).and_then(|rest| rest.rsplit_once(['(', '[']));
    let (before, name) = inside.or_else(|| header.rsplit_once(['_', '-', '–', '—', ' ']))?;
    let folded = fold(name);
    let name = without_teh_marbuta(&folded);
    let language = LANGUAGES.iter().find(|(_, names)| names.iter().any(|known| fold(known) == name))?.0;
    let before = before.trim_end_matches(['_', '-', '–', '—', ' ']);
    (!before.is_empty()).then_some((before, language))
}

/// The language of a column by its header: the one it names, else the one that it is written in.
fn language_of(label: &str) -> Option<&'static str> {
    if let Some((_, language)) = split_language(label) {
        return Some(language);
    }
    let folded = fold(label);
    let first = folded.split(' ').next().unwrap_or_default();
    WORDS.iter().find(|(_, words)| words.iter().any(|word| fold(word) == first)).map(|(language, _)| *language)
}

/// Whether a column is read beside surer ones of these languages: it is in another. That its words are of a language says so only
/// beside a column whose words are, too: a summary is no English text beside a description.
fn is_of_another(label: &str, surer: &[Option<&str>]) -> bool {
    let Some(first) = surer.first() else { return true };
    let language = language_of(label);
    language.is_some() && !surer.contains(&language) && (first.is_some() || split_language(label).is_some())
}

/// The text of a row in the languages of its columns. The surest column comes first; one alone that names no language is in
/// none that is known.
pub(super) fn localized(cells: &[(Column, usize, &str, &str)], wanted: Column) -> LocalizedText {
    let mut languages = Vec::new();
    let mut read = Vec::new();
    for (_, _, label, cell) in cells.iter().filter(|(column, ..)| *column == wanted) {
        if is_of_another(label, &languages) {
            languages.push(language_of(label));
            read.push((*label, cell.trim()));
        }
    }
    if let [(label, text)] = read.as_slice() {
        let language = split_language(label).map_or(UNDETERMINED, |(_, language)| language);
        return LocalizedText(BTreeMap::from([(language.to_owned(), (*text).to_owned())]));
    }
    let text = |(language, (_, text)): (Option<&str>, (&str, &str))| {
        (language.unwrap_or(UNDETERMINED).to_owned(), text.to_owned())
    };
    LocalizedText(languages.into_iter().zip(read).map(text).collect())
}

/// Reports columns of titles and descriptions that give way to another one: of one language the surest is read.
pub(super) fn report_passed_over<'l>(
    labels: impl Iterator<Item = &'l str>,
    mapping: &InventoryMapping,
    problems: &mut Vec<Problem>,
) {
    let mut columns: Vec<(Column, usize, &str)> =
        labels.filter_map(|label| resolve(label, mapping).map(|(column, rank)| (column, rank, label))).collect();
    columns.sort_by_key(|(column, rank, _)| (*column, *rank));
    let mut passed_over = Vec::new();
    for wanted in IN_LANGUAGES {
        let mut languages = Vec::new();
        for (_, _, label) in columns.iter().filter(|(column, ..)| *column == wanted) {
            if is_of_another(label, &languages) {
                languages.push(language_of(label));
            } else {
                passed_over.push(*label);
            }
        }
    }
    if !passed_over.is_empty() {
        let message = format!(
            "columns that are read only where a row has nothing in a surer one of their language: {}",
            passed_over.join(", ")
        );
        problems.push(Problem::warning("columns-passed-over", "", message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_stands_behind_a_header_in_several_ways() {
        for (header, expected) in [
            ("Title (EN)", Some(("Title", "en"))),
            ("Titre [français]", Some(("Titre", "fr"))),
            ("title_es", Some(("title", "es"))),
            ("Title - Arabic", Some(("Title", "ar"))),
            ("العنوان (عربي)", Some(("العنوان", "ar"))),
            ("Title (ISO3)", None),
            ("Dataset ID", None),
            ("EN", None),
            ("(EN)", None),
        ] {
            assert_eq!(split_language(header), expected, "{header}");
        }
    }
}
