//! Which records are one: by the keys that an export gives them.

use super::dictionary::Role;
use super::item_type::ItemTypeId;
use super::tally::Hashes;

/// The keys of one record, hashed for this reading alone.
#[derive(Default)]
pub(super) struct Keys {
    record: Option<u64>,
    person: Option<u64>,
    local: Option<u64>,
}

impl Keys {
    /// Takes the value of a field in, if it is a key.
    pub(super) fn take(&mut self, role: Role, value: &str, hashes: &Hashes) {
        let value = value.trim();
        // A dash in a cell is no key.
        if !value.contains(char::is_alphanumeric) {
            return;
        }
        match role {
            Role::RecordId => self.record = Some(hashes.of(value)),
            Role::PersonId => self.person = self.person.or_else(|| Some(hashes.of(value))),
            Role::LocalId => self.local = self.local.or_else(|| Some(hashes.of(value))),
            _ => {}
        }
    }

    /// Takes `imsma_id` in where the record has no key of its own. Other keys of a programme may stand there too, and need
    /// not be those of the record.
    pub(super) fn take_imsma_id(&mut self, item: ItemTypeId, value: &str, hashes: &Hashes) {
        if self.record.is_none() && ItemTypeId::of_imsma_id(value) == Some(item) {
            self.record = Some(hashes.of(value.trim()));
        }
    }

    /// The key by which records of a type are told apart.
    ///
    /// Of persons it is that of the person, so that one who stands in five rows never passes for five; a key that people
    /// gave does where there is no other. `rows_repeat` says that records stand in a row for each of something else.
    pub(super) fn of(&self, item: ItemTypeId, rows_repeat: bool) -> Option<u64> {
        if item.get().persons {
            return self.person.or(self.record).or(self.local);
        }
        self.record.or(self.local.filter(|_| rows_repeat))
    }
}
