//! The examples of `docs/sources.md`: each is a source as it stands, and every kind has one.

use std::collections::BTreeSet;
use std::path::Path;

use cairn_harvest::{KINDS, SourceConfig};

/// Every block of TOML, with the number of its first line.
fn examples() -> Vec<(usize, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sources.md");
    let text = std::fs::read_to_string(page).unwrap();
    let mut examples = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if line.trim() == "```toml" {
            let block: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "```").collect();
            examples.push((number + 2, block.join("\n")));
        }
    }
    examples
}

#[test]
fn every_example_is_a_source_that_can_be_configured_and_every_kind_has_one() {
    let mut ids = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    for (line, text) in examples() {
        let source = SourceConfig::from_toml(&text, Path::new("/etc/cairn/sources"));
        let source = source.unwrap_or_else(|error| panic!("docs/sources.md, line {line}: {error}\n{text}"));
        assert!(ids.insert(source.id.clone()), "line {line}: the id `{}` stands twice", source.id);
        kinds.insert(source.kind);
    }
    let lacking: Vec<&str> = KINDS.iter().map(|kind| kind.id).filter(|kind| !kinds.contains(*kind)).collect();
    assert!(lacking.is_empty(), "docs/sources.md has no example of {lacking:?}");
}
