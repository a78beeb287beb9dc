//! Where and when: extents, places, time covered, dates, update frequency.

use cairn_model::Draft;

use crate::extents::{add_each, add_extent, add_extent_or_place};
use crate::json_text::any_text;
use crate::json_value::{Fields, Value};
use crate::periods::Periods;

/// How deep lists of places may stand inside each other.
const DEEPEST: usize = 4;

/// Fills in places and times.
pub(super) fn fill(fields: &Fields<'_>, draft: &mut Draft) {
    if let Some(spatial) = fields.get("spatial") {
        add_spatial(spatial, DEEPEST, draft);
    }
    for key in ["coverageArea", "granularity"] {
        if let Some(place) = fields.get(key).and_then(any_text) {
            add_extent_or_place(&place, draft);
        }
    }
    times(fields, draft);
    draft.issued = fields.first_text(&["issued", "created"]).map(std::borrow::Cow::into_owned);
    draft.modified = fields.text("modified").map(std::borrow::Cow::into_owned);
    draft.update_frequency = fields.get("accrualPeriodicity").and_then(super::text::words_of);
}

/// `spatial` is a name, numbers, WKT or `GeoJSON`, as text or as an object, or a list of any of these.
fn add_spatial(value: &Value<'_>, depth: usize, draft: &mut Draft) {
    match value {
        Value::List(values) if values.len() == 4 && values.iter().all(is_number) => {
            let edges: Vec<String> = values.iter().filter_map(|edge| Some(edge.text()?.into_owned())).collect();
            add_extent(&edges.join(","), draft);
        }
        Value::List(values) if depth > 0 => {
            add_each(values, draft, |value, draft| add_spatial(value, depth - 1, draft));
        }
        Value::List(_) => {}
        Value::Object(parts) if parts.get("coordinates").is_some() || is_feature(parts) => {
            if let Some(text) = value.to_json() {
                add_extent(&text, draft);
            }
        }
        Value::Object(parts) => add_location(parts, depth, draft),
        value => {
            if let Some(text) = value.text() {
                add_extent_or_place(&text, draft);
            }
        }
    }
}

fn is_number(value: &Value<'_>) -> bool {
    matches!(value, Value::Number(_)) || value.text().is_some_and(|text| text.parse::<f64>().is_ok())
}

fn is_feature(parts: &Fields<'_>) -> bool {
    ["geometries", "features"].iter().any(|key| parts.get(key).is_some())
        || parts.text("type").as_deref() == Some("Feature")
}

/// A Location of DCAT-US 3.0: a box, geometry or centre, a name, and where the names are from.
fn add_location(parts: &Fields<'_>, depth: usize, draft: &mut Draft) {
    for key in ["bbox", "geometry", "centroid", "dcat:bbox", "locn:geometry"] {
        if depth > 0
            && let Some(shape) = parts.get(key)
        {
            add_spatial(shape, depth - 1, draft);
        }
    }
    for key in ["prefLabel", "name", "geographicIdentifier", "geographicName", "altLabel", "title"] {
        if let Some(name) = parts.get(key).and_then(any_text) {
            return add_extent_or_place(&name, draft);
        }
    }
    if let Some(address) = parts.text("@id") {
        add_extent_or_place(&address, draft);
    }
}

/// `start/end` as text, or periods with their ends apart.
fn times(fields: &Fields<'_>, draft: &mut Draft) {
    let mut periods = Periods::default();
    for period in fields.list("temporal") {
        if let Value::Object(parts) = period {
            let edge = |keys: [&str; 3]| keys.iter().find_map(|key| any_text(parts.get(key)?));
            periods.add(edge(["startDate", "start", "hasBeginning"]), edge(["endDate", "end", "hasEnd"]));
        } else {
            periods.add_texts(period.text().map(std::borrow::Cow::into_owned));
        }
    }
    periods.fill(draft);
    if draft.coverage_start.is_none() && draft.coverage_end.is_none() {
        draft.coverage_start = fields.text("temporalCoverageStart").map(std::borrow::Cow::into_owned);
        draft.coverage_end = fields.text("temporalCoverageEnd").map(std::borrow::Cow::into_owned);
    }
}
