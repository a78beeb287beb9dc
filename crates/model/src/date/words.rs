//! Dates in words: months in English, French, Spanish and Arabic, quarters, and the words for an end that is open.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{DateFault, DateNote, DateOrder, OrderHint, ReadDate, iso, read};
use crate::vocabulary::fold;

/// Month names; Arabic ones as they are used in Egypt and the Gulf, in the Levant and Iraq, and in the Maghreb.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "janvier", "janv", "enero", "ene", "يناير", "كانون الثاني", "جانفي"],
    &["february", "feb", "février", "févr", "fév", "febrero", "فبراير", "شباط", "فيفري"],
    &["march", "mar", "mars", "marzo", "مارس", "آذار", "اذار"],
    &["april", "apr", "avril", "avr", "abril", "abr", "أبريل", "إبريل", "نيسان", "أفريل"],
    &["may", "mai", "mayo", "مايو", "أيار", "ماي"],
    &["june", "jun", "juin", "junio", "يونيو", "يونيه", "حزيران", "جوان"],
    &["july", "jul", "juillet", "juil", "julio", "يوليو", "يوليه", "تموز", "جويلية", "يوليوز"],
    &["august", "aug", "août", "agosto", "ago", "أغسطس", "آب", "أوت", "غشت"],
    &["september", "sep", "sept", "septembre", "septiembre", "setiembre", "set", "سبتمبر", "أيلول", "شتنبر"],
    &["october", "oct", "octobre", "octubre", "أكتوبر", "تشرين الأول", "تشرين الاول"],
    &["november", "nov", "novembre", "noviembre", "نوفمبر", "تشرين الثاني", "نونبر"],
    &["december", "dec", "décembre", "déc", "diciembre", "dic", "ديسمبر", "كانون الأول", "كانون الاول", "دجنبر"],
];

/// Words that stand in dates and say nothing more: articles, ordinals, weekdays, the word for year, clock and zone names.
const FILLERS: &[&str] = &[
    "of",
    "the",
    "st",
    "nd",
    "rd",
    "th",
    "de",
    "del",
    "du",
    "le",
    "la",
    "el",
    "er",
    "ero",
    "en",
    "in",
    "year",
    "année",
    "an",
    "año",
    "سنة",
    "عام",
    "من",
    "م",
    "at",
    "am",
    "pm",
    "gmt",
    "utc",
    "z",
    "t",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lun",
    "mer",
    "jeu",
    "ven",
    "sam",
    "dim",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
    "mié",
    "jue",
    "vie",
    "sáb",
    "dom",
    "الاثنين",
    "الإثنين",
    "الثلاثاء",
    "الأربعاء",
    "الخميس",
    "الجمعة",
    "السبت",
    "الأحد",
];

/// Words for a quarter of a year.
const QUARTERS: &[&str] = &["q", "t", "quarter", "qtr", "trimestre", "trim", "الربع"];

/// Words for an end that lies in the present or is open.
const OPEN_ENDS: &[&str] = &[
    "ongoing",
    "on going",
    "present",
    "the present",
    "to present",
    "now",
    "current",
    "currently",
    "today",
    "to date",
    "date",
    "continuing",
    "open",
    "à ce jour",
    "ce jour",
    "présent",
    "à présent",
    "en cours",
    "aujourd'hui",
    "maintenant",
    "actuel",
    "actualidad",
    "la actualidad",
    "presente",
    "el presente",
    "hasta la fecha",
    "la fecha",
    "a la fecha",
    "en curso",
    "hoy",
    "actual",
    "ahora",
    "حتى الآن",
    "الآن",
    "مستمر",
    "مستمرة",
    "الحاضر",
    "حتى تاريخه",
    "تاريخه",
    "اليوم",
];

/// Words by which a source says that it does not say.
const ABSENT: &[&str] = &[
    "unknown",
    "not known",
    "n/a",
    "na",
    "none",
    "null",
    "nil",
    "nan",
    "not available",
    "not applicable",
    "not specified",
    "unspecified",
    "undated",
    "tbd",
    "tbc",
    "inconnu",
    "inconnue",
    "non précisé",
    "desconocido",
    "desconocida",
    "sin fecha",
    "غير معروف",
    "غير محدد",
];

/// What a folded word or pair of words means in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Month(i64),
    Quarter,
    Filler,
}

/// The tables, folded in the same way as the words that are looked up.
struct Lexicon {
    words: HashMap<String, Meaning>,
    phrases: HashMap<String, Phrase>,
}

/// What a whole text can mean where a date is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phrase {
    /// The end lies in the present or is open.
    Open,
    /// Nothing is stated.
    Absent,
}

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let mut words = HashMap::new();
        words.extend(FILLERS.iter().map(|word| (fold(word), Meaning::Filler)));
        words.extend(QUARTERS.iter().map(|word| (fold(word), Meaning::Quarter)));
        for (number, names) in (1..).zip(MONTHS) {
            words.extend(names.iter().map(|name| (fold(name), Meaning::Month(number))));
        }
        let mut phrases = HashMap::new();
        phrases.extend(OPEN_ENDS.iter().map(|phrase| (fold(phrase), Phrase::Open)));
        phrases.extend(ABSENT.iter().map(|phrase| (fold(phrase), Phrase::Absent)));
        Lexicon { words, phrases }
    })
}

/// What the whole text means, if it is one of the phrases for an open end or for nothing stated.
pub(super) fn phrase(text: &str) -> Option<Phrase> {
    match text {
        "" | "*" | ".." | "..." => Some(Phrase::Open),
        "-" | "--" | "?" => Some(Phrase::Absent),
        // No phrase is longer, and no phrase begins with a digit.
        _ if text.len() > 40 || text.starts_with(|letter: char| letter.is_ascii_digit()) => None,
        _ => lexicon().phrases.get(&fold(text)).copied(),
    }
}

/// Reads a date in words. `hint` says how day and month stand where the words leave only numbers.
pub(super) fn read(text: &str, hint: OrderHint) -> Result<ReadDate, DateFault> {
    if let Some(phrase) = phrase(text) {
        return Err(if phrase == Phrase::Absent { DateFault::Absent } else { DateFault::Unreadable });
    }
    let has = |kind: fn(char) -> bool| text.chars().any(kind);
    if !has(|letter| letter.is_ascii_digit()) || !has(char::is_alphabetic) {
        return Err(DateFault::Unreadable);
    }
    if let Some(date) = east_asian(text) {
        return date;
    }
    if let Some(date) = after_weekday(text, hint) {
        return date;
    }
    parts(text)?.date()
}

/// `2021年3月5日`, and Korean likewise.
fn east_asian(text: &str) -> Option<Result<ReadDate, DateFault>> {
    if !text.contains(['年', '년']) {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '年' | '년' | '月' | '월' => plain.push('-'),
            '日' | '일' => plain.push(' '),
            letter if letter.is_whitespace() => {}
            letter => plain.push(letter),
        }
    }
    let plain = plain.trim_matches(['-', ' ']);
    Some(iso::read(plain).unwrap_or(Err(DateFault::Unreadable)))
}

/// `jeu, 03/12/2015 - 10:04`: a weekday before a date of numbers. A French or Spanish weekday also shows the day first.
fn after_weekday(text: &str, hint: OrderHint) -> Option<Result<ReadDate, DateFault>> {
    let at = text.find(|letter: char| letter.is_ascii_digit())?;
    let (weekday, numbers) = text.split_at(at);
    // `Mar 2023` is March.
    if numbers.trim_end().len() <= 4 {
        return None;
    }
    let word = fold(weekday);
    if lexicon().words.get(&word) != Some(&Meaning::Filler) && word != "mar" {
        return None;
    }
    let english = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|start| word.starts_with(start));
    let hint = if english || hint.is_certain { hint } else { OrderHint::certain(DateOrder::DayFirst) };
    iso::read(numbers).or_else(|| read::three_numbers(numbers, hint))
}

/// What the words of a date add up to.
#[derive(Default)]
struct Parts {
    year: Option<i64>,
    month: Option<i64>,
    quarter: Option<i64>,
    is_quarter: bool,
    /// Numbers of one or two digits, in order.
    small: Vec<i64>,
}

/// Sorts the words and numbers of a text; a word that means nothing in a date makes it unreadable.
fn parts(text: &str) -> Result<Parts, DateFault> {
    let mut found = Parts::default();
    let mut rest = text;
    let mut word_before = String::new();
    while let Some(letter) = rest.chars().next() {
        let (token, after) = token(rest, letter);
        rest = after;
        if letter.is_ascii_digit() {
            if after.starts_with(':') {
                // A time of day says nothing that the date does not.
                rest = after.trim_start_matches(|next: char| next.is_ascii_digit() || matches!(next, ':' | '.'));
            } else {
                found.number(token)?;
            }
            word_before.clear();
        } else if letter.is_alphabetic() {
            let word = fold(token);
            found.word(&word_before, &word)?;
            word_before = word;
        }
    }
    if word_before_is_dangling(&word_before) { Err(DateFault::Unreadable) } else { Ok(found) }
}

/// The first half of a name of two words whose second half never came.
fn word_before_is_dangling(word: &str) -> bool {
    !word.is_empty() && !lexicon().words.contains_key(word) && is_first_of_two(word)
}

/// A run of digits, a run of letters, or one character of anything else.
fn token(rest: &str, first: char) -> (&str, &str) {
    let length = if first.is_ascii_digit() {
        rest.find(|letter: char| !letter.is_ascii_digit())
    } else if first.is_alphabetic() {
        rest.find(|letter: char| !is_word_letter(letter))
    } else {
        Some(first.len_utf8())
    };
    rest.split_at(length.unwrap_or(rest.len()))
}

/// Letters, and the marks that stand on letters (combining accents, Arabic vowel signs).
fn is_word_letter(letter: char) -> bool {
    letter.is_alphabetic() || matches!(letter, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}')
}

/// Whether some month name of two words begins with this one (`كانون الثاني`).
fn is_first_of_two(word: &str) -> bool {
    lexicon().words.keys().any(|name| name.split_once(' ').is_some_and(|(first, _)| first == word))
}

impl Parts {
    fn number(&mut self, digits: &str) -> Result<(), DateFault> {
        let value: i64 = digits.parse().map_err(|_| DateFault::Unreadable)?;
        match digits.len() {
            4 if self.year.is_none() => self.year = Some(value),
            1 if self.is_quarter && self.quarter.is_none() => self.quarter = Some(value),
            1 | 2 if self.small.len() < 2 => self.small.push(value),
            _ => return Err(DateFault::Unreadable),
        }
        Ok(())
    }

    fn word(&mut self, before: &str, word: &str) -> Result<(), DateFault> {
        let words = &lexicon().words;
        let pair = words.get(format!("{before} {word}").as_str());
        match pair.or_else(|| words.get(word)) {
            Some(Meaning::Month(number)) => {
                // `mar. 12 mai 2021`: the first was Tuesday.
                let replaces = self.month.is_none()
                    || self.month == Some(*number)
                    || before == "mar"
                    || self.month == Some(3) && self.small.len() == 1;
                if !replaces {
                    return Err(DateFault::Unreadable);
                }
                self.month = Some(*number);
            }
            Some(Meaning::Quarter) => self.is_quarter = true,
            Some(Meaning::Filler) => {}
            None if is_first_of_two(word) => {}
            None => return Err(DateFault::Unreadable),
        }
        Ok(())
    }

    fn date(mut self) -> Result<ReadDate, DateFault> {
        if self.is_quarter && self.month.is_none() {
            return self.quarter();
        }
        if self.year.is_none() && self.month.is_some() && self.small.len() == 2 {
            // `20-Jan-10`: the year stands last.
            let year = self.small.pop().map(read::full_year).ok_or(DateFault::Unreadable)?;
            let mut date = read::calendar(year, self.month.unwrap_or(0), self.small.first().copied())?;
            date.note = date.note.or(Some(DateNote::ShortYear));
            return Ok(date);
        }
        let year = self.year.ok_or(DateFault::Unreadable)?;
        match (self.month, self.small.as_slice()) {
            (Some(month), []) => read::calendar(year, month, None),
            (Some(month), [day]) => read::calendar(year, month, Some(*day)),
            (None, []) => read::year(year),
            _ => Err(DateFault::Unreadable),
        }
    }

    /// `Q1 2023`, `1er trimestre 2023`. With another number beside it this is a day, and its `T` no quarter.
    fn quarter(self) -> Result<ReadDate, DateFault> {
        let number = match (self.quarter, self.small.as_slice()) {
            (Some(number), []) => number,
            (None, [number]) => *number,
            _ => return Err(DateFault::Unreadable),
        };
        match self.year {
            Some(year) if (1..=4).contains(&number) => read::quarter(year, number),
            _ => Err(DateFault::Unreadable),
        }
    }
}
