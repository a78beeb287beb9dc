//! Limits on RDF/XML, looked at before the document is parsed.
//!
//! The parser expands entities, looks prefixes up one after the other, compares every attribute of an element with every
//! other, and hands base addresses on to every element: each is harmless in a document that a catalogue writes.

use std::ops::Range;

use cairn_model::{Position, Problem};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements inside one another.
const MAX_DEPTH: usize = 128;
/// Attributes of one element.
const MAX_ATTRIBUTES: usize = 256;
/// Namespaces that are declared in the elements that are open.
const MAX_NAMESPACES: usize = 512;
/// Bytes of a namespace, a base address or a language.
const LONGEST_NAMESPACE: usize = 1024;

/// Whether the document keeps to the limits. Answers where text stands in an element that refers to a resource, as `GeoNetwork`
/// writes it: RDF/XML has no place for it (RDF 1.1 XML Syntax §7.2.21).
///
/// # Errors
/// The first limit that it breaks, or where it is no XML.
pub(super) fn check(text: &str) -> Result<Vec<Range<usize>>, Problem> {
    let mut reader = Reader::from_str(text);
    // Namespaces that each open element declares, and whether it refers to a resource.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut namespaces = 0;
    let mut misplaced = Vec::new();
    loop {
        let fault = |code: &str, message: &str, byte: u64| {
            Problem::error(code, "", message).at(Position { byte: Some(byte), ..Position::default() })
        };
        let at = reader.buffer_position();
        let Ok(event) = reader.read_event() else {
            let byte = reader.error_position();
            return Err(fault("broken-xml", "the document is not well formed", byte));
        };
        match event {
            Event::Start(tag) => {
                let declared = namespaces_of(&tag).map_err(|(code, message)| fault(code, message, at))?;
                namespaces += declared;
                open.push((declared, refers_to_resource(&tag)));
                if open.len() > MAX_DEPTH {
                    return Err(fault("xml-too-deep", "more than 128 elements stand inside one another", at));
                }
            }
            Event::Empty(tag) => {
                namespaces_of(&tag).map_err(|(code, message)| fault(code, message, at))?;
            }
            Event::End(_) => namespaces -= open.pop().map_or(0, |(declared, _)| declared),
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_)
                if open.last().is_some_and(|(_, refers)| *refers) =>
            {
                misplaced.extend(range(at, reader.buffer_position()));
            }
            Event::DocType(_) => {
                let message = "the document has a document type definition; such documents are not read";
                return Err(fault("doctype-refused", message, at));
            }
            Event::Eof if open.is_empty() => return Ok(misplaced),
            Event::Eof => return Err(fault("broken-xml", "the document ends inside an element", at)),
            _ => {}
        }
        if namespaces > MAX_NAMESPACES {
            return Err(fault("xml-too-many-namespaces", "more than 512 namespaces are declared at one place", at));
        }
    }
}

fn range(start: u64, end: u64) -> Option<Range<usize>> {
    Some(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}

fn refers_to_resource(tag: &BytesStart<'_>) -> bool {
    tag.attributes().with_checks(false).take(MAX_ATTRIBUTES).flatten().any(|attribute| {
        let name: &[u8] = attribute.key.as_ref().as_ref();
        name == b"rdf:resource"
    })
}

/// How many namespaces a tag declares.
fn namespaces_of(tag: &BytesStart<'_>) -> Result<usize, (&'static str, &'static str)> {
    let mut declared = 0;
    for (number, attribute) in tag.attributes().with_checks(false).enumerate() {
        if number == MAX_ATTRIBUTES {
            return Err(("xml-too-many-attributes", "an element has more than 256 attributes"));
        }
        let Ok(attribute) = attribute else { return Err(("broken-xml", "an attribute is not well formed")) };
        let name: &[u8] = attribute.key.as_ref().as_ref();
        if name.starts_with(b"xml") {
            declared += usize::from(name.starts_with(b"xmlns"));
            let value: &[u8] = attribute.value.as_ref().as_ref();
            if value.len() > LONGEST_NAMESPACE {
                return Err((
                    "xml-namespace-too-long",
                    "a namespace, base address or language is longer than 1024 bytes",
                ));
            }
        }
    }
    Ok(declared)
}
