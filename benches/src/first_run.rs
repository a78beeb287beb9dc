//! `first-run`: `cairn up` on the bundled samples, from start to ready.

use std::process::Command;
use std::time::Instant;

use serde_json::json;

use crate::cairn::{build, workspace};
use crate::meter::{self, median_cost};
use crate::report::{Report, mebibytes, seconds};
use crate::server::Server;

/// Measures `repeats` times.
pub(crate) fn measure(repeats: usize) -> anyhow::Result<Report> {
    let binary = build()?;
    let mut report = Report::begin("first-run", &["what", "CPU", "wall", "peak memory"]);
    let mut costs = Vec::new();
    let mut listening = Vec::new();
    for _ in 0..repeats {
        let data = tempfile::tempdir()?;
        let mut command = Command::new(&binary);
        command.arg("--config").arg(workspace().join("config/cairn.toml")).arg("--data").arg(data.path());
        command.args(["up", "--listen", "127.0.0.1:0"]);
        let begun = Instant::now();
        let server = Server::start(&mut command)?;
        listening.push(begun.elapsed().as_secs_f64());
        server.wait_until_ready()?;
        costs.push(server.cost(begun)?);
        server.stop()?;
    }
    let cost = median_cost(&costs);
    let heard = meter::median(&mut listening);
    report.row(["cairn up, to ready".to_owned(), seconds(cost.cpu), seconds(cost.wall), mebibytes(cost.peak_rss)]);
    report.row(["of it, to listening".to_owned(), String::new(), seconds(heard)]);
    report.remark(format!("medians of {repeats}; aim: under 2 s"));
    Ok(report.end(json!({"ready": cost, "listening_wall": heard, "repeats": repeats})))
}
