//! Cuts a document into one record for each dataset or series that it describes.

use std::collections::HashSet;

use cairn_model::Problem;

use super::description::Cutter;
use super::paging::{Paging, paging_of};
use super::{DATASETS, TITLES, is_described, record_id};
use crate::listing::{ListedRecord, Listing, MOST_PROBLEMS};
use crate::rdf::canonical::n_triples;
use crate::rdf::graph::{Graph, Node};
use crate::rdf::parse::parse;

/// Cuts a document, or a page of one, into its datasets and series. `address` is where it is from: addresses that it names by a
/// part only are resolved against it.
///
/// Each record is what the document says of one dataset, as N-Triples that neither its order nor its labels of blank nodes
/// change. `next` and `count` are those of Hydra (or LDP, OSLC); a service alone is no dataset. Where a part of the document
/// cannot be read, all of them are in doubt ([`Listing::in_doubt`]): a statement about any of them may have stood there.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no RDF, or neither a dataset nor a catalogue.
pub fn list_datasets(bytes: &[u8], address: Option<&str>) -> Result<Listing, Problem> {
    let parsed = parse(bytes, address)?;
    let graph = &parsed.graph;
    let paging = paging_of(graph, address);
    let datasets = datasets_of(graph);
    let mut listing = Listing {
        problems: parsed.problems,
        count: paging.count,
        next: paging.next.clone(),
        in_doubt: parsed.lost_statements,
        ..Listing::default()
    };
    if datasets.is_empty() && !is_catalogue(graph, &paging) {
        return Err(no_catalogue(graph, listing.problems));
    }
    let mut cutter = Cutter::new(graph);
    let mut ids = HashSet::new();
    for dataset in datasets {
        let (statements, is_whole) = cutter.cut(dataset);
        let bytes = n_triples(&statements, dataset.name());
        let id = record_id(dataset).unwrap_or_else(|| label_of_first(&bytes));
        if !ids.insert(id.clone()) {
            report(
                &mut listing,
                Problem::error("same-id", "", "another dataset of the document has the same id").with_value(&id),
            );
            continue;
        }
        if !is_whole {
            let message = "the description of the dataset is so large or entangled that its ends were cut off";
            report(&mut listing, Problem::warning("too-large", "", message).with_value(&id));
        }
        listing.records.push(ListedRecord { id: Some(id), bytes, deleted: false });
    }
    if !paging.is_paged {
        report_undescribed(graph, &mut listing);
    }
    Ok(listing)
}

/// The label of the blank node that the first line of a record is about.
fn label_of_first(record: &[u8]) -> String {
    let label = record.split(|byte| *byte == b' ').next().unwrap_or_default();
    String::from_utf8_lossy(label).trim_start_matches("_:").to_owned()
}

fn report(listing: &mut Listing, problem: Problem) {
    if listing.problems.len() < MOST_PROBLEMS {
        listing.problems.push(problem);
    }
}

/// Everything that is described and is a dataset by its type, or that a catalogue lists as one.
fn datasets_of(graph: &Graph) -> Vec<Node<'_>> {
    let mut listed = HashSet::new();
    for node in graph.nodes() {
        for term in node.terms("dcat:dataset") {
            listed.extend(node.follow(term).map(Node::place));
        }
    }
    let is_dataset = |node: &Node<'_>| {
        is_described(*node)
            && (node.is_a(DATASETS)
                || listed.contains(&node.place())
                    && !node.is_a(&["dcat:Catalog", "dcat:DataService"])
                    && !node.first_terms(TITLES).is_empty())
    };
    graph.nodes().filter(is_dataset).collect()
}

fn is_catalogue(graph: &Graph, paging: &Paging) -> bool {
    paging.is_paged
        || paging.count.is_some()
        || graph
            .nodes()
            .any(|node| node.is_a(&["dcat:Catalog", "schema:DataCatalog", "hydra:Collection", "hydra:PagedCollection"]))
}

/// Why a document that was read gives nothing.
fn no_catalogue(graph: &Graph, problems: Vec<Problem>) -> Problem {
    if graph.len() == 0
        && let Some(problem) = problems.into_iter().find(|problem| problem.severity == cairn_model::Severity::Error)
    {
        return problem;
    }
    let mut types: Vec<String> = Vec::new();
    for node in graph.nodes() {
        for term in node.terms("rdf:type") {
            let name = crate::rdf::names::short_name(&term.to_string().replace(['<', '>'], "")).into_owned();
            if types.len() < 5 && !types.contains(&name) {
                types.push(name);
            }
        }
    }
    let message = format!("the document makes {} statements, and none about a dataset or a catalogue", graph.len());
    Problem::error("not-a-dcat-catalogue", "", message).with_value(&types.join(", "))
}

/// Datasets that a catalogue names and that nothing says anything of: in a document that is no page, they are lost.
fn report_undescribed(graph: &Graph, listing: &mut Listing) {
    let mut undescribed: Vec<String> = Vec::new();
    for node in graph.nodes().filter(|node| node.is_a(&["dcat:Catalog"])) {
        for term in node.terms("dcat:dataset") {
            if node.follow(term).is_none_or(|dataset| !is_described(dataset)) {
                undescribed.push(term.to_string());
            }
        }
    }
    if let Some(first) = undescribed.first() {
        let message = format!("the catalogue names {} datasets that the document does not describe", undescribed.len());
        listing.problems.push(Problem::error("not-described", "dcat:dataset", message).with_value(first));
    }
}
