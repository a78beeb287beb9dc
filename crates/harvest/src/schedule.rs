//! When a source is harvested: words, intervals and cron expressions, spread out so that not all sources start at once.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Longest pause between two tries of a source that is down.
const LONGEST_BACKOFF: SignedDuration = SignedDuration::from_hours(6);

/// First pause after a run that failed.
const FIRST_BACKOFF: SignedDuration = SignedDuration::from_mins(5);

/// Clocks are put right by less than this every day: no schedule is shorter.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// Cron expressions name a minute; within it each source has its own second.
const CRON_SPREAD: u64 = 60;

/// Seconds of a week.
const WEEK: u64 = 7 * 86_400;

/// A schedule, in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Schedule {
    text: String,
    rule: Rule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    /// Every so many seconds, at a phase that belongs to the source.
    Every(u64),
    /// A cron expression (POSIX, five fields, minutes first).
    Cron(Box<croner::Cron>),
}

/// Why a schedule cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no schedule: {reason}; write hourly, daily, weekly, an interval such as 30m, 6h, 2d, or a cron expression such as `0 3 * * *`"
)]
pub struct ScheduleError {
    text: String,
    reason: String,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { text: "daily".to_owned(), rule: Rule::Every(86_400) }
    }
}

impl Schedule {
    /// Once a week.
    pub fn every_week() -> Self {
        Self { text: "weekly".to_owned(), rule: Rule::Every(WEEK) }
    }

    /// Reads `hourly`, `daily`, `weekly`, an interval from five minutes to a year (`30m`, `6h`, `2d`, `1w`), or a cron
    /// expression of five fields.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let text = text.trim();
        let refuse = |reason: &str| ScheduleError { text: text.to_owned(), reason: reason.to_owned() };
        let rule = match text.to_ascii_lowercase().as_str() {
            "hourly" => Rule::Every(3600),
            "daily" => Rule::Every(86_400),
            "weekly" => Rule::Every(WEEK),
            "" => return Err(refuse("it is empty")),
            interval
                if interval.ends_with(['m', 'h', 'd', 'w'])
                    && interval.starts_with(|c: char| c.is_ascii_digit())
                    && !interval.contains(' ') =>
            {
                let (number, unit) = interval.split_at(interval.len() - 1);
                let unit = match unit {
                    "m" => 60,
                    "h" => 3600,
                    "d" => 86_400,
                    _ => WEEK,
                };
                let number: u64 = number.parse().map_err(|_| refuse("the number cannot be read"))?;
                match number.checked_mul(unit) {
                    Some(seconds @ 300..=31_622_400) => Rule::Every(seconds),
                    _ => return Err(refuse("an interval lasts from five minutes to a year")),
                }
            }
            _ => {
                let parser = croner::parser::CronParser::builder()
                    .seconds(croner::parser::Seconds::Disallowed)
                    .year(croner::parser::Year::Disallowed)
                    .build();
                let cron = parser.parse(text).map_err(|error| refuse(&error.to_string()))?;
                let start = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
                cron.find_next_occurrence(&start, true).map_err(|_| refuse("that time never comes"))?;
                Rule::Cron(Box::new(cron))
            }
        };
        Ok(Self { text: text.to_owned(), rule })
    }

    /// The next time after `instant` for the source `seed`, the same whenever it is asked.
    ///
    /// Intervals run on a grid that starts at a phase of the source's own, so a long run or a late start shifts nothing.
    /// What was missed is not made up for: asked with the end of the last run, the answer lies in the past at most once.
    pub fn next_after(&self, instant: Timestamp, seed: &str) -> Timestamp {
        match &self.rule {
            Rule::Every(period) => {
                let period = i64::try_from(*period).unwrap_or(i64::MAX);
                let phase = i64::try_from(spread(seed, period.unsigned_abs())).unwrap_or(0);
                let since_phase = instant.as_second() - phase;
                let next = (since_phase.div_euclid(period) + 1) * period + phase;
                Timestamp::from_second(next).unwrap_or(Timestamp::MAX)
            }
            Rule::Cron(cron) => {
                let offset = SignedDuration::from_secs(i64::try_from(spread(seed, CRON_SPREAD)).unwrap_or(0));
                let from = instant.checked_sub(offset).unwrap_or(Timestamp::MIN).to_zoned(TimeZone::UTC);
                // An expression that was accepted has occurrences for as long as years are counted.
                cron.find_next_occurrence(&from, false)
                    .ok()
                    .and_then(|next| next.timestamp().checked_add(offset).ok())
                    .unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Whether the source `seed` is due at `now` when its last run began at `last`.
    ///
    /// However many times were missed, it is due once. A last run that lies in the future (the clock was wrong then or is
    /// wrong now) does not stop a source: it is due, and from then on its last run is one of today.
    pub fn is_due(&self, last: Option<Timestamp>, now: Timestamp, seed: &str) -> bool {
        match last {
            None => true,
            Some(last) if lies_ahead(last, now) => true,
            Some(last) => self.next_after(last.min(now), seed) <= now,
        }
    }
}

/// Whether an instant that was noted in the past lies in the future: the clock was wrong then, or is wrong now.
pub fn lies_ahead(noted: Timestamp, now: Timestamp) -> bool {
    noted.duration_since(now) > CLOCK_SLACK
}

/// When to try a source again after `failures` runs in a row that failed, the last at `ended`: five minutes, doubled
/// each time, up to six hours. A schedule that comes sooner does not shorten it.
pub fn next_try(ended: Timestamp, failures: u32) -> Timestamp {
    let doubled = FIRST_BACKOFF.checked_mul(1 << failures.saturating_sub(1).min(16)).unwrap_or(LONGEST_BACKOFF);
    ended.checked_add(doubled.min(LONGEST_BACKOFF)).unwrap_or(Timestamp::MAX)
}

/// A number below `range` that belongs to `seed` and stays the same between versions and machines.
fn spread(seed: &str, range: u64) -> u64 {
    let digest = Sha256::digest(seed.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first) % range.max(1)
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Schedule {
    type Error = ScheduleError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> Self {
        schedule.text
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn next(schedule: &str, instant: &str) -> Timestamp {
        Schedule::parse(schedule).unwrap().next_after(at(instant), "hdx")
    }

    #[test]
    fn intervals_stay_on_their_grid_whenever_they_are_asked() {
        let first = next("6h", "2026-11-22T00:00:00Z");
        assert_eq!(next("6h", &first.to_string()), first + SignedDuration::from_hours(6));
        let late = first + SignedDuration::from_mins(95);
        assert_eq!(next("6h", &late.to_string()), first + SignedDuration::from_hours(6));
    }

    #[test]
    fn two_sources_with_one_schedule_start_apart_and_each_at_its_own_time() {
        let daily = Schedule::parse("daily").unwrap();
        let now = at("2026-11-22T12:00:00Z");
        assert_ne!(daily.next_after(now, "hdx"), daily.next_after(now, "ridl"));
        assert_eq!(daily.next_after(now, "hdx"), daily.next_after(now, "hdx"));
    }

    #[test]
    fn a_cron_expression_is_kept_to_the_minute() {
        let next = next("15 3 * * 1", "2026-11-22T12:00:00Z");
        let minute = next.to_string()[..16].to_owned();
        assert_eq!(minute, "2026-11-23T03:15", "a Monday, in UTC");
    }

    #[test]
    fn a_year_of_missed_runs_is_made_up_for_once() {
        let hourly = Schedule::parse("hourly").unwrap();
        let now = at("2026-11-22T12:00:00Z");
        assert!(hourly.is_due(None, now, "hdx"));
        assert!(hourly.is_due(Some(at("2025-11-22T12:00:00Z")), now, "hdx"));
        assert!(!hourly.is_due(Some(now), now, "hdx"));
    }

    #[test]
    fn a_last_run_in_the_future_does_not_stop_a_source_for_ever() {
        let hourly = Schedule::parse("hourly").unwrap();
        let ahead = at("2027-11-22T12:00:00Z");
        let now = at("2026-11-22T12:00:00Z");
        assert!(hourly.is_due(Some(ahead), now, "hdx"));
        let a_moment_ahead = at("2026-11-22T12:00:30Z");
        assert!(!hourly.is_due(Some(a_moment_ahead), now, "hdx"), "a clock that is put right makes nobody run twice");
    }

    #[test]
    fn what_is_no_schedule_is_refused_with_the_reason() {
        for text in ["", "sometimes", "4m", "400d", "6 h", "-6h", "99999999999999999999h", "61 * * * *", "0 0 30 2 *"] {
            let error = Schedule::parse(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is no schedule: ")), "{error}");
        }
    }

    #[test]
    fn a_source_that_is_down_is_tried_less_often_down_to_every_six_hours() {
        let ended = at("2026-11-22T12:00:00Z");
        let minutes = |failures| next_try(ended, failures).duration_since(ended).as_mins();
        assert_eq!([1, 2, 3, 6, 7, 8, 100, u32::MAX].map(minutes), [5, 10, 20, 160, 320, 360, 360, 360]);
    }

    proptest! {
        #[test]
        fn the_next_time_lies_ahead_and_within_one_interval(seconds in -1_000_000_000_i64..4_000_000_000, seed in "[a-z]{1,8}") {
            let instant = Timestamp::from_second(seconds).unwrap();
            for (text, hours) in [("hourly", 1), ("daily", 24), ("weekly", 168), ("30 4 * * *", 24)] {
                let next = Schedule::parse(text).unwrap().next_after(instant, &seed);
                prop_assert!(next > instant, "{text} from {instant}: {next}");
                prop_assert!(next.duration_since(instant) <= SignedDuration::from_hours(hours), "{text} from {instant}: {next}");
            }
        }
    }
}
