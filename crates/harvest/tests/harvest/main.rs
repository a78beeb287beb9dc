//! Tests of the crate in one program: each program links the whole of it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod arcgis_services;
mod catalogues;
mod changes_by_protocol;
mod ckan_portals;
mod dcat_feeds;
mod detecting;
mod documented_sources;
mod files;
mod geoblacklight;
mod hapi;
mod imsma_core;
mod interfaces;
mod killed_tours;
mod oai_pmh;
#[path = "../portal/mod.rs"]
mod portal;
#[path = "../../../formats/tests/real_payloads/mod.rs"]
mod real_payloads;
#[path = "../site/mod.rs"]
mod site;
mod walks;
mod web_pages;
mod web_places;
mod with_credentials;
