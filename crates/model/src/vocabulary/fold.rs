//! Folding: one spelling for words that people write in many ways.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Letters below this one are those of Latin, Greek, Cyrillic, Hebrew, Arabic and what lies between them.
const ALONE: usize = 0x800;

/// What a letter is folded to that is folded alike whatever stands around it.
#[derive(Debug, Clone, Copy)]
enum Alone {
    /// One letter.
    Letter(char),
    /// Nothing.
    Nothing,
    /// A gap between words.
    Gap,
    /// More than that: it must be looked up.
    Other,
}

/// By letter, for those that are most often met: looking one up in the tables of Unicode costs several times as much.
static FOLDED_ALONE: LazyLock<[Alone; ALONE]> = LazyLock::new(|| {
    let mut letters = ('\0'..).map(Alone::of);
    std::array::from_fn(|_| letters.next().unwrap_or(Alone::Other))
});

impl Alone {
    fn of(letter: char) -> Self {
        let between = fold_unicode(&format!("a{letter}a"), false);
        let mut folded = between.strip_prefix('a').and_then(|rest| rest.strip_suffix('a')).unwrap_or_default().chars();
        match (folded.next(), folded.next()) {
            (None, _) => Self::Nothing,
            (Some(' '), None) => Self::Gap,
            (Some(one), None) if !is_combining_mark(one) => Self::Letter(one),
            _ => Self::Other,
        }
    }
}

/// Folds text for comparison.
///
/// Compatibility forms are taken apart (Unicode NFKD), case and accents removed, and Latin letters that have no
/// decomposition (ß, æ, ø, ł ...) written in ASCII. Arabic loses tatweel and vowel signs, and the variants of alef, yeh,
/// waw and kaf become one letter each; teh marbuta stays. Digits of the Arabic scripts become ASCII. Every run of anything
/// but letters, digits and the vowel signs of other scripts becomes one space, with none at the ends.
///
/// Folding folded text changes nothing.
///
/// ```
/// use cairn_model::vocabulary::fold;
/// assert_eq!(fold("  Sécurité—ALIMENTAIRE (Œuvre)"), "securite alimentaire oeuvre");
/// assert_eq!(fold("مُنَظَّمة الأفـــق"), "منظمة الافق");
/// ```
pub fn fold(text: &str) -> String {
    if text.is_ascii() { fold_ascii(text) } else { fold_alone(text).unwrap_or_else(|| fold_unicode(text, false)) }
}

/// As [`fold()`], for ids and what is kept under them, which must stay as they once were: letters that are written for
/// apostrophes stay.
///
/// ```
/// use cairn_model::vocabulary::{fold, fold_for_id};
/// assert_eq!((fold("Saʿada"), fold_for_id("Saʿada")), ("saada".to_owned(), "saʿada".to_owned()));
/// ```
pub fn fold_for_id(text: &str) -> String {
    if text.is_ascii() { fold_ascii(text) } else { fold_unicode(text, true) }
}

/// Most text is ASCII, and needs no tables.
fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    push_ascii(text, &mut folded, &mut false);
    folded
}

/// Folds a text of which every letter is folded alike whatever stands around it; none where one is not.
fn fold_alone(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for letter in text.chars() {
        match FOLDED_ALONE.get(letter as usize)? {
            Alone::Letter(plain) => {
                push_gap(&mut folded, &mut gap);
                folded.push(*plain);
            }
            Alone::Nothing => {}
            Alone::Gap => gap = true,
            Alone::Other => return None,
        }
    }
    Some(folded)
}

fn fold_unicode(text: &str, keeps_apostrophes: bool) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    let mut rest = text;
    // No letter of ASCII is taken apart, and none is put in another order with what follows it.
    while !rest.is_empty() {
        let plain = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        push_ascii(&rest[..plain], &mut folded, &mut gap);
        let others = rest[plain..].find(|letter: char| letter.is_ascii()).map_or(rest.len(), |end| plain + end);
        for letter in rest[plain..others].nfkd().flat_map(char::to_lowercase) {
            let is_kept = keeps_apostrophes && is_apostrophe(letter);
            if (is_ignorable(letter) || is_accent(letter)) && !is_kept {
                continue;
            }
            if !letter.is_alphanumeric() && !is_combining_mark(letter) || letter == APOSTROPHE && !is_kept {
                gap = true;
                continue;
            }
            push_gap(&mut folded, &mut gap);
            push_plain(letter, &mut folded);
        }
        rest = &rest[others..];
    }
    // Syllables that were taken apart (Hangul, Indic vowels) are put together again.
    if is_nfc_quick(folded.chars()) == IsNormalized::Yes { folded } else { folded.nfc().collect() }
}

/// Writes letters of ASCII in small; what stands between them becomes a gap.
fn push_ascii(text: &str, folded: &mut String, gap: &mut bool) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            push_gap(folded, gap);
            folded.push(char::from(byte.to_ascii_lowercase()));
        } else {
            *gap = true;
        }
    }
}

fn push_gap(folded: &mut String, gap: &mut bool) {
    if std::mem::take(gap) && !folded.is_empty() {
        folded.push(' ');
    }
}

/// The letter that is written for an apostrophe (`здоровʼя`): it parts words as that does.
pub const APOSTROPHE: char = '\u{2bc}';

/// Letters that are written for an apostrophe, or by which Latin letters write ayn, hamza and the glottal stop (`Saʿada`,
/// `Hawaiʻi`).
fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\u{2bb}' | '\u{2bc}' | '\u{2be}' | '\u{2bf}')
}

/// Characters that are not seen: tatweel, joiners, direction marks, variation selectors, soft hyphen; and the signs of ayn, hamza
/// and the glottal stop in Latin letters, which most leave out.
fn is_ignorable(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{2bb}' | '\u{2be}' | '\u{2bf}' | '\u{61c}' | '\u{640}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Accents and vowel signs of the scripts that are read without them. The vowel signs of Indic, Burmese, Khmer and Thai
/// script are not among them, because words differ by them.
fn is_accent(letter: char) -> bool {
    matches!(
        letter,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
            | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
            | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
            | '\u{8ca}'..='\u{8e1}' | '\u{8e3}'..='\u{8ff}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Writes a lower-case letter without accent in its plain spelling.
fn push_plain(letter: char, folded: &mut String) {
    match letter {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        'ø' | 'ɔ' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' | 'ð' | 'ɗ' | 'ɖ' => folded.push('d'),
        'ħ' => folded.push('h'),
        'ı' | 'ɨ' => folded.push('i'),
        'ə' | 'ɛ' | 'ǝ' => folded.push('e'),
        'ŋ' | 'ɲ' => folded.push('n'),
        'ɓ' => folded.push('b'),
        'ƙ' => folded.push('k'),
        'ƴ' => folded.push('y'),
        'ŧ' => folded.push('t'),
        'ς' => folded.push('σ'),
        'ٱ' => folded.push('ا'),
        'ى' | 'ی' => folded.push('ي'),
        'ک' => folded.push('ك'),
        '٠'..='٩' => push_digit(letter, '٠', folded),
        '۰'..='۹' => push_digit(letter, '۰', folded),
        other => folded.push(other),
    }
}

fn push_digit(digit: char, zero: char, folded: &mut String) {
    let value = u32::from(digit) - u32::from(zero);
    folded.extend(char::from_digit(value, 10));
}

#[cfg(test)]
mod tests {
    use super::fold;
    use proptest::prelude::{any, proptest};

    #[test]
    fn words_are_folded_to_one_spelling_in_every_script() {
        let cases = [
            ("", ""),
            ("  ", ""),
            ("WASH", "wash"),
            ("Eau, Hygiène & Assainissement", "eau hygiene assainissement"),
            ("l’enfance / l'enfance", "l enfance l enfance"),
            ("Ærøskøbing Œuvre Straße Łódź Þingeyri", "aeroskobing oeuvre strasse lodz thingeyri"),
            ("İstanbul Diyarbakır", "istanbul diyarbakir"),
            ("Ɓauchi Haɗejia Ƙano", "bauchi hadejia kano"),
            ("TLP:AMBER+STRICT", "tlp amber strict"),
            ("ＣＳＶ ﬁle №5", "csv file no5"),
            ("أإآٱا", "ااااا"),
            ("مستشفى", "مستشفي"),
            ("مسؤول شئون", "مسوول شيون"),
            ("مـــدرسة", "مدرسة"),
            ("مُحَافَظَة", "محافظة"),
            ("٢٠٢٦ ۱۴۰۵", "2026 1405"),
            ("Безопасность ЁЖ Й", "безопасность еж и"),
            ("ΟΔΟΣ οδος", "οδοσ οδοσ"),
            ("नेपाल", "नेपाल"),
            ("မြန်မာ", "မြန်မာ"),
            ("한국", "한국"),
            ("叙利亚", "叙利亚"),
            ("здоров'я здоровʼя", "здоров я здоров я"),
            ("Saʿada Taʾizz Hawaiʻi", "saada taizz hawaii"),
            ("soft\u{ad}hyphen \u{200f}mark", "softhyphen mark"),
        ];
        for (text, expected) in cases {
            assert_eq!(fold(text), expected, "{text}");
        }
    }

    #[test]
    fn both_ways_of_folding_agree_on_ascii() {
        let every: String = (0..128_u8).map(char::from).collect();
        for text in [every.as_str(), "Water, Sanitation & Hygiene", " -a- "] {
            assert_eq!(super::fold_ascii(text), super::fold_unicode(text, false));
            assert_eq!(super::fold_alone(text).as_deref(), Some(super::fold_unicode(text, false).as_str()));
        }
    }

    #[test]
    fn letters_that_are_often_met_are_folded_alone_and_as_all_are() {
        for text in ["Sécurité", "Здоров'я Ё", "محافظة إدلب", "مُحَافَظَة الأفـــق", "٢٠٢٦", "l’eau"]
        {
            let alone = super::fold_alone(text);
            assert_eq!(alone.is_some(), !text.contains('’'), "{text}");
            assert!(alone.is_none_or(|alone| alone == super::fold_unicode(text, false)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_folded_letter_by_letter_is_folded_as_a_whole(text in "[\u{0}-\u{7ff}]{0,12}") {
            if let Some(alone) = super::fold_alone(&text) {
                assert_eq!(alone, super::fold_unicode(&text, false));
            }
        }

        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let folded = fold(&text);
            assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn folded_text_has_single_spaces_and_none_at_the_ends(text in "\\PC{0,40}") {
            let folded = fold(&text);
            assert_eq!(folded.split_whitespace().collect::<Vec<_>>().join(" "), folded);
        }
    }
}
