//! From the values of a record to what vocabularies, gazetteer and configuration know of them; the rest is forgotten here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use cairn_model::vocabulary::{Country, GazetteerPlace, fold};
use cairn_model::{Problem, Vocabularies};

use crate::inventory::says_nothing;

use super::ImsmaSettings;
use super::bundled;
use super::custom_fields::CustomFields;
use super::dictionary::Role;
use super::item_type::LANGUAGES;
use super::month::{DayOrder, DayReading, Month, MonthByOrder, read_day};
use super::organisations::{Organisations, parts};
use super::problem_log::ProblemLog;

/// Values of one sort that a record may have; what comes after them is left out.
const VALUES: usize = 16;

/// Longer values are no names.
const LONGEST_VALUE: usize = 256;

/// The few values of one record that are looked at, as the export writes them. Lives as long as the record is read.
#[derive(Default)]
pub(super) struct RecordValues {
    /// Months in which the thing happened.
    pub(super) months: Vec<MonthByOrder>,
    /// Months of its report.
    pub(super) report_months: Vec<MonthByOrder>,
    admin1: Vec<String>,
    admin2: Vec<String>,
    countries: Vec<String>,
    organisations: Vec<String>,
    statuses: Vec<String>,
}

impl RecordValues {
    /// Takes a value in. Days go through [`Recogniser::day`] instead.
    pub(super) fn take(&mut self, role: Role, value: &str) {
        let values = match role {
            Role::Admin1 => &mut self.admin1,
            Role::Admin2 => &mut self.admin2,
            Role::Country => &mut self.countries,
            Role::Organisation => &mut self.organisations,
            Role::Status => &mut self.statuses,
            Role::None
            | Role::Date
            | Role::ReportDate
            | Role::RecordId
            | Role::PersonId
            | Role::LocalId
            | Role::Number
            | Role::ImsmaId => return,
        };
        let value = value.trim();
        // Elsewhere such a word may be a value: `NA` is Namibia, Nan a province.
        if role == Role::Organisation && says_nothing(value) {
            return;
        }
        if !value.is_empty() && value.len() <= LONGEST_VALUE && values.len() < VALUES {
            values.push(value.to_owned());
        }
    }

    /// Takes a day in.
    pub(super) fn take_month(&mut self, role: Role, month: MonthByOrder) {
        let months = if role == Role::Date { &mut self.months } else { &mut self.report_months };
        if months.len() < VALUES {
            months.push(month);
        }
    }

    /// What this record does not say itself, it has from the record that it belongs to: a victim from its accident.
    pub(super) fn inherit(&mut self, from: &Self) {
        fill(&mut self.months, &from.months);
        fill(&mut self.report_months, &from.report_months);
        self.inherit_place(from);
        fill(&mut self.organisations, &from.organisations);
        fill(&mut self.statuses, &from.statuses);
    }

    /// Where this record does not say where it is, it lies where the record does inside which it stands: a hazard in its
    /// location.
    pub(super) fn inherit_place(&mut self, from: &Self) {
        if self.admin1.is_empty() && self.admin2.is_empty() {
            fill(&mut self.admin1, &from.admin1);
            fill(&mut self.admin2, &from.admin2);
        }
        fill(&mut self.countries, &from.countries);
    }
}

fn fill<T: Clone>(own: &mut Vec<T>, from: &[T]) {
    if own.is_empty() {
        own.extend_from_slice(from);
    }
}

/// An administrative area of the gazetteer: its level, country and P-code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Area {
    /// 1 or 2.
    pub(super) level: u8,
    /// ISO 3166-1 alpha-3.
    pub(super) country: String,
    /// P-code.
    pub(super) pcode: String,
}

/// A status that may be named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StatusName {
    /// A row of the bundled vocabulary.
    Known(usize),
    /// A value that the source's configuration lists, in its spelling.
    Listed(String),
}

impl StatusName {
    /// The status in one of [`LANGUAGES`], by its place there.
    pub(super) fn label(&self, language: usize) -> &str {
        match self {
            Self::Known(row) => statuses().get(*row).and_then(|row| row.get(1 + language)).map_or("", String::as_str),
            Self::Listed(name) => name,
        }
    }
}

/// What of a record may be kept.
#[derive(Default)]
pub(super) struct Recognised {
    /// As each of [`DayOrder::ALL`] reads them.
    pub(super) months: [BTreeSet<Month>; DayOrder::ALL.len()],
    pub(super) areas: BTreeSet<Area>,
    pub(super) countries: BTreeSet<String>,
    pub(super) organisations: BTreeSet<String>,
    /// Whether there are organisations that no list names.
    pub(super) other_organisations: bool,
    pub(super) statuses: BTreeSet<StatusName>,
    /// Whether there are status values that no list names.
    pub(super) other_statuses: bool,
    /// Whether there are areas that the gazetteer does not have.
    pub(super) other_areas: bool,
}

impl Recognised {
    /// Tells, once in an export, what sorts of values it holds that may not be named.
    pub(super) fn tell_unlisted(&self, log: &mut ProblemLog) {
        if self.other_organisations {
            let message =
                "the export names organisations that no list holds; list those that may be named under `organisations`";
            log.add_once("organisation-not-listed", "", message);
        }
        if self.other_statuses {
            let message =
                "the export holds status values that no list holds; list those that may be named under `statuses`";
            log.add_once("status-not-listed", "", message);
        }
        if self.other_areas {
            let message =
                "the export names areas that the gazetteer does not have or cannot tell apart; they were left out";
            log.add_once("area-not-known", "", message);
        }
    }
}

/// Knows what may be kept.
pub(super) struct Recogniser<'a> {
    /// Vocabularies, for labels and boxes of what was recognised.
    pub(super) vocabularies: &'a Vocabularies,
    /// Country of the programme.
    pub(super) country: Option<&'a Country>,
    organisations: Organisations,
    statuses: BTreeMap<String, StatusName>,
    /// Custom fields that may be named.
    pub(super) custom_fields: CustomFields,
    present: Month,
}

impl<'a> Recogniser<'a> {
    pub(super) fn new(
        settings: &ImsmaSettings,
        vocabularies: &'a Vocabularies,
        present: Month,
        log: &mut ProblemLog,
    ) -> Self {
        let country = vocabularies.country(&settings.country);
        if country.is_none() && !settings.country.trim().is_empty() {
            log.add(Problem::warning("unknown-country", "country", "the configured country is in no vocabulary"));
        }
        let mut known_statuses = BTreeMap::new();
        for (row, cells) in statuses().iter().enumerate() {
            for label in cells.iter().flat_map(|cell| bundled::several(cell)) {
                known_statuses.insert(fold(label), StatusName::Known(row));
            }
        }
        // What the operator lists wins, in the operator's spelling.
        for name in settings.statuses.iter().map(|name| name.trim()) {
            known_statuses.insert(fold(name), StatusName::Listed(name.to_owned()));
        }
        known_statuses.remove("");
        Self {
            vocabularies,
            country,
            organisations: Organisations::new(settings, country),
            statuses: known_statuses,
            custom_fields: CustomFields::new(settings),
            present,
        }
    }

    /// Reads a day.
    pub(super) fn day(&self, value: &str, order: DayOrder) -> DayReading {
        if says_nothing(value) { DayReading::Empty } else { read_day(value, order, self.present) }
    }

    /// What of a record may be kept; records of persons keep no status.
    pub(super) fn recognise(&self, values: &RecordValues, persons: bool) -> Recognised {
        let mut kept = Recognised::default();
        let months = if values.months.is_empty() { &values.report_months } else { &values.months };
        for (order, read) in kept.months.iter_mut().enumerate() {
            read.extend(months.iter().filter_map(|month| month[order]));
        }
        for value in &values.countries {
            if let Some(country) = self.vocabularies.country(value) {
                kept.countries.insert(country.alpha3.clone());
            }
        }
        self.recognise_areas(values, &mut kept);
        for value in &values.organisations {
            let found = self.organisations.named_in(value);
            kept.other_organisations |= found.iter().any(Option::is_none);
            kept.organisations.extend(found.into_iter().flatten());
        }
        if !persons {
            for value in &values.statuses {
                let found = self.statuses_in(value);
                kept.other_statuses |= found.iter().any(Option::is_none);
                kept.statuses.extend(found.into_iter().flatten());
            }
        }
        kept
    }

    /// The statuses that a value names, whole or as a list. `None` stands for one that is not known.
    fn statuses_in(&self, value: &str) -> Vec<Option<StatusName>> {
        let known = |status: &str| self.statuses.get(&fold(status)).cloned();
        if let Some(whole) = known(value) {
            return vec![Some(whole)];
        }
        parts(value, &[',', ';', '|']).map(known).collect()
    }

    /// Areas of level 1 and 2. An area of level 2 that lies outside the record's areas of level 1 contradicts the record
    /// and is left out.
    fn recognise_areas(&self, values: &RecordValues, kept: &mut Recognised) {
        let single = if kept.countries.len() == 1 { kept.countries.first().cloned() } else { None };
        let country = single.as_deref().or(self.country.map(|country| country.alpha3.as_str()));
        let first_level = self.stated_places(&values.admin1, country, 1);
        let second_level = self.stated_places(&values.admin2, country, 2);
        for (stated, found) in [(&values.admin1, &first_level), (&values.admin2, &second_level)] {
            kept.other_areas |= found.is_empty() && stated.iter().any(|value| value.contains(char::is_alphanumeric));
        }
        let above: BTreeSet<&str> = first_level.iter().map(|place| place.pcode.as_str()).collect();
        kept.areas.extend(first_level.iter().map(|place| area(place)));
        for place in second_level {
            let parent = place.parent.as_deref().unwrap_or_default();
            if !above.is_empty() && !above.contains(parent) {
                continue;
            }
            kept.areas.insert(area(place));
            if let Some(parent) = self.place(parent, Some(&place.country), 1) {
                kept.areas.insert(area(parent));
            }
        }
    }

    /// The areas that values name, by names or by codes as nations and forms write them: `05001`, `YE-15`, `YE15 - Ta'iz`. A
    /// number may be a key of something else, so it is asked only where no other value is known.
    fn stated_places(&self, values: &[String], country: Option<&str>, level: u8) -> Vec<&'a GazetteerPlace> {
        let by_code = |value: &str| self.place(&pcode_in(value)?, country, level);
        let named = values.iter().filter_map(|value| self.place(value, country, level).or_else(|| by_code(value)));
        let named: Vec<&GazetteerPlace> = named.collect();
        let nation = country.and_then(|country| self.vocabularies.country(country));
        let (Some(nation), true) = (nation, named.is_empty()) else {
            return named;
        };
        let numbers = values.iter().filter(|value| value.bytes().all(|letter| letter.is_ascii_digit()));
        numbers.filter_map(|number| self.place(&format!("{}{number}", nation.alpha2), country, level)).collect()
    }

    fn place(&self, text: &str, country: Option<&str>, level: u8) -> Option<&'a GazetteerPlace> {
        let place = self.vocabularies.place(text, country, Some(level))?;
        let fits = place.admin_level == level && country.is_none_or(|country| country == place.country);
        fits.then_some(place)
    }

    /// The gazetteer's entry of an area.
    pub(super) fn gazetteer(&self, area: &Area) -> Option<&'a GazetteerPlace> {
        self.place(&area.pcode, Some(&area.country), area.level)
    }
}

/// The P-code at the beginning of a text, without the hyphen after its letters.
fn pcode_in(text: &str) -> Option<String> {
    let (letters, rest) = text.split_at(text.find(|letter: char| letter.is_ascii_digit())?);
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, more) = rest.split_at(end);
    let letters: String = letters.chars().filter(|letter| *letter != '-').collect();
    let is_code = matches!(letters.len(), 2..=3) && letters.bytes().all(|letter| letter.is_ascii_alphabetic());
    (is_code && !more.starts_with(char::is_alphanumeric)).then(|| format!("{letters}{digits}"))
}

fn area(place: &GazetteerPlace) -> Area {
    Area { level: place.admin_level, country: place.country.clone(), pcode: place.pcode.clone() }
}

/// Rows of `imsma_statuses.csv`: code, labels in the order of [`LANGUAGES`], aliases.
fn statuses() -> &'static [Vec<String>] {
    static STATUSES: OnceLock<Vec<Vec<String>>> = OnceLock::new();
    STATUSES.get_or_init(|| {
        let rows = bundled::rows(include_str!("../../../../config/vocabularies/imsma_statuses.csv"));
        rows.into_iter().filter(|row| row.len() == LANGUAGES.len() + 2).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognised(settings: &ImsmaSettings, values: &[(Role, &str)], persons: bool) -> Recognised {
        let vocabularies = Vocabularies::bundled();
        let mut log = ProblemLog::default();
        let present = Month::of(jiff::civil::date(2026, 11, 22));
        let recogniser = Recogniser::new(settings, vocabularies, present, &mut log);
        let mut record = RecordValues::default();
        for (role, value) in values {
            record.take(*role, value);
        }
        recogniser.recognise(&record, persons)
    }

    #[test]
    fn every_status_stands_in_one_row_only() {
        let mut seen = BTreeMap::new();
        for row in statuses() {
            for label in row.iter().flat_map(|cell| bundled::several(cell)) {
                let before = seen.insert(fold(label), row[0].clone());
                assert!(before.is_none_or(|code| code == row[0]), "{label} stands in two rows");
            }
        }
        assert_eq!(statuses().len(), 20);
    }

    #[test]
    fn organisations_are_named_in_the_spelling_of_the_list_and_the_rest_is_only_known_to_be() {
        let settings = ImsmaSettings { organisations: vec!["Example Trust".to_owned()], ..ImsmaSettings::default() };
        let values = [(Role::Organisation, "unmas; EXAMPLE TRUST"), (Role::Organisation, "Somebody Else")];
        let kept = recognised(&settings, &values, false);
        let names: Vec<&str> = kept.organisations.iter().map(String::as_str).collect();
        assert_eq!(names, ["Example Trust", "United Nations Mine Action Service"]);
        assert!(kept.other_organisations);
    }

    #[test]
    fn statuses_are_known_in_four_languages_and_never_kept_for_persons() {
        let settings = ImsmaSettings { statuses: vec!["Worked On".to_owned()], ..ImsmaSettings::default() };
        let values = [(Role::Status, "مفتوح"), (Role::Status, "fermé"), (Role::Status, "worked on")];
        let kept = recognised(&settings, &values, false);
        let labels: Vec<&str> = kept.statuses.iter().map(|status| status.label(0)).collect();
        assert_eq!(labels, ["open", "closed", "Worked On"]);
        assert!(!kept.other_statuses);
        assert!(recognised(&settings, &values, true).statuses.is_empty());
    }
}
