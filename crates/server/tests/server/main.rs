//! Tests of the crate in one program: each program links the whole of it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod agreements;
mod audit;
#[path = "../browser/mod.rs"]
mod browser;
mod canaries;
mod classification;
mod collaboratives;
mod concerns;
mod contacts;
mod coverage;
mod derivations;
mod desk;
mod doors;
mod duplicates;
mod edits;
mod exchanges;
mod explaining;
mod export;
mod forwarding;
#[path = "../holdings/mod.rs"]
mod holdings;
#[path = "../house/mod.rs"]
mod house;
mod interventions;
mod linkages;
mod narrowing;
mod need_matches;
mod needs;
mod notifications;
mod owners;
mod page_agreements;
mod page_concerns;
mod page_errors;
mod page_groups;
mod page_record;
mod page_register;
mod page_requests;
mod page_sources;
mod page_table;
mod page_vocabularies;
mod people;
mod practices;
mod registering;
mod registry;
mod related;
mod requirements;
mod saved_searches;
mod sessions;
mod source_reports;
mod stewardship;
mod tables;
mod undoing_tables;
mod values;
mod vocabularies;
mod years_and_places;
