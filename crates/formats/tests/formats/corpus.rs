//! Real payloads, kept outside the project: `CAIRN_TEST_CORPUS` names the folder that holds `records/` and `corpus/`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use cairn_formats::Reading;
use cairn_formats::ckan::read_package;
use cairn_formats::decode::{ExpansionLimits, open_stream};
use cairn_formats::inventory::{InventoryMapping, read_row, read_table};
use cairn_formats::json_stream::{JsonListing, read_records};

use crate::real_payloads::corpus;

const MAX_RECORD: usize = 16 << 20;

/// File to the number of records in it, for the files of a folder whose records were counted.
fn expected(folder: &Path, kind: &str) -> BTreeMap<String, u64> {
    let table = fs::read_to_string(folder.join("records/EXPECTED.tsv")).unwrap();
    let mut expected = BTreeMap::new();
    for line in table.lines() {
        let mut cells = line.split('\t');
        let (Some(file), Some(count)) = (cells.next(), cells.next()) else { continue };
        if file.starts_with(kind)
            && let Ok(count) = count.parse()
        {
            expected.insert(file.to_owned(), count);
        }
    }
    assert!(!expected.is_empty());
    expected
}

fn read_listing(reader: impl Read) -> (JsonListing, Vec<Reading>) {
    let mut readings = Vec::new();
    let listing = read_records(reader, MAX_RECORD, &mut |_, bytes| {
        readings.push(read_package(bytes, Some("https://portal.example")).unwrap());
        ControlFlow::Continue(())
    });
    (listing, readings)
}

#[test]
fn every_ckan_payload_holds_as_many_records_as_were_counted() {
    let Some(folder) = corpus() else { return };
    for (file, count) in expected(&folder, "ckan/") {
        let bytes = fs::read(folder.join("records").join(&file)).unwrap();
        let (listing, readings) = read_listing(bytes.as_slice());
        assert_eq!(readings.len() as u64, count, "{file}: {:?}", listing.problems);
        let codes: Vec<&str> = listing.problems.iter().map(|problem| problem.code.as_str()).collect();
        if count > 0 {
            assert!(listing.complete, "{file}: {codes:?}");
        } else if file.contains("invalid_organization_name") {
            assert_eq!((listing.complete, codes.as_slice(), listing.count), (true, &[][..], Some(0)), "{file}");
        } else {
            let code = if file.contains("invalid") { "error-answer" } else { "not-a-ckan-listing" };
            assert_eq!((listing.complete, codes), (false, vec![code]), "{file}");
        }
        for reading in readings {
            assert!(!reading.draft.title.is_empty() && !reading.draft.source_record_id.is_empty(), "{file}");
        }
    }
}

#[test]
fn hdx_packages_of_the_domain_folder_are_read() {
    let Some(folder) = corpus() else { return };
    for file in ["chad-operational-presence.json", "operational_presence_1.json"] {
        let bytes = fs::read(folder.join("records/domain/hdx-ckan").join(file)).unwrap();
        let (listing, readings) = read_listing(bytes.as_slice());
        assert_eq!((readings.len(), listing.complete), (1, true), "{file}");
        let draft = &readings[0].draft;
        assert_eq!(draft.countries.len(), 1, "{file}");
        assert!(draft.coverage.is_some() && draft.owner.is_some() && !draft.distributions.is_empty(), "{file}");
        assert!(draft.terms.listed_openly && draft.contacts.is_empty(), "{file}");
    }
}

#[test]
fn every_record_of_hdx_is_read() {
    let Some(folder) = corpus() else { return };
    let (listing, readings) = read_listing(dump(&folder, "hdx-146.jsonl.gz"));
    assert_eq!((listing.records, listing.complete, listing.problems), (146, true, Vec::new()));
    let private = readings.iter().filter(|reading| !reading.draft.terms.listed_openly).count();
    let with_country = readings.iter().filter(|reading| !reading.draft.countries.is_empty()).count();
    let with_owner = readings.iter().filter(|reading| reading.draft.owner.is_some()).count();
    assert_eq!((private, with_owner), (29, 146));
    assert!(with_country > 110, "{with_country}");
    for reading in &readings {
        assert_eq!(reading.draft.terms.sharing_at_least.is_some(), !reading.draft.terms.listed_openly);
        assert!(reading.draft.modified.is_some() && reading.draft.update_frequency.is_some());
    }
}

/// A debug build reads each tenth record only.
#[test]
fn every_record_of_data_gov_is_read() {
    let Some(folder) = corpus() else { return };
    let step = if cfg!(debug_assertions) { 10 } else { 1 };
    let (mut refused, mut problems, mut levels) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    let listing = read_records(dump(&folder, "datagov.jsonl.gz"), MAX_RECORD, &mut |offset, bytes| {
        if offset % step == 0 {
            match read_package(bytes, None) {
                Ok(reading) => {
                    for problem in reading.problems {
                        *problems.entry((problem.code, problem.field)).or_insert(0_u64) += 1;
                    }
                    assert!(reading.draft.terms.listed_openly && reading.draft.terms.listing.is_none());
                    *levels
                        .entry((reading.draft.terms.sharing, reading.draft.terms.sharing_at_least))
                        .or_insert(0_u64) += 1;
                }
                Err(problem) => refused.push((offset, problem)),
            }
        }
        ControlFlow::Continue(())
    });
    assert_eq!((listing.records, listing.complete, listing.problems), (28_636, true, Vec::new()));
    assert_eq!(refused, []);
    eprintln!("problems: {problems:?}\nsharing: {levels:?}");
}

/// Prints how long the reading of data.gov takes beside a mere check of its syntax:
/// `cargo test --release -p cairn-formats --test corpus -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, of use in a release build only"]
fn data_gov_is_read_quickly() {
    let Some(folder) = corpus() else { return };
    let mut text = String::new();
    dump(&folder, "datagov.jsonl.gz").read_to_string(&mut text).unwrap();
    let step = if cfg!(debug_assertions) { 10 } else { 1 };
    let lines: Vec<&str> = text.lines().step_by(step).collect();
    let started = std::time::Instant::now();
    for line in &lines {
        serde_json::from_str::<serde::de::IgnoredAny>(line).unwrap();
    }
    let checked = started.elapsed();
    let started = std::time::Instant::now();
    for line in &lines {
        read_package(line.as_bytes(), None).unwrap();
    }
    let read = started.elapsed();
    let started = std::time::Instant::now();
    let listing = read_records(text.as_bytes(), MAX_RECORD, &mut |_, _| ControlFlow::Continue(()));
    let split = started.elapsed();
    eprintln!(
        "{} records: syntax {checked:?}, read_package {read:?}; {} split {split:?}",
        lines.len(),
        listing.records
    );
}

fn dump(folder: &Path, name: &str) -> Box<dyn Read> {
    let file = fs::File::open(folder.join("corpus").join(name)).unwrap();
    open_stream(file, ExpansionLimits { decoded_bytes: 1 << 30, ratio: 200 }).unwrap()
}

#[test]
fn every_inventory_holds_as_many_rows_as_were_counted() {
    let Some(folder) = corpus() else { return };
    let with_titles = [
        "enterprise-dataset-inventory",
        "frictionless-py__bom",
        "frictionless-py__delimiter",
        "frictionless-py__duplicate-headers",
        "frictionless-py__encoding-issue-274",
        "frictionless-py__invalid",
        "exposure_extraction_results_head",
        "osm_candidates_for_pilot",
        "osm_exclusion_report_head",
        "pydatajson__processed_datasets_report",
    ];
    let files = expected(&folder, "csv-inventory/").into_iter().chain(expected(&folder, "nasty-csv/"));
    for (file, count) in files {
        let bytes = fs::read(folder.join("records").join(&file)).unwrap();
        let plain = InventoryMapping::default();
        let table = read_table(&bytes, &file, &plain);
        assert_eq!(
            table.has_titles,
            with_titles.iter().any(|name| file.contains(name)),
            "{file}: {:?}",
            table.problems
        );
        let no_titles: Vec<&str> = table
            .problems
            .iter()
            .filter(|problem| problem.code == "no-title-column")
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(no_titles.len(), usize::from(!table.has_titles), "{file}");
        let own_titles = table.has_titles;
        let mapping = if own_titles { plain } else { first_column_as_title(&bytes, &file) };
        let table = read_table(&bytes, &file, &mapping);
        assert!(table.has_titles, "{file}: {:?}", table.problems);
        assert_eq!(table.rows.len() as u64, count, "{file}: {:?}", table.problems);
        let mut ids = std::collections::HashSet::new();
        for row in &table.rows {
            assert!(ids.insert(row.record_id.clone()), "{file} row {} has the id of another", row.row);
            let reading = read_row(row, &mapping);
            // A first column that is no title is blank here and there.
            let first_is_blank = !own_titles && row.cells[0].0 != table.rows[0].cells[0].0;
            assert_eq!(reading.is_ok(), !first_is_blank, "{file} row {}: {reading:?}", row.row);
        }
    }
}

/// A mapping that takes the titles from column A.
fn first_column_as_title(bytes: &[u8], file: &str) -> InventoryMapping {
    let columns = BTreeMap::from([("title".to_owned(), "A".to_owned())]);
    let mapping = InventoryMapping { columns, ..InventoryMapping::default() };
    assert!(
        read_table(bytes, file, &mapping).problems.iter().all(|problem| problem.code != "no-title-column"),
        "{file}"
    );
    mapping
}

#[test]
fn nasty_json_is_answered() {
    let Some(folder) = corpus() else { return };
    for entry in fs::read_dir(folder.join("records/nasty-json")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let (listing, readings) = read_listing(bytes.as_slice());
        assert_eq!(listing.records, readings.len() as u64);
        assert!(listing.complete || !listing.problems.is_empty(), "{}", path.display());
        let _ = read_package(&bytes, None);
    }
}
