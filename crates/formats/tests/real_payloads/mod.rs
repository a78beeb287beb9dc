//! Where the real payloads lie that tests read and the project does not hold.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part")]

use std::path::{Path, PathBuf};

/// The folder, or none with a word on stderr.
pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("CAIRN_TEST_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    if folder.join("records/EXPECTED.tsv").is_file() {
        return Some(folder);
    }
    let required = std::env::var("CAIRN_TEST_REQUIRE").unwrap_or_default();
    assert!(!required.contains("corpus"), "there is no corpus at {}", folder.display());
    eprintln!("SKIPPED: there is no corpus at {}", folder.display());
    None
}

/// The folder of the records of many sources, or none with a word on stderr.
pub fn records() -> Option<PathBuf> {
    corpus().map(|folder| folder.join("records"))
}
