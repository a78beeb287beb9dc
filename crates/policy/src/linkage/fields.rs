//! The fields by which two records can be joined.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::Field;

use super::meaning::{FieldUse, Meaning, meaning};

/// Fields of a dictionary that are compared at most.
const MOST_COMPARED: usize = 1_000;

/// A field of each record, which mean the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SharedField {
    /// What it is good for.
    pub by: FieldUse,
    /// What both mean: an HXL tag, or a name in one spelling.
    pub meaning: String,
    /// Its name in this record.
    pub this: String,
    /// Its name in the other.
    pub other: String,
}

/// What two data dictionaries have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Common {
    /// Fields to join by, the surest first.
    pub(super) fields: Vec<SharedField>,
    /// Whether both tell who a person is by a field of the same meaning.
    pub(super) links_persons: bool,
}

/// What two data dictionaries have in common; `None` where either is empty.
pub(super) fn common(this: &[Field], other: &[Field]) -> Option<Common> {
    if this.is_empty() || other.is_empty() {
        return None;
    }
    let (this, other) = (Meanings::of(this), Meanings::of(other));
    let mut common = Common { links_persons: !this.persons.is_disjoint(&other.persons), ..Common::default() };
    for (meaning, (by, name)) in this.joins {
        if let Some((_, other)) = other.joins.get(&meaning) {
            common.fields.push(SharedField { by, meaning, this: name.to_owned(), other: (*other).to_owned() });
        }
    }
    common.fields.sort();
    Some(common)
}

/// Names of the fields of a record by which rows can be matched, to look for in other records.
pub fn key_names(fields: &[Field]) -> impl Iterator<Item = &str> {
    let is_key = |field: &&Field| matches!(meaning(field), Some(Meaning::Joins { by: FieldUse::Key, .. }));
    fields.iter().take(MOST_COMPARED).filter(is_key).map(|field| field.name.as_str())
}

/// The fields of a dictionary by what they mean; of several that mean the same, the first.
#[derive(Default)]
struct Meanings<'f> {
    joins: BTreeMap<String, (FieldUse, &'f str)>,
    persons: BTreeSet<String>,
}

impl<'f> Meanings<'f> {
    fn of(fields: &'f [Field]) -> Self {
        let mut meanings = Self::default();
        for field in fields.iter().take(MOST_COMPARED) {
            match meaning(field) {
                Some(Meaning::Joins { word, by }) => _ = meanings.joins.entry(word).or_insert((by, &field.name)),
                Some(Meaning::Person { word }) => _ = meanings.persons.insert(word),
                None => {}
            }
        }
        meanings
    }
}
