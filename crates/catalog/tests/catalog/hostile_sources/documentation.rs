//! `docs/harvest-faults.md` tells operators what these tests try, so it is made of them.

use std::fmt::Write as _;

use crate::hostile_sources::faults::{Fault, Outcome, groups};

/// The document; what stands behind the mark is written by this test.
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/harvest-faults.md");
const MARK: &str =
    "<!-- Written by `CAIRN_WRITE_DOCUMENTS=1 cargo test -p cairn-catalog hostile_sources` from here on. -->\n";

/// A line: the misbehaviours that are alike but for the kind of source.
struct Line {
    number: &'static str,
    name: &'static str,
    outcome: Outcome,
    says: &'static str,
    kinds: Vec<&'static str>,
}

fn lines(rows: &[Fault]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for row in rows {
        let alike = lines.iter_mut().find(|line| {
            (line.number, line.name, line.outcome, line.says) == (row.number, row.name, row.outcome, row.says)
        });
        match alike {
            Some(line) => line.kinds.push(row.kind.name()),
            None => lines.push(Line {
                number: row.number,
                name: row.name,
                outcome: row.outcome,
                says: row.says,
                kinds: vec![row.kind.name()],
            }),
        }
    }
    lines
}

fn tables() -> String {
    let mut text = String::new();
    for (title, rows) in groups() {
        let _ = writeln!(text, "\n## {title}\n");
        text.push_str(
            "| | What the server does | Tried with | Verdict | Exit | What is told |\n|---|---|---|---|---|---|\n",
        );
        for Line { number, name, outcome, says, kinds } in lines(&rows) {
            let (kinds, verdict, exit) = (kinds.join(", "), outcome.verdict(), outcome.exit());
            let says = if says.is_empty() { String::new() } else { format!("`{says}`") };
            let _ = writeln!(text, "| {number} | {name} | {kinds} | `{verdict}` | {exit} | {says} |");
        }
    }
    text
}

#[test]
fn the_documentation_tells_every_misbehaviour_that_is_tried_with_its_verdict() {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (introduction, written) = document.split_once(MARK).unwrap();
    if std::env::var_os("CAIRN_WRITE_DOCUMENTS").is_some() {
        return std::fs::write(DOCUMENT, format!("{introduction}{MARK}{}", tables())).unwrap();
    }
    assert_eq!(written, tables(), "it is written anew as its own mark says");
}

#[test]
fn at_least_forty_misbehaviours_over_seven_protocols_are_tried() {
    let rows: Vec<Fault> = groups().into_iter().flat_map(|(_, rows)| rows).collect();
    assert!(lines(&rows).len() >= 40, "{}", lines(&rows).len());
    let mut kinds: Vec<&str> = rows.iter().map(|row| row.kind.name()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert!(kinds.len() >= 7, "{kinds:?}");
}
