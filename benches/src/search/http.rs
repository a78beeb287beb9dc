//! The same queries by HTTP: the CPU time of the real server over the same records, beside the limit's.

use std::time::Instant;

use anyhow::ensure;
use cairn_policy::Viewer;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::bare::FACET_VALUES;
use super::catalogue::Catalogue;
use super::compare::{Distribution, medians};
use super::queries::Ask;
use super::sides::{Side, Sides, Times};
use super::{FACETS, HITS, Plan};
use crate::cairn::Workplace;
use crate::meter::{ThreadClock, anonymous_memory_of};
use crate::report::{Report, mebibytes};

/// What is read of an answer.
#[derive(Deserialize)]
struct Answer {
    total: u64,
}

/// A server, asked over one connection.
struct Client {
    agent: ureq::Agent,
    root: Url,
    clock: ThreadClock,
}

/// Asks the server as nobody, every query anew and again.
pub(super) fn measure(
    name: &str,
    workplace: &Workplace,
    catalogue: &Catalogue,
    asks: &[Ask],
    plan: Plan,
) -> anyhow::Result<Report> {
    let columns =
        ["CPU ms", "queries", "server p50", "p99", "mean", "limit p50", "p99", "mean", "ratio p50", "p99", "mean"];
    let mut report = Report::begin(&format!("http {name}"), &columns);
    // Pages deep in the list are reached by cursors, which are of another index.
    let asks: Vec<Ask> = asks.iter().filter(|ask| ask.depth == 0).cloned().collect();
    let server = workplace.serve()?;
    server.wait_until_idle()?;
    let mut client = Client {
        agent: ureq::Agent::new_with_defaults(),
        root: Url::parse(&format!("http://{}/api/v1/search", server.address()))?,
        clock: ThreadClock::of(server.process()),
    };
    let viewer = Viewer::anonymous();
    let sides = Sides::new(catalogue, &viewer);
    let asked = sides.prepare(&asks)?;
    let mut differing = 0;
    let (mut first, mut again, mut limit) = (Vec::new(), vec![Vec::new(); asks.len()], vec![Vec::new(); asks.len()]);
    for round in 0..=plan.repeats {
        for (place, (ask, asked)) in asks.iter().zip(&asked).enumerate() {
            let (total, times) = client.timed(ask)?;
            if round == 0 {
                differing += usize::from(total != sides.ask(Side::Bare, asked)?);
                first.push(vec![times]);
            } else {
                again[place].push(times);
            }
        }
        if round > 0 {
            for (asked, limit) in asked.iter().zip(&mut limit) {
                limit.push(sides.timed(Side::Bare, asked)?);
            }
        }
    }
    let memory = anonymous_memory_of(server.process());
    server.stop()?;
    let limit = Distribution::of(medians(&limit, cpu));
    let mut figures = serde_json::Map::new();
    for (name, times) in [("first", &first), ("again", &again)] {
        let own = Distribution::of(medians(times, cpu));
        let wall = Distribution::of(medians(times, |(_, wall)| *wall));
        let cells = [name.to_owned(), asks.len().to_string()].into_iter().chain(own.cells()).chain(limit.cells());
        report.row(cells.chain(own.ratios(&limit)));
        figures.insert(name.to_owned(), json!({"server_cpu_ms": own.json(), "wall_ms": wall.json()}));
        report.remark(format!(
            "{name}, wall ms of a request: p50 {:.2}, p99 {:.2}, mean {:.2}",
            wall.p50, wall.p99, wall.mean
        ));
    }
    report.remark(format!(
        "{differing} queries differ; {HITS} hits with snippets, {} facets of {FACET_VALUES} values, anonymous, JSON that is \
         not compressed; first: each query once; again and the limit: medians of {}; anonymous memory of the server: {}",
        FACETS.len(),
        plan.repeats,
        mebibytes(memory)
    ));
    figures.insert("limit_cpu_ms".to_owned(), limit.json());
    figures.insert("memory".to_owned(), json!(memory));
    figures.insert("differing".to_owned(), json!(differing));
    Ok(report.end(Value::Object(figures)))
}

fn cpu((cpu, _): &Times) -> f64 {
    *cpu
}

impl Client {
    /// How many records match, and what the answer cost the server.
    fn timed(&mut self, ask: &Ask) -> anyhow::Result<(u64, Times)> {
        let address = self.address(ask);
        let (before, begun) = (self.clock.now()?, Instant::now());
        let mut response = self.agent.get(address.as_str()).call()?;
        let body = response.body_mut().read_to_string()?;
        let wall = begun.elapsed().as_secs_f64();
        let cpu = self.clock.now()? - before;
        ensure!(response.status() == 200, "{address} answered {}", response.status());
        let Answer { total } = serde_json::from_str(&body)?;
        Ok((total, (cpu, wall)))
    }

    fn address(&self, ask: &Ask) -> Url {
        let mut address = self.root.clone();
        let mut parameters = address.query_pairs_mut();
        let names: Vec<&str> = FACETS.iter().map(|facet| facet.name()).collect();
        parameters.append_pair("facets", &names.join(",")).append_pair("limit", &HITS.to_string());
        let text = ask.request().text;
        if !text.is_empty() {
            parameters.append_pair("q", &text);
        }
        for (facet, value) in &ask.filters {
            parameters.append_pair(facet.name(), value);
        }
        if let Some(bbox) = ask.bbox {
            let edges = format!("{},{},{},{}", bbox.west, bbox.south, bbox.east, bbox.north);
            parameters.append_pair("bbox", &edges);
        }
        drop(parameters);
        address
    }
}
