//! Records out of a JSON payload, one at a time: an answer with a listing inside, an array, or JSON Lines.

use std::io::Read;
use std::ops::ControlFlow;

use cairn_model::Problem;

/// What the payload turned out to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonListing {
    /// `count` of a `package_search` answer.
    pub count: Option<u64>,
    /// Records handed over.
    pub records: u64,
    /// Whether the payload was read to its proper end.
    pub complete: bool,
    /// Problems that belong to no record: broken lines, what stands after the end, an answer with `success: false`.
    pub problems: Vec<Problem>,
}

/// Reads records from `reader` and hands each to `each` with its offset from 0; stops early when `each` breaks.
/// Memory is bounded by the largest record (`max_record_bytes`), not by the payload.
pub fn read_records(
    _reader: impl Read,
    _max_record_bytes: usize,
    _each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
) -> JsonListing {
    JsonListing::default()
}
