//! JSON-LD: its limits, and the contexts that a document names.

use cairn_model::Problem;
use oxjsonld::{JsonLdErrorCode, JsonLdParser, JsonLdRemoteDocument};

use super::context::bundled;
use super::lost_access::{self, Mark};
use super::parse::Collector;
use super::tidy;
use crate::json_document::{broken, repair};
use crate::json_value::Value;

/// Contexts times the terms that they define: each context is a copy of what holds around it.
const MOST_CONTEXT_WORK: usize = 20_000_000;

/// Reads a document into the collector.
pub(super) fn collect(text: &str, address: Option<&str>, collector: &mut Collector) -> Result<(), Problem> {
    // The parser below takes any depth; this one refuses what is nested deeper than 128 values.
    match serde_json::from_str::<Value<'_>>(text) {
        Ok(value) => collect_checked(text, &value, address, collector),
        Err(error) => {
            let broken = || broken(text.as_bytes(), &error, "the document", "a JSON-LD document");
            let repaired = repair(text.as_bytes()).ok_or_else(broken)?;
            let text = String::from_utf8(repaired.bytes).map_err(|_| broken())?;
            let value = serde_json::from_str::<Value<'_>>(&text).map_err(|_| broken())?;
            repaired.problems.into_iter().for_each(|problem| collector.report(problem));
            collect_checked(&text, &value, address, collector)
        }
    }
}

fn collect_checked(
    text: &str,
    value: &Value<'_>,
    address: Option<&str>,
    collector: &mut Collector,
) -> Result<(), Problem> {
    let mut look = Look::default();
    look.at(value, false);
    if !look.is_json_ld {
        return Err(Problem::error(
            "not-rdf",
            "",
            "the payload is JSON, and neither JSON-LD nor a data.json: it has no list `dataset`",
        ));
    }
    if look.contexts.saturating_mul(look.terms) > MOST_CONTEXT_WORK {
        return Err(Problem::error("too-many-contexts", "", "the document defines far more contexts than any needs"));
    }
    let unknown: Vec<&String> = look.named.iter().filter(|named| bundled(named).is_none()).collect();
    for named in &unknown {
        let message = "the context is not one of those that are known here, and none is fetched: its terms are lost";
        collector.report(Problem::error("unknown-context", "@context", message).with_value(named));
    }
    read_statements(text, address, collector, &mut Vec::new());
    let loses_terms = !unknown.is_empty() || collector.has_faults();
    if loses_terms && let Some(marked) = lost_access::marked(value) {
        let mut marks = Vec::new();
        collector.begin_again(marked.len());
        read_statements(&marked, address, collector, &mut marks);
        collector.put_back_access(marks);
    }
    Ok(())
}

/// Reads all statements: those of marks to the marks, all others into the collector.
fn read_statements(text: &str, address: Option<&str>, collector: &mut Collector, marks: &mut Vec<Mark>) {
    let mut parser = JsonLdParser::new().lenient();
    if let Some(address) = address {
        parser = parser.clone().with_base_iri(address).unwrap_or(parser);
    }
    let quads = parser.for_slice(text).with_load_document_callback(|address, _| match bundled(address) {
        Some(document) => {
            Ok(JsonLdRemoteDocument { document: document.as_bytes().to_vec(), document_url: address.to_owned() })
        }
        None => Err("the context is not known here".into()),
    });
    for quad in quads {
        let going_on = match quad {
            Ok(quad) => match lost_access::name_of_mark(&quad.predicate) {
                Some(name) => {
                    marks.push((tidy::subject(quad.subject), name.to_owned(), quad.object));
                    true
                }
                None => collector.take(quad.subject, quad.predicate, quad.object),
            },
            Err(error) => {
                let byte = error.location().map(|location| location.start.offset);
                // A context that is not known was reported with its address.
                let is_context = matches!(
                    error.code(),
                    Some(JsonLdErrorCode::LoadingRemoteContextFailed | JsonLdErrorCode::LoadingDocumentFailed)
                );
                is_context || collector.note_fault("broken-json-ld", &error.to_string(), byte, false)
            }
        };
        if !going_on {
            break;
        }
    }
}

/// What a first look at a document finds.
#[derive(Default)]
struct Look {
    is_json_ld: bool,
    /// Contexts, and where contexts stand in contexts also the objects that these may apply to.
    contexts: usize,
    /// Terms that all contexts define.
    terms: usize,
    /// Addresses of contexts.
    named: Vec<String>,
}

impl Look {
    fn at(&mut self, value: &Value<'_>, in_context: bool) {
        match value {
            Value::List(values) => {
                for value in values {
                    self.at(value, in_context);
                }
            }
            Value::Object(fields) => {
                for (key, value) in &fields.0 {
                    self.is_json_ld |= matches!(key.as_ref(), "@context" | "@graph" | "@id" | "@type" | "@value");
                    if key == "@context" {
                        self.contexts += if in_context { fields.0.len().saturating_add(1000) } else { 1 };
                        self.context(value);
                    }
                    self.at(value, in_context || key == "@context");
                }
            }
            _ => {}
        }
    }

    fn context(&mut self, value: &Value<'_>) {
        match value {
            Value::List(values) => {
                for value in values {
                    self.context(value);
                }
            }
            Value::Object(fields) => {
                self.terms += fields.0.len();
                if let Some(imported) = fields.text("@import") {
                    self.name(&imported);
                }
            }
            value => {
                if let Some(address) = value.text() {
                    self.name(&address);
                    // The largest of the contexts that are bundled.
                    self.terms += 150;
                }
            }
        }
    }

    fn name(&mut self, address: &str) {
        if self.named.len() < 20 && !self.named.iter().any(|known| known == address) {
            self.named.push(address.to_owned());
        }
    }
}
