//! How day and month stand in dates of numbers, and which texts show it.

use serde::{Deserialize, Serialize};

use super::read::with_ascii_digits;

/// How day and month stand in a date of numbers such as `03/04/2020`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 3 April, as most of the world writes it.
    DayFirst,
    /// March 4, as in the United States.
    MonthFirst,
}

/// What is known of the order of day and month before a date is read. A date that shows its own order is not touched by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderHint {
    /// The order in which dates are read that could be either.
    pub order: DateOrder,
    /// Whether that order is known. Otherwise such dates are noted as ambiguous, and the other end of an interval outweighs it.
    pub is_certain: bool,
}

impl OrderHint {
    /// The order is known.
    pub fn certain(order: DateOrder) -> Self {
        Self { order, is_certain: true }
    }
}

impl Default for OrderHint {
    /// Month first and not certain: what portals mean more often than not.
    fn default() -> Self {
        Self { order: DateOrder::MonthFirst, is_certain: false }
    }
}

/// The order that two numbers of a date show: one of them can be no month.
pub(super) fn order_of(one: i64, two: i64) -> Option<DateOrder> {
    match (one > 12, two > 12) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// The orders that the dates in a text show, wherever they stand in it. Only days that exist show anything.
///
/// ```
/// use cairn_model::date::{DateOrder, shown_orders};
/// assert_eq!(shown_orders("01/03/2024 - 25/03/2024"), [DateOrder::DayFirst]);
/// assert_eq!(shown_orders("2024-03-25, 31/13/2024"), []);
/// ```
pub fn shown_orders(text: &str) -> Vec<DateOrder> {
    let text = with_ascii_digits(text);
    let numbers = numbers_of(&text);
    let mut orders = Vec::new();
    for (index, date) in numbers.windows(3).enumerate() {
        let [one, two, year] = date else { continue };
        // A number before or after makes `2024-03-25-2025` no date that ends in a year.
        let follows = index.checked_sub(1).is_some_and(|before| numbers[before].separator == one.separator);
        let is_whole = !follows && year.separator != one.separator;
        let is_date = one.separator.is_some() && one.separator == two.separator && is_whole;
        let is_year = year.digits.len() == 4 || (year.digits.len() == 2 && one.separator == Some('/'));
        if let (true, true, Some(one), Some(two)) = (is_date, is_year, small(one.digits), small(two.digits))
            && let Some(order) = order_of(one, two)
        {
            orders.push(order);
        }
    }
    orders
}

/// A run of digits, and the separator of dates that alone stands between it and the next run.
struct Number<'t> {
    digits: &'t str,
    separator: Option<char>,
}

fn numbers_of(text: &str) -> Vec<Number<'_>> {
    let mut numbers = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let from = &rest[start..];
        let end = from.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        let mut letters = after.chars();
        let separator = letters.next().filter(|letter| matches!(letter, '/' | '-' | '.'));
        let is_alone = letters.next().is_some_and(|letter| letter.is_ascii_digit());
        numbers.push(Number { digits, separator: separator.filter(|_| is_alone) });
        rest = after;
    }
    numbers
}

/// A number that can be a day or a month.
fn small(digits: &str) -> Option<i64> {
    if digits.len() > 2 {
        return None;
    }
    digits.parse().ok().filter(|number| (1..=31).contains(number))
}

#[cfg(test)]
mod tests {
    use super::DateOrder::{DayFirst, MonthFirst};
    use super::*;

    #[test]
    fn a_number_above_twelve_shows_the_order_wherever_the_date_stands() {
        assert_eq!(shown_orders("13/02/2020"), [DayFirst]);
        assert_eq!(shown_orders("from 1/2/2020 to 12/25/2020, 10:30"), [MonthFirst]);
        assert_eq!(shown_orders("٣٠/٠٦/٢٠٢٦"), [DayFirst]);
        assert_eq!(shown_orders("25.12.2020; 3-14-2021; 31/01/97"), [DayFirst, MonthFirst, DayFirst]);
    }

    #[test]
    fn what_could_be_either_or_is_no_such_date_shows_nothing() {
        for text in [
            "",
            "12/08/2026",
            "2020-12-25",
            "2020-01-25-2021-01-31",
            "32/13/2024",
            "32/01/2024",
            "00/13/2024",
            "20-12-25",
            "1.13.5000.2",
            "25/2024",
            "13/ 02/2020",
        ] {
            assert_eq!(shown_orders(text), [], "{text}");
        }
    }
}
