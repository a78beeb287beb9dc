//! What flags, codes and words of access mean, and what they set in the terms of a draft.
//!
//! A flag closes through the `…_at_least` fields, so that what is stated in words stays beside it, with every mark in it
//! (`TLP:EX:CHR`), and may be closer still. Whether a record is listed openly is another question: a catalogue that shows
//! the record of closed data to everyone lists it.

use cairn_model::vocabulary::fold;
use cairn_model::{AccessMethod, Draft, Sharing, StatedText, Vocabularies};

use crate::once::push_new;

pub(crate) mod levels;
mod phrases;
mod sentences;
mod subjects;
mod words;

pub(crate) use words::{begins_with_commerce, closing, in_words, says_none, says_only, speaks_of_open};

/// States the sharing level. Where another is stated already, the closer holds: one that no vocabulary knows counts as the
/// owner's organisation alone.
pub(crate) fn state_sharing(terms: &mut StatedText, sharing: &str) {
    let stated = terms.sharing.get_or_insert_with(|| sharing.to_owned());
    if stated != sharing {
        let level = levels::sharing(sharing);
        terms.sharing_at_least = terms.sharing_at_least.max(Some(level).filter(|level| *level != Sharing::Public));
    }
}

/// Closes sharing and access method by a flag.
pub(crate) fn close(terms: &mut StatedText, sharing: Sharing, access_method: Option<AccessMethod>) {
    terms.sharing_at_least = terms.sharing_at_least.max(Some(sharing));
    terms.access_at_least = terms.access_at_least.max(access_method);
}

/// Closes the access method alone: nothing is said of the sharing level.
pub(crate) fn close_access(terms: &mut StatedText, access_method: AccessMethod) {
    terms.access_at_least = terms.access_at_least.max(Some(access_method));
}

/// Closes by the way in which data is had: what takes more than a click is not for everyone, and what nobody may have is for its
/// organisation.
pub(crate) fn close_to_method(terms: &mut StatedText, method: AccessMethod) {
    match method {
        AccessMethod::Download => {}
        AccessMethod::None => close(terms, Sharing::Organisation, Some(method)),
        _ => close(terms, Sharing::Restricted, Some(method)),
    }
}

/// Closes a record that its portal shows to its organisation only.
pub(crate) fn close_listing(terms: &mut StatedText) {
    close(terms, Sharing::Organisation, None);
    terms.listed_openly = false;
}

/// Takes over what closes a part: its whole is as closed as the closest of its parts. One that is open opens nothing.
pub(crate) fn tighten(terms: &mut StatedText, part: StatedText) {
    let stated = part.sharing.map(|level| levels::sharing(&level));
    let closer = part.sharing_at_least.max(stated.filter(|level| *level != Sharing::Public));
    terms.sharing_at_least = terms.sharing_at_least.max(closer);
    terms.access_at_least = terms.access_at_least.max(part.access_at_least);
    terms.sensitivity = closer_of(terms.sensitivity.take(), part.sensitivity, levels::sensitivity);
    terms.classification = closer_of(terms.classification.take(), part.classification, levels::classification);
    for (list, new) in [(&mut terms.reasons, part.reasons), (&mut terms.unread_access, part.unread_access)] {
        for words in new {
            push_new(list, words);
        }
    }
}

/// The closer of two statements; of equals the first.
pub(crate) fn closer_of<L: Ord>(
    first: Option<String>,
    second: Option<String>,
    level: impl Fn(&str) -> L,
) -> Option<String> {
    match (first, second) {
        (Some(first), Some(second)) if level(&second) > level(&first) => Some(second),
        (first, second) => first.or(second),
    }
}

/// Whether a statement of rights says that there is an embargo, whose end then tells when the terms must be looked at again.
pub(crate) fn is_embargo(statement: &str) -> bool {
    let lower = statement.to_lowercase();
    lower.contains("embargo") || lower.contains("access_right/c_f1cf")
}

/// Whether a text that is called a classification marks how close the data is: some vocabulary of terms knows it or a word in it.
/// Many mean by that word what the data is about.
pub(crate) fn is_marking(text: &str) -> bool {
    let vocabularies = Vocabularies::bundled();
    let knows = |words: &str| vocabularies.classification(words).is_some() || vocabularies.sharing(words).is_some();
    knows(text)
        || closing(text).is_some()
        || text.split(|letter: char| !letter.is_alphanumeric()).any(|word| !word.is_empty() && knows(word))
        || fold(text).split(' ').any(|word| matches!(word, "tlp" | "chr" | "chatham" | "تشاتام" | "تشاثام"))
}

/// Whether a flag has closed anything.
pub(crate) fn is_closed(terms: &StatedText) -> bool {
    terms.sharing_at_least.is_some() || terms.access_at_least.is_some()
}

/// What a code or a settled phrase of access says of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone may have them.
    Open,
    /// Whoever is registered may.
    Registered,
    /// Some may.
    Restricted,
    /// Some may, and they are sensitive.
    Sensitive,
    /// Nobody outside may.
    Closed,
    /// Some may, in this way.
    By(AccessMethod),
    /// Nobody outside may, unless they ask.
    Internal,
    /// None but named recipients may.
    Named,
    /// Nobody outside may, for they are classified so.
    Confidential,
    /// The same with the next classification above.
    StrictlyConfidential,
}

impl Access {
    /// What a sharing level says.
    fn of_level(level: Sharing) -> Self {
        match level {
            Sharing::Public => Self::Open,
            Sharing::Community => Self::Registered,
            Sharing::Restricted => Self::Restricted,
            Sharing::Organisation => Self::Internal,
            Sharing::Closed => Self::Named,
        }
    }

    /// What a way of access says whose name stands alone (`on request`).
    fn of_method(words: &str) -> Option<Self> {
        if says_none(words) {
            return None;
        }
        match Vocabularies::bundled().access_method(words)? {
            AccessMethod::Download => Some(Self::Open),
            AccessMethod::None => Some(Self::Closed),
            AccessMethod::OnRequest => Some(Self::Restricted),
            method => Some(Self::By(method)),
        }
    }

    /// Sets the sharing level alone, where the way of access is stated beside it.
    pub(crate) fn state_level(self, terms: &mut StatedText) {
        let mut own = StatedText::default();
        self.state(&mut own);
        terms.sharing_at_least = terms.sharing_at_least.max(own.sharing_at_least);
        terms.classification = terms.classification.take().or(own.classification);
    }

    /// Sets it in the terms of a draft.
    pub(crate) fn state(self, terms: &mut StatedText) {
        match self {
            Self::Open => state_sharing(terms, "public"),
            Self::Registered => close(terms, Sharing::Community, None),
            Self::Restricted | Self::Sensitive => close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest)),
            Self::By(method) => close(terms, Sharing::Restricted, Some(method)),
            Self::Internal => close(terms, Sharing::Organisation, Some(AccessMethod::OnRequest)),
            Self::Named => close(terms, Sharing::Closed, Some(AccessMethod::None)),
            Self::Closed | Self::Confidential | Self::StrictlyConfidential => {
                close(terms, Sharing::Organisation, Some(AccessMethod::None));
            }
        }
        let stated = match self {
            Self::Sensitive => Some((&mut terms.sensitivity, "high")),
            Self::Confidential => Some((&mut terms.classification, "confidential")),
            Self::StrictlyConfidential => Some((&mut terms.classification, "strictly confidential")),
            _ => None,
        };
        if let Some((field, value)) = stated {
            field.get_or_insert_with(|| value.to_owned());
        }
    }
}

/// Codes and settled phrases in lower case, without spaces, hyphens and underscores: the access rights of COAR (1.0), of
/// `OpenAIRE`'s `info:eu-repo` and of Eprints, the limitations on public access of INSPIRE, the table of the EU, and plain words.
const MEANINGS: &[(&str, Access)] = &[
    ("public", Access::Open),
    ("open", Access::Open),
    ("openaccess", Access::Open),
    ("unrestricted", Access::Open),
    ("unrestrictedaccess", Access::Open),
    ("cabf2", Access::Open),
    ("nolimitations", Access::Open),
    ("restricted", Access::Restricted),
    ("restrictedpublic", Access::Restricted),
    ("restrictedaccess", Access::Restricted),
    ("embargoed", Access::Restricted),
    ("embargoedaccess", Access::Restricted),
    ("c16ec", Access::Restricted),
    ("cf1cf", Access::Restricted),
    ("sensitive", Access::Sensitive),
    ("nonpublic", Access::Closed),
    ("closed", Access::Closed),
    ("closedaccess", Access::Closed),
    ("metadataonlyaccess", Access::Closed),
    ("metadataonly", Access::Closed),
    ("datanotavailable", Access::Closed),
    ("noaccess", Access::Closed),
    ("accesferme", Access::Closed),
    ("accèsfermé", Access::Closed),
    ("accesocerrado", Access::Closed),
    ("acessofechado", Access::Closed),
    ("accesoembargado", Access::Restricted),
    ("acessoembargado", Access::Restricted),
    ("embargado", Access::Restricted),
    ("c14cb", Access::Closed),
    ("private", Access::Closed),
    ("confidential", Access::Confidential),
    ("confidentiel", Access::Confidential),
    ("confidentielle", Access::Confidential),
    ("confidencial", Access::Confidential),
    ("سري", Access::Confidential),
    ("سرية", Access::Confidential),
    ("strictlyconfidential", Access::StrictlyConfidential),
];

/// Where the addresses of tables of access begin their codes, in lower case.
const TABLES: &[&str] = &[
    "/access-right/",
    "/limitationsonpublicaccess/",
    "info:eu-repo/semantics/",
    "purl.org/coar/access_right/",
    "vocabularies.coar-repositories.org/access_rights/",
    "purl.org/eprint/accessrights/",
];

/// What a code or a settled phrase means that says nothing else; none where it is neither.
pub(crate) fn meaning_of(statement: &str) -> Option<Access> {
    // Repositories write the beginning of the table's addresses in more than one way.
    let lower = statement.trim().to_lowercase();
    let lower = lower.replace("info:eurepo/", "info:eu-repo/").replace("eu-repo/semantic/", "eu-repo/semantics/");
    let code = TABLES.iter().find_map(|table| Some((*table, lower.rsplit_once(table)?.1)));
    let word = code.map_or(lower.as_str(), |(_, code)| code).trim_end_matches(['/', '.']);
    let word = word.replace([' ', '_', '-'], "");
    let known = MEANINGS.iter().find(|(meaning, _)| *meaning == word).map(|(_, access)| *access);
    // INSPIRE names the ground on which access is limited (Directive 2007/2/EC article 13): any ground limits it.
    let is_ground = code.is_some_and(|(table, _)| table == "/limitationsonpublicaccess/");
    known.or(is_ground.then_some(Access::Restricted))
}

/// Whether the status of a restriction says that there is none: a code or settled phrase of open access, or an address that
/// ends with one.
pub(crate) fn is_unrestricted(status: &str) -> bool {
    let status = status.trim().trim_end_matches('/');
    let is_address = status.contains("://") && !status.contains(char::is_whitespace);
    let word = if is_address { status.rsplit(['/', '#']).next().unwrap_or(status) } else { status };
    meaning_of(word) == Some(Access::Open)
}

/// Whether a text is an address of the EU's table of access rights (`…/authority/access-right/`).
pub(crate) fn is_access_right(address: &str) -> bool {
    address.contains("/access-right/")
}

/// Reads a statement of rights that is a code or a settled phrase and says nothing else; false where it is neither, and
/// nothing was stated. A code of the EU's table that is not known stands as it is written.
pub(crate) fn by_code(statement: &str, terms: &mut StatedText) -> bool {
    if let Some(access) = meaning_of(statement) {
        access.state(terms);
        return true;
    }
    if let Some((_, code)) = statement.trim().rsplit_once("/access-right/") {
        state_sharing(terms, code);
        return true;
    }
    // Conditions of use are known, and say nothing of who has access.
    statement.to_lowercase().contains("conditionsapplyingtoaccessanduse/")
}

/// Reads a statement of rights: a code or settled phrase ([`by_code`]), or words that say who has access ([`in_words`]);
/// false where it is neither, and nothing was stated.
pub(crate) fn by_statement(statement: &str, terms: &mut StatedText) -> bool {
    by_code(statement, terms) || in_words(statement).inspect(|access| access.state(terms)).is_some()
}

/// Reads what a field says that is there for access alone: a statement ([`by_statement`]); whatever is no mere code of it is
/// kept as a reason, too.
pub(crate) fn by_code_or_words(statement: String, terms: &mut StatedText) {
    if !by_code(&statement, terms) {
        by_words_of_access(&statement, terms);
        terms.reasons.push(statement);
    }
}

/// Closes by a licence that begins with a restriction (`Internal use only`), and keeps its words as a reason.
pub fn close_by_licence(draft: &mut Draft) {
    for words in [&draft.licence_id, &draft.licence_title, &draft.licence_text].into_iter().flatten() {
        let Some(access) = closing(words) else { continue };
        access.state(&mut draft.terms);
        // It may begin with what is stated of access already.
        let reasons = &mut draft.terms.reasons;
        if !reasons.iter().any(|reason| words.starts_with(reason.as_str())) {
            reasons.push(words.clone());
        }
    }
}

/// Reads words of a field that is there for access alone: what they close is closed, and what nobody can tell is told.
pub(crate) fn by_words_of_access(words: &str, terms: &mut StatedText) {
    let access = in_words(words).or_else(|| Access::of_method(words));
    match access {
        Some(access) => access.state(terms),
        None if speaks_of_open(words) => {}
        None => push_new(&mut terms.unread_access, words.to_owned()),
    }
}

/// Closes by words of a field that may speak of access or of something else, and keeps them as a reason where they close.
pub(crate) fn close_by_words(words: &str, terms: &mut StatedText) {
    if let Some(access) = closing(words) {
        access.state(terms);
        push_new(&mut terms.reasons, words.to_owned());
    }
}

/// `accessLevel` of DCAT-US: public, restricted public, non-public. Another word stands as it is written.
pub(crate) fn access_level(level: &str, terms: &mut StatedText) {
    match meaning_of(level) {
        Some(access) => access.state(terms),
        None => state_sharing(terms, level),
    }
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
    fn words_about_access_restrict_where_they_say_so_and_are_kept() {
        let read = |statement: &str| {
            let mut terms = StatedText::default();
            by_code_or_words(statement.to_owned(), &mut terms);
            (terms.sharing, terms.sharing_at_least, terms.reasons)
        };
        let network = "Restricted to members of the network";
        assert_eq!(read(network), (None, Some(Sharing::Restricted), vec![network.to_owned()]));
        let desk = "The desk decides who may have it";
        assert_eq!(read(desk), (None, None, vec![desk.to_owned()]));
        assert_eq!(read("info:eu-repo/semantics/openAccess"), (Some("public".to_owned()), None, Vec::new()));
    }

    #[test]
    fn what_is_private_or_confidential_closes_the_data_and_stays_listed() {
        let closed = Some((None, Some(Sharing::Organisation), Some(AccessMethod::None), true));
        for statement in ["private", "Confidential", "Strictly confidential", "NON_PUBLIC"] {
            assert_eq!(read(statement), closed, "{statement}");
        }
        let restricted = Some((None, Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true));
        assert_eq!(read("Confidential: ask the secretariat for it"), restricted);
    }

    #[test]
    fn a_classification_and_a_sensitivity_are_stated_with_the_flag() {
        let stated = |statement: &str| {
            let mut terms = StatedText::default();
            by_code(statement, &mut terms);
            (terms.classification, terms.sensitivity)
        };
        let table = "http://publications.europa.eu/resource/authority/access-right";
        assert_eq!(stated(&format!("{table}/CONFIDENTIAL")), (Some("confidential".to_owned()), None));
        assert_eq!(stated("strictly confidential"), (Some("strictly confidential".to_owned()), None));
        assert_eq!(stated(&format!("{table}/SENSITIVE")), (None, Some("high".to_owned())));
    }

    #[test]
    fn a_level_that_is_not_known_stands_as_it_is_written() {
        let level = |level: &str| {
            let mut terms = StatedText::default();
            access_level(level, &mut terms);
            (terms.sharing, terms.sharing_at_least)
        };
        assert_eq!(level("restricted public"), (None, Some(Sharing::Restricted)));
        assert_eq!(level("TLP:AMBER"), (Some("TLP:AMBER".to_owned()), None));
    }

    #[test]
    fn other_words_state_nothing() {
        assert_eq!(read("Cite us."), None);
        assert_eq!(read(""), None);
    }
}
