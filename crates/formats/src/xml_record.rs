//! Records of metadata in XML, whatever standard they follow: told by their root element and read by its reader.

use cairn_model::Problem;

use crate::listing::{ListedRecord, Listing};
pub use crate::xml::XmlOutline;
use crate::xml::{Element, Vocabulary, parse};
use crate::{Reading, csw, datacite, ddi, dif, dublin_core, fgdc, iso19139, oai_pmh, xml};

/// A standard that a record in XML follows; the earlier says more of a record than the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum XmlRecordFormat {
    /// ISO 19115 in ISO/TS 19139, ISO 19115-3 or a profile of either.
    Iso19115,
    /// DDI Codebook.
    DdiCodebook,
    /// DDI Lifecycle.
    DdiLifecycle,
    /// `DataCite`.
    DataCite,
    /// FGDC CSDGM.
    Fgdc,
    /// DIF of NASA's Global Change Master Directory.
    Dif,
    /// Dublin Core, in a record of CSW or in a container of OAI-PMH.
    DublinCore,
    /// A record of OAI-PMH with its header; the metadata in it is of one of the other formats.
    OaiRecord,
}

impl XmlRecordFormat {
    /// The format of records whose root element is of a namespace, where it is one that is read.
    pub(crate) fn of_namespace(namespace: &str) -> Option<Self> {
        match Vocabulary::of(namespace) {
            Vocabulary::Iso => Some(Self::Iso19115),
            Vocabulary::DdiCodebook => Some(Self::DdiCodebook),
            Vocabulary::DdiLifecycle => Some(Self::DdiLifecycle),
            Vocabulary::DataCite => Some(Self::DataCite),
            Vocabulary::Dif => Some(Self::Dif),
            Vocabulary::OaiDc | Vocabulary::DublinCore => Some(Self::DublinCore),
            // CSDGM has no namespace; repositories name its home.
            _ if namespace.contains("fgdc.gov") => Some(Self::Fgdc),
            _ if namespace.contains("oai_datacite") || namespace.contains("oai.datacite.org") => Some(Self::DataCite),
            _ => None,
        }
    }
}

/// What a payload is, told from its root element.
///
/// # Errors
/// A problem with `Severity::Error` when the payload is no XML, or of no format that is read.
pub fn recognise(bytes: &[u8]) -> Result<XmlRecordFormat, Problem> {
    let decoded = xml::decode(bytes);
    format_of(&parse(&decoded.text)?.root)
}

/// As [`recognise`], of an element.
pub(crate) fn format_of(root: &Element<'_>) -> Result<XmlRecordFormat, Problem> {
    if iso19139::is_metadata(root) {
        Ok(XmlRecordFormat::Iso19115)
    } else if ddi::is_codebook(root) {
        Ok(XmlRecordFormat::DdiCodebook)
    } else if ddi::is_lifecycle(root) {
        Ok(XmlRecordFormat::DdiLifecycle)
    } else if datacite::resource(root).is_some() {
        Ok(XmlRecordFormat::DataCite)
    } else if fgdc::is_metadata(root) {
        Ok(XmlRecordFormat::Fgdc)
    } else if dif::is_metadata(root) {
        Ok(XmlRecordFormat::Dif)
    } else if oai_pmh::is_record(root) {
        Ok(XmlRecordFormat::OaiRecord)
    } else if dublin_core::is_record(root) {
        Ok(XmlRecordFormat::DublinCore)
    } else {
        let message = "the document is no record of a format that is read";
        Err(Problem::error("unknown-format", "", message).with_value(root.name()))
    }
}

/// The id that a record states, in whatever format it is.
pub(crate) fn id_of(root: &Element<'_>) -> Option<String> {
    match format_of(root).ok()? {
        XmlRecordFormat::Iso19115 => iso19139::id_of(root),
        XmlRecordFormat::DdiCodebook | XmlRecordFormat::DdiLifecycle => ddi::id_of(root),
        XmlRecordFormat::DataCite => datacite::resource(root).and_then(datacite::id_of),
        XmlRecordFormat::Fgdc => fgdc::id_of(root),
        XmlRecordFormat::Dif => dif::id_of(root),
        XmlRecordFormat::DublinCore => dublin_core::id_of(root),
        XmlRecordFormat::OaiRecord => root.text_at(&["header", "identifier"]),
    }
}

/// Reads one record of any of the formats.
///
/// # Errors
/// A problem with `Severity::Error` when it is no XML, of no format that is read, or has neither identifier nor title.
pub fn read_xml_record(bytes: &[u8]) -> Result<Reading, Problem> {
    let decoded = xml::decode(bytes);
    let document = parse(&decoded.text)?;
    let problems = decoded.problems.into_iter().chain(document.problems).collect();
    read_element(&document.root, problems)
}

/// As [`read_xml_record`], of an element; `problems` are those of its document.
pub(crate) fn read_element(root: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    match format_of(root)? {
        XmlRecordFormat::Iso19115 => iso19139::read(root, problems),
        XmlRecordFormat::DdiCodebook => ddi::read_codebook(root, problems),
        XmlRecordFormat::DdiLifecycle => ddi::read_lifecycle(root, problems),
        XmlRecordFormat::DataCite => datacite::read(datacite::resource(root).unwrap_or(root), problems),
        XmlRecordFormat::Fgdc => fgdc::read(root, problems),
        XmlRecordFormat::Dif => dif::read(root, problems),
        XmlRecordFormat::DublinCore => dublin_core::read(root, problems),
        XmlRecordFormat::OaiRecord => oai_pmh::read_record(root, problems),
    }
}

/// Cuts the records out of a file of which nobody knows what it is: a record by itself, or a page of CSW or OAI-PMH that
/// somebody kept.
///
/// # Errors
/// A problem with `Severity::Error` when the payload is none of them, or is a page that says that there are no records.
pub fn list_xml_records(bytes: &[u8]) -> Result<Listing, Problem> {
    let decoded = xml::decode(bytes);
    let document = parse(&decoded.text)?;
    let root = &document.root;
    if root.is(Vocabulary::OaiPmh, "OAI-PMH") {
        return match oai_pmh::list_records(bytes) {
            Ok(page) => Ok(page.listing),
            Err(oai_pmh::OaiError::Unreadable(problem)) => Err(problem),
            Err(refused) => Err(Problem::error("error-answer", "", refused.to_string())),
        };
    }
    if format_of(root).is_ok() {
        let record = ListedRecord { id: id_of(root), bytes: decoded.text.as_bytes().to_vec(), deleted: false };
        let problems = decoded.problems.into_iter().chain(document.problems).collect();
        return Ok(Listing { records: vec![record], problems, ..Listing::default() });
    }
    match csw::list_records(bytes) {
        Ok(page) => Ok(page.listing),
        Err(csw::CswError::Unreadable(problem)) => Err(problem),
        Err(refused) => Err(Problem::error("error-answer", "", refused.to_string())),
    }
}

#[cfg(test)]
mod tests;
