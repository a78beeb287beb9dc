//! The table of acts in `docs/audit.md` against the acts that the code logs.

use std::collections::BTreeSet;
use std::path::Path;

/// Codes of that form in the code that are no acts.
const OTHERS: &[&str] = &["cairn.db", "covers.owners", "n.id", "schema.json", "writer.lock", "writer.wanted"];

/// Whether a text is written as an act is: words with hyphens, joined by dots.
fn is_code(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    text.contains('.') && text.split('.').all(is_word)
}

fn logged_in(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // What people are told by mail is named likewise.
        if path.ends_with("notifications/about.rs") || path.ends_with("tests.rs") {
            continue;
        }
        if path.is_dir() {
            logged_in(&path, codes);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let literals = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            let literals = literals.flat_map(|line| line.split('"').skip(1).step_by(2));
            codes.extend(literals.filter(|one| is_code(one) && !OTHERS.contains(one)).map(str::to_owned));
        }
    }
}

/// The codes of the table: after `holding.create`, `change` is `holding.change`.
fn told() -> BTreeSet<String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/audit.md")).unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with("| what |")).skip(2);
    let mut codes = BTreeSet::new();
    for row in rows.take_while(|line| line.starts_with('|')) {
        let mut prefix = "";
        for code in row.split('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2) {
            match code.split_once('.') {
                Some((before, _)) => {
                    prefix = before;
                    codes.insert(code.to_owned());
                }
                None => {
                    codes.insert(format!("{prefix}.{code}"));
                }
            }
        }
    }
    codes
}

#[test]
fn the_log_of_acts_is_told_whole() {
    let mut logged = BTreeSet::new();
    for name in ["src", "../store/src"] {
        logged_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name), &mut logged);
    }
    let told = told();
    assert!(logged.len() > 80, "{logged:?}");
    let untold: Vec<&String> = logged.difference(&told).collect();
    assert!(untold.is_empty(), "acts that docs/audit.md does not tell: {untold:?}");
    let unlogged: Vec<&String> = told.difference(&logged).collect();
    assert!(unlogged.is_empty(), "acts of docs/audit.md that nothing logs: {unlogged:?}");
}
