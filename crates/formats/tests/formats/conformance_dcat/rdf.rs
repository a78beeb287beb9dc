//! Catalogues in Turtle, RDF/XML and JSON-LD, and in the DCAT-AP feed of Hubs.

use std::collections::HashSet;

use cairn_formats::Reading;
use cairn_formats::dcat::{list_datasets, read_dataset};
use oxrdf::{NamedOrBlankNode, Term, Triple};

use super::{Counts, bytes_of, corpus, files_of};

const ADDRESS: &str = "https://portal.example/catalog";

/// Files of which another count than that of the independent parsers is right, and why.
const OTHERWISE: &[(&str, usize)] = &[
    // Counted as one JSON value; they hold catalogues in JSON-LD.
    ("arcgis-hub/the_od_bods__edinburgh.json", 44),
    ("arcgis-hub/the_od_bods__north_ayrshire.json", 126),
    // Broken Turtle that no other parser takes: what stands before and after the broken statement is read.
    ("dcat-ttl/piveau-hub-registry__example_catalog.ttl", 0),
    ("dcat-ttl/piveau-hub-registry__example_dataset.ttl", 1),
    ("dcat-ttl/piveau-hub-registry__example_distribution.ttl", 0),
    ("dcat-ttl/piveau-hub__example_dataset_geonames.ttl", 1),
    ("dcat-ttl/piveau-hub__example_external_dataset.ttl", 1),
];

/// Datasets of the examples that have no title.
const UNTITLED: &[(&str, usize)] = &[
    ("dcat-ttl/dxwg__spatial-properties.ttl", 4),
    ("dcat-jsonld/dxwg__csiro-dap-examples.jsonld", 3),
    ("dcat-jsonld/dxwg__genoa-busstop.jsonld", 1),
];

fn in_table(table: &[(&str, usize)], file: &str) -> Option<usize> {
    table.iter().find(|(name, _)| *name == file).map(|(_, count)| *count)
}

/// The statements of a document, by its parser alone.
fn statements(file: &str, bytes: &[u8]) -> Vec<Triple> {
    if file.starts_with("dcat-ttl/") {
        oxttl::TurtleParser::new().lenient().for_slice(bytes).filter_map(Result::ok).collect()
    } else if !file.starts_with("dcat-rdfxml/") {
        let quads = oxjsonld::JsonLdParser::new().lenient().with_base_iri(ADDRESS).unwrap();
        quads.for_slice(bytes).filter_map(Result::ok).map(Triple::from).collect()
    } else {
        let triples = oxrdfxml::RdfXmlParser::new().lenient().with_base_iri(ADDRESS).unwrap();
        triples.for_slice(bytes).filter_map(Result::ok).collect()
    }
}

fn counts_of_statements(statements: &[Triple]) -> Counts {
    let objects = |subject: &NamedOrBlankNode, name: &str| -> Vec<Term> {
        let named =
            statements.iter().filter(|triple| triple.subject == *subject && triple.predicate.as_str().ends_with(name));
        named.map(|triple| triple.object.clone()).filter(|object| object.to_string() != "\"\"").collect()
    };
    let datasets: HashSet<NamedOrBlankNode> = statements
        .iter()
        .filter(|triple| {
            let object = triple.object.to_string();
            triple.predicate.as_str().ends_with("#type")
                && ["<http://www.w3.org/ns/dcat#Dataset>", "<http://www.w3.org/ns/dcat#DatasetSeries>"]
                    .contains(&object.as_str())
        })
        .map(|triple| triple.subject.clone())
        .collect();
    let mut counts = Counts::default();
    for dataset in &datasets {
        for (what, name) in [
            ("title", "/dc/terms/title"),
            ("description", "/dc/terms/description"),
            ("issued", "/dc/terms/issued"),
            ("modified", "/dc/terms/modified"),
            ("publisher", "/dc/terms/publisher"),
            ("frequency", "/dc/terms/accrualPeriodicity"),
            ("contact", "dcat#contactPoint"),
            ("keyword", "dcat#keyword"),
            ("landing page", "dcat#landingPage"),
            ("access", "/dc/terms/accessRights"),
        ] {
            counts.add_if(what, !objects(dataset, name).is_empty());
        }
        for (what, name) in [("spatial", "/dc/terms/spatial"), ("temporal", "/dc/terms/temporal")] {
            counts.add_if(what, objects(dataset, name).iter().any(|term| says_something(statements, term)));
        }
        let files = objects(dataset, "dcat#distribution");
        counts.add("distributions", files.len());
        let mut licences = objects(dataset, "/dc/terms/license");
        for file in &files {
            if let Ok(file) = NamedOrBlankNode::try_from(file.clone()) {
                licences.extend(objects(&file, "/dc/terms/license"));
            }
        }
        counts.add_if("licence", !licences.is_empty());
    }
    counts
}

/// Whether a term is text, an address elsewhere, or a node of which more is said than its type.
fn says_something(statements: &[Triple], term: &Term) -> bool {
    match NamedOrBlankNode::try_from(term.clone()) {
        Ok(node) => {
            let of_node: Vec<&Triple> = statements.iter().filter(|triple| triple.subject == node).collect();
            of_node.is_empty() && term.is_named_node()
                || of_node.iter().any(|triple| !triple.predicate.as_str().ends_with("#type"))
        }
        Err(_) => true,
    }
}

fn counts_of_readings(readings: &[Reading]) -> Counts {
    let mut counts = Counts::default();
    for Reading { draft, .. } in readings {
        counts.add_if("title", !draft.title.is_empty());
        counts.add_if("description", !draft.description.is_empty());
        counts.add_if("issued", draft.issued.is_some());
        counts.add_if("modified", draft.modified.is_some());
        counts.add_if("publisher", draft.publisher.is_some());
        counts.add_if("frequency", draft.update_frequency.is_some());
        counts
            .add_if("contact", draft.contacts.iter().any(|contact| contact.role.as_deref() == Some("pointOfContact")));
        counts.add_if("keyword", !draft.keywords.is_empty());
        counts.add_if("landing page", draft.landing_page.is_some());
        let terms = &draft.terms;
        let has_access = terms.sharing.is_some() || terms.sharing_at_least.is_some() || !terms.reasons.is_empty();
        counts.add_if("access", has_access);
        counts.add_if("spatial", !draft.extents.is_empty() || !draft.countries.is_empty() || !draft.places.is_empty());
        counts.add_if(
            "temporal",
            draft.coverage.is_some() || draft.coverage_start.is_some() || draft.coverage_end.is_some(),
        );
        counts.add("distributions", draft.distributions.len());
        let words = [&draft.licence_title, &draft.licence_url, &draft.licence_text];
        counts.add_if("licence", words.iter().any(|words| words.is_some()));
    }
    counts
}

#[test]
fn every_dcat_catalogue_is_cut_and_nothing_of_it_is_lost() {
    let Some(folder) = corpus() else { return };
    let mut lost = Vec::new();
    let hubs = ["edinburgh", "north_ayrshire"].map(|name| (format!("arcgis-hub/the_od_bods__{name}.json"), None));
    let files = ["dcat-ttl", "dcat-rdfxml", "dcat-jsonld"].iter().flat_map(|kind| files_of(&folder, kind));
    for (file, count) in files.chain(hubs) {
        let bytes = bytes_of(&folder, &file);
        let count = in_table(OTHERWISE, &file).or(count).unwrap();
        let listing = match list_datasets(&bytes, Some(ADDRESS)) {
            Ok(listing) => listing,
            Err(problem) => {
                assert_eq!((count, problem.code.as_str()), (0, "not-a-dcat-catalogue"), "{file}");
                continue;
            }
        };
        assert_eq!(listing.records.len(), count, "{file}: {:?}", listing.problems);
        let is_broken = in_table(OTHERWISE, &file).is_some() && file.starts_with("dcat-ttl/");
        assert_eq!(listing.problems.is_empty(), !is_broken, "{file}: {:?}", listing.problems);
        let readings: Vec<Reading> =
            listing.records.iter().map(|record| read_dataset(&record.bytes).unwrap()).collect();
        let untitled = readings.iter().filter(|reading| reading.draft.title.is_empty()).count();
        assert_eq!(untitled, in_table(UNTITLED, &file).unwrap_or(0), "{file}");
        for (record, reading) in listing.records.iter().zip(&readings) {
            assert_eq!(record.id.as_deref(), Some(reading.draft.source_record_id.as_str()), "{file}");
        }
        let (found, due) = (counts_of_readings(&readings), counts_of_statements(&statements(&file, &bytes)));
        for (what, count) in due.0 {
            let read = found.0.get(what).copied().unwrap_or(0);
            if read < count {
                lost.push(format!("{file}: {what} {read} of {count}"));
            }
        }
    }
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn the_pages_of_hydra_are_followed_to_the_last() {
    let Some(folder) = corpus() else { return };
    for (file, next, count) in [
        ("dcat-jsonld/udata__paged-collection-1.jsonld", Some("http://data.test.org/catalog.jsonld?page=2"), Some(4)),
        ("dcat-jsonld/udata__paged-collection-2.jsonld", None, Some(4)),
        ("dcat-jsonld/udata__partial-collection-1.jsonld", Some("http://data.test.org/catalog.jsonld?page=2"), Some(4)),
        ("dcat-jsonld/udata__partial-collection-2.jsonld", None, Some(4)),
        ("dcat-rdfxml/ckanext-dcatde__catalog-endpoint.rdf", None, Some(6)),
        ("dcat-rdfxml/udata__udata.xml", None, Some(2)),
    ] {
        let listing = list_datasets(&bytes_of(&folder, file), None).unwrap();
        assert_eq!((listing.next.as_deref(), listing.count), (next, count), "{file}");
    }
}
