//! GML in metadata: geometries as well-known text, and times.

use std::fmt::Write as _;

use crate::xml::{Element, Vocabulary};

/// Points of one geometry that are read.
const MOST_POINTS: usize = 200_000;

/// A geometry as well-known text in degrees, longitude first. The error says why it cannot be read.
///
/// Coordinates stand in the order of their reference system (GML 3.2.1 §10.1.3.2): latitude first where it is EPSG 4326 by
/// its URN or address, longitude first where it is named in the older way or not at all.
pub(crate) fn well_known_text(geometry: &Element<'_>) -> Result<String, &'static str> {
    if geometry.vocabulary() != Vocabulary::Gml {
        return Err("the geometry is not in GML");
    }
    let axes = axes(geometry)?;
    let mut rings = Vec::new();
    for name in ["Polygon", "PolygonPatch", "Triangle", "Rectangle"] {
        let mut polygons = geometry.descendants(name);
        if geometry.name() == name {
            polygons.push(geometry);
        }
        for polygon in polygons {
            let outer = polygon.elements().find(|element| matches!(element.name(), "exterior" | "outerBoundaryIs"));
            // Holes make no difference to an extent.
            rings.push(points(outer.ok_or("a polygon has no outer ring")?, axes)?);
        }
    }
    if let [ring] = rings.as_slice() {
        return Ok(format!("POLYGON(({ring}))"));
    }
    if !rings.is_empty() {
        let rings: Vec<String> = rings.iter().map(|ring| format!("(({ring}))")).collect();
        return Ok(format!("MULTIPOLYGON({})", rings.join(",")));
    }
    match geometry.name() {
        "Point" => Ok(format!("POINT({})", points(geometry, axes)?)),
        "LineString" | "LinearRing" | "Curve" | "MultiPoint" | "MultiCurve" | "MultiLineString" => {
            let points = points(geometry, axes)?;
            Ok(if points.contains(',') { format!("LINESTRING({points})") } else { format!("POINT({points})") })
        }
        "Envelope" => {
            let corners = [corner(geometry, "lowerCorner", axes)?, corner(geometry, "upperCorner", axes)?];
            let [(west, south), (east, north)] = corners;
            Ok(format!("POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"))
        }
        _ => Err("no geometry that is known"),
    }
}

/// How many numbers a point has, and whether the latitude is its first.
#[derive(Clone, Copy)]
struct Axes {
    dimensions: usize,
    latitude_first: bool,
}

fn axes(geometry: &Element<'_>) -> Result<Axes, &'static str> {
    let mut open = vec![geometry];
    let (mut system, mut dimensions) = (None, None);
    while let Some(element) = open.pop() {
        system = system.or_else(|| element.attribute("srsName"));
        dimensions = dimensions.or_else(|| element.attribute("srsDimension"));
        open.extend(element.elements());
    }
    let dimensions = match dimensions.map(str::parse) {
        None => 2,
        Some(Ok(dimensions @ 2..=3)) => dimensions,
        Some(_) => return Err("its points have neither two nor three numbers"),
    };
    Ok(Axes { dimensions, latitude_first: latitude_first(system)? })
}

/// Whether a reference system of degrees has the latitude first.
pub(crate) fn latitude_first(system: Option<&str>) -> Result<bool, &'static str> {
    let Some(system) = system else { return Ok(false) };
    let upper = system.trim().to_uppercase();
    let code = upper.rsplit([':', '/', '#']).next().unwrap_or_default();
    match code {
        "CRS84" | "WGS84" | "84" | "CRS84H" => Ok(false),
        "4326" | "4258" | "4979" | "4269" | "4283" => Ok(upper.starts_with("URN:") || upper.contains("/DEF/CRS/")),
        _ => Err("its coordinates are no degrees of WGS 84"),
    }
}

/// The points of `pos`, `posList`, `coordinates` and `coord` below an element.
fn points(element: &Element<'_>, axes: Axes) -> Result<String, &'static str> {
    let mut text = String::new();
    let mut count = 0_usize;
    let mut add = |first: &str, second: &str| {
        let (longitude, latitude) = if axes.latitude_first { (second, first) } else { (first, second) };
        for number in [longitude, latitude] {
            number.parse::<f64>().map_err(|_| "a coordinate is no number")?;
        }
        count += 1;
        if count > MOST_POINTS {
            return Err("it has too many points");
        }
        let separator = if text.is_empty() { "" } else { "," };
        // Writing to a text cannot fail.
        let _ = write!(text, "{separator}{longitude} {latitude}");
        Ok(())
    };
    for name in ["pos", "posList"] {
        for list in element.descendants_of(Vocabulary::Gml, name) {
            let list = list.text().unwrap_or_default();
            let numbers: Vec<&str> = list.split_whitespace().collect();
            let dimensions = if name == "pos" && numbers.len() == 3 { 3 } else { axes.dimensions };
            if !numbers.len().is_multiple_of(dimensions) {
                return Err("a point lacks a number");
            }
            for point in numbers.chunks_exact(dimensions) {
                add(point[0], point[1])?;
            }
        }
    }
    for list in element.descendants_of(Vocabulary::Gml, "coordinates") {
        let list = list.text().unwrap_or_default();
        for point in list.split_whitespace() {
            let mut numbers = point.split(',');
            let (Some(first), Some(second)) = (numbers.next(), numbers.next()) else {
                return Err("a point lacks a number");
            };
            add(first, second)?;
        }
    }
    if text.is_empty() { Err("it has no points") } else { Ok(text) }
}

fn corner(envelope: &Element<'_>, name: &str, axes: Axes) -> Result<(String, String), &'static str> {
    let text = envelope.child(name).and_then(Element::text).ok_or("an envelope lacks a corner")?;
    let mut numbers = text.split_whitespace();
    let (Some(first), Some(second)) = (numbers.next(), numbers.next()) else {
        return Err("a corner lacks a number");
    };
    let (longitude, latitude) = if axes.latitude_first { (second, first) } else { (first, second) };
    Ok((longitude.to_owned(), latitude.to_owned()))
}

/// Times covered, from the first beginning to the last end.
#[derive(Debug, Default)]
pub(crate) struct Times {
    starts: Vec<String>,
    ends: Vec<String>,
    is_open_before: bool,
    is_open_after: bool,
}

impl Times {
    /// Adds a `TimePeriod` or `TimeInstant` (GML 3.2.1 §14.2.2); a position that is not known, or is now, leaves its end open.
    pub(crate) fn add(&mut self, time: &Element<'_>) {
        match time.name() {
            "TimePeriod" => {
                let start = position(time, &["beginPosition", "begin"]);
                let end = position(time, &["endPosition", "end"]);
                self.is_open_before |= start.is_none() && end.is_some();
                self.is_open_after |= end.is_none() && start.is_some();
                self.starts.extend(start);
                self.ends.extend(end);
            }
            "TimeInstant" => {
                let instant = position(time, &["timePosition"]);
                self.starts.extend(instant.clone());
                self.ends.extend(instant);
            }
            _ => {}
        }
    }

    /// Start and end; ISO 8601 dates sort as text.
    pub(crate) fn into_ends(self) -> (Option<String>, Option<String>) {
        let start = self.starts.into_iter().min().filter(|_| !self.is_open_before);
        let end = self.ends.into_iter().max().filter(|_| !self.is_open_after);
        (start, end)
    }
}

/// The position in one of the named elements, directly or in an instant.
fn position(time: &Element<'_>, names: &[&str]) -> Option<String> {
    let holder = names.iter().find_map(|name| time.child(name))?;
    let positions = holder.descendants("timePosition");
    let stated = positions.first().copied().unwrap_or(holder);
    match stated.attribute("indeterminatePosition") {
        Some("now" | "unknown") => None,
        // `before` and `after` say that the date is a bound: it is the best there is.
        _ => stated.text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::parse;

    fn read(geometry: &str) -> Result<String, &'static str> {
        let document = geometry.replacen('>', " xmlns='http://www.opengis.net/gml/3.2'>", 1);
        parse(&document).map_or(Err("no XML"), |document| well_known_text(&document.root))
    }

    #[test]
    fn polygons_become_well_known_text_with_the_longitude_first() {
        let ring = "<exterior><LinearRing><posList>10 1 20 1 20 2 10 1</posList></LinearRing></exterior>";
        let polygon = Ok("POLYGON((10 1,20 1,20 2,10 1))".to_owned());
        let swapped = Ok("POLYGON((1 10,1 20,2 20,1 10))".to_owned());
        assert_eq!(read(&format!("<Polygon>{ring}</Polygon>")), polygon);
        assert_eq!(read(&format!("<Polygon srsName='EPSG:4326'>{ring}</Polygon>")), polygon);
        assert_eq!(read(&format!("<Polygon srsName='urn:ogc:def:crs:EPSG::4326'>{ring}</Polygon>")), swapped);
        let two = format!(
            "<MultiSurface><surfaceMember><Polygon>{ring}</Polygon></surfaceMember><surfaceMember><Polygon>{ring}</Polygon></surfaceMember></MultiSurface>"
        );
        let both = "MULTIPOLYGON(((10 1,20 1,20 2,10 1)),((10 1,20 1,20 2,10 1)))";
        assert_eq!(read(&two), Ok(both.to_owned()));
    }

    #[test]
    fn points_lines_and_envelopes_are_read() {
        assert_eq!(read("<Point><pos>10 1 99</pos></Point>"), Ok("POINT(10 1)".to_owned()));
        assert_eq!(
            read("<LineString><coordinates>10,1 20,2</coordinates></LineString>"),
            Ok("LINESTRING(10 1,20 2)".to_owned())
        );
        let envelope = "<Envelope><lowerCorner>10 1</lowerCorner><upperCorner>20 2</upperCorner></Envelope>";
        assert_eq!(read(envelope), Ok("POLYGON((10 1,20 1,20 2,10 2,10 1))".to_owned()));
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        assert_eq!(
            read("<Point srsName='EPSG:2154'><pos>1 2</pos></Point>"),
            Err("its coordinates are no degrees of WGS 84")
        );
        assert_eq!(read("<Point><pos>1</pos></Point>"), Err("a point lacks a number"));
        assert_eq!(read("<Point><pos>a b</pos></Point>"), Err("a coordinate is no number"));
        assert_eq!(
            read("<Point srsDimension='0'><pos>1 2</pos></Point>"),
            Err("its points have neither two nor three numbers")
        );
        assert_eq!(read("<Blob></Blob>"), Err("no geometry that is known"));
    }

    fn times(elements: &str) -> (Option<String>, Option<String>) {
        let document = format!("<r xmlns='http://www.opengis.net/gml'>{elements}</r>");
        let mut times = Times::default();
        if let Ok(document) = parse(&document) {
            document.root.elements().for_each(|time| times.add(time));
        }
        times.into_ends()
    }

    #[test]
    fn periods_and_instants_in_all_their_shapes_are_a_start_and_an_end() {
        let ends = |start: &str, end: &str| {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            (some(start), some(end))
        };
        let plain = "<TimePeriod><beginPosition>2001</beginPosition><endPosition>2003-05</endPosition></TimePeriod>";
        assert_eq!(times(plain), ends("2001", "2003-05"));
        let instants = "<TimePeriod><begin><TimeInstant><timePosition>2001</timePosition></TimeInstant></begin><end><TimeInstant><timePosition>2002</timePosition></TimeInstant></end></TimePeriod>";
        assert_eq!(times(instants), ends("2001", "2002"));
        let now =
            "<TimePeriod><beginPosition>2001</beginPosition><endPosition indeterminatePosition='now'/></TimePeriod>";
        assert_eq!(times(now), ends("2001", ""));
        assert_eq!(
            times("<TimeInstant><timePosition>2004-01-01</timePosition></TimeInstant>"),
            ends("2004-01-01", "2004-01-01")
        );
        assert_eq!(times(&format!("{plain}{now}")), ends("2001", ""));
        assert_eq!(times("<TimePeriod/>"), ends("", ""));
    }
}
