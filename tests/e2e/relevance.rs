//! Whether searches find the right holding: the pairs of `tests/relevance/pairs.tsv`, put to the bundled samples.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use cairn_model::DatasetId;
use serde_json::Value;

use crate::http::escaped;
use crate::place::Place;
use crate::server::Server;

/// Hits of a query among which one of its records must stand.
const FIRST: usize = 3;
/// Of a hundred queries, how many must find one of their records.
const LEAST_PERCENT: usize = 95;
const FEWEST_QUERIES: usize = 150;
const KINDS: [&str; 7] = ["acronym", "asked", "cross-language", "place", "plain", "spelling", "typo"];
const LANGUAGES: [&str; 4] = ["ar", "en", "es", "fr"];

/// What somebody types, and the records that answer it.
struct Query {
    kind: &'static str,
    language: &'static str,
    words: String,
    records: BTreeSet<String>,
}

/// The known name that a cell holds.
fn one_of(known: &[&'static str], cell: &str) -> &'static str {
    known.iter().find(|name| **name == cell).unwrap_or_else(|| panic!("{cell:?} is none of {known:?}"))
}

/// The queries of the table, in its order; rows with the same words are one query.
fn queries() -> Vec<Query> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/relevance/pairs.tsv");
    let table = std::fs::read_to_string(path).unwrap();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("kind\tlanguage\tquery\tsource\trecord"));
    let mut queries: Vec<Query> = Vec::new();
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let [kind, language, words, source, record] = cells[..] else { panic!("not five cells: {line:?}") };
        let (kind, language) = (one_of(&KINDS, kind), one_of(&LANGUAGES, language));
        let id = DatasetId::new(source, record).to_string();
        if let Some(known) = queries.iter_mut().find(|query| query.words == words) {
            assert!(known.kind == kind && known.language == language, "one query, two kinds: {line:?}");
            assert!(known.records.insert(id), "twice: {line:?}");
        } else {
            queries.push(Query { kind, language, words: words.to_owned(), records: BTreeSet::from([id]) });
        }
    }
    queries
}

/// The first hits that anyone gets.
fn first_hits(server: &Server, words: &str) -> Vec<Value> {
    let answer = server.json(&format!("/api/v1/search?q={}&limit={FIRST}", escaped(words)));
    answer["items"].as_array().unwrap().clone()
}

/// The text of a miss: the query, what came instead, and what should have come.
fn miss(server: &Server, query: &Query, hits: &[Value]) -> String {
    let mut text = format!("{} {}: {}\n", query.kind, query.language, query.words);
    for hit in hits {
        writeln!(text, "    came   {}", hit["title"]).unwrap();
    }
    for record in &query.records {
        writeln!(text, "    wanted {}", server.json(&format!("/api/v1/datasets/{record}"))["title"]).unwrap();
    }
    text
}

/// Found and all, by kind and language.
type Counts = BTreeMap<(&'static str, &'static str), (usize, usize)>;

/// A row a kind, a column a language.
fn table(counts: &Counts) -> String {
    let mut text = format!("{:16}", "");
    for language in LANGUAGES {
        write!(text, "{language:>8}").unwrap();
    }
    for kind in KINDS {
        write!(text, "\n{kind:16}").unwrap();
        for language in LANGUAGES {
            let (found, all) = counts.get(&(kind, language)).copied().unwrap_or_default();
            let cell = format!("{found}/{all}");
            write!(text, "{cell:>8}").unwrap();
        }
    }
    text
}

#[test]
fn ninety_five_of_a_hundred_queries_in_four_languages_find_their_record_among_the_first_three() {
    let queries = queries();
    assert!(queries.len() >= FEWEST_QUERIES, "{} queries", queries.len());
    let languages: BTreeSet<&str> = queries.iter().map(|query| query.language).collect();
    assert_eq!(languages, BTreeSet::from(LANGUAGES));
    let place = Place::samples();
    let server = place.serve();
    // A record that no visitor may know of would be a miss of the table, not of the search.
    let records: BTreeSet<&String> = queries.iter().flat_map(|query| &query.records).collect();
    for record in records {
        assert_eq!(server.get(&format!("/api/v1/datasets/{record}")).status, 200, "no record {record} for anyone");
    }

    let mut counts = Counts::new();
    let mut misses = String::new();
    let mut found = 0;
    for query in &queries {
        let hits = first_hits(&server, &query.words);
        let is_found = hits.iter().any(|hit| query.records.contains(hit["id"].as_str().unwrap()));
        let count = counts.entry((query.kind, query.language)).or_default();
        count.1 += 1;
        if is_found {
            count.0 += 1;
            found += 1;
        } else {
            misses += &miss(&server, query, &hits);
        }
    }
    let report = format!("{found} of {} queries\n{}\n{misses}", queries.len(), table(&counts));
    println!("{report}");
    assert!(found * 100 >= queries.len() * LEAST_PERCENT, "{report}");
}
