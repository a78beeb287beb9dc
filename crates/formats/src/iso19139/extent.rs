//! Where and when: boxes, polygons, named places, time covered.

use cairn_model::{Draft, Problem};

use super::Metadata;
use super::text::plain;
use crate::boxes::{Box4, add_boxes, decimal};
use crate::gml;
use crate::places::{add_country_code, add_known_places, add_stated_place};
use crate::xml::{ANY, Element, Vocabulary};

/// Fills in extents, places and the time covered.
pub(super) fn fill(metadata: &mut Metadata<'_, '_>, draft: &mut Draft) {
    let extents = metadata.identified(&["extent", ANY]);
    let mut boxes: Vec<Box4> = Vec::new();
    let mut geometries = Vec::new();
    for extent in &extents {
        // A description may be any words: it counts where it is the name of a place that is known.
        let descriptions: Vec<String> = extent.children("description").filter_map(plain).collect();
        add_known_places(&descriptions, draft);
        for element in extent.all(&["geographicElement", ANY]) {
            geographic(metadata, element, &mut boxes, &mut geometries, draft);
        }
        // An extent in space and time holds geographic elements of its own (`EX_SpatialTemporalExtent`).
        for element in extent.all(&["temporalElement", ANY, "spatialExtent", ANY]) {
            geographic(metadata, element, &mut boxes, &mut geometries, draft);
        }
    }
    add_boxes(&boxes, &mut draft.extents);
    draft.extents.extend(geometries);

    let mut times = gml::Times::default();
    for extent in &extents {
        for element in extent.all(&["temporalElement", ANY, "extent"]) {
            for time in element.elements().filter(|time| time.vocabulary() == Vocabulary::Gml) {
                times.add(time);
            }
        }
    }
    (draft.coverage_start, draft.coverage_end) = times.into_ends();
}

fn geographic(
    metadata: &mut Metadata<'_, '_>,
    element: &Element<'_>,
    boxes: &mut Vec<Box4>,
    geometries: &mut Vec<String>,
    draft: &mut Draft,
) {
    // `extentTypeCode` false: the data does not cover this area.
    let excluded = element.child("extentTypeCode").and_then(plain).is_some_and(|code| matches!(&*code, "false" | "0"));
    if excluded {
        let message = "an area that the data does not cover was passed over";
        metadata.notes.report(Problem::warning("excluded-extent", "extent", message));
        return;
    }
    match element.name() {
        "EX_GeographicBoundingBox" => {
            let edges = ["westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude"];
            let edges = edges.map(|edge| element.child(edge).and_then(plain).map(|text| decimal(&text)));
            match edges {
                [Some(west), Some(south), Some(east), Some(north)] => boxes.push([west, south, east, north]),
                [None, None, None, None] => {}
                _ => {
                    let message = "a bounding box lacks an edge";
                    metadata.notes.report(Problem::warning("incomplete-box", "EX_GeographicBoundingBox", message));
                }
            }
        }
        "EX_BoundingPolygon" => {
            for polygon in element.children("polygon") {
                for geometry in polygon.elements() {
                    match gml::well_known_text(geometry) {
                        Ok(text) => geometries.push(text),
                        Err(message) => {
                            metadata.notes.report(Problem::warning("unreadable-polygon", "polygon", message));
                        }
                    }
                }
            }
        }
        "EX_GeographicDescription" => {
            for identifier in element.all(&["geographicIdentifier", ANY]) {
                let is_iso = identifier.children("codeSpace").filter_map(plain).any(|space| space.contains("3166"));
                for name in identifier.children("code").filter_map(plain) {
                    let add = if is_iso { add_country_code } else { add_stated_place };
                    add(&name, draft);
                }
            }
        }
        _ => {}
    }
}
