//! What can go wrong in a use case; the server maps it to HTTP and the command line to exit codes, each in one place.

use cairn_harvest::HarvestError;
use cairn_search::SearchError;
use cairn_store::StoreError;
use thiserror::Error;

/// Why a use case failed. Hidden and absent records give the same variant.
#[derive(Debug, Error)]
pub enum CatalogError {
    /// No such thing, or none that this viewer may know of.
    #[error("there is no such {0}, or it is not shared with you")]
    NotFound(&'static str),
    /// The request cannot be understood; the message is for the person who made it.
    #[error("{0}")]
    BadRequest(String),
    /// The token is unknown, revoked or expired.
    #[error("the token is not valid: unknown, revoked or expired")]
    InvalidToken,
    /// The configuration or the command cannot be used.
    #[error("{0}")]
    Configuration(String),
    /// Another process holds what this one needs alone.
    #[error("{what} is held by {holder}")]
    Held {
        /// The thing.
        what: String,
        /// Which process, since when.
        holder: String,
    },
    /// The index is behind or being rebuilt.
    #[error("the search index is being rebuilt; records can be read, searching works again in a moment")]
    IndexUnavailable,
    /// The index cannot be used as it is.
    #[error(
        "the search index cannot be used ({reason}); the server that writes it makes it anew by itself, and where none runs, \
         `cairn reindex` does"
    )]
    IndexDamaged {
        /// What is wrong with it.
        reason: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index failed.
    #[error(transparent)]
    Search(SearchError),
    /// A source could not be read.
    #[error(transparent)]
    Harvest(#[from] HarvestError),
    /// A file could not be used.
    #[error("cannot {attempt} {path}: {source}")]
    File {
        /// `read`, `write`, `lock`.
        attempt: &'static str,
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A blocking task died.
    #[error("an internal task failed: {0}")]
    Internal(String),
}

impl CatalogError {
    /// Whether the data was written by a newer version of this program.
    pub fn is_newer_data(&self) -> bool {
        matches!(self, Self::Store(StoreError::Newer { .. }))
    }
}

impl From<SearchError> for CatalogError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::BadQuery(message) => Self::BadRequest(message),
            SearchError::WriterHeld { holder } => Self::Held { what: "the index".to_owned(), holder },
            SearchError::Damaged(reason) => Self::IndexDamaged { reason },
            error @ SearchError::Failed { .. } => Self::Search(error),
        }
    }
}

/// Runs blocking work off the async worker threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CatalogError> + Send + 'static,
) -> Result<T, CatalogError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| CatalogError::Internal(error.to_string()))?
}
