//! Real records pass through normalisation whole: their dates and extents are read, and none is lost.
//!
//! The records are other people's and lie outside of the project: `CAIRN_TEST_CORPUS` names the folder.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use cairn_model::{Draft, DraftDistribution, LocalizedText, Vocabularies, normalise};
use flate2::read::MultiGzDecoder;
use serde_json::Value;

/// The records of a corpus file; `None` when the folder is not there and nothing requires it.
fn corpus(name: &str) -> Option<impl Iterator<Item = Value>> {
    let folder = std::env::var_os("CAIRN_TEST_CORPUS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = folder.join("corpus").join(name);
    let Ok(file) = File::open(&path) else {
        let required = std::env::var("CAIRN_TEST_REQUIRE").unwrap_or_default();
        assert!(!required.contains("corpus"), "{} is required and not there", path.display());
        eprintln!("SKIPPED: {} is not there", path.display());
        return None;
    };
    let lines = BufReader::new(MultiGzDecoder::new(file)).lines();
    Some(lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()))
}

/// The parts of a CKAN record that its own reader also takes; enough to exercise every reading of values.
fn draft(record: &Value) -> Draft {
    let extras: BTreeMap<&str, &str> = record["extras"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|extra| Some((extra["key"].as_str()?, extra["value"].as_str()?)))
        .collect();
    let own = |key: &str| record[key].as_str().map(str::to_owned);
    let extra = |key: &str| extras.get(key).map(|value| (*value).to_owned());
    let names = |list: &str, key: &str| -> Vec<String> {
        record[list].as_array().into_iter().flatten().filter_map(|item| item[key].as_str().map(str::to_owned)).collect()
    };
    let file = |resource: &Value| {
        let part = |key: &str| resource[key].as_str().map(str::to_owned);
        DraftDistribution {
            id: part("id"),
            title: part("name"),
            description: part("description"),
            url: part("url"),
            format: part("format"),
            media_type: part("mimetype"),
            size: resource["size"].as_u64().map(|size| size.to_string()),
            modified: part("last_modified"),
        }
    };
    Draft {
        source_record_id: own("id").unwrap_or_default(),
        title: LocalizedText::undetermined(own("title").unwrap_or_default()),
        description: LocalizedText::undetermined(own("notes").unwrap_or_default()),
        keywords: BTreeMap::from([("und".to_owned(), names("tags", "name"))]),
        extents: extra("spatial").into_iter().collect(),
        coverage: own("dataset_date").or_else(|| extra("temporal")),
        coverage_start: extra("temporal-extent-begin"),
        coverage_end: extra("temporal-extent-end"),
        issued: extra("issued").or_else(|| own("metadata_created")),
        modified: own("last_modified").or_else(|| extra("modified")).or_else(|| own("metadata_modified")),
        update_frequency: own("data_update_frequency").or_else(|| extra("accrualPeriodicity")),
        distributions: record["resources"].as_array().into_iter().flatten().map(file).collect(),
        countries: if record["dataset_date"].is_string() { names("groups", "name") } else { Vec::new() },
        licence_id: own("license_id"),
        licence_title: own("license_title"),
        licence_text: own("license_other"),
        licence_url: own("license_url"),
        ..Draft::default()
    }
}

/// What was found, by problem code and by what was read.
#[derive(Debug, Default)]
struct Tally {
    records: usize,
    problems: BTreeMap<String, usize>,
    coverages: usize,
    extents: usize,
    modified: usize,
    spent: Duration,
}

fn tally(records: impl Iterator<Item = Value>) -> Tally {
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let vocabularies = Vocabularies::bundled();
    let mut tally = Tally::default();
    for record in records {
        let draft = draft(&record);
        let started = Instant::now();
        let dataset = normalise("corpus", draft, vocabularies, now).dataset;
        tally.spent += started.elapsed();
        tally.records += 1;
        tally.coverages += usize::from(dataset.coverage.is_some());
        tally.extents += usize::from(dataset.bbox.is_some());
        tally.modified += usize::from(dataset.modified.is_some());
        for problem in dataset.provenance.problems {
            if std::env::var_os("CAIRN_TEST_VERBOSE").is_some() {
                eprintln!("{} {} {:?}", problem.code, problem.field, problem.value);
            }
            *tally.problems.entry(problem.code).or_default() += 1;
        }
    }
    tally
}

#[test]
fn every_date_country_format_and_licence_of_a_humanitarian_portal_is_read() {
    let Some(records) = corpus("hdx-146.jsonl.gz") else { return };
    let tally = tally(records);
    eprintln!("{tally:?}");
    assert_eq!((tally.records, tally.coverages, tally.modified), (146, 146, 146));
    // The one group that is a crisis and no country.
    assert_eq!(tally.problems, BTreeMap::from([("unknown-country".to_owned(), 6)]));
}

#[test]
fn nearly_all_dates_and_extents_of_a_government_portal_are_read() {
    let Some(records) = corpus("datagov.jsonl.gz") else { return };
    let tally = tally(records);
    eprintln!("{tally:?}");
    assert_eq!(tally.records, 28_636);
    let count = |code: &str| tally.problems.get(code).copied().unwrap_or_default();
    assert!(tally.coverages > 13_000 && tally.extents > 21_000, "{tally:?}");
    assert!(count("unreadable-date") < 20, "{tally:?}");
}
