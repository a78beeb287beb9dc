//! Update frequencies, from codes, ISO 8601 durations and words.

use super::concepts::{Concepts, LONGEST_NAME};
use super::table::Row;
use super::{Frequency, fold};
use crate::Problem;

/// Share of a stated period that a listed one must reach to stand for it: 30 days stand for a month of 30.4.
const NEAR_ENOUGH: f64 = 0.9;

/// Words around a count and a unit ("every 3 months", "tous les 3 mois", "cada 3 meses", "كل 3 أشهر").
const FILLING_WORDS: &[&str] = &[
    "every",
    "each",
    "once",
    "times",
    "per",
    "a",
    "an",
    "the",
    "in",
    "approximately",
    "about",
    "tous",
    "toutes",
    "les",
    "chaque",
    "une",
    "fois",
    "par",
    "cada",
    "una",
    "vez",
    "veces",
    "por",
    "al",
    "el",
    "la",
    "كل",
    "مرة",
    "واحدة",
    "مرات",
    "في",
];

/// Days of a unit in words.
const UNITS: &[(&str, f64)] = &[
    ("day", 1.0),
    ("days", 1.0),
    ("jour", 1.0),
    ("jours", 1.0),
    ("dia", 1.0),
    ("dias", 1.0),
    ("يوم", 1.0),
    ("ايام", 1.0),
    ("week", 7.0),
    ("weeks", 7.0),
    ("semaine", 7.0),
    ("semaines", 7.0),
    ("semana", 7.0),
    ("semanas", 7.0),
    ("اسبوع", 7.0),
    ("اسابيع", 7.0),
    ("month", 30.0),
    ("months", 30.0),
    ("mois", 30.0),
    ("mes", 30.0),
    ("meses", 30.0),
    ("شهر", 30.0),
    ("اشهر", 30.0),
    ("شهور", 30.0),
    ("quarter", 90.0),
    ("quarters", 90.0),
    ("trimestre", 90.0),
    ("trimestres", 90.0),
    ("year", 365.0),
    ("years", 365.0),
    ("an", 365.0),
    ("ans", 365.0),
    ("annee", 365.0),
    ("annees", 365.0),
    ("ano", 365.0),
    ("anos", 365.0),
    ("سنة", 365.0),
    ("سنوات", 365.0),
    ("عام", 365.0),
    ("اعوام", 365.0),
];

/// Counts in words.
const COUNTS: &[(&str, f64)] = &[
    ("two", 2.0),
    ("twice", 2.0),
    ("deux", 2.0),
    ("dos", 2.0),
    ("مرتين", 2.0),
    ("مرتان", 2.0),
    ("three", 3.0),
    ("trois", 3.0),
    ("tres", 3.0),
    ("ثلاثة", 3.0),
    ("ثلاث", 3.0),
    ("four", 4.0),
    ("quatre", 4.0),
    ("cuatro", 4.0),
    ("اربعة", 4.0),
    ("five", 5.0),
    ("cinq", 5.0),
    ("cinco", 5.0),
    ("خمس", 5.0),
    ("six", 6.0),
    ("seis", 6.0),
    ("ستة", 6.0),
    ("ten", 10.0),
    ("dix", 10.0),
    ("diez", 10.0),
    ("عشر", 10.0),
    ("عشرة", 10.0),
];

/// The frequencies: their terms, and beside each its days.
#[derive(Debug, Clone, Default)]
pub(super) struct Frequencies {
    pub(super) concepts: Concepts,
    frequencies: Vec<Frequency>,
}

impl Frequencies {
    /// Adds or amends the frequency of a row.
    pub(super) fn take(&mut self, row: Row<'_>, problems: &mut Vec<Problem>) {
        let Some(term) = self.concepts.take(row, problems) else { return };
        if term == self.frequencies.len() {
            let code = self.concepts.code_at(term).to_owned();
            self.frequencies.push(Frequency { code, days: None, overdue_after: 0, delinquent_after: 0 });
        }
        for column in ["days", "overdue_after", "delinquent_after"] {
            let Some(cell) = row.stated(column) else { continue };
            let Ok(days) = cell.parse::<u32>() else {
                problems.push(row.problem(column, "vocabulary-number", "a number of days is a whole number"));
                continue;
            };
            let frequency = &mut self.frequencies[term];
            match column {
                "days" => frequency.days = Some(days),
                "overdue_after" => frequency.overdue_after = days,
                _ => frequency.delinquent_after = days,
            }
        }
    }

    /// The frequency of a code or name, a duration, or a count of days, weeks, months or years in words.
    pub(super) fn find(&self, text: &str) -> Option<&Frequency> {
        let text = text.trim();
        if let Some(term) = self.concepts.find(text) {
            return Some(&self.frequencies[term]);
        }
        if text.len() > LONGEST_NAME {
            return None;
        }
        let days = days_of_duration(text).or_else(|| days_of_words(text))?;
        self.of_days(days)
    }

    /// The shortest listed period that is as long as the stated one, so that nothing is called late too early; what comes
    /// more often than daily is live.
    fn of_days(&self, days: f64) -> Option<&Frequency> {
        if days < NEAR_ENOUGH {
            return self.concepts.find("live").map(|term| &self.frequencies[term]);
        }
        let listed = || self.frequencies.iter().filter(|frequency| frequency.days.is_some_and(|days| days > 0));
        let long_enough = |frequency: &&Frequency| f64::from(frequency.days.unwrap_or(0)) >= days * NEAR_ENOUGH;
        listed()
            .filter(long_enough)
            .min_by_key(|frequency| frequency.days)
            .or_else(|| listed().max_by_key(|frequency| frequency.days))
    }
}

/// Days of an ISO 8601 duration (§5.5.2), alone or as the step of a repeating interval: `P1W`, `R/P3M`, `R/PT1S`.
fn days_of_duration(text: &str) -> Option<f64> {
    let text = text.to_ascii_uppercase();
    let text = match text.split_once('/') {
        Some((repeat, step)) if repeat.starts_with('R') => step.to_owned(),
        Some(_) => return None,
        None => text,
    };
    let mut rest = text.strip_prefix('P')?;
    let mut days = 0.0;
    let mut in_time = false;
    let mut parts = 0;
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T') {
            in_time = true;
            rest = time;
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')?;
        let count: f64 = rest[..end].replace(',', ".").parse().ok()?;
        let unit = match (rest.as_bytes()[end], in_time) {
            (b'Y', false) => 365.0,
            (b'M', false) => 30.0,
            (b'W', false) => 7.0,
            (b'D', false) => 1.0,
            (b'H', true) => 1.0 / 24.0,
            (b'M', true) => 1.0 / 1440.0,
            (b'S', true) => 1.0 / 86_400.0,
            _ => return None,
        };
        days += count * unit;
        parts += 1;
        rest = &rest[end + 1..];
    }
    (parts > 0 && days > 0.0).then_some(days)
}

/// Days of a count and a unit in words, when nothing else is said: `every 3 months`, or so many times in a unit (`2/month`, `twice a
/// year`), where other words stand between the two.
fn days_of_words(text: &str) -> Option<f64> {
    let folded = fold(&text.replace('/', " per "));
    let (mut count, mut unit) = (None, None);
    for (place, word) in folded.split(' ').enumerate() {
        let number = word.parse::<u16>().ok().map(f64::from).or_else(|| value_of(word, COUNTS));
        if let (Some(number), None) = (number, count) {
            count = Some((place, number));
        } else if let (Some(days), None) = (value_of(word.strip_prefix("ال").unwrap_or(word), UNITS), unit) {
            unit = Some((place, days));
        } else if !FILLING_WORDS.contains(&word) {
            return None;
        }
    }
    let (at, unit) = unit?;
    let days = match count {
        Some((before, times)) if before + 1 < at => unit / times,
        Some((_, count)) => count * unit,
        None => unit,
    };
    Some(days).filter(|days| days.is_finite() && *days > 0.0)
}

fn value_of(word: &str, table: &[(&str, f64)]) -> Option<f64> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::super::Vocabularies;
    use super::days_of_duration;

    fn code(text: &str) -> Option<&str> {
        Vocabularies::bundled().frequency(text).map(|frequency| frequency.code.as_str())
    }

    #[test]
    fn every_hdx_code_has_its_days_and_its_grace() {
        let cases = [
            ("-2", "as-needed", None, 0, 0),
            ("-1", "never", None, 0, 0),
            ("0", "live", None, 0, 0),
            ("1", "daily", Some(1), 1, 2),
            ("2", "every-two-days", Some(2), 2, 4),
            ("7", "weekly", Some(7), 7, 14),
            ("14", "every-two-weeks", Some(14), 7, 14),
            ("30", "monthly", Some(30), 14, 30),
            ("60", "every-two-months", Some(60), 30, 60),
            ("90", "every-three-months", Some(90), 30, 60),
            ("120", "every-four-months", Some(120), 30, 60),
            ("180", "every-six-months", Some(180), 30, 60),
            ("300", "every-ten-months", Some(300), 30, 60),
            ("365", "yearly", Some(365), 60, 90),
            ("730", "every-two-years", Some(730), 60, 90),
        ];
        for (text, code, days, overdue_after, delinquent_after) in cases {
            let found = Vocabularies::bundled().frequency(text).cloned();
            let code = code.to_owned();
            assert_eq!(found, Some(super::Frequency { code, days, overdue_after, delinquent_after }), "{text}");
        }
    }

    #[test]
    fn every_label_and_alias_finds_its_own_frequency() {
        let vocabularies = Vocabularies::bundled();
        for term in vocabularies.terms("frequency").unwrap_or_default() {
            let expected = Some(term.code.as_str());
            assert_eq!(code(&term.code), expected);
            for name in vocabularies.names_of("frequency", &term.code) {
                assert_eq!(code(name), expected, "{name}");
                assert_eq!(code(&name.to_uppercase()), expected, "{name}");
            }
        }
    }

    #[test]
    fn durations_stand_for_the_next_listed_period() {
        let cases = [
            ("R/P1D", "daily"),
            ("R/P1W", "weekly"),
            ("P7D", "weekly"),
            ("R/P3.5D", "weekly"),
            ("R/P2W", "every-two-weeks"),
            ("R/P0.5M", "every-two-weeks"),
            ("R/P0.33M", "every-two-weeks"),
            ("P1M", "monthly"),
            ("R/P2M", "every-two-months"),
            ("R/P3M", "every-three-months"),
            ("R/P4M", "every-four-months"),
            ("R/P6M", "every-six-months"),
            ("P0Y6M", "every-six-months"),
            ("R/P1Y", "yearly"),
            ("R/P2Y", "every-two-years"),
            ("R/P3Y", "every-three-years"),
            ("R/P4Y", "every-five-years"),
            ("R/P10Y", "every-ten-years"),
            ("R/P20Y", "every-ten-years"),
            ("R/PT1S", "live"),
            ("R/PT1H", "live"),
            ("PT24H", "daily"),
            ("R5/P1W", "weekly"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), Some(expected), "{text}");
        }
        for text in ["P", "PT", "R/", "P0D", "P1", "PM", "P1H", "2020-01-01/P1Y", "P1.2.3D", "PÜ"] {
            assert_eq!(days_of_duration(text), None, "{text}");
        }
    }

    #[test]
    fn codes_of_other_schemes_and_words_are_read() {
        let cases = [
            ("http://publications.europa.eu/resource/authority/frequency/ANNUAL_2", "every-six-months"),
            ("http://publications.europa.eu/resource/authority/frequency/IRREG", "as-needed"),
            ("http://purl.org/cld/freq/bimonthly", "every-two-months"),
            ("asNeeded", "as-needed"),
            ("notPlanned", "never"),
            ("fortnightly", "every-two-weeks"),
            ("biannually", "every-six-months"),
            ("continual", "live"),
            ("Every 3 months", "every-three-months"),
            ("2/month", "every-two-weeks"),
            ("2 times per year", "every-six-months"),
            ("4 fois par an", "every-three-months"),
            ("dos veces al mes", "every-two-weeks"),
            ("3 مرات في السنة", "every-four-months"),
            ("once every 3 months", "every-three-months"),
            ("5 years", "every-five-years"),
            ("tous les 6 mois", "every-six-months"),
            ("cada tres meses", "every-three-months"),
            ("كل 3 أشهر", "every-three-months"),
            ("Mensuelle", "monthly"),
            ("trimestral", "every-three-months"),
            ("ربع سنوي", "every-three-months"),
            ("AS NEEDED.", "as-needed"),
            ("None planned.", "never"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), Some(expected), "{text}");
        }
        for text in ["", "unknown", "20120627", "-3", "the", "3", "5 years, or as needed", "0 days", "0 per year"] {
            assert_eq!(code(text), None, "{text}");
        }
    }
}
