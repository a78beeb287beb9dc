//! Asking for what changed: since when, by the source's own clock, and what one run leaves for the next.
//!
//! The question is believed only while the answers keep to it. A record in them that is older than what was asked for, or
//! an answer without a single record (the newest one that was seen before is always asked for again), shows that the
//! source does not filter as it is asked to, and everything is listed instead.

use std::time::Instant;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::asking::OnePage;
use super::newest::KnownRecords;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// When something changed at a source, as exactly as the source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Moment {
    /// The time, or the beginning of the day.
    pub(crate) at: Timestamp,
    /// Whether no more than the day is known.
    pub(crate) by_day: bool,
}

impl Moment {
    /// Reads a date or time of ISO 8601; one without a zone is in UTC, as CKAN writes it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(Self { at, by_day: false });
        }
        let in_utc = |time: DateTime| time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
        if let Ok(day) = text.parse::<Date>()
            && text.len() <= "2026-01-01".len()
        {
            return Some(Self { at: in_utc(day.to_datetime(jiff::civil::Time::midnight()))?, by_day: true });
        }
        Some(Self { at: in_utc(text.parse().ok()?)?, by_day: false })
    }

    /// A time in milliseconds since 1970.
    pub(crate) fn of_milliseconds(milliseconds: i64) -> Option<Self> {
        Some(Self { at: Timestamp::from_millisecond(milliseconds).ok()?, by_day: false })
    }

    /// As a question words it: the day, or the second in UTC.
    pub(crate) fn to_text(self) -> String {
        let time = self.at.to_zoned(TimeZone::UTC);
        if self.by_day { time.date().to_string() } else { time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string() }
    }

    fn is_midnight(self) -> bool {
        self.by_day || self.at.as_second().rem_euclid(DAY) == 0
    }
}

/// What a complete run leaves for the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// The listing, if it fits into one page that the server tells versions of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) one_page: Option<OnePage>,
    /// What changed at this time or later may not have been seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<Moment>,
    /// The records of the listing, where the source can be asked for what changed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) known: Option<KnownRecords>,
    /// The way in which the source is asked.
    pub(super) way: String,
    /// The source does not keep to the question of what changed.
    pub(super) distrusted: bool,
    /// A record could not be had, since all of it was had last.
    pub(super) lacks: bool,
}

impl Kept {
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// As text; `None` when there is nothing to say.
    pub(super) fn to_text(&self) -> Option<String> {
        let says_something = self.one_page.is_some() || self.since.is_some() || self.distrusted || self.lacks;
        says_something.then(|| serde_json::to_string(self).ok()).flatten()
    }
}

/// The clock of a source, as far as its answers show it.
#[derive(Debug)]
pub(super) struct SourceClock {
    /// For how long the walk lasts.
    begun: Instant,
    /// `Date` of the first answer.
    first_answer: Option<Timestamp>,
    newest: Option<Timestamp>,
    /// Whether a record tells no more than its day.
    tells_days: bool,
    /// Whether a record tells a time of day.
    tells_times: bool,
    /// Whether an interrupted run began the walk, and until when that had seen everything, if it could tell.
    goes_on: bool,
    seen_before: Option<Moment>,
}

impl SourceClock {
    pub(super) fn new() -> Self {
        Self {
            begun: Instant::now(),
            first_answer: None,
            newest: None,
            tells_days: false,
            tells_times: false,
            goes_on: false,
            seen_before: None,
        }
    }

    /// Goes on where an interrupted run stopped, which had seen everything until then.
    pub(super) fn go_on(&mut self, seen_until: Option<Moment>) {
        self.goes_on = true;
        self.seen_before = seen_until;
    }

    pub(super) fn note_answer(&mut self, date: Option<Timestamp>) {
        self.first_answer = self.first_answer.or(date);
    }

    pub(super) fn note_record(&mut self, changed: Moment) {
        self.newest = self.newest.max(Some(changed.at));
        self.tells_days |= changed.by_day;
        self.tells_times |= !changed.is_midnight();
    }

    /// The newest date that a record had.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// Until when everything was seen that changed: the newest date of a record, less an overlap of an hour or a day. A
    /// date that lies ahead of the source's own clock would hide what comes until then, so that it counts as that clock.
    /// What changed while the listing was walked may stand on a page that was read before it did.
    pub(super) fn seen_until(&self) -> Option<Moment> {
        if self.goes_on {
            return self.seen_before;
        }
        let newest = self.newest?;
        let newest = self.first_answer.map_or(newest, |answered| newest.min(answered));
        let by_day = self.tells_days || !self.tells_times;
        let walked = SignedDuration::try_from(self.begun.elapsed()).ok()?;
        let (unit, overlap) = if by_day {
            (DAY, SignedDuration::from_secs(DAY * (1 + walked.as_secs() / DAY)))
        } else {
            (1, SignedDuration::from_hours(1) + walked)
        };
        let at = newest.checked_sub(overlap).ok()?;
        let at = Timestamp::from_second(at.as_second().div_euclid(unit) * unit).ok()?;
        Some(Moment { at, by_day: self.tells_days && !self.tells_times })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    fn seen_until(answered: Option<&str>, dates: &[&str]) -> Option<Moment> {
        let mut clock = SourceClock::new();
        clock.note_answer(answered.map(|date| moment(date).at));
        for date in dates {
            clock.note_record(moment(date));
        }
        clock.seen_until()
    }

    fn since(answered: Option<&str>, dates: &[&str]) -> String {
        let since = seen_until(answered, dates).unwrap();
        // The walk took less than a minute.
        let tolerance = SignedDuration::from_mins(1);
        let whole = if since.at.as_second() % 60 == 0 { since.at } else { since.at + tolerance };
        Moment { at: Timestamp::from_second(whole.as_second() / 60 * 60).unwrap(), ..since }.to_text()
    }

    #[test]
    fn dates_are_read_as_sources_write_them() {
        let table = [
            ("2026-05-01T10:00:00.123456", "2026-05-01T10:00:00Z"),
            ("2026-05-01T10:00:00+02:00", "2026-05-01T08:00:00Z"),
            ("2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z"),
            (" 2026-05-01 10:00:00", "2026-05-01T10:00:00Z"),
            ("2026-05-01", "2026-05-01"),
        ];
        for (text, expected) in table {
            assert_eq!(moment(text).to_text(), expected, "{text}");
        }
        assert_eq!(Moment::of_milliseconds(1_600_000_000_000).unwrap().to_text(), "2020-09-13T12:26:40Z");
        for text in ["", "2026", "yesterday", "2026-13-01"] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_overlap_is_an_hour_or_a_day_before_the_newest_record_by_the_clock_of_the_source() {
        let table: [(&[&str], Option<&str>, &str); 6] = [
            (&["2026-05-01T10:00:00Z", "2026-04-01T10:00:00Z"], None, "2026-05-01T09:00:00Z"),
            // F20: the clock of the source is days away from every other, and only its own dates count.
            (&["2026-05-01T10:00:00Z"], Some("2026-05-03T10:00:00Z"), "2026-05-01T09:00:00Z"),
            (&["2026-05-01T10:00:00Z"], Some("2026-04-29T10:00:00Z"), "2026-04-29T09:00:00Z"),
            // F21.
            (&["2099-01-01T00:00:00Z", "2026-05-01T10:00:00Z"], Some("2026-05-02T12:00:00Z"), "2026-05-02T11:00:00Z"),
            (&["2026-05-03", "2026-05-01"], None, "2026-05-02"),
            // Days written as times.
            (&["2026-05-03T00:00:00Z", "2026-05-01T00:00:00Z"], None, "2026-05-02T00:00:00Z"),
        ];
        for (dates, answered, expected) in table {
            assert_eq!(since(answered, dates), expected, "{dates:?} {answered:?}");
        }
        assert_eq!(seen_until(Some("2026-05-02T12:00:00Z"), &[]), None, "nothing tells when records change");
    }

    #[test]
    fn a_run_that_goes_on_has_seen_no_more_than_the_one_that_began() {
        let mut clock = SourceClock::new();
        clock.go_on(Some(moment("2026-05-01T10:00:00Z")));
        clock.note_record(moment("2026-06-01T10:00:00Z"));
        assert_eq!(clock.seen_until(), Some(moment("2026-05-01T10:00:00Z")));
    }
}
