//! One date in any of the shapes that sources write.

use std::borrow::Cow;

use jiff::Timestamp;

use super::order::order_of;
use super::{DateFault, DateNote, DateOrder, OrderHint, PartialDate, iso, number, words};

/// Longer texts are no dates, and are not looked at.
const LONGEST: usize = 100;
/// Years that are taken for years of the data.
const YEARS: std::ops::RangeInclusive<i64> = 1000..=9999;

/// A date as read: a quarter has a first and a last month, everything else the same date twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadDate {
    /// Where it begins.
    pub first: PartialDate,
    /// Where it ends.
    pub last: PartialDate,
    /// The instant, where a time is given.
    pub instant: Option<Timestamp>,
    /// What was assumed or corrected.
    pub note: Option<DateNote>,
    /// How day and month stand, where the text shows it.
    pub(super) order: Option<DateOrder>,
}

impl ReadDate {
    pub(super) fn exact(date: PartialDate) -> Self {
        Self { first: date, last: date, instant: None, note: None, order: None }
    }

    fn noted(date: PartialDate, note: DateNote) -> Self {
        Self { note: Some(note), ..Self::exact(date) }
    }
}

/// Reads one date: ISO 8601 and its relatives, US and European numbers, months in English, French, Spanish and Arabic,
/// Chinese and Japanese dates, quarters, epochs, spreadsheet serials.
///
/// ```
/// use cairn_model::date::read_date;
/// assert_eq!(read_date("12 mars 2024").unwrap().first.to_string(), "2024-03-12");
/// assert_eq!(read_date("١٢ يناير ٢٠٢٣").unwrap().first.to_string(), "2023-01-12");
/// ```
pub fn read_date(text: &str) -> Result<ReadDate, DateFault> {
    read_date_ordered(text, OrderHint::default())
}

/// As [`read_date`], with what is known of the order of day and month.
///
/// ```
/// use cairn_model::date::{DateOrder, OrderHint, read_date_ordered};
/// let french = OrderHint { order: DateOrder::DayFirst, is_certain: true };
/// assert_eq!(read_date_ordered("12/08/2026", french).unwrap().first.to_string(), "2026-08-12");
/// ```
pub fn read_date_ordered(text: &str, hint: OrderHint) -> Result<ReadDate, DateFault> {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    if text.is_empty() {
        return Err(DateFault::Absent);
    }
    if text.len() > LONGEST {
        return Err(DateFault::Unreadable);
    }
    let text = &*with_ascii_digits(text);
    if let Some(date) = number::read(text) {
        return date;
    }
    if let Some(date) = iso::read(text) {
        return date;
    }
    if let Some(date) = three_numbers(text, hint) {
        return date;
    }
    if text.starts_with("R/") || text.starts_with("R1/") || is_duration(text) {
        return Err(DateFault::Repetition);
    }
    words::read(text, hint)
}

/// The same text with the decimal digits of other scripts as ASCII digits.
pub(super) fn with_ascii_digits(text: &str) -> Cow<'_, str> {
    /// Zero of Arabic-Indic, Extended Arabic-Indic, Devanagari, Bengali, Myanmar and fullwidth digits.
    const ZEROS: [u32; 6] = [0x660, 0x6f0, 0x966, 0x9e6, 0x1040, 0xff10];
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let digit = |letter: char| {
        let code = u32::from(letter);
        ZEROS
            .iter()
            .find(|zero| (**zero..**zero + 10).contains(&code))
            .and_then(|zero| char::from_digit(code - zero, 10))
    };
    Cow::Owned(text.chars().map(|letter| digit(letter).unwrap_or(letter)).collect())
}

/// An ISO 8601 duration such as `P1Y` or `PT1S`.
pub(super) fn is_duration(text: &str) -> bool {
    text.starts_with('P') && text.len() > 2 && text.parse::<jiff::Span>().is_ok()
}

/// A whole year, if it is one that data can be of.
pub(super) fn year(year: i64) -> Result<ReadDate, DateFault> {
    calendar_year(year).map(ReadDate::exact)
}

fn calendar_year(year: i64) -> Result<PartialDate, DateFault> {
    if !YEARS.contains(&year) {
        return Err(DateFault::YearOutOfRange);
    }
    i16::try_from(year).ok().and_then(PartialDate::from_year).ok_or(DateFault::YearOutOfRange)
}

/// The three months of a quarter, 1 to 4.
pub(super) fn quarter(year: i64, quarter: i64) -> Result<ReadDate, DateFault> {
    let first = calendar(year, quarter * 3 - 2, None)?;
    let last = calendar(year, quarter * 3, None)?;
    Ok(ReadDate { last: last.first, ..first })
}

/// A year, month and day; what does not stand in the calendar is left off and noted.
pub(super) fn calendar(year: i64, month: i64, day: Option<i64>) -> Result<ReadDate, DateFault> {
    let whole_year = calendar_year(year)?;
    let small = |value: i64| i8::try_from(value).ok();
    let Some(month) = small(month).and_then(|month| PartialDate::from_month(whole_year.year, month)) else {
        return Ok(ReadDate::noted(whole_year, DateNote::Impossible));
    };
    let Some(day) = day else { return Ok(ReadDate::exact(month)) };
    let date = small(day).and_then(|day| PartialDate::from_day(month.year, month.month?, day));
    Ok(date.map_or_else(|| ReadDate::noted(month, DateNote::Impossible), ReadDate::exact))
}

/// The year of two digits: 69 to 99 are of the last century, as POSIX reads them.
pub(super) fn full_year(short: i64) -> i64 {
    if short >= 69 { 1900 + short } else { 2000 + short }
}

/// `31/01/1997`, `01/31/97`, `31.01.2020`, `08/2012`, with or without a time of day after them.
pub(super) fn three_numbers(text: &str, hint: OrderHint) -> Option<Result<ReadDate, DateFault>> {
    let end =
        text.find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '/' | '.' | '-'))).unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    if !rest.is_empty() && !is_clock(rest) {
        return None;
    }
    let date = date.trim_end_matches('-');
    let separator = date.find(['/', '.', '-'])?;
    let separator = char::from(date.as_bytes()[separator]);
    let mut parts = date.split(separator);
    let (one, two, three) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let one: i64 = number::up_to_digits(one, 2)?;
    let Some(three) = three else {
        let year = number::exact_digits(two, 4)?;
        return Some(calendar(year, one, None));
    };
    let two: i64 = number::up_to_digits(two, 2)?;
    let is_short = three.len() == 2;
    let year = if is_short { full_year(number::exact_digits(three, 2)?) } else { number::exact_digits(three, 4)? };
    Some(numbers(year, one, two, separator, hint).map(|mut read| {
        if is_short && read.note.is_none() {
            read.note = Some(DateNote::ShortYear);
        }
        read
    }))
}

/// A day above 12 decides which number is the month; dots are never American; what is still open is read as the hint
/// says, and noted where the hint is not certain.
fn numbers(year: i64, one: i64, two: i64, separator: char, hint: OrderHint) -> Result<ReadDate, DateFault> {
    let shown = order_of(one, two);
    let dotted = (separator == '.').then_some(DateOrder::DayFirst);
    let known = shown.or(dotted);
    let order = known.unwrap_or(hint.order);
    let (month, day) = if order == DateOrder::DayFirst { (two, one) } else { (one, two) };
    let mut read = calendar(year, month, Some(day))?;
    read.order = shown;
    if known.is_none() && !hint.is_certain && one != two && read.note.is_none() {
        read.note = Some(DateNote::Ambiguous(order));
    }
    Ok(read)
}

/// A time of day after a date: `10:22`, `, 10:22:33 AM`, ` - 10:04`, with a zone name at most.
fn is_clock(rest: &str) -> bool {
    let clock = rest.trim_start_matches(['T', ',', ' ', '-']);
    let letters = clock.trim_end_matches(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '.' | ' '));
    let suffix = clock[letters.len()..].trim();
    let suffix_is_known = suffix.is_empty()
        || ["AM", "PM", "A.M.", "P.M.", "Z", "UTC", "GMT"].iter().any(|known| suffix.eq_ignore_ascii_case(known));
    let is_time =
        letters.contains(':') && letters.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'));
    suffix_is_known && (is_time || clock.is_empty())
}
