//! The keys under which a record is looked up: what it shares with its duplicates, as hashes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::address::{doi, normalised};
use super::{sketch, title};
use crate::vocabulary::fold;
use crate::{Dataset, Identifier};

/// Namespace of the hashes (RFC 9562 §5.5).
const NAMESPACE: Uuid = Uuid::from_u128(0x2b9d_64c7_35a1_5f0e_8d27_90e1_c4f3_6a58);
/// Files of a record that are looked up.
const MOST_FILES: usize = 64;
/// Identifiers of a record that are looked up.
const MOST_IDENTIFIERS: usize = 32;
/// Letters and digits of an identifier below which two publishers may well have given the same.
const SHORTEST_IDENTIFIER: usize = 8;
/// Bits of a hash that hold the kind of the key.
const KIND_BITS: u32 = 3;

/// What a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum KeyKind {
    /// A digital object identifier.
    Doi = 1,
    /// The study number of a microdata library.
    Idno = 2,
    /// Another identifier that is long enough to be one publisher's alone, or the record's UUID at its source.
    Identifier = 3,
    /// The address of a file or service.
    File = 4,
    /// The address of the page about the data.
    LandingPage = 5,
    /// The words of the title, or a band of their sketch.
    Title = 6,
}

impl KeyKind {
    /// The kind of a key by its hash.
    pub fn of_hash(hash: u64) -> Option<Self> {
        match hash & ((1 << KIND_BITS) - 1) {
            1 => Some(Self::Doi),
            2 => Some(Self::Idno),
            3 => Some(Self::Identifier),
            4 => Some(Self::File),
            5 => Some(Self::LandingPage),
            6 => Some(Self::Title),
            _ => None,
        }
    }
}

/// Whether two records that share these keys are worth a look: one band of a title alone is shared by chance.
pub fn are_enough(shared: &[u64]) -> bool {
    let titles = shared.iter().filter(|hash| KeyKind::of_hash(**hash) == Some(KeyKind::Title)).count();
    titles != 1 || shared.len() > 1
}

/// A key: its hash, whose last three bits are its kind, and what it was made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// What it is made of.
    pub kind: KeyKind,
    /// What it is looked up by: the same in every process and version.
    pub hash: u64,
    /// The identifier or address; empty for the bands of a title.
    pub value: String,
}

impl Key {
    fn new(kind: KeyKind, value: String) -> Self {
        Self { kind, hash: hash(kind, value.as_bytes()), value }
    }
}

/// 61 bits of SHA-1, so that nobody makes a record that meets the keys of another by chance or cheaply by craft.
fn hash(kind: KeyKind, bytes: &[u8]) -> u64 {
    let (high, _) = Uuid::new_v5(&NAMESPACE, bytes).as_u64_pair();
    (high << KIND_BITS) | kind as u64
}

/// The keys of a record, each once.
pub fn keys(dataset: &Dataset) -> Vec<Key> {
    let mut keys: BTreeSet<Key> = BTreeSet::new();
    for identifier in dataset.identifiers.iter().take(MOST_IDENTIFIERS) {
        keys.extend(identifier_key(identifier));
    }
    if Uuid::parse_str(&dataset.source_record_id).is_ok() {
        keys.insert(Key::new(KeyKind::Identifier, fold(&dataset.source_record_id)));
    }
    if let Some(page) = &dataset.landing_page {
        keys.extend(match doi(page) {
            Some(doi) => Some(Key::new(KeyKind::Doi, doi)),
            None => normalised(page).map(|address| Key::new(KeyKind::LandingPage, address)),
        });
    }
    for address in files(dataset) {
        keys.insert(Key::new(KeyKind::File, address));
    }
    keys.extend(title_keys(dataset));
    keys.into_iter().collect()
}

/// The addresses of the files that are looked up, each once.
pub(super) fn files(dataset: &Dataset) -> BTreeSet<String> {
    let addresses = dataset.distributions.iter().filter_map(|file| file.url.as_deref());
    addresses.take(MOST_FILES).filter_map(normalised).collect()
}

fn identifier_key(identifier: &Identifier) -> Option<Key> {
    let value = identifier.value.trim();
    if let Some(doi) = doi(value) {
        return Some(Key::new(KeyKind::Doi, doi));
    }
    match identifier.scheme.as_str() {
        "idno" => is_distinct(value).then(|| Key::new(KeyKind::Idno, fold(value))),
        // A GLIDE number names the disaster, and a slug is unique on its own portal alone.
        "glide" | "slug" | "name" => None,
        _ => match normalised(value) {
            Some(address) => Some(Key::new(KeyKind::Identifier, address)),
            None => is_distinct(value).then(|| Key::new(KeyKind::Identifier, fold(value))),
        },
    }
}

/// Whether an identifier is one that no two publishers give to different things: long, with letters and digits.
fn is_distinct(value: &str) -> bool {
    let letters = value.chars().filter(|letter| letter.is_alphanumeric()).count();
    letters >= SHORTEST_IDENTIFIER
        && value.chars().any(char::is_alphabetic)
        && value.bytes().any(|byte| byte.is_ascii_digit())
}

/// All words of the title as one key, and the bands of their sketch. Its numbers are part of each: report 12 is not
/// similar to report 13, however many words they share.
fn title_keys(dataset: &Dataset) -> Vec<Key> {
    let mut words = title::words(dataset.title.best("en").unwrap_or_default());
    words.sort();
    if words.is_empty() {
        return Vec::new();
    }
    let numbers = title::numbers(&words).join(" ");
    let mut keys = Vec::with_capacity(1 + sketch::BANDS);
    let mut add = |text: String| {
        keys.push(Key { kind: KeyKind::Title, hash: hash(KeyKind::Title, text.as_bytes()), value: String::new() });
    };
    add(words.join(" "));
    for (at, band) in sketch::bands(&words).iter().enumerate() {
        add(format!("band {at} {band:x?} {numbers}"));
    }
    keys
}
