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
    /// Days are written in both orders: `04/12/2020` says nothing.
    Mixed,
}

impl DayOrder {
    /// Every order, each at its own place.
    pub(super) const ALL: [Self; 3] = [Self::DayFirst, Self::MonthFirst, Self::Mixed];
}

/// The month of a day as each of [`DayOrder::ALL`] reads it.
pub(super) type MonthByOrder = [Option<Month>; DayOrder::ALL.len()];

/// What days that were met tell of the order in which they are written.
#[derive(Clone, Copy, Default)]
pub(super) struct OrderSigns {
    day_first: bool,
    month_first: bool,
    twelve_hour_clock: bool,
}

impl OrderSigns {
    /// Takes a day in: a number above 12 is no month, and a clock of twelve hours stands where months come first.
    pub(super) fn note(&mut self, value: &str) {
        let value = western_digits(value);
        let numbers = numbers_alone(&value).unwrap_or_default();
        let [(first, 1 | 2), (second, _), _, ..] = numbers.as_slice() else {
            return;
        };
        self.day_first |= (13..=31).contains(first);
        self.month_first |= (13..=31).contains(second);
        let upper = value.trim_end().to_ascii_uppercase();
        self.twelve_hour_clock |= upper.ends_with("AM") || upper.ends_with("PM");
    }

    /// The order. The clock, which people set, speaks only where no number does.
    pub(super) fn order(self) -> DayOrder {
        match (self.day_first, self.month_first) {
            (true, true) => DayOrder::Mixed,
            (false, true) => DayOrder::MonthFirst,
            (false, false) if self.twelve_hour_clock => DayOrder::MonthFirst,
            _ => DayOrder::DayFirst,
        }
    }
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
    /// A day of which nobody knows which number is the month.
    Ambiguous,
    /// No day at all.
    Unreadable,
}

/// Reads the month of a day; `present` is the last month that can be.
pub(super) fn read_day(text: &str, order: DayOrder, present: Month) -> DayReading {
    if order == DayOrder::Mixed {
        return match [DayOrder::DayFirst, DayOrder::MonthFirst].map(|order| read_day(text, order, present)) {
            [one, other] if one == other => one,
            [DayReading::In(month), DayReading::Implausible] | [DayReading::Implausible, DayReading::In(month)] => {
                DayReading::In(month)
            }
            _ => DayReading::Ambiguous,
        };
    }
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
    match numbers_alone(text)?.as_slice() {
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

/// The numbers of a text of which they say all: behind them may stand a clock, between them one sort of sign. What else
/// stands there may be the name of a month, a week, a quarter or another day, which changes what they mean.
fn numbers_alone(text: &str) -> Option<Vec<(i64, usize)>> {
    const CLOCK: [&str; 15] = ["t", "z", "h", "am", "pm", "a", "p", "m", "gmt", "utc", "at", "à", "las", "ص", "م"];
    let lower = text.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    if !words.all(|word| CLOCK.contains(&word)) {
        return None;
    }
    let numbers = numbers_of(text);
    let mut signs = text
        .trim_start_matches(|letter: char| !letter.is_ascii_digit())
        .split(|letter: char| letter.is_ascii_digit())
        .filter(|sign| !sign.is_empty())
        .map(str::trim);
    let first = signs.next().unwrap_or_default();
    let is_one_sort = first != ":" && (numbers.len() < 3 || signs.next() == Some(first));
    is_one_sort.then_some(numbers)
}

/// The month that a word of the text names, in the languages of the countries that have mines.
fn month_word(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "jan ene janv enero january janvier janeiro januar januara siječanj siječnja січень січня январь января يناير كانون٢",
        "feb fev févr fév febrero february février fevereiro februar februara veljača veljače лютий лютого февраль февраля فبراير شباط",
        "mar mars marzo march março marco mart marta ožujak ožujka березень березня март марта مارس آذار",
        "apr avr abr abril april avril aprila travanj travnja квітень квітня апрель апреля أبريل ابريل نيسان",
        "may mai mayo maio maj maja svibanj svibnja травень травня май мая مايو أيار ايار",
        "jun juin junio june junho juni juna lipanj lipnja червень червня июнь июня يونيو حزيران",
        "jul juil julio july juillet julho juli jula srpanj srpnja липень липня июль июля يوليو تموز",
        "aug aoû août ago agosto august aout avgust avgusta kolovoz kolovoza серпень серпня август августа أغسطس اغسطس آب",
        "sep sept set septiembre september septembre setembro septembar septembra rujan rujna вересень вересня сентябрь сентября سبتمبر أيلول ايلول",
        "oct octubre october octobre outubro oktobar oktobra listopad listopada жовтень жовтня октябрь октября أكتوبر اكتوبر",
        "nov noviembre november novembre novembro novembar novembra studeni studenog studenoga листопад листопада ноябрь ноября نوفمبر",
        "dec déc dic diciembre december decembre décembre dezembro decembar decembra prosinac prosinca грудень грудня декабрь декабря ديسمبر",
    ];
    // The months of the Levant and Iraq that share their first word, by their second.
    const PAIRS: [(&str, i64); 6] = [
        ("كانون الثاني", 1),
        ("تشرين الأول", 10),
        ("تشرين الاول", 10),
        ("تشرين الثاني", 11),
        ("كانون الأول", 12),
        ("كانون الاول", 12),
    ];
    if let Some((_, month)) = PAIRS.iter().find(|(name, _)| text.contains(name)) {
        return Some(*month);
    }
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
        for text in [
            "05 березня 2019",
            "05 марта 2019",
            "5 de março de 2019",
            "05. marta 2019",
            "05 Mart 2019",
            "5. ožujka 2019.",
        ] {
            assert_eq!(read(text, DayOrder::DayFirst), "2019-03", "{text}");
        }
        assert_eq!(read("5/set/2019", DayOrder::DayFirst), "2019-09");
        for (month, name) in
            [("01", "كانون الثاني"), ("10", "تشرين الأول"), ("11", "تشرين الثاني"), ("12", "كانون الاول")]
        {
            assert_eq!(read(&format!("5 {name} 2019"), DayOrder::DayFirst), format!("2019-{month}"), "{name}");
        }
        assert_eq!(read("2/3/2020 12:00:00 AM", DayOrder::MonthFirst), "2020-02");
        assert_eq!(read("31/3/2020", DayOrder::MonthFirst), "2020-03");
    }

    #[test]
    fn a_day_among_days_in_both_orders_is_read_only_where_one_of_them_can_be() {
        for (text, month) in [
            ("25/12/2020", "2020-12"),
            ("12/25/2020", "2020-12"),
            ("04/04/2020", "2020-04"),
            ("2020-04-12", "2020-04"),
            ("04/12/2020", "Ambiguous"),
            ("04/12/2026", "2026-04"),
            ("04/12/1620", "Implausible"),
            ("never", "Unreadable"),
        ] {
            assert_eq!(read(text, DayOrder::Mixed), month, "{text}");
        }
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
    fn what_stands_beside_the_numbers_and_is_not_known_is_told_and_never_left_out() {
        for text in [
            "05 foo 2019",
            "12-15/06/2021",
            "01-05/03/2019",
            "Q2 2019",
            "2019-W10",
            "08:30 05/03/2019",
            "10:15 2019-03-05",
            "08:30:00",
            "Trimestre 2, 2019",
        ] {
            for order in DayOrder::ALL {
                assert_eq!(read(text, order), "Unreadable", "{text}");
            }
        }
    }

    #[test]
    fn days_tell_their_order_by_numbers_above_12_and_else_by_their_clock() {
        let order = |values: &[&str]| {
            let mut signs = OrderSigns::default();
            for value in values {
                signs.note(value);
            }
            signs.order()
        };
        assert_eq!(order(&["1/2/2020", "3/25/2020"]), DayOrder::MonthFirst);
        assert_eq!(order(&["1/2/2020", "25/3/2020"]), DayOrder::DayFirst);
        assert_eq!(order(&["1/2/2020 7:00:00 PM"]), DayOrder::MonthFirst);
        assert_eq!(order(&["05/03/2021 10:00:00 AM", "25/03/2021 09:30:00 AM"]), DayOrder::DayFirst);
        assert_eq!(order(&["3/25/2020", "25/3/2020"]), DayOrder::Mixed);
        assert_eq!(order(&["1/2/2020", "12-15/06/2021"]), DayOrder::DayFirst);
        assert_eq!(order(&["2020-01-25", "12-Mar-23 10:00 AM", "soon"]), DayOrder::DayFirst);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,80}") {
            for order in DayOrder::ALL {
                let _ = read_day(&text, order, Month::new(2026, 11));
            }
            OrderSigns::default().note(&text);
        }
    }
}
