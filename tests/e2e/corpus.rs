//! Real records, where they are at hand: every one of them becomes a dataset.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use crate::place::{OPEN_TERMS, Place};
use crate::skipping::skip;

/// The folder with `records/` and `corpus/`.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("CAIRN_TEST_CORPUS")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")), PathBuf::from);
    if folder.join("corpus").is_dir() {
        return Some(folder.join("corpus"));
    }
    skip("corpus", "there is no corpus; set CAIRN_TEST_CORPUS to the folder that holds it");
    None
}

/// The first lines of a packed file, packed again.
fn first_lines(file: &PathBuf, count: usize) -> Vec<u8> {
    let unpacked = BufReader::new(flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for line in unpacked.lines().take(count) {
        writeln!(packed, "{}", line.unwrap()).unwrap();
    }
    packed.finish().unwrap()
}

#[test]
fn every_real_record_of_hdx_is_listed_and_can_be_found() {
    let Some(corpus) = corpus() else { return };
    let place = Place::new();
    let file = corpus.join("hdx-146.jsonl.gz");
    place.source(
        "hdx",
        "ckan",
        &format!("file:{}", file.display()),
        "[terms]\nsharing = \"public\"\nlisting = \"full\"",
    );
    let run = place.harvest(&[], 0);
    assert_eq!((&run["listed"], &run["new"]), (&146.into(), &146.into()), "{run:#}");
    assert_eq!(place.total(), 146);
    // The portal says of 29 of them that they are private.
    assert_eq!(place.search(&["--limit", "0"])["total"], 117);
    let again = place.harvest(&[], 0);
    assert_eq!((&again["unchanged"], &again["writes"]), (&146.into(), &0.into()), "{again:#}");
}

#[test]
fn two_thousand_real_records_of_a_national_portal_are_all_listed() {
    let Some(corpus) = corpus() else { return };
    let place = Place::new();
    place.file("datagov.jsonl.gz", first_lines(&corpus.join("datagov.jsonl.gz"), 2000));
    place.source("datagov", "ckan", "file:../../files/datagov.jsonl.gz", OPEN_TERMS);
    let run = place.harvest(&[], 0);
    assert_eq!((&run["listed"], &run["new"]), (&2000.into(), &2000.into()), "{run:#}");
    let server = place.serve();
    assert_eq!(crate::paging::every_id(&server, "&sort=modified", 100).len(), 2000);
}

/// What a search must be worth at the least, by what people judged: nDCG@10 over the judged ones among the first thousand hits.
/// Plain BM25 with English stems comes to 0.785.
const LEAST_WORTH: f64 = 0.825;

#[test]
fn searches_are_worth_more_than_plain_ones_by_what_people_judged() {
    let Some(corpus) = corpus() else { return };
    let place = Place::new();
    // An unoptimised program on a busy machine.
    place.configure("[server]\nsearch_seconds = 25\n");
    let file = corpus.join("datagov.jsonl.gz");
    place.source("datagov", "ckan", &format!("file:{}", file.display()), OPEN_TERMS);
    place.harvest(&[], 0);
    let [queries, judgements] = ["queries", "qrels"].map(|name| {
        let file = corpus.join(format!("relevance-{name}.tsv"));
        file.display().to_string()
    });
    let arguments = ["eval", &queries, &judgements, "--source", "datagov", "--json"];
    let relevance = place.run(&arguments).exits(0).json()["relevance"].clone();
    for ranking in ["cairn", "plain"] {
        // The test harness captures `println!`; a direct write is seen.
        writeln!(std::io::stderr(), "JUDGED: {ranking} {}", relevance[ranking]).unwrap();
    }
    let worth = |ranking: &str| relevance[ranking]["ndcg_10_judged"].as_f64().unwrap();
    assert_eq!(relevance["absent"], 0);
    assert!(worth("cairn") >= LEAST_WORTH && worth("cairn") > worth("plain"), "{relevance:#}");
}
