//! `harvest-file`: the corpus as a file, from file to searchable, and again unchanged; and three times as large, to see
//! whether memory grows with a source.

use std::path::Path;

use anyhow::ensure;
use serde_json::json;

use crate::cairn::{Run, Workplace, build};
use crate::corpus::{Yardstick, datagov, write_repeated};
use crate::meter::{Cost, median_cost};
use crate::report::{Report, mebibytes, seconds};

/// How many times larger the larger source is.
const TIMES: usize = 3;

/// Measures `repeats` times, all parts in turn so that a busy machine is busy for all of them.
pub(crate) fn measure(repeats: usize) -> anyhow::Result<Report> {
    let binary = build()?;
    let workplace = Workplace::new(&binary, &format!("file:{}", datagov()?.display()))?;
    let yardstick = Yardstick::find();
    let mut report = Report::begin("harvest-file", &["what", "CPU", "wall", "peak memory", "records", "writes"]);
    let (mut first, mut again, mut usual) = (Vec::new(), Vec::new(), Vec::new());
    let mut runs = None;
    for _ in 0..repeats {
        workplace.clear()?;
        let (new, cost) = workplace.harvest()?;
        first.push(cost);
        let (unchanged, cost) = workplace.harvest()?;
        again.push(cost);
        ensure!(unchanged.writes == 0, "an unchanged source wrote {} rows", unchanged.writes);
        usual.push(yardstick.measure()?);
        runs = Some((new, unchanged));
    }
    let found = workplace.searchable()?;
    let Some((new, unchanged)) = runs else { anyhow::bail!("nothing was measured: --repeats 0") };
    ensure!(found == new.listed, "{} records were listed, and {found} are found", new.listed);
    let (store, index) = workplace.sizes()?;
    let mut line = |what: &str, cost: Cost, records: String, writes: String| {
        report.row([what.to_owned(), seconds(cost.cpu), seconds(cost.wall), mebibytes(cost.peak_rss), records, writes]);
    };
    let (first, again, usual) = (median_cost(&first), median_cost(&again), median_cost(&usual));
    line("cairn harvest, new", first, new.listed.to_string(), new.writes.to_string());
    line("cairn harvest, unchanged", again, unchanged.listed.to_string(), unchanged.writes.to_string());
    let (larger, large) = harvest_larger(&binary)?;
    line("cairn harvest, new, three times the records", large, larger.listed.to_string(), larger.writes.to_string());
    report.row([yardstick.shown.to_owned(), seconds(usual.cpu), seconds(usual.wall)]);
    report.remark(format!(
        "three times the records: {:.2} times the peak memory, {:.2} times the CPU",
        large.peak_rss as f64 / first.peak_rss as f64,
        large.cpu / first.cpu
    ));
    report.remark(format!(
        "medians of {repeats}; store {}, index {}; {} problems listed; the run itself took {:.2} s of the last harvest",
        mebibytes(store),
        mebibytes(index),
        new.problems,
        new.seconds
    ));
    let figures = json!({"new": first, "unchanged": again, "yardstick": usual, "yardstick_command": yardstick.shown,
        "records": new.listed, "writes": new.writes, "writes_unchanged": unchanged.writes, "store_bytes": store,
        "index_bytes": index, "three_times": large, "repeats": repeats});
    Ok(report.end(figures))
}

/// Harvests three times as many records once.
fn harvest_larger(binary: &Path) -> anyhow::Result<(Run, Cost)> {
    let folder = tempfile::Builder::new().prefix("cairn-bench").tempdir()?;
    let file = folder.path().join("larger.jsonl.gz");
    write_repeated(TIMES, &file)?;
    Workplace::new(binary, &format!("file:{}", file.display()))?.harvest()
}
