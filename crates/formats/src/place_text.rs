//! Texts about where: each is an extent, a country or a place, and only its form says which.

use cairn_model::{Draft, DraftPlace, Vocabularies};

/// Adds a text that may be `GeoJSON`, WKT or numbers, the name of a country, or that of a place.
pub(crate) fn add_extent_or_place(text: &str, draft: &mut Draft) {
    let text = text.trim().trim_matches('"').trim();
    if text.is_empty() {
    } else if is_extent(text) {
        add_extent(text, draft);
    } else if Vocabularies::bundled().country(text).is_some() {
        if !draft.countries.iter().any(|known| known == text) {
            draft.countries.push(text.to_owned());
        }
    } else if !draft.places.iter().any(|place| place.text == text) {
        draft.places.push(DraftPlace { text: text.to_owned(), ..DraftPlace::default() });
    }
}

/// Adds an extent that is not there yet.
pub(crate) fn add_extent(text: &str, draft: &mut Draft) {
    if !draft.extents.iter().any(|known| known == text) {
        draft.extents.push(text.to_owned());
    }
}

/// Whether a text is `GeoJSON`, WKT (also that of `GeoSPARQL`) or numbers.
pub(crate) fn is_extent(text: &str) -> bool {
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
