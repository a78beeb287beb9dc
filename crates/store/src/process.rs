//! Who holds a lease: a process on a host, told apart from a later process with the same number.

use std::fmt;
use std::str::FromStr;

/// What can be said from here of a process that holds a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// It runs on this host.
    Alive,
    /// It ran on this host, and ended.
    Dead,
    /// It runs on another host or in another container, or this system does not tell: its lease decides by its expiry.
    Unknown,
}

/// A process, as leases and runs name it: `pid 4711 on relief-01 (boot 3f2b…, start 88342, namespace 4026531836)`.
///
/// Outside Linux the part in parentheses is missing, and nothing is known of a process but its lease.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    pid: u32,
    host: String,
    place: Option<Place>,
}

/// What makes a process number unique: numbers are used again after a process ended, after a restart and in every
/// container.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// Id of the boot of the kernel.
    boot: String,
    /// Start of the process, in clock ticks after boot.
    start: u64,
    /// Inode of the process-number namespace.
    namespace: String,
}

/// The holder text of this process, for `NewRun::holder`.
pub fn this_process() -> String {
    let pid = std::process::id();
    Process { pid, host: host_name(), place: place_of(pid) }.to_string()
}

/// Whether the process that wrote this holder text still runs.
///
/// On Linux the start time in `/proc/<pid>/stat` tells a process from a later one with its number. A holder from before
/// the last restart of this host is dead; one from another host or container is unknown, and so is any text that
/// [`this_process`] did not write.
pub fn is_alive(holder: &str) -> Liveness {
    let Ok(held) = holder.parse::<Process>() else { return Liveness::Unknown };
    let (Some(place), Some(here)) = (&held.place, place_of(std::process::id())) else {
        return Liveness::Unknown;
    };
    if held.host != host_name() {
        return Liveness::Unknown;
    }
    if place.boot != here.boot {
        return Liveness::Dead;
    }
    if place.namespace != here.namespace {
        return Liveness::Unknown;
    }
    match start_of(held.pid) {
        Some(start) if start == place.start => Liveness::Alive,
        _ => Liveness::Dead,
    }
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pid {} on {}", self.pid, self.host)?;
        match &self.place {
            Some(place) => {
                write!(f, " (boot {}, start {}, namespace {})", place.boot, place.start, place.namespace)
            }
            None => Ok(()),
        }
    }
}

impl FromStr for Process {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (pid, rest) = text.strip_prefix("pid ").and_then(|rest| rest.split_once(" on ")).ok_or(())?;
        let pid = pid.parse().map_err(|_| ())?;
        let Some((host, place)) = rest.rsplit_once(" (boot ") else {
            return Ok(Self { pid, host: rest.to_owned(), place: None });
        };
        let place = place.strip_suffix(')').ok_or(())?;
        let (boot, place) = place.split_once(", start ").ok_or(())?;
        let (start, namespace) = place.split_once(", namespace ").ok_or(())?;
        let start = start.parse().map_err(|_| ())?;
        let place = Place { boot: boot.to_owned(), start, namespace: namespace.to_owned() };
        Ok(Self { pid, host: host.to_owned(), place: Some(place) })
    }
}

fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "this host".to_owned())
}

fn place_of(pid: u32) -> Option<Place> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?.trim().to_owned();
    let namespace = std::fs::read_link("/proc/self/ns/pid").ok()?;
    // The link reads `pid:[4026531836]`.
    let namespace = namespace.to_str()?.trim_start_matches("pid:[").trim_end_matches(']').to_owned();
    Some(Place { boot, start: start_of(pid)?, namespace })
}

/// Start of a running process, in clock ticks after boot (`proc_pid_stat(5)`, field 22). `None` when there is none, or
/// when it has ended and only waits for its parent to notice.
fn start_of(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program stands in parentheses and may hold anything, parentheses and blanks too.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    // The state is field 3, so field 22 is the nineteenth after it.
    fields.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn this() -> Process {
        this_process().parse().unwrap()
    }

    #[test]
    fn a_holder_reads_back_as_it_was_written() {
        let place = Place { boot: "3f2b-11".to_owned(), start: 88_342, namespace: "4026531836".to_owned() };
        let process = Process { pid: 4711, host: "relief (north) on 01".to_owned(), place: Some(place) };
        assert_eq!(process.to_string().parse(), Ok(process.clone()));
        let elsewhere = Process { place: None, ..process };
        assert_eq!(elsewhere.to_string().parse(), Ok(elsewhere));
    }

    #[test]
    fn a_text_that_names_no_process_is_unknown() {
        for text in ["", "pid", "pid x on y", "a night shift", "pid 1 on host", "pid 1 on host (boot 2, start x)"] {
            assert_eq!(is_alive(text), Liveness::Unknown, "{text}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_is_alive() {
        assert_eq!(is_alive(&this_process()), Liveness::Alive);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_that_ended_is_dead_even_before_its_parent_notices() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let held = Process { pid: child.id(), place: place_of(child.id()), ..this() };
        assert_eq!(is_alive(&held.to_string()), Liveness::Alive);
        child.kill().unwrap();
        let dead_within = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while is_alive(&held.to_string()) != Liveness::Dead {
            assert!(std::time::Instant::now() < dead_within, "the killed process still counts as alive");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        child.wait().unwrap();
        assert_eq!(is_alive(&held.to_string()), Liveness::Dead);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_later_process_with_the_same_number_is_not_the_holder() {
        let mut held = this();
        held.place.as_mut().unwrap().start -= 1;
        assert_eq!(is_alive(&held.to_string()), Liveness::Dead);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_holder_from_before_a_restart_of_this_host_is_dead() {
        let mut held = this();
        held.place.as_mut().unwrap().boot = "an earlier boot".to_owned();
        assert_eq!(is_alive(&held.to_string()), Liveness::Dead);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn nothing_is_said_of_other_hosts_and_containers() {
        let other_host = Process { host: "another host".to_owned(), ..this() };
        assert_eq!(is_alive(&other_host.to_string()), Liveness::Unknown);
        let mut other_container = this();
        other_container.place.as_mut().unwrap().namespace = "1".to_owned();
        assert_eq!(is_alive(&other_container.to_string()), Liveness::Unknown);
    }
}
