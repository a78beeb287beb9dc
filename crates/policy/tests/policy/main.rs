//! Terms: how they are settled, tightened, classified and reviewed, and what each viewer is shown.
#![expect(clippy::unwrap_used, reason = "tests")]

mod classify;
mod publication;
mod renditions;
mod review;
mod samples;
mod settling;
mod tighten;
