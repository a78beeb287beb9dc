//! The analysers: how index, query and snippet take text apart into folded words, and into their stems.
//!
//! A word is a run of letters, digits and their marks, folded by [`cairn_model::vocabulary::fold`]. In scripts that are
//! written without spaces (Han, Kana, Thai, Lao, Burmese, Khmer) every letter is a word of its own, so that a word of
//! such a script is found as the phrase of its letters. Words longer than [`MAX_WORD`] letters are cut, alike on all sides.

use cairn_model::vocabulary::fold;
use rustc_hash::FxHashMap;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use unicode_normalization::char::is_combining_mark;

use crate::language::Language;

/// Name under which the analyser of words stands in the schema.
pub(crate) const FOLDED: &str = "folded";
/// Name under which the analyser of stems stands in the schema. Its texts begin with the mark of their language.
pub(crate) const STEMMED: &str = "stemmed";

/// Stems of a language that an analyser remembers.
const MOST_KNOWN: usize = 20_000;
/// Letters of a word that are kept.
pub(crate) const MAX_WORD: usize = 40;

/// The analyser of words as tantivy takes it.
pub(crate) fn folded() -> TextAnalyzer {
    TextAnalyzer::from(Folded::default())
}

/// The analyser of stems as tantivy takes it.
pub(crate) fn stemmed() -> TextAnalyzer {
    TextAnalyzer::from(Stemmed::default())
}

/// A text as the analyser of stems takes it.
pub(crate) fn marked(language: Language, text: &str) -> String {
    let mut marked = String::with_capacity(1 + text.len());
    marked.push(language.mark());
    marked.push_str(text);
    marked
}

/// A folded word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The word, folded.
    pub(crate) text: String,
    /// Whether it continues the one before without a space, in a script that has none.
    pub(crate) continues: bool,
}

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut end_of_letter = None;
    visit_words(text, |word, span| {
        let continues = span.unspaced && end_of_letter == Some(span.from);
        end_of_letter = span.unspaced.then_some(span.to);
        words.push(Word { text: word.to_owned(), continues });
    });
    words
}

/// Calls `visit` with every word of a text and where it stands.
pub(crate) fn visit_words(text: &str, mut visit: impl FnMut(&str, &Span)) {
    visit_words_that(text, |_| true, |word, span| visit(word.unwrap_or_default(), span));
}

/// As [`visit_words`], but folds only the words that are `wanted` as they are written.
pub(crate) fn visit_words_that(text: &str, wanted: impl Fn(&str) -> bool, mut visit: impl FnMut(Option<&str>, &Span)) {
    let mut scanner = Scanner::new(text);
    let mut folded = String::new();
    while let Some(span) = scanner.next_span() {
        let written = &text[span.from..span.to];
        if !wanted(written) {
            visit(None, &span);
            continue;
        }
        fold_span(written, &mut folded);
        for part in folded.split(' ').filter(|part| !part.is_empty()) {
            visit(Some(cut(part)), &span);
        }
    }
}

/// The words of a text without their places.
pub(crate) fn folded_words(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.text).collect()
}

/// Whether a character is not seen: joiners, direction marks, soft hyphen. It neither parts nor makes words.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Scripts that are written without spaces between words.
fn is_unspaced(letter: char) -> bool {
    matches!(
        letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{3007}'
            | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
            | '\u{20000}'..='\u{323af}'
    )
}

fn cut(word: &str) -> &str {
    if word.len() <= MAX_WORD {
        return word;
    }
    word.char_indices().nth(MAX_WORD).map_or(word, |(end, _)| &word[..end])
}

/// Folds one span into `folded`; plain ASCII, which most text is, without the Unicode tables.
fn fold_span(written: &str, folded: &mut String) {
    folded.clear();
    if written.is_ascii() {
        folded.push_str(written);
        folded.make_ascii_lowercase();
        return;
    }
    if written.contains(is_invisible) {
        let visible: String = written.chars().filter(|letter| !is_invisible(*letter)).collect();
        folded.push_str(&fold(&visible));
    } else {
        folded.push_str(&fold(written));
    }
}

/// Where a word stands in a text.
pub(crate) struct Span {
    /// First byte.
    pub(crate) from: usize,
    /// The byte after the last.
    pub(crate) to: usize,
    /// Whether it is one letter of a script without spaces.
    unspaced: bool,
}

/// Walks over a text from word to word, once.
struct Scanner<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    fn next_span(&mut self) -> Option<Span> {
        let from = self.find_start()?;
        let first = self.text[from..].chars().next()?;
        let unspaced = is_unspaced(first);
        let mut end = from + first.len_utf8();
        let mut next = end;
        let bytes = self.text.as_bytes();
        while next < bytes.len() {
            if bytes[next].is_ascii() {
                if unspaced || !bytes[next].is_ascii_alphanumeric() {
                    break;
                }
                next += 1;
                end = next;
                continue;
            }
            let Some(letter) = self.text[next..].chars().next() else { break };
            if is_combining_mark(letter) {
                next += letter.len_utf8();
                end = next;
            } else if is_invisible(letter) {
                next += letter.len_utf8();
            } else if !unspaced && letter.is_alphanumeric() && !is_unspaced(letter) {
                next += letter.len_utf8();
                end = next;
            } else {
                break;
            }
        }
        self.position = next;
        Some(Span { from, to: end, unspaced })
    }

    fn find_start(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut next = self.position;
        while next < bytes.len() {
            if bytes[next].is_ascii() {
                if bytes[next].is_ascii_alphanumeric() {
                    return Some(next);
                }
                next += 1;
                continue;
            }
            let letter = self.text[next..].chars().next()?;
            if letter.is_alphanumeric() {
                return Some(next);
            }
            next += letter.len_utf8();
        }
        None
    }
}

/// The analyser of words behind tantivy's interface.
#[derive(Clone, Default)]
struct Folded {
    token: Token,
    folded: String,
}

/// The analyser of stems behind tantivy's interface.
#[derive(Clone, Default)]
struct Stemmed {
    words: Folded,
    known: [KnownStems; Language::COUNT],
}

/// The stems of words of a language that were met, as they are written: most words of a text are among a few thousand.
type KnownStems = FxHashMap<Box<str>, Box<str>>;

struct FoldedStream<'a> {
    scanner: Scanner<'a>,
    /// The language whose stems are given instead of the words, and those that are known.
    stems: Option<(Language, &'a mut KnownStems)>,
    token: &'a mut Token,
    folded: &'a mut String,
    // Bytes of `folded` that were given out; a span can fold to several words ("½" to "1" and "2").
    given: usize,
}

impl Tokenizer for Folded {
    type TokenStream<'a> = FoldedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FoldedStream<'a> {
        self.stream(text, None)
    }
}

impl Folded {
    fn stream<'a>(&'a mut self, text: &'a str, stems: Option<(Language, &'a mut KnownStems)>) -> FoldedStream<'a> {
        self.token.reset();
        self.folded.clear();
        FoldedStream { scanner: Scanner::new(text), stems, token: &mut self.token, folded: &mut self.folded, given: 0 }
    }
}

impl Tokenizer for Stemmed {
    type TokenStream<'a> = FoldedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FoldedStream<'a> {
        let (language, text) = Language::take_mark(text);
        let known = &mut self.known[language.place()];
        self.words.stream(text, Some((language, known)))
    }
}

impl FoldedStream<'_> {
    /// Gives the next word of the folded span out, or its stem; whether there was one.
    fn give_part(&mut self) -> bool {
        let rest = &self.folded[self.given..];
        let trimmed = rest.trim_start_matches(' ');
        if trimmed.is_empty() {
            return false;
        }
        let part = trimmed.split(' ').next().unwrap_or(trimmed);
        self.given += rest.len() - trimmed.len() + part.len();
        match &mut self.stems {
            None => give(self.token, cut(part)),
            Some((language, known)) => {
                let written = &self.scanner.text[self.token.offset_from..self.token.offset_to];
                let stem = language.stem(cut(part), written);
                give(self.token, &stem);
                // A span of several words has no one stem.
                if part.len() == self.folded.len() {
                    if known.len() >= MOST_KNOWN {
                        known.clear();
                    }
                    known.insert(written.into(), stem.into());
                }
            }
        }
        true
    }
}

/// Makes a token of the next word.
fn give(token: &mut Token, word: &str) {
    token.text.clear();
    token.text.push_str(word);
    token.position = token.position.wrapping_add(1);
}

impl TokenStream for FoldedStream<'_> {
    fn advance(&mut self) -> bool {
        while !self.give_part() {
            let Some(span) = self.scanner.next_span() else { return false };
            self.token.offset_from = span.from;
            self.token.offset_to = span.to;
            let written = &self.scanner.text[span.from..span.to];
            self.folded.clear();
            self.given = 0;
            if let Some(stem) = self.stems.as_ref().and_then(|(_, known)| known.get(written)) {
                give(self.token, stem);
                return true;
            }
            fold_span(written, self.folded);
        }
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{folded, folded_words, visit_words, words};

    #[test]
    fn words_are_folded_and_parted_by_what_is_no_letter() {
        let cases: [(&str, &[&str]); 9] = [
            ("", &[]),
            ("--- … ///", &[]),
            ("Mine-Action, 2026", &["mine", "action", "2026"]),
            ("Sécurité l’eau", &["securite", "l", "eau"]),
            ("re\u{301}sume\u{301}", &["resume"]),
            ("مُحَافَظَة الأفـــق", &["محافظة", "الافق"]),
            ("wa\u{200f}ter \u{202e}food", &["water", "food"]),
            ("霍乱 data", &["霍", "乱", "data"]),
            ("½", &["1", "2"]),
        ];
        for (text, expected) in cases {
            assert_eq!(folded_words(text), expected, "{text:?}");
        }
    }

    #[test]
    fn letters_of_an_unspaced_script_continue_each_other() {
        let continues: Vec<bool> = words("霍乱 乱ab").iter().map(|word| word.continues).collect();
        assert_eq!(continues, [false, true, false, false]);
    }

    #[test]
    fn a_long_word_is_cut() {
        assert_eq!(folded_words(&"a".repeat(100_000)), ["a".repeat(40)]);
        assert_eq!(folded_words(&"é".repeat(41)), ["e".repeat(40)]);
    }

    proptest! {
        #[test]
        fn index_and_query_take_a_text_apart_alike(text in any::<String>()) {
            let mut analyser = folded();
            let mut stream = analyser.token_stream(&text);
            let mut indexed = Vec::new();
            while stream.advance() {
                let token = stream.token();
                indexed.push((token.text.clone(), token.offset_from, token.offset_to));
            }
            let mut queried = Vec::new();
            visit_words(&text, |word, span| queried.push((word.to_owned(), span.from, span.to)));
            assert_eq!(indexed, queried);
        }
    }
}
