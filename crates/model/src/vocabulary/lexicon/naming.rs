//! Which texts count as names of a concept, and how they must be written to be one.

use super::words::{NO_NAMES, NO_PLACES, ONLY_IN_CAPITALS, ORDINARY_WORDS};
use super::{MOST_WORDS, fold, is_capitals};
use crate::vocabulary::forms::{self, ARTICLE};

/// Fewest letters of a name that counts in any case.
const FEWEST_LETTERS: usize = 3;

/// How a name must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// In any case.
    Plain,
    /// In capitals, as it is an acronym that is a word, too, or has two letters alone.
    InCapitals,
}

/// How a name of a term must be written to be found; `None` where it says too little to be one.
pub(super) fn manner_of(name: &str) -> Option<Manner> {
    let folded = fold(name);
    let letters = folded.chars().filter(|letter| letter.is_alphabetic()).count();
    if letters == 0 || folded.split(' ').count() > MOST_WORDS || NO_NAMES.contains(folded.as_str()) {
        return None;
    }
    // A digit makes no word of any language of a short name: 3W, U5.
    let is_short = letters < fewest_letters(&folded) && !folded.contains(|letter: char| letter.is_ascii_digit());
    if is_short || ONLY_IN_CAPITALS.contains(folded.as_str()) {
        return is_capitals(name).then_some(Manner::InCapitals);
    }
    Some(Manner::Plain)
}

/// Fewest letters of a name in its script. Chinese, Japanese and Korean write a name in two (苏丹), and Arabic some (إب).
fn fewest_letters(folded: &str) -> usize {
    let is_dense =
        |letter: char| matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
    if folded.chars().all(|letter| is_dense(letter) || is_arabic(letter)) { 2 } else { FEWEST_LETTERS }
}

/// Whether a letter is one of the Arabic script.
pub(super) fn is_arabic(letter: char) -> bool {
    matches!(letter, '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6d3}')
}

/// Whether a word is so short a one in Arabic that a text has it by chance: إب is a governorate, and أب a father.
pub(super) fn is_short_in_arabic(folded: &str) -> bool {
    folded.chars().all(is_arabic) && folded.chars().count() < FEWEST_LETTERS
}

/// Whether a name says what it names wherever it stands: not one word in capitals, as acronyms are, and no ordinary word.
pub(super) fn is_in_full(name: &str) -> bool {
    let folded = fold(name);
    !ORDINARY_WORDS.contains(folded.as_str()) && (!is_capitals(name) || folded.contains(' '))
}

/// Whether a name of a place says so much by itself that it names the place in a text.
pub(in crate::vocabulary) fn names_place(name: &str) -> bool {
    !NO_PLACES.contains(fold(name).as_str())
}

/// A name in Arabic without its article, and without any article; nothing where it has none.
pub(super) fn without_article(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let Some((bare, others)) = words.split_first().and_then(|(first, others)| Some((bare(first)?, others))) else {
        return Vec::new();
    };
    let others_bare = others.iter().map(|word| self::bare(word).unwrap_or(word));
    let all_bare: Vec<&str> = std::iter::once(bare).chain(others_bare).collect();
    let first_bare = [&[bare], others].concat();
    vec![first_bare.join(" "), all_bare.join(" ")]
}

/// A name of one word in Arabic with the article, where it has none.
pub(super) fn with_article(name: &str) -> Option<String> {
    let is_arabic = !name.is_empty() && name.chars().all(|letter| ('\u{621}'..='\u{652}').contains(&letter));
    (is_arabic && bare(name).is_none()).then(|| format!("{ARTICLE}{name}"))
}

/// What follows the article of a word that is not folded.
fn bare(word: &str) -> Option<&str> {
    forms::without_article(word, word)
}

/// What several people of a country are called where that is no form of what one is: *Iraqis*, *iraquíes*, *libaneses*.
pub(super) fn plural_of_people(name: &str) -> Option<String> {
    if name.ends_with('i') {
        return Some(format!("{name}s"));
    }
    let is_stressed = name.ends_with('í').then(|| format!("{name}es"));
    is_stressed.or_else(|| name.strip_suffix("és").map(|begin| format!("{begin}eses")))
}

/// The names of a cluster in a language with the words that say that it is one: people ask for the `food security cluster`.
pub(super) fn with_group_words(name: &str, language: &str) -> Vec<String> {
    let (before, after): (&[&str], &[&str]) = match language {
        "en" => (&[], &["cluster", "sector"]),
        "fr" => (&["cluster", "secteur"], &[]),
        "es" => (&["clúster", "sector"], &[]),
        "ar" => (&["قطاع"], &[]),
        _ => (&[], &[]),
    };
    let before = before.iter().map(|word| format!("{word} {name}"));
    before.chain(after.iter().map(|word| format!("{name} {word}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::{Manner, manner_of, with_article, without_article};

    #[test]
    fn acronyms_that_are_words_and_short_ones_count_in_capitals_alone() {
        let cases = [
            ("UXO", Some(Manner::Plain)),
            ("WHO", Some(Manner::InCapitals)),
            ("EO", Some(Manner::InCapitals)),
            ("Eo", None),
            ("3W", Some(Manner::Plain)),
            ("إب", Some(Manner::Plain)),
            ("苏丹", Some(Manner::Plain)),
            ("la", None),
            ("Host", None),
            ("2024", None),
            ("", None),
            ("Food security", Some(Manner::Plain)),
        ];
        for (name, expected) in cases {
            assert_eq!(manner_of(name), expected, "{name}");
        }
        assert_eq!(manner_of(&"word ".repeat(17)), None);
    }

    #[test]
    fn the_article_is_taken_and_given_and_a_hamza_is_none() {
        assert_eq!(without_article("الأمن الغذائي"), ["أمن الغذائي", "أمن غذائي"]);
        assert_eq!(without_article("النازحون"), ["نازحون", "نازحون"]);
        assert_eq!(without_article("ألغام أرضية"), Vec::<String>::new());
        assert_eq!(without_article("Food"), Vec::<String>::new());
        assert_eq!(with_article("ألغام").as_deref(), Some("الألغام"));
        assert_eq!(with_article("النازحون"), None);
        assert_eq!(with_article("نازحون داخليا"), None);
        assert_eq!(with_article("UXO"), None);
    }
}
