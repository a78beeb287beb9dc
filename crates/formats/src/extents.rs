//! Extents that may stand as text, geometry, list of numbers or the name of a place.

use cairn_model::bbox::parse_extent;
use cairn_model::{BoundingBox, Draft};

use crate::json_value::{Value, texts_of};
use crate::once::push_new;
use crate::places::add_place;

/// Places of a record that are united into one extent.
const MOST_PLACES: usize = 1_000;

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

/// Adds several places, each of which may have its extent in several forms. Of each the first that can be read counts, and where
/// more than one place has one, the record's is the one around them all.
pub(crate) fn add_each<T>(places: impl IntoIterator<Item = T>, draft: &mut Draft, mut add: impl FnMut(T, &mut Draft)) {
    let before = std::mem::take(&mut draft.extents);
    let mut of_places: Vec<Vec<String>> = Vec::new();
    for place in places {
        add(place, draft);
        let forms = std::mem::take(&mut draft.extents);
        if !forms.is_empty() && of_places.len() < MOST_PLACES {
            of_places.push(forms);
        }
    }
    draft.extents = before;
    let mut boxes = Vec::new();
    if of_places.len() > 1 {
        boxes.extend(of_places.iter().filter_map(|forms| forms.iter().find_map(|form| parse_extent(form).ok())));
    }
    let around = if boxes.len() > 1 { BoundingBox::union(boxes) } else { None };
    for form in of_places.into_iter().flatten() {
        // What cannot be read stays to be reported.
        if around.is_none() || parse_extent(&form).is_err() {
            add_extent(&form, draft);
        }
    }
    if let Some(around) = around {
        add_extent(&format!("{},{},{},{}", around.west, around.south, around.east, around.north), draft);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_places_are_one_extent_around_them_all_and_forms_of_one_are_one() {
        let united = |before: &[&str], places: &[&[&str]]| {
            let mut draft = Draft { extents: before.iter().map(|&text| text.to_owned()).collect(), ..Draft::default() };
            add_each(places, &mut draft, |forms, draft| forms.iter().for_each(|form| add_extent(form, draft)));
            draft.extents
        };
        assert_eq!(united(&[], &[&["1,2,3,4"], &["5,6,7,8"]]), ["1,2,7,8"]);
        assert_eq!(united(&[], &[&["1,2,3,4", "POINT(2 3)"]]), ["1,2,3,4", "POINT(2 3)"]);
        assert_eq!(united(&[], &[&["no shape", "POINT(1 2)"], &["3,4,5,6"]]), ["no shape", "1,2,5,6"]);
        assert_eq!(united(&["0,0,9,9"], &[&["1,2,3,4"], &["5,6,7,8"]]), ["0,0,9,9", "1,2,7,8"]);
        assert_eq!(united(&[], &[&["no shape"], &["3,4,5,6"], &[]]), ["no shape", "3,4,5,6"]);
    }
}
