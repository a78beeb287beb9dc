//! Protocols of links in catalogues of maps (`OGC:WMS`, `ESRI:REST` ...), as formats.

/// The format that a protocol names; none where it only says that there is a link.
pub(crate) fn format_of_protocol(protocol: &str) -> Option<String> {
    let upper = protocol.to_uppercase();
    let known: &[(&str, &str)] = &[
        ("WMTS", "WMTS"),
        ("WMS", "WMS"),
        ("WFS", "WFS"),
        ("WCS", "WCS"),
        ("WPS", "WPS"),
        ("CSW", "CSW"),
        ("SOS", "SOS"),
        ("GEOJSON", "GeoJSON"),
        ("KML", "KML"),
        ("KMZ", "KMZ"),
        ("GPKG", "GPKG"),
        ("OPENDAP", "OPeNDAP"),
        ("ESRI:REST", "Esri REST"),
        ("ARCGIS", "Esri REST"),
    ];
    let is_word = |word: &str| {
        upper.match_indices(word).any(|(start, _)| {
            let before = upper[..start].chars().next_back();
            let after = upper[start + word.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphabetic)
        })
    };
    known.iter().find(|(word, _)| is_word(word)).map(|(_, format)| (*format).to_owned())
}

#[cfg(test)]
mod tests {
    use super::format_of_protocol;

    #[test]
    fn protocols_of_services_are_formats_and_links_are_none() {
        let cases = [
            ("OGC:WMS-1.3.0-http-get-map", Some("WMS")),
            ("OGC:WFS", Some("WFS")),
            ("urn:ogc:serviceType:WebMapService:WMTS", Some("WMTS")),
            ("ESRI:REST", Some("Esri REST")),
            ("WWW:LINK-1.0-http--link", None),
            ("WWW:DOWNLOAD-1.0-http--download", None),
            ("NEWSOS", None),
        ];
        for (protocol, format) in cases {
            assert_eq!(format_of_protocol(protocol).as_deref(), format, "{protocol}");
        }
    }
}
