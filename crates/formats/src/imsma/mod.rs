//! IMSMA exports (maXML, NG tables in CSV, Core and Survey123 in CSV), and the layers of a server, to a record per item type.
//!
//! An export holds victims and coordinates; the catalogue keeps neither. The export is read once as a stream, and what
//! is kept of it is listed in `summary.rs` and nowhere else:
//!
//! - how many records there are, rounded to five; under five only "fewer than 5";
//! - the first and the last month;
//! - admin 1 areas that the gazetteer knows, and admin 2 areas of it in which at least five records lie;
//! - organisations and status values that a vocabulary or the source's configuration names;
//! - which fields of the published dictionaries there are, each with the terms of its class, and how many others, rounded;
//! - how far the fields cover the minimum data requirements.
//!
//! Nothing is counted by area or attribute, so two exports cannot be subtracted from one another. Records of persons
//! (victims and the assistance given to them) go further: a month, area, organisation or country is named only where at
//! least five persons share or pass it, no status is named at all, and the header of a table, not what is filled below it,
//! decides about its fields; a field of maXML is named where five persons have it. One person in many rows is one record.
//!
//! An export that breaks off gives drafts all the same, so that its holdings stay known, but without a count and without
//! coverage of the minimum data (half an export would state both wrongly), and [`ImsmaReading::complete`] is false.
//!
//! A server of IMSMA Core is read by the descriptions of its layers alone ([`ImsmaLayers`]): item types, and the fields that
//! they have. No record is asked for, so nothing is counted.
//!
//! No type in here that holds a value of a record implements `Debug`, and no error of a parser is passed on: they quote
//! what they could not read.

mod bundled;
mod columns;
mod custom_fields;
mod delimited;
mod describe;
mod dictionary;
mod draft;
mod item_type;
mod keys;
mod layers;
mod maxml;
mod minimum_data;
mod month;
mod organisations;
mod phrases;
mod problem_log;
mod recognise;
mod report;
mod shorten;
mod source;
mod summary;
mod tally;
mod xml;

use std::io::{Cursor, Read};

use cairn_model::{Draft, Problem, Vocabularies};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::decode::{ExpansionLimits, decode_stream, open_stream};
pub(crate) use columns::row_of_export;
pub use layers::{ImsmaLayers, LayersReading};
use month::Month;
use problem_log::ProblemLog;
use recognise::Recogniser;
use source::HashedSource;
use summary::Basis;
use tally::Tallies;

/// What a compressed export may grow to. It is never held whole: the limits only end what would never end.
const EXPANSION: ExpansionLimits = ExpansionLimits { decoded_bytes: 64 << 30, ratio: 1000 };

/// Bytes by which the format is told.
const HEAD: u64 = 4096;

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
///
/// Dates after today (UTC) are implausible; [`read_export_on`] takes the day as an argument.
pub fn read_export(
    reader: impl Read,
    name: &str,
    owner: &str,
    settings: &ImsmaSettings,
    vocabularies: &Vocabularies,
) -> ImsmaReading {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    read_export_on(today, reader, name, owner, settings, vocabularies)
}

/// Reads an export as on the day `today`; see [`read_export`].
pub fn read_export_on(
    today: Date,
    reader: impl Read,
    name: &str,
    owner: &str,
    settings: &ImsmaSettings,
    vocabularies: &Vocabularies,
) -> ImsmaReading {
    let mut log = ProblemLog::default();
    let recogniser = Recogniser::new(settings, vocabularies, Month::of(today), &mut log);
    let mut tallies = Tallies::default();
    let mut source = HashedSource::new(reader);
    let mut complete = read_stream(&mut source, name, &recogniser, &mut tallies, &mut log);
    if !source.drain() {
        log.add(Problem::error("read-failed", "", "the export could not be read to its end"));
        complete = false;
    }
    let drafts = draft::drafts(&tallies, Basis::Export { complete }, owner, &recogniser);
    ImsmaReading { drafts, problems: log.finish(), complete, hash: source.digest() }
}

/// Tells the format and reads the records. False when they could not all be read.
fn read_stream(
    source: &mut impl Read,
    name: &str,
    recogniser: &Recogniser<'_>,
    tallies: &mut Tallies,
    log: &mut ProblemLog,
) -> bool {
    let mut head = Vec::new();
    let Ok(mut stream) = open_stream(source, EXPANSION) else {
        return refuse(log, "read-failed", "the export could not be read");
    };
    if (&mut stream).take(HEAD).read_to_end(&mut head).is_err() {
        return refuse(log, "read-failed", "the export could not be read");
    }
    if head.is_empty() {
        return refuse(log, "empty-export", "the export is empty");
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return refuse(
            log,
            "zip-refused",
            "ZIP archives and workbooks are not read as an export: unpack the archive or save the table as CSV",
        );
    }
    let is_xml = first_letter(&head) == Some(b'<');
    let ending = name.rsplit('.').next().unwrap_or_default();
    if !is_xml && (ending.eq_ignore_ascii_case("xml") || ending.eq_ignore_ascii_case("maxml")) {
        return refuse(log, "not-xml", "the name of the export ends like XML, but its first character is not `<`");
    }
    let declared = if is_xml { crate::xml::declared_encoding(&head) } else { None };
    let whole = Cursor::new(head).chain(stream);
    if is_xml {
        let mut text = decode_stream(whole, declared.as_deref());
        let complete = maxml::read(&mut text, recogniser, tallies, log);
        log.add_encoding_problems(&text.problems());
        complete
    } else {
        delimited::read(whole, recogniser, tallies, log)
    }
}

fn refuse(log: &mut ProblemLog, code: &str, message: &str) -> bool {
    log.add(Problem::error(code, "", message));
    false
}

/// The first byte that is neither blank nor part of a byte order mark nor one half of a UTF-16 unit.
fn first_letter(head: &[u8]) -> Option<u8> {
    let skipped = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xfe | 0xff);
    head.iter().copied().find(|byte| !skipped(byte))
}
