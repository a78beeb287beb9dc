//! Where and when: places, shapes, time covered, dates.

use cairn_model::Draft;

use super::text::words_of;
use crate::extents::{add_each, add_extent, add_extent_or_place};
use crate::json_text::any_text;
use crate::json_value::{Fields, Value};
use crate::periods::Periods;
use crate::places::add_country_code;

/// How deep places may stand inside each other.
const DEEPEST: usize = 4;

/// Fills in places and times.
pub(super) fn fill(fields: &Fields<'_>, draft: &mut Draft) {
    for key in ["spatialCoverage", "spatial"] {
        add_each(fields.list(key), draft, |value, draft| add_place(value, DEEPEST, draft));
    }
    times(fields, draft);
    draft.issued = date(fields, &["datePublished", "dateCreated"]);
    draft.modified = date(fields, &["dateModified"]);
}

fn date(fields: &Fields<'_>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| words_of(fields.list(key).first()?))
}

/// A place: a text, or an object with shapes, a name, an address.
fn add_place(value: &Value<'_>, depth: usize, draft: &mut Draft) {
    let Value::Object(parts) = value else {
        if let Some(text) = value.text() {
            add_extent_or_place(&text, draft);
        }
        return;
    };
    add_shape(parts, draft);
    if depth > 0 {
        for value in ["geo", "containedInPlace"].iter().flat_map(|key| parts.list(key)) {
            add_place(value, depth - 1, draft);
        }
    }
    // `addressCountry` is a code by its definition; an address in words is not.
    let (country, add_country): (_, fn(&str, &mut Draft)) = match parts.get("address") {
        Some(Value::Object(parts)) => (parts.get("addressCountry").and_then(words_of), add_country_code),
        Some(text) => (any_text(text), add_extent_or_place),
        None => (None, add_extent_or_place),
    };
    if let Some(text) = parts.get("name").and_then(any_text) {
        add_extent_or_place(&text, draft);
    }
    if let Some(country) = country {
        add_country(&country, draft);
    }
}

/// `GeoCoordinates` and `GeoShape`: positions are latitude and longitude, and a box is its south-west and north-east corner.
fn add_shape(parts: &Fields<'_>, draft: &mut Draft) {
    if let (Some(latitude), Some(longitude)) = (parts.text("latitude"), parts.text("longitude")) {
        add_extent(&format!("POINT({longitude} {latitude})"), draft);
    }
    for key in ["box", "polygon", "line", "circle"] {
        for text in parts.list(key).iter().filter_map(Value::text) {
            let positions = if key == "circle" { 1 } else { usize::MAX };
            match extent_of_positions(&text, positions) {
                Some(extent) => add_extent(&extent, draft),
                // What is no list of numbers is reported by whoever reads extents.
                None => add_extent(&text, draft),
            }
        }
    }
}

/// The box around positions, as `west,south,east,north`. A box whose west lies east of its east crosses the antimeridian and
/// stays as it is.
fn extent_of_positions(text: &str, most: usize) -> Option<String> {
    let separators = |sign: char| sign.is_whitespace() || sign == ',' || sign == ';';
    let numbers: Option<Vec<f64>> =
        text.split(separators).filter(|part| !part.is_empty()).map(|part| part.parse::<f64>().ok()).collect();
    let numbers = numbers?;
    if most > 1 && numbers.len() % 2 == 1 {
        return None;
    }
    let pairs = numbers.as_chunks::<2>().0;
    let pairs = &pairs[..pairs.len().min(most)];
    if let [[south, west], [north, east]] = pairs {
        return Some(format!("{west},{south},{east},{north}"));
    }
    let edge = |place: usize, pick: fn(f64, f64) -> f64| pairs.iter().map(|pair| pair[place]).reduce(pick);
    Some(format!("{},{},{},{}", edge(1, f64::min)?, edge(0, f64::min)?, edge(1, f64::max)?, edge(0, f64::max)?))
}

/// Intervals as text, or periods with their ends apart.
fn times(fields: &Fields<'_>, draft: &mut Draft) {
    let mut periods = Periods::default();
    for period in ["temporalCoverage", "temporal", "datasetTimeInterval"].iter().flat_map(|key| fields.list(key)) {
        if let Value::Object(parts) = period
            && parts.get("@value").is_none()
        {
            periods.add(date(parts, &["startDate", "startTime"]), date(parts, &["endDate", "endTime"]));
        } else {
            periods.add_texts(words_of(period));
        }
    }
    periods.fill(draft);
}
