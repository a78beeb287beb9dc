//! Every real payload that is at hand, read as a harvest reads it, and a table of what came of each.
//!
//! `CAIRN_TEST_CORPUS` names the folder that holds `records/`. `EXPECTED.tsv` in it says how many records independent parsers
//! counted in each file. What a record must not lose is looked up in its payload by the plainest means there are: a path in
//! JSON, an element of XML, a predicate of RDF, a header of a table. `just conformance` prints the table.
#![expect(clippy::unwrap_used, reason = "tests")]

mod domain;
mod look;
mod otherwise;
mod readers;

#[path = "../../../formats/tests/real_payloads/mod.rs"]
mod real_payloads;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cairn_formats::listing::ListedRecord;
use cairn_harvest::SourceConfig;
use cairn_model::{Normalised, Problem, Severity, Vocabularies, normalise};

use crate::otherwise::{LOST, OTHERWISE, otherwise_of};
use crate::readers::{Reader, cut, reader_of};
use real_payloads::records;

/// Records and deleted records of a file, where they were counted.
type Counted = Option<(usize, usize)>;

fn expected(folder: &Path) -> BTreeMap<String, Counted> {
    let table = fs::read_to_string(folder.join("EXPECTED.tsv")).unwrap();
    let rows = table.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let counted = cells[1].parse().ok().zip(cells[2].parse().ok());
        (cells[0].to_owned(), counted)
    });
    rows.collect()
}

/// What came of a file.
#[derive(Debug, Default)]
struct Outcome {
    records: usize,
    deleted: usize,
    /// Code of each problem, and how often it was met.
    problems: BTreeMap<String, usize>,
    /// Why it is no listing, where it is none.
    verdict: Option<Problem>,
    /// What the payload of any record says.
    stated: BTreeSet<&'static str>,
    /// What the payload of a record says and the record does not, and nothing tells.
    lost: BTreeMap<&'static str, usize>,
    /// Whether its columns had to be named.
    is_mapped: bool,
    /// Ids that two records have.
    shared_ids: usize,
}

impl Outcome {
    fn note(&mut self, problems: &[Problem]) {
        for problem in problems {
            *self.problems.entry(problem.code.clone()).or_default() += 1;
        }
    }

    fn problems(&self) -> usize {
        self.problems.values().sum()
    }
}

/// Reads a file as a harvest does; a table without a column of titles once more, as one whose operator named that column.
fn read_file(reader: &Reader, file: &str, bytes: &[u8]) -> Outcome {
    let plain = read_with(reader, "", file, bytes);
    let code = plain.verdict.as_ref().map(|problem| problem.code.as_str());
    match reader.mapping {
        Some(mapping) if code == Some("no-title-column") => {
            Outcome { is_mapped: true, ..read_with(reader, mapping, file, bytes) }
        }
        _ => plain,
    }
}

fn read_with(reader: &Reader, lines: &str, file: &str, bytes: &[u8]) -> Outcome {
    let mut outcome = Outcome::default();
    let kind = reader.kind;
    let source = format!("id = \"conformance\"\nkind = \"{kind}\"\nurl = \"https://portal.example/\"\n{lines}");
    let source = SourceConfig::from_toml(&source, Path::new(".")).unwrap();
    let listing = match cut(reader, file, bytes, &source) {
        Ok(listing) => listing,
        Err(problem) => {
            outcome.note(std::slice::from_ref(&problem));
            outcome.verdict = Some(problem);
            return outcome;
        }
    };
    outcome.note(&listing.problems);
    let mut ids = BTreeSet::new();
    for record in &listing.records {
        if record.deleted {
            outcome.deleted += 1;
            continue;
        }
        match read_record(reader, record, &source) {
            Ok(read) => {
                outcome.records += 1;
                outcome.shared_ids += usize::from(!ids.insert(read.dataset.source_record_id.clone()));
                outcome.note(&read.dataset.provenance.problems);
                for (property, is_kept) in look::stated(reader.look, &record.bytes, &read) {
                    outcome.stated.insert(property);
                    if !is_kept {
                        *outcome.lost.entry(property).or_default() += 1;
                    }
                }
            }
            Err(problem) => outcome.note(&[problem]),
        }
    }
    outcome
}

fn read_record(reader: &Reader, record: &ListedRecord, source: &SourceConfig) -> Result<Normalised, Problem> {
    let reading = (reader.read)(&record.bytes, source)?;
    let mut draft = reading.draft;
    if draft.source_record_id.is_empty() {
        draft.source_record_id = record.id.clone().unwrap_or_default();
    }
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    let mut read = normalise("conformance", draft, Vocabularies::bundled(), now);
    read.dataset.provenance.problems.splice(0..0, reading.problems);
    Ok(read)
}

/// A line of the table: file, expected, got, problems, and what is to be said of it.
fn line(file: &str, counted: Counted, outcome: &Outcome) -> String {
    let numbers = |(records, deleted): (usize, usize)| match deleted {
        0 => records.to_string(),
        _ => format!("{records}+{deleted} deleted"),
    };
    let expected = counted.map_or("-".to_owned(), numbers);
    let got = numbers((outcome.records, outcome.deleted));
    let mut words = Vec::new();
    words.extend(outcome.is_mapped.then(|| "no-title-column; read with titles from column A".to_owned()));
    words.extend(outcome.verdict.as_ref().map(|problem| problem.code.clone()));
    words.extend(otherwise_of(file).map(|row| row.reason.to_owned()));
    for (what, count) in &outcome.lost {
        let known = LOST.iter().find(|row| row.file == file && row.property == *what);
        let reason = known.map_or("LOST", |row| row.reason);
        words.push(format!("{count} without {what}: {reason}"));
    }
    format!("{file:<95} {expected:>12} {got:>12} {:>8}  {}", outcome.problems(), words.join("; "))
}

#[test]
fn every_file_that_was_counted_yields_its_records_and_none_of_them_loses_a_thing() {
    let Some(folder) = records() else { return };
    let mut wrong = Vec::new();
    let (mut total, mut problems) = (0, 0);
    println!("{:<95} {:>12} {:>12} {:>8}", "file", "expected", "got", "problems");
    let mut looked_for: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let files = expected(&folder);
    for (file, counted) in &files {
        let (file, counted) = (file.as_str(), *counted);
        let Some(reader) = reader_of(file) else {
            wrong.push(format!("{file}: no reader is named for it"));
            continue;
        };
        let bytes = fs::read(folder.join(file)).unwrap();
        let outcome = read_file(reader, file, &bytes);
        println!("{}", line(file, counted, &outcome));
        let places = reader.look.places();
        let seen = looked_for.entry(format!("{places:?}")).or_insert_with(|| places.iter().map(|one| one.0).collect());
        seen.retain(|property| !outcome.stated.contains(property));
        total += outcome.records;
        problems += outcome.problems();
        let otherwise = otherwise_of(file);
        let due = otherwise.map(|row| (row.records, 0)).or(counted).unwrap_or((1, 0));
        if (outcome.records, outcome.deleted) != due {
            wrong.push(format!("{file}: {due:?} due, {outcome:?}"));
        }
        if otherwise.is_some_and(|row| counted == Some((row.records, 0))) {
            wrong.push(format!("{file}: named as otherwise, and is as it was counted"));
        }
        if otherwise.is_none() && outcome.records == 0 && outcome.deleted == 0 && counted.is_none() {
            wrong.push(format!("{file}: no record, and nothing says why"));
        }
        let is_clear = |problem: &Problem| problem.severity == Severity::Error && !problem.message.is_empty();
        if outcome.verdict.as_ref().is_some_and(|problem| !is_clear(problem)) {
            wrong.push(format!("{file}: no clear verdict: {:?}", outcome.verdict));
        }
        if outcome.shared_ids > 0 {
            wrong.push(format!("{file}: {} records have the id of another", outcome.shared_ids));
        }
        for (what, count) in &outcome.lost {
            let is_known = LOST.iter().any(|row| (row.file, row.property, row.records) == (file, *what, *count));
            if !is_known {
                wrong.push(format!("{file}: {count} of {} records lost their {what}", outcome.records));
            }
        }
        for row in LOST.iter().filter(|row| row.file == file) {
            if outcome.lost.get(row.property) != Some(&row.records) {
                wrong.push(format!("{file}: named as without {}, and is not", row.property));
            }
        }
    }
    // A look that finds a thing in no payload looks in the wrong place.
    for (places, unseen) in looked_for.into_iter().filter(|(_, unseen)| !unseen.is_empty()) {
        wrong.push(format!("no payload says {unseen:?} in {places}"));
    }
    for row in OTHERWISE {
        if !files.keys().any(|file| file.starts_with(row.begin)) {
            wrong.push(format!("{}: named as otherwise, and there is no such file", row.begin));
        }
    }
    println!("\n{} files, {total} records, {problems} problems", files.len());
    assert_eq!(wrong, Vec::<String>::new());
}

/// The files below a folder, by their paths from it.
fn files_below(folder: &Path) -> BTreeSet<String> {
    let (mut files, mut folders) = (BTreeSet::new(), vec![folder.to_owned()]);
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files
}

#[test]
fn every_file_of_the_folder_is_expected_and_every_expected_file_is_there() {
    let Some(folder) = records() else { return };
    let counted: BTreeSet<String> = expected(&folder).into_keys().collect();
    let manifest = fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let listed = manifest.lines().skip(1).filter_map(|line| line.split('\t').next());
    assert_eq!(listed.map(str::to_owned).collect::<BTreeSet<_>>(), counted);
    let there = files_below(&folder).into_iter().filter(|file| file.contains('/') && !file.starts_with("domain/"));
    assert_eq!(there.collect::<BTreeSet<_>>(), counted);
}
