//! The readers: real payloads, inventories and workbooks, statements of access, agreements.
#![expect(clippy::unwrap_used, reason = "tests")]

mod closing_tables;
mod conformance_dcat;
mod conformance_json_apis;
mod conformance_xml;
mod corpus;
mod duplicates_of_corpus;
mod holding_tables;
mod inventory_samples;
mod odrl;
#[path = "../real_payloads/mod.rs"]
mod real_payloads;
mod statements_of_access;
mod workbook;
