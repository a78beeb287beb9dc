//! Words that a query can do without: they tell what kind of sentence it is, not what it asks for.
//!
//! Only words that stand for themselves are passed over: never in a phrase, never one that is left out on purpose, and not
//! where nothing else would be left of the query. Words of one language that mean something in another are not listed
//! (French *car*, *mine*, *sous*, and *mais*, which is maize without its accents; English *us* and *who*, which are a country and an
//! organisation). The few that are listed all the same say something where [`is_telling`] finds that they do.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// Whether a folded word says nothing of what is looked for.
pub(crate) fn says_nothing(word: &str) -> bool {
    static LISTED: LazyLock<FxHashSet<&str>> = LazyLock::new(|| LISTS.iter().copied().flatten().copied().collect());
    LISTED.contains(word)
}

/// Whether a folded word has letters alone and [says something](says_nothing): what is worth mending, or completing.
pub(crate) fn says_something(word: &str) -> bool {
    word.chars().all(char::is_alphabetic) && !says_nothing(word)
}

/// How a word that says nothing stands in a query.
pub(crate) struct Here<'a> {
    /// As it is written.
    pub(crate) written: &'a str,
    /// The folded word before it; `None` where it is the first.
    pub(crate) before: Option<&'a str>,
    /// Whether the query has capitals alone, which tell nothing then.
    pub(crate) in_capitals: bool,
}

/// Words that are acronyms as well: the African Union, emergency shelter, a health information system, the Islamic State, food security in French, and
/// directions.
const ACRONYMS: &[&str] = &["au", "es", "his", "is", "ne", "same", "se", "so", "un"];

/// Whether a word that [says nothing](says_nothing) in most sentences says something where it stands: the east in *l'est* and
/// *Est*, the United Nations in *UN*, worms in *des vers*.
pub(crate) fn is_telling(word: &str, here: &Here<'_>) -> bool {
    let letters = || here.written.chars().filter(|letter| letter.is_alphabetic());
    let is_acronym = !here.in_capitals && letters().count() > 1 && letters().all(char::is_uppercase);
    let is_name = !here.in_capitals && letters().next().is_some_and(char::is_uppercase);
    let follows = |words: &[&str]| here.before.is_some_and(|before| words.contains(&before));
    match word {
        word if ACRONYMS.contains(&word) => is_acronym,
        "est" => is_name || follows(&["l"]),
        "sur" | "este" => is_acronym || is_name && here.before.is_some() || follows(&["el", "al", "del"]),
        "vers" => here.before.is_none() || follows(&["les", "des", "de"]),
        _ => false,
    }
}

const LISTS: [&[&str]; 9] = [ASKING, ENGLISH, FRENCH, SPANISH, PORTUGUESE, ITALIAN, ARABIC, RUSSIAN, UKRAINIAN];

/// What people ask a catalogue for, whatever they look for.
const ASKING: &[&str] = &[
    "data",
    "dataset",
    "datasets",
    "statistic",
    "statistical",
    "statistics",
    "number",
    "numbers",
    "many",
    "much",
    "how",
    "donnees",
    "statistique",
    "statistiques",
    "nombre",
    "combien",
    "datos",
    "estadistica",
    "estadisticas",
    "numero",
    "cuantos",
    "cuantas",
    "dados",
    "estatisticas",
    "بيانات",
    "البيانات",
    "احصاءات",
    "احصاييات",
    "عدد",
    "كم",
    "данные",
    "данных",
    "статистика",
    "дані",
    "даних",
];

const ENGLISH: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "all", "am", "an", "and", "any", "are", "as", "at", "be",
    "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "could", "did", "do", "does",
    "doing", "down", "during", "each", "few", "for", "from", "further", "had", "has", "have", "having", "he", "her",
    "here", "hers", "him", "his", "i", "if", "in", "into", "is", "it", "its", "just", "latest", "me", "more", "most",
    "my", "near", "nearby", "newest", "no", "nor", "not", "now", "of", "off", "on", "once", "only", "or", "other",
    "our", "ours", "out", "over", "own", "same", "she", "should", "since", "so", "some", "such", "than", "that", "the",
    "their", "theirs", "them", "then", "there", "these", "they", "this", "those", "through", "to", "too", "under",
    "until", "up", "very", "was", "we", "were", "what", "when", "where", "which", "while", "whom", "why", "will",
    "with", "would", "you", "your", "yours",
];

const FRENCH: &[&str] = &[
    "au", "aux", "avec", "ce", "ces", "cette", "ceux", "chez", "comme", "comment", "d", "dans", "de", "depuis", "des",
    "dont", "du", "elle", "elles", "en", "entre", "est", "et", "il", "ils", "je", "l", "la", "le", "les", "leur",
    "leurs", "lui", "meme", "ne", "ni", "nos", "notre", "nous", "on", "ou", "par", "pas", "pour", "qu", "que", "quel",
    "quelle", "quelles", "quels", "qui", "s", "sa", "ses", "son", "sont", "sur", "un", "une", "vers", "vos", "votre",
    "vous", "y",
];

const SPANISH: &[&str] = &[
    "al", "como", "con", "cual", "cuales", "cuando", "de", "del", "desde", "donde", "el", "ella", "ellas", "ellos",
    "en", "entre", "es", "esa", "ese", "eso", "esta", "este", "esto", "estos", "hasta", "la", "las", "lo", "los",
    "muy", "ni", "nos", "o", "para", "pero", "por", "que", "quien", "se", "segun", "ser", "si", "sin", "sobre", "son",
    "su", "sus", "tambien", "u", "un", "una", "unas", "uno", "unos", "y",
];

const PORTUGUESE: &[&str] = &[
    "ao", "aos", "as", "com", "da", "das", "do", "dos", "e", "em", "entre", "foi", "mas", "na", "nas", "nao", "nos",
    "num", "numa", "o", "os", "ou", "para", "pela", "pelas", "pelo", "pelos", "por", "qual", "quais", "que", "quem",
    "sao", "sem", "seu", "seus", "sob", "sobre", "sua", "suas", "um", "uma",
];

/// What stands before an apostrophe.
const ITALIAN: &[&str] = &["dall", "dell", "nell", "sull", "coll"];

const ARABIC: &[&str] = &[
    "في",
    "من",
    "الي",
    "علي",
    "عن",
    "مع",
    "هذا",
    "هذه",
    "ذلك",
    "تلك",
    "التي",
    "الذي",
    "الذين",
    "هو",
    "هي",
    "هم",
    "كان",
    "كانت",
    "ما",
    "ماذا",
    "متي",
    "اين",
    "كيف",
    "هل",
    "او",
    "ثم",
    "بين",
    "منذ",
    "حول",
    "خلال",
    "حتي",
    "كل",
    "اي",
    "ان",
    "لا",
    "لم",
    "لن",
    "قد",
    "و",
];

const RUSSIAN: &[&str] = &[
    "и",
    "в",
    "во",
    "на",
    "с",
    "со",
    "к",
    "ко",
    "о",
    "об",
    "от",
    "до",
    "из",
    "за",
    "по",
    "под",
    "при",
    "для",
    "без",
    "над",
    "между",
    "через",
    "не",
    "ни",
    "но",
    "или",
    "а",
    "что",
    "кто",
    "как",
    "где",
    "когда",
    "это",
    "этот",
    "эта",
    "эти",
    "тот",
    "все",
    "его",
    "ее",
    "их",
    "он",
    "она",
    "они",
    "мы",
    "вы",
    "я",
    "бы",
    "же",
    "ли",
    "сколько",
];

const UKRAINIAN: &[&str] = &[
    "і",
    "та",
    "и",
    "у",
    "в",
    "на",
    "з",
    "із",
    "зі",
    "до",
    "від",
    "за",
    "по",
    "під",
    "при",
    "для",
    "без",
    "над",
    "між",
    "через",
    "не",
    "ні",
    "але",
    "або",
    "а",
    "що",
    "хто",
    "як",
    "де",
    "коли",
    "це",
    "цеи",
    "ця",
    "ці",
    "тои",
    "усі",
    "всі",
    "иого",
    "іі",
    "іх",
    "він",
    "вона",
    "вони",
    "ми",
    "ви",
    "я",
    "би",
    "же",
    "чи",
    "скільки",
];

#[cfg(test)]
mod tests {
    use cairn_model::vocabulary::fold;

    use super::*;

    #[test]
    fn the_lists_are_folded_as_words_are() {
        for word in LISTS.iter().flat_map(|list| list.iter()) {
            assert_eq!(fold(word), *word);
        }
    }

    #[test]
    fn an_acronym_says_something_where_not_all_is_in_capitals() {
        let tells = |written: &str, in_capitals| {
            let word = fold(written);
            assert!(says_nothing(&word), "{written}");
            is_telling(&word, &Here { written, before: None, in_capitals })
        };
        for acronym in ["NE", "AU", "HIS", "IS", "ES", "SE", "SO", "UN"] {
            assert!(tells(acronym, false), "{acronym}");
            assert!(!tells(acronym, true) && !tells(&acronym.to_lowercase(), false), "{acronym}");
        }
        assert!(!tells("AND", false));
    }

    #[test]
    fn what_means_something_in_another_language_is_no_such_word() {
        for word in ["us", "who", "mine", "car", "sous", "mali", "eau", "air", "aids", "camp", "mais"] {
            assert!(!says_nothing(word), "{word}");
        }
        assert!(says_nothing("the") && says_nothing("علي") && says_nothing("datasets"));
    }
}
