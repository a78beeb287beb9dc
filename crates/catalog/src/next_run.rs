//! When a source runs next: its schedule, what became of its last runs, and what people decided.

use cairn_harvest::schedule::next_try;
use cairn_harvest::{SourceConfig, Verdict};
use cairn_store::{Intervention, RunRow};
use jiff::Timestamp;

use crate::{Catalog, CatalogError};

/// Runs of a source in which failures are counted.
const LOOK_BACK: u32 = 20;

impl Catalog {
    /// When the schedule runs a source next, `now` or before when it is due; `None` while it is paused.
    pub(crate) async fn next_run_of(
        &self,
        source: &SourceConfig,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, CatalogError> {
        let intervention = self.store().intervention(&source.id).await?;
        let runs = self.store().runs(Some(&source.id), LOOK_BACK).await?;
        Ok(next_run(source, &runs, &intervention, now))
    }
}

/// When a source runs next, by its runs, newest first; `now` or before when it is due, `None` while it is paused.
fn next_run(source: &SourceConfig, runs: &[RunRow], intervention: &Intervention, now: Timestamp) -> Option<Timestamp> {
    if intervention.paused.is_some() {
        return None;
    }
    let Some(last) = runs.first() else { return Some(now) };
    // A run that lies ahead was made while the clock was wrong: it counts as if it had been now.
    let ended = last.ended.unwrap_or(last.started).min(now);
    let is_verdict = |run: &RunRow, verdict: Verdict| run.verdict == verdict.code();
    // What the program stopped or pushed aside goes on soon, whatever the schedule: there is nothing wrong with the source.
    // What a person stopped waits for its next time.
    let stopped_by_hand = intervention.stopped_run.as_ref() == Some(&last.run);
    let was_cut_off = is_verdict(last, Verdict::Cancelled) || is_verdict(last, Verdict::LeaseLost);
    if was_cut_off && !stopped_by_hand {
        return Some(next_try(ended, 1));
    }
    let failures = runs.iter().take_while(|run| is_verdict(run, Verdict::Failed)).count();
    if failures > 0 {
        // A source that is down is tried again soon, and ever more rarely the longer it is down.
        return Some(next_try(ended, u32::try_from(failures).unwrap_or(LOOK_BACK)));
    }
    if source.schedule.is_due(Some(ended), now, &source.id) {
        return Some(now);
    }
    Some(source.schedule.next_after(ended, &source.id))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use std::path::Path;

    use cairn_store::{Pause, RunCounts};

    use super::*;

    fn weekly() -> SourceConfig {
        let text = "id = \"portal\"\nkind = \"ckan\"\nurl = \"file:dump.json\"\nschedule = \"weekly\"\n";
        SourceConfig::from_toml(text, Path::new("/")).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(verdict: Verdict, ended: &str) -> RunRow {
        RunRow {
            run: ended.to_owned(),
            source: "portal".to_owned(),
            verdict: verdict.code().to_owned(),
            reason: None,
            counts: RunCounts::default(),
            holder: "somebody".to_owned(),
            started: at(ended),
            ended: Some(at(ended)),
            reached: None,
        }
    }

    /// Minutes from noon of a Sunday to the next run.
    fn minutes(runs: &[RunRow]) -> i64 {
        minutes_after(runs, &Intervention::default()).unwrap()
    }

    fn minutes_after(runs: &[RunRow], intervention: &Intervention) -> Option<i64> {
        let now = at(NOON);
        next_run(&weekly(), runs, intervention, now).map(|next| next.duration_since(now).as_mins())
    }

    const NOON: &str = "2026-11-22T12:00:00Z";
    const A_WEEK: i64 = 7 * 24 * 60;

    #[test]
    fn a_source_without_runs_is_due() {
        assert_eq!(minutes(&[]), 0);
    }

    #[test]
    fn a_source_is_due_once_whatever_was_missed() {
        assert_eq!(minutes(&[run(Verdict::Complete, "2026-01-01T00:00:00Z")]), 0);
        let wait = minutes(&[run(Verdict::Complete, "2026-11-22T12:00:00Z")]);
        assert!(wait > 0 && wait <= A_WEEK, "{wait}");
    }

    #[test]
    fn a_run_that_lies_ahead_of_the_clock_counts_as_if_it_had_been_now() {
        let now = run(Verdict::Complete, "2026-11-22T12:00:00Z");
        assert_eq!(minutes(&[run(Verdict::Complete, "2090-01-01T00:00:00Z")]), minutes(&[now]));
        assert_eq!(minutes(&[run(Verdict::Failed, "2090-01-01T00:00:00Z")]), 5);
    }

    #[test]
    fn what_was_stopped_goes_on_soon_as_what_was_killed_does() {
        for verdict in [Verdict::Cancelled, Verdict::LeaseLost, Verdict::Failed] {
            assert_eq!(minutes(&[run(verdict, "2026-11-22T12:00:00Z")]), 5, "{verdict:?}");
            assert!(minutes(&[run(verdict, "2026-11-22T11:00:00Z")]) <= 0, "{verdict:?}");
        }
    }

    #[test]
    fn a_source_that_is_down_is_tried_ever_more_rarely() {
        let failed = || run(Verdict::Failed, "2026-11-22T12:00:00Z");
        assert_eq!(minutes(&[failed(), failed(), failed(), run(Verdict::Complete, "2026-11-22T11:00:00Z")]), 20);
    }

    #[test]
    fn a_paused_source_never_runs_and_is_due_again_when_its_pause_ends() {
        let pause = Pause { since: at(NOON), by: "somebody".to_owned(), reason: None };
        let paused = Intervention { paused: Some(pause), stopped_run: None };
        for runs in [vec![], vec![run(Verdict::Complete, "2026-01-01T00:00:00Z")], vec![run(Verdict::Failed, NOON)]] {
            assert_eq!(minutes_after(&runs, &paused), None);
        }
        assert_eq!(minutes(&[run(Verdict::Complete, "2026-01-01T00:00:00Z")]), 0);
    }

    #[test]
    fn what_a_person_stopped_waits_for_its_next_time_and_what_follows_it_does_not() {
        let stopped = run(Verdict::Cancelled, NOON);
        let by_hand = Intervention { stopped_run: Some(stopped.run.clone()), paused: None };
        let ended = run(Verdict::Complete, NOON);
        assert_eq!(minutes_after(std::slice::from_ref(&stopped), &by_hand), Some(minutes(&[ended])));
        let later = RunRow { run: "later".to_owned(), ..run(Verdict::Cancelled, NOON) };
        assert_eq!(minutes_after(&[later, stopped], &by_hand), Some(5));
    }
}
