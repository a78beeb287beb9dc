//! A record of OAI-PMH: its header and the metadata in it.

use cairn_model::{Draft, Problem};

use crate::Reading;
use crate::identifiers::{add_identifier, of_form};
use crate::xml::{Element, Vocabulary};
use crate::xml_record;

/// The header of a record (OAI-PMH 2.0 §2.5).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// Identifier of the item in its repository.
    pub identifier: String,
    /// When the record changed, as written. Some servers give the time at which they loaded it.
    pub datestamp: Option<String>,
    /// Sets that it belongs to.
    pub sets: Vec<String>,
    /// Whether it is deleted.
    pub deleted: bool,
}

impl Header {
    /// Reads a header; none without an identifier.
    pub(super) fn read(element: &Element<'_>) -> Option<Self> {
        Some(Self {
            identifier: element.text_at(&["identifier"])?,
            datestamp: element.text_at(&["datestamp"]),
            sets: element.texts_at(&["setSpec"]),
            deleted: element.attribute("status").is_some_and(|status| status.eq_ignore_ascii_case("deleted")),
        })
    }
}

/// Whether an element is such a record.
pub(crate) fn is_record(element: &Element<'_>) -> bool {
    element.is(Vocabulary::OaiPmh, "record")
}

/// Reads the metadata of a record under the identifier of its header, by which its repository also tells that it is
/// deleted. The datestamp is no date of the data: servers set it when they load a record.
pub(crate) fn read_record(record: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    let header = record
        .child("header")
        .and_then(Header::read)
        .ok_or_else(|| Problem::error("no-header", "header", "the record has no header with an identifier"))?;
    if header.deleted {
        let draft = Draft { source_record_id: header.identifier, ..Draft::default() };
        return Ok(Reading { draft, problems, deleted: true });
    }
    let metadata = record.child("metadata").and_then(|metadata| metadata.elements().next());
    let metadata = metadata.ok_or_else(|| Problem::error("no-metadata", "metadata", "the record has no metadata"))?;
    let mut reading = xml_record::read_element(metadata, problems)?;
    let own = std::mem::replace(&mut reading.draft.source_record_id, header.identifier);
    // An id that had to be made of the words of the record is none that anybody else knows.
    let was_made = reading.problems.iter().any(|problem| problem.code == "no-id");
    reading.problems.retain(|problem| problem.code != "no-id");
    let is_known = reading.draft.identifiers.iter().any(|known| known.value == own);
    if !was_made && !is_known && own != reading.draft.source_record_id {
        add_identifier(&mut reading.draft.identifiers, of_form(&own));
    }
    Ok(reading)
}
