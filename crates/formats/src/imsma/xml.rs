//! XML as a stream of few, small pieces, with every limit that hostile XML needs.
//!
//! Texts over 64 KiB lose their ends on the way (see [`super::shorten`]), so that photos cost no memory. A tag over 8 MiB
//! ends the reading.
//!
//! Names are local names: exports differ in their namespaces, so that prefixes are dropped and never resolved. Document
//! type definitions are refused. Only the five entities of XML itself and character references are replaced.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::events::{BytesStart, Event};

use super::shorten::Shortened;
use crate::xml::replacement;

/// Bytes of one piece. Only a tag with its attributes can be as long: all else is shortened before.
const MAX_PIECE: usize = 8 << 20;

/// Elements inside one another.
const MAX_DEPTH: usize = 256;

/// Attributes of one element.
const MAX_ATTRIBUTES: usize = 512;

/// Longer texts and values are of no use to the reader and are handed over as if they were empty.
const LONGEST_TEXT: usize = 4096;

/// A piece of the document.
pub(super) enum Piece {
    /// An element begins. Attributes with a prefix are left out.
    Start {
        /// Local name.
        name: String,
        /// Attributes, by local name.
        attributes: Vec<(String, String)>,
    },
    /// Text of the element that is open.
    Text(String),
    /// The element that is open ends.
    End,
    /// The document ended properly.
    Eof,
}

/// Why the document cannot be read further. The words are ours: a parser's would quote the document.
pub(super) struct XmlFault {
    /// Code of the problem.
    pub(super) code: &'static str,
    /// What is wrong.
    pub(super) message: &'static str,
    /// Byte in the decoded document.
    pub(super) byte: u64,
}

/// A document that is read.
pub(super) struct XmlPieces<R> {
    reader: Reader<Bounded<R>>,
    buffer: Vec<u8>,
    depth: usize,
    started: bool,
    /// An empty element was handed over as a start; its end is owed.
    owed_end: bool,
}

impl<R: Read> XmlPieces<R> {
    /// Reads a document in UTF-8.
    pub(super) fn new(reader: R) -> Self {
        let bounded = Bounded { inner: Shortened::new(BufReader::new(reader)), used: 0, exceeded: false };
        Self { reader: Reader::from_reader(bounded), buffer: Vec::new(), depth: 0, started: false, owed_end: false }
    }

    /// Bytes read so far.
    pub(super) fn byte(&self) -> u64 {
        self.reader.buffer_position() + self.left_out()
    }

    /// Bytes that the parser was not given so far.
    fn left_out(&self) -> u64 {
        self.reader.get_ref().inner.left_out()
    }

    /// The next piece.
    ///
    /// # Errors
    /// An [`XmlFault`], after which nothing more can be read.
    pub(super) fn next_piece(&mut self) -> Result<Piece, XmlFault> {
        if self.owed_end {
            self.owed_end = false;
            return Ok(self.end());
        }
        loop {
            self.buffer.clear();
            self.reader.get_mut().used = 0;
            let left_out_before = self.left_out();
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => {
                    let byte = self.reader.error_position() + left_out_before;
                    return Err(fault_of(&error, self.reader.get_ref().exceeded, byte));
                }
            };
            let byte = self.reader.buffer_position() + self.reader.get_ref().inner.left_out();
            let broken = |message| XmlFault { code: "broken-xml", message, byte };
            let text = match event {
                Event::Start(tag) => {
                    let piece = start(&tag, byte)?;
                    return self.begin(piece, byte);
                }
                Event::Empty(tag) => {
                    let piece = start(&tag, byte)?;
                    self.owed_end = true;
                    return self.begin(piece, byte);
                }
                Event::End(_) => return Ok(self.end()),
                Event::Text(text) => short(&text),
                Event::CData(text) => short(&text),
                Event::GeneralRef(reference) => match replacement(&reference) {
                    Some(letter) => letter.to_string(),
                    None => {
                        return Err(XmlFault {
                            code: "unknown-entity",
                            message: "the document refers to an entity that XML itself does not define",
                            byte,
                        });
                    }
                },
                Event::DocType(_) => {
                    return Err(XmlFault {
                        code: "doctype-refused",
                        message: "the document has a document type definition; such documents are not read",
                        byte,
                    });
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
                Event::Eof if self.depth > 0 => {
                    return Err(broken("the document ends inside an element"));
                }
                Event::Eof if !self.started => return Err(broken("the document has no element")),
                Event::Eof => return Ok(Piece::Eof),
            };
            if self.depth > 0 {
                return Ok(Piece::Text(text));
            }
            if !text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}').is_empty() {
                return Err(broken("there is text outside of the document's element"));
            }
        }
    }

    fn begin(&mut self, piece: Piece, byte: u64) -> Result<Piece, XmlFault> {
        if self.depth == 0 && self.started {
            let message = "another element follows the document's element";
            return Err(XmlFault { code: "broken-xml", message, byte });
        }
        if self.depth == MAX_DEPTH {
            let message = "more than 256 elements stand inside one another";
            return Err(XmlFault { code: "xml-too-deep", message, byte });
        }
        self.started = true;
        self.depth += 1;
        Ok(piece)
    }

    fn end(&mut self) -> Piece {
        // The parser gives no end without its start.
        self.depth = self.depth.saturating_sub(1);
        Piece::End
    }
}

fn start(tag: &BytesStart<'_>, byte: u64) -> Result<Piece, XmlFault> {
    let mut attributes = Vec::new();
    // Without the parser's own check for doubled names, which takes the square of their number.
    for (number, attribute) in tag.attributes().with_checks(false).enumerate() {
        if number == MAX_ATTRIBUTES {
            let message = "an element has more than 512 attributes";
            return Err(XmlFault { code: "xml-too-many-attributes", message, byte });
        }
        let Ok(attribute) = attribute else {
            return Err(XmlFault { code: "broken-xml", message: "an attribute is not well formed", byte });
        };
        let name = String::from_utf8_lossy(attribute.key.as_ref().as_ref()).into_owned();
        if !name.contains(':') && name != "xmlns" {
            let value = String::from_utf8_lossy(attribute.value.as_ref().as_ref()).into_owned();
            let value = quick_xml::escape::unescape(&short(&value)).map(String::from).unwrap_or_default();
            attributes.push((name, value));
        }
    }
    let name = String::from_utf8_lossy(tag.local_name().as_ref().as_ref()).into_owned();
    Ok(Piece::Start { name, attributes })
}

fn short(text: &str) -> String {
    if text.len() > LONGEST_TEXT { String::new() } else { text.to_owned() }
}

fn fault_of(error: &Error, exceeded: bool, byte: u64) -> XmlFault {
    match error {
        Error::Io(_) if exceeded => {
            let message = "a tag is longer than 8 MiB";
            XmlFault { code: "xml-too-long", message, byte }
        }
        Error::Io(_) => XmlFault { code: "read-failed", message: "the export cannot be read further", byte },
        _ => XmlFault { code: "broken-xml", message: "the XML is not well formed", byte },
    }
}

/// Lets only so many bytes pass for one piece, because the parser keeps a piece whole.
struct Bounded<R> {
    inner: Shortened<BufReader<R>>,
    used: usize,
    exceeded: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl<R: Read> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used > MAX_PIECE {
            self.exceeded = true;
            return Err(io::Error::other("a piece is too long"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.used = self.used.saturating_add(amount);
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of a document, written out, and the code of the fault that ended it.
    fn read(document: &str) -> String {
        let mut pieces = XmlPieces::new(document.as_bytes());
        let mut written = String::new();
        loop {
            match pieces.next_piece() {
                Ok(Piece::Start { name, attributes }) => {
                    written.extend(["<", &name]);
                    for (name, value) in attributes {
                        written.extend([" ", &name, "=", &value]);
                    }
                    written.push('>');
                }
                Ok(Piece::Text(text)) => written.push_str(&text),
                Ok(Piece::End) => written.push_str("</>"),
                Ok(Piece::Eof) => return written,
                Err(fault) => return format!("{written} {} at {}", fault.code, fault.byte),
            }
        }
    }

    #[test]
    fn pieces_come_with_local_names_and_the_five_entities() {
        let document =
            "<?xml version='1.0'?><!-- c --><m:a xmlns:m='u' x='1 &amp; 2'>p &lt; &#x71;<b/><![CDATA[&r;]]></m:a>\n";
        assert_eq!(read(document), "<a x=1 & 2>p < q<b></>&r;</>");
    }

    #[test]
    fn what_is_no_whole_document_is_a_fault_with_a_byte() {
        assert_eq!(read("<a><b></a>"), "<a><b> broken-xml at 6");
        assert_eq!(read("<a><b>"), "<a><b> broken-xml at 6");
        assert_eq!(read("<a/><c/>"), "<a></> broken-xml at 8");
        assert_eq!(read("<a/>more"), "<a></> broken-xml at 8");
        assert_eq!(read("<a>&secret;</a>"), "<a> unknown-entity at 11");
        assert_eq!(read("<!-- -->"), " broken-xml at 8");
    }

    #[test]
    fn document_types_are_refused() {
        assert_eq!(read("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), " doctype-refused at 30");
    }

    #[test]
    fn depth_attributes_and_length_have_limits() {
        assert!(read(&"<a>".repeat(300)).contains("xml-too-deep"));
        let attributes: Vec<String> = (0..600).map(|number| format!(" a{number}='1'")).collect();
        let attributes = attributes.concat();
        assert!(read(&format!("<a{attributes}/>")).contains("xml-too-many-attributes"));
        let long = "x".repeat(9 << 20);
        assert!(read(&format!("<a b='{long}'/>")).contains("xml-too-long"));
        assert!(read(&format!("<a>&{long}</a>")).contains("xml-too-long"), "a reference is never left out");
        assert_eq!(read(&format!("<a>{}</a>", "x".repeat(5000))), "<a></>");
    }

    #[test]
    fn a_text_of_any_length_is_passed_over_and_what_follows_keeps_its_byte() {
        let long = "x".repeat(9 << 20);
        for document in [
            format!("<a>{long}</a>"),
            format!("<a><![CDATA[{long}]]></a>"),
            format!("<a><!--{long}--><?p {long}?></a>"),
        ] {
            assert_eq!(read(&document), "<a></>");
            let broken = format!("{document}<b/>");
            assert_eq!(read(&broken), format!("<a></> broken-xml at {}", broken.len()));
        }
        assert_eq!(read(&format!("<a>{long}")), format!("<a> broken-xml at {}", long.len() + 3));
        assert_eq!(read(&format!("<a><![CDATA[{long}")), "<a> broken-xml at 3");
    }
}
