//! How much memory an IMSMA export can take: alone in its process, so that nothing else is measured.

use std::io::Read;

use cairn_formats::imsma::{ImsmaSettings, read_export};
use cairn_model::Vocabularies;

/// Most memory that this process ever had, in KiB, where the system tells it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn an_endless_value_is_refused_before_it_fills_the_memory() {
    let read = |start: &str, bytes: u64| {
        let endless = start.as_bytes().chain(std::io::repeat(b'x').take(bytes));
        read_export(endless, "a", "Owner", &ImsmaSettings::default(), Vocabularies::bundled())
    };
    // The vocabularies are parsed at the first reading.
    let _ = read("hazard_guid,status\n", 1);
    let before = peak();
    for (start, code) in [
        ("<MineActionFieldReport a='", "xml-too-long"),
        ("<MineActionFieldReport>", "xml-too-long"),
        ("hazard_guid,status\nh1,\"", "unclosed-quote"),
    ] {
        let reading = read(start, 48 << 20);
        assert!(reading.problems.iter().any(|problem| problem.code == code), "{:?}", reading.problems);
        assert!(!reading.complete && reading.drafts.is_empty());
    }
    if let (Some(before), Some(after)) = (before, peak()) {
        assert!(after - before < 40 * 1024, "memory grew by {} KiB", after - before);
    }
}
