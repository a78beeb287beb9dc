//! Languages, from codes, BCP 47 tags and names.

use super::concepts::Concepts;

/// The code of the language that a text names. A tag is read by its first part (`fr-CA`, `zh_Hans`), and so is a code with
/// a country as ISO 19139 writers put it (`eng; USA`).
pub(super) fn find<'c>(languages: &'c Concepts, text: &str) -> Option<&'c str> {
    if let Some(code) = languages.find_code(text) {
        return Some(code);
    }
    let primary = text.trim().split(['-', '_', ';', '.']).next()?.trim();
    let is_code = matches!(primary.len(), 2 | 3) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_code { languages.find_code(primary) } else { None }
}
