//! Forms of words: what is the same word in another number, spelling or sentence, as far as that is sure without a grammar.
//!
//! Stems join far more (*protection* and *protected*), which finds texts and would make false names of concepts. Here only
//! what changes a name and leaves what it names is taken off: plurals, the cases of Russian, and what Arabic writes onto a word.

mod arabic;
mod english;

use std::borrow::Cow;

pub use self::arabic::{ARTICLE, without_article, without_proclitics, without_teh_marbuta};
pub use self::english::one_spelling;

/// Letters of a word from which on it is looked at for an ending.
const SHORTEST: usize = 5;
/// Letters that stay of it.
const LEFT: usize = 4;
/// Letters that stay where a last `e` is taken off: `plan` and `plane` are two words.
const LEFT_WITHOUT_E: usize = 5;

/// Endings of Russian nouns and adjectives, folded; the longest that leaves enough counts.
const RUSSIAN_ENDINGS: &[&str] = &[
    "иями", "ами", "ями", "ого", "его", "ому", "ему", "ыми", "ими", "иях", "ах", "ях", "ам", "ям", "ом", "ем", "ои",
    "еи", "ыи", "ии", "ых", "их", "ую", "юю", "ая", "яя", "ое", "ее", "ые", "ие", "ию", "ия", "ов", "ев", "а", "я",
    "о", "е", "ы", "и", "у", "ю", "ь",
];

/// What the forms of a folded word have in common. It is no word, and is compared with what it gives for another.
pub(super) fn common(word: &str) -> Cow<'_, str> {
    match word.chars().next() {
        Some('a'..='z') if word.len() >= SHORTEST && word.bytes().all(|byte| byte.is_ascii_lowercase()) => {
            match one_spelling(word) {
                Cow::Borrowed(word) => singular(word),
                Cow::Owned(word) => Cow::Owned(singular(&word).into_owned()),
            }
        }
        Some('\u{400}'..='\u{52f}') => Cow::Borrowed(without_ending(word)),
        Some('\u{621}'..='\u{64a}') => arabic::common(word),
        _ => Cow::Borrowed(word),
    }
}

/// A word of English, French or Spanish without the ending of its plural, and without the `e` before that: *écoles*, *mines* and
/// *hospitales* end alike.
fn singular(word: &str) -> Cow<'_, str> {
    if let Some(begin) =
        word.strip_suffix("ies").or_else(|| word.strip_suffix("ie")).filter(|begin| begin.len() >= LEFT)
    {
        return Cow::Owned(format!("{begin}y"));
    }
    if word.ends_with("eaux") {
        return Cow::Borrowed(&word[..word.len() - 1]);
    }
    if let Some(begin) = word.strip_suffix("aux").filter(|begin| begin.len() >= LEFT) {
        return Cow::Owned(format!("{begin}al"));
    }
    let one = match word.strip_suffix('s') {
        Some(one) if one.len() >= LEFT && !one.ends_with(['s', 'u', 'i']) => one,
        _ => word,
    };
    match one.strip_suffix('e') {
        // What ends in two is another word than what ends in one: refugee and refuge, returnee and return.
        Some(begin) if begin.len() >= LEFT_WITHOUT_E && !begin.ends_with('e') => Cow::Borrowed(begin),
        _ => Cow::Borrowed(one),
    }
}

fn without_ending(word: &str) -> &str {
    let begins = RUSSIAN_ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
    begins.filter(|begin| begin.chars().count() >= LEFT).min_by_key(|begin| begin.len()).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::super::fold;
    use super::{RUSSIAN_ENDINGS, common};

    fn are_one(left: &str, right: &str) -> bool {
        common(&fold(left)) == common(&fold(right))
    }

    #[test]
    fn a_word_and_its_plural_are_one() {
        for (left, right) in [
            ("école", "écoles"),
            ("escuela", "escuelas"),
            ("landmine", "landmines"),
            ("hospital", "hospitales"),
            ("hôpital", "hôpitaux"),
            ("inundación", "inundaciones"),
            ("mujer", "mujeres"),
            ("shelter", "shelters"),
            ("facility", "facilities"),
            ("maladie", "maladies"),
            ("centre", "centers"),
            ("organisation", "organizations"),
            ("Таджикистан", "Таджикистане"),
            ("Сирия", "Сирии"),
            ("Украина", "Украину"),
            ("المدارس", "مدارس"),
            ("والنازحين", "نازحون"),
            ("عيادة", "بالعيادات"),
            ("الصحة", "صحه"),
            ("عياده", "العيادات"),
        ] {
            assert!(are_one(left, right), "{left} {right}");
        }
    }

    #[test]
    fn words_that_only_begin_alike_stay_two() {
        for (left, right) in [
            ("refuge", "refugee"),
            ("return", "returnee"),
            ("protection", "protected"),
            ("arm", "arms"),
            ("new", "news"),
            ("plan", "plane"),
            ("camp", "campus"),
            ("мали", "мал"),
            ("مدرسة", "مدرسين"),
        ] {
            assert!(!are_one(left, right), "{left} {right}");
        }
    }

    #[test]
    fn endings_are_folded_as_words_are() {
        assert!(RUSSIAN_ENDINGS.iter().all(|ending| fold(ending) == *ending));
    }
}
