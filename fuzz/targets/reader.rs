//! The reader that the program is named after.
#![no_main]

#[path = "../../crates/formats/tests/never_panics/readers.rs"]
mod readers;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| readers::read_as(&[env!("CARGO_BIN_NAME")], bytes));
