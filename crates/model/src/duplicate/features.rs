//! What of a record is compared with another, small enough to keep beside it.

use serde::{Deserialize, Serialize};

use super::keys::files;
use super::title;
use crate::vocabulary::fold;
use crate::{BoundingBox, Dataset, Interval, Organisation, Vocabularies};

/// Places of a record that are compared.
const MOST_PLACES: usize = 50;
/// Letters of a description, folded, below which two may well say the same of different data.
const SHORTEST_DESCRIPTION: usize = 80;
/// Letters of a description that are compared.
const LONGEST_DESCRIPTION: usize = 4_000;

/// What of a record is compared with another.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// Source of the record.
    pub(super) source: String,
    /// Words of the title that count, in their order.
    pub(super) title: Vec<String>,
    /// Publisher and owner: the words of their names.
    pub(super) organisations: Vec<Vec<String>>,
    /// Countries, sorted.
    pub(super) countries: Vec<String>,
    /// Words of the names of its country where it has just one: a title may say them or not.
    pub(super) country_words: Vec<String>,
    /// P-codes, or folded names where a place has none.
    pub(super) places: Vec<String>,
    /// Extent.
    pub(super) extent: Option<BoundingBox>,
    /// Time covered.
    pub(super) coverage: Option<Interval>,
    /// Hash of the description, where it is long enough to tell.
    pub(super) description: Option<u64>,
    /// How many files it has.
    pub(super) files: usize,
}

impl Features {
    /// The features of a record, or of the version of it that an audience sees.
    pub fn of(dataset: &Dataset) -> Self {
        let mut organisations: Vec<Vec<String>> = Vec::new();
        for organisation in [&dataset.publisher, &dataset.owner].into_iter().flatten() {
            let words = name_words(organisation);
            if !words.is_empty() && !organisations.contains(&words) {
                organisations.push(words);
            }
        }
        let country_words = match dataset.countries.as_slice() {
            [country] => title::words(&Vocabularies::bundled().label("country", country, "en")),
            _ => Vec::new(),
        };
        let mut places: Vec<String> = dataset
            .places
            .iter()
            .take(MOST_PLACES)
            .map(|place| place.pcode.as_ref().map_or_else(|| fold(&place.name), |code| code.to_uppercase()))
            .collect();
        places.sort();
        places.dedup();
        Self {
            source: dataset.source.clone(),
            title: title::words(dataset.title.best("en").unwrap_or_default()),
            organisations,
            countries: dataset.countries.clone(),
            country_words,
            places,
            extent: dataset.bbox,
            coverage: dataset.coverage.clone().filter(|coverage| coverage.start.is_some() || coverage.end.is_some()),
            description: description_hash(dataset.description.best("en").unwrap_or_default()),
            files: files(dataset).len(),
        }
    }
}

fn name_words(organisation: &Organisation) -> Vec<String> {
    title::words(&organisation.name)
}

fn description_hash(description: &str) -> Option<u64> {
    let head = &description[..description.floor_char_boundary(2 * LONGEST_DESCRIPTION)];
    let folded = fold(head);
    if folded.len() < SHORTEST_DESCRIPTION {
        return None;
    }
    let head = &folded[..folded.floor_char_boundary(LONGEST_DESCRIPTION)];
    Some(super::sketch::fnv1a(head.as_bytes()))
}
