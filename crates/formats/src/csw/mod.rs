//! Answers and requests of OGC Catalogue Services for the Web 2.0.2 and 3.0.
//!
//! `GetRecords` and `GetRecordById` list records of any schema; [`list_records`] cuts them out, and
//! [`crate::xml_record::read_xml_record`] reads each. The HTTP is the caller's.

mod capabilities;
mod exception;
mod request;

use cairn_model::Problem;

pub use capabilities::{Capabilities, read_capabilities};
pub use exception::{CswError, OwsException};
pub use request::{CswVersion, GetRecords, modified_since};

use crate::listing::{ListedRecord, Listing};
use crate::xml::{Element, Vocabulary, cut, parse};
use crate::{xml, xml_record};

/// A page of records.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CswPage {
    /// The records. `count` is `numberOfRecordsMatched`; `next` is the position of the next page, none where the answer
    /// says that there is no other: by 0, or by a position beyond what matched.
    pub listing: Listing,
    /// `numberOfRecordsReturned`, as the answer states it.
    pub returned: Option<u64>,
    /// `nextRecord`, as the answer writes it. Servers have been seen to repeat the position that was asked for: a caller
    /// that walks stops where it does not grow.
    pub next_record: Option<String>,
}

/// Cuts the records out of an answer to `GetRecords` or `GetRecordById` (CSW 2.0.2 §10.8, §10.9; CSW 3.0 §7.3, §7.4). A
/// record that stands alone, as CSW 3.0 answers `GetRecordById`, is a page of one.
///
/// # Errors
/// [`CswError::Exception`] where the catalogue refused, [`CswError::Unreadable`] where the payload is no such answer.
pub fn list_records(bytes: &[u8]) -> Result<CswPage, CswError> {
    let decoded = xml::decode(bytes);
    let document = parse(&decoded.text).map_err(CswError::Unreadable)?;
    let root = &document.root;
    exception::refuse(root)?;
    let mut page = CswPage::default();
    page.listing.problems.extend(decoded.problems);
    page.listing.problems.extend(document.problems);
    let text = &decoded.text;
    match root.name() {
        "GetRecordsResponse" if root.vocabulary() == Vocabulary::Csw => {
            let Some(results) = root.child("SearchResults") else {
                let message = "the answer has no search results; it may be an acknowledgement";
                return Err(CswError::Unreadable(Problem::error("no-search-results", "", message)));
            };
            let number = |name| results.attribute(name).and_then(|text| text.parse::<u64>().ok());
            page.listing.count = number("numberOfRecordsMatched");
            page.returned = number("numberOfRecordsReturned");
            page.next_record = results.attribute("nextRecord").map(str::to_owned);
            add_records(text, &[root, results], results, &mut page.listing);
            settle_next(&mut page);
            if page.returned.is_some_and(|returned| returned != page.listing.records.len() as u64) {
                let message = "the answer holds another number of records than it says that it returns";
                page.listing.problems.push(Problem::warning("count-mismatch", "numberOfRecordsReturned", message));
            }
        }
        "GetRecordByIdResponse" if root.vocabulary() == Vocabulary::Csw => {
            add_records(text, &[root], root, &mut page.listing);
        }
        _ if xml_record::format_of(root).is_ok() => page.listing.records.push(record(text, &[], root)),
        _ => {
            let message = "the document is no answer of a catalogue that lists records";
            let problem = Problem::error("not-a-csw-answer", "", message).with_value(root.name());
            return Err(CswError::Unreadable(problem));
        }
    }
    Ok(page)
}

fn add_records(text: &str, ancestors: &[&Element<'_>], container: &Element<'_>, listing: &mut Listing) {
    for element in container.elements() {
        if element.vocabulary() == Vocabulary::Csw && element.name().starts_with("Federated") {
            let message = "what another catalogue answered stands apart and was passed over";
            listing.problems.push(Problem::warning("federated-result", element.name(), message));
        } else {
            listing.records.push(record(text, ancestors, element));
        }
    }
}

fn record(text: &str, ancestors: &[&Element<'_>], element: &Element<'_>) -> ListedRecord {
    ListedRecord { id: xml_record::id_of(element), bytes: cut(text, ancestors, element), deleted: false }
}

/// When a record says that it changed itself, whatever its data did: the date stamp of ISO 19139, the latest date of an ISO
/// 19115-3 record, `dct:modified` of Dublin Core, the last revision of DIF. It is what [`modified_since`] asks for.
pub fn record_date(record: &[u8]) -> Option<String> {
    let decoded = xml::decode(record);
    let document = parse(&decoded.text).ok()?;
    let root = &document.root;
    let modified = || root.children_of(Vocabulary::DublinCore, "modified").next();
    let revision = || root.child("Last_DIF_Revision_Date");
    let stamp = root.child("dateStamp").or_else(modified).or_else(revision).and_then(Element::text);
    // Texts of ISO 8601 stand in the order of time, as far as one record writes them alike.
    stamp.or_else(|| root.texts_at(&["dateInfo", "CI_Date", "date"]).into_iter().max())
}

fn settle_next(page: &mut CswPage) {
    let Some(written) = &page.next_record else { return };
    let Ok(position) = written.parse::<u64>() else {
        let message = "the position of the next record is no number";
        page.listing.problems.push(Problem::warning("unreadable-position", "nextRecord", message).with_value(written));
        return;
    };
    let is_beyond = page.listing.count.is_some_and(|matched| position > matched);
    if position > 0 && !is_beyond {
        page.listing.next = Some(written.clone());
    }
}

#[cfg(test)]
mod tests;
