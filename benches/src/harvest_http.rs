//! `harvest-http`: the corpus from a local portal, from the first request to searchable.

use anyhow::{Context, ensure};
use serde_json::json;

use crate::cairn::{Workplace, build};
use crate::corpus::Yardstick;
use crate::meter::{Cost, median, median_cost};
use crate::portal::Portal;
use crate::report::{Report, mebibytes, seconds};

/// Measures `repeats` times, harvest and yardstick in turn.
pub(crate) fn measure(repeats: usize) -> anyhow::Result<Report> {
    let binary = build()?;
    let portal = Portal::start()?;
    let workplace = Workplace::new(&binary, &portal.url())?;
    let yardstick = Yardstick::find();
    let mut report = Report::begin("harvest-http", &["what", "CPU", "wall", "peak memory", "records", "requests"]);
    let (mut harvests, mut usual, mut served) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..repeats {
        workplace.clear()?;
        portal.reset();
        let (run, cost) = workplace.harvest()?;
        let searchable_after = portal.first_request().context("no request came")?.elapsed().as_secs_f64();
        // The clock runs from the first request; what comes before it is the start of the program.
        harvests.push(Cost { wall: searchable_after.min(cost.wall), ..cost });
        served.push(portal.cpu());
        usual.push(yardstick.measure()?);
        last = Some(run);
    }
    let run = last.context("nothing was measured: --repeats 0")?;
    let found = workplace.searchable()?;
    ensure!(found == run.listed, "{} records were listed, and {found} are found", run.listed);
    let (cost, usual) = (median_cost(&harvests), median_cost(&usual));
    let served = median(&mut served);
    report.row([
        "cairn harvest over HTTP".to_owned(),
        seconds(cost.cpu),
        seconds(cost.wall),
        mebibytes(cost.peak_rss),
        run.listed.to_string(),
        run.requests.to_string(),
    ]);
    report.row(["the portal that served it".to_owned(), seconds(served)]);
    report.row([yardstick.shown.to_owned(), seconds(usual.cpu), seconds(usual.wall)]);
    report.remark(format!(
        "medians of {repeats}; wall from the first request to searchable, payload and history stored; \
         {:.2} times the yardstick in wall, {:.2} times in CPU (aim: 1 in wall)",
        cost.wall / usual.wall,
        cost.cpu / usual.cpu
    ));
    let figures = json!({"harvest": cost, "portal_cpu": served, "yardstick": usual,
        "yardstick_command": yardstick.shown, "ratio_wall": cost.wall / usual.wall,
        "ratio_cpu": cost.cpu / usual.cpu, "records": run.listed, "requests": run.requests, "repeats": repeats});
    Ok(report.end(figures))
}
