//! The part of a graph that describes one dataset.
//!
//! It reaches from the dataset to all that belongs to it, and stops at other datasets, at catalogues, and at what would make
//! it change whenever another dataset does. The catalogue's record about the dataset belongs to it, services that give its
//! data do, and so do the catalogue's publisher, licence and rights where the dataset has none of its own.

use std::collections::{HashMap, HashSet, VecDeque};

use cairn_model::Sharing;
use oxrdf::{NamedNode, NamedOrBlankNode, Term};

use super::DATASETS;
use super::terms::{closes_unread, is_of_access};
use crate::rdf::graph::{Graph, Node};
use crate::rdf::lost_access::{UNREAD_ACCESS, unread};

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

/// Terms that lead to files and what gives them: a dataset is as closed as the closest of them.
const LEADS_TO_FILES: &[&str] = &["dcat:distribution", "schema:distribution", "dcat:accessService"];

/// What a dataset says of access itself.
const ACCESS: &[&str] = &["dct:accessRights", "pod:accessLevel"];

/// What a catalogue says of its datasets where they do not say it themselves.
const OF_THE_CATALOGUE: &[(&str, &[&str])] = &[
    ("dct:publisher", &["dct:publisher", "dct:creator", "schema:publisher"]),
    ("dct:license", &["dct:license", "schema:license", "cc:license"]),
    ("dct:rights", &["dct:rights", "dct:license"]),
    ("dct:accessRights", ACCESS),
    (UNREAD_ACCESS, ACCESS),
    ("odrl:hasPolicy", &["odrl:hasPolicy"]),
];

/// Statements, as terms.
pub(super) type Statements = Vec<(NamedOrBlankNode, NamedNode, Term)>;

/// A statement about one node that concerns a dataset.
#[derive(Clone, Copy)]
struct Around<'g> {
    node: Node<'g>,
    property: &'g NamedNode,
    name: &'g str,
    object: &'g Term,
}

impl Around<'_> {
    fn statement(&self) -> (NamedOrBlankNode, NamedNode, Term) {
        (self.node.name().clone(), self.property.clone(), self.object.clone())
    }
}

/// Cuts descriptions out of one graph.
pub(super) struct Cutter<'g> {
    /// By the place of the dataset: the statements that lead to it.
    links: HashMap<usize, Vec<Around<'g>>>,
    /// By the place of the catalogue: what it says in place of its datasets. A catalogue may list a hundred thousand of them,
    /// so that its statements are looked through once.
    catalogues: HashMap<usize, Vec<Around<'g>>>,
    /// By the place of a thing with an address: what is said of it, and whether that is all.
    shared: HashMap<usize, (Vec<Around<'g>>, bool)>,
    /// By the place of a file: how far it closes what it is a file of, where that is cut off.
    closing: HashMap<usize, Option<Sharing>>,
    /// Statements that may still be given, so that what thousands share is not copied without end.
    budget: usize,
}

impl<'g> Cutter<'g> {
    /// Looks once at what leads to which dataset.
    pub(super) fn new(graph: &'g Graph) -> Self {
        let mut links: HashMap<usize, Vec<Around<'g>>> = HashMap::new();
        let mut catalogues: HashMap<usize, Vec<Around<'g>>> = HashMap::new();
        for node in graph.nodes() {
            let mut is_catalogue = false;
            for (property, name, object) in node.statements() {
                if !["foaf:primaryTopic", "dcat:servesDataset", "dcat:dataset"].contains(&name) {
                    continue;
                }
                is_catalogue |= name == "dcat:dataset";
                let Some(dataset) = node.follow(object).filter(|dataset| dataset.place() != node.place()) else {
                    continue;
                };
                let known = links.entry(dataset.place()).or_default();
                if known.len() < MOST_AROUND {
                    known.push(Around { node, property, name, object });
                }
            }
            if is_catalogue {
                let of_datasets =
                    node.statements().filter(|(_, name, _)| OF_THE_CATALOGUE.iter().any(|(known, _)| known == name));
                let said = of_datasets.map(|(property, name, object)| Around { node, property, name, object });
                catalogues.insert(node.place(), said.take(MOST_SHARED).collect());
            }
        }
        Self {
            links,
            catalogues,
            shared: HashMap::new(),
            closing: HashMap::new(),
            budget: graph.len().saturating_mul(16).saturating_add(100_000),
        }
    }

    /// The description of a dataset, and whether it is whole.
    pub(super) fn cut(&mut self, dataset: Node<'g>) -> (Statements, bool) {
        let mut cut = Cut { statements: Vec::new(), seen: HashSet::new(), whole: true };
        let mut waiting = VecDeque::from([(dataset, 0)]);
        // How far what is cut off closes the dataset.
        let mut lost = None;
        cut.seen.insert(dataset.place());
        for link in self.links.get(&dataset.place()).map_or(&[][..], Vec::as_slice) {
            cut.statements.push(link.statement());
            if link.name == "dcat:dataset" {
                let said = self.catalogues.get(&link.node.place()).map_or(&[][..], Vec::as_slice);
                cut.take_from_catalogue(said, dataset, &mut waiting);
            } else if cut.seen.insert(link.node.place()) {
                waiting.push_back((link.node, 1));
            }
        }
        while let Some((node, depth)) = waiting.pop_front() {
            let (said, is_all) = if depth > 0 && node.address().is_some() {
                self.shared.entry(node.place()).or_insert_with(|| said_of(node, MOST_SHARED)).clone()
            } else {
                // All of the dataset, as what is cut off may close it.
                said_of(node, if depth == 0 { usize::MAX } else { MOST_STATEMENTS })
            };
            cut.whole &= is_all;
            for around in said {
                if cut.statements.len() >= MOST_STATEMENTS.min(self.budget) {
                    cut.whole = false;
                    lost = lost.max(self.closed_by(around));
                    continue;
                }
                cut.statements.push(around.statement());
                if !NOT_FOLLOWED.contains(&around.name) {
                    cut.follow(node, around.object, depth, &mut waiting);
                }
            }
        }
        if let Some(level) = lost
            && !cut.statements.is_empty()
        {
            cut.statements.push(unread(dataset.name().clone(), level));
        }
        self.budget = self.budget.saturating_sub(cut.statements.len());
        (cut.statements, cut.whole)
    }

    /// How far a statement that is cut off closes its dataset: by itself, or by what is said of a file that it leads to.
    fn closed_by(&mut self, around: Around<'g>) -> Option<Sharing> {
        let own = closes_unread(around.name, around.object);
        if !LEADS_TO_FILES.contains(&around.name) {
            return own;
        }
        let Some(file) = around.node.follow(around.object) else { return own };
        let of_file = *self
            .closing
            .entry(file.place())
            .or_insert_with(|| file.statements().filter_map(|(_, name, object)| closes_unread(name, object)).max());
        own.max(of_file)
    }
}

/// What is said of a node that is no list of other records, at most `most` statements, and whether that is all.
fn said_of(node: Node<'_>, most: usize) -> (Vec<Around<'_>>, bool) {
    let belongs = |name: &str| !LEFT_OUT.contains(&name) && !name.starts_with("hydra:");
    let mut said: Vec<Around<'_>> = Vec::new();
    // Who has access comes first, then the files: they are the last that may be cut off.
    let rank = |name: &str| if is_of_access(name) { 0 } else { 2 - u8::from(LEADS_TO_FILES.contains(&name)) };
    let of_rank = |wanted: u8| node.statements().filter(move |(_, name, _)| belongs(name) && rank(name) == wanted);
    for (property, name, object) in of_rank(0).chain(of_rank(1)).chain(of_rank(2)) {
        if said.len() == most {
            return (said, false);
        }
        said.push(Around { node, property, name, object });
    }
    (said, true)
}

/// A description in the making.
struct Cut {
    statements: Statements,
    seen: HashSet<usize>,
    whole: bool,
}

impl Cut {
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
        said: &[Around<'g>],
        dataset: Node<'g>,
        waiting: &mut VecDeque<(Node<'g>, usize)>,
    ) {
        for (name, own) in OF_THE_CATALOGUE {
            if !dataset.all_terms(own).is_empty() {
                continue;
            }
            for around in said.iter().filter(|around| around.name == *name) {
                self.statements.push(around.statement());
                self.follow(around.node, around.object, 1, waiting);
            }
        }
    }
}
