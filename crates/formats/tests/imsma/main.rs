//! IMSMA exports: what is kept of them, and that nothing else ever is.
#![expect(clippy::unwrap_used, clippy::format_push_string, reason = "tests")]

mod days;
mod hostile;
mod kept;
mod layers;
mod nested;
mod persons;
#[path = "../real_payloads/mod.rs"]
mod real_payloads;
mod samples;
mod secrets;
mod several_tables;
mod subtraction;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::path::PathBuf;

use cairn_formats::imsma::{ImsmaReading, ImsmaSettings, read_export, read_export_on};
use cairn_model::{Draft, Problem, Sensitivity, Severity, Sharing, Vocabularies, normalise};
use jiff::civil::date;
use proptest::prelude::*;
use real_payloads::records;

/// A few cases, and no file beside the tests that remembers the failed ones.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

const OWNER: &str = "Invented National Mine Action Authority";

fn settings() -> ImsmaSettings {
    ImsmaSettings {
        country: "Yemen".to_owned(),
        organisations: vec!["Example Demining Trust".to_owned(), "Example Survey Team".to_owned()],
        statuses: vec!["Worked On".to_owned()],
        custom_fields: vec!["Grazing season".to_owned()],
    }
}

fn read(name: &str, bytes: &[u8]) -> ImsmaReading {
    read_export_on(date(2026, 11, 22), bytes, name, OWNER, &settings(), Vocabularies::bundled())
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../config/samples/imsma").join(name)).unwrap()
}

fn draft<'r>(reading: &'r ImsmaReading, id: &str) -> &'r Draft {
    reading.drafts.iter().find(|draft| draft.source_record_id == id).unwrap()
}

fn description<'d>(draft: &'d Draft, language: &str) -> &'d str {
    &draft.description.0[language]
}

fn pcodes(draft: &Draft) -> Vec<&str> {
    draft.places.iter().map(|place| place.text.as_str()).collect()
}

fn codes(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.code.as_str()).collect()
}

fn ids(reading: &ImsmaReading) -> Vec<&str> {
    reading.drafts.iter().map(|draft| draft.source_record_id.as_str()).collect()
}

/// Everything that a reading can leave behind: its `Debug`, and the records made of it as the store writes them.
fn everything_written(reading: &ImsmaReading) -> String {
    let mut written = format!("{reading:?}\n{}", serde_json::to_string(&reading.problems).unwrap());
    for draft in &reading.drafts {
        let now = "2026-11-22T00:00:00Z".parse().unwrap();
        let normalised = normalise("imsma", draft.clone(), Vocabularies::bundled(), now);
        written += &serde_json::to_string(&normalised.dataset).unwrap();
        written += &format!("{:?}", normalised.stated);
    }
    written.to_lowercase()
}

/// An element with a text.
fn element(name: &str, text: &str) -> String {
    format!("<{name}>{text}</{name}>")
}

/// A document of field reports: the information and the item of each.
fn maxml(reports: &[(String, String)]) -> String {
    let mut document = String::from("<?xml version='1.0' encoding='UTF-8'?><MineActionFieldReport><DocumentHeader/>");
    for (information, item) in reports {
        document += &format!("<FieldReport><FieldReportInfo>{information}</FieldReportInfo>{item}</FieldReport>");
    }
    document + "</MineActionFieldReport>"
}

fn hazard(province: &str, district: &str, status: &str) -> (String, String) {
    let fields = [("Status", status), ("Province", province), ("District", district), ("Survey_Date", "2022-05-04")];
    let body: Vec<String> = fields.iter().map(|(name, value)| element(name, value)).collect();
    (String::new(), element("Hazard", &body.concat()))
}
