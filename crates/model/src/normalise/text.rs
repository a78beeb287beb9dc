//! Clean text of bounded length: trimmed, without control characters, in known languages.

use std::collections::{BTreeMap, HashSet};

use super::reading::{Path, Reading};
use crate::LocalizedText;
use crate::text::UNDETERMINED;

/// The most characters that a text of its sort may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// A keyword, topic or code.
    Keyword = 200,
    /// A title, a name: one line.
    Line = 1_000,
    /// An address.
    Address = 8_000,
    /// A description, methodology, licence: line breaks are kept.
    Text = 100_000,
}

/// Languages of one text. No record is translated into as many; made-up tags have no end.
const MOST_LANGUAGES: usize = 50;

impl Limit {
    fn characters(self) -> usize {
        self as usize
    }

    fn keeps_line_breaks(self) -> bool {
        self == Self::Text
    }
}

impl Reading<'_> {
    /// The text trimmed, without control characters, cut to its limit; `None` when nothing is left of it.
    pub(super) fn text(&mut self, field: Path<'_>, limit: Limit, text: String) -> Option<String> {
        let mut clean = clean(text, limit.keeps_line_breaks());
        if clean.is_empty() {
            return None;
        }
        if clean.len() > limit.characters()
            && let Some((cut, _)) = clean.char_indices().nth(limit.characters())
        {
            clean.truncate(cut);
            clean.truncate(clean.trim_end().len());
            self.problem(
                "too-long",
                field,
                format!("longer than {} characters: the rest was cut off", limit.characters()),
            );
        }
        Some(clean)
    }

    /// As [`Reading::text`], of a text that says something else when it is cut: one that is too long is left out.
    pub(super) fn whole(&mut self, field: Path<'_>, limit: Limit, text: String) -> Option<String> {
        let clean = clean(text, limit.keeps_line_breaks());
        if clean.is_empty() {
            return None;
        }
        if clean.len() > limit.characters() {
            self.problem("too-long", field, format!("longer than {} bytes: left out", limit.characters()));
            return None;
        }
        Some(clean)
    }

    /// As [`Reading::text`], of a text that may be absent.
    pub(super) fn optional(&mut self, field: Path<'_>, limit: Limit, text: Option<String>) -> Option<String> {
        self.text(field, limit, text?)
    }

    /// At most `most` items; what is more is cut off and reported.
    pub(super) fn at_most<T>(&mut self, field: &str, most: usize, items: &mut Vec<T>) {
        if items.len() > most {
            items.truncate(most);
            self.problem("too-many", Path::Field(field), format!("more than {most}: the rest was left out"));
        }
    }

    /// Clean texts, each once (whatever its case), in their order.
    pub(super) fn list(&mut self, field: &str, limit: Limit, most: usize, texts: Vec<String>) -> Vec<String> {
        let mut kept = Vec::with_capacity(texts.len().min(most));
        let mut seen = HashSet::with_capacity(texts.len().min(most));
        for (index, text) in texts.into_iter().enumerate() {
            let Some(text) = self.text(Path::Item(field, index), limit, text) else { continue };
            if !seen.insert(lower_case(&text)) {
                continue;
            }
            kept.push(text);
            if kept.len() > most {
                break;
            }
        }
        self.at_most(field, most, &mut kept);
        kept
    }

    /// A text by language. Where two tags turn out to be one language, the longer text stays.
    pub(super) fn localized(&mut self, field: &str, limit: Limit, text: LocalizedText) -> LocalizedText {
        let mut by_language: BTreeMap<String, String> = BTreeMap::new();
        let mut texts: Vec<(String, String)> = text.0.into_iter().collect();
        if texts.len() > MOST_LANGUAGES {
            // Those that most people read, and what nobody said the language of, stay before any other.
            texts.sort_by_key(|(tag, _)| !is_common(tag));
            self.at_most(field, MOST_LANGUAGES, &mut texts);
        }
        for (tag, text) in texts {
            let language = self.language_tag(tag);
            let Some(text) = self.text(Path::Part(field, &language), limit, text) else { continue };
            match by_language.get(&language) {
                Some(other) if other.len() >= text.len() => {}
                _ => {
                    by_language.insert(language, text);
                }
            }
        }
        LocalizedText(by_language)
    }

    /// A language tag in lower case (BCP 47), ISO 639-1 where there is one; what is no tag counts as undetermined.
    pub(super) fn language_tag(&self, tag: String) -> String {
        if is_common(&tag) {
            return tag;
        }
        let tag = tag.trim().to_lowercase().replace('_', "-");
        let (language, _) = tag.split_once('-').unwrap_or((&tag, ""));
        let is_tag = tag.len() <= 35 && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if is_tag && language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return tag;
        }
        // Codes of three letters and names of languages.
        match self.vocabularies.language(&tag) {
            Some(code) => code.to_owned(),
            None if is_tag && language.len() == 3 && language.bytes().all(|byte| byte.is_ascii_lowercase()) => tag,
            None => UNDETERMINED.to_owned(),
        }
    }
}

/// Whether a tag is one of the languages that vocabularies are labelled in, or of none.
fn is_common(tag: &str) -> bool {
    matches!(tag, UNDETERMINED | "en" | "fr" | "es" | "ar")
}

/// The text in lower case, for comparison.
pub(super) fn lower_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}

/// Removes control characters and the marks that reorder what is shown after them; line breaks of every sort become `\n`,
/// or spaces where a text is one line. Most texts are clean already and stay as they are.
fn clean(mut text: String, keep_line_breaks: bool) -> String {
    let is_plain = |letter: char| {
        letter == '\n' && keep_line_breaks || !is_removed(letter) && !is_line_break(letter) && letter != '\t'
    };
    let is_clean = text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) || text.chars().all(is_plain);
    if !is_clean {
        let mut cleaned = String::with_capacity(text.len());
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            if letter == '\r' && letters.peek() == Some(&'\n') {
                continue;
            }
            if is_line_break(letter) {
                cleaned.push(if keep_line_breaks { '\n' } else { ' ' });
            } else if letter == '\t' {
                cleaned.push(' ');
            } else if !is_removed(letter) {
                cleaned.push(letter);
            }
        }
        text = cleaned;
    }
    let trimmed = text.trim();
    if trimmed.len() == text.len() { text } else { trimmed.to_owned() }
}

fn is_line_break(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Control characters, the byte order mark, and the embeddings and overrides of writing direction (UAX #9 §2), with which a
/// name can be made to look like another.
fn is_removed(letter: char) -> bool {
    letter.is_control() && !is_line_break(letter) && letter != '\t'
        || matches!(letter, '\u{feff}' | '\u{202a}'..='\u{202e}')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn control_characters_go_and_line_breaks_stay() {
        assert_eq!(clean("  a\0b\u{7}\r\nc\td\u{85}e\u{2028}f \n".to_owned(), true), "ab\nc d\ne\nf");
    }

    #[test]
    fn a_line_has_no_breaks() {
        assert_eq!(clean("a\r\nb\nc".to_owned(), false), "a b c");
    }

    #[test]
    fn marks_that_turn_the_writing_direction_go_and_arabic_stays() {
        assert_eq!(clean("\u{feff}invoice\u{202e}fdp.exe".to_owned(), false), "invoicefdp.exe");
        assert_eq!(clean("خريطة \u{200f}1".to_owned(), false), "خريطة \u{200f}1");
    }
}
