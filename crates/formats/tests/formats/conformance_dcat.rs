//! Real catalogues in the JSON of DCAT-US, in RDF and in schema.org: `CAIRN_TEST_CORPUS` names the folder that holds `records/`.
//!
//! What a reader must not lose is looked up in the payload by the simplest means there are.

mod dcat_us;
mod rdf;
mod schema_org;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::real_payloads::corpus;

/// The files of a kind, and the number of records in each where it was counted.
fn files_of(folder: &Path, kind: &str) -> BTreeMap<String, Option<usize>> {
    let table = fs::read_to_string(folder.join("records/EXPECTED.tsv")).unwrap();
    let lines = table.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let file = cells.next()?;
        file.starts_with(&format!("{kind}/"))
            .then(|| (file.to_owned(), cells.next().and_then(|count| count.parse().ok())))
    });
    let files: BTreeMap<String, Option<usize>> = lines.collect();
    assert!(!files.is_empty(), "{kind}");
    files
}

fn bytes_of(folder: &Path, file: &str) -> Vec<u8> {
    fs::read(folder.join("records").join(file)).unwrap()
}

/// How often something stands in a payload and in what was read of it, by name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts(BTreeMap<&'static str, usize>);

impl Counts {
    fn add(&mut self, what: &'static str, count: usize) {
        if count > 0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    fn add_if(&mut self, what: &'static str, is_there: bool) {
        self.add(what, usize::from(is_there));
    }
}
