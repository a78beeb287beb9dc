//! The use cases: harvest, search, read, register; the only crate that holds store, search and policy together.
