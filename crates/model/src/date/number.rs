//! Dates that stand in a cell or a JSON number: compact forms, epochs, spreadsheet serials.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{DateFault, PartialDate, ReadDate, utc_date};

/// Serial days of a spreadsheet that can be dates: 1954-10-03 to 2064-04-08.
const SERIAL_DAYS: std::ops::RangeInclusive<i64> = 20_000..=60_000;
/// Day 0 of the 1900 date system, moved by one because that system counts a 1900-02-29.
const SERIAL_EPOCH: Date = Date::constant(1899, 12, 30);
/// Smallest number taken for epoch seconds: 1973-03-03; larger than every serial day and compact date of six digits.
const LEAST_EPOCH_SECONDS: i64 = 100_000_000;
const MOST_EPOCH_SECONDS: i64 = 9_999_999_999;

/// A number of exactly `count` ASCII digits.
pub(super) fn exact_digits<N: std::str::FromStr>(text: &str, count: usize) -> Option<N> {
    if text.len() != count || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// A number of one to `most` ASCII digits.
pub(super) fn up_to_digits<N: std::str::FromStr>(text: &str, most: usize) -> Option<N> {
    if text.is_empty() || text.len() > most { None } else { exact_digits(text, text.len()) }
}

/// Reads a text that is one number and nothing else; `None` when it is no number.
pub(super) fn read(text: &str) -> Option<Result<ReadDate, DateFault>> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_number = !whole.is_empty()
        && whole.len() <= 20
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_number {
        return None;
    }
    // Spreadsheets and data frames write whole numbers as `2014.0`.
    let is_whole = fraction.bytes().all(|digit| digit == b'0');
    let value: i64 = whole.parse().unwrap_or(i64::MAX);
    let date = match whole.len() {
        4 if is_whole && !negative => return Some(super::read::year(value)),
        1..=4 if is_whole => return Some(Err(DateFault::YearOutOfRange)),
        5 if !negative && SERIAL_DAYS.contains(&value) => serial(value, fraction),
        6 if is_whole && !negative => month(whole),
        8 if is_whole && !negative => day(whole),
        14 if is_whole && !negative => compact_instant(whole),
        _ => epoch(if negative { -value } else { value }, fraction),
    };
    Some(date.ok_or(DateFault::Unreadable))
}

/// `YYYYMM`.
fn month(digits: &str) -> Option<ReadDate> {
    let date = PartialDate::from_month(exact_digits(&digits[..4], 4)?, exact_digits(&digits[4..], 2)?)?;
    (date.year >= 1000).then(|| ReadDate::exact(date))
}

/// `YYYYMMDD`.
pub(super) fn day(digits: &str) -> Option<ReadDate> {
    let date = PartialDate::from_day(
        exact_digits(digits.get(..4)?, 4)?,
        exact_digits(&digits[4..6], 2)?,
        exact_digits(&digits[6..], 2)?,
    )?;
    (date.year >= 1000).then(|| ReadDate::exact(date))
}

/// `YYYYMMDDhhmmss`, taken as UTC.
fn compact_instant(digits: &str) -> Option<ReadDate> {
    let (date, time) = digits.split_at(8);
    let iso = format!("{date}T{time}Z");
    Some(ReadDate { instant: Some(iso.parse().ok()?), ..day(date)? })
}

/// Days since the epoch of a spreadsheet; its fraction is the time of day, which no spreadsheet gives a zone: taken as UTC.
fn serial(days: i64, fraction: &str) -> Option<ReadDate> {
    let date = SERIAL_EPOCH.checked_add(days.days()).ok()?;
    let mut read = ReadDate::exact(PartialDate::from(date));
    let part: f64 = format!("0.{fraction}").parse().ok()?;
    if part > 0.0 {
        let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        #[expect(clippy::cast_possible_truncation, reason = "the part is below 1, so the seconds are below 86,401")]
        let seconds = (part * 86_400.0).round() as i64;
        read.instant = midnight.checked_add(seconds.seconds()).ok();
    }
    Some(read)
}

/// Seconds or milliseconds since 1970, told apart by their size; a fraction of a second is dropped.
fn epoch(value: i64, fraction: &str) -> Option<ReadDate> {
    let size = value.checked_abs()?;
    let instant = if (LEAST_EPOCH_SECONDS..=MOST_EPOCH_SECONDS).contains(&size) {
        Timestamp::from_second(value).ok()?
    } else if (LEAST_EPOCH_SECONDS * 1000..=MOST_EPOCH_SECONDS * 1000).contains(&size) && fraction.len() <= 6 {
        Timestamp::from_millisecond(value).ok()?
    } else {
        return None;
    };
    let date = PartialDate::from(utc_date(instant));
    Some(ReadDate { instant: Some(instant), ..ReadDate::exact(date) })
}
