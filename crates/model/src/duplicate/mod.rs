//! Whether two records describe the same data: keys to find pairs by, and a judgement of a pair.
//!
//! Records are never compared each with each. [`keys`] gives the hashes under which a record is looked up; two records that
//! share one are a pair, and [`judge`] says of the pair whether it is a duplicate, why, and how surely. A key that more
//! than [`MOST_SHARING`] records have is no evidence: it is a portal's front page or a title such as "Population".
//!
//! A missed duplicate is a nuisance; a false one hides a map. So whatever contradicts decides, whatever agrees: other
//! numbers or years in the title, other countries, other places, other extents, other periods.

mod address;
mod features;
mod judge;
mod keys;
mod sketch;
mod title;

#[cfg(test)]
mod tests;

pub use features::Features;
pub use judge::{Evidence, Judgement, contradict, judge};
pub use keys::{Key, KeyKind, are_enough, keys};

/// Most records that share a key which still counts as evidence.
pub const MOST_SHARING: usize = 20;

/// Least confidence of a link that is shown.
pub const LINKED: f64 = 0.7;

/// Least confidence at which a search may fold two records into one.
pub const FOLDED: f64 = 0.9;
