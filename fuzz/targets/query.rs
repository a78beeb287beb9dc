//! The query grammar.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = cairn_search::query::parse(text);
});
