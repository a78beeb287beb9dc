//! The texts of a record taken apart, once for all fields that hold their words or stems.
//!
//! Four fields hold the words of a title: as they are written, of everything and of titles alone, and their stems, likewise.
//! Each word is folded and brought to its stem once, and what words came to is remembered, because most words of a text are
//! among a few thousand. The index is handed the result, each token ended by [`END`], and has only to part it.

use cairn_model::vocabulary::{KnownWords, Remembered};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::languages::TextLanguage;
use crate::schema::{ALL, STEM_FIELDS, TITLE};
use crate::tokens::{visit_parts, visit_spans};

/// Name under which the analyser of what was taken apart stands in the schema.
pub(crate) const TAKEN_APART: &str = "taken-apart";

/// Ends a token. An empty token is a gap, over which no phrase reaches.
const END: char = '\0';

/// Takes the texts of records apart, one record after the other.
#[derive(Default)]
pub(crate) struct Analyser {
    known: Remembered<Known>,
    folded: String,
    /// What words came to in which names of concepts are looked for.
    pub(crate) names: KnownWords,
    /// The words of everything that the record says.
    pub(crate) words: String,
    /// The words of its titles.
    pub(crate) title: String,
    /// The stems of its texts by field.
    pub(crate) stems: [String; STEM_FIELDS],
}

/// What a word comes to.
struct Known {
    /// The word, folded; several, where one character stands for more ("½").
    folded: Box<str>,
    /// Its stems in the languages in which it was met.
    stems: Vec<(TextLanguage, Box<str>)>,
}

impl Analyser {
    /// Forgets the record that was read last.
    pub(crate) fn begin(&mut self) {
        self.words.clear();
        self.title.clear();
        self.stems.iter_mut().for_each(String::clear);
    }

    /// Takes a text of the record apart, which is in a language and belongs to a field of stems.
    pub(crate) fn read(&mut self, field: usize, language: impl Into<TextLanguage>, text: &str) {
        let language = language.into();
        let Self { known, folded, words, title, stems, names: _ } = self;
        words.push(END);
        if field == TITLE {
            title.push(END);
        }
        visit_spans(text, |written| {
            let word = known.of(written, || Known::of(written, folded));
            words.push_str(&word.folded);
            if field == TITLE {
                title.push_str(&word.folded);
            }
            let stem = word.stem(language, written);
            stems[ALL].push_str(stem);
            if field != ALL {
                stems[field].push_str(stem);
            }
        });
    }
}

impl Known {
    fn of(written: &str, buffer: &mut String) -> Self {
        let mut folded = String::with_capacity(written.len() + 1);
        visit_parts(written, buffer, |part| {
            folded.push_str(part);
            folded.push(END);
        });
        Self { folded: folded.into(), stems: Vec::new() }
    }

    /// The stem in a language, or the stems where it comes to several words.
    fn stem(&mut self, language: TextLanguage, written: &str) -> &str {
        let place = self.stems.iter().position(|(of, _)| *of == language).unwrap_or_else(|| {
            let mut stems = String::with_capacity(self.folded.len() + 1);
            for part in self.folded.split_terminator(END) {
                stems.push_str(&language.stem(part, written));
                stems.push(END);
            }
            self.stems.push((language, stems.into()));
            self.stems.len() - 1
        });
        &self.stems[place].1
    }
}

/// The analyser that parts what was taken apart, as tantivy takes it.
pub(crate) fn taken_apart() -> TextAnalyzer {
    TextAnalyzer::from(TakenApart::default())
}

#[derive(Clone, Default)]
struct TakenApart {
    token: Token,
}

struct Tokens<'a> {
    rest: std::str::SplitTerminator<'a, char>,
    token: &'a mut Token,
}

impl Tokenizer for TakenApart {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        self.token.reset();
        Tokens { rest: text.split_terminator(END), token: &mut self.token }
    }
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        for text in self.rest.by_ref() {
            self.token.position = self.token.position.wrapping_add(1);
            if !text.is_empty() {
                self.token.text.clear();
                self.token.text.push_str(text);
                return true;
            }
        }
        false
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
    use crate::language::Language;
    use proptest::prelude::{any, proptest};

    use super::*;
    use crate::language::stems_of;
    use crate::schema::{ATTRIBUTES, KEYWORDS};
    use crate::tokens::{folded_words, visit_words};

    /// The tokens of a field and their positions.
    fn tokens(text: &str) -> Vec<(String, usize)> {
        let mut analyser = taken_apart();
        let mut stream = analyser.token_stream(text);
        let mut tokens = Vec::new();
        stream.process(&mut |token| tokens.push((token.text.clone(), token.position)));
        tokens
    }

    fn texts(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn every_field_has_its_words_and_the_next_record_none_of_them() {
        let mut analyser = Analyser::default();
        for _ in 0..2 {
            analyser.begin();
            analyser.read(TITLE, Language::English, "Repaired wells");
            analyser.read(KEYWORDS, Language::French, "puits");
            analyser.read(ATTRIBUTES, Language::Other, "YEM");
            analyser.read(ALL, Language::English, "Of ½ the wells");
            assert_eq!(texts(&analyser.words), ["repaired", "wells", "puits", "yem", "of", "1", "2", "the", "wells"]);
            assert_eq!(texts(&analyser.title), ["repaired", "wells"]);
            let stem = |language: Language, word: &str| language.stem(word, word);
            let wells = stem(Language::English, "well");
            assert_eq!(texts(&analyser.stems[TITLE]), [stem(Language::English, "repair"), wells.clone()]);
            assert_eq!(texts(&analyser.stems[KEYWORDS]), [stem(Language::French, "puits")]);
            assert_eq!(texts(&analyser.stems[ATTRIBUTES]), [stem(Language::Other, "yem")]);
            let all = texts(&analyser.stems[ALL]);
            assert_eq!(all.len(), 9);
            assert_eq!(all.last(), Some(&wells));
        }
    }

    #[test]
    fn no_phrase_reaches_from_one_text_into_the_next() {
        let mut analyser = Analyser::default();
        analyser.read(ALL, Language::English, "clean water");
        analyser.read(ALL, Language::English, "points");
        let positions: Vec<usize> = tokens(&analyser.words).into_iter().map(|(_, position)| position).collect();
        assert_eq!(positions[1], positions[0] + 1);
        assert!(positions[2] > positions[1] + 1, "{positions:?}");
    }

    #[test]
    fn a_word_is_remembered_by_language_and_as_it_is_written() {
        let mut analyser = Analyser::default();
        for language in [Language::English, Language::French, Language::English] {
            analyser.read(ALL, language, "Employées");
        }
        let stems = texts(&analyser.stems[ALL]);
        assert_eq!(stems[0], stems[2]);
        assert_ne!(stems[0], stems[1]);
    }

    proptest! {
        #[test]
        fn index_and_query_take_a_text_apart_alike(text in any::<String>()) {
            let mut analyser = Analyser::default();
            analyser.read(ALL, Language::Other, &text);
            assert_eq!(texts(&analyser.words), folded_words(&text));
            let mut expected = Vec::new();
            visit_words(&text, |word, span| expected.push((word.to_owned(), text[span.from..span.to].to_owned())));
            for (stem, (word, written)) in texts(&analyser.stems[ALL]).iter().zip(expected) {
                assert!(stems_of(&word, &written).contains(stem));
            }
        }
    }
}
