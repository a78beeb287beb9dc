//! Minimum data requirements (IMAS 05.10; the draft of 2018): which elements the fields of an export cover.

use std::sync::OnceLock;

use super::bundled;
use super::dictionary::canonical;
use super::item_type::{ItemTypeId, LANGUAGES};
use super::summary::Summary;

/// An element that records of an item type should have: a row of `imsma_minimum_data.csv`.
struct Element {
    item: ItemTypeId,
    /// Canonical names of fields, each of which covers it.
    fields: Vec<String>,
    /// Names in the order of [`LANGUAGES`].
    names: Vec<String>,
}

/// How far an export covers the minimum data of an item type.
pub(super) struct Coverage {
    /// Elements required.
    pub(super) required: usize,
    /// Names of those that no field covers, each in the order of [`LANGUAGES`].
    pub(super) lacking: Vec<&'static [String]>,
}

impl Coverage {
    /// Elements covered.
    pub(super) fn present(&self) -> usize {
        self.required - self.lacking.len()
    }
}

/// The coverage of an item type; `None` for a type without requirements.
pub(super) fn coverage(summary: &Summary<'_>) -> Option<Coverage> {
    let mut coverage = Coverage { required: 0, lacking: Vec::new() };
    for element in elements().iter().filter(|element| element.item == summary.item) {
        coverage.required += 1;
        let covers = |name: &String| summary.fields.values().any(|field| field.canonical == *name);
        if !element.fields.iter().any(covers) {
            coverage.lacking.push(&element.names);
        }
    }
    (coverage.required > 0).then_some(coverage)
}

fn elements() -> &'static [Element] {
    static ELEMENTS: OnceLock<Vec<Element>> = OnceLock::new();
    ELEMENTS.get_or_init(|| {
        let mut elements = Vec::new();
        for row in bundled::rows(include_str!("../../../../config/vocabularies/imsma_minimum_data.csv")) {
            let [item, _code, fields, names @ ..] = row.as_slice() else {
                continue;
            };
            let (Some(item), true) = (ItemTypeId::of_code(item), names.len() == LANGUAGES.len()) else {
                continue;
            };
            let fields = fields.split_whitespace().map(canonical).collect();
            elements.push(Element { item, fields, names: names.to_vec() });
        }
        elements
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imsma::dictionary::known_field;

    #[test]
    fn every_row_is_read_and_names_fields_of_the_dictionary() {
        let text = include_str!("../../../../config/vocabularies/imsma_minimum_data.csv");
        assert_eq!(elements().len() + 1, text.lines().count());
        for element in elements() {
            for field in &element.fields {
                let known = known_field(field, Some(element.item));
                assert!(known.is_some_and(|known| known.canonical == *field), "{field} is in no dictionary");
            }
        }
    }
}
