//! `search`: the same queries put to Cairn's index and straight to tantivy, on the same documents in the same run.

mod bare;
mod catalogue;
mod compare;
mod completion;
mod facets;
mod generate;
mod http;
mod memory;
mod peers;
mod queries;
mod random;
mod sides;
mod words;
mod writing;

use cairn_policy::{Role, Viewer};
use cairn_search::FacetField;

use self::catalogue::Catalogue;
use self::compare::compare;
pub(crate) use self::memory::measure_one as measure_one_index;
pub(crate) use self::peers::Peer;
use self::sides::Sides;
use crate::report::{Report, mebibytes};

/// The facets that every query counts.
const FACETS: [FacetField; 8] = [
    FacetField::Organisation,
    FacetField::Country,
    FacetField::Cluster,
    FacetField::Format,
    FacetField::Licence,
    FacetField::Sharing,
    FacetField::Source,
    FacetField::Kind,
];
/// Hits of a query.
const HITS: usize = 10;
/// Labels of the signed-in viewer: everyone, the community, an organisation, and groups.
const LABELS: usize = 50;
/// Queries that name a concept.
const CONCEPTS: usize = 50;

/// What to measure on.
#[derive(Debug, Clone)]
pub(crate) enum Corpus {
    /// The corpus of real records, harvested beforehand.
    Datagov,
    /// So many generated ones.
    Generated(usize),
}

/// How to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Different queries.
    pub(crate) queries: usize,
    /// How often each is asked; medians count.
    pub(crate) repeats: usize,
}

/// The viewers that ask, by what the tables call them.
fn viewers() -> [(&'static str, Viewer); 2] {
    let groups: Vec<String> = (0..LABELS - 3).map(generate::group).collect();
    [("anonymous", Viewer::anonymous()), ("50 labels", Viewer::member("organisation-1", &groups, Role::Reader))]
}

/// Builds both indexes of a generated catalogue.
pub(crate) fn measure_building(records: usize) -> anyhow::Result<Report> {
    Ok(Catalogue::build(&Corpus::Generated(records))?.told(&format!("generated {records}")))
}

/// Builds both indexes and measures.
pub(crate) fn measure(corpus: &Corpus, peers: &[Peer], plan: Plan) -> anyhow::Result<Vec<Report>> {
    let name = match corpus {
        Corpus::Datagov => "datagov".to_owned(),
        Corpus::Generated(records) => format!("generated {records}"),
    };
    let catalogue = Catalogue::build(corpus)?;
    let vocabulary = catalogue.bare.vocabulary()?;
    let asks = queries::make(plan.queries, &vocabulary, catalogue.bare.public_documents(), &catalogue.examples);
    let concepts = queries::of_concepts(&vocabulary, CONCEPTS);
    let mut built = catalogue.told(&name);
    let memory = memory::measure(&catalogue.own, &asks)?;
    built.remark(format!(
        "anonymous memory of a process: {} before the index is opened, {} after, {} after {} queries",
        mebibytes(memory.before),
        mebibytes(memory.opened),
        mebibytes(memory.asked),
        asks.len()
    ));
    built.figure("memory", serde_json::to_value(&memory)?);
    let mut reports = vec![built];
    for (viewer_name, viewer) in viewers() {
        let sides = Sides::new(&catalogue, &viewer);
        let name = format!("search {name}, {viewer_name}");
        reports.push(compare(&name, &sides.prepare(&asks)?, &concepts, &sides, plan)?);
    }
    if let Some(workplace) = catalogue.workplace() {
        reports.push(http::measure(&name, workplace, &catalogue, &asks, plan)?);
    }
    reports.push(completion::measure(&name, &catalogue, &vocabulary, plan.repeats)?);
    if !peers.is_empty() {
        reports.push(peers::measure(&name, peers, &catalogue, &asks, plan)?);
    }
    if let Corpus::Generated(records) = corpus {
        // The last, because it changes the index.
        reports.push(writing::measure(&name, &catalogue, *records, &asks)?);
    }
    Ok(reports)
}
