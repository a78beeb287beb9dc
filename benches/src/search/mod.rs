//! `search`: a thousand queries put to Cairn's index and straight to tantivy, on the same documents in the same run.

mod bare;
mod catalogue;
mod facets;
mod generate;
mod queries;
mod random;
mod words;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Context;
use cairn_policy::{Role, Viewer};
use cairn_search::{FacetField, SearchIndex};
use serde_json::{Value, json};

use self::bare::Bare;
use self::catalogue::Catalogue;
use self::queries::Ask;
use crate::meter::{median, quantile, thread_cpu};
use crate::report::{Report, mebibytes};

/// The facets that every query counts.
const FACETS: [FacetField; 6] = [
    FacetField::Organisation,
    FacetField::Country,
    FacetField::Cluster,
    FacetField::Format,
    FacetField::Licence,
    FacetField::Sharing,
];
/// Hits of a query.
const HITS: usize = 10;
/// Labels of the signed-in viewer: everyone, the community, an organisation, and groups.
const LABELS: usize = 50;

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

/// One side of the comparison.
#[derive(Clone, Copy)]
enum Side<'a> {
    Cairn(&'a cairn_search::Index, &'a Viewer),
    Bare(&'a Bare, Option<&'a [String]>),
}

/// CPU and wall seconds of a query.
type Times = (f64, f64);

impl Side<'_> {
    /// Asks, and gives how many records match. The whole answer is made, and dropped with the clock running.
    fn ask(self, ask: &Ask) -> anyhow::Result<u64> {
        match self {
            Self::Cairn(index, viewer) => Ok(index.search(viewer, &ask.request())?.total),
            Self::Bare(bare, labels) => {
                let answer = bare.search(ask, labels)?;
                std::hint::black_box((&answer.hits, &answer.facets));
                Ok(answer.total)
            }
        }
    }

    fn timed(self, ask: &Ask) -> anyhow::Result<Times> {
        let (cpu, wall) = (thread_cpu(), Instant::now());
        self.ask(ask)?;
        Ok((thread_cpu() - cpu, wall.elapsed().as_secs_f64()))
    }
}

/// Builds both indexes and measures.
pub(crate) fn measure(corpus: &Corpus, plan: Plan) -> anyhow::Result<Report> {
    let columns = [
        "viewer and side",
        "CPU p50 ms",
        "p99",
        "mean",
        "wall p50 ms",
        "p99",
        "mean",
        "q/s 1 thread",
        "q/s 2 threads",
        "CPU ms/query, 2 threads",
    ];
    let name = match corpus {
        Corpus::Datagov => "search datagov".to_owned(),
        Corpus::Generated(records) => format!("search generated {records}"),
    };
    let mut report = Report::begin(&name, &columns);
    let catalogue = Catalogue::build(corpus)?;
    let asks = queries::make(plan.queries, catalogue.bare.vocabulary()?, &catalogue.examples);
    let mut figures = serde_json::Map::new();
    let anonymous = Viewer::anonymous();
    let groups: Vec<String> = (0..LABELS - 3).map(generate::group).collect();
    let member = Viewer::member("organisation-1", &groups, Role::Reader);
    for (viewer_name, viewer) in [("anonymous", &anonymous), ("50 labels", &member)] {
        let labels: Vec<String> = viewer.labels().map(|label| label.as_str().to_owned()).collect();
        let labels = (!viewer.is_anonymous()).then_some(labels.as_slice());
        let sides = [Side::Cairn(&catalogue.index, viewer), Side::Bare(&catalogue.bare, labels)];
        let measured = compare(&mut report, viewer_name, sides, &asks, plan)?;
        figures.insert(viewer_name.replace(' ', "_"), measured);
    }
    figures.insert("build".to_owned(), catalogue.figures());
    report.remark(catalogue.told());
    report.remark(format!(
        "{} queries, {HITS} hits with snippets, {} facets of {} values; medians of {}; aim: ratio at most 1.5",
        asks.len(),
        FACETS.len(),
        bare::FACET_VALUES,
        plan.repeats
    ));
    Ok(report.end(Value::Object(figures)))
}

/// Measures both sides for one viewer and adds their rows.
fn compare(report: &mut Report, viewer: &str, sides: [Side<'_>; 2], asks: &[Ask], plan: Plan) -> anyhow::Result<Value> {
    // The first pass warms caches and shows that both sides do the same work.
    let mut found = [0_u64; 2];
    let mut differing = 0;
    for ask in asks {
        let totals = [sides[0].ask(ask)?, sides[1].ask(ask)?];
        differing += usize::from(totals[0] != totals[1]);
        found[0] += totals[0];
        found[1] += totals[1];
    }
    let mut times: [Vec<Vec<Times>>; 2] = [vec![Vec::new(); asks.len()], vec![Vec::new(); asks.len()]];
    for _ in 0..plan.repeats {
        // The sides take turns, so that a busy machine is busy for both.
        for (side, times) in sides.iter().zip(&mut times) {
            for (ask, times) in asks.iter().zip(times) {
                times.push(side.timed(ask)?);
            }
        }
    }
    let mut means = [0.0; 2];
    let mut figures = serde_json::Map::new();
    for (place, side) in ["cairn", "bare tantivy"].iter().enumerate() {
        let cpu = Distribution::of(&times[place], |(cpu, _)| *cpu);
        let wall = Distribution::of(&times[place], |(_, wall)| *wall);
        let one = throughput(sides[place], asks, 1)?;
        let two = throughput(sides[place], asks, 2)?;
        means[place] = cpu.mean;
        let mut cells = vec![format!("{viewer}, {side}")];
        for distribution in [&cpu, &wall] {
            cells.extend([distribution.p50, distribution.p99, distribution.mean].map(|part| format!("{part:.3}")));
        }
        cells.extend([format!("{:.0}", one.0), format!("{:.0}", two.0), format!("{:.3}", two.1)]);
        report.row(cells);
        figures.insert(
            side.replace(' ', "_"),
            json!({"cpu_ms": cpu.json(), "wall_ms": wall.json(), "queries_per_second": {"1": one.0, "2": two.0},
                "cpu_ms_per_query": {"1": one.1, "2": two.1}, "matches": found[place],
                "mean_cpu_ms_by_kind": by_kind(asks, &times[place])}),
        );
    }
    let ratio = means[0] / means[1];
    let kinds: Vec<String> = by_kind(asks, &times[0])
        .into_iter()
        .zip(by_kind(asks, &times[1]))
        .map(|((kind, own), (_, bare))| format!("{kind} {own:.2}/{bare:.2} = {:.2}", own / bare))
        .collect();
    report.remark(format!(
        "{viewer}: ours/bare {ratio:.2} in mean CPU; matches {} and {} ({differing} queries differ)",
        found[0], found[1]
    ));
    report.remark(format!("  by kind, mean CPU ms: {}", kinds.join("; ")));
    figures.insert("ratio_mean_cpu".to_owned(), json!(ratio));
    Ok(Value::Object(figures))
}

/// Milliseconds over the queries, each by the median of its repeats.
struct Distribution {
    p50: f64,
    p99: f64,
    mean: f64,
}

impl Distribution {
    fn of(times: &[Vec<Times>], part: impl Fn(&Times) -> f64) -> Self {
        let mut medians: Vec<f64> =
            times.iter().map(|times| 1e3 * median(&mut times.iter().map(&part).collect::<Vec<_>>())).collect();
        medians.sort_by(f64::total_cmp);
        let mean = medians.iter().sum::<f64>() / medians.len() as f64;
        Self { p50: quantile(&medians, 0.5), p99: quantile(&medians, 0.99), mean }
    }

    fn json(&self) -> Value {
        json!({"p50": self.p50, "p99": self.p99, "mean": self.mean})
    }
}

/// Mean CPU milliseconds by kind of query.
fn by_kind(asks: &[Ask], times: &[Vec<Times>]) -> BTreeMap<&'static str, f64> {
    let mut kinds: BTreeMap<&'static str, (f64, f64)> = BTreeMap::new();
    for (ask, times) in asks.iter().zip(times) {
        let (sum, count) = kinds.entry(ask.kind).or_default();
        *sum += 1e3 * median(&mut times.iter().map(|(cpu, _)| *cpu).collect::<Vec<_>>());
        *count += 1.0;
    }
    kinds.into_iter().map(|(kind, (sum, count))| (kind, sum / count)).collect()
}

/// Every query once, by several threads: queries a second of wall time, and CPU milliseconds a query.
fn throughput(side: Side<'_>, asks: &[Ask], threads: usize) -> anyhow::Result<(f64, f64)> {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let cpu = std::thread::scope(|scope| -> anyhow::Result<f64> {
        let mut workers = Vec::new();
        for _ in 0..threads {
            workers.push(scope.spawn(|| -> anyhow::Result<f64> {
                let before = thread_cpu();
                while let Some(ask) = asks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    side.ask(ask)?;
                }
                Ok(thread_cpu() - before)
            }));
        }
        let mut cpu = 0.0;
        for worker in workers {
            cpu += worker.join().ok().context("a searching thread panicked")??;
        }
        Ok(cpu)
    })?;
    let count = asks.len() as f64;
    Ok((count / begun.elapsed().as_secs_f64(), 1e3 * cpu / count))
}

impl Catalogue {
    /// How both indexes were built, in words.
    fn told(&self) -> String {
        format!(
            "{} records, {} documents; built in {:.1} CPU-s (cairn) and {:.1} (bare), {:.1} s of wall for both and the \
             records; {} segments (cairn: {} folder), {} (bare: {})",
            self.records,
            self.documents,
            self.cpu.0,
            self.cpu.1,
            self.wall,
            self.segments,
            mebibytes(self.bytes.0),
            self.bare.segments(),
            mebibytes(self.bytes.1),
        )
    }
}
