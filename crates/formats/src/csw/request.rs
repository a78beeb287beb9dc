//! Requests for records: parameters of `GetRecords` and the filter for what changed.

use quick_xml::escape::escape;

/// A version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CswVersion {
    /// CSW 2.0.2 (OGC 07-006r1), which nearly every catalogue speaks.
    #[default]
    V2_0_2,
    /// CSW 3.0 (OGC 12-176r7).
    V3_0,
}

/// A request for a page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetRecords<'r> {
    /// Version of the protocol.
    pub version: CswVersion,
    /// Schema of the records: `http://www.isotc211.org/2005/gmd`, `http://www.opengis.net/cat/csw/2.0.2` ...
    pub output_schema: &'r str,
    /// Type of the records: `gmd:MD_Metadata`, `csw:Record` ...
    pub type_names: &'r str,
    /// Position of the first record, from 1.
    pub start_position: u64,
    /// Most records of the page.
    pub max_records: u64,
    /// A filter ([`modified_since`]).
    pub constraint: Option<&'r str>,
}

impl GetRecords<'_> {
    /// The parameters of a request by GET, not encoded yet (CSW 2.0.2 §10.8.2, CSW 3.0 §7.3.4).
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = vec![
            ("service", "CSW".to_owned()),
            ("version", self.version_number().to_owned()),
            ("request", "GetRecords".to_owned()),
            ("typeNames", self.type_names.to_owned()),
            ("outputSchema", self.output_schema.to_owned()),
            ("elementSetName", "full".to_owned()),
            ("startPosition", self.start_position.to_string()),
            ("maxRecords", self.max_records.to_string()),
        ];
        if self.version == CswVersion::V2_0_2 {
            // Without it a catalogue of version 2.0.2 only counts.
            query.push(("resultType", "results".to_owned()));
        }
        if let Some((prefix, namespace)) = self.namespace() {
            query.push(("namespace", format!("xmlns({prefix}={namespace})")));
        }
        if let Some(constraint) = self.constraint {
            query.push(("constraintLanguage", "FILTER".to_owned()));
            query.push(("constraint_language_version", self.filter_version().to_owned()));
            query.push(("constraint", constraint.to_owned()));
        }
        query
    }

    /// The body of a request by POST, for catalogues that take no other (CSW 2.0.2 §10.8.3).
    pub fn body(&self) -> String {
        let (namespace, version) = match self.version {
            CswVersion::V2_0_2 => ("http://www.opengis.net/cat/csw/2.0.2", "2.0.2"),
            CswVersion::V3_0 => ("http://www.opengis.net/cat/csw/3.0", "3.0.0"),
        };
        let of_type =
            self.namespace().map_or(String::new(), |(prefix, namespace)| format!(" xmlns:{prefix}=\"{namespace}\""));
        let result_type = if self.version == CswVersion::V2_0_2 { " resultType=\"results\"" } else { "" };
        let constraint = self.constraint.map_or(String::new(), |constraint| {
            format!("<csw:Constraint version=\"{}\">{constraint}</csw:Constraint>", self.filter_version())
        });
        format!(
            "<csw:GetRecords xmlns:csw=\"{namespace}\"{of_type} service=\"CSW\" version=\"{version}\"{result_type} \
             startPosition=\"{}\" maxRecords=\"{}\" outputSchema=\"{}\"><csw:Query typeNames=\"{}\">\
             <csw:ElementSetName>full</csw:ElementSetName>{constraint}</csw:Query></csw:GetRecords>",
            self.start_position,
            self.max_records,
            escape(self.output_schema),
            escape(self.type_names),
        )
    }

    fn version_number(&self) -> &'static str {
        match self.version {
            CswVersion::V2_0_2 => "2.0.2",
            CswVersion::V3_0 => "3.0.0",
        }
    }

    fn filter_version(&self) -> &'static str {
        match self.version {
            CswVersion::V2_0_2 => "1.1.0",
            CswVersion::V3_0 => "2.0.0",
        }
    }

    /// The prefix of the type and what it stands for, where it is one that catalogues know.
    fn namespace(&self) -> Option<(&str, &'static str)> {
        let (prefix, _) = self.type_names.split_once(':')?;
        let namespace = match (prefix, self.version) {
            ("gmd", _) => "http://www.isotc211.org/2005/gmd",
            ("mdb", _) => "http://standards.iso.org/iso/19115/-3/mdb/2.0",
            ("dcat", _) => "http://www.w3.org/ns/dcat#",
            _ => return None,
        };
        Some((prefix, namespace))
    }
}

/// A filter for records that changed at a time or later (OGC Filter 1.1 for CSW 2.0.2, FES 2.0 for CSW 3.0).
///
/// `property` is the queryable for it: `apiso:Modified` where the records are ISO 19139, else `dct:modified`; `time` is a
/// date or time of ISO 8601.
pub fn modified_since(version: CswVersion, property: &str, time: &str) -> String {
    let (prefix, namespace, reference) = match version {
        CswVersion::V2_0_2 => ("ogc", "http://www.opengis.net/ogc", "PropertyName"),
        CswVersion::V3_0 => ("fes", "http://www.opengis.net/fes/2.0", "ValueReference"),
    };
    let declared = match property.split_once(':').map(|(prefix, _)| prefix) {
        Some("apiso") => " xmlns:apiso=\"http://www.opengis.net/cat/csw/apiso/1.0\"",
        Some("dct") => " xmlns:dct=\"http://purl.org/dc/terms/\"",
        _ => "",
    };
    let (property, time) = (escape(property), escape(time));
    format!(
        "<{prefix}:Filter xmlns:{prefix}=\"{namespace}\"{declared}><{prefix}:PropertyIsGreaterThanOrEqualTo>\
         <{prefix}:{reference}>{property}</{prefix}:{reference}><{prefix}:Literal>{time}</{prefix}:Literal>\
         </{prefix}:PropertyIsGreaterThanOrEqualTo></{prefix}:Filter>"
    )
}
