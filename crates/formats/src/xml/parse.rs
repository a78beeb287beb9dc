//! From text to a tree, with every limit that hostile XML needs.

use std::borrow::Cow;

use cairn_model::{Position, Problem};
use quick_xml::NsReader;
use quick_xml::errors::Error;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceResolver, QName, ResolveResult};

use super::{Attribute, Element, Node, Vocabulary, local_name, prefix, replacement};

/// Elements inside one another.
const MAX_DEPTH: usize = 256;
/// Attributes of one element.
const MAX_ATTRIBUTES: usize = 512;
/// Declared namespaces that hold at one place.
const MAX_NAMESPACES: usize = 512;
/// Elements, attributes and texts of one document.
const MAX_NODES: usize = 2_000_000;

/// A document as a tree.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    /// The document's element.
    pub(crate) root: Element<'t>,
    /// What was passed over or read for what was meant. One of each sort, where it stood first.
    pub(crate) problems: Vec<Problem>,
}

/// Parses a document.
///
/// A name with a prefix that is not declared belongs to no vocabulary that is read. A reference to an entity that XML
/// itself does not define, and an ampersand that begins no reference, stay in the text as they are written.
///
/// # Errors
/// A problem with the byte where the text stops being XML, or where it exceeds a limit.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Problem> {
    let mut builder = Builder::new(text);
    while builder.step()? {}
    match builder.root {
        Some(root) => Ok(Document { root, problems: builder.problems }),
        None => Err(broken("the document has no element", text.len() as u64)),
    }
}

struct Builder<'t> {
    text: &'t str,
    reader: NsReader<&'t [u8]>,
    open: Vec<Element<'t>>,
    root: Option<Element<'t>>,
    nodes: usize,
    problems: Vec<Problem>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        reader.resolver_mut().set_max_namespace_bindings(MAX_NAMESPACES);
        Self { text, reader, open: Vec::new(), root: None, nodes: 0, problems: Vec::new() }
    }

    /// Reads the next piece; false at the end.
    fn step(&mut self) -> Result<bool, Problem> {
        let start = self.place();
        let event = self.reader.read_event().map_err(|error| fault(&error, self.reader_error()))?;
        match event {
            Event::Start(tag) => {
                let element = self.element(&tag, start)?;
                self.open.push(element);
            }
            Event::Empty(tag) => {
                let element = self.element(&tag, start)?;
                self.close(element);
            }
            Event::End(_) => {
                if let Some(element) = self.open.pop() {
                    self.close(element);
                }
            }
            Event::Text(text) => {
                let text = text.into_inner();
                if text.contains('&') {
                    let message = "an ampersand that begins no reference was taken as it is written";
                    self.report("bare-ampersand", message, start);
                }
                self.add_text(text, start)?;
            }
            Event::CData(text) => self.add_text(text.into_inner(), start)?,
            Event::GeneralRef(reference) => {
                let text = if let Some(letter) = replacement(&reference) {
                    Cow::Owned(letter.to_string())
                } else {
                    let message = "a reference to what XML itself does not define was left as it is written";
                    self.report("unknown-entity", message, start);
                    Cow::Borrowed(&self.text[start..self.place()])
                };
                self.add_text(text, start)?;
            }
            Event::DocType(_) => {
                let message = "the document has a document type definition; nothing that it defines is used";
                self.report("doctype-ignored", message, start);
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if self.open.is_empty() => return Ok(false),
            Event::Eof => return Err(broken("the document ends inside an element", self.text.len() as u64)),
        }
        Ok(true)
    }

    fn place(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.text.len())
    }

    fn reader_error(&self) -> u64 {
        self.reader.error_position()
    }

    fn element(&mut self, tag: &BytesStart<'_>, start: usize) -> Result<Element<'t>, Problem> {
        let byte = start as u64;
        if self.open.is_empty() && self.root.is_some() {
            return Err(broken("another element follows the document's element", byte));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(limit("xml-too-deep", "more than 256 elements stand inside one another", byte));
        }
        self.count(byte)?;
        let text: &'t str = self.text;
        let end = self.place();
        let inside = text[start..end].strip_prefix('<').and_then(|tag| tag.strip_suffix('>'));
        let inside = inside.ok_or_else(|| broken("a tag is not well formed", byte))?;
        let inside = inside.strip_suffix('/').unwrap_or(inside);
        let name_length = tag.name().as_ref().len();
        let written = inside.get(..name_length).ok_or_else(|| broken("a tag is not well formed", byte))?;
        let resolver = self.reader.resolver();
        let mut undeclared = false;
        let vocabulary = vocabulary_of(resolver, written, true, &mut undeclared);
        let mut attributes = Vec::new();
        let mut damaged = false;
        // Without the parser's own check for doubled names, which takes the square of their number.
        for attribute in Attributes::new(inside, name_length).with_checks(false) {
            if attributes.len() == MAX_ATTRIBUTES {
                return Err(limit("xml-too-many-attributes", "an element has more than 512 attributes", byte));
            }
            let Ok(attribute) = attribute else {
                damaged = true;
                continue;
            };
            let written = attribute.key.into_inner();
            let vocabulary = vocabulary_of(resolver, written, false, &mut undeclared);
            let value = match attribute.value {
                Cow::Borrowed(raw) => quick_xml::escape::unescape(raw).unwrap_or(Cow::Borrowed(raw)),
                Cow::Owned(value) => Cow::Owned(value),
            };
            // Their limit holds when the next element is counted.
            self.nodes += 1;
            attributes.push(Attribute { written, vocabulary, value });
        }
        if undeclared {
            let message = "a prefix stands for no namespace; what has it is not read";
            self.report("undeclared-prefix", message, start);
        }
        if damaged {
            self.report("broken-attribute", "an attribute is not well formed and was left out", start);
        }
        let mut element = Element {
            written,
            name: Cow::Borrowed(local_name(written)),
            vocabulary,
            attributes,
            nodes: Vec::new(),
            span: start..end,
        };
        if let Some(general) = element.attribute_of(Vocabulary::Iso, "isoType").map(|name| local_name(name).to_owned())
        {
            element.name = Cow::Owned(general);
            element.vocabulary = Vocabulary::Iso;
        }
        Ok(element)
    }

    fn close(&mut self, mut element: Element<'t>) {
        element.span.end = self.place();
        match self.open.last_mut() {
            Some(parent) => parent.nodes.push(Node::Element(Box::new(element))),
            None => self.root = Some(element),
        }
    }

    fn add_text(&mut self, text: Cow<'t, str>, start: usize) -> Result<(), Problem> {
        self.count(start as u64)?;
        match self.open.last_mut() {
            Some(element) => element.nodes.push(Node::Text(text)),
            None if text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}').is_empty() => {}
            None => return Err(broken("there is text outside of the document's element", start as u64)),
        }
        Ok(())
    }

    fn count(&mut self, byte: u64) -> Result<(), Problem> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(limit(
                "xml-too-large",
                "the document has more than 2 million elements, attributes and texts",
                byte,
            ));
        }
        Ok(())
    }

    /// Reports the first of each sort: a document may have as many as it has letters.
    fn report(&mut self, code: &str, message: &str, start: usize) {
        if !self.problems.iter().any(|problem| problem.code == code) {
            self.problems.push(at(Problem::warning(code, "", message), start as u64));
        }
    }
}

/// The vocabulary of a name. Names without prefix are of the default namespace, unless they are those of attributes.
fn vocabulary_of(resolver: &NamespaceResolver, written: &str, is_element: bool, undeclared: &mut bool) -> Vocabulary {
    if !is_element && (written == "xmlns" || prefix(written) == "xmlns") {
        return Vocabulary::Other;
    }
    match resolver.resolve(QName(written), is_element).0 {
        ResolveResult::Unbound => Vocabulary::None,
        ResolveResult::Bound(namespace) => Vocabulary::of(namespace.into_inner()),
        ResolveResult::Unknown(_) => {
            *undeclared = true;
            Vocabulary::Other
        }
    }
}

fn fault(error: &Error, byte: u64) -> Problem {
    match error {
        Error::Namespace(_) => limit("xml-namespaces", "the namespaces are not declared as XML has it", byte),
        _ => broken("the XML is not well formed", byte),
    }
}

fn broken(message: &str, byte: u64) -> Problem {
    limit("broken-xml", message, byte)
}

fn limit(code: &str, message: &str, byte: u64) -> Problem {
    at(Problem::error(code, "", message), byte)
}

fn at(problem: Problem, byte: u64) -> Problem {
    problem.at(Position { byte: Some(byte), ..Position::default() })
}
