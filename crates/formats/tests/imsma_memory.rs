//! How much memory an IMSMA export can take: alone in its process, so that nothing else is measured.

use std::io::{Cursor, Read};
use std::sync::Mutex;

use cairn_formats::imsma::{ImsmaSettings, read_export};
use cairn_model::Vocabularies;

/// Held by the test that runs: the memory is that of the whole process.
static ALONE: Mutex<()> = Mutex::new(());

/// Most memory that this process ever had, in KiB, where the system tells it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A document of three reports; the second holds a photo in base64 of that many bytes between `start` and `end`.
fn with_photo(start: &'static str, bytes: u64, end: &'static str) -> impl Read {
    let report = "<FieldReport><FieldReportInfo/><Hazard><Status>Open</Status></Hazard></FieldReport>";
    let before = "<MineActionFieldReport>".to_owned() + report + "<FieldReport><FieldReportInfo/><Hazard>" + start;
    let after = end.to_owned() + "<Status>Open</Status></Hazard></FieldReport>" + report + "</MineActionFieldReport>";
    Cursor::new(before).chain(std::io::repeat(b'/').take(bytes)).chain(Cursor::new(after))
}

#[test]
fn a_photo_of_50_megabytes_costs_neither_a_report_nor_memory() {
    let _guard = ALONE.lock();
    let settings = ImsmaSettings { country: "Yemen".to_owned(), ..ImsmaSettings::default() };
    let read = |photo| read_export(photo, "a.xml", "Owner", &settings, Vocabularies::bundled());
    let small = read(with_photo("<Attachment>", 4, "</Attachment>"));
    assert!(small.complete && small.drafts.len() == 1);
    let before = peak();
    for (megabytes, start, end) in [
        (50, "<Attachment><Photo>", "</Photo></Attachment>"),
        (12, "<Sketch><![CDATA[", "]]></Sketch>"),
        (12, "<!--", "-->"),
        (12, "<Photo>&#x2F;", "&#x2F;</Photo>"),
    ] {
        let reading = read(with_photo(start, megabytes << 20, end));
        assert!(reading.complete, "{start} {:?}", reading.problems);
        assert_eq!((reading.problems.as_slice(), reading.drafts.len()), (small.problems.as_slice(), 1), "{start}");
        assert_eq!(reading.drafts[0].description, small.drafts[0].description, "{start}");
    }
    if let (Some(before), Some(after)) = (before, peak()) {
        assert!(after - before < 8 * 1024, "memory grew by {} KiB", after - before);
    }
}

#[test]
fn an_endless_value_never_fills_the_memory() {
    let _guard = ALONE.lock();
    let read = |start: &str, bytes: u64| {
        let endless = start.as_bytes().chain(std::io::repeat(b'x').take(bytes));
        read_export(endless, "a", "Owner", &ImsmaSettings::default(), Vocabularies::bundled())
    };
    // The vocabularies are parsed at the first reading.
    let _ = read("hazard_guid,status\n", 1);
    let before = peak();
    for (start, code) in [
        ("<MineActionFieldReport a='", "xml-too-long"),
        ("<MineActionFieldReport>", "broken-xml"),
        ("<MineActionFieldReport>&", "xml-too-long"),
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
