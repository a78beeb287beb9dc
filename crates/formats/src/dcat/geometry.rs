//! Geometries in GML, as numbers: only the box or point matters.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Longest literal that is read.
const LONGEST: usize = 1 << 20;

/// The extent of a GML literal (`gml:Envelope`, `gml:Point`, `gml:Polygon` ...) as `west,south,east,north`; none where it has no
/// coordinates or a reference system other than WGS 84 and what is the same within metres.
pub(super) fn extent_of_gml(gml: &str) -> Option<String> {
    if gml.len() > LONGEST {
        return None;
    }
    let mut reader = Reader::from_str(gml);
    let mut latitude_first = false;
    let mut in_positions = false;
    let mut numbers: Vec<f64> = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                let local = tag.local_name();
                let name: &[u8] = local.as_ref().as_ref();
                in_positions = matches!(name, b"lowerCorner" | b"upperCorner" | b"pos" | b"posList" | b"coordinates");
                for attribute in tag.attributes().with_checks(false).take(20).flatten() {
                    let key: &[u8] = attribute.key.as_ref().as_ref();
                    if key == b"srsName" {
                        let value: &[u8] = attribute.value.as_ref().as_ref();
                        latitude_first = is_latitude_first(&String::from_utf8_lossy(value))?;
                    }
                }
            }
            Event::Text(text) if in_positions => {
                let text = String::from_utf8_lossy(text.as_ref().as_ref()).into_owned();
                for number in text.split([' ', ',', '\n', '\t', '\r']).filter(|part| !part.is_empty()) {
                    numbers.push(number.parse().ok()?);
                }
            }
            Event::End(_) => in_positions = false,
            Event::Eof => break,
            _ => {}
        }
    }
    let pairs = numbers.as_chunks::<2>().0;
    let edge = |place: usize, pick: fn(f64, f64) -> f64| pairs.iter().map(|pair| pair[place]).reduce(pick);
    let (longitude, latitude) = if latitude_first { (1, 0) } else { (0, 1) };
    let (west, south) = (edge(longitude, f64::min)?, edge(latitude, f64::min)?);
    let (east, north) = (edge(longitude, f64::max)?, edge(latitude, f64::max)?);
    Some(format!("{west},{south},{east},{north}"))
}

/// Whether positions of a reference system begin with the latitude; none for a system that is not of degrees.
/// Names of the form `EPSG:4326` mean the order of longitude and latitude, addresses and URNs that of the register.
fn is_latitude_first(system: &str) -> Option<bool> {
    let code = system.rsplit(['/', ':', '#']).next()?;
    match code {
        "CRS84" | "84" => Some(false),
        "4326" | "4258" => Some(!system.to_ascii_uppercase().starts_with("EPSG:")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::extent_of_gml;

    #[test]
    fn boxes_points_and_rings_are_read_in_the_order_of_their_reference_system() {
        for (gml, extent) in [
            (
                r#"<gml:Envelope srsName="http://www.opengis.net/def/crs/OGC/1.3/CRS84"><gml:lowerCorner>-10 36</gml:lowerCorner><gml:upperCorner>3 43</gml:upperCorner></gml:Envelope>"#,
                Some("-10,36,3,43"),
            ),
            (
                r#"<g:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><g:lowerCorner>36 -10</g:lowerCorner><g:upperCorner>43 3</g:upperCorner></g:Envelope>"#,
                Some("-10,36,3,43"),
            ),
            ("<Point><pos>1.5 2</pos></Point>", Some("1.5,2,1.5,2")),
            (r#"<Polygon srsName="EPSG:4326"><posList>0 0 1 0 1 2 0 0</posList></Polygon>"#, Some("0,0,1,2")),
            (r#"<Point srsName="urn:ogc:def:crs:EPSG::28992"><pos>120749 487589</pos></Point>"#, None),
            ("<Point><pos>a b</pos></Point>", None),
            ("<Point/>", None),
            ("<Point", None),
        ] {
            assert_eq!(extent_of_gml(gml).as_deref(), extent, "{gml}");
        }
    }
}
