//! The part of a graph that describes one dataset.
//!
//! It reaches from the dataset to all that belongs to it, and stops at other datasets, at catalogues, and at what would make
//! it change whenever another dataset does. The catalogue's record about the dataset belongs to it, services that give its
//! data do, and so do the catalogue's publisher, licence and rights where the dataset has none of its own.

use std::collections::{HashMap, HashSet, VecDeque};

use oxrdf::{NamedNode, NamedOrBlankNode, Term};

use super::DATASETS;
use crate::rdf::graph::{Graph, Node};

/// Statements of one dataset.
const MOST_STATEMENTS: usize = 20_000;
/// Statements about one thing that several datasets may name, such as a publisher.
const MOST_SHARED: usize = 300;
/// Steps from the dataset.
const DEEPEST: usize = 12;
/// Records and services about one dataset.
const MOST_AROUND: usize = 20;

/// Terms that list other records: they say nothing of this one.
const LEFT_OUT: &[&str] = &[
    "dcat:dataset",
    "dcat:record",
    "dcat:service",
    "dcat:catalog",
    "dcat:resource",
    "dcat:servesDataset",
    "dcat:seriesMember",
    "dct:hasPart",
    "schema:dataset",
    "schema:hasPart",
    "schema:includedInDataCatalog",
    "ldp:contains",
    "foaf:made",
];

/// Terms that lead to other records or to a vocabulary: what stands behind them belongs to others.
const NOT_FOLLOWED: &[&str] = &[
    "dcat:inSeries",
    "dcat:first",
    "dcat:last",
    "dcat:prev",
    "dcat:next",
    "dcat:previousVersion",
    "dcat:hasCurrentVersion",
    "dcat:hasVersion",
    "dcat:isVersionOf",
    "dct:isPartOf",
    "dct:relation",
    "dct:hasVersion",
    "dct:isVersionOf",
    "dct:replaces",
    "dct:isReplacedBy",
    "dct:requires",
    "dct:isRequiredBy",
    "dct:source",
    "dct:isReferencedBy",
    "foaf:primaryTopic",
    "adms:sample",
    "adms:next",
    "adms:prev",
    "adms:last",
    "prov:wasDerivedFrom",
    "prov:wasUsedBy",
    "owl:sameAs",
    "skos:broader",
    "skos:narrower",
    "skos:related",
    "skos:inScheme",
    "skos:topConceptOf",
    "skos:hasTopConcept",
];

/// What a catalogue says of its datasets where they do not say it themselves.
const OF_THE_CATALOGUE: &[(&str, &[&str])] = &[
    ("dct:publisher", &["dct:publisher", "dct:creator", "schema:publisher"]),
    ("dct:license", &["dct:license", "schema:license", "cc:license"]),
    ("dct:rights", &["dct:rights", "dct:license"]),
    ("dct:accessRights", &["dct:accessRights", "pod:accessLevel"]),
    ("odrl:hasPolicy", &["odrl:hasPolicy"]),
];

/// Statements, as terms.
pub(super) type Statements = Vec<(NamedOrBlankNode, NamedNode, Term)>;

/// Cuts descriptions out of one graph.
pub(super) struct Cutter<'g> {
    /// By the place of the dataset: the nodes that lead to it.
    around: HashMap<usize, Vec<(&'static str, Node<'g>)>>,
    /// Statements that may still be given, so that what thousands share is not copied without end.
    budget: usize,
}

impl<'g> Cutter<'g> {
    /// Looks once at what leads to which dataset.
    pub(super) fn new(graph: &'g Graph) -> Self {
        let mut around: HashMap<usize, Vec<(&'static str, Node<'g>)>> = HashMap::new();
        for node in graph.nodes() {
            for name in ["foaf:primaryTopic", "dcat:servesDataset", "dcat:dataset"] {
                for term in node.terms(name) {
                    let Some(dataset) = node.follow(term).filter(|dataset| dataset.place() != node.place()) else {
                        continue;
                    };
                    let known = around.entry(dataset.place()).or_default();
                    if known.len() < MOST_AROUND {
                        known.push((name, node));
                    }
                }
            }
        }
        Self { around, budget: graph.len().saturating_mul(16).saturating_add(100_000) }
    }

    /// The description of a dataset, and whether it is whole.
    pub(super) fn cut(&mut self, dataset: Node<'g>) -> (Statements, bool) {
        let mut cut = Cut { statements: Vec::new(), seen: HashSet::new(), whole: true };
        let mut waiting = VecDeque::from([(dataset, 0)]);
        cut.seen.insert(dataset.place());
        for (name, node) in self.around.get(&dataset.place()).map_or(&[][..], Vec::as_slice) {
            cut.link(*node, name, dataset);
            if *name == "dcat:dataset" {
                cut.take_from_catalogue(*node, dataset, &mut waiting);
            } else if cut.seen.insert(node.place()) {
                waiting.push_back((*node, 1));
            }
        }
        while let Some((node, depth)) = waiting.pop_front() {
            let most = if depth > 0 && node.address().is_some() { MOST_SHARED } else { MOST_STATEMENTS };
            for (number, (property, name, object)) in node.statements().enumerate() {
                if LEFT_OUT.contains(&name) || name.starts_with("hydra:") {
                    continue;
                }
                if number >= most || cut.statements.len() >= MOST_STATEMENTS || cut.statements.len() >= self.budget {
                    cut.whole = false;
                    break;
                }
                cut.statements.push((node.name().clone(), property.clone(), object.clone()));
                if !NOT_FOLLOWED.contains(&name) {
                    cut.follow(node, object, depth, &mut waiting);
                }
            }
        }
        self.budget = self.budget.saturating_sub(cut.statements.len());
        (cut.statements, cut.whole)
    }
}

/// A description in the making.
struct Cut {
    statements: Statements,
    seen: HashSet<usize>,
    whole: bool,
}

impl Cut {
    /// Adds the statements by which a node leads to the dataset.
    fn link(&mut self, node: Node<'_>, name: &'static str, dataset: Node<'_>) {
        for (property, _, object) in node.statements().filter(|(_, property, _)| *property == name) {
            if node.follow(object).is_some_and(|other| other.place() == dataset.place()) {
                self.statements.push((node.name().clone(), property.clone(), object.clone()));
            }
        }
    }

    fn follow<'g>(&mut self, node: Node<'g>, object: &Term, depth: usize, waiting: &mut VecDeque<(Node<'g>, usize)>) {
        let Some(next) = node.follow(object) else { return };
        if next.is_a(DATASETS) || next.is_a(&["dcat:Catalog", "schema:DataCatalog"]) {
            return;
        }
        if depth >= DEEPEST {
            self.whole = false;
        } else if self.seen.insert(next.place()) {
            waiting.push_back((next, depth + 1));
        }
    }

    /// What a catalogue says in place of a dataset that says nothing.
    fn take_from_catalogue<'g>(
        &mut self,
        catalogue: Node<'g>,
        dataset: Node<'g>,
        waiting: &mut VecDeque<(Node<'g>, usize)>,
    ) {
        for (name, own) in OF_THE_CATALOGUE {
            if !dataset.all_terms(own).is_empty() {
                continue;
            }
            for (property, _, object) in catalogue.statements().filter(|(_, property, _)| property == name) {
                self.statements.push((catalogue.name().clone(), property.clone(), object.clone()));
                self.follow(catalogue, object, 1, waiting);
            }
        }
    }
}
