//! Which records are one: by the keys that an export gives them.

use crate::inventory::says_nothing;

use super::dictionary::{KnownField, Role};
use super::item_type::ItemTypeId;
use super::tally::Hashes;

/// The keys of one record, hashed for this reading alone.
#[derive(Default)]
pub(super) struct Keys {
    record: Option<u64>,
    person: Option<u64>,
    local: Option<u64>,
    number: Option<u64>,
}

impl Keys {
    /// Takes the value of a field in, if it is a key of records of this type: a victim has no key of the accident.
    pub(super) fn take(&mut self, field: &KnownField, item: ItemTypeId, value: &str, hashes: &Hashes) {
        let Some(key) = key_in(value).filter(|_| field.fits(item)) else {
            return;
        };
        let key = hashes.of(&key);
        match field.role {
            Role::RecordId => self.record = Some(key),
            Role::PersonId => self.person = self.person.or(Some(key)),
            Role::LocalId => self.local = self.local.or(Some(key)),
            Role::Number => self.number = self.number.or(Some(key)),
            _ => {}
        }
    }

    /// Takes `imsma_id` in where the record has no key of its own. Other keys of a programme may stand there too, and need
    /// not be those of the record.
    pub(super) fn take_imsma_id(&mut self, item: ItemTypeId, value: &str, hashes: &Hashes) {
        let Some(key) = key_in(value).map(|key| hashes.of(&key)) else {
            return;
        };
        if ItemTypeId::of_imsma_id(value) == Some(item) {
            self.record = self.record.or(Some(key));
        } else {
            self.number = self.number.or(Some(key));
        }
    }

    /// The key by which records of a type are told apart.
    ///
    /// Of persons it is that of the person, so that one who stands in five rows never passes for five; a key that people
    /// gave does where there is no better one, and last a number. `rows_repeat` says that records stand in a row for each of
    /// something else.
    pub(super) fn of(&self, item: ItemTypeId, rows_repeat: bool) -> Option<u64> {
        if item.get().persons {
            return self.person.or(self.record).or(self.local).or(self.number);
        }
        self.record.or(self.local.filter(|_| rows_repeat))
    }
}

/// A key as it is compared: tools write those of a database in any case, in braces or in quotes. Words and noughts that stand
/// where there is none are nobody's.
fn key_in(value: &str) -> Option<String> {
    let key = value.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let is_of_noughts = key.chars().all(|letter| letter == '0' || !letter.is_alphanumeric());
    (!is_of_noughts && !says_nothing(value)).then_some(key)
}
