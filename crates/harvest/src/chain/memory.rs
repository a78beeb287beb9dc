//! What the last complete run read of pages whose versions a folder tells: those that are as they were need not be read.
//!
//! It is kept with the state of the source, so its size has a limit. Pages for which there is no room are read each time.

use std::collections::HashMap;

use cairn_fetch::Url;
use serde::{Deserialize, Serialize};

use super::ChainedRecord;
use crate::Payload;
use crate::met_ids::key_of;

/// Bytes that may be kept, as far as their texts count.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A version is a date and a size: what is longer is none.
const LONGEST_VERSION: usize = 100;

/// Pages that were read, by hashes of their addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PageMemory {
    pages: HashMap<String, Remembered>,
    #[serde(skip)]
    bytes: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    version: String,
    /// Ids of its records.
    ids: Vec<String>,
}

impl PageMemory {
    /// The ids of the records of a page, if it was read in this version.
    pub(super) fn ids_of(&self, url: &Url, version: &str) -> Option<&[String]> {
        let remembered = self.pages.get(&key(url))?;
        (remembered.version == version).then_some(remembered.ids.as_slice())
    }

    /// Remembers a page, if there is room for it.
    pub(super) fn remember(&mut self, url: &Url, version: &str, ids: Vec<String>) {
        let key = key(url);
        let bytes = key.len() + version.len() + ids.iter().map(String::len).sum::<usize>();
        if version.len() > LONGEST_VERSION || self.bytes + bytes > MOST_BYTES || self.pages.contains_key(&key) {
            return;
        }
        self.bytes += bytes;
        self.pages.insert(key, Remembered { version: version.to_owned(), ids });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }
}

/// The ids of a page's records, if each has one and stands whole in it: else it has to be read again to know of them.
pub(super) fn ids_to_remember(records: &[ChainedRecord]) -> Option<Vec<String>> {
    records.iter().map(|record| record.id.clone().filter(|_| record.payload != Payload::Deleted)).collect()
}

fn key(url: &Url) -> String {
    hex::encode(key_of(url.as_str()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_stays_within_its_limit() {
        let mut memory = PageMemory::default();
        let page = |number: usize| Url::parse(&format!("https://folder.example/{number}.xml")).unwrap();
        for number in 0..100 {
            memory.remember(&page(number), "1", vec!["x".repeat(100 * 1024)]);
        }
        assert!(memory.ids_of(&page(0), "1").is_some() && memory.ids_of(&page(99), "1").is_none());
        assert!(serde_json::to_string(&memory).unwrap().len() < MOST_BYTES + 1024 * 1024);
        assert_eq!(memory.ids_of(&page(0), "2"), None, "another version");
    }
}
