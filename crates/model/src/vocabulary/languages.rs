//! Languages, from codes, BCP 47 tags and names.

use super::concepts::Concepts;

/// The code of the language that a text names. A tag is read by its first part (`fr-CA`, `zh_Hans`), and so is a code with
/// a country as ISO 19139 writers put it (`eng; USA`).
pub(super) fn find<'c>(languages: &'c Concepts, text: &str) -> Option<&'c str> {
    if let Some(code) = languages.find_code(text) {
        return Some(code);
    }
    let primary = text.trim().split(['-', '_', ';', ':', '.']).next()?.trim();
    let is_code = matches!(primary.len(), 2 | 3) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_code { languages.find_code(primary) } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::Vocabularies;

    fn code(text: &str) -> Option<&str> {
        Vocabularies::bundled().language(text)
    }

    #[test]
    fn every_language_is_found_by_its_code_and_its_names() {
        let vocabularies = Vocabularies::bundled();
        let terms = vocabularies.terms("language").unwrap_or_default();
        assert!(terms.len() > 250);
        for term in terms {
            let expected = Some(term.code.as_str());
            assert_eq!(code(&term.code.to_uppercase()), expected);
            for name in vocabularies.names_of("language", &term.code) {
                assert_eq!(code(name), expected, "{name}");
            }
        }
    }

    #[test]
    fn languages_are_read_as_sources_write_them() {
        let cases = [
            ("fre", "fr"),
            ("fra", "fr"),
            ("ARA", "ar"),
            ("en-US", "en"),
            ("zh_Hans", "zh"),
            ("eng; USA", "en"),
            ("eng: USA", "en"),
            ("http://publications.europa.eu/resource/authority/language/SPA", "es"),
            ("http://id.loc.gov/vocabulary/iso639-2/fre", "fr"),
            ("Français", "fr"),
            ("francés", "fr"),
            ("العربية", "ar"),
            ("Farsi", "fa"),
            ("Dari", "prs"),
            ("Sorani", "ckb"),
            ("Kreyol", "ht"),
            ("Українська", "uk"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), Some(expected), "{text}");
        }
        for text in ["", "-", "us-EN", "Klingonish", "123", "und"] {
            assert_eq!(code(text), None, "{text}");
        }
    }
}
