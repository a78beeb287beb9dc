//! Whether data is disaggregated by sex and age, from words in four languages.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::reading::{Path, Reading};
use super::text::Limit;
use crate::vocabulary::fold;

const SEX: &[&str] = &[
    "sex",
    "gender",
    "sexe",
    "sexes",
    "genre",
    "sexo",
    "sexos",
    "género",
    "male",
    "female",
    "men",
    "women",
    "girls",
    "boys",
    "hommes",
    "femmes",
    "hombres",
    "mujeres",
    "الجنس",
    "جنس",
    "النوع",
    "الجندر",
    "ذكور",
    "إناث",
];
const AGE: &[&str] =
    &["age", "ages", "aged", "âge", "âges", "edad", "edades", "العمر", "عمر", "السن", "الأعمار", "أعمار"];
/// Sex, age (and disability) disaggregated data.
const BOTH: &[&str] = &[
    "sadd",
    "saddd",
    "sadmd",
    "both",
    "yes",
    "y",
    "true",
    "oui",
    "vrai",
    "sí",
    "si",
    "verdadero",
    "نعم",
    "كلاهما",
    "1",
];
const NONE: &[&str] = &[
    "no", "n", "not", "non", "none", "false", "without", "faux", "sans", "aucun", "aucune", "pas", "sin", "falso",
    "ninguno", "ninguna", "لا", "غير", "بدون", "دون", "ليس", "0",
];

/// The word lists, folded as the words that are looked up.
struct Lexicon {
    sex: HashSet<String>,
    age: HashSet<String>,
    both: HashSet<String>,
    none: HashSet<String>,
}

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    let folded = |words: &[&str]| words.iter().map(|word| fold(word)).collect();
    LEXICON.get_or_init(|| Lexicon { sex: folded(SEX), age: folded(AGE), both: folded(BOTH), none: folded(NONE) })
}

/// Disaggregation by sex and by age, each `None` where nothing is said of it.
pub(super) fn disaggregation(reading: &mut Reading<'_>, text: Option<String>) -> (Option<bool>, Option<bool>) {
    let field = Path::Field("disaggregation");
    let Some(text) = reading.optional(field, Limit::Line, text) else { return (None, None) };
    let read = read(&text);
    if read == (None, None) {
        reading.problem_with(
            "unknown-disaggregation",
            field,
            "does not say whether the data is disaggregated by sex or age",
            &text,
        );
    }
    read
}

/// Clause by clause: "by sex, not by age", "sex: yes; age: no", "SADD".
fn read(text: &str) -> (Option<bool>, Option<bool>) {
    let (mut by_sex, mut by_age) = (None, None);
    let clauses = text.split([',', ';', '.', '،', '؛', '\n', '|']).flat_map(|clause| clause.split(" but "));
    for clause in clauses {
        let lexicon = lexicon();
        let clause = fold(clause);
        let (mut sex, mut age, mut both, mut none) = (false, false, false, false);
        for word in clause.split_whitespace() {
            // Arabic writes "and", "by" and "according to" onto the word.
            let bare = word.strip_prefix('و').unwrap_or(word);
            let bare = bare.strip_prefix("حسب").filter(|rest| !rest.is_empty()).unwrap_or(bare);
            let is = |words: &HashSet<String>| words.contains(word) || words.contains(bare);
            sex |= is(&lexicon.sex);
            age |= is(&lexicon.age);
            both |= is(&lexicon.both);
            none |= is(&lexicon.none);
        }
        let says_which = sex || age;
        if none || both || says_which {
            let value = Some(!none);
            if sex || !says_which {
                by_sex = value;
            }
            if age || !says_which {
                by_age = value;
            }
        }
    }
    (by_sex, by_age)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn words_in_four_languages_say_sex_and_age() {
        for text in [
            "SADD",
            "sex and age",
            "By gender & age group",
            "par sexe et âge",
            "desglosado por sexo y edad",
            "حسب الجنس والعمر",
            "yes",
            "Oui",
            "sí",
            "نعم",
        ] {
            assert_eq!(read(text), (Some(true), Some(true)), "{text}");
        }
    }

    #[test]
    fn what_is_not_said_stays_open() {
        assert_eq!(read("desglosado por sexo"), (Some(true), None));
        assert_eq!(read("par âge"), (None, Some(true)));
        assert_eq!(read("by district"), (None, None));
    }

    #[test]
    fn no_is_no() {
        for text in ["no", "Non", "none", "not disaggregated", "sin desglose", "لا", "غير مصنفة"] {
            assert_eq!(read(text), (Some(false), Some(false)), "{text}");
        }
        assert_eq!(read("by sex, not by age"), (Some(true), Some(false)));
        assert_eq!(read("sex: yes; age: no"), (Some(true), Some(false)));
    }
}
