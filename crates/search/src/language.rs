//! Languages of texts, and the stems of their words.
//!
//! Words are brought to their stems so that `clinics` finds *clinic*, by the rules of the language of the text: declared,
//! else detected. Whoever asks says no language, so a word of a query has one stem for each language of its script.

use std::borrow::Cow;
use std::sync::OnceLock;

use cairn_model::text::UNDETERMINED;
use cairn_model::vocabulary::{ARTICLE, fold, one_spelling, without_article, without_proclitics};
use frostem::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};
use whatlang::{Detector, Lang, Script};

/// Letters of a text from which on its language can be told.
const TELLING: usize = 20;
/// Bytes of a text by which its language is told; more says no more.
const LOOKED_AT: usize = 300;
/// Languages that are told apart: those with rules, and others that would be taken for them.
const TOLD_APART: [Lang; 14] = [
    Lang::Ara,
    Lang::Deu,
    Lang::Eng,
    Lang::Fra,
    Lang::Ind,
    Lang::Ita,
    Lang::Nld,
    Lang::Pes,
    Lang::Por,
    Lang::Rus,
    Lang::Spa,
    Lang::Tur,
    Lang::Ukr,
    Lang::Urd,
];
/// Words that stand in no other language as they do in English: three of them, and nobody need look closer.
const ENGLISH: [&str; 10] = ["the", "of", "and", "with", "from", "which", "this", "that", "are", "by"];
/// How many of them are enough.
const ENOUGH: usize = 3;
/// Longest word that is brought to its stem, bytes. What is longer is an address or a code.
const LONGEST: usize = 60;

/// A language with rules for stems, or none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Language {
    /// Arabic.
    #[serde(rename = "ar")]
    Arabic,
    /// English.
    #[serde(rename = "en")]
    English,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Portuguese.
    #[serde(rename = "pt")]
    Portuguese,
    /// Russian.
    #[serde(rename = "ru")]
    Russian,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// Ukrainian.
    #[serde(rename = "uk")]
    Ukrainian,
    /// Any other: its words stay as they are.
    #[serde(rename = "-")]
    Other,
}

impl Language {
    /// How many there are.
    pub(crate) const COUNT: usize = 8;
    /// Every language, in the order of [`Language::mark`].
    const ALL: [Self; Self::COUNT] = [
        Self::Arabic,
        Self::English,
        Self::French,
        Self::Portuguese,
        Self::Russian,
        Self::Spanish,
        Self::Ukrainian,
        Self::Other,
    ];

    /// The language of a text: as its tag (BCP 47) says, else as it looks.
    pub(crate) fn of(tag: &str, text: &str) -> Self {
        if tag == UNDETERMINED { Self::detected(text) } else { Self::tagged(tag) }
    }

    fn tagged(tag: &str) -> Self {
        match tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase().as_str() {
            "ar" | "ara" => Self::Arabic,
            "en" | "eng" => Self::English,
            "fr" | "fra" | "fre" => Self::French,
            "pt" | "por" => Self::Portuguese,
            "ru" | "rus" => Self::Russian,
            "es" | "spa" => Self::Spanish,
            "uk" | "ukr" => Self::Ukrainian,
            _ => Self::Other,
        }
    }

    /// The language that a text looks to be in. Where that is not sure, the one in which most texts of its script are.
    pub(crate) fn detected(text: &str) -> Self {
        static DETECTOR: OnceLock<Detector> = OnceLock::new();
        let head = &text[..text.floor_char_boundary(LOOKED_AT)];
        let english = head.split_ascii_whitespace().filter(|word| ENGLISH.contains(word));
        if english.take(ENOUGH).count() == ENOUGH {
            return Self::English;
        }
        let detector = DETECTOR.get_or_init(|| Detector::with_allowlist(TOLD_APART.to_vec()));
        let Some(info) = detector.detect(head) else { return Self::Other };
        if info.is_reliable() && head.chars().filter(|letter| letter.is_alphabetic()).nth(TELLING - 1).is_some() {
            return match info.lang() {
                Lang::Ara => Self::Arabic,
                Lang::Eng => Self::English,
                Lang::Fra => Self::French,
                Lang::Por => Self::Portuguese,
                Lang::Rus => Self::Russian,
                Lang::Spa => Self::Spanish,
                Lang::Ukr => Self::Ukrainian,
                _ => Self::Other,
            };
        }
        match info.script() {
            Script::Latin => Self::English,
            Script::Arabic => Self::Arabic,
            Script::Cyrillic => Self::Russian,
            _ => Self::Other,
        }
    }

    /// The languages in which a word can be, by its letters. A code or an address is in none of them.
    pub(crate) fn possible(word: &str) -> &'static [Self] {
        if word.len() > LONGEST || word.bytes().any(|byte| byte.is_ascii_digit()) {
            return &[Self::Other];
        }
        match word.chars().next() {
            Some('a'..='z') => &[Self::English, Self::French, Self::Spanish, Self::Portuguese, Self::Other],
            Some('\u{400}'..='\u{52f}') => &[Self::Russian, Self::Ukrainian, Self::Other],
            Some('\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}') => &[Self::Arabic, Self::Other],
            _ => &[Self::Other],
        }
    }

    fn algorithm(self) -> Option<Algorithm> {
        Some(match self {
            Self::Arabic => Algorithm::Arabic,
            Self::English => Algorithm::English,
            Self::French => Algorithm::French,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Russian => Algorithm::Russian,
            Self::Spanish => Algorithm::Spanish,
            Self::Ukrainian | Self::Other => return None,
        })
    }

    /// The place of the language among all.
    pub(crate) fn place(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).unwrap_or(Self::COUNT - 1)
    }

    /// The letter that says before a stem by the rules of which language it was made.
    pub(crate) fn mark(self) -> char {
        u32::try_from(self.place()).ok().and_then(|at| char::from_u32(u32::from('a') + at)).unwrap_or('h')
    }

    /// The language at a [place](Language::place).
    pub(crate) fn at(place: usize) -> Option<Self> {
        Self::ALL.get(place).copied()
    }

    /// The stem of a word in a text of this language, marked with the language whose rules made it: `employees` and French
    /// `employés` have one stem and are two words. `folded` is the word as the search compares it, `written` as it stands in
    /// the text: Cyrillic loses letters that the rules need when it is folded.
    pub(crate) fn stem(self, folded: &str, written: &str) -> String {
        let language = if Self::possible(folded).contains(&self) { self } else { Self::Other };
        let stem = match language {
            Self::Russian => Cow::Owned(fold(&Stemmer::new(Algorithm::Russian).stem(&written.to_lowercase()))),
            Self::Ukrainian => Cow::Borrowed(without_ending(folded)),
            Self::Arabic => Cow::Owned(stem_of_noun(noun_of(folded, written).as_ref())),
            Self::English => match one_spelling(folded) {
                Cow::Borrowed(word) => by_rules(language, Algorithm::English, word),
                Cow::Owned(word) => Cow::Owned(by_rules(language, Algorithm::English, &word).into_owned()),
            },
            _ => language.algorithm().map_or(Cow::Borrowed(folded), |algorithm| by_rules(language, algorithm, folded)),
        };
        let mut marked = String::with_capacity(1 + stem.len());
        marked.push(language.mark());
        marked.push_str(&stem);
        marked
    }
}

/// The stems that a word can have, by the languages in which it can be.
pub(crate) fn stems_of(folded: &str, written: &str) -> Vec<String> {
    let languages = Language::possible(folded);
    let mut stems: Vec<String> = languages.iter().map(|language| language.stem(folded, written)).collect();
    if languages.contains(&Language::Arabic) {
        // What looks like "and" or an article before the word can be letters of its own.
        let whole = format!("{}{}", Language::Arabic.mark(), stem_of_noun(folded));
        if !stems.contains(&whole) {
            stems.push(whole);
        }
    }
    stems
}

/// Letters of one at least that had a possessive.
const BEFORE_POSSESSIVE: usize = 4;
/// Possessives that are taken off, *her* and *their*: shorter ones look like letters of the word.
const POSSESSIVES: [&str; 2] = ["ها", "هم"];

/// An Arabic word without what is written onto it.
fn noun_of<'a>(folded: &'a str, written: &str) -> Cow<'a, str> {
    let word = without_proclitics(folded, written);
    if let Some(noun) = without_article(&word, written) {
        return Cow::Owned(noun.to_owned());
    }
    let before = POSSESSIVES.iter().find_map(|ending| word.strip_suffix(ending));
    match before.filter(|begin| begin.chars().count() >= BEFORE_POSSESSIVE) {
        // Before a possessive, the teh marbuta of a noun is written as a teh.
        Some(begin) => match begin.strip_suffix('ت').filter(|rest| !rest.ends_with(['ا', 'و', 'ي'])) {
            Some(rest) => Cow::Owned(format!("{rest}ة")),
            None => Cow::Owned(begin.to_owned()),
        },
        None => word,
    }
}

/// The stem of an Arabic noun. It is put to the rules with an article, which goes again: without one they take first letters for
/// *and* and *in*, and last ones for possessives, so that fuel and water would be other words without an article than with it.
fn stem_of_noun(noun: &str) -> String {
    Stemmer::new(Algorithm::Arabic).stem(&format!("{ARTICLE}{noun}")).into_owned()
}

/// Endings that folded words have lost an accent or a letter of, by which the rules of their language know them: as they are,
/// and as they are put to the rules. Of several that fit the first counts.
const RESPELLED: &[(Language, &str, &str)] = &[
    (Language::French, "ees", "es"),
    (Language::French, "ee", "e"),
    (Language::Portuguese, "coes", "ções"),
    (Language::Portuguese, "cao", "ção"),
    (Language::Portuguese, "oes", "ões"),
    (Language::Portuguese, "ao", "ão"),
    (Language::Spanish, "ion", "ión"),
];

/// The stem of a folded word by the rules of its language.
fn by_rules(language: Language, algorithm: Algorithm, folded: &str) -> Cow<'_, str> {
    let stemmer = Stemmer::new(algorithm);
    let respelled = RESPELLED
        .iter()
        .filter(|(of, ..)| *of == language)
        .find_map(|(_, ending, spelled)| folded.strip_suffix(ending).map(|begin| format!("{begin}{spelled}")));
    match respelled {
        Some(word) => Cow::Owned(fold(&stemmer.stem(&word))),
        None => stemmer.stem(folded),
    }
}

/// Endings of Ukrainian nouns and adjectives, folded as words are.
const UKRAINIAN_ENDINGS: &[&str] = &[
    "ення", "ями", "ами", "ими", "ого", "ому", "ові", "еві", "ість", "ості", "их", "им", "ою", "ею", "єю", "ях", "ах",
    "ям", "ам", "ом", "ем", "ів", "іи", "ии", "оі", "еи", "ію", "ія", "іі", "а", "я", "и", "і", "у", "ю", "о", "е",
    "є", "ь",
];
/// Letters that stay of a Ukrainian word.
const LEFT: usize = 3;

/// A Ukrainian word without its ending. No rules for its stems are at hand that are kept up, and its nouns change in their
/// endings alone.
fn without_ending(word: &str) -> &str {
    let stems = UKRAINIAN_ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
    stems.filter(|stem| stem.chars().count() >= LEFT).min_by_key(|stem| stem.len()).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether two words of a language are brought to the same stem.
    fn are_one(language: Language, left: &str, right: &str) -> bool {
        language.stem(&fold(left), left) == language.stem(&fold(right), right)
    }

    #[test]
    fn forms_of_a_word_have_one_stem_in_their_language() {
        for (language, left, right) in [
            (Language::English, "clinics", "clinic"),
            (Language::English, "displaced", "displacement"),
            (Language::French, "Déplacés", "déplacées"),
            (Language::French, "déplacement", "déplacée"),
            (Language::French, "école", "ecoles"),
            (Language::Spanish, "escuelas", "Escuela"),
            (Language::Spanish, "evaluación", "Evaluaciones"),
            (Language::Portuguese, "inundações", "inundação"),
            (Language::Arabic, "النازحون", "نازحين"),
            (Language::Russian, "школы", "школа"),
            (Language::Russian, "минный", "минных"),
            (Language::Ukrainian, "школами", "школа"),
            (Language::Ukrainian, "лікарні", "лікарня"),
        ] {
            assert!(are_one(language, left, right), "{left} {right}");
        }
        assert!(!are_one(Language::Other, "clinics", "clinic"));
        assert!(!are_one(Language::English, "mine", "mineral"));
    }

    #[test]
    fn what_arabic_writes_onto_a_word_is_no_part_of_its_stem() {
        for (left, right) in [
            ("والعائدين", "العائدين"),
            ("والمراحيض", "المراحيض"),
            ("والنازحين", "نازحون"),
            ("بالنازحين", "النازحين"),
            ("وللاجئين", "لاجئين"),
            ("ومدارس", "المدارس"),
            ("وأطفال", "الأطفال"),
            ("مياه", "المياه"),
            ("وقود", "الوقود"),
            ("والوقود", "وقود"),
            ("ولاية", "الولاية"),
            ("ولايات", "والولايات"),
            ("وفيات", "والوفيات"),
            ("فيضانات", "الفيضانات"),
            ("بيانات", "البيانات"),
            ("بالغين", "البالغين"),
            ("ألغام", "الألغام"),
            ("مواقعها", "المواقع"),
            ("إدارتها", "الإدارة"),
            ("خدماتهم", "الخدمات"),
            ("بيوتها", "البيوت"),
        ] {
            assert!(are_one(Language::Arabic, left, right), "{left} {right}");
        }
        for (left, right) in
            [("والدين", "الدين"), ("وقود", "قود"), ("وزارة", "زيارة"), ("فقر", "قر"), ("بالغين", "غين")]
        {
            assert!(!are_one(Language::Arabic, left, right), "{left} {right}");
        }
    }

    #[test]
    fn british_and_american_spellings_have_one_stem() {
        for (left, right) in [
            ("organisations", "organization"),
            ("behavioural", "behavioral"),
            ("defence", "defense"),
            ("neighbourhoods", "neighborhood"),
            ("centres", "center"),
            ("programmes", "program"),
            ("labour", "labor"),
            ("paediatric", "pediatric"),
            ("analysed", "analyzing"),
            ("mobilisation", "mobilize"),
        ] {
            assert!(are_one(Language::English, left, right), "{left} {right}");
        }
        for (left, right) in [
            ("prise", "prize"),
            ("four", "for"),
            ("our", "or"),
            ("hour", "hor"),
            ("sise", "size"),
            ("centre", "central"),
        ] {
            assert!(!are_one(Language::English, left, right), "{left} {right}");
        }
    }

    #[test]
    fn codes_and_words_of_another_script_stay_as_they_are() {
        let as_it_is = |word: &str| Language::Other.stem(word, word);
        assert_eq!(Language::English.stem("covid19s", "covid19s"), as_it_is("covid19s"));
        assert_eq!(Language::English.stem("مدارس", "مدارس"), as_it_is("مدارس"));
        assert_eq!(Language::Arabic.stem("clinics", "clinics"), as_it_is("clinics"));
        let address = "s".repeat(LONGEST + 1);
        assert_eq!(Language::English.stem(&address, &address), as_it_is(&address));
    }

    #[test]
    fn words_of_two_languages_with_one_stem_stay_two() {
        assert_ne!(Language::English.stem("employ", "employ"), Language::French.stem("employees", "employées"));
    }

    #[test]
    fn a_language_is_as_declared_else_as_it_looks() {
        let french = "Les écoles et les centres de santé fonctionnels dans la région";
        assert_eq!(Language::of("fr-CA", "anything"), Language::French);
        assert_eq!(Language::of("de", "schools"), Language::Other);
        assert_eq!(Language::of(UNDETERMINED, french), Language::French);
        assert_eq!(Language::of(UNDETERMINED, "Wells"), Language::English);
        assert_eq!(Language::of(UNDETERMINED, "آبار"), Language::Arabic);
        assert_eq!(Language::of(UNDETERMINED, "人口统计"), Language::Other);
        assert_eq!(Language::of(UNDETERMINED, ""), Language::Other);
    }

    #[test]
    fn endings_are_folded_as_words_are() {
        assert!(UKRAINIAN_ENDINGS.iter().all(|ending| fold(ending) == *ending));
    }

    #[test]
    fn a_place_gives_its_language_back() {
        for language in Language::ALL {
            assert_eq!(Language::at(language.place()), Some(language));
        }
        assert_eq!(Language::at(Language::COUNT), None);
    }

    #[test]
    fn a_word_of_a_query_has_its_stem_in_every_language_of_its_script() {
        let stems = stems_of("mines", "mines");
        for language in [Language::English, Language::French, Language::Spanish, Language::Portuguese, Language::Other]
        {
            assert!(stems.contains(&language.stem("mines", "mines")), "{stems:?}");
        }
        assert_eq!(stems_of("人", "人"), [Language::Other.stem("人", "人")]);
    }
}
