//! Columns that seem to state terms and are none that is known: a cell in one may be a limit that somebody set.

use cairn_model::Vocabularies;
use cairn_model::vocabulary::fold;

use super::aliases::column_of;
use super::columns::split_label;
use crate::access::closing;

/// Words of headers over what limits access, folded, and how more of them begin.
const OF_LIMITS: &[&str] = &["pii", "tlp", "nda", "dsa", "private", "privado", "privada", "prive", "privee"];
const OF_LIMITS_BEGIN: &[&str] = &[
    "restri",
    "restreint",
    "confiden",
    "sensit",
    "sensib",
    "secre",
    "privac",
    "embargo",
    "redact",
    "سري",
    "حساس",
    "مقيد",
    "قيود",
    "конфиден",
    "конфіден",
    "обмеж",
    "огранич",
    "чутлив",
    "чувствит",
];

/// The same of headers over who has access, or what may be shared.
const OF_SHARING: &[&str] = &[
    "access",
    "acces",
    "acceso",
    "acesso",
    "accessible",
    "accessibility",
    "share",
    "shared",
    "shares",
    "shareable",
    "sharing",
];
const OF_SHARING_BEGIN: &[&str] = &[
    "partag",
    "partilh",
    "compart",
    "consent",
    "disclos",
    "dissemin",
    "diffus",
    "difus",
    "divulg",
    "مشارك",
    "وصول",
    "افصاح",
    "доступ",
    "поширен",
    "розповсюд",
    "распростран",
];

/// The same of headers over whether data is given out, or over an edition of it.
const OF_RELEASE: &[&str] = &[
    "release",
    "released",
    "circulation",
    "circulated",
    "circulate",
    "distribution",
    "distributed",
    "distribute",
    "publishing",
];
const OF_RELEASE_BEGIN: &[&str] = &["publi", "distribu", "نشر", "توزيع", "публик"];

/// What a header that is not known seems to say of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// What limits access: a cell that says that there is none leaves things as they are.
    Limits,
    /// Who has access: whatever nobody can read closes.
    Sharing,
    /// Whether data is given out, or which edition it is: words that close do, and a no.
    Release,
}

/// What a header that is not known seems to say of terms; none where it is known, or speaks of something else.
pub(super) fn hint_of(label: &str) -> Option<Hint> {
    let (header, _) = split_label(label);
    if column_of(label).or_else(|| column_of(header)).is_some() {
        return None;
    }
    let folded = fold(header);
    if closing(header).is_some() || speaks_of(&folded, OF_LIMITS, OF_LIMITS_BEGIN) || is_of_persons(&folded) {
        return Some(Hint::Limits);
    }
    if is_about_sharing(&folded) {
        return Some(Hint::Sharing);
    }
    speaks_of(&folded, OF_RELEASE, OF_RELEASE_BEGIN).then_some(Hint::Release)
}

/// Whether a header is over data that the law protects (article 9 of the European regulation on data protection).
fn is_of_persons(folded: &str) -> bool {
    [
        "special category",
        "special categories",
        "categorie particuliere",
        "categories particulieres",
        "categoria especial",
    ]
    .iter()
    .any(|words| folded.contains(words))
}

/// Whether words that are folded speak of sharing.
pub(super) fn is_about_sharing(folded: &str) -> bool {
    speaks_of(folded, OF_SHARING, OF_SHARING_BEGIN)
}

/// Whether one of the words is among these, or begins as one of the stems.
fn speaks_of(folded: &str, words: &[&str], stems: &[&str]) -> bool {
    folded
        .split(' ')
        .map(|word| word.strip_prefix("ال").unwrap_or(word))
        .any(|word| words.contains(&word) || stems.iter().any(|stem| word.starts_with(stem)))
}

/// Whether a header is itself a level of terms (`Partners`, `High`), over marks in a matrix of them.
pub(super) fn is_level(label: &str) -> bool {
    let (header, _) = split_label(label);
    closing(header).is_some() || Vocabularies::bundled().sensitivity(header).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_folded() {
        let lists = [OF_LIMITS, OF_LIMITS_BEGIN, OF_SHARING, OF_SHARING_BEGIN, OF_RELEASE, OF_RELEASE_BEGIN];
        for word in lists.into_iter().flatten() {
            assert_eq!(fold(word), *word);
        }
    }
}
