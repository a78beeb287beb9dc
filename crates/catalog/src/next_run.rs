//! When a source runs next: its schedule, what became of its last runs, and what people decided.

use cairn_harvest::schedule::{lies_ahead, next_try};
use cairn_harvest::{SourceConfig, Verdict};
use cairn_store::{Intervention, RunRow};
use jiff::{SignedDuration, Timestamp};

use crate::{Catalog, CatalogError};

/// Runs of a source in which failures are counted.
const LOOK_BACK: u32 = 20;

/// Most that a source may ask to be left alone for: who asks for years most likely errs.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Catalog {
    /// When the schedule runs a source next, `now` or before when it is due; `None` while it is paused. A source that was
    /// purged since this program read its configuration was taken out of it: it is left alone, too.
    pub(crate) async fn next_run_of(
        &self,
        source: &SourceConfig,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, CatalogError> {
        let intervention = self.store().intervention(&source.id).await?;
        let runs = self.store().runs(Some(&source.id), LOOK_BACK).await?;
        if runs.is_empty() && !self.store().remembers_source(&source.id).await? {
            return Ok(None);
        }
        let mut budget_renews = None;
        for (name, per_day) in source.budgets() {
            budget_renews = budget_renews.max(self.store().budget_renews(&name, per_day).await?);
        }
        Ok(next_run(source, &runs, &intervention, budget_renews, now))
    }
}

/// When a source runs next, by its runs, newest first, and by when its daily budget renews if it was spent last; `now` or
/// before when it is due, `None` while it is paused.
fn next_run(
    source: &SourceConfig,
    runs: &[RunRow],
    intervention: &Intervention,
    budget_renews: Option<Timestamp>,
    now: Timestamp,
) -> Option<Timestamp> {
    if intervention.paused.is_some() {
        return None;
    }
    let Some(last) = runs.first() else { return Some(now) };
    if lies_ahead(last.started, now) {
        // It was made while the clock was wrong. Nothing is known of when it was, so the next makes up for it, once.
        return Some(now);
    }
    let ended = last.ended.unwrap_or(last.started).min(now);
    let is_verdict = |run: &RunRow, verdict: Verdict| run.verdict == verdict.code();
    // What the program stopped or pushed aside goes on soon, whatever the schedule: there is nothing wrong with the source.
    // What a person stopped waits for its next time.
    let stopped_by_hand = intervention.stopped_run.as_ref() == Some(&last.run);
    let was_stopped = |run: &RunRow| is_verdict(run, Verdict::Cancelled) || is_verdict(run, Verdict::LeaseLost);
    if was_stopped(last) && !stopped_by_hand {
        return Some(next_try(ended, 1));
    }
    // A run that was stopped says nothing of the source: neither that it is down nor that it is there again.
    let told = runs.iter().filter(|run| stopped_by_hand || !was_stopped(run));
    let failures = told.take_while(|run| is_verdict(run, Verdict::Failed) || run.counts.cut_off).count();
    if failures > 0 {
        // A source that is down is tried again soon, and ever more rarely the longer it is down. So is one that a run could
        // not read to its end: the next goes on there. One that says when it may be asked again is not asked before.
        let next = next_try(ended, u32::try_from(failures).unwrap_or(LOOK_BACK));
        return Some(next.max(left_alone_until(last, ended)));
    }
    // What stopped because the requests of the day were spent goes on with those of the next day, whatever the schedule: before,
    // there is nothing that it could ask for.
    let goes_on = budget_renews.filter(|renews| is_verdict(last, Verdict::Partial) && *renews > last.started);
    if goes_on.is_some() {
        return goes_on;
    }
    if source.schedule.is_due(Some(ended), now, &source.id) {
        return Some(now);
    }
    Some(source.schedule.next_after(ended, &source.id))
}

/// Until when a source asked in its last run to be left alone.
fn left_alone_until(last: &RunRow, ended: Timestamp) -> Timestamp {
    let seconds = i64::try_from(last.counts.wait_seconds.unwrap_or_default()).unwrap_or(i64::MAX);
    ended.saturating_add(SignedDuration::from_secs(seconds).min(LONGEST_WAIT)).unwrap_or(Timestamp::MAX)
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
        next_run(&weekly(), runs, intervention, None, now).map(|next| next.duration_since(now).as_mins())
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
    fn after_a_run_that_lies_ahead_of_the_clock_a_source_is_due() {
        for verdict in [Verdict::Complete, Verdict::Failed, Verdict::Cancelled] {
            assert_eq!(minutes(&[run(verdict, "2090-01-01T00:00:00Z")]), 0, "{verdict:?}");
        }
        let [now, in_a_moment] = [NOON, "2026-11-22T12:00:30Z"].map(|ended| run(Verdict::Complete, ended));
        assert_eq!(minutes(&[in_a_moment]), minutes(&[now]));
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
    fn a_source_that_is_down_is_tried_no_sooner_because_the_program_was_stopped() {
        let failed = || run(Verdict::Failed, NOON);
        for stopped in [Verdict::Cancelled, Verdict::LeaseLost] {
            let runs = [failed(), run(stopped, "2026-11-22T11:00:00Z"), failed(), failed()];
            assert_eq!(minutes(&runs), 20, "{stopped:?}");
        }
    }

    #[test]
    fn what_was_cut_off_goes_on_soon_and_what_stopped_for_another_reason_by_its_schedule() {
        let partial =
            |cut_off| RunRow { counts: RunCounts { cut_off, ..RunCounts::default() }, ..run(Verdict::Partial, NOON) };
        assert_eq!(minutes(&[partial(true), run(Verdict::Complete, "2026-11-15T12:00:00Z")]), 5);
        assert_eq!(minutes(&[partial(true), partial(true), run(Verdict::Failed, NOON)]), 20, "and ever more rarely");
        assert_eq!(minutes(&[partial(false)]), minutes(&[run(Verdict::Complete, NOON)]));
    }

    #[test]
    fn a_source_that_says_when_it_may_be_asked_again_is_not_asked_before_and_none_waits_for_years() {
        let asks = |verdict, wait_seconds: u64| {
            let counts = RunCounts { wait_seconds: Some(wait_seconds), cut_off: true, ..RunCounts::default() };
            minutes(&[RunRow { counts, ..run(verdict, NOON) }])
        };
        for verdict in [Verdict::Failed, Verdict::Partial] {
            assert_eq!(asks(verdict, 24 * 60 * 60), 24 * 60, "{verdict:?}");
            assert_eq!(asks(verdict, 60), 5, "{verdict:?}");
            assert_eq!(asks(verdict, u64::MAX), A_WEEK, "{verdict:?}");
        }
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

    #[test]
    fn what_stopped_for_the_budget_of_the_day_goes_on_when_it_renews_and_nothing_else_does() {
        let midnight = at("2026-11-23T00:00:00Z");
        let next = |verdict, renews| {
            let runs = [run(verdict, NOON)];
            next_run(&weekly(), &runs, &Intervention::default(), Some(renews), at(NOON)).unwrap()
        };
        assert_eq!(next(Verdict::Partial, midnight), midnight);
        let by_schedule = next_run(&weekly(), &[run(Verdict::Partial, NOON)], &Intervention::default(), None, at(NOON));
        assert_eq!(Some(next(Verdict::Complete, midnight)), by_schedule);
        // The budget that was spent was that of a day before the run.
        assert_eq!(Some(next(Verdict::Partial, at("2026-11-22T00:00:00Z"))), by_schedule);
    }

    /// What the schedule does to a source in simulated time: each run lasts seven minutes.
    struct Simulated {
        source: SourceConfig,
        /// The newest runs, newest first.
        runs: Vec<RunRow>,
        /// When it ran, by the time that really passed.
        began: Vec<Timestamp>,
    }

    impl Simulated {
        fn new(id: &str, schedule: &str) -> Self {
            let text = format!("id = \"{id}\"\nkind = \"ckan\"\nurl = \"file:dump.json\"\nschedule = \"{schedule}\"\n");
            let source = SourceConfig::from_toml(&text, Path::new("/")).unwrap();
            Self { source, runs: Vec::new(), began: Vec::new() }
        }

        /// Runs it if it is due by the clock of the machine; `really` is what passed. Answers how long to wait until it is
        /// looked at again.
        fn look(&mut self, clock: Timestamp, really: Timestamp, verdict: Verdict) -> SignedDuration {
            let next = next_run(&self.source, &self.runs, &Intervention::default(), None, clock).unwrap();
            if next > clock {
                return next.duration_since(clock);
            }
            self.began.push(really);
            let ended = clock + SignedDuration::from_mins(7);
            self.runs.insert(0, RunRow { started: clock, ..run(verdict, &ended.to_string()) });
            self.runs.truncate(LOOK_BACK as usize);
            SignedDuration::from_mins(7)
        }

        /// The longest time between two runs, in minutes.
        fn longest_gap(&self) -> i64 {
            self.began.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_mins()).max().unwrap()
        }
    }

    const SCHEDULES: [(&str, i64); 6] =
        [("30m", 30), ("hourly", 60), ("6h", 360), ("daily", 1440), ("15 3 * * *", 1440), ("weekly", 7 * 1440)];
    const MINUTES_OF_A_YEAR: i64 = 365 * 1440;

    /// F85. Over a year with the change to summer time and back, which a schedule in UTC does not know.
    #[test]
    fn in_365_days_no_source_drifts_and_none_starves() {
        let begin = at("2026-01-01T00:00:00Z");
        for (schedule, interval) in SCHEDULES {
            let mut simulated = Simulated::new("portal", schedule);
            let mut now = begin;
            while now.duration_since(begin).as_mins() < MINUTES_OF_A_YEAR {
                now += simulated.look(now, now, Verdict::Complete);
            }
            let expected = MINUTES_OF_A_YEAR / interval;
            let ran = i64::try_from(simulated.began.len()).unwrap();
            assert!((expected..=expected + 1).contains(&ran), "{schedule}: {ran} runs, not {expected}");
            assert!(simulated.longest_gap() <= interval + interval / 10, "{schedule}: {}", simulated.longest_gap());
            // The phase is the same at the end of the year as at its beginning.
            let phase = |run: &Timestamp| run.duration_since(begin).as_mins() % interval;
            assert_eq!(phase(&simulated.began[1]), phase(simulated.began.last().unwrap()), "{schedule}");
        }
    }

    /// F22.
    #[test]
    fn a_clock_that_jumps_a_year_ahead_and_back_costs_each_source_one_run_and_stops_none() {
        let begin = at("2026-01-01T00:00:00Z");
        let a_year = SignedDuration::from_mins(MINUTES_OF_A_YEAR);
        for (schedule, interval) in SCHEDULES {
            let mut simulated = Simulated::new("portal", schedule);
            let (ahead, back) = (20 * 1440, 40 * 1440);
            let mut really = begin;
            while really.duration_since(begin).as_mins() < 60 * 1440 {
                let jumped = (ahead..back).contains(&really.duration_since(begin).as_mins());
                let clock = if jumped { really + a_year } else { really };
                // As the scheduler does, which does not know when the clock is set.
                really += simulated.look(clock, really, Verdict::Complete).min(SignedDuration::from_mins(10));
            }
            let expected = 60 * 1440 / interval;
            let ran = i64::try_from(simulated.began.len()).unwrap();
            assert!((expected - 1..=expected + 4).contains(&ran), "{schedule}: {ran} runs, not about {expected}");
            let most = 2 * interval;
            assert!(simulated.longest_gap() <= most, "{schedule}: {} minutes", simulated.longest_gap());
        }
    }

    /// F07: three days of 503, and then the schedule again.
    #[test]
    fn a_source_that_is_down_for_three_days_is_tried_every_six_hours_at_last_and_then_as_before() {
        let begin = at("2026-01-01T00:00:00Z");
        let mut simulated = Simulated::new("portal", "hourly");
        let down = 1440..4 * 1440;
        let mut now = begin;
        while now < begin + SignedDuration::from_hours(6 * 24) {
            let is_down = down.contains(&now.duration_since(begin).as_mins());
            now += simulated.look(now, now, if is_down { Verdict::Failed } else { Verdict::Complete });
        }
        let on_day = |day: i64| {
            let minutes = simulated.began.iter().map(|run| run.duration_since(begin).as_mins());
            minutes.filter(|minute| minute.div_euclid(1440) == day).count()
        };
        assert!((3..=4).contains(&on_day(2)) && (3..=4).contains(&on_day(3)), "{} {}", on_day(2), on_day(3));
        assert_eq!(on_day(5), 24);
    }
}
