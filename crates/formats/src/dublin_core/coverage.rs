//! Where and when: `coverage`, `spatial`, `temporal`, and the boxes of OGC Web Services Common.

use cairn_model::text::UNDETERMINED;
use cairn_model::{Draft, Problem};

use super::Record;
use crate::boxes::{Box4, add_boxes};
use crate::gml::latitude_first;
use crate::once::push_new;
use crate::periods::Periods;
use crate::places::{add_country_code, add_known_places, add_stated_place, is_known, listed_between_commas};
use crate::xml::{Element, Vocabulary};

/// Fills in extents, places and the time covered.
pub(super) fn fill(record: &mut Record<'_, '_>, draft: &mut Draft) {
    let mut boxes: Vec<Box4> = Vec::new();
    for name in ["BoundingBox", "WGS84BoundingBox"] {
        for element in record.root.children_of(Vocabulary::Ows, name) {
            match corners(element) {
                Ok(edges) => boxes.push(edges),
                Err(message) => record.notes.report(Problem::warning("unreadable-box", name, message)),
            }
        }
    }
    add_boxes(&boxes, &mut draft.extents);
    for element in record.all("spatial") {
        let Some(text) = element.text() else { continue };
        if is_country_code(element) { add_country_code(&text, draft) } else { spatial(&text, true, draft) }
    }
    let mut periods = Periods::default();
    for text in record.values("temporal") {
        temporal(text, &mut periods);
    }
    for element in record.all("coverage") {
        let Some(text) = element.text() else { continue };
        if is_country_code(element) {
            add_country_code(&text, draft);
            continue;
        }
        let is_period = text.to_lowercase().contains("start=") || text.to_lowercase().contains("end=");
        let is_year = text.len() >= 4 && text.bytes().take(4).all(|byte| byte.is_ascii_digit());
        if is_period || is_year && !text.contains(',') {
            temporal(text, &mut periods);
        } else {
            spatial(&text, false, draft);
        }
    }
    periods.fill(draft);
}

/// Whether an element says that it holds a code of ISO 3166 (`xsi:type="dcterms:ISO3166"`).
fn is_country_code(element: &Element<'_>) -> bool {
    let scheme = element.attribute_of(Vocabulary::SchemaInstance, "type");
    scheme.is_some_and(|scheme| scheme.rsplit(':').next() == Some("ISO3166"))
}

/// West, south, east, north of an `ows:BoundingBox` (OGC 06-121r9 §10.2).
fn corners(element: &Element<'_>) -> Result<Box4, &'static str> {
    let corner = |name: &str| -> Option<[f64; 2]> {
        let text = element.child(name)?.text()?;
        let mut numbers = text.split([' ', ',', '\n', '\t']).filter(|part| !part.is_empty());
        Some([numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?])
    };
    let (Some(lower), Some(upper)) = (corner("LowerCorner"), corner("UpperCorner")) else {
        return Err("a corner is missing or holds no two numbers");
    };
    let by_system = match element.name() {
        "WGS84BoundingBox" => false,
        _ => latitude_first(element.attribute("crs"))?,
    };
    // Some servers name the one order and write the other: no latitude lies beyond 90 degrees.
    let fits = |first: bool| [lower, upper].iter().all(|pair| pair[usize::from(!first)].abs() <= 90.0);
    let first = if fits(by_system) { by_system } else { !by_system };
    let (x, y) = if first { (1, 0) } else { (0, 1) };
    Ok([lower[x], lower[y], upper[x], upper[y]].map(|edge| edge.to_string()))
}

/// A country, a place, or an extent in any of the forms that a draft takes.
fn spatial(text: &str, stated: bool, draft: &mut Draft) {
    let lower = text.to_lowercase();
    let is_extent = lower.contains("northlimit") || lower.contains("north=") && lower.contains("west=");
    let shapes = ["polygon", "multipolygon", "point", "envelope", "box", "{"];
    let is_shape = shapes.iter().any(|shape| lower.starts_with(shape)) && lower.contains(['(', '{']);
    let is_numbers =
        !text.contains(|letter: char| letter.is_alphabetic()) && text.contains(|letter: char| letter.is_ascii_digit());
    if is_extent || is_shape || is_numbers {
        draft.extents.push(text.to_owned());
    } else if text.contains(';') && !text.contains('=') {
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            spatial(part, stated, draft);
        }
    } else if !is_known(text, draft)
        && let Some(names) = listed_between_commas(text)
    {
        add_known_places(&names, draft);
    } else if stated {
        add_stated_place(text, draft);
    } else if is_known(text, draft) {
        add_known_places(&[text.to_owned()], draft);
    } else {
        // A coverage that is neither time nor place may be anything: it is worth finding, and no more.
        push_new(draft.keywords.entry(UNDETERMINED.to_owned()).or_default(), text.to_owned());
    }
}

/// A period (DCMI Period: `start=…; end=…`), or a date or interval as it is written.
fn temporal(text: String, periods: &mut Periods) {
    let part = |name: &str| {
        text.split(';').find_map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned()).filter(|value| !value.is_empty())
        })
    };
    let (start, end) = (part("start"), part("end"));
    if start.is_some() || end.is_some() {
        periods.add(start, end);
    } else {
        periods.add_texts([text]);
    }
}
