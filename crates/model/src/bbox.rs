//! Extents: boxes in WGS 84 degrees that may cross the antimeridian.

use geojson::{GeoJson, Geometry, GeometryValue, Position};
use serde::{Deserialize, Serialize};
use wkt::Wkt;
use wkt::types::{Coord, LineString, Polygon};

/// Longer texts are geometries, not extents, and are refused unread.
const LONGEST: usize = 8 << 20;
/// Deeper nesting than any geometry has; the WKT reader recurses once a level.
const DEEPEST: usize = 16;

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

impl BoundingBox {
    /// A box from its edges in degrees. Longitudes up to one turn beyond ±180 are wrapped.
    ///
    /// ```
    /// use cairn_model::BoundingBox;
    /// let fiji = BoundingBox::new(177.0, -19.0, 182.0, -16.0).unwrap();
    /// assert_eq!((fiji.west, fiji.east), (177.0, -178.0));
    /// ```
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Self, &'static str> {
        if ![west, south, east, north].iter().all(|edge| edge.is_finite()) {
            return Err("an edge is not a number");
        }
        let latitudes = -90.0..=90.0;
        if !latitudes.contains(&south) || !latitudes.contains(&north) {
            return Err("a latitude lies outside of -90 to 90");
        }
        if south > north {
            return Err("the south edge lies north of the north edge");
        }
        let longitudes = -360.0..=360.0;
        if !longitudes.contains(&west) || !longitudes.contains(&east) {
            return Err("a longitude lies outside of -360 to 360");
        }
        if east - west >= 360.0 {
            return Ok(Self { west: -180.0, south, east: 180.0, north });
        }
        let (mut west, mut east) = (wrapped(west), wrapped(east));
        if west > east {
            // 180 and -180 are one meridian: a box that only reaches it does not cross it.
            if west >= 180.0 {
                west = -180.0;
            } else if east <= -180.0 {
                east = 180.0;
            }
        }
        Ok(Self { west, south, east, north })
    }

    /// Whether it crosses the antimeridian.
    pub fn crosses_antimeridian(&self) -> bool {
        self.west > self.east
    }

    /// The one or two boxes that cover the same and do not cross the antimeridian.
    pub fn split(&self) -> impl Iterator<Item = Self> + use<> {
        let (first, second) = if self.crosses_antimeridian() {
            (Self { east: 180.0, ..*self }, Some(Self { west: -180.0, ..*self }))
        } else {
            (*self, None)
        };
        std::iter::once(first).chain(second)
    }

    /// Whether the two share a point; edges count.
    pub fn overlaps(&self, other: &Self) -> bool {
        let latitudes_meet = self.south <= other.north && other.south <= self.north;
        let longitudes_meet =
            || self.split().any(|one| other.split().any(|two| one.west <= two.east && two.west <= one.east));
        // 180 and -180 are one meridian.
        let meet_at_antimeridian =
            || (self.reaches(180.0) && other.reaches(-180.0)) || (self.reaches(-180.0) && other.reaches(180.0));
        latitudes_meet && (longitudes_meet() || meet_at_antimeridian())
    }

    /// Whether `other` lies in this box as a whole; edges count.
    pub fn contains(&self, other: &Self) -> bool {
        let latitudes = self.south <= other.south && other.north <= self.north;
        latitudes
            && other.split().all(|part| {
                let holds = |part: &Self| self.split().any(|whole| whole.west <= part.west && part.east <= whole.east);
                // A part that is no wider than the antimeridian itself may be held from either side.
                let is_antimeridian =
                    part.west.abs() >= 180.0 && part.east.abs() >= 180.0 && part.west.to_bits() == part.east.to_bits();
                holds(&part) || is_antimeridian && (self.reaches(180.0) || self.reaches(-180.0))
            })
    }

    /// Whether the meridian is in the box.
    fn reaches(&self, longitude: f64) -> bool {
        self.split().any(|part| part.west <= longitude && longitude <= part.east)
    }

    /// The smallest box that covers them all; it crosses the antimeridian where that makes it smaller.
    ///
    /// ```
    /// use cairn_model::BoundingBox;
    /// let west = BoundingBox::new(177.0, -19.0, 180.0, -16.0).unwrap();
    /// let east = BoundingBox::new(-180.0, -19.0, -178.0, -16.0).unwrap();
    /// assert_eq!(BoundingBox::union([west, east]), BoundingBox::new(177.0, -19.0, -178.0, -16.0).ok());
    /// ```
    pub fn union(boxes: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut parts: Vec<Self> = boxes.into_iter().flat_map(|one| one.split()).collect();
        let first = *parts.first()?;
        let (south, north) = parts
            .iter()
            .fold((first.south, first.north), |(south, north), part| (south.min(part.south), north.max(part.north)));
        parts.sort_by(|one, two| one.west.total_cmp(&two.west));

        let mut west = parts[0].west;
        let mut reach = parts[0].east;
        let mut widest_gap = 0.0;
        let mut after_gap = west;
        let mut before_gap = reach;
        for part in &parts[1..] {
            if part.west - reach > widest_gap {
                widest_gap = part.west - reach;
                (before_gap, after_gap) = (reach, part.west);
            }
            reach = reach.max(part.east);
        }
        let mut east = reach;
        let gap_over_antimeridian = 360.0 - (reach - west);
        if widest_gap > gap_over_antimeridian {
            (west, east) = (after_gap, before_gap);
        }
        Self::new(west, south, east, north).ok()
    }
}

/// A longitude of -360 to 360 brought to -180 to 180.
fn wrapped(longitude: f64) -> f64 {
    if longitude > 180.0 {
        longitude - 360.0
    } else if longitude < -180.0 {
        longitude + 360.0
    } else {
        longitude
    }
}

/// Reads an extent in any form that sources write: `GeoJSON`, WKT (also of `GeoSPARQL` and EWKT), Solr's `ENVELOPE(w,e,n,s)`,
/// DCMI boxes and points, and `west,south,east,north` with or without brackets. The error says what is wrong with it.
///
/// Two bare numbers are refused: nothing says which of them is the latitude.
pub fn parse_extent(text: &str) -> Result<BoundingBox, &'static str> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err("it is longer than any extent");
    }
    match text.as_bytes().first() {
        None => Err("it is empty"),
        Some(b'{') => from_geojson(text),
        Some(b'<') => from_geosparql(text),
        Some(letter) if letter.is_ascii_alphabetic() => from_words(text),
        Some(_) => from_numbers(text),
    }
}

/// `w,s,e,n`, or with heights `w,s,low,e,n,high`, separated by commas, semicolons or spaces, in brackets of any sort.
fn from_numbers(text: &str) -> Result<BoundingBox, &'static str> {
    let mut numbers = [0.0; 6];
    let mut count = 0;
    let is_separator = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '[' | ']' | '(' | ')');
    for part in text.split(is_separator).filter(|part| !part.is_empty()) {
        let slot = numbers.get_mut(count).ok_or("it has more than six numbers")?;
        *slot = part.parse().map_err(|_| "it is in no form that can be read")?;
        count += 1;
    }
    match (count, numbers) {
        (2, _) => Err("two numbers alone do not say which is the latitude"),
        (4, [west, south, east, north, ..]) | (6, [west, south, _, east, north, _]) => {
            BoundingBox::new(west, south, east, north)
        }
        _ => Err("it has neither four nor six numbers"),
    }
}

/// Forms that begin with a word.
fn from_words(text: &str) -> Result<BoundingBox, &'static str> {
    if text.contains('=') {
        return if text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("SRID=")) {
            from_ewkt(text)
        } else {
            from_dcmi(text)
        };
    }
    let (word, rest) = text.split_at(text.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(text.len()));
    if word.eq_ignore_ascii_case("ENVELOPE") {
        return from_envelope(rest);
    }
    from_wkt(text, AxisOrder::LongitudeFirst)
}

/// Solr and CQL: `ENVELOPE(west, east, north, south)`.
fn from_envelope(rest: &str) -> Result<BoundingBox, &'static str> {
    let inside =
        rest.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or("the envelope has no brackets")?;
    let mut edges = inside.split(',').map(|edge| edge.trim().parse::<f64>());
    match (edges.next(), edges.next(), edges.next(), edges.next(), edges.next()) {
        (Some(Ok(west)), Some(Ok(east)), Some(Ok(north)), Some(Ok(south)), None) => {
            BoundingBox::new(west, south, east, north)
        }
        _ => Err("the envelope has not four numbers"),
    }
}

/// DCMI Box (`northlimit=..; southlimit=..; ..`) and DCMI Point (`east=..; north=..`), in degrees.
fn from_dcmi(text: &str) -> Result<BoundingBox, &'static str> {
    let component = |name: &str| {
        text.split(';').filter_map(|part| part.split_once('=')).find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
    };
    let number = |name: &str| match component(name) {
        None => Ok(None),
        Some((_, value)) => value.trim().parse::<f64>().map(Some).map_err(|_| "an edge is not a number"),
    };
    if let (Some(east), Some(north)) = (number("east")?, number("north")?) {
        return BoundingBox::new(east, north, east, north);
    }
    match (number("westlimit")?, number("southlimit")?, number("eastlimit")?, number("northlimit")?) {
        (Some(west), Some(south), Some(east), Some(north)) => BoundingBox::new(west, south, east, north),
        _ => Err("the DCMI box has not four limits"),
    }
}

/// Which number of a pair is the longitude.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AxisOrder {
    LongitudeFirst,
    LatitudeFirst,
}

/// A `GeoSPARQL` literal: the address of a reference system, then WKT with the axes in the order of that system.
fn from_geosparql(text: &str) -> Result<BoundingBox, &'static str> {
    let Some((system, rest)) = text.strip_prefix("<http").and_then(|text| text.split_once('>')) else {
        return Err("it is in no form that can be read");
    };
    match system.rsplit('/').next() {
        Some("CRS84" | "CRS84h") => from_wkt(rest, AxisOrder::LongitudeFirst),
        // Systems of degrees that differ from WGS 84 by less than a box tells.
        Some("4326" | "4258" | "4269" | "4283" | "4979") => from_wkt(rest, AxisOrder::LatitudeFirst),
        _ => Err("its reference system is not WGS 84"),
    }
}

/// `PostGIS`: `SRID=4326;POLYGON(..)`, longitude first.
fn from_ewkt(text: &str) -> Result<BoundingBox, &'static str> {
    match text.split_once(';') {
        Some((system, rest)) if system.ends_with("=4326") => from_wkt(rest, AxisOrder::LongitudeFirst),
        _ => Err("its reference system is not WGS 84"),
    }
}

fn from_wkt(text: &str, order: AxisOrder) -> Result<BoundingBox, &'static str> {
    let mut depth = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err("it is nested deeper than any geometry");
        }
    }
    let geometry: Wkt<f64> = text.parse().map_err(|_| "it is in no form that can be read")?;
    let mut hull = Hull::default();
    hull.add_wkt(&geometry, order);
    hull.covering()
}

fn from_geojson(text: &str) -> Result<BoundingBox, &'static str> {
    let value: GeoJson = text.parse().map_err(|_| "it is not GeoJSON")?;
    let mut hull = Hull::default();
    match &value {
        GeoJson::Geometry(geometry) => hull.add_geometry(geometry),
        GeoJson::Feature(feature) => hull.add_feature(feature),
        GeoJson::FeatureCollection(collection) => {
            if !hull.add_stated(collection.bbox.as_deref()) {
                for feature in &collection.features {
                    hull.add_feature(feature);
                }
            }
        }
    }
    hull.covering()
}

/// Collects the boxes of the parts of a geometry. Parts that touch each other make one box each, so that a geometry cut
/// at the antimeridian (RFC 7946 §3.1.9) is found to cross it.
#[derive(Default)]
struct Hull {
    parts: Vec<BoundingBox>,
    fault: Option<&'static str>,
}

impl Hull {
    fn covering(self) -> Result<BoundingBox, &'static str> {
        match self.fault {
            Some(fault) => Err(fault),
            None => BoundingBox::union(self.parts).ok_or("the geometry is empty"),
        }
    }

    /// A part given by its points, longitude and latitude.
    fn add_points(&mut self, points: impl IntoIterator<Item = (f64, f64)>) {
        let mut points = points.into_iter();
        let Some(first) = points.next() else { return };
        let (mut west, mut south) = first;
        let (mut east, mut north) = first;
        // The minimum of a number and NaN is the number: without this, NaN would be overlooked.
        let mut all_finite = west.is_finite() && south.is_finite();
        for (longitude, latitude) in points {
            all_finite &= longitude.is_finite() && latitude.is_finite();
            (west, east) = (west.min(longitude), east.max(longitude));
            (south, north) = (south.min(latitude), north.max(latitude));
        }
        let part =
            if all_finite { BoundingBox::new(west, south, east, north) } else { Err("a coordinate is not a number") };
        match part {
            Ok(part) => self.parts.push(part),
            Err(fault) => self.fault = Some(fault),
        }
    }

    /// The `bbox` member of a `GeoJSON` object (RFC 7946 §5); false where there is none that can be read.
    fn add_stated(&mut self, bbox: Option<&[f64]>) -> bool {
        let stated = match bbox {
            Some(&[west, south, east, north] | &[west, south, _, east, north, _]) => {
                BoundingBox::new(west, south, east, north).ok()
            }
            _ => None,
        };
        self.parts.extend(stated);
        stated.is_some()
    }

    fn add_feature(&mut self, feature: &geojson::Feature) {
        if !self.add_stated(feature.bbox.as_deref())
            && let Some(geometry) = &feature.geometry
        {
            self.add_geometry(geometry);
        }
    }

    fn add_geometry(&mut self, geometry: &Geometry) {
        if self.add_stated(geometry.bbox.as_deref()) {
            return;
        }
        match &geometry.value {
            GeometryValue::Point { coordinates } => self.add_positions(std::slice::from_ref(coordinates)),
            GeometryValue::MultiPoint { coordinates } => {
                for point in coordinates {
                    self.add_positions(std::slice::from_ref(point));
                }
            }
            GeometryValue::LineString { coordinates } => self.add_positions(coordinates),
            GeometryValue::MultiLineString { coordinates } => {
                for line in coordinates {
                    self.add_positions(line);
                }
            }
            // The first ring is the outer one; the others are holes in it.
            GeometryValue::Polygon { coordinates } => {
                self.add_positions(coordinates.first().map_or(&[], Vec::as_slice));
            }
            GeometryValue::MultiPolygon { coordinates } => {
                for polygon in coordinates {
                    self.add_positions(polygon.first().map_or(&[], Vec::as_slice));
                }
            }
            GeometryValue::GeometryCollection { geometries } => {
                for part in geometries {
                    self.add_geometry(part);
                }
            }
        }
    }

    fn add_positions(&mut self, positions: &[Position]) {
        if positions.iter().any(|position| position.len() < 2) {
            self.fault = Some("a position has less than two numbers");
            return;
        }
        self.add_points(positions.iter().map(|position| (position.as_slice()[0], position.as_slice()[1])));
    }

    fn add_wkt(&mut self, geometry: &Wkt<f64>, order: AxisOrder) {
        match geometry {
            Wkt::Point(point) => self.add_coordinates(point.coord(), order),
            Wkt::MultiPoint(points) => {
                for point in points.points() {
                    self.add_coordinates(point.coord(), order);
                }
            }
            Wkt::LineString(line) => self.add_coordinates(line.coords(), order),
            Wkt::MultiLineString(lines) => {
                for line in lines.line_strings() {
                    self.add_coordinates(line.coords(), order);
                }
            }
            Wkt::Polygon(polygon) => self.add_coordinates(outer_ring(polygon), order),
            Wkt::MultiPolygon(polygons) => {
                for polygon in polygons.polygons() {
                    self.add_coordinates(outer_ring(polygon), order);
                }
            }
            Wkt::GeometryCollection(collection) => {
                for part in collection.geometries() {
                    self.add_wkt(part, order);
                }
            }
        }
    }

    fn add_coordinates<'a>(&mut self, coordinates: impl IntoIterator<Item = &'a Coord<f64>>, order: AxisOrder) {
        self.add_points(coordinates.into_iter().map(|at| match order {
            AxisOrder::LongitudeFirst => (at.x, at.y),
            AxisOrder::LatitudeFirst => (at.y, at.x),
        }));
    }
}

fn outer_ring(polygon: &Polygon<f64>) -> &[Coord<f64>] {
    polygon.rings().first().map_or(&[], LineString::coords)
}
