//! What a source can do to us, and the verdict that each of it gets: one row a misbehaviour.

mod bodies;
mod listings;
mod paging;
mod records;
mod transport;

use cairn_catalog::Verdict;

use crate::hostile_sources::holdings::{Kind, MANY, RECORDS};
use crate::hostile_sources::server::Misbehaviour;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Complete,
    WithErrors,
    Partial,
    EmptyRefused,
    GuardTripped,
    Failed,
    /// Failed, and a later run may work without anybody changing anything.
    Unreachable,
}

pub use Outcome::{Complete, EmptyRefused, Failed, GuardTripped, Partial, Unreachable, WithErrors};

impl Outcome {
    pub fn verdict(self) -> Verdict {
        match self {
            Complete => Verdict::Complete,
            WithErrors => Verdict::CompleteWithErrors,
            Partial => Verdict::Partial,
            EmptyRefused => Verdict::EmptyRefused,
            GuardTripped => Verdict::GuardTripped,
            Failed | Unreachable => Verdict::Failed,
        }
    }

    /// The exit code of `cairn harvest` of this source alone.
    pub fn exit(self) -> u8 {
        match self {
            Complete | WithErrors => 0,
            Failed => 1,
            Partial => 3,
            EmptyRefused | GuardTripped => 4,
            Unreachable => 5,
        }
    }
}

/// A misbehaviour and what is to come of it.
#[derive(Clone)]
pub struct Fault {
    /// Its number in the table of faults or of attacks, or of both.
    pub number: &'static str,
    pub name: &'static str,
    pub kind: Kind,
    /// Records of the healthy source.
    pub records: usize,
    pub misbehaviour: Misbehaviour,
    pub outcome: Outcome,
    /// What comes of the second such run, if that is something else.
    pub then: Option<Outcome>,
    /// Words of the reason, or of a problem, that the operator reads.
    pub says: &'static str,
    /// Titles of records that the misbehaving server gives and a healthy one does not.
    pub comes: &'static [&'static str],
    /// Records that are marked as missing; none is hidden.
    pub missing: u64,
    /// Lines of `[limits]`.
    pub limits: &'static str,
    /// Whether the server is slow, so that the client is to be impatient.
    pub slow: bool,
}

impl Fault {
    fn comes(self, titles: &'static [&'static str]) -> Self {
        Self { comes: titles, ..self }
    }

    fn then(self, outcome: Outcome) -> Self {
        Self { then: Some(outcome), ..self }
    }

    /// At a source of many records.
    fn many(self) -> Self {
        Self { records: MANY, ..self }
    }

    /// At a source of one record.
    fn single(self) -> Self {
        Self { records: 1, ..self }
    }

    fn missing(self, missing: u64) -> Self {
        Self { missing, ..self }
    }

    fn limits(self, limits: &'static str) -> Self {
        Self { limits, ..self }
    }

    fn slow(self) -> Self {
        Self { slow: true, ..self }
    }
}

fn fault(
    number: &'static str,
    name: &'static str,
    kind: Kind,
    outcome: Outcome,
    says: &'static str,
    misbehaviour: Misbehaviour,
) -> Fault {
    Fault {
        number,
        name,
        kind,
        records: RECORDS,
        misbehaviour,
        outcome,
        then: None,
        says,
        comes: &[],
        missing: 0,
        limits: "",
        slow: false,
    }
}

/// The groups of misbehaviours and their rows.
pub fn groups() -> Vec<(&'static str, Vec<Fault>)> {
    vec![
        ("What it lists", listings::rows()),
        ("How it pages", paging::rows()),
        ("What a record is", records::rows()),
        ("What a body is", bodies::rows()),
        ("How it answers", transport::rows()),
    ]
}
