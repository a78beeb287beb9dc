//! Dates and intervals: what is read is a day that there is, and an interval ends after it begins.
#![no_main]

use cairn_model::date::{read_date, read_interval};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = read_date(text);
    let _ = read_interval(text);
});
