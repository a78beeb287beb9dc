//! What a dataset says of its terms: access rights, policies, and those of its catalogue and files.

use cairn_model::{AccessMethod, Sharing, StatedText};
use oxrdf::Term;

use super::Surroundings;
use crate::access;
use crate::access::{
    Access, access_level, by_code, by_words_of_access, close, closing, in_words, is_access_right, is_unrestricted,
    meaning_of, state_sharing,
};
use crate::rdf::graph::{Node, code_of, plain_text};
use crate::rdf::lost_access::UNREAD_ACCESS;

/// Names of access rights.
const ACCESS_RIGHTS: &[&str] = &["dct:accessRights", "dcat:accessRights"];

/// The terms in the source's words, or in ours where a flag has a fixed meaning.
pub(super) fn stated(dataset: Node<'_>, around: &Surroundings<'_>) -> StatedText {
    let mut terms = StatedText { listed_openly: true, ..StatedText::default() };
    own_terms(dataset, &mut terms);
    for file in files(dataset) {
        tighten(file, &mut terms);
    }
    let is_silent = terms.sharing.is_none() && terms.sharing_at_least.is_none();
    for catalogue in around.catalogues.iter().filter(|_| is_silent) {
        tighten(*catalogue, &mut terms);
    }
    terms.legal_basis = dataset.all_words(&["dcatde:legalBasis", "dcatde:legalbasisText"]).into_iter().next();
    terms
}

/// A dataset is as closed as the closest of its files; what is open of them opens nothing.
fn tighten(file: Node<'_>, terms: &mut StatedText) {
    let mut own = StatedText { listed_openly: true, ..StatedText::default() };
    own_terms(file, &mut own);
    for service in file.terms("dcat:accessService").filter_map(|term| file.follow(term)) {
        own_terms(service, &mut own);
    }
    access::tighten(terms, own);
}

/// Names of what says who has access, and of what may.
const STATEMENTS: &[&str] = &[
    "dct:accessRights",
    "dcat:accessRights",
    "dct:rights",
    "pod:accessLevel",
    "dcatus:accessRestriction",
    "dcatus:cuiRestriction",
    "odrl:hasPolicy",
    UNREAD_ACCESS,
];

/// Whether a statement of such a name may say who has access.
pub(super) fn is_of_access(name: &str) -> bool {
    STATEMENTS.contains(&name)
}

/// The level to which a statement closes that will not be read, as far as it shows by itself. What only its object could
/// tell closes to the organisation; a policy and rights mostly say how data is used, and close nothing unread.
pub(super) fn closes_unread(name: &str, object: &Term) -> Option<Sharing> {
    if !is_of_access(name) || name == "odrl:hasPolicy" {
        return None;
    }
    let mut terms = StatedText::default();
    match plain_text(object) {
        Some(text) if name == "dct:rights" => closing(&text)?.state(&mut terms),
        None if name == "dct:rights" => return None,
        Some(text) => {
            let meaning = meaning_of(&text).or_else(|| in_words(&text));
            let Some(access) = meaning else { return Some(Sharing::Organisation) };
            access.state(&mut terms);
        }
        None => return Some(Sharing::Organisation),
    }
    terms.sharing_at_least
}

fn files(dataset: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let files = dataset.all_terms(&["dcat:distribution", "schema:distribution"]);
    files.into_iter().filter_map(move |term| dataset.follow(term))
}

fn own_terms(node: Node<'_>, terms: &mut StatedText) {
    for words in node.terms(UNREAD_ACCESS).filter_map(plain_text) {
        match Sharing::ALL.iter().find(|level| level.code() == words) {
            Some(level) => close(terms, *level, Some(AccessMethod::None)),
            None => state_sharing(terms, &words),
        }
    }
    for term in node.all_terms(ACCESS_RIGHTS) {
        access_rights(node, term, terms);
    }
    for term in node.terms("dct:rights") {
        // Rights say how data may be used, and are a part of its licence, unless they are a code of access or say who has none.
        let code = plain_text(term).unwrap_or_default();
        let closes = |text: &String| closing(text).is_some();
        if is_access_right(&code) || closes(&code) || node.words(term).as_ref().is_some_and(closes) {
            access_rights(node, term, terms);
        }
    }
    for term in node.terms("schema:isAccessibleForFree") {
        // A price is no secret: it says how the data is had.
        if plain_text(term).as_deref() == Some("false") {
            add_reason(terms, "Not free of charge".to_owned());
        }
    }
    if let Some(level) = node.text(&["pod:accessLevel"]) {
        access_level(&level, terms);
    }
    for term in node.all_terms(&["dcatus:accessRestriction", "dcatus:cuiRestriction"]) {
        restriction(node, term, terms);
    }
    for term in node.terms("odrl:hasPolicy") {
        if let Some(policy) = node.follow(term) {
            policy_in_words(policy, terms);
        }
    }
}

/// An address of a table of access rights, a statement with a text, or words.
fn access_rights(node: Node<'_>, term: &Term, terms: &mut StatedText) {
    let address = plain_text(term);
    if let Some(address) = address.as_deref().filter(|address| is_access_right(address)) {
        by_code(address, terms);
        return;
    }
    let words = node.words(term);
    let meaning = [address, code_of(term)].iter().flatten().find_map(|text| meaning_of(text));
    let meaning = meaning.or_else(|| words.as_deref().and_then(in_words));
    match (meaning, &words) {
        (Some(meaning), _) => meaning.state(terms),
        (None, Some(words)) => by_words_of_access(words, terms),
        (None, None) => {}
    }
    if meaning != Some(Access::Open)
        && let Some(words) = words
    {
        add_reason(terms, words);
    }
}

/// A restriction of DCAT-US 3.0, unless its status says that there is none: what its other words say may hold at another
/// time, or for others.
fn restriction(node: Node<'_>, term: &Term, terms: &mut StatedText) {
    let parts = node.follow(term);
    let (around, statuses) = match parts {
        Some(parts) => (parts, parts.all_terms(&["dcatus:restrictionStatus"])),
        None => (node, vec![term]),
    };
    let is_open = |status: &&Term| around.words(status).is_some_and(|words| is_unrestricted(&words));
    if !statuses.is_empty() && statuses.iter().all(is_open) {
        return;
    }
    let words: Vec<String> = match parts {
        Some(parts) => parts
            .statements()
            .filter(|(_, name, _)| *name != "rdf:type")
            .filter_map(|(_, _, term)| parts.words(term))
            .collect(),
        None => plain_text(term).into_iter().collect(),
    };
    let words = words.join("; ");
    close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
    add_reason(terms, if words.is_empty() { "Restricted".to_owned() } else { words });
}

/// ODRL 2.2: what is prohibited and owed is kept in words, and a permission to named parties alone is a restriction.
fn policy_in_words(policy: Node<'_>, terms: &mut StatedText) {
    for (name, what) in
        [("odrl:prohibition", "Prohibited"), ("odrl:obligation", "Obligation"), ("odrl:duty", "Obligation")]
    {
        for rule in policy.terms(name).filter_map(|term| policy.follow(term)) {
            let actions: Vec<String> = rule.terms("odrl:action").filter_map(code_of).collect();
            add_reason(
                terms,
                format!(
                    "{what}: {}",
                    if actions.is_empty() { "see the policy".to_owned() } else { actions.join(", ") }
                ),
            );
        }
    }
    let permissions: Vec<Node<'_>> = policy.terms("odrl:permission").filter_map(|term| policy.follow(term)).collect();
    let of_named_parties = |rule: &Node<'_>| rule.terms("odrl:assignee").next().is_some();
    if of_named_parties(&policy) || !permissions.is_empty() && permissions.iter().all(of_named_parties) {
        close(terms, Sharing::Restricted, None);
        let parties: Vec<String> =
            std::iter::once(&policy).chain(&permissions).flat_map(|rule| rule.all_words(&["odrl:assignee"])).collect();
        add_reason(terms, format!("Permitted to: {}", parties.join(", ")));
    }
    for term in policy.all_terms(&["dct:description", "rdfs:label"]) {
        if let Some(words) = plain_text(term) {
            add_reason(terms, words);
        }
    }
}

fn add_reason(terms: &mut StatedText, reason: String) {
    if !terms.reasons.contains(&reason) {
        terms.reasons.push(reason);
    }
}
