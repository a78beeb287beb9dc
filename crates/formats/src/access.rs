//! Access flags that several formats share: DCAT-US access levels and the access rights of the EU's authority table.
//!
//! A flag of a fixed meaning sets what must at least hold; words of the source stay beside it, and the closer counts.

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

/// `accessLevel` of DCAT-US 1.1: public, restricted public, non-public; another word stands as it is written.
pub(crate) fn access_level(terms: &mut StatedText, level: &str) {
    match level.to_ascii_lowercase().as_str() {
        "public" => state_sharing(terms, "public"),
        "restricted public" | "restricted" => close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest)),
        "non-public" | "nonpublic" | "private" => close(terms, Sharing::Organisation, Some(AccessMethod::None)),
        _ => state_sharing(terms, level),
    }
}

/// A code of the EU's table of access rights (`…/authority/access-right/`); another code stands as it is written.
pub(crate) fn access_right(terms: &mut StatedText, code: &str) {
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

/// The code in an address of the EU's table of access rights.
pub(crate) fn code_of_access_right(address: &str) -> Option<&str> {
    let (_, code) = address.rsplit_once("/access-right/")?;
    Some(code.trim_end_matches('/'))
}
