//! Writing to an index that is searched: how soon a change is seen, how many changes a second, and what searches feel of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use cairn_model::{Dataset, DatasetId};
use cairn_policy::{Rendition, Viewer, renditions};
use cairn_search::{Index, IndexChange, IndexWriter, SearchIndex, Writer, WriterOptions};
use serde_json::json;

use super::catalogue::Catalogue;
use super::compare::Distribution;
use super::generate::Generator;
use super::queries::Ask;
use super::sides::{Asked, Side, Sides};
use crate::meter::process_cpu;
use crate::report::Report;

/// Records of a batch, and how many batches are written.
const BATCHES: [(usize, usize); 3] = [(1, 40), (100, 20), (1_000, 5)];
/// Records that a harvest writes in a second.
const EACH_SECOND: usize = 1_000;
/// How long searches are measured, idle and while a harvest writes.
const SEARCHED: Duration = Duration::from_secs(15);

/// Takes the writer of an index and changes records of a generated catalogue.
struct Changes {
    writer: Writer,
    generator: Generator,
    records: usize,
    next: usize,
    /// Counts changes on, so that every one has a word of its own.
    edition: usize,
}

impl Changes {
    /// The next records in some order that is not the one in which they were written, each with a new title.
    fn next_records(&mut self, count: usize) -> Vec<Dataset> {
        let mut datasets = Vec::with_capacity(count);
        for _ in 0..count {
            // A prime step goes through all of them, and far from one to the next.
            self.next = (self.next + 7_919) % self.records;
            let mut dataset = self.generator.dataset(self.next);
            self.edition += 1;
            for title in dataset.title.0.values_mut() {
                *title = format!("{title} edition{}", self.edition);
            }
            datasets.push(dataset);
        }
        datasets
    }

    /// Writes records and publishes them; seconds until they can be found.
    fn update(&mut self, datasets: &[Dataset]) -> anyhow::Result<f64> {
        let changes: Vec<IndexChange> = datasets.iter().map(change).collect();
        self.apply(&changes)
    }

    fn delete(&mut self, ids: &[DatasetId]) -> anyhow::Result<f64> {
        let changes: Vec<IndexChange> = ids.iter().map(|id| IndexChange { id: *id, renditions: Vec::new() }).collect();
        self.apply(&changes)
    }

    fn apply(&mut self, changes: &[IndexChange]) -> anyhow::Result<f64> {
        let begun = Instant::now();
        let position = self.writer.position() + 1;
        self.writer.apply(changes, position)?;
        Ok(begun.elapsed().as_secs_f64())
    }
}

fn change(dataset: &Dataset) -> IndexChange {
    IndexChange { id: dataset.id, renditions: renditions(dataset) }
}

/// Measures; the catalogue is changed, and both indexes are no longer the same.
pub(super) fn measure(name: &str, catalogue: &Catalogue, records: usize, asks: &[Ask]) -> anyhow::Result<Report> {
    let columns = ["writing", "batches", "ms a batch p50", "p99", "records/s", "CPU ms a record"];
    let mut report = Report::begin(&format!("writing {name}"), &columns);
    let (index, writer) = Index::open_writer_with(&catalogue.own, WriterOptions::default())?;
    let mut changes = Changes { writer, generator: Generator::new(), records, next: 0, edition: 0 };
    let mut figures = serde_json::Map::new();
    for (size, batches) in BATCHES {
        let mut gone = Vec::new();
        let (mut updates, mut deletes) = ((Vec::new(), 0.0), (Vec::new(), 0.0));
        for _ in 0..batches {
            let datasets = changes.next_records(size);
            let before = process_cpu();
            updates.0.push(1e3 * changes.update(&datasets)?);
            updates.1 += process_cpu() - before;
            see(&index, &datasets)?;
        }
        for _ in 0..batches {
            let datasets = changes.next_records(size);
            let ids: Vec<DatasetId> = datasets.iter().map(|dataset| dataset.id).collect();
            gone.extend(datasets);
            let before = process_cpu();
            deletes.0.push(1e3 * changes.delete(&ids)?);
            deletes.1 += process_cpu() - before;
        }
        // They come back, so that searches go on in a catalogue of the same size.
        changes.update(&gone)?;
        for (what, (times, cpu)) in [("updates", updates), ("deletes", deletes)] {
            let cpu = 1e3 * cpu / (size * batches) as f64;
            let each = Distribution::of(times);
            report.row([
                format!("{what}, {size} a batch"),
                batches.to_string(),
                format!("{:.1}", each.p50),
                format!("{:.1}", each.p99),
                format!("{:.0}", 1e3 * size as f64 / each.mean),
                format!("{cpu:.3}"),
            ]);
            figures.insert(format!("{what}_{size}"), json!({"wall_ms": each.json(), "cpu_ms_a_record": cpu}));
        }
    }
    let viewer = Viewer::anonymous();
    let sides = Sides::of(&index, &catalogue.bare, &viewer);
    let asked = sides.prepare(asks)?;
    let idle = searched(&sides, &asked, SEARCHED)?;
    let (under, written) = while_written(&mut changes, &index, || searched(&sides, &asked, SEARCHED))?;
    for (what, times) in [("idle", &idle), ("while records are written", &under)] {
        report.remark(format!(
            "search {what}, wall ms of {} queries: p50 {:.2}, p99 {:.2}, mean {:.2}",
            times.0, times.1.p50, times.1.p99, times.1.mean
        ));
    }
    report.remark(format!(
        "p99 under writing over idle: {:.2} (aim: at most 2); {:.0} records/s were written of {EACH_SECOND} that were due; \
         from handing them over to found: {:.0} ms at most (aim: within 1 s)",
        under.1.p99 / idle.1.p99,
        written.each_second,
        written.slowest
    ));
    figures.insert("idle".to_owned(), idle.1.json());
    figures.insert("while_written".to_owned(), under.1.json());
    figures.insert("written_each_second".to_owned(), json!(written.each_second));
    figures.insert("visible_ms".to_owned(), json!(written.slowest));
    Ok(report.end(serde_json::Value::Object(figures)))
}

/// Makes sure that the public records among some are found by the words of their last edition.
fn see(index: &Index, datasets: &[Dataset]) -> anyhow::Result<()> {
    let Some(dataset) = datasets.iter().find(|dataset| renditions(dataset).iter().any(Rendition::is_public)) else {
        return Ok(());
    };
    let title = dataset.title.texts().next().unwrap_or_default();
    let Some(edition) = title.rsplit(' ').next().filter(|_| is_public_title(dataset)) else { return Ok(()) };
    let ask = Ask { words: vec![edition.to_owned()], ..Ask::default() };
    let found = index.search(&Viewer::anonymous(), &ask.request())?;
    ensure!(found.total == 1, "{} records are found by {edition} just after it was written", found.total);
    Ok(())
}

/// Whether everyone sees the record's title: a stub may show another.
fn is_public_title(dataset: &Dataset) -> bool {
    renditions(dataset).iter().any(|one| one.is_public() && one.dataset.title == dataset.title)
}

type Searched = (usize, Distribution);

/// Asks the queries in their order, again and again, for some time.
fn searched(sides: &Sides<'_>, asks: &[Asked<'_>], time: Duration) -> anyhow::Result<Searched> {
    let begun = Instant::now();
    let mut times = Vec::new();
    for asked in asks.iter().cycle() {
        if begun.elapsed() >= time {
            break;
        }
        times.push(1e3 * sides.timed(Side::Cairn, asked)?.1);
    }
    Ok((times.len(), Distribution::of(times)))
}

/// What was written meanwhile.
struct Written {
    /// Records a second: fewer than are due where the machine is too slow.
    each_second: f64,
    /// Milliseconds that the slowest batch took to be found.
    slowest: f64,
}

/// Does something while a thousand records are written every second, if that can be done.
fn while_written(
    changes: &mut Changes,
    index: &Index,
    what: impl FnOnce() -> anyhow::Result<Searched>,
) -> anyhow::Result<(Searched, Written)> {
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| -> anyhow::Result<Written> {
            let (all, mut batches, mut slowest) = (Instant::now(), 0, 0.0_f64);
            while !ended.load(Ordering::Relaxed) {
                let begun = Instant::now();
                let datasets = changes.next_records(EACH_SECOND);
                slowest = slowest.max(changes.update(&datasets)?);
                batches += 1;
                see(index, &datasets)?;
                std::thread::sleep(Duration::from_secs(1).saturating_sub(begun.elapsed()));
            }
            let each_second = (batches * EACH_SECOND) as f64 / all.elapsed().as_secs_f64();
            Ok(Written { each_second, slowest: 1e3 * slowest })
        });
        let done = what();
        ended.store(true, Ordering::Relaxed);
        let written = writing.join().ok().context("the writing thread panicked")??;
        Ok((done?, written))
    })
}
