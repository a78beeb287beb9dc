//! Codes of access in the registers that several formats use.

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

/// Whether a flag has closed anything.
pub(crate) fn is_closed(terms: &StatedText) -> bool {
    terms.sharing_at_least.is_some() || terms.access_at_least.is_some()
}

/// Reads an address of the EU's authority table of access rights; false where it is none.
pub(crate) fn by_access_right(address: &str, terms: &mut StatedText) -> bool {
    let Some((_, code)) = address.rsplit_once("/access-right/") else { return false };
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
    true
}

/// Reads a statement of rights: a code or settled phrase ([`by_code`]), or a sentence that begins with the name of a
/// restriction; false where it is neither, and nothing was stated.
pub(crate) fn by_statement(statement: &str, terms: &mut StatedText) -> bool {
    by_code(statement, terms) || by_first_word(statement, terms)
}

/// Reads a statement of rights that is a code or a settled phrase and says nothing else; false where it is neither.
///
/// Known are the EU's access rights, the limitations on public access of INSPIRE (Directive 2007/2/EC article 13), the
/// access rights of COAR and of `OpenAIRE`'s `info:eu-repo`, and the same in plain words.
pub(crate) fn by_code(statement: &str, terms: &mut StatedText) -> bool {
    let statement = statement.trim();
    if by_access_right(statement, terms) {
        return true;
    }
    let lower = statement.to_lowercase();
    let after = |start: &str| lower.rsplit_once(start).map(|(_, code)| code.trim_end_matches('/').to_owned());
    if let Some(code) = after("limitationsonpublicaccess/") {
        if code == "nolimitations" {
            state_sharing(terms, "public");
        } else {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
        }
        return true;
    }
    if after("conditionsapplyingtoaccessanduse/").is_some() {
        // They are conditions of use, and say nothing of who has access.
        return true;
    }
    let code = after("info:eu-repo/semantics/").or_else(|| after("purl.org/coar/access_right/"));
    let words = code.unwrap_or_else(|| lower.trim_end_matches('.').replace([' ', '_', '-'], ""));
    match words.as_str() {
        "openaccess" | "c_abf2" | "public" | "open" | "unrestricted" | "unrestrictedaccess" | "nolimitations" => {
            state_sharing(terms, "public");
        }
        "embargoedaccess" | "c_f1cf" | "restrictedaccess" | "c_16ec" | "restricted" | "embargoed" => {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
        }
        "closedaccess" | "c_14cb" | "metadataonlyaccess" | "nonpublic" | "closed" => {
            close(terms, Sharing::Organisation, Some(AccessMethod::None));
        }
        "confidential" => {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
            terms.classification.get_or_insert_with(|| "confidential".to_owned());
        }
        "private" => {
            close(terms, Sharing::Organisation, None);
        }
        _ => return false,
    }
    true
}

/// A statement that begins with the name of a restriction says more, and restricts all the same.
fn by_first_word(statement: &str, terms: &mut StatedText) -> bool {
    let lower = statement.trim().to_lowercase();
    match lower.split(|letter: char| !letter.is_alphanumeric()).next() {
        Some("restricted" | "embargoed") => close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest)),
        Some("unrestricted") => state_sharing(terms, "public"),
        Some("confidential") => {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
        }
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = (Option<String>, Option<Sharing>, Option<AccessMethod>, bool);

    /// Sharing as stated, sharing and access at least, and whether the record is listed openly; none for mere words.
    fn read(statement: &str) -> Option<Read> {
        let mut terms = StatedText { listed_openly: true, ..StatedText::default() };
        let known = by_statement(statement, &mut terms);
        known.then_some((terms.sharing, terms.sharing_at_least, terms.access_at_least, terms.listed_openly))
    }

    #[test]
    fn open_statements_are_public() {
        for statement in [
            "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
            "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations",
            "info:eu-repo/semantics/openAccess",
            "http://purl.org/coar/access_right/c_abf2",
            "Open Access",
            "Unrestricted access online",
        ] {
            assert_eq!(read(statement), Some((Some("public".to_owned()), None, None, true)), "{statement}");
        }
    }

    #[test]
    fn restrictions_close() {
        let restricted = Some((None, Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true));
        for statement in [
            "http://publications.europa.eu/resource/authority/access-right/RESTRICTED",
            "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/INSPIRE_Directive_Article13_1b",
            "info:eu-repo/semantics/embargoedAccess",
            "http://purl.org/coar/access_right/c_16ec",
            "Restricted access",
            "Restricted to members of the network: ask the secretariat.",
        ] {
            assert_eq!(read(statement), restricted, "{statement}");
        }
        let closed = Some((None, Some(Sharing::Organisation), Some(AccessMethod::None), true));
        assert_eq!(read("info:eu-repo/semantics/closedAccess"), closed);
        assert_eq!(read("http://purl.org/coar/access_right/c_14cb"), closed);
    }

    #[test]
    fn what_is_private_or_confidential_closes_the_data_and_stays_listed() {
        assert_eq!(read("private"), Some((None, Some(Sharing::Organisation), None, true)));
        assert_eq!(read("Confidential"), Some((None, Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true)));
    }

    #[test]
    fn other_words_state_nothing() {
        assert_eq!(read("Cite us."), None);
        assert_eq!(read(""), None);
    }
}
