//! Readers from bytes to drafts of records, one module per format.
//!
//! Pure: no network, no files. A reader gives what it could read and the problems it met; it never refuses a whole
//! payload for one bad value.

mod access_codes;
mod boxes;
pub mod ckan;
pub mod csw;
mod datacite;
mod ddi;
pub mod decode;
mod dublin_core;
mod fgdc;
mod gml;
mod html;
pub mod imsma;
pub mod inventory;
mod iso19139;
pub mod json_stream;
mod json_value;
mod languages;
pub mod listing;
mod notes;
pub mod oai_pmh;
mod once;
mod places;
mod protocols;
mod rights;
pub mod sitemap;
pub mod table;
pub mod waf;
pub mod web_page;
mod xml;
mod xml_contacts;
mod xml_identifiers;
pub mod xml_record;

/// A record as read: a draft and what could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The draft.
    pub draft: cairn_model::Draft,
    /// Problems of this record.
    pub problems: Vec<cairn_model::Problem>,
    /// Whether the source says that this record is deleted (`state: deleted`, OAI-PMH `status="deleted"`).
    pub deleted: bool,
}

/// An id for a record whose source gives it none: the same for the same words, whatever stands before or after it.
///
/// Words are compared without case and without the blanks around and between them.
pub(crate) fn stable_id(words: &[&str]) -> String {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for word in words {
        for part in word.split_whitespace() {
            hasher.update(part.to_lowercase());
            hasher.update([b' ']);
        }
        hasher.update([0]);
    }
    hex::encode(&hasher.finalize()[..16])
}
