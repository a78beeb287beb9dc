//! The verdict of a run.

use serde::{Deserialize, Serialize};

/// How a run ended. Only `Complete` and `CompleteWithErrors` mark what they lack as missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole listing was read, with its proof.
    Complete,
    /// The whole listing was read; single records could not be taken.
    CompleteWithErrors,
    /// Part of the listing was read.
    Partial,
    /// The source listed nothing where it used to list something.
    EmptyRefused,
    /// The run would have removed more than the guard allows; nothing was removed.
    GuardTripped,
    /// Nothing could be read.
    Failed,
    /// Somebody stopped it.
    Cancelled,
    /// Another process took the source over.
    LeaseLost,
}

/// What a run saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFacts {
    /// Records listed.
    pub listed: u64,
}
