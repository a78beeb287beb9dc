//! Tests whose parts are missing: they say so, or fail where the part is required.

use std::io::Write;

/// Says that a test is skipped for want of a part; panics where `CAIRN_TEST_REQUIRE` names the part.
pub(crate) fn skip(part: &str, why: &str) {
    let required = std::env::var("CAIRN_TEST_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|one| one.trim() == part), "{part} is required, but {why}");
    // The test harness captures `eprintln!`; a direct write is seen.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {}: {why}", std::thread::current().name().unwrap_or("a test"));
}
