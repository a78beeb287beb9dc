//! The comparison: what each kind of query costs on either side, and their ratios.

use serde_json::{Value, json};

use super::queries::Ask;
use super::sides::{Asked, Side, Sides, Times};
use super::{FACETS, HITS, Plan, bare};
use crate::meter::{median, quantile};
use crate::report::Report;

const COLUMNS: [&str; 13] = [
    "CPU ms by kind",
    "queries",
    "cairn p50",
    "p99",
    "mean",
    "limit p50",
    "p99",
    "mean",
    "ratio p50",
    "p99",
    "mean",
    "again mean",
    "ratio",
];

/// Milliseconds over some queries, each by the median of its repeats.
pub(super) struct Distribution {
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) mean: f64,
}

impl Distribution {
    /// Of milliseconds.
    pub(super) fn of(mut milliseconds: Vec<f64>) -> Self {
        milliseconds.sort_by(f64::total_cmp);
        let mean = milliseconds.iter().sum::<f64>() / milliseconds.len() as f64;
        Self { p50: quantile(&milliseconds, 0.5), p99: quantile(&milliseconds, 0.99), mean }
    }

    pub(super) fn cells(&self) -> [String; 3] {
        [self.p50, self.p99, self.mean].map(|part| format!("{part:.3}"))
    }

    pub(super) fn json(&self) -> Value {
        json!({"p50": self.p50, "p99": self.p99, "mean": self.mean})
    }

    pub(super) fn ratios(&self, other: &Self) -> [String; 3] {
        [self.p50 / other.p50, self.p99 / other.p99, self.mean / other.mean].map(|part| format!("{part:.2}"))
    }
}

/// The medians of the repeats of each query, milliseconds.
pub(super) fn medians(times: &[Vec<Times>], part: fn(&Times) -> f64) -> Vec<f64> {
    times.iter().map(|times| 1e3 * median(&mut times.iter().map(part).collect::<Vec<_>>())).collect()
}

/// Measures both sides for one viewer.
pub(super) fn compare(
    name: &str,
    asks: &[Asked<'_>],
    concepts: &[Ask],
    sides: &Sides<'_>,
    plan: Plan,
) -> anyhow::Result<Report> {
    let mut report = Report::begin(name, &COLUMNS);
    // The first pass warms caches and shows that both sides do the same work.
    let mut found = [0_u64; 2];
    let mut differing = Vec::new();
    for asked in asks {
        let totals = [sides.ask(Side::Cairn, asked)?, sides.ask(Side::Bare, asked)?];
        if totals[0] != totals[1] {
            differing.push(format!("{:?} {:?} {totals:?}", asked.ask.words, asked.ask.phrase));
        }
        found[0] += totals[0];
        found[1] += totals[1];
    }
    let [cairn, bare, again] = repeated(sides, [Side::Cairn, Side::Bare, Side::Again], asks, plan.repeats)?;
    let mut figures = serde_json::Map::new();
    let mut kinds: Vec<&'static str> = Vec::new();
    for asked in asks {
        if !kinds.contains(&asked.ask.kind) {
            kinds.push(asked.ask.kind);
        }
    }
    kinds.sort_unstable();
    for kind in std::iter::once("all").chain(kinds) {
        let of_kind = |times: &[Vec<Times>], part| -> Distribution {
            let of_all = medians(times, part).into_iter().zip(asks);
            Distribution::of(
                of_all.filter(|(_, asked)| kind == "all" || asked.ask.kind == kind).map(|(time, _)| time).collect(),
            )
        };
        let count = asks.iter().filter(|asked| kind == "all" || asked.ask.kind == kind).count();
        let (own, limit) = (of_kind(&cairn, |(cpu, _)| *cpu), of_kind(&bare, |(cpu, _)| *cpu));
        let cells = [kind.to_owned(), count.to_string()].into_iter().chain(own.cells()).chain(limit.cells());
        let again = of_kind(&again, |(cpu, _)| *cpu).mean;
        let of_again = [format!("{again:.3}"), format!("{:.2}", again / limit.mean)];
        report.row(cells.chain(own.ratios(&limit)).chain(of_again));
        let (own_wall, limit_wall) = (of_kind(&cairn, |(_, wall)| *wall), of_kind(&bare, |(_, wall)| *wall));
        figures.insert(
            kind.replace(' ', "_"),
            json!({"queries": count, "cairn_cpu_ms": own.json(), "limit_cpu_ms": limit.json(),
                "again_cpu_ms_mean": again,
                "cairn_wall_ms": own_wall.json(), "limit_wall_ms": limit_wall.json()}),
        );
    }
    if !concepts.is_empty() {
        let concepts = sides.prepare(concepts)?;
        let [times] = repeated(sides, [Side::Cairn], &concepts, plan.repeats)?;
        let own = Distribution::of(medians(&times, |(cpu, _)| *cpu));
        let nothing = std::iter::repeat_n("-".to_owned(), COLUMNS.len() - 5);
        let cells = ["names a concept".to_owned(), concepts.len().to_string()].into_iter().chain(own.cells());
        report.row(cells.chain(nothing));
        figures.insert("names_a_concept".to_owned(), json!({"queries": concepts.len(), "cairn_cpu_ms": own.json()}));
    }
    report.remark(format!(
        "matches {} and {} ({} queries differ); {HITS} hits with snippets, {} facets of {} values; medians of {}; aim: \
         ratios at most 1.4, from 1,000,000 records on 1.2",
        found[0],
        found[1],
        differing.len(),
        FACETS.len(),
        bare::FACET_VALUES,
        plan.repeats
    ));
    report.remark(tell_throughput(sides, asks, &mut figures)?);
    for told in differing.iter().take(3) {
        report.remark(format!("  differs: {told}"));
    }
    figures.insert("differing".to_owned(), json!(differing.len()));
    Ok(report.end(Value::Object(figures)))
}

/// Asks several sides every query so often, in turns, so that a busy machine is busy for all.
fn repeated<const N: usize>(
    sides: &Sides<'_>,
    of: [Side; N],
    asks: &[Asked<'_>],
    repeats: usize,
) -> anyhow::Result<[Vec<Vec<Times>>; N]> {
    let mut times = of.map(|_| vec![Vec::new(); asks.len()]);
    for _ in 0..repeats {
        for (side, times) in of.into_iter().zip(&mut times) {
            for (asked, times) in asks.iter().zip(times) {
                times.push(sides.timed(side, asked)?);
            }
        }
    }
    Ok(times)
}

/// Queries a second with one thread and with two.
fn tell_throughput(
    sides: &Sides<'_>,
    asks: &[Asked<'_>],
    figures: &mut serde_json::Map<String, Value>,
) -> anyhow::Result<String> {
    let mut parts = Vec::new();
    for (name, side) in [("cairn", Side::Cairn), ("limit", Side::Bare)] {
        let one = sides.throughput(side, asks, 1)?;
        let two = sides.throughput(side, asks, 2)?;
        parts.push(format!("{name} {:.0} with one thread, {:.0} with two", one.0, two.0));
        figures.insert(format!("queries_per_second_{name}"), json!({"1": one.0, "2": two.0}));
    }
    Ok(format!("queries a second of wall time: {}", parts.join("; ")))
}
