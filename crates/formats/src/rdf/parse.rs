//! From bytes to a graph, in whatever syntax they are.

use std::ops::Range;

use cairn_model::{Position, Problem};
use oxrdf::{NamedNode, NamedOrBlankNode, Term};
use oxrdfxml::RdfXmlParser;
use oxttl::{NTriplesParser, TriGParser};

use super::graph::Graph;
use super::lost_access::{self, Mark};
use super::{json_ld, tidy, xml_limits};
use crate::decode::decode_text;

/// Statements of one document.
const MOST_STATEMENTS: usize = 4_000_000;

/// Faults of a document that are listed one by one, and those at which the reading ends.
const MOST_PROBLEMS: usize = 20;
const MOST_FAULTS: usize = 100;

/// Bytes of terms for each byte of the document, above [`LEAST_TERMS`]: prefixes and base addresses can make much of little.
const MOST_EXPANSION: usize = 32;
const LEAST_TERMS: usize = 8 << 20;

/// A document as read.
pub(crate) struct Parsed {
    /// What it says.
    pub(crate) graph: Graph,
    /// What could not be read; of severity error where statements are lost.
    pub(crate) problems: Vec<Problem>,
    /// Whether statements were lost. A statement can stand anywhere, so that nobody knows what they were about.
    pub(crate) lost_statements: bool,
}

/// Reads a document. `address` is where it is from, for what it names by a part of an address only.
///
/// # Errors
/// A problem with `Severity::Error` when the document is none of the syntaxes or breaks a limit.
pub(crate) fn parse(bytes: &[u8], address: Option<&str>) -> Result<Parsed, Problem> {
    let declared = declared_encoding(bytes);
    let decoded = decode_text(bytes, declared.as_deref());
    let mut collector = Collector::new(decoded.text.len());
    collector.problems = decoded.problems;
    match Syntax::of(&decoded.text)? {
        Syntax::JsonLd => json_ld::collect(&decoded.text, address, &mut collector)?,
        Syntax::RdfXml => collect_xml(&decoded.text, address, &mut collector)?,
        Syntax::Turtle => collect_turtle(&decoded.text, address, &mut collector),
    }
    Ok(collector.finish())
}

/// Reads N-Triples that [`super::canonical::n_triples`] wrote, or any other.
pub(crate) fn parse_n_triples(bytes: &[u8]) -> Parsed {
    let mut collector = Collector::new(bytes.len());
    for triple in NTriplesParser::new().lenient().for_slice(bytes) {
        let going_on = match triple {
            Ok(triple) => collector.take(triple.subject, triple.predicate, triple.object),
            Err(error) => {
                let byte = Some(error.location().start.offset);
                collector.note_fault("broken-n-triples", error.message(), byte, true)
            }
        };
        if !going_on {
            break;
        }
    }
    collector.finish()
}

enum Syntax {
    JsonLd,
    RdfXml,
    /// Turtle and what it is a part of or a part of it: `TriG` and N-Triples.
    Turtle,
}

impl Syntax {
    /// The syntax by the first signs of the text: servers send all of them under each other's media types.
    fn of(text: &str) -> Result<Self, Problem> {
        let text = text.trim_start();
        let mut signs = text.chars().filter(|sign| !sign.is_whitespace());
        match (signs.next(), signs.next()) {
            (None, _) => Err(Problem::error("empty-payload", "", "the payload is empty")),
            (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | '"' | '[' | ']')) => {
                // `[ ] a dcat:Dataset` is Turtle.
                let is_turtle = text.starts_with('[')
                    && !text.trim_start_matches(['[', ']', ' ']).is_empty()
                    && signs.next().is_some_and(|sign| sign.is_alphabetic() || sign == '<');
                Ok(if is_turtle { Self::Turtle } else { Self::JsonLd })
            }
            (Some('<'), _) => Self::of_angle(text),
            _ => Ok(Self::Turtle),
        }
    }

    /// `<` begins an element or an address.
    fn of_angle(text: &str) -> Result<Self, Problem> {
        let head: String = text.chars().take(200).collect::<String>().to_ascii_lowercase();
        if head.starts_with("<!doctype html") || head.starts_with("<html") {
            return Err(Problem::error("html-instead-of-rdf", "", "a web page stands where RDF was due"));
        }
        if head.starts_with("<?") || head.starts_with("<!") {
            return Ok(Self::RdfXml);
        }
        let name: String =
            head[1..].chars().take_while(|sign| sign.is_alphanumeric() || "_-.:".contains(*sign)).collect();
        let after = head[1 + name.len()..].chars().next();
        // An element with a prefix declares it, and the name of an address is followed by a slash or its end.
        let is_element =
            !name.is_empty() && after.is_some_and(|sign| sign.is_whitespace() || (sign == '>' && !name.contains(':')));
        Ok(if is_element { Self::RdfXml } else { Self::Turtle })
    }
}

/// The encoding that an XML declaration states (XML 1.0 §4.3.3).
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let declaration = head.trim_start_matches('\u{feff}').strip_prefix("<?xml")?.split_once("?>")?.0.to_owned();
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|sign| matches!(sign, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.to_owned())
}

fn collect_xml(text: &str, address: Option<&str>, collector: &mut Collector) -> Result<(), Problem> {
    let mut text = without_declaration(text);
    match xml_limits::check(&text) {
        Ok(misplaced) => text = without(text, &misplaced),
        // What stands before the place where a document breaks is read all the same.
        Err(problem) if problem.code == "broken-xml" => {
            collector.lost_statements = true;
            collector.report(problem);
        }
        Err(problem) => return Err(problem),
    }
    let mut parser = RdfXmlParser::new().lenient();
    if let Some(address) = address {
        parser = parser.clone().with_base_iri(address).unwrap_or(parser);
    }
    let mut triples = parser.for_slice(&text);
    while let Some(triple) = triples.next() {
        match triple {
            Ok(triple) => {
                if !collector.take(triple.subject, triple.predicate, triple.object) {
                    break;
                }
            }
            // The parser has lost its place among the elements.
            Err(error) => {
                collector.note_fault("broken-rdf-xml", &error.to_string(), Some(triples.buffer_position()), true);
                break;
            }
        }
    }
    Ok(())
}

/// The document with blanks in these places.
fn without(text: String, places: &[Range<usize>]) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut end = 0;
    for place in places {
        if let (Some(before), Some(blank)) = (text.get(end..place.start), text.get(place.clone())) {
            rest.push_str(before);
            rest.extend(std::iter::repeat_n(' ', blank.len()));
            end = place.end;
        }
    }
    if end == 0 {
        return text;
    }
    rest.push_str(&text[end..]);
    rest
}

/// The document with blanks in place of its declaration, which names an encoding that it is no longer in.
fn without_declaration(text: &str) -> String {
    let start = text.len() - text.trim_start().len();
    match text[start..].starts_with("<?xml").then(|| text[start..].find("?>")).flatten() {
        Some(end) => format!("{}{}", " ".repeat(start + end + 2), &text[start + end + 2..]),
        None => text.to_owned(),
    }
}

fn collect_turtle(text: &str, address: Option<&str>, collector: &mut Collector) {
    let mut parser = TriGParser::new().lenient();
    if let Some(address) = address {
        parser = parser.clone().with_base_iri(address).unwrap_or(parser);
    }
    for quad in parser.for_slice(text) {
        let going_on = match quad {
            Ok(quad) => collector.take(quad.subject, quad.predicate, quad.object),
            Err(error) => {
                let byte = Some(error.location().start.offset);
                collector.note_fault("broken-turtle", error.message(), byte, true)
            }
        };
        if !going_on {
            return;
        }
    }
}

/// Takes statements as long as there are not too many.
pub(super) struct Collector {
    graph: Graph,
    problems: Vec<Problem>,
    faults: usize,
    lost_statements: bool,
    /// Whether the faults of the document were told when it was read before.
    is_told: bool,
    /// Bytes of terms that may still be taken.
    budget: usize,
}

impl Collector {
    fn new(length: usize) -> Self {
        Self {
            graph: Graph::default(),
            problems: Vec::new(),
            faults: 0,
            lost_statements: false,
            is_told: false,
            budget: budget_of(length),
        }
    }

    /// Whether a part of the document could not be read.
    pub(super) fn has_faults(&self) -> bool {
        self.faults > 0
    }

    /// Forgets what was read, to read the document again in so many bytes; its faults are told already.
    pub(super) fn begin_again(&mut self, length: usize) {
        self.graph = Graph::default();
        (self.budget, self.faults, self.is_told) = (budget_of(length), 0, true);
    }

    /// Puts back the statements of access that were lost.
    pub(super) fn put_back_access(&mut self, marks: Vec<Mark>) {
        lost_access::put_back(&mut self.graph, marks, &mut self.problems);
    }

    pub(super) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Takes a statement; false when no more are taken.
    pub(super) fn take(&mut self, subject: NamedOrBlankNode, property: NamedNode, object: Term) -> bool {
        let length = length_of_node(&subject) + property.as_str().len() + length_of_term(&object);
        if length > self.budget || self.graph.len() >= MOST_STATEMENTS {
            let message = "the document makes far more statements than its length allows: the rest is not read";
            self.tell(Problem::error("too-large", "", message));
            self.lost_statements = true;
            return false;
        }
        self.budget -= length;
        self.graph.insert(tidy::subject(subject), tidy::address(property), tidy::object(object));
        true
    }

    /// Notes that a part of the document cannot be read; false when the reading ends.
    pub(super) fn note_fault(&mut self, code: &str, what: &str, byte: Option<u64>, loses_statements: bool) -> bool {
        self.faults += 1;
        self.lost_statements |= loses_statements;
        if self.faults <= MOST_PROBLEMS {
            let message = "a part of the document cannot be read";
            let problem =
                if loses_statements { Problem::error(code, "", message) } else { Problem::warning(code, "", message) };
            self.tell(problem.with_value(what).at(Position { byte, ..Position::default() }));
        }
        if self.faults == MOST_FAULTS {
            let message = "so much of the document cannot be read that the rest is not tried";
            self.tell(Problem::error("too-many-problems", "", message));
            // The rest may be about any of its records.
            self.lost_statements = true;
        }
        self.faults < MOST_FAULTS
    }

    fn tell(&mut self, problem: Problem) {
        if !self.is_told {
            self.problems.push(problem);
        }
    }

    fn finish(mut self) -> Parsed {
        self.graph.settle();
        Parsed { graph: self.graph, problems: self.problems, lost_statements: self.lost_statements }
    }
}

/// Bytes of terms that a document of such a length may have.
fn budget_of(length: usize) -> usize {
    length.saturating_mul(MOST_EXPANSION).saturating_add(LEAST_TERMS)
}

fn length_of_node(node: &NamedOrBlankNode) -> usize {
    match node {
        NamedOrBlankNode::NamedNode(iri) => iri.as_str().len(),
        NamedOrBlankNode::BlankNode(node) => node.as_str().len(),
    }
}

fn length_of_term(term: &Term) -> usize {
    match term {
        Term::NamedNode(iri) => iri.as_str().len(),
        Term::BlankNode(node) => node.as_str().len(),
        Term::Literal(literal) => literal.value().len() + literal.datatype().as_str().len(),
    }
}
