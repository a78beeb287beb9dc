//! Exit codes: one place decides them.

use cairn_catalog::{CatalogError, RunReport, Verdict};
use cairn_server::ServerError;

/// How the program ends. Any code that a caller does not know is a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done, with or without single bad records.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// Done in part.
    Partial = 3,
    /// A guard refused removals.
    Guard = 4,
    /// Every source is down for now.
    Unreachable = 5,
    /// The data is newer than this program.
    Newer = 6,
    /// Another process holds what this one needs alone.
    Held = 11,
    /// Not allowed.
    NotAllowed = 12,
    /// Stopped.
    Stopped = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A failure with words for people and a code for programs.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) error: anyhow::Error,
}

impl Failure {
    pub(crate) fn usage(message: impl std::fmt::Display) -> Self {
        Self { exit: Exit::Usage, error: anyhow::anyhow!("{message}") }
    }
}

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        let exit = match &error {
            CatalogError::BadRequest(_) | CatalogError::Invalid(_) | CatalogError::Configuration(_) => Exit::Usage,
            CatalogError::InvalidToken
            | CatalogError::Forbidden(_)
            | CatalogError::SignInRequired
            | CatalogError::WrongCredentials
            | CatalogError::TooManyAttempts { .. } => Exit::NotAllowed,
            CatalogError::Held { .. } | CatalogError::AlreadyRuns { .. } => Exit::Held,
            _ if error.is_newer_data() => Exit::Newer,
            CatalogError::NotFound(_)
            | CatalogError::Gone
            | CatalogError::Conflict { .. }
            | CatalogError::Moved(_)
            | CatalogError::NothingRuns(_)
            | CatalogError::PurgeUnfinished(_)
            | CatalogError::IndexUnavailable
            | CatalogError::IndexDamaged { .. }
            | CatalogError::SearchTooSlow
            | CatalogError::ProviderUnavailable(_)
            | CatalogError::Store(_)
            | CatalogError::Search(_)
            | CatalogError::Harvest(_)
            | CatalogError::File { .. }
            | CatalogError::UnknownCursor
            | CatalogError::Internal(_) => Exit::Failed,
        };
        Self { exit, error: error.into() }
    }
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        Self { exit: Exit::Failed, error: error.into() }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { exit: Exit::Failed, error }
    }
}

impl Failure {
    /// Whether who read the output went away: `cairn search … | head` has what it wanted.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        let kind = |cause: &(dyn std::error::Error + 'static)| {
            let io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
            io.or_else(|| cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind))
        };
        self.error.chain().any(|cause| kind(cause) == Some(std::io::ErrorKind::BrokenPipe))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self { exit: Exit::Failed, error: error.into() }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self { exit: Exit::Failed, error: error.into() }
    }
}

/// The code of a harvest of several sources: a tripped guard comes before a part that is missing.
pub(crate) fn of_runs(runs: &[RunReport]) -> Exit {
    let any = |wanted: &[Verdict]| runs.iter().any(|run| wanted.contains(&run.verdict));
    let failed = runs.iter().filter(|run| run.verdict == Verdict::Failed).count();
    if any(&[Verdict::Cancelled]) {
        Exit::Stopped
    } else if any(&[Verdict::EmptyRefused, Verdict::GuardTripped]) {
        Exit::Guard
    } else if failed > 0 && failed == runs.len() {
        if runs.iter().all(|run| run.unreachable) { Exit::Unreachable } else { Exit::Failed }
    } else if failed > 0 || any(&[Verdict::Partial, Verdict::LeaseLost]) {
        Exit::Partial
    } else {
        Exit::Done
    }
}
