//! What cells say that is no value of its own: nothing, yes and no, or that a formula failed.

use cairn_model::vocabulary::{fold, is_doubted};

use super::super::columns::Column;
use super::super::holdings::is_ditto;

/// Words that people write where they have nothing to say, in lower case. Of terms they leave open what they are.
#[rustfmt::skip]
const NOT_SAID: &[&str] = &[
    "unknown", "not known", "not available", "not applicable", "not specified", "not stated", "unspecified", "tbd", "tbc", "to be determined", "to be confirmed",
    "n.d.", "nd", "inconnu", "inconnue", "sans objet", "non disponible", "non applicable", "non renseigné", "non renseignée", "non précisé", "à déterminer", "à préciser",
    "desconocido", "desconocida", "no aplica", "no disponible", "sin datos", "sin información", "no especificado", "por definir", "por determinar", "s/d", "s/i",
    "غير معروف", "غير متوفر", "غير متوفرة", "غير متاح", "لا ينطبق", "غير محدد",
];

/// Words for nothing at all, in lower case, which is a value of its own in some columns.
const NOTHING: [&str; 7] = ["none", "néant", "aucun", "aucune", "ninguno", "ninguna", "لا يوجد"];

/// Whether a cell says nothing.
pub(in crate::inventory) fn is_nothing(column: Column, cell: &str) -> bool {
    match cell.trim().to_lowercase().as_str() {
        "" | "-" | "--" | "---" | "—" | "–" | "―" | "n/a" | "n.a." | "null" | "nan" | "s/o" | "n/d" | "?" => true,
        // A formula that found nothing: of terms it leaves open what they are.
        "#n/a" => !column.is_of_terms(),
        // The code of Namibia, and a name like any other.
        "na" => !matches!(column, Column::Country | Column::Title),
        // A value of its own in these. Who has no class and no embargo has said nothing of either.
        word if NOTHING.contains(&word) => match column {
            Column::Transfer | Column::SocialLicence | Column::Disaggregation => false,
            Column::Classification | Column::IsConfidential | Column::Embargo => true,
            // *Ninguna* is never, too.
            Column::Frequency => word == "none",
            _ => !column.is_of_terms(),
        },
        word if NOT_SAID.contains(&word) => !column.is_of_terms(),
        _ => matches!(column, Column::Title | Column::Identifier) && is_ditto(cell),
    }
}

/// Whether a cell of any other table says nothing.
pub(crate) fn says_nothing(cell: &str) -> bool {
    is_nothing(Column::Description, cell)
}

/// Whether a cell holds what a spreadsheet shows where a formula failed. One that found nothing (`#N/A`) is as good as blank.
pub(super) fn is_formula_error(cell: &str) -> bool {
    ["#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!", "#data!", "#spill!", "#calc!"]
        .iter()
        .any(|error| cell.trim().eq_ignore_ascii_case(error))
}

/// Whether a cell holds a tick alone.
pub(in crate::inventory) fn is_tick(cell: &str) -> bool {
    matches!(without_variant(cell), "✓" | "✔" | "☑" | "✅" | "🗸" | "√")
}

/// Whether a cell holds a cross or an empty box alone, which in a column of ticks is a no.
pub(in crate::inventory) fn is_cross(cell: &str) -> bool {
    matches!(
        without_variant(cell),
        "x" | "X" | "×" | "✗" | "✘" | "✕" | "✖" | "❌" | "❎" | "☐" | "⬜" | "□" | "◻" | "▢" | "❏"
    )
}

/// A sign without what says in which form it is drawn.
fn without_variant(cell: &str) -> &str {
    cell.trim().trim_end_matches(['\u{fe0e}', '\u{fe0f}'])
}

/// Yes or no in four languages; none where who wrote it was not sure.
pub(in crate::inventory) fn truth_of(cell: &str) -> Option<bool> {
    if is_doubted(cell) {
        return None;
    }
    match fold(cell).as_str() {
        _ if is_tick(cell) => Some(true),
        "yes" | "y" | "true" | "1" | "oui" | "o" | "vrai" | "si" | "s" | "verdadero" | "نعم" | "x" => Some(true),
        "no" | "n" | "false" | "0" | "non" | "faux" | "falso" | "لا" => Some(false),
        _ => None,
    }
}
