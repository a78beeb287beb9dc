//! What is counted while an export is read: one tally for each item type, bounded by vocabularies and not by records.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::BuildHasher;

use super::custom_fields::CustomFields;
use super::dictionary::{KnownField, canonical, known_field};
use super::item_type::ItemTypeId;
use super::month::{DayOrder, Month};
use super::recognise::{Area, Recognised, StatusName};

/// Keys and names beyond this many are no longer compared: they are counted as new ones.
const DISTINCT: usize = 2_000_000;

/// Which fields records have.
#[derive(Default)]
pub(super) struct FieldsSeen {
    /// Fields of the dictionaries, by their name there.
    pub(super) known: BTreeMap<&'static str, &'static KnownField>,
    /// Custom fields that the operator lists, in the operator's spelling.
    pub(super) listed: BTreeSet<String>,
    /// Hashes of the names of all others, which are counted and never named.
    further: HashSet<u64>,
}

impl FieldsSeen {
    /// Notes a field by the name that the export gives it; gives its meaning where a dictionary has one.
    pub(super) fn note(
        &mut self,
        name: &str,
        item: Option<ItemTypeId>,
        custom: &CustomFields,
        hashes: &Hashes,
    ) -> Option<&'static KnownField> {
        if let Some(field) = known_field(name, item) {
            self.known.insert(&field.name, field);
            return Some(field);
        }
        self.note_custom(name, custom, hashes);
        None
    }

    /// Notes a custom field, whatever the dictionaries say of its name.
    pub(super) fn note_custom(&mut self, name: &str, custom: &CustomFields, hashes: &Hashes) {
        if let Some(listed) = custom.spelling_of(name) {
            self.listed.insert(listed.to_owned());
        } else if !canonical(name).is_empty() && self.further.len() < DISTINCT {
            self.further.insert(hashes.of(&canonical(name)));
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.known.extend(&other.known);
        self.listed.extend(other.listed.iter().cloned());
        self.further.extend(&other.further);
    }
}

/// How many records have each field. A header counts as many as are needed to name it.
#[derive(Default)]
pub(super) struct FieldCounts {
    known: BTreeMap<&'static str, (&'static KnownField, u64)>,
    listed: BTreeMap<String, u64>,
    further: HashMap<u64, u64>,
}

impl FieldCounts {
    fn add(&mut self, fields: &FieldsSeen, records: u64) {
        for (name, field) in &fields.known {
            self.known.entry(*name).or_insert((*field, 0)).1 += records;
        }
        for name in &fields.listed {
            *self.listed.entry(name.clone()).or_default() += records;
        }
        for name in &fields.further {
            *self.further.entry(*name).or_default() += records;
        }
    }

    /// Fields of the dictionaries that so many records have.
    pub(super) fn known(&self, threshold: u64) -> BTreeMap<&'static str, &'static KnownField> {
        let shared = self.known.iter().filter(|(_, (_, records))| *records >= threshold);
        shared.map(|(name, (field, _))| (*name, *field)).collect()
    }

    /// Custom fields that the operator lists and so many records have.
    pub(super) fn listed(&self, threshold: u64) -> Vec<&str> {
        let shared = self.listed.iter().filter(|(_, records)| **records >= threshold);
        shared.map(|(name, _)| name.as_str()).collect()
    }

    /// How many fields there are that may not be named and that so many records have.
    pub(super) fn further(&self, threshold: u64) -> usize {
        self.further.values().filter(|records| **records >= threshold).count()
    }
}

/// Hashes names and keys with a seed of this reading alone: they cannot be compared with those of any other.
#[derive(Default)]
pub(super) struct Hashes(RandomState);

impl Hashes {
    pub(super) fn of(&self, text: &str) -> u64 {
        self.0.hash_one(text)
    }
}

/// How many records of a type have a value. Needed for the threshold alone; no such number is kept.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) records: u64,
    /// As each of [`DayOrder::ALL`] reads them.
    pub(super) months: [BTreeMap<Month, u64>; DayOrder::ALL.len()],
    pub(super) areas: BTreeMap<Area, u64>,
    pub(super) countries: BTreeMap<String, u64>,
    pub(super) organisations: BTreeMap<String, u64>,
    pub(super) other_organisations: u64,
    pub(super) statuses: BTreeMap<StatusName, u64>,
    pub(super) other_statuses: u64,
    pub(super) fields: FieldCounts,
    keys: HashSet<u64>,
}

impl Tally {
    fn add(&mut self, record: Recognised) {
        self.records += 1;
        for (counts, months) in self.months.iter_mut().zip(record.months) {
            count(counts, months);
        }
        count(&mut self.areas, record.areas);
        count(&mut self.countries, record.countries);
        count(&mut self.organisations, record.organisations);
        count(&mut self.statuses, record.statuses);
        self.other_organisations += u64::from(record.other_organisations);
        self.other_statuses += u64::from(record.other_statuses);
    }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, values: BTreeSet<K>) {
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
}

/// The tallies of an export by item type.
#[derive(Default)]
pub(super) struct Tallies {
    /// The tallies.
    pub(super) by_item: BTreeMap<ItemTypeId, Tally>,
    /// The order of days in which their months are read; known where the export ends.
    pub(super) day_order: DayOrder,
    /// The hashes of this reading.
    pub(super) hashes: Hashes,
}

impl Tallies {
    /// Adds a record, unless one with the same key was added: tables joined with their points repeat records. Answers whether
    /// it was.
    pub(super) fn add(&mut self, item: ItemTypeId, key: Option<u64>, record: Recognised) -> bool {
        let tally = self.by_item.entry(item).or_default();
        let known = match key {
            Some(key) if tally.keys.len() < DISTINCT => !tally.keys.insert(key),
            _ => false,
        };
        if !known {
            tally.add(record);
        }
        !known
    }

    /// Adds fields that so many records have to the dictionary of an item type.
    pub(super) fn add_fields(&mut self, item: ItemTypeId, fields: &FieldsSeen, records: u64) {
        self.by_item.entry(item).or_default().fields.add(fields, records);
    }
}
