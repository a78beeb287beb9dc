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

/// The code of a harvest of which a source gave no report but a failure of this code: the more severe of both.
pub(crate) fn with_failure(runs: &[RunReport], of_runs: Exit, failure: Exit) -> Exit {
    match of_runs {
        // The others were done, at least in part.
        Exit::Done | Exit::Partial if !runs.is_empty() => Exit::Partial,
        // That all of them are down is not all that is wrong.
        Exit::Unreachable => Exit::Failed,
        Exit::Done | Exit::Partial => failure,
        _ => of_runs,
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn report(verdict: Verdict, unreachable: bool) -> RunReport {
        RunReport {
            source: "portal".to_owned(),
            run: "1".to_owned(),
            verdict,
            reason: None,
            listed: 0,
            new: 0,
            changed: 0,
            unchanged: 0,
            missing: 0,
            retired: 0,
            problems: 0,
            problem_list: Vec::new(),
            requests: 0,
            writes: 0,
            seconds: 0.0,
            loosenings_held: 0,
            vanished_held: 0,
            unreachable,
            seq: 0,
        }
    }

    #[test]
    fn a_source_without_a_report_hides_nothing_that_is_worse() {
        let code = |runs: &[RunReport]| with_failure(runs, of_runs(runs), Exit::Held);
        assert_eq!(code(&[]), Exit::Held);
        assert_eq!(code(&[report(Verdict::Complete, false)]), Exit::Partial);
        assert_eq!(code(&[report(Verdict::Partial, false)]), Exit::Partial);
        assert_eq!(code(&[report(Verdict::Complete, false), report(Verdict::GuardTripped, false)]), Exit::Guard);
        assert_eq!(code(&[report(Verdict::Complete, false), report(Verdict::Cancelled, false)]), Exit::Stopped);
        assert_eq!(code(&[report(Verdict::Failed, true)]), Exit::Failed, "one is not only down");
        assert_eq!(with_failure(&[], Exit::Stopped, Exit::Held), Exit::Stopped, "it was stopped before it was done");
    }
}
