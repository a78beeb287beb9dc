//! Answers and requests of the Open Archives Initiative Protocol for Metadata Harvesting 2.0.
//!
//! Servers err in well-known ways, and each is told apart: an answer without records that is no error, an error that means
//! "no records", a token without text or none at all, an argument that the protocol forbids and a server asks for.

mod error;
mod record;
mod repository;
mod request;

use cairn_model::Problem;

pub use error::{OaiError, OaiErrorCode, OaiRefusal};
pub use record::Header;
pub(crate) use record::{is_record, read_record};
pub use repository::{
    DeletedRecords, Granularity, MetadataFormat, Repository, best_format, read_metadata_formats, read_repository,
};
pub use request::{OaiRequest, Selection};

use crate::listing::{ListedRecord, Listing};
use crate::xml::{self, Document, Element, Vocabulary, cut, parse};

/// A page of records or headers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OaiPage {
    /// The records, each with its header, as [`crate::xml_record::read_xml_record`] takes it. `next` is the text of the
    /// resumption token, `count` its `completeListSize`. `ListIdentifiers` lists no record that is not deleted.
    pub listing: Listing,
    /// The headers of all records, in the order of the document.
    pub headers: Vec<Header>,
    /// The resumption token, where there is one with or without text.
    pub token: Option<ResumptionToken>,
    /// `responseDate`: the clock of the server, by which the next `from` is to be chosen.
    pub response_date: Option<String>,
}

/// A resumption token (OAI-PMH 2.0 §3.5).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResumptionToken {
    /// The token; none in that of the last page.
    pub text: Option<String>,
    /// How many records the whole list has.
    pub complete_list_size: Option<u64>,
    /// How many records were listed before this page.
    pub cursor: Option<u64>,
}

/// Cuts an answer to `ListRecords`, `GetRecord` or `ListIdentifiers` into its records.
///
/// An answer that holds neither error nor record is a page without records: servers answer so where the protocol has an
/// error. It never means that records are gone.
///
/// # Errors
/// [`OaiError::Refused`] where the server answered with errors, [`OaiError::Unreadable`] where the payload is no answer.
pub fn list_records(bytes: &[u8]) -> Result<OaiPage, OaiError> {
    let decoded = xml::decode(bytes);
    let document = answer(&decoded.text)?;
    let root = &document.root;
    let mut page = OaiPage { response_date: root.text_at(&["responseDate"]), ..OaiPage::default() };
    page.listing.problems.extend(decoded.problems);
    page.listing.problems.extend(document.problems);
    let is_list = |element: &&Element<'_>| matches!(element.name(), "ListRecords" | "GetRecord" | "ListIdentifiers");
    let Some(list) = root.elements().find(is_list) else {
        if let Some(other) = root.elements().find(|element| !matches!(element.name(), "responseDate" | "request")) {
            let problem = Problem::error("not-a-list-of-records", "", "the answer is to another request");
            return Err(OaiError::Unreadable(problem.with_value(other.name())));
        }
        page.listing.problems.push(Problem::warning(
            "empty-answer",
            "",
            "the answer holds neither records nor an error",
        ));
        return Ok(page);
    };
    for (index, element) in list.elements().enumerate() {
        match element.name() {
            "record" => add_record(&decoded.text, &[root, list], element, index, &mut page),
            "header" => match Header::read(element) {
                Some(header) => {
                    if header.deleted {
                        page.listing.records.push(deleted(&header));
                    }
                    page.headers.push(header);
                }
                None => lost(index, &mut page),
            },
            "resumptionToken" => {
                let token = ResumptionToken::read(element);
                page.listing.next.clone_from(&token.text);
                page.listing.count = token.complete_list_size;
                page.token = Some(token);
            }
            _ => {}
        }
    }
    Ok(page)
}

fn add_record(text: &str, ancestors: &[&Element<'_>], element: &Element<'_>, index: usize, page: &mut OaiPage) {
    let Some(header) = element.child("header").and_then(Header::read) else { return lost(index, page) };
    let record = if header.deleted {
        deleted(&header)
    } else {
        ListedRecord { id: Some(header.identifier.clone()), bytes: cut(text, ancestors, element), deleted: false }
    };
    page.listing.records.push(record);
    page.headers.push(header);
}

fn deleted(header: &Header) -> ListedRecord {
    ListedRecord { id: Some(header.identifier.clone()), bytes: Vec::new(), deleted: true }
}

fn lost(index: usize, page: &mut OaiPage) {
    let problem = Problem::error("no-header", "", "a record has no header with an identifier and cannot be taken");
    let position = cairn_model::Position { record: Some(index as u64), ..cairn_model::Position::default() };
    page.listing.problems.push(problem.at(position));
}

impl ResumptionToken {
    pub(crate) fn read(element: &Element<'_>) -> Self {
        let number = |name| element.attribute(name).and_then(|text| text.parse().ok());
        Self { text: element.text(), complete_list_size: number("completeListSize"), cursor: number("cursor") }
    }
}

/// The document of an answer that is no error.
fn answer(text: &str) -> Result<Document<'_>, OaiError> {
    let document = parse(text).map_err(OaiError::Unreadable)?;
    let root = &document.root;
    if !root.is(Vocabulary::OaiPmh, "OAI-PMH") {
        let problem = Problem::error("not-an-oai-pmh-answer", "", "the document is no answer of OAI-PMH");
        return Err(OaiError::Unreadable(problem.with_value(root.name())));
    }
    let errors: Vec<OaiRefusal> = root.children("error").map(OaiRefusal::read).collect();
    if errors.is_empty() { Ok(document) } else { Err(OaiError::Refused(errors)) }
}

#[cfg(test)]
mod tests;
