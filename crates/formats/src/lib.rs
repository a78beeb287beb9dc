//! Readers from bytes to drafts of records, one module per format.
//!
//! Pure: no network, no files. A reader gives what it could read and the problems it met; it never refuses a whole
//! payload for one bad value.

pub mod ckan;
pub mod decode;
pub mod imsma;
pub mod inventory;
pub mod json_stream;
pub mod table;

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
