//! Terms under names that neither CKAN nor an extension has for them: what a list of holdings would call their column
//! (`tlp_level`, `can_be_shared`, `nivel_de_acceso`). They are read as a cell of that column is, and only close.

use std::cell::RefCell;

use cairn_model::vocabulary::Remembered;
use cairn_model::{AccessMethod, Classification, Problem, Sensitivity, Sharing, StatedText, Vocabularies};

use super::package::Package;
use super::statements::words_in;
use crate::access::{close, close_access, closing, is_closed, is_marking, levels, says_none, speaks_of_open, tighten};
use crate::inventory::{InventoryMapping, InventoryRow, read_row};
use crate::json_value::Value;

/// What the names of such columns have in them, without case and separators: other keys need not be looked up.
#[rustfmt::skip]
const STEMS: &[&str] = &[
    "abiert", "acced", "acces", "allowed", "audien", "authori", "autori", "avail", "clasif", "classif", "compart", "confid", "destinat", "diffus", "difus",
    "dispon", "dissem", "embargo", "intercambio", "intern", "marking", "obtain", "open", "ouvert", "partag", "person", "priv", "protec", "publi",
    "recipient", "releas", "restrei", "restri", "sensi", "shar", "tlp", "trafficlight", "visib",
];

/// Names that portals have for a column of another name.
const SYNONYMS: &[(&str, &str)] = &[
    ("accessrestriction", "restriction"),
    ("accesstype", "access"),
    ("alloweduser", "authorised users"),
    ("allowedusers", "authorised users"),
    ("niveauacces", "access level"),
    ("privatedata", "private"),
    ("usagerestriction", "restriction"),
];

/// Names that have one of these in them and say nothing of who has the data: that a licence is not open, how many datasets of a
/// harvest are private, and what HDX's check of a file for personal data found, which its reviewers acted on before it was listed.
const OTHERS: &[&str] = &["isopen", "privatedatasets", "piiissensitive"];

thread_local! {
    /// The keys of a portal are the same in all its records.
    static LOOKED_AT: RefCell<Remembered<bool>> = RefCell::default();
}

/// Whether a key may be such a name.
pub(super) fn may_state_terms(key: &str) -> bool {
    LOOKED_AT.with_borrow_mut(|keys| *keys.of(key, || looks_like_terms(key)))
}

fn looks_like_terms(key: &str) -> bool {
    let name = canonical(key);
    let has_stem = || STEMS.iter().any(|stem| name.contains(stem));
    (!name.is_ascii() || has_stem()) && !OTHERS.contains(&name.as_str())
}

/// A key without case and separators.
pub(super) fn canonical(key: &str) -> String {
    key.to_lowercase().replace(['_', '-', ' '], "")
}

/// Closes by all fields and extras of such names.
pub(super) fn of_package(package: &mut Package<'_>, terms: &mut StatedText) {
    let problems: Vec<Problem> =
        package.under_other_names().filter_map(|(key, value)| close_by(key, value, terms)).collect();
    for problem in problems {
        package.report(problem);
    }
}

/// Closes by the value of a key; gives a problem of it where nobody can tell what closes.
pub(super) fn close_by(key: &str, value: &Value<'_>, terms: &mut StatedText) -> Option<Problem> {
    let (mut words, has_words) = words_in(value);
    if !has_words {
        words.push(value.type_name().to_owned());
    }
    let mut unread = None;
    for words in words {
        let (own, is_read) = read_as_column(key, &words);
        tighten(terms, own);
        unread = unread.or((!is_read).then_some(words));
    }
    let message = "nobody can tell from the words who has access: the closer reading holds";
    Some(Problem::warning("unread-terms", key, message).with_value(&unread?))
}

/// What a cell closes under a header, and whether it is known what it says.
fn read_as_column(key: &str, words: &str) -> (StatedText, bool) {
    let name = canonical(key);
    let header = SYNONYMS.iter().find(|(synonym, _)| *synonym == name).map_or(key, |(_, column)| column);
    // Lists write yes and no.
    let cell = match words {
        "true" | "True" | "TRUE" => "yes",
        "false" | "False" | "FALSE" => "no",
        words => words,
    };
    let said = closing(cell);
    let is_address = cell.contains("://") && said.is_none();
    let cells = [("title", "A record"), (header, cell)].map(|(header, cell)| (header.to_owned(), cell.to_owned()));
    let row = InventoryRow { cells: cells.into(), record_id: "id".to_owned(), ..InventoryRow::default() };
    let Some(reading) = read_row(&row, &InventoryMapping::default()).ok().filter(|_| !is_address) else {
        return (StatedText::default(), true);
    };
    let stated = reading.draft.terms;
    let mut own = StatedText {
        sharing_at_least: stated.sharing_at_least,
        access_at_least: stated.access_at_least,
        ..StatedText::default()
    };
    let mut is_read = reading.problems.is_empty();
    is_read &= axes(&stated, cell, &mut own);
    if let Some(access) = said.filter(|_| stated != StatedText::default()) {
        access.state(&mut own);
        is_read = true;
    }
    if is_closed(&own) {
        own.reasons = stated.reasons;
    } else if !says_none(cell) && !speaks_of_open(cell) {
        own.unread_access = stated.reasons;
    }
    let closes = is_closed(&own);
    (own, is_read || !closes)
}

/// Closes by what a cell states on each axis; answers whether a vocabulary knows it.
fn axes(stated: &StatedText, cell: &str, own: &mut StatedText) -> bool {
    let vocabularies = Vocabularies::bundled();
    let mut is_known = true;
    if let Some(level) = &stated.sharing {
        is_known &= vocabularies.sharing(level).is_some();
        own.sharing_at_least =
            own.sharing_at_least.max(Some(levels::sharing(level)).filter(|level| *level != Sharing::Public));
    }
    if let Some(method) = stated.access_method.as_deref().filter(|_| cell != "yes") {
        is_known &= vocabularies.access_method(method).is_some();
        if levels::access_method(method) != AccessMethod::Download {
            close_access(own, levels::access_method(method));
        }
    }
    if let Some(level) = &stated.sensitivity
        && levels::sensitivity(level) >= Sensitivity::High
    {
        is_known &= vocabularies.sensitivity(level).is_some();
        close(own, Sharing::Restricted, Some(AccessMethod::OnRequest));
        own.sensitivity = Some(level.clone());
    }
    // A label among classes is a level, and what marks nothing says what the data is about.
    if let Some(class) = stated.classification.as_ref().filter(|class| is_marking(class))
        && vocabularies.sharing(class).is_none_or(|level| level != Sharing::Public)
        && levels::classification(class) > Classification::Unclassified
    {
        is_known &= vocabularies.classification(class).is_some() || vocabularies.sharing(class).is_some();
        close(own, Sharing::Organisation, Some(AccessMethod::OnRequest));
        own.classification = vocabularies.classification(class).map(|_| class.clone());
    }
    is_known
}
