//! Dates and intervals as sources write them.
//!
//! [`read_date`] and [`read_interval`] take the shapes that portals, inventories and exports use; what they had to
//! assume or correct comes back as a [`DateNote`], and what they cannot read as a [`DateFault`].

mod interval;
mod iso;
mod number;
mod order;
mod read;
mod words;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use interval::{
    ReadInterval, read_interval, read_interval_ends, read_interval_ends_ordered, read_interval_ordered,
};
pub use order::{DateOrder, OrderHint, shown_orders};
pub use read::{ReadDate, read_date, read_date_ordered};

/// A date of the Gregorian calendar, exact to the year, the month or the day; serialised as `2020`, `2020-05` or `2020-05-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PartialDate {
    /// Year, -9999 to 9999.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: Option<i8>,
    /// Day, 1 to 31.
    pub day: Option<i8>,
}

impl PartialDate {
    /// Whether the year is one that people now write in the Islamic calendar (1445 began in 2023) or the Persian one (1402 did).
    pub(crate) fn may_be_of_another_calendar(self) -> bool {
        (1380..=1480).contains(&self.year) || self.may_be_buddhist()
    }

    /// Whether the year is one that people now write in the Buddhist calendar (2563 was 2020), and that lies too far ahead to be meant as
    /// it is written.
    pub(crate) fn may_be_buddhist(self) -> bool {
        (2540..=2600).contains(&self.year)
    }

    /// A whole year.
    pub fn from_year(year: i16) -> Option<Self> {
        Self { year, month: None, day: None }.checked()
    }

    /// A month of a year.
    pub fn from_month(year: i16, month: i8) -> Option<Self> {
        Self { year, month: Some(month), day: None }.checked()
    }

    /// A day of the calendar.
    pub fn from_day(year: i16, month: i8, day: i8) -> Option<Self> {
        Self { year, month: Some(month), day: Some(day) }.checked()
    }

    /// The date itself if it stands in the calendar.
    fn checked(self) -> Option<Self> {
        if self.day.is_some() && self.month.is_none() {
            return None;
        }
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok().map(|_| self)
    }

    /// Its first day, as days since 1970-01-01.
    pub fn first_day(&self) -> i64 {
        days_since_epoch(self.first_date())
    }

    /// Its last day, as days since 1970-01-01.
    ///
    /// ```
    /// use cairn_model::PartialDate;
    /// let february = PartialDate::from_month(1970, 2).unwrap();
    /// assert_eq!((february.first_day(), february.last_day()), (31, 58));
    /// ```
    pub fn last_day(&self) -> i64 {
        let first = self.first_date();
        let last = match (self.month, self.day) {
            (None, _) => first.last_of_year(),
            (Some(_), None) => first.last_of_month(),
            (Some(_), Some(_)) => first,
        };
        days_since_epoch(last)
    }

    /// The first day in the calendar. The fields are public, so what lies outside of it is brought to its edge.
    fn first_date(self) -> Date {
        let year = self.year.clamp(Date::MIN.year(), Date::MAX.year());
        let month = self.month.unwrap_or(1).clamp(1, 12);
        let first_of_month = Date::constant(year, month, 1);
        let day = self.day.unwrap_or(1).clamp(1, first_of_month.days_in_month());
        Date::constant(year, month, day)
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }
}

/// Days from 1970-01-01 to `date`; negative before it.
fn days_since_epoch(date: Date) -> i64 {
    const EPOCH: Date = Date::constant(1970, 1, 1);
    date.duration_since(EPOCH).as_hours() / 24
}

/// The UTC day of an instant, as days since 1970-01-01: what every reader of today's freshness uses.
pub fn day_of(instant: Timestamp) -> i64 {
    instant.as_second().div_euclid(86_400)
}

/// The UTC date of an instant.
pub(crate) fn utc_date(instant: Timestamp) -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(instant).date()
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}", self.year.unsigned_abs())?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
            if let Some(day) = self.day {
                write!(f, "-{day:02}")?;
            }
        }
        Ok(())
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

impl std::str::FromStr for PartialDate {
    type Err = String;

    /// Reads the strict form alone: `2020`, `2020-05`, `2020-05-31`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        strict(text).ok_or_else(|| format!("not a date of the form 2020, 2020-05 or 2020-05-31: {text:?}"))
    }
}

impl TryFrom<String> for PartialDate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

fn strict(text: &str) -> Option<PartialDate> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parts = digits.split('-');
    let mut year: i16 = number::exact_digits(parts.next()?, 4)?;
    if negative {
        year = -year;
    }
    let month = parts.next().map(|part| number::exact_digits(part, 2).ok_or(())).transpose().ok()?;
    let day = parts.next().map(|part| number::exact_digits(part, 2).ok_or(())).transpose().ok()?;
    if parts.next().is_some() || (negative && year == 0) {
        return None;
    }
    PartialDate { year, month, day }.checked()
}

/// A moment of a record's life, with the original words where they differ.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DateStamp {
    /// The date, clamped to the day of reading when the source's lies in the future.
    pub date: PartialDate,
    /// The instant, where the source gives a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instant: Option<Timestamp>,
    /// The source's words, where `date` and `instant` do not say the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

impl DateStamp {
    /// Reads a stamp as a source writes it, at the time `now`. A stamp later than the UTC day of `now` is clamped to
    /// that day and keeps its words. A stamp with a time and no zone is taken as UTC, which is what portals mean by it.
    pub fn read(text: &str, now: Timestamp) -> Result<(Self, Option<DateNote>), DateFault> {
        Self::read_ordered(text, now, OrderHint::default())
    }

    /// As [`DateStamp::read`], with what is known of the order of day and month. No catalogue is as old as the years that may be
    /// of another calendar, nor comes from as far ahead.
    pub fn read_ordered(text: &str, now: Timestamp, hint: OrderHint) -> Result<(Self, Option<DateNote>), DateFault> {
        let read = read_date_ordered(text, hint)?;
        let raw = || Some(text.trim().to_owned());
        let date = match read.instant {
            Some(instant) => PartialDate::from(utc_date(instant)),
            None => read.first,
        };
        if date.may_be_of_another_calendar() {
            return Err(DateFault::OtherCalendar);
        }
        if date.first_day() > day_of(now) {
            let stamp = Self { date: PartialDate::from(utc_date(now)), instant: None, raw: raw() };
            return Ok((stamp, Some(DateNote::Future)));
        }
        let exact = read.note.is_none() && read.first == read.last;
        let stamp = Self { date, instant: read.instant, raw: if exact { None } else { raw() } };
        Ok((stamp, read.note))
    }

    /// The first day of its date as days since 1970-01-01, for sorting.
    pub fn day(&self) -> i64 {
        self.date.first_day()
    }
}

impl fmt::Display for DateStamp {
    /// ISO 8601: the instant where there is one, else the date.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.instant {
            Some(instant) => instant.fmt(f),
            None => self.date.fmt(f),
        }
    }
}

/// A time covered: both ends are inclusive, and an open end is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// First day.
    pub start: Option<PartialDate>,
    /// Last day.
    pub end: Option<PartialDate>,
}

impl Interval {
    /// Its first day as days since 1970-01-01; `None` when the start is open.
    pub fn first_day(&self) -> Option<i64> {
        self.start.map(|date| date.first_day())
    }

    /// Its last day as days since 1970-01-01; `None` when the end is open.
    pub fn last_day(&self) -> Option<i64> {
        self.end.map(|date| date.last_day())
    }
}

impl fmt::Display for Interval {
    /// ISO 8601-2 with `..` for an open end: `2015/2020-05`, `2015/..`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.start {
            Some(date) => date.fmt(f)?,
            None => f.write_str("..")?,
        }
        f.write_str("/")?;
        match &self.end {
            Some(date) => date.fmt(f),
            None => f.write_str(".."),
        }
    }
}

/// What was assumed or corrected while a date was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateNote {
    /// Day and month could be either; read in this order.
    Ambiguous(DateOrder),
    /// The year has two digits; read as 1969 to 2068.
    ShortYear,
    /// The month or the day does not exist; what does was kept.
    Impossible,
    /// It lies after the day of reading and was clamped.
    Future,
    /// The start was later than the end; they were swapped.
    Reversed,
    /// The year is one of ours in the Islamic or the Persian calendar, too.
    OtherCalendar,
    /// The year is one of ours in the Buddhist calendar: nothing was taken.
    BuddhistCalendar,
}

impl DateNote {
    /// Problem code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ambiguous(_) => "ambiguous-date",
            Self::ShortYear => "two-digit-year",
            Self::Impossible => "impossible-date",
            Self::Future => "future-date",
            Self::Reversed => "reversed-interval",
            Self::OtherCalendar | Self::BuddhistCalendar => "other-calendar",
        }
    }

    /// What was done, in a sentence.
    pub fn message(self) -> &'static str {
        match self {
            Self::Ambiguous(DateOrder::DayFirst) => "day and month could be either: read day first",
            Self::Ambiguous(DateOrder::MonthFirst) => "day and month could be either: read month first",
            Self::ShortYear => "the last number is taken for a year of two digits: read as 1969 to 2068",
            Self::Impossible => "there is no such day or month: kept as far as it stands in the calendar",
            Self::Future => "the date lies in the future: clamped to the day of reading",
            Self::Reversed => "the start is later than the end: swapped",
            Self::OtherCalendar => "the year may be of the Islamic or the Persian calendar: read as it is written",
            Self::BuddhistCalendar => "the year may be of the Buddhist calendar, which is not read: it was left out",
        }
    }
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DateFault {
    /// Nothing is stated: empty, or words such as `unknown` and `n/a`.
    #[error("no date is stated")]
    Absent,
    /// None of the shapes that are known.
    #[error("the date is in no form that can be read")]
    Unreadable,
    /// The year lies before 1000 or after 9999.
    #[error("the year lies before 1000 or after 9999")]
    YearOutOfRange,
    /// The year is one of the last hundred in the Islamic or the Persian calendar, or of ours in the Buddhist one.
    #[error("the year may be of the Islamic, the Persian or the Buddhist calendar, which are not read")]
    OtherCalendar,
    /// A repetition such as `R/P1D`, which says how often and not when.
    #[error("it says how often, not when")]
    Repetition,
}

impl DateFault {
    /// Problem code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Absent => "no-date",
            Self::Unreadable => "unreadable-date",
            Self::YearOutOfRange => "year-out-of-range",
            Self::OtherCalendar => "other-calendar",
            Self::Repetition => "repetition-not-date",
        }
    }
}
