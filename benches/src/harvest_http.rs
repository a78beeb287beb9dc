//! `harvest-http`: the corpus from a local portal, from the first request to searchable, and again unchanged.

use anyhow::{Context, ensure};
use serde_json::json;

use crate::cairn::{Run, Workplace, build};
use crate::corpus::Yardstick;
use crate::meter::{Cost, median, median_cost};
use crate::portal::Portal;
use crate::report::{Report, mebibytes, seconds};

/// How a harvest is begun.
type Harvest = fn(&Workplace) -> anyhow::Result<(Run, Cost)>;

/// What is measured one after the other, each on what those before it left.
const HARVESTS: [(&str, Harvest); 3] = [
    ("cairn harvest, new", Workplace::harvest),
    ("cairn harvest, unchanged", Workplace::harvest),
    ("cairn harvest --full, unchanged", Workplace::harvest_full),
];

/// One harvest.
struct Measured {
    run: Run,
    cost: Cost,
    /// CPU seconds of the portal.
    served: f64,
}

/// Measures `repeats` times, harvests and yardstick in turn.
pub(crate) fn measure(repeats: usize) -> anyhow::Result<Report> {
    let binary = build()?;
    let portal = Portal::start()?;
    let workplace = Workplace::new(&binary, &portal.url())?;
    let yardstick = Yardstick::find();
    let columns = ["what", "CPU", "wall", "peak memory", "records", "requests", "writes", "CPU of the portal"];
    let mut report = Report::begin("harvest-http", &columns);
    let (mut measured, mut usual) = (HARVESTS.map(|_| Vec::new()), Vec::new());
    for _ in 0..repeats {
        workplace.clear()?;
        for ((_, harvest), rounds) in HARVESTS.iter().zip(&mut measured) {
            rounds.push(one(&portal, &workplace, *harvest)?);
        }
        usual.push(yardstick.measure()?);
    }
    let usual = median_cost(&usual);
    let mut figures = json!({"yardstick": usual, "yardstick_command": yardstick.shown, "repeats": repeats});
    for (number, ((name, _), rounds)) in HARVESTS.iter().zip(&measured).enumerate() {
        let run = &rounds.last().context("nothing was measured: --repeats 0")?.run;
        ensure!(number == 0 || run.writes == 0, "an unchanged source wrote {} rows", run.writes);
        let cost = median_cost(&rounds.iter().map(|round| round.cost).collect::<Vec<_>>());
        let served = median(&mut rounds.iter().map(|round| round.served).collect::<Vec<_>>());
        report.row([
            (*name).to_owned(),
            seconds(cost.cpu),
            seconds(cost.wall),
            mebibytes(cost.peak_rss),
            run.listed.to_string(),
            run.requests.to_string(),
            run.writes.to_string(),
            seconds(served),
        ]);
        figures[*name] = json!({"cost": cost, "portal_cpu": served, "ratio_wall": cost.wall / usual.wall,
            "ratio_cpu": cost.cpu / usual.cpu, "records": run.listed, "requests": run.requests, "writes": run.writes});
        if number == 0 {
            report.remark(format!(
                "medians of {repeats}; wall from the first request to searchable, payload and history stored; \
                 {:.2} times the yardstick in wall, {:.2} times in CPU (aim: 1 in wall)",
                cost.wall / usual.wall,
                cost.cpu / usual.cpu
            ));
            let found = workplace.searchable()?;
            ensure!(found == run.listed, "{} records were listed, and {found} are found", run.listed);
        }
    }
    report.row([yardstick.shown.to_owned(), seconds(usual.cpu), seconds(usual.wall)]);
    report.remark(
        "unchanged: asked for what changed last, which shows that nothing did; --full: every record is read and compared",
    );
    Ok(report.end(figures))
}

/// Harvests once. The clock runs from the first request; what comes before it is the start of the program.
fn one(portal: &Portal, workplace: &Workplace, harvest: Harvest) -> anyhow::Result<Measured> {
    portal.reset();
    let (run, cost) = harvest(workplace)?;
    let searchable_after = portal.first_request().context("no request came")?.elapsed().as_secs_f64();
    Ok(Measured { run, cost: Cost { wall: searchable_after.min(cost.wall), ..cost }, served: portal.cpu() })
}
