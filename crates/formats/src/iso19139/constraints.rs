//! Legal and security constraints as terms: whom the data is withheld from, and how it is had.

use cairn_model::{AccessMethod, Draft, Problem, Sharing, StatedText, Vocabularies};

use super::Metadata;
use super::licence::is_of_licence;
use super::text::{code, plain, says_nothing};
use crate::access::{
    begins_with_commerce, by_statement, close, close_by_words, is_closed, speaks_of_open, state_sharing,
};
use crate::once::push_new;
use crate::xml::{ANY, Element, Vocabulary};

/// Fills in the terms.
pub(super) fn fill(metadata: &mut Metadata<'_, '_>, draft: &mut Draft) {
    let terms = &mut draft.terms;
    terms.listed_openly = true;
    let blocks = metadata.constraints();
    let open_licence = blocks.iter().any(|block| has_open_licence(block));
    for block in blocks {
        read(metadata, block, open_licence, terms);
    }
    // What restrains the record itself is no statement about the data alone: it is not for everyone to see.
    for block in metadata.root.all(&["metadataConstraints", ANY]) {
        let mut own = StatedText { listed_openly: true, ..StatedText::default() };
        read(metadata, block, false, &mut own);
        keep_unread(std::mem::take(&mut own.unread_access), terms);
        if is_closed(&own) {
            terms.listed_openly = false;
            terms.sharing_at_least = terms.sharing_at_least.max(own.sharing_at_least);
            terms.access_at_least = terms.access_at_least.max(own.access_at_least);
            terms.classification = terms.classification.take().or(own.classification);
            terms.reasons.extend(own.reasons);
        }
    }
}

/// Reads one block of constraints. Why it closes what it closes stands in the words beside its codes.
fn read(metadata: &mut Metadata<'_, '_>, block: &Element<'_>, open_licence: bool, terms: &mut StatedText) {
    let mut own = StatedText { listed_openly: true, ..StatedText::default() };
    let mut words: Vec<String> = Vec::new();
    if block.name().contains("SecurityConstraints") {
        security(block, &mut own);
        words.extend(block.children("userNote").filter_map(plain));
    } else {
        let is_of_access = block.children("accessConstraints").filter_map(code).any(|code| is_other(&code));
        for constraint in block.children("otherConstraints") {
            let anchor = constraint.elements().find_map(|value| value.attribute_of(Vocabulary::XLink, "href"));
            let text = plain(constraint);
            let is_known = anchor.is_some_and(|address| by_statement(address, &mut own))
                || text.as_deref().is_some_and(|text| by_statement(text, &mut own));
            if let Some(text) = text.as_deref().filter(|_| !is_known && is_of_access) {
                tell_unread(text, anchor, &mut own);
            }
            if !is_known || is_closed(&own) {
                words.extend(text.filter(|text| !says_nothing(text)));
            }
        }
        // A limitation of use closes where it begins with one of access; one of commerce is none.
        for text in block.children("useLimitation").filter_map(plain) {
            if !begins_with_commerce(&text) {
                close_by_words(&text, &mut own);
            }
        }
        let open_licence = open_licence || own.sharing.is_some();
        for property in ["accessConstraints", "useConstraints"] {
            for constraint in block.children(property) {
                let Some(restriction) = code(constraint) else { continue };
                if !restrict(&restriction, property == "accessConstraints", open_licence, &mut own) {
                    let message = "no known restriction code; access is taken to be on request";
                    let problem = Problem::warning("unknown-restriction", property, message);
                    metadata.notes.report(problem.with_value(&restriction));
                    own.access_at_least = own.access_at_least.max(Some(AccessMethod::OnRequest));
                    words.push(restriction);
                }
            }
        }
        if let Some(basis) = words.first().filter(|_| is_statutory(block)) {
            own.legal_basis = Some(basis.clone());
        }
    }
    let closed = is_closed(&own);
    // Words are a puzzle where nothing beside them says who has access.
    if !closed && own.sharing.is_none() {
        keep_unread(std::mem::take(&mut own.unread_access), terms);
    }
    words.splice(0..0, std::mem::take(&mut own.reasons));
    terms.listed_openly &= own.listed_openly;
    terms.sharing_at_least = terms.sharing_at_least.max(own.sharing_at_least);
    terms.access_at_least = terms.access_at_least.max(own.access_at_least);
    terms.classification = closer(terms.classification.take(), own.classification);
    terms.sensitivity = terms.sensitivity.take().or(own.sensitivity);
    terms.sharing = terms.sharing.take().or(own.sharing);
    terms.legal_basis = terms.legal_basis.take().or(own.legal_basis);
    if closed {
        for word in words {
            push_new(&mut terms.reasons, word);
        }
    }
}

/// The code by which words beside it say how access is restricted.
fn is_other(code: &str) -> bool {
    code.eq_ignore_ascii_case("otherRestrictions")
}

/// Notes words that stand for a restriction of access and that nobody can read; those of a licence are none.
fn tell_unread(text: &str, anchor: Option<&str>, own: &mut StatedText) {
    let is_licence = anchor.is_some_and(names_open_licence) || names_open_licence(text) || is_of_licence(text);
    if !is_licence && !says_nothing(text) && !speaks_of_open(text) {
        push_new(&mut own.unread_access, text.to_owned());
    }
}

/// Keeps words that nobody can read as reasons, and tells them.
fn keep_unread(unread: Vec<String>, terms: &mut StatedText) {
    for text in unread {
        push_new(&mut terms.reasons, text.clone());
        push_new(&mut terms.unread_access, text);
    }
}

/// The closer of two markings; one that no vocabulary knows counts as the closest, for it stays to be looked at.
fn closer(known: Option<String>, other: Option<String>) -> Option<String> {
    let rank = |text: &String| {
        let class = Vocabularies::bundled().classification(text);
        (class.is_none(), class)
    };
    match (known, other) {
        (Some(known), Some(other)) if rank(&other) > rank(&known) => Some(other),
        (known, other) => known.or(other),
    }
}

fn is_statutory(block: &Element<'_>) -> bool {
    let codes = block.children("accessConstraints").chain(block.children("useConstraints"));
    codes.filter_map(code).any(|code| code.eq_ignore_ascii_case("statutory"))
}

/// Whether a block of constraints names a licence that is open, in words, in an anchor or as a reference.
fn has_open_licence(block: &Element<'_>) -> bool {
    let properties = ["otherConstraints", "useLimitation", "reference"];
    let mut statements = properties.iter().flat_map(|property| block.children(property));
    statements.any(|statement| {
        let anchor = statement.elements().find_map(|value| value.attribute_of(Vocabulary::XLink, "href"));
        anchor.is_some_and(names_open_licence) || statement.text().is_some_and(|text| names_open_licence(&text))
    })
}

fn names_open_licence(text: &str) -> bool {
    let lower = text.to_lowercase();
    let marks = ["creativecommons.org/", "opendatacommons.org/", "/nolimitations", "open-government-licence"];
    marks.iter().any(|mark| lower.contains(mark)) || is_known_licence(text)
}

fn is_known_licence(text: &str) -> bool {
    let code = Vocabularies::bundled().licence(text);
    code.is_some_and(|code| code.to_uppercase().starts_with("CC") || code.to_uppercase().starts_with("OD"))
}

/// `MD_RestrictionCode` of ISO 19115:2003 and of ISO 19115-1:2014, in either spelling; false where the code is neither.
fn restrict(code: &str, is_access: bool, open_licence: bool, terms: &mut StatedText) -> bool {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match plain.as_str() {
        // Rights in the work, which the licence settles; restrictions that stand in words beside the code.
        "copyright"
        | "patent"
        | "patentpending"
        | "trademark"
        | "intellectualpropertyrights"
        | "otherrestrictions"
        | "licenceunrestricted"
        | "licenseunrestricted" => {}
        "license" | "licence" | "licenceenduser" | "licenseenduser" | "licencedistributor" | "licensedistributor" => {
            if is_access && !open_licence {
                terms.access_at_least = terms.access_at_least.max(Some(AccessMethod::Licensed));
            }
        }
        "unrestricted" | "none" | "norestrictions" | "nolimitations" => {
            if is_access {
                state_sharing(terms, "public");
            }
        }
        "restricted" | "statutory" => close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest)),
        "private" => {
            close(terms, Sharing::Organisation, Some(AccessMethod::OnRequest));
        }
        "confidential" | "inconfidence" => {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
            terms.classification.get_or_insert_with(|| code.to_owned());
        }
        "sbu" | "sensitivebutunclassified" => {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
            terms.classification.get_or_insert_with(|| code.to_owned());
        }
        _ => return false,
    }
    true
}

/// `MD_SecurityConstraints` with a `MD_ClassificationCode` of either edition.
fn security(block: &Element<'_>, terms: &mut StatedText) {
    let Some(class) = block.child("classification").and_then(code) else { return };
    let plain: String = class.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match plain.as_str() {
        "restricted" | "limiteddistribution" | "protected" | "sbu" | "sensitivebutunclassified" | "confidential" => {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
        }
        "forofficialuseonly" => close(terms, Sharing::Organisation, Some(AccessMethod::OnRequest)),
        "secret" | "topsecret" => {
            close(terms, Sharing::Closed, Some(AccessMethod::None));
        }
        _ => {}
    }
    // The words of another system of classification say more than the code: both are kept.
    let system = block.child("classificationSystem").and_then(super::text::plain);
    if let Some(system) = system.filter(|_| is_closed(terms)) {
        terms.reasons.push(format!("Classification: {class} ({system})"));
    }
    terms.classification = Some(class);
}
