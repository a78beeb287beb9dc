//! When a search is given up: whoever asked for it has left by then, and others wait.

use std::time::Instant;

use crate::SearchError;

/// The instant at which a search is given up, if it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(pub(crate) Option<Instant>);

impl Deadline {
    /// Fails once the time is up.
    pub(crate) fn check(self) -> Result<(), SearchError> {
        match self.0 {
            Some(at) if Instant::now() >= at => Err(SearchError::OutOfTime),
            _ => Ok(()),
        }
    }
}
