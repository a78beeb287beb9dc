//! What a run knows of pages from runs before it, and where a run that was killed goes on.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use cairn_fetch::Validators;
use cairn_formats::schema_org::PageDataset;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Records that a checkpoint lists at most: those left to other pages, and those of pages that could not be read.
const MOST_LEFT: usize = 2000;

/// A short name of a name: of pages, and of what a record goes by.
pub(super) type Key = u64;

/// The key of a name.
pub(super) fn key(name: &str) -> Key {
    let digest = Sha256::digest(name.as_bytes());
    digest[..8].iter().fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// What is known of a page that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KnownPage {
    /// When it changed last, as the sitemap wrote it.
    #[serde(rename = "m", skip_serializing_if = "Option::is_none", default)]
    pub(super) modified: Option<String>,
    #[serde(flatten)]
    pub(super) validators: Validators,
    /// Ids of the records that were taken from it.
    #[serde(rename = "g", skip_serializing_if = "Vec::is_empty", default)]
    pub(super) given: Vec<String>,
    /// What else these go by.
    #[serde(rename = "n", skip_serializing_if = "Vec::is_empty", default)]
    pub(super) names: Vec<Key>,
    /// Ids of the records that it describes too, and that were taken from other pages.
    #[serde(rename = "o", skip_serializing_if = "Vec::is_empty", default)]
    pub(super) also: Vec<String>,
}

impl KnownPage {
    /// The same, to be read again whatever the site says of it.
    pub(super) fn unsettled(self) -> Self {
        Self { modified: None, validators: Validators::default(), ..self }
    }

    /// Ids of all records that it describes.
    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        self.given.iter().chain(&self.also)
    }
}

/// The pages that are known, by the keys of their addresses.
pub(super) type KnownPages = HashMap<Key, KnownPage>;

/// The records that a run has met.
#[derive(Debug, Default)]
pub(super) struct Met {
    ids: HashSet<Key>,
    names: HashSet<Key>,
}

impl Met {
    /// Whether a dataset is a record that was met: by its id, or where one of the two has nothing better, by another name.
    pub(super) fn has(&self, dataset: &PageDataset) -> bool {
        self.has_name(key(&dataset.id)) || dataset.other_names.iter().any(|name| self.ids.contains(&key(name)))
    }

    /// Whether a record goes by this.
    pub(super) fn has_name(&self, name: Key) -> bool {
        self.ids.contains(&name) || self.names.contains(&name)
    }

    /// Whether a record has this id.
    pub(super) fn has_id(&self, id: Key) -> bool {
        self.ids.contains(&id)
    }

    /// Notes a record and what else it goes by.
    pub(super) fn add(&mut self, id: &str, names: impl IntoIterator<Item = Key>) {
        self.ids.insert(key(id));
        self.names.extend(names);
    }
}

/// Where a run can be taken up: behind a page, as long as the pages up to it are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// The last page that was read, in the order of addresses.
    pub(super) after: String,
    /// Hash of the pages up to it.
    pub(super) pages: String,
    /// Whether pages before it were passed over because their site says that they did not change.
    pub(super) passed_over: bool,
    /// Pages before it that describe records of pages behind it, which were left to these.
    pub(super) left: BTreeMap<String, Vec<Key>>,
    /// Records that pages before it describe and that were not met: they are told at the end, so that they are not missing.
    #[serde(default)]
    pub(super) described: BTreeSet<String>,
    /// Why a page before it may hold more.
    #[serde(default)]
    pub(super) lack: Option<String>,
}

impl Checkpoint {
    /// As it is kept; none where it would be too large.
    pub(super) fn to_text(&self) -> Option<String> {
        let left = self.left.values().map(Vec::len).sum::<usize>() + self.described.len();
        if left > MOST_LEFT { None } else { serde_json::to_string(self).ok() }
    }
}

/// The pages that lie behind a run, as a hash.
#[derive(Debug, Clone, Default)]
pub(super) struct Trail(Sha256);

impl Trail {
    /// Goes on past a page.
    pub(super) fn pass(&mut self, address: &str, modified: Option<&str>) {
        for part in [address, modified.unwrap_or_default()] {
            self.0.update(part);
            self.0.update([0]);
        }
    }

    /// Where it is.
    pub(super) fn digest(&self) -> String {
        hex::encode(self.0.clone().finalize())
    }
}
