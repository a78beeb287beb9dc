//! What people write about access in words, in the languages of the vocabularies. Only the beginning of a statement is
//! looked at: what follows says more, or something else.

use cairn_model::Vocabularies;
use cairn_model::vocabulary::{fold, is_doubted};

use super::phrases::{INTERNAL, LABELS, NONE, RESTRICTED, UNRESTRICTED, WHO};
use super::sentences::{in_sentence, opens_without_limit};
use super::{Access, meaning_of};
use crate::html::without_markup;

/// How much of a statement is looked at, in letters.
const BEGINNING: usize = 400;

/// What a statement says of access. `None` where it says nothing of it that is certain, or that there is no restriction.
pub(crate) fn in_words(statement: &str) -> Option<Access> {
    let plain = without_markup(statement);
    let text = beginning(&plain);
    if says_none(text) {
        return None;
    }
    if let Some(access) = meaning_of(text).or_else(|| level_of(text)) {
        return Some(access);
    }
    let (head, rest) = head_of(text);
    if says_none(rest) && !rest.trim().is_empty() {
        return None;
    }
    let folded = fold(text);
    if UNRESTRICTED.contains(&folded.as_str()) && !is_doubted(text) {
        return Some(Access::Open);
    }
    let head = fold(head);
    if is_unrestricted_for_some(&head) || is_none_within_a_circle(&folded) {
        return Some(Access::Restricted);
    }
    if head.split(' ').any(|word| matches!(word, "removed" | "excluded" | "redacted" | "masked" | "suppressed")) {
        // "Confidential records were removed": what is left is not confidential.
        return None;
    }
    traffic_light(&folded)
        .or_else(|| at_head(&head))
        .or_else(|| begins(&folded))
        .or_else(|| in_sentence(&fold(sentence_of(text))))
        .or_else(|| limits_public_access(&folded))
}

/// What a statement closes; `None` where it closes nothing.
pub(crate) fn closing(statement: &str) -> Option<Access> {
    in_words(statement).filter(|access| *access != Access::Open)
}

/// Whether a statement says in so many words that there is no restriction.
pub(crate) fn says_none(statement: &str) -> bool {
    // Nobody writes that much to say it.
    let plain = without_markup(statement);
    plain.len() <= 200
        && !is_doubted(&plain)
        && !is_of_signs(&plain)
        && NONE.contains(&fold(without_label(plain.trim())).as_str())
}

/// Whether a statement is a sign that is no word and no dash: of a tick or a lock nothing is left when it is folded.
fn is_of_signs(statement: &str) -> bool {
    let is_dash = |letter: char| letter.is_ascii_punctuation() || matches!(letter, '\u{2010}'..='\u{2015}' | '…' | '−');
    !statement.contains(char::is_alphanumeric)
        && statement.contains(|letter: char| !letter.is_whitespace() && !letter.is_control() && !is_dash(letter))
}

/// Whether a statement speaks of open data and of no limit: it need not be looked at by anyone.
pub(crate) fn speaks_of_open(statement: &str) -> bool {
    let plain = without_markup(statement);
    let text = beginning(&plain);
    says_none(statement)
        || UNRESTRICTED.contains(&fold(text).as_str())
        || opens_without_limit(text)
        || [statement, plain.trim()].into_iter().any(names_open_licence)
}

/// Whether a text names a licence that leaves nobody out who wants the data; its address may stand in markup.
fn names_open_licence(text: &str) -> bool {
    let others = [
        "closed",
        "data-sharing-agreement",
        "humanitarian-use-only",
        "multiple",
        "non-commercial",
        "not-specified",
        "other",
    ];
    Vocabularies::bundled().licence(text).is_some_and(|code| !others.contains(&code))
}

/// Whether a statement begins with a condition of commerce, which says nothing of who has access.
pub(crate) fn begins_with_commerce(statement: &str) -> bool {
    let plain = without_markup(statement);
    let head = plain.trim().split(['.', ',', ';', '\n', '|']).next().unwrap_or_default();
    fold(head).contains("commerc")
}

/// The beginning of a text without markup, and without its label.
fn beginning(statement: &str) -> &str {
    let end = statement.char_indices().nth(BEGINNING).map_or(statement.len(), |(at, _)| at);
    without_label(&statement[..end]).trim()
}

/// A statement without what it is introduced by (`Access Constraints: …`).
fn without_label(statement: &str) -> &str {
    match statement.split_once(':') {
        Some((label, rest)) if label.len() <= 60 && LABELS.contains(&fold(label).as_str()) => rest.trim(),
        _ => statement,
    }
}

/// What stands before the first mark of punctuation, and what stands after it.
fn head_of(text: &str) -> (&str, &str) {
    let dash = text.find(" - ");
    let mark = text.find(['.', ',', ';', ':', '(', '\n', '–', '—', '،', '؛', '|']);
    match dash.into_iter().chain(mark).min() {
        Some(at) => (&text[..at], text[at..].trim_start_matches(|letter: char| !letter.is_alphanumeric())),
        None => (text, ""),
    }
}

fn sentence_of(text: &str) -> &str {
    let end = text.find(". ").into_iter().chain(text.find(['\n', ';', '|'])).min();
    &text[..end.unwrap_or(text.len())]
}

/// The level that the vocabulary knows a text as.
fn level_of(text: &str) -> Option<Access> {
    Vocabularies::bundled().sharing(text).map(Access::of_level)
}

/// A label of the Traffic Light Protocol with words after it.
fn traffic_light(folded: &str) -> Option<Access> {
    let words: Vec<&str> = folded.split(' ').take(3).collect();
    if words.first() != Some(&"tlp") {
        return None;
    }
    (2..=words.len())
        .rev()
        .find_map(|count| level_of(&words[..count].join(" ")))
        .filter(|access| *access != Access::Open)
}

/// "Unrestricted for government users only", "Unrestricted access is not permitted".
fn is_unrestricted_for_some(head: &str) -> bool {
    let limits = ["only", "not", "except", "unless"];
    head.starts_with("unrestricted ") && head.split(' ').any(|word| limits.contains(&word))
}

/// "None outside the cluster": a restriction for everybody else.
fn is_none_within_a_circle(folded: &str) -> bool {
    let none = ["none", "no", "aucune", "aucun", "ninguna", "ninguno", "لا"];
    let around = ["outside", "beyond", "hors", "fuera", "خارج"];
    let mut words = folded.split(' ');
    words.next().is_some_and(|word| none.contains(&word)) && words.take(6).any(|word| around.contains(&word))
}

/// Whether words name those who alone are meant: "Only Protection Cluster", "Membres uniquement".
pub(crate) fn says_only(statement: &str) -> bool {
    let only = [
        "only",
        "exclusively",
        "uniquement",
        "seulement",
        "exclusivement",
        "solo",
        "solamente",
        "unicamente",
        "exclusivamente",
        "somente",
        "apenas",
        "فقط",
        "حصرا",
        "тільки",
        "лише",
        "только",
    ];
    fold(beginning(statement)).split(' ').any(|word| only.contains(&word))
}

/// A level at the head of a sentence.
fn at_head(head: &str) -> Option<Access> {
    let known = |head: &str| meaning_of(head).or_else(|| level_of(head));
    let access = known(head).filter(|access| *access != Access::Open && !WHO.contains(&head))?;
    // What follows says who has it all the same.
    Some(if access == Access::Confidential { Access::Restricted } else { access })
}

fn begins(folded: &str) -> Option<Access> {
    let folded = folded.strip_prefix("there is ").unwrap_or(folded);
    let is_begun_by = |words: &&str| {
        folded
            .strip_prefix(words)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || words.ends_with("publi"))
    };
    let domain = ["not public domain", "non public domain", "no public domain"];
    if domain.iter().any(|words| folded.starts_with(words)) {
        return None;
    }
    let for_staff = folded.starts_with("internal ") && folded.split(' ').take(6).any(|word| word == "only");
    if for_staff || INTERNAL.iter().any(&is_begun_by) {
        return Some(Access::Internal);
    }
    RESTRICTED.iter().any(is_begun_by).then_some(Access::Restricted)
}

/// A ground of INSPIRE on which access is limited (Directive 2007/2/EC article 13, and the French law that has it), in the
/// words that catalogues wrote before there were codes.
fn limits_public_access(folded: &str) -> Option<Access> {
    let denies = ["no limitation", "no restriction", "pas de ", "aucun", "sans restriction", "sin ", "keine", "ningun"];
    if denies.iter().any(|words| folded.contains(words)) {
        return None;
    }
    let of_directive = folded.contains("article 13 1") && (folded.contains("inspire") || folded.contains("2007 2"));
    let of_law = ["l124 4", "l 124 4", "l124 5", "l 124 5"].iter().any(|article| folded.contains(article));
    (of_directive || of_law).then_some(Access::Restricted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_restrict_close_in_every_language() {
        for statement in [
            "Access restricted",
            "Access Constraints: Restricted to employees with a signed statement",
            "Access is restricted to personnel authorized by the office.",
            "Access to these data is restricted to members",
            "Data is available upon request",
            "Available only by permission of the owner",
            "Available on request",
            "Limited access",
            "Restreint",
            "Accès restreint : membres du réseau",
            "Accès sur demande",
            "Acceso restringido",
            "RESTRINGIDO",
            "مقيد",
            "TLP:AMBER",
            "TLP:AMBER - recipients only",
            "None outside UN",
            "Aucune diffusion hors du cluster",
            "Embargoed until 2030-01-01",
            "Under embargo until 2030-01-01",
            "L124-4-I-1 du code de l'environnement (Directive 2007/2/CE (INSPIRE), Article 13.1.a)",
        ] {
            assert_eq!(in_words(statement), Some(Access::Restricted), "{statement}");
        }
        for statement in ["Confidentiel", "Confidencial", "سري", "Confidential"] {
            assert_eq!(in_words(statement), Some(Access::Confidential), "{statement}");
        }
        for statement in ["Confidentiel - demander au bureau", "Confidencial: preguntar", "Confidential; ask for it"] {
            assert_eq!(in_words(statement), Some(Access::Restricted), "{statement}");
        }
    }

    #[test]
    fn what_is_internal_or_for_named_recipients_closes_further() {
        for statement in [
            "Internal use only",
            "for internal use of the service only, see the steward",
            "internal staff of the centre only",
            "For official use only",
            "Not for public release",
            "not public",
            "Not publicly available",
            "no public access",
            "Usage interne uniquement",
            "Solo uso interno",
            "Privado",
            "TLP:AMBER+STRICT",
        ] {
            assert_eq!(in_words(statement), Some(Access::Internal), "{statement}");
        }
        for statement in ["TLP:RED", "TLP:RED. For the eyes of the recipients", "Do not share"] {
            assert_eq!(in_words(statement), Some(Access::Named), "{statement}");
        }
        assert_eq!(in_words("Registered users"), Some(Access::Registered));
    }

    #[test]
    fn unrestricted_opens_where_nothing_follows_that_may_limit_it() {
        for statement in ["Unrestricted access online", "Access: Unrestricted access", "unrestricted use."] {
            assert_eq!(in_words(statement), Some(Access::Open), "{statement}");
        }
        for statement in [
            "Unrestricted for government users only",
            "Unrestricted access is not permitted",
            "Unrestricted access except for the names of survivors",
        ] {
            assert_eq!(in_words(statement), Some(Access::Restricted), "{statement}");
        }
        for statement in
            ["Unrestricted for staff", "Unrestricted access online: to licensees", "Unrestricted from 2075"]
        {
            assert_eq!(in_words(statement), None, "{statement}");
            assert!(!speaks_of_open(statement), "{statement}: somebody must look at it");
        }
        assert!(speaks_of_open("Access to this dataset is unrestricted."));
    }

    #[test]
    fn a_statement_that_denies_or_limits_what_is_open_is_not_passed_over() {
        for (statement, access) in [
            ("The data are not publicly available", Some(Access::Internal)),
            ("There is no public access", Some(Access::Internal)),
            ("Not open access", Some(Access::Internal)),
            ("Publicly available upon request", Some(Access::Restricted)),
            ("Open access for members only", None),
            ("Open access to registered users", None),
            ("Open to staff of the ministry", None),
            ("Open data: no", None),
            ("Free access is not given", None),
            ("A summary is publicly available. The data are shared on request.", None),
            ("Access to the data is not unrestricted", None),
            ("Les données ne sont pas en accès libre", None),
            ("Accès libre pour les membres uniquement", None),
            ("Accès libre sur demande", None),
            ("Los datos no son de acceso abierto", None),
            ("Acceso libre solo para miembros", None),
            ("لا توجد قيود للأعضاء فقط", None),
            ("All rights reserved", None),
            ("Data sharing agreement", None),
            ("Humanitarian use only", None),
        ] {
            assert_eq!(in_words(statement), access, "{statement}");
            assert!(!speaks_of_open(statement), "{statement}: somebody must look at it");
        }
        for statement in [
            "No restrictions on public access",
            "There are no legal restrictions on access to the data.",
            "No restrictions",
            "The data are not restricted in any way",
            "Open data, no registration required",
            "Open data for non-commercial use",
            "Freely available without registration. No warranty is given.",
            "Publicly available. Not to be used for navigation.",
            "Public domain",
            "This data is intended for public access and use",
            "Freely available to all users",
            "Open to everyone",
            "CC BY 4.0",
            "Aucune restriction d'accès public",
            "Accès libre, sans restriction",
            "Données en accès libre ; aucune garantie n'est donnée",
            "Acceso libre sin restricciones",
            "Acceso abierto",
            "لا توجد قيود على الوصول",
            "بدون قيود",
        ] {
            assert_eq!(closing(statement), None, "{statement}");
            assert!(speaks_of_open(statement), "{statement}");
        }
    }

    #[test]
    fn markup_hides_no_restriction() {
        let styled = format!("<div><span style='{}'>Restricted access</span></div>", "color:#333;".repeat(60));
        for (statement, access) in [
            ("<p>For internal use only</p>", Some(Access::Internal)),
            ("<p><b>Access constraints:</b>&nbsp;Restricted to members</p>", Some(Access::Restricted)),
            ("<p>Acc&egrave;s restreint</p>", Some(Access::Restricted)),
            ("&nbsp;TLP:AMBER", Some(Access::Restricted)),
            (styled.as_str(), Some(Access::Restricted)),
            ("<p>None</p>", None),
            ("<p>Cells of <5 km</p>", None),
        ] {
            assert_eq!(in_words(statement), access, "{statement}");
        }
        assert!(speaks_of_open("<p>No&nbsp;restrictions</p>") && says_none("<i>None</i>"));
    }

    #[test]
    fn what_is_open_closes_nothing() {
        for statement in [
            "None",
            "none.",
            "No restrictions",
            "Access Constraints: None",
            "Access: open",
            "Restricted: no",
            "Restrictions: none",
            "Unrestricted",
            "not restricted",
            "Access is not restricted",
            "Access to this dataset is unrestricted.",
            "Access to the data are non-restricted",
            "Public domain",
            "Not public domain: a licence of the state holds",
            "There are no restrictions on access",
            "There are no legal restrictions on access to the data.",
            "No data are restricted",
            "This data is intended for public access and use",
            "Users must cite the source. Not to be used for navigation.",
            "The use of the data is restricted to non-commercial purposes",
            "Confidential records were removed from this file",
            "Group on observations of the Earth",
            "Red Cross data, free to use",
            "Data are aggregated to ensure business confidentiality.",
            "Aucune restriction",
            "Pas de restriction d'accès public selon INSPIRE (article 13.1)",
            "Sin restricciones",
            "Acceso abierto",
            "لا توجد قيود",
            "غير مقيد",
            "",
        ] {
            assert_eq!(closing(statement), None, "{statement}");
        }
    }
}
