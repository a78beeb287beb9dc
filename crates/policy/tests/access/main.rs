//! Who may have the data of a record: every rule by its smallest case, and what must hold of all decisions.

mod hiding;
mod properties;
mod samples;
mod stories;
mod table;
mod worlds;
