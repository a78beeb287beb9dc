//! Sentences around a table that say of all its rows that they must not be shared.

use cairn_model::vocabulary::fold;

use crate::access::closing;

/// Letters of a note that are looked at.
const LONGEST: usize = 600;

/// Words, folded, by which a sentence speaks of the table or of all its rows.
#[rustfmt::skip]
const OF_ALL: &[&str] = &[
    "all", "above", "below", "this", "these", "following", "list", "listing", "table", "sheet", "inventory", "document", "file",
    "spreadsheet", "register", "datasets", "tous", "toutes", "ce", "cet", "cette", "ces", "ci", "liste", "tableau", "feuille", "inventaire",
    "fichier", "suivants", "suivantes", "todos", "todas", "este", "esta", "estos", "estas", "lista", "tabla", "hoja", "inventario",
    "archivo", "documento", "siguientes", "جميع", "كل", "هذه", "هذا", "جدول", "ملف", "ادناه", "اعلاه", "قايمة",
];

/// Words, folded, by which a sentence explains or leaves rows out, or speaks of some of them.
#[rustfmt::skip]
const OF_SOME: &[&str] = &[
    "unless", "except", "excluding", "excluded", "exclude", "excludes", "omitted", "removed", "where", "if", "when", "whose", "marked",
    "means", "mean", "some", "any", "include", "included", "includes", "contain", "contains", "listed", "see", "column", "columns", "sauf",
    "exclus", "exclues", "exclu", "certains", "certaines", "si", "marques", "marquees", "signifie", "contient", "colonne", "salvo",
    "excepto", "excluidos", "excluidas", "algunos", "algunas", "marcados", "marcadas", "significa", "contiene", "columna", "باستثناء",
    "الا", "بعض", "اذا", "يعني", "عمود",
];

/// How words begin, folded, that say how close data is.
#[rustfmt::skip]
const CLOSE_BEGIN: &[&str] = &[
    "confiden", "restrict", "restreint", "restring", "secret", "سري", "مقيد",
];

/// Verbs, folded, that say so of what stands before them.
const IS: &[&str] =
    &["is", "are", "be", "remain", "remains", "est", "sont", "soit", "reste", "restent", "es", "son", "esta", "estan"];

/// Words, folded, that deny what follows, and how those begin of what must not be done.
#[rustfmt::skip]
const NOT: &[&str] = &[
    "only", "uniquement", "solo", "فقط", "not", "no", "ne", "pas", "never", "jamais", "nunca", "لا", "عدم", "يمنع", "ممنوع", "يحظر",
    "prohibited", "forbidden", "interdit", "interdite", "prohibido", "prohibida",
];
#[rustfmt::skip]
const SHARE_BEGIN: &[&str] = &[
    "share", "sharing", "distribut", "redistribut", "circulat", "disclos", "disseminat", "publish", "publication", "release", "forward",
    "partag", "diffus", "divulg", "publi", "communiqu", "compart", "difund", "difus", "مشارك", "تشارك", "نشر", "تنشر", "تعمم", "تداول",
    "توزيع",
];

/// Words, folded, that say of something that there is none: no confidential data.
#[rustfmt::skip]
const NONE: &[&str] = &[
    "no", "non", "not", "none", "without", "aucun", "aucune", "sans", "pas", "ningun", "ninguno", "ninguna", "sin", "غير", "ليست", "لا",
];

/// What follows such a word, folded, where rows are left out of the table: `not in this list`.
#[rustfmt::skip]
const OUT: &[&str] = &[
    "in", "on", "part", "here", "shown", "given", "dans", "ici", "en", "aqui", "ضمن", "في",
];

/// Whether a text says in a sentence of its own that the table or all its rows are closed, or must not be shared.
pub(super) fn closes_all(text: &str) -> bool {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    let text = text[..end].trim().trim_start_matches('*');
    !text.contains('=') && text.split(['.', ';', '\n', '!', ':']).any(is_of_all)
}

fn is_of_all(sentence: &str) -> bool {
    let folded = fold(sentence);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).map(bare).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let leaves_out = words.windows(2).any(|pair| NONE.contains(&pair[0]) && OUT.contains(&pair[1]));
    if words.len() < 4 || has(OF_SOME) || leaves_out {
        return false;
    }
    let begins = |word: &&str, stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem));
    let stands_before = |at: usize, within: usize, list: &[&str]| {
        words[at.saturating_sub(within)..at].iter().any(|word| list.contains(word))
    };
    let is_close = || {
        let close = words.iter().position(|word| begins(word, CLOSE_BEGIN));
        // Arabic has no such verb.
        let is_said = |at: usize| !words[at].is_ascii() || stands_before(at, 3, IS);
        close.is_some_and(|at| is_said(at) && !NONE.contains(&words[0]) && !stands_before(at, 3, NONE))
    };
    let is_forbidden = || {
        let mut shared = words.iter().enumerate().filter(|(_, word)| begins(word, SHARE_BEGIN));
        shared.any(|(at, _)| stands_before(at, 4, NOT))
    };
    has(OF_ALL) && (is_close() || is_forbidden()) || is_forbidden() && closing(sentence).is_some()
}

/// A word without the Arabic article and the letter before it (`للنشر`, `بالنشر`).
fn bare(word: &str) -> &str {
    ["وال", "بال", "لل", "ال"].iter().find_map(|article| word.strip_prefix(article)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_folded() {
        for word in [OF_ALL, OF_SOME, CLOSE_BEGIN, IS, NOT, SHARE_BEGIN, NONE, OUT].into_iter().flatten() {
            assert_eq!(fold(word), *word);
        }
    }

    #[test]
    fn sentences_about_all_rows_close_them_in_four_languages() {
        for text in [
            "Note: all datasets above are confidential.",
            "* The data in this list must not be shared outside the cluster.",
            "This inventory is confidential and must not be forwarded",
            "Do not share this file with donors",
            "All of the above is restricted to the country team",
            "Remarque : les données de ce tableau ne doivent pas être diffusées",
            "Toutes les données de la liste sont confidentielles",
            "Nota: todos los datos de esta lista son confidenciales",
            "Este inventario no debe compartirse fuera del equipo",
            "ملاحظة: جميع البيانات في هذه القائمة سرية",
            "لا يجوز نشر هذه البيانات خارج الفريق",
            "This list may only be shared within the country team",
            "This table is not for public release",
            "Version 3. This document is strictly confidential. Ask the desk.",
        ] {
            assert!(closes_all(text), "{text}");
        }
    }

    #[test]
    fn sentences_about_some_rows_or_of_none_close_nothing() {
        for text in [
            "Note: confidential datasets are not included in this list.",
            "This list contains no confidential data",
            "All datasets are public unless marked confidential",
            "Restricted means that the owner decides in each case",
            "Restricted = ask the owner of this list",
            "None of the data in this list is confidential",
            "Source: the desk's register of holdings, all years",
            "Aucune des données de ce tableau n'est confidentielle",
            "Ninguno de estos datos es confidencial",
            "These data are not confidential and may be shared",
            "These figures are not final",
            "All checkpoints and restricted areas of these districts",
            "Confidential",
        ] {
            assert!(!closes_all(text), "{text}");
        }
    }
}
