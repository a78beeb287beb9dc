//! What a piece of work costs: wall time, CPU time and memory, of this process, of a thread and of children.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

/// How often a child is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(4);
/// Ticks in a second in `/proc/PID/stat`: 100 on every Linux that the program runs on (`USER_HZ`).
const TICKS: f64 = 100.0;

/// What a piece of work cost.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Cost {
    /// Seconds of user and system time.
    pub(crate) cpu: f64,
    /// Seconds that passed.
    pub(crate) wall: f64,
    /// Largest resident memory, bytes.
    pub(crate) peak_rss: u64,
}

/// CPU seconds that the calling thread has used.
pub(crate) fn thread_cpu() -> f64 {
    seconds(ClockId::ThreadCPUTime)
}

/// CPU seconds that this process has used.
pub(crate) fn process_cpu() -> f64 {
    seconds(ClockId::ProcessCPUTime)
}

fn seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Waits for a child and tells what it cost. `begun` is when its wall time begins.
///
/// CPU time is what the system adds up for children that were waited for, so one child is measured at a time. Memory is
/// looked at every few milliseconds; the system's own high-water mark makes that exact but for the last moment.
pub(crate) fn wait(child: &mut Child, begun: Instant) -> io::Result<(ExitStatus, Cost)> {
    let before = children_cpu()?;
    let mut peak_rss = 0;
    let status = loop {
        peak_rss = peak_rss.max(peak_memory(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(LOOK_EVERY);
    };
    let wall = begun.elapsed().as_secs_f64();
    Ok((status, Cost { cpu: children_cpu()? - before, wall, peak_rss }))
}

/// CPU seconds that a running process has used.
pub(crate) fn cpu_of(process: u32) -> io::Result<f64> {
    let fields = stat(&format!("/proc/{process}/stat"))?;
    Ok((field(&fields, 14)? + field(&fields, 15)?) / TICKS)
}

/// The CPU time of another process to the nanosecond, its threads added up.
pub(crate) struct ThreadClock {
    threads: PathBuf,
    /// What each thread has used, those that have ended included.
    used: BTreeMap<OsString, u64>,
}

impl ThreadClock {
    /// Of a running process.
    pub(crate) fn of(process: u32) -> Self {
        Self { threads: PathBuf::from(format!("/proc/{process}/task")), used: BTreeMap::new() }
    }

    /// CPU seconds that the process has used.
    pub(crate) fn now(&mut self) -> io::Result<f64> {
        for thread in fs::read_dir(&self.threads)? {
            let thread = thread?;
            // A thread may end meanwhile.
            let Ok(text) = fs::read_to_string(thread.path().join("schedstat")) else { continue };
            let nanoseconds = text.split(' ').next().and_then(|text| text.parse().ok());
            self.used.insert(thread.file_name(), nanoseconds.unwrap_or(0));
        }
        Ok(self.used.values().sum::<u64>() as f64 / 1e9)
    }
}

/// CPU seconds of all children that were waited for.
fn children_cpu() -> io::Result<f64> {
    let fields = stat("/proc/self/stat")?;
    Ok((field(&fields, 16)? + field(&fields, 17)?) / TICKS)
}

/// The fields of a `stat` file from the third on; the second, the name, may hold spaces.
fn stat(path: &str) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(path)?;
    let rest = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    Ok(rest.split_whitespace().map(str::to_owned).collect())
}

/// A field by its number in `proc(5)`.
fn field(fields: &[String], number: usize) -> io::Result<f64> {
    fields
        .get(number - 3)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a stat file of the system is not as expected"))
}

/// The largest resident memory of a process so far, bytes; 0 when it is gone.
pub(crate) fn peak_memory(process: u32) -> u64 {
    status(&process.to_string(), "VmHWM:")
}

/// Resident memory of this process that is no page of a file, bytes.
pub(crate) fn anonymous_memory() -> u64 {
    status("self", "RssAnon:")
}

/// The same of another process; 0 when it is gone.
pub(crate) fn anonymous_memory_of(process: u32) -> u64 {
    status(&process.to_string(), "RssAnon:")
}

/// A size in the `status` file of a process, bytes.
fn status(process: &str, name: &str) -> u64 {
    let Ok(text) = fs::read_to_string(format!("/proc/{process}/status")) else { return 0 };
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).and_then(|text| text.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// The load of the machine as the system tells it: over one, five and fifteen minutes, and how many run.
pub(crate) fn load() -> String {
    fs::read_to_string("/proc/loadavg").map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

/// The median of some numbers; of an even count the upper one.
pub(crate) fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The number below which a share of sorted numbers lies.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
    let place = ((sorted.len().saturating_sub(1)) as f64 * share).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// The median of costs, each part by itself; memory is the largest.
pub(crate) fn median_cost(costs: &[Cost]) -> Cost {
    let of = |part: fn(&Cost) -> f64| median(&mut costs.iter().map(part).collect::<Vec<_>>());
    Cost {
        cpu: of(|cost| cost.cpu),
        wall: of(|cost| cost.wall),
        peak_rss: costs.iter().map(|cost| cost.peak_rss).max().unwrap_or(0),
    }
}
