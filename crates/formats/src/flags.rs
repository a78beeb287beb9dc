//! Access flags of a fixed meaning, and what they set in the terms of a draft.
//!
//! A flag closes through the `…_at_least` fields, so that what is stated in words stays beside it and may be closer
//! still.

use cairn_model::{AccessMethod, Sharing, StatedText};

/// States the sharing level where none is stated yet.
pub(crate) fn state_sharing(terms: &mut StatedText, sharing: &str) {
    terms.sharing.get_or_insert_with(|| sharing.to_owned());
}

/// Closes sharing and access method by a flag. What is stated in words stays beside it, with every mark in it
/// (`TLP:EX:CHR`), and may be closer still.
pub(crate) fn close(terms: &mut StatedText, sharing: Sharing, access_method: Option<AccessMethod>) {
    terms.sharing_at_least = terms.sharing_at_least.max(Some(sharing));
    terms.access_at_least = terms.access_at_least.max(access_method);
}

/// Closes the access method alone: nothing is said of the sharing level.
pub(crate) fn close_access(terms: &mut StatedText, access_method: AccessMethod) {
    terms.access_at_least = terms.access_at_least.max(Some(access_method));
}

/// Closes a record that its portal shows to its organisation only.
pub(crate) fn close_listing(terms: &mut StatedText) {
    close(terms, Sharing::Organisation, None);
    terms.listed_openly = false;
}

/// `accessLevel` of DCAT-US 1.1: public, restricted public, non-public. Other words are a sharing level.
pub(crate) fn access_level(level: &str, terms: &mut StatedText) {
    match level.to_ascii_lowercase().as_str() {
        "public" => state_sharing(terms, "public"),
        "restricted public" | "restricted" => close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest)),
        "non-public" | "nonpublic" | "private" => close(terms, Sharing::Organisation, Some(AccessMethod::None)),
        _ => state_sharing(terms, level),
    }
}

/// `dct:accessRights` of DCAT-AP: an address of the EU authority table, or words, which say nothing certain.
pub(crate) fn access_rights(rights: &str, terms: &mut StatedText) {
    let Some((_, code)) = rights.rsplit_once("/access-right/") else {
        return;
    };
    match code {
        "PUBLIC" => state_sharing(terms, "public"),
        "RESTRICTED" => close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest)),
        "NON_PUBLIC" => close(terms, Sharing::Organisation, Some(AccessMethod::None)),
        "CONFIDENTIAL" => {
            close(terms, Sharing::Organisation, Some(AccessMethod::None));
            terms.classification = terms.classification.take().or_else(|| Some("confidential".to_owned()));
        }
        "SENSITIVE" => {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
            terms.sensitivity = terms.sensitivity.take().or_else(|| Some("high".to_owned()));
        }
        _ => state_sharing(terms, code),
    }
}
