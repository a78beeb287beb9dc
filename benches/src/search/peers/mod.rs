//! Full-text search in databases, over the same documents with the same filters and facets.

mod postgres;
mod sqlite;

use std::collections::HashMap;

use cairn_model::{BoundingBox, DateStamp, Vocabularies};
use cairn_policy::{Rendition, Viewer};
use cairn_search::FacetField;
use cairn_search::analysis::{card, each_text};
use serde_json::json;

use self::postgres::Postgres;
use self::sqlite::Sqlite;
use super::bare::facet_values;
use super::catalogue::Catalogue;
use super::compare::{Distribution, medians};
use super::queries::Ask;
use super::sides::{Asked, Side, Sides, Times};
use super::{FACETS, HITS, Plan, viewers};
use crate::report::{Report, mebibytes};

/// Queries that peers are asked: the first ones.
const QUERIES: usize = 200;

/// A database with full-text search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Peer {
    /// SQLite with FTS5, in this process.
    Sqlite,
    /// PostgreSQL 15, a server of its own.
    Postgres,
}

/// What a peer holds of a rendition.
struct Document {
    number: usize,
    is_public: bool,
    visible_to: Vec<u32>,
    superseded_by: Vec<u32>,
    /// Numbers of the values that are counted or filtered by.
    values: Vec<u32>,
    modified: i64,
    bbox: Option<BoundingBox>,
    card: String,
    /// Stems of each text, with the place of its field.
    stems: Vec<(usize, Vec<String>)>,
    /// Words of each text, as they are written.
    words: Vec<Vec<String>>,
}

/// Numbers for labels and values, the same for all peers.
#[derive(Default)]
struct Numbers {
    labels: HashMap<String, u32>,
    values: HashMap<(FacetField, String), u32>,
}

/// A database that holds the documents.
trait Engine {
    fn add(&mut self, document: &Document) -> anyhow::Result<()>;
    fn finish(&mut self) -> anyhow::Result<()>;
    fn bytes(&mut self) -> anyhow::Result<u64>;
    /// Fetches the hits and the counts of all facets. CPU and wall seconds, and how many documents match.
    fn ask(&mut self, query: &PeerQuery<'_>) -> anyhow::Result<(Times, u64)>;
}

/// A query with the numbers that it needs.
struct PeerQuery<'a> {
    ask: &'a Ask,
    /// Numbers of the viewer's labels; none for nobody.
    labels: Option<&'a str>,
    /// Numbers of the values that must be there.
    values: Vec<u32>,
}

/// Fills the peers with the documents of the catalogue and asks them the first queries, and Cairn the same ones.
pub(super) fn measure(
    name: &str,
    peers: &[Peer],
    catalogue: &Catalogue,
    asks: &[Ask],
    plan: Plan,
) -> anyhow::Result<Report> {
    let columns =
        ["viewer and peer", "CPU p50 ms", "p99", "mean", "cairn p50", "p99", "mean", "times its mean", "differing"];
    let mut report = Report::begin(&format!("peers {name}"), &columns);
    let folder = tempfile::Builder::new().prefix("cairn-peers").tempdir()?;
    let mut engines: Vec<(&str, Box<dyn Engine>)> = Vec::new();
    for peer in peers {
        match peer {
            Peer::Sqlite => engines.push(("SQLite FTS5", Box::new(Sqlite::create(folder.path())?))),
            Peer::Postgres => match Postgres::start(folder.path()) {
                Ok(postgres) => engines.push(("PostgreSQL", Box::new(postgres))),
                Err(error) => report.remark(format!("POSTGRESQL IS LEFT OUT, it could not be started: {error:#}")),
            },
        }
    }
    let numbers = fill(&mut engines, catalogue)?;
    for (name, engine) in &mut engines {
        report.remark(format!("{name} takes {}", mebibytes(engine.bytes()?)));
    }
    let asks = &asks[..asks.len().min(QUERIES)];
    let mut figures = serde_json::Map::new();
    for (viewer_name, viewer) in viewers() {
        let sides = Sides::new(catalogue, &viewer);
        let asked = sides.prepare(asks)?;
        for (peer, engine) in &mut engines {
            let (row, figure) = compare(engine.as_mut(), &numbers, &viewer, &sides, &asked, plan)?;
            report.row(std::iter::once(format!("{viewer_name}, {peer}")).chain(row));
            figures.insert(format!("{viewer_name}, {peer}"), figure);
        }
    }
    report.remark(format!(
        "{} queries, {HITS} hits without snippets, {} facets; medians of {}; aims: at least 20 times Cairn's mean for \
         PostgreSQL, 30 times for SQLite",
        asks.len(),
        FACETS.len(),
        plan.repeats
    ));
    Ok(report.end(serde_json::Value::Object(figures)))
}

fn fill(engines: &mut [(&str, Box<dyn Engine>)], catalogue: &Catalogue) -> anyhow::Result<Numbers> {
    let mut numbers = Numbers::default();
    let mut number = 0;
    catalogue.each_rendition(&mut |rendition| {
        let document = numbers.document(number, rendition, Vocabularies::bundled())?;
        number += 1;
        engines.iter_mut().try_for_each(|(_, engine)| engine.add(&document))
    })?;
    engines.iter_mut().try_for_each(|(_, engine)| engine.finish())?;
    Ok(numbers)
}

/// Asks a peer and Cairn in turns; the cells of the row, and the figures.
fn compare(
    engine: &mut dyn Engine,
    numbers: &Numbers,
    viewer: &Viewer,
    sides: &Sides<'_>,
    asked: &[Asked<'_>],
    plan: Plan,
) -> anyhow::Result<(Vec<String>, serde_json::Value)> {
    let labels: Vec<u32> = viewer.labels().filter_map(|label| numbers.labels.get(label.as_str()).copied()).collect();
    let labels = (!viewer.is_anonymous()).then(|| joined(&labels));
    let mut times = [vec![Vec::new(); asked.len()], vec![Vec::new(); asked.len()]];
    let mut differing = 0;
    for repeat in 0..=plan.repeats {
        for (place, asked) in asked.iter().enumerate() {
            let values = asked.ask.filters.iter().map(|(facet, value)| {
                let number = numbers.values.get(&(*facet, facet.spelling(value)));
                number.copied().unwrap_or(u32::MAX >> 1)
            });
            let query = PeerQuery { ask: asked.ask, labels: labels.as_deref(), values: values.collect() };
            let (of_peer, total) = engine.ask(&query)?;
            if repeat == 0 {
                // The first pass warms caches.
                differing += usize::from(total != sides.ask(Side::Cairn, asked)?);
                continue;
            }
            times[0][place].push(of_peer);
            times[1][place].push(sides.timed(Side::Cairn, asked)?);
        }
    }
    let [peer, own] = times.map(|times| Distribution::of(medians(&times, |(cpu, _)| *cpu)));
    let mut cells: Vec<String> = peer.cells().into_iter().chain(own.cells()).collect();
    cells.extend([format!("{:.1}", peer.mean / own.mean), differing.to_string()]);
    Ok((cells, json!({"peer_cpu_ms": peer.json(), "cairn_cpu_ms": own.json(), "differing": differing})))
}

impl Numbers {
    fn document(
        &mut self,
        number: usize,
        rendition: &Rendition,
        vocabularies: &Vocabularies,
    ) -> anyhow::Result<Document> {
        let dataset = &rendition.dataset;
        let mut document = Document {
            number,
            is_public: rendition.is_public(),
            visible_to: Vec::new(),
            superseded_by: Vec::new(),
            values: Vec::new(),
            modified: dataset.modified.as_ref().map_or(-100_000, DateStamp::day),
            bbox: dataset.bbox,
            card: serde_json::to_string(&card(rendition))?,
            stems: Vec::new(),
            words: Vec::new(),
        };
        for label in &rendition.visible_to {
            document.visible_to.push(numbered(&mut self.labels, label.as_str().to_owned()));
        }
        for label in &rendition.superseded_by {
            document.superseded_by.push(numbered(&mut self.labels, label.as_str().to_owned()));
        }
        for value in facet_values(dataset, vocabularies) {
            document.values.push(numbered(&mut self.values, value));
        }
        each_text(dataset, vocabularies, |field, spoken, text| {
            document.stems.push((field, spoken.stems(text)));
            document.words.push(cairn_search::analysis::words(text));
        });
        Ok(document)
    }
}

fn numbered<K: std::hash::Hash + Eq>(numbers: &mut HashMap<K, u32>, key: K) -> u32 {
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    *numbers.entry(key).or_insert(next)
}

/// Numbers with commas between them.
fn joined(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// Condition that the extent in columns `w`, `s`, `e`, `n` overlaps a box that does not lie across the antimeridian.
fn overlapping(bbox: &BoundingBox) -> String {
    let BoundingBox { west, south, east, north } = bbox;
    format!(
        "d.s <= {north} AND d.n >= {south} AND ((d.w <= {east} AND d.e >= {west}) OR (d.w > d.e AND (d.w <= {east} OR \
         d.e >= {west})))"
    )
}
