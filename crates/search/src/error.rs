//! Why a search or a write failed.

use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError};

/// Why a search or a write failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query cannot be run; the message says why, for the person who wrote it.
    #[error("{0}")]
    BadQuery(String),
    /// It took longer than a search may.
    #[error("the search took too long and was given up")]
    OutOfTime,
    /// Another process writes the index.
    #[error("the index is written by {holder}")]
    WriterHeld {
        /// Process and since when.
        holder: String,
    },
    /// The index is damaged or of another version: it must be rebuilt from the store.
    #[error("the index cannot be used and must be rebuilt: {0}")]
    Damaged(String),
    /// Reading or writing failed.
    #[error("the index could not be {attempt}: {reason}")]
    Failed {
        /// `read`, `written` ...
        attempt: &'static str,
        /// Why.
        reason: String,
    },
}

impl SearchError {
    /// What a failure of tantivy means for whoever asked to have the index `attempt`ed.
    pub(crate) fn from_tantivy(attempt: &'static str, error: TantivyError) -> Self {
        match error {
            // What unpacks a block has no kind for bytes that are none of its own.
            TantivyError::IoError(io_error)
                if attempt == "read" && io_error.kind() == ErrorKind::Other && io_error.raw_os_error().is_none() =>
            {
                Self::Damaged(io_error.to_string())
            }
            TantivyError::LockFailure(LockError::LockBusy, _) => {
                Self::WriterHeld { holder: "another process or another handle of this one".to_owned() }
            }
            TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
            | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. })
            | TantivyError::IoError(io_error)
                if !is_damage(&io_error) =>
            {
                Self::Failed { attempt, reason: io_error.to_string() }
            }
            TantivyError::OpenReadError(_)
            | TantivyError::OpenDirectoryError(_)
            | TantivyError::DataCorruption(_)
            | TantivyError::IncompatibleIndex(_)
            | TantivyError::SchemaError(_)
            | TantivyError::FieldNotFound(_)
            | TantivyError::DeserializeError(_)
            | TantivyError::IoError(_) => Self::Damaged(error.to_string()),
            other => Self::Failed { attempt, reason: other.to_string() },
        }
    }

    /// What a failure to read one of the index's files means.
    pub(crate) fn from_read(error: std::io::Error) -> Self {
        Self::from_tantivy("read", TantivyError::from(error))
    }
}

/// Whether a failed read is the fault of the file and not of the machine.
pub(crate) fn is_damage(error: &std::io::Error) -> bool {
    use ErrorKind::{InvalidData, InvalidInput, NotFound, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | NotFound | UnexpectedEof)
}

/// Runs `work`; where tantivy panics on bytes that it cannot make sense of, the index is damaged.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, SearchError>) -> Result<T, SearchError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let reason = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "reading it panicked".to_owned());
        Err(SearchError::Damaged(reason))
    })
}
