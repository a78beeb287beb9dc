//! `many-sources`: fifty sources of a thousand records each, harvested at once, and again unchanged.

use std::io::Write;

use anyhow::ensure;
use serde_json::json;

use crate::cairn::{Workplace, build};
use crate::corpus::lines;
use crate::meter::{Cost, median_cost};
use crate::report::{Report, mebibytes, seconds};

/// Sources.
const SOURCES: usize = 50;
/// Records of each.
const RECORDS: usize = 1_000;

/// Measures `repeats` times.
pub(crate) fn measure(repeats: usize) -> anyhow::Result<Report> {
    let binary = build()?;
    let dumps = tempfile::Builder::new().prefix("cairn-bench").tempdir()?;
    let records = lines()?.take(SOURCES * RECORDS).collect::<Result<Vec<String>, _>>()?;
    // There are fewer real records than are wanted: some stand in two sources, as they do in the world.
    let mut records = records.iter().cycle();
    let mut sources = Vec::new();
    for number in 0..SOURCES {
        let file = dumps.path().join(format!("{number}.jsonl"));
        let mut dump = std::io::BufWriter::new(std::fs::File::create(&file)?);
        for record in records.by_ref().take(RECORDS) {
            writeln!(dump, "{record}")?;
        }
        dump.flush()?;
        sources.push((format!("source-{number}"), format!("file:{}", file.display())));
    }
    let workplace = Workplace::with_sources(&binary, sources.iter().map(|(id, url)| (id.as_str(), url.as_str())))?;
    let mut report = Report::begin("many-sources", &["what", "CPU", "wall", "peak memory", "records", "writes"]);
    let (mut first, mut again) = (Vec::new(), Vec::new());
    let (mut listed, mut written) = (0, 0);
    for _ in 0..repeats {
        workplace.clear()?;
        let (new, cost) = workplace.harvest_all()?;
        first.push(cost);
        (listed, written) = (new.iter().map(|run| run.listed).sum(), new.iter().map(|run| run.writes).sum::<u64>());
        let (unchanged, cost) = workplace.harvest_all()?;
        again.push(cost);
        ensure!(unchanged.iter().all(|run| run.writes == 0), "an unchanged source was written");
    }
    let found = workplace.searchable()?;
    ensure!(found == listed, "{listed} records were listed, and {found} are found");
    let mut line = |what: &str, cost: Cost, writes: u64| {
        let cells = [seconds(cost.cpu), seconds(cost.wall), mebibytes(cost.peak_rss), listed.to_string()];
        report.row(std::iter::once(what.to_owned()).chain(cells).chain([writes.to_string()]));
    };
    let (first, again) = (median_cost(&first), median_cost(&again));
    line("cairn harvest, new", first, written);
    line("cairn harvest, unchanged", again, 0);
    report.remark(format!("{SOURCES} sources of {RECORDS} records, 8 at a time; medians of {repeats}"));
    Ok(report.end(json!({"new": first, "unchanged": again, "records": listed, "writes": written, "repeats": repeats})))
}
