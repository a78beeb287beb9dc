//! Errors of the protocol (OAI-PMH 2.0 §3.6), and what servers mean by them.

use cairn_model::Problem;

use crate::xml::Element;

/// Longest message that is kept, in characters.
const LONGEST: usize = 500;

/// Why an answer gives no records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OaiError {
    /// The server answered with one or more errors.
    #[error("the repository answered with {}", .0.iter().map(|error| error.code.as_str()).collect::<Vec<_>>().join(", "))]
    Refused(Vec<OaiRefusal>),
    /// The payload is no XML, or no answer to such a request.
    #[error("{}", .0.message)]
    Unreadable(Problem),
}

/// One error of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OaiRefusal {
    /// Its code.
    pub code: OaiErrorCode,
    /// The words of the server, cut to 500 characters.
    pub message: Option<String>,
}

/// A code of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OaiErrorCode {
    /// An argument is missing, repeated or wrong.
    BadArgument,
    /// The resumption token is wrong or has expired: the list begins anew.
    BadResumptionToken,
    /// The verb is missing, repeated or unknown.
    BadVerb,
    /// The format is not to be had.
    CannotDisseminateFormat,
    /// The identifier is unknown.
    IdDoesNotExist,
    /// Nothing lies in the range that was asked for.
    NoRecordsMatch,
    /// The item has no formats.
    NoMetadataFormats,
    /// The repository has no sets.
    NoSetHierarchy,
    /// A code that the protocol does not know.
    Other(String),
}

impl OaiErrorCode {
    /// The code as the protocol writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::BadArgument => "badArgument",
            Self::BadResumptionToken => "badResumptionToken",
            Self::BadVerb => "badVerb",
            Self::CannotDisseminateFormat => "cannotDisseminateFormat",
            Self::IdDoesNotExist => "idDoesNotExist",
            Self::NoRecordsMatch => "noRecordsMatch",
            Self::NoMetadataFormats => "noMetadataFormats",
            Self::NoSetHierarchy => "noSetHierarchy",
            Self::Other(code) => code,
        }
    }

    fn of(code: &str) -> Self {
        let known = [
            Self::BadArgument,
            Self::BadResumptionToken,
            Self::BadVerb,
            Self::CannotDisseminateFormat,
            Self::IdDoesNotExist,
            Self::NoRecordsMatch,
            Self::NoMetadataFormats,
            Self::NoSetHierarchy,
        ];
        let found = known.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(code));
        found.unwrap_or_else(|| Self::Other(code.chars().take(LONGEST).collect()))
    }
}

impl OaiRefusal {
    pub(super) fn read(element: &Element<'_>) -> Self {
        let message = element.text().map(|text| text.chars().take(LONGEST).collect());
        Self { code: OaiErrorCode::of(element.attribute("code").unwrap_or_default()), message }
    }

    /// Whether it only says that nothing was found: an empty result, and no failure.
    pub fn means_nothing_found(&self) -> bool {
        self.code == OaiErrorCode::NoRecordsMatch
    }
}

impl OaiError {
    /// Whether every error only says that nothing was found ([`OaiRefusal::means_nothing_found`]).
    pub fn means_nothing_found(&self) -> bool {
        match self {
            Self::Refused(errors) => errors.iter().all(OaiRefusal::means_nothing_found),
            Self::Unreadable(_) => false,
        }
    }

    /// Whether an error of the answer has the code.
    pub fn has_code(&self, code: &OaiErrorCode) -> bool {
        match self {
            Self::Refused(errors) => errors.iter().any(|error| error.code == *code),
            Self::Unreadable(_) => false,
        }
    }
}
