//! The removal guard: how much of a source may go at once, and when a missing record is retired.

use jiff::{SignedDuration, Timestamp};

use crate::verdict::{Previous, RunFacts};

/// Limits of removal. The default is the rule that the catalogue promises.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guard {
    /// So many records may go at once however small the source is.
    pub floor: u64,
    /// This share of the records held may go at once.
    pub share: f64,
    /// A listing below this share of the last complete one is not believed.
    pub shrink: f64,
}

impl Default for Guard {
    fn default() -> Self {
        Self { floor: 20, share: 0.10, shrink: 0.50 }
    }
}

/// What the guard says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuardDecision {
    /// The removals are within the limits.
    Allowed,
    /// The source lists nothing where it used to list something.
    EmptyRefused,
    /// More would go than is allowed; the sentence says how much.
    Tripped(String),
}

impl Guard {
    /// Judges a complete run.
    ///
    /// Marking as missing, retiring and deletion by the source are held to the same limit, each run for itself: a source
    /// that loses a tenth a day does so before the eyes of its operator.
    pub fn judge(&self, facts: &RunFacts, previous: Option<&Previous>) -> GuardDecision {
        let Some(previous) = previous else { return GuardDecision::Allowed };
        let accounted = facts.listed.saturating_add(facts.confirmed);
        let before = previous.listed.unwrap_or(previous.live);
        if accounted == 0 && before.max(previous.live) > 0 {
            return GuardDecision::EmptyRefused;
        }
        if facts.ids_changed {
            return GuardDecision::Tripped("the source lists its records under other ids".to_owned());
        }
        if previous.listed.is_some() && (accounted as f64) < before as f64 * self.shrink {
            return GuardDecision::Tripped(format!(
                "the source lists {} records; the last complete run listed {before}",
                facts.listed
            ));
        }
        self.judge_changes(facts, Some(previous))
    }

    /// Judges a run that listed what changed, and nothing else: only what goes can be too much.
    pub fn judge_changes(&self, facts: &RunFacts, previous: Option<&Previous>) -> GuardDecision {
        let Some(previous) = previous else { return GuardDecision::Allowed };
        let limit = self.limit(previous.live);
        let gone = facts.retiring.saturating_add(facts.deleted);
        if facts.newly_missing > limit || gone > limit {
            return GuardDecision::Tripped(format!(
                "{} records would be marked as missing and {gone} removed; {limit} of {} are allowed at once",
                facts.newly_missing, previous.live
            ));
        }
        GuardDecision::Allowed
    }

    /// How many of `live` records may go at once.
    pub fn limit(&self, live: u64) -> u64 {
        // The share of a count is far below 2^53, and a part of a record may not go.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "floor of a non-negative number")]
        let share = (live as f64 * self.share).floor() as u64;
        share.max(self.floor)
    }
}

/// Share of the missing records that must be listed under other ids before a source is taken to have changed its ids.
pub const RENAMED_SHARE: f64 = 0.80;

/// Whether so many of the missing records are listed under other ids that the source changed its ids, not its holdings
/// (F15).
pub fn is_id_scheme_change(missing: u64, renamed: u64) -> bool {
    missing > 0 && renamed as f64 >= missing as f64 * RENAMED_SHARE
}

/// Records that must be listed under other ids before that says something of a source whose losses the guard lets pass.
pub const FEWEST_RENAMED: u64 = 3;

/// Whether so many of the records that a source listed before are listed under other ids that it changed them all, however
/// small it is.
pub fn has_changed_all_ids(before: u64, renamed: u64) -> bool {
    renamed >= FEWEST_RENAMED && is_id_scheme_change(before, renamed)
}

/// Complete runs that must lack a record before it is retired, the one included that noticed first.
pub const RUNS_BEFORE_RETIREMENT: u32 = 2;

/// Time for which a record must be missing before it is retired: seven days.
pub const GRACE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether a record that is missing since `missing_since` and was lacked by so many complete runs is retired at `now`.
///
/// A clock that went back makes it wait, never hurry.
pub fn is_due_for_retirement(missing_since: Timestamp, complete_runs: u32, now: Timestamp) -> bool {
    complete_runs >= RUNS_BEFORE_RETIREMENT && now.duration_since(missing_since) >= GRACE
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn judge(listed: u64, newly_missing: u64, retiring: u64, before: u64) -> GuardDecision {
        let facts = RunFacts { listed, newly_missing, retiring, ..RunFacts::default() };
        Guard::default().judge(&facts, Some(&Previous { listed: Some(before), live: before }))
    }

    fn trips(decision: &GuardDecision) -> bool {
        matches!(decision, GuardDecision::Tripped(_))
    }

    #[test]
    fn ids_changed_when_four_of_five_missing_records_are_listed_under_others() {
        for (missing, renamed, expected) in [(30, 30, true), (30, 24, true), (30, 23, false), (0, 0, false)] {
            assert_eq!(is_id_scheme_change(missing, renamed), expected, "{renamed} of {missing}");
        }
        for (before, renamed, expected) in [(10, 8, true), (10, 7, false), (3, 3, true), (2, 2, false)] {
            assert_eq!(has_changed_all_ids(before, renamed), expected, "{renamed} of {before}");
        }
        let facts = RunFacts { listed: 10, newly_missing: 8, ids_changed: true, ..RunFacts::default() };
        assert!(trips(&Guard::default().judge(&facts, Some(&Previous { listed: Some(10), live: 18 }))));
    }

    #[test]
    fn small_sources_may_lose_twenty_and_large_ones_a_tenth() {
        let table = [
            // listed, newly missing, retiring, before, trips
            (100, 0, 0, 100, false),
            (80, 20, 0, 100, false),
            (79, 21, 0, 100, true),
            (900, 100, 0, 1000, false),
            (899, 101, 0, 1000, true),
            (1000, 0, 100, 1000, false),
            (1000, 0, 101, 1000, true),
            (21, 19, 0, 40, false),
            // Below half of the last complete listing, however few records that is.
            (7, 8, 0, 15, true),
            (8, 7, 0, 15, false),
            (1, 1, 0, 2, false),
        ];
        for (listed, newly_missing, retiring, before, expected) in table {
            let decision = judge(listed, newly_missing, retiring, before);
            assert_eq!(trips(&decision), expected, "{listed} of {before}: {decision:?}");
        }
    }

    #[test]
    fn a_source_that_lists_nothing_is_refused_and_says_so() {
        assert_eq!(judge(0, 1, 0, 1), GuardDecision::EmptyRefused);
        assert_eq!(judge(0, 5000, 0, 5000), GuardDecision::EmptyRefused);
    }

    #[test]
    fn a_source_whose_first_runs_were_partial_may_not_be_emptied_either() {
        let facts = RunFacts { newly_missing: 3, ..RunFacts::default() };
        let held_without_a_complete_run = Previous { listed: None, live: 3 };
        assert_eq!(Guard::default().judge(&facts, Some(&held_without_a_complete_run)), GuardDecision::EmptyRefused);
    }

    #[test]
    fn deletions_that_the_source_states_count_against_the_same_limit() {
        let facts = RunFacts { listed: 1000, deleted: 101, ..RunFacts::default() };
        assert!(trips(&Guard::default().judge(&facts, Some(&Previous { listed: Some(1000), live: 1000 }))));
    }

    #[test]
    fn removals_that_a_person_confirmed_by_list_pass() {
        let facts = RunFacts { listed: 10, confirmed: 90, ..RunFacts::default() };
        let previous = Previous { listed: Some(100), live: 100 };
        assert_eq!(Guard::default().judge(&facts, Some(&previous)), GuardDecision::Allowed);
    }

    #[test]
    fn a_record_is_retired_after_two_complete_runs_and_seven_days_and_not_before() {
        let since: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap_or_default();
        let hours = |hours| since + SignedDuration::from_hours(hours);
        assert!(is_due_for_retirement(since, 2, hours(7 * 24)));
        assert!(!is_due_for_retirement(since, 2, hours(7 * 24 - 1)), "six days and 23 hours");
        assert!(!is_due_for_retirement(since, 1, hours(30 * 24)), "one complete run in a month");
        assert!(!is_due_for_retirement(since, 9, hours(-365 * 24)), "the clock went back a year");
    }

    proptest! {
        #[test]
        fn no_run_removes_more_than_the_limit(
            listed in 0_u64..3000,
            newly_missing in 0_u64..3000,
            retiring in 0_u64..3000,
            deleted in 0_u64..3000,
            before in proptest::option::of(0_u64..3000),
            live in 0_u64..3000,
        ) {
            let facts = RunFacts { listed, newly_missing, retiring, deleted, ..RunFacts::default() };
            let decision = Guard::default().judge(&facts, Some(&Previous { listed: before, live }));
            if decision == GuardDecision::Allowed {
                let limit = 20.max(live / 10);
                prop_assert!(newly_missing <= limit && retiring + deleted <= limit);
                prop_assert!(before.is_none_or(|before| 2 * listed >= before));
                prop_assert!(listed > 0 || live == 0);
            }
        }

        #[test]
        fn listing_more_never_trips_the_guard(
            listed in 1_u64..3000, more in 0_u64..3000, newly_missing in 0_u64..300, before in 0_u64..3000,
        ) {
            if judge(listed, newly_missing, 0, before) == GuardDecision::Allowed {
                prop_assert_eq!(judge(listed + more, newly_missing, 0, before), GuardDecision::Allowed);
            }
        }
    }
}
