//! DCAT catalogues in RDF (DCAT 3, DCAT-AP 2 and 3, GeoDCAT-AP, national profiles): Turtle, `TriG`, N-Triples, RDF/XML, JSON-LD.
//!
//! A document is one graph, and a record is the part of it that describes one dataset or series (`description`), kept as
//! N-Triples that are the same whatever the order and labels of the document. Feeds disagree on almost every term, so that
//! each value is looked for under all the names that are in use.

mod coverage;
mod description;
mod distributions;
mod geometry;
mod listing;
mod paging;
mod terms;
mod text;
mod who;

use cairn_model::{Draft, Identifier, Problem, Vocabularies};
use oxrdf::NamedOrBlankNode;

pub use self::listing::list_datasets;

use crate::identifiers::{add_identifier, of_form};
use crate::once::push_new;
use crate::rdf::graph::{Graph, Node, plain_text};
use crate::rdf::parse::parse_n_triples;
use crate::{Reading, stable_id};

/// Types of what is listed as a record.
const DATASETS: &[&str] =
    &["dcat:Dataset", "dcat:DatasetSeries", "schema:Dataset", "dctype:Dataset", "adms:Asset", "dcatap:Dataset"];

/// Names of titles, the best first.
const TITLES: &[&str] = &["dct:title", "dc:title", "schema:name", "rdfs:label", "skos:prefLabel"];

/// Names of identifiers.
const IDENTIFIERS: &[&str] = &["dct:identifier", "dc:identifier", "schema:identifier"];

/// Reads one dataset, as [`list_datasets`] cuts it out: N-Triples, those about the dataset itself first.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes hold no description of a dataset.
pub fn read_dataset(bytes: &[u8]) -> Result<Reading, Problem> {
    let parsed = parse_n_triples(bytes);
    let Some(dataset) = dataset_of(&parsed.graph) else {
        let reason = parsed.problems.into_iter().next();
        return Err(reason.unwrap_or_else(|| Problem::error("not-a-dataset", "", "no dataset is described")));
    };
    let mut problems = parsed.problems;
    let around = Surroundings::of(&parsed.graph, dataset);
    let (title, further_titles) = dataset.titles(TITLES);
    let mut draft = Draft {
        source_record_id: record_id(dataset).unwrap_or_else(|| label_of(dataset)),
        identifiers: identifiers(dataset, &around),
        title,
        ..Draft::default()
    };
    if draft.title.is_empty() {
        problems.push(Problem::warning("no-title", "dct:title", "the dataset has no title"));
    }
    kind(dataset, &mut draft);
    text::fill(dataset, &mut draft);
    for (language, title) in further_titles {
        let message = "the dataset has several titles of one language: one is its title, this one is a keyword";
        problems.push(Problem::warning("several-titles", "dct:title", message).with_value(&title));
        push_new(draft.keywords.entry(language).or_default(), title);
    }
    // Terms come before parties: whether a contact is published openly follows from them.
    draft.terms = terms::stated(dataset, &around);
    who::fill(dataset, &around, &mut draft);
    coverage::fill(dataset, &around, &mut draft);
    distributions::fill(dataset, &around, &mut draft, &mut problems);
    Ok(Reading { draft, problems, deleted: false })
}

/// The dataset that a record describes: the first of its type.
fn dataset_of(graph: &Graph) -> Option<Node<'_>> {
    graph.nodes().find(|node| node.is_a(DATASETS)).or_else(|| graph.nodes().next().filter(|node| is_described(*node)))
}

/// Whether more is said of a node than its type.
fn is_described(node: Node<'_>) -> bool {
    node.statements().any(|(_, property, _)| property != "rdf:type")
}

/// What stands around a dataset and says something of it.
struct Surroundings<'g> {
    /// Records of the catalogue about the dataset.
    records: Vec<Node<'g>>,
    /// Catalogues that list it.
    catalogues: Vec<Node<'g>>,
    /// Services that give its data.
    services: Vec<Node<'g>>,
}

impl<'g> Surroundings<'g> {
    fn of(graph: &'g Graph, dataset: Node<'g>) -> Self {
        let leads_here = |node: &Node<'g>, name: &'static str| {
            node.terms(name).any(|term| node.follow(term).is_some_and(|other| other.place() == dataset.place()))
        };
        let all = |name: &'static str| graph.nodes().filter(|node| leads_here(node, name)).collect();
        Self { records: all("foaf:primaryTopic"), catalogues: all("dcat:dataset"), services: all("dcat:servesDataset") }
    }
}

/// The id of a dataset: its address, else what it says of itself that is least likely to change. One that says nothing of
/// the kind has the label of its blank node in the record, which is made of all that it says.
fn record_id(dataset: Node<'_>) -> Option<String> {
    if let Some(address) = dataset.address() {
        return Some(address.to_owned());
    }
    if let Some(identifier) = dataset.text(IDENTIFIERS) {
        return Some(identifier);
    }
    let title = dataset.texts_by_language(TITLES);
    let page = dataset.text(&["dcat:landingPage", "foaf:page", "schema:url"]).unwrap_or_default();
    let publisher = dataset.all_words(&["dct:publisher", "schema:publisher"]).join(" ");
    let mut addresses: Vec<String> = Vec::new();
    for term in dataset.terms("dcat:distribution") {
        let Some(node) = dataset.follow(term) else { continue };
        addresses.extend(node.text(&["dcat:downloadURL", "dcat:accessURL"]));
    }
    addresses.sort();
    let words = [title.best("en").unwrap_or_default(), &publisher, &page, &addresses.join(" ")];
    (!words[0].is_empty() || !words[2].is_empty()).then(|| stable_id(&words))
}

/// The label of the blank node that a dataset is.
fn label_of(dataset: Node<'_>) -> String {
    match dataset.name() {
        NamedOrBlankNode::NamedNode(iri) => iri.as_str().to_owned(),
        NamedOrBlankNode::BlankNode(node) => node.as_str().to_owned(),
    }
}

fn identifiers(dataset: Node<'_>, around: &Surroundings<'_>) -> Vec<Identifier> {
    let mut identifiers = Vec::new();
    let mut add = |text: &str| add_identifier(&mut identifiers, of_form(text));
    if let Some(address) = dataset.address() {
        add(address);
    }
    for term in dataset.all_terms(&["dct:identifier", "dc:identifier", "schema:identifier", "adms:identifier"]) {
        let notation =
            dataset.follow(term).and_then(|node| node.text(&["skos:notation", "schema:value", "dct:identifier"]));
        if let Some(text) = notation.or_else(|| plain_text(term)) {
            add(&text);
        }
    }
    for term in dataset.terms("owl:sameAs") {
        if let Some(text) = plain_text(term) {
            add(&text);
        }
    }
    for record in &around.records {
        if let Some(text) = record.text(IDENTIFIERS) {
            add(&text);
        }
    }
    identifiers
}

/// What the record is, where the source says it in words that are known; other types are topics.
fn kind(dataset: Node<'_>, draft: &mut Draft) {
    for term in dataset.terms("dct:type") {
        let names = [dataset.words(term), crate::rdf::graph::code_of(term)];
        let known = names.iter().flatten().find(|name| Vocabularies::bundled().kind(name).is_some());
        match known {
            Some(name) if draft.kind.is_none() => draft.kind = Some(name.clone()),
            Some(_) => {}
            None => draft.topics.extend(names.into_iter().flatten().next()),
        }
    }
    if draft.kind.is_none() && dataset.is_a(&["dcat:DatasetSeries"]) {
        draft.kind = Some("series".to_owned());
    }
}

#[cfg(test)]
mod tests;
