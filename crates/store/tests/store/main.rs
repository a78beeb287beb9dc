//! What a store must do, whatever serves it, and what its `SQLite` file must survive.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod contract;
mod erasing;
mod processes;
mod sqlite;
mod sqlite_files;
