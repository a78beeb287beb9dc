//! A field report of maXML and its items, while they are read.

use super::item_type::ItemTypeId;
use super::keys::Keys;
use super::recognise::RecordValues;
use super::tally::FieldsSeen;

/// Item types that only say more of the item inside which they stand: where it is, who works there, what caused it.
const SAYS_MORE: [&str; 8] = [
    "locations",
    "ordnance",
    "needs-assessments",
    "assistance-classes",
    "causes",
    "organisations",
    "places",
    "gazetteer",
];

/// An item that is read.
pub(super) struct OpenItem {
    pub(super) item: ItemTypeId,
    pub(super) keys: Keys,
    pub(super) values: RecordValues,
    pub(super) fields: FieldsSeen,
    /// Whether it has a field beside its keys.
    pub(super) tells_more_than_keys: bool,
    /// Items that stand in it, complete but for what they have from it.
    pub(super) inner: Vec<OpenItem>,
}

impl OpenItem {
    pub(super) fn new(item: ItemTypeId) -> Self {
        Self {
            item,
            keys: Keys::default(),
            values: RecordValues::default(),
            fields: FieldsSeen::default(),
            tells_more_than_keys: false,
            inner: Vec::new(),
        }
    }

    /// Whether an item inside only names one that is told elsewhere: it must not be counted twice.
    pub(super) fn is_reference(&self) -> bool {
        !self.tells_more_than_keys && self.inner.is_empty() && !self.item.get().persons
    }

    /// Whether it is only there to hold items of its own type: `HazardArtifact` around a `Hazard`.
    pub(super) fn is_container(&self) -> bool {
        !self.tells_more_than_keys && self.inner.iter().any(|inner| inner.item == self.item)
    }

    /// Takes over what holds for the items inside of another, too: its place and, for the victims of an accident, all else.
    pub(super) fn inherit(&mut self, outer: &Self) {
        if outer.item.get().code == "accidents" && self.item.get().code == "victims" {
            self.values.inherit(&outer.values);
        } else {
            self.values.inherit_place(&outer.values);
        }
    }
}

/// A field report that is read: what its `FieldReportInfo` says, and its items.
#[derive(Default)]
pub(super) struct OpenReport {
    pub(super) values: RecordValues,
    pub(super) fields: FieldsSeen,
    pub(super) items: Vec<OpenItem>,
    /// Whether it holds an element that may be an item of a type that is not known.
    pub(super) holds_unknown: bool,
}

/// Whether an element tells of another item than that of the person in which it stands. The accident of a victim is part of
/// what there is to tell of them.
pub(super) fn is_told_in_person(person: ItemTypeId, name: &str) -> bool {
    ItemTypeId::of_element(name).is_some_and(|item| {
        let code = item.get().code.as_str();
        item != person && code != "accidents" && !SAYS_MORE.contains(&code)
    })
}

/// The item type of an element that is an item of its own inside another: of the artifact of this type, or of the item.
///
/// What stands in the record of a person is about that person, whatever it is called.
pub(super) fn item_inside(outer: Option<ItemTypeId>, name: &str) -> Option<ItemTypeId> {
    let item = ItemTypeId::of_element(name)?;
    let is_of_person = outer.is_some_and(|outer| outer.get().persons);
    (!is_of_person && !SAYS_MORE.contains(&item.get().code.as_str())).then_some(item)
}
