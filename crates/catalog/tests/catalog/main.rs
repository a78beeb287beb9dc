//! Tests of the crate in one program: each program links the whole of it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod acts_told;
mod between_runs;
mod change_feed;
mod changes;
mod confirmed_removals;
mod daily_budget;
mod damaged_records;
mod edits;
mod following;
mod groups;
mod harvesting;
mod hostile_sources;
#[path = "../house/mod.rs"]
mod house;
mod interventions;
mod look_alikes;
mod many_records;
mod meanwhile;
mod notifications;
mod only_what_changed;
mod people;
mod permalinks;
#[path = "../../../harvest/tests/portal/mod.rs"]
mod portal;
mod previews;
mod problem_reports;
mod purging;
mod reading;
mod replaying;
mod retention;
mod scheduling;
#[path = "../../../harvest/tests/site/mod.rs"]
mod site;
mod source_terms;
mod standing;
mod stopped_runs;
mod study_variables;
mod time_caps;
mod unchanged_folders;
mod vanished_fields;
mod web_pages;
