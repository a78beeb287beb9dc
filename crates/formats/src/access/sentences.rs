//! What a whole sentence says of access: who alone has the data, and whether words of open data stand without a limit.

use cairn_model::vocabulary::fold;

use super::Access;
use super::phrases::OPEN;
use super::subjects::{is_of_content, is_of_harm};

/// "Access to these data is restricted to …", "Data is available upon request", "The data are not publicly available".
pub(super) fn in_sentence(folded: &str) -> Option<Access> {
    let whole = folded.replace("isn t ", "is not ").replace("aren t ", "are not ");
    let words: Vec<&str> = whole.split(' ').collect();
    let verbs = (1..words.len()).filter(|place| matches!(words[place - 1], "is" | "are" | "be"));
    let (verb, said) = verbs.map(|place| (place - 1, &words[place..])).find(|(_, said)| speaks_of_access(said))?;
    let subject = &words[..verb];
    let is_of = |names: &[&str]| subject.iter().any(|word| names.contains(word));
    let is_of_data = is_of(&["access", "data", "dataset", "datasets", "file", "files", "download", "distribution"]);
    let is_of_use = is_of(&[
        "no",
        "not",
        "nothing",
        "none",
        "use",
        "uses",
        "usage",
        "reproduction",
        "redistribution",
        "unless",
        "if",
    ]);
    if !is_of_data || is_of_use {
        return None;
    }
    if denies_the_public(said) {
        return Some(Access::Internal);
    }
    closes(said, is_of(&["access", "download", "distribution"])).then_some(Access::Restricted)
}

/// Whether what follows a verb may say who has the data.
fn speaks_of_access(said: &[&str]) -> bool {
    let first = without_manner(said).first().copied();
    denies_the_public(said) || matches!(first, Some("available" | "limited")) || first.is_some_and(is_state)
}

fn is_state(word: &str) -> bool {
    matches!(word, "restricted" | "confidential" | "embargoed" | "sensitive")
}

fn without_manner<'w>(said: &'w [&'w str]) -> &'w [&'w str] {
    match said {
        ["publicly" | "openly" | "freely" | "strictly", rest @ ..] => rest,
        _ => said,
    }
}

/// "not publicly available", "not open to the public", "not public".
fn denies_the_public(said: &[&str]) -> bool {
    let ways = ["available", "accessible", "shared", "released", "distributed", "downloadable", "open"];
    match said {
        ["not", "public", ..] => said.get(2) != Some(&"domain"),
        ["not", "open", "access" | "data", ..] => true,
        ["not", "publicly" | "openly" | "freely", way, ..] => ways.contains(way),
        ["not", way, "to", "the", "public", ..] | ["not", way, "to", "the", "general", "public", ..] => {
            ways.contains(way)
        }
        _ => false,
    }
}

/// Words behind "available only" that begin to say to whom, when or how, whatever they go on to name.
const ONLY_SO: &[&str] =
    &["after", "by", "if", "once", "subject", "through", "to", "under", "upon", "via", "when", "with", "within"];

/// Whether what follows a verb closes. Data may itself be limited: to a region, to a language. Whatever else follows names who
/// has it, or how they come to it, and such words have no end.
fn closes(said: &[&str], is_of_access: bool) -> bool {
    let closes = |rest: &[&str]| is_of_access || !is_of_content(rest);
    match without_manner(said) {
        ["available", "on" | "upon" | "by", "request", ..] | ["available", "by", "permission", ..] => true,
        ["available", "only", how, ..] if ONLY_SO.contains(how) => true,
        ["available", "only", rest @ ..] | ["limited" | "restricted", "to", rest @ ..] => closes(rest),
        // Of what it is sensitive to: clouds or the safety of people.
        ["sensitive", "to", rest @ ..] => rest.iter().any(|word| is_of_harm(word)),
        [state, ..] => is_state(state),
        [] => false,
    }
}

/// Whether a text says somewhere that data is open, and nowhere that it is not so for everyone.
pub(super) fn opens_without_limit(text: &str) -> bool {
    let mut opens = false;
    for sentence in text.split(['.', ';', '\n', '|', '؛']).map(fold) {
        let is_open = OPEN.iter().any(|words| sentence.contains(words)) || sentence.ends_with(" unrestricted");
        if limits(&without_denials(&sentence), is_open) {
            return false;
        }
        opens |= is_open;
    }
    opens
}

/// Words by which something is denied, folded.
const DENIALS: &[&str] = &[
    "no", "not", "non", "none", "without", "aucun", "aucune", "pas", "sans", "sin", "ningun", "ninguna", "ni", "لا",
    "بدون", "دون", "غير",
];

/// What limits nothing where it is denied: restrictions, duties and warranties, as words begin, folded.
const DENIED: &[&str] = &[
    "restric",
    "constrain",
    "contrainte",
    "limit",
    "condition",
    "condicion",
    "warrant",
    "guarant",
    "garanti",
    "liab",
    "liable",
    "responsab",
    "responsib",
    "fee",
    "fees",
    "frais",
    "cost",
    "costs",
    "costo",
    "coste",
    "charge",
    "charges",
    "registration",
    "inscription",
    "registro",
    "login",
    "password",
    "copyright",
    "permission",
    "commerc",
    "comerc",
    "قيود",
    "القيود",
    "قيد",
    "مقيد",
    "تسجيل",
];

/// A sentence without what it denies and which would have been a limit ("no legal restrictions", "not for commercial use").
fn without_denials(sentence: &str) -> Vec<&str> {
    let words: Vec<&str> = sentence.split(' ').collect();
    let mut kept = Vec::with_capacity(words.len());
    let mut place = 0;
    while place < words.len() {
        let is_denied = |word: &&str| DENIED.iter().any(|stem| word.starts_with(stem));
        let denied = DENIALS.contains(&words[place]).then(|| words.iter().skip(place + 1).take(3).position(is_denied));
        if let Some(behind) = denied.flatten() {
            place += behind + 2;
        } else {
            kept.push(words[place]);
            place += 1;
        }
    }
    kept
}

/// Words by which something is so for some alone, folded.
const SOME: &[&str] = &[
    "only",
    "solely",
    "exclusively",
    "except",
    "unless",
    "members",
    "membership",
    "registered",
    "seulement",
    "uniquement",
    "exclusivement",
    "sauf",
    "membres",
    "inscrits",
    "solo",
    "solamente",
    "unicamente",
    "exclusivamente",
    "excepto",
    "salvo",
    "miembros",
    "registrados",
    "فقط",
    "حصرا",
    "باستثناء",
    "اعضاء",
    "الاعضاء",
    "المسجلين",
    "المسجلون",
];

/// Words that turn what a sentence says of open data, folded.
const TURNS: &[&str] = &[
    "no",
    "not",
    "never",
    "cannot",
    "neither",
    "nor",
    "request",
    "requests",
    "permission",
    "authorised",
    "authorized",
    "authorisation",
    "authorization",
    "approval",
    "restricted",
    "internal",
    "login",
    "ne",
    "pas",
    "non",
    "aucun",
    "aucune",
    "jamais",
    "ni",
    "demande",
    "autorisation",
    "interne",
    "ningun",
    "ninguna",
    "nunca",
    "solicitud",
    "autorizacion",
    "interno",
    "لا",
    "ليس",
    "ليست",
    "لم",
    "غير",
    "طلب",
    "الطلب",
    "بطلب",
];

/// Whether words limit what is said, or turn what a sentence says of open data.
fn limits(words: &[&str], is_open: bool) -> bool {
    let asks = |pair: &[&str]| {
        matches!(
            pair,
            ["on" | "upon" | "by", "request"] | ["sur", "demande"] | ["bajo" | "a" | "previa" | "por", "solicitud"]
        )
    };
    let for_readers = |three: &[&str]| {
        let readers = ["staff", "partners", "employees", "personnel", "users", "researchers", "licensees"];
        let all = ["all", "any", "every"];
        matches!(three[0], "to" | "for")
            && !all.contains(&three[1])
            && three[1..].iter().any(|word| readers.contains(word))
    };
    words.iter().any(|word| SOME.contains(word) || is_open && TURNS.contains(word))
        || words.windows(2).any(asks)
        || is_open && (words.windows(3).any(for_readers) || words.windows(2).any(for_readers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_folded() {
        for word in [DENIALS, DENIED, ONLY_SO, SOME, TURNS].into_iter().flatten() {
            assert_eq!(fold(word), *word);
        }
    }

    #[test]
    fn what_the_data_is_limited_to_is_no_limit_of_access() {
        for statement in [
            "The dataset is limited to the Sahel",
            "Data are available only in French",
            "Data are available only for 2019",
            "Data are available only as PDF",
            "Data are available only on province level",
            "The data are limited to Burkina Faso and Niger",
            "The data are limited to households with children under five",
            "The data are restricted to the period from 2010 to 2015",
            "This dataset is restricted to cropland",
            "The data are limited to internally displaced persons",
            "The data are limited to land use in three districts",
            "The data are limited to health care",
            "Data are available only at national level",
            "Data are available only at the sub-national level",
            "Data are available only at admin level 2",
            "Data are available only as GeoTIFF",
            "The dataset is limited to Idlib and Aleppo",
            "The dataset is limited to Deir ez-Zor",
            "The data are limited to adults",
            "The data are limited to the road network",
            "The data are limited to the Red Sea region",
            "The data are sensitive to cloud cover",
        ] {
            assert_eq!(in_sentence(&fold(statement)), None, "{statement}");
        }
        for statement in [
            "Access is limited to the Sahel office",
            "The dataset is limited to members of the network",
            "The dataset is restricted to the Ministry of Health",
            "Download is restricted to Kenya",
            "The data are limited to WFP and UNHCR",
            "The data are restricted to humanitarian purposes",
            "The data are restricted to educational use",
            "Data are available only to partners",
            "Data are available only upon written request",
            "Data are available only in the secure room",
            "Data are strictly confidential",
            "Data is publicly available upon request",
            "The data are sensitive",
            "The data are sensitive to the safety of survivors",
            "This dataset is restricted",
            "The data are restricted to students and faculty",
            "This dataset is restricted to the steering committee",
            "The data are limited to the task force until 2027",
            "The data are restricted to field coordinators in the region",
            "The data are limited to those in need of it",
            "Data are available only on site",
            "Data are available only through an application",
            "Data are available only from the corresponding author",
            "Data are available only as agreed with the owner",
            "Data are available only under conditions",
            "Data are available only to countries of the region",
            "Data are available only to hospitals in the network",
            "The data will be available only after 2030",
            "Data are available only upon 30 days notice",
            "Data are available only on 30 days notice",
            "Data are available only through hospitals",
            "Data are available only as described in our policy",
            "Data are available only as a product of the office",
            "The data are restricted to national mine action centres",
            "The data are restricted to high-level decision makers",
            "The data are restricted to decision makers at national level",
            "The data are restricted to national-level counterparts",
            "The data are limited to unity and reconciliation",
            "The data are restricted to the World Food Programme",
            "The dataset is limited to Save the Children",
            "The data are restricted to the Kenya Red Cross Society",
            "The data are limited to the Red Crescent in Syria",
            "The data are restricted to the food security network",
            "The dataset is restricted to the Health Foundation",
        ] {
            assert_eq!(in_sentence(&fold(statement)), Some(Access::Restricted), "{statement}");
        }
    }

    #[test]
    fn what_is_not_for_the_public_is_internal() {
        for statement in [
            "The data are not publicly available",
            "The dataset isn't openly accessible.",
            "These files are not available to the general public",
            "The dataset is not public",
            "Access is not open to the public",
        ] {
            assert_eq!(in_sentence(&fold(statement)), Some(Access::Internal), "{statement}");
        }
        for statement in
            ["The data are not available for 2019", "The data are not public domain", "The data are public"]
        {
            assert_eq!(in_sentence(&fold(statement)), None, "{statement}");
        }
    }
}
