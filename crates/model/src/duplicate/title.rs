//! Titles as words, and how two of them relate.

use std::collections::BTreeSet;

use crate::vocabulary::fold;

/// Words of a title that are compared.
const MOST_WORDS: usize = 60;
/// Words that change nothing about what a title names. Single letters are none of them: zone A is not zone B.
const STOPWORDS: [&str; 34] = [
    "an", "and", "da", "data", "dataset", "datasets", "de", "del", "des", "do", "dos", "du", "el", "en", "et", "for",
    "from", "in", "la", "las", "le", "les", "los", "of", "on", "or", "para", "por", "pour", "sur", "the", "to", "und",
    "with",
];
/// Share of all words that two titles have in common if they overlap.
const OVERLAPPING: f64 = 0.6;

/// How two titles relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// The same words.
    Same,
    /// The same but for words that the rest of the records says: of the publisher or of the country.
    Alike,
    /// Most words are the same.
    Overlapping,
    /// Others.
    Unlike,
}

/// The words of a text that count, folded, in the singular, in their order.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(' ').filter(|word| !word.is_empty() && !STOPWORDS.contains(word));
    words.take(MOST_WORDS).map(|word| in_one_form(word).to_owned()).collect()
}

/// Without the plural's s, and numbers without leading zeros.
fn in_one_form(word: &str) -> &str {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = word.trim_start_matches('0');
        return if number.is_empty() { "0" } else { number };
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() >= 4 && !stem.ends_with('s') => stem,
        _ => word,
    }
}

/// The words with a digit, sorted: years, versions, numbers of reports.
pub(super) fn numbers(words: &[String]) -> Vec<&str> {
    let mut numbers: Vec<&str> = words.iter().map(String::as_str).filter(|word| is_number(word)).collect();
    numbers.sort_unstable();
    numbers
}

fn is_number(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// How titles of the same numbers relate, where words that are in `excused` may stand in one alone. Of the other words the
/// order counts, too: a sheet "north east, south west" is not the sheet "south west, north east".
pub(super) fn relation(left: &[String], right: &[String], excused: &BTreeSet<String>) -> Relation {
    let plain = |words: &[String], excused: &BTreeSet<String>| -> Vec<String> {
        words.iter().filter(|word| !is_number(word) && !excused.contains(*word)).cloned().collect()
    };
    if left.is_empty() || right.is_empty() {
        return Relation::Unlike;
    }
    if plain(left, &BTreeSet::new()) == plain(right, &BTreeSet::new()) {
        return Relation::Same;
    }
    // Where each says a word of its own, they say different things: "by state" is not "by country".
    let one_says_more = says_all(left, right, excused) || says_all(right, left, excused);
    let rest = plain(left, excused);
    if one_says_more && !rest.is_empty() && rest == plain(right, excused) {
        return Relation::Alike;
    }
    let left: BTreeSet<&String> = left.iter().collect();
    let right: BTreeSet<&String> = right.iter().collect();
    let share = left.intersection(&right).count() as f64 / left.union(&right).count() as f64;
    if share >= OVERLAPPING { Relation::Overlapping } else { Relation::Unlike }
}

/// Whether each excused word of `few` stands in `many` at least as often.
fn says_all(many: &[String], few: &[String], excused: &BTreeSet<String>) -> bool {
    let times = |words: &[String], wanted: &String| words.iter().filter(|word| *word == wanted).count();
    few.iter().filter(|word| excused.contains(*word)).all(|word| times(many, word) >= times(few, word))
}
