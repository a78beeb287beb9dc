//! The terms that a row states: of several columns that state one thing, the closest holds.

use cairn_model::date::{OrderHint, read_date_ordered};
use cairn_model::vocabulary::fold;
use cairn_model::{AccessMethod, Classification, Listing, Sharing, StatedText, Vocabularies};

use super::super::aliases::{key_of, outside_brackets};
use super::super::columns::Column;
use super::super::unread::Hint;
use super::{Cells, Comma, is_cluster, is_country, is_nothing, truth_of};
use crate::access::{
    Access, begins_with_commerce, close, close_access, closer_of, closing, in_words, levels, meaning_of, says_none,
    says_only, speaks_of_open,
};
use crate::once::push_new;

/// Headers, as keys, over those who have access, where others of the audience are those whom the data is for.
const WHO_HAS_ACCESS: &[&str] = &[
    "authorised users",
    "authorized users",
    "authorised recipients",
    "recipients",
    "who may access",
    "who can access",
    "restricted to",
    "limited to",
    "access limited to",
    "access restricted to",
    "shared with",
    "utilisateurs autorisés",
    "destinataires",
    "partagé avec",
    "réservé à",
    "limité à",
    "accès réservé à",
    "usuarios autorizados",
    "destinatarios",
    "compartido con",
    "reservado a",
    "limitado a",
    "restringido a",
    "يشارك مع",
    "الجهات المصرح لها",
    "المستخدمون المصرح لهم",
];

/// Reads the terms of a row.
pub(super) fn read(cells: &mut Cells<'_>) -> StatedText {
    let vocabularies = Vocabularies::bundled();
    let sensitivity = strictest(cells, Column::Sensitivity, "sensitivity", levels::sensitivity);
    let classification = strictest(cells, Column::Classification, "classification", |text| {
        let label = || vocabularies.sharing(text).filter(|_| fold(text).starts_with("tlp "));
        match vocabularies.classification(text) {
            Some(class) => class,
            None if label().is_some() => Classification::Unclassified,
            None => Classification::Confidential,
        }
    });
    let mut terms = StatedText {
        sensitivity,
        sharing: sharing(cells),
        access_method: strictest(cells, Column::AccessMethod, "access_method", levels::access_method),
        listing: strictest(cells, Column::Listing, "listing", levels::listing),
        listing_title: cells.one(Column::ListingTitle),
        audience: audience(cells),
        classification,
        reasons: reasons(cells),
        legal_basis: cells.one(Column::LegalBasis),
        jurisdictions: cells.many(Column::Jurisdiction, Comma::UnlessKnown(is_country)),
        transfer: cells.one(Column::Transfer),
        review_by: cells.one(Column::ReviewBy),
        ..StatedText::default()
    };
    labels_among_classes(cells, &mut terms);
    classes_among_levels(cells, &mut terms);
    is_public(cells, &mut terms);
    closed_by_words(cells, &mut terms);
    closed_by_listing(cells, &mut terms);
    restrictions(cells, &mut terms);
    availability(cells, &mut terms);
    embargo(cells, &mut terms);
    closed_by_flags(cells, &mut terms);
    ticked(cells, &mut terms);
    unread(cells, &mut terms);
    misplaced(cells, &mut terms);
    for words in &cells.row.markings {
        closing(words).unwrap_or(Access::Internal).state(&mut terms);
        push_new(&mut terms.reasons, words.clone());
    }
    terms
}

/// Whether a cell names nobody and nothing in four languages.
fn says_nobody(text: &str) -> bool {
    let folded = fold(text);
    let words = [
        "none",
        "nobody",
        "no one",
        "aucun",
        "aucune",
        "personne",
        "ninguno",
        "ninguna",
        "nadie",
        "لا أحد",
        "لا يوجد",
        "لا شيء",
    ];
    words.iter().any(|word| fold(word) == folded)
}

/// Why a row is closed: its reasons, and what it says of restrictions.
fn reasons(cells: &mut Cells<'_>) -> Vec<String> {
    let mut reasons = cells.many(Column::Reasons, Comma::Belongs);
    for words in cells.many(Column::Restrictions, Comma::Belongs) {
        push_new(&mut reasons, words);
    }
    reasons.retain(|words| !says_none(words));
    reasons
}

/// Whom a row names as its audience.
fn audience(cells: &mut Cells<'_>) -> Vec<String> {
    let mut audience = cells.many(Column::Audience, Comma::UnlessKnown(is_cluster));
    audience.retain(|name| !says_nobody(name));
    audience
}

/// The cells of a column as the row has them: header and text.
fn all_of<'r>(cells: &Cells<'r>, wanted: Column) -> Vec<(&'r str, &'r str)> {
    let found = cells.sorted.iter().filter(|(column, ..)| *column == wanted);
    found.map(|(_, _, label, cell)| (*label, cell.trim())).collect()
}

/// The cell that states the closest of several; the others are told where they state something else.
fn strictest<T: Ord>(cells: &mut Cells<'_>, wanted: Column, field: &str, level: impl Fn(&str) -> T) -> Option<String> {
    let all = all_of(cells, wanted);
    // Of equals the surest, which is the first.
    let (label, text) = *all.iter().rev().max_by_key(|(_, text)| level(text))?;
    for (other, loose) in &all {
        if level(loose) < level(text) {
            let message = format!("the column \"{label}\" of the row says otherwise: the closer holds");
            cells.report("contradicting-terms", other, &message, Some(loose));
        }
    }
    cells.headers.insert(field.to_owned(), label.to_owned());
    Some(text.to_owned())
}

/// The sharing level. The Chatham House Rule may stand in a column of its own, and stays beside the level.
fn sharing(cells: &mut Cells<'_>) -> Option<String> {
    let is_rule = |text: &str| {
        let folded = fold(text);
        ["chatham house", "ex chr", "تشاتام هاوس", "تشاثام هاوس"].iter().any(|name| folded.contains(name))
    };
    let vocabularies = Vocabularies::bundled();
    let stated = strictest(cells, Column::Sharing, "sharing", |text| {
        let bare = vocabularies.sharing(text).is_none() && is_rule(text);
        (!bare).then(|| levels::sharing(text))
    })?;
    let has_rule = all_of(cells, Column::Sharing).iter().any(|(_, text)| is_rule(text));
    Some(if has_rule && !is_rule(&stated) { format!("{stated} TLP:EX:CHR") } else { stated })
}

/// A label of the Traffic Light Protocol is a sharing level, also where a column of classes has it beside another.
fn labels_among_classes(cells: &Cells<'_>, terms: &mut StatedText) {
    for (_, text) in all_of(cells, Column::Classification) {
        let level = Vocabularies::bundled().sharing(text).filter(|_| fold(text).starts_with("tlp "));
        terms.sharing_at_least = terms.sharing_at_least.max(level.filter(|level| *level != Sharing::Public));
    }
}

/// What is called confidential is classified so, also where the word stands for a sharing level.
fn classes_among_levels(cells: &Cells<'_>, terms: &mut StatedText) {
    let class_of = |text: &str| Vocabularies::bundled().classification(text);
    let stated = terms.classification.as_deref().map(levels::classification);
    for (_, text) in all_of(cells, Column::Sharing) {
        // "Restricted" is a class, too, and among levels a level.
        let folded = fold(text);
        let is_secret = ["confiden", "secret", "سري"].iter().any(|word| folded.contains(word));
        let class = class_of(text).filter(|class| is_secret && *class >= Classification::Confidential);
        if class > stated {
            terms.classification = Some(text.to_owned());
        }
    }
}

/// Columns that say whether the data is public. Beside a level that says more, they only close.
fn is_public(cells: &mut Cells<'_>, terms: &mut StatedText) {
    let level = terms.sharing.as_deref().map(|text| Vocabularies::bundled().sharing(text));
    let mut by_flags: Option<bool> = None;
    for (label, text) in all_of(cells, Column::IsPublic) {
        let Some(public) = truth_of(text) else {
            close_unread(cells, label, text, terms);
            continue;
        };
        let contradicts = match level {
            Some(level) => public != (level == Some(Sharing::Public)) && (public || level == Some(Sharing::Public)),
            None => by_flags.is_some_and(|before| before != public),
        };
        if contradicts {
            let message = "another column of the row says otherwise: the closer holds";
            cells.report("contradicting-terms", label, message, Some(text));
        }
        by_flags = Some(by_flags.unwrap_or(true) && public);
    }
    match (by_flags, level) {
        (Some(public), None) => {
            terms.sharing = Some(if public { "public" } else { "organisation" }.to_owned());
        }
        (Some(false), Some(Some(Sharing::Public))) => close(terms, Sharing::Organisation, None),
        _ => {}
    }
}

/// Words by which data is asked for, folded.
const ASKS: &[&str] = &["request", "demande", "solicitud", "peticion", "طلب"];

fn is_asked_for(text: &str) -> bool {
    let folded = fold(text);
    ASKS.iter().any(|word| folded.contains(word))
}

/// What a column of availability closes. It opens nothing: that data is there does not say for whom.
fn availability(cells: &mut Cells<'_>, terms: &mut StatedText) {
    for (label, text) in all_of(cells, Column::Availability) {
        match for_some(text) {
            Some(Access::Restricted) if is_asked_for(text) => close_access(terms, AccessMethod::OnRequest),
            Some(access) => access.state(terms),
            None if truth_of(text) == Some(false) || says_nobody(text) => close_access(terms, AccessMethod::None),
            None if is_there(text) => {}
            None => {
                let way = Vocabularies::bundled().access_method(text).unwrap_or_else(|| {
                    let message = "nobody can tell from the words how the data is had: on request";
                    cells.report("unread-access", label, message, Some(text));
                    AccessMethod::OnRequest
                });
                if way != AccessMethod::Download {
                    close_access(terms, way);
                }
            }
        }
    }
}

/// Whether a cell says that data is there, or since when, and nothing of who has it.
fn is_there(text: &str) -> bool {
    let words = ["available", "disponible", "disponibles", "متاح", "متاحة", "متوفر", "متوفرة"];
    let is_time = text.contains(char::is_numeric) && !text.contains(|letter: char| letter.is_alphabetic());
    truth_of(text) == Some(true) || is_time || words.contains(&fold(text).as_str()) || speaks_of_open(text)
}

/// Words of what is for some alone, folded, where a column is there to tell that.
const FOR_SOME: &[&str] = &[
    "outside",
    "reserved",
    "hors",
    "reserve",
    "reservee",
    "reserves",
    "reservees",
    "fuera",
    "reservado",
    "reservada",
    "restrito",
    "restrita",
    "reservados",
    "reservadas",
    "خارج",
    "обмежении",
    "обмежено",
    "ограниченныи",
    "ограничено",
];

/// What the words of a column close that is there to tell who has access. A way to have data (*aggregates only*) is for everyone.
fn for_some(text: &str) -> Option<Access> {
    let is_limited = || says_only(text) || fold(text).split(' ').any(|word| FOR_SOME.contains(&word));
    let is_way = || Vocabularies::bundled().access_method(text).is_some();
    closing(text).or_else(|| (is_limited() && !is_way() && !begins_with_commerce(text)).then_some(Access::Restricted))
}

/// An embargo closes, whatever its end: that is when the terms must be looked at again.
fn embargo(cells: &mut Cells<'_>, terms: &mut StatedText) {
    for (label, text) in all_of(cells, Column::Embargo) {
        let truth = truth_of(text);
        if truth == Some(false) || says_none(text) {
            continue;
        }
        let access = closing(text).unwrap_or(Access::Restricted);
        access.state(terms);
        if truth.is_none() {
            push_new(&mut terms.reasons, format!("{label}: {text}"));
        }
        // "until 2030-05": the date is what stands behind the words.
        if let Some(start) = text.find(char::is_numeric).filter(|_| terms.review_by.is_none() && truth.is_none()) {
            terms.review_by = Some(text[start..].to_owned());
            cells.headers.insert("review_by".to_owned(), label.to_owned());
        }
    }
}

/// What columns in words close: a way of access that is no way for everyone, restrictions and their reasons, and who has
/// access.
fn closed_by_words(cells: &Cells<'_>, terms: &mut StatedText) {
    for (_, text) in all_of(cells, Column::AccessMethod) {
        // How data is had says nothing of whom it is shared with, unless it names that.
        if let Some(access) = for_some(text).filter(|_| !is_asked_for(text)) {
            access.state_level(terms);
        }
    }
    let is_silent = terms.sharing.is_none();
    // A reason alone leaves the source's terms in place: who sees little of the record sees its level and no reason, and
    // nothing may tell that there is one.
    for (_, text) in all_of(cells, Column::Reasons) {
        if let Some(access) = closing(text) {
            access.state(terms);
        } else if says_yes(text) {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
        }
    }
    for (label, text) in all_of(cells, Column::Audience) {
        let header = key_of(outside_brackets(label));
        let is_access = WHO_HAS_ACCESS.iter().any(|name| key_of(name) == header);
        let level = Vocabularies::bundled().sharing(text);
        if is_silent && is_access && says_nobody(text) {
            close(terms, Sharing::Organisation, None);
            continue;
        }
        // Whom the data is for closes nothing, unless it names a group or a level and no readers.
        let is_limited = || is_cluster(text) || for_some(text).is_some();
        let named = level.or_else(|| is_limited().then_some(Sharing::Restricted));
        if is_silent && (is_access || named.is_some()) {
            let level = named.unwrap_or(Sharing::Restricted);
            terms.sharing_at_least = terms.sharing_at_least.max(Some(level).filter(|level| *level != Sharing::Public));
        }
    }
}

/// What columns of visibility close: a record that is not listed, or not in full, is not there for everyone. Where the row states a level
/// itself, the column says what those see whom it leaves out, unless its cell is a level, too.
fn closed_by_listing(cells: &Cells<'_>, terms: &mut StatedText) {
    let is_silent = terms.sharing.is_none();
    for (_, text) in all_of(cells, Column::Listing) {
        if Vocabularies::bundled().listing(text).is_none()
            && let Some(access) = closing(text)
        {
            access.state_level(terms);
            continue;
        }
        let level = match levels::listing(text) {
            Listing::Full => None,
            Listing::Stub => Some(Sharing::Restricted),
            Listing::Hidden => Some(Sharing::Organisation),
        };
        terms.sharing_at_least = terms.sharing_at_least.max(level.filter(|_| is_silent));
    }
}

/// What columns of restrictions close. Words that nobody can read close, too: they would not stand there if there were none.
fn restrictions(cells: &mut Cells<'_>, terms: &mut StatedText) {
    for (label, text) in all_of(cells, Column::Restrictions) {
        match for_some(text) {
            Some(access) => access.state(terms),
            None if says_yes(text) => close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest)),
            None if speaks_of_open(text) || meaning_of(text) == Some(Access::Open) || is_of_use(text) => {}
            None => {
                let message = "nobody can tell from the words who has access: the row is for its organisation alone";
                cells.report("unread-access", label, message, Some(text));
                Access::Internal.state(terms);
            }
        }
    }
}

/// Whether the first word of a cell is a yes.
fn says_yes(text: &str) -> bool {
    let folded = fold(text);
    let first = folded.split(' ').next().unwrap_or_default();
    truth_of(first) == Some(true) && first != "s" && !says_none(text)
}

/// Whether a restriction is one of use, whoever has the data: that it is cited, or makes no money.
fn is_of_use(text: &str) -> bool {
    let begins = [
        "cite",
        "citing",
        "citation",
        "citar",
        "citer",
        "attribution",
        "credit",
        "acknowledg",
        "mention",
        "اذكر",
        "ذكر المصدر",
        "يرجي ذكر",
    ];
    let folded = fold(text);
    let folded = folded.strip_prefix("please ").unwrap_or(&folded);
    begins_with_commerce(text) || begins.iter().any(|word| folded.starts_with(word)) && !says_only(text)
}

/// Columns of yes and no. A cell that is neither closes where the column is there to close, and is told.
fn closed_by_flags(cells: &mut Cells<'_>, terms: &mut StatedText) {
    for (label, text) in all_of(cells, Column::IsConfidential) {
        let truth = truth_of(text);
        if truth == Some(false) || says_none(text) {
            continue;
        }
        if truth.is_none() {
            cells.report("not-yes-or-no", label, "yes or no was due: the closer reading holds", Some(text));
        }
        close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
        if key_of(label).contains("confiden") || key_of(label) == key_of("سري") {
            terms.classification.get_or_insert_with(|| "confidential".to_owned());
        }
    }
    for (label, text) in all_of(cells, Column::CanBeShared) {
        match (truth_of(text), closing(text)) {
            (Some(true), _) => {}
            (Some(false), _) => close(terms, Sharing::Organisation, Some(AccessMethod::OnRequest)),
            (None, _) if says_nobody(text) => close(terms, Sharing::Organisation, Some(AccessMethod::OnRequest)),
            (None, Some(access)) => access.state(terms),
            (None, None) => close_unread(cells, label, text, terms),
        }
    }
}

/// A matrix has a column for each level: of those with a yes the closest holds.
fn ticked(cells: &Cells<'_>, terms: &mut StatedText) {
    for header in &cells.ticked {
        if let Some(access) = closing(header) {
            access.state(terms);
        } else {
            let level = Some((*header).to_owned());
            terms.sensitivity = closer_of(terms.sensitivity.take(), level, levels::sensitivity);
        }
    }
}

/// Closes by columns that seem to state terms and are not known, unless the cell says that everyone has access.
fn unread(cells: &mut Cells<'_>, terms: &mut StatedText) {
    for (hint, label, text) in std::mem::take(&mut cells.unread) {
        let is_blank = is_nothing(Column::Restrictions, text);
        let is_no = truth_of(text) == Some(false);
        let limits_nothing = match hint {
            Hint::Limits => is_no || says_none(text),
            Hint::Sharing => false,
            Hint::Release => !is_no && !says_nobody(text) && for_some(text).is_none(),
        };
        if is_blank || limits_nothing || says_open(text) {
            continue;
        }
        let message = "the column seems to state terms and is not understood: the closer reading holds";
        cells.report("unread-terms", label, message, Some(text));
        closing(text).unwrap_or(Access::Internal).state(terms);
    }
}

/// Closes by levels that stand in columns of something else.
fn misplaced(cells: &mut Cells<'_>, terms: &mut StatedText) {
    for (label, words) in std::mem::take(&mut cells.misplaced) {
        let message =
            "the words mark the data, though the column is there for something else: the row is closed by them";
        cells.report("marking", label, message, Some(words));
        closing(words).unwrap_or(Access::Internal).state(terms);
        push_new(&mut terms.reasons, words.to_owned());
    }
}

/// Closes by a cell that was to say whether data is public or can be shared, and says neither yes nor no.
fn close_unread(cells: &mut Cells<'_>, label: &str, text: &str, terms: &mut StatedText) {
    // What has a day on which it was published is.
    let is_day = text.contains(char::is_numeric) && read_date_ordered(text, OrderHint::default()).is_ok();
    if is_day || says_open(text) {
        cells.report("not-yes-or-no", label, "yes or no was due", Some(text));
        return;
    }
    cells.report("not-yes-or-no", label, "yes or no was due: the closer reading holds", Some(text));
    closing(text).unwrap_or(Access::Restricted).state(terms);
}

/// Whether a cell says in so many words that everyone has access; one that only says `none` may mean that nobody has.
fn says_open(text: &str) -> bool {
    let folded = fold(text);
    let of_limits = ["restr", "limit", "constrain", "contraint", "قيود", "مقيد"];
    meaning_of(text).or_else(|| in_words(text)) == Some(Access::Open)
        || says_none(text) && of_limits.iter().any(|word| folded.contains(word))
}
