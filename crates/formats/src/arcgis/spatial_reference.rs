//! Extents in the spatial reference of a service, as degrees.

use cairn_model::{Draft, Problem};

use crate::json_object::Object;

/// Half the circumference of the sphere of Web Mercator, in metres.
const HALF_EQUATOR: f64 = 20_037_508.342_789_244;

/// Adds the extent under a key, if it is in degrees or in Web Mercator; another reference is a problem.
pub(super) fn extent_in_degrees(object: &Object<'_, '_>, key: &str, draft: &mut Draft) {
    let Some(extent) = object.object(key) else { return };
    let edge = |key: &str| extent.text(key)?.parse::<f64>().ok().filter(|edge| edge.is_finite());
    // An empty layer has edges that are no numbers.
    let (Some(west), Some(south), Some(east), Some(north)) = (edge("xmin"), edge("ymin"), edge("xmax"), edge("ymax"))
    else {
        return;
    };
    let reference = extent.object("spatialReference").or_else(|| object.object("spatialReference"));
    let code = reference.as_ref().and_then(|reference| reference.first_text(&["latestWkid", "wkid"]));
    let degrees = match code.as_deref() {
        // WGS 84, ETRS89 and NAD83: the same to a metre or two.
        Some("4326" | "4258" | "4269" | "4979" | "84") => [west, south, east, north],
        Some("3857" | "102100" | "102113" | "900913" | "3785") => {
            [longitude(west), latitude(south), longitude(east), latitude(north)]
        }
        _ => {
            let named = reference.as_ref().and_then(|reference| reference.text("wkt"));
            let message = "the extent is neither in degrees nor in Web Mercator; it was left out";
            let problem = Problem::warning("unknown-spatial-reference", object.path_of(key), message);
            object.report(match code.or(named) {
                Some(reference) => problem.with_value(&reference),
                None => problem,
            });
            return;
        }
    };
    draft.extents.push(degrees.map(|edge| edge.to_string()).join(","));
}

/// Layers that cross the antimeridian reach beyond half the equator; a box is wrapped when it is read.
fn longitude(x: f64) -> f64 {
    x / HALF_EQUATOR * 180.0
}

fn latitude(y: f64) -> f64 {
    (y / HALF_EQUATOR * std::f64::consts::PI).sinh().atan().to_degrees()
}
