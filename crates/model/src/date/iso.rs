//! Dates that start with a year: ISO 8601, RFC 3339, XML Schema dates, and their relatives with `/` or `.`.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};

use super::{DateFault, DateNote, PartialDate, ReadDate, number, read};

/// Reads a text that starts with a year of four digits; `None` when it does not or goes on in no known way.
pub(super) fn read(text: &str) -> Option<Result<ReadDate, DateFault>> {
    let bytes = text.as_bytes();
    if bytes.len() < 4 || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let year: i64 = text[..4].parse().ok()?;
    let rest = &text[4..];
    if rest.is_empty() {
        return Some(read::year(year));
    }
    if let Some(quarter) = quarter(rest) {
        return Some(read::quarter(year, quarter));
    }
    if bytes[4].is_ascii_digit() {
        return compact(text);
    }
    let separator = bytes[4];
    if !matches!(separator, b'-' | b'/' | b'.') {
        return None;
    }
    let (month, rest) = leading_number(&rest[1..])?;
    let (day, rest) = match rest.as_bytes().first() {
        Some(byte) if *byte == separator => {
            let (day, rest) = leading_number(&rest[1..])?;
            (Some(day), rest)
        }
        _ => (None, rest),
    };
    let date = read::calendar(year, month, day);
    if rest.is_empty() {
        return Some(date);
    }
    if is_zone(rest) {
        return Some(date);
    }
    let time = time_of_day(rest)?;
    // A month has no time of day.
    day?;
    let mut date = match date {
        Ok(date) => date,
        Err(fault) => return Some(Err(fault)),
    };
    if date.note != Some(DateNote::Impossible) {
        date.instant = instant(text, date.first, time);
    }
    Some(Ok(date))
}

/// `YYYYMMDD` with a time or a zone after it.
fn compact(text: &str) -> Option<Result<ReadDate, DateFault>> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits != 8 || !text[8..].starts_with(['T', 't', 'Z', 'z', '+', '-']) {
        return None;
    }
    let mut date = number::day(&text[..8])?;
    if !is_zone(&text[8..]) {
        date.instant = instant("", date.first, time_of_day(&text[8..])?);
    }
    Some(Ok(date))
}

/// One or two digits, and what follows them.
fn leading_number(text: &str) -> Option<(i64, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    let value = number::up_to_digits(&text[..count], 2)?;
    Some((value, &text[count..]))
}

/// `-Q1`, `Q1`, ` Q1`, and `T1` as French and Spanish write it.
fn quarter(rest: &str) -> Option<i64> {
    let rest = rest.trim_start_matches(['-', ' ', '/']);
    let mut chars = rest.chars();
    let letter = chars.next()?;
    let digit = chars.next()?.to_digit(10)?;
    // `2012T1` is no quarter of a time: nothing may follow.
    let known = matches!(letter, 'Q' | 'q' | 'T' | 't') && (1..=4).contains(&digit) && chars.next().is_none();
    known.then_some(i64::from(digit))
}

/// `Z`, `+02:00`, `-0500`: an XML Schema date with a zone (XML Schema Part 2 §3.2.9).
pub(super) fn is_zone(text: &str) -> bool {
    if matches!(text, "Z" | "z") {
        return true;
    }
    let Some(digits) = text.strip_prefix(['+', '-']) else { return false };
    let hours_and_minutes = match digits.split_once(':') {
        Some((hours, minutes)) => hours.len() == 2 && minutes.len() == 2,
        None => digits.len() == 4,
    };
    hours_and_minutes && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
}

/// The time after a date, without its separator; `None` when it is something else, such as a second date.
fn time_of_day(rest: &str) -> Option<&str> {
    let time = rest.strip_prefix(['T', 't', ' ', '_'])?.trim();
    let known = |byte: u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'+' | b'-' | b' ');
    let words = time.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let zone = &time[words.len()..];
    let zone_is_known =
        zone.is_empty() || is_half_day(zone) || ["Z", "UTC", "GMT"].iter().any(|name| zone.eq_ignore_ascii_case(name));
    let starts_as_time = words.is_empty() || words.as_bytes()[0].is_ascii_digit();
    // An offset is the one place for a sign, and at most six characters long.
    let offset_is_short = words.rfind(['+', '-']).is_none_or(|at| words.len() - at <= 6);
    let signs = words.bytes().filter(|byte| matches!(byte, b'+' | b'-')).count();
    (starts_as_time && zone_is_known && offset_is_short && signs <= 1 && words.bytes().all(known)).then_some(time)
}

/// The halves of the twelve-hour clock; which hour they mean is not worth an instant.
fn is_half_day(word: &str) -> bool {
    ["AM", "PM"].iter().any(|half| word.eq_ignore_ascii_case(half))
}

/// The instant of a date with a time; `None` where the time is not one, and the date then stands alone.
fn instant(text: &str, date: PartialDate, time: &str) -> Option<Timestamp> {
    if time.len() >= 2 && time.get(time.len() - 2..).is_some_and(is_half_day) {
        return None;
    }
    let is_rfc3339 = text.len() >= 19 && matches!(text.as_bytes()[10], b'T' | b't') && !time.contains(' ');
    let iso = if is_rfc3339 { Cow::Borrowed(text) } else { Cow::Owned(format!("{date}T{}", with_plain_zone(time))) };
    let pieces = Pieces::parse(iso.as_ref()).ok()?;
    let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
    let civil = pieces.date().to_datetime(pieces.time()?);
    civil.to_zoned(TimeZone::fixed(offset)).ok().map(|zoned| zoned.timestamp())
}

/// `10:00:00 UTC` and `10:00:00 +0200` in the form of ISO 8601.
fn with_plain_zone(time: &str) -> String {
    let clock = time.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let mut plain: String = clock.chars().filter(|letter| *letter != ' ').collect();
    if clock.len() < time.len() {
        plain.push('Z');
    }
    plain
}
