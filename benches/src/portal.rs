//! A local portal shaped like CKAN: pages of `package_search`, by id or newest first, out of files that were split beforehand.
//!
//! It does as little as a server can: a page is one range of the file between two texts. What it uses is reported apart.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use anyhow::Context;
use serde::Deserialize;

use crate::corpus;
use crate::meter::thread_cpu;

/// Records of a page at most, as CKAN has it.
const ROWS: u64 = 1000;
/// What stands between two records.
const SEPARATOR: &[u8] = b",\n";

/// A portal while it runs; its threads end with the program.
pub(crate) struct Portal {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    by_id: Listing,
    newest_first: Listing,
    first_request: Mutex<OnceLock<Instant>>,
    /// Nanoseconds of CPU that its threads used for answers.
    cpu: AtomicU64,
}

/// The records in one file, in one order.
struct Listing {
    file: File,
    /// Where each record begins, and where the last ends (its separator included).
    begins: Vec<u64>,
}

impl Portal {
    /// Splits the corpus and listens.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let (by_id, newest_first) = split()?;
        let shared = Arc::new(Shared {
            by_id,
            newest_first,
            first_request: Mutex::new(OnceLock::new()),
            cpu: AtomicU64::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = Arc::clone(&accepting);
                // A client that goes away ends its connection, nothing else.
                std::thread::spawn(move || drop(serve(&stream, &serving)));
            }
        });
        Ok(Self { address, shared })
    }

    /// Its root.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Forgets what was measured.
    pub(crate) fn reset(&self) {
        *self.shared.first_request.lock().unwrap_or_else(PoisonError::into_inner) = OnceLock::new();
        self.shared.cpu.store(0, Ordering::Relaxed);
    }

    /// When the first request came.
    pub(crate) fn first_request(&self) -> Option<Instant> {
        self.shared.first_request.lock().unwrap_or_else(PoisonError::into_inner).get().copied()
    }

    /// CPU seconds that it used.
    pub(crate) fn cpu(&self) -> f64 {
        self.shared.cpu.load(Ordering::Relaxed) as f64 / 1e9
    }
}

/// What a listing is sorted by.
#[derive(Deserialize)]
struct Named {
    id: String,
    metadata_modified: String,
}

/// The corpus by id, and by the time of its last changes; records of one moment stand by id.
fn split() -> anyhow::Result<(Listing, Listing)> {
    let mut lines = Vec::new();
    for line in corpus::lines()? {
        let line = line?;
        let named: Named =
            serde_json::from_str(&line).context("a line of the corpus has no id or no date of change")?;
        lines.push((named, line));
    }
    lines.sort_by(|(left, _), (right, _)| left.id.cmp(&right.id));
    let by_id = Listing::write(&lines)?;
    lines.sort_by(|(left, _), (right, _)| right.metadata_modified.cmp(&left.metadata_modified));
    Ok((by_id, Listing::write(&lines)?))
}

impl Listing {
    fn write(lines: &[(Named, String)]) -> anyhow::Result<Self> {
        let file = tempfile::tempfile()?;
        let mut writer = BufWriter::new(&file);
        let mut begins = vec![0];
        let mut at = 0;
        for (_, line) in lines {
            writer.write_all(line.as_bytes())?;
            writer.write_all(SEPARATOR)?;
            at += (line.len() + SEPARATOR.len()) as u64;
            begins.push(at);
        }
        writer.flush()?;
        drop(writer);
        Ok(Self { file, begins })
    }

    fn count(&self) -> u64 {
        self.begins.len() as u64 - 1
    }

    /// The JSON of some records, parted by commas.
    fn records(&self, start: u64, rows: u64) -> std::io::Result<Vec<u8>> {
        let begin = start.min(self.count());
        let end = start.saturating_add(rows.min(ROWS)).min(self.count());
        let place = |record: u64| usize::try_from(record).ok().and_then(|at| self.begins.get(at)).copied().unwrap_or(0);
        let length = place(end).saturating_sub(place(begin)).saturating_sub(SEPARATOR.len() as u64);
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        self.file.read_exact_at(&mut bytes, place(begin))?;
        Ok(bytes)
    }
}

/// Answers the requests of one connection, one after the other.
fn serve(stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let before = thread_cpu();
        shared.first_request.lock().unwrap_or_else(PoisonError::into_inner).get_or_init(Instant::now);
        let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
        while line.trim() != "" {
            line.clear();
            reader.read_line(&mut line)?;
        }
        let rows = number(&target, "rows").unwrap_or(10);
        let start = number(&target, "start").unwrap_or(0);
        let is_newest_first = target.contains("sort=metadata_modified");
        let listing = if is_newest_first { &shared.newest_first } else { &shared.by_id };
        let count = listing.count();
        let head = format!("{{\"success\": true, \"result\": {{\"count\": {count}, \"results\": [");
        let records = listing.records(start, rows)?;
        let tail = "]}}";
        let length = head.len() + records.len() + tail.len();
        let mut answer =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{head}")
                .into_bytes();
        answer.reserve(records.len() + tail.len());
        answer.extend_from_slice(&records);
        answer.extend_from_slice(tail.as_bytes());
        let mut writer = stream;
        writer.write_all(&answer)?;
        let used = std::time::Duration::from_secs_f64((thread_cpu() - before).max(0.0));
        shared.cpu.fetch_add(u64::try_from(used.as_nanos()).unwrap_or(0), Ordering::Relaxed);
    }
}

/// A number in the query of a target.
fn number(target: &str, name: &str) -> Option<u64> {
    let (_, query) = target.split_once('?')?;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse().ok())
}
