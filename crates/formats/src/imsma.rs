//! IMSMA exports (maXML, NG tables in CSV, Core and Survey123 in CSV) to one record per item type.
//!
//! An export holds victims and coordinates; the catalogue keeps neither. The export is read once as a stream, and what
//! is kept of it is listed here and nowhere else.

use std::io::Read;

use cairn_model::{Draft, Problem, Vocabularies};
use serde::{Deserialize, Serialize};

/// `[imsma]` of a source's configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImsmaSettings {
    /// Country of the programme, as a name or code.
    pub country: String,
    /// Organisations that may be named.
    pub organisations: Vec<String>,
    /// Status values that may be named, beside those of the bundled vocabulary.
    pub statuses: Vec<String>,
    /// Names of custom defined fields that may be named in the data dictionary.
    pub custom_fields: Vec<String>,
}

/// What an export yields.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImsmaReading {
    /// One draft per item type that occurs, in the order of the item types.
    pub drafts: Vec<Draft>,
    /// Problems: position and field, never a value.
    pub problems: Vec<Problem>,
    /// Whether the export was read to its proper end.
    pub complete: bool,
    /// SHA-256 of the whole export.
    pub hash: [u8; 32],
}

/// Reads an export. `name` is its file name, whose ending is a hint to the format; `owner` the national authority.
pub fn read_export(
    _reader: impl Read,
    _name: &str,
    _owner: &str,
    _settings: &ImsmaSettings,
    _vocabularies: &Vocabularies,
) -> ImsmaReading {
    ImsmaReading::default()
}
