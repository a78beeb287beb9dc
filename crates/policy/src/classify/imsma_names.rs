//! Names of fields in the published dictionaries of IMSMA, each with its class.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::FieldClass;

/// The class of a field that a dictionary of IMSMA lists by this very name, in any case and with any separators. Where a name
/// has several meanings, the most sensitive one.
///
/// A single plain word (`status`, `other`) is no name of IMSMA: every table has such columns.
pub(super) fn class_of(name: &str) -> Option<FieldClass> {
    is_telling(name).then(|| table().get(&canonical(name)).copied()).flatten()
}

/// Whether a name is of several parts.
fn is_telling(name: &str) -> bool {
    let letters = name.trim();
    letters.contains('_') || letters.chars().skip(1).any(char::is_uppercase) && letters.chars().any(char::is_lowercase)
}

/// Letters and digits alone, in lower case.
fn canonical(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn table() -> &'static HashMap<String, FieldClass> {
    static TABLE: OnceLock<HashMap<String, FieldClass>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let text = include_str!("../../../../config/vocabularies/imsma_fields.csv");
        let mut names: HashMap<String, FieldClass> = HashMap::new();
        // A row that cannot be read is left out; a test sees to it that there is none.
        for row in csv::Reader::from_reader(text.as_bytes()).records().flatten() {
            let (Some(name), Some(class)) = (row.get(0), row.get(2).and_then(FieldClass::from_code)) else { continue };
            let known = names.entry(canonical(name)).or_insert(class);
            // Classes are declared with the most sensitive first.
            *known = class.min(*known);
        }
        names
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_dictionary_has_a_class_that_is_known() {
        let text = include_str!("../../../../config/vocabularies/imsma_fields.csv");
        for row in csv::Reader::from_reader(text.as_bytes()).records() {
            assert!(row.as_ref().is_ok_and(|row| FieldClass::from_code(&row[2]).is_some()), "{row:?}");
        }
    }

    #[test]
    fn classes_are_declared_with_the_most_sensitive_first() {
        assert!(FieldClass::ALL.windows(2).all(|pair| pair[0].sensitivity() >= pair[1].sensitivity()));
    }
}
