//! Why a source could not be read: each class has one verdict and one retry rule.

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
    },
    /// The address may not be fetched, or the source sends elsewhere.
    #[error("{url} is refused: {reason}")]
    Refused {
        /// Address without credentials.
        url: String,
        /// Stable class: `blocked_address`, `redirect_refused`, `scheme`, `port`.
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
