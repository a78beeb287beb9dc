//! One connector per protocol, each yielding pages of raw records; verdicts, guards and schedules as pure functions.
//!
//! A connector knows nothing of the store or the index.

mod arcgis;
mod cairn;
mod chain;
pub mod ckan;
pub mod config;
mod config_error;
pub mod connector;
pub mod csw;
pub mod dataverse;
mod days;
mod dcat;
pub mod detect;
mod document;
pub mod error;
mod file_roots;
mod geoblacklight;
pub mod guard;
mod hapi;
pub mod imsma;
mod imsma_core;
pub mod inventory;
mod json_api;
pub mod kinds;
mod met_ids;
pub mod nada;
pub mod oai_pmh;
mod ogc_records;
pub mod payload;
mod plain_address;
mod same_question;
pub mod schedule;
mod server;
mod source_file;
mod stac;
mod stream;
mod unread_fields;
pub mod verdict;
mod waf;
pub mod web;
mod windows;

pub use config::SourceConfig;
pub use connector::{Connector, EndProof, Page, Payload, RawFormat, RawRecord};
pub use error::HarvestError;
pub use guard::{Guard, GuardDecision};
pub use kinds::{KINDS, SourceKind};
pub use met_ids::{IdKeeper, IdKey, KeptIds};
pub use schedule::Schedule;
pub use unread_fields::{UnreadField, UnreadFields};
pub use verdict::{Previous, RunFacts, Verdict, decide};
