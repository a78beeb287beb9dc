//! How a study is had: availability, conditions of use, confidentiality (DDI Codebook 2.5 §2.4).

use cairn_model::{AccessMethod, Draft, StatedText, Vocabularies};

use crate::access::{self, by_statement, by_words_of_access, close_to_method};
use crate::once::{paragraphs, push_new};
use crate::xml::Element;

/// Longer statements are prose, and no name of a way of access.
const LONGEST_NAME: usize = 120;

/// Fills in terms, licence and caveats.
pub(super) fn fill(root: &Element<'_>, draft: &mut Draft) {
    draft.terms.listed_openly = true;
    let mut words: Vec<String> = Vec::new();
    let mut caveats: Vec<String> = Vec::new();
    words.extend(root.texts_at(&["stdyDscr", "citation", "prodStmt", "copyright"]));
    for access in root.all(&["stdyDscr", "dataAccs"]) {
        for status in access.texts_at(&["setAvail", "avlStatus"]) {
            if !named(&status, &mut draft.terms) {
                by_words_of_access(&status, &mut draft.terms);
                caveats.push(status);
            }
        }
        for usage in access.children("useStmt") {
            use_statement(usage, &mut draft.terms, &mut words);
            caveats.extend(usage.texts_at(&["disclaimer"]));
        }
        let notes = access.children("notes").chain(access.all(&["setAvail", "notes"]));
        // Dataverse writes terms of access and of use as notes.
        for note in notes.filter(|note| note.attribute("type").is_some_and(|kind| kind.starts_with("DVN:TO"))) {
            let Some(text) = note.text() else { continue };
            let is_access = note.attribute("type") == Some("DVN:TOA");
            if is_access && !says_none(&text) && !named(&text, &mut draft.terms) {
                restrict(&text, &mut draft.terms);
            }
            words.push(text);
        }
    }
    draft.licence_text = paragraphs(words);
    draft.caveats = paragraphs(caveats);
}

fn use_statement(usage: &Element<'_>, terms: &mut StatedText, words: &mut Vec<String>) {
    for declaration in usage.children("confDec") {
        if is_required(declaration) == Some(true) {
            close_to_method(terms, AccessMethod::Licensed);
            terms.reasons.extend(declaration.text());
        }
        words.extend(declaration.text());
    }
    for permission in usage.children("specPerm") {
        let text = permission.text().filter(|text| !says_none(text));
        let by_name = text.as_deref().is_some_and(|text| named(text, terms));
        let required = is_required(permission).unwrap_or(text.is_some());
        if required && !by_name {
            match &text {
                Some(text) => restrict(text, terms),
                None => close_to_method(terms, AccessMethod::OnRequest),
            }
        }
        words.extend(text);
    }
    for text in usage.texts_at(&["restrctn"]).into_iter().filter(|text| !says_none(text)) {
        if !named(&text, terms) && Vocabularies::bundled().licence(&text).is_none() {
            restrict(&text, terms);
        }
        words.push(text);
    }
    for name in ["conditions", "citReq", "deposReq"] {
        for text in usage.texts_at(&[name]) {
            if name == "conditions" {
                named(&text, terms);
            }
            words.push(text);
        }
    }
}

fn is_required(element: &Element<'_>) -> Option<bool> {
    match element.attribute("required")?.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// A restriction in words: whoever wants the data has to ask, and the words say why.
fn restrict(text: &str, terms: &mut StatedText) {
    close_to_method(terms, AccessMethod::OnRequest);
    push_new(&mut terms.reasons, text.to_owned());
}

fn says_none(text: &str) -> bool {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    let none =
        ["none", "no", "n/a", "not applicable", "no restrictions", "no restriction", "unrestricted", "not required"];
    none.contains(&lower.as_str()) || lower.starts_with("there are no restrictions")
}

/// Reads the name of a way of access: that of NADA (`Licensed data files`), of the UK Data Service, or a settled code.
fn named(text: &str, terms: &mut StatedText) -> bool {
    let method = match text.trim().to_lowercase().as_str() {
        "safeguarded" | "safeguarded data" => Some(AccessMethod::Licensed),
        "controlled" | "controlled data" | "secure access" => Some(AccessMethod::Enclave),
        _ => None,
    };
    if let Some(method) = method {
        close_to_method(terms, method);
        return true;
    }
    if by_statement(text, terms) || access::says_none(text) {
        return true;
    }
    if text.chars().count() <= LONGEST_NAME
        && let Some(method) = Vocabularies::bundled().access_method(text)
    {
        close_to_method(terms, method);
        terms.access_method.get_or_insert_with(|| text.to_owned());
        return true;
    }
    false
}
