//! Which studies were read with their variables, each with a hash of the row that the search gave of it. Pure.
//!
//! It is kept with the state of the source and in each checkpoint, so its size has a limit. Studies for which there is no room
//! are asked for each time.

use std::collections::BTreeMap;

use cairn_fetch::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::SourceConfig;

/// Studies that are remembered at most; the largest libraries hold some ten thousand.
const MOST_STUDIES: usize = 50_000;

/// What a row says of how often it was looked at, which is no change of the study.
const COUNTERS: &[&str] = &["total_views", "total_downloads"];

/// Types of studies that have variables; a document, a table or a script has none.
const WITH_VARIABLES: &[&str] = &["survey", "microdata"];

/// Studies that were read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct StudyMemory {
    /// Hashes of rows by hashes of ids.
    studies: BTreeMap<String, String>,
}

impl StudyMemory {
    /// Whether a study was read when its row was the same.
    pub(super) fn has(&self, id: &str, row: &Row) -> bool {
        self.studies.get(&short_hash(id)) == Some(&row.hash)
    }

    /// Remembers a study, if there is room for it.
    pub(super) fn remember(&mut self, id: &str, row: &Row) {
        let key = short_hash(id);
        if self.studies.len() < MOST_STUDIES || self.studies.contains_key(&key) {
            self.studies.insert(key, row.hash.clone());
        }
    }
}

/// The row of a study, as far as it decides what is asked for.
pub(super) struct Row {
    row: Map<String, Value>,
    hash: String,
}

impl Row {
    /// `None` for what is no JSON object.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut row: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
        for counter in COUNTERS {
            row.remove(*counter);
        }
        let hash = short_hash(&serde_json::to_string(&row).ok()?);
        Some(Self { row, hash })
    }

    /// A text or a number, as text.
    fn text(&self, key: &str) -> Option<String> {
        let text = match self.row.get(key)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    fn count(&self) -> Option<u64> {
        self.text("varcount")?.parse().ok()
    }

    /// Whether it says that it has variables.
    pub(super) fn counts_variables(&self) -> bool {
        self.count().is_some_and(|count| count > 0)
    }

    /// Whether it is worth asking: it counts some, or it is a survey and does not count.
    pub(super) fn may_have_variables(&self) -> bool {
        match (self.count(), self.text("type")) {
            (Some(count), _) => count > 0,
            (None, Some(kind)) => WITH_VARIABLES.iter().any(|known| kind.eq_ignore_ascii_case(known)),
            (None, None) => true,
        }
    }

    /// The address of its metadata (`/api/catalog/json/{idno}`) beside that of the search; by its number where it has no
    /// other identifier. What the search is asked for stays behind, and what the configuration says with every request comes.
    pub(super) fn metadata_address(&self, search: &Url, config: &SourceConfig) -> Option<Url> {
        let idno = self.text("idno");
        let id = idno.clone().or_else(|| self.text("id"))?;
        let mut url = search.clone();
        url.set_query(None);
        if matches!(id.as_str(), "." | "..") {
            return None;
        }
        url.path_segments_mut().ok()?.pop_if_empty().pop().push("json").push(&id);
        if idno.is_none() {
            url.query_pairs_mut().append_pair("id_format", "id");
        }
        config.add_parameters(&mut url);
        Some(url)
    }
}

/// Sixteen bytes of a SHA-256 in hexadecimal: enough to tell some ten thousand apart.
fn short_hash(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..16])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::path::Path;

    use super::*;

    fn row(text: &str) -> Row {
        Row::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_row_is_the_same_whatever_its_counters_and_their_order() {
        let mut memory = StudyMemory::default();
        memory.remember("a", &row(r#"{"idno": "a", "varcount": 2, "total_views": 1}"#));
        assert!(memory.has("a", &row(r#"{"total_views": 7, "total_downloads": 3, "varcount": 2, "idno": "a"}"#)));
        assert!(!memory.has("a", &row(r#"{"idno": "a", "varcount": 3, "total_views": 1}"#)));
        assert!(!memory.has("b", &row(r#"{"idno": "a", "varcount": 2, "total_views": 1}"#)));
    }

    #[test]
    fn the_metadata_of_a_study_stand_beside_the_search_and_an_identifier_leads_nowhere_else() {
        let text = "id = \"library\"\nkind = \"nada\"\nurl = \"https://library.example\"\n";
        let config = SourceConfig::from_toml(text, Path::new(".")).unwrap();
        let search = Url::parse("https://library.example/index.php/api/catalog/search?ps=300").unwrap();
        let address = |text: &str| row(text).metadata_address(&search, &config).map(String::from);
        let below = |rest: &str| Some(format!("https://library.example/index.php/api/catalog/json/{rest}"));
        assert_eq!(address(r#"{"id": 4, "idno": "MLI_1"}"#), below("MLI_1"));
        assert_eq!(address(r#"{"id": 4}"#), below("4?id_format=id"));
        assert_eq!(address(r#"{"idno": "../../x?y#z"}"#), below("..%2F..%2Fx%3Fy%23z"));
        assert_eq!([address(r#"{"idno": ".."}"#), address("{}")], [None, None]);
    }
}
