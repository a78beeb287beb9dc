//! The vocabularies whose elements are read, told by their namespaces.

/// A vocabulary. Namespaces that only differ in version or package are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Vocabulary {
    /// No namespace.
    #[default]
    None,
    /// ISO 19115 in XML: ISO/TS 19139 (gmd, gco, srv ...), ISO 19115-3 (mdb, mri, cit ...), and the profile of geocat.ch.
    Iso,
    /// Feature catalogues: ISO 19110 in either encoding.
    FeatureCatalogue,
    /// OGC GML 3.1 and 3.2.
    Gml,
    /// `XLink`.
    XLink,
    /// The attributes `xml:lang`, `xml:base` ...
    Xml,
    /// Attributes of XML Schema in documents.
    SchemaInstance,
    /// OGC Catalogue Services for the Web 2.0.2 and 3.0.
    Csw,
    /// OGC Web Services Common.
    Ows,
    /// OGC Filter Encoding.
    Filter,
    /// Answers of OAI-PMH 2.0.
    OaiPmh,
    /// The container of Dublin Core in OAI-PMH, plain or qualified.
    OaiDc,
    /// Dublin Core elements and terms.
    DublinCore,
    /// `DataCite` kernels.
    DataCite,
    /// DDI Codebook.
    DdiCodebook,
    /// DDI Lifecycle.
    DdiLifecycle,
    /// The Directory Interchange Format of NASA.
    Dif,
    /// Sitemaps.
    Sitemap,
    /// Anything else.
    Other,
}

impl Vocabulary {
    /// The vocabulary of a namespace.
    pub(crate) fn of(namespace: &str) -> Self {
        let namespace = namespace.trim();
        let plain = namespace.strip_suffix('/').unwrap_or(namespace);
        let plain = plain.strip_prefix("https://").or_else(|| plain.strip_prefix("http://")).unwrap_or(plain);
        match plain {
            "" => return Self::None,
            "www.isotc211.org/2005/gfc" => return Self::FeatureCatalogue,
            "www.geocat.ch/2008/che" => return Self::Iso,
            "www.opengis.net/gml" => return Self::Gml,
            "www.w3.org/1999/xlink" => return Self::XLink,
            "www.w3.org/XML/1998/namespace" => return Self::Xml,
            "www.w3.org/2001/XMLSchema-instance" => return Self::SchemaInstance,
            "www.openarchives.org/OAI/2.0" | "www.openarchives.org/OAI/1.1" => return Self::OaiPmh,
            "www.openarchives.org/OAI/2.0/oai_dc"
            | "www.openarchives.org/OAI/2.0/oai_qdc"
            | "dspace.org/qualifieddc"
            | "worldcat.org/xmlschemas/qdc-1.0" => return Self::OaiDc,
            "dublincore.org/documents/dcmi-terms" => return Self::DublinCore,
            "gcmd.gsfc.nasa.gov/Aboutus/xml/dif" => return Self::Dif,
            "www.icpsr.umich.edu/DDI" | "www.ddialliance.org/DDI" => return Self::DdiCodebook,
            _ => {}
        }
        let begins: &[(&str, Self)] = &[
            ("standards.iso.org/iso/19110", Self::FeatureCatalogue),
            ("standards.iso.org/iso/19115/-3/gfc", Self::FeatureCatalogue),
            ("standards.iso.org/iso/19115", Self::Iso),
            ("standards.iso.org/iso/19157", Self::Iso),
            ("standards.iso.org/19115", Self::Iso),
            ("standards.iso.org/19157", Self::Iso),
            ("www.isotc211.org/", Self::Iso),
            ("schemas.opengis.net/iso/19139", Self::Iso),
            ("www.opengis.net/gml/", Self::Gml),
            ("www.opengis.net/cat/csw", Self::Csw),
            ("www.opengis.net/ows", Self::Ows),
            ("www.opengis.net/ogc", Self::Filter),
            ("www.opengis.net/fes", Self::Filter),
            ("purl.org/dc/", Self::DublinCore),
            ("datacite.org/schema/", Self::DataCite),
            ("schema.datacite.org/", Self::DataCite),
            ("ddi:codebook", Self::DdiCodebook),
            ("www.icpsr.umich.edu/DDI/", Self::DdiCodebook),
            ("ddi:", Self::DdiLifecycle),
            ("www.sitemaps.org/schemas/sitemap", Self::Sitemap),
            ("www.google.com/schemas/sitemap/", Self::Sitemap),
        ];
        begins.iter().find(|(start, _)| plain.starts_with(start)).map_or(Self::Other, |(_, vocabulary)| *vocabulary)
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    #[test]
    fn a_namespace_of_any_version_is_its_vocabulary() {
        let cases = [
            ("", Vocabulary::None),
            ("http://www.isotc211.org/2005/gmd", Vocabulary::Iso),
            ("http://www.isotc211.org/2005/gmi", Vocabulary::Iso),
            ("http://www.isotc211.org/2005/gfc", Vocabulary::FeatureCatalogue),
            ("http://standards.iso.org/iso/19110/gfc/1.1", Vocabulary::FeatureCatalogue),
            ("http://standards.iso.org/iso/19115/-3/mdb/2.0", Vocabulary::Iso),
            ("http://standards.iso.org/iso/19115/-3/mdb/1.0/2014-12-25", Vocabulary::Iso),
            ("http://standards.iso.org/iso/19157/-2/mdq/1.0", Vocabulary::Iso),
            ("http://www.opengis.net/gml", Vocabulary::Gml),
            ("http://www.opengis.net/gml/3.2", Vocabulary::Gml),
            ("http://www.opengis.net/cat/csw/2.0.2", Vocabulary::Csw),
            ("http://www.opengis.net/cat/csw/3.0", Vocabulary::Csw),
            ("http://www.opengis.net/ows/2.0", Vocabulary::Ows),
            ("http://www.openarchives.org/OAI/2.0/", Vocabulary::OaiPmh),
            ("http://www.openarchives.org/OAI/2.0/oai_dc/", Vocabulary::OaiDc),
            ("http://purl.org/dc/elements/1.1/", Vocabulary::DublinCore),
            ("http://purl.org/dc/terms/", Vocabulary::DublinCore),
            ("http://datacite.org/schema/kernel-4", Vocabulary::DataCite),
            ("ddi:codebook:2_5", Vocabulary::DdiCodebook),
            ("http://www.icpsr.umich.edu/DDI", Vocabulary::DdiCodebook),
            ("ddi:instance:3_2", Vocabulary::DdiLifecycle),
            ("http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/", Vocabulary::Dif),
            ("http://www.sitemaps.org/schemas/sitemap/0.9", Vocabulary::Sitemap),
            ("urn:x", Vocabulary::Other),
        ];
        for (namespace, vocabulary) in cases {
            assert_eq!(Vocabulary::of(namespace), vocabulary, "{namespace}");
        }
    }
}
