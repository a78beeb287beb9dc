//! Permission to send: whoever counts what a source is asked across runs and processes is asked before each request.

use async_trait::async_trait;
use thiserror::Error;

/// Why no further request may be sent for now, as a whole sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NotAllowed(pub String);

/// Counts requests. What was allowed counts as sent, whatever becomes of it: a process that is killed behind it has asked.
#[async_trait]
pub trait Allowance: Send + Sync {
    /// Takes one request, redirects and retries being requests of their own.
    ///
    /// # Errors
    /// When there is none left.
    async fn take(&self) -> Result<(), NotAllowed>;
}
