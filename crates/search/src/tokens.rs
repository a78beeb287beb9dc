//! How index, query and snippet take text apart into folded words.
//!
//! A word is a run of letters, digits and their marks, folded by [`cairn_model::vocabulary::fold`]. In scripts that are
//! written without spaces (Han, Kana, Thai, Lao, Burmese, Khmer) every letter is a word of its own, so that a word of
//! such a script is found as the phrase of its letters. Words longer than [`MAX_WORD`] letters are cut, alike on all sides.

use std::sync::LazyLock;

use cairn_model::vocabulary::{APOSTROPHE, fold};
use unicode_normalization::char::is_combining_mark;

/// Letters of a word that are kept.
pub(crate) const MAX_WORD: usize = 40;

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
        visit_parts(written, &mut folded, |part| visit(Some(part), &span));
    }
}

/// Calls `visit` with what stands between spaces and punctuation, as it is written.
pub(crate) fn visit_spans(text: &str, mut visit: impl FnMut(&str)) {
    let mut scanner = Scanner::new(text);
    while let Some(span) = scanner.next_span() {
        visit(&text[span.from..span.to]);
    }
}

/// Calls `visit` with the words that such a span comes to; `folded` is a place to write to.
pub(crate) fn visit_parts(written: &str, folded: &mut String, visit: impl FnMut(&str)) {
    fold_span(written, folded);
    folded.split(' ').filter(|part| !part.is_empty()).map(cut).for_each(visit);
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

/// What a character beyond ASCII is to words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It makes them. The letter that is written for an apostrophe does not.
    Letter,
    /// It belongs to the letter before it.
    Mark,
    /// It is not seen.
    Invisible,
    /// It parts them.
    Between,
}

impl Part {
    #[inline]
    fn of(letter: char) -> Self {
        OFTEN_MET.get(letter as usize).copied().unwrap_or_else(|| Self::looked_up(letter))
    }

    fn looked_up(letter: char) -> Self {
        if is_combining_mark(letter) {
            Self::Mark
        } else if is_invisible(letter) {
            Self::Invisible
        } else if letter.is_alphanumeric() && letter != APOSTROPHE {
            Self::Letter
        } else {
            Self::Between
        }
    }
}

/// Characters of Latin, Greek, Cyrillic, Hebrew and Arabic: looking one up in the tables of Unicode costs several times as much.
static OFTEN_MET: LazyLock<[Part; 0x800]> = LazyLock::new(|| {
    let mut letters = ('\0'..).map(Part::looked_up);
    std::array::from_fn(|_| letters.next().unwrap_or(Part::Between))
});

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
    pub(crate) unspaced: bool,
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
            let part = Part::of(letter);
            if part == Part::Between || (part == Part::Letter && (unspaced || is_unspaced(letter))) {
                break;
            }
            next += letter.len_utf8();
            if part != Part::Invisible {
                end = next;
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
            if Part::of(letter) == Part::Letter {
                return Some(next);
            }
            next += letter.len_utf8();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{folded_words, words};

    #[test]
    fn words_are_folded_and_parted_by_what_is_no_letter() {
        let cases: [(&str, &[&str]); 11] = [
            ("", &[]),
            ("--- … ///", &[]),
            ("Mine-Action, 2026", &["mine", "action", "2026"]),
            ("Sécurité l’eau", &["securite", "l", "eau"]),
            ("re\u{301}sume\u{301}", &["resume"]),
            ("مُحَافَظَة الأفـــق", &["محافظة", "الافق"]),
            ("wa\u{200f}ter \u{202e}food", &["water", "food"]),
            ("霍乱 data", &["霍", "乱", "data"]),
            ("½", &["1", "2"]),
            ("здоровʼя здоров'я", &["здоров", "я", "здоров", "я"]),
            ("Saʿada ʿAyn ʿ", &["saada", "ayn"]),
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
}
