//! The index as its users have it: what is found, in which order, for whom, and what no history may tell.
#![expect(clippy::unwrap_used, reason = "tests")]

mod answers;
mod duplicates;
mod durability;
mod explaining;
mod formats;
mod hostile;
mod meant;
mod naming;
mod narrowing;
mod non_interference;
mod paging;
mod related;
mod samples;
mod searching;
mod series;
mod suggesting;
mod values;
mod written;
mod years;
