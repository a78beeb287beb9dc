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

/// What the words or codes of access rights mean, in lower case: open, restricted, closed, and not to be shown at all.
/// The codes are those of COAR (Access Rights 1.0) and `info:eu-repo`; the words are those of DCAT-US and of the EU's table.
const MEANINGS: &[(&str, Access)] = &[
    ("public", Access::Open),
    ("open", Access::Open),
    ("open access", Access::Open),
    ("openaccess", Access::Open),
    ("c_abf2", Access::Open),
    ("nolimitations", Access::Open),
    ("restricted", Access::Restricted),
    ("restricted public", Access::Restricted),
    ("restricted access", Access::Restricted),
    ("restrictedaccess", Access::Restricted),
    ("embargoedaccess", Access::Restricted),
    ("c_16ec", Access::Restricted),
    ("c_f1cf", Access::Restricted),
    ("non-public", Access::Closed),
    ("nonpublic", Access::Closed),
    ("non public", Access::Closed),
    ("closedaccess", Access::Closed),
    ("closed access", Access::Closed),
    ("metadata only access", Access::Closed),
    ("c_14cb", Access::Closed),
    ("private", Access::Hidden),
    ("confidential", Access::Hidden),
];

/// What words of access say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone may have the data.
    Open,
    /// Some may.
    Restricted,
    /// Nobody outside may.
    Closed,
    /// As closed, and named so.
    Hidden,
}

/// Closes as far as words of access say.
pub(crate) fn close_as(terms: &mut StatedText, access: Access) {
    match access {
        Access::Open => state_sharing(terms, "public"),
        Access::Restricted => close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest)),
        Access::Closed => close(terms, Sharing::Organisation, Some(AccessMethod::None)),
        Access::Hidden => {
            close(terms, Sharing::Organisation, Some(AccessMethod::None));
        }
    }
}

/// What words or a code of access mean, where they are known.
pub(crate) fn meaning_of(text: &str) -> Option<Access> {
    let text = text.trim().to_lowercase();
    MEANINGS.iter().find(|(words, _)| *words == text).map(|(_, access)| *access)
}
