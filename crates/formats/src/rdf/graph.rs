//! Statements by the node that they are about.

use std::collections::HashMap;
use std::collections::btree_map::Entry;

use cairn_model::{LocalizedText, text::UNDETERMINED};
use oxrdf::{NamedNode, NamedOrBlankNode, Term};

use super::names::{last_part, short_name};

/// Names by which nodes call themselves, the best first.
const LABELS: &[&str] = &[
    "skos:prefLabel",
    "foaf:name",
    "vcard:fn",
    "vcard:organization-name",
    "schema:name",
    "dct:title",
    "rdfs:label",
    "dc:title",
    "locn:geographicName",
    "dct:description",
    "rdfs:comment",
    "rdf:value",
    "skos:notation",
];

/// A graph; equal statements are one.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Described>,
    places: HashMap<NamedOrBlankNode, usize>,
    properties: Vec<Property>,
    property_places: HashMap<String, usize>,
    statements: usize,
}

/// A node and what is said of it, by the place of the property.
#[derive(Debug)]
struct Described {
    name: NamedOrBlankNode,
    statements: Vec<(usize, Term)>,
}

#[derive(Debug)]
struct Property {
    iri: NamedNode,
    name: String,
}

impl Graph {
    /// Adds a statement.
    pub(crate) fn insert(&mut self, subject: NamedOrBlankNode, property: NamedNode, object: Term) {
        let known = self.property_places.get(property.as_str()).copied();
        let property = known.unwrap_or_else(|| {
            let place = self.properties.len();
            self.property_places.insert(property.as_str().to_owned(), place);
            let name = short_name(property.as_str()).into_owned();
            self.properties.push(Property { iri: property, name });
            place
        });
        let node = *self.places.entry(subject).or_insert_with_key(|name| {
            self.nodes.push(Described { name: name.clone(), statements: Vec::new() });
            self.nodes.len() - 1
        });
        self.nodes[node].statements.push((property, object));
        self.statements += 1;
    }

    /// Drops repeated statements and puts those of a node in an order that does not depend on the document.
    pub(crate) fn settle(&mut self) {
        let properties = &self.properties;
        for node in &mut self.nodes {
            let mut keyed: Vec<(String, (usize, Term))> = std::mem::take(&mut node.statements)
                .into_iter()
                .map(|statement| (format!("{} {}", properties[statement.0].iri, statement.1), statement))
                .collect();
            keyed.sort_by(|(left, _), (right, _)| left.cmp(right));
            keyed.dedup_by(|(left, _), (right, _)| left == right);
            node.statements = keyed.into_iter().map(|(_, statement)| statement).collect();
        }
        self.statements = self.nodes.iter().map(|node| node.statements.len()).sum();
    }

    /// How many statements there are.
    pub(crate) fn len(&self) -> usize {
        self.statements
    }

    /// The nodes that are described, in the order of the document.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len()).map(|place| Node { graph: self, place })
    }

    /// The node of a term, if the document says anything of it.
    pub(crate) fn node(&self, term: &Term) -> Option<Node<'_>> {
        let name = match term {
            Term::NamedNode(iri) => NamedOrBlankNode::from(iri.clone()),
            Term::BlankNode(node) => NamedOrBlankNode::from(node.clone()),
            Term::Literal(_) => return None,
        };
        Some(Node { graph: self, place: *self.places.get(&name)? })
    }
}

/// A node that is described in a graph.
#[derive(Clone, Copy)]
pub(crate) struct Node<'g> {
    graph: &'g Graph,
    place: usize,
}

impl<'g> Node<'g> {
    /// Its place in the graph; it says which of two nodes is which.
    pub(crate) fn place(self) -> usize {
        self.place
    }

    /// Its name.
    pub(crate) fn name(self) -> &'g NamedOrBlankNode {
        &self.described().name
    }

    /// Its address, where it has one.
    pub(crate) fn address(self) -> Option<&'g str> {
        match self.name() {
            NamedOrBlankNode::NamedNode(iri) => Some(iri.as_str()),
            NamedOrBlankNode::BlankNode(_) => None,
        }
    }

    fn described(self) -> &'g Described {
        &self.graph.nodes[self.place]
    }

    /// What is said of it: property, its short name, and object.
    pub(crate) fn statements(self) -> impl Iterator<Item = (&'g NamedNode, &'g str, &'g Term)> {
        self.described().statements.iter().map(move |(property, object)| {
            let property = &self.graph.properties[*property];
            (&property.iri, property.name.as_str(), object)
        })
    }

    /// The objects of a property.
    pub(crate) fn terms(self, name: &'static str) -> impl Iterator<Item = &'g Term> {
        self.statements().filter(move |(_, property, _)| *property == name).map(|(_, _, object)| object)
    }

    /// The objects of the first of the properties that has any.
    pub(crate) fn first_terms(self, names: &[&'static str]) -> Vec<&'g Term> {
        names
            .iter()
            .map(|name| self.terms(name).collect::<Vec<_>>())
            .find(|terms| !terms.is_empty())
            .unwrap_or_default()
    }

    /// The objects of all the properties, in their order.
    pub(crate) fn all_terms(self, names: &[&'static str]) -> Vec<&'g Term> {
        names.iter().flat_map(|name| self.terms(name)).collect()
    }

    /// Whether it has a type.
    pub(crate) fn is_a(self, types: &[&str]) -> bool {
        self.terms("rdf:type").any(|term| match term {
            Term::NamedNode(iri) => types.contains(&short_name(iri.as_str()).as_ref()),
            Term::BlankNode(_) | Term::Literal(_) => false,
        })
    }

    /// The node that an object of a statement about this one names.
    pub(crate) fn follow(self, term: &Term) -> Option<Node<'g>> {
        self.graph.node(term)
    }

    /// The first text of the properties: a literal, or an address.
    pub(crate) fn text(self, names: &[&'static str]) -> Option<String> {
        names.iter().find_map(|name| self.terms(name).find_map(plain_text))
    }

    /// The words of a term: of a literal, of the labels of a node, else its address.
    pub(crate) fn words(self, term: &Term) -> Option<String> {
        if let Some(node) = self.follow(term)
            && let Some(label) = node.label()
        {
            return Some(label);
        }
        plain_text(term)
    }

    /// What the node is called.
    pub(crate) fn label(self) -> Option<String> {
        LABELS.iter().find_map(|name| self.texts_by_language(&[name]).best("en").map(str::to_owned))
    }

    /// The words of every object of the properties.
    pub(crate) fn all_words(self, names: &[&'static str]) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for term in self.all_terms(names) {
            if let Some(text) = self.words(term)
                && !words.contains(&text)
            {
                words.push(text);
            }
        }
        words
    }

    /// The titles of the first of the properties that has any: one for each language, and the others of each language.
    pub(crate) fn titles(self, names: &[&'static str]) -> (LocalizedText, Vec<(String, String)>) {
        let mut titles = LocalizedText::default();
        let mut others = Vec::new();
        for name in names {
            for literal in self.terms(name).filter_map(|term| match term {
                Term::Literal(literal) => Some(literal),
                Term::NamedNode(_) | Term::BlankNode(_) => None,
            }) {
                let (language, text) = (literal.language().unwrap_or(UNDETERMINED), literal.value().trim());
                if text.is_empty() {
                    continue;
                }
                match titles.0.entry(language.to_owned()) {
                    Entry::Vacant(free) => drop(free.insert(text.to_owned())),
                    Entry::Occupied(_) => others.push((language.to_owned(), text.to_owned())),
                }
            }
            if !titles.is_empty() {
                return (titles, others);
            }
        }
        (self.texts_by_language(names), others)
    }

    /// The texts of the first of the properties that has any, by language; several of one language stand below each other.
    pub(crate) fn texts_by_language(self, names: &[&'static str]) -> LocalizedText {
        let mut texts = LocalizedText::default();
        for name in names {
            for term in self.terms(name) {
                let (language, text) = match term {
                    Term::Literal(literal) => (literal.language(), literal.value().to_owned()),
                    other => match self.follow(other).and_then(Node::label) {
                        Some(label) => (None, label),
                        None => continue,
                    },
                };
                if text.trim().is_empty() {
                    continue;
                }
                let known = texts.0.entry(language.unwrap_or(UNDETERMINED).to_owned()).or_default();
                if !known.is_empty() {
                    known.push_str("\n\n");
                }
                known.push_str(text.trim());
            }
            if !texts.is_empty() {
                break;
            }
        }
        texts
    }
}

/// The text of a literal that says something, or an address.
pub(crate) fn plain_text(term: &Term) -> Option<String> {
    let text = match term {
        Term::Literal(literal) => literal.value().trim(),
        Term::NamedNode(iri) => iri.as_str(),
        Term::BlankNode(_) => return None,
    };
    (!text.is_empty()).then(|| text.to_owned())
}

/// The last part of the address of a term, or its text.
pub(crate) fn code_of(term: &Term) -> Option<String> {
    match term {
        Term::NamedNode(iri) => Some(last_part(iri.as_str()).to_owned()),
        other => plain_text(other),
    }
}
