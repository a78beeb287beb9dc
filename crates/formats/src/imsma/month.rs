//! Months, and the many shapes in which exports write days.

use std::fmt;

use jiff::civil::Date;

/// Records before this year are mistakes.
const FIRST_YEAR: i32 = 1900;

/// Years in which a day written as a number of days (Excel) or milliseconds (`ArcGIS`) is believed.
const EXCEL_DAYS: std::ops::RangeInclusive<i64> = 14_000..=80_000;

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Month(i32);

impl Month {
    /// The month of a day.
    pub(super) fn of(date: Date) -> Self {
        Self(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    fn new(year: i32, month: i32) -> Self {
        Self(year * 12 + month - 1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// Which of two small numbers of a day is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum DayOrder {
    /// `31/12/2020`.
    #[default]
    DayFirst,
    /// `12/31/2020`, as `ArcGIS` exports it.
    MonthFirst,
}

/// What a text says about a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayReading {
    /// Nothing is written.
    Empty,
    /// A day, or at least its month.
    In(Month),
    /// A day before 1900 or after the present month.
    Implausible,
    /// No day at all.
    Unreadable,
}

/// Reads the month of a day; `present` is the last month that can be.
pub(super) fn read_day(text: &str, order: DayOrder, present: Month) -> DayReading {
    let text = western_digits(text);
    let text = text.trim();
    if text.is_empty() {
        return DayReading::Empty;
    }
    let Some((year, month)) = day_number(text).or_else(|| written_day(text, order)) else {
        return DayReading::Unreadable;
    };
    let read = Month::new(year, month);
    if year < FIRST_YEAR || read > present { DayReading::Implausible } else { DayReading::In(read) }
}

/// Guesses the order of a column from its values: one number above 12, or a twelve-hour clock, tells it.
pub(super) fn day_order<'a>(values: impl Iterator<Item = &'a str>) -> DayOrder {
    for value in values {
        let value = western_digits(value);
        let numbers = numbers_of(&value);
        if numbers.first().is_some_and(|(_, length)| *length > 2) || numbers.len() < 3 {
            continue;
        }
        if (13..=31).contains(&numbers[0].0) {
            return DayOrder::DayFirst;
        }
        let upper = value.to_ascii_uppercase();
        if (13..=31).contains(&numbers[1].0) || upper.ends_with("AM") || upper.ends_with("PM") {
            return DayOrder::MonthFirst;
        }
    }
    DayOrder::DayFirst
}

/// A day as a number alone: `20200531`, `202005`, a year, days since 1900 (Excel) or milliseconds since 1970 (`ArcGIS`).
fn day_number(text: &str) -> Option<(i32, i32)> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    if whole.len() > 14 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        8 => checked(number / 10_000, number / 100 % 100, number % 100),
        6 => checked(number / 100, number % 100, 1),
        5 if EXCEL_DAYS.contains(&number) => {
            let date = jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(number)).ok()?;
            Some((i32::from(date.year()), i32::from(date.month())))
        }
        11..=13 => {
            let instant = jiff::Timestamp::from_millisecond(number).ok()?;
            let date = instant.to_zoned(jiff::tz::TimeZone::UTC).date();
            Some((i32::from(date.year()), i32::from(date.month())))
        }
        _ => None,
    }
}

fn written_day(text: &str, order: DayOrder) -> Option<(i32, i32)> {
    let numbers = numbers_of(text);
    if let Some(month) = month_word(text) {
        // `12 March 2023`, `March 2023`, `12-Mar-23`, `Mar 12, 2023`
        let year = numbers.iter().find(|(_, length)| *length == 4);
        let year = match year {
            Some((year, _)) => *year,
            None => two_digit_year(numbers.get(1).filter(|(_, length)| *length == 2)?.0),
        };
        return checked(year, month, 1);
    }
    match numbers.as_slice() {
        [(year, 4), (month, 1 | 2), (day, 1 | 2), ..] => checked(*year, *month, *day),
        [(year, 4), (month, 1 | 2)] | [(month, 1 | 2), (year, 4)] => checked(*year, *month, 1),
        [(first, 1 | 2), (second, 1 | 2), (year, length @ (2 | 4)), ..] => {
            let year = if *length == 2 { two_digit_year(*year) } else { *year };
            let (mut day, mut month) = (*first, *second);
            if month > 12 || (order == DayOrder::MonthFirst && day <= 12) {
                (day, month) = (month, day);
            }
            checked(year, month, day)
        }
        _ => None,
    }
}

/// Days exist or not; the month is kept only of one that does.
fn checked(year: i64, month: i64, day: i64) -> Option<(i32, i32)> {
    let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some((i32::from(date.year()), i32::from(date.month())))
}

/// Numbers of the text with their lengths, up to six of them. Longer ones than four digits are no part of a day.
fn numbers_of(text: &str) -> Vec<(i64, usize)> {
    text.split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .take(6)
        .map(|digits| (digits.get(..4).unwrap_or(digits).parse().unwrap_or(0), digits.len()))
        .collect()
}

fn two_digit_year(year: i64) -> i64 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

/// The month that a word of the text names, in English, French, Spanish or Arabic.
fn month_word(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "jan ene janv enero january janvier يناير كانون٢",
        "feb fev févr fév febrero february février فبراير شباط",
        "mar mars marzo march مارس آذار",
        "apr avr abr abril april avril أبريل ابريل نيسان",
        "may mai mayo مايو أيار ايار",
        "jun juin junio june يونيو حزيران",
        "jul juil julio july juillet يوليو تموز",
        "aug aoû août ago agosto august aout أغسطس اغسطس آب",
        "sep sept septiembre september septembre سبتمبر أيلول ايلول",
        "oct octubre october octobre أكتوبر اكتوبر",
        "nov noviembre november novembre نوفمبر",
        "dec déc dic diciembre december décembre ديسمبر",
    ];
    let text = text.to_lowercase();
    for word in text.split(|letter: char| !letter.is_alphabetic()).filter(|word| word.chars().count() > 1) {
        for (month, names) in (1..).zip(MONTHS) {
            if names.split(' ').any(|name| name == word) {
                return Some(month);
            }
        }
    }
    None
}

/// Arabic and Persian digits as the digits of ASCII.
fn western_digits(text: &str) -> String {
    text.chars()
        .take(64)
        .map(|letter| match letter {
            '\u{660}'..='\u{669}' => digit(letter, '\u{660}'),
            '\u{6f0}'..='\u{6f9}' => digit(letter, '\u{6f0}'),
            other => other,
        })
        .collect()
}

fn digit(letter: char, zero: char) -> char {
    char::from_digit(u32::from(letter) - u32::from(zero), 10).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, order: DayOrder) -> String {
        match read_day(text, order, Month::new(2026, 11)) {
            DayReading::In(month) => month.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn days_are_read_in_the_shapes_of_exports() {
        for (text, month) in [
            ("2023-03-12", "2023-03"),
            ("2023-03-12T08:15:00+03:00", "2023-03"),
            ("2023-03-12 08:15:00.0", "2023-03"),
            ("2023/3/2", "2023-03"),
            ("2023-03", "2023-03"),
            ("03/2023", "2023-03"),
            ("31/12/2020", "2020-12"),
            ("12/31/2020", "2020-12"),
            ("02/03/2020", "2020-03"),
            ("12.03.23", "2023-03"),
            ("12 March 2023", "2023-03"),
            ("12-Mar-23", "2023-03"),
            ("Mar 12, 2023", "2023-03"),
            ("12 مارس 2023", "2023-03"),
            ("١٢/٠٣/٢٠٢٣", "2023-03"),
            ("20230312", "2023-03"),
            ("44997", "2023-03"),
            ("1678579200000", "2023-03"),
        ] {
            assert_eq!(read(text, DayOrder::DayFirst), month, "{text}");
        }
        assert_eq!(read("2/3/2020 12:00:00 AM", DayOrder::MonthFirst), "2020-02");
        assert_eq!(read("31/3/2020", DayOrder::MonthFirst), "2020-03");
    }

    #[test]
    fn days_that_cannot_be_are_told_from_what_is_no_day() {
        assert_eq!(read("1445-03-12", DayOrder::DayFirst), "Implausible");
        assert_eq!(read("2026-12-01", DayOrder::DayFirst), "Implausible");
        assert_eq!(read("2026-11-30", DayOrder::DayFirst), "2026-11");
        assert_eq!(read("2023-02-30", DayOrder::DayFirst), "Unreadable");
        assert_eq!(read("unknown", DayOrder::DayFirst), "Unreadable");
        assert_eq!(read("  ", DayOrder::DayFirst), "Empty");
    }

    #[test]
    fn the_values_of_a_column_tell_their_order() {
        assert_eq!(day_order(["1/2/2020", "3/25/2020"].into_iter()), DayOrder::MonthFirst);
        assert_eq!(day_order(["1/2/2020", "25/3/2020"].into_iter()), DayOrder::DayFirst);
        assert_eq!(day_order(["1/2/2020 7:00:00 PM"].into_iter()), DayOrder::MonthFirst);
        assert_eq!(day_order(["2020-01-25"].into_iter()), DayOrder::DayFirst);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,80}") {
            let _ = read_day(&text, DayOrder::DayFirst, Month::new(2026, 11));
            let _ = day_order([text.as_str()].into_iter());
        }
    }
}
