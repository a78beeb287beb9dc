//! Columns that seem to state terms and are none that is known: a cell in one may be a limit that somebody set.

use cairn_model::vocabulary::fold;
use cairn_model::{Classification, Sharing, Vocabularies};

use super::aliases::column_of;
use super::columns::split_label;
use crate::access::closing;

/// Words of headers over what limits access, folded, and how more of them begin.
const OF_LIMITS: &[&str] = &["pii", "tlp", "private", "privado", "privada", "prive", "privee"];
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

/// Bytes of a cell that can mark data.
const LONGEST_MARK: usize = 120;

/// What a header that is not known seems to say of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// What limits access: a cell that says that there is none leaves things as they are.
    Limits,
    /// Who has access: whatever nobody can read closes.
    Sharing,
}

/// What a header that is not known seems to say of terms; none where it is known, or speaks of something else.
pub(super) fn hint_of(label: &str) -> Option<Hint> {
    let (header, _) = split_label(label);
    if column_of(label).or_else(|| column_of(header)).is_some() {
        return None;
    }
    let folded = fold(header);
    let has = |words: &[&str], stems: &[&str]| {
        folded
            .split(' ')
            .map(|word| word.strip_prefix("ال").unwrap_or(word))
            .any(|word| words.contains(&word) || stems.iter().any(|stem| word.starts_with(stem)))
    };
    if closing(header).is_some() || has(OF_LIMITS, OF_LIMITS_BEGIN) {
        return Some(Hint::Limits);
    }
    has(OF_SHARING, OF_SHARING_BEGIN).then_some(Hint::Sharing)
}

/// How words begin, folded, that mark data as closed wherever they stand alone in a cell. What can be said of something else (`Closed`,
/// `Private`, `Partners`, `Red`) does so under a header of terms alone.
const OF_MARKS_BEGIN: &[&str] =
    &["tlp", "intern", "confiden", "restri", "restreint", "secre", "strict", "داخلي", "سري", "مقيد", "للاستخدام"];

/// Whether a cell of a column that is not known holds a level that closes, and nothing else.
pub(super) fn marks(cell: &str) -> bool {
    if cell.len() > LONGEST_MARK {
        return false;
    }
    let vocabularies = Vocabularies::bundled();
    let folded = fold(cell);
    let begins_so = || OF_MARKS_BEGIN.iter().any(|begin| folded.starts_with(begin));
    let is_about_sharing = || {
        let words = || folded.split(' ');
        words().any(|word| OF_SHARING.contains(&word) || OF_SHARING_BEGIN.iter().any(|begin| word.starts_with(begin)))
    };
    let closes = || {
        vocabularies.sharing(cell).is_some_and(|level| level >= Sharing::Restricted)
            || vocabularies.classification(cell).is_some_and(|class| class >= Classification::Confidential)
    };
    (begins_so() || is_about_sharing()) && closes()
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
    fn a_level_that_closes_marks_in_any_column_where_it_can_mean_nothing_else() {
        for cell in
            ["Internal", "TLP:RED", "TLP AMBER", "Confidential", "Interne", "Ne pas diffuser", "Do not share", "سري"]
        {
            assert!(marks(cell), "{cell}");
        }
        for cell in [
            "Public",
            "TLP:CLEAR",
            "Closed",
            "Private",
            "Partners",
            "Red",
            "International",
            "Internal displacement",
            "Internet",
        ] {
            assert!(!marks(cell), "{cell}");
        }
    }

    #[test]
    fn every_word_is_folded() {
        let lists = [OF_LIMITS, OF_LIMITS_BEGIN, OF_SHARING, OF_SHARING_BEGIN, OF_MARKS_BEGIN];
        for word in lists.into_iter().flatten() {
            assert_eq!(fold(word), *word);
        }
    }
}
