//! The published data dictionaries of IMSMA: which field belongs to which class, and what a class may be shared as.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cairn_model::{Field, Sensitivity, Sharing};

use super::bundled;
use super::item_type::ItemTypeId;

/// Shapefiles cut the names of their columns to this length.
pub(super) const SHAPEFILE_NAME: usize = 10;

/// What names of fields say that are about survivors alone.
const SURVIVORS: [&str; 3] = ["victim", "casualt", "survivor"];

/// Names longer than this are no names of fields.
const LONGEST_NAME: usize = 128;

/// What a field tells beside being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing that is kept.
    None,
    /// A day on which the thing recorded happened.
    Date,
    /// A day of the report, used where the thing itself has none.
    ReportDate,
    /// An admin 1 area.
    Admin1,
    /// An admin 2 area.
    Admin2,
    /// A country of the data (never a person's).
    Country,
    /// An organisation at work.
    Organisation,
    /// A status.
    Status,
    /// The key of the record itself: rows with the same key are one record.
    RecordId,
    /// The key of the person whom a record of another type is about.
    PersonId,
    /// A key of the record that people gave, which may stand for two.
    LocalId,
    /// A number that may be that of a row, or stand for another in each report: a key of persons where there is no other.
    Number,
    /// `imsma_id` of IMSMA Core.
    ImsmaId,
}

impl Role {
    /// Whether it tells records apart.
    pub(super) fn is_key(self) -> bool {
        matches!(self, Self::RecordId | Self::PersonId | Self::LocalId | Self::Number)
    }
}

/// A class of fields with the default terms of its members, after the ISP defaults: a row of `imsma_field_classes.csv`.
pub(super) struct FieldClass {
    code: String,
    sharing: Option<Sharing>,
    sensitivity: Option<Sensitivity>,
    shareable_form: String,
    description: String,
}

impl FieldClass {
    /// A field of this class.
    pub(super) fn field(&self, name: &str) -> Field {
        Field {
            name: name.to_owned(),
            description: Some(self.description.clone()),
            data_type: None,
            sharing: self.sharing,
            sensitivity: self.sensitivity,
            shareable_form: Some(self.shareable_form.clone()),
        }
    }

    /// Whether members say who a person is.
    pub(super) fn is_identity(&self) -> bool {
        self.code == "identity"
    }

    /// Whether members say how a person is.
    pub(super) fn is_condition(&self) -> bool {
        self.code == "condition"
    }

    /// Whether members are about persons: what stands inside of one says nothing of an item that is none.
    pub(super) fn is_about_persons(&self) -> bool {
        matches!(self.code.as_str(), "identity" | "condition" | "casualties" | "reporter")
    }

    /// Whether members are keys.
    pub(super) fn is_identifier(&self) -> bool {
        self.code == "identifier"
    }

    /// Whether members are exact positions.
    pub(super) fn is_coordinates(&self) -> bool {
        self.code == "coordinates"
    }

    fn strictness(&self) -> (Option<Sensitivity>, Option<Sharing>) {
        (self.sensitivity.map(Sensitivity::handled_as), self.sharing)
    }
}

/// A field of a published dictionary: a row of `imsma_fields.csv`.
pub(super) struct KnownField {
    /// Name in the dictionary.
    pub(super) name: String,
    /// Name as it is compared.
    pub(super) canonical: String,
    items: Vec<ItemTypeId>,
    any_item: bool,
    /// Its class.
    pub(super) class: &'static FieldClass,
    /// Its role.
    pub(super) role: Role,
}

impl KnownField {
    /// Whether the dictionary lists it for this item type by name.
    pub(super) fn belongs_to(&self, item: ItemTypeId) -> bool {
        self.items.contains(&item)
    }

    /// Whether records of this item type can have it by the dictionary.
    pub(super) fn fits(&self, item: ItemTypeId) -> bool {
        self.any_item || self.belongs_to(item)
    }
}

/// A name as it is compared: letters and digits alone, in lower case. Empty when it is no name of a field.
pub(super) fn canonical(name: &str) -> String {
    if name.len() > LONGEST_NAME {
        return String::new();
    }
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The known field of a name as an export writes it, in the meaning that it has for an item type.
///
/// Exports write names in any case, with and without underscores, cut to ten letters (shapefiles), and with or without
/// the `_guid` and `enum_guid` of a reference to a list of values.
pub(super) fn known_field(name: &str, item: Option<ItemTypeId>) -> Option<&'static KnownField> {
    let wanted = canonical(name);
    if wanted.is_empty() {
        return None;
    }
    let without_guid = wanted.strip_suffix("guid").unwrap_or(&wanted);
    let without_enum = without_guid.strip_suffix("enum").unwrap_or(without_guid);
    for candidate in [wanted.as_str(), without_guid, without_enum] {
        if let Some(places) = dictionary().by_name.get(candidate) {
            return Some(meaning_for(places, item));
        }
    }
    if name.chars().count() == SHAPEFILE_NAME { cut_off_field(&wanted, item) } else { None }
}

/// The meaning for the item type, else the meaning for every type, else the strictest of those for other types.
fn meaning_for(places: &[usize], item: Option<ItemTypeId>) -> &'static KnownField {
    let fields = &dictionary().fields;
    let mut best = &fields[places[0]];
    for place in places {
        let field = &fields[*place];
        if item.is_some_and(|item| field.belongs_to(item)) {
            return field;
        }
        let rank = |field: &KnownField| (field.any_item, field.class.strictness());
        if rank(field) > rank(best) {
            best = field;
        }
    }
    best
}

/// The field whose name begins like this, if all that do are of one class and role.
fn cut_off_field(beginning: &str, item: Option<ItemTypeId>) -> Option<&'static KnownField> {
    let mut found: Option<&'static KnownField> = None;
    for (_, places) in
        dictionary().by_name.range(beginning.to_owned()..).take_while(|(name, _)| name.starts_with(beginning))
    {
        let field = meaning_for(places, item);
        match found {
            Some(other) if other.role != field.role || other.class.code != field.class.code => {
                return None;
            }
            Some(_) => {}
            None => found = Some(field),
        }
    }
    found
}

/// Whether fields are those of survivors: one is called after them, or at least two say how a person is, or one does beside
/// another that says who. A telephone number alone may be anybody's.
pub(super) fn tells_of_survivors<'f>(fields: impl Iterator<Item = &'f KnownField>) -> bool {
    let victims = ItemTypeId::of_code("victims");
    let (mut conditions, mut identities) = (0, 0);
    for field in fields {
        let is_condition = field.class.is_condition();
        // Who told of a hazard is no survivor.
        let is_identity = field.class.is_identity() && victims.is_some_and(|victims| field.belongs_to(victims));
        if (is_condition || is_identity) && SURVIVORS.iter().any(|word| field.canonical.contains(word)) {
            return true;
        }
        conditions += usize::from(is_condition);
        identities += usize::from(is_identity);
    }
    conditions >= 2 || (conditions == 1 && identities >= 1)
}

/// The class of fields that a national programme added and the operator lists.
pub(super) fn custom_class() -> Option<&'static FieldClass> {
    classes().iter().find(|class| class.code == "custom")
}

struct Dictionary {
    fields: Vec<KnownField>,
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Dictionary {
    /// A table view shows the value of a list where the table itself refers to it: `priority` for `priorityenum_guid`.
    fn add_display_names(&mut self) {
        for (place, field) in self.fields.iter().enumerate() {
            let Some(reference) = field.canonical.strip_suffix("guid") else {
                continue;
            };
            if field.class.code == "identifier" {
                continue;
            }
            for name in [reference, reference.strip_suffix("enum").unwrap_or(reference)] {
                let places = self.by_name.entry(name.to_owned()).or_default();
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
    }
}

fn dictionary() -> &'static Dictionary {
    static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
    DICTIONARY.get_or_init(|| {
        let mut dictionary = Dictionary { fields: Vec::new(), by_name: BTreeMap::new() };
        for row in bundled::rows(include_str!("../../../../config/vocabularies/imsma_fields.csv")) {
            let Some(field) = known_field_of_row(&row) else {
                continue;
            };
            let places = dictionary.by_name.entry(field.canonical.clone()).or_default();
            places.push(dictionary.fields.len());
            dictionary.fields.push(field);
        }
        dictionary.add_display_names();
        dictionary
    })
}

fn known_field_of_row(row: &[String]) -> Option<KnownField> {
    let [name, items, class, role, _source] = row else {
        return None;
    };
    let role = match role.as_str() {
        "" => Role::None,
        "date" => Role::Date,
        "report-date" => Role::ReportDate,
        "admin1" => Role::Admin1,
        "admin2" => Role::Admin2,
        "country" => Role::Country,
        "organisation" => Role::Organisation,
        "status" => Role::Status,
        "record-id" => Role::RecordId,
        "person-id" => Role::PersonId,
        "local-id" => Role::LocalId,
        "number" => Role::Number,
        "imsma-id" => Role::ImsmaId,
        _ => return None,
    };
    let class = classes().iter().find(|known| known.code == *class)?;
    let mut listed = Vec::new();
    let mut any_item = false;
    for item in items.split_whitespace() {
        if item == "*" {
            any_item = true;
        } else {
            listed.push(ItemTypeId::of_code(item)?);
        }
    }
    Some(KnownField { name: name.clone(), canonical: canonical(name), items: listed, any_item, class, role })
}

fn classes() -> &'static [FieldClass] {
    static CLASSES: OnceLock<Vec<FieldClass>> = OnceLock::new();
    CLASSES.get_or_init(|| {
        let mut classes = Vec::new();
        for row in bundled::rows(include_str!("../../../../config/vocabularies/imsma_field_classes.csv")) {
            if let [code, sharing, sensitivity, shareable_form, description] = row.as_slice() {
                classes.push(FieldClass {
                    code: code.clone(),
                    sharing: Sharing::from_code(sharing),
                    sensitivity: Sensitivity::from_code(sensitivity),
                    shareable_form: shareable_form.clone(),
                    description: description.clone(),
                });
            }
        }
        classes
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn known(name: &str, item: &str) -> (&'static str, &'static str, Role) {
        let field = known_field(name, ItemTypeId::of_code(item)).unwrap();
        (&field.name, &field.class.code, field.role)
    }

    #[test]
    fn every_row_of_the_bundled_tables_is_read() {
        let text = include_str!("../../../../config/vocabularies/imsma_fields.csv");
        let unread: Vec<_> = bundled::rows(text).into_iter().filter(|row| known_field_of_row(row).is_none()).collect();
        assert_eq!(unread, Vec::<Vec<String>>::new());
        assert_eq!(dictionary().fields.len() + 1, text.lines().count());
        assert_eq!(classes().len(), 15);
        assert!(classes().iter().all(|class| class.sensitivity.is_some()));
        assert!(custom_class().is_some());
    }

    #[test]
    fn a_name_means_what_it_means_for_its_item_type() {
        assert_eq!(known("name", "victims"), ("name", "identity", Role::None));
        assert_eq!(known("Name", "hazards"), ("name", "fine-place", Role::None));
        assert_eq!(known("STATUS", "hazards"), ("status", "descriptive", Role::Status));
        assert_eq!(known("status", "victims"), ("status", "condition", Role::None));
    }

    #[test]
    fn a_name_that_is_known_for_other_types_only_has_its_strictest_class() {
        assert_eq!(known("vi_name", "hazards").1, "identity");
        assert_eq!(known("killedorinjuredenum_guid", "hazards").1, "condition");
    }

    #[test]
    fn spellings_of_exports_are_understood() {
        assert_eq!(known("HazReduc_LocalID", "land-release").0, "hazreduc_localid");
        assert_eq!(known("priorityenum", "hazards").0, "priorityenum_guid");
        assert_eq!(known("Stauts", "land-release").2, Role::Status);
        assert_eq!(known("REPORTSTAR", "land-release").2, Role::Date);
        assert_eq!(known("governorat", "hazards").2, Role::Admin1);
        assert_eq!(known("Administrative Level 2 Name", "risk-education").2, Role::Admin2);
        assert!(known_field("shoe size", None).is_none());
        assert!(known_field(&"x".repeat(500), None).is_none());
    }

    #[test]
    fn no_field_about_a_person_or_a_position_tells_anything() {
        for field in &dictionary().fields {
            let secret = ["identity", "condition", "attachment", "free-text", "casualties", "coordinates", "reporter"];
            if secret.contains(&field.class.code.as_str()) {
                assert_eq!(field.role, Role::None, "{}", field.name);
            }
        }
    }
}
