//! Files and services of a dataset, its pages and its licence.

use cairn_model::{Draft, DraftDistribution, Problem};
use oxrdf::Term;

use super::{Surroundings, TITLES};
use crate::identifiers::may_be_address;
use crate::rdf::graph::{Node, plain_text};

/// Problems that are listed one by one.
const MOST_PROBLEMS: usize = 50;

const LICENCES: &[&str] = &["dct:license", "schema:license", "cc:license", "dc:rights"];

/// Fills in distributions, landing page and licence.
pub(super) fn fill(dataset: Node<'_>, around: &Surroundings<'_>, draft: &mut Draft, problems: &mut Vec<Problem>) {
    let mut licences: Vec<Licence> = Vec::new();
    for term in dataset.all_terms(&["dcat:distribution", "schema:distribution"]) {
        let Some(node) = dataset.follow(term) else {
            // An address that nothing is said of may be the file itself, and is one in the feeds that write so.
            draft.distributions.extend(
                plain_text(term).map(|url| DraftDistribution { url: Some(url), ..DraftDistribution::default() }),
            );
            continue;
        };
        let distribution = distribution(node);
        if distribution.url.is_none() && problems.len() < MOST_PROBLEMS {
            let problem = Problem::warning("no-address", "dcat:distribution", "the distribution has no address");
            problems.push(problem.with_value(distribution.title.as_deref().unwrap_or_default()));
        }
        licences.extend(licence_of(node));
        draft.distributions.push(distribution);
    }
    for service in &around.services {
        let distribution = service_of_dataset(*service);
        if !draft.distributions.iter().any(|known| known.url == distribution.url) {
            draft.distributions.push(distribution);
        }
    }
    let pages = dataset.all_terms(&["dcat:landingPage", "schema:url", "foaf:homepage", "foaf:page"]);
    draft.landing_page = pages.into_iter().find_map(plain_text);
    licence(dataset, around, licences, draft);
}

fn distribution(node: Node<'_>) -> DraftDistribution {
    let words = |names: &[&'static str]| node.all_words(names).into_iter().next();
    let text = |names: &[&'static str]| node.texts_by_language(names).best("en").map(str::to_owned);
    let addresses = node.all_terms(&["dcat:downloadURL", "dcat:accessURL", "schema:contentUrl", "schema:url"]);
    let own = addresses.into_iter().filter_map(plain_text).find(|text| may_be_address(text));
    let url = own.or_else(|| {
        let mut services = node.terms("dcat:accessService").filter_map(|term| node.follow(term));
        services.find_map(|service| service.text(&["dcat:endpointURL", "dcat:endpointDescription"]))
    });
    DraftDistribution {
        id: node.address().map(str::to_owned).or_else(|| node.text(&["dct:identifier"])),
        title: node.titles(TITLES).0.best("en").map(str::to_owned),
        description: text(&["dct:description", "dc:description", "schema:description"]),
        url,
        format: words(&["dct:format", "dc:format"]),
        media_type: words(&["dcat:mediaType", "schema:encodingFormat"]),
        size: node.text(&["dcat:byteSize", "schema:contentSize", "dcat:size"]).filter(|size| size != "0"),
        modified: node.text(&["dct:modified", "schema:dateModified"]),
    }
}

/// A service that says which datasets it serves (DCAT 3 §6.9).
fn service_of_dataset(service: Node<'_>) -> DraftDistribution {
    DraftDistribution {
        id: service.address().map(str::to_owned),
        title: service.texts_by_language(TITLES).best("en").map(str::to_owned),
        description: service.texts_by_language(&["dct:description"]).best("en").map(str::to_owned),
        url: service.text(&["dcat:endpointURL", "dcat:endpointDescription", "dcat:landingPage"]),
        format: service.all_words(&["dct:type"]).into_iter().next(),
        ..DraftDistribution::default()
    }
}

/// A licence as it is named: by an address, by words, or both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Licence {
    url: Option<String>,
    words: Option<String>,
}

fn licence_of(node: Node<'_>) -> Option<Licence> {
    let term = node.first_terms(LICENCES).into_iter().next()?;
    let licence = match term {
        Term::NamedNode(iri) => {
            Licence { url: Some(iri.as_str().to_owned()), words: node.follow(term).and_then(Node::label) }
        }
        other => {
            let words = node.words(other);
            let (url, words) = match words {
                Some(text) if text.starts_with("http://") || text.starts_with("https://") => (Some(text), None),
                words => (None, words),
            };
            Licence { url, words }
        }
    };
    (licence.url.is_some() || licence.words.is_some()).then_some(licence)
}

/// The licence of the dataset, else the one that its distributions share, else that of its catalogue; and its rights.
fn licence(dataset: Node<'_>, around: &Surroundings<'_>, of_distributions: Vec<Licence>, draft: &mut Draft) {
    let mut shared = of_distributions;
    shared.sort();
    shared.dedup();
    let several = shared.len() > 1;
    let stated = licence_of(dataset)
        .or_else(|| if several { None } else { shared.first().cloned() })
        .or_else(|| if several { None } else { around.catalogues.iter().find_map(|catalogue| licence_of(*catalogue)) });
    if let Some(licence) = stated {
        draft.licence_url = licence.url;
        draft.licence_title = licence.words;
    } else if several {
        let words = shared.into_iter().flat_map(|licence| [licence.words, licence.url]).flatten();
        draft.licence_text = Some(words.collect::<Vec<String>>().join("\n"));
    }
    let mut rights = rights_of(dataset);
    for term in dataset.all_terms(&["dcat:distribution"]) {
        let of_file = dataset.follow(term).map(rights_of).unwrap_or_default();
        rights.extend(of_file);
    }
    if rights.is_empty() {
        rights.extend(around.catalogues.iter().flat_map(|catalogue| rights_of(*catalogue)));
    }
    rights.sort();
    rights.dedup();
    if !rights.is_empty() && draft.licence_text.is_none() {
        draft.licence_text = Some(rights.join("\n"));
    }
}

/// Rights in words, without the codes of access rights.
fn rights_of(node: Node<'_>) -> Vec<String> {
    let mut rights = node.all_words(&["dct:rights"]);
    rights.retain(|text| {
        let is_code = crate::access::meaning_of(text).is_some_and(|access| access != crate::access::Access::Open);
        !is_code && !crate::access::is_access_right(text)
    });
    rights.extend(node.all_words(&["dcatde:licenseAttributionByText"]));
    rights
}
