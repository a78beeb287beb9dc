//! `first-run`: `cairn up` on the bundled samples, from start to ready.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::cairn::{build, workspace};
use crate::meter::{self, Cost, median_cost};
use crate::report::{Report, mebibytes, seconds};

/// How often the server is asked.
const ASK_EVERY: Duration = Duration::from_millis(5);
/// After this long something is wrong.
const PATIENCE: Duration = Duration::from_mins(1);

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
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let measured = until_ready(&mut child, begun);
        if let Some(process) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            kill_process(process, Signal::TERM)?;
        }
        child.wait()?;
        let (heard, cost) = measured?;
        listening.push(heard);
        costs.push(cost);
    }
    let cost = median_cost(&costs);
    let heard = meter::median(&mut listening);
    report.row(["cairn up, to ready".to_owned(), seconds(cost.cpu), seconds(cost.wall), mebibytes(cost.peak_rss)]);
    report.row(["of it, to listening".to_owned(), String::new(), seconds(heard)]);
    report.remark(format!("medians of {repeats}; aim: under 2 s"));
    Ok(report.end(json!({"ready": cost, "listening_wall": heard, "repeats": repeats})))
}

/// Seconds until it listened, and what it cost until it was ready.
fn until_ready(child: &mut Child, begun: Instant) -> anyhow::Result<(f64, Cost)> {
    let output = child.stdout.take().context("stdout is piped")?;
    let mut reader = BufReader::new(output);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let heard = begun.elapsed().as_secs_f64();
    let address = line.trim().strip_prefix("listening on http://").context("the first line is no address")?.to_owned();
    // What follows is read away, so that the child never waits for it.
    std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    while begun.elapsed() < PATIENCE {
        if is_ready(&address).unwrap_or(false) {
            let wall = begun.elapsed().as_secs_f64();
            let cost = Cost { cpu: meter::cpu_of(child.id())?, wall, peak_rss: meter::peak_memory(child.id()) };
            return Ok((heard, cost));
        }
        std::thread::sleep(ASK_EVERY);
    }
    bail!("the server was not ready after {} s", PATIENCE.as_secs())
}

fn is_ready(address: &str) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(stream, "GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    Ok(&head == b"HTTP/1.1 200")
}
