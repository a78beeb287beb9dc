//! Years: those that a record covers, and those that words of a query name.

use std::ops::RangeInclusive;

use cairn_model::Interval;

/// Years that people write as such; other numbers of four digits count things.
const WRITTEN: RangeInclusive<i16> = 1900..=2100;
/// Years that a record covers at the most, for it to be about each of them.
const MOST: i16 = 30;
/// Stands before the year in the term of what covers it, among the terms of concepts. No scheme of concepts has such a name.
const SCHEME: &str = "year\0";

/// The terms of the years that a record covers. Of a time without an end it covers the first ones, and of one without a
/// beginning only the last is known.
pub(crate) fn covered(coverage: &Interval) -> Vec<String> {
    let (start, end) = (coverage.start.map(|date| date.year), coverage.end.map(|date| date.year));
    let (first, last) = match (start, end) {
        (Some(first), Some(last)) => (first, last),
        (Some(first), None) => (first, first.saturating_add(MOST - 1)),
        (None, Some(last)) => (last, last),
        (None, None) => return Vec::new(),
    };
    if last.saturating_sub(first) >= MOST {
        return Vec::new();
    }
    (first..=last).filter(|year| WRITTEN.contains(year)).map(term).collect()
}

/// The term of the records that cover the year which a folded word names.
pub(crate) fn named_by(word: &str) -> Option<String> {
    let is_written = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|year| is_written && WRITTEN.contains(year)).map(term)
}

/// Whether a term is that of a year.
pub(crate) fn is_term(term: &str) -> bool {
    term.starts_with(SCHEME)
}

fn term(year: i16) -> String {
    format!("{SCHEME}{year}")
}

#[cfg(test)]
mod tests {
    use cairn_model::PartialDate;

    use super::*;

    #[test]
    fn a_record_covers_each_year_of_its_time_unless_they_are_too_many() {
        let years = |start: Option<i16>, end: Option<i16>| {
            let date = |year: Option<i16>| year.and_then(PartialDate::from_year);
            covered(&Interval { start: date(start), end: date(end) })
        };
        assert_eq!(years(Some(2022), Some(2023)), [term(2022), term(2023)]);
        assert_eq!(years(None, Some(2023)), [term(2023)]);
        assert_eq!(years(Some(2020), None).len(), 30);
        assert_eq!(years(Some(1990), Some(2019)).len(), 30);
        for (start, end) in [(Some(1990), Some(2020)), (None, None), (Some(-3000), None), (Some(2023), Some(2022))] {
            assert_eq!(years(start, end), Vec::<String>::new(), "{start:?} {end:?}");
        }
    }

    #[test]
    fn numbers_of_four_digits_near_now_are_years() {
        assert_eq!(named_by("2019"), Some(term(2019)));
        for word in ["1899", "2101", "20190", "02019", "+201", "year", "201a"] {
            assert_eq!(named_by(word), None, "{word}");
        }
        assert!(is_term(&term(2019)) && !is_term("country\0YEM"));
    }
}
