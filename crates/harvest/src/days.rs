//! Days that stand for the last change of a file or page. What was written on a day may be written once more on it, so a day
//! tells a version from the next only when it is over everywhere. Pure.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Whether a day is over in all time zones, and its files at rest, when a source answers: two days lie between.
pub(crate) fn is_over(day: Date, answered: Timestamp) -> bool {
    let today = answered.to_zoned(TimeZone::UTC).date();
    day.checked_add(2.days()).is_ok_and(|settled| settled <= today)
}

/// The last day that a date means which tells no time of day, in the words of W3C-DTF: a day, a month, a year, or a midnight,
/// as which many write a day. `None` for what tells a time.
pub(crate) fn day_alone(text: &str) -> Option<Date> {
    let text = text.trim();
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
    if !time.starts_with("00:00") || time.get(5..8).is_some_and(|seconds| seconds.starts_with(':') && seconds != ":00")
    {
        return None;
    }
    match date.len() {
        4 => format!("{date}-12-31").parse().ok(),
        7 => format!("{date}-01").parse::<Date>().ok().map(Date::last_of_month),
        _ => date.parse().ok(),
    }
}

/// The days that the time of a file may mean, as the listing of a folder writes it; none where it cannot be read.
pub(crate) fn days_of(written: &str) -> Vec<Date> {
    let words: Vec<&str> = written.split_whitespace().collect();
    let Some(time) = words.iter().position(|word| word.contains(':')) else { return Vec::new() };
    let before = |words_before: usize| words[time.saturating_sub(words_before)..time].join(" ");
    let places = [words[time].to_owned(), before(1), before(3)];
    places.iter().map(|text| days_in(text)).find(|days| !days.is_empty()).unwrap_or_default()
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The days that the date at the beginning of a text may mean.
fn days_in(text: &str) -> Vec<Date> {
    let parts: Vec<&str> =
        text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let month_of = |part: &str| {
        let name = part.get(..3)?.to_ascii_lowercase();
        MONTHS.iter().position(|month| *month == name).map(|place| place + 1)
    };
    let number = |part: &str| part.parse::<i16>().ok();
    let day = |year: &str, month: Option<usize>, day: &str| {
        let month = i8::try_from(month?).ok()?;
        Date::new(number(year).filter(|_| year.len() == 4)?, month, i8::try_from(number(day)?).ok()?).ok()
    };
    let numbered = |part: &str| part.parse().ok();
    let [first, second, third, ..] = parts[..] else { return Vec::new() };
    // Behind `T` stands the time.
    let third = third.split('T').next().unwrap_or(third);
    let readings = [
        day(first, numbered(second), third),
        day(third, month_of(first), second),
        day(third, month_of(second), first),
        day(third, numbered(first), second),
        day(third, numbered(second), first),
    ];
    readings.into_iter().flatten().collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_over_when_another_whole_day_lies_behind_it() {
        let day: Date = "2026-05-01".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(!is_over(day, at("2026-05-01T12:00:00Z")) && !is_over(day, at("2026-05-02T23:59:59Z")));
        assert!(is_over(day, at("2026-05-03T00:00:00Z")));
        assert!(!is_over(day, at("2026-04-01T00:00:00Z")), "a day that is to come");
    }

    #[test]
    fn days_months_years_and_midnights_tell_no_time() {
        let table = [
            ("2026-05-01", Some("2026-05-01")),
            ("2026-02", Some("2026-02-28")),
            ("2026", Some("2026-12-31")),
            ("2026-05-01T00:00:00+02:00", Some("2026-05-01")),
            ("2026-05-01T00:00Z", Some("2026-05-01")),
            ("2026-05-01T00:00:01Z", None),
            ("2026-05-01T10:00:00Z", None),
            ("v2", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(day_alone(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_days_of_files_are_read_as_folders_write_them() {
        let table: [(&str, &[&str]); 9] = [
            ("2026-05-01 10:00", &["2026-05-01"]),
            ("rev 2019 2026/05/01 10:00:00", &["2026-05-01"]),
            ("2026-05-01T10:00:00Z", &["2026-05-01"]),
            ("07-Nov-2024 16:59", &["2024-11-07"]),
            ("11/7/2024 4:59 PM", &["2024-11-07", "2024-07-11"]),
            ("31.7.2026 16:53", &["2026-07-31"]),
            ("Friday, July 31, 2026 4:53 PM", &["2026-07-31"]),
            ("2026-05-01", &[]),
            ("lately 10:00", &[]),
        ];
        for (text, expected) in table {
            let days: Vec<String> = days_of(text).iter().map(Date::to_string).collect();
            assert_eq!(days, expected, "{text}");
        }
    }
}
