//! The verdict of a run: what it saw, whether its listing ended, and what the guard says, in one pure function.

use serde::{Deserialize, Serialize};

use crate::EndProof;
use crate::guard::{Guard, GuardDecision};

/// How a run ended. Only `Complete` and `CompleteWithErrors` mark what they lack as missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole listing was read, with its proof.
    Complete,
    /// The whole listing was read; single records could not be taken, or a field vanished whose former values are kept.
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

impl Verdict {
    /// Whether the run read the whole listing and may take records away.
    pub fn is_complete(self) -> bool {
        matches!(self, Self::Complete | Self::CompleteWithErrors)
    }

    /// Whether what the run lacks is to be marked as missing, and retired when it was missing for long enough. What a person
    /// confirmed and what the source says it deleted goes without that: it is known by name.
    ///
    /// Not while the source lists records that it does not give and whose ids nobody knows: each record that is lacking
    /// may be one of them. After [`EndProof::Unchanged`], `facts.unnamed` counts those of the listing that did not change.
    pub fn marks_missing(self, facts: &RunFacts) -> bool {
        self.is_complete() && facts.unnamed == 0
    }

    /// The code in JSON, in the store and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::CompleteWithErrors => "complete_with_errors",
            Self::Partial => "partial",
            Self::EmptyRefused => "empty_refused",
            Self::GuardTripped => "guard_tripped",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::LeaseLost => "lease_lost",
        }
    }

    /// The verdict of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Complete,
            Self::CompleteWithErrors,
            Self::Partial,
            Self::EmptyRefused,
            Self::GuardTripped,
            Self::Failed,
            Self::Cancelled,
            Self::LeaseLost,
        ]
        .into_iter()
        .find(|verdict| verdict.code() == code)
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

/// What a run saw. Removals that a person confirmed by list stand in none of the counts of removals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and more than one may hold")]
pub struct RunFacts {
    /// Distinct records listed, those included that could not be taken.
    pub listed: u64,
    /// Single records that could not be taken, each reported as a problem.
    pub item_errors: u64,
    /// Records of those that the source lists without anybody knowing their ids (a page that breaks on one record).
    pub unnamed: u64,
    /// Records in the catalogue that this run lacks for the first time: they would be marked as missing.
    pub newly_missing: u64,
    /// Records missing for long enough that this run would retire them.
    pub retiring: u64,
    /// Records in the catalogue that the source says it deleted.
    pub deleted: u64,
    /// Records whose removal a person confirmed by list, and which therefore count as if they had been listed.
    pub confirmed: u64,
    /// Whether former values are kept of records that lost a field together with many others.
    pub fields_vanished: bool,
    /// Whether the source lists so many records under other ids that it changed its ids.
    pub ids_changed: bool,
    /// Whether the connector gave up with an error.
    pub broken: bool,
    /// Whether its daily budget was spent before its end: it goes on another day, whatever it listed so far.
    pub paused: bool,
    /// Whether somebody stopped the run.
    pub cancelled: bool,
    /// Whether another process took the source over.
    pub lease_lost: bool,
}

impl RunFacts {
    /// Counts what the run lacks no longer where it may be among what the source lists without a name: none of it will be
    /// called missing, so that the guard has nothing to hold. Answers what is to be said of that.
    pub fn leave_what_may_be_unnamed(&mut self) -> Option<String> {
        if self.unnamed == 0 {
            return None;
        }
        (self.newly_missing, self.retiring) = (0, 0);
        Some("nothing was called missing: it may be among what the source lists and nobody can name".to_owned())
    }
}

/// What is known of the source from before the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Previous {
    /// Distinct records listed by the last complete run; `None` when there was none.
    pub listed: Option<u64>,
    /// Records of the source that the catalogue holds and has not retired.
    pub live: u64,
}

/// The verdict of a run.
///
/// `previous` is `None` for a source that was never harvested. A listing that the source calls unchanged is complete and
/// is not held against the guard: nothing was listed, so nothing can be lacking.
pub fn decide(facts: &RunFacts, proof: &EndProof, previous: Option<&Previous>) -> Verdict {
    if facts.lease_lost {
        return Verdict::LeaseLost;
    }
    if facts.cancelled {
        return Verdict::Cancelled;
    }
    match proof {
        _ if facts.paused => Verdict::Partial,
        _ if facts.broken => partly(facts),
        EndProof::Missing(_) => partly(facts),
        EndProof::Unchanged if facts.fields_vanished => Verdict::CompleteWithErrors,
        EndProof::Unchanged => Verdict::Complete,
        EndProof::Changes => judged(facts, &Guard::default().judge_changes(facts, previous)),
        EndProof::Proven => judged(facts, &Guard::default().judge(facts, previous)),
    }
}

fn judged(facts: &RunFacts, decision: &GuardDecision) -> Verdict {
    match decision {
        GuardDecision::EmptyRefused => Verdict::EmptyRefused,
        GuardDecision::Tripped(_) => Verdict::GuardTripped,
        GuardDecision::Allowed if facts.item_errors > 0 || facts.unnamed > 0 || facts.fields_vanished => {
            Verdict::CompleteWithErrors
        }
        GuardDecision::Allowed => Verdict::Complete,
    }
}

fn partly(facts: &RunFacts) -> Verdict {
    if facts.listed == 0 { Verdict::Failed } else { Verdict::Partial }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(facts: &RunFacts, proof: &EndProof, listed_before: u64) -> Verdict {
        decide(facts, proof, Some(&Previous { listed: Some(listed_before), live: listed_before }))
    }

    #[test]
    fn a_run_gets_the_verdict_of_what_it_saw() {
        let missing = EndProof::Missing("count".to_owned());
        let listed = |listed| RunFacts { listed, ..RunFacts::default() };
        let table = [
            ("all there", listed(100), &EndProof::Proven, Verdict::Complete),
            (
                "one bad record",
                RunFacts { item_errors: 1, ..listed(100) },
                &EndProof::Proven,
                Verdict::CompleteWithErrors,
            ),
            (
                "one record without a name",
                RunFacts { unnamed: 1, ..listed(100) },
                &EndProof::Proven,
                Verdict::CompleteWithErrors,
            ),
            (
                "F24: a field that vanished",
                RunFacts { fields_vanished: true, ..listed(100) },
                &EndProof::Proven,
                Verdict::CompleteWithErrors,
            ),
            (
                "unchanged since a field vanished",
                RunFacts { fields_vanished: true, ..listed(0) },
                &EndProof::Unchanged,
                Verdict::CompleteWithErrors,
            ),
            ("no proof", listed(100), &missing, Verdict::Partial),
            ("no proof and nothing", listed(0), &missing, Verdict::Failed),
            ("broken off", RunFacts { broken: true, ..listed(37) }, &EndProof::Proven, Verdict::Partial),
            ("broken at once", RunFacts { broken: true, ..listed(0) }, &EndProof::Proven, Verdict::Failed),
            ("paused", RunFacts { paused: true, ..listed(0) }, &missing, Verdict::Partial),
            ("unchanged", listed(0), &EndProof::Unchanged, Verdict::Complete),
            ("nothing changed", listed(100), &EndProof::Changes, Verdict::Complete),
            (
                "one bad record among the changes",
                RunFacts { item_errors: 1, ..listed(100) },
                &EndProof::Changes,
                Verdict::CompleteWithErrors,
            ),
            (
                "deleted by the source, one record more than may go at once",
                RunFacts { deleted: 21, ..listed(79) },
                &EndProof::Changes,
                Verdict::GuardTripped,
            ),
            ("deleted by the source", RunFacts { deleted: 20, ..listed(80) }, &EndProof::Changes, Verdict::Complete),
            (
                "F01: a valid empty list",
                RunFacts { newly_missing: 100, ..listed(0) },
                &EndProof::Proven,
                Verdict::EmptyRefused,
            ),
            (
                "F02: 60 % of usual",
                RunFacts { newly_missing: 40, ..listed(60) },
                &EndProof::Proven,
                Verdict::GuardTripped,
            ),
            ("F03: 95 %", RunFacts { newly_missing: 5, ..listed(95) }, &EndProof::Proven, Verdict::Complete),
            ("stopped", RunFacts { cancelled: true, ..listed(3) }, &EndProof::Proven, Verdict::Cancelled),
            (
                "taken over while stopping",
                RunFacts { cancelled: true, lease_lost: true, ..listed(3) },
                &EndProof::Proven,
                Verdict::LeaseLost,
            ),
        ];
        for (case, facts, proof, expected) in table {
            assert_eq!(verdict(&facts, proof, 100), expected, "{case}");
        }
    }

    #[test]
    fn a_first_run_that_lists_nothing_is_complete() {
        assert_eq!(decide(&RunFacts::default(), &EndProof::Proven, None), Verdict::Complete);
    }

    #[test]
    fn only_a_complete_run_that_knows_every_id_marks_what_it_lacks_as_missing() {
        let named = RunFacts { listed: 10, item_errors: 1, ..RunFacts::default() };
        let unnamed = RunFacts { unnamed: 1, ..named.clone() };
        assert!(Verdict::Complete.marks_missing(&named));
        assert!(Verdict::CompleteWithErrors.marks_missing(&named));
        assert!(!Verdict::CompleteWithErrors.marks_missing(&unnamed));
        assert!(!Verdict::Partial.marks_missing(&named));
        assert!(!Verdict::GuardTripped.marks_missing(&named));
        assert!(!Verdict::EmptyRefused.marks_missing(&named));
    }

    #[test]
    fn a_verdict_has_the_same_code_everywhere() {
        for code in [
            "complete",
            "complete_with_errors",
            "partial",
            "empty_refused",
            "guard_tripped",
            "failed",
            "cancelled",
            "lease_lost",
        ] {
            let verdict = Verdict::from_code(code);
            assert_eq!(verdict.map(Verdict::code), Some(code));
            assert_eq!(serde_json::to_value(verdict).ok(), Some(serde_json::Value::from(code)));
        }
        assert_eq!(Verdict::from_code("success"), None);
    }
}
