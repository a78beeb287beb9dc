//! RDF documents as graphs: Turtle, `TriG`, N-Triples, RDF/XML and JSON-LD, with every limit that hostile documents need.
//!
//! What a document says is all that counts here: named graphs are joined, and nothing is ever fetched.

pub(crate) mod canonical;
mod context;
pub(crate) mod graph;
mod json_ld;
pub(crate) mod lost_access;
pub(crate) mod names;
pub(crate) mod parse;
mod tidy;
mod xml_limits;
