//! Extents that may stand as text, geometry, list of numbers or the name of a place.

use cairn_model::Draft;

use crate::json_value::{Value, texts_of};
use crate::once::push_new;
use crate::places::add_place;

/// Adds a value that is an extent in whatever type it is written.
pub(crate) fn add_value(value: &Value<'_>, draft: &mut Draft) {
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
    if let Some(text) = text {
        add_extent(&text, draft);
    }
}

/// Adds a text that may be `GeoJSON`, WKT or numbers, the name of a country, or that of a place: only its form says which.
pub(crate) fn add_extent_or_place(text: &str, draft: &mut Draft) {
    let text = text.trim().trim_matches('"').trim();
    if text.is_empty() {
    } else if is_extent(text) {
        add_extent(text, draft);
    } else {
        add_place(text, draft);
    }
}

/// Adds an extent that is not there yet.
pub(crate) fn add_extent(text: &str, draft: &mut Draft) {
    push_new(&mut draft.extents, text.to_owned());
}

/// Whether a text is `GeoJSON`, WKT (also that of `GeoSPARQL`) or numbers.
fn is_extent(text: &str) -> bool {
    let shapes = ["POINT", "POLYGON", "MULTI", "ENVELOPE", "BBOX", "BOX", "LINESTRING", "GEOMETRYCOLLECTION", "SRID"];
    let upper: String = text.chars().take(18).collect::<String>().to_ascii_uppercase();
    let is_shape = shapes.iter().any(|shape| upper.starts_with(shape)) && text.contains('(');
    let is_numbers = text.contains(|letter: char| letter.is_ascii_digit())
        && text.chars().all(|letter| {
            letter.is_ascii_digit()
                || matches!(letter, '-' | '+' | '.' | ',' | ';' | 'e' | 'E')
                || letter.is_whitespace()
        });
    text.starts_with('{') || is_shape || is_numbers || upper.starts_with("<HTTP") && text.contains('(')
}
