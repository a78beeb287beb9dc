//! Everything that is kept of the records of one item type. What does not stand in [`Summary`] is forgotten.

use std::collections::BTreeMap;

use super::dictionary::KnownField;
use super::item_type::ItemTypeId;
use super::month::{DayOrder, Month};
use super::recognise::{Area, StatusName};
use super::tally::Tally;

/// So many records must share a value before it is named, where one record may not show through.
pub(super) const THRESHOLD: u64 = 5;

/// A number of records from which nobody can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounded {
    /// One to four.
    FewerThanFive,
    /// The nearest multiple of five.
    About(u64),
}

impl Rounded {
    /// Rounds a number.
    pub(super) fn of(number: u64) -> Self {
        if number < THRESHOLD { Self::FewerThanFive } else { Self::About((number + 2) / 5 * 5) }
    }
}

/// What a summary is made from, and whether that was read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Records of an export.
    Export {
        /// Whether it was read to its end.
        complete: bool,
    },
    /// Descriptions of the layers of a server, without any record.
    Layers {
        /// Whether each layer was read.
        complete: bool,
    },
}

impl Basis {
    /// Whether nothing is lacking of what was to be read.
    pub(super) fn is_complete(self) -> bool {
        match self {
            Self::Export { complete } | Self::Layers { complete } => complete,
        }
    }
}

/// What is told of the number of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordCount {
    /// So many.
    Known(Rounded),
    /// Nothing, because the export broke off.
    ReadInPart,
    /// Nothing, because no record is read.
    NotRead,
}

/// What is kept of the records of one item type.
pub(super) struct Summary<'a> {
    /// The item type.
    pub(super) item: ItemTypeId,
    /// How many records.
    pub(super) records: RecordCount,
    /// First and last month. Of persons: the months by which, and from which on, five records lie.
    pub(super) period: Option<(Month, Month)>,
    /// Admin 1 areas, and admin 2 areas with five records or more.
    pub(super) areas: Vec<Area>,
    /// Countries of the records, ISO 3166-1 alpha-3.
    pub(super) countries: Vec<String>,
    /// Organisations that a list names.
    pub(super) organisations: Vec<String>,
    /// Whether there are others.
    pub(super) other_organisations: bool,
    /// Statuses that a list names; none of persons.
    pub(super) statuses: Vec<StatusName>,
    /// Whether there are others.
    pub(super) other_statuses: bool,
    /// Fields of the dictionaries, by name. Of persons, as of all that is named: those that five of them share.
    pub(super) fields: BTreeMap<&'static str, &'static KnownField>,
    /// Custom fields that the operator lists.
    pub(super) listed_fields: Vec<&'a str>,
    /// How many other fields there are, if any.
    pub(super) further_fields: Option<Rounded>,
}

impl<'a> Summary<'a> {
    /// Keeps what may be kept of a tally.
    pub(super) fn of(item: ItemTypeId, tally: &'a Tally, day_order: DayOrder, basis: Basis) -> Self {
        let persons = item.get().persons;
        let threshold = if persons { THRESHOLD } else { 1 };
        let areas = tally.areas.iter().filter(|(area, records)| {
            let needed = if area.level == 1 { threshold } else { THRESHOLD };
            **records >= needed
        });
        let further = tally.fields.further(threshold) as u64;
        Self {
            item,
            records: match basis {
                Basis::Export { complete: true } => RecordCount::Known(Rounded::of(tally.records)),
                Basis::Export { complete: false } => RecordCount::ReadInPart,
                Basis::Layers { .. } => RecordCount::NotRead,
            },
            period: period(&tally.months[day_order as usize], threshold),
            areas: areas.map(|(area, _)| area.clone()).collect(),
            countries: named(&tally.countries, threshold),
            organisations: named(&tally.organisations, threshold),
            other_organisations: tally.other_organisations >= threshold,
            statuses: named(&tally.statuses, threshold),
            other_statuses: tally.other_statuses >= threshold,
            fields: tally.fields.known(threshold),
            listed_fields: tally.fields.listed(threshold),
            further_fields: (further > 0).then(|| Rounded::of(further)),
        }
    }

    /// The areas of a level.
    pub(super) fn areas_of_level(&self, level: u8) -> impl Iterator<Item = &Area> {
        self.areas.iter().filter(move |area| area.level == level)
    }
}

fn named<K: Ord + Clone>(counts: &BTreeMap<K, u64>, threshold: u64) -> Vec<K> {
    counts.iter().filter(|(_, records)| **records >= threshold).map(|(value, _)| value.clone()).collect()
}

/// The month by which `threshold` records lie, and that from which on as many do; `None` where the two would cross.
fn period(months: &BTreeMap<Month, u64>, threshold: u64) -> Option<(Month, Month)> {
    let start = reached(months.iter(), threshold)?;
    let end = reached(months.iter().rev(), threshold)?;
    (start <= end).then_some((start, end))
}

fn reached<'m>(months: impl Iterator<Item = (&'m Month, &'m u64)>, threshold: u64) -> Option<Month> {
    let mut records = 0;
    for (month, count) in months {
        records += count;
        if records >= threshold {
            return Some(*month);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_five_and_small_ones_not_told() {
        assert_eq!([1, 4].map(Rounded::of), [Rounded::FewerThanFive; 2]);
        assert_eq!([5, 7, 8, 12, 13, 63].map(Rounded::of), [5, 5, 10, 10, 15, 65].map(Rounded::About));
    }

    #[test]
    fn the_period_of_persons_ends_where_five_records_lie() {
        let month = |number: i8| Month::of(jiff::civil::date(2020, number, 1));
        let months = BTreeMap::from([(month(1), 1), (month(2), 4), (month(3), 9), (month(4), 5), (month(5), 1)]);
        assert_eq!(period(&months, 1), Some((month(1), month(5))));
        assert_eq!(period(&months, 5), Some((month(2), month(4))));
        assert_eq!(period(&BTreeMap::from([(month(1), 1), (month(2), 5), (month(3), 1)]), 7), None);
        assert_eq!(period(&BTreeMap::from([(month(1), 2), (month(3), 3)]), 5), None);
    }
}
