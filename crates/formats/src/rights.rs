//! Statements of rights in words: terms where they are settled codes, else what is said of the licence.

use cairn_model::{AccessMethod, Draft, Sharing, StatedText, Vocabularies};

use crate::access::{by_code, by_statement, close, is_closed, state_sharing};
use crate::once::push_new;

/// A statement and the address that stands beside it.
pub(crate) type Statement = (Option<String>, Option<String>);

/// Reads constraints on access and on use, which are sentences of people, and what is said of licences beside them.
pub(crate) fn constraints(access: Vec<String>, usage: Vec<String>, licences: Vec<Statement>, draft: &mut Draft) {
    for words in &access {
        access_constraints(words, draft);
    }
    let words = access.into_iter().chain(usage).filter(|words| !says_none(words));
    fill(words.map(|words| (Some(words), None)).chain(licences).collect(), draft);
}

/// What [`fill`] does not tell: that there are no constraints, and that the data is not for the public.
fn access_constraints(words: &str, draft: &mut Draft) {
    let lower = words.to_lowercase();
    if says_none(words) {
        state_sharing(&mut draft.terms, "public");
    } else if [
        "not for public release",
        "not releasable",
        "official use only",
        "internal use only",
        "not to be distributed",
    ]
    .iter()
    .any(|phrase| lower.contains(phrase))
    {
        close(&mut draft.terms, Sharing::Organisation, Some(AccessMethod::OnRequest));
        push_new(&mut draft.terms.reasons, words.to_owned());
    }
}

fn says_none(words: &str) -> bool {
    let lower = words.trim().trim_end_matches('.').to_lowercase();
    matches!(lower.as_str(), "none" | "no" | "no restrictions" | "unrestricted" | "no constraints")
}

/// Reads statements of rights, each with the address that stands beside it.
///
/// A statement that names access is stated in the terms; of the others the first that names a licence is the licence, and
/// the words of all are kept.
pub(crate) fn fill(statements: Vec<Statement>, draft: &mut Draft) {
    let mut texts: Vec<String> = Vec::new();
    let mut addresses: Vec<String> = Vec::new();
    for (text, address) in statements {
        let by_address = address.as_deref().is_some_and(|address| by_statement(address, &mut draft.terms));
        let by_text = text.as_deref().is_some_and(|text| by_statement(text, &mut draft.terms));
        if by_text && is_closed(&draft.terms) {
            push_new(&mut draft.terms.reasons, text.clone().unwrap_or_default());
        }
        if let Some(address) = address.filter(|_| !by_address) {
            addresses.push(address);
        }
        // A code was read as terms; a sentence that restricts says more than that.
        let is_code = |text: &String| by_code(text, &mut StatedText::default()) || names_only_a_restriction(text);
        match text.filter(|text| !is_code(text)) {
            Some(text) if is_address(&text) => addresses.push(text),
            Some(text) => push_new(&mut texts, text),
            None => {}
        }
    }
    let knows = |text: &&String| Vocabularies::bundled().licence(text).is_some_and(|code| code != "other");
    let url = addresses.iter().find(knows).or_else(|| addresses.first()).cloned();
    draft.licence_title = texts.iter().filter(|text| text.len() <= 200).find(knows).cloned();
    texts.extend(addresses.into_iter().filter(|address| Some(address) != url.as_ref()));
    draft.licence_url = url;
    draft.licence_text = (!texts.is_empty()).then(|| texts.join("\n\n"));
}

/// Catalogues of ISO 19115 write restriction codes in the place of rights: that there is a licence, and not which.
fn names_only_a_restriction(text: &str) -> bool {
    let codes = [
        "license",
        "licence",
        "copyright",
        "otherRestrictions",
        "intellectualPropertyRights",
        "patent",
        "trademark",
        "none",
    ];
    codes.iter().any(|code| code.eq_ignore_ascii_case(text))
}

/// Whether a text is an address and nothing else.
pub(crate) fn is_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && !text.contains(char::is_whitespace)
}
