//! What drives the built binary: real processes, real HTTP, real files, each test in a folder of its own.
//!
//! `CAIRN_TEST_KILLS` says how often the crash test kills (40 when nothing is said), `CAIRN_TEST_SEED` when (a number
//! that a failure names), `CAIRN_TEST_CORPUS` where the real data lies, `CAIRN_TEST_PYCSW`, `CAIRN_TEST_PYGEOAPI` and
//! `CAIRN_TEST_PYOAI` which Python has these servers, `CAIRN_TEST_SMTP` which has aiosmtpd, `CAIRN_TEST_CHROMIUM` which program is Chromium, `CAIRN_TEST_OIDC` where `oidc-provider` is installed, and `CAIRN_TEST_REQUIRE` what may not be skipped.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod http;
mod packages;
mod place;
mod portal;
mod server;
mod skipping;
mod tab;

mod agreements;
mod another_cairn;
mod audit;
mod bad_input;
mod bad_use;
mod classification;
mod collaboratives;
mod contract;
mod corpus;
mod coverage;
mod damage;
mod drafts;
mod exchanges;
mod exports;
mod first_run;
mod full_disk;
mod guards;
mod hostile_pages;
mod interventions;
mod json_output;
mod kills;
mod looking;
mod narrow_pages;
mod needs;
mod notifications;
mod paging;
mod peers;
mod people;
mod portals;
mod practices;
mod purging;
mod put_aside;
mod registering;
mod registry;
mod relevance;
mod saved_searches;
mod search_text;
mod shared_folder;
mod sign_in;
mod visibility;
mod vocabularies;
