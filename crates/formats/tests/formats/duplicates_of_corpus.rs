//! Duplicates in a real catalogue: `CAIRN_TEST_CORPUS` names the folder that holds `corpus/datagov.jsonl.gz`.
//!
//! With `CAIRN_TEST_SHOW_PAIRS=FILE`, every link is written there, to be judged by eye.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use cairn_formats::ckan::read_package;
use cairn_formats::decode::{ExpansionLimits, open_stream};
use cairn_model::duplicate::{self, Features, Judgement, Key};
use cairn_model::{Vocabularies, normalise};

struct Record {
    title: String,
    keys: Vec<Key>,
    features: Features,
    about: String,
}

fn records(folder: &Path) -> Vec<Record> {
    let file = std::fs::File::open(folder.join("corpus/datagov.jsonl.gz")).unwrap();
    let lines =
        BufReader::new(open_stream(file, ExpansionLimits { decoded_bytes: 1 << 30, ratio: 200 }).unwrap()).lines();
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let mut records = Vec::new();
    for line in lines {
        let Ok(reading) = read_package(line.unwrap().as_bytes(), Some("https://catalog.example")) else { continue };
        let dataset = normalise("datagov", reading.draft, Vocabularies::bundled(), now).dataset;
        let publisher = dataset.publisher.as_ref().map(|one| one.name.as_str()).unwrap_or_default();
        let files: Vec<&str> = dataset.distributions.iter().filter_map(|file| file.url.as_deref()).take(3).collect();
        records.push(Record {
            title: dataset.title.best("en").unwrap_or_default().to_owned(),
            keys: duplicate::keys(&dataset),
            features: Features::of(&dataset),
            about: format!(
                "{} | {publisher} | {:?} | {:?} | {files:?}",
                dataset.source_record_id, dataset.coverage, dataset.bbox
            ),
        });
    }
    records
}

/// Every pair that shares a key which is not too common, with the keys that it shares.
fn pairs(records: &[Record]) -> BTreeMap<(usize, usize), Vec<&Key>> {
    let mut sharing: HashMap<u64, Vec<(usize, &Key)>> = HashMap::new();
    for (at, record) in records.iter().enumerate() {
        for key in &record.keys {
            sharing.entry(key.hash).or_default().push((at, key));
        }
    }
    let mut pairs: BTreeMap<(usize, usize), Vec<&Key>> = BTreeMap::new();
    for group in sharing.values().filter(|group| group.len() <= duplicate::MOST_SHARING) {
        for (place, (left, key)) in group.iter().enumerate() {
            for (right, _) in &group[place + 1..] {
                pairs.entry((*left, *right)).or_default().push(key);
            }
        }
    }
    pairs
}

#[test]
fn a_large_catalogue_has_few_duplicates_and_no_two_of_them_differ_in_a_number() {
    let Some(folder) = std::env::var_os("CAIRN_TEST_CORPUS") else {
        eprintln!("SKIPPED: CAIRN_TEST_CORPUS is not set");
        return;
    };
    let records = records(Path::new(&folder));
    let begun = Instant::now();
    let pairs = pairs(&records);
    let mut links: Vec<(Judgement, usize, usize)> = Vec::new();
    let mut looked_at = 0;
    for ((left, right), shared) in &pairs {
        let hashes: Vec<u64> = shared.iter().map(|key| key.hash).collect();
        if !duplicate::are_enough(&hashes) {
            continue;
        }
        looked_at += 1;
        let judged = duplicate::judge(&records[*left].features, &records[*right].features, shared);
        links.extend(judged.map(|judgement| (judgement, *left, *right)));
    }
    links.sort_by(|left, right| left.0.confidence.total_cmp(&right.0.confidence));
    let took = begun.elapsed();

    let mut by_evidence: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for (judgement, _, _) in &links {
        *by_evidence.entry((judgement.is_exact, judgement.evidence[0].code)).or_default() += 1;
    }
    let linked: BTreeSet<usize> = links.iter().flat_map(|(_, left, right)| [*left, *right]).collect();
    let keys: usize = records.iter().map(|record| record.keys.len()).sum();
    eprintln!(
        "{} records, {keys} keys, {} pairs, {looked_at} looked at, {} links of {} records in {took:?}: {by_evidence:#?}",
        records.len(),
        pairs.len(),
        links.len(),
        linked.len(),
    );
    if let Some(file) = std::env::var_os("CAIRN_TEST_SHOW_PAIRS") {
        let mut text = String::new();
        for (judgement, left, right) in &links {
            let codes: Vec<&str> = judgement.evidence.iter().map(|one| one.code).collect();
            writeln!(
                text,
                "{:.3} {} {codes:?}",
                judgement.confidence,
                if judgement.is_exact { "exact" } else { "near" }
            )
            .unwrap();
            for one in [left, right] {
                writeln!(text, "    {}\n        {}", records[*one].title, records[*one].about).unwrap();
            }
        }
        std::fs::write(file, text).unwrap();
    }
    assert!(linked.len() * 10 < records.len(), "{} of {}", linked.len(), records.len());
    let numbers = |at: usize| {
        let title = cairn_model::vocabulary::fold(&records[at].title);
        title.split(' ').filter_map(|word| word.parse::<u64>().ok()).collect::<BTreeSet<u64>>()
    };
    for (_, left, right) in &links {
        assert_eq!(numbers(*left), numbers(*right), "{} and {}", records[*left].title, records[*right].title);
    }
}
