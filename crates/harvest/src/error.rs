//! Why a source could not be read: each class has one verdict and one retry rule.

use std::time::Duration;

use cairn_fetch::FetchError;
use thiserror::Error;

/// Why a run of a source ended before its listing did. Messages hold no credential and no payload value.
#[derive(Debug, Error)]
pub enum HarvestError {
    /// The source does not answer, or answers that it is down for now (DNS, connect, time-out, 429, 5xx after all retries).
    #[error("{url} is not reachable for now: {reason}")]
    Unreachable {
        /// Address without credentials.
        url: String,
        /// What happened.
        reason: String,
        /// For how long it asks to be left alone, where it does.
        wait: Option<Duration>,
    },
    /// The address may not be fetched, or the source sends elsewhere.
    #[error("{url} is refused: {reason}")]
    Refused {
        /// Address without credentials.
        url: String,
        /// Stable class (`blocked_address`, `redirect_refused`, `scheme`, `port`, `tls`, `not_allowed`), and after a colon
        /// what happened.
        reason: String,
    },
    /// What came is no catalogue: a page of HTML, an error answer, broken JSON, a file that is no table.
    #[error("{what} is not a catalogue of this kind: {reason}")]
    NotACatalogue {
        /// Address or file.
        what: String,
        /// What came instead, located.
        reason: String,
    },
    /// A limit was reached (bytes, ratio, records, pages, time).
    #[error("{what} is over a limit: {reason}")]
    TooLarge {
        /// Address or file.
        what: String,
        /// Which limit.
        reason: String,
    },
    /// The requests that it may be sent for now are spent: the run goes on another day.
    #[error("{url} is not asked any further: {reason}")]
    BudgetSpent {
        /// Address without credentials.
        url: String,
        /// How many were allowed, and since when.
        reason: String,
    },
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// Path.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The source's configuration cannot be used.
    #[error("source {source_id}: {reason}")]
    Configuration {
        /// Id of the source.
        source_id: String,
        /// What is wrong.
        reason: String,
    },
}

impl HarvestError {
    /// Whether a later run may work without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// For how long the source asks to be left alone, where it does.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::Unreachable { wait, .. } => *wait,
            _ => None,
        }
    }

    /// Stable class for programs: `unreachable`, the class of a refusal, `not_a_catalogue`, `too_large`,
    /// `budget_spent`, `file`, `configuration`.
    pub fn code(&self) -> &str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::Refused { reason, .. } => reason.split(':').next().unwrap_or("refused"),
            Self::NotACatalogue { .. } => "not_a_catalogue",
            Self::TooLarge { .. } => "too_large",
            Self::BudgetSpent { .. } => "budget_spent",
            Self::File { .. } => "file",
            Self::Configuration { .. } => "configuration",
        }
    }

    /// The same error with this address in place of its own, wherever that stands.
    pub(crate) fn of_address(mut self, address: &str) -> Self {
        let (own, reason) = match &mut self {
            Self::Unreachable { url, reason, .. }
            | Self::Refused { url, reason }
            | Self::BudgetSpent { url, reason } => (url, Some(reason)),
            Self::NotACatalogue { what, reason } | Self::TooLarge { what, reason } => (what, Some(reason)),
            Self::File { path, .. } => (path, None),
            Self::Configuration { .. } => return self,
        };
        let before = std::mem::replace(own, address.to_owned());
        if let Some(reason) = reason.filter(|_| !before.is_empty()) {
            *reason = reason.replace(&before, address);
        }
        self
    }

    /// A page of HTML that the source sends to (F09).
    pub(crate) fn login_wall(url: String) -> Self {
        let reason = "redirect_refused: it sends to a page of HTML, as a login wall does".to_owned();
        Self::Refused { url, reason }
    }

    /// A blocking task died: a defect of ours, told as such. What it died of may quote what it was reading, which is told of no
    /// source: one of them holds people.
    pub(crate) fn task(what: &str) -> Self {
        let source = std::io::Error::other("reading it failed for a defect of this program");
        Self::File { path: what.to_owned(), source }
    }
}

impl From<FetchError> for HarvestError {
    fn from(error: FetchError) -> Self {
        let url = error.url().to_string();
        match error {
            FetchError::Blocked { block, .. } => Self::Refused { url, reason: format!("{}: {block}", block.code()) },
            FetchError::Redirect { reason, .. } => Self::Refused { url, reason: format!("redirect_refused: {reason}") },
            FetchError::Tls { reason, .. } => Self::Refused { url, reason: format!("tls: {reason}") },
            FetchError::Status { status: status @ (401 | 403 | 407), .. } => {
                Self::Refused { url, reason: format!("not_allowed: it answers with status {status}") }
            }
            FetchError::TooLarge { limit, .. } => Self::TooLarge { what: url, reason: limit.to_string() },
            FetchError::Encoding { .. } => Self::NotACatalogue { what: url, reason: error.to_string() },
            FetchError::NotAllowed { reason, .. } => Self::BudgetSpent { url, reason },
            FetchError::Local { reason, .. } => Self::File { path: url, source: std::io::Error::other(reason) },
            FetchError::Status { status, .. } if !error.is_temporary() => {
                Self::NotACatalogue { what: url, reason: format!("it answers with status {status}") }
            }
            FetchError::Later { wait, .. } => Self::Unreachable { url, reason: error.to_string(), wait: Some(wait) },
            FetchError::Timeout { .. }
            | FetchError::Connect { .. }
            | FetchError::Status { .. }
            | FetchError::Truncated { .. }
            | FetchError::Protocol { .. } => Self::Unreachable { url, reason: error.to_string(), wait: None },
        }
    }
}
