//! Extents that may stand as text, geometry, list of numbers or the name of a place.

use cairn_model::{Draft, DraftPlace, Vocabularies};

use crate::json_text::texts_of;
use crate::json_value::Value;

/// Adds an extent in whatever type it is written.
pub(crate) fn add_extent(value: &Value<'_>, draft: &mut Draft) {
    match value {
        Value::Text(text) => add_extent_or_place(text, draft),
        // A geometry that stands as an object, or `[west, south, east, north]`.
        value => add_geometry(value, draft),
    }
}

/// Adds a `GeoJSON` geometry or a list of numbers.
pub(crate) fn add_geometry(value: &Value<'_>, draft: &mut Draft) {
    let numbers = texts_of(value, &[]);
    let text = if numbers.len() == 4 { Some(numbers.join(",")) } else { value.to_json() };
    draft.extents.extend(text.filter(|text| !draft.extents.contains(text)));
}

/// `spatial` holds `GeoJSON`, WKT or numbers in most records, and the name of a place in many others.
pub(crate) fn add_extent_or_place(text: &str, draft: &mut Draft) {
    let text = text.trim().trim_matches('"').trim();
    let shapes = ["POINT", "POLYGON", "MULTI", "ENVELOPE", "BBOX", "BOX", "LINESTRING", "GEOMETRYCOLLECTION", "SRID"];
    let upper: String = text.chars().take(18).collect::<String>().to_ascii_uppercase();
    let is_shape = shapes.iter().any(|shape| upper.starts_with(shape)) && text.contains('(');
    let is_numbers = text.contains(|letter: char| letter.is_ascii_digit())
        && text.chars().all(|letter| {
            letter.is_ascii_digit()
                || matches!(letter, '-' | '+' | '.' | ',' | ';' | 'e' | 'E')
                || letter.is_whitespace()
        });
    if text.is_empty() {
    } else if text.starts_with('{') || is_shape || is_numbers {
        if !draft.extents.iter().any(|known| known == text) {
            draft.extents.push(text.to_owned());
        }
    } else {
        add_place(text, draft);
    }
}

/// Adds the name of a country or of another place.
pub(crate) fn add_place(text: &str, draft: &mut Draft) {
    if Vocabularies::bundled().country(text).is_some() {
        if !draft.countries.iter().any(|known| known == text) {
            draft.countries.push(text.to_owned());
        }
    } else if !draft.places.iter().any(|place| place.text == text) {
        draft.places.push(DraftPlace { text: text.to_owned(), ..DraftPlace::default() });
    }
}
