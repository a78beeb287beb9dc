//! The item types of IMSMA: hazards, accidents, victims and the rest, with the names by which an export tells them.

use std::sync::OnceLock;

use super::bundled;
use super::dictionary::{SHAPEFILE_NAME, canonical};

/// Languages of the names, in the order of the columns of the bundled tables.
pub(super) const LANGUAGES: [&str; 4] = ["en", "fr", "es", "ar"];

/// Words that names of layers end in, whatever the layer holds.
const SHAPES: [&str; 9] = ["polygons", "polygon", "poly", "points", "point", "lines", "line", "table", "view"];

/// A name of which such a word was cut off must be at least so long to say anything: `reline` is no risk education.
const SHORTEST_STEM: usize = 4;

/// An item type by its place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ItemTypeId(usize);

/// A row of `imsma_item_types.csv`.
pub(super) struct ItemType {
    /// Id of the record in the catalogue: `hazards`, `land-release` ...
    pub(super) code: String,
    /// Local names of its maXML elements, canonical.
    elements: Vec<String>,
    /// Columns that only a table of this type has, canonical.
    markers: Vec<String>,
    /// The longer keys among them, in lower case, as a shapefile cuts them.
    cut_keys: Vec<String>,
    /// What an `imsma_id` begins with, canonical.
    prefixes: Vec<String>,
    /// Whether its records are about single persons.
    pub(super) persons: bool,
    /// Names in the order of [`LANGUAGES`].
    pub(super) names: Vec<String>,
}

impl ItemTypeId {
    /// Every item type, in the order of the table.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..table().len()).map(Self)
    }

    /// The row of the type.
    pub(super) fn get(self) -> &'static ItemType {
        &table()[self.0]
    }

    /// The type of a code (`victims`).
    pub(super) fn of_code(code: &str) -> Option<Self> {
        table().iter().position(|item| item.code == code).map(Self)
    }

    /// The type of a maXML element, from its canonical local name, with or without the word `Artifact` at the end.
    pub(super) fn of_element(name: &str) -> Option<Self> {
        let stem = name.strip_suffix("artifact").unwrap_or(name);
        table().iter().position(|item| item.elements.iter().any(|element| element == stem)).map(Self)
    }

    /// The type of a record with this `imsma_id`: `hazard_poly_145` is a hazard.
    pub(super) fn of_imsma_id(id: &str) -> Option<Self> {
        let prefix = canonical(id.trim_end_matches(|letter: char| !letter.is_alphabetic()));
        table().iter().position(|item| item.prefixes.contains(&prefix)).map(Self)
    }

    /// The type that the name of a layer or table says: `Hazard polygons`, `sde.accident_point`, `Zones dangereuses`.
    pub(super) fn of_layer_name(name: &str) -> Option<Self> {
        // A geodatabase writes the names of database and owner before that of a table.
        let own = name.rsplit('.').next().unwrap_or(name);
        [name, own].into_iter().find_map(|name| {
            let whole = canonical(name.trim_end_matches(|letter: char| !letter.is_alphabetic()));
            let shapeless = SHAPES.iter().find_map(|shape| whole.strip_suffix(shape)).unwrap_or(&whole);
            let one = shapeless.strip_suffix('s').unwrap_or(shapeless);
            let is_long = |name: &str| name == whole || name.chars().count() >= SHORTEST_STEM;
            let names = [whole.as_str(), shapeless, one];
            let is_named = |item: &ItemType| names.iter().any(|name| is_long(name) && item.has_name(name));
            table().iter().position(is_named).map(Self)
        })
    }

    /// Whether only a table of this type has a column of this canonical name.
    pub(super) fn is_marker(self, name: &str) -> bool {
        self.get().markers.iter().any(|marker| marker == name)
    }

    /// Whether a name is a key of this type that a shapefile has cut.
    pub(super) fn is_cut_key(self, name: &str) -> bool {
        let name = name.trim();
        self.get().cut_keys.iter().any(|key| key.eq_ignore_ascii_case(name))
    }
}

impl ItemType {
    /// Whether it has this canonical name, in any language or notation.
    fn has_name(&self, name: &str) -> bool {
        let names = self.names.iter().chain([&self.code]).any(|own| canonical(own) == name);
        names || [&self.elements, &self.prefixes].iter().any(|notation| notation.iter().any(|own| own == name))
    }
}

/// What a shapefile leaves of a longer key, where that still tells it from a plain word: `victim_gui`, not `assistance`.
fn cut_key(marker: &str) -> Option<String> {
    let stem = marker.strip_suffix("_guid").or_else(|| marker.strip_suffix("_localid"))?;
    let cut = marker.get(..SHAPEFILE_NAME)?;
    (marker.len() > SHAPEFILE_NAME && cut.len() > stem.len()).then(|| cut.to_ascii_lowercase())
}

fn table() -> &'static [ItemType] {
    static TABLE: OnceLock<Vec<ItemType>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let text = include_str!("../../../../config/vocabularies/imsma_item_types.csv");
        let mut table = Vec::new();
        for row in bundled::rows(text) {
            if let [code, elements, markers, prefixes, persons, names @ ..] = row.as_slice() {
                table.push(ItemType {
                    code: code.clone(),
                    elements: bundled::several(elements).map(canonical).collect(),
                    markers: bundled::several(markers).map(canonical).collect(),
                    cut_keys: bundled::several(markers).filter_map(cut_key).collect(),
                    prefixes: bundled::several(prefixes).map(canonical).collect(),
                    persons: persons == "yes",
                    names: names.to_vec(),
                });
            }
        }
        table
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(item: Option<ItemTypeId>) -> Option<&'static str> {
        item.map(|item| item.get().code.as_str())
    }

    #[test]
    fn every_type_has_a_name_in_each_language_and_no_prefix_stands_for_two() {
        let mut prefixes = std::collections::BTreeSet::new();
        for item in ItemTypeId::all() {
            assert_eq!(item.get().names.len(), LANGUAGES.len(), "{}", item.get().code);
            for prefix in &item.get().prefixes {
                assert!(prefixes.insert(prefix.clone()), "{prefix} stands for two types");
            }
        }
    }

    #[test]
    fn elements_of_maxml_name_their_type() {
        assert_eq!(code(ItemTypeId::of_element("hazardreduction")), Some("land-release"));
        assert_eq!(code(ItemTypeId::of_element("mreactivity")), Some("risk-education"));
        assert_eq!(code(ItemTypeId::of_element("gazeteerartifact")), Some("gazetteer"));
        assert_eq!(code(ItemTypeId::of_element("fieldreport")), None);
    }

    #[test]
    fn the_name_of_a_layer_says_its_type_in_any_notation_and_language() {
        let table = [
            ("Hazard polygons", Some("hazards")),
            ("hazard_poly_2", Some("hazards")),
            ("imsma.gis.ACCIDENT_POINT", Some("accidents")),
            ("Victim", Some("victims")),
            ("Zones dangereuses", Some("hazards")),
            ("الضحايا", Some("victims")),
            ("Clearance", Some("land-release")),
            ("Land release activities", Some("land-release")),
            ("reline", None),
            ("Hazards of Ta'iz", None),
            ("Roads", None),
            ("", None),
        ];
        for (name, expected) in table {
            assert_eq!(code(ItemTypeId::of_layer_name(name)), expected, "{name}");
        }
    }

    #[test]
    fn an_imsma_id_names_its_type_by_its_prefix() {
        assert_eq!(code(ItemTypeId::of_imsma_id("hazard_poly_145")), Some("hazards"));
        assert_eq!(code(ItemTypeId::of_imsma_id("organization_2")), Some("organisations"));
        assert_eq!(code(ItemTypeId::of_imsma_id("accident_34")), Some("accidents"));
        assert_eq!(code(ItemTypeId::of_imsma_id("AF/0404/00012")), None);
        assert_eq!(code(ItemTypeId::of_imsma_id("")), None);
    }
}
