//! Time covered: two dates in one text, one date, or an open end.

use super::read::{self, is_duration, read_date_ordered, with_ascii_digits};
use super::words::{Phrase, phrase};
use super::{DateFault, DateNote, Interval, OrderHint, PartialDate, ReadDate, utc_date};

/// Longer texts are no intervals, and are not looked at.
const LONGEST: usize = 200;

/// An interval as read, and what was assumed or corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadInterval {
    /// The interval; both ends open where the source says so.
    pub interval: Interval,
    /// What was assumed or corrected, each once.
    pub notes: Vec<DateNote>,
}

/// One end of an interval.
enum End {
    Open,
    At(ReadDate),
}

/// Reads a time covered: `[a TO b]` of Solr, `a/b` and `R/a/P1Y` of ISO 8601, `../b` of ISO 8601-2, DCMI periods, old HDX
/// ranges, year ranges, "since 2019", and every single date.
///
/// ```
/// use cairn_model::date::read_interval;
/// let read = read_interval("[2020-01-01T00:00:00 TO *]").unwrap();
/// assert_eq!(read.interval.to_string(), "2020-01-01/..");
/// ```
pub fn read_interval(text: &str) -> Result<ReadInterval, DateFault> {
    read_interval_ordered(text, OrderHint::default())
}

/// As [`read_interval`], with what is known of the order of day and month.
pub fn read_interval_ordered(text: &str, hint: OrderHint) -> Result<ReadInterval, DateFault> {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    if text.is_empty() {
        return Err(DateFault::Absent);
    }
    if text.len() > LONGEST {
        return Err(DateFault::Unreadable);
    }
    let text = &*with_ascii_digits(text);
    let text = text.trim_start_matches(['[', '{', '(']).trim_end_matches([']', '}', ')']).trim();
    match phrase(text) {
        Some(Phrase::Open) => return Ok(combine(End::Open, End::Open)),
        Some(Phrase::Absent) => return Err(DateFault::Absent),
        None => {}
    }
    if let Some((start, end)) = text.split_once(" TO ") {
        return ends(start, end, hint);
    }
    if let Some(repetition) = text.strip_prefix('R')
        && let Some((count, rest)) = repetition.split_once('/')
        && count.bytes().all(|byte| byte.is_ascii_digit())
    {
        return repeated(rest, hint);
    }
    if let Some(period) = dcmi_period(text, hint) {
        return period;
    }
    if let Some(years) = short_year_range(text) {
        return years;
    }
    // Before all that stands in words: the `T` of a time of day is a quarter there.
    if let Some((start, end)) = text.split_once('/')
        && !end.contains('/')
        && let Ok(read) = iso_interval(start, end, hint)
    {
        return Ok(read);
    }
    match read_date_ordered(text, hint) {
        Ok(date) => Ok(combine(End::At(date), End::At(date))),
        Err(fault) => in_words(text, hint).ok_or(fault),
    }
}

/// Reads a time covered whose ends stand apart. The faults are those of the start and of the end.
pub fn read_interval_ends(start: &str, end: &str) -> (ReadInterval, [Option<DateFault>; 2]) {
    read_interval_ends_ordered(start, end, OrderHint::default())
}

/// As [`read_interval_ends`], with what is known of the order of day and month.
pub fn read_interval_ends_ordered(start: &str, end: &str, hint: OrderHint) -> (ReadInterval, [Option<DateFault>; 2]) {
    let (start_end, start_fault) = end_or_fault(start, hint);
    let (end_end, end_fault) = end_or_fault(end, hint);
    let read = combine_in_one_order(start, start_end, end, end_end);
    (read, [start_fault, end_fault])
}

fn end_or_fault(text: &str, hint: OrderHint) -> (End, Option<DateFault>) {
    match read_end(text, hint) {
        Ok(end) => (end, None),
        Err(fault) => (End::Open, Some(fault)),
    }
}

fn read_end(text: &str, hint: OrderHint) -> Result<End, DateFault> {
    let text = text.trim();
    if phrase(text).is_some() { Ok(End::Open) } else { read_date_ordered(text, hint).map(End::At) }
}

/// Both ends of one text; either may be open.
fn ends(start: &str, end: &str, hint: OrderHint) -> Result<ReadInterval, DateFault> {
    let start_end = read_end(start, hint)?;
    let end_end = read_end(end, hint)?;
    Ok(combine_in_one_order(start, start_end, end, end_end))
}

/// Where one end leaves open which number is the month and the other shows it, the other decides.
fn combine_in_one_order(start: &str, start_end: End, end: &str, end_end: End) -> ReadInterval {
    let reread = |text: &str, date: ReadDate, other: ReadDate| match (date.note, other.order) {
        (Some(DateNote::Ambiguous(_)), Some(order)) => {
            read_date_ordered(text, OrderHint::certain(order)).unwrap_or(date)
        }
        _ => date,
    };
    match (start_end, end_end) {
        (End::At(first), End::At(last)) => {
            combine(End::At(reread(start, first, last)), End::At(reread(end, last, first)))
        }
        (first, last) => combine(first, last),
    }
}

/// `a/b`, `../b`, `a/..`, `a/P1Y`, `P1Y/b`.
fn iso_interval(start: &str, end: &str, hint: OrderHint) -> Result<ReadInterval, DateFault> {
    match (is_duration(start.trim()), is_duration(end.trim())) {
        (false, false) => ends(start, end, hint),
        (false, true) => lasting(read_date_ordered(start, hint)?, end.trim(), 1),
        (true, false) => lasting(read_date_ordered(end, hint)?, start.trim(), -1),
        (true, true) => Err(DateFault::Repetition),
    }
}

/// A date and how long the interval lasts after it (`direction` 1) or before it (-1).
fn lasting(date: ReadDate, duration: &str, direction: i64) -> Result<ReadInterval, DateFault> {
    let span: jiff::Span = duration.parse().map_err(|_| DateFault::Unreadable)?;
    let moved = |from: PartialDate| {
        from.first_date()
            .to_datetime(jiff::civil::Time::midnight())
            .checked_add(span * direction)
            .map_err(|_| DateFault::Unreadable)
    };
    if direction > 0 {
        let after = moved(date.first)?;
        let last = after.date().yesterday().map_err(|_| DateFault::Unreadable)?.max(date.first.first_date());
        Ok(combine(End::At(date), End::At(ReadDate::exact(last.into()))))
    } else {
        let before = moved(date.last)?;
        let first = before.date().tomorrow().map_err(|_| DateFault::Unreadable)?.min(date.last.first_date());
        Ok(combine(End::At(ReadDate::exact(first.into())), End::At(date)))
    }
}

/// What follows `R/`: a start that repeats has an open end; a repetition alone says how often and not when.
fn repeated(rest: &str, hint: OrderHint) -> Result<ReadInterval, DateFault> {
    match rest.split_once('/') {
        None => Err(DateFault::Repetition),
        Some((start, end)) if is_duration(end.trim()) => Ok(combine(read_end(start, hint)?, End::Open)),
        Some((start, end)) if is_duration(start.trim()) => Ok(combine(End::Open, read_end(end, hint)?)),
        Some((start, end)) => ends(start, end, hint),
    }
}

/// DCMI Period: `name=..; start=1998-09-25; end=1998-10-25; scheme=W3C-DTF`.
fn dcmi_period(text: &str, hint: OrderHint) -> Option<Result<ReadInterval, DateFault>> {
    if !text.contains('=') {
        return None;
    }
    let component = |name: &str| {
        text.split(';').filter_map(|part| part.split_once('=')).find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
    };
    let (start, end) = (component("start"), component("end"));
    if start.is_none() && end.is_none() {
        return None;
    }
    Some(ends(start.map_or("", |(_, value)| value), end.map_or("", |(_, value)| value), hint))
}

/// `2019-20` and `1999-00`, which are no months.
fn short_year_range(text: &str) -> Option<Result<ReadInterval, DateFault>> {
    let (start, end) = text.split_once(['-', '–', '/'])?;
    let start: i64 = super::number::exact_digits(start, 4)?;
    let end: i64 = super::number::exact_digits(end, 2)?;
    let is_month = (1..=12).contains(&end);
    let end = if end == (start + 1) % 100 { start + 1 } else { start - start % 100 + end };
    if is_month || end <= start {
        return None;
    }
    let both = read::year(start).and_then(|first| read::year(end).map(|last| (first, last)));
    Some(both.map(|(first, last)| combine(End::At(first), End::At(last))))
}

/// Words before a start whose end is open, unless an end follows.
const SINCE: &[&str] = &[
    "since",
    "from",
    "starting from",
    "starting",
    "depuis",
    "dès",
    "à partir de",
    "à compter de",
    "desde",
    "a partir de",
    "منذ",
    "من",
    "ابتداء من",
];
/// Words before a start that an end must follow.
const BETWEEN: &[&str] = &["between", "entre", "du", "de", "del", "بين"];
/// Words before an end whose start is open.
const UNTIL: &[&str] =
    &["until", "till", "up to", "before", "jusqu'en", "jusqu'au", "jusqu'à", "avant", "hasta", "antes de", "حتى"];
/// Words and signs between two ends, the surest first.
const BETWEEN_ENDS: &[&str] = &[
    " - ",
    " – ",
    " — ",
    "–",
    "—",
    " to ",
    " until ",
    " till ",
    " through ",
    " jusqu'à ",
    " jusqu'au ",
    " jusqu'en ",
    " au ",
    " à ",
    " hasta ",
    " al ",
    " a ",
    " et ",
    " and ",
    " y ",
    " إلى ",
    " الى ",
    " حتى ",
    " و",
    "...",
    "..",
    "~",
    "→",
];

/// Intervals in words and with the signs that people put between two dates.
fn in_words(text: &str, hint: OrderHint) -> Option<ReadInterval> {
    let lower = text.to_lowercase().replace('’', "'");
    if let Some(end) = after_any(&lower, UNTIL)
        && let Ok(date) = read_date_ordered(end, hint)
    {
        return Some(combine(End::Open, End::At(date)));
    }
    if let Some(rest) = after_any(&lower, SINCE) {
        if let Some(read) = two_ends(rest, hint) {
            return Some(read);
        }
        return read_date_ordered(rest, hint).ok().map(|date| combine(End::At(date), End::Open));
    }
    after_any(&lower, BETWEEN).and_then(|rest| two_ends(rest, hint)).or_else(|| two_ends(&lower, hint))
}

/// What follows the first of `words` that the text begins with.
fn after_any<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|word| text.strip_prefix(word)?.strip_prefix(' ')).map(str::trim)
}

fn two_ends(text: &str, hint: OrderHint) -> Option<ReadInterval> {
    for separator in BETWEEN_ENDS {
        if let Some((start, end)) = text.split_once(separator)
            && let Some(read) = two_ends_at(start, end, hint)
        {
            return Some(read);
        }
    }
    // A hyphen stands inside dates too, so every one is tried, and only what runs forward is taken.
    for (at, _) in text.match_indices('-') {
        if let Some(read) = two_ends_at(&text[..at], &text[at + 1..], hint)
            && !read.notes.contains(&DateNote::Reversed)
        {
            return Some(read);
        }
    }
    None
}

fn two_ends_at(start: &str, end: &str, hint: OrderHint) -> Option<ReadInterval> {
    let (start, end) = (start.trim(), end.trim());
    if start.is_empty() {
        return None;
    }
    if let Ok(read) = ends(start, end, hint) {
        return Some(read);
    }
    // `Jan-Mar 2023`: the start borrows the year of the end.
    let year = end.get(end.len().checked_sub(4)?..)?;
    if !year.bytes().all(|byte| byte.is_ascii_digit()) || !start.chars().any(char::is_alphabetic) {
        return None;
    }
    ends(&format!("{start} {year}"), end, hint).ok()
}

/// The interval between two ends; a start later than the end is swapped with it.
fn combine(start: End, end: End) -> ReadInterval {
    let mut notes = Vec::new();
    let mut take = |end: End| match end {
        End::Open => None,
        End::At(date) => {
            notes.extend(date.note.filter(|note| !notes.contains(note)));
            Some(date)
        }
    };
    let (start, end) = (take(start), take(end));
    let mut interval = Interval {
        start: start.map(|date| covered_day(date, date.first)),
        end: end.map(|date| covered_day(date, date.last)),
    };
    if let (Some(first), Some(last)) = (interval.first_day(), interval.last_day())
        && first > last
    {
        interval = Interval {
            start: end.map(|date| covered_day(date, date.first)),
            end: start.map(|date| covered_day(date, date.last)),
        };
        notes.push(DateNote::Reversed);
    }
    let is_buddhist = |end: Option<PartialDate>| end.is_some_and(PartialDate::may_be_buddhist);
    if is_buddhist(interval.start) || is_buddhist(interval.end) {
        // As it is written it would lie centuries ahead, and the data would be up to date for as long.
        interval = Interval { start: None, end: None };
        notes = vec![DateNote::BuddhistCalendar];
    } else if [interval.start, interval.end].into_iter().flatten().any(PartialDate::may_be_of_another_calendar) {
        notes.push(DateNote::OtherCalendar);
    }
    ReadInterval { interval, notes }
}

/// The day that an end means: the one written, unless its instant is the edge of a UTC day (`1983-12-31T19:00:00-05:00`
/// is the first of January, moved by a program).
fn covered_day(date: ReadDate, written: PartialDate) -> PartialDate {
    let Some(instant) = date.instant else { return written };
    let second = instant.as_second().rem_euclid(86_400);
    if second == 0 || second == 86_399 { utc_date(instant).into() } else { written }
}

#[cfg(test)]
mod tests {
    use super::read_interval;

    #[test]
    fn the_time_of_day_of_an_open_interval_is_no_quarter() {
        for (text, expected) in [
            ("2020-01-01T00:00:00Z/..", "2020-01-01/.."),
            ("2020-01T00:00Z/..", "2020-01/.."),
            ("2020-01-01T00:00:00Z/", "2020-01-01/.."),
            ("../2020-01-01T12:00:00Z", "../2020-01-01"),
            ("2020 T1", "2020-01/2020-03"),
            ("T1 2020/T3 2020", "2020-01/2020-09"),
            ("01/2020", "2020-01/2020-01"),
        ] {
            assert_eq!(read_interval(text).map(|read| read.interval.to_string()).as_deref(), Ok(expected), "{text}");
        }
    }
}
